"""Filters that a question names as a field is: "kind:telegram", "-class:secret", "volume:frus1870".

A value may be named as people type it: in the plural, by its letters alone, by another name of it
(question_words.csv), in several words with or without quotation marks.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from .filter_registry import FILTERS, DayFilter, Filter, ValuesFilter
from .list_counts import ListCounts
from .name_spellings import folded
from .named_lists import SENDERS, NamedList, Narrowing, names_of_lists
from .query_parts import FIELDS, OPERATORS, is_plain_word

OTHER_NAMES = {"class": "classification"}  # Of filters.
LONGEST_VALUE = 4  # Words.
MOST_NAMED = 20  # Values that a note names.
MOST_NOTES = 3
A_DAY = re.compile(r"\d{4}(-\d\d-\d\d)?")
BESIDE_OR = "{0} stands beside “or”, so it is looked for as words: a filter holds for all words."


@dataclass(slots=True)
class NamedFilters:
    """The filters that parts of a question name, and sentences about those that cannot be used."""

    parts: Sequence[str]
    counts: ListCounts
    has_not: bool  # Whether NOT is a minus.
    found: list[tuple[Narrowing, range]] = field(default_factory=list)  # With their parts.
    unused: set[int] = field(default_factory=set)  # Parts that name none though they look so.
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for at, part in enumerate(self.parts):
            name, colon, value = part.removeprefix("-").partition(":")
            row = FILTERS.get(OTHER_NAMES.get(name.lower(), name.lower()))
            if colon and row and name.lower() not in FIELDS.split("|"):
                self._add(row, at, value)
            elif name and (name != part or self._is_behind_not(at)):
                self._leave_out(at)

    def _is_behind_not(self, at: int) -> bool:
        return self.has_not and at > 0 and self.parts[at - 1] == "NOT"

    def _leave_out(self, at: int) -> None:
        """Add the class, mark or kind behind a minus, and who sent something.

        "-secret", "-eyes only", "NOT airgrams", "-from the Embassy in Iran".
        """
        known = names_of_lists(self.counts).by_words
        for end in range(min(at + LONGEST_VALUE + 2, len(self.parts)), at, -1):
            typed = [self.parts[at].removeprefix("-"), *self.parts[at + 1 : end]]
            words = folded(" ".join(typed)) if all(map(is_plain_word, typed)) else ()
            is_sender = words[:1] == ("from",)
            words = words[1 + (words[1:2] == ("the",)) :] if is_sender else words
            lists = [each for each in known.get(words, ()) if _can_be_left_out(each, is_sender)]
            named = next(iter(lists), None)
            start = at - self._is_behind_not(at)
            if named and not self._is_beside_or(start, end):
                row = FILTERS[named.parameter]
                self.found.append((self._narrowing(row, named.values, True), range(start, end)))
                return

    def _is_beside_or(self, start: int, end: int) -> bool:
        beside = (*self.parts[max(start - 1, 0) : start], *self.parts[end : end + 1])
        return not OPERATORS.isdisjoint(map(str.lower, beside))

    def _narrowing(self, row: Filter, values: Sequence[str], is_without: bool) -> Narrowing:
        shown = " or ".join(row.show(each, self.counts) for each in values)
        name, sign = ("without", f"{row.name}:") if is_without else (row.name, "")
        filters = tuple((name, f"{sign}{each}") for each in values)
        said = "without" if is_without else "with"
        return Narrowing(name, said, f"{row.label.lower()} {shown}", filters)

    def _add(self, row: Filter, at: int, value: str) -> None:
        read = ((each, end, self._values(row, each)) for each, end in self._typed(at, value))
        unread = value, min(at + 1 + (not value), len(self.parts)), ()
        typed, end, values = next((each for each in read if each[2]), unread)
        start = at - self._is_behind_not(at)
        is_without = start < at or self.parts[at][0] == "-"
        is_beside_or = self._is_beside_or(start, end)
        if values and not (is_beside_or or (is_without and isinstance(row, DayFilter))):
            self.found.append((self._narrowing(row, values, is_without), range(start, end)))
            return
        self.unused.update(range(at, end))
        name = " ".join(self.parts[at:end])
        if len(self.notes) < MOST_NOTES:
            note = BESIDE_OR.format(name) if is_beside_or else self._unknown(row, name, typed)
            self.notes.append(note)

    def _typed(self, at: int, value: str) -> Iterator[tuple[str, int]]:
        """Yield what may be typed as a value, the longest first, and where it ends."""
        for end in range(min(at + LONGEST_VALUE + 1, len(self.parts)), at, -1):
            behind = self.parts[at + 1 : end]
            typed = " ".join([value, *behind]).strip(' "')
            if typed and (all(map(is_plain_word, behind)) or (not value and len(behind) == 1)):
                yield typed, end

    def _values(self, row: Filter, typed: str) -> tuple[str, ...]:
        """Return the values of a filter, as in addresses, that were typed; () if there is none."""
        if isinstance(row, ValuesFilter):
            known = {each.lower(): each for each in row.values(self.counts)}
            if value := known.get(row.parse(typed).lower()):
                return (value,)
            return names_of_lists(self.counts).values.get((row.name, "".join(folded(typed))), ())
        is_value = A_DAY.fullmatch(typed) if isinstance(row, DayFilter) else typed.lower() == "yes"
        return (typed,) * bool(is_value)

    def _unknown(self, row: Filter, name: str, typed: str) -> str:
        """Return what is said of a value that a filter does not have."""
        if not isinstance(row, ValuesFilter):
            form = "a day, 2006-03-14, without a minus" if isinstance(row, DayFilter) else "yes"
            return f"{name} is looked for as words: write {form} behind it."
        others = [
            f"{other.name}:{values[0]}"
            for other in FILTERS.values()
            if type(other) is ValuesFilter and (values := self._values(other, typed))
        ]
        known = [*row.values(self.counts)]
        value = row.parse(typed)
        near = others or [each for each in known if value in each.split("-")][:MOST_NAMED]
        near = near or get_close_matches(value, known, MOST_NAMED, 0.7)
        near = near or (known if len(known) <= MOST_NAMED else [])
        label = row.label.lower()
        there_is = f" There is {', '.join(near)}." if near else ""
        return f"{name} is looked for as words: no {label} here is called so.{there_is}"


def _can_be_left_out(named: NamedList, is_sender: bool) -> bool:
    """Return whether a name behind a minus is that of a list: "-flash" can be a word of a text."""
    if is_sender:
        return named.sort in SENDERS
    is_sure = named.is_sure and named.sort in ("caption", "kind")
    return named.sort == "classification" or is_sure
