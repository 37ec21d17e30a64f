"""A text is checked in the browser against the public log; both pages, in each look."""

from playwright.sync_api import expect

from cables.models import Cable
from tests.browser.base import BrowserTestCase
from tests.builders import make_cable
from tests.transparency.log_rooms import own_log

BODY = "1. (U) The harbor raised its fees – in «Café».\n\n2. (U) Ships complained.\n\n3. (U) End."
PAGE = "/cable/06BERLIN900001/v1/proof/"
# A server that sends another file than it logged.
CHANGED = """
const real = fetch;
globalThis.fetch = async (address) => {{
  const answer = await real(address);
  if (!address.endsWith("{file}")) return answer;
  const said = await answer.text();
  return new Response({change});
}};
"""


class ProofTests(BrowserTestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", body=BODY)
        make_cable("06OSLO900002")
        with own_log():
            pass

    def test_the_check_says_what_it_proved(self):
        page = self.open("/cable/06BERLIN900001/")
        page.get_by_role("link", name="check it").click()
        expect(page.locator("#check")).to_contain_text("Checked in your browser: this text is the")
        expect(page.locator("#check")).to_contain_text(
            "signed with the key that this archive names."
        )

    def test_a_changed_text_is_refuted(self):
        for file, change, told in (
            ("v1.txt", "said.replace('Ships', 'Boats')", "Not as logged:"),
            # Another size of the log.
            ("proof.json", "said.replace('\\\\n2\\\\n', '\\\\n3\\\\n')", "Not as logged:"),
            ("key", "said.replace(/^[^+]+/, 'other.example')", "cannot check the log’s signature"),
            ("proof.json", "'<html>'", "Not checked: the archive did not answer as it should."),
        ):
            with self.subTest(file):
                page = self.open_window()
                page.add_init_script(CHANGED.format(file=file, change=change))
                self.visit(page, PAGE)
                expect(page.locator("#check")).to_contain_text(told)
                claims = page.get_by_text("This text is in the log since")
                expect(claims).to_be_visible(visible="Not as" not in told)

    def test_the_pages_are_fit_for_everyone(self):
        self.check_pages([PAGE, "/log/"], opened=True)

    def test_without_a_script_the_page_says_how(self):
        page = self.open(PAGE, java_script_enabled=False)
        expect(page.locator("#check")).to_contain_text("into its public log on")
        expect(page.get_by_role("link", name="verify.py")).to_be_visible()
        self.assertEqual(Cable.objects.count(), 2)
