"""How many telegrams a second are read, on one core, and which part of that takes how long."""

import time
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

from cables.mentions import find_named
from cables.paragraphs import outline
from cables.sources import ParsedCable, csv_dump
from cables.sources.telegram import parse_telegram

from .report import table

BUDGET = 1_500  # Cables a second, for all of it.


def measure(path: Path, cables: int) -> str:
    """Return a table of processor time for the first cables of a CSV, at most 20,000."""
    records = list(islice(_read(path), min(cables, 20_000)))
    telegrams = [_telegram(record) for record in records]
    pairs = list(zip(records, telegrams, strict=True))
    cut = [telegram.blocks for telegram in telegrams]
    parts = {
        "header, preamble, references, paragraphs and their ids": (_telegram, records),
        "cables named in the paragraphs": (_named, pairs),
        "parts: summary, comment, lists, tables, signature": (outline, cut),
    }
    microseconds = {name: _spend(*part) / len(records) * 1e6 for name, part in parts.items()}
    total = sum(microseconds.values())
    rows = [(name, f"{each:.0f}", f"{1e6 / each:,.0f}", "") for name, each in microseconds.items()]
    rows.append(("all of it", f"{total:.0f}", f"{1e6 / total:,.0f}", f"{BUDGET:,}"))
    return table(("part", "µs a cable", "cables a second", "budget"), rows)


def _read(path: Path) -> Iterable[ParsedCable]:
    return (record for record in csv_dump.read(path) if isinstance(record, ParsedCable))


def _telegram(record: ParsedCable):
    return parse_telegram(
        record.header, record.body, reference=record.reference, created=record.created
    )


def _named(read) -> None:
    record, telegram = read
    for block in telegram.blocks:
        find_named(block.text, telegram.references, record.reference)


def _spend(work: Callable, items: Iterable) -> float:
    """Return the seconds of processor time that some work on every item takes."""
    start = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - start
