"""A cable's summary, lists, tables and title in a browser: what is seen, copied and read out."""

import re

from playwright.sync_api import expect

from cables.telegram.paragraphs import segment
from tests.browser.base import BrowserTestCase
from tests.builders import forget_counts, make_cable
from tests.views.test_blocks_shown import PAGE, TELEGRAM


class BlocksTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable(body=TELEGRAM, subject="HARBOR FEES AND THE EU")
        forget_counts()

    def test_what_is_copied_is_what_was_sent(self):
        blocks = segment(TELEGRAM)
        above = f"FM AMEMBASSY BERLIN\nTO SECSTATE WASHDC\n{blocks.preamble}"
        sent = "\n\n".join([above, *(block.text for block in blocks)])
        page = self.open(PAGE)
        page.get_by_label("As sent").check()
        self.assertEqual(squeezed(self.copied(page, ".telegram")), squeezed(sent))

    def test_a_summary_is_copied_once_with_the_page(self):
        page = self.open(PAGE)
        self.assertEqual(self.copied(page, "main").count("in autumn"), 1)
        page.locator(".gist summary").click()
        page.get_by_role("link", name="paragraph 1, block 1", exact=True).first.click()
        expect(page).to_have_url(re.compile(r"#par1\.1$"))

    def test_the_title_is_there_once_as_printed_or_in_title_case(self):
        page = self.open(PAGE)
        title = page.get_by_role("heading", level=1)
        expect(title).to_have_text(re.compile("Harbor Fees and the EU$"), use_inner_text=True)
        page.get_by_label("As sent").check()
        expect(title).to_have_text(re.compile("HARBOR FEES AND THE EU$"), use_inner_text=True)

    def test_lists_headings_and_tables_are_read_out_as_such(self):
        page = self.open(PAGE)
        expect(page.get_by_role("listitem").filter(has_text="in spring")).to_have_count(1)
        expect(page.get_by_role("heading", name="The Ships' Side", exact=True)).to_be_visible()
        expect(page.get_by_role("group", name="Table")).to_be_visible()

    def test_no_accessibility_rule_is_broken(self):
        self.check_pages((PAGE, f"{PAGE}par2/"))


def squeezed(text):
    """Return a text with one blank line between blocks, and no blanks at the ends of lines."""
    blocks = "\n".join(map(str.rstrip, text.split("\n"))).split("\n\n")
    return "\n\n".join(block.strip("\n") for block in blocks if block.strip())
