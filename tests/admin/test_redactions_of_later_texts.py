"""A redaction over the archive holds for later texts: how the desk shows it, and ends it."""

from django.contrib.auth.models import User

from cables.models import Cable, Change, LoadRow, RedactionMatch, StandingForm
from tests.admin.test_redaction_searches import NAME, RedactionSearchTests
from tests.articles.test_render import make_article
from tests.opened import form_of
from tests.source_files import csv_record
from tests.working import work


class LaterTextsTests(RedactionSearchTests):
    def redact(self):
        """Redact the name over the archive; return the search."""
        search = self.start()
        search.matches.update(decision=RedactionMatch.ACCEPTED)
        self.decide(search)
        work()
        return search

    def test_a_decision_holds_for_later_texts_until_it_is_ended_with_a_reason(self):
        search = self.redact()
        self.load(csv_record("09ROME900020", text=f"{NAME} waved."))
        page = self.client.get(self.address(search))
        self.assertContains(page, "It holds for later texts")
        self.assertContains(page, "So far: 1 cable, 0 parts of volumes.")
        self.assertNotContains(page, "Rossilante")
        self.assertContains(self.decide(search, "end", reason=""), "This field is required.")
        page = self.decide(search, "end", reason="She wrote of it herself.")
        self.assertContains(page, "It does not hold for later texts.")
        self.assertFalse(StandingForm.objects.exists())
        logged = Change.objects.get(action="ended")
        self.assertEqual((logged.by, logged.reason), (self.curator, "She wrote of it herself."))
        self.load(csv_record("09ROME900021", text=f"{NAME} waved."))
        self.assertIn(NAME, Cable.objects.get(reference="09ROME900021").body)

    def test_a_held_record_is_shown_as_it_would_be_published(self):
        self.redact()
        self.load(csv_record("09ROME900020", text="The Rossilantes waved."))
        row = LoadRow.objects.get(outcome=LoadRow.Outcome.HELD)
        address = f"/admin/cables/loadrow/{row.pk}/publish/"
        page = self.client.get(address)
        self.assertContains(page, "The [redacted] waved.")
        self.assertNotContains(page, "Rossilante")
        self.client.post(address, form_of(page) | {"reason": "It is the family."})
        self.assertIn("The [redacted] waved.", Cable.objects.get(reference="09ROME900020").body)
        self.client.force_login(self.other)
        self.assertEqual(self.client.get(address).status_code, 403)

    def test_whoever_writes_the_name_elsewhere_is_told(self):
        search = self.redact()
        self.client.force_login(User.objects.create_superuser("root"))
        address = f"/admin/cables/article/{make_article(slug='fees').pk}/change/"
        typed = form_of(self.client.get(address)) | {"body": f"On {NAME}.", "why": "It is new."}
        page = self.client.post(address, typed, follow=True)
        search.refresh_from_db()
        self.assertContains(page, f"may have words of a redaction over the archive, {search.label}")
