"""Hide a word at single places of a cable: phrases with the words before or after it. No Django.

A redaction knows words, not positions: "grew" strikes "Miss Grew" and "the incident grew out of".
"Miss Grew" strikes only the first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..telegram.redact_phrases import LETTER, find_phrases, overlap, words_in

BEFORE, BEHIND, BOTH = "before", "behind", "both"
SIDES = {
    BEFORE: "with the word before",
    BEHIND: "with the word after",
    BOTH: "with both",
}
MOST_COMPARED = 40  # Places.
LAST_WORD = re.compile(rf"({LETTER}+(?:['’-]{LETTER}+)*)[\W_]*\Z")
FIRST_WORD = re.compile(rf"\A[\W_]*({LETTER}+(?:['’-]{LETTER}+)*)")
Place = Sequence[str]  # (name of the place, text before, words, text behind)


@dataclass(frozen=True, slots=True)
class LongerPhrase:
    """A phrase that hides a form at some of its places."""

    key: str  # Number of the place where it is offered and side: "0-before". No word of the text.
    side: str  # One of SIDES.
    words: str
    hidden: tuple[int, ...]  # Numbers of the places that it hides, from 0.

    @property
    def label(self) -> str:
        return SIDES[self.side]


def longer_phrases(places: Sequence[Place]) -> list[list[LongerPhrase]]:
    """Return for each place of a form the phrases that hide it there: some places, or all.

    One that hides all hides a rank or a title too: "General Grew". Each phrase is offered once, at
    the first place that it hides.
    """
    offered: list[list[LongerPhrase]] = [[] for _ in places]
    known: set[tuple[str, ...]] = set()
    for number, place in enumerate(places):
        for side, words in _phrases_at(place):
            hidden = tuple(at for at, each in enumerate(places) if _hides(each, words))
            key = tuple(words_in(words))
            if number in hidden and key not in known:
                known.add(key)
                phrase = LongerPhrase(f"{number}-{side}", side, words, hidden)
                offered[number].append(phrase)
    return offered


def phrases_of_some(places: Sequence[Place], some: frozenset[int]) -> list[str]:
    """Return phrases that hide a form at some of its places (numbers from 0) and at no other.

    None where the phrases cannot do that, or where the places are too many to be compared.
    """
    if len(places) > MOST_COMPARED:
        return []
    chosen: list[str] = []
    hidden: set[int] = set()
    for phrases in longer_phrases(places):
        for phrase in phrases:
            if some.issuperset(phrase.hidden) and not hidden.issuperset(phrase.hidden):
                chosen.append(phrase.words)
                hidden.update(phrase.hidden)
    return chosen if hidden == some else []


def _phrases_at(place: Place) -> Iterator[tuple[str, str]]:
    """Yield (side, the words with those before or behind) of a place."""
    _, before, words, behind = place[:4]
    words = " ".join(words.split())
    last, first = LAST_WORD.search(before), FIRST_WORD.search(behind)
    if last and last[1].isdigit():  # It may be the number of a paragraph, which is no text.
        last = None
    if last:
        yield BEFORE, f"{last[1]} {words}"
    if first:
        yield BEHIND, f"{words} {first[1]}"
    if last and first:
        yield BOTH, f"{last[1]} {words} {first[1]}"


def _hides(place: Place, phrase: str) -> bool:
    """Return whether a redaction of a phrase hides the words at a place."""
    _, before, words, behind = place[:4]
    span = (len(before), len(before) + len(words))
    return any(overlap(span, each) for each in find_phrases(before + words + behind, [phrase]))
