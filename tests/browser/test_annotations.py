"""Annotations hold on to words of our pages in a browser, by the rules of Hypothesis' client.

Its rules (src/annotator/anchoring of hypothesis/client): a position counts units of UTF-16 in the
textContent of <body>; a range is right if its text is the quotation; else the quotation is looked
for, and of several places the one is taken whose surroundings are most like prefix and suffix.
"""

import re
from urllib.parse import urlsplit

from django.contrib.auth.models import User

from cables.api.selectors import read_page
from cables.curation.redactions_and_corrections import redact_cable
from cables.models import Cable
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.browser.base import BrowserTestCase
from tests.builders import forget_counts, load_records, make_cable, make_version
from tests.source_files import csv_record

PAGE = "/cable/06BERLIN900001/"
BODY = (
    "REF: A. 06 ROME 900002\n\n1. (U) The harbor raised its fees 😀 in 2005.\n\n- ships\n- boats"
    "\n\nBACKGROUND\n----------\n\n2. (SBU) The harbor raised its fees\nagain. Captains, see 06 "
    "ROME 900002,\ncomplained at length.\n\n3. (U) NIACT IMMEDIATE. The harbor raised its fees."
)
SENT = "3/14/2006 09:26"
REDACTED = "1. (U) Harbors rose twice.\n\n2. (C) Quintin Quay gave them 100.\n"
# Resolve selectors as Hypothesis does; returns where the words are: text, and the paragraph's id.
ANCHOR = """selectors => {
    const find = type => selectors.find(each => each.type === type);
    const position = find('TextPositionSelector'), quote = find('TextQuoteSelector');
    const node = offset => {
        const texts = document.createNodeIterator(document.body, NodeFilter.SHOW_TEXT);
        let text, length = 0;
        while ((text = texts.nextNode())) {
            if (length + text.data.length > offset) return [text, offset - length];
            length += text.data.length;
        }
        throw new RangeError('Offset exceeds text length');
    };
    const range = (start, end) => {
        const found = new Range();
        found.setStart(...node(start));
        const [last, offset] = node(end - 1);
        found.setEnd(last, offset + 1);
        return found;
    };
    const shown = (found, by) => ({
        by, text: found.toString(),
        id: found.startContainer.parentElement.closest('.para')?.id,
    });
    if (position) {
        const found = range(position.start, position.end);
        if (found.toString() === quote.exact) return shown(found, 'position');
    }
    const text = document.body.textContent, alike = (one, other) =>
        [...one].filter((sign, at) => sign === other[at]).length;
    let best = null;
    for (let at = text.indexOf(quote.exact); at >= 0; at = text.indexOf(quote.exact, at + 1)) {
        const end = at + quote.exact.length;
        const score = alike(text.slice(Math.max(at - quote.prefix.length, 0), at), quote.prefix)
            + alike(text.slice(end, end + quote.suffix.length), quote.suffix);
        if (!best || score > best.score) best = {at, end, score};
    }
    return best && shown(range(best.at, best.end), 'quote');
}"""


class AnchoringTests(BrowserTestCase):
    def setUp(self):
        self.cable = make_cable(body=BODY)
        make_cable("06ROME900002", origin="Embassy Rome")
        forget_counts()

    def selectors(self, place, page=PAGE, /, **query):
        # Positions count the whole page, which has the name of its host.
        host = {"HTTP_HOST": urlsplit(self.live_server_url).netloc}
        response = self.client.get(f"{page}{place}selectors.json", query, **host)
        self.assertEqual(response.status_code, 200, response.content)
        return response.json()["target"][0]["selector"]

    def test_positions_and_quotations_lead_to_the_words_with_scripts_and_without(self):
        asked = [
            *(("par1/", {}, "par1"), ("par1.1/", {}, "par1.1"), ("par2/", {}, "par2")),
            ("par2/", {"exact": "raised its fees again"}, "par2"),
            ("par3/", {"exact": "The harbor raised its fees"}, "par3"),
            ("", {"exact": "Captains, see 06 ROME 900002"}, "par2"),
            ("par1/", {"exact": "fees 😀 in"}, "par1"),
        ]
        for scripts in (True, False):
            page = self.open(PAGE, java_script_enabled=scripts)
            for place, query, paragraph in asked:
                chosen = self.selectors(place, **query)
                with self.subTest(place, query=query, scripts=scripts):
                    found = page.evaluate(ANCHOR, chosen)
                    self.assertEqual((found["by"], found["id"]), ("position", paragraph))
                    quote = [each for each in chosen if each["type"] != "TextPositionSelector"]
                    found = page.evaluate(ANCHOR, quote)
                    self.assertEqual((found["by"], found["id"]), ("quote", paragraph))
                    wanted = query.get("exact", found["text"])
                    self.assertEqual(re.sub(r"\s", "", found["text"]), re.sub(r"\s", "", wanted))

    def test_the_words_of_a_version_are_found_in_its_page(self):
        make_version(self.cable, body=BODY.replace("complained at length", "grumbled a little"))
        forget_counts()
        page = self.open(f"{PAGE}v1/")
        for place, query in (("v1/par2/", {}), ("v1/", {"exact": "grumbled a little"})):
            chosen = self.selectors(place, **query)
            for kept in (chosen, [each for each in chosen if "start" not in each]):
                with self.subTest(place, selectors=len(kept)):
                    found = page.evaluate(ANCHOR, kept)
                    self.assertEqual(found["id"], "par2")
                    self.assertIn("grumbled a little", " ".join(found["text"].split()))

    def test_an_annotation_stays_at_its_words_when_the_text_changes(self):
        chosen = self.selectors("par2/", exact="complained at length")
        make_version(self.cable, body=BODY.replace("BACKGROUND", "NO LONGER HERE, BUT LONGER"))
        forget_counts()
        page = self.open(f"{PAGE}v1/")
        found = page.evaluate(ANCHOR, chosen)
        self.assertEqual((found["by"], found["id"]), ("quote", "par2"))
        canonical = page.evaluate("document.querySelector('link[rel=canonical]').href")
        self.assertEqual(canonical, self.live_server_url + PAGE)

    def test_the_text_of_a_page_is_that_of_the_browser(self):
        """Else positions would be wrong by what the two count otherwise."""
        self.cable.notes.create(text="A note.", paragraph="par2")
        self.cable.citing_works.create(title="Of Harbors", reference="Ports 3", paragraph="par1")
        make_version(self.cable, body=BODY.replace("BACKGROUND", "NO LONGER HERE"))
        forget_counts()
        page = self.open_window(java_script_enabled=False)
        for place in ("", "v1/", "v2/", "par2/", "par1--par3/"):
            with self.subTest(place):
                self.visit(page, f"{PAGE}{place}")
                host = {"HTTP_HOST": urlsplit(self.live_server_url).netloc}
                sent = self.client.get(f"{PAGE}{place}", **host).content.decode()
                text = page.evaluate("document.body.textContent")
                self.assertEqual(read_page(sent).text.rstrip(), text.rstrip())

    def test_redacted_words_are_in_no_selector_and_the_paragraph_is_still_found(self):
        load_records(csv_record("06PARIS900003", created=SENT, body=REDACTED))
        cable = Cable.objects.get(reference="06PARIS900003")
        before = self.selectors("par1/", "/cable/06PARIS900003/", exact="Harbors rose twice")
        user = User.objects.create_user("a")
        redact_cable(cable, Strike(EVERYWHERE, ("Quintin Quay",)), "A witness.", user)
        forget_counts()
        page = self.open("/cable/06PARIS900003/")
        for place, query in (("par1/", {}), ("par2/", {}), ("par2/", {"exact": "gave them 100"})):
            with self.subTest(place, query=query):
                chosen = self.selectors(place, "/cable/06PARIS900003/", **query)
                self.assertNotIn("Quintin", str(chosen))
                found = page.evaluate(ANCHOR, chosen)
                self.assertEqual((found["by"], found["id"]), ("position", place[:-1]))
        found = page.evaluate(ANCHOR, before)  # Made before the redaction, elsewhere in the text.
        self.assertEqual((found["text"], found["id"]), ("Harbors rose twice", "par1"))
        gone = self.client.get("/cable/06PARIS900003/par2/selectors.json?exact=Quintin+Quay+gave")
        self.assertEqual(gone.status_code, 404)

    def test_the_page_about_annotations_breaks_no_rule(self):
        self.check_pages(["/annotations/"])
