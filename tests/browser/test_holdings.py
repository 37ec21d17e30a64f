"""What is held, what was changed and notes, in a browser."""

from playwright.sync_api import expect

from cables.models import Change, ChangeKind, State
from cables.models.change_log import KINDS
from tests.browser.base import BrowserTestCase
from tests.builders import make_cable

CABLE = "/cable/06BERLIN900001/"
PAGES = ["/holdings/", "/holdings/origin/", "/holdings/tag/", "/changes/"]
PAGES += [CABLE, f"{CABLE}par2/", f"{CABLE}par1--par2/"]


class HoldingsTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        cited = ["06PARIS900001"]
        cable = make_cable("06BERLIN900001", tags=["EFIS", "HUMAN RIGHTS"], cites=cited)
        make_cable("06BERLIN900002", partial=True, origin="Consulate General Saint Petersburg")
        cable.notes.create(text="The date is *doubtful*: see 06BERLIN900002.")
        cable.notes.create(paragraph="par2", text="Ships had complained before.")
        State.advance()
        kinds = [ChangeKind(name=name, label=label) for name, label in KINDS.items()]
        ChangeKind.objects.bulk_create(kinds, ignore_conflicts=True)
        ChangeKind.objects.update(is_public=True, with_reason=True)
        cable.changes.create(action="corrected", what="subject", reason="A misprint. " * 30)
        Change.objects.create(action="changed", what="guidance page Privacy")

    def test_no_obstacle_in_any_light_and_nothing_too_wide(self):
        self.check_pages(PAGES)

    def test_a_note_is_printed_and_not_copied_with_its_paragraph(self):
        page = self.open(CABLE)
        page.emulate_media(media="print")
        expect(page.locator(".note:visible")).to_have_count(2)
        page.emulate_media(media="screen")
        copied = self.copied(page, "#par2")
        self.assertIn("Ships complained.", copied)
        self.assertNotIn("Ships had complained before.", copied)
