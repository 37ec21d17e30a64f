"""The forms of names and patterns in the texts of one cable, with the places where each stands.

A form is one decision: redacting it strikes it wherever the cable has it.
"""

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import NamedTuple

from ..telegram.redact_phrases import Span, find_phrases, is_marked, overlap, words_in
from .archive_matcher import NameMatcher
from .archive_texts import BREAK, PartedText
from .redaction_near_misses import Near, find_near

MOST_PLACES = 8  # Of one form in one cable, that are stored with the text around them.
LONGEST_FORM = 200  # Characters of a form.
AT_BORDER = 400  # Characters on each side of the border of two parts that a name may cross.
EXACT = ""  # The kind of the name itself.
# Text, country of the cable (ISO 3166, "" if unknown) -> spans.
PatternFinder = Callable[[str, str], Iterable[Span]]
Place = tuple[str, str, str, str]  # (name of the place, text before, words, text behind)


@dataclass(slots=True)
class FormInCable:
    """A form of a name, or a text of a pattern, in one cable."""

    form: str  # As printed; of exact matches the name as it was typed.
    phrase: str  # The name, or the name of the pattern.
    kind: str  # EXACT, a kind of near misses, or the name of the pattern.
    is_sealed: bool  # Only in texts that readers do not see.
    count: int = 0
    places: list[Place] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The words of the form; forms with the same words are redacted together."""
        return key_of(self.form)


class _Occurrence(NamedTuple):
    """A name, a near miss or a pattern at one place."""

    phrase: str
    near: Near
    place: str
    text: str  # Of the part in which it stands.
    is_sealed: bool

    @property
    def kind(self) -> str:
        return self.near.kind


def key_of(form: str) -> str:
    """Return the words of a form, folded."""
    return " ".join(words_in(form))


def find_forms(
    texts: Sequence[PartedText],
    matcher: NameMatcher,
    patterns: dict[str, PatternFinder],
    country: str = "",
) -> list[FormInCable]:
    """Return the forms in the texts of a cable: names first, each by kind as they stand there.

    A common word that resembles a name counts only in cables that have a better match of it.
    """
    forms: dict[str, FormInCable] = {}
    phrases = matcher.candidates([text.whole() for text in texts])
    named = [each for text in texts for each in _names_in(text, phrases, matcher)]
    is_weak = [each.kind != EXACT and matcher.is_weak(each.near, each.phrase) for each in named]
    strong = {each.phrase for each, weak in zip(named, is_weak, strict=True) if not weak}
    passed_over = set()
    for each, weak in zip(named, is_weak, strict=True):
        if weak and each.phrase not in strong:
            passed_over.add(key_of(each.near.form))
        else:
            _add(forms, each)
    for words in passed_over:
        matcher.skip(words)
    for text in texts if patterns else ():
        for each in _patterns_in(text, patterns, country):
            _add(forms, each)
    return [form for form in forms.values() if form.key]


def _add(forms: dict[str, FormInCable], found: _Occurrence):
    """Add a place to its form; a form that readers see is not counted in sealed texts too."""
    form = (found.phrase if found.kind == EXACT else found.near.form)[:LONGEST_FORM]
    new = FormInCable(form, found.phrase, found.kind, found.is_sealed)
    known = forms.setdefault(key_of(form), new)
    if found.is_sealed and not known.is_sealed:
        return
    known.count += 1
    if len(known.places) < MOST_PLACES:
        known.places.append((found.place, *found.near.context(found.text)))


def _names_in(
    text: PartedText, phrases: Sequence[str], matcher: NameMatcher
) -> Iterator[_Occurrence]:
    """Yield where names, or near misses of them, stand in a text."""
    if not phrases:
        return
    suffix = f" of {text.name}" if text.name else ""
    for name, part in text.parts:
        for phrase, near in _in_part(part, matcher.possible(part, phrases)):
            yield _Occurrence(phrase, near, name + suffix, part, text.is_sealed)
    yield from _across_parts(text, phrases, matcher)


def _across_parts(
    text: PartedText, phrases: Sequence[str], matcher: NameMatcher
) -> Iterator[_Occurrence]:
    """Yield where names begin in one part of a text and end in another."""
    suffix = f" of {text.name}" if text.name else ""
    connected = text.connected
    borders = BREAK.join(
        f"{one[-AT_BORDER:]}\n\n{other[:AT_BORDER]}" for (_, one), (_, other) in pairwise(connected)
    )
    phrases = matcher.possible(borders, phrases) if borders else ()
    if not phrases:
        return
    joined = "\n\n".join(part for _, part in connected)
    starts = list(accumulate((len(part) + 2 for _, part in connected), initial=0))
    for phrase, near in _in_part(joined, phrases):
        first, last = (bisect(starts, at) - 1 for at in (near.span[0], near.span[1] - 1))
        if first != last:
            place = f"{connected[first][0]} and {connected[last][0]}{suffix}"
            yield _Occurrence(phrase, near, place, joined, text.is_sealed)


def _in_part(text: str, phrases: Sequence[str]) -> Iterator[tuple[str, Near]]:
    """Yield (name, what stands in a text); near misses inside a whole name are left out."""
    taken: list[Span] = []
    for phrase in phrases:
        for span in find_phrases(text, [phrase]):
            taken.append(span)
            yield phrase, Near(" ".join(text[slice(*span)].split()), EXACT, span)
    for phrase in phrases:
        for near in find_near(text, [phrase]):
            if not any(overlap(near.span, span) for span in taken):
                yield phrase, near


def _patterns_in(
    text: PartedText, patterns: dict[str, PatternFinder], country: str
) -> Iterator[_Occurrence]:
    """Yield where patterns match in a text, but for what holds a redaction's mark."""
    suffix = f" of {text.name}" if text.name else ""
    for name, part in text.parts:
        for pattern, find in patterns.items():
            for start, end in find(part, country):
                form = " ".join(part[start:end].split())
                if not is_marked(form):
                    near = Near(form, pattern, (start, end))
                    yield _Occurrence(pattern, near, name + suffix, part, text.is_sealed)
