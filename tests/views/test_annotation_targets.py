"""Programs get the selectors of a paragraph or of words in it, which hold in page and text file."""

from lxml import html

from cables.api.selectors import read_page
from tests.base import TestCase
from tests.builders import make_cable, make_version, withhold
from tests.views.test_cable_page import PAGE, TELEGRAM

SITE = "http://testserver"
LIST = (
    "1. (U) Fees of these rose:\n\n- ships 😀\n- boats\n\n2. (U) Ships\ncomplained, and ships paid."
)


def by_type(target):
    return {each["type"]: each for each in target["selector"]}


class SelectorsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(body=LIST)
        make_cable("06ROME900002", body=TELEGRAM)

    def get(self, place, **query):
        response = self.client.get(f"{PAGE}{place}/selectors.json".replace("//", "/"), query)
        self.assertEqual(response.status_code, 200, response.content)
        return response.json()

    def check(self, values):
        """Fail unless every selector finds the words of its quotation where it says."""
        page, *texts = values["target"]
        self.assertEqual(page["source"], f"{SITE}{PAGE}")
        body = read_page(self.client.get(PAGE).content.decode()).text.encode("utf-16-le")
        chosen = by_type(page)
        place = chosen["TextPositionSelector"]
        words = body[2 * place["start"] : 2 * place["end"]].decode("utf-16-le")
        self.assertEqual(words, chosen["TextQuoteSelector"]["exact"])
        self.assertEqual(chosen["FragmentSelector"]["value"], values["paragraphs"][0])
        for paragraph, target in zip(values["paragraphs"], texts, strict=True):
            self.assertEqual(target["source"], f"{SITE}{PAGE}v1/{paragraph}.txt")
            text = self.client.get(target["source"]).content.decode()
            chosen = by_type(target)
            place, quote = chosen["TextPositionSelector"], chosen["TextQuoteSelector"]
            self.assertEqual(text[place["start"] : place["end"]], quote["exact"])
        return words

    def test_a_whole_paragraph(self):
        values = self.get("par2")
        self.assertEqual(values["paragraphs"], ["par2"])
        self.assertEqual(values["pinned"], f"{SITE}{PAGE}v1/par2/")
        self.assertEqual(self.check(values), "2. (U) Ships\ncomplained, and ships paid.")

    def test_words_and_characters_of_a_paragraph(self):
        for query, words in (
            ({"exact": "Ships complained"}, "Ships\ncomplained"),
            ({"exact": "ships paid."}, "ships paid."),
            ({"start": 7, "end": 12}, "Ships"),
        ):
            with self.subTest(query):
                self.assertEqual(self.check(self.get("par2", **query)), words)

    def test_a_list_whose_line_breaks_a_page_leaves_out(self):
        values = self.get("par1.1", exact="ships 😀 - boats")
        self.assertEqual(self.check(values), "ships 😀- boats")

    def test_words_are_found_in_the_whole_cable(self):
        values = self.get("", exact="complained, and")
        self.assertEqual(values["paragraphs"], ["par2"])
        self.assertEqual(self.check(values), "complained, and")

    def test_a_selection_over_several_paragraphs(self):
        values = self.get("par1--par2", exact="boats 2. (U) Ships")
        self.assertEqual(values["paragraphs"], ["par1.1", "par2"])
        words = self.check(values)
        self.assertTrue(words.startswith("boats") and words.endswith("Ships"))

    def test_errors_say_what_to_do(self):
        for place, query, status, sentence in (
            ("par2/", {"exact": "no such words"}, 404, "/quote/ finds"),
            ("par2/", {"start": "7"}, 400, "?start= is below ?end="),
            ("par2/", {"start": "9", "end": "7"}, 400, "?start= is below ?end="),
            ("par2/", {"start": "0", "end": "999"}, 400, "0 to 40"),
            ("par2/", {"start": "٣", "end": "7"}, 400, "0 to 40"),
            ("", {}, 400, "Give the words as ?exact="),
            ("", {"start": "0", "end": "7"}, 400, "use its address"),
            ("par9/", {}, 404, "is not in 06BERLIN900001"),
            ("par2/", {"exact": "x" * 20_001}, 400, "at most 20000"),
        ):
            with self.subTest(place, query=str(query)[:40]):
                response = self.client.get(f"{PAGE}{place}selectors.json", query)
                self.assertEqual(response.status_code, status)
                self.assertEqual(response["Content-Type"], "application/problem+json")
                self.assertIn(sentence, response.json()["detail"])

    def test_every_paragraph_of_a_telegram_is_found_in_its_page(self):
        address = "/cable/06ROME900002/"
        page = read_page(self.client.get(address).content.decode())
        for block in self.client.get(f"{address[:-1]}.json").json()["paragraphs"]:
            with self.subTest(block["id"]):
                values = self.client.get(f"{address}{block['id']}/selectors.json").json()
                quote = by_type(values["target"][0])["TextQuoteSelector"]
                self.assertIn(quote["exact"], page.text)
                self.assertEqual("".join(quote["exact"].split()), "".join(block["text"].split()))

    def test_a_withheld_cable_has_none(self):
        withhold(self.cable, "A witness is named in it.")
        for place in ("", "par2/", "par1--par2/"):
            response = self.client.get(f"{PAGE}{place}selectors.json?exact=ships")
            self.assertEqual(response.status_code, 410)
            self.assertNotContains(response, "paid", status_code=410)


class SpellingTests(TestCase):
    """Another spelling of an address leads to the same selection, not to the whole paragraph."""

    @classmethod
    def setUpTestData(cls):
        cable = make_cable(body="1. Ships in\n2005. They paid.\n\n2. Boats.")
        make_version(cable, body="1. Ships in\n2005. They paid.")

    def test_redirects_keep_the_selection(self):
        for place, right in (
            ("par2--par1/", "par1--par2/"),
            ("par1--par1/", "par1/"),
            ("par2005/", "par1/"),  # As earlier archives named it.
            ("par2005--par2/", "par1--par2/"),
            ("v1/par2005/", "v1/par1/"),
        ):
            for query in ("", "?exact=They+paid", "?start=0&end=5"):
                with self.subTest(place, query=query):
                    response = self.client.get(f"{PAGE}{place}selectors.json{query}")
                    self.assertIn(response.status_code, (301, 302))
                    self.assertEqual(response["Location"], f"{PAGE}{right}selectors.json{query}")


class VersionSelectorsTests(TestCase):
    """An annotation of a version holds on to the page of that version, which always shows it."""

    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(body="1. (U) Ships pay less 😀 now.\n\n2. (U) They rejoice.")
        make_version(cls.cable, body="1. (U) Ships complained\nand paid.")

    def check(self, place, paragraph, version, words, **query):
        values = self.client.get(f"{PAGE}{place}selectors.json", query).json()
        self.assertEqual((values["version"], values["paragraphs"]), (version, [paragraph]))
        self.assertEqual(values["pinned"], f"{SITE}{PAGE}v{version}/{paragraph}/")
        page, text = values["target"]
        self.assertEqual(page["source"], f"{SITE}{PAGE}v{version}/")
        chosen = by_type(page)
        self.assertEqual(chosen["FragmentSelector"]["value"], paragraph)
        body = read_page(self.client.get(f"{PAGE}v{version}/").content.decode()).text
        place = chosen["TextPositionSelector"]
        units = body.encode("utf-16-le")[2 * place["start"] : 2 * place["end"]]
        self.assertEqual(units.decode("utf-16-le"), words)
        self.assertEqual(chosen["TextQuoteSelector"]["exact"], words)
        self.assertEqual(text["source"], f"{SITE}{PAGE}v{version}/{paragraph}.txt")
        self.assertEqual(by_type(text)["TextQuoteSelector"]["exact"], words)

    def test_the_words_of_a_version(self):
        whole = "1. (U) Ships complained\nand paid."
        now = "1. (U) Ships pay less 😀 now."
        self.check("v1/par1/", "par1", 1, whole)
        self.check("v1/par1/", "par1", 1, "complained\nand", exact="complained and")
        self.check("v1/par1/", "par1", 1, "Ships", start=7, end=12)
        self.check("v1/", "par1", 1, "complained\nand", exact="complained and")
        self.check("v2/par1/", "par1", 2, now)
        self.check("v2/", "par2", 2, "They rejoice", exact="They rejoice")

    def test_what_a_version_lacks(self):
        for place, query, status, sentence in (
            ("v1/par1/", {"exact": "rejoice"}, 404, "/quote/ finds"),
            ("v1/par2/", {}, 404, "Paragraph 2 is not in version 1 of 06BERLIN900001."),
            ("v9/par1/", {}, 404, "has no version 9"),
            ("v1/", {}, 400, "Give the words as ?exact="),
        ):
            with self.subTest(place):
                response = self.client.get(f"{PAGE}{place}selectors.json", query)
                self.assertEqual(response.status_code, status)
                self.assertIn(sentence, response.json()["detail"])

    def test_other_spellings_lead_to_the_one_address(self):
        other = "/cable/06berlin900001/v1/par1/selectors.json?exact=Ships"
        self.assertRedirects(
            self.client.get(other), f"{PAGE}v1/par1/selectors.json?exact=Ships", 301
        )

    def test_a_withheld_cable_has_none(self):
        withhold(self.cable, "A witness is named in it.")
        for place in ("v1/", "v1/par1/", "v2/par1/"):
            response = self.client.get(f"{PAGE}{place}selectors.json?exact=Ships")
            self.assertEqual(response.status_code, 410)
            self.assertNotContains(response, "paid", status_code=410)


class CanonicalTests(TestCase):
    """Annotations of one version are listed on the others: programs compare canonical addresses."""

    def test_all_versions_have_one_canonical_address(self):
        cable = make_cable()
        make_version(cable, 1)
        make_version(cable, 2)
        for places, canonical in (
            (("", "v1/", "v2/", "v3/", "?q=fees"), PAGE),
            (("par1/", "v1/par1/", "v2/par1/", "v3/par1/"), f"{PAGE}par1/"),
        ):
            for place in places:
                with self.subTest(place):
                    tree = html.document_fromstring(self.client.get(f"{PAGE}{place}").content)
                    (link,) = tree.xpath("//link[@rel='canonical']/@href")
                    self.assertEqual(link, f"{SITE}{canonical}")

    def test_the_page_of_annotations_is_guidance_that_curators_can_replace(self):
        page = self.client.get("/annotations/")
        self.assertContains(page, "Hypothesis")
        self.assertRedirects(self.client.get("/about/annotations/"), "/annotations/", 301)
        self.assertContains(self.client.get("/about/"), '"/annotations/"')
