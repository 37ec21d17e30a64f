"""References of a cable as links: in its text, in its list, and beside its paragraphs."""

import html
import re
from datetime import UTC, datetime, timedelta

from cables.loader import load
from cables.loader.specimen_collections import FOLDER as SPECIMENS
from cables.models import Cable, FormerReference, Mention
from tests.base import TestCase
from tests.builders import CREATED, forget_counts, make_cable, make_cables, withhold

PAGE = "/cable/07BERLIN900001/"
TELEGRAM = """\
UNCLAS BERLIN 900001

SUBJECT: FEES
REF: A. 06 ROME 900002 (NOTAL)
     B. STATE 900777
     C. OSLO 900003 (NETS AND TAR)
     D. DOE-ROE E-MAIL OF MAY 3

1. (U) As ref A, para 2 says & asks, fees rose. Ref B para 9 doubts it.

2. (U) See ref C, ref D and 06PRAIA900004 para 1. 06SUVA900009 para 1 is silent.
"""


def text_of(page):
    """Return the text of the preamble and of each paragraph as a browser copies it."""
    found = re.findall(r'<(p|h3) class="(?:opening )?wire">(.*?)</\1>', page, re.DOTALL)
    return [html.unescape(re.sub("<[^>]+>", "", text)) for _, text in found]


class LinkTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable("07BERLIN900001", body=TELEGRAM)

    def page(self, address=PAGE):
        return self.client.get(address).content.decode()

    def test_an_item_whose_cable_is_held_is_a_link(self):
        """R-7."""
        make_cable("06ROME900002", subject="NETS")
        self.assertIn(
            'REF: A. <a id="ref-A" href="/cable/06ROME900002/" title="06ROME900002: Nets">'
            "06 ROME 900002</a> (NOTAL)\n",
            self.page(),
        )

    def test_an_item_whose_cable_is_not_held_says_so(self):
        for held in (False, True):  # What is withheld is as what is not held.
            with self.subTest(withheld=held):
                if held:
                    withhold(make_cable("06ROME900002"), "A witness is named in it.")
                page = self.page()
                self.assertIn(
                    'A. <span id="ref-A">06 ROME 900002</span><span class="aside"'
                    ' data-label="06ROME900002 is not here"></span> (NOTAL)',
                    page,
                )
                self.assertNotIn('href="/cable/06ROME900002/', page)

    def test_withholding_changes_nothing_for_those_who_refer_to_it(self):
        before = [self.page(address) for address in (PAGE, f"{PAGE}par1/", f"{PAGE}references/")]
        rail = re.compile(r'<nav class="rail".*?</nav>', re.DOTALL)
        withhold(make_cable("06ROME900002", cites=["07BERLIN900001"]), "A witness is named in it.")
        after = [self.page(address) for address in (PAGE, f"{PAGE}par1/", f"{PAGE}references/")]
        self.assertEqual([rail.sub("", page) for page in before], [rail.sub("", p) for p in after])

    def test_without_a_year_the_cable_of_the_year_before_may_be_meant(self):
        """R-4: only where that of the year is not here, and the page says so."""
        make_cable("06STATE900777", origin="Secretary of State", subject="ADVICE")
        page = self.page()
        self.assertIn('<a id="ref-B" href="/cable/06STATE900777/"', page)
        self.assertIn("06STATE900777, of the year before; 07STATE900777 is not here", page)
        self.assertIn("of the year before: no year is printed, and 07STATE900777 is not here", page)
        make_cable("07STATE900777", origin="Secretary of State")
        page = self.page()
        self.assertIn('<a id="ref-B" href="/cable/07STATE900777/"', page)
        self.assertNotIn("of the year before", page)

    def test_the_cable_of_the_year_before_lists_who_cites_it(self):
        """R-4: those of the next year that print none, as long as no cable of that year is here."""
        make_cable("06STATE900777", origin="Secretary of State", subject="ADVICE")
        Cable.objects.filter(pk=self.cable.pk).update(cites=["07STATE900777"])
        printed = TELEGRAM.replace("STATE 900777", "07 STATE 900777")
        make_cable("07OSLO900008", body=printed, cites=["07STATE900777"])
        for reference in ("07BERLIN900001", "07OSLO900008"):
            Mention.objects.create(
                cable=Cable.objects.get(reference=reference),
                paragraph="par1",
                reference="07STATE900777",
                target="par2",
            )
        page = self.page("/cable/06STATE900777/")
        self.assertIn('<li><a href="/cable/07BERLIN900001/">', page)
        self.assertIn('Cited by <a href="/cable/07BERLIN900001/#par1"', page)
        self.assertNotIn("07OSLO900008", page)
        page = self.page("/cable/06STATE900777/references/")
        self.assertIn("¶&nbsp;1 of 07BERLIN900001</a> names", page)
        make_cable("07STATE900777", origin="Secretary of State")
        self.assertNotIn("07BERLIN900001", self.page("/cable/06STATE900777/"))

    def test_so_does_one_that_a_document_without_a_number_cites(self):
        """R-4: year and post of a volume's document complete the references in its text."""
        held = make_cable("62LIMA900077", created=datetime(1962, 12, 30, tzinfo=UTC))
        make_cable(
            "FRUS1963V98-D2",
            created=datetime(1963, 1, 2, tzinfo=UTC),
            body="REF: A. 900077 B. LIMA 900078\n\n1. Fees rose.",
            cites=["63LIMA900077", "63LIMA900078"],
            facts={"edition": {"kind": "telegram", "series": "63LIMA0"}},
        )
        page = self.page(held.get_absolute_url())
        self.assertIn('<li><a href="/cable/FRUS1963V98-D2/">', page)

    def test_an_earlier_document_cites_a_telegram_by_its_place_in_a_volume(self):
        """R-4: that is a former reference of a telegram that is known by its number."""
        place = "FRUS1961-63V98-D3"
        held = make_cable("62LIMA900077", created=datetime(1962, 12, 30, tzinfo=UTC))
        FormerReference.objects.create(cable=held, reference=place, kind="renamed")
        earlier = datetime(1962, 12, 1, tzinfo=UTC)
        make_cable("FRUS1961-63V98-D2", created=earlier, cites=[place])
        page = self.page(held.get_absolute_url()).partition("referred-to-by")[2]
        self.assertIn("/cable/FRUS1961-63V98-D2/", page)

    def test_a_reference_never_leads_to_a_later_cable(self):
        """R-4: nor does a later cable list an earlier one among those that cite it."""
        day = timedelta(days=1)
        Cable.objects.filter(pk=self.cable.pk).update(cites=["06ROME900002"])
        cable = make_cable("06ROME900002", subject="NETS", origin="Embassy Rome")
        for created, precision, meant in (
            (CREATED, "minute", True),
            (CREATED + timedelta(minutes=1), "minute", False),
            (CREATED + day, "minute", False),
            (CREATED - day, "day", True),
            (CREATED + 40 * day, "month", False),
        ):
            with self.subTest(created, precision=precision):
                Cable.objects.filter(pk=cable.pk).update(
                    created=created, created_precision=precision
                )
                page, cited = self.page(), self.page(cable.get_absolute_url())
                self.assertEqual('<a id="ref-A" href="/cable/06ROME900002/"' in page, meant)
                self.assertEqual("not certain" in page, not meant)
                self.assertEqual('href="/cable/07BERLIN900001/' in cited, meant)
                drawn = self.page(f"{PAGE}references/")
                self.assertEqual('href="/cable/06ROME900002/' in drawn, meant)

    def test_a_document_that_editors_cite_by_its_place_in_their_volume_may_be_later(self):
        Cable.objects.filter(pk=self.cable.pk).update(cites=["FRUS2007V99-D5"])
        cited = make_cable(
            "07ROME900002", origin="Embassy Rome", created=CREATED + timedelta(days=40)
        )
        Cable.objects.filter(pk=cited.pk).update(facts={"copies": [["FRUS2007V99-D5", "frus"]]})
        FormerReference.objects.create(cable=cited, reference="FRUS2007V99-D5")
        page = self.page()
        self.assertIn('<a href="/cable/07ROME900002/">07ROME900002</a>', page)
        self.assertNotIn("not certain", page)
        for address in (cited.get_absolute_url(), f"{cited.get_absolute_url()}references/"):
            self.assertIn('href="/cable/07BERLIN900001/', self.page(address))

    def test_a_later_cable_of_the_year_gives_way_to_that_of_the_year_before(self):
        """R-4: no year is printed, and the number was not yet used in that of the citing cable."""
        Cable.objects.filter(pk=self.cable.pk).update(cites=["07STATE900777"])
        make_cable("06STATE900777", origin="Secretary of State", subject="ADVICE")
        later = CREATED + timedelta(days=90)
        make_cable("07STATE900777", origin="Secretary of State", created=later)
        page = self.page()
        self.assertIn('<a id="ref-B" href="/cable/06STATE900777/"', page)
        self.assertIn("06STATE900777, of the year before; 07STATE900777 is a later cable", page)
        self.assertIn('<li><a href="/cable/07BERLIN900001/">', self.page("/cable/06STATE900777/"))

    def test_a_telegram_of_the_department_to_other_posts_is_not_certain(self):
        """R-4: before 1973 its numbers were those of a series for each post."""
        sent = datetime(1959, 3, 17, 16, tzinfo=UTC)
        body = "LONDON 900005\n\nSUBJECT: FEES\n\nREF: STATE 900476\n\n1. Red.\n"
        own = make_cable("59LONDON900005", body=body, created=sent, cites=["59STATE900476"])
        cable = make_cable("59STATE900476", created=sent)
        for header, certain in (
            ("FM SECSTATE\nTO AMEMBASSY LONDON", True),
            ("FM SECSTATE\nTO AMEMBASSY SAIGON", False),
            ("FM SECSTATE\nTO AMEMBASSY SAIGON\nINFO AMEMBASSY LONDON", True),
            ("FM SECSTATE\nTO ALL DIPLOMATIC POSTS", True),
            ("", True),
        ):
            with self.subTest(header):
                Cable.objects.filter(pk=cable.pk).update(header=header)
                page = self.page(own.get_absolute_url())
                self.assertIn('href="/cable/59STATE900476/"', page)
                self.assertEqual("was sent to other posts" in page, not certain)

    def test_with_a_year_no_other_year_is_meant(self):
        make_cable("05ROME900002")
        self.assertIn("06ROME900002 is not here", self.page())

    def test_the_text_links_to_items_and_paragraphs(self):
        """R-9: an item of the list by its letter, another cable by its reference."""
        make_cable("06ROME900002", subject="NETS")
        make_cable("07STATE900777", subject="ADVICE")  # It has no paragraph 9.
        make_cable("06PRAIA900004", subject="TAR")
        for address, items in ((PAGE, ""), (f"{PAGE}par1/", PAGE)):
            page = self.page(address)
            for link in (
                '<a href="/cable/06ROME900002/#par2" title="06ROME900002, paragraph 2: Nets">'
                "ref A, para 2</a> says &amp; asks",
                '<a href="/cable/07STATE900777/" title="07STATE900777: Advice">Ref B para 9</a>',
                f'<a href="{items}#ref-C" title="reference OSLO 900003 (NETS AND TAR)">ref C</a>',
                f'<a href="{items}#ref-D"',
                '<a href="/cable/06PRAIA900004/#par1" title="06PRAIA900004, paragraph 1: Tar">'
                "06PRAIA900004 para 1</a>. 06SUVA900009 para 1 is silent.",
            ):
                with self.subTest(address, link=link):
                    self.assertIn(link, page)

    def test_the_text_stays_as_it_was_sent(self):
        before = text_of(self.page())
        make_cables(["06ROME900002", "06STATE900777", "06PRAIA900004"])
        Mention.objects.create(
            cable=make_cable("08OSLO900001"), paragraph="par1", reference="07BERLIN900001"
        )
        self.assertEqual(text_of(self.page()), before)
        self.assertEqual("\n\n".join(before) + "\n", TELEGRAM)

    def test_a_page_break_inside_a_reference_ends_its_link(self):
        make_cable("06ROME900002")
        body = TELEGRAM.replace("ref A, para 2", "ref A,\n\nBERLIN 00900001  002 OF 002\n\npara 2")
        make_cable("07BERLIN900009", body=body.replace("900001", "900009"))
        page = self.page("/cable/07BERLIN900009/")
        self.assertIn('data-label="page 2 of 2"></span>para 2 says', page)

    def test_a_link_appears_when_its_cable_is_loaded(self):
        """R-7: under a reference that it once had, too."""
        FormerReference.objects.create(
            cable=make_cable("06OSLO900005"), reference="07OSLO900003", kind="renamed"
        )
        page = self.page()
        self.assertIn('<a id="ref-C" href="/cable/06OSLO900005/"', page)
        self.assertIn('<a href="/cable/06OSLO900005/">07OSLO900003</a>', page)


class ListTests(TestCase):
    """The list of all references of a cable, with qualifiers and titles."""

    def test_all_references_are_listed(self):
        make_cable("07BERLIN900001", body=TELEGRAM, cites=["06ROME900002", "05LIMA900006"])
        make_cable("06ROME900002", subject="NETS")
        page = self.client.get(PAGE).content.decode()
        listed = re.search(r"Refers to</h2>(.*?)</ul>", page, re.DOTALL)[1]
        rows = re.findall(r"<li>(.*?)</li>", listed, re.DOTALL)
        self.assertEqual(
            [" ".join(html.unescape(re.sub("<[^>]+>", " ", row)).split()) for row in rows],
            [
                *("A. 06ROME900002 Nets NOTAL", "B. 07STATE900777 not here"),
                "C. 07OSLO900003 “NETS AND TAR” not here",
                *("D. DOE-ROE E-MAIL OF MAY 3 an e-mail", "05LIMA900006 not here"),
                *("06PRAIA900004 not here named in ¶ 2", "06SUVA900009 not here named in ¶ 2"),
            ],
        )
        self.assertIn(f'<a href="{PAGE}references/">', page)

    def test_a_cable_cited_only_in_a_paragraph_is_listed(self):
        """A cable refers to another if a paragraph names it, in its REF list or not: once."""
        make_cable()
        for reference, cites in (("07ROME900002", []), ("07ROME900003", ["06BERLIN900001"])):
            naming = make_cable(reference, cites=cites)
            for paragraph in ("par1", "par2"):
                Mention.objects.create(
                    cable=naming, paragraph=paragraph, reference="06BERLIN900001"
                )
        response = self.client.get("/cable/06BERLIN900001/")
        for reference in ("07ROME900002", "07ROME900003"):
            self.assertContains(response, f'<li><a href="/cable/{reference}/">', 1)

    def test_a_cable_cited_by_the_reference_of_a_copy_is_listed(self):
        make_cable(facts={"copies": [["06BERLIN90001A", "csv"]]})
        make_cable("07ROME900002", cites=["06BERLIN90001A"])
        self.assertContains(self.client.get("/cable/06BERLIN900001/"), "/cable/07ROME900002/")


class NamedByTests(TestCase):
    """Each paragraph lists the paragraphs of other cables that cite it."""

    @classmethod
    def setUpTestData(cls):
        make_cable()
        for number in range(2, 7):
            cable = make_cable(f"07ROME90000{number}", subject="NETS & TAR")
            Mention.objects.create(
                cable=cable, paragraph="par2", reference="06BERLIN900001", target="par1"
            )
        Mention.objects.create(cable=cable, paragraph="par1", reference="06BERLIN900001")

    def test_the_first_citing_paragraphs_are_listed(self):
        for address in ("/cable/06BERLIN900001/", "/cable/06BERLIN900001/par1/"):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertContains(
                    response,
                    '<p class="namers">Cited by <a href="/cable/07ROME900002/#par2"'
                    ' title="Nets &amp; Tar">07ROME900002 ¶&nbsp;2</a>, ',
                    1,
                )
                self.assertContains(
                    response, 'and <a href="/cable/06BERLIN900001/references/">2 more</a></p>', 1
                )
                self.assertNotContains(response, "07ROME900005 ¶")

    def test_paragraphs_of_withheld_cables_are_not_listed(self):
        for naming in Mention.objects.filter(paragraph="par2").order_by("pk")[:4]:
            withhold(naming.cable, "A witness is named in it.")
        response = self.client.get("/cable/06BERLIN900001/")
        self.assertContains(response, "Cited by <a", 1)
        self.assertContains(response, "07ROME900006 ¶&nbsp;2</a></p>")


class LoadTests(TestCase):
    """References work as soon as both cables are here, whichever comes first."""

    def test_references_work_in_either_order_of_loading(self):
        naming = SPECIMENS / "cables" / "text" / "10LISBON900009.txt"
        named = SPECIMENS / "cables" / "text" / "06LISBON900412.txt"
        for first, second in ((naming, named), (named, naming)):
            with self.subTest(first=first.name):
                Cable.objects.all().delete()
                load(first)
                load(second)
                forget_counts()
                page = self.client.get("/cable/10LISBON900009/").content.decode()
                self.assertIn('href="/cable/06LISBON900412/#par9"', page)
                self.assertIn('<a id="ref-A" href="/cable/06LISBON900412/"', page)
                page = self.client.get("/cable/06LISBON900412/").content.decode()
                self.assertIn('Cited by <a href="/cable/10LISBON900009/#par3"', page)
                self.assertIn('<li><a href="/cable/10LISBON900009/">', page)

    def test_the_reference_says_not_here_until_the_cable_is_loaded(self):
        load(SPECIMENS / "cables" / "text" / "10LISBON900009.txt")
        page = self.client.get("/cable/10LISBON900009/").content.decode()
        self.assertIn("06LISBON900412 is not here", page)
        self.assertNotIn('href="/cable/06LISBON900412', page)

    def test_a_specimen_of_january_leads_to_the_year_before(self):
        load(SPECIMENS / "cables" / "specimens.csv")
        load(SPECIMENS / "cables" / "mirror" / "cable" / "2009" / "02" / "09REYKJAVIK900033.html")
        page = self.client.get("/cable/10WELLINGTON900002/").content.decode()
        self.assertIn('<a id="ref-A" href="/cable/09REYKJAVIK900033/"', page)
        self.assertIn("09REYKJAVIK900033, of the year before; 10REYKJAVIK900033 is not here", page)
        listed = '<a href="/cable/09REYKJAVIK900033/">09REYKJAVIK900033</a>'
        self.assertEqual(page.count(listed), 1)
        self.assertIn('(<a href="#ref-C"', page)
