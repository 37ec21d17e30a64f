"""Nothing of a proposal reaches readers: no word to be redacted, no comment, no trace of it."""

from django.contrib.auth.models import User

from cables.models import PUBLIC, ChangeKind, Proposal, ProposalComment, State
from tests.base import TestCase
from tests.builders import make_cable, make_changes
from tests.planted import WORD, tells
from tests.project.routes import ROUTES
from tests.project.test_redacted_leaks import public_rows


class ProposalLeakTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable("06BERLIN900001", tags=["EFIS"])
        make_changes(cls.cable, "HARMLESS")
        cls.anna = User.objects.create_user("anna", is_staff=True)
        cls.before = State.objects.get().number
        for state in Proposal.State.values:
            proposal = Proposal.objects.create(
                kinds=["redact"],
                title=f"Redact {cls.cable}",
                address=f"/admin/cables/redaction/new/?cable={WORD}",
                data=f"words={WORD}",
                fields=[["Words", WORD]],
                reason=WORD,
                answer=WORD,
                named=[cls.cable.reference],
                cable=cls.cable,
                by=cls.anna,
                state=state,
            )
            proposal.comment(WORD, cls.anna)
            for action in ("proposed", "approved", "refused", "withdrawn", "proposed again"):
                proposal.write_down(action, cls.anna)

    def test_no_page_has_a_word_of_a_proposal(self):
        for addresses in ROUTES.values():
            for address in addresses:
                with self.subTest(address):
                    own = WORD in address.upper()  # An address may have no word of it.
                    self.assertFalse(not own and tells(self.client.get(address)))

    def test_no_row_that_readers_can_read_has_one(self):
        self.assertNotIn(WORD, public_rows().upper())
        self.assertNotIn("PROPOSAL", public_rows().upper())
        self.assertFalse({Proposal, ProposalComment} & set(PUBLIC))

    def test_readers_do_not_see_that_there_are_proposals(self):
        ChangeKind.objects.update(is_public=True, with_reason=True, with_name=True)
        for address in ("/changes/", "/changes.atom", "/cable/06BERLIN900001/"):
            with self.subTest(address):
                self.assertNotIn("propos", self.client.get(address).content.decode().lower())
        self.assertEqual(State.objects.get().number, self.before)
