"""Typed links."""

from unittest import TestCase

from cables.api.signposting import TypedLinks


class LinksTests(TestCase):
    def links(self):
        links = TypedLinks("https://example.org")
        links.add("original timegate", "/cable/06ROME900001/")
        return links.add("license", "https://license.example/", type="text/html", title="")

    def test_links_are_appended_to_the_header(self):
        response = {"Link": '<https://example.org/x>; rel="canonical"'}
        self.assertEqual(
            self.links().put(response)["Link"],
            '<https://example.org/x>; rel="canonical", '
            '<https://example.org/cable/06ROME900001/>; rel="original timegate", '
            '<https://license.example/>; rel="license"; type="text/html"',
        )

    def test_a_file_has_one_link_on_each_line(self):
        self.assertEqual(
            self.links().file(),
            '<https://example.org/cable/06ROME900001/>; rel="original timegate",\n'
            '<https://license.example/>; rel="license"; type="text/html"\n',
        )
