"""Every page of a decision proposes it where a second person has to approve, for everybody."""

from datetime import timedelta
from itertools import cycle
from unittest import mock

from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from cables.decisions.batches import forget_choices
from cables.decisions.kinds import DecisionKind
from cables.models import (
    BulkDecision,
    Cable,
    Change,
    Correction,
    Erased,
    FormerReference,
    LoadRow,
    Merge,
    Note,
    PersonRuling,
    Proposal,
    Redaction,
    RedactionSearch,
    RequestCase,
    ScheduledPublication,
    StandingForm,
    VolumeWithholding,
)
from cables.publication.publish import publish_due
from reading_room.approval_settings import KINDS, ApprovalRule
from tests.admin.test_loads import ONE, TWO
from tests.admin.test_stamps import WHY, DecisionPagesTestCase
from tests.builders import make_curator
from tests.opened import form_of, send
from tests.slow import SLOW
from tests.working import work

GROUP = "Approvers"
AT_ONCE = "cables.decisions.batches.is_at_once"
RULE = ApprovalRule((GROUP,))
PUBLISH, WITHHOLD, CORRECT, CASE = ("publish",), ("withhold",), ("correct",), ("case",)
# Name of the page of a decision, and what its address has of it -> its kinds.
EXPECTED = {
    "cables_cable_withhold": WITHHOLD,
    "cables_cable_publish": PUBLISH,
    "cables_cable_annotate": (),
    "cables_cable_embargo": ("withhold", "publish"),
    "cables_cable_erase": ("erase",),
    "cables_bulkdecision_decide": WITHHOLD,
    "cables_bulkdecision_undo": (),  # Of a note.
    **{
        f"cables_correction_{name}": CORRECT for name in ("new", "undo", "former", "lead", "forget")
    },
    "cables_redaction_new": ("redact",),
    "cables_redaction_lift": ("lift",),
    **{f"cables_merge_{name}": ("merge",) for name in ("new", "undo")},
    **{f"cables_personentry_{name}": ("merge",) for name in ("join", "separate")},
    "cables_personruling_undo": ("merge",),
    "cables_loadrow_apply": PUBLISH,
    "cables_loadrow_publish": PUBLISH,
    "cables_loadrow_leave": (),
    "cables_loadrow_repair": (),
    "cables_loadrow_take_back": (),
    "cables_loadrow_embargo release": PUBLISH,
    "cables_loadrow_embargo move": ("publish", "withhold"),
    "cables_loadrow_embargo withdraw": WITHHOLD,
    "cables_load_decide withhold": ("withhold", "many"),
    "cables_load_decide publish": ("publish", "many"),
    "cables_left_changelist": (),
    "cables_left_all M-10": (),  # Of one cable.
    "cables_left_switch cables": (),
    "cables_volumepage_withhold": WITHHOLD,
    "cables_volumewithholding_publish": PUBLISH,
    "cables_redactionsearch_decide": ("redact", "many"),
    "cables_redactionsearch_undo": ("lift", "many"),
    "cables_redactionsearch_end": ("lift", "many"),
    "cables_redactionsearch_step again": ("redact", "many"),
    "cables_requestcase_comment": (),
    "cables_requestcase_letter": (),
    **{f"cables_requestcase_{name}": CASE for name in ("close", "reopen", "clear")},
}
ABOUT_PROPOSALS = ("proposed", "approved")


def archive():
    """Return all that decisions change, without what differs each time."""
    cables = ("reference", "subject", "tags", "cites", "classification", "withheld_reason", "body")
    decided = BulkDecision.objects.exclude(state="previewed")
    return {
        "cables": list(Cable.objects.order_by("pk").values(*cables, "origin__name")),
        "redactions": list(Redaction.objects.order_by("pk").values("cable", "place", "reason")),
        "corrections": list(Correction.objects.order_by("pk").values("cable", "field", "value")),
        "formers": list(FormerReference.objects.order_by("reference").values("reference")),
        "merges": list(Merge.objects.order_by("pk").values("name", "into")),
        "rulings": list(PersonRuling.objects.order_by("pk").values("key", "are_one")),
        "notes": list(Note.objects.order_by("pk").values("cable", "text")),
        "rows": list(LoadRow.objects.order_by("pk").values("pk", "outcome", "due")),
        "cases": list(RequestCase.objects.order_by("pk").values("pk", "state", "outcome", "name")),
        "parts": list(VolumeWithholding.objects.order_by("pk").values("volume", "name", "entry")),
        "erased": list(Erased.objects.order_by("pk").values("reference")),
        "times": list(ScheduledPublication.objects.order_by("cable").values("cable", "due")),
        "many": list(decided.order_by("kind").values("kind", "state")),
        "forms": list(StandingForm.objects.values("search")),
        "searches": list(RedactionSearch.objects.order_by("pk").values("pk", "state")),
    }


def rules(*kinds):
    """Let the group of approvers approve decisions of these kinds."""
    return override_settings(APPROVALS=dict.fromkeys(kinds, RULE))


class ApprovalTestCase(DecisionPagesTestCase):
    """With a curator and a superuser who decide, and another curator who approves."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        group = Group.objects.create(name=GROUP)
        every = Permission.objects.filter(content_type__app_label="cables")
        cls.cora = User.objects.create_user("cora", is_staff=True)
        cls.cora.user_permissions.set(every)
        cls.ben = make_curator("ben", "see_sealed", "view_requestcase")
        for user in (cls.cora, cls.ben, cls.curator):  # The last is a superuser.
            user.groups.add(group)

    def make_archive(self):
        super().make_archive()
        work()  # A load that waits is no part of these tests.
        # What was cut is left to be redacted again.
        left = {"decision": "accepted", "problem": "It was changed."}
        self.cut = self.make_search("redacted", "redacting", **left)

    def setUp(self):
        super().setUp()
        self.approver = self.client_class()
        self.approver.force_login(self.ben)

    def ways(self):
        """Yield (its name in EXPECTED, address, form data) of each page of a decision."""
        pages = self.decisions() | {
            "cables_cable_erase": [((), f"?cable={ONE}", {})],
            "cables_redactionsearch_step": [((self.cut.pk, "again"), "", {})],
        }
        for name, ways in pages.items():
            for key, query, typed in ways:
                kind = next((each for each in key if isinstance(each, str)), "")
                address = f"{reverse(f'admin:{name}', args=key)}{query}"
                reason = {} if typed.get("text") or "is_sure" in typed else {"reason": WHY}
                yield f"{name} {kind}".strip(), address, typed | reason

    def decide(self, user, name, address, typed):
        """Decide as somebody: look at the page, and send its form."""
        self.client.force_login(user)
        BulkDecision.objects.filter(pk=self.chosen.pk).update(by=user)
        if name.endswith("again"):
            page = reverse("admin:cables_redactionsearch_change", args=[self.cut.pk])
            sent = {"stamp": self.client.get(page).context["stamp"]}
        else:
            # The page shows what is there, and gives the stamp of it.
            sent = form_of(self.client.post(address, typed | {"stamp": "x"})) | typed
        return self.client.post(address, sent)

    def approve(self, proposal, client=None, follow=False):
        address = reverse("admin:cables_proposal_approve", args=[proposal.pk])
        return send(client or self.approver, address, follow=follow)

    def decided_alone(self, name, address, typed):
        """Return what the archive is after a decision that nobody has to approve."""
        before = archive()
        with transaction.atomic(), rules(*set(KINDS) - set(EXPECTED[name]), "erase"):
            if "erase" in EXPECTED[name]:
                return before | {"erased": ["by approval only"]}
            self.assertEqual(self.decide(self.cora, name, address, typed).status_code, 302)
            work()
            self.assertFalse(Proposal.objects.exists())
            after = archive()
            transaction.set_rollback(True)
        return after


class EveryPageTests(ApprovalTestCase):
    def test_the_table_has_every_page(self):
        self.assertEqual({name for name, _, _ in self.ways()}, set(EXPECTED))
        replayed = {name.partition(" ")[0] for name, kinds in EXPECTED.items() if kinds}
        self.assertLessEqual(replayed, {f"cables_{page}" for page in DecisionKind.registry})

    def test_nothing_changes_until_another_person_approves_it(self):
        ways, users = list(self.ways()), cycle([self.cora, self.curator])
        of_each_kind = {EXPECTED[name]: name for name, _, _ in ways}.values()
        for name, address, typed in ways:
            if not (SLOW or name in of_each_kind):
                continue
            alone = self.decided_alone(name, address, typed)
            both = (self.cora, self.curator) if SLOW else (next(users),)
            # What nobody has to approve, Cora has just done under the same rules.
            for user in both if EXPECTED[name] else (self.curator,):
                with self.subTest(name, by=user.username), transaction.atomic(), rules(*KINDS):
                    self.check_page(user, name, address, typed, alone)
                    transaction.set_rollback(True)

    def check_page(self, user, name, address, typed, alone):
        before, last = archive(), Change.objects.latest("pk").pk
        self.assertEqual(self.decide(user, name, address, typed).status_code, 302)
        if not EXPECTED[name]:
            self.assertFalse(Proposal.objects.exists())
            return
        self.assertEqual(work(), [])
        self.assertEqual(archive(), before)
        proposal = Proposal.objects.get()
        self.assertEqual((tuple(proposal.kinds), proposal.by), (EXPECTED[name], user))
        page = reverse("admin:cables_proposal_approve", args=[proposal.pk])
        self.assertEqual(self.client.post(page).status_code, 403)  # One's own.
        self.assertEqual(archive(), before)
        self.assertEqual(self.approve(proposal).status_code, 302)
        proposal = Proposal.objects.filter(pk=proposal.pk).first()
        if proposal and not (name.endswith("clear") or "erase" in EXPECTED[name]):
            self.assertEqual((proposal.state, proposal.answer), ("approved", ""))
            self.assertEqual((proposal.decided_by, proposal.data), (self.ben, ""))
        work()
        self.check_outcome(user, name, alone, Change.objects.filter(pk__gt=last))

    def check_outcome(self, user, name, alone, log):
        """Exactly what was proposed was done, and the log has both names."""
        if "erase" in EXPECTED[name]:
            self.assertFalse(Cable.objects.filter(reference=ONE).exists())
            self.assertTrue(Erased.objects.filter(reference=ONE).exists())
        else:
            self.assertEqual(archive(), alone)
        acts = log.exclude(action__in=ABOUT_PROPOSALS)
        self.assertTrue(acts)
        self.assertEqual({(each.by, each.approved_by) for each in acts}, {(user, self.ben)})
        about = log.filter(action__in=ABOUT_PROPOSALS).order_by("pk")
        self.assertEqual(
            list(about.values_list("action", "by__username")),
            [("proposed", user.username), ("approved", "ben")],
        )

    def test_a_page_says_before_writing_who_approves_or_that_nobody_could(self):
        told, refused = "<b>You propose this.</b>", 'class="errornote">Decisions of this kind need'
        for name, address, _ in self.ways():
            if name.endswith("again"):
                address = reverse("admin:cables_redactionsearch_change", args=[self.cut.pk])
                told_here = f"Propose to {GROUP}"
            else:
                told_here = told
            with self.subTest(name), rules(*KINDS):
                self.client.force_login(self.curator)
                page = self.client.get(address).content.decode()
                self.assertEqual(
                    (told_here in page, refused in page), (bool(EXPECTED[name]), False)
                )
                self.assertEqual(f" {GROUP}" in page, bool(EXPECTED[name]))
        address = next(address for name, address, _ in self.ways() if name.endswith("withhold"))
        others = ApprovalRule((GROUP,), ("Seniors",)), ApprovalRule(("cables.withhold_cabel",))
        for rule in others:
            with self.subTest(rule), override_settings(APPROVALS={"withhold": rule}):
                page = self.client.get(address)
                self.assertContains(page, refused)
                self.assertNotContains(page, 'name="reason"')

    def test_nothing_is_proposed_that_only_its_proposer_could_judge(self):
        self.ben.is_active = self.cora.is_active = False
        self.ben.save()
        self.cora.save()
        with rules("redact"):
            ways = {name: way for name, *way in self.ways()}
            address, typed = ways["cables_redaction_new"]
            self.assertContains(self.client.post(address, typed), "no other account could approve")
        self.assertFalse(Proposal.objects.exists())

    def test_a_decision_that_is_not_possible_is_not_proposed(self):
        with rules(*KINDS):
            for name, address, typed in self.ways():
                if not EXPECTED[name] or name.endswith("again"):
                    continue
                with self.subTest(name):
                    self.client.force_login(self.curator)
                    self.client.post(address, typed | {"stamp": "x"})
                    self.assertFalse(Proposal.objects.exists())


class OtherWaysTests(ApprovalTestCase):
    """What is no page of a decision is no way around it."""

    def test_the_time_of_a_withheld_cable_is_a_publication(self):
        address = f"{reverse('admin:cables_cable_embargo')}?cable={TWO}"
        due = timezone.now() + timedelta(minutes=2)
        typed = {"due": f"{due:%Y-%m-%dT%H:%M}", "reason": WHY}
        with rules("publish"):
            self.decide(self.cora, "embargo", address, typed)
            self.assertEqual(Proposal.objects.get().kinds, ["withhold", "publish"])
            self.assertFalse(ScheduledPublication.objects.exists())
            self.assertEqual(publish_due(), 0)

    def test_a_time_that_was_approved_is_kept_by_the_worker(self):
        address = f"{reverse('admin:cables_cable_embargo')}?cable={TWO}"
        with rules("publish"):
            typed = {"due": "2099-01-01T12:00", "reason": WHY}
            self.decide(self.cora, "embargo", address, typed)
            self.approve(Proposal.objects.get())
            past = timezone.now() - timedelta(seconds=1)
            ScheduledPublication.objects.update(due=past)
            self.assertEqual(publish_due(), 1)

    def test_the_undo_links_of_the_log_propose(self):
        with rules("publish"):
            self.client.force_login(self.curator)
            cable = Cable.objects.get(reference=TWO)
            page = self.client.get(reverse("admin:cables_cable_change", args=[cable.pk]))
            address = f"{reverse('admin:cables_cable_publish')}?cable={TWO}"
            self.assertContains(page, f'href="{address}" class="undo"')
            self.decide(self.curator, "publish", address, {"reason": WHY})
            self.assertEqual(Proposal.objects.get().kinds, ["publish"])

    def test_actions_on_ticked_rows_propose(self):
        rows = LoadRow.objects.filter(outcome="waiting")
        with rules("publish"):
            for user in (self.cora, self.curator):
                self.client.force_login(user)
                for action in ("release", "move"):
                    with self.subTest(action, by=user.username), transaction.atomic():
                        values = {"action": action, "_selected_action": [rows.get().pk]}
                        asked = self.client.post("/admin/cables/loadrow/", values, follow=True)
                        address = asked.redirect_chain[-1][0]
                        typed = {"reason": WHY, "due": "2098-01-01T00:00"}
                        self.decide(user, action, address, typed)
                        self.assertEqual(Proposal.objects.get().state, "waiting")
                        self.assertEqual(rows.count(), 1)
                        transaction.set_rollback(True)

    def test_the_worker_names_both_on_a_whole_load(self):
        address = reverse("admin:cables_load_decide", args=[self.loaded.pk, "withhold"])
        with rules("many"), mock.patch(AT_ONCE, return_value=False):
            self.decide(self.cora, "decide", address, {"reason": WHY})
            self.assertEqual(work(), [])
            self.approve(Proposal.objects.get())
            self.assertEqual(Cable.objects.get(reference=ONE).withheld_reason, "")
            self.assertEqual(work(), ["bulk_decide"])
        self.assertEqual(Cable.objects.get(reference=ONE).withheld_reason, WHY)
        entry = Change.objects.filter(action="withheld", reference=ONE).latest("pk")
        self.assertEqual((entry.by, entry.approved_by), (self.cora, self.ben))

    def test_what_waits_is_not_forgotten_with_the_choice_of_its_cables(self):
        address = reverse("admin:cables_bulkdecision_decide", args=[self.chosen.pk])
        with rules("withhold"):
            self.decide(self.cora, "decide", address, {"step": "apply", "reason": WHY})
            old = timezone.now() - timedelta(days=3)
            BulkDecision.objects.filter(state="previewed").update(created=old)
            other = BulkDecision.objects.create(kind="withhold", by=self.cora)
            BulkDecision.objects.filter(pk=other.pk).update(created=old)
            forget_choices(0)
            self.assertEqual(BulkDecision.objects.get(state="previewed"), self.chosen)
            self.approve(Proposal.objects.get())
            self.assertTrue(Cable.objects.get(reference=ONE).withheld_reason)

    def test_without_rules_the_desk_is_as_before(self):
        self.client.force_login(self.curator)
        self.assertNotContains(self.client.get("/admin/"), "roposal")
        address = f"{reverse('admin:cables_cable_erase')}?cable={ONE}"
        self.assertEqual(self.client.get(address).status_code, 404)
        page = reverse("admin:cables_cable_change", args=[self.cable.pk])
        self.assertNotContains(self.client.get(page), "cable/erase/")
