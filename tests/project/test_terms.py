"""One word for each thing: pages, the log, settings and documents use those of "Terms"."""

import ast
import re
import unittest

from cables.models.change_log import ACTION_LABELS
from tests.paths import PROJECT

CURATION = (PROJECT / "docs" / "curation.md").read_text()
TERMS = re.search(r"## Terms\n.*?\n## ", CURATION, re.DOTALL)[0]
# A term in bold, what it means, and the words that are not used for it.
TERM = re.compile(r"\*\*(.+?)\*\*: .* Not: (.+)\.")
PACKAGES = ("admin", "decisions", "curation", "models", "publication", "loader")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def texts_of(path):
    """Return the texts of a module that can reach a page: its strings but for docstrings."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    docs = {ast.get_docstring(each, clean=False) for each in nodes if isinstance(each, DOCUMENTED)}
    strings = [each.value for each in nodes if isinstance(each, ast.Constant)]
    return "\n".join(each for each in strings if isinstance(each, str) and each not in docs)


def terms_and_others():
    """Yield (term, words that are not used for it) of each item of the list of terms."""
    for item in TERMS.split("\n- ")[1:]:
        yield TERM.match(" ".join(item.partition("\n\n")[0].split())).groups()


class TermsTests(unittest.TestCase):
    def texts(self):
        yield "docs/curation.md", CURATION.replace(TERMS, "")
        yield "docs/settings.md", (PROJECT / "docs" / "settings.md").read_text()
        yield "ACTION_LABELS", "\n".join(ACTION_LABELS.values())
        for path in (PROJECT / "templates").rglob("*.html"):
            yield path.name, path.read_text()
        for package in PACKAGES:
            for path in (PROJECT / "cables" / package).rglob("*.py"):
                yield path.name, texts_of(path)

    def test_each_thing_has_one_word(self):
        terms = dict(terms_and_others())
        self.assertLessEqual({"embargo", "withheld", "redacted", "correction"}, terms.keys())
        texts = list(self.texts())
        for term, others in terms.items():
            pattern = re.compile(rf"\b(?:{others.replace(', ', '|')})", re.IGNORECASE)
            for name, text in texts:
                with self.subTest(term, name=name):
                    self.assertNotRegex(text, pattern, f'Write "{term}".')
