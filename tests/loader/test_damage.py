"""Records and file names that cannot be stored as they are do not stop the load."""

import json
import os
from pathlib import Path
from unittest import mock

from django.core.management import CommandError, call_command
from django.db import OperationalError

from cables.loader import load
from cables.models import PUBLIC, Cable, FormerParagraph, Load, LoadRow, Version
from tests.base import TestCase
from tests.builders import publish, withhold
from tests.source_files import body, csv_file, csv_record, page_file

MANY_NATIONS = "S//REL TO USA, AUS, CAN, GBR, NZL, ISAF, NATO, GCTF"


class DamageTests(TestCase):
    def load(self, *records, **options):
        return load(csv_file(self.folder, *records), **options)

    def test_a_nul_in_a_reference_rejects_its_record_only(self):
        report = self.load(csv_record("09RO\0ME900001"), csv_record("09ROME900002"))
        self.assertEqual((report.created, report.rejected), (1, 1))
        self.assertIn("09RO␀ME900001", LoadRow.objects.get().raw)

    def test_file_names_that_are_not_utf8_are_stored_escaped(self):
        folder = Path(os.fsdecode(os.fsencode(self.folder) + b"/\xfe"))
        folder.mkdir()
        page_file(folder)
        Path(os.fsdecode(os.fsencode(folder) + b"/09ROME\xff900002.html")).write_text("no cable")
        report = load(folder)
        self.assertEqual((report.created, report.rejected), (1, 1))
        self.assertTrue(Load.objects.get().file.endswith("\\udcfe"))
        self.assertTrue(LoadRow.objects.get().source.endswith("09ROME\\udcff900002.html"))

    def test_years_outside_1600_to_2100_are_rejected(self):
        years = ("1/1/0001 00:00", "12/31/9999 23:59")
        report = self.load(*(csv_record(f"09ROME90000{len(y)}", created=y) for y in years))
        self.assertEqual(report.rejected, 2)
        self.assertEqual(load(page_file(self.folder, released="9999-01-01")).rejected, 1)
        self.assertIn("the year must be 1600 to 2100", LoadRow.objects.first().reason)

    def test_a_cable_with_a_long_mark_and_a_long_tag_is_stored(self):
        text = body(text=f"Fees rose. \n \n3. ({MANY_NATIONS}) Ships came.")
        report = self.load(csv_record(body=text.replace("PREL,", "X" * 201 + ", PREL,")))
        self.assertEqual(report.created, 1)
        cable = Cable.objects.get()
        self.assertEqual(cable.tags, ["PREL", "PGOV", "IT"])
        self.assertEqual(cable.marks, ["U", MANY_NATIONS[:40]])
        self.assertEqual(cable.blocks()[1].mark, MANY_NATIONS)

    def test_a_held_row_has_all_that_is_needed_to_load_it(self):
        self.load(csv_record())
        withhold(Cable.objects.get(), "Names a ship.")
        load(page_file(self.folder, text="Fees fell."))
        raw = json.loads(LoadRow.objects.get().raw)
        self.assertEqual((raw["format"], raw["released"]), ("page", "2011-03-08"))

    def test_paragraph_ids_survive_a_copy_that_is_not_shown(self):
        """P-5"""
        self.load(csv_record())
        renumbered = body(text="Other words open it. \n \n2. (U) Fees rose.")
        self.load(csv_record(body=renumbered.replace("2. (U) The", "3. (U) The")))
        self.assertEqual(Cable.objects.get().paragraph_ids, ["par1-2", "par1", "par2"])
        load(page_file(self.folder, text="The page says less."))
        self.assertEqual(Cable.objects.get().paragraph_ids, ["par1-2", "par1", "par2"])

    def test_a_text_loaded_before_repin_retires_old_ids(self):
        """P-5: an id that the earlier segmenter gave is retired, not forgotten."""
        self.load(csv_record())
        cable = Cable.objects.get()
        ids, prints = [*cable.paragraph_ids, "par9"], [*cable.fingerprints, "000000000000"]
        Cable.objects.update(segmenter=0, paragraph_ids=ids, fingerprints=prints)
        self.load(csv_record(text="Fees fell."))
        self.assertIn("par9", FormerParagraph.objects.values_list("paragraph", flat=True))

    def test_a_cable_withheld_while_its_batch_is_stored_stays_withheld(self):
        self.load(csv_record())
        show = "cables.loader.store.Store.create"
        with mock.patch(show, lambda *_: withhold(Cable.objects.get(), "Names a ship.")):
            report = self.load(csv_record(text="Pomegranate."))
        self.assertEqual((report.changed, report.held), (0, 1))
        self.assertNotIn("Pomegranate", str([list(model.objects.values()) for model in PUBLIC]))

    def test_withholding_seals_the_text_that_a_load_stored_meanwhile(self):
        self.load(csv_record())
        read_before = Cable.objects.get()
        self.load(csv_record(text="Fees fell."))
        withhold(read_before, "Names a ship.")
        publish(read_before)
        cable = Cable.objects.get()
        self.assertIn("Fees fell.", cable.body)
        self.assertEqual((cable.version, Version.objects.get().number), (2, 1))

    def test_a_copy_is_found_although_its_reference_is_spelt_differently_now(self):
        self.load(csv_record())
        with mock.patch(
            "cables.sources.parse_record.canonical_reference", return_value="09ROMA900001"
        ):
            report = self.load(csv_record(text="Fees fell."))
        self.assertEqual(report.changed, 1)
        self.assertEqual(Cable.objects.get().reference, "09ROME900001")

    def test_a_comparison_with_a_new_collection_says_what_the_load_will_do(self):
        self.load(csv_record())
        for text in ("Fees rose.", "Fees fell."):
            with self.subTest(text):
                options = {"collection": text[5:9]}
                file = csv_file(self.folder, csv_record(text=text))
                self.assertEqual(load(file, dry_run=True, **options), load(file, **options))

    def test_a_file_without_records_is_rejected(self):
        path = self.folder / "list.csv"
        path.write_text("URL,Draft Date,Document Number,Film Number,From,Subject,TAGS,To\n")
        lines = []
        self.assertEqual(load(path, on_reject=lines.append).rejected, 1)
        self.assertRegex(lines[0], "list.csv:1: The file has no records")

    def test_wrong_arguments_of_the_command_are_refused(self):
        file = csv_file(self.folder, csv_record())
        for option, message in (
            ("--released=soon", "'soon' is no date of a release; write 2011-09-02"),
            ("--released=9999-01-01", "'9999-01-01' is no date of a release"),
            ("--collection=A b", "'A b' is no slug; use 1 to 40 of a-z, 0-9 and -"),
        ):
            with self.subTest(option), self.assertRaisesMessage(CommandError, message):
                call_command("load_cables", file, option)
        self.assertFalse(Load.objects.exists())

    def test_a_database_failure_ends_with_an_error(self):
        file = csv_file(self.folder, csv_record())
        with (
            mock.patch("cables.loader.Store.add", side_effect=OperationalError("disk full\n")),
            self.assertRaisesMessage(CommandError, "The database failed: disk full\nWhole batches"),
        ):
            call_command("load_cables", file)
