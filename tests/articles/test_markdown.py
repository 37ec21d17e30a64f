"""Rendering Markdown: references become links, and nothing runs or loads."""

from unittest import TestCase

from cables.articles.markdown import named_in, to_html

NAMED = [
    ("06BERLIN900001", ("06BERLIN900001", "")),
    ("06BERLIN000900001", ("06BERLIN900001", "")),
    ("(06BERLIN900001)", ("06BERLIN900001", "")),
    ("06BERLIN900001 para 3", ("06BERLIN900001", "par3")),
    ("06BERLIN900001, para. 3.", ("06BERLIN900001", "par3")),
    ("06BERLIN900001 paragraph 12", ("06BERLIN900001", "par12")),
    ("06BERLIN900001 ¶ 2.3", ("06BERLIN900001", "par2.3")),
    ("06BERLIN900001, para 2, block 3", ("06BERLIN900001", "par2.3")),
    ("06BERLIN900001, para 2 (second), block 3", ("06BERLIN900001", "par2-2.3")),
    ("06BERLIN900001, passage 4", ("06BERLIN900001", "par0.4")),
    ("06BERLIN900001 (para 3)", ("06BERLIN900001", "par3")),
    ("**06BERLIN900001** para 3", ("06BERLIN900001", "")),
    ("FRUS1861-D12", ("FRUS1861-D12", "")),
]
NOT_NAMED = [
    "`06BERLIN900001`",
    "    06BERLIN900001",
    "[the cable](/cable/06BERLIN900001/)",
    "[06BERLIN900001](https://example.org/)",
    "https://example.org/06BERLIN900001",
    "X06BERLIN900001",
    "06BERLIN",
    "11BERLIN900001-A",
]
HARMLESS = [
    ("<script>alert(1)</script>", "&lt;script&gt;"),
    ("a <b onclick=alert(1)>b</b>", "&lt;b onclick=alert(1)&gt;"),
    ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
    ("[a](JaVaScRiPt&colon;alert(1))", "<p>[a](JaVaScRiPt:alert(1))</p>"),
    ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>"),
    ("<javascript:alert(1)>", "&lt;javascript:alert(1)&gt;"),
    ('[a](/x "\\" onclick=alert(1)")', 'title="&quot; onclick=alert(1)"'),
    ("![a](https://example.org/a.png)", '!<a href="https://example.org/a.png">a</a>'),
    ("| a |\n|--:|\n| b |", "<td>b</td>"),
]
HEADINGS = [
    ("# A\n## B", ["<h2", "<h3"]),
    ("### A\n#### B", ["<h2", "<h3"]),
    ("# A\n#### B\n# C", ["<h2", "<h3", "<h2"]),
    ("## B\n# A", ["<h2", "<h2"]),
]


def nowhere(reference, paragraph):
    return ""


def somewhere(reference, paragraph):
    return f"/cable/{reference}/#{paragraph}" if paragraph != "par99" else ""


class NamedTests(TestCase):
    def test_spellings_of_a_reference_with_its_paragraph(self):
        for text, named in NAMED:
            with self.subTest(text):
                self.assertEqual(named_in(f"Then {text} was sent."), [named])

    def test_text_that_is_not_a_reference(self):
        for text in NOT_NAMED:
            with self.subTest(text):
                self.assertEqual(named_in(f"\n{text}\n"), [])


class LinkTests(TestCase):
    def test_a_reference_is_a_link_with_its_paragraph(self):
        html = to_html("See 06BERLIN900001 para 3, please.", somewhere)
        link = '<a href="/cable/06BERLIN900001/#par3">06BERLIN900001 para 3</a>'
        self.assertEqual(html, f"<p>See {link}, please.</p>\n")

    def test_a_missing_paragraph_links_to_the_cable(self):
        html = to_html("06BERLIN900001 para 99", somewhere)
        self.assertIn('<a href="/cable/06BERLIN900001/#">06BERLIN900001</a> para 99', html)

    def test_without_an_address_a_reference_is_text(self):
        self.assertEqual(
            to_html("06BERLIN900001 para 3", nowhere), "<p>06BERLIN900001 para 3</p>\n"
        )

    def test_text_around_a_reference_is_escaped(self):
        self.assertIn("&lt;i&gt; <a", to_html("<i> 06BERLIN900001 & more", somewhere))


class HtmlTests(TestCase):
    def test_nothing_runs_or_loads(self):
        for text, html in HARMLESS:
            with self.subTest(text):
                made = to_html(text, nowhere)
                self.assertIn(html, made)
                for banned in ("<script", "<b ", "<img", 'href="java', 'href="data', "style="):
                    self.assertNotIn(banned, made)

    def test_headings_begin_at_h2_and_skip_no_level(self):
        for text, expected in HEADINGS:
            with self.subTest(text):
                made = to_html(text, nowhere)
                self.assertEqual([line[:3] for line in made.splitlines()], expected)

    def test_headings_can_be_linked_to(self):
        made = to_html("# Who pays?\n# Who pays?\n# Main\n# ?", nowhere)
        for name in ("who-pays", "who-pays-2", "main-2", "section"):
            with self.subTest(name):
                self.assertIn(f'id="{name}"', made)

    def test_quotation_marks_are_typographic(self):
        self.assertIn("“lens’s” <code>&quot;</code>", to_html('"lens\'s" `"`', nowhere))
