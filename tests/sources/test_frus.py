"""Volumes of Foreign Relations: the text of a document, and what its editors added."""

import gzip
import logging
import random
import re
from collections import Counter
from datetime import UTC, datetime
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cables.sources import Other, Reject, frus, reader_for
from cables.sources.frus.volume import NEW
from tests.base import FolderTestCase
from tests.paths import DATA
from tests.real_data import real_folder
from tests.slow import examples

VOLUME = DATA / "frus1955-57v99.xml"


def documents(path=VOLUME, **options):
    return list(frus.read(path, **options))


class DocumentTests(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.telegram, cls.note, cls.airgram, cls.circular, cls.other, cls.old = documents()

    def test_a_telegram_is_named_by_year_place_and_number(self):
        self.assertEqual(self.telegram.reference, "56LISBON412")
        self.assertEqual(self.telegram.published_reference, "FRUS1955-57V99-D1")

    def test_a_number_that_occurs_twice_in_a_volume_gives_no_reference(self):
        self.assertEqual(self.circular.reference, "FRUS1955-57V99-D4")
        self.assertEqual(self.other.reference, "FRUS1955-57V99-D5")
        self.assertEqual(self.other.edition["numbered"], "56STATE88")

    def test_the_text_is_as_sent_without_footnotes_pages_and_heading(self):
        self.assertEqual(
            self.telegram.body,
            "412. Subject: Harbor fees. Deptel 77. The HB raised its fees.\n\n"
            "1. Rell told me that ships complained.\n\n"
            "2. [1 line of source text not declassified] They pay at the NP.\n\nQuay",
        )
        self.assertEqual(self.telegram.blocks.ids, ["par0.1", "par1", "par2", "par2.1"])

    def test_editors_additions_keep_their_anchors(self):
        edition = self.telegram.edition
        notes = [(note["id"], note["n"], note["at"][-11:]) for note in edition["notes"]]
        self.assertEqual(notes, [("d1fn2", "2", "d its fees."), ("d1fn2a", "2a", "d its fees.")])
        self.assertEqual(edition["notes"][0]["text"], "The board met on March 13.")
        self.assertEqual(edition["pages"], [["1. Rell told me that ships", "2"]])
        self.assertEqual(edition["gaps"][0][1], "2 pages convenience")

    def test_sender_recipient_place_and_time_are_read(self):
        edition, telegram = self.telegram.edition, self.telegram
        self.assertEqual(telegram.created, datetime(1956, 3, 14, 16, tzinfo=UTC))
        self.assertEqual(telegram.classification, "SECRET")
        self.assertEqual(telegram.captions, ("PRIORITY", "LIMIT DISTRIBUTION"))
        self.assertEqual(telegram.origin, "Embassy Lisbon")
        self.assertEqual(telegram.subject, "Harbor fees")
        self.assertEqual(telegram.cites, ("56STATE77",))
        expected = {
            "kind": "telegram",
            "volume": "frus1955-57v99",
            "document": "d1",
            "number": "1",
            "chapters": [["comp1", "Harbors"], ["ch1", "1. Fees"]],
            "from": "Embassy in Portugal",
            "to": "Department of State",
            "place": "Lisbon",
            "date": "Lisbon, March 14, 1956, 4 p.m.",
            "signed": "Quay",
            "published": "1989",
            "editors": ["Ada Quill"],
            "address": "https://history.state.gov/historicaldocuments/frus1955-57v99/d1",
            "terms": [
                [*("HB", "HB, Harbor Board", "t_HB1")]
                + ["412. Subject: Harbor fees. Deptel 77. The HB"],
                [*("Rell", "Rell, Maro, Harbor master of Lisbon", "p_RM1"), "1. Rell"],
                [*("NP", "NP, Northern Pier", "t_NP1")]
                + ["source text not declassified] They pay at the NP"],
            ],
        }
        for name, value in expected.items():
            with self.subTest(name):
                self.assertEqual(edition[name], value)
        self.assertIn("953.00/3–1456", edition["source_note"])

    def test_a_list_a_table_and_an_enclosure_are_text(self):
        self.assertEqual(self.airgram.kind, "airgram")
        self.assertEqual(
            self.airgram.body,
            "A–60\n\nSUBJECT\n\nPiers\n\nShips\n\nMarch\t12\nApril\n\none pier\ntwo peers\n\n"
            "Enclosure\n\nA list of piers.",
        )
        self.assertEqual(self.airgram.edition["notes"][0]["text"], "Editors: piers")

    def test_a_salutation_is_text_and_noon_is_a_time(self):
        self.assertTrue(self.circular.body.startswith("For the Ambassador:\n\n88. Light"))
        self.assertEqual(self.circular.created.hour, 12)
        self.assertEqual(self.circular.classification, "NO MARKING")

    def test_the_kind_of_an_older_telegram_is_read_above_its_text(self):
        self.assertEqual((self.old.kind, self.old.classification), ("telegram", "RESTRICTED"))
        self.assertEqual((self.old.created.year, self.old.created_precision), (1956, "year"))

    def test_a_document_that_is_not_a_cable_is_yielded_with_its_kind(self):
        self.assertEqual((self.note.kind, self.note.is_cable), ("editorial note", False))
        self.assertEqual(self.note.created, datetime(1956, 3, 15, tzinfo=UTC))
        self.assertEqual(self.note.created_precision, "day")
        kept = documents(everything=False)
        self.assertEqual(
            [each for each in kept if isinstance(each, Other)][0].kind, "editorial note"
        )
        self.assertEqual(len(kept), 6)


class FileTests(FolderTestCase):
    def test_a_gzip_volume_is_read_and_its_bytes_are_counted(self):
        path = self.folder / "frus1955-57v99.xml.gz"
        path.write_bytes(gzip.compress(VOLUME.read_bytes()))
        read = []
        self.assertEqual(reader_for(path), frus)
        self.assertEqual(list(frus.read(path, read.append)), documents())
        self.assertEqual(sum(read), path.stat().st_size)

    def test_an_unknown_element_is_logged_once_with_its_path(self):
        path = self.write(
            VOLUME.name, VOLUME.read_text().replace("lamps are", "<zzz>lamps</zzz><zzz/> are")
        )
        NEW.clear()
        with self.assertLogs("cables", logging.DEBUG) as logged:
            documents(path)
        (line,) = logged.output
        self.assertIn("TEI/text/body/div/div/div/p/zzz", line)

    def test_a_file_that_is_not_a_volume_is_refused_with_a_reason(self):
        for text, reason in (
            ("<a><b/></a>", "no volume of Foreign Relations"),
            ("<TEI><text>", "broken XML"),
        ):
            with self.subTest(reason), self.assertRaisesRegex(ValueError, reason):
                documents(self.write(VOLUME.name, text))

    def test_a_volume_is_read_whole_whatever_its_ids(self):
        text = VOLUME.read_text()
        for name, old, new, ids in (
            ("a document twice", 'xml:id="d4"', 'xml:id="d3"', "1 2 3 3B 5 6"),
            ("thrice", r'xml:id="d[45]"', 'xml:id="d3"', "1 2 3 3B 3C 6"),
            ("beside the next letter", 'xml:id="d(4|5)"', r'xml:id="d3\1"', "1 2 3 34 35 6"),
            ("a letter that is taken", 'xml:id="d[56]"', 'xml:id="d3b"', "1 2 3 4 3B 3C"),
            ("in capitals", 'xml:id="d4"', 'xml:id="D3"', "1 2 3 3B 5 6"),
            ("none but a number", 'xml:id="d4"', "", "1 2 3 4 5 6"),
            ("none, and its number is another's id", 'xml:id="d4" n="4"', 'n="3"', "1 2 3 3B 5 6"),
            ("the id of its chapter", 'xml:id="ch1"', 'xml:id="d1"', "1 2 3 4 5 6"),
            ("of a term", 'xml:id="comp1"', 'xml:id="t_HB1"', "1 2 3 4 5 6"),
            ("no name", 'xml:id="comp1"', 'xml:id="1 2"', "1 2 3 4 5 6"),
        ):
            with self.subTest(name):
                read = documents(self.write(VOLUME.name, re.sub(old, new, text)))
                self.assertEqual([getattr(each, "reason", "") for each in read], [""] * 6)
                names = [each.published_reference for each in read]
                self.assertEqual(names, [f"FRUS1955-57V99-D{each}" for each in ids.split()])

    def test_a_second_document_with_an_id_says_so_and_has_the_address_of_the_volume(self):
        path = self.write(VOLUME.name, VOLUME.read_text().replace('xml:id="d4"', 'xml:id="d3"'))
        cable = documents(path)[3]
        self.assertEqual(cable.edition["address"][-18:], "/frus1955-57v99/d3")
        self.assertEqual(
            cable.warnings, (("F-1", "The volume has another d3; this document is named d3b"),)
        )

    def test_each_document_after_damage_is_rejected_with_its_line(self):
        whole = VOLUME.read_text()
        half = whole.index('xml:id="d3"') + 30
        packed = gzip.compress(whole.encode(), mtime=0)
        for name, content, found, lost in (
            ("a broken tag", f"{whole[:half]}<p></q>{whole[half:]}", 2, ["d3", "d4", "d5", "d6"]),
            ("cut off", whole[:half], 2, ["d3"]),
            ("cut off at the end", whole[:-20], 6, [""]),
            ("damaged above", whole.replace("<teiHeader>", "<teiHeader></x>"), 0)
            + ([f"d{number}" for number in range(1, 7)],),
            ("damaged gzip", packed[:-30], 0, None),
        ):
            with self.subTest(name):
                path = self.folder / "frus1955-57v99.xml"
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
                read = documents(path)
                rejects = [each for each in read if isinstance(each, Reject)]
                self.assertTrue(rejects)
                if lost is None:
                    continue
                self.assertEqual(len(read) - len(rejects), found)
                self.assertEqual([each.reference for each in rejects], lost)
                lines = whole.splitlines()
                for each in filter(lambda each: each.reference, rejects):
                    self.assertIn(f'"{each.reference}"', lines[each.position - 1])

    def test_a_document_without_id_and_number_is_rejected_with_its_line(self):
        path = self.write(VOLUME.name, VOLUME.read_text().replace('xml:id="d4" n="4"', ""))
        rejects = [each for each in documents(path) if isinstance(each, Reject)]
        self.assertEqual(len(rejects), 1)
        self.assertIn("named", rejects[0].reason)
        self.assertGreater(rejects[0].position, 50)

    @settings(max_examples=examples(20), deadline=None)
    @given(st.randoms(use_true_random=False))
    def test_ids_do_not_depend_on_how_the_xml_is_written(self, chance):
        root = etree.parse(VOLUME).getroot()
        for element in root.iter(etree.Element):
            if chance.random() < 0.2 and element.tail and not element.tail.isspace():
                element.tail = re.sub(
                    " ", lambda _: chance.choice([" ", "\n   ", "\t"]), element.tail
                )
            if chance.random() < 0.1:
                element.append(etree.Comment("said by nobody"))
            if chance.random() < 0.2:
                for name, value in reversed(element.attrib.items()):
                    del element.attrib[name]
                    element.set(name, value)
        path = self.folder / "frus1955-57v99.xml"
        path.write_bytes(etree.tostring(root, encoding=chance.choice(["utf-8", "us-ascii"])))
        for one, two in zip(documents(), documents(path), strict=True):
            self.assertEqual((one.reference, one.body), (two.reference, two.body))
            self.assertEqual(one.blocks.ids, two.blocks.ids)


class RealVolumeTests(TestCase):
    """Each word of a telegram is read once: as text, or as an addition of its editors."""

    def test_200_random_telegrams_lose_no_word(self):
        volumes = sorted((real_folder(self) / "frus").glob("*.xml.gz"))
        telegrams = {}
        for path in volumes:
            for each in documents(path, everything=False):
                self.assertNotIsInstance(each, Reject)
                if not isinstance(each, Other):
                    telegrams[path, each.edition["document"]] = each
        for path, name in random.Random(9).sample(sorted(telegrams, key=str), 200):
            with self.subTest(path=path.name, document=name):
                raw = words_of(raw_document(path, name))
                told = words_of(all_told(telegrams[path, name]))
                twice = words_of(telegrams[path, name].edition.get("date", ""))
                self.assertIn(raw - told, (Counter(), twice))  # A dateline is shown once.
                self.assertEqual(told - raw, Counter())


def raw_document(path, name):
    """Return the text of a document by its XML alone.

    A blank stands at each tag but those that TEI lets stand inside a word.
    """
    if path not in PARSED:
        PARSED.clear()
        with gzip.open(path) as file:
            PARSED[path] = etree.parse(file, etree.XMLParser(collect_ids=False))
    (element,) = PARSED[path].xpath(f"//*[@xml:id='{name}']")
    pieces = []
    for element_of_file in element.findall("{*}page-count-according-to-citation"):
        element.remove(element_of_file)
    for event, each in etree.iterwalk(element, events=("start", "end")):
        pieces.append("" if etree.QName(each).localname in INSIDE_WORDS else " ")
        pieces.append(each.text if event == "start" else each.tail)
    return "".join(filter(None, pieces[:-1]))


PARSED = {}
INSIDE_WORDS = {"hi", "gloss", "persName", "placeName", "ref", "term", "date", "time", "pb", "seg"}


def all_told(cable):
    edition = cable.edition
    names = ["heading", "source_note", "summary", "opener"]
    if edition.get("date", "") not in edition["heading"]:
        names.append("date")
    if not cable.body:  # On microfiche: its heading is all there is.
        names = ["heading"]
    texts = [cable.header, cable.body, *(edition.get(name, "") for name in names)]
    notes = [note["text"].removeprefix("Editors: ") for note in edition.get("notes", ())]
    return " ".join([*texts, *notes])


def words_of(text):
    """Count the words of a text, with their case."""
    return Counter(re.findall(r"\w+", text))
