"""Which roles leave, assign and switch off what the work lists have; the pages: test_roles.py."""

from django.contrib.auth.models import Group
from django.test import override_settings

from cables.models import BulkDecision, Change, Left, Matter, MatterAssignment, Proposal, RuleSwitch
from reading_room.approval_settings import ApprovalRule
from tests.base import TestCase
from tests.builders import make_cable, make_cables
from tests.models.test_roles import LETTERS, make_people
from tests.opened import form_of, send


class MatterRolesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.people = make_people()

    def setUp(self):
        self.clients = {letter: self.client_class() for letter in self.people}
        for letter, client in self.clients.items():
            client.force_login(self.people[letter])

    def test_issues_are_left_and_reopened_by_their_roles_only(self):
        for letter, client in self.clients.items():
            with self.subTest(LETTERS[letter]):
                sent = {"reason": "A reason."}
                status = client.post("/admin/cables/left/matters/no-subject/", sent).status_code
                self.assertEqual(status, 302 if letter in "CL" else 403)
        for letter, client in self.clients.items():
            with self.subTest(LETTERS[letter]):
                person = self.people[letter]
                left = Left.objects.create(kind="held", key=letter, label="x", by=person)
                values = {"action": "take_back", "_selected_action": [left.pk]}
                asked = form_of(client.post("/admin/cables/left/", values))
                client.post("/admin/cables/left/", values | asked | {"reason": "x"})
                self.assertEqual(Left.objects.filter(key=letter).exists(), letter not in "CL")

    def test_all_matters_of_a_rule_are_left_and_rules_switched_by_their_roles_only(self):
        for letter, client in self.clients.items():
            make_cable(f"06ROME90000{ord(letter)}", subject="")
            with self.subTest(LETTERS[letter]):
                for address, model in (
                    ("/admin/cables/left/matters/no-subject/all/", Left.objects.all()),
                    ("/admin/cables/left/rules/cables/no-subject/off/", RuleSwitch.objects.all()),
                ):
                    values = {"reason": "A reason."}
                    status = send(client, address, values).status_code
                    self.assertEqual(status, 302 if letter in "CL" else 403)
                    self.assertEqual(model.exists(), letter in "CL")
                    model.delete()

    def test_to_leave_all_of_several_cables_somebody_else_may_have_to_approve_it(self):
        names = ["06ROME900001", "06ROME900002"]
        make_cables(names, subject="")
        self.people["R"].groups.add(Group.objects.create(name="Board"))
        with override_settings(APPROVALS={"many": ApprovalRule(("Board",))}):
            address = "/admin/cables/left/matters/no-subject/all/"
            answer = send(self.clients["C"], address, {"reason": "They have none."}, follow=True)
            self.assertContains(answer, "Leave all: Empty subjects: 2 cables")
            proposal = Proposal.objects.get()
            self.assertEqual((proposal.kinds, proposal.named), (["many"], names))
            self.assertFalse(Left.objects.exists() or BulkDecision.objects.exists())
            address = f"/admin/cables/proposal/{proposal.pk}/approve/"
            answer = send(self.clients["R"], address, follow=True)
            self.assertContains(answer, "2 left as they are.")
        self.assertFalse(Matter.objects.open().exists())
        entry = Change.objects.get(action="decided")
        self.assertEqual((entry.by, entry.approved_by), (self.people["C"], self.people["R"]))

    def test_matters_are_assigned_by_their_roles_to_their_roles_only(self):
        make_cable("06ROME900001", subject="")
        address = "/admin/cables/left/matters/no-subject/assign/"
        for letter, client in self.clients.items():
            for to, person in self.people.items():
                with self.subTest(f"{LETTERS[letter]} to {LETTERS[to]}"):
                    client.post(address, {"to": person.pk, "key": ["06ROME900001"]})
                    self.assertEqual(
                        MatterAssignment.objects.exists(), letter in "CLR" and to in "CLR"
                    )
                    MatterAssignment.objects.all().delete()
