"""Lines and files of each package, and the packages that have more lines than their budget.

    python -m tests.sizes           all packages
    python -m tests.sizes --check   those over their budget; ends with 1 if there are any

The budgets stand in pyproject.toml. Who needs more lines first takes some away.
"""

import sys
import tomllib
from collections import Counter
from pathlib import PurePath

from tests.paths import PROJECT

ROOTS = ("cables", "reading_room", "tests")
TOOLS = (
    "tests/benchmarks",
    "tests/docs_check",
    "tests/packed_data",
    "tests/release",
)  # Programs that only stand among the tests.


def packages_of(name: str) -> list[str]:
    """Return what the lines of a file count for: its package, and all of cables, or the tools."""
    folders = PurePath(name).parts[:-1]
    package = "/".join(folders[:2])
    whole = "tools among tests" if package in TOOLS else folders[0]
    return [package, whole] if len(folders) > 1 else [whole]


def sizes() -> tuple[Counter[str], Counter[str]]:
    """Return the lines and the files of each package. Migrations are not counted."""
    lines, files = Counter[str](), Counter[str]()
    for path in (path for root in ROOTS for path in (PROJECT / root).rglob("*.py")):
        if "migrations" not in path.parts:
            for package in packages_of(path.relative_to(PROJECT).as_posix()):
                lines[package] += len(path.read_text().splitlines())
                files[package] += 1
    return lines, files


def main() -> None:
    """Print the sizes; with --check only what is over its budget, and end with 1."""
    budgets = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["reading-room"][
        "lines"
    ]
    lines, files = sizes()
    is_check = "--check" in sys.argv
    over = [name for name in lines if lines[name] > budgets.get(name, 0)]
    for name in sorted(over if is_check else lines):
        print(f"{name:28} {files[name]:5} files {lines[name]:7} of {budgets.get(name, 0):6} lines")
    if is_check and over:
        sys.exit("These have more lines than [tool.reading-room.lines] in pyproject.toml allows.")


if __name__ == "__main__":
    main()
