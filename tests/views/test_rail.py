"""The navigation of every page: its groups, counts and current list."""

from datetime import date
from string import ascii_uppercase

from django.core.cache import cache
from lxml import html

from cables.models import Article, Collection, Link
from tests.base import TestCase
from tests.builders import CREATED, RELEASED, forget_counts, make_cable, make_cables
from tests.planted import make_planted_cable
from tests.views.test_browse import CLASSES

GROUPS = [
    *("Articles", "Browse latest releases", "Browse by creation date", "Browse by origin"),
    *("Browse by tag", "Browse by classification", "Browse by collection", "Community resources"),
]


class RailTests(TestCase):
    def test_the_navigation_counts_released_cables(self):
        make_cables(["06BERLIN900001", "06BERLIN900002"])
        Collection.objects.update_or_create(slug="cables", defaults={"total": 1400})
        cache.clear()
        self.assertContains(self.client.get("/about/"), "<b>2 / 1,400</b>", html=True)

    def test_groups_stand_in_the_order_of_the_archive_and_the_current_one_is_open(self):
        make_cable(tags=["EFIS"])
        forget_counts()
        for address, current in (
            ("/", None),
            ("/articles/", "Articles"),
            ("/released/2012/03/05/", "Browse latest releases"),
            ("/created/", "Browse by creation date"),
            ("/created/2006/03/", "Browse by creation date"),
            ("/origin/embassy-berlin/", "Browse by origin"),
            ("/tag/", "Browse by tag"),
            ("/classification/unclassified/", "Browse by classification"),
        ):
            with self.subTest(address):
                page = html.fromstring(self.client.get(address).content)
                groups = page.xpath("//nav[@class='rail']/details")
                self.assertEqual([group.findtext("summary") for group in groups], GROUPS)
                opened = [group.findtext("summary") for group in groups if "open" in group.attrib]
                self.assertEqual(opened, [current] if current else [])

    def test_guidance_and_what_the_room_offers_stand_until_a_curator_adds_others(self):
        def links(group):
            page = html.fromstring(self.client.get("/").content)
            return page.xpath(f"//nav[@id='rail']/details[summary='{group}']//a/@href")

        self.assertEqual(links("Articles")[:2], ["/about/", "/about/structure-of-a-cable/"])
        offered = ["/quote/", "/check/", "/about/discussing-cables/", "/developers/"]
        self.assertEqual(links("Community resources"), offered)
        Article.objects.create(slug="fees", title="Fees", published=RELEASED)
        Link.objects.create(label="Talk", address="https://example.org/talk")
        forget_counts()
        self.assertEqual(links("Articles"), ["/articles/fees/", "/articles/"])
        self.assertEqual(links("Community resources"), ["https://example.org/talk"])

    def test_years_stand_under_their_decade(self):
        make_cable()
        make_cable("85BERLIN900002", created=CREATED.replace(year=1985))
        page = self.client.get("/created/2006/")
        self.assertContains(page, '<a href="/created/#1980s">1980s</a>')
        self.assertContains(page, '<a href="/created/2006/" aria-current="true">2006</a>')
        self.assertNotContains(page, 'href="/created/1985/"')
        self.assertContains(self.client.get("/created/"), 'id="1980s"')

    def test_a_letter_without_entries_is_no_link(self):
        make_cable(tags=["EFIS", "9NOTE"])
        response = self.client.get("/")
        self.assertContains(response, '<li><a href="/origin/#b">B</a></li>')
        self.assertContains(response, '<li><a href="/tag/#e">E</a></li>')
        self.assertContains(response, '<li><a href="/tag/#0-9">0-9</a></li>')
        self.assertContains(response, "<li><span>E</span></li>", 1)

    def test_the_current_list_is_marked(self):
        make_cable(tags=["EFIS"])
        for address, link in (
            ("/origin/embassy-berlin/", "/origin/#b"),
            ("/tag/EFIS/", "/tag/#e"),
            ("/created/2006/03/", "/created/2006/"),
            ("/released/2012/03/05/", "/released/2012/03/"),
            ("/classification/unclassified/", "/classification/unclassified/"),
            ("/cable/06BERLIN900001/", "/origin/#b"),
        ):
            with self.subTest(address):
                tree = html.fromstring(self.client.get(address).content)
                marked = tree.xpath("//nav[@id='rail']//a[@aria-current]/@href")
                self.assertEqual(marked, [link])

    def test_links_of_curators_are_shown(self):
        Link.objects.create(label="Discussion", address="https://example.org/talk")
        cache.clear()
        self.assertContains(self.client.get("/about/"), 'href="https://example.org/talk"')

    def test_the_navigation_is_small(self):
        """With all that the archive had: under a tenth of the 61 KB that it weighed there."""
        make_full_archive()
        page = self.client.get("/tag/AXXX/").content
        rail = page[page.index(b'<nav class="rail"') : page.index(b'<main id="main"')]
        self.assertLess(len(rail), 6_100)

    def test_no_page_has_more_than_forty_links_before_its_content(self):
        """Links in a closed group are neither seen nor reached by keyboard."""
        make_full_archive()
        for address in (
            *("/", "/about/", "/articles/", "/released/", "/released/2011/03/", "/search/?q=fees"),
            *("/created/", "/created/1985/", "/origin/", "/origin/map/", "/origin/embassy-a0/"),
            *("/tag/", "/tag/AXXX/", "/classification/", "/classification/secret/", "/glossary/"),
            *("/holdings/", "/quote/", "/cable/06BERLIN900001/", "/cable/06BERLIN999999/"),
        ):
            with self.subTest(address):
                page = html.fromstring(self.client.get(address).content)
                before = page.xpath(
                    "//a[not(ancestor::main or ancestor::footer)]"
                    "[not(ancestor::details[not(@open)])]"
                )
                self.assertTrue(4 < len(before) <= 40, len(before))

    def test_volumes_and_collections_share_a_group(self):
        make_planted_cable()
        Collection.objects.create(slug="letters", name="Letters")
        make_cable("06ROME900002", collections=["letters"])
        for address in ("/volume/", "/collection/"):
            with self.subTest(address):
                page = html.fromstring(self.client.get(address).content)
                (group,) = page.xpath("//nav[@class='rail']/details[@open]")
                self.assertEqual(group.findtext("summary"), "Browse by volume")
                self.assertEqual(group.xpath(".//a/@href")[-1].split("?")[0], "/collection/")

    def test_classifications_are_counted(self):
        make_cables(["06BERLIN900001", "06BERLIN900002"], classification="SECRET")
        tree = html.fromstring(self.client.get("/about/").content)
        counts = {
            row.find("a").text_content(): row.find("span").text
            for row in tree.xpath("//nav//details[contains(., 'by classification')]//li[span]")
        }
        self.assertEqual(counts, {"SECRET": "2"})

    def test_an_empty_archive_is_no_error(self):
        cache.clear()
        for address in ("/", "/about/", "/released/", "/created/", "/origin/", "/tag/"):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 200)


def make_full_archive():
    """Store cables of 32 years, origins and tags of all letters, articles and links."""
    for number in range(32):
        make_cable(
            f"06BERLIN9{number:05}",
            origin=f"Embassy {ascii_uppercase[number % 26]}{number}",
            tags=[f"{ascii_uppercase[number % 26]}XXX"],
            created=CREATED.replace(year=1979 + number),
            released=date(2011, number % 12 + 1, 1),
            classification=CLASSES[number % len(CLASSES)],
        )
    for number in range(5):
        Article.objects.create(slug=f"on-{number}", title="Harbor fees", published=RELEASED)
        Link.objects.create(label="Discussing cables", address=f"https://example.org/{number}")
    Collection.objects.update(total=251_287)
    forget_counts()
