"""How many telegrams a second are read, on one core, and which part of that takes how long."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import process_time

from cables.sources import ParsedCable, csv_dump
from cables.sources.parsed_cable import parsed
from cables.telegram.mentions import find_named
from cables.telegram.paragraphs import outline
from cables.telegram.parse import parse_telegram

from .report import table

BUDGET = 1_500  # Cables a second, for what a load reads.
BATCH = 500
LOADED = (
    "header, preamble, references, paragraphs and their ids",
    "cables named in the paragraphs",
)
SHOWN = "when shown: summary, comment, lists, tables, signature"


def measure(path: Path, cables: int) -> str:
    """Return a table of processor time for the first cables of a CSV, at most 20,000."""
    spent, records = [0.0, 0.0, 0.0], _read(path, min(cables, 20_000))
    count = 0
    while batch := list(islice(records, BATCH)):  # As a load has no more of them at a time.
        count += len(batch)
        spent = [total + each for total, each in zip(spent, _spend(batch), strict=True)]
    *loaded, shown = (seconds / count for seconds in spent)
    rows = [_row(name, each) for name, each in zip(LOADED, loaded, strict=True)]
    rows += [_row("both: what a load reads", sum(loaded), f"{BUDGET:,}"), _row(SHOWN, shown)]
    rows.append(_row("all of it", sum(loaded) + shown))
    return table(("part", "µs a cable", "cables a second", "budget"), rows)


def _row(name: str, seconds: float, budget: str = "") -> tuple[str, ...]:
    return name, f"{seconds * 1e6:.0f}", f"{1 / seconds:,.0f}", budget


def _read(path: Path, cables: int) -> Iterator[ParsedCable]:
    records = (record for record in parsed(csv_dump.read(path)) if isinstance(record, ParsedCable))
    return islice(records, cables)


def _spend(records: list[ParsedCable]) -> Iterator[float]:
    """Yield the seconds of processor time that each part takes for all the records."""
    start = process_time()
    telegrams = [
        parse_telegram(each.header, each.body, reference=each.reference, created=each.created)
        for each in records
    ]
    read = process_time()
    yield read - start
    for record, telegram in zip(records, telegrams, strict=True):
        for block in telegram.blocks:
            find_named(block.text, telegram.references, record.reference)
    named = process_time()
    yield named - read
    for telegram in telegrams:
        outline(telegram.blocks)
    yield process_time() - named
