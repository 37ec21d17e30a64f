"""A curator proposes a redaction, another one looks at it, comments and approves it.

With CABLES_PICTURES=1 the picture of docs/pictures is drawn anew.
"""

from django.contrib.auth.models import Group, User
from django.test import override_settings
from playwright.sync_api import expect

from cables.loader import load
from cables.models import Cable, Change
from reading_room.approval_settings import parse_approvals
from tests.browser.desk_walk import DeskWalk
from tests.slow import slow
from tests.source_files import csv_file, csv_record

ONE = "09ROME900001"


@override_settings(APPROVALS=parse_approvals("redact = Redactor"))
@slow("no walk over the desk")
class ProposalTests(DeskWalk):
    def setUp(self):
        super().setUp()
        load(csv_file(self.folder, csv_record(ONE, text="Quinto Rossi raised the fees.")))
        for name in ("anna", "ben"):
            curator = User.objects.create_user(name, is_staff=True)
            curator.groups.add(Group.objects.get(name="Redactor"))

    def propose(self):
        page = self.enter("anna")
        self.visit(page, f"/admin/cables/redaction/new/?cable={ONE}")
        page.locator("#id_words").fill("Quinto Rossi")
        page.locator("#id_reason").fill("A witness.")
        self.press(page, "See what it would change")
        self.press(page, "Redact")
        expect(page.locator("body")).to_contain_text("Nothing changes until")
        self.follow(page, f"Redact {ONE}")
        self.look(page)

    def test_from_the_proposal_to_its_approval(self):
        self.propose()
        page = self.enter("ben")
        self.visit(page, "/admin/")
        self.follow(page, "Proposals that wait for your approval")
        self.look(page)
        self.follow(page, f"Redact {ONE}")
        self.look(page)
        self.follow(page, "Comment")
        page.get_by_label("Comment").fill("He is named in paragraph 1 only.")
        self.press(page, "Comment")
        expect(page.locator("main")).to_contain_text("He is named")
        self.draw(page, "proposal")
        self.follow(page, "Approve")
        self.look(page)
        self.press(page, "Approve and carry out")
        self.look(page)
        self.assertNotIn("Rossi", Cable.objects.get().body)
        entry = Change.objects.get(action="redacted")
        self.assertEqual((entry.by.username, entry.approved_by.username), ("anna", "ben"))
