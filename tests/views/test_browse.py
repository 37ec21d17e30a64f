"""The five lists: which cables, in which order, on which page, how many."""

from datetime import UTC, date, datetime, timedelta

from django.core.cache import cache
from lxml import html

from cables.models import Cable, Tag
from tests.base import TestCase
from tests.builders import CREATED, make_cable, make_cables

LISTS = [
    *("/released/2012/03/05/", "/created/2006/03/", "/origin/embassy-berlin/", "/tag/EFIS/"),
    "/classification/unclassified/",
]
CLASSES = [  # Those of the archive.
    *("UNCLASSIFIED", "UNCLASSIFIED//FOR OFFICIAL USE ONLY", "CONFIDENTIAL"),
    *("CONFIDENTIAL//NOFORN", "SECRET", "SECRET//NOFORN"),
]


def references(response):
    """Return the references in a page's table, in order."""
    return [cable.reference for cable in response.context["page"]]


class ListTests(TestCase):
    def test_each_list_holds_its_own_cables_only(self):
        make_cable("06BERLIN900001", tags=["EFIS"])
        make_cable(
            "07LIMA900002",
            origin="Embassy Lima",
            tags=["EAGR"],
            classification="SECRET",
            created=CREATED + timedelta(days=400),
            released=date(2012, 4, 1),
        )
        for address in LISTS:
            with self.subTest(address):
                response = self.client.get(address)
                self.assertEqual(references(response), ["06BERLIN900001"])
                self.assertContains(response, "<b>1 cable</b>", html=True)

    def test_a_row_shows_what_the_archive_showed(self):
        make_cable(tags=["EFIS"], classification="CONFIDENTIAL//NOFORN", subject="FISH & SHIPS")
        response = self.client.get("/tag/EFIS/")
        for cell in (
            '<th scope="row">06BERLIN900001</th>',
            '<td class="subject"><a href="/cable/06BERLIN900001/?in=/tag/EFIS/&amp;at=1">'
            'Fish &amp; Ships <span class="unseen">06BERLIN900001, '
            '<time datetime="2006-03-14T09:26Z">2006-03-14 09:26</time></span></a></td>',
            '<td><time datetime="2006-03-14T09:26Z">2006-03-14 09:26</time></td>',
            '<td data-label="Released"><time datetime="2012-03-05">2012-03-05</time></td>',
            "<td>Embassy Berlin</td>",
        ):
            with self.subTest(cell):
                self.assertContains(response, cell, html=True)
        self.assertContains(response, "CONFIDENTIAL//NOFORN")

    def test_latest_release_first_then_as_sent_then_by_reference(self):
        early, late = date(2012, 1, 1), date(2012, 2, 1)
        make_cable("06BERLIN900004", released=early)
        make_cable("06BERLIN900003", released=late, created=CREATED + timedelta(hours=1))
        make_cable("06BERLIN900002", released=late)
        make_cable("06BERLIN900001", released=late)
        expected = ["06BERLIN900001", "06BERLIN900002", "06BERLIN900003", "06BERLIN900004"]
        for address in ("/origin/embassy-berlin/", "/created/2006/03/", LISTS[-1]):
            with self.subTest(address):
                self.assertEqual(references(self.client.get(address)), expected)

    def test_a_month_ends_at_midnight_utc(self):
        make_cable("06BERLIN900001", created=datetime(2006, 3, 31, 23, 59, tzinfo=UTC))
        make_cable("06BERLIN900002", created=datetime(2006, 4, 1, tzinfo=UTC))
        self.assertEqual(references(self.client.get("/created/2006/03/")), ["06BERLIN900001"])
        self.assertEqual(references(self.client.get("/created/2006/04/")), ["06BERLIN900002"])

    def test_january_says_of_how_many_the_month_is_not_known(self):
        first = datetime(2006, 1, 1, tzinfo=UTC)
        make_cable("06BERLIN900001", created=first)
        self.assertNotContains(self.client.get("/created/2006/01/"), "is known, not the month")
        make_cable("06BERLIN900002", created=first, created_precision="year")
        note = "Only the year of 1 of all these cables is known, not the month."
        self.assertContains(self.client.get("/created/2006/01/"), note)
        make_cable("06BERLIN900003", created=datetime(2006, 3, 1, tzinfo=UTC))
        note = "Only the year of 1 of these is known, not the month."
        for days, told in (
            ("created_after=2006-01-01&created_before=2006-02-28", note),
            ("created_before=2006-12-31", ""),
            ("created_before=9999-12-31", ""),
            ("created_before=2006-03-14", "Only the year or the month of 1 of these is known."),
        ):
            for path in ("/search/", "/origin/embassy-berlin/"):
                with self.subTest(days, path=path):
                    page = self.client.get(f"{path}?{days}")
                    self.assertEqual("of 1 of these is known" in page.content.decode(), bool(told))
                    self.assertContains(page, told)

    def test_the_span_of_a_list_begins_with_a_known_month(self):
        make_cable(
            "06BERLIN900002", created=datetime(2006, 1, 1, tzinfo=UTC), created_precision="year"
        )
        make_cable("06BERLIN900001", created=datetime(2006, 3, 1, tzinfo=UTC))
        make_cable("06BERLIN900003", created=datetime(2006, 5, 1, tzinfo=UTC))
        page = self.client.get("/origin/embassy-berlin/")
        self.assertContains(page, "<span>March 2006 to May 2006</span>")
        self.assertNotContains(page, "January 2006: 1 cable")
        self.assertContains(page, "Without 1 of which only the year is known.")
        make_cable("06BERLIN900004", created=datetime(2009, 1, 1, tzinfo=UTC))
        page = self.client.get("/origin/embassy-berlin/")
        self.assertContains(page, "<span>2006 to 2009</span>")

    def test_times_are_shown_as_precisely_as_known(self):
        for precision, shown in (("day", "2006-03-14<"), ("hour", "2006-03-14 09h<")):
            with self.subTest(precision):
                make_cable(f"06BERLIN{len(shown)}", created_precision=precision)
                self.assertContains(self.client.get("/created/2006/03/"), shown)

    def test_a_tag_is_explained(self):
        Tag.objects.create(code="EFIS", kind="subject", label="Fisheries")
        Tag.objects.create(code="GM", kind="geo", label="Germany")
        Tag.objects.create(code="XX", kind="unknown")
        make_cable(tags=["EFIS", "GM", "XX", "YY"])
        for code, explained in (
            ("EFIS", "Fisheries (EFIS) 1 cable Subject tag"),
            ("GM", "Germany (GM) 1 cable Country or region tag"),
            ("XX", "XX A tag that the glossary does not explain 1 cable"),
            ("YY", "YY A tag that the glossary does not explain 1 cable"),
        ):
            with self.subTest(code):
                tree = html.fromstring(self.client.get(f"/tag/{code}/").content)
                title = " ".join(tree.find_class("title")[0].text_content().split())
                self.assertEqual(title, explained)

    def test_headings_and_titles_of_data_are_plain_words(self):
        Tag.objects.create(code="EFIS", kind="subject", label="Fisheries")
        make_cable(tags=["EFIS"], captions=["EXDIS"], marks=["C"], classification="SECRET")
        for address, heading in (
            ("/tag/EFIS", "Fisheries (EFIS)"),
            ("/origin/embassy-berlin", "Embassy Berlin"),
            ("/classification/secret", "Cables marked SECRET"),
            ("/caption/EXDIS", "Cables marked EXDIS"),
            ("/mark/C", "Cables with paragraphs marked (C)"),
            ("/created/2006/03", "Cables sent in March 2006"),
            ("/released/2012/03/05", "Cables released on 5 March 2012"),
        ):
            with self.subTest(address):
                tree = html.fromstring(self.client.get(f"{address}/").content)
                self.assertEqual(tree.findtext(".//h1"), heading)
                self.assertEqual(
                    tree.findtext(".//title").strip(), f"{heading} - Cable Reading Room"
                )
                self.assertContains(self.client.get(f"{address}.atom"), f"Room: {heading}</title>")
                self.assertEqual(self.client.get(f"{address}.json").json()["title"], heading)

    def test_a_lower_case_tag_redirects(self):
        make_cable(tags=["EFIS"])
        self.assertRedirects(self.client.get("/tag/efis/"), "/tag/EFIS/", 301)

    def test_a_tag_whose_upper_case_is_longer_is_not_found(self):
        self.assertEqual(self.client.get(f"/tag/{'ß' * 150}/").status_code, 404)

    def test_tags_with_slash_blank_and_apostrophe(self):
        addresses = {
            "UNGA/C-6": "/tag/UNGA/C-6/",
            "HUMAN RIGHTS": "/tag/HUMAN%20RIGHTS/",
            "BA'ATH": "/tag/BA'ATH/",
            "A?B#C%D": "/tag/A%3FB%23C%25D/",
        }
        make_cable(tags=list(addresses))
        index = self.client.get("/tag/")
        for code, address in addresses.items():
            with self.subTest(code):
                self.assertContains(index, f'href="{address}"'.replace("'", "&#x27;"))
                self.assertEqual(references(self.client.get(address)), ["06BERLIN900001"])
        self.assertEqual(self.client.get("/tag/UNGA%2FC-6/").status_code, 200)

    def test_a_tag_that_names_a_person_is_no_list(self):
        make_cable(tags=["EFIS", "FISHER, ANN"])
        self.assertEqual(self.client.get("/tag/FISHER, ANN/").status_code, 404)
        self.assertNotContains(self.client.get("/tag/"), "FISHER")

    def test_lists_without_cables_are_not_found(self):
        make_cable()
        for address in (
            *("/released/2012/03/06/", "/released/2012/02/30/", "/released/2012/04/"),
            *("/released/1950/", "/created/2006/04/", "/created/2006/13/", "/created/0000/"),
            *("/created/9999/12/", "/origin/embassy-lima/", "/tag/EFIS/", "/tag/%00/"),
            f"/tag/{'EFIS' * 60}/",
            "/classification/secret/",
            "/classification/harmless/",
        ):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)


class PagingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cables((f"06BERLIN9{number:05}" for number in range(203)), tags=["EFIS"])

    def test_pages_never_repeat_or_skip_although_all_dates_are_equal(self):
        expected = sorted(Cable.objects.values_list("reference", flat=True))
        for address in LISTS:
            with self.subTest(address):
                pages = [references(self.client.get(address, {"page": n})) for n in range(1, 6)]
                self.assertEqual([len(page) for page in pages], [50, 50, 50, 50, 3])
                self.assertEqual(sum(pages, []), expected)

    def test_the_count_and_the_shown_range_are_stated(self):
        response = self.client.get("/tag/EFIS/?page=5")
        self.assertContains(response, "<b>203 cables</b>", html=True)
        self.assertContains(response, "showing 201 to 203")

    def test_invalid_pages_are_not_found(self):
        for page in ("6", "0", "-1", "", "two", "1.0", "9" * 40, "9" * 5000, "NaN", "1 OR 1"):
            with self.subTest(page):
                self.assertEqual(self.client.get("/tag/EFIS/", {"page": page}).status_code, 404)

    def test_page_links_stand_below_the_list(self):
        make_cables((f"07BERLIN9{number:05}" for number in range(400)), tags=["EFIS"])
        response = self.client.get("/tag/EFIS/?page=5")
        steps = ["1", "…", "4", "5", "6", "…", "13"]
        self.assertContains(response, '<a href="/tag/EFIS/?page=5" aria-current="page">5</a>', 1)
        page = response.content.decode().split('aria-label="Pages"')[1].split("</nav>")[0]
        shown = [word.strip() for word in page.replace("<", ">").split(">") if word.strip()]
        self.assertEqual([word for word in shown if word in [*steps, "«", "»"]], ["«", *steps, "»"])

    def test_the_number_of_queries_is_fixed(self):
        for address in LISTS:
            self.client.get(address)  # The counts of all lists are kept from here on.
            with self.subTest(address), self.assertNumQueries(4):
                # The number of the state, the keys of one page, its rows; and one of the index
                # that tests have in memory.
                self.client.get(f"{address}?page=4")

    def test_the_number_of_queries_after_a_change_is_fixed(self):
        """All lists are counted at once in the index; origins, promised totals, links are read,
        and what tags stand for.

        That of a tag reads which others it often stands with.
        """
        for address in LISTS:
            cache.clear()
            queries = 9 + ("tag" in address) + ("origin" in address)
            with self.subTest(address), self.assertNumQueries(queries):
                self.client.get(address)
