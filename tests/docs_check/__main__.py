"""The command: python -m tests.docs_check. Print what is wrong in the docs; exit with 1 if so.

With --write it first writes anew what documents have that is made from the project.
"""

import os
import sys
from collections.abc import Sequence

import django

from tests.paths import PROJECT


def main(arguments: Sequence[str] = ()) -> int:
    """Check all Markdown files of the project, and print the result."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reading_room.settings")
    django.setup()
    from .generated import write_generated
    from .report import check, table

    if "--write" in arguments:
        write_generated(PROJECT)
    findings = check(PROJECT)
    print(table(findings) or "The docs name nothing that does not exist.")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
