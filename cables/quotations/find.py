"""Find a quotation: first in the cable that it cites, then in all published texts.

Searches the current and the superseded texts of published cables. Quotations are not stored.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from ..models import Cable, Version
from ..search.timeouts import TooSlow, statement_timeout
from . import candidates
from .candidates import QuotationWords, T
from .compare import (
    ALTERED,
    EXACT,
    NEAR,
    NOT_FOUND,
    QuotationComparison,
    SearchedText,
    check_quotation,
    find_exact,
    other,
    paragraphs,
)
from .quotation import Quotation

TOO_COMMON = "too common"
MATCHES = (EXACT, ALTERED, NEAR)  # Verdicts, the best first.
SECONDS = 2.3  # For all queries and comparisons together.
LONGEST_QUESTION = 0.9  # Seconds for one query.
# Candidates that are compared: for an exact match, and for a similar one, which takes ten times as
# long.
MOST_COMPARED, MOST_LIKENED = 12, 4
MOST_MISSED = 2  # Candidates without a match, after which no more are compared.
MOST_SHOWN = 10
LIKE_ENOUGH = 0.8  # From this likeness in the cited cable, other cables need an exact match.
NOT_SHOWN = ("keywords",)


class VerdictWords(NamedTuple):
    """How a verdict is said."""

    heading: str
    sentence: str  # On the page, if no cable is shown.
    finding: str  # For assistants.
    in_json: str


VERDICTS = {
    EXACT: VerdictWords(
        "Exact match", "", "The quotation is exact: its words stand so in the text.", EXACT
    ),
    ALTERED: VerdictWords(
        "Close match",
        "",
        "The quotation is not exact. Quote the text as it is at the permalink.",
        ALTERED,
    ),
    NEAR: VerdictWords(
        "Not found", "No text published here was found to have these words.", "", NOT_FOUND
    ),
    NOT_FOUND: VerdictWords(
        "Not found",
        "No text published here was found to have these words, or nearly.",
        "No text of this archive has this quotation.",
        NOT_FOUND,
    ),
    TOO_COMMON: VerdictWords(
        "Too common: add words",
        "So many texts have words like these that not all could be read. "
        "Paste more of the passage, or name the cable.",
        "The words are too common to compare them with all texts: add words, or name the cable.",
        "too common: add words",
    ),
}


@dataclass(frozen=True, slots=True)
class Match:
    """A match of a quotation in one text of a cable, current or superseded."""

    cable: Cable
    comparison: QuotationComparison
    superseded: Version | None = None

    @property
    def text(self) -> Cable | Version:
        return self.superseded or self.cable

    @property
    def number(self) -> int:
        """The version number of the text."""
        return self.superseded.number if self.superseded else self.cable.version

    @property
    def order(self) -> tuple[int, float, int]:
        """The sort key: best match first, then newer versions before older ones."""
        rank = MATCHES.index(self.comparison.verdict)
        return rank, -self.comparison.likeness, -self.number


@dataclass(slots=True)
class QuotationResult:
    """The result of a search for a quotation."""

    quotation: Quotation
    asked: Cable | None = None  # The cable that the quotation cites.
    found: list[Match] = field(default_factory=list)  # Matches, all of one verdict.
    there: Match | None = None  # The match in the cited cable, if another cable matches better.
    more: bool = False  # Whether further texts may have it as well.
    too_common: bool = False  # Whether its words are too common to compare all texts with them.

    @property
    def verdict(self) -> str:
        if self.found:
            return self.found[0].comparison.verdict
        return TOO_COMMON if self.too_common else NOT_FOUND

    @property
    def words(self) -> VerdictWords:
        return VERDICTS[self.verdict]

    @property
    def best(self) -> Match | None:
        return self.found[0] if self.found else None


def find_quotation(
    quotation: Quotation,
    asked: Cable | None = None,
    in_cited: list[Match] | None = None,
    seconds: float = SECONDS,
) -> QuotationResult:
    """Search for a quotation in the cited cable and, unless it is exact there, in all cables.

    `in_cited` are the matches in the cited cable, if it was compared before.
    Spends at most `seconds` in the database; if that is too short, sets `too_common`.
    """
    result = QuotationResult(quotation, asked)
    if in_cited is None:
        in_cited = list(in_cable(quotation, asked)) if asked else []
    best = min(in_cited, key=attrgetter("order"), default=None)
    if best and best.comparison.verdict == EXACT:
        result.found = [best]
        return result
    is_similar_there = best is not None and best.comparison.likeness >= LIKE_ENOUGH
    elsewhere = _Search(quotation, result, seconds).run(only_exact=is_similar_there)
    matches = sorted([*elsewhere, *in_cited], key=attrgetter("order"))
    exact: dict[int, Match] = {}  # The first match of each cable.
    for each in matches:
        if each.comparison.verdict == EXACT:
            exact.setdefault(each.cable.pk, each)
    result.found = list(exact.values())[:MOST_SHOWN] or matches[:1]
    if best and result.best and result.best.cable != asked:
        result.there = best
    return result


def in_cable(
    quotation: Quotation, cable: Cable, texts: list[SearchedText] | None = None
) -> Iterator[Match]:
    """Yield the matches of a quotation in the texts of a published cable.

    `texts` are those of its current version, where they are at hand.
    """
    yield from _matches(quotation, cable, texts=texts)
    versions = cable.versions.order_by("-number") if cable.version > 1 else ()
    for version in versions:
        yield from _matches(quotation, cable, version)


def _matches(
    quotation: Quotation,
    cable: Cable,
    version: Version | None = None,
    texts: list[SearchedText] | None = None,
) -> Iterator[Match]:
    comparison = check_quotation(quotation, texts or texts_of(version or cable))
    if comparison.verdict in MATCHES:
        yield Match(cable, comparison, version)


def texts_of(text: Cable | Version) -> list[SearchedText]:
    """Return the texts of a cable or version in the order in which they are compared."""
    blocks = text.blocks()
    return [
        paragraphs(blocks),
        other("subject", text.subject),
        other("opening", blocks.preamble),
        other("header", text.header),
    ]


class _Search:
    """The search for one quotation in all published texts, until the time is up."""

    def __init__(self, quotation: Quotation, result: QuotationResult, seconds: float):
        self.quotation = quotation
        self.result = result
        self.end = time.monotonic() + seconds
        self.is_too_slow = False  # Whether superseded texts could not be read.

    @contextmanager
    def limited_time(self) -> Iterator[None]:
        """Limit queries to the remaining time. Raises TooSlow."""
        seconds = min(self.end - time.monotonic(), LONGEST_QUESTION)
        if seconds < 0.05:
            raise TooSlow
        with statement_timeout(int(seconds * 1000)):
            yield

    def run(self, *, only_exact: bool) -> list[Match]:
        """Return exact matches or, unless only these are wanted, similar ones."""
        words = QuotationWords(self.quotation)
        matches = self.matches_of(words, only_exact) if words else []
        # Where no text has its rarest words in a row, it is not here, however common they are.
        unread = self.result.too_common or not words
        is_there = unread and candidates.stands_in_a_row(words)
        self.result.too_common = is_there or self.is_too_slow
        return matches if matches or only_exact or not words else self.in_headers()

    def matches_of(self, words: QuotationWords, only_exact: bool) -> list[Match]:
        """Return the matches in texts of current and superseded versions."""
        matches: list[Match] = []
        steps = (
            *(self.exact, partial(self.superseded, all_of=True)),
            *(self.altered, partial(self.superseded, all_of=False)),
        )
        for step in steps[:2] if only_exact else steps:
            try:
                matches += step(words)
            except TooSlow:
                self.is_too_slow = True
            if any(each.comparison.verdict == EXACT for each in matches):
                break
        return matches

    def exact(self, words: QuotationWords) -> list[Match]:
        """Search cables that have all rare words."""
        if not words.all_known:
            return []
        keys, self.result.more = candidates.find_exact_candidates(words)
        self.result.too_common = self.result.more
        return self.compare_cables(keys, only_exact=True)

    def altered(self, words: QuotationWords) -> list[Match]:
        return self.compare_cables(candidates.find_similar_candidates(words))

    def superseded(self, words: QuotationWords, *, all_of: bool) -> list[Match]:
        """Search superseded versions that have all rare words, or some of them."""
        with self.limited_time():
            versions = list(candidates.find_superseded(words, all_of=all_of))
        nearest = candidates.nearest_first(self.quotation, versions)
        return [
            match
            for version in self.until_timeout(nearest[:MOST_LIKENED])
            for match in _matches(self.quotation, version.cable, version)
        ]

    def in_headers(self) -> list[Match]:
        """Search the lines TO and INFO, which are in capitals."""
        if not self.quotation.text.isupper():
            return []
        return self.compare_cables(candidates.find_by_recipients(self.quotation))

    def compare_cables(self, keys: list[int], *, only_exact: bool = False) -> list[Match]:
        """Compare the quotation with the cables that share most words with it."""
        cables = Cable.objects.published().select_related("origin").defer(*NOT_SHOWN)
        nearest = candidates.nearest_first(self.quotation, cables.filter(pk__in=keys))
        if len(nearest) > MOST_COMPARED and only_exact:
            self.result.more = True
        if not only_exact:
            return self.compare_similar(nearest)
        exact = (
            (cable, find_exact(self.quotation, texts_of(cable)))
            for cable in self.until_timeout(nearest[:MOST_COMPARED])
        )
        return [Match(cable, comparison) for cable, comparison in exact if comparison]

    def compare_similar(self, nearest: list[Cable]) -> list[Match]:
        """Return similar matches; stop after MOST_MISSED cables without one."""
        matches: list[Match] = []
        missed = 0
        for cable in self.until_timeout(nearest[:MOST_LIKENED]):
            similar = list(_matches(self.quotation, cable))
            matches, missed = matches + similar, missed + (not similar)
            if missed == MOST_MISSED:
                break
        return matches

    def until_timeout(self, texts: list[T]) -> Iterator[T]:
        """Yield texts until the time is up."""
        for text in texts:
            if time.monotonic() > self.end:
                self.result.too_common = True
                return
            yield text
