"""The case as the workplace: what was decided for it, the letter that says so, what is left."""

from datetime import timedelta

from django.contrib.auth.models import Group, User
from django.test import override_settings
from django.utils import timezone

from cables.admin.work_lists.issues import find_kind
from cables.curation.redactions_and_corrections import redact_cable
from cables.models import (
    BulkDecision,
    Cable,
    Left,
    LetterTemplate,
    Load,
    LoadRow,
    Proposal,
    RedactionSearch,
)
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from reading_room.approval_settings import ApprovalRule
from tests.admin.test_request_cases import BASE, CaseTestCase, close, make_case
from tests.articles.test_render import make_article
from tests.builders import load_records, make_curator
from tests.opened import form_of, send
from tests.source_files import csv_record
from tests.working import work

ONE, TWO, THREE = "06BERLIN900001", "06BERLIN900002", "06BERLIN900003"
GONE, LATER = "06BERLIN900009", "06BERLIN900010"
TODAY = f"{timezone.now().day} {timezone.now():%B %Y}"


class WorkTestCase(CaseTestCase):
    """A case about ONE, which names Quinta Rossi, TWO, which does not, and GONE, not here."""

    def setUp(self):
        super().setUp()
        load_records(
            csv_record(ONE, text="1. Quinta Rossi paid the fees."),
            csv_record(TWO, text="1. The harbor master wrote."),
            csv_record(THREE, text="1. Quinta Rossi left."),
        )
        self.case = make_case(places=[ONE, TWO, GONE], named=[ONE, TWO, GONE])
        self.page = f"{BASE}{self.case.pk}/change/"

    def for_case(self, page, client=None, **values):
        """Decide at a page of the desk to which the page of the case leads."""
        address = f"/admin/cables/{page}{'&' if '?' in page else '?'}case={self.case.pk}"
        return send(client or self.client, address, {"reason": "She asked."} | values)

    def withhold(self, reference=ONE, **options):
        return self.for_case(f"cable/withhold/?cable={reference}", cable=reference, **options)

    def search(self):
        """Search all texts for the name, for the case."""
        self.for_case("redactionsearch/add/", names="Quinta Rossi")
        work()
        return RedactionSearch.objects.get()

    def redact_all(self, search):
        search.matches.in_cables().update(decision="accepted")
        answer = self.for_case(f"redactionsearch/{search.pk}/decide/")
        work()
        return answer

    def close(self, outcome="granted", **values):
        answer = self.decide(self.case, "close", outcome=outcome, reason="We agree.", **values)
        self.case.refresh_from_db()
        return answer

    def left(self):
        return [each.sentence for each in self.client.get(self.page).context["left"]]


class HistoryTests(WorkTestCase):
    def test_it_has_what_was_done_with_the_case_and_for_it_and_leads_to_both(self):
        self.withhold()
        self.withhold(TWO)
        self.client.post(
            self.page, form_of(self.client.get(self.page)) | {"name": "R.", "why": "x"}
        )
        Cable.objects.get(reference=THREE).changes.create(action="noted", reason="For nobody.")
        page = self.client.get(f"{BASE}{self.case.pk}/history/", follow=True)
        told = [each.subject for each in page.context["cl"].result_list]
        self.assertEqual(told, [f"case {self.case.number}", TWO, ONE])
        self.assertContains(page, f'<a href="{self.page}">case {self.case.number}</a>')
        self.client.force_login(make_curator("otto", "view_change"))
        of_it = f"/admin/cables/change/?of=requestcase-{self.case.pk}"
        self.assertEqual(self.client.get(of_it).status_code, 404)
        log = self.client.get("/admin/cables/change/")
        self.assertContains(log, f"case {self.case.number}")
        self.assertNotContains(log, self.page)

    def test_a_text_keeps_its_history_under_its_earlier_titles(self):
        article = make_article(title="Fees")
        address = f"/admin/cables/article/{article.pk}/"
        self.client.force_login(User.objects.create_superuser("root"))
        for title in ("Dues", "Tolls"):
            form = form_of(self.client.get(f"{address}change/"))
            self.client.post(f"{address}change/", form | {"title": title, "why": "Renamed."})
        page = self.client.get(f"{address}history/", follow=True)
        told = {each.subject for each in page.context["cl"].result_list}
        self.assertEqual(told, {"article Dues", "article Tolls"})
        self.assertContains(page, f'<a href="{address}change/">article Tolls</a>')


class DecisionsOfACaseTests(WorkTestCase):
    def test_every_cable_that_was_changed_is_in_the_case_with_its_undo(self):
        self.assertRedirects(self.withhold(), self.page)
        self.for_case(f"redaction/new/?cable={TWO}", words="harbor master", step="redact")
        key = Cable.objects.get(reference=THREE).pk
        chosen = {"action": "withhold", "_selected_action": key}
        self.client.post(f"/admin/cables/cable/?case={self.case.pk}", chosen)
        decision = BulkDecision.objects.get(state="previewed")
        self.for_case(f"bulkdecision/{decision.pk}/decide/", step="apply")
        page = self.client.get(self.page)
        changes = page.context["changes"]
        self.assertEqual(
            [(each.reference, each.action) for each in changes],
            [(THREE, "withheld"), (TWO, "redacted"), (ONE, "withheld")],
        )
        self.assertContains(page, f"{THREE}</a> is withheld")
        for each in changes:
            self.assertContains(page, each.undo.replace("&", "&amp;"))
            send(self.client, each.undo, {"reason": "A mistake.", "cable": each.reference})
        page = self.client.get(self.page)
        self.assertContains(page, f"{THREE}</a> is published")
        self.assertEqual(len(page.context["changes"]), 6)

    def test_what_the_worker_redacts_is_in_the_case(self):
        search = self.search()
        self.assertEqual(search.case, self.case)
        self.assertRedirects(self.redact_all(search), self.page)
        changes = self.client.get(self.page).context["changes"]
        redacted = {each.reference for each in changes if each.action == "redacted"}
        self.assertEqual(redacted, {ONE, THREE})

    def test_what_no_decision_made_belongs_to_no_case_when_it_is_undone(self):
        cable = Cable.objects.get(reference=ONE)
        redaction = redact_cable(cable, Strike(EVERYWHERE, ("fees",)), "x", self.curator)
        send(self.client, f"/admin/cables/redaction/{redaction.pk}/lift/", {"reason": "x"})
        self.assertFalse(self.case.decisions.exists())

    def test_what_was_approved_is_in_the_case(self):
        """Also if whoever approves it may not see cases, and learns of none."""
        judge = make_curator("ada", "withhold_cable", "see_sealed", "view_cable")
        judge.groups.add(Group.objects.create(name="Judges"))
        with override_settings(APPROVALS={"withhold": ApprovalRule(("Judges",))}):
            self.withhold()
            proposal = Proposal.objects.get()
            self.assertEqual(proposal.case, self.case)
            self.assertIn(f"Withhold from readers: {ONE}: waits for approval.", self.left())
            client = self.client_class()
            client.force_login(judge)
            page = f"/admin/cables/proposal/{proposal.pk}/"
            for address in (f"{page}change/", f"{page}approve/"):
                self.assertNotContains(client.get(address), "case=")
            send(client, f"{page}approve/")
        [change] = self.client.get(self.page).context["changes"]
        self.assertEqual((change.reference, change.approved_by), (ONE, judge))

    def test_the_pages_lead_on_for_the_case(self):
        page, ours = self.client.get(self.page), f"case={self.case.pk}"
        for address in (
            *(f"redactionsearch/add/?{ours}", f"cable/?{ours}"),
            f"cable/withhold/?cable={ONE}&amp;{ours}",
            f"redaction/new/?cable={TWO}&amp;{ours}",
        ):
            with self.subTest(address):
                self.assertContains(page, f'href="/admin/cables/{address}"')
        names = form_of(self.client.get(f"/admin/cables/redactionsearch/add/?{ours}"))["names"]
        self.assertEqual(names, ["Quinta Rossi"])
        key = Cable.objects.get(reference=ONE).pk
        for address, link in (
            (f"cable/?{ours}", f"case%3D{self.case.pk}"),
            (f"cable/{key}/change/?{ours}", f"/cable/withhold/?cable={ONE}&amp;{ours}"),
            (f"cable/{key}/change/?_changelist_filters=case%3D{self.case.pk}", f"&amp;{ours}"),
        ):
            with self.subTest(address):
                shown = self.client.get(f"/admin/cables/{address}")
                self.assertContains(shown, f'For the request <a href="{self.page}">')
                self.assertContains(shown, link)
                self.assertNotContains(shown, "There is no filter")

    def test_what_was_proposed_says_so_and_leads_to_the_proposal(self):
        judge = make_curator("ada", "redact_cable", "see_sealed", "view_cable")
        judge.groups.add(Group.objects.create(name="Judges"))
        search = self.search()
        with override_settings(APPROVALS={"redact": ApprovalRule(("Judges",))}):
            self.redact_all(search)
            page = f'/admin/cables/proposal/{Proposal.objects.get().pk}/change/"'
            of_search = f"/admin/cables/redactionsearch/{search.pk}/"
            for address in (f"{of_search}change/", f"{of_search}decide/", "/admin/"):
                with self.subTest(address):
                    shown = self.client.get(address)
                    self.assertContains(shown, page)
                    self.assertContains(
                        shown, "waits for approval" if "cables" in address else "Judges"
                    )
                    self.assertNotContains(shown, "go through the matches</a>, then redact")


class LettersTests(WorkTestCase):
    def test_the_letter_says_what_was_done_and_what_is_not_here(self):
        self.withhold()
        self.close(is_sure="on")
        for sentence in (
            f"{ONE} is withheld from readers since {TODAY}.",
            *(f"Readers can read {TWO}.", f"Readers find no {GONE} in this archive."),
        ):
            with self.subTest(sentence):
                self.assertIn(sentence, self.case.letter)
        self.assertNotIn("We have done what you asked", self.case.letter)

    def test_it_says_what_is_redacted_and_which_article_still_tells_it(self):
        make_article(title="Harbor fees", body="Quinta Rossi paid.")
        make_article(title="A draft", slug="draft", body="Quinta Rossi paid.", published=None)
        self.redact_all(self.search())
        self.close(is_sure="on")
        self.assertIn(f"Readers can read {ONE}: a part of it is redacted since", self.case.letter)
        self.assertIn(f"Readers can read {THREE}: a part", self.case.letter)
        self.assertIn("Article Harbor fees still has words", self.case.letter)
        self.assertNotIn("A draft", self.case.letter)

    def test_an_embargo_reads_like_a_cable_that_is_not_here(self):
        values = {"outcome": "waiting", "due": timezone.now() + timedelta(days=9), "position": 1}
        LoadRow.objects.create(load=Load.objects.get(), reference=GONE, digest="x", **values)
        self.close(is_sure="on")
        self.assertIn(f"Readers find no {GONE} in this archive.", self.case.letter)

    def test_the_texts_of_letters_use_it(self):
        for occasion in ("granted", "partly"):
            self.assertIn("$done", LetterTemplate.objects.get(occasion=occasion).text)


class WhatIsLeftTests(WorkTestCase):
    def test_a_case_is_granted_only_with_a_look_at_what_is_left(self):
        untouched = [f"{each} is published, and nothing was done with it." for each in (ONE, TWO)]
        self.assertEqual(self.left(), untouched)
        answer = self.close()
        self.assertContains(answer, "Something is left.")
        self.assertContains(answer, untouched[0])
        self.assertTrue(self.case.is_open)
        self.withhold()
        self.assertEqual(self.left(), untouched[1:])
        self.withhold(TWO)
        self.assertEqual(self.left(), [])
        self.close()
        self.assertFalse(self.case.is_open)

    def test_a_proposal_to_close_is_not_left_itself(self):
        self.withhold()
        self.withhold(TWO)
        judge = make_curator("ada", "view_requestcase", "see_sealed")
        judge.groups.add(Group.objects.create(name="Judges"))
        with override_settings(APPROVALS={"case": ApprovalRule(("Judges",))}):
            self.close()
            self.client.force_login(judge)
            send(self.client, f"/admin/cables/proposal/{Proposal.objects.get().pk}/approve/")
        self.case.refresh_from_db()
        self.assertFalse(self.case.is_open)

    def test_to_refuse_takes_no_tick(self):
        self.close("refused")
        self.assertFalse(self.case.is_open)

    def test_matches_and_other_texts_are_left_until_they_are_done(self):
        article = make_article(title="Harbor fees", body="Quinta Rossi paid.")
        search = self.search()
        waits = f"{str(search).capitalize()}: searched; waits for a decision. "
        self.assertIn(f"{waits}2 matches undecided, 0 accepted and not redacted.", self.left())
        self.assertIn("Article Harbor fees still has the words.", self.left())
        self.redact_all(search)
        self.assertIn("Article Harbor fees still has the words.", self.left())
        article.body = "Somebody paid."
        article.save()
        untouched = f"{TWO} is published, and nothing was done with it."
        self.assertEqual(self.left(), [untouched])

    def test_who_may_not_redact_is_told_of_no_words(self):
        make_article(title="Harbor fees", body="Quinta Rossi paid.")
        self.search()
        clerk = make_curator("ada", "view_requestcase", "change_requestcase", "view_cable")
        self.client.force_login(clerk)
        told = " ".join(self.left())
        self.assertIn("searched; waits for a decision.", told)
        self.assertNotIn("matches", told)
        self.assertNotIn("Harbor fees", told)

    def test_a_letter_that_was_not_sent_is_left(self):
        self.close("refused")
        self.assertIn("The letter is not marked as sent.", self.left())
        self.decide(self.case, "letter", text="Dear Quinta", is_sent="on")
        self.assertNotIn("The letter is not marked as sent.", self.left())


class ClearedTests(WorkTestCase):
    def test_with_the_personal_data_goes_which_cables_it_was_about(self):
        self.withhold()
        search = self.search()
        make_curator("ada", "see_sealed").groups.add(Group.objects.get(name="Redactor"))
        rules = {"redact": ApprovalRule(("Redactor",))}
        with override_settings(APPROVALS=rules):
            self.for_case(f"redaction/new/?cable={TWO}", words="harbor master", step="redact")
        self.assertEqual(self.case.decisions.count(), 1)
        close(self.case)
        type(self.case).objects.all().clear_personal_data()
        for made in (self.case.decisions, self.case.searches, self.case.proposals):
            self.assertFalse(made.exists())
        self.assertTrue(RedactionSearch.objects.filter(pk=search.pk).exists())
        self.assertEqual(Proposal.objects.get().state, "waiting")
        self.withhold(THREE)
        self.assertFalse(self.case.decisions.exists())


class LaterLoadsTests(WorkTestCase):
    """A cable that a request names is loaded after it."""

    LIST = "/admin/cables/left/matters/case-cables/"

    def test_it_is_noticed_until_it_is_decided_on_or_left(self):
        for state in ("open", "closed"):
            with self.subTest(state):
                self.assertNotContains(self.client.get(self.LIST), self.case.number)
                load_records(csv_record(GONE if state == "open" else LATER))
                page = self.client.get(self.LIST)
                self.assertContains(page, self.case.number)
                self.assertContains(self.client.get("/admin/"), "Cables of requests that came")
                if state == "open":
                    self.assertContains(page, f"names {GONE}: loaded since")
                    self.withhold(GONE)
                    self.case.named.append(LATER)
                    self.case.save()
                    self.close("refused")
        clerk = make_curator("ada", "view_left", "view_cable", "add_left")
        self.client.force_login(clerk)
        self.assertNotContains(self.client.get(self.LIST), self.case.number)

    def test_the_log_tells_whose_it_is_to_who_may_see_requests_alone(self):
        load_records(csv_record(GONE))
        ines, clerk = make_curator("ines"), make_curator("ada", "view_change")
        ines.groups.add(Group.objects.get(name="Redactor"))
        self.client.force_login(ines)
        key = find_kind("case-cables").rows().get().key
        sent = {"to": ines.pk, "key": [key], "shown": [f"0 {key}"]}
        self.client.post(f"{self.LIST}assign/", sent)
        for person, is_told in ((ines, True), (clerk, False)):
            self.client.force_login(person)
            for page in ("/admin/cables/change/", "/admin/cables/change/log.csv"):
                with self.subTest(person.username, page=page):
                    text = self.client.get(page).getvalue().decode()
                    self.assertEqual("1 matter to ines: Cables of requests" in text, is_told)

    def test_what_the_redaction_of_the_case_redacts_on_arrival_is_done(self):
        self.redact_all(self.search())
        load_records(csv_record(GONE, text="1. Quinta Rossi came back."))
        self.assertNotContains(self.client.get(self.LIST), self.case.number)
        self.assertNotIn(GONE, " ".join(self.left()))
        changes = self.client.get(self.page).context["changes"]
        self.assertIn(GONE, [each.reference for each in changes])

    def test_who_handles_requests_leaves_it_and_takes_it_back(self):
        load_records(csv_record(GONE))
        self.client.force_login(make_curator("ines"))
        User.objects.get(username="ines").groups.add(Group.objects.get(name="Redactor"))
        ticked = form_of(self.client.get(self.LIST)) | {"reason": "Another one."}
        key = find_kind("case-cables").rows().get().key
        self.client.post(self.LIST, ticked | {"key": [key]})
        self.assertNotContains(self.client.get(self.LIST), self.case.number)
        left = Left.objects.get()
        self.assertEqual(left.reason, "Another one.")
        again = {"action": "take_back", "_selected_action": left.pk}
        page = self.client.post("/admin/cables/left/", again)
        self.client.post("/admin/cables/left/", form_of(page) | again | {"reason": "No."})
        self.assertFalse(Left.objects.exists())
