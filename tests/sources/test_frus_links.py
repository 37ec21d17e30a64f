"""Cross references, the index and the pages before the documents of a volume."""

import tempfile
from pathlib import Path
from unittest import TestCase

from lxml import etree

from cables.sources import reader_for
from cables.sources.frus.cross_references import linked_text
from cables.sources.frus.front_matter import read_front_matter
from cables.sources.frus.tei_text import text_of
from tests.paths import DATA
from tests.sources.test_frus_markup import DATELINE, HEAD, document, volume
from tests.sources.test_frus_markup import read as read_volume

VOLUME = DATA / "frus1949v97.xml"


def read(markup):
    """Return (text, [(words, target)]) of an element."""
    text, links = linked_text(etree.fromstring(f"<note>{markup}</note>"))
    return text, [(text[each["start"] : each["end"]], each["to"]) for each in links]


def indexed(path):
    """Return {document: keys for which the index names it}."""
    editions = [each.edition for each in reader_for(path).read(path)]
    return {each["document"]: sorted(each.get("indexed", [])) for each in editions}


def named_at_the_end(xml):
    """Return the volume with Oar in its last two documents."""
    for old, new in (("January 5, 1949, the board met", "January 5, 1949, Oar met"),
                     ("All ferries float", "Oar floats")):  # fmt: skip
        assert old in xml
        xml = xml.replace(old, new)
    return xml


class LinkTests(TestCase):
    def test_words_of_a_note_lead_where_its_markup_says(self):
        for markup, links in (
            ('See <ref target="#d4">Document 4</ref>.', [("Document 4", "#d4")]),
            ('<ref target="#d4fn3"> footnote\n 3, <hi>Document 4</hi></ref>, and on',
             [("footnote 3, Document 4", "#d4fn3")]),
            ('In <ref target="frus1948v01#d2">vol. I</ref>, <ref target="frus1948v02">II</ref>',
             [("vol. I", "frus1948v01#d2"), ("II", "frus1948v02")]),
            ('By <persName corresp="#p_RM1 #p_X1">Rell</persName> of the '
             '<gloss corresp="#t_FB1">FB</gloss>', [("Rell", "#p_RM1"), ("FB", "#t_FB1")]),
            ('<ref target="#d4">see <persName corresp="#p_RM1">Rell</persName></ref>',
             [("Rell", "#p_RM1")]),
            ('<ref target="d346">346</ref>', [("346", "#d346")]),
            ('<ref>525</ref> <ref target="">1</ref> <ref target="javascript:x">2</ref>', []),
            ('<ref target="#d4"/> and <ref target="#d5"> </ref>', []),
            ('See vol. XIV, <ref target="#d5fn2">footnote 2</ref>', []),
            ('in <hi>Relations</hi>, 1954, vol. XIV, Part 1, p. 573, '
             '<ref target="#d5fn2">footnote 2</ref>', []),
            ('see Volume 3, <ref target="#d83">Document 83</ref>', []),
            ('vol. XIV, p. 868, and <ref target="#d5">Document 5</ref>', [("Document 5", "#d5")]),
            ('<ref target="frus1948v06#d2">vol. VI</ref>; ibid., <ref target="#d5">Document 5</ref>'
             '; ibid., footnote 3, <ref target="#d5">Document 5</ref>',
             [("vol. VI", "frus1948v06#d2"), *[("Document 5", "frus1948v06#d5")] * 2]),
            ('<ref target="#pg_3">p. 3</ref>; <ref target="#pg_5">ibid</ref>',
             [("p. 3", "#pg_3"), ("ibid", "#pg_5")]),
            ('See 1949. VII, Part 2, p. 976, <ref target="#d5fn2">footnote 2</ref>', []),
            ('FSB <ref target="#d59">Document 59</ref>–<ref target="#d85">185</ref>', []),
            ('vol. X, <ref target="#d2">Document 2</ref>; ibid., <ref target="#d5">5</ref>', []),
            ('<ref target="#d2">Vol. 7</ref>', []),
            ('vol. XIV, <ref target="frus1948v14#d5">Document 5</ref>',
             [("Document 5", "frus1948v14#d5")]),
            ('no <gap/><note>inner <ref target="#d1">1</ref></note> link', []),
        ):  # fmt: skip
            with self.subTest(markup):
                text, found = read(markup)
                self.assertEqual(found, links)
                self.assertEqual(text, text_of(etree.fromstring(f"<note>{markup}</note>")))


class IbidTests(TestCase):
    def test_ibid_is_the_volume_that_the_note_before_cites(self):
        first = "See <ref target='frus1948v06#d2'>Document 2</ref>."
        second = "See ibid., <ref target='#d5'>Document 5</ref>."
        (cable,) = read_volume(
            volume(document(f"{HEAD}{DATELINE}<p>A<note>{first}</note> B<note>{second}</note></p>"))
        )
        links = [link["to"] for note in cable.edition["notes"] for link in note["links"]]
        self.assertEqual(links, ["frus1948v06#d2", "frus1948v06#d5"])


class FootnoteTests(TestCase):
    def test_a_footnote_to_another_paper_is_not_that_of_the_document(self):
        two = "<ref target='#d1fn1'>footnotes 1</ref> and <ref target='#d1fn2'>2</ref>"
        for behind, count in ((" to despatch 217", 0), (" to Document 4", 0), (" above", 2)):
            with self.subTest(behind):
                first = f"<note xml:id='d1fn1'>See {two}{behind}.</note>"
                text = f"<p>A{first} B<note xml:id='d1fn2'>C.</note></p>"
                (cable,) = read_volume(volume(document(f"{HEAD}{DATELINE}{text}")))
                self.assertEqual(len(cable.edition["notes"][0].get("links", [])), count)


class VolumeTests(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.editions = {
            each.edition["document"]: each.edition for each in reader_for(VOLUME).read(VOLUME)
        }

    def test_the_links_of_text_and_notes_are_kept(self):
        source = self.editions["d1"]["source_links"]
        self.assertEqual([each["to"] for each in source], ["#d3"])
        (note,) = self.editions["d1"]["notes"]
        self.assertEqual(
            [each["to"] for each in note["links"]], ["#d2fn3", "frus1948v96#d12", "#d4", "#p_TG1"]
        )
        self.assertNotIn("links", self.editions["d2"]["notes"][0])
        self.assertEqual(
            [link[1:] for link in self.editions["d3"]["links"]],
            [
                ["Document 1", "#d1"],
                ["volume XCVI", "frus1949v96"],
                ["a song", "https://evil.example/"],
            ],
        )

    def test_terms_have_the_key_of_their_entry(self):
        self.assertEqual(
            [term[:3] for term in self.editions["d1"]["terms"]],
            [["Rell", "Rell, Maro, Ferry master", "p_RM1"], ["FB", "FB, Ferry Board", "t_FB1"]],
        )

    def test_the_index_names_documents_by_number_by_page_and_by_range(self):
        self.assertEqual(
            indexed(VOLUME),
            {
                "d1": ["p_RM1", "p_TG1", "t_FB1"],
                "d2": ["p_OA1", "p_RM1"],
                "d3": ["p_RM1"],
                "d4": [],
            },
        )

    def test_a_name_of_the_index_is_known_without_its_accents_and_parentheses(self):
        xml = VOLUME.read_text()
        oar = "<item>Oar, Ada, <ref"
        self.assertIn(oar, xml)
        for name in ("Oár, Ada,", "Oar, Ada (<hi>see also</hi> Boats),", "OAR, Ada"):
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "frus1949v97.xml"
                path.write_text(xml.replace(oar, f"<item>{name} <ref"))
                self.assertEqual(indexed(path), indexed(VOLUME))

    def test_a_name_of_the_list_is_known_without_other_spellings_in_parentheses(self):
        xml = VOLUME.read_text()
        listed = 'xml:id="p_OA1">Oar, Ada<'
        self.assertIn(listed, xml)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "frus1949v97.xml"
            path.write_text(xml.replace(listed, 'xml:id="p_OA1">Oar (Oare, Ohr), Ada<'))
            self.assertEqual(indexed(path), indexed(VOLUME))

    def test_a_person_indented_below_another_may_have_a_shortened_rank(self):
        whole = VOLUME.read_text()
        start, end = whole.index('<list type="index">'), whole.rindex("</list>")
        for rank, documents in (("Maj. Gen.", ["d4"]), ("Adm.", [])):
            with self.subTest(rank), tempfile.TemporaryDirectory() as folder:
                oar = f'<persName corresp="#p_OA1">Oar, {rank} Ada</persName>'
                below = f'<item>{oar}, <ref target="#d4">4</ref></item>'
                entry = f"<item>Tern, Gudlaug<list>{below}</list></item>"
                xml = f'{whole[:start]}<list type="index">{entry}{whole[end:]}'
                path = Path(folder) / "frus1949v97.xml"
                path.write_text(xml.replace(">Oar, Ada<", ">Oar, Major General Ada<"))
                found = [name for name, keys in indexed(path).items() if "p_OA1" in keys]
                self.assertEqual(found, documents)

    def test_a_link_behind_the_name_of_another_volume_is_none_in_a_text_too(self):
        xml = VOLUME.read_text()
        for before, links in (("See vol. XIV, ", 2), ("See vol. XIV, p. 2, and ", 3)):
            with self.subTest(before), tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "frus1949v97.xml"
                link = f'Its ferry is in {before}<ref target="#d1">'
                path.write_text(xml.replace('Its ferry is in <ref target="#d1">', link))
                told = [each.edition for each in reader_for(path).read(path)][2]
                self.assertEqual(len(told["links"]), links)

    def test_a_person_indented_below_another_has_an_entry_of_his_own(self):
        """Oar is indented by mistake, and what follows may be below him."""
        xml = VOLUME.read_text()
        start, end = xml.index('<list type="index">'), xml.rindex("</list>")
        four = '<ref target="#d4">4</ref>'
        for outer, inner, tern, oar in (
            ("Tern, Gudlaug", f"Oar, Ada, {four}", ["d1"], ["d4"]),
            ("Tern, Gudlaug", f"Oár, Ada (see also Boats), {four}", ["d1"], ["d4"]),
            ("Tern, Gudlaug", f'<persName corresp="#p_OA1">Oar, Ada</persName>, {four}')
            + (["d1"], ["d4"]),
            ("Tern, Gudlaug", f"Oar, meeting with, {four}", ["d1", "d2", "d4"], []),
            ("Tern, Gudlaug", f"Oar, Ada, meeting with, {four}", ["d1", "d2", "d4"], []),
            ("Tern, Gudlaug", f"Boats<list><item>Oar, Ada, {four}</item></list>")
            + (["d1", "d2", "d4"], []),
            ("FB", f"Oar, Ada, {four}", [], ["d4"]),
            ("Harbors", f"Oar, Ada, {four}", [], ["d4"]),
        ):
            with self.subTest(outer, inner=inner), tempfile.TemporaryDirectory() as folder:
                below = f"<item>{inner}</item><item>Fees, <ref target='#d2'>2</ref></item>"
                entry = f"<item>{outer}, <ref target='#d1'>1</ref><list>{below}</list></item>"
                path = Path(folder) / "frus1949v97.xml"
                path.write_text(f'{xml[:start]}<list type="index">{entry}{xml[end:]}')
                found = indexed(path)
                for key, documents in (("p_TG1", tern), ("p_OA1", oar)):
                    self.assertEqual([d for d, keys in found.items() if key in keys], documents)
                everything = [d for d, keys in found.items() if "t_FB1" in keys]
                self.assertEqual(everything, ["d1", "d2", "d4"] if outer == "FB" else [])

    def test_of_documents_on_a_page_those_count_that_name_the_person_there(self):
        """Documents 2 and 3 stand on page 2; document 2 begins on page 1."""
        marked = '<persName corresp="#p_OA1">She</persName> came.'
        note = 'Fees.<note n="9">Not so.</note>'
        plain, italic = '<ref target="#pg_2">2{}</ref>', '<ref target="#pg_2">2</ref><hi>n</hi>'
        page, noted = plain.format(""), plain.format("n")
        for number, on_page_1, on_page_2, in_3, documents in (
            (page, "", "", "", []),
            (page, "", "No oar is for sale.", "", []),
            (page, "", "OAR has no ferry.", "", ["d2"]),
            (page, "", "Oar came.", "Oar came.", ["d2", "d3"]),
            (page, "", marked, "Oar came.", ["d2"]),
            (page, "Oar came.", "", "Oar came.", ["d3"]),
            (page, marked, "", "Oar came.", ["d3"]),
            (page, "Oar came.", "", "", ["d2"]),
            (page, marked, "", "", ["d2"]),
            (noted, "", "Oar came.", "Oar came.", ["d2"]),
            (f"{page}n, 9", "", "Oar came.", "Oar came.", ["d2"]),
            (italic, "", "Oar came.", "Oar came.", ["d2"]),
            (noted, "", "", "Oar came.", []),
            (noted, "", "", f"Oar came. {note}", ["d3"]),
            (noted, "", "", note, []),
        ):
            said = (number, on_page_1, on_page_2, in_3)
            with self.subTest(said), tempfile.TemporaryDirectory() as folder:
                xml = VOLUME.read_text()
                for old, new in (
                    ('<ref target="#pg_2">2</ref>', number),
                    ("Regret.", on_page_1),
                    ("No ferry is for sale.", on_page_2),
                    ("On January 5, 1949, the board met.", in_3),
                    (" by Oar", ""),
                ):
                    self.assertIn(old, xml)
                    xml = xml.replace(old, new, 1)
                path = Path(folder) / "frus1949v97.xml"
                path.write_text(xml)
                found = [name for name, keys in indexed(path).items() if "p_OA1" in keys]
                self.assertEqual(found, documents)

    def test_of_a_misprinted_span_only_its_certain_ends_count(self):
        xml = VOLUME.read_text()
        oar, fourth = '<ref target="#pg_2">2</ref>', 'n="3" xml:id="pg_3"'
        first, second = '<ref target="#pg_1">1</ref>', '<ref target="#pg_{}">{}</ref>'
        for entry, last, documents in (
            (f"{first}–{second.format(51, 51)}", "51", ["d1", "d2", "d3", "d4"]),
            (f"{first}–{second.format(52, 52)}", "52", ["d1", "d2", "d4"]),
            (f"{second.format(3, 3)}–{first}", "3", ["d4"]),
            (f"{second.format(3, 3)}, {first}", "3", ["d1", "d2", "d4"]),
        ):
            with self.subTest(entry), tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "frus1949v97.xml"
                changed = xml.replace(oar, entry).replace("Regret.", "Oar came.")
                changed = changed.replace(" sold a ferry", " and Oar sold a ferry")
                changed = named_at_the_end(changed)
                path.write_text(changed.replace(fourth, f'n="{last}" xml:id="pg_{last}"'))
                found = [name for name, keys in indexed(path).items() if "p_OA1" in keys]
                self.assertEqual(found, documents)

    def test_numbers_of_pages_are_pages_although_the_markup_leads_to_documents(self):
        xml = VOLUME.read_text()
        oar = '<item>Oar, Ada, <ref target="#pg_2">2</ref></item>'
        self.assertIn(oar, xml)
        for entry, documents in (
            ('<ref target="#d2">2</ref>, <ref>9</ref>', ["d2", "d4"]),  # No document 9.
            ('<ref target="#d2">2</ref>, <ref>8</ref>', ["d2"]),  # And no page 8.
            ('<ref target="#d2">2</ref>–<ref target="#d4">4</ref>', ["d2", "d3", "d4"]),
            ('<ref target="#pg_1">1</ref>–<ref target="#pg_9">9</ref>', ["d2", "d3", "d4"]),
            ('<ref target="#d2fn3">2</ref>n', ["d2"]),
            ("<ref>4</ref>", []),
        ):
            with self.subTest(entry), tempfile.TemporaryDirectory() as folder:
                changed = xml.replace(oar, f"<item>Oar, Ada, {entry}</item>")
                if "d3" in documents:
                    changed = changed.replace("1949, the board met", "1949, Oar met")
                changed = changed.replace("All ferries float", "Oar floats")
                path = Path(folder) / "frus1949v97.xml"
                path.write_text(changed.replace('n="3" xml:id="pg_3"', 'n="9" xml:id="pg_9"'))
                found = [name for name, keys in indexed(path).items() if "p_OA1" in keys]
                self.assertEqual(found, documents)

    def test_a_range_has_all_that_is_printed_on_the_pages_in_it(self):
        """Page 1 has d1 and d2, page 2 the end of d2 and d3, page 3 the end of d3 and d4.

        On page 2 alone d2 names her, so d3 is in a range only if that goes beyond this page.
        """
        oar = '<persName corresp="#p_OA1">Oar</persName>'
        xml = VOLUME.read_text().replace('<pb n="3" xml:id="pg_3"/>', "")
        for old, new in (
            ("sold a ferry", f"sold {oar} a ferry"),
            ("For Document 1", '<pb n="3" xml:id="pg_3"/>Oar: For Document 1'),
            ("All ferries float", f"{oar} floats"),
        ):
            self.assertIn(old, xml)
            xml = xml.replace(old, new)
        for last, documents in ((3, ["d1", "d2", "d3", "d4"]), (2, ["d1", "d2"])):
            with self.subTest(last=last), tempfile.TemporaryDirectory() as folder:
                span = f'<ref target="#pg_1">1</ref>–<ref target="#pg_{last}">{last}</ref>'
                path = Path(folder) / "frus1949v97.xml"
                path.write_text(xml.replace('<ref target="#pg_2">2</ref>', span))
                found = [name for name, keys in indexed(path).items() if "p_OA1" in keys]
                self.assertEqual(found, documents)

    def test_a_person_with_a_key_far_below_another_entry_is_named(self):
        xml = VOLUME.read_text()
        start, end = xml.index('<list type="index">'), xml.rindex("</list>")
        four = '<ref target="#d4">4</ref>'
        marked = '<persName corresp="#p_OA1">Oar, Ada</persName>'
        for name, levels, documents in (
            (f"{marked} (Rower), {four}", 1, ["d4"]),
            (f"{marked}, {four}", 2, ["d4"]),
            (f"Oar, Ada, {four}", 1, []),
            (f"Talk with {marked}, {four}", 1, []),
            (f'<persName corresp="#p_ZZ9">Oar, Ada</persName>, {four}', 1, []),
        ):
            with self.subTest(name, levels=levels), tempfile.TemporaryDirectory() as folder:
                below = f"<item>{name}</item>"
                for _ in range(levels):
                    below = f"<item>Talks<list>{below}</list></item>"
                path = Path(folder) / "frus1949v97.xml"
                entry = f"<item>FB<list>{below}</list></item>"
                path.write_text(f'{xml[:start]}<list type="index">{entry}{xml[end:]}')
                found = indexed(path)
                of_oar = [each for each, keys in found.items() if "p_OA1" in keys]
                self.assertEqual(of_oar, documents)
                self.assertIn("t_FB1", found["d4"])

    def test_the_pages_before_the_documents_are_read_in_order(self):
        volume, pages = read_front_matter(VOLUME)
        self.assertEqual(volume, "frus1949v97")
        told = [
            (page.name, page.title, [(each["kind"], each["text"]) for each in page.blocks])
            for page in pages
        ]
        self.assertEqual(
            told,
            [
                ("preface", "Preface", [
                    ("p", "These papers were kept by Rell; see Document 1."),
                    ("note", "And the terms."),
                    ("head", "Method"), ("p", "Ferries first."),
                ]),
                ("sources", "Sources", [
                    ("head", "Department of Ferries"),
                    ("item", "Central Files"), ("item", "953.00: ships"),
                ]),
                ("terms", "Abbreviations", [("item", "FB Ferry Board")]),
                ("persons", "Persons", [
                    ("item", "Rell, Maro, Ferry master"),
                    ("item", "Tern, Gudlaug, Pilot & poet"),
                    ("item", "Oar, Ada, Rower"),
                ]),
            ],
        )  # fmt: skip
        self.assertEqual(pages[2].keys, ["t_FB1"])
        self.assertEqual(pages[3].keys, ["p_RM1", "p_TG1", "p_OA1"])
        self.assertEqual(
            [each["to"] for block in pages[0].blocks for each in block["links"]],
            ["#p_RM1", "#d1", "#terms"],
        )

    def test_no_words_and_no_section_before_the_documents_are_lost(self):
        xml = VOLUME.read_text()
        for old, new, told in (
            ("</list></item>", "</list>and the rest.</item>", "Central Files and the rest."),
            ('type="section" xml:id="sources"', 'type="section"', "Central Files"),
            ('xml:id="sources"', 'xml:id="a/b c"', "Central Files"),
            ('xml:id="sources"', f'xml:id="{"s" * 99}"', "Central Files"),
            ('xml:id="sources"', 'xml:id="preface"', "Central Files"),
        ):
            with self.subTest(new), tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "frus1949v97.xml"
                self.assertIn(old, xml.partition("953.00: ships")[2] if "list" in old else xml)
                before, entry, behind = xml.partition("953.00: ships")
                changed = f"{before}{entry}{behind.replace(old, new, 1)}"
                path.write_text(changed if "list" in old else xml.replace(old, new, 1))
                _, pages = read_front_matter(path)
                names = [page.name for page in pages]
                self.assertEqual(len(set(names)), 4)
                self.assertIn(told, [block["text"] for page in pages for block in page.blocks])
                for name in names:
                    self.assertRegex(name, r"^[\w.-]{1,60}$")
