"""A room of memoranda and letters says "documents" where one of cables says "cables"."""

import re

from django.core.cache import cache
from lxml import html

from cables.articles.guidance import SLUGS, page_address
from tests.base import TestCase
from tests.builders import make_cable
from tests.planted import make_planted_cable
from tests.views.test_head_of_every_route import html_addresses

NAMES = ("description", "og:description", "og:title")
SAID = ("text()", "@aria-label", "@title", "@placeholder", "@data-label")
# What is true of any room: its name, a filter, and pages that explain cables.
TRUE = re.compile(
    r"Cable Reading Room|[Cc]ables only|(?:Understanding|Discussing) cables|A cable has three parts"
    r"|[Ss]tructure of a cable|How to read a cable|What each line of a cable says"
    r"|[Cc]ables are shown as they were sent"
)
ABOUT_CABLES = (*map(page_address, SLUGS), "/glossary/")


def words_of(page):
    """Yield what a reader is told by a page."""
    for name in NAMES:
        yield from page.xpath(f"//meta[@name='{name}' or @property='{name}']/@content")
    for path in SAID:
        yield from page.xpath(f"//*[not(self::script or self::style)]/{path}")


class MixedRoomTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_planted_cable()
        edition = {"volume": "frus2004v1", "document": "d1", "address": "x", "kind": "memorandum"}
        other = {"captions": ["SIPDIS"], "marks": ["SBU"], "cites": ["06BERLIN900001"]}
        other |= {"facts": {"edition": edition}, "labels": ["kind:memorandum"]}
        make_cable("06ROME900002", origin="Embassy Rome", **other)
        cache.clear()

    def test_no_page_calls_all_documents_cables(self):
        of_one = re.compile(r"/cable/|/cite/|/oembed|/ark:|/embed")  # Whose noun is its own.
        for address in html_addresses():
            answer = self.client.get(address)
            is_page = answer.status_code in (200, 404) and answer.content.startswith(
                b"<!doctype html"
            )
            if of_one.match(address) or address.startswith(ABOUT_CABLES) or not is_page:
                continue
            for words in words_of(html.fromstring(answer.content)):
                with self.subTest(address, words=words.strip()[:200]):
                    self.assertNotRegex(TRUE.sub("", words), r"(?<!/)\b[Cc]ables?\b(?!/)")
