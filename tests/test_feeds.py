"""Feeds, read as strictly as a feed reader may."""

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


def found(tree, path):
    return [str(getattr(each, "text", each)) for each in tree.xpath(path, namespaces=ATOM)]


class FeedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", tags=TAGS, subject="FISH & <SHIPS>\x0b\uffff")

    def setUp(self):
        cache.clear()

    def test_each_list_has_one_that_names_it_and_is_named_by_it(self):
        for page, address in FEEDS.items():
            with self.subTest(address):
                response = self.client.get(address)
                self.assertEqual(response["Content-Type"], "application/atom+xml; charset=utf-8")
                feed = feed_of(response)
                here = f"http://testserver{address}"
                self.assertEqual(found(feed, "a:id"), [here])
                self.assertEqual(found(feed, "a:link[@rel='self']/@href"), [here])
                self.assertEqual(
                    found(feed, "a:link[@rel='alternate']/@href"), [f"http://testserver{page}"]
                )
                tree = html.fromstring(self.client.get(page).content)
                named = "//link[@rel='alternate'][@type='application/atom+xml']/@href"
                self.assertEqual(tree.xpath(named), [address])
                self.assertTrue(tree.xpath(f"//main//a[@href='{address}']"))

    def test_has_what_the_standard_asks_for(self):
        """RFC 4287, 4.1.1 and 4.1.2."""
        for address in FEEDS.values():
            with self.subTest(address):
                feed = feed_of(self.client.get(address))
                for path in ("a:title", "a:updated", "a:author/a:name"):
                    self.assertEqual(len(found(feed, path)), 1, path)
                for path in ("a:id", "a:title", "a:updated", "a:published", "a:author/a:name"):
                    self.assertEqual(len(found(feed, f"a:entry/{path}")), 1, path)

    def test_an_entry(self):
        feed = feed_of(self.client.get("/released.atom"))
        for path, value in (
            ("a:id", "http://testserver/cable/06BERLIN900001/"),
            ("a:link/@href", "http://testserver/cable/06BERLIN900001/"),
            ("a:title", "06BERLIN900001, FISH & <SHIPS>  "),
            ("a:published", "2012-03-05T00:00:00+00:00"),
            ("a:updated", "2006-03-14T09:26:00+00:00"),
            ("a:author/a:name", "Embassy Berlin"),
            ("a:summary", "Sent by Embassy Berlin on 2006-03-14, UNCLASSIFIED."),
        ):
            with self.subTest(path):
                self.assertEqual(found(feed, f"a:entry/{path}"), [value])

    def test_a_tag_that_names_a_person_is_no_category(self):
        feed = feed_of(self.client.get("/released.atom"))
        self.assertEqual(found(feed, "a:entry/a:category/@term"), TAGS[:3])

    def test_latest_first_and_fifty_at_most(self):
        make_cables((f"07BERLIN9{n:05}" for n in range(60)), tags=["EFIS"])
        make_cable("08BERLIN900001", tags=["EFIS"], released=date(2013, 1, 1))
        for query in ("", "?sort=reference"):
            with self.subTest(query):
                titles = found(feed_of(self.client.get(f"/tag/EFIS.atom{query}")), "a:entry/a:id")
                self.assertEqual(len(titles), 50)
                self.assertIn("08BERLIN900001", titles[0])
                self.assertIn("06BERLIN900001", titles[1])

    def test_takes_filters(self):
        make_cable("06LIMA900002", origin="Embassy Lima", tags=["EFIS"])
        page = html.fromstring(
            self.client.get("/tag/EFIS/?origin=embassy-lima&sort=created").content
        )
        address = page.xpath("//link[@rel='alternate']/@href")[0]
        self.assertEqual(address, "/tag/EFIS.atom?origin=embassy-lima")
        for asked in (address, f"{address}&sort=created&tag=NONE&x=1"):
            with self.subTest(asked):
                feed = feed_of(self.client.get(asked))
                self.assertEqual(found(feed, "a:id"), [f"http://testserver{address}"])
                self.assertEqual(
                    found(feed, "a:title"), ["Cable Reading Room: EFIS, origin Embassy Lima"]
                )
                self.assertEqual(
                    found(feed, "a:entry/a:id"), ["http://testserver/cable/06LIMA900002/"]
                )
        nothing = feed_of(self.client.get("/tag/EFIS.atom?created_after=2020-01-01"))
        self.assertEqual(found(nothing, "a:entry"), [])

    def test_is_unchanged_until_the_archive_changes(self):
        first = self.client.get("/released.atom")
        same = self.client.get("/released.atom", headers={"If-None-Match": first["ETag"]})
        self.assertEqual((same.status_code, same.content), (304, b""))
        make_cable("06LIMA900002", changed_at=datetime.now(UTC))
        other = self.client.get("/released.atom", headers={"If-None-Match": first["ETag"]})
        self.assertEqual(other.status_code, 200)

    def test_a_withheld_cable_is_in_none(self):
        cable = make_cable("06LIMA900002", tags=TAGS, created=CREATED + timedelta(days=1))
        withhold(cable, "It names a witness.")
        for address in FEEDS.values():
            with self.subTest(address):
                self.assertNotContains(self.client.get(address), "06LIMA900002")

    def test_lists_that_are_none_have_none(self):
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

    def test_an_empty_room_has_one(self):
        cable = make_cable("06LIMA900002")
        type(cable).objects.all().delete()
        cache.clear()
        self.assertEqual(found(feed_of(self.client.get("/released.atom")), "a:entry"), [])

    def test_queries(self):
        for address in FEEDS.values():
            self.client.get(address)
            with self.subTest(address), self.assertNumQueries(3):
                self.client.get(address)
