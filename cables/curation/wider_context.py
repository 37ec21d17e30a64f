"""Show more of a text around the places of matches than is stored with them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..models import RedactionMatch
from ..names.redaction_near_misses import context_of
from ..telegram.redact_phrases import Span, find_phrases
from .archive_texts import PartedText, texts_of

WIDE = 160  # Characters on each side.
Place = Sequence[str]  # (name of the place, text before, words, text behind)


def wider_places(
    matches: Iterable[RedactionMatch], with_sealed: bool, expanded: int = 0
) -> dict[int, list[tuple[str, ...]]]:
    """Return {primary key of a match: its places, with 160 characters on each side}.

    The texts of the cables are read again, those that readers do not see only `with_sealed`.
    A place that is not there any more, or crosses a border of paragraphs, stays as it is stored.
    Of the match `expanded` the places that are not stored follow.
    """
    rows = list(matches)
    keys = sorted({row.cable_id for row in rows if row.cable_id})
    texts = {each.cable.pk: each.texts for each in texts_of(keys, with_sealed)}
    wider: dict[int, list[tuple[str, ...]]] = {}
    for row in rows:
        parts = [*_named_parts(texts.get(row.cable_id or 0, []))]
        found = _find_stored(row.places, parts)
        wider[row.pk] = [
            parts[each.part].around(each.span) if each else tuple(place[:4])
            for place, each in zip(row.places, found, strict=True)
        ]
        if row.pk == expanded:
            others = [each for each in _find_all(row, parts) if each not in found]
            wider[row.pk] += [parts[each.part].around(each.span) for each in others]
    return wider


class _Part(NamedTuple):
    """A part of a text."""

    name: str  # As places have it: "par2 of version 1".
    text: str
    is_sealed: bool

    def around(self, span: Span) -> tuple[str, ...]:
        return self.name, *context_of(span, self.text, WIDE)


class _Found(NamedTuple):
    """Where a form stands."""

    part: int  # Its number among the parts of the cable.
    span: Span


def _find_stored(places: Iterable[Place], parts: Sequence[_Part]) -> list[_Found | None]:
    """Return where each stored place is now, None if nowhere.

    Places that are alike are found one after the other, in the order of the text.
    """
    found: list[_Found | None] = []
    for place in places:
        candidates = _find_place(place, parts)
        found.append(next((each for each in candidates if each not in found), None))
    return found


def _find_place(place: Place, parts: Sequence[_Part]) -> Iterator[_Found]:
    """Yield where the parts with the name of a stored place have its words and text around."""
    name, *stored = place[:4]
    for number, part in enumerate(parts):
        if part.name == name:
            for match in re.finditer(re.escape(stored[1]), part.text):
                if [*context_of(match.span(), part.text)] == stored:
                    yield _Found(number, match.span())


def _find_all(match: RedactionMatch, parts: Sequence[_Part]) -> Iterator[_Found]:
    """Yield where the form of a match stands now, in such texts as it was found in."""
    for number, part in enumerate(parts):
        if part.is_sealed == match.is_sealed:
            for span in find_phrases(part.text, [match.form]):
                yield _Found(number, span)


def _named_parts(texts: Iterable[PartedText]) -> Iterator[_Part]:
    """Yield the parts of texts."""
    for text in texts:
        suffix = f" of {text.name}" if text.name else ""
        yield from (_Part(name + suffix, part, text.is_sealed) for name, part in text.parts)
