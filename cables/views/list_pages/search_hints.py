"""What stands around results: how a question was read, weaker searches, suggestions."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR
from functools import cached_property
from itertools import groupby
from typing import Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ...glossary.entries import GlossaryEntry, terms_asked_for
from ...models import Cable
from ...search.filter_registry import DAYS
from ...search.filters import NOT_FILTERS, Chip, ListQuery
from ...search.list_counts import ListCounts
from ...search.named_lists import Narrowing
from ...search.person_counts import Person
from ...search.persons import (
    ListedPerson,
    has_namesakes,
    of_surname,
    persons_asked_for,
    surname_in,
    with_sender,
    writers_of,
)
from ...search.query import ALTERNATIVES, Question, clean, relaxed
from ...search.query_parts import STOP_WORDS
from ...search.question_times import MONTHS, find_time
from ...search.run_search import Answer, answer
from ...search.suggestions import Suggestion, index_is_complete, suggestions
from ...search.understand import read_question
from ...search_index.reader import IndexNotReady
from ...telegram.references import is_like_station, likely_reference, station_of
from .data import json_response
from .paging import until_complete

MOST_TERMS = 2  # Whose meanings stand above results.
MOST_PERSONS = 5
MOST_LISTS = 8
# Of the Department's central files, which volumes print in their source notes: "764.00/10-2956".
FILE_NUMBER = re.compile(r"(?<!\S)\d{3}[A-Z]?\.[\w.–-]+/\d[\d–-]*(?!\S)", re.IGNORECASE)
MOST_RELAXED = 8
# Sort of suggestions -> their heading.
HEADINGS = {
    **{"cable": "Cables", "post": "Origins", "place": "Places", "country": "Countries"},
    **{"person": "Persons", "tag": "Tags", "term": "Glossary", "volume": "Volumes"},
    "word": "Words in cables",
}


@dataclass(frozen=True)
class Understood:
    """What stands above results about the question itself."""

    answer: Answer
    question: Question  # As typed.

    @property
    def words(self) -> str:
        """What is looked for in texts."""
        return self.answer.filters.question.text if self.answer.filters.question else ""

    @property
    def read(self) -> tuple[Narrowing, ...]:
        """The filters that were read from the question, also if they are not applied."""
        return self.answer.reading.read

    @property
    def narrowed(self) -> list[tuple[Narrowing, str]]:
        """(filter that was read and is applied, address of the results without it)."""
        read = [each for each in self.read if self.answer.is_read and not each.words]
        return [(each, self.answer.filters.address(*each.filters)) for each in read]

    @property
    def chips(self) -> list[Chip]:
        read = [pair for narrowing, _ in self.narrowed for pair in narrowing.filters]
        return self.answer.filters.chips_beside(*read)

    @property
    def as_words(self) -> str:
        """The address of a search for the words as they were typed."""
        return self._address(self.question.text, plain="yes")

    @property
    def as_read(self) -> str:
        """The address of a search with what was read from the question as filters."""
        filters = [pair for narrowing in self.read for pair in narrowing.filters]
        return self._address(self.answer.reading.words, *filters)

    @cached_property
    def offers(self) -> list[tuple[Narrowing, str, int]]:
        """(filter that a word may also mean, address of the results with it, their number)."""
        if self.read and not self.answer.is_read:
            return []
        kept = [pair for narrowing in self.read for pair in narrowing.filters]
        offers = [
            (offer, self._address(words, *kept, *offer.filters))
            for offer, words in self.answer.reading.offers
        ]
        offers += [*self._noted(kept), *self._signed(kept)]
        counted = [(*each, self._count(each[1])) for each in offers]
        return [each for each in counted if each[2]]

    def _count(self, address: str) -> int:
        return count_at(address, self.answer.filters.counts)

    def _noted(self, kept: Sequence[tuple[str, str]]) -> Iterator[tuple[Narrowing, str]]:
        """Yield the searches of notes for a file number, and for a caption that no cable has."""
        offers = [offer for offer, _ in self.answer.reading.offers]
        sorts = {each.sort for each in (*self.read, *offers)}
        entries = [entry for entry, _ in self.terms if entry.kind in ("caption", "handling")]
        codes = [entry.code for entry in entries] if "caption" not in sorts else []
        for code in (*codes, *FILE_NUMBER.findall(self.words)):
            name = rf"(?<![\w:\"]){re.escape(code)}\b"
            words = re.sub(name, f'note:"{code}"', self.words, flags=re.IGNORECASE)
            if words != self.words:
                offer = Narrowing("note", "with", f"{code} in a note")
                yield offer, self._address(words, *kept)

    def _signed(self, kept: Sequence[tuple[str, str]]) -> Iterator[tuple[Narrowing, str]]:
        """Yield the search for what a person sent whose surname the question is: "Mr. Dayton"."""
        question = self.answer.filters.question
        if question and self._is_anywhere and (surname := surname_in(question)):
            label = f"any {surname}"
            yield Narrowing("sender", "from", label), self._address(f"from:{surname}", *kept)

    @property
    def terms(self) -> list[tuple[GlossaryEntry, str]]:
        """(glossary entry that the question asks for, its address)."""
        entries = terms_asked_for(self.words or self.question.text)[:MOST_TERMS]
        return [(entry, reverse("term", args=[entry.slug])) for entry in entries]

    @property
    def persons(self) -> list[tuple[ListedPerson, str, int, str, str]]:
        """(person of that name, office, how many cables are signed so, their address, its entry's).

        The name stands alone or behind from:, and no origin, place or volume is chosen. A namesake
        in the lists of other volumes than those of the results is not named, nor is any but who is
        marked as the writer where all results on the first page mark who wrote them.
        """
        filters, question = self.answer.filters, self.answer.filters.question
        if not question or not self._is_anywhere:
            return []
        persons = persons_asked_for(question, filters.counts)
        if len(persons) > 1 and question.senders and (writers := self._writers):
            persons = [each for each in persons if each.is_among(writers)] or persons
        volumes = self.answer.all_counts.by_label("volume") if persons else {}
        entries = ((each, each.entry_for(volumes, self._years)) for each in persons)
        meant = [(each, at) for each, at in entries if at is not None][:MOST_PERSONS]
        read = [pair for narrowing, _ in self.narrowed for pair in narrowing.filters]
        has_time = {*DAYS} & {name for name, _ in filters.pairs}
        found, offered = [], []
        for person, at in meant:
            words = with_sender(question, person.surname)
            is_shared = has_namesakes(person, filters.counts)
            within = person.filter(filters.counts) if is_shared else {}
            pairs = [(name, value) for name, values in within.items() for value in values]
            if not has_time:  # Another of the name may have signed before and after.
                years = zip(DAYS, person.years, strict=True)
                pairs += [(name, str(year)) for name, year in years]
            page, key = person.places[at]
            slug = filters.counts.person_of.get((person.volumes[at], key))
            entry = f"{reverse('chapter', args=[person.volumes[at], page])}#{key}"
            entry = self._page_of(slug) if slug else entry
            address = self._address(words, *read, *pairs)
            # A volume does not tell persons of one surname apart, nor does an office of both.
            is_apart = "volume" not in within and (within or pairs) not in offered
            offered.append(within or pairs)
            count = self._count(address) if is_apart else 0
            found.append((person, person.office(at), count, address, entry))
        return found

    @property
    def bearers(self) -> list[tuple[Person, int, str]]:
        """(person with the surname that the question is, number of cables, address of the page).

        None has documents in other years only than those of the results.
        """
        question, counts = self.answer.filters.question, self.answer.filters.counts
        slugs = of_surname(question, counts) if question and self._is_anywhere else []
        if not slugs or self.persons:
            return []
        first, last = self._years
        found = [(counts.persons[slug], slug) for slug in slugs]
        return [
            (
                each,
                self._count(self._address("", ("person", slug), *self._days)),
                self._page_of(slug),
            )
            for each, slug in found
            if any(first <= year <= last for year in each.years)
        ][:MOST_PERSONS]

    def _page_of(self, slug: str) -> str:
        """Return the address of a person's page, for the days that are asked for."""
        days = urlencode(self._days)
        return f"{reverse('person', args=[slug])}{'?' * bool(days)}{days}"

    @property
    def _days(self) -> list[tuple[str, str]]:
        return [pair for pair in self.answer.filters.pairs if pair[0] in DAYS]

    @property
    def _is_anywhere(self) -> bool:
        """Whether no origin, place or volume is chosen."""
        chosen = {name for name, _ in self.answer.filters.pairs}
        return chosen.isdisjoint(("origin", "place", "volume"))

    @property
    def _writers(self) -> set[tuple[str, str]]:
        """Who wrote the first results, as their volumes mark it; empty if one does not."""
        rows = Cable.objects.published().filter(pk__in=self.answer.keys_from(0))
        return writers_of(rows.values_list("facts__edition", flat=True))

    @property
    def _years(self) -> tuple[int, int]:
        """The first and the last year of the results, or that are asked for if there are none."""
        if months := self.answer.months:
            return min(months).year, max(months).year
        days = {name: int(day[:4]) for name, day in self.answer.filters.days.items()}
        return days.get("created_after", MINYEAR), days.get("created_before", MAXYEAR)

    def _address(self, words: str, *filters: tuple[str, str], **more: Any) -> str:
        """Return the address of a search with the filters of this one that were not read."""
        names = {"q", "plain", *(name for name, _ in filters)}
        kept = [pair for pair in self.answer.filters.pairs if pair[0] not in names]
        read = {pair for narrowing in self.read for pair in narrowing.filters}
        pairs = [pair for pair in kept if pair not in read]
        pairs = [("q", words)] * bool(words) + [*pairs, *filters, *more.items()]
        return f"{reverse('search')}?{urlencode(pairs)}"


def misspelt(lookup):
    """Return the reference of an unknown station with blanks, "06 Lisbno 900412", or ""."""
    time = find_time(" ".join(lookup.lower().split()))
    is_time = time is not None and time[0] == len(" ".join(lookup.split()))
    reference = "" if is_time or ALTERNATIVES.search(lookup) else likely_reference(lookup)
    # Several words are seldom one: "24 hours 48", "1969 coup after March 1969".
    is_one = " " not in lookup.strip() or is_like_station(station_of(reference))
    return reference if is_one else ""


def find_lists(words, counts):
    """Return (label, address) of the origins and tags that match words: "Lisb", "scul"."""
    words = " ".join(words.split()).casefold()
    if not words or words in STOP_WORDS:
        return []
    whole = r"(?!\w)" if words in MONTHS else ""  # "May" does not mean a Mayor’s Office.
    begins = re.compile(rf"(?<!\w){re.escape(words)}{whole}")
    origins = [
        (name, reverse("origin", args=[slug]))
        for slug, (name, _, _) in counts.origins.items()
        if words in (folded := name.casefold()) and begins.search(folded)
    ]
    tags = [
        (f"tag {code}", reverse("tag", args=[code]))
        for code in counts.tags
        if words in (code.casefold(), counts.glossary.get(code, ("",))[0].casefold())
    ]
    return (origins + tags)[:MOST_LISTS]


def relaxations(found, typed, counts):
    """Return (what is left out, address, results) of weaker searches that find some cables.

    If `typed`, the question, was read, one of them looks for its words as they are.
    """
    filters, question = found.filters, found.filters.question
    pairs = [pair for pair in filters.pairs if pair[0] not in NOT_FILTERS]
    narrowings = found.reading.read if found.is_read else ()
    read = [pair for each in narrowings for pair in each.filters]
    candidates = [
        (f"without {each.label}", filters.query(*each.filters))
        for each in narrowings
        if each.filters
    ]
    candidates += [
        (f"without {chip}", filters.query(pair))
        for pair, chip in zip(pairs, filters.chips, strict=True)
        if pair not in read
    ]
    if len(candidates) > 1:
        candidates.append(("without any filter", filters.query(*pairs)))
    if found.is_read:
        as_typed = filters.query(*read, q=typed.text, plain="yes")
        candidates.insert(0, ("the words as they were typed", as_typed))
    candidates += [
        (label, filters.query(q=text, plain="yes" if read_question(text, counts).differs else None))
        for label, text in relaxed(question.text)
    ]
    counted = []
    for label, query in candidates[:MOST_RELAXED]:
        if cables := count_at(query, counts):
            counted.append((label, filters.path + query, cables))
    return counted


def count_at(address: str, counts: ListCounts) -> int:
    """Return how many cables a search at an address finds, read as when it is followed."""
    return answer(ListQuery.from_address(address), counts).total


@require_safe
def suggest(request, form="html"):
    """What ?q= may be the beginning of; nothing while the search index is being built."""
    typed, counts = clean(request.GET.get("q", "")), ListCounts.current()
    found, is_complete = [], False
    with suppress(IndexNotReady):
        found, is_complete = suggestions(typed, counts), index_is_complete()
    response = FORMS[form](request, typed, found, counts)
    return until_complete(response, is_complete)


def as_groups(found: list[Suggestion], counts: ListCounts) -> list[dict]:
    return [
        {
            "heading": counts.as_held(HEADINGS[sort]),
            "suggestions": [as_row(each, counts) for each in some],
        }
        for sort, some in groupby(found, key=lambda each: each.sort)
    ]


def suggestions_page(request, typed, found, counts):
    context = {"heading": "Suggestions", "sought": typed, "counts": counts}
    return render(
        request, "cables/suggestions.html", context | {"groups": as_groups(found, counts)}
    )


def as_row(suggestion: Suggestion, counts: ListCounts) -> dict[str, str]:
    """Return a suggestion as the page and the script of the search box show it."""
    if suggestion.sort == "word":
        address = f"{reverse('search')}?{urlencode({'q': suggestion.value})}"
    else:
        address = reverse(suggestion.route, args=[suggestion.value])
    n = suggestion.cables
    counted = "" if n is None else f"{n:,} {counts.noun}{'' if n == 1 else 's'}"
    detail = ", ".join(filter(None, [suggestion.detail, counted]))
    return {"label": suggestion.label, "detail": detail, "address": address}


FORMS = {
    "html": suggestions_page,
    # For static/js/suggest.js and other programs.
    "json": lambda request, typed, found, counts: json_response(
        {"groups": as_groups(found, counts)}
    ),
}
