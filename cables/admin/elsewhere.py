"""What else says the words of a redaction, or words near to them: in its cable and in all others.

Other cables are found by the indexes of words and then read, within a time: what there was no
time for is said. Withheld cables and records that wait are read one by one, for those who may see
originals.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchQuery
from django.db import connections
from django.db.models import Q
from django.urls import reverse

from ..limits import TooSlow, in_time
from ..loader.deciding import said_in
from ..models import Article, Cable, LoadRow, Note, Sealed, Version
from ..near_misses import (
    ACROSS,
    ALIKE,
    ATTACHED,
    INITIALS,
    MISSPELT,
    OTHERWISE,
    PART,
    PIECES,
    PLURAL,
    Near,
    find_near,
    in_digits,
    kind_of,
)
from ..phrases import find_phrases, words_in
from ..querysets import READER
from ..search import CONFIG, RECIPIENTS, VERSION_WORDS, tsquery

# In the order in which they are shown.
KINDS = (PIECES, ALIKE, PLURAL, INITIALS, OTHERWISE, MISSPELT, ATTACHED, PART)
SAID = ("subject", "header", "body", "text")  # Of what is sealed.
MOST_FORMS = 60  # Of near misses in one cable.
MOST_SHOWN = 20  # Others of a kind.
MOST_READ = 300  # Cables that one question finds.
MOST_WORDS = 60  # Near to one word, in all cables.
SHORTEST_START = 4  # Letters that other words are looked for by.
SECONDS = 6.0
MOST_MILLISECONDS = 1_500  # For one question.
LIKE_IT = """
SELECT word FROM cables_word WHERE word %% %s OR word LIKE %s
ORDER BY similarity(word, %s) DESC LIMIT 1000
"""


@dataclass(slots=True)
class Form:
    """Words of a cable that are near to those of a redaction: how they are printed, and where."""

    said: str
    kind: str  # Of near_misses.py; ACROSS cannot be ticked.
    context: tuple[str, str, str]  # Before it, as it is printed, behind it.
    count: int = 0
    places: list[str] = field(default_factory=list)

    @property
    def can_be_ticked(self) -> bool:
        """Whether a redaction of words reaches it."""
        return self.kind != ACROSS


@dataclass(frozen=True, slots=True)
class Other:
    """What else says the words, or what is near to them: what it is, and where at the desk."""

    name: str
    address: str
    count: int
    kind: str  # "" where it says the words themselves.
    context: tuple[str, str, str]


def forms_near(cable: Cable, place: str, phrases: Sequence[str]) -> list[Form]:
    """Return what readers see in a place of a cable, and its versions, that is near to phrases."""
    forms: dict[str, Form] = {}
    for text, part, said in said_in(cable, place, originals=False):
        for near in find_near(said, phrases):
            form = forms.setdefault(near.form, Form(near.form, near.kind, near.context(said)))
            form.count += 1
            where = f"{part} of {text}" if text else part
            if where not in form.places:
                form.places.append(where)
    return [*across(cable, place, phrases), *sorted(forms.values(), key=_rank)]


def across(cable: Cable, place: str, phrases: Sequence[str]) -> Iterator[Form]:
    """Yield the words where they go over two parts of a text: no redaction of words reaches them.

    So it is where an empty line follows the hyphen of a broken word.
    """
    said, ends = "", []
    for text, part, more in said_in(cable, place, originals=False):
        if not text and part not in ("around", "facts", "notes"):
            said += f"{more}\n"
            ends.append((len(said), part))
    for start, end in find_phrases(said, phrases):
        first, last = (next(part for until, part in ends if at < until) for at in (start, end - 1))
        if first != last:
            near = Near(" ".join(said[start:end].split()), ACROSS, (start, end))
            yield Form(near.form, ACROSS, near.context(said), 1, [first, last])


def _rank(form: Form) -> int:
    return KINDS.index(form.kind)


class Elsewhere:
    """What else says some phrases, or what is near to them. `is_whole`: all of it was looked at."""

    def __init__(self, cable: Cable, phrases: Sequence[str], sees_all: bool):
        self.cable, self.phrases = cable, phrases
        self.end = time.monotonic() + SECONDS
        self.is_whole = True
        cables = [*self._cables(), *self._versions()]
        if sees_all:
            cables += [*self._withheld(), *self._waiting()]
        self.cables = sorted(cables, key=lambda other: (bool(other.kind), other.name))
        self.texts = list(self._texts())

    def shown(self) -> dict:
        """Return what a page shows of it."""
        return {
            "others": self.cables[:MOST_SHOWN],
            "same": sum(not other.kind for other in self.cables),
            "near": sum(bool(other.kind) for other in self.cables),
            "texts": self.texts[:MOST_SHOWN],
            "most": MOST_SHOWN,
            "is_whole": self.is_whole,
        }

    def _cables(self) -> Iterator[Other]:
        """Yield published cables, those first that are found by the words themselves."""
        found: dict[int, None] = {}
        for asked in questions(self.phrases):
            found |= dict.fromkeys(self._asked(Cable, Q(search_vector=asked)))
        for phrase in self.phrases:
            found |= dict.fromkeys(self._asked(Cable, Q(recipients=_phrase(phrase))))
        found.pop(self.cable.pk, None)
        texts = Cable.objects.using(READER).only("reference", "subject", "header", "body")
        for cable in self._each(texts, found):
            said = f"{cable.subject}\n{cable.header}\n{cable.body}"
            yield from self._other(cable.reference, _form_of(cable.reference), said)

    def _versions(self) -> Iterator[Other]:
        found: dict[int, None] = {}
        for asked in questions(self.phrases):
            found |= dict.fromkeys(self._asked(Version, Q(said=asked)))
        texts = Version.objects.using(READER).exclude(cable=self.cable).select_related("cable")
        texts = texts.only("number", "subject", "header", "body", "cable__reference")
        for version in self._each(texts, found):
            said = f"{version.subject}\n{version.header}\n{version.body}"
            yield from self._other(str(version), _form_of(version.cable.reference), said)

    def _withheld(self) -> Iterator[Other]:
        sealed = Sealed.objects.exclude(cable=self.cable).exclude(cable__withheld_reason="")
        sealed = sealed.filter(place__regex="^(cable|version|note)")
        sealed = sealed.select_related("cable").only("place", "values", "cable__reference")
        for each in self._in_time(sealed.iterator(chunk_size=100)):
            said = "\n".join(each.values[name] for name in SAID if name in each.values)
            place = "" if each.place == "cable" else f" ({each.place})"
            name = f"{each.cable.reference}, withheld{place}"
            yield from self._other(name, _form_of(each.cable.reference), said)

    def _waiting(self) -> Iterator[Other]:
        rows = LoadRow.objects.filter(outcome__in=(*LoadRow.EMBARGOED, LoadRow.Outcome.HELD))
        for row in self._in_time(rows.exclude(reference=self.cable).iterator(chunk_size=100)):
            address = reverse("admin:cables_loadrow_change", args=[row.pk])
            name = f"{row.reference}, {row.get_outcome_display().lower()}"
            yield from self._other(name, address, row.raw)

    def _texts(self) -> Iterator[Other]:
        """Yield articles and notes."""
        for article in self._in_time(Article.objects.all()):
            said = f"{article.title}\n{article.summary}\n{article.body}"
            address = reverse("admin:cables_article_change", args=[article.pk])
            yield from self._other(f"Article {article.title}", address, said)
        notes = Note.objects.exclude(cable=self.cable).select_related("cable")
        for note in self._in_time(notes.only("text", "cable__reference")):
            address = _form_of(note.cable.reference)
            yield from self._other(f"A note on {note.cable}", address, note.text)

    def _asked(self, model, asked: Q) -> list[int]:
        """Return the keys of published cables, or of superseded texts, that answer a question."""
        left = self.end - time.monotonic()
        rows = model.objects.using(READER)
        if model is Version:
            rows = rows.alias(said=VERSION_WORDS).filter(asked, cable__withheld_reason="")
        else:
            rows = rows.alias(recipients=RECIPIENTS).filter(asked, withheld_reason__lte="")
        try:
            if left <= 0:
                raise TooSlow
            with in_time(int(min(left * 1000, MOST_MILLISECONDS)) + 1):
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

    def _other(self, name: str, address: str, said: str) -> Iterator[Other]:
        """Yield a text with the words or, if it has none of them, with what is near to them."""
        if spans := find_phrases(said, self.phrases):
            yield Other(name, address, len(spans), "", Near("", "", spans[0]).context(said))
        elif near := [each for each in find_near(said, self.phrases) if each.kind != PART]:
            yield Other(name, address, len(near), near[0].kind, near[0].context(said))


def questions(phrases: Sequence[str]) -> Iterator[SearchQuery]:
    """Yield what the index of words is asked: the phrases, broken ones, and what is near to them.

    A phrase that is broken twice is not found so.
    """
    words = [words_in(phrase) for phrase in phrases]
    yield from map(_phrase, phrases)
    for each in words:
        yield from map(_phrase, broken(each))
    yield from (tsquery(asked) for asked in map(near_to, words) if asked)


def broken(words: Sequence[str]) -> Iterator[str]:
    """Yield a phrase as the index has it where its letters stand apart or one word is in two."""
    letters = "".join(words)
    if len(letters) > 1:
        yield " ".join(letters)
        yield ".".join(letters)
    for at, word in enumerate(words):
        for cut in range(1, len(word)):
            yield " ".join([*words[:at], word[:cut], word[cut:], *words[at + 1 :]])


def near_to(words: Sequence[str]) -> str:
    """Return a tsquery of what is near to a phrase, "" if there is nothing to ask for.

    A name of several words is looked for with one of them changed, with initials, without the
    words between the first and the last, and with the last one first.
    """
    forms = [_quoted([word, *like(word)]) for word in words]
    if len(words) == 1:
        start = f" | '{words[0]}':*" if len(words[0]) >= SHORTEST_START else ""
        return f"{forms[0]}{start}"
    if not words:
        return ""
    first, *_, last = forms
    short = [f"({form} | '{word[0]}')" for form, word in zip(forms, words, strict=True)]
    dotted = ".".join(word[0] for word in words[:-1])  # "J.Q." is one word of the index.
    orders = {
        *(" <-> ".join([*short[:-1], last]), f"{short[0]} <-> {last}"),
        *(f"'{dotted}' <-> {last}", f"{last} <-> {first}"),
    }
    return " | ".join(f"({order})" for order in sorted(orders))


def like(word: str) -> list[str]:
    """Return words of published cables that are near to one, and those that digits may make."""
    try:
        with in_time(MOST_MILLISECONDS), connections[READER].cursor() as cursor:
            cursor.execute(LIKE_IT, [word, f"%{word}%", word])
            known = [each for (each,) in cursor.fetchall() if kind_of(each, word)]
    except TooSlow:
        known = []
    return [*known[:MOST_WORDS], *in_digits(word)]


def _quoted(words: Iterable[str]) -> str:
    return "(" + " | ".join(f"'{word}'" for word in dict.fromkeys(words)) + ")"


def _phrase(phrase: str) -> SearchQuery:
    return SearchQuery(phrase, search_type="phrase", config=CONFIG)


def _form_of(reference: str) -> str:
    """Return the address at which a cable can be redacted."""
    return f"{reverse('admin:cables_redaction_new')}?{urlencode({'cable': reference})}"
