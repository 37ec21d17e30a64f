"""The page of a cable: facts, text, neighbours, references, articles."""

import re
from dataclasses import fields
from datetime import timedelta

from cables.models import Article, Cable, FormerReference, Tag
from cables.telegram.tags import split_tags
from cables.views.cable_pages.cable_context import (
    ParagraphPage,
    VersionParagraphPage,
    WholeCablePage,
)
from tests.base import TestCase
from tests.builders import CREATED, RELEASED, make_cable, make_cables, make_version, withhold

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

    def test_the_heading_reads_as_one_sentence(self):
        self.assertContains(
            self.response,
            '<h1 class="cable-title"><span class="kicker">Viewing cable 06BERLIN900001</span>'
            ' <span class="printed">HARBOR FEES</span>'
            '<span class="cased">Harbor Fees</span></h1>',
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
        self.assertContains(self.response, "Fees rose &lt;by&gt; half &amp; more in\n2005.")
        self.assertContains(self.response, "TO SECSTATE &lt;WASHDC&gt;")

    def test_every_paragraph_has_a_permanent_link(self):
        for paragraph, mark, name in (
            ("par1", "1", "paragraph 1"),
            ("par1.1", '¶<span class="on-paper"> 1.1</span>', "paragraph 1, block 1"),
            ("par2", "2", "paragraph 2"),
            ("par2.1", '¶<span class="on-paper"> 2.1</span>', "paragraph 2, block 1"),
        ):
            with self.subTest(paragraph):
                link = f'href="#{paragraph}" aria-label="Permalink to {name}">{mark}</a>'
                self.assertContains(self.response, f'id="{paragraph}"', 1)
                self.assertContains(self.response, f'<a class="pilcrow" {link}')
                self.assertContains(self.response, f'href="{PAGE}{paragraph}/"')

    def test_portion_marks_are_shown_beside_paragraphs(self):
        self.assertContains(self.response, '<span class="portion">(SBU)</span>', 1)

    def test_old_fragments_have_anchors(self):
        """P-2: of a year at the start of a line, and of an item of the references."""
        self.assertContains(self.response, '<a id="par2005"></a>', 1)
        self.assertContains(
            self.response, '     <a id="parB"></a>B. <span id="ref-B">BERLIN 900003<'
        )

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

    def test_an_old_code_is_shown_and_the_present_one_has_a_list(self):  # T-3
        cable = make_cable("06BERLIN900777", tags=split_tags(["PREL, RU"]))
        for code in ("RU", "RS"):
            self.assertContains(self.client.get(f"/tag/{code}/"), cable.get_absolute_url())
        page = self.client.get(cable.get_absolute_url())
        self.assertContains(page, 'href="/tag/RU/"')
        self.assertNotContains(page, 'href="/tag/RS/"')

    def test_cited_cables_are_listed(self):
        self.assertContains(self.response, '<a href="/cable/06ROME900002/">06ROME900002</a>')
        self.assertContains(self.response, "06BERLIN900003\n<span>not here</span>")

    def test_a_page_break_does_not_split_a_paragraph(self):
        self.assertContains(
            self.response,
            'fees to all\n<span class="page-break" data-label="page 2 of 2"></span>captains',
        )

    def test_tables_and_headings_keep_their_lines(self):
        for paragraph, kept in (
            ("par1", ""),
            ("par1.1", " kept"),  # A heading over its rule.
            ("par2.1", " kept preformatted"),
        ):
            with self.subTest(paragraph):
                self.assertContains(self.response, f'class="para{kept}" id="{paragraph}"')

    def test_the_text_file_has_the_text_alone(self):
        response = self.client.get("/cable/06BERLIN900001.txt")
        self.assertEqual(response["Content-Type"], "text/plain; charset=utf-8")
        text = f"FM AMEMBASSY BERLIN\nTO SECSTATE <WASHDC>\n\n{TELEGRAM}\n"
        self.assertEqual(response.content.decode(), text)
        self.assertContains(self.response, 'href="/cable/06BERLIN900001.txt"')

    def test_the_number_of_queries_is_fixed(self):
        # The cable, what is around it, the number of the state. None asks for retired paragraphs
        # where the first says that there are none.
        with self.assertNumQueries(3):
            self.client.get(PAGE)

    def test_every_paragraph_can_be_cited(self):
        self.assertContains(self.response, '<summary aria-label="Cite paragraph 2">Cite</summary>')
        whole = f"http://testserver{PAGE}"
        citation = "06BERLIN900001, para 2</span>"
        for copied in (f"{whole}par2/</a>", f"{whole}#par2</span>", citation):
            self.assertContains(self.response, f">{copied}</dd>")
        self.assertContains(self.response, "06BERLIN900001, para 2, block 1</span></dd>")

    def test_the_page_has_help(self):
        for label in ("Understanding cables", "Discussing cables"):
            self.assertContains(self.response, f"<summary>{label}</summary>")
        self.assertContains(self.response, '<h2 id="cite-head">Cite this cable</h2>')
        for page in ("structure-of-a-cable", "discussing-cables", "faq", "how-to-cite"):
            self.assertContains(self.response, f'href="/about/{page}/"')
        self.assertContains(self.response, '<span class="copied">#06BERLIN900001</span>')
        self.assertContains(self.response, f"http://testserver{PAGE}v1/")

    def test_the_header_is_as_sent_and_says_what_its_lines_mean(self):
        self.assertContains(self.response, "<code>FM AMEMBASSY BERLIN</code> <span>FM: from</span>")
        self.assertContains(self.response, "Who has to act on it.")

    def test_the_preview_for_other_sites(self):
        self.assertContains(
            self.response,
            '<meta name="description" content="Embassy Berlin, 14 March 2006. Harbor Fees.'
            ' 1. (U) Fees rose &lt;by&gt; half &amp; more in 2005. Ships complained.">',
        )
        self.assertContains(self.response, f'<link rel="canonical" href="http://testserver{PAGE}">')

    def test_no_style_and_no_script_is_written_into_the_page(self):
        for address in ("/", PAGE, f"{PAGE}par1/", "/origin/embassy-berlin/", "/nothing/"):
            with self.subTest(address):
                page = self.client.get(address).content.decode()
                page = re.sub('<script (type="application/ld|src=|type="module" src=)', "", page)
                for banned in ("<script", "<style", "style=", "onclick", "javascript:"):
                    self.assertNotIn(banned, page)


class BareCableTests(TestCase):
    def test_without_a_subject_the_heading_has_the_title_made_of_facts(self):
        """The heading is then made of kind, number, parties and date."""
        make_cable(subject="", facts={"opening": "1. Fees <rose>…"})
        response = self.client.get(PAGE)
        self.assertContains(
            response,
            '<span class="kicker">Viewing cable 06BERLIN900001</span> Telegram 900001, '
            "Embassy Berlin to Department of State, 14 March 2006</h1>",
        )
        self.assertContains(
            response,
            "<title>Viewing cable 06BERLIN900001, Telegram 900001, "
            "Embassy Berlin to Department of State, 14 March 2006 -",
        )

    def test_a_cable_without_subject_header_text_and_tags(self):
        make_cable(subject="", header="", body="")
        response = self.client.get(PAGE)
        self.assertContains(response, "Viewing cable 06BERLIN900001</span> Telegram 900001")
        self.assertContains(response, "holds no text of this cable")
        self.assertNotContains(response, "Message header")

    def test_the_title_of_its_page_stands_for_a_subject(self):
        make_cable(subject="", facts={"title": "Fees at the harbor"})
        self.assertContains(self.client.get(PAGE), "Fees at the harbor</h1>")

    def test_a_partial_extract_says_so(self):
        cable = make_cable(partial=True)
        self.assertContains(self.client.get(PAGE), "This is a partial extract")
        cable.body = ""
        cable.save()
        page = self.client.get(PAGE)
        self.assertContains(page, "The archive holds no text of this cable")
        self.assertNotContains(page, "artial extract")

    def test_the_precision_of_the_time_is_shown(self):
        for precision, time in (
            ("hour", '<time datetime="2006-03-14T09:00Z">2006-03-14 09:00</time>, to the hour'),
            ("day", '<time datetime="2006-03-14">2006-03-14</time>, hour unknown'),
        ):
            with self.subTest(precision):
                reference = make_cable(f"06ROME90{len(precision)}", created_precision=precision)
                self.assertContains(self.client.get(f"/cable/{reference}/"), f"{time}</a></td>")

    def test_copies_are_listed(self):
        copies = [["06BERLIN900001", "csv"], ["06BERLIN900001", "page"], ["06BERLIN90001A", "text"]]
        make_cable(facts={"copies": copies})
        response = self.client.get(PAGE)
        self.assertContains(
            response, "Held as an imported data file and a page of an earlier archive"
        )
        self.assertContains(response, "Also published as 06BERLIN90001A: the text of such a page")

    def test_the_contents_have_the_headings_with_their_paragraphs(self):
        make_cable(body="SUMMARY\n-------\n\n1. Fees rose.\n\nCOMMENT\n\n2. They may fall.\n\nDOE")
        response = self.client.get(PAGE)
        self.assertContains(
            response,
            '<ol><li><a href="#par0.1">Summary <span>1</span></a></li>'
            '<li><a href="#par1.1">Comment <span>2</span></a></li>'
            '<li><a href="#about">About this cable</a></li>'
            '<li><a href="#similar">Similar cables</a></li></ol>',
        )
        self.assertContains(response, '<p class="wire" role="heading" aria-level="3">COMMENT</p>')
        self.assertContains(response, '<p class="wire">DOE</p>')

    def test_the_contents_give_the_paragraph_where_a_heading_stands(self):
        text = "SUMMARY. Fees rose.\n\nCOMMENT{}\n\n1. They may fall.\n\n2. Or rise.\n\nDOE"
        for words, number in ((". We wait. END SUMMARY.", ""), (". We wait.", ""), ("", "1")):
            with self.subTest(words):
                reference = make_cable(f"06ROME90{len(words)}", body=text.format(words))
                page = self.client.get(f"/cable/{reference}/")
                self.assertContains(page, f"Comment <span>{number}</span></a>")

    def test_previous_and_next_of_its_origin(self):
        make_cables(["06BERLIN9", "06BERLIN900001", "06BERLIN900002"])  # In the same minute.
        make_cable("06BERLIN900003", created=CREATED + timedelta(minutes=1), subject="NETS & TAR")
        make_cable("06ROME900002", origin="Embassy Rome")
        for number in (6, 7):
            make_cable(f"06PARIS{number}", origin="Paris, office not printed")
        self.assertNotContains(self.client.get("/cable/06PARIS6/"), 'rel="next"')
        response = self.client.get("/cable/06BERLIN900002/")
        self.assertContains(response, '<a rel="prev" href="/cable/06BERLIN900001/">', 2)
        self.assertContains(response, '<a rel="next" href="/cable/06BERLIN900003/">', 2)
        self.assertContains(response, "06BERLIN900003 Nets &amp; Tar</a>")
        self.assertNotContains(self.client.get("/cable/06BERLIN900003/"), 'rel="next"')
        self.assertNotContains(self.client.get("/cable/06BERLIN9/"), 'rel="prev"')

    def test_a_withheld_cable_is_no_neighbour(self):
        make_cables([f"06BERLIN90000{number}" for number in range(1, 6)])
        for reference in ("06BERLIN900002", "06BERLIN900003"):
            cable = Cable.objects.get(reference=reference)
            cable.cites = ["06BERLIN900001"]
            cable.save()
            withhold(cable, "A witness is named in it.")
        response = self.client.get(PAGE)
        self.assertContains(response, '<a rel="next" href="/cable/06BERLIN900004/">')
        self.assertNotContains(response, "Referred to by")
        self.assertNotContains(response, "06BERLIN900002")

    def test_citing_cables_are_listed(self):
        make_cable()
        make_cable("06ROME900002", cites=["06BERLIN900001"], subject="", facts={"opening": "1. On"})
        response = self.client.get(PAGE)
        self.assertContains(response, "Referred to by")
        self.assertContains(
            response,
            '<a href="/cable/06ROME900002/">06ROME900002</a> <span>Telegram 900002, '
            "Embassy Berlin to Department of State, 14 March 2006</span>",
        )
        self.assertNotContains(response, "1 cable")

    def test_many_citing_cables_are_counted_and_the_first_listed(self):
        make_cable()
        make_cables(
            [f"07ROME{number}" for number in range(900100, 900130)], cites=["06BERLIN900001"]
        )
        response = self.client.get(PAGE)
        self.assertContains(response, "30 cables. The first 20 are:")
        self.assertContains(response, "07ROME900119</a>")
        self.assertNotContains(response, "07ROME900120")

    def test_a_cable_is_found_by_the_reference_it_once_had(self):
        make_cable(cites=["06BONN900002", "06BONN900003"])
        rome = make_cable("06ROME900002", subject="NETS")
        FormerReference.objects.create(cable=rome, reference="06BONN900002", kind="renamed")
        response = self.client.get(PAGE)
        self.assertContains(
            response, '<a href="/cable/06ROME900002/">06BONN900002</a> <span>Nets</span>'
        )
        self.assertContains(response, "06BONN900003\n<span>not here</span>")

    def test_articles_about_a_cable_are_linked(self):
        links = ["https://www.example.org/harbor?a=1&b=2", "javascript:alert(1)"]
        cable = make_cable(facts={"articles": links})
        Article.objects.create(slug="draft", title="Draft", named=["06BERLIN900001"])
        article = Article.objects.create(slug="fees", title="Fees <then>", published=RELEASED)
        article.links.create(cable=cable)
        response = self.client.get(PAGE)
        self.assertContains(response, '<a href="/articles/fees/">Fees &lt;then&gt;</a>')
        self.assertContains(
            response,
            '<a href="https://www.example.org/harbor?a=1&amp;b=2" rel="nofollow noopener">'
            "example.org/harbor?a=1&amp;b=2</a>",
        )
        self.assertNotContains(response, "javascript:")
        self.assertNotContains(response, "Draft")

    def test_the_number_of_queries_is_fixed_for_a_cable_with_everything(self):
        cable = make_cable(tags=["EFIS"], cites=["06ROME900002"])
        make_version(cable)
        make_cable("06ROME900002", cites=["06BERLIN900001"])
        Article.objects.create(slug="fees", title="Fees", published=RELEASED)
        self.client.get("/")  # What the rail counts is kept from now on.
        self.client.get(PAGE)  # The index of the tests has all cables now.
        with self.assertNumQueries(6):
            self.client.get(PAGE)


class PageFieldsTests(TestCase):
    """Templates test values: every name exists on every page of its kind."""

    def test_every_field_exists_whatever_the_cable_has(self):
        make_version(make_cable(subject="", header="", body="1. New words.", tags=[]))
        for address, page in (
            (PAGE, WholeCablePage),
            (f"{PAGE}?q=words", WholeCablePage),
            (f"{PAGE}v1/", WholeCablePage),
            (f"{PAGE}v2/", WholeCablePage),
            (f"{PAGE}par1/", ParagraphPage),
            (f"{PAGE}v1/par1/", VersionParagraphPage),
            (f"{PAGE}v2/par1/", VersionParagraphPage),
        ):
            context = self.client.get(address).context
            for field in fields(page):
                with self.subTest(address, field=field.name):
                    self.assertIn(field.name, context)
