"""The indexes of lists: what they name and count, and how long ones begin."""

from datetime import date

from django.core.cache import cache
from lxml import html

from cables.views.list_pages.list_indexes import short_title
from tests.base import TestCase
from tests.builders import CREATED, make_cable, make_cables, withhold

INDEXES = [
    *("/released/", "/released/2012/", "/released/2012/03/", "/created/", "/created/2006/"),
    *("/origin/", "/tag/", "/classification/"),
]


class VolumeTitlesTests(TestCase):
    def test_a_title_is_short_but_not_numbers_alone(self):
        series = "Papers Relating to Foreign Relations"
        for volume, title, short in (
            (
                "frus1955-57v99",
                f"{series}, 1955–1957, Volume XCIX, Harbors",
                "Volume XCIX, Harbors",
            ),
            ("frus1955-57v98", f"{series}, 1955–1957, Harbors, Volume XCVIII", None),
            ("frus1925v02", f"{series}, 1925, Volume II", f"{series}, 1925, Volume II"),
            (
                "frus1872p2v5",
                f"{series}, 1872, Part II, Volume V",
                f"{series}, 1872, Part II, Volume V",
            ),
        ):
            with self.subTest(title):
                self.assertEqual(short_title(volume, title), short or "Harbors, Volume XCVIII")


class IndexTests(TestCase):
    def test_counts_are_those_of_the_lists(self):
        make_cables(["06BERLIN900001", "06BERLIN900002"], tags=["EFIS", "EAGR"])
        make_cable("07LIMA900003", origin="Embassy Lima", tags=["EFIS"])
        self.assertContains(self.client.get("/origin/"), '<data value="2">2</data>', 1)
        self.assertContains(self.client.get("/tag/"), '<data value="3">3</data></li>', 1)
        self.assertContains(self.client.get("/created/"), '<data value="3">3</data>', 1)
        self.assertContains(self.client.get("/released/"), '<data value="3">3</data>', 1)
        self.assertContains(self.client.get("/classification/"), '<td class="num">3</td>', 1)

    def test_a_change_reaches_every_count_at_once(self):
        cable = make_cable("06BERLIN900001", tags=["EFIS"])
        make_cable("06BERLIN900002", tags=["EFIS"])
        before = [self.client.get(address).content for address in ["/", *INDEXES]]
        withhold(cable, "It names a witness.")
        for address, old in zip(["/", *INDEXES], before, strict=True):
            with self.subTest(address):
                self.assertNotEqual(self.client.get(address).content, old)

    def test_origins_are_sorted_by_place(self):
        origins = {
            "Embassy Lima": "L",
            "Consulate Adana": "A",
            "Consulate General Yokohama": "Y",
            "Consulate General of Spain, Havana": "C",
            "Legation and Consulate of France, Yokohama": "L",
            "Mission Geneva": "M",
            "Secretary of State": "S",
            "Iran RPO Dubai": "I",
            "Embassy Österby": "O",
        }
        for number, name in enumerate(origins):
            make_cable(f"06BERLIN90000{number}", origin=name)
        groups = self.client.get("/origin/").context["groups"]()
        self.assertEqual([group.heading for group in groups], [*"ACILMOSY"])
        for group in groups:
            with self.subTest(group.heading):
                self.assertEqual(origins[group.entries[0].label], group.heading)

    def test_a_shortened_date_is_an_index(self):
        make_cable("06BERLIN900001")
        make_cable("06BERLIN900002", released=date(2011, 12, 1), created=CREATED.replace(year=2005))
        for address, shown, hidden in (
            ("/released/2012/", "March 2012", "December 2011"),
            ("/released/2011/12/", "1 December", "March 2012"),
            ("/created/2006/", "/created/2006/03/", "/created/2005/03/"),
        ):
            with self.subTest(address):
                page = html.fromstring(self.client.get(address).content)
                main = html.tostring(page.get_element_by_id("main")).decode()
                self.assertIn(shown, main)
                self.assertNotIn(hidden, main)

    def test_origins_and_tags_have_bars_by_year(self):
        """As bars for the eye; in words as the name of the picture."""
        make_cable("05BERLIN900001", tags=["EFIS"], created=CREATED.replace(year=2005))
        make_cables(["06BERLIN900002", "06BERLIN900003"], tags=["EFIS", "EAGR"])
        make_cable("07LIMA900004", origin="Embassy Lima", created=CREATED.replace(year=2007))
        one, two = "h1V0h.8V100h.2h1", "V50h.8V100h.2V0h.8V100h.2h1"
        for address, expected in (
            (
                "/origin/",
                {
                    "Embassy Berlin": ("2005 to 2006, most in 2006: 2", two),
                    "Embassy Lima": ("all in 2007", "h1h1V0h.8V100h.2"),
                },
            ),
            (
                "/tag/",
                {"EAGR": ("all in 2006", one), "EFIS": ("2005 to 2006, most in 2006: 2", two)},
            ),
        ):
            with self.subTest(address):
                tree = html.fromstring(self.client.get(address).content)
                rows = tree.xpath("//*[contains(@class, 'index')]//li")
                shown = {
                    row.find("p/a").text: (
                        row.find("svg/title").text,
                        row.find("svg/path").get("d"),
                    )
                    for row in rows
                }
                self.assertEqual(
                    shown,
                    {name: (said, f"M0 100{path}") for name, (said, path) in expected.items()},
                )
                self.assertIn("bars: cables per year, 2005 to 2007", tree.text_content())

    def test_a_long_index_begins_with_the_lists_of_most_cables(self):
        """All its entries are open, and the rail does not repeat its letters."""
        make_cable(tags=[f"{letter}{n:03}" for letter in "BK" for n in range(120)])
        make_cable("06BERLIN900009", tags=["K077"])
        tree = html.fromstring(self.client.get("/tag/").content)
        heads = tree.xpath("//*[@class='lettered']//section/h2/text()")
        self.assertEqual([each.strip() for each in heads], ["Most cables", "B", "K"])
        self.assertEqual(tree.xpath("//section[@class='most']//a")[0].text, "K077")
        self.assertEqual(len(tree.xpath("//section[@class='most']//li")), 12)
        self.assertEqual(len(tree.xpath("//section[@id]//li")), 240)
        self.assertEqual(tree.xpath("//main//details"), [])
        rail = tree.xpath("//nav[@id='rail']//ul[@class='az']//@href")
        self.assertEqual([each for each in rail if each.startswith("/tag/")], [])

    def test_many_dates_are_a_grid(self):
        """Of decades and years, or of years and months: each in its column, darker with more."""
        for year in (1971, *range(1980, 1993)):
            days = {"created": CREATED.replace(year=year), "released": date(year, 3, 1)}
            make_cables([f"{year - 1900}BERLIN90{n:04}" for n in range(1 + year % 2)], **days)
        for day in range(1, 31):
            make_cable(f"90BERLIN9100{day}", released=date(2001, 4, day), created=CREATED)
            make_cable(f"90BERLIN9200{day}", released=date(2001, 6, day), created=CREATED)
        for address, group, first, linked, shade in (
            ("/created/", "//section[@id='1980s']", "1980", "/created/1980/", "1"),
            ("/released/", "//section[@id='2000s']", "Jan", "/released/2001/04/", "4"),
        ):
            with self.subTest(address):
                tree = html.fromstring(self.client.get(address).content)
                cells = tree.xpath(f"{group}//li")
                self.assertEqual(len(cells), 10 if address == "/created/" else 12)
                self.assertEqual(cells[0][0].text, first)
                (cell,) = [each for each in cells if each.xpath(f".//a[@href='{linked}']")]
                self.assertEqual(cell.get("data-shade"), shade)

    def test_an_empty_index_says_what_to_do(self):
        for address in INDEXES[:1] + [
            *("/created/", "/origin/", "/tag/", "/classification/", "/volume/", "/")
        ]:
            with self.subTest(address):
                page = self.client.get(address)
                self.assertContains(page, "Nothing is published here yet.")
                self.assertContains(page, "Curators load documents at the desk")

    def test_headings_of_indexes_are_plain_words(self):
        make_cable(tags=["EFIS"])
        for address, heading in (
            ("/released/", "Release dates"),
            ("/released/2012/03/", "Cables released in March 2012"),
            ("/created/", "Creation dates"),
            ("/created/2006/", "Cables sent in 2006"),
            ("/origin/", "Origins"),
            ("/tag/", "Tags"),
            ("/classification/", "Classifications"),
        ):
            with self.subTest(address):
                tree = html.fromstring(self.client.get(address).content)
                self.assertEqual(tree.findtext(".//h1").strip(), heading)
                self.assertTrue(tree.findtext(".//title").startswith(heading))

    def test_letters_link_to_their_group(self):
        make_cable(tags=["EFIS", "9NOTE"])
        for address, letters in (("/origin/", ["b"]), ("/tag/", ["e", "0-9"])):
            with self.subTest(address):
                tree = html.fromstring(self.client.get(address).content)
                links = tree.xpath("//nav[@aria-label='Letters']//a/@href")
                self.assertEqual(links, [f"#{letter}" for letter in letters])
                for letter in letters:
                    self.assertEqual(len(tree.xpath(f"//*[@id='{letter}']")), 1)

    def test_the_number_of_queries_is_fixed(self):
        make_cable(tags=["EFIS"])
        for address in INDEXES:
            self.client.get(address)
            with self.subTest(address), self.assertNumQueries(1):  # The number of the state.
                self.client.get(address)

    def test_the_number_of_queries_after_a_change_is_fixed(self):
        """The years of all origins and tags are counted at once, not for each row."""
        for number in range(9):
            make_cable(f"06BERLIN90000{number}", origin=f"Embassy {number}", tags=[f"K{number}"])
        for address, queries in (("/origin/", 7), ("/tag/", 7), ("/created/", 5)):
            cache.clear()
            with self.subTest(address), self.assertNumQueries(queries):
                self.client.get(address)
