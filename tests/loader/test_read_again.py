"""A text that is parsed again, from the database or without redacted words, is read as before."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib.auth.models import User

from cables.curation.redactions_and_corrections import lift_redaction, redact_cable
from cables.loader import load, record_in
from cables.models import Cable, Load, LoadRow
from cables.publication.row_values import raw_of
from cables.sources import reader_for
from cables.sources.parsed_cable import parsed
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.base import TestCase
from tests.builders import forget_counts, make_cables
from tests.nara_records import document
from tests.working import run_command

VOLUME = """\
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>
<title type="complete">Foreign Relations, 1963, Volume XCVIII</title></titleStmt></fileDesc>
</teiHeader><text><body><div type="compilation" xml:id="comp1"><head>Ferries</head>
<div type="document" xml:id="d1" n="1">
<head>1. Telegram From the Embassy in Peru to the Department of State</head>
<dateline>Lima, <date when="1963-05-09">May 9, 1963</date></dateline>
<p>REF: A. Tehran 12 B. 77</p>
<p>1. Rell sold a ferry, as ref A says.</p></div></div></body></text></TEI>
"""
CITED = ["63TEHRAN12", "63LIMA77"]


class ReadAgainTests(TestCase):
    def setUp(self):
        self.path = Path(self.enterContext(TemporaryDirectory())) / "frus1963v98.xml"
        self.path.write_text(VOLUME)

    def load(self):
        load(self.path, everything=True, collection="frus")
        forget_counts()
        return Cable.objects.get()

    def told(self):
        """Return the reference list as readers see it, and what was doubtful in it."""
        cable = Cable.objects.get()
        return cable.cites, [rule for rule, _ in cable.warnings if rule == "R-6"]

    def test_references_without_year_or_station_stay_complete_when_all_is_read_again(self):
        self.load()
        self.assertEqual(self.told(), (CITED, []))
        run_command("reread")
        self.assertEqual(self.told(), (CITED, []))

    def test_they_stay_complete_beside_a_redaction_and_after_it(self):
        cable, curator = self.load(), User.objects.create_user("anna")
        made = redact_cable(cable, Strike(EVERYWHERE, ("Rell",)), "A witness.", curator)
        self.assertEqual(self.told(), (CITED, []))
        lift_redaction(made, "Known.", curator)
        self.assertEqual(self.told(), (CITED, []))

    def test_they_stay_complete_in_a_record_that_waited(self):
        (record,) = parsed(reader_for(self.path).read(self.path))
        row = LoadRow(load=Load(), position=record.position, raw=raw_of(record))
        again = record_in(row)
        self.assertEqual(again.references, record.references)
        self.assertEqual(again.find_mentions(), record.find_mentions())

    def test_the_printed_words_link_to_them(self):
        cable = self.load()
        make_cables(CITED, created=datetime(1963, 1, 2, tzinfo=UTC))
        page = self.client.get(cable.get_absolute_url()).content.decode()
        for reference, words in zip(CITED, ("Tehran 12", "77"), strict=True):
            with self.subTest(reference):
                self.assertRegex(page, f'href="/cable/{reference}/"[^>]*>{words}</a>')

    def test_a_second_telegram_with_one_number_completes_them_too(self):
        telegrams = [document(layout, 900_001) for layout in ("plain", "section")]
        text = "".join(telegrams).replace("REF: STATE 900089", "REF: A. STATE 900089 B. 900090")
        path = self.path.with_name("telegrams.txt")
        path.write_text(text)
        load(path, collection="nara")
        for cable in Cable.objects.all():
            with self.subTest(cable.reference):
                self.assertIn("75LISBON900090", cable.cites)
        self.assertEqual(Cable.objects.count(), 2)

    def test_a_record_whose_origin_stands_for_a_printed_title_can_wait(self):
        (record,) = parsed(reader_for(self.path).read(self.path))
        titled = replace(record, facts={**record.facts, "printed_origin": "Ambassador Lima"})
        row = LoadRow(load=Load(), position=record.position, raw=raw_of(titled))
        again = record_in(row)
        self.assertEqual(
            (again.origin, again.facts["printed_origin"]), ("Embassy Lima", "Ambassador Lima")
        )
