"""Read a question in plain words: which of its words are a post, a time, a tag or a class.

    Embassy Saigon 1963 coup           "coup", from Embassy Saigon, in 1963
    secret cables from Lima on tuna    "tuna", from Lima, classified Secret

Words that can hardly mean anything else become filters. Those that can also stand in a text
("Lima", "in Peru") stay words, and are offered as filters. What stands in quotation marks, behind a
field, a minus or next to "or" is never read.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .list_counts import ListCounts
from .name_spellings import folded
from .named_lists import NamedList, names_of_lists
from .query import clean
from .query_parts import PART, STOP_WORDS, prepared
from .question_times import TimeSpan, find_time

MOST_WORDS = 24  # Of a question that is read; longer ones are quotations.
MOST_OFFERS = 5
LONGEST_TIME = 7  # Words.
DOCUMENTS = frozenset(
    ("cable", "cables", "telegram", "telegrams", "message", "messages", "despatch", "despatches")
    + ("dispatch", "dispatches", "airgram", "airgrams", "document", "documents", "report")
    + ("reports", "reporting", "traffic", "post", "posts")
)
ARTICLES = frozenset(("the", "a", "an", "us", "u", "s", "american", "all"))
SENT = frozenset(("sent", "written", "dated", "drafted"))
ORIGINS = ("from", "by", "of", "in", "at")  # Before a place.
BEFORE_TIMES = ("in", "during", "on", "of", "from", "dated", "by")
PREPOSITIONS = frozenset(
    (*ORIGINS, *BEFORE_TIMES, "to", "under", "about", "for", "against", "near")
)
JOINING = ("from", "by", "of", "and", "classified")
OPERATORS = frozenset(("or", "|", "||", "not"))
ASIDE = (STOP_WORDS | {"regarding", "concerning", "find", "show"}) - OPERATORS
SENDERS = ("post", "office", "place", "country")
TAGGED = frozenset(("tag", "tags", "tagged"))
# Sort of list -> the parameters that choose among such lists: what is chosen is not read anew.
FAMILIES = {
    **dict.fromkeys(SENDERS, ("origin", "place", "country")),
    "tag": ("tag",),
    "classification": ("classification",),
    "caption": ("caption",),
    "time": ("created_after", "created_before"),
}
WORDS_BEFORE = {"tag": "with the tag", "classification": "classified", "caption": "marked"}


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
    dropped: tuple[str, ...] = ()  # Words that are neither read nor looked for: "cables", "on".


@dataclass(frozen=True, slots=True)
class _Word:
    text: str  # In small letters; "" for what is not read.
    part: int  # Which part of the question it belongs to: "Viet-Nam" has two words.


@dataclass(slots=True)
class _Mention:
    """Words of a question that name a time or lists: words[start:end]."""

    start: int
    end: int
    time: TimeSpan | None = None
    lists: list[NamedList] = field(default_factory=list)


def read_question(text: str, tallies: ListCounts, chosen: Collection[str] = ()) -> ReadQuestion:
    """Read a question. `chosen` has the parameters of filters that are set already."""
    reader = _Reader(text, tallies)
    if len(reader.words) > MOST_WORDS:
        return ReadQuestion(reader.text)
    closed = {sort for sort, family in FAMILIES.items() if set(family) & set(chosen)}
    return reader.read(closed)


class _Reader:
    """The words of a question, and which of its parts are read as filters."""

    def __init__(self, text: str, tallies: ListCounts) -> None:
        self.text = prepared(clean(text))
        self.tallies = tallies
        self.parts = [match[0] for match in PART.finditer(self.text)]
        self.words = [*self._split()]
        self.used: set[int] = set()  # Indexes of words.

    def _split(self) -> Iterator[_Word]:
        for at, match in enumerate(PART.finditer(self.text)):
            is_plain = match["word"] and not (match["field"] or match["minus"])
            around = {part.lower() for part in self.parts[max(at - 1, 0) : at + 2]}
            if is_plain and not match["word"].endswith("*") and not around & OPERATORS:
                yield from (_Word(word, at) for word in folded(match["word"]))
            else:
                yield _Word("", at)

    def read(self, closed: Collection[str]) -> ReadQuestion:
        mentions = [*self._mentions()]
        read = [*self._certain(mentions, closed)]
        parts_read = {self.words[at].part for at in self.used}
        if read:
            self._use_what_is_beside()
        kept = self._kept()
        dropped = [
            part for at, part in enumerate(self.parts) if read and at not in {*parts_read, *kept}
        ]
        words = " ".join([self._left(), *(each.words for each in read)]).strip()
        closed = {*closed, *(SENDERS if any(each.sort in SENDERS for each in read) else ())}
        offers = self._offers(mentions, closed)
        return ReadQuestion(words, tuple(read), tuple(offers), tuple(dropped))

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
            if self._is_whole(at, end) and any(map(span.has, self.tallies.created)):
                return _Mention(at, end, time=span)
        return None

    def _name_at(self, at: int) -> _Mention | None:
        names = names_of_lists(self.tallies)
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

    def _certain(
        self, mentions: Sequence[_Mention], closed: Collection[str]
    ) -> Iterator[Narrowing]:
        """Yield what is read as a filter, of each family the first; two times are none."""
        taken = set(closed)
        if sum(each.time is not None for each in mentions) > 1:
            taken.add("time")
        for mention in mentions:
            narrowing = next(filter(None, self._readings(mention)), None)
            if narrowing and narrowing.sort not in taken:
                taken.update(SENDERS if narrowing.sort in SENDERS else [narrowing.sort])
                self._use(self._lead(mention)[1], mention.end)
                yield narrowing

    def _readings(self, mention: _Mention) -> Iterator[Narrowing | None]:
        preposition, start = self._lead(mention)
        if mention.time:
            is_certain = preposition != "of" or self._follows_documents(start)
            yield (
                _timed(mention.time) if is_certain and preposition in ("", *BEFORE_TIMES) else None
            )
        for named in mention.lists:
            if preposition == "to":
                yield _received(named)
            elif CERTAIN[named.sort](self, mention, preposition, start):
                yield _narrowed(named)

    def _lead(self, mention: _Mention) -> tuple[str, int]:
        """Return the preposition before a mention, "" without one, and where that begins."""
        start = mention.start
        while start and self.words[start - 1].text in ARTICLES:
            start -= 1
        before = self.words[start - 1].text if start else ""
        return (before, start - 1) if before in PREPOSITIONS else ("", start)

    def _follows_documents(self, start: int) -> bool:
        """Return whether "cables", "sent" or the like stands before a preposition."""
        return start > 0 and self.words[start - 1].text in DOCUMENTS | SENT

    def _is_post(self, mention: _Mention, preposition: str, start: int) -> bool:
        return preposition in ("", "from", "by") or self._follows_documents(start)

    def _is_office(self, mention: _Mention, preposition: str, start: int) -> bool:
        return preposition in ("from", "by") or (
            preposition == "of" and self._follows_documents(start)
        )

    def _is_place(self, mention: _Mention, preposition: str, start: int) -> bool:
        is_first = start == 0 and preposition == "from"
        return is_first or (preposition in ORIGINS and self._follows_documents(start))

    def _is_class(self, mention: _Mention, preposition: str, start: int) -> bool:
        before, after = self._around(mention)
        return before == "classified" or after in DOCUMENTS

    def _is_tag(self, mention: _Mention, preposition: str, start: int) -> bool:
        return bool(TAGGED.intersection(self._around(mention)))

    def _around(self, mention: _Mention) -> tuple[str, str]:
        """Return the words before and after a mention."""
        before = self.words[mention.start - 1].text if mention.start else ""
        after = self.words[mention.end].text if mention.end < len(self.words) else ""
        return before, after

    def _use(self, start: int, end: int) -> None:
        self.used.update(range(start, end))

    def _use_what_is_beside(self) -> None:
        """Use the words that only join filters: "cables", "sent from", "classified"."""
        joining = DOCUMENTS.union(SENT, TAGGED, JOINING)
        for at in range(len(self.words)):
            if at - 1 in self.used and self.words[at].text in DOCUMENTS | TAGGED:
                self.used.add(at)
        for at in reversed(range(len(self.words))):
            if at + 1 in self.used and self.words[at].text in joining:
                self.used.add(at)
        first = next((at for at in range(len(self.words)) if at not in self.used), None)
        if first is not None and self._begins_with_documents(first):
            self.used.add(first)

    def _begins_with_documents(self, first: int) -> bool:
        """Return whether the first word left is "cables", and "about" or the like follows."""
        following = next((at for at in range(first + 1, len(self.words)) if at not in self.used), 0)
        is_aside = not following or self.words[following].text in ASIDE
        return self.words[first].text in DOCUMENTS and is_aside

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
        while kept and self.parts[kept[0]].lower() in ASIDE:
            del kept[0]
        while kept and self.parts[kept[-1]].lower() in ASIDE:
            del kept[-1]
        return kept

    def _offers(
        self, mentions: Sequence[_Mention], closed: Collection[str]
    ) -> Iterator[tuple[Narrowing, str]]:
        """Yield what may also be meant as a filter, with the words left beside it."""
        offered = 0
        for mention in mentions:
            span = range(mention.start, mention.end)
            if self.used.intersection(span):
                continue
            for named in mention.lists:
                if named.sort not in closed and offered < MOST_OFFERS:
                    offered += 1
                    yield _narrowed(named), self._left(*span)


CERTAIN = {
    "post": _Reader._is_post,
    "office": _Reader._is_office,
    "place": _Reader._is_place,
    "country": _Reader._is_place,
    "tag": _Reader._is_tag,
    "classification": _Reader._is_class,
    "caption": _Reader._is_class,
}


def _timed(span: TimeSpan) -> Narrowing:
    preposition, _, label = span.words.partition(" ")
    return Narrowing("time", preposition, label, tuple(span.parameters().items()))


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
