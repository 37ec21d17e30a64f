"""After an upgrade, reread finds more in texts that were loaded before; links keep working."""

import tempfile
from pathlib import Path

from cables.loader import load
from cables.models import Cable, Mention, State, Tagging, refresh_lists
from tests.base import TestCase
from tests.builders import publish, withhold
from tests.source_files import csv_file, csv_record
from tests.working import run_command

TEXT = "1. Fees rose, as 08OSLO900002 para 4 says.\n\n2. Ships complained."


class RereadTests(TestCase):
    def setUp(self):
        load(
            csv_file(Path(self.enterContext(tempfile.TemporaryDirectory())), csv_record(text=TEXT))
        )
        self.loaded = Cable.objects.values().get()

    def reread(self):
        return run_command("reread")

    def test_texts_read_by_the_present_rules_do_not_change(self):
        state = State.objects.get().number
        self.assertEqual(self.reread(), "1 cables read, 0 changed.\n")
        self.assertEqual(State.objects.get().number, state)

    def test_facts_that_earlier_rules_missed_are_found(self):
        cable = Cable.objects.get()
        Cable.objects.update(tags=["MISREAD"], facts={}, captions=[], cites=[], warnings=[])
        refresh_lists([cable.pk])
        cable.mentions.all().delete()
        self.assertEqual(self.reread(), "1 cables read, 1 changed.\n")
        self.assertEqual(Cable.objects.values().get(), self.loaded)
        self.assertEqual(list(Mention.objects.values_list("target", flat=True)), ["par4"])
        self.assertFalse(Tagging.objects.filter(tag="MISREAD").exists())

    def test_a_withheld_cable_stays_empty(self):
        withhold(Cable.objects.get(), "It names a witness.")
        self.assertEqual(self.reread(), "0 cables read, 0 changed.\n")
        self.assertEqual(Cable.objects.get().body, "")
        self.assertFalse(Mention.objects.exists())

    def test_a_cable_published_again_has_its_mentions(self):
        cable = Cable.objects.get()
        withhold(cable, "It names a witness.")
        publish(cable)
        self.assertEqual(Mention.objects.get().reference, "08OSLO900002")
        self.assertFalse(cable.sealed.exists())
