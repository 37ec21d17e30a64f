"""How long volumes of Foreign Relations take to load, with every document accounted for."""

import gzip
import re
from pathlib import Path

from lxml import etree

from .database import Database, postgres_version
from .load import MB, Run, run
from .report import machine, table

DOCUMENTS_A_SECOND = 200
MEMORY = 300  # MB, of the process.
NAME = "{http://www.w3.org/XML/1998/namespace}id"
DOCUMENT = "{http://www.tei-c.org/ns/1.0}div"
ROWS_IN = re.compile(r"([\d,]+) documents? read")


def measure(database: Database, folder: Path) -> None:
    """Load a folder of volumes into a fresh database, load it again, and print what it took.

    Raises ValueError if the command fails, or counts other documents than the files have.
    """
    documents = sum(map(count_documents, sorted(folder.glob("*.xml*"))))
    database.make()
    first, again = run(database, folder), run(database, folder)
    database.say("holds volumes")
    print(f"\n{summary(documents, first, again)}\n\n{machine(postgres_version())}")
    for each in (first, again):
        if rows_in(each) != documents:
            raise ValueError(f"The files have {documents:,} documents: {each.lines[-1]}")


def count_documents(volume: Path) -> int:
    """Return how many documents a volume has, counted without the project's own reader."""
    opened = gzip.open if volume.suffix == ".gz" else open
    with opened(volume, "rb") as file:
        tree = etree.parse(file, etree.XMLParser(collect_ids=False))  # Some volumes repeat ids.
    documents = tree.iter(DOCUMENT)
    return sum(each.get("type") == "document" and each.get(NAME) is not None for each in documents)


def rows_in(loaded: Run) -> int:
    found = ROWS_IN.search(loaded.lines[-1] if loaded.lines else "")
    return int(found[1].replace(",", "")) if found else 0


def summary(documents: int, first: Run, again: Run) -> str:
    """Return the table of both runs beside the budget of the first."""
    runs = (first, again)
    speeds = [f"{documents / each.seconds:,.0f}" for each in runs]
    memory = [f"{each.watch.process / MB:,.0f}" for each in runs]
    rows = [
        ("documents", *[f"{documents:,}" for _ in runs], ""),
        ("seconds", *[f"{each.seconds:,.1f}" for each in runs], ""),
        ("documents a second", *speeds, f"{DOCUMENTS_A_SECOND}"),
        ("memory of the process, MB", *memory, f"{MEMORY}"),
        ("created", *[f"{each.counts.get('created', 0):,}" for each in runs], ""),
        ("unchanged", *[f"{each.counts.get('unchanged', 0):,}" for each in runs], ""),
    ]
    return table(("", "first load", "the same again", "budget"), rows)
