"""Volumes of Foreign Relations: the text of a document, and what its editors added."""

import gzip
import logging
import random
import re
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cables.sources import Other, Reject, frus, reader_for
from cables.sources.frus.document_kinds import kind_of_document
from cables.sources.frus.document_names import find_telegram_number
from cables.sources.frus.heading import IN_NOTE, ON_TOP
from cables.sources.frus.volume import NEW
from tests.paths import DATA
from tests.real_data import real_folder

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
            "terms": [["HB", "HB, Harbor Board"], ["Rell", "Rell, Maro, Harbor master of Lisbon"]]
            + [["NP", "NP, Northern Pier"]],
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
        self.assertEqual((self.old.created.year, self.old.created_precision), (1955, "year"))

    def test_a_document_that_is_not_a_cable_is_yielded_with_its_kind(self):
        self.assertEqual((self.note.kind, self.note.is_cable), ("editorial note", False))
        self.assertEqual(self.note.created, datetime(1956, 3, 15, tzinfo=UTC))
        self.assertEqual(self.note.created_precision, "day")
        kept = documents(everything=False)
        self.assertEqual(
            [each for each in kept if isinstance(each, Other)][0].kind, "editorial note"
        )
        self.assertEqual(len(kept), 6)


class FileTests(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def written(self, text, name="frus1955-57v99.xml"):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def test_a_gzip_volume_is_read_and_its_bytes_are_counted(self):
        path = self.folder / "frus1955-57v99.xml.gz"
        path.write_bytes(gzip.compress(VOLUME.read_bytes()))
        read = []
        self.assertEqual(reader_for(path), frus)
        self.assertEqual(list(frus.read(path, read.append)), documents())
        self.assertEqual(sum(read), path.stat().st_size)

    def test_an_unknown_element_is_logged_once_with_its_path(self):
        path = self.written(VOLUME.read_text().replace("lamps are", "<zzz>lamps</zzz><zzz/> are"))
        NEW.clear()
        with self.assertLogs("cables", logging.INFO) as logged:
            documents(path)
        (line,) = logged.output
        self.assertIn("TEI/text/body/div/div/div/p/zzz", line)

    def test_a_file_that_is_not_a_volume_is_refused_with_a_reason(self):
        for text, reason in (
            ("<a><b/></a>", "no volume in TEI"),
            (VOLUME.read_text()[:-300], "broken XML"),
        ):
            with self.subTest(reason), self.assertRaisesRegex(ValueError, reason):
                documents(self.written(text))

    def test_a_document_without_an_id_is_rejected_with_its_line(self):
        path = self.written(VOLUME.read_text().replace('xml:id="d4"', ""))
        rejects = [each for each in documents(path) if isinstance(each, Reject)]
        self.assertEqual(len(rejects), 1)
        self.assertIn("named", rejects[0].reason)
        self.assertGreater(rejects[0].position, 50)

    @settings(max_examples=20, deadline=None)
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


class RuleTests(TestCase):
    def test_a_heading_gives_the_kind(self):
        post, state = "Ambassador in Great Britain (Page)", "Secretary of State"
        for title, sender, to, dateline, marks, kind in (
            ("Telegram From the Embassy", "", "", "", [], "telegram"),
            ("Circular Telegram From the Department", "", "", "", [], "circular"),
            ("Circular Airgram to Posts", "", "", "", [], "circular"),
            ("Backchannel Message From A", "", "", "", [], "telegram"),
            ("Despatch From the Embassy", "", "", "", [], "despatch"),
            ("Operations Instruction From X", "", "", "", [], "instruction"),
            ("Memorandum of Conversation", "", "", "", [], "conversation"),
            ("Memorandum of Telephone Conversation", "", "", "", [], "conversation"),
            ("National Intelligence Estimate", "", "", "", [], "report"),
            ("Editorial Note", "", "", "", [], "editorial note"),
            ("The A to B", post, state, "", ["861.77/45: Telegram"], "telegram"),
            ("The A to B", post, state, "", ["[Telegram—Paraphrase]"], "telegram"),
            ("The A to B", post, state, "", ["No. 173"], "despatch"),
            ("The A to B", state, post, "", ["No. 2.]"], "instruction"),
            ("Joint State-Defense Telegram From A", "", "", "", [], "telegram"),
            ("Joint State–USIA Circular Telegram From A", "", "", "", [], "circular"),
            ("Schedule A", "Schedule A", "", "", [], "other"),
        ):
            with self.subTest(title=title, marks=marks):
                self.assertEqual(kind_of_document("", title, sender, to, dateline, marks), kind)

    def test_sender_and_recipient_give_the_kind_without_a_heading(self):
        state = "Secretary of State"
        for title, sender, to, dateline, marks, kind in (
            (
                "Mr. A to Mr. B",
                "Mr. A",
                "Mr. B",
                "Legation of the United States, Berlin",
                ["No. 4.]"],
                "despatch",
            ),
            (
                "Mr. A to Mr. B",
                "Mr. A",
                "Mr. B",
                "Department of State, Washington",
                ["No. 4.]"],
                "instruction",
            ),
            ("Lord A to Mr. B", "Lord A", "Mr. B", "British Legation", [], "correspondence"),
            ("A to B", "British Ambassador (A)", state, "", ["No. 4"], "correspondence"),
            ("A to B", "Minister for Foreign Affairs of Peru", state, "", [], "correspondence"),
            ("A to B", state, "German Ambassador (B)", "", ["No. 4"], "correspondence"),
            ("A to B", "Acting Consul General at Lisbon (A)", state, "", [], "despatch"),
            ("A to B", "United States Representative at Lisbon", state, "", [], "despatch"),
            ("A to B", "A", "President", "", ["Sent with a letter (telegram 2 to A)"])
            + ("correspondence",),
        ):
            with self.subTest(sender=sender, to=to, marks=marks):
                self.assertEqual(kind_of_document("", title, sender, to, dateline, marks), kind)

    def test_class_and_captions_are_read(self):
        for note, found in (
            ("Source: Files, 1/2. Top Secret; Niact. Drafted by A.", "Top Secret"),
            ("Source: Secret Files of B. Limited Official Use.", "Limited Official Use"),
            ("Source: Files. Drafted by the Secret Service.", None),
            ("Source: Files. No classification marking. Blue.", "No classification marking"),
            ("Source: Papers, Confidential File. Top Secret; Niact.", "Top Secret"),
        ):
            with self.subTest(note):
                match = IN_NOTE.search(note)
                self.assertEqual(match and match["class"], found)
        self.assertTrue(ON_TOP.fullmatch("top secret priority"))
        self.assertFalse(ON_TOP.fullmatch("Secret talks began"))

    def test_the_number_of_a_telegram_is_read(self):
        for front, number in (
            (("2094. Subject: Visa.", "1. In reply"), "2094"),
            (("Secto 25. Talks.",), "25"),
            (("[5923.] I learn", "x"), "5923"),
            (("1. First.", "2. Second."), ""),
            (("4. Hare came.", "1. He said", "2. She said"), "4"),
            (("secret priority", "490. Most"), "490"),
            (("A–60", "SUBJECT"), ""),
            (("CAP5380–60. The following",), ""),
            (("1234/Tosec 5. Subject: Fees.", "1. Ships"), "1234"),
            (("Subject: Fees.", "1. Ships", "a. Boats"), ""),
            (("1. Ships", "a. Boats", "b. Barks"), ""),
        ):
            with self.subTest(front):
                self.assertEqual(find_telegram_number(front), number)


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
                self.assertEqual((raw - told, told - raw), (Counter(), Counter()))


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
    for event, each in etree.iterwalk(element, events=("start", "end")):
        pieces.append("" if etree.QName(each).localname in INSIDE_WORDS else " ")
        pieces.append(each.text if event == "start" else each.tail)
    return "".join(filter(None, pieces[:-1]))


PARSED = {}
INSIDE_WORDS = {"hi", "gloss", "persName", "placeName", "ref", "term", "date", "time", "pb", "seg"}


def all_told(cable):
    edition = cable.edition
    names = ("heading", "date", "source_note", "summary", "opener")
    texts = [cable.body, *(edition.get(name, "") for name in names)]
    return " ".join([*texts, *(note["text"] for note in edition.get("notes", ()))])


def words_of(text):
    """Count the words of a text, with their case."""
    return Counter(re.findall(r"\w+", text))
