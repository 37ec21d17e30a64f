"""Find where else the words of a redaction, or near misses, occur: in its cable and in all others.

Candidates among other cables come from the full-text index and are then read, within a time limit;
the page says if that was too short. Withheld cables and records under embargo are read one by one,
for users who may see originals.
"""

import time
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from ...curation.archive_texts import name_of_page
from ...decisions.kinds import if_open
from ...models import (
    Article,
    Cable,
    CitingWork,
    LoadRow,
    Note,
    Sealed,
    TextVersion,
    Version,
    VolumePage,
    WaitingVolumePage,
)
from ...models.querysets import READER, USUAL_ORDER
from ...models.sql_expressions import VERSION_WORDS, tsquery
from ...models.volume_pages import PAGE_WORDS, PrintedPage
from ...names.redaction_near_misses import (
    ALIKE,
    ATTACHED,
    INITIALS,
    MISSPELT,
    OTHERWISE,
    OVER_TWO,
    PART,
    PIECES,
    PLURAL,
    SPELT,
    Near,
    find_near,
)
from ...publication.public_text import contents_in
from ...search.index_selection import published_cables
from ...search.timeouts import TooSlow, set_for_now, statement_timeout
from ...search_index.reader import IndexNotReady
from ...telegram import beside_the_text
from ...telegram.fact_types import edition_of
from ...telegram.redact_phrases import find_phrases
from .redaction_near_miss_queries import (
    MOST_MILLISECONDS,
    Row,
    broken,
    in_a_row,
    phrase_queries,
    rarest,
)

# Kinds of near misses in the order in which a page shows them.
KINDS = (PIECES, OVER_TWO, ALIKE, PLURAL, INITIALS, OTHERWISE, SPELT, MISSPELT, ATTACHED, PART)
SEPARATE = ("header", "around", "facts", "notes")  # Parts where no phrase runs on into the next.
# Keys of Sealed.values that hold text.
SEALED_TEXTS = ("subject", "header", "body", "text", *CitingWork.TEXTS)
SEARCHED = ("stems", "recipients", "senders", "notes")  # Fields of the index with texts.
MOST_FORMS = 60  # Near misses of one cable that a page shows.
MOST_SHOWN = 20  # Other texts that a page shows in each list.
MOST_READ = 300  # Cables that are read for one query.
SECONDS = 6.0


@dataclass(slots=True)
class Form:
    """A near miss in a cable: its words as printed, and where they occur."""

    words: str
    kind: str  # One of KINDS.
    context: tuple[str, str, str]  # Text before the words, the words, text after them.
    count: int = 0
    places: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OtherText:
    """Another text with the words, or with near misses."""

    name: str
    address: str  # Of its page at the desk.
    count: int
    kind: str  # "" if it has the words themselves.
    context: tuple[str, str, str]  # Of the first occurrence, as in Form.


def forms_near(cable: Cable, place: str, phrases: Sequence[str]) -> list[Form]:
    """Return the near misses of phrases that readers see in a place of a cable and its versions."""
    forms: dict[str, Form] = {}
    for where, text, near in _near_misses(cable, place, phrases):
        form = forms.setdefault(near.form, Form(near.form, near.kind, near.context(text)))
        form.count += 1
        if where not in form.places:
            form.places.append(where)
    return sorted(forms.values(), key=_rank)


def _near_misses(
    cable: Cable, place: str, phrases: Sequence[str]
) -> Iterator[tuple[str, str, Near]]:
    for version, parts in groupby(contents_in(cable, place), key=itemgetter(0)):
        suffix = f" of {version}" if version else ""
        connected: dict[str, str] = {}
        for _, part, text in parts:
            yield from ((part + suffix, text, near) for near in find_near(text, phrases))
            if part not in SEPARATE:
                connected[part] = text
        for where, text, near in _across_parts(connected, phrases):
            yield where + suffix, text, near


def _across_parts(parts: dict[str, str], phrases: Sequence[str]) -> Iterator[tuple[str, str, Near]]:
    """Yield, as `_near_misses` does, near misses that run from one part of a text into another."""
    text = "\n\n".join(parts.values())
    starts = list(accumulate((len(part) + 2 for part in parts.values()), initial=0))
    for near in find_near(text, phrases):
        first, last = (bisect(starts, at) - 1 for at in (near.span[0], near.span[1] - 1))
        if first != last:
            names = list(parts)
            yield f"{names[first]} and {names[last]}", text, near


def _rank(form: Form) -> int:
    return KINDS.index(form.kind)


class Elsewhere:
    """Other texts with some phrases, or with near misses of them.

    `cables` and `texts` (articles, notes, pages of volumes) have the phrases or near misses;
    `alone` has texts with only the rarest word of a name. `is_whole`: all texts were searched
    within the limits.
    """

    def __init__(self, cable: Cable, phrases: Sequence[str], sees_all: bool):
        self.cable, self.phrases = cable, phrases
        self.end = time.monotonic() + SECONDS
        self.is_whole = True
        self.rarest = [word for word in dict.fromkeys(map(rarest, phrases)) if word]
        cables = [*self._cables(), *self._versions()]
        if sees_all:
            cables += [*self._withheld(), *self._waiting()]
        texts = [*self._texts(), *self._pages()]
        if sees_all:
            texts += self._waiting_pages()
        self.cables = sorted(
            _more_than_part(cables), key=lambda other: (bool(other.kind), other.name)
        )
        self.texts = _more_than_part(texts)
        self.alone = [other for other in (*cables, *texts) if other.kind == PART]

    def shown(self, user) -> dict:
        """Return what the page shows; links lead to pages that this user may open."""

        def first(others: list[OtherText]) -> list[OtherText]:
            return [
                replace(other, address=if_open(user, other.address))
                for other in others[:MOST_SHOWN]
            ]

        return {
            "others": first(self.cables),
            "same": sum(not other.kind for other in self.cables),
            "near": sum(bool(other.kind) for other in self.cables),
            "texts": first(self.texts),
            "alone": first(self.alone),
            "alone_found": len(self.alone),
            "rarest": self.rarest,
            "most": MOST_SHOWN,
            "most_read": MOST_READ,
            "is_whole": self.is_whole,
        }

    def _cables(self) -> Iterator[OtherText]:
        """Yield published cables, first those that have the words themselves."""
        keys = self._find_keys(self._search_cables)
        rows = Cable.objects.using(READER).only("reference", "subject", "header", "body", "facts")
        for cable in self._rows_in_time(rows, keys):
            text = "\n".join((cable.subject, cable.header, cable.body, *_beside(cable)))
            if cable.pk != self.cable.pk:
                yield from self._check(cable.reference, _redaction_form(cable.reference), text)

    def _versions(self) -> Iterator[OtherText]:
        keys = self._find_keys(self._search_versions)
        rows = Version.objects.using(READER).exclude(cable=self.cable).select_related("cable")
        rows = rows.only("number", "subject", "header", "body", "cable__reference")
        for version in self._rows_in_time(rows, keys):
            text = f"{version.subject}\n{version.header}\n{version.body}"
            address = _redaction_form(version.cable.reference)
            yield from self._check(str(version), address, text)

    def _find_keys(self, search: Callable[[Sequence[Row]], list[int]]) -> dict[int, None]:
        """Return the primary keys of the texts that the queries find, as an ordered set.

        Rows with only the rarest word of a name come last. They may be too many, which does not
        make the search incomplete (`is_whole`).
        """
        keys: dict[int, None] = {}
        for queries in phrase_queries(self.phrases):
            keys |= dict.fromkeys(search(queries))
        if self.rarest:
            is_whole = self.is_whole
            forms = (form for word in self.rarest for form in (word, *broken([word])))
            keys |= dict.fromkeys(search([in_a_row(form) for form in forms]))
            self.is_whole = is_whole
        return keys

    def _withheld(self) -> Iterator[OtherText]:
        sealed = Sealed.objects.exclude(cable=self.cable).exclude(cable__withheld_reason="")
        sealed = sealed.filter(place__regex="^(cable|version|note|citing work)")
        sealed = sealed.select_related("cable").only("place", "values", "cable__reference")
        for each in self._in_time(sealed.iterator(chunk_size=100)):
            text = "\n".join(each.values[key] for key in SEALED_TEXTS if key in each.values)
            place = "" if each.place == "cable" else f" ({each.place})"
            name = f"{each.cable.reference}, withheld{place}"
            yield from self._check(name, _redaction_form(each.cable.reference), text)

    def _waiting(self) -> Iterator[OtherText]:
        rows = LoadRow.objects.filter(outcome__in=(*LoadRow.EMBARGOED, LoadRow.Outcome.HELD))
        for row in self._in_time(rows.exclude(reference=self.cable).iterator(chunk_size=100)):
            address = reverse("admin:cables_loadrow_change", args=[row.pk])
            name = f"{row.reference}, {row.get_outcome_display().lower()}"
            yield from self._check(name, address, row.raw)

    def _texts(self) -> Iterator[OtherText]:
        for article in self._in_time(Article.objects.all()):
            text = f"{article.title}\n{article.summary}\n{article.body}"
            address = reverse("admin:cables_article_change", args=[article.pk])
            yield from self._check(f"Article {article.title}", address, text)
        for version in self._in_time(TextVersion.objects.all()):
            address = reverse(f"admin:cables_{version.kind}_forget", args=[version.pk])
            yield from self._check(f"Earlier version of {version}", address, version.words)
        notes = Note.objects.exclude(cable=self.cable).select_related("cable")
        for note in self._in_time(notes.only("text", "cable__reference")):
            address = _redaction_form(note.cable.reference)
            yield from self._check(f"A note on {note.cable}", address, note.text)
        works = CitingWork.objects.exclude(cable=self.cable).select_related("cable")
        for work in self._in_time(works):
            address = _redaction_form(work.cable.reference)
            yield from self._check(f"A work that cites {work.cable}", address, work.words)

    def _pages(self) -> Iterator[OtherText]:
        """Yield what volumes print before their documents; of its own volume all is read."""
        rows = VolumePage.objects.using(READER)
        volume = edition_of(self.cable.facts).get("volume", "")
        keys = dict.fromkeys(rows.filter(volume=volume).values_list("pk", flat=True))
        for page in self._rows_in_time(rows, keys | self._find_keys(self._search_pages)):
            address = reverse("admin:cables_volumepage_withhold", args=[page.pk])
            yield from self._check(name_of_page(page), address, _text_of_page(page))

    def _waiting_pages(self) -> Iterator[OtherText]:
        for page in self._in_time(WaitingVolumePage.objects.all()):
            address = reverse("admin:cables_load_change", args=[page.load_id])
            name = f"{name_of_page(page)}, under embargo"
            yield from self._check(name, address, _text_of_page(page))

    def _search_cables(self, queries: Sequence[Row]) -> list[int]:
        """Return the primary keys of published cables that match one of the queries."""
        if time.monotonic() > self.end:
            self.is_whole = False
            return []
        in_fields = [each.in_index(field) for each in queries for field in SEARCHED]
        try:
            found = published_cables().with_any_of(in_fields)
        except IndexNotReady:
            self.is_whole = False
            return []
        return self._first_keys(found.keys(USUAL_ORDER, 0, MOST_READ + 1))

    def _search_versions(self, queries: Sequence[Row]) -> list[int]:
        """Return the primary keys of superseded texts that match one of the queries."""
        rows = Version.objects.using(READER).filter(cable__withheld_reason="")
        return self._search_rows(rows.alias(words=VERSION_WORDS), queries)

    def _search_pages(self, queries: Sequence[Row]) -> list[int]:
        """Return the primary keys of pages of volumes that match one of the queries."""
        rows = VolumePage.objects.using(READER).alias(words=PAGE_WORDS)
        return self._search_rows(rows, queries)

    def _search_rows(self, rows: QuerySet[Any], queries: Sequence[Row]) -> list[int]:
        """Return the primary keys of rows whose `words` match one of the queries."""
        seconds = self.end - time.monotonic()
        query = " | ".join(f"({each.in_postgresql()})" for each in queries)
        rows = rows.filter(words=tsquery(query))
        try:
            if seconds <= 0:
                raise TooSlow
            with statement_timeout(int(min(seconds * 1000, MOST_MILLISECONDS)) + 1):
                # Where it expects many rows, PostgreSQL would otherwise read all texts.
                set_for_now(enable_seqscan="off")
                return self._first_keys(list(rows.values_list("pk", flat=True)[: MOST_READ + 1]))
        except TooSlow:
            self.is_whole = False
            return []

    def _first_keys(self, keys: list[int]) -> list[int]:
        """Return the first MOST_READ keys; if there are more, the search is not complete."""
        if len(keys) > MOST_READ:
            self.is_whole = False
        return keys[:MOST_READ]

    def _rows_in_time(self, rows, keys: Iterable[int]) -> Iterator:
        """Yield rows by their primary keys, in that order, until the time is over."""
        keys = list(keys)
        for start in range(0, len(keys), 50):
            batch = keys[start : start + 50]
            found = rows.in_bulk(batch)
            yield from self._in_time(found[key] for key in batch if key in found)

    def _in_time(self, rows: Iterable) -> Iterator:
        for row in rows:
            if time.monotonic() > self.end:
                self.is_whole = False
                return
            yield row

    def _check(self, name: str, address: str, text: str) -> Iterator[OtherText]:
        """Yield a text if it has the words, else near misses, else the rarest word of a name."""
        if spans := find_phrases(text, self.phrases):
            yield OtherText(name, address, len(spans), "", Near("", "", spans[0]).context(text))
        elif near := [each for each in find_near(text, self.phrases) if each.kind != PART]:
            yield OtherText(name, address, len(near), near[0].kind, near[0].context(text))
        elif spans := find_phrases(text, self.rarest):
            yield OtherText(name, address, len(spans), PART, Near("", "", spans[0]).context(text))


def _beside(cable: Cable) -> list[str]:
    """Return what is printed beside the text of a cable, as the index has it."""
    edition = edition_of(cable.facts)
    notes = [each.text for each in beside_the_text.notes(edition)]
    return [*beside_the_text.senders(edition), *beside_the_text.recipients(edition), *notes]


def _text_of_page(page: PrintedPage) -> str:
    return "\n".join([page.title, *(block["text"] for block in page.blocks)])


def _more_than_part(others: Iterable[OtherText]) -> list[OtherText]:
    return [other for other in others if other.kind != PART]


def _redaction_form(reference: str) -> str:
    return f"{reverse('admin:cables_redaction_new')}?{urlencode({'cable': reference})}"
