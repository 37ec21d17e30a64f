"""A set of cables to take away: texts, tables, citations and a README in one ZIP, made while sent.

Each file is a reading of the cables of its own, so that neither memory nor disk holds the set. What
is withheld or redacted meanwhile is missing from the files that follow, and the README says that
the archive changed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.utils.text import get_valid_filename

from reading_room.paths import room_version

from ..citations.citation_formats import csl_json_parts
from ..citations.source import CitedSource, day_in_words
from ..models import Cable, State
from ..models.querysets import READER
from ..operations.zip_stream import ZipStream
from .bulk_export import READ, export_row, json_lines, table_lines

FEW = 50_000  # With more cables, a table may exceed 2 GiB.


def archive_state() -> str:
    """Return the archive's state: its number, and when it came to be."""
    state = State.objects.using(READER).first()
    return f"{state.number} of {state.moved:%Y-%m-%d %H:%M} UTC" if state else "0"


@dataclass(frozen=True, slots=True)
class CableSet:
    """Cables, and what was asked for them. Addresses are whole URLs."""

    named: str  # The question and its filters in words.
    page: str  # The address of the page that shows the set.
    here: Callable[[str], str]  # Makes a URL of a path.
    noun: str  # What they are: "cable", "document".
    cables: int
    read: Callable[..., Iterable[Cable]]  # Reads them with these fields besides those of a list.
    sources: Callable[[], Iterable[CitedSource]]
    state: str = field(default_factory=archive_state)


def zip_of_cables(taken: CableSet, *, is_bag: bool = False) -> Iterator[bytes]:
    """Yield the ZIP of a set; with `is_bag` it is a BagIt bag."""
    zipped = ZipStream(is_bag=is_bag, is_large=taken.cables > FEW)

    def rows() -> Iterator[dict]:
        return (export_row(cable, taken.here) for cable in taken.read(*READ))

    sent = 0
    for cable in taken.read("header", "body"):
        name = get_valid_filename(cable.reference)
        yield from zipped.add(f"texts/{name}.txt", [cable.text])
        sent += 1
    yield from zipped.add("cables.csv", table_lines(rows()))
    yield from zipped.add("cables.jsonl", json_lines(rows()))
    yield from zipped.add("citations.json", csl_json_parts(taken.sources()))
    yield from zipped.add("README.txt", [readme(taken, sent)])
    yield from zipped.end("sets of cables", " ".join(taken.named.split()), taken.page)


README = """\
{named}

A set of {cables:,} {noun}{s} of the Cable Reading Room, {site}

Address:  {page}
Taken:    {day}
Archive:  state {state}{changed}
Program:  Cable Reading Room {version}
Licence:  {licence}

To cite the set:

    {named}. Cable Reading Room, {cables:,} {noun}{s}, state {state}, taken {day}. {page}

What is in it

    texts/REFERENCE.txt  each text, byte for byte as {site}cable/REFERENCE.txt had it
    cables.csv           a row for each {noun}: facts and text, in the order of the page; before
                         a cell that a spreadsheet would take for a formula is an apostrophe
    cables.jsonl         the same as JSON, one {noun} in each line, without such apostrophes
    citations.json       their citations (CSL-JSON), for Zotero and other programs

It has what readers could read on that day: nothing that is withheld, and no words that this archive
redacted (`redacted` in cables.csv). Letters such as XXXX stood in the source.

What changed since

The address shows what it finds today. `version` and `digest` in cables.csv are the number of each
text and its SHA-256, which `sha256sum texts/REFERENCE.txt` gives too; a text with redacted words
has no digest. {site}cable/REFERENCE/history/ has all versions of a text with theirs.
"""
CHANGED = """. It changed while the set was sent, to state {}:
          what was changed then may differ between these files. Take the set again."""


def readme(taken: CableSet, cables: int) -> str:
    """Return the README of a set of which so many cables were sent."""
    now = archive_state()
    licence = filter(None, (settings.DATA_LICENCE, settings.DATA_LICENCE_URL))
    return README.format(
        named=taken.named,
        page=taken.page,
        site=taken.here("/"),
        cables=cables,
        noun=taken.noun,
        s="" if cables == 1 else "s",
        day=day_in_words(datetime.now(UTC).date()),
        state=taken.state,
        changed=CHANGED.format(now) if now != taken.state else "",
        version=room_version(),
        licence=", ".join(licence) or "none is stated",
    )
