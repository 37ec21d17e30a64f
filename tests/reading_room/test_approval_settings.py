"""The rules of APPROVALS as they are written, and the checks of what they name."""

from django.contrib.auth.models import Group
from django.core.checks import Tags, run_checks
from django.test import override_settings

from cables.models import Proposal
from reading_room.approval_settings import KINDS, ApprovalRule, parse_approvals
from tests.base import TestCase
from tests.builders import make_curator

WRITTEN = [
    ("", {}),
    (" ; ", {}),
    ("redact=Redactor", {"redact": ApprovalRule(("Redactor",))}),
    (
        "publish = Releaser, Redactor > Board of the archive, cables.see_sealed ; many=Auditor;",
        {
            "publish": ApprovalRule(
                ("Board of the archive", "cables.see_sealed"), ("Releaser", "Redactor")
            ),
            "many": ApprovalRule(("Auditor",)),
        },
    ),
]


class ApprovalSettingsTests(TestCase):
    def test_rules_are_read(self):
        for text, rules in WRITTEN:
            with self.subTest(text):
                self.assertEqual(parse_approvals(text), rules)

    def test_the_kinds_are_those_of_proposals(self):
        self.assertEqual(set(KINDS), set(Proposal.Kind.values))

    def problems(self, text):
        with override_settings(APPROVALS=parse_approvals(text)):
            found = run_checks() + run_checks(tags=[Tags.database], databases=["default"])
        return {each.id for each in found if each.msg.startswith("APPROVALS")}

    def test_names_that_nothing_has_are_reported(self):
        board = Group.objects.create(name="Board")
        make_curator("ida", "see_sealed").groups.add(board)
        for text, problems in (
            ("redact = Board; lift = Board > cables.see_sealed", set()),
            ("lift = cables.see_sealed > cables.redact_cable", {"cables.W005"}),
            ("publish = Board, Bored", {"cables.W004"}),
            ("case = Board", {"cables.W005"}),
            ("redact = cables.redact_cabel", {"cables.E001", "cables.W005"}),
            ("redact = cables.redact_cabel > Board", {"cables.E001"}),
            ("redact = Bord", {"cables.W004", "cables.W005"}),
        ):
            with self.subTest(text):
                self.assertEqual(self.problems(text), problems)

    def test_a_rule_that_names_only_accounts_that_are_off_is_reported(self):
        ida = make_curator("ida", "see_sealed", "redact_cable")
        self.assertEqual(self.problems("lift = cables.redact_cable"), set())
        ida.is_active = False
        ida.save()
        self.assertEqual(self.problems("lift = cables.redact_cable"), {"cables.W005"})

    def test_an_unknown_kind_is_reported(self):
        with override_settings(APPROVALS={"hide": ApprovalRule(("Board",))}):
            self.assertIn("cables.E002", {each.id for each in run_checks()})
