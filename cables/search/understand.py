"""Read a question in plain words: which of its words are a post, a time, a tag or a class.

    Embassy Saigon 1963 coup           "coup", from Embassy Saigon, in 1963
    secret cables from Lima on tuna    "tuna", from Lima, classified Secret

Words that can hardly mean anything else become filters. Those that can also stand in a text
("Lima", "from Peru") stay words, and are offered as filters. What stands in quotation marks, behind
a field, a minus or next to "or" is never read; "kind:telegram" is a filter.

Each group of words is read alike wherever it stands: only its own words say what it means, and
a word such as "cables" is dropped everywhere. So the order of groups changes nothing.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .filter_registry import FILTERS, Filter, FlagFilter, ValuesFilter
from .list_counts import ListCounts
from .name_spellings import folded
from .named_lists import A_YEAR, NamedList, TimeSpan, bound_by_or, find_time, names_of_lists
from .query import clean
from .query_parts import (
    FIELDS,
    OPERATORS,
    PART,
    STOP_WORDS,
    is_plain_word,
    prepared,
    terms_with_common_words,
)

MOST_WORDS = 24  # Of a question that is read; longer ones are quotations.
MOST_OFFERS = 5
LONGEST_TIME = 7  # Words.
DOCUMENTS = frozenset(
    ("cable", "cables", "telegram", "telegrams", "message", "messages", "despatch", "despatches")
    + ("dispatch", "dispatches", "airgram", "airgrams", "document", "documents")
)
# Dropped wherever they stand: what all of the archive is. "The Atlantic cable" is a topic.
DROPPED = frozenset(
    ("cables", "telegrams", "despatches", "dispatches", "airgrams", "documents")
    + ("regarding", "concerning")
)
ARTICLES = frozenset(("the", "a", "an", "all"))
NATIONAL = frozenset(("us", "u", "s", "american"))  # "The U.S. Embassy".
SENT = frozenset(("sent", "written", "dated", "drafted"))
BEFORE_TIMES = ("in", "during", "on", "of", "from", "dated", "by")
PREPOSITIONS = frozenset((*BEFORE_TIMES, "at", "to", "under", "about", "for", "against", "near"))
LONGEST_TERM = 6  # Words.
SENDERS = ("post", "office", "place", "country")
TAGGED = frozenset(("tag", "tags", "tagged"))
# Sort of list -> the parameters that choose among such lists, where it is no parameter itself: what
# is chosen is not read anew.
FAMILIES = {
    **dict.fromkeys(SENDERS, ("origin", "place", "country")),
    "time": ("created_after", "created_before"),
}
ALIASES = {"class": "classification"}  # Of names of filters.
WORDS_BEFORE = {
    **{"tag": "with the tag", "classification": "classified", "caption": "marked"},
    "text": "whose text is",
}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter that a question names."""

    sort: str  # That of its list, or "time", or "recipient".
    preposition: str  # "from", "in" ...
    label: str  # "Embassy Saigon", "1963".
    filters: tuple[tuple[str, str], ...] = ()  # Parameters and values.
    words: str = ""  # What it puts among the words: "to:saigon".


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question as it was read."""

    words: str  # What is left to look for.
    read: tuple[Narrowing, ...] = ()
    offers: tuple[tuple[Narrowing, str], ...] = ()  # With the words that are left beside it.
    notes: tuple[str, ...] = ()  # Sentences about what is neither read nor looked for.
    differs: bool = False  # Whether something else is looked for than the words as typed.


@dataclass(frozen=True, slots=True)
class _Word:
    text: str  # In small letters; "" for what is not read.
    part: int  # Which part of the question it belongs to: "Viet-Nam" has two words.


YEARS_AS_WORDS = "Years beside “or” are looked for as words: for the time write {}-{}."
YEAR_AS_WORD = "{0} stands beside “or”, so it is looked for as a word: for the time write it first."


@dataclass(slots=True)
class _Mention:
    """Words of a question that name a time or lists: words[start:end]."""

    start: int
    end: int
    time: TimeSpan | None = None
    lists: list[NamedList] = field(default_factory=list)


def read_question(text: str, counts: ListCounts, chosen: Collection[str] = ()) -> ReadQuestion:
    """Read a question. `chosen` has the parameters of filters that are set already."""
    reader = _Reader(text, counts, chosen)
    return ReadQuestion(reader.text) if len(reader.words) > MOST_WORDS else reader.read()


class _Reader:
    """The words of a question, and which of its parts are read as filters."""

    def __init__(self, text: str, counts: ListCounts, chosen: Collection[str]) -> None:
        self.counts, self.chosen = counts, set(chosen)
        self.text = prepared(clean(text))
        parts = [match[0] for match in PART.finditer(self.text)]
        self.parts = bound_by_or(parts, counts) if len(parts) <= MOST_WORDS else parts
        self.differs = self.parts != parts
        if self.differs:
            self.text = " ".join(self.parts)
        self.words = [*self._split()]
        self.used: set[int] = set()  # Indexes of words.
        self.parts_read: set[int] = set()
        self.notes = [*self._years_beside_or()]

    def _years_beside_or(self) -> Iterator[str]:
        """Yield what is said of years that "or" joins to something: they are no filter."""
        for before, word, after in zip(self.parts, self.parts[1:], self.parts[2:], strict=False):
            years = [each for each in (before, after) if A_YEAR.fullmatch(each)]
            if word.lower() == "or" and len(years) == 2:
                yield YEARS_AS_WORDS.format(*sorted(years))
            elif word.lower() == "or" and years:
                yield YEAR_AS_WORD.format(*years)

    def _is_free(self, at: int) -> bool:
        """Return whether a part stands neither beside "or" nor behind NOT, nor is one of them."""
        around = {part.lower() for part in self.parts[max(at - 1, 0) : at + 2]}
        is_excluded = "NOT" in self.parts[max(at - 1, 0) : at + 1]
        return not (around & OPERATORS or (is_excluded and self.text != self.text.upper()))

    def _names_filter(self, at: int) -> bool:
        """Return whether a part is a filter, "kind:telegram", or the value behind its name."""
        before = self.parts[at - 1] if at and self.parts[at - 1].endswith(":") else ""
        return any(":" in part and _filter_of(part) for part in (self.parts[at], before))

    def _split(self) -> Iterator[_Word]:
        for at, part in enumerate(self.parts):
            if is_plain_word(part) and self._is_free(at) and not self._names_filter(at):
                yield from (_Word(word, at) for word in folded(part))
            else:
                yield _Word("", at)

    def read(self) -> ReadQuestion:
        mentions = [*self._mentions()]
        read = [*dict.fromkeys(self._certain(mentions))]
        self.used.update(self._dropped())
        kept = self._kept()
        if self.used:
            self.differs = True
            seen = {*self.parts_read, *kept}
            aside = [each for at, each in enumerate(self.parts) if at not in seen and folded(each)]
            self.notes += [f"Not looked for: {_listed(aside)}."] if aside else []
        words = " ".join([self._left(), *(each.words for each in read)]).strip()
        self.chosen.update(*(_family(each.sort) for each in read))
        notes = tuple(dict.fromkeys(self.notes))
        return ReadQuestion(words, tuple(read), tuple(self._offers(mentions)), notes, self.differs)

    def _dropped(self) -> list[int]:
        return [at for at, word in enumerate(self.words) if word.text in DROPPED]

    def _mentions(self) -> Iterator[_Mention]:
        """Yield the times and names, the longest at each place."""
        at = 0
        while at < len(self.words):
            found = self._time_at(at) or self._name_at(at)
            if found:
                yield found
            at = found.end if found else at + 1

    def _time_at(self, at: int) -> _Mention | None:
        some = self.words[at : at + LONGEST_TIME]
        text = some[0].text
        for before, word in pairwise(some):
            text += ("-" if word.part == before.part else " ") + (word.text or "?")
        if found := find_time(text):
            length, span = found
            end = at + text[:length].replace("-", " ").count(" ") + 1
            months = self.counts.created
            if months and self._is_whole(at, end) and span.meets(min(months), max(months)):
                return _Mention(at, end, time=span)
        return None

    def _name_at(self, at: int) -> _Mention | None:
        names = names_of_lists(self.counts)
        for end in range(min(at + names.most_words, len(self.words)), at, -1):
            words = tuple(word.text for word in self.words[at:end])
            if words in names.by_words and self._is_whole(at, end):
                lists = [each for each in names.by_words[words] if self._is_meant(each, at, end)]
                return _Mention(at, end, lists=lists) if lists else None
        return None

    def _is_meant(self, named: NamedList, at: int, end: int) -> bool:
        """Return whether a list can be meant: a code of one word is typed in capitals."""
        printed = self.parts[self.words[at].part].strip(".,;:?!()")
        is_code = end == at + 1 and named.sort == "tag" and printed.upper() == named.values[0]
        is_word = end > at + 1 or self.words[at].text not in STOP_WORDS
        return printed == named.values[0] if is_code else is_word

    def _is_whole(self, at: int, end: int) -> bool:
        """Return whether words[at:end] are whole parts of the question."""
        words = self.words
        begins = at == 0 or words[at - 1].part != words[at].part
        return begins and (end == len(words) or words[end].part != words[end - 1].part)

    def _certain(self, mentions: Sequence[_Mention]) -> Iterator[Narrowing]:
        """Yield what is read as a filter; of two that exclude each other none is."""
        found = [*self._named_filters(), *filter(None, map(self._reading, mentions))]
        for narrowing, span in found:
            family = _family(narrowing.sort)
            named = dict.fromkeys(each for each, _ in found if _family(each.sort) == family)
            if len(named) > 1 and narrowing.sort != "recipient":
                labels = _listed([each.label for each in named])
                self.notes.append(f"Looked for as words, since nothing is of both: {labels}.")
            elif self.chosen.isdisjoint(family):
                self.used.update(span)
                said = {at for at in span if self.words[at].text in NATIONAL | DOCUMENTS}
                self.parts_read |= {self.words[at].part for at in {*span} - said}
                yield narrowing

    def _named_filters(self) -> Iterator[tuple[Narrowing, range]]:
        """Yield the filters that are named as a field is: "kind:telegram"."""
        for at, part in enumerate(self.parts):
            name, _, value = part.partition(":")
            row = _filter_of(part)
            parts = range(at, at + 1 if value else at + 2)
            is_field = name.lower() in FIELDS.split("|")
            if row is None or is_field or not all(map(self._is_free, parts)):
                continue
            typed = (value or "".join(self.parts[at + 1 : at + 2])).strip('"')
            if chosen := _chosen(row, typed, self.counts):
                label = f"{row.label.lower()} {row.show(chosen, self.counts)}"
                span = [n for n, word in enumerate(self.words) if word.part in parts]
                narrowing = Narrowing(row.name, "with", label, ((row.name, chosen),))
                yield narrowing, range(span[0], span[-1] + 1)

    def _reading(self, mention: _Mention) -> tuple[Narrowing, range] | None:
        """Return what is certain of a mention, and the words that it is read from."""
        preposition, start = self._lead(mention)
        if mention.time and (preposition != "of" or self._follows_documents(start)):
            start = start if preposition in BEFORE_TIMES else mention.start
            said, _, label = mention.time.words.partition(" ")
            days = tuple(mention.time.parameters().items())
            return Narrowing("time", said, label, days), self._span(start, mention.end, True)
        for named in mention.lists:
            narrowing: Narrowing | None = None
            if preposition == "to" and named.sort in SENDERS:
                narrowing = _received(named)
            elif self._is_certain(named.sort, mention, preposition, start):
                narrowing = _narrowed(named)
            if narrowing:
                return narrowing, self._span(start, mention.end, named.sort in SENDERS)
        return None

    def _span(self, start: int, end: int, is_sent: bool) -> range:
        """Return words[start:end] with those beside that belong to them: "cable from Lima"."""
        before = SENT | DOCUMENTS if is_sent else TAGGED | {"classified"}
        is_led = not is_sent or self.words[start].text in PREPOSITIONS
        if is_led and start and self.words[start - 1].text in before:
            start -= 1
        if not is_sent and end < len(self.words) and self.words[end].text in DOCUMENTS | TAGGED:
            end += 1
        return range(start, end)

    def _lead(self, mention: _Mention) -> tuple[str, int]:
        """Return the preposition before a mention, "" without one, and where that begins."""
        is_post = any(each.sort in ("post", "office") for each in mention.lists)
        skipped = ARTICLES | NATIONAL if is_post else ARTICLES
        start = mention.start
        while start and self.words[start - 1].text in skipped:
            start -= 1
        before = self.words[start - 1].text if start else ""
        return (before, start - 1) if before in PREPOSITIONS else ("", start)

    def _follows_documents(self, start: int) -> bool:
        """Return whether "cables", "sent" or the like stands before a preposition."""
        return start > 0 and self.words[start - 1].text in DOCUMENTS | SENT

    def _is_certain(self, sort: str, mention: _Mention, preposition: str, start: int) -> bool:
        """Return whether a list of this sort is meant; else its name stays a word."""
        before = self.words[mention.start - 1].text if mention.start else ""
        after = self.words[mention.end].text if mention.end < len(self.words) else ""
        follows = self._follows_documents(start)
        is_office = preposition in ("from", "by") or (preposition == "of" and follows)
        certain = {
            "post": not preposition or is_office,
            "office": is_office,
            "place": preposition == "from",
            "country": preposition == "from" and follows,
            "tag": not TAGGED.isdisjoint((before, after)),
        }
        return certain.get(sort, before in DOCUMENTS | {"classified"} or after in DOCUMENTS)

    def _left(self, *also_used: int) -> str:
        """Return the text of the parts that are kept; among capitals a NOT becomes a minus."""
        if not self.used.union(also_used):
            return self.text
        left = " ".join(self.parts[part] for part in self._kept(*also_used))
        is_same = left != left.upper() or self.text == self.text.upper()
        return left if is_same else re.sub(r"(?<!\S)NOT -?", "-", left)

    def _kept(self, *also_used: int) -> list[int]:
        """Return the parts with unused words, without very common words at both ends."""
        used = self.used.union(also_used)
        kept = [*dict.fromkeys(word.part for at, word in enumerate(self.words) if at not in used)]
        rare = {word.part for word in self.words if word.text not in STOP_WORDS}
        if STOP_WORDS.issuperset(self.parts[part].lower() for part in kept):
            return []
        while kept and kept[0] not in rare and not self._has_term(kept, 0):
            del kept[0]
        while kept and kept[-1] not in rare and not self._has_term(kept, -1):
            del kept[-1]
        return kept

    def _has_term(self, kept: Sequence[int], end: int) -> bool:
        """Return whether a very common word at an end is part of a term, as in "eyes only"."""
        words = tuple(self.parts[part].lower() for part in kept)
        sides = (words[:n] if end == 0 else words[-n:] for n in range(2, LONGEST_TERM))
        return any(side in terms_with_common_words() for side in sides)

    def _offers(self, mentions: Sequence[_Mention]) -> Iterator[tuple[Narrowing, str]]:
        """Yield what may also be meant as a filter, with the words left beside it."""
        offered = 0
        for at in self._dropped():
            for slug, kind in self.counts.kinds.items():
                if self.words[at].text in (f"{kind}s", f"{kind}es") and "kind" not in self.chosen:
                    offered += 1
                    yield Narrowing("kind", "of the kind", kind, (("kind", slug),)), self._left(at)
        for mention in mentions:
            span = range(mention.start, mention.end)
            if self.used.intersection(span):
                continue
            for named in mention.lists:
                if self.chosen.isdisjoint(_family(named.sort)) and offered < MOST_OFFERS:
                    offered += 1
                    yield _narrowed(named), self._left(*span)


def _filter_of(part: str) -> Filter | None:
    """Return the filter that is named before the colon of a part."""
    name = part.partition(":")[0].lower()
    return FILTERS.get(ALIASES.get(name, name))


def _family(sort: str) -> tuple[str, ...]:
    """Return the parameters of which a list can have one alone."""
    return FAMILIES.get(sort, (sort,))


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _chosen(row: Filter, typed: str, counts: ListCounts) -> str:
    """Return the value of a filter in addresses that was typed, "" if it has none such."""
    if isinstance(row, ValuesFilter):
        value = row.parse(typed)
        return value if value in getattr(counts, row.choices) else ""
    return "yes" if isinstance(row, FlagFilter) and typed.lower() == "yes" else ""


def _narrowed(named: NamedList) -> Narrowing:
    preposition = WORDS_BEFORE.get(named.sort, "from")
    filters = tuple((named.parameter, value) for value in named.values)
    return Narrowing(named.sort, preposition, named.label, filters)


def _received(named: NamedList) -> Narrowing | None:
    """Return the reading of "to Embassy Saigon"; None if the list is no post of a city."""
    if named.sort != "post" or not named.city:
        return None
    words = f'to:"{named.city}"' if " " in named.city else f"to:{named.city}"
    return Narrowing("recipient", "to", named.city, words=words)
