"""How a question was read, with links: "Looking for coup from Embassy Saigon in 1963"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from ..glossary.entries import GlossaryEntry
from ..glossary.printed_terms import terms_asked_for
from ..search.filters import Chip
from ..search.list_query import ListQuery
from ..search.persons import ListedPerson, find_persons, name_in, with_sender
from ..search.query import Question
from ..search.run_search import Answer
from ..search.understand import Narrowing
from .all_results import count_results

MOST_TERMS = 2  # Whose meanings stand above results.
MOST_PERSONS = 5


@dataclass(frozen=True, slots=True)
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
        """The filters that are on beside those that were read."""
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

    @property
    def offers(self) -> list[tuple[Narrowing, str]]:
        """(filter that a word may also mean, address of the results with it), if it has any."""
        if self.read and not self.answer.is_read:
            return []
        kept = [pair for narrowing in self.read for pair in narrowing.filters]
        offers = [
            (offer, self._address(words, *kept, *offer.filters))
            for offer, words in self.answer.reading.offers
        ]
        offers += self._noted(kept)
        return [(offer, address) for offer, address in offers if self._count(address)]

    def _count(self, address: str) -> int:
        """Return how many cables a search at an address finds."""
        return count_results(ListQuery.from_address(address), self.answer.filters.tallies)

    def _noted(self, kept: Sequence[tuple[str, str]]) -> Iterator[tuple[Narrowing, str]]:
        """Yield the searches of notes for a caption, where no cable has it as its own."""
        offers = [offer for offer, _ in self.answer.reading.offers]
        sorts = {each.sort for each in (*self.read, *offers)}
        entries = [entry for entry, _ in self.terms if entry.kind in ("caption", "handling")]
        for entry in entries if "caption" not in sorts else ():
            name = rf"(?<![\w:\"]){re.escape(entry.code)}\b"
            words = re.sub(name, f'note:"{entry.code}"', self.words, flags=re.IGNORECASE)
            if words != self.words:
                offer = Narrowing("note", "with", f"{entry.code} in a note")
                yield offer, self._address(words, *kept)

    @property
    def terms(self) -> list[tuple[GlossaryEntry, str]]:
        """(glossary entry that the question asks for, its address)."""
        entries = terms_asked_for(self.words)[:MOST_TERMS]
        return [(entry, reverse("term", args=[entry.slug])) for entry in entries]

    @property
    def persons(self) -> list[tuple[ListedPerson, int, str, str]]:
        """(person of that name, how many cables are signed so, their address, that of its entry).

        The name stands alone or behind from:, and no origin, place or volume is chosen.
        """
        filters, question = self.answer.filters, self.answer.filters.question
        if not question or {"origin", "place", "volume"} & {name for name, _ in filters.pairs}:
            return []
        persons = find_persons(name_in(question), filters.tallies)
        is_shared = len({person.surname for person in persons}) < len(persons)
        read = [pair for narrowing, _ in self.narrowed for pair in narrowing.filters]
        has_time = {"created_after", "created_before"} & {name for name, _ in filters.pairs}
        found = []
        for person in persons[:MOST_PERSONS]:
            words = with_sender(question, person.surname)
            within = person.filter(filters.tallies) if is_shared else {}
            pairs = [(name, value) for name, values in within.items() for value in values]
            if not has_time:  # Another of the name may have signed before and after.
                years = zip(("created_after", "created_before"), person.years, strict=True)
                pairs += [(name, str(year)) for name, year in years]
            volume, page, key = person.page
            entry = f"{reverse('chapter', args=[volume, page])}#{key}"
            address = self._address(words, *read, *pairs)
            found.append((person, self._count(address), address, entry))
        return found

    def _address(self, words: str, *filters: tuple[str, str], **more: Any) -> str:
        """Return the address of a search with the filters of this one that were not read."""
        names = {"q", "plain", *(name for name, _ in filters)}
        kept = [pair for pair in self.answer.filters.pairs if pair[0] not in names]
        read = {pair for narrowing in self.read for pair in narrowing.filters}
        pairs = [pair for pair in kept if pair not in read]
        pairs = [("q", words)] * bool(words) + [*pairs, *filters, *more.items()]
        return f"{reverse('search')}?{urlencode(pairs)}"
