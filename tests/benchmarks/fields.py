"""In how many documents of volumes each field was found: the table in docs/sources.md."""

from collections import Counter
from pathlib import Path

from cables.sources import ParsedCable, frus
from cables.telegram.offices import describe_origin

from .report import table

HEADING = (
    *("volume", "documents", "cables", "date: printed, completed, year only"),
    *("from", "to", "place", "class", "origin on the map", "number"),
)
PRINTED = ("", "receipt", "file", "heading")  # What gives a date that is printed (F-5).


def count_fields(folder: Path) -> str:
    """Return the table of a folder of volumes, with a row for all of them."""
    volumes = {path.name.split(".")[0]: count(path) for path in sorted(folder.glob("*.xml*"))}
    every = sum(volumes.values(), Counter())
    return table(HEADING, [row(name, found) for name, found in [*volumes.items(), ("all", every)]])


def count(volume: Path) -> Counter[str]:
    """Return how many documents of a volume have each field; unreadable ones have none."""
    found: Counter[str] = Counter()
    for each in frus.read(volume):
        found["documents"] += 1
        if isinstance(each, ParsedCable):
            found.update(fields_of(each))
    return found


def fields_of(document: ParsedCable) -> list[str]:
    """Return the columns in which a document counts."""
    edition, known = document.edition, describe_origin(document.origin)
    printed = "printed" if edition.get("dated_by", "") in PRINTED else "completed"
    is_telegram = document.kind == "telegram"
    columns = {
        "cables": document.is_cable,
        "year only" if document.created_precision == "year" else printed: True,
        **{name: bool(edition.get(name)) for name in ("from", "to", "place")},
        "class": bool(document.classification),
        "origin": known is not None and known.latitude is not None,
        "telegrams": is_telegram,
        "number": is_telegram and bool(edition.get("numbered")),
    }
    return [name for name, counts in columns.items() if counts]


def row(name: str, found: Counter[str]) -> list[str]:
    """Return the cells of a volume."""
    date = [f"{found[kind]:,}" for kind in ("printed", "completed", "year only")]
    fields = [f"{found[kind]:,}" for kind in ("from", "to", "place", "class", "origin")]
    number = f"{found['number']:,} of {found['telegrams']:,}"
    counted = [f"{found[kind]:,}" for kind in ("documents", "cables")]
    return [name, *counted, ", ".join(date), *fields, number]
