"""How the desk looks: in the room's colours and typefaces, and as rows on a telephone."""

import re
import unittest

from tests.paths import PROJECT

VERBS = """Accept Add Apply Assign Cancel Choose Compare Confirm Correct Create Delete Discard
Download End Export Fill Filter Go Leave Lift List Log Make Merge Move No Open Preview
Propose Publish Redact Refresh Reject Remove Repair Restore Resume Save Search See
Select Set Show Start Stop Switch Take Undo Use View Yes"""
TOOLS = re.compile(r"object-tools.*?</ul>|block object-tools-items.*?endblock", re.DOTALL)
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b(?![^{}]*\{)|\b(?:rgb|hsl)a?\(|:\s*(?:white|black)\b", re.I)


class ColoursTests(unittest.TestCase):
    def test_the_desk_has_no_colours_of_its_own(self):
        folder = PROJECT / "static" / "css"
        rules = (folder / "desk.css").read_text()
        self.assertEqual(COLOUR.findall(rules), [])
        tokens = set(re.findall(r"(--[\w-]+):", (folder / "tokens.css").read_text()))
        used = set(re.findall(r"var\((--[\w-]+)\)", rules))
        self.assertLessEqual({"--sans", "--serif", "--mono", "--ink", "--s4"}, used & tokens)


class WordsTests(unittest.TestCase):
    def test_buttons_and_tools_begin_with_a_verb(self):
        for path in (PROJECT / "templates" / "admin").rglob("*.html"):
            text = path.read_text()
            shown = re.findall(r"<button[^>]*>([^<{]+)", text)
            shown += re.findall(r'class="button[^>]*>([^<{]+)', text)
            shown += re.findall(r"<a [^>]*>([^<{]+)</a>", " ".join(TOOLS.findall(text)))
            for words in filter(str.strip, shown):
                with self.subTest(path.name):
                    first = words.split()[0].strip(",").capitalize()
                    self.assertIn(first, VERBS.split(), words)
