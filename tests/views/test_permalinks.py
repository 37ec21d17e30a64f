"""Addresses that the web has: each leads in one step to where the cable or the list is now.

To add one, write a line into ADDRESSES. None is ever removed.
"""

from datetime import date

from django.test import override_settings

from cables.models import Article, FormerReference
from cables.publication.origins_and_tags import make_origin
from cables.telegram.references import canonical_reference, reference_aliases
from cables.views.legacy import CLASSES, old_origins
from tests.base import TestCase
from tests.builders import CREATED, make_cable, make_cables, withhold

CABLE = "/cable/06BERLIN900001/"

# Old address -> where it leads. The months and days are those of make_archive.
ADDRESSES = {
    # The first archive, 2010-2011, and its mirrors.
    "/cable/2006/03/06BERLIN900001.html": CABLE,
    "/cable/2006/03/06BERLIN900001": CABLE,
    "/cable/2006/03/06BERLIN900001/": CABLE,
    "/cable/2006/3/06BERLIN900001.html": CABLE,
    "/cable/1999/12/06BERLIN900001.html": CABLE,
    "/cable/2006/13/06BERLIN900001.html": CABLE,
    "/cable/2006/03/06berlin900001.html": CABLE,
    "/cable/2006/03/06BERLIN0900001.html": CABLE,
    "/cable/2006/03/06BERLIN900001.html,": CABLE,
    "/cable/2006/03/06BERLIN900001.html?utm_source=news": CABLE,
    "/cable/06BERLIN900001.html": CABLE,
    "/cable/06BERLIN900001": CABLE,
    "/cable/2006/03/06BONN900001.html": CABLE,  # A former reference.
    # A reference alone.
    "/06BERLIN900001": CABLE,
    "/06BERLIN900001/": CABLE,
    "/06BERLIN900001.html": CABLE,
    "/06berlin900001": CABLE,
    "/06BERLIN00900001": CABLE,
    "/2006BERLIN900001": CABLE,
    "/06%20Berlin%20900001": CABLE,
    "/06BONN900001": CABLE,
    # cabledrum.
    "/cables/06BERLIN900001": CABLE,
    "/cables/06BERLIN900001/": CABLE,
    "/cables/06berlin900001.html": CABLE,
    # PlusD.
    "/plusd/cables/06BERLIN900001_a.html": CABLE,
    "/plusd/cables/06BERLIN900001_b.html": CABLE,
    "/plusd/cables/06BERLIN900001_A.html": CABLE,
    "/plusd/cables/2006BERLIN900001_z.html": CABLE,
    "/plusd/cables/06BERLIN900001.html": CABLE,
    "/plusd/cables/06BERLIN900001_a": CABLE,
    # cablegatesearch.
    "/cable.php?id=06BERLIN900001": CABLE,
    "/cable.php?id=06berlin0900001": CABLE,
    "/cable.php?id=06BERLIN900001&version=1314919461": CABLE,
    "/cable.php?version=1314919461&id=06BONN900001": CABLE,
    # Pages of lists, numbered from 0.
    "/tag/EFIS_0.html": "/tag/EFIS/",
    "/tag/EFIS_1.html": "/tag/EFIS/?page=2",
    "/tag/EFIS_3.html": "/tag/EFIS/?page=4",
    "/tag/EFIS_4.html": "/tag/EFIS/?page=4",
    "/tag/EFIS_99999999999999999999.html": "/tag/EFIS/?page=4",
    "/tag/efis_0.html": "/tag/EFIS/",
    "/tag/UNGA/C-6_0.html": "/tag/UNGA/C-6/",
    "/tag/UNGA%2FC-6_7.html": "/tag/UNGA/C-6/",
    "/tag/COTE%20D%27IVOIRE_0.html": "/tag/COTE%20D'IVOIRE/",
    "/tag/COTE D'IVOIRE_0.html": "/tag/COTE%20D'IVOIRE/",
    "/tag/A_1_0.html": "/tag/A_1/",
    "/tag/100%25_0.html": "/tag/100%25/",
    "/tag/%C3%89COLE_0.html": "/tag/%C3%89COLE/",
    "/date/2006-03_0.html": "/created/2006/03/",
    "/date/2006-03_2.html": "/created/2006/03/?page=3",
    "/date/2006-03_50.html": "/created/2006/03/?page=4",
    "/reldate/2012-03-05_0.html": "/released/2012/03/05/",
    "/reldate/2012-03-05_1.html": "/released/2012/03/05/?page=2",
    "/reldate/2012-03-05_50.html": "/released/2012/03/05/?page=4",
    "/classification/1_0.html": "/classification/confidential/",
    "/classification/2_0.html": "/classification/confidential-noforn/",
    "/classification/3_0.html": "/classification/secret/",
    "/classification/4_0.html": "/classification/secret-noforn/",
    "/classification/5_0.html": "/classification/unclassified/",
    "/classification/5_1.html": "/classification/unclassified/?page=2",
    "/classification/5_9.html": "/classification/unclassified/?page=4",
    "/classification/6_0.html": "/classification/unclassified-for-official-use-only/",
    # The glossary: other spellings, and other codes for the same.
    "/glossary/sipdis/": "/glossary/SIPDIS/",
    "/glossary/PP/": "/glossary/P/",
    "/glossary/E.O.%2012958/": "/glossary/E.O.-12958/",
    "/glossary/(C)/": "/glossary/C/",
    "/glossary/RUCOBRC/": "/glossary/RUCOBRA-THRU-RUCOBRZ/",
    "/tag/efis/": "/tag/EFIS/",
    # Its other pages.
    "/cablegate.html": "/",
    "/index.html": "/",
    "/static/html/faq.html": "/about/faq/",
    "/support.html": "/about/",  # What SUPPORT_URL says.
    "/Harbor-Fees.html": "/articles/harbor-fees/",
    "/harbor-fees.html": "/articles/harbor-fees/",
    "/articles/2010/Harbor-Fees.html": "/articles/harbor-fees/",
    "/100-Days-of-Harbors.html": "/articles/100-Days-of-Harbors/",
}

# Addresses of pages that have never had another.
LASTING = [
    *("/origin/embassy-berlin/", "/origin/embassy-berlin.atom", "/origin/map/", "/country/"),
    *("/country/germany/", "/country/germany.atom"),
]

NOT_HELD = [
    *("/cable/06BERLIN900777/", "/cable/06BERLIN900777.txt", "/cable/06BERLIN900777/par2/"),
    *("/cable/06BERLIN900777/v1/", "/cable/2006/03/06BERLIN900777.html"),
    *("/cable/06berlin0900777.html", "/06BERLIN900777", "/cables/06BERLIN900777"),
    *("/plusd/cables/06BERLIN900777_a.html", "/cable.php?id=06BERLIN900777"),
]

UNKNOWN = [
    *("/cable/2006/03/nonsense.html", "/cable/2006/03/.html"),
    *("/cable/march/03/06BERLIN900001.html", "/nonsense", "/Nonsense.html", "/.html", "/06BERLIN"),
    *("/900001", "/plusd/cables/_a.html", "/cable.php", "/cable.php?id=", "/cable.php?id=nonsense"),
    "/tag/NONE_0.html",
    "/tag/FISHER, ANN_0.html",  # People are no index.
    *("/glossary/FISHER, ANN/", "/glossary/nonsense/", "/glossary/%00/", "/caption/%00/"),
    "/mark/nonsense/",
    f"/glossary/{'A' * 5000}/",
    *("/tag/EFIS_-1.html", "/tag/EFIS_x.html", "/tag/_0.html", "/tag/%20_0.html"),
    *("/date/2006-04_0.html", "/date/2006-13_0.html", "/date/0000-01_0.html"),
    *("/reldate/2012-03-06_0.html", "/reldate/2012-02-30_0.html", "/classification/0_0.html"),
    *("/classification/7_0.html", "/origin/0_0.html", "/origin/187_0.html"),
    f"/origin/{'9' * 30}_0.html",
    "/Draft.html",
    "/articles/2010/Draft.html",
    # What was never meant well.
    f"/{'9' * 5000}",
    f"/cable/2006/03/06BERLIN{'9' * 5000}.html",
    f"/cable/{'9' * 5000}/03/06BERLIN900777x.html",
    f"/cable.php?id={'A' * 5000}",
    f"/tag/{'A' * 5000}_0.html",
    f"/tag/{'%C3%9F' * 150}_0.html",  # Longer in capitals.
    f"/tag/EFIS_{'9' * 5000}.html",
    f"/{'A' * 5000}.html",
    f"/classification/{'9' * 5000}_0.html",
    *("/%00", "/%00.html", "/06BERLIN900001%00", "/cable/2006/03/06BERLIN%00900001.html"),
    *("/cable.php?id=06BERLIN%00900001", "/tag/EF%00IS_0.html", "/tag/%2F_0.html"),
    *("/tag/%FF_0.html", "/tag/%ED%A0%80_0.html", "/cable.php?id=%ED%A0%80"),
    *("/cable/2006%2F03/../../etc/passwd", "/cable/2006/03/../06BERLIN900001/../x.html"),
    *("/plusd/cables/../../settings.py", "/..", "/%2e%2e%2fetc%2fpasswd"),
    *("/cable/٢٠٠٦/03/06BERLIN900001.html", "/date/٢٠٠٦-03_0.html", "/origin/١٢٩_0.html"),
    *("/tag/EFIS_٣.html", "/٠٦BERLIN٩"),
]


def make_archive():
    """Store 151 cables of one day, four pages of each list, and a cable of each other class."""
    cable = make_cable(tags=["EFIS", "UNGA/C-6", "COTE D'IVOIRE", "A_1", "100%", "ÉCOLE"])
    FormerReference.objects.create(cable=cable, reference="06BONN900001", kind="renamed")
    others = [f"06LIMA{number}" for number in range(900001, 900151)]
    make_cables(others, origin="Embassy Lima", tags=["EFIS", "FISHER, ANN"])
    for number, classification in CLASSES.items():
        if classification != "UNCLASSIFIED":
            year = CREATED.replace(year=2000 + number)
            made = {"created": year, "released": date(2013, 1, number)}
            make_cable(f"0{number}ROME900001", classification=classification, **made)
    for slug, published in (
        ("harbor-fees", date(2010, 12, 1)),
        ("100-Days-of-Harbors", date(2011, 3, 8)),
        ("draft", None),
    ):
        Article.objects.create(slug=slug, title="Fees", published=published)


@override_settings(SUPPORT_URL="/about/")
class PermalinkTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_archive()

    def test_old_addresses_lead_in_one_step_to_a_page(self):
        for address, leads_to in ADDRESSES.items():
            with self.subTest(address):
                response = self.client.get(address)
                self.assertEqual(response.status_code, 301)
                self.assertEqual(response["Location"], leads_to)
                self.assertEqual(self.client.get(leads_to).status_code, 200)

    def test_addresses_are_permanent(self):
        make_origin("Embassy Bonn")
        make_cable("90BONN900001", origin="Embassy Bonn")
        for address in LASTING:
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 200)

    def test_every_published_reference_that_is_wrong_leads_to_the_right_one(self):
        """I-7: all rows of the table. Two right ones have a misspelt station (I-9)."""
        aliases = {
            published: canonical_reference(right, any_year=True)
            for published, right in reference_aliases().items()
        }
        self.assertEqual(len(aliases), 203)
        make_cables(sorted(set(aliases.values())))
        for published, canonical in aliases.items():
            for address in (f"/cable/2006/01/{published}.html", f"/{published}"):
                with self.subTest(address):
                    response = self.client.get(address)
                    self.assertEqual(response.status_code, 301)
                    self.assertEqual(response["Location"], f"/cable/{canonical}/")

    def test_a_withheld_cable_says_why_at_its_one_address(self):
        withhold(make_cable("06BERLIN900002"), "A witness is named in it.")
        for address in ("/cable/2006/03/06BERLIN900002.html", "/06BERLIN900002"):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertRedirects(response, "/cable/06BERLIN900002/", 301, 410)

    def test_references_that_are_not_held(self):
        for address in NOT_HELD:
            with self.subTest(address):
                response = self.client.get(address)
                sentence = "This archive does not hold 06BERLIN900777"
                if not address.endswith(".txt"):
                    sentence = f"<h1>{sentence}</h1>"
                self.assertContains(response, sentence, status_code=404)

    def test_addresses_without_a_successor(self):
        for address in UNKNOWN:
            with self.subTest(address[:80]):
                response = self.client.get(address, follow=True)  # Some get a slash first.
                self.assertContains(response, "Nothing at this address", 2, status_code=404)

    def test_a_missing_slash_is_still_added(self):
        self.assertRedirects(self.client.get("/about"), "/about/", 301)
        self.assertRedirects(self.client.get("/tag/EFIS"), "/tag/EFIS/", 301)

    def test_only_get_and_head_are_answered(self):
        for address in ("/06BERLIN900001", "/tag/EFIS_0.html", "/cable.php?id=06BERLIN900001"):
            with self.subTest(address):
                self.assertEqual(self.client.head(address).status_code, 301)
                self.assertEqual(self.client.post(address).status_code, 405)

    @override_settings(SUPPORT_URL="")
    def test_no_support_where_none_is_asked_for(self):
        self.assertEqual(self.client.get("/support.html").status_code, 404)


class OldOriginTests(TestCase):
    """Origins were renumbered, so that addresses with their numbers cannot redirect."""

    def test_the_table_is_whole(self):
        self.assertEqual(sorted(old_origins()), list(range(1, 187)))
        self.assertEqual(len(set(old_origins().values())), 186)

    def test_says_what_the_number_meant(self):
        for number, name in ((1, "USUN New York"), (129, "Embassy Berlin")):
            with self.subTest(number):
                response = self.client.get(f"/origin/{number}_0.html")
                sentence = f"<h1>In April 2011, origin {number} was {name}</h1>"
                self.assertContains(response, sentence, html=True)
                self.assertContains(response, f"Nothing from {name} has been released here.")
                self.assertContains(response, '<a href="/origin/">origins from')

    def test_leads_to_the_origin_if_it_is_held(self):
        make_cables(["06BERLIN900001", "06BERLIN900002"])
        for page in (0, 7):
            response = self.client.get(f"/origin/129_{page}.html")
            self.assertContains(response, "This archive holds 2 cables from")
            self.assertContains(response, '<a href="/origin/embassy-berlin/">Embassy Berlin</a>')

    def test_an_origin_whose_cables_are_withheld_is_not_held(self):
        withhold(make_cable(), "A witness is named in it.")
        self.assertNotContains(self.client.get("/origin/129_0.html"), "embassy-berlin")
