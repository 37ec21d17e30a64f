"""The rules of the house: who may import whom, how long things may be, what they are called."""

import ast
from pathlib import Path
from unittest import TestCase

PROJECT = Path(__file__).parent.parent
APP = PROJECT / "cables"
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
BANNED_NAMES = {"common", "constants", "helpers", "managers", "services", "utils"}

# Module of the app -> the modules of the app that it may import. Lowest first; no arrow goes up.
MAY_IMPORT = {
    "charts": set(),
    "roles": set(),
    "classifications": set(),
    "dates": set(),
    "diffs": set(),
    "apparatus": set(),
    "preamble_vocabulary": set(),
    "lines": {"preamble_vocabulary"},
    "progress": set(),
    "references": {"dates"},
    "signposts": set(),
    "guidance": set(),
    "maps": {"references"},
    "markdown": {"references"},
    "mentions": {"references"},
    "citations": set(),
    "selections": {"references"},
    "paragraphs": {"lines", "preamble_vocabulary"},
    "phrases": set(),
    "redacting": {"paragraphs", "phrases", "references"},
    "sources": {
        *("classifications", "dates", "lines", "paragraphs", "preamble_vocabulary", "references"),
    },
    "histories": {"diffs", "paragraphs"},
    "citing": {"mentions", "paragraphs", "redacting", "sources"},
    "webs": set(),
    "highlights": set(),
    "relaxing": set(),
    "titles": {"sources"},
    "untitled": {"sources"},
    "glossary": {"sources"},
    "envelope": {"glossary", "lines", "sources"},
    "opening": {"envelope", "glossary", "lines", "paragraphs", "sources"},
    "converters": {"classifications", "glossary", "paragraphs", "references"},
    "asking": {"references"},
    "near_misses": {"asking", "phrases"},
    "quotes": {"asking", "diffs", "lines", "paragraphs", "references"},
    "search": set(),
    "querysets": {"search"},
    "narrow": {"querysets"},
    "words": {"querysets", "search"},
    "ranking": {"querysets", "search", "words"},
    "models": {"narrow", "paragraphs", "querysets", "search", "words"},
    "loader": {
        *("apparatus", "glossary", "mentions", "models", "paragraphs", "phrases", "redacting"),
        *("references", "sources", "words"),
    },
    "jobs": {"loader", "models", "sources"},
    "limits": {"querysets"},
    "columns": {"classifications", "limits", "models", "querysets", "search"},
    "drafts": set(),
    "cursors": set(),
    "problems": set(),
    "digests": {"models"},
    "programs": set(),
    "backups": {"digests", "drafts", "models", "programs"},
    "checking": {"classifications", "models", "paragraphs", "phrases", "redacting", "words"},
    "collected": {"models", "querysets"},
    "editions": {"models", "querysets"},
    "tallies": {"classifications", "collected", "editions", "glossary", "models", "querysets"},
    "filter_registry": set(),
    "filters": {"asking", "filter_registry", "models", "querysets", "tallies"},
    "facets": {
        *("asking", "columns", "filter_registry", "filters", "limits", "models", "querysets"),
        *("ranking", "tallies"),
    },
    "candidates": {"asking", "models", "querysets", "quotes", "search", "words"},
    "tracing": {"candidates", "columns", "limits", "models", "quotes"},
    "feeds": {"classifications", "untitled"},
    "downloads": {"citations", "classifications"},
    "holdings": {"models", "querysets", "tallies"},
    "excerpts": {"highlights", "querysets", "search"},
    "openapi_schemas": {"classifications", "filter_registry"},
    "openapi": {
        *("citations", "classifications", "cursors", "filter_registry", "filters"),
        *("openapi_schemas", "querysets"),
    },
    "exports": {
        *("downloads", "drafts", "filters", "limits", "models", "querysets", "tallies"),
    },
    "prose": {"markdown", "models", "querysets"},
    "templatetags": {
        *("classifications", "apparatus", "envelope", "filter_registry", "highlights", "opening"),
        *("paragraphs", "search", "tallies", "titles", "untitled"),
    },
    "views": {
        *("asking", "charts", "citations", "citing", "classifications", "columns", "cursors"),
        *("diffs", "downloads", "excerpts", "facets", "feeds", "filter_registry", "filters"),
        *("glossary", "guidance"),
        *("histories", "holdings", "limits", "maps", "models", "openapi", "paragraphs"),
        *("problems", "prose"),
        *("querysets", "quotes"),
        *("references", "relaxing", "selections", "signposts", "tallies", "templatetags"),
        *("titles", "tracing", "untitled", "webs", "words"),
    },
    "admin": {
        *("classifications", "downloads", "glossary", "guidance", "histories", "jobs", "limits"),
        *("loader", "markdown", "mentions", "models", "near_misses", "paragraphs", "phrases"),
        *("prose", "querysets", "redacting", "references", "search", "sources", "views"),
    },
    "urls": {"converters", "views"},
    "legacy_urls": {"converters", "views"},
    "encodings": set(),
    "keeping": {"editions", "encodings", "querysets"},
    "mirror": {
        *("classifications", "drafts", "editions", "glossary", "holdings", "models"),
        *("querysets", "tallies", "views"),
    },
    "management": {
        *("backups", "checking", "digests", "drafts", "exports", "jobs", "loader", "mirror"),
        *("models", "programs", "progress", "references", "roles", "sources"),
    },
    "apps": set(),
}
WITHOUT_DJANGO = {
    *("asking", "charts", "citations", "citing", "classifications", "converters", "cursors"),
    *(
        "dates",
        "diffs",
        "drafts",
        "encodings",
        "envelope",
        "glossary",
        "guidance",
        "highlights",
        "histories",
        "lines",
        "maps",
        "mentions",
        "near_misses",
    ),
    *(
        "opening",
        "paragraphs",
        "phrases",
        "preamble_vocabulary",
        "progress",
        "quotes",
        "redacting",
        "references",
        "relaxing",
    ),
    *("selections", "signposts", "sources", "titles", "untitled", "webs"),
}
# What may start and stop the database server, beside the tests of it.
MAY_IMPORT_POSTGRES = {"manage.py", "reading_room/settings.py", "reading_room/supervisor.py"}


def code(*folders):
    """Yield (path, name in the project) of every Python file in some folders but migrations."""
    for folder in folders:
        for path in sorted((PROJECT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.relative_to(PROJECT).as_posix()


def module_of(path):
    """Return the module or package directly in the app that a file belongs to."""
    return path.relative_to(APP).with_suffix("").parts[0]


def imports(path):
    """Yield the dotted name of each module that a file imports, relative ones made absolute."""
    package = path.relative_to(PROJECT).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join([*base, *filter(None, [node.module])])
            yield from (f"{name}.{alias.name}" for alias in node.names)


class ImportTests(TestCase):
    def test_every_module_has_its_place(self):
        modules = {module_of(path) for path, _ in code("cables")} - {"__init__"}
        self.assertEqual(modules - set(MAY_IMPORT), set(), "Give it a place in MAY_IMPORT.")

    def test_data_flows_one_way(self):
        for path, name in code("cables"):
            module = module_of(path)
            allowed = MAY_IMPORT.get(module, set()) | {module}
            for imported in imports(path):
                if imported.startswith("cables."):
                    with self.subTest(name, imports=imported):
                        self.assertIn(imported.split(".")[1], allowed)

    def test_no_arrow_of_the_table_goes_up(self):
        below = set()
        for module, allowed in MAY_IMPORT.items():
            with self.subTest(module):
                self.assertLessEqual(allowed, below)
            below.add(module)

    def test_pure_modules_know_nothing_of_django(self):
        for path, name in code("cables"):
            if module_of(path) in WITHOUT_DJANGO:
                with self.subTest(name):
                    roots = {imported.split(".")[0] for imported in imports(path)}
                    self.assertNotIn("django", roots)

    def test_the_database_server_is_started_in_one_place(self):
        for path, name in [*code("cables", "reading_room"), (PROJECT / "manage.py", "manage.py")]:
            if any("reading_room.postgres" in imported for imported in imports(path)):
                with self.subTest(name):
                    self.assertIn(name, MAY_IMPORT_POSTGRES)

    def test_tests_with_a_database_use_both_aliases(self):
        """Django's own test classes would refuse the alias `reader`; tests/base.py has ours."""
        refused = {f"django.test.{kind}TestCase" for kind in ("", "Transaction", "LiveServer")}
        for path, name in code("tests"):
            with self.subTest(name):
                self.assertEqual(refused & set(imports(path)), set(), "Import it from tests.base.")


class SizeTests(TestCase):
    def test_files_are_short(self):
        for path, name in code("cables", "reading_room", "tests"):
            with self.subTest(name):
                self.assertLessEqual(path.read_text().count("\n"), MAX_FILE_LINES)

    def test_functions_are_short(self):
        for path, name in code("cables", "reading_room", "tests"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    with self.subTest(name, function=node.name):
                        lines = node.end_lineno - node.lineno + 1
                        self.assertLessEqual(lines, MAX_FUNCTION_LINES)


class NameTests(TestCase):
    def test_modules_are_named_after_what_they_do(self):
        for path, name in code("cables", "reading_room", "tests"):
            with self.subTest(name):
                self.assertNotIn(path.stem, BANNED_NAMES)

    def test_modules_say_what_they_are_for(self):
        for path, name in code("cables", "reading_room"):
            source = path.read_text()
            if source.strip():
                with self.subTest(name):
                    self.assertTrue(ast.get_docstring(ast.parse(source)))

    def test_the_map_of_the_app_is_whole(self):
        shown = ast.get_docstring(ast.parse((APP / "__init__.py").read_text()))
        modules = {module_of(path) for path, _ in code("cables")} - {"__init__", "apps"}
        missing = {module for module in modules if f"{module}.py" not in shown}
        missing = {module for module in missing if f"{module}/" not in shown}
        self.assertEqual(missing, set(), "Add it to the docstring of cables/__init__.py.")
