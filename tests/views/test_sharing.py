"""What other sites show of a cable or its paragraphs: a picture, a quotation in a frame, oEmbed."""

from io import BytesIO
from unittest.mock import patch
from urllib.parse import quote

from django.test import SimpleTestCase
from lxml import html
from PIL import Image

from cables.graphics.quotation_card import EDGE, SIZES, WIDTH, draw_card, fit, font, in_latin, wrap
from cables.telegram.shorten_text import shorten
from tests.base import TestCase
from tests.builders import make_cable, make_version, withhold

CABLE = "/cable/06BERLIN900001/"
SITE = "http://testserver"
PLACES = (CABLE, f"{CABLE}par2/", f"{CABLE}par1--par2/")


class SharingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(subject="HARBOR FEES")

    def meta(self, address):
        """Return {property or name: content} of a page."""
        tree = html.fromstring(self.client.get(address).content)
        return {
            each.get("property") or each.get("name"): each.get("content")
            for each in tree.iter("meta")
        }

    def test_a_page_names_a_picture_of_the_size_that_it_has(self):
        for address in PLACES:
            with self.subTest(address):
                meta = self.meta(address)
                self.assertEqual(meta["og:image"], f"{SITE}{address}card.png")
                self.assertEqual(meta["twitter:card"], "summary_large_image")
                self.assertTrue(meta["og:image:alt"])
                response = self.client.get(meta["og:image"])
                self.assertEqual(response["Content-Type"], "image/png")
                self.assertEqual(response["Cross-Origin-Resource-Policy"], "cross-origin")
                size = Image.open(BytesIO(response.content)).size
                self.assertEqual(size, (int(meta["og:image:width"]), int(meta["og:image:height"])))
                self.assertEqual(size, (1200, 630))

    def test_each_paragraph_has_a_picture_of_its_own_words(self):
        pictures = {self.client.get(f"{CABLE}{name}/card.png").content for name in ("par1", "par2")}
        self.assertEqual(len(pictures), 2)

    def test_a_superseded_text_has_no_picture(self):
        make_version(self.cable)
        self.assertNotIn("og:image", self.meta(f"{CABLE}v1/"))
        self.assertIn("og:image", self.meta(CABLE))

    def test_a_quotation_may_be_framed_and_no_other_page(self):
        for address in PLACES:
            with self.subTest(address):
                response = self.client.get(f"{address}embed/")
                self.assertIn("frame-ancestors *", response["Content-Security-Policy"])
                self.assertNotIn("X-Frame-Options", response)
                self.assertNotIn("<script", response.content.decode())
                for other in (address, f"{address}card.png", f"{address}cite/"):
                    framed = self.client.get(other)
                    self.assertIn("frame-ancestors 'none'", framed["Content-Security-Policy"])
                    self.assertEqual(framed["X-Frame-Options"], "DENY")
        missing = self.client.get(f"{CABLE}par9/embed/")
        self.assertEqual((missing.status_code, missing["X-Frame-Options"]), (404, "DENY"))

    def test_a_quotation_has_words_source_and_a_link(self):
        tree = html.fromstring(self.client.get(f"{CABLE}par2/embed/").content)
        self.assertEqual(tree.xpath("string(//blockquote)"), "Ships complained.")
        self.assertEqual(tree.xpath("//a/@href"), [f"{SITE}{CABLE}par2/"])
        self.assertEqual(tree.xpath("//a/@target"), ["_blank"])
        source = " ".join(tree.find_class("source")[0].text_content().split())
        self.assertTrue(
            source.startswith("06BERLIN900001, para. 2, Embassy Berlin, 14 March 2006"), source
        )

    def test_oembed_describes_every_page_that_can_be_quoted(self):
        for address, frame in (
            *((place, f"{place}embed/") for place in PLACES),
            (f"{CABLE}#par2", f"{CABLE}par2/embed/"),
            ("/cable/06BERLIN900001", f"{CABLE}embed/"),
        ):
            with self.subTest(address):
                found = self.oembed(f"{SITE}{address}").json()
                self.assertEqual((found["version"], found["type"]), ("1.0", "rich"))
                frames = html.fromstring(found["html"])
                self.assertEqual(frames.get("src"), f"{SITE}{frame}")
                self.assertEqual(int(frames.get("width")), found["width"])
                self.assertEqual(int(frames.get("height")), found["height"])
                self.assertEqual(self.client.get(frames.get("src")).status_code, 200)
                self.assertIn("Harbor Fees", found["title"])

    def test_a_page_leads_to_its_oembed(self):
        for address in PLACES:
            with self.subTest(address):
                tree = html.fromstring(self.client.get(address).content)
                (link,) = tree.xpath("//link[@type='application/json+oembed']/@href")
                self.assertIn("06BERLIN900001", self.client.get(link).json()["title"])

    def test_oembed_keeps_to_the_size_that_is_asked_for(self):
        address = f"{SITE}{CABLE}par2/"
        found = self.oembed(address, maxwidth=300, maxheight=100).json()
        self.assertEqual((found["width"], found["height"]), (300, 100))
        self.assertNotIn("thumbnail_url", found)
        self.assertEqual(self.oembed(address).json()["thumbnail_width"], 1200)

    def test_oembed_refuses_what_it_does_not_describe(self):
        withhold(make_cable("06ROME900002"), "A witness is named in it.")
        for address, more, status in (
            ("", {}, 404),
            ("https://elsewhere.example/cable/06BERLIN900001/", {}, 404),
            ("//testserver/cable/06BERLIN900001/", {}, 404),
            ("http://[/cable/", {}, 404),
            (f"{SITE}/", {}, 404),
            (f"{SITE}{CABLE}v1/", {}, 404),
            (f"{SITE}{CABLE}par9/", {}, 404),
            (f"{SITE}{CABLE}#page-2", {}, 404),
            (f"{SITE}/cable/06OSLO900001/", {}, 404),
            (f"{SITE}/cable/06ROME900002/", {}, 410),
            (f"{SITE}{CABLE}", {"format": "xml"}, 501),
            (f"{SITE}{CABLE}", {"maxwidth": "wide"}, 400),
            (f"{SITE}{CABLE}", {"maxheight": "0"}, 400),
        ):
            with self.subTest(address, **more):
                response = self.oembed(address, **more)
                self.assertEqual(response.status_code, status)
                self.assertEqual(response["Content-Type"], "application/problem+json")
                self.assertTrue(response.json()["detail"])

    def test_markup_in_a_title_stays_text(self):
        make_cable("06ROME900003", subject='<b>"FOG"</b>', body="1. <script>fog()</script>")
        address = f"{SITE}/cable/06ROME900003/par1/"
        found = self.oembed(address).json()
        frame = html.fromstring(found["html"])
        self.assertEqual((frame.tag, len(frame)), ("iframe", 0))
        page = self.client.get(frame.get("src")).content.decode()
        self.assertNotIn("<script>", page)
        self.assertNotIn("<b>", page)

    def test_a_withheld_cable_has_no_picture_and_no_quotation(self):
        withhold(self.cable, "A witness is named in it.")
        for address in PLACES:
            for form in ("card.png", "embed/"):
                with self.subTest(address, form=form):
                    response = self.client.get(f"{address}{form}")
                    self.assertEqual(response.status_code, 410)
                    self.assertEqual(response["X-Frame-Options"], "DENY")

    def oembed(self, address, **more):
        query = "&".join(f"{name}={value}" for name, value in more.items())
        return self.client.get(f"/oembed.json?url={quote(address, safe='')}&{query}".rstrip("&"))


class PictureTests(SimpleTestCase):
    def test_short_words_are_large_and_long_ones_are_cut(self):
        self.assertEqual(fit("The ferry is late."), (SIZES[0], ["The ferry is late."]))
        for words in ("the ferry is late " * 200, "ferry" * 200):
            with self.subTest(words[:9]):
                size, lines = fit(words)
                self.assertTrue(lines[-1].endswith("…"))
                widest = max(font("serif-400", size).getlength(line) for line in lines)
                self.assertLessEqual(widest, WIDTH - 2 * EDGE)

    def test_a_line_without_blanks_is_measured_a_few_times(self):
        face, measured = font("sans", 26), []
        with patch.object(type(face), "getlength", autospec=True) as getlength:
            getlength.side_effect = lambda _, text: measured.append(text) or 9.0 * len(text)
            (line,) = wrap("ferry" * 10_000, face, 1)
        self.assertLess(len(measured), 50)
        self.assertEqual(line, ("ferry" * 30)[: (WIDTH - 2 * EDGE) // 9 - 1] + "…")

    def test_letters_that_the_fonts_lack_are_replaced(self):
        for text, drawn in (
            ("Lisbon, 1 é ö “fog” – …", "Lisbon, 1 é ö “fog” – …"),
            ("Čáslav", "Cáslav"),
            ("مرحبا", "·····"),
            ("a\x00b", "a·b"),
        ):
            with self.subTest(text):
                self.assertEqual(in_latin(text), drawn)

    def test_a_picture_of_nothing_is_a_picture(self):
        self.assertEqual(Image.open(BytesIO(draw_card("", "", "", ""))).size, (1200, 630))

    def test_a_quotation_is_cut_after_a_sentence_or_a_word(self):
        for longest, expected in (
            (99, "Fog. The boat is late, and so is the town."),
            (40, "Fog. The boat is late, and so is the…"),
            (24, "Fog. The boat is late…"),
        ):
            with self.subTest(longest):
                text = shorten("Fog. The boat is late, and so is the town.", longest)
                self.assertEqual(text, expected)
                self.assertLessEqual(len(text), longest)
        self.assertEqual(shorten("The boat is late. Fog in town.", 25), "The boat is late. …")
