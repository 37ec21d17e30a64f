"""The forms of names and patterns in the texts of one cable, with the places where each stands.

A form is one decision: redacting it strikes it wherever the cable has it. A
redaction knows words, not positions: "grew" strikes "Miss Grew" and "the incident grew out of".
The longer phrase "Miss Grew" strikes only the first.
"""

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import NamedTuple

from ..telegram.apply_redactions import EVERYWHERE, Contents, number_and_mark, said_at
from ..telegram.redact_phrases import LETTER, Span, find_phrases, is_marked, overlap, words_in
from .archive_matcher import NameMatcher
from .redaction_near_misses import OTHERWISE, OVER_TWO, PART, Near, find_near

BEFORE, BEHIND, BOTH = "before", "behind", "both"
SIDES = {BEFORE: "with the word before", BEHIND: "with the word after", BOTH: "with both"}
MOST_COMPARED = 40  # Places.
LAST_WORD = re.compile(rf"({LETTER}+(?:['’-]{LETTER}+)*)[\W_]*\Z")
FIRST_WORD = re.compile(rf"\A[\W_]*({LETTER}+(?:['’-]{LETTER}+)*)")


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


def longer_phrases(places: Sequence[Sequence[str]]) -> list[list[LongerPhrase]]:
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


def phrases_of_some(places: Sequence[Sequence[str]], some: frozenset[int]) -> list[str]:
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


def _phrases_at(place: Sequence[str]) -> Iterator[tuple[str, str]]:
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


def _hides(place: Sequence[str], phrase: str) -> bool:
    """Return whether a redaction of a phrase hides the words at a place."""
    _, before, words, behind = place[:4]
    span = (len(before), len(before) + len(words))
    return any(overlap(span, each) for each in find_phrases(before + words + behind, [phrase]))


# Behind a word; behind a single letter a full stop is that of an initial.
SENTENCE_END = re.compile(r"\w{2}[.;:?!]['\")\]]*\s*\Z")
MOST_PLACES = 8  # Of one form in one cable, that are stored with the text around them.
LONGEST_FORM = 200  # Characters of a form.
AT_BORDER = 200  # Characters on each side of the border of two parts that a name may cross.
EXACT = ""  # The kind of the name itself.
# Text, country of the cable (ISO 3166, "" if unknown) -> spans.
PatternFinder = Callable[[str, str], Iterable[Span]]
Place = tuple[str, str, str, str]  # (name of the place, text before, words, text behind)
SEPARATE = ("header", "around", "facts", "notes")  # Parts where no phrase runs on into the next.
BREAK = "\n\x00\x00\x00\x00\n"  # Between texts that are searched together: no word crosses it.


@dataclass(frozen=True, slots=True)
class PartedText:
    """A text of a cable in its parts."""

    name: str  # "" for the current text, "version 2".
    parts: list[tuple[str, str]]  # (name of the part, its text)
    is_sealed: bool = False  # Readers do not see it.

    @property
    def connected(self) -> list[tuple[str, str]]:
        """The parts in which a phrase may begin in one and end in the next."""
        return [(name, text) for name, text in self.parts if name not in SEPARATE]

    def whole(self) -> str:
        """Return all of it, as a matcher searches it."""
        separate = (text for name, text in self.parts if name in SEPARATE)
        return BREAK.join(["\n\n".join(text for _, text in self.connected), *separate])


@dataclass(slots=True)
class FormInCable:
    """A form of a name, or a text of a pattern, in one cable."""

    form: str  # As printed; of exact matches the name as it was typed.
    phrase: str  # The name, or the name of the pattern.
    kind: str  # EXACT, a kind of near misses, or the name of the pattern.
    is_sealed: bool  # Only in texts that readers do not see.
    count: int = 0
    places: list[Place] = field(default_factory=list)
    default_longer: list[str] = field(default_factory=list)  # Where it has other senses too.

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

    @property
    def key(self) -> str:
        return key_of(self.near.form)

    @property
    def stored_place(self) -> Place:
        return (self.place, *self.near.context(self.text))


def key_of(form: str) -> str:
    """Return the words of a form, folded."""
    return " ".join(words_in(form))


def parts_of(contents: Contents) -> list[tuple[str, str]]:
    """Return (name, text) of the parts that are not empty; the body is one if it cannot be cut."""
    try:
        parts = said_at(contents, EVERYWHERE)
    except ValueError:  # Its ids are of older rules.
        beside = Contents("", "", (), contents.facts, contents.notes)
        texts = [("header", contents.header), ("body", contents.body)]
        parts = texts + [each for each in said_at(beside, EVERYWHERE) if each[0] in SEPARATE]
    return [(name, text) for name, text in parts if text]


def find_forms(
    texts: Sequence[PartedText],
    matcher: NameMatcher,
    patterns: dict[str, PatternFinder],
    country: str = "",
) -> list[FormInCable]:
    """Return the forms in the texts of a cable: names first, each by kind as they stand there.

    What may be an ordinary word counts only in cables that have the name in another form.
    """
    forms: dict[str, FormInCable] = {}
    # Each text, and where its parts meet, without their numbers.
    pairs = ((text.whole(), _Joined(text.connected).borders()) for text in texts)
    phrases = matcher.candidates([each for pair in pairs for each in pair])
    named = [each for text in texts for each in _names_in(text, phrases, matcher)]
    counted, others = _parted(named, matcher)
    for each in counted:
        _add(forms, each)
    _add_other_senses(forms, counted, others)
    for text in texts if patterns else ():
        for each in _patterns_in(text, patterns, country):
            _add(forms, each)
    return [form for form in forms.values() if form.key]


def _parted(
    named: Sequence[_Occurrence], matcher: NameMatcher
) -> tuple[list[_Occurrence], list[_Occurrence]]:
    """Return what may be names, and all else; the matcher counts what is passed over."""
    rules = matcher.rules
    whole = {
        each.phrase
        for each in named
        if each.kind == EXACT or rules.is_form_of_whole(each.near, each.phrase)
    }
    counted, others = [], []
    passed_over = set()
    for each in named:
        has_name = each.phrase in whole
        is_plausible = each.kind == EXACT or rules.is_plausible(
            each.near, each.phrase, each.text, has_name=has_name
        )
        if is_plausible and (has_name or rules.stands_alone(each.near, each.phrase)):
            counted.append(each)
        else:
            others.append(each)
            if is_plausible:
                passed_over.add(each.key)
    for words in passed_over:
        matcher.skip(words)
    return counted, others


def _add_other_senses(
    forms: dict[str, FormInCable], counted: Sequence[_Occurrence], others: Sequence[_Occurrence]
):
    """Add the places that a redaction of a form would strike too, though they hardly are names.

    Longer phrases keep them, where there are some that hide the form at all its other places.
    """
    for key in dict.fromkeys(each.key for each in others):
        if not (form := forms.get(key)):
            continue
        known = {each.near.context(each.text): each for each in counted if each.key == key}
        same = {each.near.context(each.text): each for each in others if each.key == key}
        for each in same.values():
            _add(forms, each)
        places = [each.stored_place for each in (*known.values(), *same.values())]
        form.default_longer = phrases_of_some(places, frozenset(range(len(known))))


def _add(forms: dict[str, FormInCable], found: _Occurrence):
    """Add a place to its form; a form that readers see is not counted in sealed texts too."""
    form = (found.phrase if found.kind == EXACT else found.near.form)[:LONGEST_FORM]
    new = FormInCable(form, found.phrase, found.kind, found.is_sealed)
    known = forms.setdefault(new.key, new)
    if found.is_sealed and not known.is_sealed:
        return
    known.count += 1
    if len(known.places) < MOST_PLACES:
        known.places.append(found.stored_place)


def _names_in(
    text: PartedText, phrases: Sequence[str], matcher: NameMatcher
) -> Iterator[_Occurrence]:
    """Yield where names, or near misses of them, stand in a text.

    A near miss in one part is left out where it belongs to one over two parts.
    """
    if not phrases:
        return
    suffix = f" of {text.name}" if text.name else ""
    joined = _Joined(text.connected)
    across = [*_across_parts(joined, matcher, matcher.possible(joined.borders(), phrases))]
    at = 0
    for name, part in text.parts:
        start, at = at, at + (len(part) + 2 if name not in SEPARATE else 0)
        for phrase, near in _in_part(part, matcher.possible(part, phrases)):
            span = near.span[0] + start, near.span[1] + start
            is_connected = name not in SEPARATE and near.kind != EXACT
            if not (is_connected and any(overlap(span, other.span) for _, other, _ in across)):
                yield _Occurrence(phrase, near, name + suffix, part, text.is_sealed)
    for phrase, near, place in across:
        yield _Occurrence(phrase, near, place + suffix, joined.printed, text.is_sealed)


class _Joined:
    """The connected parts of a text joined, as printed and without numbers of paragraphs."""

    def __init__(self, parts: Sequence[tuple[str, str]]):
        self.names = [name for name, _ in parts]
        self.printed = "\n\n".join(part for _, part in parts)
        texts = [part for _, part in parts]
        self.numbers = [0, *(number_and_mark(part.partition("\n")[0]) for part in texts[1:])]
        self.parts = [part[number:] for part, number in zip(texts, self.numbers, strict=False)]
        self.text = "\n\n".join(self.parts)
        self.starts = [*accumulate((len(part) + 2 for part in self.parts), initial=0)]
        self.removed = [*accumulate(self.numbers)]  # Characters, before the text of each part.

    def windows(self) -> Iterator[tuple[int, str]]:
        """Yield where two parts meet: (offset in `text`, end of one and beginning of the next)."""
        for at, (one, other) in enumerate(pairwise(self.parts), 1):
            end = one[-AT_BORDER:]
            yield self.starts[at] - 2 - len(end), f"{end}\n\n{other[:AT_BORDER]}"

    def borders(self) -> str:
        """Return the ends and beginnings of the parts."""
        return BREAK.join(window for _, window in self.windows())

    def parts_of(self, span: Span) -> tuple[int, int]:
        """Return in which parts a span of `text` begins and ends."""
        first, last = (bisect(self.starts, at) - 1 for at in (span[0], span[1] - 1))
        return first, last


def _across_parts(
    joined: _Joined, matcher: NameMatcher, phrases: Sequence[str]
) -> Iterator[tuple[str, Near, str]]:
    """Yield (name, near, place) of names that begin in one part of a text and end in the next.

    Over the number of a paragraph they are near misses of their own kind.
    """
    for start, window in joined.windows() if phrases else ():
        for phrase, near in _in_part(window, matcher.possible(window, phrases)):
            span = near.span[0] + start, near.span[1] + start
            first, last = joined.parts_of(span)
            is_over = any(joined.numbers[first + 1 : last + 1])
            if first == last or (is_over and SENTENCE_END.search(joined.parts[first])):
                continue
            printed = span[0] + joined.removed[first], span[1] + joined.removed[last]
            form = " ".join(joined.printed[slice(*printed)].split())
            place = f"{joined.names[first]} and {joined.names[last]}"
            kind = OVER_TWO if is_over else near.kind
            yield phrase, Near(form, kind, printed, near.words), place


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


class OwnNames:
    """The names of a search, by their words."""

    def __init__(self, phrases: Sequence[str]):
        self.words = {phrase: frozenset(words_in(phrase)) for phrase in phrases}
        self.by_word: dict[str, list[str]] = {}
        for phrase, words in self.words.items():
            for word in words:
                self.by_word.setdefault(word, []).append(phrase)

    def attributed(self, form: FormInCable) -> FormInCable:
        """Return a form with the name that has all of its words, if its own has not."""
        words = frozenset(words_in(form.form))
        own = self.words.get(form.phrase)
        if form.kind == EXACT or own is None or words <= own:
            return form
        for phrase in self.by_word.get(min(words, default=""), ()):
            if words <= self.words[phrase]:
                kind = PART if len(words) == 1 else OTHERWISE
                return replace(form, phrase=phrase, kind=kind)
        return form
