"""Rules of the code: which package may import which, sizes, and names."""

import ast
import re
from collections import Counter
from unittest import TestCase

from tests.import_graph import APP, code, imports, module_of
from tests.paths import PROJECT

MAX_FUNCTION_LINES = 40
# What Playwright reads at once, whether the page has got that far or not: not for an assertion.
AT_ONCE = re.compile(
    r"\.(is_(visible|hidden|checked|enabled|disabled)|(all_)?(inner_texts?|text_contents?)"
    r"|input_value|get_attribute)\(|(locator|get_by_\w+)\(.*\)\.count\(\)|assert\w+\(page\.url"
)
BANNED_NAMES = {"common", "constants", "helpers", "managers", "services", "utils"}

# Package or module of the app -> those that it may import. Lowest first; no arrow goes up.
MAY_IMPORT = {
    "telegram": set(),
    "citations": {"telegram"},
    "diffs": {"telegram"},
    "glossary": {"telegram"},
    "graphics": {"telegram"},
    "models": {"telegram"},
    "names": {"telegram"},
    "sources": {"telegram"},
    "text_check": {"sources", "telegram"},
    "articles": {"models", "telegram"},
    "converters": {"glossary", "telegram"},
    "http_cache": {"models"},
    "publication": {"glossary", "models", "names", "sources", "telegram"},
    "loader": {"models", "publication", "sources", "telegram"},
    "operations": {"loader", "models", "publication", "sources", "telegram"},
    "search_index": {"http_cache", "models", "operations", "telegram"},
    "search": {"glossary", "http_cache", "models", "search_index", "telegram"},
    "transparency": {"models", "operations"},
    "curation": {
        *("loader", "models", "names", "operations", "publication", "search", "search_index"),
        *("sources", "telegram"),
    },
    "decisions": {
        *("curation", "diffs", "loader", "models", "operations", "publication", "sources"),
        "telegram",
    },
    "quotations": {"diffs", "models", "search", "telegram"},
    "templatetags": {"articles", "glossary", "search", "telegram"},
    "api": {"citations", "models", "operations", "search", "telegram"},
    "views": {
        *("api", "articles", "citations", "diffs", "glossary", "graphics", "models"),
        *("quotations", "search", "search_index", "sources", "telegram", "templatetags"),
        *("text_check", "transparency"),
    },
    "assistants": {"api", "citations", "models", "quotations", "search", "telegram", "views"},
    "admin": {
        *("api", "articles", "curation", "decisions", "diffs", "glossary", "loader", "models"),
        *(
            "graphics",
            "operations",
            "names",
            "publication",
            "search",
            "search_index",
            "sources",
            "telegram",
            "views",
        ),
    },
    "urls": {"assistants", "converters", "views"},
    "legacy_urls": {"converters", "views"},
    "mirror": {
        *("api", "articles", "glossary", "http_cache", "models", "operations", "search"),
        *("telegram", "transparency", "views"),
    },
    "management": {
        *("api", "assistants", "curation", "loader", "mirror", "models", "operations"),
        *("search_index", "sources", "telegram", "text_check", "transparency"),
    },
    "apps": set(),
}
MOST_PACKAGES = 30
WITHOUT_DJANGO = {
    *("citations", "diffs", "glossary", "graphics", "names", "sources", "telegram"),
    "text_check",
}
# Names that two modules may share: the page of a cable beside its model.
SHARED_NAMES = {"cable"}
# Packages whose modules are found by name: Django's commands and migrations.
WITHOUT_MAP = {"commands", "migrations"}
# What may rename files and folders.
MAY_RENAME = {"cables/operations/atomic_write.py", "reading_room/embedded_postgres.py"}
# What may start and stop the database server, beside the tests of it.
MAY_IMPORT_POSTGRES = {
    *("reading_room/command_line.py", "reading_room/open_room.py", "reading_room/settings.py"),
    "reading_room/supervisor.py",
}


def is_rename(node):
    """Tell whether a node is a call such as draft.replace(file); str.replace takes two texts."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    name, arguments = node.func.attr, len(node.args)
    if ast.unparse(node.func) in ("os.replace", "os.rename"):
        return True
    return name in ("replace", "rename") and arguments == 1 and not node.keywords


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

    def test_packages_of_views_import_one_another_one_way(self):
        """Lists know nothing of the pages of a cable, and these nothing of those about the room."""
        below = ["list_pages", "cable_pages", "about_pages"]
        for path, name in code("cables/views"):
            if path.parent.name in below:
                above = below[below.index(path.parent.name) + 1 :]
                with self.subTest(name):
                    packages = {".".join(each.split(".")[:3]) for each in imports(path)}
                    self.assertEqual(packages & {f"cables.views.{each}" for each in above}, set())

    def test_pure_modules_know_nothing_of_django(self):
        for path, name in code("cables"):
            if module_of(path) in WITHOUT_DJANGO:
                with self.subTest(name):
                    roots = {imported.split(".")[0] for imported in imports(path)}
                    self.assertNotIn("django", roots)

    def test_the_database_server_is_started_in_one_place(self):
        for path, name in [*code("cables", "reading_room"), (PROJECT / "manage.py", "manage.py")]:
            if any("reading_room.embedded_postgres" in imported for imported in imports(path)):
                with self.subTest(name):
                    self.assertIn(name, MAY_IMPORT_POSTGRES)

    def test_files_are_replaced_in_one_place(self):
        """In atomic_write.py; embedded_postgres.py moves a folder."""
        for path, name in code("cables", "reading_room"):
            calls = [node for node in ast.walk(ast.parse(path.read_text())) if is_rename(node)]
            if name not in MAY_RENAME:
                with self.subTest(name):
                    self.assertEqual(calls, [], "Use operations/atomic_write.py.")

    def test_tests_with_a_database_use_both_aliases(self):
        """Django's own test classes would refuse the alias `reader`; tests/base.py has ours."""
        refused = {f"django.test.{kind}TestCase" for kind in ("", "Transaction", "LiveServer")}
        for path, name in code("tests"):
            with self.subTest(name):
                self.assertEqual(refused & set(imports(path)), set(), "Import it from tests.base.")

    def test_browser_tests_wait_for_what_is_to_be_seen(self):
        for path, name in code("tests/browser"):
            text = path.read_text()
            with self.subTest(name):
                self.assertNotIn(".wait_for_timeout(", text)
                for node in ast.walk(ast.parse(text)):
                    if isinstance(node, ast.Expr) and "self.assert" in (call := ast.unparse(node)):
                        self.assertNotRegex(call, AT_ONCE, "Use expect or self.expect_value.")


class SizeTests(TestCase):
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

    def test_the_map_of_the_app_names_every_package(self):
        shown = ast.get_docstring(ast.parse((APP / "__init__.py").read_text()))
        modules = {module_of(path) for path, _ in code("cables")} - {"__init__", "apps"}
        missing = {name for name in modules if not re.search(rf"^{name}(/|\.py) ", shown, re.M)}
        self.assertEqual(missing, set(), "Add it to the docstring of cables/__init__.py.")
        self.assertLessEqual(len(modules), MOST_PACKAGES)

    def test_the_map_of_each_package_names_every_module(self):
        """The docstring of a package of several modules has a line for each of them."""
        for path in sorted(APP.rglob("__init__.py")):
            modules = sorted(file.stem for file in path.parent.glob("*.py") if file != path)
            if len(modules) < 2 or path.parent.name in WITHOUT_MAP or path.parent == APP:
                continue
            shown = ast.get_docstring(ast.parse(path.read_text())) or ""
            for module in modules:
                with self.subTest(path.parent.name, module=module):
                    self.assertRegex(shown, rf"(?m)^\s*{module}\.py +\S")

    def test_no_two_modules_have_one_name(self):
        names = Counter(
            path.parent.name if path.name == "__init__.py" else path.stem
            for path, _ in code("cables")
        )
        shared = {name for name, times in names.items() if times > 1}
        self.assertEqual(shared - SHARED_NAMES, set())

    def test_no_two_public_classes_have_one_name(self):
        names = Counter(
            node.name
            for path, _ in code("cables")
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        )
        shared = {name for name, times in names.items() if times > 1}
        self.assertEqual(shared, {"Command"})  # Django's name in each command.
