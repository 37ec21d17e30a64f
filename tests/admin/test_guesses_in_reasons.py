"""What somebody writes in whole sentences is no test of guesses: see test_sealed_guesses.py."""

from django.contrib import admin
from django.db import transaction
from django.test import override_settings

from cables.admin.base import Unchangeable
from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import correct_cable, redact_cable
from cables.models import BulkDecision, Cable, Correction, Left, Load, Proposal
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from reading_room.approval_settings import ApprovalRule
from tests.admin.test_loads import ADD, steps
from tests.admin.test_sealed_guesses import ERASED, PUBLIC, REDACTED, SECRET, TEXT, GuessTestCase
from tests.builders import forget_counts, make_curator, publish, withhold
from tests.opened import form_of, send, stamps
from tests.source_files import csv_file, csv_record
from tests.working import work

CORRECTIONS = "/admin/cables/correction/"
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

    def assert_sealed_with(self, reference, *pages):
        """Let no page tell its word when one cable is redacted, withheld or erased."""
        cable = Cable.objects.get(reference=reference)
        redact_cable(cable, Strike(EVERYWHERE, (SECRET,)), "A witness.", self.root)
        for seal in (forget_counts, lambda: withhold(cable), lambda: erase(reference, "No.")):
            seal()
            for person in (self.root, *self.people.values()):
                self.client.force_login(person)
                for page in (*LOG, *pages):
                    with self.subTest(page, by=person.username):
                        answer = self.client.get(page)
                        text = b"".join(answer).decode() if answer.status_code == 200 else ""
                        is_told = person == self.root and bool(text)
                        if page == CORRECTIONS:  # Those of other cables have lost the word.
                            is_told &= Cable.objects.filter(reference=reference).exists()
                        self.assertEqual(SECRET in text, is_told)

    def test_no_form_or_deletion_of_a_row_takes_a_text_about_a_redacted_cable(self):
        cable, tried = Cable.objects.get(reference=REDACTED), set()
        for model, site in admin.site._registry.items():
            name = model._meta.model_name
            if not hasattr(model, "cable_id") or isinstance(site, Unchangeable):
                continue
            rights = (f"{right}_{name}" for right in ("view", "add", "change", "delete"))
            self.client.force_login(make_curator(f"writes {name}", *rights))
            row = model.objects.create(cable=cable)
            for page in ("change", "delete"):
                with self.subTest(name, page=page):
                    values = {"cable": PUBLIC, "post": "yes", "why": f"{SECRET} is named."}
                    answer = send(self.client, f"/admin/cables/{name}/{row.pk}/{page}/", values)
                    self.assertContains(answer, "Parts of 09ROME900001 are redacted")
                    self.assertEqual(model.objects.get(pk=row.pk).cable, cable)
            tried.add(name)
        self.assertLessEqual({"note", "citingwork", "highlight"}, tried)

    def put_under_embargo(self, reason, *names) -> Load:
        records = (csv_record(name, text=TEXT.format(SECRET)) for name in names)
        csv_file(self.folder, *records, name="new.csv")
        self.client.force_login(self.root)
        values = {"source": "new.csv", "collection": "embargoed", "due": "2099-01-01T00:00"}
        self.client.post(ADD, values | {"reason": reason})
        work()
        run = Load.objects.latest("pk")
        self.client.post(f"{steps(run)}apply/", stamps(self.client, f"{steps(run)}change/"))
        work()
        return run

    def test_no_reason_is_taken_for_the_embargo_of_a_record_of_a_redacted_cable(self):
        row = self.put_under_embargo("Wait.", REDACTED).rows.get()
        self.assertEqual(row.outcome, "waiting")
        self.client.force_login(self.people["Releaser"])
        for step in ("move", "withdraw", "release"):
            with self.subTest(step):
                values = {"reason": f"{SECRET} left.", "due": "2098-01-01T00:00"}
                address = f"/admin/cables/loadrow/embargo/{step}/?row={row.pk}"
                answer = send(self.client, address, values)
                self.assertContains(answer, "Parts of 09ROME900001 are redacted")

    def test_reasons_of_embargoes_are_sealed_with_each_cable_that_the_records_became(self):
        names = ("09ROME900020", "09ROME900021")
        run = self.put_under_embargo(f"Until {SECRET} has left.", *names, "09ROME900022")
        keys = dict(run.rows.values_list("reference", "pk"))
        waiting = f"/admin/cables/loadrow/{keys.pop('09ROME900022')}/change/"
        for step in ("withdraw", "move", "release"):
            values = {"reason": f"{SECRET}, {step}.", "due": "2098-01-01T00:00"}
            query = "&".join(f"row={key}" for key in keys.values())
            send(self.client, f"/admin/cables/loadrow/embargo/{step}/?{query}", values)
        key = keys[names[1]]
        rows = [f"/admin/cables/loadrow/{key}/{page}/" for page in ("change", "leave", "apply")]
        rows.append(f"/admin/cables/change/?of=loadrow-{key}")
        pages = ("/admin/cables/loadrow/", *rows, waiting, f"{steps(run)}change/")
        self.assert_sealed_with(names[0], *pages)

    def test_the_reason_of_a_load_is_sealed_with_what_became_of_a_row_that_was_repaired(self):
        run = self.put_under_embargo(f"Until {SECRET} has left.", "09ROME900020")
        repair = self.put_under_embargo("As before.", "09ROME900021")
        row = {"reference": "09ROME900021", "outcome": "rejected", "position": 9, "raw": "x"}
        run.rows.create(repaired_by=repair, digest="e" * 64, **row)
        address = f"/admin/cables/loadrow/embargo/release/?load={repair.pk}"
        send(self.client, address, {"reason": "It has come."})
        self.assert_sealed_with("09ROME900021", f"{steps(run)}change/")

    def test_reasons_of_a_decision_on_many_are_sealed_with_each_cable_in_all_that_it_made(self):
        self.client.force_login(self.root)
        cables = Cable.objects.filter(reference__in=(PUBLIC, ERASED))
        sent = {"action": "correct", "_selected_action": [each.pk for each in cables]}
        page = self.client.post("/admin/cables/cable/", sent, follow=True)
        values = {"field": "classification", "value": "SECRET", "reason": f"{SECRET} is named."}
        address = page.redirect_chain[-1][0]
        for step in ("look", "apply"):
            page = self.client.post(address, form_of(page) | values | {"step": step})
        cables.update(subject="")
        left = "/admin/cables/left/"
        send(self.client, f"{left}matters/no-subject/all/", {"reason": f"{SECRET} has no subject."})
        decisions = [
            f"/admin/cables/bulkdecision/{each.pk}/change/"
            for each in BulkDecision.objects.filter(kind__in=("correct", "leave"))
        ]
        self.assertEqual(len(decisions), 2)
        self.assert_sealed_with(ERASED, CORRECTIONS, left, *decisions)
        self.client.force_login(self.people["Cataloguer"])
        self.assertNotContains(self.client.get(left, {"q": SECRET}), PUBLIC)
        values = {"action": "take_back", "_selected_action": [Left.objects.get().pk]}
        page = self.client.post(left, values)
        self.client.post(left, form_of(page) | values | {"reason": "It has one."})
        self.assertFalse(Left.objects.exists())
        self.assertNotContains(self.client.get(LOG[0]), SECRET)

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
                new = f"/admin/cables/correction/new/?cable={cable}"
                for refused in (address, new):
                    answer = self.client.get(refused, follow=True)
                    self.assertContains(answer, "is withheld: only accounts that may see its text")
                    self.client.post(refused, {"reason": "It was right."})
                for page in (
                    f"/admin/cables/cable/{cable.pk}/change/",
                    f"/admin/cables/correction/{made.pk}/change/",
                    f"/admin/cables/change/?of=cable-{cable.pk}",
                ):
                    shown = self.client.get(page)
                    self.assertNotContains(shown, "/undo/")
                    self.assertNotContains(shown, "/correction/new/")
                self.client.force_login(self.root)
                send(self.client, address, {"reason": "It was right."})
                self.assertFalse(Correction.objects.exists())
                transaction.set_rollback(True)
