"""Cited links keep working while a text is changed, corrected, withheld and published.

Links are collected from the pages themselves, as readers find them, at each step of a cable's life.
"""

import hashlib
import re

from cables.models import Cable
from tests.base import TestCase
from tests.builders import load_records, publish, withhold
from tests.slow import slow
from tests.source_files import csv_record

PAGE = "/cable/09ROME900001/"
# In citations a comma, a bracket or a full stop stands behind.
PRINTED = re.compile(r'(?:href="|http://testserver)(/cable/09ROME900001[^"<#\s,})&]*(?<=[\w/]))')
HEAD = "UNCLAS ROME 900001\n\nTAGS: PREL\nSUBJECT: BUOYS\n\n"
FIRST = ["1. The red buoy is lit.", "2. The green buoy rings a bell in the fog.", "3. A last word."]
# What became of the text: a paragraph changed, one removed, one added.
CHANGED = [FIRST[0], "2. The green buoy rings two bells in the fog.", "4. The pilot is new."]
# What was removed comes back, between others, and one is split.
CORRECTED = [
    FIRST[0],
    FIRST[2],
    "2. The green buoy rings two bells.",
    "It does so in the fog.",
    CHANGED[2],
]


def publish_text(paragraphs):
    """Load the cable with a text of these paragraphs."""
    body = HEAD + "\n\n".join(paragraphs)
    report = load_records(csv_record(subject="BUOYS", body=body))
    if report.written != 1:
        raise ValueError(f"The text is not loaded: {report}")


class CitedLinkTests(TestCase):
    """Of a cable whose first text was replaced by CHANGED."""

    @classmethod
    def setUpTestData(cls):
        cls.printed, cls.pinned = set(), {}
        reader = cls()  # A test that is not run: it collects for all tests of the class.
        reader.client = cls.client_class()
        for paragraphs in (FIRST, CHANGED):
            publish_text(paragraphs)
            reader.collect()

    def collect(self):
        """Note every link that a reader of the cable can find now, and what is pinned."""
        waiting, seen = {PAGE} | self.printed, set()
        while waiting:
            address = waiting.pop()
            seen.add(address)
            response = self.client.get(address)
            self.printed.add(address)
            if "/v" in address and address.endswith(".txt"):
                self.assertEqual(
                    self.pinned.setdefault(address, response.content), response.content
                )
            if response["Content-Type"].startswith("text/html"):
                waiting |= set(PRINTED.findall(response.content.decode())) - seen

    def answers(self):
        return {address: self.client.get(address) for address in sorted(self.printed)}

    def test_every_link_ever_printed_answers(self):
        publish_text(CORRECTED)
        self.collect()
        self.assertGreater(len(self.pinned), 12)
        for address, response in self.answers().items():
            with self.subTest(address):
                if response.status_code == 410:
                    self.assertRegex(
                        address,
                        r"/par3(\.[a-z.]+|/|/(cite|embed|elsewhere)/|/card\.png|/(selectors|elsewhere)\.json)$",
                    )
                    self.assertContains(response, f"{PAGE}v1/par3/", status_code=410)
                    self.assertContains(response, "loaded again", status_code=410)
                else:
                    self.assertEqual(response.status_code, 200)
                if address in self.pinned:
                    self.assertEqual(response.content, self.pinned[address])

    def test_no_id_means_another_paragraph_later(self):
        publish_text(CORRECTED)
        cable = Cable.objects.get()
        self.assertEqual(cable.paragraph_ids, ["par1", "par3-2", "par2", "par2.1", "par4"])
        self.assertEqual([row.paragraph for row in cable.former_paragraphs.all()], ["par3"])

    def test_a_pinned_link_says_that_its_text_has_changed(self):
        publish_text(CORRECTED)
        response = self.client.get(f"{PAGE}v1/par2/")
        self.assertContains(response, "Superseded.")
        self.assertContains(response, '<del><span class="unseen">removed: </span>a bell in')
        gone = self.client.get(f"{PAGE}v1/par3/")
        self.assertContains(gone, "No longer in the cable")
        self.assertContains(gone, "A last word.")
        self.assertContains(self.client.get(f"{PAGE}v1/par1/"), "It reads the same now")
        self.assertContains(self.client.get(f"{PAGE}v3/par2/"), "Current.")

    def test_all_links_to_a_withheld_cable_say_only_why(self):
        self.answers()  # What is cached before must not show either.
        withhold(Cable.objects.get(), "Names a pilot.")
        for address, response in self.answers().items():
            with self.subTest(address):
                self.assertContains(response, "Names a pilot.", status_code=410)
                self.assertNotContains(response, "buoy", status_code=410)

    @slow("not all links asked when a cable is published again")
    def test_all_links_answer_again_when_it_is_published_again(self):
        before = {address: answer.status_code for address, answer in self.answers().items()}
        withhold(Cable.objects.get(), "Names a pilot.")
        publish(Cable.objects.get(), "The pilot agrees.")
        after = self.answers()
        self.assertEqual({address: each.status_code for address, each in after.items()}, before)
        for address, content in self.pinned.items():
            with self.subTest(address):
                self.assertEqual(after[address].content, content)
        publish_text(CORRECTED)
        self.collect()
        self.assertEqual(self.client.get(f"{PAGE}v3/").status_code, 200)

    def test_each_version_shows_the_digest_of_its_file(self):
        history = self.client.get(f"{PAGE}history/").content.decode()
        for number in (1, 2):
            digest = hashlib.sha256(self.client.get(f"{PAGE}v{number}.txt").content).hexdigest()
            with self.subTest(number):
                self.assertContains(self.client.get(f"{PAGE}v{number}/"), digest)
                self.assertIn(digest, history)
        self.assertContains(self.client.get(PAGE), digest)

    def test_the_history_has_source_reason_and_change(self):
        publish_text(CORRECTED)
        response = self.client.get(f"{PAGE}history/")
        self.assertContains(response, "An imported data file, in the collection “Cables”", 3)
        self.assertContains(response, "The source was loaded again with another text.", 2)
        self.assertContains(response, "loaded here for the first time")
        self.assertContains(response, "Paragraph 3 <span>removed; its number is not given again")
        self.assertContains(response, "Paragraph 4 <span>added")
        page = response.content.decode()
        order = [page.index(f'id="v{number}"') for number in (3, 2, 1)]
        self.assertEqual(order, sorted(order))
