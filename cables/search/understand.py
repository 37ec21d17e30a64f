"""Read a question in plain words: which of its words are a post, a time, a tag or a class.

    Embassy Saigon 1963 coup           "coup", from Embassy Saigon, in 1963
    secret cables from Lima on tuna    "tuna", from Lima, classified Secret

Words that can hardly mean anything else become filters. Those that can also stand in a text
("Lima", "from Peru") stay words, and are offered as filters. What stands in quotation marks, behind
a field or next to "or" is never read; "kind:telegram" is a filter, "-secret" leaves a class out.

Each group of words is read alike wherever it stands: only its own words say what it means, and
a word such as "cables" is dropped everywhere. So the order of groups changes nothing. A class is a
group of its own where documents are named and no word follows that it can describe: "telegrams
Saigon 1968 secret", not "secret treaty".
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from ..telegram.volume_citations import even, find_volume_citation
from .correspondents import TITLES, correspondents, is_sender, with_whole_names
from .list_counts import ListCounts
from .name_spellings import folded
from .named_filters import NamedFilters
from .named_lists import SENDERS, NamedList, Narrowing, behind_field, bound_by_or, names_of_lists
from .query import UNPAIRED, clean
from .query_parts import (
    OPERATORS,
    PART,
    STOP_WORDS,
    is_plain_word,
    parts_of,
    prepared,
    terms_with_common_words,
)
from .question_times import A_YEAR, TimeSpan, find_time

MOST_WORDS = 24  # Of a question that is read; longer ones are quotations.
MOST_OFFERS = 5
LONGEST_TIME = 9  # Words.
# What all of the archive is, unless it has a kind of that name.
GENERIC = frozenset(
    ("cable", "cables", "telegram", "telegrams", "message", "messages", "document", "documents")
)
DOCUMENTS = GENERIC | {*("despatch", "despatches", "dispatch", "dispatches", "airgram", "airgrams")}
# Dropped wherever they stand. "The Atlantic cable" is a topic.
DROPPED = frozenset(("cables", "telegrams", "documents", "regarding", "concerning"))
SENT_KINDS = (DOCUMENTS - {"message", "messages"}) | {
    *("letter", "letters", "memo", "memos", "memorandum")
}
NUMBERED = frozenset(("telegram", "cable", "tel", "embtel", "deptel"))  # Before a number.
# Before a number with hyphens, which is no day then: "SNIE 11-16-70".
PAPERS = frozenset(("nie", "snie", "estimate", "nsc", "nsam", "nssm", "nsdm", "no", "number"))
FISCAL = re.compile(
    r"(?:^| )(?:fy|fiscal(?: years?)?)$"
)  # Of a year before: nothing is sent in it.
ARTICLES = frozenset(("the", "a", "an", "all"))
NATIONAL = frozenset(("us", "u", "s", "american"))  # "The U.S. Embassy".
SENT = frozenset(("sent", "written", "dated", "drafted"))
SIDES = frozenset(("before", "after", "since", "until", "till"))
BEFORE_TIMES = ("in", "during", "on", "of", "from", "dated", "by")
PREPOSITIONS = frozenset((*BEFORE_TIMES, "at", "to", "under", "about", "for", "against", "near"))
LONGEST_TERM = 6  # Words.
TAGGED = frozenset(("tag", "tags", "tagged"))
# Before a name they say the opposite. Before a time the others mean that of another day.
EXCEPT = frozenset(("except", "excluding", "without", "not"))
NO = frozenset(("no", "not"))  # Before a word; they are looked for nowhere.
RELEASED = frozenset(("released", "declassified"))
# Dropped before what names documents, and the last ones before "from", "on" and the like.
ASKING = (
    *(("show", "me"), ("give", "me"), ("find", "me"), ("find",), ("list", "of"), ("list",)),
    *(("search", "for"), ("how", "many")),
)
EVERYTHING = frozenset(("everything", "anything"))
# Sort of list -> the parameters that choose among such lists, where it is no parameter itself: what
# is chosen is not read anew.
FAMILIES = {
    **dict.fromkeys(SENDERS, ("origin", "place", "country")),
    "time": ("created_after", "created_before"),
}
MARKINGS = frozenset(("classification", "caption", "text"))
MARKED = frozenset(("classified", "marked"))
# Of these a question can have several.
REPEATED = frozenset(("recipient", "number", "without"))
# A day in numbers that can be read in two ways.
UNCLEAR_DAY = re.compile(r"(\d\d?)[/.](\d\d?)[/.](\d{4}),?")
A_NUMBER = re.compile(r"\d{1,6}")
# "date:1956-11-04", "since:1956".
TIME_FIELD = re.compile(r"(?<!\S)(?:(?:date|year|on|created|sent)|(since|until)):\s?(?=\d)", re.I)


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question as it was read."""

    words: str  # What is left to look for.
    read: tuple[Narrowing, ...] = ()
    offers: tuple[tuple[Narrowing, str], ...] = ()  # With the words that are left beside it.
    notes: tuple[str, ...] = ()  # Sentences about what is neither read nor looked for.
    differs: bool = False  # Whether something else is looked for than the words as typed.

    def __str__(self) -> str:
        """Return what is looked for: "coup from Embassy Saigon in 1963"."""
        filters = (f"{each.preposition} {each.label}" for each in self.read if each.filters)
        return " ".join([self.words or "all documents", *filters])


@dataclass(frozen=True, slots=True)
class _Word:
    text: str  # In small letters; "" for what is not read.
    part: int  # Which part of the question it belongs to: "Viet-Nam" has two words.


def _times_of_fields(text: str) -> Iterator[TimeSpan]:
    """Yield the times behind fields: "date:1956", "since:May 1957"."""
    for match in TIME_FIELD.finditer(text):
        said = f"{match[1] or ''} {text[match.end() :]}".strip().lower()
        if found := find_time(said):
            yield found[1]


YEARS_AS_WORDS = "Years beside “or” are looked for as words: for the time write {}-{}."
YEAR_AS_WORD = "{0} stands beside “or”, so it is looked for as a word: for the time write it first."
NOTHING_LEFT_OUT = "“{0}” leaves nothing out: write a minus before a word or filter, -kind:letter."
TWO_DAYS = "{0} can be two days: for the time write {3}-{1:0>2}-{2:0>2} or {3}-{2:0>2}-{1:0>2}."


@dataclass(slots=True)
class _Mention:
    """Words of a question that name a time or lists: words[start:end]."""

    start: int
    end: int
    time: TimeSpan | None = None
    lists: list[NamedList] = field(default_factory=list)
    is_field: bool = False  # "date:1956", beside which other times stay words.

    def is_of(self, *sorts: str) -> bool:
        return any(each.sort in sorts for each in self.lists)

    @property
    def is_sure_marking(self) -> bool:
        """Whether it is a class or caption that can hardly mean anything else: "nodis"."""
        return any(each.is_sure and each.sort in MARKINGS for each in self.lists)


def read_question(text: str, counts: ListCounts, chosen: Collection[str] = ()) -> ReadQuestion:
    """Read a question. `chosen` has the parameters of filters that are set already.

    Raises IndexNotReady.
    """
    reader = _Reader(text, counts, chosen)
    return ReadQuestion(reader.text) if len(reader.words) > MOST_WORDS else reader.read()


class _Reader:
    """The words of a question, and which of its parts are read as filters."""

    def __init__(self, text: str, counts: ListCounts, chosen: Collection[str]) -> None:
        self.counts, self.chosen = counts, set(chosen)
        with_fields = prepared(clean(text))
        typed = TIME_FIELD.sub(lambda match: f"{match[1]} " if match[1] else "", with_fields)
        self.times_of_fields = [*_times_of_fields(with_fields)]
        self.text = _with_volume(typed, counts)
        parts = [match[0] for match in PART.finditer(self.text)]
        self.parts = parts
        if len(parts) <= MOST_WORDS:
            has_not = self.text != self.text.upper()
            names = names_of_lists(counts).by_words
            self.parts = bound_by_or(with_whole_names(parts, has_not, names), counts)
        self.differs = self.parts != parts or self.text != typed
        if self.parts != parts:
            self.text = " ".join(self.parts)
        some = self.parts if len(self.parts) <= MOST_WORDS else []
        self.named = NamedFilters(some, counts, self.text != self.text.upper())
        self.words = [*self._split()]
        self.mentions = [*self._mentions()] if len(self.words) <= MOST_WORDS else []
        self._join_sides()
        self.beginning = {each.start: each for each in self.mentions}
        self.ending = {each.end: each for each in self.mentions}
        self.used: set[int] = set()  # Indexes of words.
        self.parts_read: set[int] = set()
        self.notes = [*self._years_beside_or(), *self._unclear_days(), *self.named.notes]
        self.notes += [UNPAIRED] * (self.text.count('"') % 2)

    def _years_beside_or(self) -> Iterator[str]:
        """Yield what is said of years that "or" joins to something: they are no filter."""
        for before, word, after in zip(self.parts, self.parts[1:], self.parts[2:], strict=False):
            years = [each for each in (before, after) if A_YEAR.fullmatch(each)]
            if word.lower() == "or" and len(years) == 2:
                yield YEARS_AS_WORDS.format(*sorted(years))
            elif word.lower() == "or" and years:
                yield YEAR_AS_WORD.format(*years)

    def _unclear_days(self) -> Iterator[str]:
        for match in filter(None, map(UNCLEAR_DAY.fullmatch, self.parts)):
            if max(map(int, match.groups()[:2])) <= 12 and match[1] != match[2]:
                yield TWO_DAYS.format(match[0].rstrip(","), *match.groups())

    def _is_free(self, at: int) -> bool:
        """Return whether a part stands neither beside "or" nor behind NOT, nor is one of them."""
        around = {part.lower() for part in self.parts[max(at - 1, 0) : at + 2]}
        is_excluded = "NOT" in self.parts[max(at - 1, 0) : at + 1]
        return not (around & OPERATORS or (is_excluded and self.named.has_not))

    def _split(self) -> Iterator[_Word]:
        filters = {*self.named.unused}.union(*(parts for _, parts in self.named.found))
        for at, part in enumerate(self.parts):
            if is_plain_word(part) and self._is_free(at) and at not in filters:
                yield from (_Word(word, at) for word in folded(part))
            else:
                yield _Word("", at)

    def read(self) -> ReadQuestion:
        read = [*dict.fromkeys(self._certain())]
        self.used.update(at for at in range(len(self.words)) if self._is_dropped(at))
        self.used.update(at for span in self._asking() for at in span)
        read += self._correspondents()
        self.notes += self._unheeded()
        kept = self._kept()
        if self.used:
            self.differs = True
            seen = {*self.parts_read, *kept}
            aside = [each for at, each in enumerate(self.parts) if at not in seen and folded(each)]
        else:  # A name behind it was meant as that of a sender.
            is_from = len(self.words) > 1 and self.words[0].text == "from"
            aside = self.parts[:1] if is_from and kept else []
        self.notes += [f"Not looked for: {_listed(aside)}."] if aside else []
        fields = [each.words for each in read if each.words]
        words = " ".join(filter(None, [self._left(), *fields]))
        self.chosen.update(*(_family(each.sort) for each in read))
        notes = tuple(dict.fromkeys(self.notes))
        offers = tuple(self._offers(fields))
        return ReadQuestion(words, tuple(read), offers, notes, self.differs)

    def _unheeded(self) -> Iterator[str]:
        """Yield what is said of a "not" or "no" before a word: that is looked for all the same."""
        terms = {at for each in self.mentions for at in range(each.start, each.end)}
        for at, (before, word) in enumerate(pairwise(self.words)):
            is_term = at in terms or (before.text, word.text) in terms_with_common_words()
            is_word = word.text.isalpha() and word.text not in STOP_WORDS
            if before.text in NO and is_word and not is_term:
                yield NOTHING_LEFT_OUT.format(before.text)

    def _is_dropped(self, at: int) -> bool:
        return self.words[at].text in DROPPED and not self._names_kind(at)

    def _asking(self) -> Iterator[range]:
        """Yield the words that only ask for documents: "show me all" before "cables"."""
        texts = tuple(word.text for word in self.words)
        for at, text in enumerate(texts[:-1]):
            if text in EVERYTHING and texts[at + 1] in PREPOSITIONS:
                yield range(at, at + 1)
            lengths = [len(each) for each in ASKING if texts[at : at + len(each)] == each]
            end = at + max(lengths, default=0)
            while end > at and end < len(texts) and texts[end] in ARTICLES:
                end += 1
            kind = self.beginning.get(end)
            is_kind = kind is not None and kind.is_of("kind")
            if end > at and (
                is_kind or (DOCUMENTS | EVERYTHING).intersection(texts[end : end + 1])
            ):
                yield range(at, end)

    def _names_kind(self, at: int) -> bool:
        """Return whether a word is one of the name of a kind that the archive has."""
        return any(each.start <= at < each.end and each.is_of("kind") for each in self.mentions)

    def _is_generic(self, at: int) -> bool:
        """Return whether a word names what all of the archive is."""
        return self.words[at].text in GENERIC and not self._names_kind(at)

    def _mentions(self) -> Iterator[_Mention]:
        """Yield the times and names, the longest at each place."""
        at = 0
        while at < len(self.words):
            found = self._time_at(at) or self._name_at(at)
            if found:
                yield found
            at = found.end if found else at + 1

    def _join_sides(self) -> None:
        """Make one span of times: "after 1961 before 1963", "the 1960s, autumn 1963"."""
        timed = [each for each in self.mentions if each.time]
        # What begins later stands first: "after 1961 and before 1963".
        times = sorted(
            {each.time for each in timed if each.time},
            key=lambda each: (each.first or date.min, each.words),
            reverse=True,
        )
        is_field = any(each.is_field for each in timed)  # Beside it another stays a word.
        span = times[0] if times else None
        for other in times[1:]:
            span = span and (span.until(other) if is_field else span.overlap(other))
        for each in timed if span else ():
            each.time = span

    def _time_at(self, at: int) -> _Mention | None:
        some = self.words[at : at + LONGEST_TIME]
        text = some[0].text
        for before, word in pairwise(some):
            apart = word.part - before.part  # "October - November".
            text += ("-", " ")[apart] if apart < 2 else " - "
            text += word.text or "?"
        if found := find_time(text):
            length, span = found
            end = at + len(re.findall(r"[^ -]+", text[:length]))
            months = self.counts.created
            led_by = " ".join(word.text for word in self.words[max(at - 2, 0) : at])
            is_number = end - at == 3 and some[0].part == some[2].part and text[0].isdecimal()
            if FISCAL.search(led_by) or (is_number and led_by.split(" ")[-1] in PAPERS):
                return None
            if months and self._is_whole(at, end) and span.meets(min(months), max(months)):
                return _Mention(at, end, time=span, is_field=span in self.times_of_fields)
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
        is_other = named.sort == "office" and self._names_person(at, end)
        return printed == named.values[0] if is_code else is_word and not is_other

    def _names_person(self, at: int, end: int) -> bool:
        """Return whether a title belongs to the name behind it: "President Kennedy"."""
        is_title = end == at + 1 and self.words[at].text in TITLES
        behind = self.words[end].text if end < len(self.words) else ""
        if not (is_title and behind and self._is_whole(end, end + 1)):
            return False
        return is_sender(f"{self.words[at].text} {behind}")

    def _is_whole(self, at: int, end: int) -> bool:
        """Return whether words[at:end] are whole parts of the question."""
        words = self.words
        begins = at == 0 or words[at - 1].part != words[at].part
        return begins and (end == len(words) or words[end].part != words[end - 1].part)

    def _found(self) -> list[tuple[Narrowing, range]]:
        """Return what is read, with its words. Beside a field, names of such lists stay words."""
        fields = [(each, self._words_of(parts)) for each, parts in self.named.found]
        certain = {_family(each.sort): each.filters for each, _ in fields if each.sort != "caption"}
        readings = [(each, self._reading(each)) for each in self.mentions]
        read = [*filter(None, (found for _, found in readings)), *self._numbers()]
        times = {found[0].filters for each, found in readings if each.is_field and found}
        certain.update({_family("time"): days for days in times if len(times) == 1})
        return fields + [
            (each, span)
            for each, span in read
            if each.sort in REPEATED
            or certain.get(_family(each.sort), each.filters) == each.filters
        ]

    def _certain(self) -> Iterator[Narrowing]:
        """Yield what is read as a filter; of two that exclude each other none is."""
        found = self._found()
        families = {each: _family(each.sort) for each, _ in found}
        # Of filters that are named as such each holds.
        families |= {each: tuple(dict(each.filters)) for each, _ in self.named.found}
        for narrowing, span in found:
            family = families[narrowing]
            alike = [each for each, _ in found if {*families[each]}.intersection(family)]
            named = {(each.filters, each.words): each for each in alike}
            if len(named) > 1 and narrowing.sort == "caption":  # Of a filter any suffices.
                self._use(span)
                fields = [behind_field("marking", value) for _, value in narrowing.filters]
                yield replace(narrowing, filters=(), words=" or ".join(fields))
            elif len(named) > 1 and narrowing.sort not in REPEATED:
                labels = _listed([each.label for each in named.values()])
                self.notes.append(f"Looked for as words, since nothing is of both: {labels}.")
            elif narrowing.sort in REPEATED or self.chosen.isdisjoint(family):
                self._use(span)
                yield named[narrowing.filters, narrowing.words]

    def _correspondents(self) -> Iterator[Narrowing]:
        """Yield who wrote to whom, as far as it is not read yet."""
        words = [self.parts[word.part].strip(".,;:") if word.text else "" for word in self.words]
        words = ["from" if self._is_of_sender(at) else word for at, word in enumerate(words)]
        for at, (before, word) in enumerate(pairwise(self.words), 1):
            if before.text in EXCEPT and word.text == "from":  # "Not from Rusk".
                words[at] = ""
                self.notes.append(NOTHING_LEFT_OUT.format(before.text))
        posts, apart = {}, {at for at in range(len(words)) if not self._is_whole(at, at + 1)}
        for each in self.mentions:
            span = range(each.start, each.end)
            if each.is_of(*SENDERS):
                posts[span] = each.is_of("office")
            apart.update(span if each.time or each.is_of("kind", *MARKINGS) else ())
        for narrowing, span in correspondents(words, posts, self.used | apart):
            if self.used.isdisjoint(span):
                sent = span.start > 0 and self.words[span.start - 1].text in SENT
                span = range(span.start - sent, span.stop)
                self._use(span)
                said = {*folded(narrowing.label), narrowing.preposition, "by", *ARTICLES, *SENT}
                left = {at for at in span if self.words[at].text not in said}  # A title.
                self.parts_read -= {self.words[at].part for at in left}
                yield narrowing

    def _is_of_sender(self, at: int) -> bool:
        """Return whether a word is the "by" of an author: "letters by Dulles", "1956 by Dulles".

        That of "visit by Dulles" tells less.
        """
        is_apart = at == 0 or at - 1 in self.used or not self.words[at - 1].text
        return self.words[at].text == "by" and (is_apart or self._follows_documents(at))

    def _use(self, span: Collection[int]) -> None:
        """Take words out of those that are looked for."""
        self.used.update(span)
        said = {at for at in span if self.words[at].text in NATIONAL or self._is_generic(at)}
        self.parts_read |= {self.words[at].part for at in {*span} - said}

    def _words_of(self, parts: range) -> range:
        span = [at for at, word in enumerate(self.words) if word.part in parts]
        return range(span[0], span[-1] + 1)

    def _numbers(self) -> Iterator[tuple[Narrowing, range]]:
        """Yield the numbers of telegrams: "telegram 1234", "Embtel No. 981".

        That of a circular is no reference: several have it, and their titles and texts print it.
        """
        for at, word in enumerate(self.words):
            if word.text in NUMBERED and (number := self._number_behind(at)):
                text = self.words[number].text
                start, said, words = at + self._names_kind(at), "number", f"ref:{text}"
                if self._is_circular(at):
                    start, said, words = at - 1, "circular telegram", f"circular telegram {text}"
                narrowing = Narrowing("number", "", f"{said} {text}", words=words)
                yield narrowing, range(start, number + 1)

    def _is_circular(self, at: int) -> bool:
        return at > 0 and self.words[at - 1].text == "circular"

    def _number_behind(self, at: int) -> int:
        """Return the index of the number behind a word, 0 if there is none."""
        at += 1 + (at + 1 < len(self.words) and self.words[at + 1].text in ("no", "number"))
        is_number = at < len(self.words) and A_NUMBER.fullmatch(self.words[at].text)
        is_time = any(each.time and each.start <= at < each.end for each in self.mentions)
        return at if is_number and not is_time and self._is_whole(at, at + 1) else 0

    def _reading(self, mention: _Mention) -> tuple[Narrowing, range] | None:
        """Return what is certain of a mention, and the words that it is read from."""
        preposition, start = self._lead(mention)
        if start and self._is_turned(mention, start):
            return None
        if mention.time and (preposition != "of" or self._follows_documents(start)):
            start = start if preposition in BEFORE_TIMES else mention.start
            said, _, label = mention.time.words.partition(" ")
            days = tuple(mention.time.parameters().items())
            return Narrowing("time", said, label, days), self._span(start, mention.end, True)
        for named in mention.lists:
            narrowing: Narrowing | None = None
            if preposition == "to" and named.sort in SENDERS:
                narrowing = named.received
            elif self._is_certain(named, mention, preposition, start):
                narrowing = named.narrowing
            if narrowing:
                return narrowing, self._span(start, mention.end, named.sort in SENDERS)
        return None

    def _is_turned(self, mention: _Mention, start: int) -> bool:
        """Return whether the word before words[start] makes them mean something else."""
        before = self.words[start - 1]
        if before.text in EXCEPT:
            self.notes.append(NOTHING_LEFT_OUT.format(before.text))
        is_side = self.parts[before.part].lower() in SIDES  # "Or after 1958": "or" takes it away.
        return before.text in EXCEPT or (
            mention.time is not None and (is_side or before.text in RELEASED)
        )

    def _span(self, start: int, end: int, is_sent: bool) -> range:
        """Return words[start:end] with those beside that belong to them: "cable from Lima"."""
        before = SENT if is_sent else TAGGED | MARKED
        is_led = not is_sent or self.words[start].text in PREPOSITIONS
        if is_led and start:
            is_one = self.words[start - 1].text in before or self._is_generic(start - 1)
            start -= is_one
        if not is_sent and end < len(self.words):
            end += self._is_generic(end) or self.words[end].text in TAGGED
        return range(start, end)

    def _lead(self, mention: _Mention) -> tuple[str, int]:
        """Return the preposition before a mention, "" without one, and where that begins."""
        skipped = ARTICLES | NATIONAL if mention.is_of("post", "office") else ARTICLES
        start = mention.start
        while start and self.words[start - 1].text in skipped:
            start -= 1
        before = self.words[start - 1].text if start else ""
        return (before, start - 1) if before in PREPOSITIONS else ("", start)

    def _follows_documents(self, start: int) -> bool:
        """Return whether "cables", "sent" or the like stands before a preposition."""
        is_numbered = start > 1 and any(start == span.stop for _, span in self._numbers())
        return is_numbered or (start > 0 and self.words[start - 1].text in DOCUMENTS | SENT)

    def _begins_apart(self, start: int) -> bool:
        """Return whether no word of a text stands before words[start], beside "cables" or so."""
        begins = start == 0 or not self.words[start - 1].text or start in self.ending
        return begins and any(word.text in DOCUMENTS for word in self.words)

    def _is_certain(
        self, named: NamedList, mention: _Mention, preposition: str, start: int
    ) -> bool:
        """Return whether a list is meant; else its name stays a word."""
        before = self.words[mention.start - 1].text if mention.start else ""
        after = self.words[mention.end].text if mention.end < len(self.words) else ""
        follows = self._follows_documents(start)
        is_office = preposition in ("from", "by") or (preposition == "of" and follows)
        certain = {
            "post": not preposition or is_office,
            "office": is_office,
            "place": preposition == "from",
            "country": preposition == "from" and (follows or self._begins_apart(start)),
            "tag": not TAGGED.isdisjoint((before, after)),
            "kind": self._is_kind(mention, after),
        }
        is_marked = before in DOCUMENTS | MARKED or self._precedes_documents(mention.end)
        is_marked |= self._marking_behind(self.ending.get(mention.start)) is mention
        is_marked |= self._names_documents() and self._is_apart(mention)
        # As titles end: "Mr. Hay to Mr. Conger. [Extract]".
        is_marked |= self.parts[self.words[mention.start].part].startswith("[")
        return named.is_sure or certain.get(named.sort, is_marked)

    def _is_kind(self, mention: _Mention, after: str) -> bool:
        """Return whether the words around the name of a kind tell that it is meant."""
        marking = self.ending.get(mention.start) or self._marking_behind(mention)
        is_sent = self.words[mention.end - 1].text in SENT_KINDS
        is_numbered = self._number_behind(mention.end - 1) and not self._is_circular(mention.start)
        is_led = after in ("from", "to", "by", "dated") or is_numbered
        is_led = is_led or (after != "of" and self._names_correspondent())
        time = self.beginning.get(mention.end + 1)
        is_of_day = after == "of" and time is not None and time.time is not None
        is_led = is_led or (is_of_day and self.words[mention.end - 1].text in DOCUMENTS)
        is_marked = marking is not None and marking.is_of(*MARKINGS)
        is_marked = is_marked or any(
            self._is_apart(each) or each.is_sure_marking for each in self.mentions
        )
        return is_marked or bool(is_sent and is_led)

    def _names_correspondent(self) -> bool:
        """Return whether words or a field say who sent or got something: "from", "to:"."""
        fields = {part.field for part in parts_of(self.text) if not part.minus}
        timed = {at for each in self.mentions if each.time for at in range(each.start, each.end)}
        said = {word.text for at, word in enumerate(self.words) if at not in timed}
        return not fields.isdisjoint(("from", "to")) or not said.isdisjoint(("from", "to", "by"))

    def _names_documents(self) -> bool:
        """Return whether any words name documents, or a class or mark that means them alone."""
        named = {narrowing.sort for narrowing, _ in self.named.found}
        return (
            not named.isdisjoint(("kind", *MARKINGS))
            or any(word.text in DOCUMENTS for word in self.words)
            or any(each.is_sure for mention in self.mentions for each in mention.lists)
            or any(mention.is_of("kind") for mention in self.mentions)
        )

    def _is_apart(self, mention: _Mention) -> bool:
        """Return whether a class or mark describes no word: "telegrams Saigon 1968 secret"."""
        before = self.words[mention.start - 1].text if mention.start else ""
        if not mention.is_of(*MARKINGS) or before in STOP_WORDS:  # "In secret".
            return False
        end = mention.end
        while (following := self._behind_articles(end)) and following.is_of(*SENDERS, *MARKINGS):
            end = following.end
        is_end = end == len(self.words) or self.words[end].text in {"", *PREPOSITIONS, *DOCUMENTS}
        return is_end or (following is not None and bool(following.time or following.is_of("kind")))

    def _behind_articles(self, at: int) -> _Mention | None:
        """Return the mention that begins at a word, or behind its article: "the embassy"."""
        is_article = at < len(self.words) and self.words[at].text in ARTICLES
        return self.beginning.get(at + is_article)

    def _marking_behind(self, kind: _Mention | None) -> _Mention | None:
        """Return the classification right behind a kind, if no word follows that it can describe.

        "Letters secret 1956", not "letters secret treaty".
        """
        marking = self.beginning.get(kind.end) if kind and kind.is_of("kind") else None
        if not marking or not marking.is_of("classification"):
            return None
        following = self.beginning.get(marking.end)
        is_time = following is not None and following.time is not None
        behind = {word.text for word in self.words[marking.end : marking.end + 1]}
        return marking if is_time or behind <= PREPOSITIONS else None

    def _precedes_documents(self, end: int) -> bool:
        """Return whether documents are named behind words, perhaps with more markings between."""
        while (mention := self.beginning.get(end)) and mention.is_of(*MARKINGS):
            end = mention.end
        is_kind = mention is not None and mention.is_of("kind")
        return is_kind or (end < len(self.words) and self.words[end].text in DOCUMENTS)

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

    def _offers(self, fields: Sequence[str]) -> Iterator[tuple[Narrowing, str]]:
        """Yield what may also be meant as a filter, with the words left beside it.

        `fields` are words that were read: "from:Hay".
        """
        offered = 0
        for mention in self.mentions:
            span = range(mention.start, mention.end)
            if self.used.intersection(span):
                continue
            for named in mention.lists:
                if self.chosen.isdisjoint(_family(named.sort)) and offered < MOST_OFFERS:
                    offered += 1
                    yield named.narrowing, " ".join(filter(None, [self._left(*span), *fields]))


def _with_volume(text: str, counts: ListCounts) -> str:
    """Return a text with a filter in place of the volume that it names as books do, if it is here.

    >>> _with_volume("FRUS 1961-1963 volume XV Cuba", counts)
    'volume:frus1961-63v15 Cuba'
    """
    cited = find_volume_citation(text)
    volumes = cited.among(counts.volumes) if cited and cited.numbers else []
    if not cited or len(volumes) != 1 or cited.documents or cited.pages:
        return text
    (start, behind), (begins, end) = cited.spans
    plain = even(text)
    if '"' in plain[start:end] or plain[:start].count('"') % 2:  # It is quoted.
        return text
    if plain[end : end + 1] == "-":  # It is the reference of a document: FRUS1961-63V15-D78.
        return plain
    words = plain[:start], f"volume:{volumes[0]}", plain[behind:begins], plain[end:]
    return " ".join(each.strip(" ,;:.") for each in words).strip()


def _family(sort: str) -> tuple[str, ...]:
    """Return the parameters of which a list can have one alone."""
    return FAMILIES.get(sort, (sort,))


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in dict.fromkeys(words))
