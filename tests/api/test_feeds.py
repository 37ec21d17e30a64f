"""Atom feeds, parsed strictly."""

from datetime import UTC, date, datetime, timedelta

from django.core.cache import cache
from lxml import etree, html

from tests.base import TestCase
from tests.builders import CREATED, make_cable, make_cables, withhold

ATOM = {"a": "http://www.w3.org/2005/Atom"}
# Each list that has a feed -> the feed.
FEEDS = {
    "/released/2012/03/05/": "/released/2012/03/05.atom",
    "/created/2006/03/": "/created/2006/03.atom",
    "/origin/embassy-berlin/": "/origin/embassy-berlin.atom",
    "/tag/EFIS/": "/tag/EFIS.atom",
    "/tag/UNGA/C-6/": "/tag/UNGA/C-6.atom",
    "/tag/A%3FB%23C%25D/": "/tag/A%3FB%23C%25D.atom",
    "/classification/unclassified/": "/classification/unclassified.atom",
    "/released/": "/released.atom",
}
TAGS = ["EFIS", "UNGA/C-6", "A?B#C%D", "FISHER, ANN"]


def feed_of(response):
    """Return the tree of a feed; fails if it is not well-formed."""
    return etree.fromstring(response.content)


def find_all(tree, path):
    return [str(getattr(each, "text", each)) for each in tree.xpath(path, namespaces=ATOM)]


class FeedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", tags=TAGS, subject="FISH & <SHIPS>\x0b\uffff")

    def test_each_list_and_its_feed_link_to_each_other(self):
        for page, address in FEEDS.items():
            with self.subTest(address):
                response = self.client.get(address)
                self.assertEqual(response["Content-Type"], "application/atom+xml; charset=utf-8")
                feed = feed_of(response)
                here = f"http://testserver{address}"
                self.assertEqual(find_all(feed, "a:id"), [here])
                self.assertEqual(find_all(feed, "a:link[@rel='self']/@href"), [here])
                self.assertEqual(
                    find_all(feed, "a:link[@rel='alternate']/@href"), [f"http://testserver{page}"]
                )
                tree = html.fromstring(self.client.get(page).content)
                named = "//link[@rel='alternate'][@type='application/atom+xml']/@href"
                self.assertEqual(tree.xpath(named), [address])
                self.assertTrue(tree.xpath(f"//main//a[@href='{address}']"))

    def test_a_feed_has_the_elements_that_atom_requires(self):
        """RFC 4287, 4.1.1 and 4.1.2."""
        for address in FEEDS.values():
            with self.subTest(address):
                feed = feed_of(self.client.get(address))
                for path in ("a:title", "a:updated", "a:author/a:name"):
                    self.assertEqual(len(find_all(feed, path)), 1, path)
                for path in ("a:id", "a:title", "a:updated", "a:published", "a:author/a:name"):
                    self.assertEqual(len(find_all(feed, f"a:entry/{path}")), 1, path)

    def test_an_entry_has_title_link_and_dates(self):
        feed = feed_of(self.client.get("/released.atom"))
        for path, value in (
            ("a:id", "http://testserver/cable/06BERLIN900001/"),
            ("a:link/@href", "http://testserver/cable/06BERLIN900001/"),
            ("a:title", "06BERLIN900001, Fish & <Ships>  "),
            ("a:published", "2012-03-05T00:00:00+00:00"),
            ("a:updated", "2006-03-14T09:26:00+00:00"),
            ("a:author/a:name", "Embassy Berlin"),
            ("a:summary", "Sent by Embassy Berlin, 14 March 2006, UNCLASSIFIED."),
        ):
            with self.subTest(path):
                self.assertEqual(find_all(feed, f"a:entry/{path}"), [value])

    def test_a_tag_that_names_a_person_is_not_a_category(self):
        feed = feed_of(self.client.get("/released.atom"))
        self.assertEqual(find_all(feed, "a:entry/a:category/@term"), TAGS[:3])

    def test_the_latest_fifty_cables_come_first(self):
        make_cables((f"07BERLIN9{n:05}" for n in range(60)), tags=["EFIS"])
        make_cable("08BERLIN900001", tags=["EFIS"], released=date(2013, 1, 1))
        for query in ("", "?sort=reference"):
            with self.subTest(query):
                titles = find_all(
                    feed_of(self.client.get(f"/tag/EFIS.atom{query}")), "a:entry/a:id"
                )
                self.assertEqual(len(titles), 50)
                self.assertIn("08BERLIN900001", titles[0])
                self.assertIn("06BERLIN900001", titles[1])

    def test_a_feed_can_be_filtered(self):
        make_cable("06LIMA900002", origin="Embassy Lima", tags=["EFIS"])
        page = html.fromstring(
            self.client.get("/tag/EFIS/?origin=embassy-lima&sort=created").content
        )
        address = page.xpath("//link[@rel='alternate']/@href")[0]
        self.assertEqual(address, "/tag/EFIS.atom?origin=embassy-lima")
        for asked in (address, f"{address}&sort=created&tag=NONE&x=1"):
            with self.subTest(asked):
                feed = feed_of(self.client.get(asked))
                self.assertEqual(find_all(feed, "a:id"), [f"http://testserver{address}"])
                self.assertEqual(
                    find_all(feed, "a:title"), ["Cable Reading Room: EFIS, origin Embassy Lima"]
                )
                self.assertEqual(
                    find_all(feed, "a:entry/a:id"), ["http://testserver/cable/06LIMA900002/"]
                )
        nothing = feed_of(self.client.get("/tag/EFIS.atom?created_after=2020-01-01"))
        self.assertEqual(find_all(nothing, "a:entry"), [])

    def test_a_feed_is_unchanged_until_the_archive_changes(self):
        first = self.client.get("/released.atom")
        same = self.client.get("/released.atom", headers={"If-None-Match": first["ETag"]})
        self.assertEqual((same.status_code, same.content), (304, b""))
        make_cable("06LIMA900002", changed_at=datetime.now(UTC))
        other = self.client.get("/released.atom", headers={"If-None-Match": first["ETag"]})
        self.assertEqual(other.status_code, 200)

    def test_a_withheld_cable_is_in_no_feed(self):
        cable = make_cable("06LIMA900002", tags=TAGS, created=CREATED + timedelta(days=1))
        withhold(cable, "It names a witness.")
        for address in FEEDS.values():
            with self.subTest(address):
                self.assertNotContains(self.client.get(address), "06LIMA900002")

    def test_unknown_lists_have_no_feed(self):
        for address in (
            "/tag/NOSUCH.atom",
            "/tag/FISHER, ANN.atom",
            "/origin/atlantis.atom",
            "/classification/harmless.atom",
            "/created/2006/13.atom",
            "/released/2012/03/06.atom",
            "/released/2012.atom",
        ):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)
        self.assertRedirects(self.client.get("/tag/efis.atom"), "/tag/EFIS.atom", 301)

    def test_an_empty_archive_has_a_feed(self):
        cable = make_cable("06LIMA900002")
        type(cable).objects.all().delete()
        cache.clear()
        self.assertEqual(find_all(feed_of(self.client.get("/released.atom")), "a:entry"), [])

    def test_the_number_of_queries_is_fixed(self):
        for address in FEEDS.values():
            self.client.get(address)
            with self.subTest(address), self.assertNumQueries(3):
                self.client.get(address)
