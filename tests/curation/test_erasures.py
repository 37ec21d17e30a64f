"""`manage.py erase` deletes a cable, and its address then says why."""

from django.core.management import CommandError

from cables.curation.redactions_and_corrections import correct_cable
from cables.decisions.batches import choose_for_decision
from cables.models import (
    BulkDecision,
    Cable,
    Change,
    Copy,
    FormerReference,
    Left,
    LoadRow,
    Origin,
    Redaction,
    Sealed,
    Tag,
    Version,
    withhold_all,
)
from tests.admin.test_decisions import ONE, PAGE, TWO, DecisionTestCase
from tests.builders import make_curator
from tests.source_files import csv_record
from tests.working import run_command

LEFT = {"matter": "M-10", "title": "QUETZAL", "within": ""}
LISTS = ("change", "left", "bulkdecision")


class EraseTests(DecisionTestCase):
    def erase(self, reference=ONE):
        run_command("erase", reference, reason="A court ordered it.")

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

    def test_what_was_written_about_it_stays_hidden_from_who_may_not_see_sealed_texts(self):
        keys = [self.cable.pk]
        self.cable.changes.create(action="withheld", reason="Of QUETZAL.", by=self.curator)
        for kind, parameters in (("annotate", {"text": "QUETZAL"}), ("leave", LEFT)):
            decision = choose_for_decision(kind, keys, self.curator)
            decision.rows.update(outcome="done")
            values = {"parameters": parameters, "reason": "QUETZAL", "state": "done"}
            BulkDecision.objects.filter(pk=decision.pk).update(**values)
        left = {"kind": "M-10", "key": ONE, "label": ONE, "reason": "QUETZAL"}
        Left.objects.create(decision=decision, by=self.curator, **left)
        self.erase()
        self.client.force_login(make_curator("ann", *(f"view_{each}" for each in LISTS)))
        for name in LISTS:
            with self.subTest(name):
                self.assertNotContains(self.client.get(f"/admin/cables/{name}/"), "QUETZAL")
        self.assertFalse(BulkDecision.objects.exists())
        self.client.force_login(make_curator("ben", "see_sealed", "view_change"))
        self.assertContains(self.client.get("/admin/cables/change/"), "Of QUETZAL.")

    def test_names_that_it_had_before_they_were_corrected_go_with_it(self):
        name, by = "09ROME900003", make_curator("eva")
        body = "UNCLAS ROME 900003\n\nTAGS: QTAG, PREL\nSUBJECT: FEES\n\n1. (U) Fees rose.\n"
        for is_withheld in (False, True):
            self.load(csv_record(name, origin="Embassy Paris", body=body))
            for fact, value in (
                ("origin", "Embassy Rome"),
                ("tags", ["QOTHER"]),
                ("tags", ["PREL"]),
            ):
                cable = Cable.objects.select_related("origin").get(reference=name)
                correct_cable(cable, fact, value, "A slip.", by)
            if is_withheld:
                withhold_all(Cable.objects.filter(reference=name), "For law.")
            self.erase(name)
            with self.subTest(is_withheld):
                self.assertFalse(Origin.objects.filter(name="Embassy Paris").exists())
                self.assertFalse(Tag.objects.filter(code__in=["QTAG", "QOTHER"]).exists())
            name = "09ROME900004"

    def test_a_record_of_an_erased_cable_is_held_without_its_text(self):
        self.erase()
        self.assertEqual(self.load(csv_record(ONE), csv_record(TWO)).held, 1)
        row = LoadRow.objects.get()
        self.assertEqual((row.reference, row.raw), (ONE, ""))
        self.assertFalse(Cable.objects.filter(reference=ONE).exists())

    def test_an_unknown_reference_is_refused(self):
        with self.assertRaisesMessage(CommandError, "Nothing of 09ROME7 is kept here."):
            self.erase("09ROME7")
