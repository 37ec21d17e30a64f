"""What messages tell to type works where they are shown: in a checkout and in an installed room."""

import ast
import importlib
import re
from pathlib import Path
from unittest import TestCase, mock

from reading_room import paths
from tests.paths import PROJECT

# What is typed in a checkout only.
OF_A_CHECKOUT = re.compile(r"manage\.py|\bmake (?:run|stop|curator)\b|\.venv/|\bpip install\b")
# These know the difference.
MAY_NAME_BOTH = {"reading_room/command_line.py", "reading_room/paths.py"}


def messages(path):
    """Yield the texts in a module, without its docstrings."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node.value


class MessageTests(TestCase):
    def test_messages_leave_it_to_the_paths_what_is_typed(self):
        for folder in ("cables", "reading_room"):
            for path in sorted((PROJECT / folder).rglob("*.py")):
                name = path.relative_to(PROJECT).as_posix()
                if "migrations" in path.parts or name in MAY_NAME_BOTH:
                    continue
                with self.subTest(name):
                    found = [text for text in messages(path) if OF_A_CHECKOUT.search(text)]
                    self.assertEqual(found, [])

    def test_pages_do_so_too(self):
        for path in sorted((PROJECT / "templates").rglob("*.html")):
            with self.subTest(path.name):
                self.assertIsNone(OF_A_CHECKOUT.search(path.read_text()))

    def test_in_a_checkout_it_is_manage_py(self):
        self.assertEqual(paths.COMMAND, "manage.py")
        self.assertEqual(paths.typed_command("load_cables", "a b"), "manage.py load_cables 'a b'")
        self.assertEqual(paths.install_command("a==1"), ".venv/bin/python -m pip install a==1")

    def test_an_installed_room_has_its_own_command_and_whole_paths(self):
        self.addCleanup(importlib.reload, paths)
        with mock.patch.object(Path, "is_file", return_value=False):
            importlib.reload(paths)
        self.assertEqual(paths.COMMAND, "reading-room")
        expected = f"reading-room load_cables {PROJECT / 'a'}"
        self.assertEqual(paths.typed_command("load_cables", "a"), expected)
        self.assertIn("pipx inject cable-reading-room a==1", paths.install_command("a==1"))
