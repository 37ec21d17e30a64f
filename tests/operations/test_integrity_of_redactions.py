"""What is redacted otherwise than it was decided is found."""

from io import StringIO

from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from cables.curation.redactions_and_corrections import redact_cable
from cables.models import Cable, Version
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.base import TestCase
from tests.planted import WORD
from tests.project.test_redacted_leaks import PHRASES, plant


class CheckTests(TestCase):
    """What is not as it was decided is found by check_archive."""

    @classmethod
    def setUpTestData(cls):
        cls.cable = plant()
        curator = User.objects.create_user("anna")
        redact_cable(cls.cable, Strike(EVERYWHERE, PHRASES), "A witness.", curator)

    def found(self):
        out = StringIO()
        with self.assertRaises(CommandError):
            call_command("check_archive", stdout=out, stderr=StringIO())
        return out.getvalue()

    def test_a_digest_that_is_public_again(self):
        Version.objects.filter(cable=self.cable).update(digest="0" * 64)
        self.assertIn("version 1: it is not what its source says", self.found())

    def test_words_that_are_in_a_fact(self):
        Cable.objects.filter(pk=self.cable.pk).update(subject=f"THE {WORD}")
        self.assertIn("its facts still hold the words", self.found())

    def test_words_that_are_in_the_text(self):
        sealed = self.cable.sealed.get(place="source")
        Cable.objects.filter(pk=self.cable.pk).update(body=sealed.values["body"])
        self.assertIn("it is not what its source says", self.found())

    def test_an_original_that_is_not_sealed(self):
        self.cable.sealed.filter(place="source version 1").delete()
        self.assertIn("source version 1 is not sealed", self.found())

    def test_an_original_that_lies_sealed_for_nothing(self):
        self.cable.redactions.all().delete()
        self.assertIn("nothing of it is redacted, but", self.found())
