"""Citations to paste read as meant after pasting."""

import re
from html import unescape
from unittest import TestCase

from hypothesis import given, settings
from lxml import html
from markdown_it import MarkdownIt

from cables.citations.citation_formats import (
    as_bluebook,
    as_html,
    as_markdown,
    as_plain,
    as_wikipedia,
)
from cables.citations.citation_formats import markdown_text as escaped
from cables.citations.source import NO_CHARACTERS
from tests.citations.builders import TITLES, make_source

ADDRESS = "https://archive.example/cable/06LISBON900412/v1/#par3"
NUMBERED = re.compile(r"&#(\d+);")


def fields_of(template):
    """Return {parameter: value} of a template call, split as MediaWiki does."""
    name, *fields = template.removeprefix("{{").removesuffix("}}").split(" |")
    return {"": name} | dict(field.split("=", 1) for field in fields)


class WordsTests(TestCase):
    def test_a_plain_citation_has_every_part(self):
        self.assertEqual(
            as_plain(make_source()),
            "Embassy Lisbon, “Port Dues,” cable 06LISBON900412, 14 March 2006, Confidential, "
            f"para. 3, {ADDRESS}, accessed 24 November 2026.",
        )

    def test_a_cable_without_classification_and_subject(self):
        source = make_source(title="", classification="", paragraphs=())
        self.assertEqual(
            as_plain(source),
            "Embassy Lisbon, cable 06LISBON900412, 14 March 2006, "
            f"{ADDRESS}, accessed 24 November 2026.",
        )

    def test_a_memorandum_of_a_month_by_nobody_known(self):
        source = make_source(origin="", kind="memorandum", precision="month")
        plain = "“Port Dues,” memorandum 06LISBON900412, March 2006, Confidential"
        self.assertTrue(as_plain(source).startswith(plain), as_plain(source))
        self.assertIn("Memorandum 06LISBON900412, <i>Port Dues</i>", as_bluebook(source))
        self.assertIn("(Mar. 2006)", as_bluebook(source))
        wikipedia = as_wikipedia(source)
        self.assertIn("|type=Memorandum |", wikipedia)
        self.assertIn("|date=March 2006 |", wikipedia)
        self.assertNotIn("author", wikipedia)

    def test_quotation_marks_inside_others_are_single(self):
        for title in ('THE "HARBOR" ACT', "THE “HARBOR” ACT"):
            with self.subTest(title):
                self.assertIn("“THE ‘HARBOR’ ACT,” cable", as_plain(make_source(title=title)))

    def test_a_title_that_is_a_sentence_loses_its_stop(self):
        for title, printed in (
            ("Mr. Quay to Mr. Rell.", "Mr. Quay to Mr. Rell"),
            ("Note of “Fees.”", "Note of ‘Fees’"),
            ("Fees in the U.S.",) * 2,
            ("Minutes, 8:30 p.m.",) * 2,
            ("Minutes, 8:30 p. m.",) * 2,
        ):
            with self.subTest(title):
                self.assertIn(f"“{printed},” cable", as_plain(make_source(title=title)))

    def test_a_question_has_no_comma(self):
        self.assertIn("“Who Pays?” cable", as_plain(make_source(title="Who Pays?")))

    def test_a_caveat_keeps_its_capitals(self):
        words = {
            "SECRET//NOFORN": "Secret//NOFORN",
            "UNCLASSIFIED//FOR OFFICIAL USE ONLY": "Unclassified//for official use only",
        }
        for classification, spoken in words.items():
            with self.subTest(classification):
                source = make_source(classification=classification)
                self.assertIn(f", {spoken}, ", as_plain(source))


class BluebookTests(TestCase):
    def test_a_footnote_has_every_part(self):
        self.assertEqual(
            as_bluebook(make_source()),
            "Cable 06LISBON900412 from Embassy Lisbon, <i>Port Dues</i>, ¶ 3 (Mar. 14, 2006), "
            f"{ADDRESS} (last visited Nov. 24, 2026).",
        )

    @settings(deadline=None)
    @given(TITLES)
    def test_survives_any_title(self, title):
        source = make_source(title=title)
        line = html.fragment_fromstring(as_bluebook(source), create_parent=True)
        self.assertEqual(line.find("i").text_content(), source.named)


class MarkupTests(TestCase):
    def test_the_reference_is_the_link(self):
        source = make_source()
        self.assertIn(f"cable [06LISBON900412]({ADDRESS}), 14", as_markdown(source))
        self.assertIn(f'cable <a href="{ADDRESS}">06LISBON900412</a>, 14', as_html(source))

    @settings(deadline=None)
    @given(TITLES)
    def test_html_and_markdown_render_as_the_plain_citation(self, title):
        source = make_source(title=title)
        words = as_plain(source).replace(f" {ADDRESS},", "")
        rendered = MarkdownIt("commonmark").render(as_markdown(source))
        for text in (as_html(source), rendered):
            line = html.fragment_fromstring(text, create_parent=True)
            self.assertEqual(line.text_content().rstrip("\n"), words)
            self.assertEqual([link.get("href") for link in line.iter("a")], [ADDRESS])

    @settings(deadline=None)
    @given(TITLES)
    def test_quoted_lines_render_as_sent(self, text):
        text = NO_CHARACTERS.sub(" ", text)  # Not allowed in the database.
        rendered = MarkdownIt("commonmark").render(escaped(text))
        shown = html.fragment_fromstring(rendered or " ", create_parent=True)
        self.assertEqual(shown.text_content().split(), text.split())
        self.assertLessEqual({element.tag for element in shown.iter()}, {"div", "p", "br"})


class WikipediaTests(TestCase):
    def test_it_is_a_call_of_the_template_cite_report(self):
        self.assertEqual(
            fields_of(as_wikipedia(make_source())),
            {
                "": "cite report",
                "author": "Embassy Lisbon",
                "title": "Port Dues",
                "type": "Diplomatic cable",
                "id": "06LISBON900412",
                "date": "14 March 2006",
                "at": "para. 3",
                "via": "Cable Reading Room",
                "url": ADDRESS,
                "access-date": "24 November 2026",
            },
        )

    @settings(deadline=None)
    @given(TITLES)
    def test_survives_any_title(self, title):
        source = make_source(title=title)
        written = fields_of(as_wikipedia(source))["title"]
        plain = NUMBERED.sub(lambda found: chr(int(found[1])), written)
        self.assertEqual(plain, source.named)
        self.assertEqual(unescape(written), source.named)
        bare = NUMBERED.sub("·", written)
        for sign in ("|", "{", "}", "[", "]", "<", ">", "&", "~", "''", "__", "://"):
            self.assertNotIn(sign, bare)
