"""Every layout in which the National Archives give a document is read to its last fact."""

from datetime import UTC, date, datetime

from cables.sources import ParsedCable, Reject, nara_page, reader_for
from cables.sources.parsed_cable import parsed
from tests import nara_records
from tests.base import FolderTestCase
from tests.nara_records import FIRST, LAYOUTS, document

SENT = datetime(1975, 3, 14, 8, 26, tzinfo=UTC)
DAY = datetime(1975, 3, 14, tzinfo=UTC)
JUNE = date(2005, 6, 30)
MARKING = "EO SYSTEMATIC REVIEW 30 JUN 2005"
PAPER = "P750002-0002"
NAME = "75LISBON900008"
SERIAL = 900_008


class LayoutTestCase(FolderTestCase):
    def read(self, text, name="telegrams.txt"):
        """Return the records of a file with this text."""
        path = self.write(name, text)
        return list(parsed(reader_for(path).read(path)))

    def read_one(self, text, name="telegrams.txt") -> ParsedCable:
        (record,) = self.read(text, name)
        self.assertIsInstance(record, ParsedCable, getattr(record, "reason", ""))
        return record


class LayoutTests(LayoutTestCase):
    def test_each_layout_gives_number_date_release_and_origin(self):
        for name in LAYOUTS:
            with self.subTest(name):
                cable = self.read_one(document(name, SERIAL))
                film = name == "paper"
                self.assertEqual(cable.reference, "P750008-0008" if film else NAME)
                self.assertEqual(cable.created.date(), DAY.date())
                self.assertEqual(cable.origin, "Embassy Lisbon")
                self.assertEqual(cable.classification, "UNCLASSIFIED")
                self.assertEqual(cable.cites, ("75STATE900089", "75HONGKONG900090"))
                self.assertEqual(cable.edition["concepts"], ["PORTS", "SHIPPING FEES"])
                self.assertEqual(cable.edition["to"], "STATE\nMADRID")

    def test_what_each_layout_has_of_its_own(self):
        texts = {"par1", "par2"}
        for name, created, released, paragraphs, facts in (
            ("plain", SENT, JUNE, texts, {"film_number": "D750008-0008"}),
            ("sent", SENT, date(2009, 5, 22), texts, {"locator": "TEXT ON-LINE, ON MICROFILM"}),
            ("sent", SENT, date(2009, 5, 22), texts, {"film_number": "D750008-0008"}),
            ("lower_case", DAY, JUNE, texts, {"locator": "TEXT ON-LINE"}),
            ("original", SENT, JUNE, texts, {"captions": ["EXDIS", "NODIS", "STADIS", "ONLY"]}),
            ("original", SENT, JUNE, texts, {"original_handling": "EXDIS, NODISSTADIS"}),
            ("original", SENT, JUNE, texts, {"original_classification": "SECRET"}),
            ("stamped", SENT, date(2006, 5, 4), texts, {"kind": "telegram"}),
            ("marked_over_lines", SENT, JUNE, texts, {"release_marking": MARKING}),
            ("plain", SENT, JUNE, texts, {"release_marking": MARKING}),
            ("with_heading_words", SENT, JUNE, texts, {}),
            ("lost", DAY, JUNE, set(), {"locator": "TEXT ON MICROFILM, ADS TEXT UNRETRIEVABLE"}),
            ("not_converted", DAY, JUNE, set(), {"locator": "ADS TEXT NOT CONVERTED"}),
            ("lost_in_part", SENT, JUNE, texts, {}),
            ("withdrawn", DAY, None, set(), {"locator": "withdrawn: B1"}),
            ("on_film", DAY, JUNE, set(), {"film_number": "P750008-0008"}),
            ("paper", DAY, JUNE, set(), {"kind": "airgram"}),
            ("section", SENT, JUNE, texts, {}),
        ):
            with self.subTest(name, facts=facts):
                cable = self.read_one(document(name, SERIAL))
                self.assertEqual((cable.created, cable.released), (created, released))
                self.assertLessEqual(paragraphs, set(cable.blocks.ids))
                self.assertEqual(bool(cable.body), bool(paragraphs))
                self.assertEqual(cable.partial, not paragraphs or name == "lost_in_part")
                self.assertEqual({key: cable.edition.get(key) for key in facts}, facts)
                self.assertNotIn("Declassified", cable.header + cable.body)

    def test_a_telegram_keeps_lines_that_are_like_the_headings_of_the_parts(self):
        body = self.read_one(document("with_heading_words", SERIAL)).body
        self.assertIn("MESSAGE TEXT\n\nAND FOR THE\n\nMESSAGE ATTRIBUTES\n\nOF OURS", body)

    def test_words_of_other_lines_are_no_sender_class_or_subject(self):
        cable = self.read_one(document("noisy", SERIAL))
        self.assertEqual(cable.subject, "HARBOR FEES 900008")
        self.assertNotIn("original_classification", cable.edition)
        self.assertIn("N-10", dict(cable.warnings))

    def test_documents_with_one_number_are_each_kept(self):
        """Sections of a telegram are documents of their own with its number."""
        layouts = ("plain", "section", "lost")
        records = self.read("".join(document(name, SERIAL) for name in layouts))
        self.assertEqual([each.reference for each in records], [NAME, f"{NAME}-2", f"{NAME}-3"])
        self.assertIn("N-7", dict(records[1].warnings))

    def test_papers_without_a_number_are_named_by_their_own_frames(self):
        papers = [
            document("paper", serial).replace(
                f"Document Number: P75{n}", f"Document Number: {none}"
            )
            for serial, n, none in (
                (900_001, "0001-0001", "n/a"),
                (900_002, "0002-0002", "N/A"),
                (900_002, "0002-0002", "P750002-0002"),
                (900_002, "0002-0002", "P750002-0002"),
            )
        ]
        names = [each.reference for each in self.read("".join(papers))]
        self.assertEqual(names, ["P750001-0001", PAPER, f"{PAPER}-2", f"{PAPER}-3"])

    def test_a_document_without_attributes_ends_where_the_next_begins(self):
        bare = document("plain", SERIAL).partition("Message Attributes")[0]
        records = self.read(bare + document("plain", 900_009))
        self.assertEqual([each.reference for each in records], [NAME, "75LISBON900009"])

    def test_a_document_without_any_number_is_rejected_with_the_reason(self):
        text = document("on_film").replace("Document Number: ", "Document Number: X")
        (named,) = self.read(text)
        self.assertEqual(named.reference, "P750001-0001")
        (reject,) = self.read(text.replace("Film Number: P", "Film Number: X"))
        self.assertIsInstance(reject, Reject)
        self.assertIn("Not a document number", reject.reason)

    def test_a_row_of_a_list_names_the_same_telegram(self):
        entry = self.read_one(nara_records.row(0) + nara_records.row(SERIAL), "aad.csv")
        self.assertEqual((entry.reference, entry.subject), (NAME, "HARBOR FEES, 900008"))
        self.assertEqual((entry.created, entry.partial), (DAY, True))


class SenderTests(LayoutTestCase):
    def test_the_sender_completes_the_station_and_names_the_origin(self):
        for sender, year, reference, origin in (
            ("LISBON", 1975, "75LISBON900001", "Embassy Lisbon"),
            ("USUN NEW YORK", 1975, "75USUNNEWYORK900001", "USUN New York"),
            ("NATO BRUSSELS", 1975, "75USNATO900001", "Mission USNATO"),
            ("EC BRUSSELS", 1975, "75USEUBRUSSELS900001", "USEU Brussels"),
            ("OECD PARIS", 1975, "75OECDPARIS900001", "OECD PARIS"),
            ("PORT OF SPAIN", 1975, "75PORTOFSPAIN900001", "Embassy Port Of Spain"),
            ("SAIGON", 1974, "74SAIGON900001", "Embassy Saigon"),
            ("NAIROBI AUG DTG AUG OL", 1975, "75NAIROBI900001", "Embassy Nairobi"),
            ("TAIPEI", 1975, "75TAIPEI900001", "Embassy Taipei"),
            ("BOMBAY", 1975, "75BOMBAY900001", "Consulate Bombay"),
            ("USIA", 1975, "75USIA900001", "USIA"),
            ("STATE", 1975, "75STATE900001", "Secretary of State"),
        ):
            with self.subTest(sender):
                cable = self.read_one(document("lost", FIRST, sender=sender, year=year))
                self.assertEqual((cable.reference, cable.origin), (reference, origin))


class PageTests(LayoutTestCase):
    def test_a_page_of_plusd_is_read(self):
        page = self.read_one(nara_records.page(SERIAL), "1975LISBON900008_b.html")
        text = self.read_one(document("plain", SERIAL))
        self.assertEqual((page.reference, page.created, page.released), (NAME, SENT, JUNE))
        self.assertEqual(page.format, "nara")
        self.assertEqual(page.header, text.header)
        self.assertEqual(page.body, text.body.replace("QUAY", "QUAY & SONS"))
        self.assertEqual((page.tags, page.origin), (("EWWT", "PO"), "Embassy Lisbon"))
        self.assertEqual(page.edition["concepts"], ["PORTS", "SHIPPING FEES"])
        self.assertEqual(page.edition["from"], "Portugal Lisbon")
        self.assertNotIn("handling", page.edition)

    def test_a_page_of_a_cable_of_the_archive_is_no_record_of_the_national_archives(self):
        page = self.read_one(nara_records.page(SERIAL, "a"), "1975LISBON900008_a.html")
        self.assertEqual((page.format, page.edition), ("page", {}))

    def test_a_page_without_number_takes_that_of_its_file(self):
        text = nara_records.page(SERIAL).replace("Canonical ID", "Another")
        self.assertEqual(self.read_one(text, "1975LISBON900008_c.html").reference, NAME)

    def test_a_page_whose_text_is_lost_is_partial(self):
        before, _, after = nara_records.page(SERIAL).partition("<pre>")
        lost = f"{before}<pre>ERROR READING TEXT INDEX FILE</pre>{after.partition('</pre>')[2]}"
        page = nara_page.parse_page(f'<?xml version="1.0" encoding="utf-8"?>{lost}')
        self.assertEqual((page.body, page.partial), ("", True))
