"""What all pages of one cable share: their tabs and headings, and the archive's own hand."""

import re

from tests.base import TestCase
from tests.builders import make_cable
from tests.views.test_cable_page import PAGE


class PagesOfACableTests(TestCase):
    def test_words_that_the_archive_removed_lead_to_the_reason(self):
        notice = {"at": "2012-03-05T00:00:00+00:00", "parts": ["par1"], "reason": "A name."}
        body = "1. (U) [redacted] & [REDACTED] said.\n\n2. (U) Fees."
        cable = make_cable(
            subject="FEES OF [REDACTED]",
            header="FM [redacted]",
            body=body + "\n\nCAPTAIN [REDACTED]\n---------\n\n3. (U) Ships.",
            facts={"redacted": [notice]},
        )
        mark = 'class="editorial"'
        for address, marks in (("", 6), ("par1/", 2), ("par1--par2/", 2)):
            with self.subTest(address):
                page = self.client.get(PAGE + address)
                self.assertContains(page, mark, marks)
                self.assertContains(page, 'id="redacted"', 1)
                self.assertNotContains(page, "Cables are shown as they were sent.")
        self.assertContains(
            self.client.get(f"{PAGE}history/"),
            "but for the words that the archive removed, its text",
        )
        cable.facts = {}
        cable.save()
        self.assertNotContains(self.client.get(PAGE), "editorial")  # A source's own word.

    def test_its_copies_are_called_redacted_where_it_is(self):
        copies = {"copies": [["06BERLIN900001", "csv"], ["06BERLIN900001", "page"]]}
        redacted = {"redacted": [{"at": "2012-03-05T00:00:00+00:00", "parts": [], "reason": ""}]}
        cable = make_cable(facts=copies)
        for facts, words in (
            (copies, "The other copies have the same words."),
            (copies | redacted, "same words, or words of this cable are redacted."),
        ):
            cable.facts = facts
            cable.save()
            page = self.client.get(f"{PAGE}copies/")
            self.assertContains(page, words)
            self.assertNotContains(page, "only in the other copy")

    def test_its_pages_have_one_row_of_tabs(self):
        make_cable()
        for part, heading, title in (
            ("", "Viewing cable 06BERLIN900001", "Harbor Fees"),
            ("references/", "06BERLIN900001, Harbor Fees", "Citation map"),
            ("similar/", "06BERLIN900001, Harbor Fees", "Similar cables"),
            ("history/", "06BERLIN900001, Harbor Fees", "History"),
            ("copies/", "06BERLIN900001, Harbor Fees", "Copies"),
            ("beside/", "06BERLIN900001, Harbor Fees", "Beside another cable"),
            ("cite/", "06BERLIN900001, Harbor Fees", "Cite this cable"),
        ):
            with self.subTest(part):
                page = self.client.get(PAGE + part).content.decode()
                tabs = re.search(r'(?s)<nav class="tabs".*?</nav>', page)[0]
                here = re.findall(r'href="([^"]*)" aria-current="page"', tabs)
                self.assertEqual(here, [PAGE + part])
                self.assertEqual(
                    re.findall(r">(\w+)</(?:a|button)>", tabs),
                    ["Text", "References", "Similar", "History", "Copies", "Beside", "Cite"],
                )
                self.assertIn(f'<span class="kicker">{heading}</span>', page)
                self.assertRegex(page, rf"</span>\s*(<[^>]*>)*{title}.*</h1>")
