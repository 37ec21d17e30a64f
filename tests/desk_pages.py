"""Walk over the desk by its links, and check each page that is reached."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin

from lxml import html

from tests.slow import SLOW

LINK = re.compile('href="([^"#]*)')  # To log out is a form.
# Lists with one filter, in the usual order; other pages whatever they are asked.
DESK = re.compile("/admin/[^?]*(\\?(?!o=)[^&]*)?|/admin/[a-z]+/[a-z]+/[^?]+\\?.*")
MANY_OF_ONE = re.compile(
    r"(?<![\w,.:-])1 (?!(?:is|was|has|this|its|as)\b)[a-z]+s\b|\b1 \w+ (?:are|were|have)\b|By by"
)
MOST_ALIKE = 4 if SLOW else 1  # Addresses that differ only in numbers and values.


def kind_of(link: str) -> str:
    """Return what links have in common that differ only in numbers and values."""
    return re.sub("[0-9]+|=[^&]*", "", link)


class DeskWalk:
    """Mixin for tests: the pages of the desk that links lead a client to."""

    def pages(self: Any, client: Any) -> Iterator[tuple[str, str]]:
        """Yield (address, text) of the pages that links lead to; of pages alike, the first ones.

        Each page and button that is offered has to answer, and to be in good order.
        """
        waiting, known, alike = ["/admin/"], dict[str, str](), Counter[str]()
        asked = Counter[str]()
        for address in waiting:  # It grows.
            response = client.get(address)
            text = response.getvalue().decode(errors="replace")
            with self.subTest(address, linked_from=known.get(address)):
                self.assertIn(response.status_code, (200, 302))
                self.check_page(client, address, text, asked)
            yield address, text
            for link in map(unescape, LINK.findall(text)):
                link = urljoin(address, link)
                kind = kind_of(link)
                is_new = DESK.fullmatch(link) and link not in known
                if is_new and alike[kind] < MOST_ALIKE:
                    known[link] = address
                    alike[kind] += 1
                    waiting.append(link)

    def check_page(self: Any, client: Any, address: str, text: str, asked: Counter[str]):
        """Check the number of its words, that its forms lead back and its buttons answer.

        Of buttons alike the first ones are asked; `asked` counts them.
        """
        if not text.startswith("<!DOCTYPE"):
            return
        page = html.document_fromstring(text)
        words = " ".join(page.xpath("//main")[0].text_content().split())
        self.assertEqual(MANY_OF_ONE.findall(words), [])
        for form in page.xpath("//main//form"):
            for _ in form.xpath(".//*[@class='submit-row']"):
                self.assertTrue(form.xpath(".//a[@class='closelink']"), "No way back.")
        for action in page.xpath("//main//form[@method='post']/@action | //@formaction"):
            action = urljoin(address, action)
            asked[kind_of(action)] += 1
            if asked[kind_of(action)] <= MOST_ALIKE:
                self.assertIn(client.get(action).status_code, (200, 302, 405), action)
