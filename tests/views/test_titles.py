"""A cable has one title, on every page and in every file."""

import csv
import io
import json
from datetime import UTC, datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from cables.models import Cable
from tests.base import TestCase
from tests.builders import make_cable, make_cables

SENT = datetime(1963, 10, 23, 19, 15, tzinfo=UTC)
SAYS = "General Hale told Moss that bells would ring on Friday."
MADE = "Telegram 900768, Embassy Saigon to Department of State, 23 October 1963"
HEADER = "FM AMEMBASSY SAIGON\nTO SECSTATE WASHDC"
LISTS = ("/origin/embassy-saigon/", "/tag/KBEL/", "/search/?q=tag:KBEL")


class TitleTests(TestCase):
    def make(self, reference, subject):
        return make_cable(
            reference,
            origin="Embassy Saigon",
            subject=subject,
            header=HEADER,
            body=f"Eyes only for the Secretary. {SAYS} Nothing more.",
            created=SENT,
            tags=["KBEL"],
            cites=["63SAIGON900700"],
        )

    def titles(self):
        """Yield (reference, subject, title)."""
        yield "63SAIGON900767", "THE BELLS OF THE US EMBASSY", "The Bells of the US Embassy"
        yield "63SAIGON900768", "", MADE

    def setUp(self):
        make_cable("63SAIGON900700", origin="Embassy Saigon", created=SENT.replace(day=2))
        for reference, subject, _ in self.titles():
            self.make(reference, subject)

    def test_pages_and_files_about_a_cable_have_it(self):
        for reference, _, title in self.titles():
            page = f"/cable/{reference}/"
            tree = html.fromstring(self.client.get(page).content)
            said = {
                "<title>": tree.findtext(".//title"),
                "og:title": tree.xpath("//meta[@property='og:title']/@content")[0],
                "JSON-LD": json.loads(tree.findtext(".//script[@type='application/ld+json']"))[
                    "name"
                ],
            }
            for place, text in said.items():
                with self.subTest(place, reference=reference):
                    self.assertIn(title, text)
            for address in (
                *(
                    f"{page}{part}"
                    for part in ("par0.1/", "cite/", "history/", "references/", "copies/")
                ),
                *(
                    f"/cable/{reference}.{form}"
                    for form in ("bib", "ris", "csl.json", "json", "md")
                ),
                f"/cite/?c={reference}&style=apa",
                "/cable/63SAIGON900700/",  # Which it cites.
                "/cable/63SAIGON900700/references/",
            ):
                with self.subTest(address):
                    text = self.client.get(address).content.decode()
                    self.assertIn(title, text.replace("{", "").replace("}", ""))

    def test_a_citation_on_the_page_of_a_cable_has_a_comma_in_place_of_the_final_stop(self):
        for subject, cited in (("Mr. Hill to Mr. Rell.", "Mr. Hill to Mr. Rell,"),) + (
            ("Did “Harbor Fees” Rise?", "Did ‘Harbor Fees’ Rise?"),
        ):
            Cable.objects.filter(reference="63SAIGON900767").update(subject=subject)
            tree = html.fromstring(self.client.get("/cable/63SAIGON900767/").content)
            for path in (
                "//*[@id='cite']//*[@data-copy='the citation']",
                "//*[@class='print-only']",
            ):
                with self.subTest(path, subject=subject):
                    self.assertIn(f"“{cited}”", tree.xpath(path)[0].text_content())

    def test_lists_have_it_and_what_a_cable_without_a_subject_says_first(self):
        for address in (*LISTS, "/origin/embassy-saigon.atom", "/tag/KBEL.json"):
            page = self.client.get(address).content.decode()
            for reference, _, title in self.titles():
                with self.subTest(address, reference=reference):
                    self.assertIn(title, page)
            with self.subTest(address):
                self.assertEqual(page.count(SAYS), 1)

    def test_a_spreadsheet_has_it_beside_the_subject_as_printed(self):
        text = self.client.get("/search.csv?tag=KBEL").getvalue().decode()
        rows = {row["reference"]: row for row in csv.DictReader(io.StringIO(text))}
        for reference, subject, title in self.titles():
            with self.subTest(reference):
                row = rows[reference]
                self.assertEqual((row["title"], row["subject"]), (title, subject))
                self.assertEqual(row["opening"], "" if subject else SAYS)

    def test_titles_are_read_with_the_rows_of_a_list(self):
        """No header, text or origin of a single cable is read for its title."""
        names = [f"63SAIGON9{number:05}" for number in range(20)]
        make_cables(names, origin="Embassy Saigon", tags=["KBEL"], cites=["63SAIGON900700"])
        lists = (
            *LISTS,
            "/tag/KBEL.atom",
            "/cable/63SAIGON900700/",
            "/cable/63SAIGON900700/references/",
        )
        for address in lists:
            self.client.get(address)
            with self.subTest(address):
                counts = []
                for subject in ("BELLS", ""):
                    Cable.objects.filter(reference__in=names).update(subject=subject)
                    with CaptureQueriesContext(connection) as queries:
                        self.client.get(address)
                    counts.append(len(queries))
                self.assertEqual(counts[0], counts[1])
