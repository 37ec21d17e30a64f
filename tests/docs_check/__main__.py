"""The command: python -m tests.docs_check. Print what is wrong in the docs; exit with 1 if so."""

import os
import sys

import django

from tests.paths import PROJECT


def main() -> int:
    """Check all Markdown files of the project, and print the result."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reading_room.settings")
    django.setup()
    from .report import check, table

    findings = check(PROJECT)
    print(table(findings) or "The docs name nothing that does not exist.")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
