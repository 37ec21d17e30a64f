"""How the desk looks: in the room's colours and typefaces, and as rows on a telephone."""

import re
import unittest

from tests.paths import PROJECT

COLOUR = re.compile(r"#[0-9a-f]{3,8}\b(?![^{}]*\{)|\b(?:rgb|hsl)a?\(|:\s*(?:white|black)\b", re.I)


class ColoursTests(unittest.TestCase):
    def test_the_desk_has_no_colours_of_its_own(self):
        folder = PROJECT / "static" / "css"
        rules = (folder / "desk.css").read_text()
        self.assertEqual(COLOUR.findall(rules), [])
        tokens = set(re.findall(r"(--[\w-]+):", (folder / "tokens.css").read_text()))
        used = set(re.findall(r"var\((--[\w-]+)\)", rules))
        self.assertLessEqual({"--sans", "--serif", "--mono", "--ink", "--s4"}, used & tokens)
