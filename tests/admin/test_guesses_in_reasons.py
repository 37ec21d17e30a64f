"""What somebody writes in whole sentences is no test of guesses: see test_sealed_guesses.py."""

from django.db import transaction
from django.test import override_settings

from cables.curation.redactions_and_corrections import correct_cable
from cables.models import BulkDecision, Cable, Correction, Proposal
from reading_room.approval_settings import ApprovalRule
from tests.admin.test_sealed_guesses import PUBLIC, REDACTED, SECRET, GuessTestCase
from tests.builders import make_curator, publish, withhold
from tests.opened import form_of, send

LOG = ("/admin/cables/change/", "/admin/cables/change/log.csv")


class ReasonGuessTests(GuessTestCase):
    def test_the_log_compares_no_reason_with_cables_that_a_decision_skipped(self):
        def decide(word):
            keys = Cable.objects.filter(reference__in=(REDACTED, PUBLIC)).values_list("pk")
            self.client.force_login(self.people["Cataloguer"])
            sent = {"action": "correct", "_selected_action": [key for (key,) in keys]}
            page = self.client.post("/admin/cables/cable/", sent, follow=True)
            address = page.redirect_chain[-1][0]
            values = {"field": "subject", "value": "BUOYS", "reason": f"{word} is right."}
            for step in ("look", "apply"):
                page = self.client.post(address, form_of(page) | values | {"step": step})
            self.assertEqual(BulkDecision.objects.get().state, "done")
            for log in LOG:
                text = b"".join(self.client.get(log)).decode()
                yield log, str(text.count(f"{word} is right."))  # Of both cables, and of one.

        self.assert_untold(decide)

    @override_settings(APPROVALS={"withhold": ApprovalRule(("Releaser", "Auditor"))})
    def test_comments_on_proposals_about_hidden_cables_are_shown_whole_or_not_at_all(self):
        def comment(word):
            self.client.force_login(self.root)
            values = {"reason": "It names a witness."}
            send(self.client, f"/admin/cables/cable/withhold/?cable={REDACTED}", values)
            address = f"/admin/cables/proposal/{Proposal.objects.get().pk}"
            self.client.force_login(self.people["Releaser"])
            send(self.client, f"{address}/comment/", {"text": f"Is it {word}, perhaps?"})
            yield "page", (page := self.client.get(f"{address}/change/"))
            self.assertNotContains(page, "perhaps?")
            self.client.force_login(self.root)
            self.assertContains(self.client.get(f"{address}/change/"), f"Is it {word}, perhaps?")

        self.assert_untold(comment)

    def test_what_was_looked_at_for_review_gets_no_other_reason(self):
        """Readers would see it with the redacted words, and the desk without them."""
        self.client.force_login(make_curator("ann", "withhold_cable", "view_cable"))
        for kinds in ({}, {"withhold": ApprovalRule(("Auditor",))}):
            with self.subTest(kinds), override_settings(APPROVALS=kinds):
                keys = [Cable.objects.get(reference=REDACTED).pk]
                sent = {"action": "withhold", "_selected_action": keys}
                page = self.client.post("/admin/cables/cable/", sent, follow=True)
                address = page.redirect_chain[-1][0]
                for step, reason in (("look", "For review"), ("apply", f"{SECRET} is named.")):
                    values = {"step": step, "reason": reason}
                    page = self.client.post(address, form_of(page) | values)
                self.assertContains(page, "Parts of 09ROME900001 are redacted")
                self.assertFalse(Proposal.objects.exists())
                values = {"step": "apply", "reason": "For review"}
                self.assertEqual(self.client.post(address, form_of(page) | values).status_code, 302)
                publish(Cable.objects.get(reference=REDACTED))

    def test_no_correction_of_a_withheld_cable_is_undone_by_who_may_not_see_it(self):
        """Its versions, which everybody can count, would tell whether it had said so anyway."""
        cable = Cable.objects.get(reference=PUBLIC)
        for subject in ("HARBOR FEES", "BUOYS"):
            with self.subTest(subject), transaction.atomic():
                correct_cable(cable, "subject", subject, "A misprint.", self.root)
                withhold(cable)
                made = Correction.objects.get()
                self.client.force_login(self.people["Cataloguer"])
                address = f"/admin/cables/correction/{made.pk}/undo/"
                answer = send(self.client, address, {"reason": "It was right."})
                self.assertContains(answer, "is withheld: only accounts that may see its text")
                self.client.force_login(self.root)
                send(self.client, address, {"reason": "It was right."})
                self.assertFalse(Correction.objects.exists())
                transaction.set_rollback(True)
