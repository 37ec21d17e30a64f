"""What somebody writes in whole sentences is no test of guesses: see test_sealed_guesses.py."""

from django.db import transaction
from django.test import override_settings

from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import correct_cable, redact_cable
from cables.models import BulkDecision, Cable, Correction, Load, Proposal
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from reading_room.approval_settings import ApprovalRule
from tests.admin.test_loads import ADD, steps
from tests.admin.test_sealed_guesses import PUBLIC, REDACTED, SECRET, TEXT, GuessTestCase
from tests.builders import forget_counts, make_curator, publish, withhold
from tests.opened import form_of, send, stamps
from tests.source_files import csv_file, csv_record
from tests.working import work

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

    def test_reasons_of_an_embargo_are_sealed_with_the_cable_that_the_record_became(self):
        csv_file(self.folder, csv_record("09ROME900020", text=TEXT.format(SECRET)), name="new.csv")
        self.client.force_login(self.root)
        values = {"source": "new.csv", "collection": "cables", "due": "2099-01-01T00:00"}
        self.client.post(ADD, values | {"reason": "Until it is told."})
        work()
        run = Load.objects.latest("pk")
        self.client.post(f"{steps(run)}apply/", stamps(self.client, f"{steps(run)}change/"))
        work()
        row = run.rows.get()
        for step in ("withdraw", "move", "release"):
            values = {"reason": f"{SECRET}, {step}.", "due": "2098-01-01T00:00"}
            send(self.client, f"/admin/cables/loadrow/embargo/{step}/?row={row.pk}", values)
        cable = Cable.objects.get(reference="09ROME900020")
        redact_cable(cable, Strike(EVERYWHERE, (SECRET,)), "A witness.", self.root)
        rows = ("/admin/cables/loadrow/", f"/admin/cables/loadrow/{row.pk}/change/")
        for seal in (forget_counts, lambda: withhold(cable), lambda: erase(cable.reference, "No.")):
            seal()
            for person in (self.root, *self.people.values()):
                self.client.force_login(person)
                for page in (*LOG, *(rows if run.rows.exists() else ())):
                    with self.subTest(page, by=person.username):
                        text = self.client.get(page).getvalue().decode()
                        self.assertEqual(SECRET in text, person == self.root)

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
