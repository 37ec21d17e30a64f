"""A kind of decision on cables that is one class has all that the desk gives to decisions."""

from unittest import mock

from django.test import override_settings

from cables.admin.log import add_undo_links
from cables.decisions.batch_kinds import BatchKind, BatchResult
from cables.decisions.forms import ReasonForm
from cables.models import Cable, Change, Proposal
from reading_room.approval_settings import ApprovalRule
from tests.admin.test_bulk_decisions import LIST, BulkTestCase
from tests.builders import make_curator
from tests.opened import send

STAR = "09ROME77"


class NewKindTests(BulkTestCase):
    """A curator gives cables a star: a reference of the old kind."""

    def setUp(self):
        super().setUp()
        self.enterContext(mock.patch.dict(BatchKind.registry))

        class Star(BatchKind):
            name, title, right = "star", "Give a star", "add_note"
            action, button, done = "Star the selected cables", "Star", "starred"
            form, approvals = ReasonForm, (Proposal.Kind.CORRECT,)

            def sample(self, cable):
                return "plain", "starred"

            def apply(self, keys):
                for cable in Cable.objects.filter(pk__in=keys):
                    cable.former_references.create(reference=f"{STAR}{cable.pk}", kind="star")
                    cable.changes.create(action="starred", reason=self.reason, by=self.by)
                return BatchResult({key: {} for key in keys})

            def undo(self, rows):
                for cable in Cable.objects.filter(pk__in=list(rows)):
                    cable.former_references.filter(kind="star").delete()
                return {}

    def starred(self):
        return Cable.objects.filter(former_references__kind="star").count()

    def test_it_is_offered_previewed_carried_out_logged_and_undone(self):
        self.assertContains(self.client.get(LIST), "Star the selected cables")
        self.assertContains(self.look("star", reason="Good."), "starred")
        self.assertContains(self.decide("star", reason="Good."), "3 cables are starred.")
        self.assertEqual(self.starred(), 3)
        changes = Change.objects.filter(decision=self.decision)
        self.assertEqual(changes.filter(action="starred").count(), 3)
        whole = changes.get(action="decided")
        self.assertIn("3 cables: give a star", whole.what)
        [entry] = add_undo_links(self.curator, [whole])
        send(self.client, entry.undo, {"reason": "No."})
        self.assertEqual(self.starred(), 0)

    def test_it_waits_for_a_second_person(self):
        with override_settings(APPROVALS={"correct": ApprovalRule(("cables.see_sealed",))}):
            ben = make_curator("ben", "see_sealed", "correct_cable")
            self.assertContains(self.decide("star", reason="Good."), "Proposed")
            self.assertEqual(self.starred(), 0)
            self.client.force_login(ben)
            address = f"/admin/cables/proposal/{Proposal.objects.get().pk}/approve/"
            self.assertContains(self.client.get(address), "starred")
            send(self.client, address, {})
        self.assertEqual(self.starred(), 3)
