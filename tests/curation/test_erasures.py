"""`manage.py erase` deletes a cable, and its address then says why."""

from io import StringIO

from django.core.management import CommandError, call_command

from cables.models import Cable, Change, Copy, FormerReference, LoadRow, Redaction, Sealed, Version
from tests.admin.test_decisions import ONE, PAGE, TWO, DecisionTestCase
from tests.source_files import csv_record


class EraseTests(DecisionTestCase):
    def erase(self, reference=ONE):
        call_command("erase", reference, reason="A court ordered it.", stdout=StringIO())

    def test_the_cable_and_all_rows_about_it_are_deleted_and_its_address_says_why(self):
        self.load(csv_record(ONE, text="Fees fell."))
        self.redact(words="fees")
        LoadRow.objects.create(
            load=Copy.objects.first().load,
            position=1,
            source="x",
            reference=ONE,
            raw="Fees",
            digest="1",
            outcome="held",
            reason="It waits.",
        )
        FormerReference.objects.create(cable=self.cable, reference="09BONN7", kind="renamed")
        self.erase("09 Rome 900001")
        for model in (Version, Sealed, LoadRow, FormerReference, Redaction):
            with self.subTest(model.__name__):
                self.assertFalse(model.objects.exists())
        self.assertEqual(list(Copy.objects.values_list("cable__reference", flat=True)), [TWO])
        for address in (PAGE, "/cable/09BONN7/", f"/cable/{ONE}.txt", f"{PAGE}v1/"):
            with self.subTest(address):
                page = self.client.get(address)
                self.assertContains(page, "A court ordered it.", status_code=410)
        self.assertTrue(Change.objects.filter(action="redacted", reference=ONE).exists())
        self.assertTrue(Change.objects.filter(action="erased", reference=ONE).exists())
        self.check()

    def test_a_record_of_an_erased_cable_is_held_without_its_text(self):
        self.erase()
        self.assertEqual(self.load(csv_record(ONE), csv_record(TWO)).held, 1)
        row = LoadRow.objects.get()
        self.assertEqual((row.reference, row.raw), (ONE, ""))
        self.assertFalse(Cable.objects.filter(reference=ONE).exists())

    def test_an_unknown_reference_is_refused(self):
        with self.assertRaisesMessage(CommandError, "Nothing of 09ROME7 is kept here."):
            self.erase("09ROME7")
