"""Who sees which proposals: the queue, the first page, the log; what goes with a case."""

from django.contrib.auth.models import Group, User
from django.test import override_settings
from django.urls import reverse

from cables.models import Change, Proposal, Redaction
from cables.models.roles import ROLES
from reading_room.approval_settings import ApprovalRule, parse_approvals
from tests.admin.test_decisions import ONE, TWO, new
from tests.admin.test_proposals import GROUP, QUEUE, SECRET, ProposalTestCase
from tests.admin.test_request_cases import make_case
from tests.builders import forget_counts, withhold
from tests.opened import send


class WhoMayProposeTests(ProposalTestCase):
    def test_only_those_whom_the_rule_names_propose(self):
        with override_settings(APPROVALS=parse_approvals(f"redact = Seniors > {GROUP}")):
            self.assertContains(self.redact(), "your account may not propose them")
            self.assertFalse(Proposal.objects.exists())
            self.curator.groups.add(Group.objects.create(name="Seniors"))
            self.assertContains(self.redact(), "Nothing changes until")
        self.assertFalse(Redaction.objects.exists())

    def test_without_its_rule_a_proposal_is_withdrawn(self):
        proposal = self.proposed()
        with override_settings(APPROVALS={}):
            address = f"{QUEUE}{proposal.pk}/approve/"
            self.assertEqual(self.as_user(self.ben).get(address).status_code, 403)
            self.step(self.curator, "withdraw")
        self.assertFalse(Redaction.objects.exists())


class QueueTests(ProposalTestCase):
    def listed(self, user, **query):
        page = self.as_user(user).get(QUEUE, query)
        return [row.title for row in page.context["cl"].result_list]

    def test_the_queue_is_filtered(self):
        self.proposed()
        self.correct()
        self.step(self.ben, "refuse", reason="It is right.")
        withhold_two = f"/admin/cables/cable/withhold/?cable={TWO}"
        send(self.as_user(self.curator), withhold_two, {"reason": "A ship."})
        redact, correct = f"Redact {ONE}", f"Correct {ONE}"
        withheld = f"Withhold from readers: {TWO}"
        for user, query, titles in (
            (self.curator, {}, [withheld, redact]),
            (self.curator, {"which": "waiting"}, []),
            (self.curator, {"which": "mine"}, [withheld, correct, redact]),
            (self.ben, {"which": "waiting"}, [withheld, redact]),
            (self.ben, {"which": "mine"}, []),
            (self.ben, {"which": "all", "kind": "correct"}, [correct]),
            (self.ben, {"which": "all", "state__exact": "refused"}, [correct]),
            (self.carl, {"which": "waiting", "kind": "redact"}, [redact]),
        ):
            with self.subTest(user.username, **query):
                self.assertEqual(self.listed(user, **query), titles)

    def test_the_first_page_says_what_waits(self):
        self.proposed()
        label = "Proposals that wait for your approval"
        for user, is_shown in ((self.ben, True), (self.curator, False)):
            with self.subTest(user.username):
                page = self.as_user(user).get("/admin/")
                self.assertEqual(label in page.content.decode(), is_shown)
        self.cable.changes.create(action="noted", by=self.ben)
        self.step(self.ben, "approve")
        self.assertContains(
            self.as_user(self.curator).get("/admin/"),
            "Your proposals that are not possible any more",
        )

    def test_curators_whom_it_does_not_concern_see_no_proposal(self):
        proposal = self.proposed()
        dora = self.person("dora", "view_cable", "correct_cable")
        self.assertEqual(self.listed(dora, which="all"), [])
        answer = self.as_user(dora).get(f"{QUEUE}{proposal.pk}/change/")
        self.assertRedirects(answer, "/admin/")

    def test_the_log_and_its_export_name_both(self):
        self.proposed()
        self.step(self.ben, "approve")
        log = self.as_user(self.carl)
        self.assertContains(log.get("/admin/cables/change/"), "anna, approved by ben")
        export = log.get("/admin/cables/change/log.csv").getvalue().decode()
        self.assertIn("every occurrence: A witness.,ben", export)
        self.assertContains(log.get("/admin/"), "(approved by ben)")

    def test_an_account_that_approved_is_kept(self):
        self.proposed()
        self.step(self.ben, "approve")
        root = self.as_user(User.objects.create_superuser("root"))
        page = root.get(f"/admin/auth/user/{self.ben.pk}/change/")
        self.assertNotContains(page, "/delete/")


class RoleTests(ProposalTestCase):
    def test_proposals_are_judged_by_the_role_that_a_rule_names(self):
        proposal = self.proposed()
        people = {name: User.objects.create_user(name.lower(), is_staff=True) for name in ROLES}
        for name, user in people.items():
            user.groups.add(Group.objects.get(name=name))
        for role in (*ROLES, "Nobody"):
            with override_settings(APPROVALS={"redact": ApprovalRule((role,))}):
                for name, user in people.items():
                    for step in ("approve", "refuse"):
                        with self.subTest(f"{role}: {name} would {step}"):
                            answer = self.as_user(user).get(f"{QUEUE}{proposal.pk}/{step}/")
                            self.assertEqual(answer.status_code, 200 if name == role else 403)


class CaseTests(ProposalTestCase):
    def test_a_proposal_on_a_request_goes_with_its_personal_data(self):
        rights = ("change_requestcase", "view_requestcase")
        rita, otto = self.person("rita", *rights), self.person("otto", *rights)
        otto.groups.add(Group.objects.get(name=GROUP))
        case = make_case()
        with override_settings(APPROVALS={"case": ApprovalRule((GROUP,))}):
            address = reverse("admin:cables_requestcase_close", args=[case.pk])
            send(self.as_user(rita), address, {"outcome": "refused", "reason": "My uncle."})
            proposal = Proposal.objects.get()
            for user, is_seen in ((otto, True), (rita, True), (self.ben, False)):
                with self.subTest(user.username):
                    page = self.page(user, proposal)
                    self.assertEqual("My uncle." in page.content.decode(), is_seen)
            self.step(otto, "approve")
        case.refresh_from_db()
        self.assertEqual((case.state, case.reason), ("closed", "My uncle."))
        type(case).objects.filter(pk=case.pk).clear_personal_data()
        self.assertFalse(Proposal.objects.exists())
        self.assertFalse(Change.objects.filter(reason__contains="uncle").exists())


class SealedTests(ProposalTestCase):
    def test_words_that_are_redacted_later_are_not_shown(self):
        self.correct(value=f"{SECRET} ON FEES")
        proposal = Proposal.objects.get()
        self.proposed()
        self.step(self.ben, "approve")
        forget_counts()
        self.assertNotContains(self.page(self.carl, proposal), SECRET)
        self.assertContains(self.page(self.ben, proposal), f"{SECRET} ON FEES")

    def test_a_withheld_cable_is_not_shown_to_who_may_not_see_it(self):
        withhold(self.cable)
        self.post(new("redaction", cable=ONE), step="redact", words=SECRET, place="", reason="X.")
        self.assertNotContains(self.page(self.carl), "raised the fees")
        self.assertContains(self.page(self.ben), f"{SECRET}</del>")

    def test_words_that_are_redacted_later_are_not_shown_in_comments_and_answers(self):
        self.correct()
        proposal = Proposal.objects.get()
        self.step(self.ben, "comment", text=f"Who is {SECRET}?")
        self.step(self.ben, "refuse", reason=f"{SECRET} says no.")
        self.proposed()
        self.step(self.ben, "approve")
        page = self.page(self.carl, proposal)
        self.assertNotContains(page, "says no.")  # Its other words would tell where one is missing.
        for text in (f"Who is {SECRET}?", f"{SECRET} says no."):
            self.assertContains(self.page(self.ben, proposal), text)

    def test_what_was_typed_is_withheld_with_its_cable(self):
        self.correct()
        proposal = Proposal.objects.get()
        self.step(self.ben, "approve")
        self.assertContains(self.page(self.carl, proposal), "BUOYS")
        withhold(self.cable)
        self.assertNotContains(self.page(self.carl, proposal), "BUOYS")
        self.assertContains(self.page(self.ben, proposal), "BUOYS")
