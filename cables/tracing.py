"""Where a quotation stands: in the cable that it is said to be from, then in all published texts.

Only what is published is read, current texts and superseded ones. Nothing is kept of a quotation.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from . import candidates
from .columns import BY_WORDS
from .limits import TooSlow, in_time, set_for_now
from .models import Cable, Version
from .quotes import (
    ALTERED,
    EXACT,
    NEAR,
    NOT_FOUND,
    Comparison,
    Quotation,
    Text,
    find_altered,
    find_exact,
    other,
    paragraphs,
)

TOO_COMMON = "too common"
VERDICTS = (EXACT, ALTERED, NEAR)  # The best first.
SECONDS = 2.3  # For all questions together.
LONGEST_QUESTION = 0.9
# Texts that are looked at closely, of those that were read: for the words themselves, and for
# what is like them, which takes ten times as long.
MOST_COMPARED, MOST_LIKENED = 12, 4
MOST_MISSED = 2  # Of these: where the nearest are not like it, no other is.
MOST_SHOWN = 10
LIKE_ENOUGH = 0.8  # Of a quotation is in the cable named: no more of it is looked for elsewhere.
NOT_SHOWN = ("search_vector", "keywords")


@dataclass(frozen=True, slots=True)
class Found:
    """What a quotation is in one text of a cable, current or superseded."""

    cable: Cable
    comparison: Comparison
    superseded: Version | None = None

    @property
    def text(self) -> Cable | Version:
        return self.superseded or self.cable

    @property
    def number(self) -> int:
        """The number of the version that the text is."""
        return self.superseded.number if self.superseded else self.cable.version

    @property
    def order(self) -> tuple[int, float, int]:
        """The nearest first, and a current text before the ones that it replaced."""
        place = VERDICTS.index(self.comparison.verdict)
        return place, -self.comparison.likeness, -self.number


@dataclass(slots=True)
class Trace:
    """What became of a quotation."""

    quotation: Quotation
    asked: Cable | None = None  # The cable that it is said to be from.
    found: list[Found] = field(default_factory=list)  # All of one verdict.
    there: Found | None = None  # What it is in the cable asked for, if it is more elsewhere.
    more: bool = False  # Other texts may hold it as well.
    too_common: bool = False  # Its words were too common to read all that have them.

    @property
    def verdict(self) -> str:
        if self.found:
            return self.found[0].comparison.verdict
        return TOO_COMMON if self.too_common else NOT_FOUND

    @property
    def best(self) -> Found | None:
        return self.found[0] if self.found else None


def trace(quotation: Quotation, asked: Cable | None = None) -> Trace:
    """Return where a quotation stands: in the cable asked for, if it is exact there, else anywhere.

    Takes no longer than SECONDS in the database, and gives up with `too_common`.
    """
    traced = Trace(quotation, asked)
    there = list(in_cable(quotation, asked)) if asked else []
    best = min(there, key=lambda found: found.order, default=None)
    if best and best.comparison.verdict == EXACT:
        traced.found = [best]
        return traced
    like = best is not None and best.comparison.likeness >= LIKE_ENOUGH
    elsewhere = _Search(quotation, traced).run(only_exact=like)
    traced.found = _best(sorted([*elsewhere, *there], key=lambda found: found.order))
    if best and traced.best.cable != asked:
        traced.there = best
    return traced


def _best(found: list[Found]) -> list[Found]:
    """Return all that are exact, once for each cable; else the nearest."""
    exact = [each for each in found if each.comparison.verdict == EXACT]
    return _once(exact) or found[:1]


def _once(found: Iterable[Found]) -> list[Found]:
    """Return the first that was found of each cable."""
    first: dict[int, Found] = {}
    for each in found:
        first.setdefault(each.cable.pk, each)
    return list(first.values())[:MOST_SHOWN]


def in_cable(quotation: Quotation, cable: Cable) -> Iterator[Found]:
    """Yield what a quotation is in the texts of a published cable, as far as it is anything."""
    yield from _compared(quotation, cable)
    versions = cable.versions.order_by("-number") if cable.version > 1 else ()
    for version in versions:
        yield from _compared(quotation, cable, version)


def _compared(quotation: Quotation, cable: Cable, version: Version | None = None):
    texts = texts_of(version or cable)
    comparison = find_exact(quotation, texts) or find_altered(quotation, texts)
    if comparison.verdict in VERDICTS:
        yield Found(cable, comparison, version)


def texts_of(text: Cable | Version) -> list[Text]:
    """Return what a cable or a version of it says, in the order in which it is looked at."""
    blocks = text.blocks()
    return [
        paragraphs(blocks),
        other("subject", text.subject),
        other("opening", blocks.preamble),
        other("header", text.header),
    ]


class _Search:
    """One quotation looked for in all published texts, until the time is up."""

    def __init__(self, quotation: Quotation, traced: Trace):
        self.quotation = quotation
        self.traced = traced
        self.end = time.monotonic() + SECONDS

    @contextmanager
    def question(self):
        """Give questions to the database the time that is left. Raises TooSlow."""
        left = min(self.end - time.monotonic(), LONGEST_QUESTION)
        if left < 0.05:
            raise TooSlow
        with in_time(int(left * 1000)):
            set_for_now(**BY_WORDS)
            yield

    def run(self, *, only_exact: bool) -> list[Found]:
        """Return where it stands to the letter; else, perhaps, where it stands in another form."""
        words = candidates.Words(self.quotation)
        if not words:
            self.traced.too_common = True
            return []
        found: list[Found] = []
        steps = (self.exact, self.exact_before, self.altered, self.altered_before)
        for step in steps[:2] if only_exact else steps:
            try:
                found += step(words)
            except TooSlow:
                self.traced.too_common = True
            if any(each.comparison.verdict == EXACT for each in found):
                break
        return found if found or only_exact else self.in_headers()

    def exact(self, words) -> list[Found]:
        """Look for cables with all rare words, if there can be any."""
        if not words.all_known:
            return []
        if words.expected > candidates.MOST_LOOKED_THROUGH:
            raise TooSlow
        with self.question():
            keys, self.traced.more = candidates.holding(words)
        self.traced.too_common = self.traced.more
        return self.compare_cables(keys, only_exact=True)

    def exact_before(self, words) -> list[Found]:
        with self.question():
            versions = list(candidates.superseded(words, all_of=True))
        return self.compare_versions(versions)

    def altered(self, words) -> list[Found]:
        with self.question():
            keys = candidates.like(words)
        return self.compare_cables(keys)

    def altered_before(self, words) -> list[Found]:
        with self.question():
            versions = list(candidates.superseded(words, all_of=False))
        return self.compare_versions(versions)

    def in_headers(self) -> list[Found]:
        """Look in the lines TO and INFO, which are in capitals."""
        if not self.quotation.text.isupper():
            return []
        try:
            with self.question():
                return self.compare_cables(candidates.sent_to(self.quotation))
        except TooSlow:
            return []

    def compare_cables(self, keys: list[int], *, only_exact=False) -> list[Found]:
        """Compare a quotation with the cables that share the most with it."""
        cables = Cable.objects.published().select_related("origin").defer(*NOT_SHOWN)
        nearest = candidates.nearest_first(self.quotation, cables.filter(pk__in=keys))
        if len(nearest) > MOST_COMPARED and only_exact:
            self.traced.more = True
        if not only_exact:
            return self.likened(nearest)
        exact = (
            (cable, find_exact(self.quotation, texts_of(cable)))
            for cable in self.in_time(nearest[:MOST_COMPARED])
        )
        return [Found(cable, comparison) for cable, comparison in exact if comparison]

    def likened(self, nearest: list[Cable]) -> list[Found]:
        """Compare it with the nearest, as long as it is like them."""
        found: list[Found] = []
        missed = 0
        for cable in self.in_time(nearest[:MOST_LIKENED]):
            like = list(_compared(self.quotation, cable))
            found, missed = found + like, missed + (not like)
            if missed == MOST_MISSED:
                break
        return found

    def in_time(self, texts: list) -> Iterator:
        """Yield the texts that there is time to compare."""
        for text in texts:
            if time.monotonic() > self.end:
                self.traced.too_common = True
                return
            yield text

    def compare_versions(self, versions: list[Version]) -> list[Found]:
        nearest = candidates.nearest_first(self.quotation, versions)
        return [
            found
            for version in self.in_time(nearest[:MOST_LIKENED])
            for found in _compared(self.quotation, version.cable, version)
        ]
