"""The digest of a file that was loaded is for those who may see sealed texts."""

from cables.curation.redactions_and_corrections import redact_cable
from cables.loader import load
from cables.models import Cable, Load
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.admin.test_sealed_guesses import SECRET, TEXT, GuessTestCase
from tests.source_files import text_file


class LoadDigestTests(GuessTestCase):
    def test_no_guess_of_redacted_words_is_tested_by_the_digest_of_its_file(self):
        load(text_file(self.folder, "09ROME900007", text=TEXT.format(SECRET)))
        strike = Strike(EVERYWHERE, (SECRET,))
        redact_cable(Cable.objects.get(reference="09ROME900007"), strike, "Why.", self.root)
        run = Load.objects.latest("pk")
        self.assertTrue(run.sha256)
        for person, is_told in (*((each, False) for each in self.people.values()), (self.root, 1)):
            with self.subTest(person.username):
                self.client.force_login(person)
                page = self.client.get(f"/admin/cables/load/{run.pk}/change/")
                self.assertContains(page, run.sha256, count=int(is_told))
