"""Volumes in all the markup of TEI: no word is lost or repeated."""

import re
import tempfile
from collections import Counter
from itertools import product
from pathlib import Path
from unittest import TestCase

from cables.sources import Reject, reader_for
from cables.telegram.editors_additions import find_places

VOLUME = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="http://history.state.gov/ns/1.0">
<teiHeader><fileDesc><titleStmt>{title}</titleStmt><publicationStmt>{published}</publicationStmt>
</fileDesc></teiHeader><text><front><div type="section" xml:id="terms">{terms}</div></front>
<body><div type="compilation" xml:id="comp1"><head>Harbors</head>{documents}</div></body></text>
</TEI>
"""
TITLE = '<title type="complete">Foreign Relations, 1949, Volume I</title>'
HEAD = "<head>1. Telegram From the Embassy in Portugal to the Department of State</head>"
DATELINE = '<dateline>Lisbon, <date when="1949-01-03">January 3, 1949</date></dateline>'


def document(text, name="d1", attributes=""):
    return f'<div type="document" xml:id="{name}" n="{name[1:]}" {attributes}>{text}</div>'


def volume(*documents, title=TITLE, published="<date>1975</date>", terms=""):
    """Return a volume of these documents as XML."""
    documents = "".join(documents)
    return VOLUME.format(title=title, published=published, terms=terms, documents=documents)


def read(xml, name="frus1949v01.xml"):
    """Return what is read of a volume: text, or bytes in another encoding."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(xml if isinstance(xml, bytes) else xml.encode())
        return list(reader_for(path).read(path))


def read_one(text, **more):
    """Return the cable in a document; its volume has no other, and no reject."""
    (cable,) = read(volume(document(text, **more)))
    return cable


def words_of(cable):
    """Count the words of a cable and of what its editors added, each told once."""
    edition = cable.edition
    names = ("heading", "date", "source_note", "summary", "opener")
    texts = [cable.body, *(edition.get(name, "") for name in names)]
    texts += [note["text"] for note in edition.get("notes", ())]
    return Counter(re.findall(r"\w+", " ".join(texts)))


class EditorTests(TestCase):
    def test_an_editor_without_a_name_is_none(self):
        for markup, editors in (
            ("<editor role='primary'/>", None),
            ("<editor role='primary'> </editor><editor role='primary'>Ada Quill</editor>",)
            + (["Ada Quill"],),
        ):
            with self.subTest(markup):
                text = document(f"{HEAD}{DATELINE}<p>Fees.</p>")
                cable, *_ = read(volume(text, title=TITLE + markup))
                self.assertEqual(cable.edition.get("editors"), editors)


class TermTests(TestCase):
    def test_a_term_leads_to_its_entry_by_either_attribute(self):
        for name, attribute in product(("gloss", "term"), ("target", "corresp")):
            with self.subTest(name, attribute=attribute):
                terms = "<list><item><term xml:id='t_FB1'>FB</term>, Ferry Board</item></list>"
                text = f"{HEAD}{DATELINE}<p><{name} {attribute}='#t_FB1'>FB</{name}> met.</p>"
                (cable,) = read(volume(document(text), terms=terms))
                self.assertEqual(cable.edition["terms"], [["FB", "FB, Ferry Board", "t_FB1", "FB"]])

    def test_words_without_the_surname_of_a_person_are_not_explained(self):
        for entry, words, explained in (
            ("Touré, Maro", "President Toure", True),
            ("Touré, Maro", "the Tourés", True),
            ("van Rell, Maro", "Rell’s", True),
            ("Charity, Maro", "Status Bill", False),
            ("Quay, Norman", "Norman", False),
            ("Byrell, Maro", "Byreall", True),
            ("FB", "Ferry Board", True),
        ):
            with self.subTest(entry, words=words):
                terms = (
                    f"<list><item><persName xml:id='p_1'>{entry}</persName>, Master</item></list>"
                )
                text = f"{HEAD}{DATELINE}<p><persName corresp='#p_1'>{words}</persName> met.</p>"
                (cable,) = read(volume(document(text), terms=terms))
                self.assertEqual(bool(cable.edition.get("terms")), explained)

    def test_an_abbreviation_counts_only_in_the_case_of_the_list(self):
        for entry, words, explained in (
            *(("SEA", "SEA", True), ("SEA", "SEAs", True), ("SEA", "S.E.A.", True)),
            *(("SEA", "Sea", False), ("SEA", "sea", False), ("SEA", "seas", False)),
            *(("SEA", "Southeast Asia", True), ("U.S.", "US", True), ("U.S.", "us", False)),
            *(("Fr", "fr", False), ("Fr", "FR", True), ("msg", "msgs", True)),
            *(("niact", "NIACT", True), ("Embtel", "embtels", True), ("mytel", "Mytel", True)),
        ):
            with self.subTest(entry, words=words):
                terms = f"<list><item><term xml:id='t_1'>{entry}</term>, harbor word</item></list>"
                term = f"<gloss target='#t_1'>{words}</gloss>"
                text = f"{HEAD}{DATELINE}<p>{term} here.<note>On {term} there.</note></p>"
                (cable,) = read(volume(document(text), terms=terms))
                self.assertEqual(bool(cable.edition.get("terms")), explained)
                self.assertEqual("links" in cable.edition["notes"][0], explained)

    def test_letters_of_a_number_are_no_term(self):
        for before, letters, behind, explained in (
            *(("", "S", "/1353", False), ("", "S", " /7–52", False), ("", "S", "/P said", True)),
            *(("", "A", "–250", False), ("", "D", "-170/56", False), ("70 ", "D", " 217", False)),
            *(("(", "S", ") Ships came", False), ("(", "S", "/P)", True), ("(", "G", ")", True)),
            *(("", "CA", "–1363", False), ("", "CA", " 4530", False), ("", "CA", " said", True)),
            *(("", "MC", "–70", True), ("", "S", " 4 times", True)),
        ):
            with self.subTest(before + letters + behind):
                terms = f"<list><item><term xml:id='t_S1'>{letters}</term>, Secretary</item></list>"
                term = f"{before}<gloss target='#t_S1'>{letters}</gloss>{behind}"
                text = f"{HEAD}{DATELINE}<p>On {term}.<note>In {term}.</note></p>"
                (cable,) = read(volume(document(text), terms=terms))
                self.assertEqual(bool(cable.edition.get("terms")), explained)
                self.assertEqual("links" in cable.edition["notes"][0], explained)

    def test_words_in_a_note_lead_only_to_the_person_that_they_name(self):
        terms = "<list><item><persName xml:id='p_1'>Rell, Maro</persName>, Master</item></list>"
        names = "".join(f"<persName corresp='#p_1'>{name}</persName> " for name in ("Rell", "Norm"))
        for kind in ("", " type='source'"):
            with self.subTest(kind):
                noted = f"<head>1. Telegram<note{kind}>See {names}</note></head>"
                (cable,) = read(volume(document(f"{noted}{DATELINE}<p>Fees.</p>"), terms=terms))
                notes = cable.edition.get("notes", [{}])[0]
                links = cable.edition.get("source_links") or notes.get("links", [])
                self.assertEqual([link["start"] for link in links], [4])


class BreakTests(TestCase):
    def test_a_line_break_in_a_note_stays_one(self):
        for markup, text in (
            ("It reads:<lb/>“Fees.<lb/> <lb/>Boats”", "It reads:\n“Fees.\nBoats”"),
            ("<lb/>Fees <hi>rose<lb/></hi> again<lb/>", "Fees rose\nagain"),
            ("See <ref target='#d1'><lb/>Document\n  1</ref>", "See\nDocument 1"),
        ):
            with self.subTest(markup):
                cable = read_one(f"{HEAD}{DATELINE}<p>Fees.<note>{markup}</note></p>")
                (note,) = cable.edition["notes"]
                self.assertEqual(note["text"], text)
                for link in note.get("links", []):
                    self.assertEqual(text[link["start"] : link["end"]], "Document 1")

    def test_pages_that_are_only_counted_above_a_text_are_no_marks(self):
        pages = "".join(f"<pb n='{n}'/> " for n in (1, 2, 3))
        for name, text, told in (
            ("in a row above the text", f"{HEAD}{pages}<p>Fees.</p>", []),
            ("in the heading", f"<head>1. Telegram {pages}</head><p>Fees.</p>", []),
            ("one above the text", f"{HEAD}<pb n='7'/><p>Fees.</p>", ["7"]),
            ("words between", f"<pb n='6'/>{HEAD}<pb n='7'/><p>Fees.</p>", ["6", "7"]),
            ("in the text", f"{HEAD}<p>Fees.{pages}Boats.</p>", ["1", "2", "3"]),
        ):
            with self.subTest(name):
                cable = read_one(text.replace("</head>", f"</head>{DATELINE}"))
                self.assertEqual([page for _, page in cable.edition.get("pages", [])], told)


class WordTests(TestCase):
    """Each text holds the words one, two, three ... once."""

    def test_no_word_is_lost_or_repeated(self):
        for name, text in {
            "two headings": "<head>one</head><head>two</head><p>three</p>",
            "words in an opener": f"{HEAD}<opener>one <dateline>two</dateline> three</opener>",
            "a note in a note of the heading": "<head>one<note>two<note>three</note></note></head>",
            "an enclosed document": f"{HEAD}<p>one</p><floatingText><body><div type='document'>"
            "<head>two</head><p>three</p></div></body></floatingText>",
            "a document in a document": f"{HEAD}<p>one</p><div type='document'><p>two</p></div>"
            "<p>three</p>",
            "an attachment with a name": f"{HEAD}<frus:attachment><div type='document' xml:id='d9'>"
            "<p>one</p></div></frus:attachment><p>two three</p>",
            "a table with a footnote in a note": f"{HEAD}<note rend='inline'><table><row><cell>one"
            "<note>two</note></cell></row></table></note><p>three</p>",
            "a trailer of a table": f"{HEAD}<table><row><cell>one</cell><cell>two</cell></row>"
            "<trailer>three</trailer></table>",
            "a table in a table": f"{HEAD}<table><row><cell>one<table><row><cell>two</cell></row>"
            "</table></cell><cell>three</cell></row></table>",
            "a list in a table": f"{HEAD}<table><row><cell><list><item>one</item><item>two</item>"
            "</list></cell><cell>three</cell></row></table>",
            "a gap that is described": f"{HEAD}<p>one<note>two <gap reason='x'><desc/></gap>three"
            "</note></p>",
            "a note in a reading": f"{HEAD}<p>one <choice><sic>two</sic><corr><note>three</note>"
            "</corr></choice></p>",
            "what was struck out": f"{HEAD}<p><del>one</del><add>two</add> three</p>",
            "a summary": f"{HEAD}<note type='summary' rend='inline'>one</note>"
            "<note rend='inline' type='source'>two</note><p>three</p>",
        }.items():
            with self.subTest(name):
                said = words_of(read_one(text))
                found = {word: said[word] for word in ("one", "two", "three")}
                self.assertEqual(found, dict.fromkeys(found, 1))

    def test_the_printed_reading_is_text_and_the_editors_reading_a_note(self):
        sic = "<choice><sic>peers</sic><corr>piers</corr></choice>"
        turned = "<choice><corr>piers</corr><sic>peers</sic></choice>"
        for name, text, body in (
            ("in a paragraph", f"<p>Two {sic}.</p>", "Two peers."),
            ("the other way round", f"<p>Two {turned}.</p>", "Two peers."),
            ("in a cell", f"<table><row><cell>Two {sic}.</cell></row></table>", "Two peers."),
            ("in a heading of a list", f"<list><head>Two {sic}.</head></list>", "Two peers."),
        ):
            with self.subTest(name):
                cable = read_one(HEAD + DATELINE + text)
                self.assertEqual(cable.body, body)
                self.assertEqual(cable.edition["notes"][0]["text"], "Editors: piers")
        heading = read_one(f"<head>1. Telegram on {sic}</head><p>Text.</p>").edition
        self.assertEqual(heading["heading"], "1. Telegram on peers")
        self.assertEqual(heading["notes"][0]["text"], "Editors: piers")

    def test_a_quotation_inside_a_sentence_does_not_split_it(self):
        cable = read_one(f"{HEAD}<p>He said <quote>yes</quote> and left.</p>")
        self.assertEqual(cable.body, "He said yes and left.")
        cable = read_one(f"{HEAD}<p>He wrote: <quote><p>Yes.</p></quote></p>")
        self.assertEqual(cable.body, "He wrote:\n\nYes.")

    def test_a_footnote_stands_where_it_is_printed_though_its_words_stand_earlier(self):
        long = "Ships that pay no fee may stay in the harbor. " * 10
        for name, before, own in (
            ("inside a word", "<p>They check.</p>", "<p>CK{}</p>"),
            ("in other capitals", "<p>I sincerely agree.</p>", "<p>Sincerely,{}</p>"),
            ("without letters", "<p>He said:</p>", "<p>“ . . .{}</p>"),
            ("in a long passage", f"<p>{long}</p><p>Fees.</p>", f"<p>{long}{{}}</p>"),
        ):
            with self.subTest(name):
                cable = read_one(
                    HEAD + before + own.format("<note n='3'>Few.</note>") + "<p>End.</p>"
                )
                anchor = cable.edition["notes"][0]["at"]
                (place,) = find_places([cable.body], [anchor])
                self.assertEqual(re.sub(r"\W", "", cable.body[place.offset :]), "End")

    def test_a_footnote_in_a_table_is_anchored_in_its_cell(self):
        table = (
            "<table><row><cell>two<note n='3'>Few.</note></cell><cell>ships</cell></row></table>"
        )
        cable = read_one(f"{HEAD}<p>They are:</p>{table}")
        self.assertEqual(cable.body, "They are:\n\ntwo\tships")
        self.assertEqual(cable.edition["notes"][0]["at"], "two")


class NoteTests(TestCase):
    def test_each_kind_of_note_is_told_apart(self):
        for name, note, place in (
            ("marked", '<note n="1" type="source">Source: Files. Secret.</note>', "source_note"),
            ("in words", '<note n="1">Source: Files. Secret.</note>', "source_note"),
            ("inline", '<note rend="inline">Source: Files. Secret.</note>', "source_note"),
            ("by place", '<note place="inline">Source: Files. Secret.</note>', "source_note"),
            ("summary", '<note rend="inline" type="summary">Summary: Fees.</note>', "summary"),
            ("footnote", '<note n="1" place="foot">Not printed.</note>', "notes"),
        ):
            with self.subTest(name):
                edition = read_one(f"{HEAD}{note}{DATELINE}<p>Text.</p>").edition
                told = {"source_note", "summary", "notes"} & edition.keys()
                self.assertEqual(told, {place})

    def test_a_summary_does_not_give_the_class(self):
        summary = '<note rend="inline" type="summary">Secret. Fees rose.</note>'
        self.assertEqual(read_one(f"{HEAD}{summary}<p>Text.</p>").classification, "")

    def test_an_inline_note_is_text(self):
        note = "<note rend='inline'>[Here follow two tables.]</note>"
        cable = read_one(f"{HEAD}<p>One.</p>{note}<p>Two.</p>")
        self.assertEqual(cable.body, "One.\n\n[Here follow two tables.]\n\nTwo.")
        cable = read_one(f"{HEAD}<p>One.</p><note rend='inline' type='source'>Files.</note>")
        self.assertEqual((cable.body, cable.edition["source_note"]), ("One.", "Files."))

    def test_the_source_note_of_an_enclosure_is_a_footnote(self):
        enclosed = "<frus:attachment><p>Piers.<note type='source'>Source: B.</note></p>"
        cable = read_one(f"{HEAD}<p>Text.</p>{enclosed}</frus:attachment>")
        self.assertNotIn("source_note", cable.edition)
        self.assertEqual(cable.edition["notes"][0]["text"], "Source: B.")

    def test_the_signature_of_an_enclosure_is_not_that_of_the_document(self):
        enclosed = "<frus:attachment><closer><signed>Rell</signed></closer></frus:attachment>"
        self.assertNotIn("signed", read_one(f"{HEAD}<p>Text.</p>{enclosed}").edition)
        signed = "<closer><signed>Quay</signed></closer>"
        cable = read_one(f"{HEAD}<p>Text.</p>{enclosed}{signed}")
        self.assertEqual(cable.edition["signed"], "Quay")

    def test_a_document_of_pictures_only_has_no_text(self):
        cable = read_one(f'{HEAD}<pb facs="0001"/><p/>')
        self.assertEqual((cable.body, cable.partial), ("", True))
        self.assertEqual(cable.edition["pages"], [["", "0001"]])
        self.assertIn("not printed", cable.edition["locator"])


class VolumeTests(TestCase):
    def test_a_volume_is_the_same_in_any_encoding(self):
        xml = volume(document(f"{HEAD}<p>1. Café.</p><p>2. Fees.</p>"))
        (expected,) = read(xml)
        for encoding in ("utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"):
            with self.subTest(encoding):
                named = xml.replace("UTF-8", encoding.removesuffix("-sig"))
                (cable,) = read(named.encode(encoding))
                self.assertEqual(
                    (cable.body, cable.blocks.ids), ("1. Café.\n\n2. Fees.", ["par1", "par2"])
                )
                self.assertEqual(cable, expected)

    def test_namespace_prefixes_do_not_matter(self):
        xml = volume(document(f"{HEAD}<p>Text.</p>"))
        prefixed = re.sub(r"<(/?)(?!frus:|\?)(\w)", r"<\1tei:\2", xml).replace(
            "xmlns=", "xmlns:tei="
        )
        self.assertEqual(read(prefixed), read(xml))

    def test_a_volume_is_named_by_its_own_id(self):
        number = '<idno type="frus">frus1950v03</idno>'
        xml = volume(document(f"{HEAD}<p>Text.</p>"), published=number)
        rooted = volume(document(f"{HEAD}<p>Text.</p>")).replace(
            "<TEI ", '<TEI xml:id="frus1950v03" '
        )
        for text in (xml, rooted):
            self.assertEqual(read(text, "a.xml")[0].published_reference, "FRUS1950V03-D1")

    def test_title_and_imprint_are_read(self):
        parts = (
            '<title type="series">Foreign Relations</title><title type="subseries">1949</title>'
            '<title type="volume-number">Volume I</title><title type="volume">Harbors</title>'
        )
        dates = (
            "<publisher>United States Government Printing Office</publisher>"
            "<pubPlace>Washington, DC</pubPlace>"
            '<date type="content-date" notBefore="1949-01-01">1949</date>'
            '<date type="publication-date">1975</date>'
        )
        (cable,) = read(volume(document(f"{HEAD}<p>Text.</p>"), title=parts, published=dates))
        edition = cable.edition
        self.assertEqual(edition["volume_title"], "Foreign Relations, 1949, Volume I, Harbors")
        self.assertEqual(edition["published"], "1975")
        self.assertEqual(edition["publisher"], "Washington: Government Printing Office")

    def test_the_title_page_says_when_a_volume_was_published(self):
        dates = {"Rome, 1871.": "1871", "<docDate>1986</docDate> 9": "1986", "1999 Bureau": "1975"}
        for imprint, year in dates.items():
            page = f"<titlePage><docImprint>{imprint}</docImprint></titlePage>"
            (cable,) = read(volume(document(HEAD), terms=page))
            self.assertEqual(cable.edition["published"], year, imprint)

    def test_lists_of_terms_and_persons_are_read(self):
        text = '<table><row><cell>The <gloss target="{key}">HB</gloss></cell></row></table>'
        for name, terms, key in (
            ("a term", '<list><item><term xml:id="t_A">HB</term>, Board</item></list>', "#t_A"),
            ("an item", '<list><item xml:id="t_A">HB, Board</item></list>', "#t_A"),
            ("a label", '<list><label xml:id="t_A">HB</label><item>Board</item></list>', "#t_A"),
            ("a name", '<list><item><name xml:id="t_A">HB</name>: Board</item></list>', "#t_A"),
            ("one of two", '<list><item xml:id="t_A">HB, Board</item></list>', "#t_B #t_A"),
            ("elsewhere", '<list><item xml:id="t_A">HB, Board</item></list>', "frus1.xml#t_A"),
        ):
            with self.subTest(name):
                told = document(HEAD + text.format(key=key))
                (cable,) = read(volume(told, terms=terms))
                self.assertEqual(
                    [term[:2] for term in cable.edition["terms"]], [["HB", "HB, Board"]]
                )

    def test_a_named_document_inside_another_is_a_document(self):
        inner = document("<head>2. Airgram From A to B</head><p>Two.</p>", "d2")
        two, one = read(volume(document(f"{HEAD}<p>One.</p>{inner}")))
        self.assertEqual((one.body, two.body), ("One.", "Two."))

    def test_file_and_number_are_split_from_a_heading(self):
        office = "The Ambassador in Portugal (Quay) to the Secretary of State"
        for heading, number in (
            (f"No. 1<lb/>953.00/1–349: Telegram<lb/>{office}", "412. "),
            ("1. Telegram 412 From the Embassy in Portugal to the Department of State", ""),
        ):
            with self.subTest(heading):
                cable = read_one(f"<head>{heading}</head>{DATELINE}<p>{number}Fees.</p>")
                self.assertEqual((cable.kind, cable.reference), ("telegram", "49LISBON412"))
        (report,) = read(volume(document("<head>1961 Review of Fees</head><p>Text.</p>")))
        self.assertEqual(report.title, "1961 Review of Fees")

    def test_an_invalid_name_is_rejected_with_a_reason(self):
        (reject,) = read(volume(document(f"{HEAD}<p>Text.</p>", "appendix")))
        self.assertIsInstance(reject, Reject)
        self.assertIn("'appendix'", reject.reason)


class AnchorTests(TestCase):
    def test_a_note_is_placed_behind_its_own_words_though_they_stood_before(self):
        words = "They pay the fees of the harbor and those of the lighthouse."
        note = "<note n='2' xml:id='d1fn2'>In gold.</note>"
        cable = read_one(
            f"{HEAD}{DATELINE}<p>{words}</p><p>Ships came. {words}{note}</p><p>Or.</p>"
        )
        (place,) = find_places([cable.body], [cable.edition["notes"][0]["at"]])
        self.assertEqual(cable.body[place.offset :], "\n\nOr.")
