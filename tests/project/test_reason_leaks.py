"""A reason for the log reaches no reader, whatever is decided or undone; forms say who reads it.

A word is written as the reason of every decision of the desk, and another as that of its undoing.
All kinds of changes are shown to readers, but without reasons.
"""

from itertools import cycle

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from cables.admin.cable.correction_forms import name_reference, remove_reference
from cables.admin.log import FINDERS, add_undo_links
from cables.api.bulk_export import WRITERS
from cables.curation.redactions_and_corrections import (
    correct_cable,
    lift_redaction,
    redact_cable,
    undo_correction,
)
from cables.decisions.batch_kinds import BatchKind
from cables.decisions.batches import (
    carry_out_decision,
    choose_for_decision,
    preview_decision,
    undo_decision,
)
from cables.decisions.forms import LOG, READERS
from cables.loader import load
from cables.models import Cable, Change, ChangeKind, Proposal
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from reading_room.approval_settings import KINDS
from tests.admin.test_approvals import ApprovalTestCase, rules
from tests.admin.test_bulk_decisions import BulkTestCase
from tests.admin.test_desk_forms import KINDS as ROWS
from tests.admin.test_desk_forms import FormsTestCase
from tests.admin.test_stamps import WHY
from tests.base import TestCase
from tests.builders import forget_counts, publish, withhold
from tests.mirror.base import FewPages, export, new_folder
from tests.mirror.test_updates import files_with
from tests.opened import form_of, send
from tests.planted import WORD
from tests.project.routes import AUTHORITY, telling
from tests.project.test_redacted_leaks import public_rows
from tests.slow import SLOW, some
from tests.source_files import csv_file, csv_record
from tests.working import run_command, work

PAGE = "/cable/06BERLIN900001/"
OF_UNDOING = "ZOPILOTE"
TYPED = {
    "embargo": {"due": "2098-01-01T00:00"},
    "correct": {"field": "subject", "value": "DUES"},
    "tag": {"tag": "EFIS"},
    "untag": {"tag": "PREL"},
}


def said_to_be_public(page):
    """Return whether the form of a page says that readers see the reason; it says something."""
    reason = page.context["form"].fields["reason"]
    beside = f"{reason.label} {reason.help_text}"
    public = "as readers will see it" in beside or READERS in beside
    assert public != (LOG in beside or "kept with the case" in beside), beside
    return public


class EveryDecisionTests(ApprovalTestCase):
    def setUp(self):
        super().setUp()
        ChangeKind.objects.update(is_public=True, with_reason=False)
        self.undone = set()

    def test_readers_see_a_reason_only_if_its_form_says_so(self):
        in_turn = cycle([[(), KINDS], [KINDS, ()]])
        for name, address, typed in some(self.ways(), 3):
            typed = {key: WORD if value == WHY else value for key, value in typed.items()}
            ways = [KINDS] if "erase" in name else next(in_turn)
            for kinds in some(ways, 2):
                with self.subTest(name, approved=bool(kinds)), transaction.atomic():
                    self.check(name, address, typed, kinds)
                    transaction.set_rollback(True)
        actions = {action for action, *_ in FINDERS} - {
            "left",
            "switched off",
            "switched on",
            "deleted",
        }
        if SLOW:
            self.assertEqual(self.undone & actions, actions)

    def check(self, name, address, typed, kinds):
        last, public = Change.objects.latest("pk").pk, False
        with rules(*kinds):
            if "reason" in typed and "step" not in address:
                self.client.force_login(self.curator)
                public = said_to_be_public(self.client.post(address, typed | {"stamp": "x"}))
            self.assertEqual(self.decide(self.curator, name, address, typed).status_code, 302)
            for proposal in Proposal.objects.all():
                self.approve(proposal)
        work()
        self.assertEqual(WORD in public_rows(), public)
        changes = Change.objects.filter(pk__gt=last)
        for change in add_undo_links(self.curator, changes):
            if change.undo:
                with transaction.atomic():
                    self.undo(change)
                    transaction.set_rollback(True)

    def undo(self, change):
        last = Change.objects.latest("pk").pk
        answer = send(self.client, change.undo, {"reason": OF_UNDOING})
        if answer.status_code == 302:
            work()
            self.undone.add(change.action)
            self.assertNotIn(OF_UNDOING, public_rows())
            logged = Change.objects.filter(pk__gt=last).values_list("reason", flat=True)
            self.assertTrue(any(OF_UNDOING in reason for reason in logged), logged)


class DecisionsOnManyTests(BulkTestCase):
    def test_readers_see_a_reason_only_if_its_form_says_so(self):
        ChangeKind.objects.update(is_public=True, with_reason=False)
        for kind in some((each.name for each in BatchKind.all() if each.action), 3):
            with self.subTest(kind), transaction.atomic():
                if kind == "publish":
                    for cable in Cable.objects.all():
                        withhold(cable, "A ship.")
                values = TYPED.get(kind, {}) | {"reason": WORD}
                page = self.choose(kind)
                public = said_to_be_public(page)
                self.address = page.redirect_chain[-1][0]
                self.decide(kind, **values)
                self.assertEqual(WORD in public_rows(), public)
                self.undo(OF_UNDOING)
                self.assertNotIn(OF_UNDOING, public_rows())
                transaction.set_rollback(True)


class RowsTests(FormsTestCase):
    def test_no_reader_sees_why_a_row_was_changed_or_deleted(self):
        ChangeKind.objects.update(is_public=True, with_reason=False)
        for model, row in self.changeable_rows():
            with self.subTest(model.__name__):
                values = dict([ROWS[model].first]) | {"why": WORD}
                for step in ("change", "delete"):
                    address = self.address(model, step, row.pk)
                    answer = send(self.client, address, form_of(self.client.get(address)) | values)
                    self.assertEqual(answer.status_code, 302)
                    self.assertIn(WORD, Change.objects.latest("pk").reason)
                    self.assertNotIn(WORD, public_rows())


@override_settings(**AUTHORITY)
class EveryPageTests(FewPages, TestCase):
    """After decisions and their undoing, with the reasons that the log has."""

    @classmethod
    def setUpTestData(cls):
        cls.folder = new_folder(cls).parent
        load(csv_file(cls.folder, csv_record("06BERLIN900001")))
        ChangeKind.objects.update(is_public=True, with_reason=False)
        by = User.objects.create_user("anna", is_staff=True)
        cable = Cable.objects.get()
        correct_cable(cable, "subject", "DUES", "Misread.", by)
        undo_correction(cable.corrections.get(), WORD, by)
        lift_redaction(redact_cable(cable, Strike(EVERYWHERE, ("rose",)), "A slip.", by), WORD, by)
        withhold(cable, "A ship.", by)
        publish(cable, WORD, by)
        name_reference(cable, "06BONN900001", WORD, by, cable.edit_token())
        remove_reference(cable.former_references.get(), WORD, by, cable.edit_token())
        for kind, parameters in (
            ("correct", {"field": "classification", "value": "TOP SECRET"}),
            ("tag", {"tag": "XHARBOR"}),
        ):
            decision = choose_for_decision(kind, [cable.pk], by)
            preview_decision(decision, parameters, "Misread.")
            carry_out_decision(decision)
            undo_decision(decision, WORD, by)
        forget_counts()
        cache.clear()

    def test_no_page_has_the_reason(self):
        self.assertEqual(Change.objects.filter(reason__contains=WORD).count(), 9)
        self.assertEqual(telling(self.client), set())

    def test_no_export_has_the_reason(self):
        for form in WRITERS:
            run_command("export", form, self.folder / form)
        export(self.folder / "mirror")
        self.assertEqual(files_with(self.folder), set())
        self.assertIn("index.html", files_with(self.folder, "misread."))

    def test_a_correction_that_was_undone_is_no_change_of_the_text(self):
        page, history = self.client.get(PAGE), self.client.get(f"{PAGE}history/")
        for words in ("The text was changed", "<b>Corrected.</b>", "<b>Redacted.</b>"):
            self.assertNotContains(page, words)
        self.assertContains(page, f'the text is again that of <a href="{PAGE}v1/">version 1</a>')
        self.assertContains(history, "Its text is again that of version 1.")
        self.assertContains(history, "The archive withdrew its correction: subject.")
        self.assertContains(self.client.get(f"{PAGE}v1/"), "The cable has the same text again.")
        self.assertNotContains(self.client.get(f"{PAGE}v2/"), "the same text again")
        rows = self.client.get("/cable/06BERLIN900001.json").json()["superseded"]
        self.assertEqual([row["is_like_now"] for row in rows], [True, False, True, False])
