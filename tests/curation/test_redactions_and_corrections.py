"""How a decision of a curator gets from the desk to the row that readers see."""

import json
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.contrib.auth.models import User
from django.db import transaction

import cables
from cables.curation.origin_tag_merges import merge, undo_merge
from cables.curation.redactions_and_corrections import (
    correct_cable,
    lift_redaction,
    redact_cable,
    undo_correction,
)
from cables.models import BulkDecision, Cable, Change, Correction, Merge, Redaction
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from cables.telegram.titles import reading_title
from tests.admin.test_decisions import ONE, DecisionTestCase
from tests.base import TestCase
from tests.builders import load_records
from tests.project.test_redacted_leaks import public_rows
from tests.source_files import csv_record
from tests.working import run_command

STACK = import_module("cables.migrations.0056_corrections_stand_on_each_other")
PACKAGE = Path(cables.__file__).parent
MOST_FUNCTIONS = 50  # Of curation/ and publication/. Add one only where it saves a reader more.


def functions_called(call, *folders):
    """Return {(file, name)} of the functions in folders of the application that a call runs."""
    called = set()

    def note(frame, event, _):
        code = frame.f_code
        path = Path(code.co_filename)
        if event == "call" and any(path.is_relative_to(PACKAGE / folder) for folder in folders):
            called.add((path.name, code.co_qualname))

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    return {(file, name) for file, name in called if not name.endswith(">")}


class RedactionPathTests(DecisionTestCase):
    def test_a_redaction_reaches_the_public_row_through_few_functions(self):
        strike = Strike(EVERYWHERE, ("Rossi",))
        called = functions_called(
            lambda: redact_cable(self.cable, strike, "A witness.", self.curator),
            "curation",
            "publication",
        )
        self.cable.refresh_from_db()
        self.assertIn("Quinto [redacted] raised", self.cable.body)
        self.assertLessEqual(len(called), MOST_FUNCTIONS, sorted(called))


class SecondUndoTests(DecisionTestCase):
    """Two curators undo one decision at once: the second waits for the first one's transaction."""

    def test_the_second_is_told_and_nothing_is_undone_or_logged_twice(self):
        self.load(csv_record("09ROME900003", origin="Embassy Romme"))
        redact_cable(self.cable, Strike(EVERYWHERE, ("Rossi",)), "A witness.", self.curator)
        self.cable.refresh_from_db()
        correct_cable(self.cable, "subject", "HARBOR DUES", "Misread.", self.curator)
        merge("origin", "Embassy Romme", ["Embassy Rome"], "A slip.", self.curator)
        for undo, rows, told in (
            (lift_redaction, Redaction.objects, "It was lifted meanwhile."),
            (undo_correction, Correction.objects, "It was undone meanwhile."),
            (undo_merge, Merge.objects, "It was undone meanwhile."),
        ):
            with self.subTest(undo.__name__):
                first, second = rows.get(), rows.get()
                undo(first, "It was right.", self.curator)
                logged = Change.objects.count()
                with self.assertRaisesMessage(ValueError, told):
                    undo(second, "It was right.", self.curator)
                self.assertFalse(rows.exists())
                self.assertEqual(Change.objects.count(), logged)
        self.check()


class TitleTests(TestCase):
    """The title of a cable without a subject is made of what readers may see."""

    HEADER = "R 031405Z FEB 09\nFM AMEMBASSY ROME\nTO SECSTATE WASHDC"
    TITLE = "Telegram 900001, Embassy Rome to Department of State, 3 February 2009"

    def load(self, text):
        body = f"ROME 900001\n\n1. {text}\n"
        load_records(csv_record(header=self.HEADER, body=body))

    def test_it_has_no_redacted_words_in_the_cable_nor_in_its_versions(self):
        self.load("Embtel 900. Quinto Rossi raised the fees again.")
        self.load("Embtel 900. Quinto Rossi raised the fees twice.")
        cable = Cable.objects.get()
        curator = User.objects.create_user("anna", is_staff=True)
        texts = [cable, cable.versions.get()]
        for text, again in zip(texts, ("twice", "again"), strict=True):
            self.assertEqual(text.facts["recipient"], "Department of State")
            self.assertEqual(text.facts["opening"], f"Quinto Rossi raised the fees {again}.")
        for phrase in ("Quinto Rossi", "SECSTATE WASHDC"):
            redact_cable(cable, Strike(EVERYWHERE, (phrase,)), "A witness.", curator)
            cable.refresh_from_db()
        for text in (cable, cable.versions.get(number=1)):
            with self.subTest(repr(text)):
                self.assertNotIn("Rossi", json.dumps(text.facts))
                self.assertIn("raised the fees", text.facts["opening"])
                self.assertNotIn("Department of State", json.dumps(text.facts))
        page = self.client.get("/cable/09ROME900001/").content.decode()
        self.assertIn("Telegram 900001, Embassy Rome to [REDACTED], 3 February 2009", page)

    def test_what_stood_in_redacted_words_is_no_fact_of_the_cable_nor_of_its_versions(self):
        load_records(csv_record())
        cable = Cable.objects.get()
        curator = User.objects.create_user("anna", is_staff=True)
        for name, value in (("subject", "BUOYS"), ("tags", ["PREL", "PGOV", "EFIS"])):
            correct_cable(cable, name, value, "Misread.", curator)

        def told():
            cable.refresh_from_db()
            versions = [[each.subject, each.facts] for each in cable.versions.order_by("number")]
            return [[cable.subject, [*cable.tags], cable.facts], *versions]

        before = told()
        strike = Strike(EVERYWHERE, ("PGOV, IT SUBJECT: HARBOR FEES",))
        redaction = redact_cable(cable, strike, "A witness.", curator)
        self.assertNotRegex(json.dumps(told()), "PGOV|HARBOR|Harbor Fees")
        self.assertEqual(cable.tags, ["PREL", "EFIS"])
        lift_redaction(redaction, "It is known.", curator)
        self.assertEqual(told(), before)

    def test_a_room_that_was_loaded_earlier_gets_it_by_reread(self):
        self.load("Embtel 900. Quinto Rossi raised the fees.")
        facts = Cable.objects.get().facts
        Cable.objects.update(facts={"opening": "1. Embtel 900. Quinto Rossi raised…"})
        run_command("reread")
        self.assertEqual(Cable.objects.get().facts, facts)
        self.assertEqual(reading_title(Cable.objects.get()), self.TITLE)


class CitedTests(DecisionTestCase):
    def test_a_reference_with_redacted_words_is_not_told_as_what_the_source_cites(self):
        """The station of a reference is a word, in the text before a correction too."""
        for redact_at in (0, 1):
            with self.subTest(redact_at=redact_at), transaction.atomic():
                for at, text in enumerate(("1. Zanzibar fees rose.", "1. Fees of Zanzibar rose.")):
                    self.load(csv_record(ONE, cites="09ZANZIBAR7", text=text))
                    cable = Cable.objects.get(reference=ONE)
                    if at == redact_at:
                        redact_cable(
                            cable, Strike(EVERYWHERE, ("Zanzibar",)), "A witness.", self.curator
                        )
                    else:
                        correct_cable(cable, "cites", ["09ROME7"], "A misprint.", self.curator)
                self.assertIn("09ROME7", rows := public_rows())
                self.assertNotIn("ZANZIBAR", rows)
                transaction.set_rollback(True)


class EarlierCorrectionsTests(DecisionTestCase):
    def test_what_decisions_on_many_kept_of_earlier_ones_becomes_rows_below_the_last(self):
        by, rows, at = {"by": self.curator}, [], datetime(2026, 1, 1, tzinfo=UTC)
        for number, subject in enumerate(("BUOYS", "LIGHTS", "TIDES")):
            made = BulkDecision.objects.create(kind="correct", state="done", **by)
            told = {"value": subject, "reason": "Misread.", "by": self.curator.pk}
            before = rows[-1] if number else None
            made.rows.create(cable=self.cable, outcome="done", undo={"before": before})
            rows.append(told | {"decision": made.pk})
        about = {"field": "subject", "reason": "Misread.", "decision": made, "at": at}
        self.cable.corrections.create(value="TIDES", **about, **by)
        STACK.stand_on_earlier(apps, None)
        kept = self.cable.corrections.order_by("pk")
        self.assertEqual([row.value for row in kept], ["BUOYS", "LIGHTS", "TIDES"])
        self.assertEqual([row.decision_id for row in kept], [row["decision"] for row in rows])
        self.assertEqual(kept.last().at, at)
