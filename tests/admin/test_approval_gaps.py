"""What proposers and approvers may try: more cables than were shown, texts they may not see."""

from unittest import mock

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils.html import escape

from cables.curation.erasures import erase
from cables.curation.origin_tag_merges import merge
from cables.decisions.kinds import NO_RIGHT
from cables.decisions.proposal_steps import OTHERS
from cables.loader import LoadBusy
from cables.models import BulkDecision, Cable, FormerReference, LoadRow, Proposal
from cables.publication.publish_volume_pages import part_of, printed_pages, store_pages
from reading_room.approval_settings import ApprovalRule
from tests.admin.test_approvals import GROUP, ApprovalTestCase, rules
from tests.admin.test_loads import ONE, THREE, TWO
from tests.admin.test_stamps import WHY
from tests.builders import make_cables, make_curator, publish, withhold
from tests.opened import form_of, send
from tests.source_files import csv_record

UNSEEN = "text that you may not see"


class GapsTestCase(ApprovalTestCase):
    def propose(self, page, query="", *key, **typed):
        """Let Cora propose a decision; return the proposal."""
        address = f"{reverse(f'admin:cables_{page}', args=key)}{query}"
        answer = self.decide(self.cora, page, address, {"reason": WHY} | typed)
        self.assertEqual(answer.status_code, 302)
        return Proposal.objects.latest("pk")

    def page_of(self, client, proposal):
        return client.get(reverse("admin:cables_proposal_change", args=[proposal.pk]))

    def person(self, name, *rights):
        """Return a client for another approver, with these rights."""
        user = make_curator(name, *rights)
        user.groups.add(Group.objects.get(name=GROUP))
        client = self.client_class()
        client.force_login(user)
        return client


class MoreCablesTests(GapsTestCase):
    """What is approved is what was listed."""

    def test_what_is_proposed_again_says_which_cables_it_is_about_now(self):
        address = f"{reverse('admin:cables_cable_publish')}?cable={TWO}&cable={ONE}"
        with rules("publish"):
            self.client.force_login(self.cora)
            # Unlike a browser, send no names of the cables that the page lists.
            stamp = form_of(self.client.get(address))["stamp"]
            self.client.post(address, {"stamp": stamp, "reason": WHY})
            proposal = Proposal.objects.get()
            self.assertEqual((proposal.named, proposal.count), ([TWO], 1))
            reason = Cable.objects.get(reference=TWO).withheld_reason
            withhold(Cable.objects.get(reference=ONE), reason, self.curator)
            self.approve(proposal)
            send(self.client, reverse("admin:cables_proposal_again", args=[proposal.pk]))
            proposal.refresh_from_db()
            self.assertEqual((proposal.state, proposal.cable), ("waiting", None))
            self.assertEqual((proposal.named, proposal.count), ([ONE, TWO], 2))
            self.assertEqual(proposal.kinds, ["publish", "many"])
            self.assertIn("2 cables", proposal.title)

    def test_a_decision_on_other_cables_than_are_listed_is_not_carried_out(self):
        with rules("publish"):
            proposal = self.propose("cable_publish", f"?cable={TWO}")
            Proposal.objects.update(named=[ONE])
            self.assertContains(self.approve(proposal, follow=True), OTHERS)
        self.assertTrue(Cable.objects.get(reference=TWO).withheld_reason)
        self.assertEqual(Proposal.objects.get().state, "stale")

    def test_a_merge_that_moves_several_cables_is_a_decision_on_many(self):
        merged = {"kind": "origin", "name": "Embassy Rome", "into": "Embassy Lisbon"}
        with rules("many"):
            proposal = self.propose("merge_new", **merged, step="merge")
            self.assertEqual(proposal.kinds, ["merge", "many"])
            self.assertGreater(proposal.count, 1)
            self.approve(proposal)
        self.assertFalse(Cable.objects.filter(origin__name="Embassy Rome").exists())

    def test_undoing_a_merge_counts_no_withheld_cables(self):
        for cable in Cable.objects.filter(origin__name="Embassy Rome")[1:]:
            withhold(cable)
        merged = merge("origin", "Embassy Rome", ["Embassy Lisbon"], "A misprint.", self.curator)
        self.assertGreater(len(merged.cables), 1)
        with rules("merge", "many"):
            proposal = self.propose("merge_undo", "", merged.pk)
        self.assertEqual((proposal.kinds, proposal.count), (["merge"], 1))

    def test_a_load_that_runs_delays_an_approval_and_spoils_no_proposal(self):
        merged = {"kind": "origin", "name": "Embassy Rome", "into": "Embassy Lisbon"}
        with rules("merge"):
            proposal = self.propose("merge_new", **merged, step="merge")
            busy = LoadBusy("Another load is running.")
            with mock.patch("cables.admin.origin_tag_merge_forms.one_load", side_effect=busy):
                self.assertContains(self.approve(proposal), "Another load is running.")
            proposal.refresh_from_db()
            self.assertEqual((proposal.state, proposal.answer), ("waiting", ""))
            self.approve(proposal)
        self.assertFalse(Cable.objects.filter(origin__name="Embassy Rome").exists())

    def test_matters_are_left_and_taken_back_with_approval(self):
        Cable.objects.filter(withheld_reason="").update(warnings=[["M-10", "Another day."]])
        with rules("many"):
            address = reverse("admin:cables_left_all", args=["M-10"])
            self.decide(self.cora, "left", address, {"reason": WHY})
            self.assertFalse(BulkDecision.objects.filter(kind="leave").exists())
            self.approve(Proposal.objects.get())
            left = BulkDecision.objects.get(kind="leave")
            self.assertGreater(left.rows.count(), 1)
            address = reverse("admin:cables_bulkdecision_undo", args=[left.pk])
            self.decide(self.cora, "undo", address, {"reason": WHY})
            left.refresh_from_db()
            self.assertEqual(left.state, "done")
            self.approve(Proposal.objects.latest("pk"))
        left.refresh_from_db()
        self.assertEqual((left.state, left.approved_by), ("undone", self.ben))

    def test_a_load_sets_another_time_only_where_nobody_has_to_approve_that(self):
        rows = LoadRow.objects.filter(reference=THREE, outcome="waiting")
        for kinds, year in (("publish",), 2099), (("withhold",), 2099), (("redact",), 2098):
            with self.subTest(kinds), transaction.atomic(), rules(*kinds):
                self.apply(csv_record(THREE), due="2098-01-01T00:00", reason="Sooner.")
                self.assertEqual(rows.get().due.year, year)
                transaction.set_rollback(True)


class ApproverTests(GapsTestCase):
    """What an approver is shown, and what not."""

    def test_what_is_written_about_several_cables_is_sealed_when_one_of_them_is_erased(self):
        others = make_cables(["08ROME900002", "08ROME900003"])
        query = "?cable=08ROME900002&cable=08ROME900003"
        with rules("withhold"):
            proposal = self.propose("cable_withhold", query, reason="Rossi is named.")
            proposal.comment("Rossi?", self.ben)
            erase(others[0].reference, "A witness.")
            self.assertNotContains(self.page_of(self.person("dan"), proposal), "Rossi")
            self.assertContains(self.page_of(self.approver, proposal), "Rossi?")

    def test_who_may_not_see_a_text_cannot_let_readers_have_it(self):
        dan = self.person("dan", "withhold_cable", "view_cable")
        names = (
            "cables_loadrow_apply",  # Of a withheld cable.
            "cables_volumewithholding_publish",
            "cables_loadrow_embargo release",
        )
        ways = {name: (address, typed) for name, address, typed in self.ways()}
        for name in names:
            with self.subTest(name), transaction.atomic(), rules("publish"):
                self.decide(self.cora, name, *ways[name])
                proposal = Proposal.objects.get()
                self.assertContains(self.page_of(dan, proposal), UNSEEN)
                self.assertEqual(self.approve(proposal, dan).status_code, 403)
                self.assertNotContains(self.page_of(self.approver, proposal), UNSEEN)
                transaction.set_rollback(True)

    def test_a_withheld_cable_is_hidden_under_any_reference_of_a_record(self):
        carl = self.person("carl", "view_cable")
        with rules("publish"):
            proposal = self.propose("cable_publish", f"?cable={TWO}")
            Proposal.objects.update(named=["09BONN77"])
            page = self.page_of(carl, proposal)
        self.assertContains(page, UNSEEN)
        self.assertNotContains(page, "Who sees it")

    def test_who_may_redact_alone_is_shown_no_withheld_text(self):
        dan = self.person("dan", "redact_cable", "view_cable")
        with rules("publish"):
            proposal = self.propose("cable_publish", f"?cable={TWO}", reason="Rossi said so.")
            page = self.page_of(dan, proposal)
            self.assertContains(page, UNSEEN)
            self.assertNotContains(page, "Rossi")
            self.assertEqual(self.approve(proposal, dan).status_code, 403)

    def test_cables_beyond_those_that_a_proposal_names_hide_its_words_too(self):
        carl = self.person("carl", "view_cable")
        first, last = make_cables(["09ROME900098", "09ROME900099"])
        query = f"?cable={first}&cable={last}"
        with rules("withhold"), mock.patch("cables.decisions.decision_subjects.MOST_NAMED", 1):
            proposal = self.propose("cable_withhold", query)
            self.assertEqual((proposal.named, proposal.count), ([str(first)], 2))
            self.assertContains(self.page_of(carl, proposal), escape(WHY))
            FormerReference.objects.create(cable=first, reference=str(first), kind="renamed")
            Cable.objects.filter(pk=first.pk).update(reference="09BONN77")
            for hide in (
                lambda: withhold(first),
                lambda: (publish(first), withhold(last)),
                lambda: erase(last.reference, "A court ordered it."),
            ):
                hide()
                self.assertNotContains(self.page_of(carl, proposal), escape(WHY))

    def test_the_text_of_a_record_that_becomes_a_cable_is_shown(self):
        with rules("publish"):
            proposal = self.propose("loadrow_publish", "", self.of_another.pk)
            page = self.page_of(self.approver, proposal)
        self.assertContains(page, "lighthouse keeper asks for oil")
        self.assertFalse(Cable.objects.filter(body__contains="lighthouse").exists())

    def test_the_words_of_a_part_of_a_volume_go_when_it_is_withheld(self):
        part = part_of(self.page.blocks[0])
        with rules("withhold"):
            proposal = self.propose("volumepage_withhold", "", self.page.pk, part=part)
            self.assertEqual(proposal.fields, [["What", "Fees."]])
            self.assertContains(self.page_of(self.approver, proposal), "Fees.")
            for query in ("", "?volume=frus1"):  # As if two others had proposed it at once.
                proposal.pk, proposal.address = None, proposal.address + query
                proposal.save()
            self.approve(proposal)
        proposals = Proposal.objects.order_by("state").values_list("state", "fields")
        self.assertEqual(list(proposals), [("approved", []), ("waiting", []), ("waiting", [])])

    def test_the_words_of_a_part_of_a_volume_go_when_a_load_withholds_it(self):
        with rules("withhold"):
            proposal = self.propose("volumepage_withhold", "", self.page.pk)
            printed = printed_pages(self.page.volume)
            for quoted, stays in (("Fees.", True), ("Of a part that was there.", False)):
                Proposal.objects.update(fields=[["What", quoted]])
                store_pages(self.page.volume, printed)
                proposal.refresh_from_db()
                self.assertEqual(bool(proposal.fields), stays)

    def test_the_page_of_what_was_left_is_that_of_the_search(self):
        address = reverse("admin:cables_redactionsearch_step", args=[self.cut.pk, "again"])
        with rules("redact"):
            self.decide(self.cora, "again", address, {})
            page = self.page_of(self.approver, Proposal.objects.get())
        self.assertNotContains(page, address)
        self.assertContains(page, "Words to be redacted")
        search = reverse("admin:cables_redactionsearch_change", args=[self.cut.pk])
        self.assertContains(page, f'href="{search}"')

    def test_an_error_names_the_field_as_its_page_does(self):
        typed = {"due": "2099-01-01T12:00"}
        with rules("publish"):
            proposal = self.propose("cable_embargo", f"?cable={TWO}", **typed)
            Proposal.objects.update(data=proposal.data.replace("2099", "2001"))
            answer = self.approve(proposal, follow=True)
        self.assertContains(answer, "Under embargo until (UTC): This time has passed.")


class ProposerTests(GapsTestCase):
    def test_whom_the_rule_does_not_name_any_more_has_it_not_done(self):
        seniors = Group.objects.create(name="Seniors")
        self.cora.groups.add(seniors)
        with override_settings(APPROVALS={"publish": ApprovalRule((GROUP,), ("Seniors",))}):
            proposal = self.propose("cable_publish", f"?cable={TWO}")
            self.cora.groups.remove(seniors)
            self.assertContains(self.approve(proposal, follow=True), NO_RIGHT)
        self.assertTrue(Cable.objects.get(reference=TWO).withheld_reason)

    def test_what_is_not_possible_any_more_can_be_refused(self):
        with rules("redact"):
            typed = {"place": "", "words": "Fees", "step": "redact"}
            proposal = self.propose("redaction_new", f"?cable={ONE}", **typed)
            User.objects.filter(pk=self.cora.pk).update(is_active=False)
            self.approve(proposal)
            address = reverse("admin:cables_proposal_refuse", args=[proposal.pk])
            self.assertContains(self.page_of(self.approver, proposal), f'href="{address}"')
            send(self.approver, address, {"reason": "She left."})
        proposal.refresh_from_db()
        ended = proposal.state, proposal.decided_by, proposal.data, proposal.fields
        self.assertEqual(ended, ("refused", self.ben, "", []))
