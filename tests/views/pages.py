"""What tests read of the pages of lists, results and places."""

from lxml import html

from tests.base import TestCase


def text_of(element):
    """Return the text of an element, with single blanks."""
    return " ".join(element.text_content().split())


class PageTestCase(TestCase):
    def tree(self, address):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200, address)
        return html.fromstring(response.content)

    def total(self, address):
        """Return how many cables a page of results says that there are."""
        status = text_of(self.tree(address).xpath("//p[@role='status']")[0])
        return int(status.partition(" ")[0].replace(",", ""))

    def main(self, address):
        return self.tree(address).find(".//main")

    def facts(self, address):
        """Return {term: what is said} of the page of a place."""
        rows = self.main(address).findall(".//dl[@class='place']/div")
        return {row.find("dt").text: text_of(row.find("dd")) for row in rows}
