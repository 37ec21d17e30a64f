"""The page that checks a quotation, and its JSON."""

from unittest import mock

from django.test import Client

from cables.publication.document_frequencies import count_words
from cables.search.timeouts import TooSlow
from cables.search_index.reader import IndexNotReady
from tests.base import TestCase
from tests.builders import make_cable, make_version, withhold
from tests.quotations.test_find import BODY, OLD, OTHER

HELD = "The harbor master of the northern quay raised all landing fees"
CHANGED = "The harbor master of the <b>southern</b> quay raised all landing fees"


class QuotePageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable("06BERLIN900001", body=BODY, subject="LANDING <FEES>")
        make_cable("06OSLO900002", body=OTHER)
        make_version(cls.cable, body=OLD)
        cls.cable.refresh_from_db()
        count_words()

    def post(self, quotation, reference="", **more):
        return self.client.post("/quote/", {"quotation": quotation, "reference": reference}, **more)

    def test_the_page_has_a_form(self):
        response = self.client.get("/quote/?reference=06%20berlin%20900001")
        self.assertContains(response, "The quotation, 5 to 500 words")
        self.assertContains(response, 'value="06BERLIN900001"')
        self.assertContains(self.client.get("/"), '<a href="/quote/">Check a quotation</a>')

    def test_it_works_without_a_cookie_and_sets_none(self):
        client = Client(enforce_csrf_checks=True)
        response = client.post("/quote/", {"quotation": HELD})
        self.assertContains(response, "Exact match</h1>")
        self.assertFalse(response.cookies)
        self.assertNotContains(client.get("/quote/"), "csrf")

    def test_answers_are_not_cached_and_send_no_referrer(self):
        for address in ("/quote/", "/quote.json"):
            with self.subTest(address):
                response = self.client.post(address, {"quotation": HELD})
                self.assertIn("no-store", response["Cache-Control"])
                self.assertEqual(response["Referrer-Policy"], "no-referrer")

    def test_the_quotation_is_not_logged(self):
        with self.assertNoLogs():
            self.post(HELD)

    def test_an_exact_quotation_is_confirmed_with_a_link(self):
        response = self.post(HELD)
        self.assertContains(response, "Exact match</h1>")
        self.assertContains(response, f"<mark>{HELD}</mark>")
        self.assertContains(response, 'href="/cable/06BERLIN900001/v2/#par1"')
        self.assertContains(response, "the current one")
        self.assertContains(response, "2012-03-05")
        self.assertContains(response, self.cable.digest)
        self.assertContains(response, "It does not prove that the Department of State")
        self.assertContains(response, f">\n{HELD}</textarea>")

    def test_a_quotation_of_a_superseded_version_is_confirmed(self):
        response = self.post("the northern quay lowered some landing fees once")
        self.assertContains(response, "This text has been replaced since.")
        self.assertContains(response, 'href="/cable/06BERLIN900001/v1/#par1"')
        self.assertContains(response, self.cable.versions.get().digest)

    def test_the_answer_leads_to_these_words_elsewhere(self):
        page = "/cable/06BERLIN900001/par1/elsewhere/"
        self.assertContains(self.post(HELD), f'<a rel="nofollow" href="{page}">')
        self.assertEqual(self.client.get(page).status_code, 200)
        earlier = self.post("the northern quay lowered some landing fees once")
        self.assertNotContains(earlier, "These words elsewhere")

    def test_differing_words_are_shown_side_by_side(self):
        response = self.post(CHANGED)
        self.assertContains(response, "Close match, 1 difference</h1>")
        self.assertContains(response, "<del>&lt;b&gt;southern&lt;/b&gt;</del>")
        self.assertContains(response, "<ins>northern</ins>")
        response = self.post(HELD.replace("all ", ""))
        self.assertContains(response, "<i>(nothing)</i>")

    def test_a_quotation_of_several_paragraphs_shows_each(self):
        response = self.post(
            "twice within a single week. Shippers complained [...] to the ministry"
        )
        self.assertContains(response, "v2/#par1")
        self.assertContains(response, "v2/#par2")
        self.assertContains(response, "nothing more")
        self.assertContains(response, "marks of paragraphs")

    def test_the_reference_can_be_pasted_with_it_or_typed(self):
        for quotation, reference in (
            (f"“{HELD}” (06BERLIN900001, para 1)", ""),
            (HELD, "06 Berlin 900001"),
        ):
            with self.subTest(reference):
                self.assertEqual(
                    self.post(quotation, reference).context["traced"].asked, self.cable
                )
        self.assertContains(self.post(HELD, "06OSLO900002"), "has no similar passage")
        self.assertContains(self.post(HELD, "06OSLO900009"), "does not hold 06OSLO900009")
        self.assertContains(self.post(HELD, "nonsense"), "is not a reference")

    def test_a_quotation_in_another_cable_than_the_cited_one_says_so(self):
        text = HELD.replace("all", "no")
        make_cable("06ROME900003", body=f"1. {text} again.")
        count_words()
        response = self.post(text, "06BERLIN900001")
        self.assertContains(response, "Not 06BERLIN900001, but")
        self.assertContains(response, "In 06BERLIN900001</h2>")

    def test_a_withheld_cable_gives_nothing_away(self):
        withhold(self.cable, "Somebody is in danger.")
        response = self.post("the northern quay lowered some landing fees once", "06BERLIN900001")
        self.assertContains(response, "Not found</h1>")
        self.assertContains(response, "is withheld from readers")
        self.assertNotContains(response, "within a month")
        self.assertNotContains(response, "in danger")

    def test_a_quotation_that_cannot_be_checked_gets_an_explanation(self):
        cases = {
            "": (400, "The text has no words"),
            " \n\t": (400, "The text has no words"),
            "\0\0\x01": (400, "The text has no words"),
            "!?… —": (400, "The text has no words"),
            "“harbor”": (400, "The text has 1 word,"),
            "one two three four": (400, "The text has 4 words"),
            "word " * 501: (400, "The text has 501 words"),
            "word" * 6_000: (400, "more than 500 words"),
            "a" * 1_000_000: (413, "too long"),
            "[" * 19_000: (400, "The text has no words"),
        }
        for pasted, (status, sentence) in cases.items():
            with self.subTest(pasted[:20]):
                self.assertContains(self.post(pasted), sentence, status_code=status)

    def test_any_other_text_gets_an_answer(self):
        for pasted in (
            "har\0bor master \x02 of the northern \x1b quay raised",
            "\u202eשלום עולם מן הנמל הצפוני\u202c",
            "\ud83d\ude00 harbor \ud83d\ude00 master of the northern quay",
            "'; DROP TABLE cables; -- harbor master & | ! :* northern",
            "<script>alert(1)</script> harbor master of the northern quay",
            "ab " * 500,
            "a.b.c @x.y 1,2,3 4:5 __ -- ''' ((( [[[ one two three",
            "नमस्ते दुनिया उत्तरी घाट के बंदरगाह",
            "ﬁne ½ ² ① ℌarbor fees were raised",
            "the and of to in it is was as by",
        ):
            with self.subTest(pasted[:30]):
                self.assertEqual(
                    self.post(pasted.encode("utf-8", "replace").decode()).status_code, 200
                )
        broken = {"content_type": "application/x-www-form-urlencoded"}
        response = self.client.post("/quote/", b"quotation=%ff%fe+a+b+c+d+e+\xff", **broken)
        self.assertEqual(response.status_code, 200)
        response = self.client.post("/quote/", b"{}", content_type="application/json")
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.client.put("/quote/").status_code, 405)

    def test_too_common_words_get_an_explanation(self):
        slow = mock.Mock(side_effect=TooSlow)
        with mock.patch("cables.quotations.candidates.find_superseded", slow):
            self.assertContains(self.post("Nobody wrote such words about herring"), "add words")

    def test_without_an_index_it_says_so(self):
        with mock.patch("cables.search.index_selection.snapshot_of", side_effect=IndexNotReady):
            response = self.post("Nobody wrote such words about herring")
        self.assertContains(response, "being built", status_code=503)

    def test_the_nearest_text_is_shown_if_none_has_it(self):
        response = self.post(
            "The harbor master of the northern isles met envoys from remote Tahiti"
        )
        self.assertContains(response, "Not found</h1>")
        self.assertContains(response, "Closest text</caption>")

    def test_the_json_has_the_same_result(self):
        answer = self.client.post("/quote.json", {"quotation": CHANGED}).json()
        self.assertEqual(answer["verdict"], "altered")
        found = answer["found"][0]
        self.assertEqual((found["reference"], found["version"]), ("06BERLIN900001", 2))
        self.assertEqual(found["sha256"], self.cable.digest)
        self.assertEqual(found["passages"][0]["id"], "par1")
        self.assertEqual(found["differences"][0]["printed"], "northern")
        response = self.client.post("/quote.json", {"quotation": "one two"})
        self.assertEqual(response.status_code, 400)
        self.assertIn("at least 5", response.json()["detail"])
        self.assertEqual(self.client.get("/quote.json").status_code, 405)
