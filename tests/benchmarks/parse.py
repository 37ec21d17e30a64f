"""How many telegrams a second are read, on one core, and which part of that takes how long."""

import time
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

from cables.mentions import find_named
from cables.paragraphs import segment
from cables.sources import ParsedCable, csv_dump
from cables.sources.telegram import parse_telegram

from .report import table

BUDGET = 1_500  # Cables a second, for all of it.


def measure(path: Path, cables: int) -> str:
    """Return a table of processor time for the first cables of a CSV, at most 20,000."""
    records = list(islice(_read(path), min(cables, 20_000)))
    telegrams = [_telegram(record) for record in records]
    cut = [segment(record.body) for record in records]
    parts = {
        "header, preamble, references": lambda: _spend(_telegram, records),
        "paragraphs and their ids": lambda: _spend(lambda record: segment(record.body), records),
        "cables named in the text": lambda: _spend(
            _named, zip(records, telegrams, cut, strict=True)
        ),
    }
    microseconds = {name: run() / len(records) * 1e6 for name, run in parts.items()}
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
    record, telegram, blocks = read
    for block in blocks:
        find_named(block.text, telegram.references, record.reference)


def _spend(work: Callable, items: Iterable) -> float:
    """Return the seconds of processor time that some work on every item takes."""
    start = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - start
