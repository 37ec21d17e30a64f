"""What the packages and modules of the app import of one another, read from the code."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from .paths import PROJECT

APP = PROJECT / "cables"


def code(*folders: str) -> Iterator[tuple[Path, str]]:
    """Yield (path, name in the project) of every Python file in some folders but migrations."""
    for folder in folders:
        for path in sorted((PROJECT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.relative_to(PROJECT).as_posix()


def module_of(path: Path) -> str:
    """Return the module or package directly in the app that a file belongs to."""
    return path.relative_to(APP).with_suffix("").parts[0]


@cache
def imports(path: Path) -> list[str]:
    """Return the dotted name of each module that a file imports, relative ones made absolute."""
    package, names = path.relative_to(PROJECT).parts[:-1], []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join([*base, *filter(None, [node.module])])
            names += [f"{name}.{alias.name}" for alias in node.names]
    return names


def import_graph() -> dict[str, set[str]]:
    """Return {package or module of the app: those that it imports}."""
    graph: dict[str, set[str]] = {}
    for path, _ in code("cables"):
        found = {name.split(".")[1] for name in imports(path) if name.startswith("cables.")}
        graph.setdefault(module_of(path), set()).update(found - {module_of(path)})
    return graph


def without_detours(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return a graph without circles less each arrow to what other arrows lead to as well."""

    @cache
    def reached(name: str) -> frozenset[str]:
        return frozenset(graph[name]).union(*map(reached, graph[name]))

    return {
        name: {each for each in found if not any(each in reached(other) for other in found)}
        for name, found in graph.items()
    }
