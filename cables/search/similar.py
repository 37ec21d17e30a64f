"""Cables like one: by the words that both have, the rarer the more, and by nearness in time.

How the weights were chosen is in docs/decisions/0053-similar-cables-by-words-and-time.md.
"""

import heapq
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from tantivy import Occur, Query

from ..http_cache.edition import current_edition
from ..models import Cable
from ..search_index.reader import IndexSnapshot, rounded, snapshot_of
from ..search_index.schema import micros, schema
from ..telegram.distinct_words import in_nfc, words_of
from ..telegram.redact_phrases import MARK
from ..telegram.titles import title_case
from .query_parts import STOP_WORDS
from .ranked_queries import ranged, term
from .snippets import stems_of

SHOWN = 5
SCALE = 30  # Days: so far apart, words count half.
NEAR = 120  # Days in which cables are looked for first.
CANDIDATES = 100  # Cables with the best words, of which nearness chooses.
MOST_BITS = 24  # Of a score, which is a float, that are exact.
WORDS = MOST_BITS  # Of the cable: those that say most about it.
COMMON = 0.1  # No word that a larger share of all cables have.
FEWEST_CABLES = 5  # In a small archive a word may be in so many.
READ = 6_000  # Characters of its text.
FEWEST_SHARED = 2  # Words: cables that share fewer are alike by chance.
WORDS_SHOWN = 4
DAY = 86_400_000_000  # Microseconds.
WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class TellingWord:
    """A word that says much about a cable."""

    printed: str
    stem: str
    weight: float  # By how often the cable has it (TF).


@dataclass(frozen=True, slots=True)
class Similar:
    """A cable like another, and what both have, the most telling first."""

    pk: int
    words: tuple[str, ...]
    tags: tuple[str, ...]


def similar_cables(cable: Cable, count: int = SHOWN) -> list[Similar]:
    """Return the cables most like one: earlier, then later ones if few. Raises IndexNotReady."""
    comparison = Comparison(cable, snapshot_of(current_edition()))
    sent, near = micros(cable.created), NEAR * DAY
    found: list[Similar] = []
    for first, last in ((sent - near, sent), (None, sent - near - 1), (sent + 1, sent + near)):
        if len(found) < count:
            found += comparison.best_between(first, last, count - len(found))
    return found


class Comparison:
    """A cable beside all others in a snapshot of the index."""

    def __init__(self, cable: Cable, snapshot: IndexSnapshot):
        self.cable, self.snapshot = cable, snapshot
        self.words = telling_words(cable, snapshot)
        self.tags = [tag for tag in dict.fromkeys(cable.tags) if "," not in tag][:MOST_BITS]

    def best_between(self, first: int | None, last: int, count: int) -> list[Similar]:
        """Return the best of those sent between two instants (microseconds from 1970)."""
        ranked = self.ranked_between(first, last)[: 2 * count]
        words = self.holders(
            ranked, [(each.printed, term("stems", each.stem)) for each in self.words]
        )
        tags = self.holders(ranked, [(tag, term("tag", tag)) for tag in self.tags])
        alike = [
            Similar(pk, tuple(words[pk][:WORDS_SHOWN]), tuple(tags[pk]))
            for pk in ranked
            if len(words[pk]) >= FEWEST_SHARED
        ]
        return alike[:count]

    def ranked_between(self, first: int | None, last: int) -> list[int]:
        """Return the primary keys of the best candidates, the most like first."""
        if not self.words:
            return []
        alike = [Query.boost_query(term("stems", each.stem), each.weight) for each in self.words]
        sent = ranged("created", first, last)
        query = self.snapshot.only_found(
            [
                (Occur.Must, Query.boolean_query([(Occur.Should, each) for each in alike])),
                (Occur.Must, Query.const_score_query(sent, 0.0)),
            ]
        )
        # One more, as the cable is most like itself.
        hits = self.snapshot.ranked(query, 0, CANDIDATES + 1)
        addresses = [address for _, address in hits]
        keys = self.snapshot.integers("id", addresses)
        instants = self.snapshot.integers("created", addresses)
        own = micros(self.cable.created)
        scores = {
            pk: score / (1 + abs(created - own) / (SCALE * DAY))
            for (score, _), pk, created in zip(hits, keys, instants, strict=True)
            if pk != self.cable.pk
        }
        return sorted(scores, key=lambda pk: -rounded(scores[pk]))

    def holders(self, keys: list[int], terms: list[tuple[str, Query]]) -> dict[int, list[str]]:
        """Return {primary key: the names of those (name, query) that match this cable}.

        One search answers all: each query adds a power of two to the score, which is a float of
        MOST_BITS exact bits.
        """
        held: dict[int, list[str]] = {pk: [] for pk in keys}
        if not (keys and terms):
            return held
        bits = [Query.const_score_query(query, 2.0**bit) for bit, (_, query) in enumerate(terms)]
        among = Query.const_score_query(Query.term_set_query(schema(), "id", keys), 0.0)
        query = Query.boolean_query([(Occur.Must, among), *((Occur.Should, bit) for bit in bits)])
        hits = self.snapshot.searcher.search(query, len(keys), False).hits
        found = self.snapshot.integers("id", [address for _, address in hits])
        for (score, _), pk in zip(hits, found, strict=True):
            held[pk] = [name for bit, (name, _) in enumerate(terms) if int(score) >> bit & 1]
        return held


def telling_words(cable: Cable, snapshot: IndexSnapshot) -> list[TellingWord]:
    """Return the words that say most about a cable: those that it has often and few others have.

    Words of tags that name a person, and of marks of redactions, are left out.
    """
    words = WORD.findall(in_nfc(f"{cable.subject} {cable.body[:READ]}"))
    # The first form of each that is not in capitals, as subjects are; else the first.
    printed = {word.lower(): word for word in reversed(words)}
    printed |= {word.lower(): word for word in reversed(words) if not word.isupper()}
    persons = [tag for tag in cable.tags if "," in tag]
    for name in STOP_WORDS | words_of(f"{MARK} {' '.join(persons)}"):
        printed.pop(name, None)
    stems = dict(zip(printed, stems_of(printed), strict=True))
    counts = Counter(stems[word.lower()] for word in words if word.lower() in stems)
    best = heapq.nlargest(WORDS, worth_of_stems(counts, snapshot))
    # Without capitals where most of the text is in capitals.
    first = {stem: printed[name] for name, stem in stems.items()}
    in_capitals = 2 * sum(map(str.isupper, words)) > len(words)
    return [
        TellingWord(title_case(first[stem]) if in_capitals else first[stem], stem, weight)
        for _, weight, stem in best
    ]


def worth_of_stems(
    counts: Counter[str], snapshot: IndexSnapshot
) -> Iterator[tuple[float, float, str]]:
    """Yield (TF-IDF, TF, stem) of those that another cable has too, but not too many."""
    cables, frequency_of = snapshot.searcher.num_docs, snapshot.searcher.doc_freq
    most = max(COMMON * cables, FEWEST_CABLES)
    for stem, times in counts.items():
        if 1 < (held := frequency_of("stems", stem)) <= most:
            weight = 1 + log(times)
            yield weight * log(1 + (cables - held + 0.5) / (held + 0.5)), weight, stem
