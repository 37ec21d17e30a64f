"""What becomes of a proposal: approved, refused, withdrawn, not possible any more."""

from unittest import mock

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import override_settings

from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import lift_redaction
from cables.decisions.proposal_steps import MEANWHILE
from cables.models import BulkDecision, Cable, Change, Correction, Proposal, Redaction
from reading_room.approval_settings import ApprovalRule
from tests.admin.test_decisions import ONE, TWO, DecisionTestCase
from tests.builders import make_curator
from tests.opened import form_of, send
from tests.working import work

QUEUE = "/admin/cables/proposal/"
GROUP = "Approvers"
SECRET = "Quinto Rossi"


@override_settings(
    APPROVALS=dict.fromkeys(["withhold", "redact", "lift", "correct"], ApprovalRule((GROUP,)))
)
class ProposalTestCase(DecisionTestCase):
    """Anna decides and others approve: Ben, and Carl, who may not see sealed text."""

    rights = (*DecisionTestCase.rights, "withhold_cable", "view_change")

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        group = Group.objects.create(name=GROUP)
        cls.ben = cls.person("ben", "see_sealed", "view_cable")
        cls.carl = cls.person("carl", "view_cable", "view_change")
        for user in (cls.curator, cls.ben, cls.carl):
            user.groups.add(group)

    person = staticmethod(make_curator)

    def as_user(self, user):
        client = self.client_class()
        client.force_login(user)
        return client

    def step(self, user, name, proposal=None, **values):
        """Open the page of a step as somebody, and send its form."""
        proposal = proposal or Proposal.objects.latest("pk")
        address = f"{QUEUE}{proposal.pk}/{name}/"
        return send(self.as_user(user), address, values, follow=True)

    def page(self, user, proposal=None):
        proposal = proposal or Proposal.objects.latest("pk")
        return self.as_user(user).get(f"{QUEUE}{proposal.pk}/change/")

    def proposed(self, **values):
        """Let Anna propose to redact a name."""
        self.redact(**values)
        return Proposal.objects.latest("pk")

    def facts(self, proposal):
        proposal.refresh_from_db()
        return proposal.state, proposal.decided_by, proposal.data, proposal.fields


class JudgingTests(ProposalTestCase):
    def test_the_proposer_is_told_and_finds_the_proposal(self):
        page = self.redact()
        proposal = Proposal.objects.get()
        self.assertContains(page, f'<a href="{QUEUE}{proposal.pk}/change/">Redact {ONE}</a>')
        self.assertContains(page, "Nothing changes until somebody else approves it.")
        self.assertContains(self.redact(), "proposed this already: comment on that proposal.")
        self.assertFalse(Redaction.objects.exists())

    def test_the_difference_is_shown_and_exactly_that_is_done(self):
        proposal = self.proposed()
        for user in (self.curator, self.ben, self.carl):
            page = self.page(user)
            self.assertContains(page, f"{SECRET}</del>")
            self.assertContains(page, "[redacted]</ins> raised the fees.")
            self.assertContains(page, "A witness.")
        self.assertFalse(Redaction.objects.exists())
        answer = self.step(self.carl, "approve")
        self.assertContains(answer, f"{ONE} is redacted.")
        self.cable.refresh_from_db()
        self.assertNotIn(SECRET, self.cable.body)
        self.assertEqual(self.facts(proposal), ("approved", self.carl, "", []))
        self.assertNotContains(self.page(self.carl), SECRET)
        self.check()

    def test_a_correction_is_shown_as_readers_will_see_it(self):
        self.correct()
        page = self.page(self.ben)
        for part in ("HARBOR FEES", "BUOYS", "Subject", "Misread."):
            self.assertContains(page, part)
        self.step(self.ben, "approve")
        self.assertEqual(Correction.objects.get().by, self.curator)
        self.cable.refresh_from_db()
        self.assertEqual(self.cable.subject, "BUOYS")

    def test_nobody_judges_an_own_proposal_and_others_cannot_without_the_right(self):
        proposal = self.proposed()
        root = User.objects.create_superuser("root")
        cataloguer = self.person("dora", "view_cable", "correct_cable")
        for name in ("approve", "refuse"):
            address = f"{QUEUE}{proposal.pk}/{name}/"
            for user, status in ((self.curator, 403), (root, 403), (cataloguer, 403)):
                with self.subTest(name, user=user.username):
                    client = self.as_user(user)
                    self.assertEqual(client.get(address).status_code, status)
                    self.assertEqual(client.post(address).status_code, status)
        self.assertEqual(Proposal.objects.get().state, "waiting")

    def test_a_superuser_approves_by_the_rule_and_not_their_own(self):
        root = User.objects.create_superuser("root")
        rule = {"redact": ApprovalRule(("cables.redact_cable",))}
        with override_settings(APPROVALS=rule):
            self.client.force_login(root)
            own = self.proposed(words="fees")
            self.assertEqual(self.as_user(root).get(f"{QUEUE}{own.pk}/approve/").status_code, 403)
            self.client.force_login(self.curator)
            self.proposed()
            self.step(root, "approve")
            entry = Change.objects.get(action="redacted")
            self.assertEqual((entry.by, entry.approved_by), (self.curator, root))

    def test_what_one_may_not_see_one_cannot_approve(self):
        self.proposed()
        self.step(self.ben, "approve")
        self.post(f"/admin/cables/redaction/{Redaction.objects.get().pk}/lift/", reason="Over.")
        proposal = Proposal.objects.latest("pk")
        self.assertEqual(proposal.kinds, ["lift"])
        page = self.page(self.carl)
        self.assertContains(page, "text that you may not see")
        self.assertNotContains(page, SECRET)
        answer = self.as_user(self.carl).get(f"{QUEUE}{proposal.pk}/approve/")
        self.assertEqual(answer.status_code, 403)
        self.assertContains(self.page(self.ben), f"{SECRET}</ins>")
        self.step(self.ben, "approve")
        self.assertFalse(Redaction.objects.exists())

    def test_it_is_refused_with_a_reason(self):
        proposal = self.proposed()
        self.assertContains(self.step(self.ben, "refuse"), "This field is required")
        self.step(self.ben, "refuse", reason="He is dead.")
        self.assertEqual(self.facts(proposal), ("refused", self.ben, "", []))
        self.assertContains(self.page(self.curator), "He is dead.")
        self.assertFalse(Redaction.objects.exists())
        log = Change.objects.filter(what__startswith="proposal ")
        self.assertEqual(
            list(log.values_list("action", "by__username", "reason")),
            [("refused", "ben", ""), ("proposed", "anna", "")],
        )

    def test_it_is_withdrawn_by_its_proposer_only(self):
        proposal = self.proposed()
        address = f"{QUEUE}{proposal.pk}/withdraw/"
        self.assertEqual(self.as_user(self.ben).post(address).status_code, 403)
        self.step(self.curator, "withdraw")
        self.assertEqual(self.facts(proposal), ("withdrawn", self.curator, "", []))
        for name in ("approve", "refuse", "again", "withdraw", "comment"):
            answer = self.as_user(self.ben).post(f"{QUEUE}{proposal.pk}/{name}/", follow=True)
            with self.subTest(name):
                self.assertIn(answer.status_code, (200, 403))
        self.assertEqual(self.facts(proposal)[0], "withdrawn")

    def test_comments_are_seen_before_anything_is_decided(self):
        self.proposed()
        address = f"{QUEUE}{Proposal.objects.get().pk}/approve/"
        ben = self.as_user(self.ben)
        opened = form_of(ben.get(address))
        self.step(self.carl, "comment", text="Is he not the mayor?")
        self.assertContains(self.page(self.ben), "Is he not the mayor?")
        self.assertContains(ben.post(address, opened), MEANWHILE)
        self.assertFalse(Redaction.objects.exists())

    def test_of_two_approvers_at_once_the_second_is_told(self):
        self.proposed()
        address = f"{QUEUE}{Proposal.objects.get().pk}/approve/"
        clients = [self.as_user(user) for user in (self.ben, self.carl)]
        opened = [form_of(client.get(address)) for client in clients]
        clients[0].post(address, opened[0])
        answer = clients[1].post(address, opened[1], follow=True)
        self.assertContains(answer, "Somebody decided on this proposal meanwhile.")
        self.assertEqual(Redaction.objects.count(), 1)
        self.assertEqual(Change.objects.filter(action="approved").count(), 1)


class ChangedCableTests(ProposalTestCase):
    def change(self):
        """Let somebody else change the cable in a way that nobody has to approve."""
        self.cable.changes.create(action="noted", by=self.ben)

    def test_a_cable_that_changed_is_not_redacted_and_it_is_proposed_again(self):
        proposal = self.proposed()
        self.change()
        answer = self.step(self.ben, "approve")
        self.assertContains(answer, "It was not carried out")
        self.assertContains(answer, "Somebody changed this cable meanwhile.")
        self.assertFalse(Redaction.objects.exists())
        proposal.refresh_from_db()
        self.assertEqual(proposal.state, "stale")
        self.assertContains(self.page(self.curator), "Somebody changed this cable meanwhile.")
        self.assertContains(self.page(self.curator), f"{SECRET}</del>")
        self.assertEqual(
            self.as_user(self.ben).post(f"{QUEUE}{proposal.pk}/again/").status_code, 403
        )
        self.step(self.curator, "again")
        proposal.refresh_from_db()
        self.assertEqual((proposal.state, proposal.answer), ("waiting", ""))
        self.step(self.ben, "approve")
        self.assertEqual(Redaction.objects.get().by, self.curator)

    def test_it_cannot_be_proposed_again_if_it_is_not_possible(self):
        self.proposed()
        self.step(self.ben, "approve")
        redaction = Redaction.objects.get()
        self.post(f"/admin/cables/redaction/{redaction.pk}/lift/", reason="Over.")
        proposal = Proposal.objects.latest("pk")
        lift_redaction(redaction, "A program did it.", self.ben)
        self.assertContains(self.step(self.ben, "approve"), "Somebody undid it meanwhile.")
        self.assertContains(self.step(self.curator, "again"), "Somebody undid it meanwhile.")
        proposal.refresh_from_db()
        self.assertEqual(proposal.state, "stale")
        self.assertEqual(Change.objects.filter(action="proposed again").count(), 0)

    def test_whoever_lost_the_right_has_it_not_done(self):
        self.proposed()
        for change in (
            lambda: self.curator.user_permissions.clear(),
            lambda: User.objects.filter(pk=self.curator.pk).update(is_active=False),
        ):
            with transaction.atomic():
                change()
                answer = self.step(self.ben, "approve")
                self.assertContains(answer, "may not make this decision any more")
                self.assertEqual(Proposal.objects.get().state, "stale")
                transaction.set_rollback(True)
        self.assertFalse(Redaction.objects.exists())

    def test_it_goes_with_its_cable(self):
        self.proposed()
        self.step(self.ben, "comment", text=SECRET)
        erase(ONE, "A court.")
        self.assertFalse(Proposal.objects.exists())


class ManyTests(ProposalTestCase):
    def choose(self):
        """Let Anna propose to withhold both cables; return the proposal."""
        keys = list(Cable.objects.values_list("pk", flat=True))
        values = {"action": "withhold", "_selected_action": keys}
        page = self.client.post("/admin/cables/cable/", values, follow=True)
        sent = form_of(page) | {"reason": "A ship.", "step": "apply"}
        answer = self.client.post(page.redirect_chain[-1][0], sent, follow=True)
        proposal = Proposal.objects.get()
        self.assertEqual(answer.redirect_chain[-1][0], f"{QUEUE}{proposal.pk}/change/")
        return proposal

    def test_the_cables_and_samples_are_shown_and_the_worker_names_both(self):
        proposal = self.choose()
        self.assertEqual(proposal.kinds, ["withhold", "many"])
        page = self.page(self.carl)
        # Only who chose cables can open the page of that choice.
        self.assertNotContains(page, proposal.address)
        self.assertContains(self.page(self.curator), proposal.address)
        for part in (ONE, TWO, "Withheld, with this reason", "A ship."):
            self.assertContains(page, part)
        with mock.patch("cables.decisions.batches.is_at_once", return_value=False):
            self.step(self.carl, "approve")
        self.assertFalse(Cable.objects.exclude(withheld_reason="").exists())
        self.assertEqual(BulkDecision.objects.get().approved_by, self.carl)
        work()
        self.assertEqual(Cable.objects.exclude(withheld_reason="").count(), 2)
        entries = Change.objects.filter(action__in=("withheld", "decided"))
        self.assertEqual(
            set(entries.values_list("by__username", "approved_by__username")), {("anna", "carl")}
        )
        self.assertEqual(entries.count(), 3)

    def test_samples_of_cables_that_an_address_names_are_shown(self):
        address = f"/admin/cables/cable/withhold/?cable={ONE}&cable={TWO}"
        sent = form_of(self.client.get(address)) | {"reason": "A ship."}
        self.client.post(address, sent)
        page = self.page(self.carl)
        self.assertContains(page, "The first 2 cables")
        self.assertContains(page, "Withheld, with this reason", 2)

    def test_one_that_changed_meanwhile_stops_all(self):
        proposal = self.choose()
        Cable.objects.get(reference=TWO).changes.create(action="noted", by=self.ben)
        answer = self.step(self.ben, "approve")
        self.assertContains(answer, "Somebody changed 1 of these cables meanwhile.")
        self.assertFalse(Cable.objects.exclude(withheld_reason="").exists())
        self.step(self.curator, "again")
        proposal.refresh_from_db()
        self.assertEqual(proposal.state, "waiting")
        self.step(self.ben, "approve")
        self.assertEqual(Cable.objects.exclude(withheld_reason="").count(), 2)

    def test_each_rule_has_to_be_fulfilled(self):
        others = {"withhold": ApprovalRule((GROUP,)), "many": ApprovalRule(("Directors",))}
        with override_settings(APPROVALS=others):
            directors = Group.objects.create(name="Directors")
            self.person("dina", "see_sealed").groups.add(directors, *self.ben.groups.all())
            proposal = self.choose()
            address = f"{QUEUE}{proposal.pk}/approve/"
            self.assertEqual(self.as_user(self.ben).get(address).status_code, 403)
            self.ben.groups.add(directors)
            self.step(self.ben, "approve")
        self.assertEqual(Cable.objects.exclude(withheld_reason="").count(), 2)

    def test_a_rule_for_many_leaves_single_cables_alone(self):
        with override_settings(APPROVALS={"many": ApprovalRule((GROUP,))}):
            address = f"/admin/cables/cable/withhold/?cable={ONE}"
            send(self.client, address, {"reason": "A ship."})
            self.assertTrue(Cable.objects.get(reference=ONE).withheld_reason)
            self.assertFalse(Proposal.objects.exists())
