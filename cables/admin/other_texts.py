"""What else says the words of a redaction, or words near to them: in its cable and in all others.

Other cables are found by the indexes of words and then read, within a time: what there was no
time for is said. Withheld cables and records that wait are read one by one, for those who may see
originals.
"""

import time
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import accumulate, groupby
from operator import itemgetter, or_
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q
from django.urls import reverse

from ..curation.cable_decisions import contents_in
from ..curation.near_misses import (
    ALIKE,
    ATTACHED,
    INITIALS,
    MISSPELT,
    OTHERWISE,
    PART,
    PIECES,
    PLURAL,
    SPELT,
    Near,
    find_near,
)
from ..models import Article, Cable, LoadRow, Note, Sealed, Version
from ..models.querysets import READER
from ..models.search_vector import RECIPIENTS, VERSION_WORDS
from ..search.timeouts import TooSlow, set_for_now, statement_timeout
from ..telegram.phrases import find_phrases
from .near_miss_queries import MOST_MILLISECONDS, broken, phrase_query, questions, rarest

# In the order in which they are shown.
KINDS = (PIECES, ALIKE, PLURAL, INITIALS, OTHERWISE, SPELT, MISSPELT, ATTACHED, PART)
BESIDE = ("header", "around", "facts", "notes")  # Parts that no paragraph goes on from.
SAID = ("subject", "header", "body", "text")  # Of what is sealed.
MOST_FORMS = 60  # Of near misses in one cable.
MOST_SHOWN = 20  # Others of a kind.
MOST_READ = 300  # Cables that one question finds.
SECONDS = 6.0


@dataclass(slots=True)
class Form:
    """Words of a cable that are near to those of a redaction: how they are printed, and where."""

    said: str
    kind: str  # Of near_misses.py.
    context: tuple[str, str, str]  # Before it, as it is printed, behind it.
    count: int = 0
    places: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OtherText:
    """What else says the words, or what is near to them: what it is, and where at the desk."""

    name: str
    address: str
    count: int
    kind: str  # "" where it says the words themselves.
    context: tuple[str, str, str]


def forms_near(cable: Cable, place: str, phrases: Sequence[str]) -> list[Form]:
    """Return what readers see in a place of a cable, and its versions, that is near to phrases."""
    forms: dict[str, Form] = {}
    for where, said, near in _near_in(cable, place, phrases):
        form = forms.setdefault(near.form, Form(near.form, near.kind, near.context(said)))
        form.count += 1
        if where not in form.places:
            form.places.append(where)
    return sorted(forms.values(), key=_rank)


def _near_in(cable: Cable, place: str, phrases: Sequence[str]) -> Iterator[tuple[str, str, Near]]:
    """Yield (where it stands, the text it stands in, what is near to phrases there)."""
    for text, parts in groupby(contents_in(cable, place), key=itemgetter(0)):
        behind, inner = f" of {text}" if text else "", {}
        for _, part, said in parts:
            yield from ((part + behind, said, near) for near in find_near(said, phrases))
            if part not in BESIDE:
                inner[part] = said
        for over, said, near in _near_over(inner, phrases):
            yield over + behind, said, near


def _near_over(parts: dict[str, str], phrases: Sequence[str]) -> Iterator[tuple[str, str, Near]]:
    """Yield as `_near_in` does what begins in one part of a text and ends in another."""
    said = "\n\n".join(parts.values())
    starts = list(accumulate((len(each) + 2 for each in parts.values()), initial=0))
    for near in find_near(said, phrases):
        first, last = (bisect(starts, at) - 1 for at in (near.span[0], near.span[1] - 1))
        if first != last:
            names = list(parts)
            yield f"{names[first]} and {names[last]}", said, near


def _rank(form: Form) -> int:
    return KINDS.index(form.kind)


class Elsewhere:
    """What else says some phrases, or what is near to them. `is_whole`: all of it was looked at.

    `alone` has what says no more of a name than its rarest word.
    """

    def __init__(self, cable: Cable, phrases: Sequence[str], sees_all: bool):
        self.cable, self.phrases = cable, phrases
        self.end = time.monotonic() + SECONDS
        self.is_whole = True
        self.rarest = [word for word in dict.fromkeys(map(rarest, phrases)) if word]
        cables = [*self._cables(), *self._versions()]
        if sees_all:
            cables += [*self._withheld(), *self._waiting()]
        texts = list(self._texts())
        self.cables = sorted(
            _more_than_part(cables), key=lambda other: (bool(other.kind), other.name)
        )
        self.texts = _more_than_part(texts)
        self.alone = [other for other in (*cables, *texts) if other.kind == PART]

    def shown(self) -> dict:
        """Return what a page shows of it."""
        return {
            "others": self.cables[:MOST_SHOWN],
            "same": sum(not other.kind for other in self.cables),
            "near": sum(bool(other.kind) for other in self.cables),
            "texts": self.texts[:MOST_SHOWN],
            "alone": self.alone[:MOST_SHOWN],
            "alone_found": len(self.alone),
            "rarest": self.rarest,
            "most": MOST_SHOWN,
            "most_read": MOST_READ,
            "is_whole": self.is_whole,
        }

    def _cables(self) -> Iterator[OtherText]:
        """Yield published cables, those first that are found by the words themselves."""
        texts = Cable.objects.using(READER).only("reference", "subject", "header", "body")
        for cable in self._each(texts, self._found(Cable, "search_vector")):
            said = f"{cable.subject}\n{cable.header}\n{cable.body}"
            if cable.pk != self.cable.pk:
                yield from self._other(cable.reference, _form_of(cable.reference), said)

    def _versions(self) -> Iterator[OtherText]:
        texts = Version.objects.using(READER).exclude(cable=self.cable).select_related("cable")
        texts = texts.only("number", "subject", "header", "body", "cable__reference")
        for version in self._each(texts, self._found(Version, "said")):
            said = f"{version.subject}\n{version.header}\n{version.body}"
            yield from self._other(str(version), _form_of(version.cable.reference), said)

    def _found(self, model, vector: str) -> dict[int, None]:
        """Return the keys of cables, or of superseded texts, that answer a question.

        Those last that answer with the rarest word of a name alone: they may be many, and the
        rest is whole without them.
        """
        found: dict[int, None] = {}
        for asked in questions(self.phrases):
            found |= dict.fromkeys(self._asked(model, vector, asked))
        if model is Cable:
            asked = [phrase_query(phrase) for phrase in self.phrases]
            found |= dict.fromkeys(self._asked(model, "recipients", asked))
        if self.rarest:
            is_whole = self.is_whole
            asked = [phrase_query(form) for word in self.rarest for form in (word, *broken([word]))]
            found |= dict.fromkeys(self._asked(model, vector, asked))
            self.is_whole = is_whole
        return found

    def _withheld(self) -> Iterator[OtherText]:
        sealed = Sealed.objects.exclude(cable=self.cable).exclude(cable__withheld_reason="")
        sealed = sealed.filter(place__regex="^(cable|version|note)")
        sealed = sealed.select_related("cable").only("place", "values", "cable__reference")
        for each in self._in_time(sealed.iterator(chunk_size=100)):
            said = "\n".join(each.values[name] for name in SAID if name in each.values)
            place = "" if each.place == "cable" else f" ({each.place})"
            name = f"{each.cable.reference}, withheld{place}"
            yield from self._other(name, _form_of(each.cable.reference), said)

    def _waiting(self) -> Iterator[OtherText]:
        rows = LoadRow.objects.filter(outcome__in=(*LoadRow.EMBARGOED, LoadRow.Outcome.HELD))
        for row in self._in_time(rows.exclude(reference=self.cable).iterator(chunk_size=100)):
            address = reverse("admin:cables_loadrow_change", args=[row.pk])
            name = f"{row.reference}, {row.get_outcome_display().lower()}"
            yield from self._other(name, address, row.raw)

    def _texts(self) -> Iterator[OtherText]:
        """Yield articles and notes."""
        for article in self._in_time(Article.objects.all()):
            said = f"{article.title}\n{article.summary}\n{article.body}"
            address = reverse("admin:cables_article_change", args=[article.pk])
            yield from self._other(f"Article {article.title}", address, said)
        notes = Note.objects.exclude(cable=self.cable).select_related("cable")
        for note in self._in_time(notes.only("text", "cable__reference")):
            address = _form_of(note.cable.reference)
            yield from self._other(f"A note on {note.cable}", address, note.text)

    def _asked(self, model, vector: str, asked: Sequence[SearchQuery]) -> list[int]:
        """Return the keys of published rows whose `vector` answers one of some questions."""
        left = self.end - time.monotonic()
        rows = model.objects.using(READER)
        if model is Version:
            asked = [reduce(or_, asked)]  # They are few, and their words long to ask for.
            rows = rows.alias(said=VERSION_WORDS).filter(cable__withheld_reason="")
        else:
            rows = rows.alias(recipients=RECIPIENTS).filter(withheld_reason__lte="")
        rows = rows.filter(reduce(or_, (Q(**{vector: each}) for each in asked)))
        try:
            if left <= 0:
                raise TooSlow
            with statement_timeout(int(min(left * 1000, MOST_MILLISECONDS)) + 1):
                set_for_now(enable_seqscan="off")  # It reads all texts, once it expects many rows.
                found = list(rows.values_list("pk", flat=True)[: MOST_READ + 1])
        except TooSlow:
            self.is_whole = False
            return []
        if len(found) > MOST_READ:
            self.is_whole = False
        return found[:MOST_READ]

    def _each(self, rows, keys: Iterable[int]) -> Iterator:
        """Yield rows by their keys, in that order, while there is time."""
        keys = list(keys)
        for start in range(0, len(keys), 50):
            some = rows.in_bulk(keys[start : start + 50])
            yield from self._in_time(some[key] for key in keys[start : start + 50] if key in some)

    def _in_time(self, rows: Iterable) -> Iterator:
        for row in rows:
            if time.monotonic() > self.end:
                self.is_whole = False
                return
            yield row

    def _other(self, name: str, address: str, said: str) -> Iterator[OtherText]:
        """Yield a text with the words or, if it has none of them, with what is near to them.

        If there is no more than the rarest word of a name, yield it with that.
        """
        if spans := find_phrases(said, self.phrases):
            yield OtherText(name, address, len(spans), "", Near("", "", spans[0]).context(said))
        elif near := [each for each in find_near(said, self.phrases) if each.kind != PART]:
            yield OtherText(name, address, len(near), near[0].kind, near[0].context(said))
        elif spans := find_phrases(said, self.rarest):
            yield OtherText(name, address, len(spans), PART, Near("", "", spans[0]).context(said))


def _more_than_part(others: Iterable[OtherText]) -> list[OtherText]:
    return [other for other in others if other.kind != PART]


def _form_of(reference: str) -> str:
    """Return the address at which a cable can be redacted."""
    return f"{reverse('admin:cables_redaction_new')}?{urlencode({'cable': reference})}"
