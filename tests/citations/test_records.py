"""BibTeX, RIS and CSL-JSON are valid for other programs."""

import json
import re
from importlib.resources import files
from unittest import TestCase

import bibtexparser
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given, settings
from jsonschema import Draft7Validator
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from cables.citations.citation_formats import as_bibtex, as_ris
from cables.citations.source import as_csl
from tests.citations.builders import TITLES, make_source

CSL = files("citeproc") / "data" / "schema" / "schemas" / "styles"


def csl_schema():
    """Return a JSON schema of CSL-JSON, with the types and variables of CSL's own grammar.

    That grammar comes with citeproc-py; its schema of the data does not. As there, an item has
    an id and a type, and nothing but variables.
    """
    grammar = (CSL / "csl-variables.rnc").read_text()
    rules = re.split(r"variables\.(\w+) =", grammar)
    variables = {
        name: re.findall(r'"([\w-]+)"', rule)
        for name, rule in zip(rules[1::2], rules[2::2], strict=True)
    }
    types = re.findall(r'"([\w-]+)"', (CSL / "csl-types.rnc").read_text().partition("div")[2])
    day = {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3}
    part = {"type": "object", "additionalProperties": {"type": "string"}}
    part["propertyNames"] = {"enum": ["literal", "family", "given", "suffix"]}
    kinds = {
        "dates": {
            "type": "object",
            "properties": {"date-parts": {"type": "array", "items": day, "maxItems": 2}},
            "additionalProperties": False,
        },
        "names": {"type": "array", "items": part},
        "numbers": {"type": ["string", "number"]},
        "strings": {"type": "string"},
        "titles": {"type": "string"},
    }
    known = {each: kind for name, kind in kinds.items() for each in variables[name]}
    return {
        "type": "object",
        "properties": known | {"id": {"type": "string"}, "type": {"enum": types}},
        "required": ["id", "type"],
        "additionalProperties": False,
    }


def read_bibtex(text):
    """Return the fields as bibtexparser reads them, with braces and escapes of TeX resolved."""
    # LaTeX commands that pylatexenc does not know or takes for accents.
    signs = {"braceleft": "{", "braceright": "}", "asciicircum": "^", "asciitilde": "~"}
    signs |= {
        "less": "<",
        "greater": ">",
        "bar": "|",
        "quotedbl": '"',
        "asciigrave": "`",
        "backslash": "\\",
    }
    macros = [MacroTextSpec(f"text{name}", sign) for name, sign in signs.items()]
    context = get_default_latex_context_db()
    context.add_context_category("signs", macros=macros, prepend=True)
    decoder = LatexNodes2Text(latex_context=context, keep_comments=True)
    decoding = LatexDecodingMiddleware(decoder=decoder)
    return bibtexparser.parse_string(text, append_middleware=[decoding])


class BibtexTests(TestCase):
    def test_bibtexparser_reads_every_field(self):
        library = read_bibtex(as_bibtex([make_source()]))
        self.assertEqual(library.failed_blocks, [])
        (entry,) = library.entries
        self.assertEqual((entry.entry_type, entry.key), ("misc", "06LISBON900412-par3"))
        fields = {name: field.value for name, field in entry.fields_dict.items()}
        self.assertEqual(
            fields,
            {
                "author": "Embassy Lisbon",
                "title": "Port Dues",
                "howpublished": "Diplomatic cable 06LISBON900412",
                "number": "06LISBON900412",
                "date": "2006-03-14",
                "year": "2006",
                "month": "mar",
                "organization": "Cable Reading Room",
                "url": "https://archive.example/cable/06LISBON900412/v1/#par3",
                "urldate": "2026-11-24",
                "note": "Confidential, para. 3, version 1",
            },
        )

    @settings(deadline=None)
    @given(TITLES, TITLES)
    def test_any_title_and_origin_can_be_read_back(self, title, origin):
        sources = [make_source(title=title, origin=origin), make_source(reference="06ROME900002")]
        library = read_bibtex(as_bibtex(sources))
        self.assertEqual(library.failed_blocks, [])
        first, second = library.entries
        self.assertEqual(first.fields_dict["title"].value, sources[0].named)
        author = first.fields_dict.get("author")
        self.assertEqual(author.value if author else "", sources[0].origin)
        self.assertEqual(second.fields_dict["title"].value, "Port Dues")

    def test_pages_of_a_volume_and_a_supposed_date_have_their_fields(self):
        source = make_source(pages="491–493", precision="month", undated=True)
        bibtex, ris, csl = as_bibtex([source]), as_ris([source]), as_csl(source)
        for field in ("pages = {491--493}", "date = {2006-03?}"):
            self.assertIn(field, bibtex)
        for field in ("SP  - 491\r\nEP  - 493\r\n", "DA  - 2006/03//undated\r\n"):
            self.assertIn(field, ris)
        self.assertEqual(csl["page"], "491-493")
        self.assertEqual(csl["issued"], {"date-parts": [[2006, 3]], "circa": True})
        self.assertIn("SP  - 491\r\nSN", as_ris([make_source(pages="491")]))

    def test_names_and_titles_keep_their_capitals(self):
        text = as_bibtex([make_source()])
        self.assertIn("author = {{Embassy Lisbon}}", text)
        self.assertIn("title = {{Port Dues}}", text)


class RisTests(TestCase):
    def test_rispy_reads_every_field(self):
        (record,) = rispy.loads(as_ris([make_source()]))
        self.assertEqual(
            record,
            {
                "type_of_reference": "RPRT",
                "id": "06LISBON900412-par3",
                "authors": ["Embassy Lisbon,"],
                "title": "Port Dues",
                "year": "2006",
                "date": "2006/03/14/",
                "issn": "06LISBON900412",
                "type_of_work": "Diplomatic cable",
                "name_of_database": "Cable Reading Room",
                "urls": ["https://archive.example/cable/06LISBON900412/v1/#par3"],
                "access_date": "2026/11/24/",
                "notes": ["Classification: CONFIDENTIAL", "Pinpoint: para. 3", "Version: 1"],
            },
        )

    def test_an_office_is_one_name_for_programs_that_split_names_at_commas(self):
        for origin, written in {
            "Embassy Lisbon": "Embassy Lisbon,",
            "Department of State, Hong Kong": "Department of State – Hong Kong,",
            "Office of A,B": "Office of A B,",
        }.items():
            with self.subTest(origin):
                source = make_source(origin=origin)
                self.assertIn(f"AU  - {written}\r\n", as_ris([source]))
                self.assertEqual(as_csl(source)["author"], [{"literal": origin}])

    def test_lines_end_in_cr_lf(self):
        text = as_ris([make_source()])
        self.assertTrue(text.startswith("TY  - RPRT\r\n") and text.endswith("ER  - \r\n"))
        self.assertIsNone(re.search(r"(?<!\r)\n", text))

    @settings(deadline=None)
    @given(TITLES)
    def test_survives_any_title(self, title):
        sources = [make_source(title=title), make_source(reference="06ROME900002")]
        first, second = rispy.loads(as_ris(sources))
        self.assertEqual(first["title"], sources[0].named)
        self.assertEqual(second["title"], "Port Dues")


class DateTests(TestCase):
    def test_a_date_is_as_precise_as_it_is_known(self):
        for precision, parts, bibtex, ris in (
            ("day", [2006, 3, 14], ["{2006-03-14}", "month = mar"], "DA  - 2006/03/14/"),
            ("month", [2006, 3], ["{2006-03}", "month = mar"], "DA  - 2006/03//"),
            ("year", [2006], ["{2006}"], "DA  - 2006///"),
        ):
            with self.subTest(precision):
                source = make_source(precision=precision)
                self.assertEqual(as_csl(source)["issued"], {"date-parts": [parts]})
                entry = as_bibtex([source])
                for field in bibtex:
                    self.assertIn(field, entry)
                self.assertEqual("month = " in entry, precision != "year")
                self.assertIn(f"{ris}\r\n", as_ris([source]))


class UnknownAuthorTests(TestCase):
    def test_a_document_without_a_known_author_has_no_field_for_one(self):
        source = make_source(origin="", kind="memorandum")
        self.assertNotIn("author", as_csl(source))
        self.assertNotIn("author", as_bibtex([source]))
        self.assertNotIn("AU  -", as_ris([source]))
        self.assertEqual(as_csl(source)["genre"], "Memorandum")


class CslTests(TestCase):
    validator = Draft7Validator(csl_schema())

    def test_the_schema_refuses_unknown_types_and_variables(self):
        item = as_csl(make_source())
        for wrong in ({"type": "cable"}, {"pinpoint": "3"}, {"author": "X"}):
            with self.subTest(wrong):
                self.assertFalse(self.validator.is_valid(item | wrong))

    def test_csl_json_has_every_field(self):
        self.assertEqual(
            as_csl(make_source()),
            {
                "id": "06LISBON900412-par3",
                "type": "document",
                "author": [{"literal": "Embassy Lisbon"}],
                "title": "Port Dues",
                "genre": "Diplomatic cable",
                "number": "06LISBON900412",
                "issued": {"date-parts": [[2006, 3, 14]]},
                "archive": "Cable Reading Room",
                "URL": "https://archive.example/cable/06LISBON900412/v1/#par3",
                "accessed": {"date-parts": [[2026, 11, 24]]},
                "note": "Classification: CONFIDENTIAL. Pinpoint: para. 3. Version: 1. "
                "Released: 2012-03-05.",
            },
        )

    def test_a_cable_without_a_subject_has_the_title_made_for_it(self):
        made = make_source(title="", made_title="Telegram 412, Embassy Lisbon")
        self.assertEqual(as_csl(made)["title"], "Telegram 412, Embassy Lisbon")
        self.assertEqual(as_csl(make_source(title=""))["title"], "Diplomatic cable")

    @settings(deadline=None)
    @given(TITLES)
    def test_survives_any_title(self, title):
        source = make_source(title=title)
        self.assertEqual(list(self.validator.iter_errors(as_csl(source))), [])
        self.assertEqual(json.loads(json.dumps(as_csl(source)))["title"], source.named)
