"""The page of search results: facts, excerpts, links, notes."""

from unittest.mock import patch
from urllib.parse import quote

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cables.models import FormerReference, Tag
from cables.search_index.reader import IndexNotReady
from tests.builders import CREATED, make_cable, make_cables, withhold
from tests.views.pages import PageTestCase, text_of

BODY = """1. (U) The harbor raised its fees.

2. (C) Ships complained of the weather. Nothing else was said.

3. (U) Later the harbors of the north did so too."""
# What anyone may type or paste: each has an answer or a sentence.
HOSTILE = [
    *("a", "é", "x" * 5_000, "x " * 2_500, "\x00", "\x01\x02\x03", "\ud800", "\u202e\u200b"),
    *('"', '"harbor', 'harbor"" "fees', "'", "\\", "\\'", "%", "_", "*", "harbor*", "-", "--"),
    *("-harbor", "- harbor", "or", "or or", "harbor or", "or harbor", "&", "|", "!", "!harbor"),
    *("harbor & | fees", "(harbor", ")harbor(", "harbor <-> fees", "harbor:*", "harbor:A", ":A"),
    *("'; DROP TABLE cables_cable; --", "' OR 1=1", "$$", "{{ 7 }}", "<script>alert(1)</script>"),
    *("subject:", "subject:subject:", "ref:", "ref:1", "from:", "to:", "tag:", "tag:''", "origin:"),
    *("before:", "before:x", "before:0000", "before:99999", "after:2007-13", "after:2007-02-30"),
    *("before:2008 after:2009", "http://", "06BERLIN", "99ZZZ1", "\U0001f600", "ＡＢＣ", "İ", "ß"),
    *("&amp;", "a\tb\nc", "https://host/cable/?q=%00", "07 harbor 12", "( ) ( )", "a" * 300),
]
FORMS = ("/search/", "/search.json", "/search.csv", "/search.atom")


class SearchTestCase(PageTestCase):
    @classmethod
    def setUpTestData(cls):
        Tag.objects.create(code="EFIS", kind="subject", label="Fisheries")
        cls.cable = make_cable(body=BODY, tags=["EFIS", "EWWT"])
        made = {"body": "1. The harbor is closed.", "subject": "WEATHER", "tags": ["EFIS"]}
        lima = {"origin": "Embassy Lima", "classification": "SECRET"}
        make_cable("07LIMA900001", created=CREATED.replace(year=2007), **lima, **made)


class ResultTests(SearchTestCase):
    def test_each_excerpt_leads_to_its_paragraph(self):
        tree = self.tree("/search/?q=harbor+fees")
        (result,) = tree.find_class("results")[0]
        self.assertEqual(
            text_of(result.find("h2/a")), "Harbor Fees 06BERLIN900001 2006-03-14 09:26"
        )
        cable = "/cable/06BERLIN900001/?q=harbor+fees&in=/search/%3Fq%3Dharbor%2Bfees&at=1"
        self.assertEqual(result.xpath(".//dt/a/@href"), [f"{cable}#par1", f"{cable}#par3"])
        self.assertEqual(result.xpath(".//dl/div[1]//mark/text()"), ["harbor", "fees"])
        self.assertEqual(result.xpath(".//dl/div[2]//mark/text()"), ["harbors"])
        self.assertEqual(result.xpath(".//h2/a/@href"), [cable])
        self.assertEqual(result.xpath(".//h2//mark/text()"), ["Harbor", "Fees"])
        self.assertEqual(tree.xpath("//header//input[@name='q']/@value"), ["harbor fees"])

    def test_the_count_and_the_facts_of_results_are_shown(self):
        self.assertEqual(self.total("/search/?q=harbor"), 2)
        result = self.tree("/search/?q=fees").find_class("results")[0][0]
        facts = " ".join(map(text_of, result.find_class("meta")))
        self.assertEqual(
            facts, "06BERLIN900001 2006-03-14 09:26 Embassy Berlin UNCLASSIFIED EFIS, EWWT"
        )

    def test_an_opening_line_is_the_headline_where_a_title_repeats(self):
        titled = {"title": "Mr. Dayton to Mr. Seward"}
        for number, opening in enumerate(("The salt arrived.", "The salt is gone."), 1):
            facts = titled | {"opening": opening}
            make_cable(f"64PARIS90000{number}", subject="", facts=facts, tags=["EFIS"])
        heads = self.tree("/search/?q=tag:EFIS").xpath("//h2/a/text()[1]")
        rows = self.tree("/tag/EFIS/").xpath("//td[@class='subject']/a/text()[1]")
        for shown in (heads, rows):
            self.assertIn("The salt arrived.", [text.strip() for text in shown])
        below = self.tree("/tag/EFIS/").find_class("says")
        self.assertEqual([text_of(each) for each in below], ["Mr. Dayton to Mr. Seward"] * 2)

    def test_a_tag_that_names_a_person_is_not_shown(self):
        make_cable("06BERLIN900003", body="1. Zebra.", tags=["FISHER, ANN", "EFIS"])
        self.assertNotContains(self.client.get("/search/?q=zebra"), "FISHER")

    def test_filters_alone_are_a_search(self):
        self.assertEqual(self.total("/search/?origin=embassy-lima"), 1)
        tree = self.tree("/search/?origin=embassy-lima")
        self.assertEqual(
            tree.xpath("//ol//h2/a/@href"),
            ["/cable/07LIMA900001/?in=/search/%3Forigin%3Dembassy-lima&at=1"],
        )
        self.assertNotIn("Relevance", text_of(tree.find_class("sort")[0]))

    def test_an_empty_search_shows_search_tips(self):
        for address in ("/search/", "/search/?q=", "/search/?q=+&origin="):
            with self.subTest(address):
                response = self.client.get(address, follow=True)
                self.assertContains(response, "Search tips")
                self.assertEqual(response.request["QUERY_STRING"], "")

    def test_results_have_pages(self):
        make_cables([f"06LIMA9{n:05}" for n in range(100, 139)], body="1. Zebra.")
        self.assertEqual(len(self.tree("/search/?q=zebra").find_class("results")[0]), 20)
        tree = self.tree("/search/?q=zebra&page=2")
        self.assertEqual(tree.find_class("results")[0].get("start"), "21")
        self.assertEqual(tree.xpath("//a[@rel='prev']/@href"), ["/search/?q=zebra&page=1"])
        self.assertEqual(self.client.get("/search/?q=zebra&page=3").status_code, 404)

    def test_search_engines_do_not_index_results(self):
        self.assertContains(self.client.get("/search/?q=harbor"), 'content="noindex, nofollow"')

    def test_questions_to_the_database_do_not_grow_with_the_results(self):
        make_cables([f"06LIMA9{n:05}" for n in range(100, 139)], body="1. Zebra.")
        self.client.get("/search/?q=fees")  # Reads the facts of all cables, which are kept.
        counts = set()
        for query in ("harbor", "zebra"):
            cache.clear()
            with CaptureQueriesContext(connection) as asked:
                self.client.get(f"/search/?q={query}")
            counts.add(len(asked))
        self.assertEqual(len(counts), 1)
        self.assertLessEqual(max(counts), 25)


class ExcerptsTests(SearchTestCase):
    def test_excerpts_are_told_of_only_where_there_are_any(self):
        told = "Excerpts of cables are shown as they were sent"
        self.assertContains(self.client.get("/search/?q=harbor+fees"), told)
        self.assertNotContains(self.client.get("/search/?q=nothingofthekind"), told)

    def test_a_phrase_of_common_words_is_shown_where_it_stands_as_a_whole(self):
        body = "1. Not to be seen, or to be.\n\n2. For your eyes\nonly, to be or not."
        make_cable("06BERLIN900009", body=body)
        for question, marked in (
            ('"eyes only"', "eyes only"),
            ("eyes only", "eyes only"),
            ("to be or not", "to be or not"),
        ):
            with self.subTest(question):
                tree = self.tree(f"/search/?q={quote(question)}")
                excerpts = tree.xpath("//*[@class='hits']//dd")
                self.assertEqual(text_of(excerpts[0].xpath(".//mark")[0]), marked)
                self.assertIn("For your eyes only, to be or not.", text_of(excerpts[0]))


class ReferenceTests(SearchTestCase):
    def test_a_reference_anywhere_redirects_to_its_cable(self):
        FormerReference.objects.create(cable=self.cable, reference="06BONN900001", kind="renamed")
        for text in (
            *("06BERLIN900001", "06 Berlin 900001", "see 06BERLIN900001, harbor", "06BONN900001"),
            "https://host/cable/2006/03/06BERLIN900001.html#par2",
            "Telegram 900001 from Berlin, March 14, 2006.",
        ):
            for form in FORMS:
                with self.subTest(text, form=form):
                    response = self.client.get(form, {"q": text})
                    self.assertRedirects(response, "/cable/06BERLIN900001/")

    def test_the_reference_of_a_withheld_cable_leads_to_the_reason(self):
        withhold(self.cable, "It names a witness.")
        response = self.client.get("/search/?q=06BERLIN900001", follow=True)
        self.assertContains(response, "It names a witness.", status_code=410)

    def test_a_reference_that_is_not_held_is_named_and_its_words_are_searched(self):
        tree = self.tree("/search/?q=06BERLIN999999")
        self.assertIn("does not hold 06BERLIN999999", text_of(tree.find_class("understood")[0]))
        self.assertNotIn("below", text_of(tree.find_class("understood")[0]))
        self.assertIn("/cable/06BERLIN999999/", tree.xpath("//main//a/@href"))

    def test_times_and_single_letters_between_numbers_are_no_reference(self):
        for text in ("12-X-1963", "1970 to 1969", "1970 and 1969", "1970 through 1969"):
            with self.subTest(text):
                self.assertNotContains(self.client.get("/search/", {"q": text}), "does not hold")

    def test_the_former_parameter_still_works(self):
        self.assertRedirects(self.client.get("/?ref=06BERLIN900001"), "/cable/06BERLIN900001/")


class NotesTests(SearchTestCase):
    def test_notes_name_what_was_ignored(self):
        tree = self.tree("/search/?q=harbor+after:never&tag=NONE")
        notes = [text_of(note) for note in tree.find_class("understood")[0]]
        self.assertEqual(len(notes), 2)
        self.assertIn("after:never", notes[0])
        self.assertIn("Tag is left out", notes[1])

    def test_a_misspelt_question_shows_what_its_correction_finds(self):
        for query, said, link in (
            ("q=harbro&sort=created", "Showing harbor & fees;", "?q=harbro&sort=created&plain=yes"),
            (
                "q=harbro&origin=embassy-lima",
                "Did you mean",
                "?origin=embassy-lima&q=harbor+%26+fees",
            ),
            ("q=harbro&plain=yes", "Did you mean", "?q=harbor+%26+fees"),
            ("q=harbor&sort=created", "Did you mean", "?sort=created&q=harbor+%26+fees"),
        ):
            with (
                self.subTest(query),
                patch("cables.views.list_pages.search_page.MISTYPED", 20),
                patch("cables.views.list_pages.search_page.suggest", return_value="harbor & fees"),
            ):
                tree = self.tree(f"/search/?{query}")
                self.assertIn(said, text_of(tree.find("body//main")))
                self.assertIn(f"/search/{link}", tree.xpath("//main//a/@href"))

    def test_a_word_of_many_other_letters_is_only_offered(self):
        for suggestion, said in (("harbor", "Showing harbor;"), ("harbors north", "Did you mean")):
            with (
                self.subTest(suggestion),
                patch("cables.views.list_pages.search_page.suggest", return_value=suggestion),
            ):
                self.assertIn(said, text_of(self.tree("/search/?q=harbro").find("body//main")))

    def test_lists_with_the_name_are_linked(self):
        tree = self.tree("/search/?q=lima")
        self.assertIn("/origin/embassy-lima/", tree.xpath("//main//a/@href"))

    def test_a_list_is_named_by_whole_beginnings_of_its_words(self):
        make_cable("06THEHAGUE900001", origin="Embassy The Hague")
        make_cable("06MAYOR900001", origin="Mayor of Rell")
        for words, named in (
            *(("lim", True), ("embassy li", True), ("ima", False), ("the", False)),
            *(("mayo", True), ("may", False)),
        ):
            with self.subTest(words):
                links = self.tree(f"/search/?q={quote(words)}").xpath(
                    "//*[@class='understood']/p/a/@href"
                )
                self.assertEqual(bool(links), named)

    def test_a_search_without_results_offers_a_quotation_check(self):
        words = "“the harbor’s fees are … to be doubled”"
        (form,) = self.tree(f"/search/?q={quote(words)}").xpath("//form[@method='post']")
        fields = dict(form.form_values())
        self.assertEqual((form.get("action"), fields), ("/quote/", {"quotation": words}))
        self.assertEqual(self.client.post("/quote/", fields).status_code, 200)
        for fewer in ("zebra crossing", "harbor fees"):
            with self.subTest(fewer):
                page = self.tree(f"/search/?q={quote(fewer)}")
                self.assertEqual(page.xpath("//form[@method='post']"), [])

    def test_a_search_says_that_its_index_is_being_built(self):
        absent = patch("cables.search.index_selection.snapshot_of", side_effect=IndexNotReady)
        for form in FORMS:
            with self.subTest(form), absent:
                response = self.client.get(f"{form}?q=harbor")
                self.assertContains(response, "being built", status_code=503)
                self.assertEqual(response["Retry-After"], "10")
        with absent:
            self.assertEqual(self.client.get("/").status_code, 200)
            self.assertEqual(self.client.get("/cable/06BERLIN900001/").status_code, 200)


class HostileTests(SearchTestCase):
    def test_every_text_has_an_answer(self):
        for text in HOSTILE:
            asked = quote(text.encode("utf-8", "surrogatepass"))
            for address in FORMS:
                with self.subTest(text[:40], address=address):
                    response = self.client.get(f"{address}?q={asked}")
                    self.assertIn(response.status_code, (200, 302))
            with self.subTest(text[:40], address="cable"):
                response = self.client.get(f"/cable/06BERLIN900001/?q={asked}")
                self.assertEqual(response.status_code, 200)
                self.assertNotContains(response, "<script>")

    def test_any_parameter_has_an_answer(self):
        for query in ("page=0", "page=x", "page=99", "page=1e9", "sort=x", "tag=%00", "country=x"):
            for address in FORMS:
                with self.subTest(query, address=address):
                    response = self.client.get(f"{address}?q=harbor&{query}")
                    self.assertIn(response.status_code, (200, 400, 404))

    def test_only_get_and_head_are_answered(self):
        self.assertEqual(self.client.post("/search/", {"q": "harbor"}).status_code, 405)
