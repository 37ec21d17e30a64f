"""What a reader sees: one cable, its paragraphs, its versions, home, and what is not there."""

from cables.models import FormerParagraph, FormerReference, Tag
from tests.base import TestCase
from tests.builders import make_cable, make_version

PAGE = "/cable/06BERLIN900001/"
TELEGRAM = """\
UNCLAS SECTION 01 OF 02 BERLIN 900001

SIPDIS

E.O. 12958: N/A
TAGS: EFIS, PREL, HUMAN RIGHTS, GM
SUBJECT: EFIS AND HARBOR FEES
REF: A. 06 ROME 900002
     B. BERLIN 900003

1. (U) Fees rose <by> half & more in
2005. Ships complained.

BACKGROUND
----------

2. (SBU) The master explained the
fees to all

BERLIN 00900001  002 OF 002

captains at length.

Berth     Fee       Paid
One       100       yes
Two       250       no
"""


class CablePageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        Tag.objects.create(code="EFIS", kind="subject", label="Fisheries")
        make_cable(
            body=TELEGRAM,
            header="FM AMEMBASSY BERLIN\nTO SECSTATE <WASHDC>",
            tags=["EFIS", "PREL", "HUMAN RIGHTS", "GM", "FISHER, ANN"],
            cites=["06ROME900002", "06BERLIN900003"],
            classification="UNCLASSIFIED//FOR OFFICIAL USE ONLY",
        )
        make_cable("06ROME900002", origin="Embassy Rome", subject="NETS")

    def setUp(self):
        self.response = self.client.get(PAGE)

    def test_heading_is_one_sentence(self):
        self.assertContains(
            self.response,
            '<h1 class="cable-title"><span class="kicker">Viewing cable 06BERLIN900001,</span>'
            " HARBOR FEES</h1>",
            html=True,
        )
        self.assertContains(self.response, "<h1", 1)

    def test_each_fact_leads_to_its_list(self):
        for fact in (
            '<a href="/cable/06BERLIN900001/">06BERLIN900001</a>',
            '<a href="/created/2006/03/">'
            '<time datetime="2006-03-14T09:26Z">2006-03-14 09:26</time></a>',
            '<a href="/released/2012/03/05/"><time datetime="2012-03-05">2012-03-05</time></a>',
            '<a href="/classification/unclassified-for-official-use-only/">'
            '<span class="class" data-level="u" data-caveat>UNCLASSIFIED//FOR OFFICIAL USE ONLY'
            "</span></a>",
            '<a href="/origin/embassy-berlin/">Embassy Berlin</a>',
        ):
            with self.subTest(fact):
                self.assertContains(self.response, fact, html=True)

    def test_the_text_is_escaped(self):
        self.assertContains(self.response, "1. (U) Fees rose &lt;by&gt; half &amp; more in\n2005.")
        self.assertContains(self.response, "TO SECSTATE &lt;WASHDC&gt;")

    def test_every_paragraph_has_a_permanent_link(self):
        for paragraph, mark, name in (
            ("par1", "¶&nbsp;1", "paragraph 1"),
            ("par1.1", "¶&nbsp;1.1", "paragraph 1, block 1"),
            ("par2", "¶&nbsp;2", "paragraph 2"),
            ("par2.1", "¶&nbsp;2.1", "paragraph 2, block 1"),
        ):
            with self.subTest(paragraph):
                link = f'href="#{paragraph}" aria-label="Permalink to {name}">{mark}</a>'
                self.assertContains(self.response, f'id="{paragraph}"', 1)
                self.assertContains(self.response, f'<a class="pilcrow" {link}')
                self.assertContains(self.response, f'href="{PAGE}{paragraph}/"')

    def test_portion_marks(self):
        self.assertContains(self.response, '<span class="portion">(SBU)</span>', 1)

    def test_old_fragments_lead_somewhere(self):
        """P-2: of a year at the start of a line, and of an item of the references."""
        self.assertContains(self.response, '<a id="par2005"></a>', 1)
        self.assertContains(self.response, '     <a id="parB"></a>B. BERLIN 900003')

    def test_tags_are_linked_where_they_are_printed_and_listed(self):
        self.assertContains(
            self.response,
            'TAGS: <a href="/tag/EFIS/">EFIS</a>, <a href="/tag/PREL/">PREL</a>,'
            ' <a href="/tag/HUMAN%20RIGHTS/">HUMAN RIGHTS</a>, <a href="/tag/GM/">GM</a>\n'
            "SUBJECT: EFIS AND HARBOR FEES",
        )
        self.assertContains(
            self.response, '<li><a href="/tag/EFIS/">EFIS</a> <span>Fisheries</span></li>'
        )
        self.assertContains(self.response, "<li>FISHER, ANN</li>")

    def test_cables_that_it_refers_to(self):
        self.assertContains(self.response, '<a href="/cable/06ROME900002/">06ROME900002</a>')
        self.assertContains(self.response, "06BERLIN900003 <span>not here</span>")

    def test_a_page_break_does_not_split_a_paragraph(self):
        self.assertContains(
            self.response,
            'fees to all\n<span class="page-break" data-label="page 2 of 2"></span>captains',
        )

    def test_tables_and_headings_keep_their_lines(self):
        for paragraph, kept in (("par1", ""), ("par1.1", " kept"), ("par2.1", " kept")):
            with self.subTest(paragraph):
                self.assertContains(self.response, f'class="para{kept}" id="{paragraph}"')

    def test_is_the_text_alone_at_txt(self):
        response = self.client.get("/cable/06BERLIN900001.txt")
        self.assertEqual(response["Content-Type"], "text/plain; charset=utf-8")
        text = f"FM AMEMBASSY BERLIN\nTO SECSTATE <WASHDC>\n\n{TELEGRAM}\n"
        self.assertEqual(response.content.decode(), text)
        self.assertContains(self.response, 'href="/cable/06BERLIN900001.txt"')

    def test_queries(self):
        # The cable, its retired paragraphs, tags and references, and the number of the state.
        with self.assertNumQueries(5):
            self.client.get(PAGE)

    def test_no_style_and_no_script_in_the_page(self):
        for address in ("/", PAGE, f"{PAGE}par1/", "/origin/embassy-berlin/", "/nothing/"):
            with self.subTest(address):
                page = self.client.get(address).content.decode()
                for banned in ("<script", "<style", "style=", "onclick", "javascript:"):
                    self.assertNotIn(banned, page)


class BareCableTests(TestCase):
    def test_without_subject_header_text_tags(self):
        make_cable(subject="", header="", body="")
        response = self.client.get(PAGE)
        self.assertContains(response, "Viewing cable 06BERLIN900001</h1>")
        self.assertContains(response, "holds no text of this cable")
        self.assertNotContains(response, "Message header")

    def test_the_title_of_its_page_stands_for_a_subject(self):
        make_cable(subject="", facts={"title": "Fees at the harbor"})
        self.assertContains(self.client.get(PAGE), "Fees at the harbor</h1>")

    def test_a_partial_extract_says_so(self):
        make_cable(partial=True)
        self.assertContains(self.client.get(PAGE), "This is a partial extract")


class AddressTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cable = make_cable()
        FormerReference.objects.create(reference="06BONN900001", cable=cable, kind="renamed")
        make_version(cable)

    def test_other_spellings_lead_to_the_one_address_in_one_step(self):
        for address, leads_to in (
            ("/cable/06BERLIN900001", PAGE),
            ("/cable/06berlin900001/", PAGE),
            ("/cable/06 Berlin 00900001", PAGE),
            ("/cable/06%20BERLIN%20900001/par2", f"{PAGE}par2/"),
            ("/cable/2006BERLIN900001/par2/", f"{PAGE}par2/"),
            ("/cable/06berlin900001.txt", "/cable/06BERLIN900001.txt"),
            ("/cable/06BONN900001/", PAGE),
            ("/cable/06bonn900001/v1", f"{PAGE}v1/"),
            ("/cable/06BONN900001/par1/?q=a%20b", f"{PAGE}par1/?q=a%20b"),
        ):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertRedirects(response, leads_to, 301)

    def test_unknown_cables_and_no_references(self):
        for address in (
            "/cable/nonsense/",
            "/cable/06BERLIN/",
            "/cable/900001/",
            f"/cable/06BERLIN{'9' * 300}/",
            "/cable/06BERLIN900001/par9/",
            "/cable/06BERLIN900001/parQ/",
            "/cable/06BERLIN900001/v3/",
            "/cable/06BERLIN900001/v0/",
            f"/cable/06BERLIN900001/v{'9' * 30}/",
            "/cable/%00/",
            "/nothing/",
        ):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertContains(response, "Nothing at this address", 2, status_code=404)

    def test_says_what_is_not_there(self):
        for address, sentence in (
            ("/cable/06BERLIN900009/", "This archive does not hold 06BERLIN900009"),
            (f"{PAGE}par9/", "Cable 06BERLIN900001 has no paragraph 9."),
            (f"{PAGE}v3/", "Cable 06BERLIN900001 has no version 3."),
        ):
            with self.subTest(address):
                self.assertContains(self.client.get(address), sentence, status_code=404)

    def test_answers_reading_only(self):
        for address in (PAGE, "/", "/origin/embassy-berlin/", "/released/"):
            with self.subTest(address):
                self.assertEqual(self.client.head(address).status_code, 200)
                self.assertEqual(self.client.post(address).status_code, 405)


class ParagraphPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(body=TELEGRAM)

    def test_shows_a_paragraph_between_its_neighbours(self):
        response = self.client.get(f"{PAGE}par1.1/")
        self.assertContains(response, "Paragraph 1, block 1</h1>")
        self.assertContains(response, '<div class="para focus kept" id="par1.1">')
        self.assertContains(response, '<div class="para context" id="par1">')
        self.assertContains(response, '<div class="para context" id="par2">')
        self.assertContains(response, f'<a rel="prev" href="{PAGE}par1/">¶&nbsp;1</a>')
        self.assertContains(response, f'<a rel="next" href="{PAGE}par2/">¶&nbsp;2</a>')
        self.assertContains(response, f"http://testserver{PAGE}#par1.1")
        self.assertContains(response, "06BERLIN900001, para 1, block 1")

    def test_the_first_and_the_last(self):
        self.assertNotContains(self.client.get(f"{PAGE}par1/"), 'rel="prev"')
        self.assertNotContains(self.client.get(f"{PAGE}par2.1/"), 'rel="next"')

    def test_an_old_fragment_leads_to_its_paragraph(self):
        for fragment, leads_to in (("par2005", f"{PAGE}par1/"), ("parB", f"{PAGE}#parB")):
            with self.subTest(fragment):
                response = self.client.get(f"{PAGE}{fragment}/")
                self.assertRedirects(response, leads_to, 302, fetch_redirect_response=False)

    def test_a_retired_paragraph_says_when_and_why_it_went(self):
        make_version(self.cable, body="1. One.\n\n3. Gone.")
        FormerParagraph.objects.create(
            cable=self.cable, paragraph="par3", after="par1", version=1, reason="It was a draft."
        )
        response = self.client.get(f"{PAGE}par3/")
        self.assertContains(response, "It was a draft.", status_code=410)
        self.assertContains(response, f'href="{PAGE}v1/#par3"', status_code=410)
        page = self.client.get(PAGE).content.decode()
        self.assertEqual(page.count('id="par3"'), 1)
        self.assertLess(page.index('id="par1"'), page.index('id="par3"'))
        self.assertLess(page.index('id="par3"'), page.index('id="par2"'))
        self.assertIn("It was a draft.", page)

    def test_retired_paragraphs_stand_where_a_living_one_is_left(self):
        for paragraph, after in (("par7", ""), ("par8", "par7"), ("par9", "par2.1")):
            FormerParagraph.objects.create(
                cable=self.cable, paragraph=paragraph, after=after, version=1
            )
        page = self.client.get(PAGE).content.decode()
        order = ["par7", "par8", "par1", "par2.1", "par9"]
        places = [page.index(f'id="{paragraph}"') for paragraph in order]
        self.assertEqual(places, sorted(places))


class VersionTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable()
        make_version(cls.cable, subject="OLD FEES", body="1. The old fees.")

    def test_a_superseded_text_stays_at_its_address(self):
        response = self.client.get(f"{PAGE}v1/")
        self.assertContains(response, "1. The old fees.")
        self.assertContains(response, "OLD FEES</h1>")
        self.assertContains(response, "A better copy was loaded.")
        self.assertContains(response, f'<link rel="canonical" href="http://testserver{PAGE}">')
        self.assertNotContains(response, "Ships complained")

    def test_the_current_text_has_one_too(self):
        response = self.client.get(f"{PAGE}v2/")
        self.assertContains(response, "Ships complained")
        self.assertContains(response, "This is version 2, the current one")

    def test_the_cable_says_that_it_was_changed(self):
        response = self.client.get(PAGE)
        self.assertContains(response, "A better copy was loaded.")
        self.assertContains(response, f'<a href="{PAGE}v1/">version 1</a>')


class HomeTests(TestCase):
    def test_shows_what_the_room_holds(self):
        make_cable(tags=["EFIS", "EAGR"])
        response = self.client.get("/")
        self.assertContains(response, "<dt>tags</dt><dd>2</dd>")
        self.assertContains(response, "<dt>cable released</dt><dd>1</dd>")
        self.assertContains(response, '<a href="/cable/06BERLIN900001/">06BERLIN900001</a>')

    def test_finds_a_reference_in_any_text(self):
        make_cable()
        for text in (
            "06berlin900001",
            " see 06 Berlin 900001, para 2",
            "https://example.org/cable/2006/03/06BERLIN900001.html#par2",
        ):
            with self.subTest(text):
                self.assertRedirects(self.client.get("/", {"ref": text}), PAGE)

    def test_says_so_if_there_is_none(self):
        response = self.client.get("/", {"ref": "<b>harbor</b> fees"})
        self.assertContains(response, "There is no reference in “&lt;b&gt;harbor&lt;/b&gt; fees”")

    def test_queries(self):
        make_cable()
        self.client.get("/")
        with self.assertNumQueries(3):  # The latest keys and rows, and the number of the state.
            self.client.get("/")
