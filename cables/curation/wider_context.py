"""Show more of a text around the places of matches than is stored with them."""

from collections.abc import Iterable, Iterator, Sequence

from ..models import RedactionMatch
from .archive_texts import PartedText, texts_of

WIDE = 160  # Characters on each side.
Place = Sequence[str]  # (name of the place, text before, words, text behind)


def wider_places(
    matches: Iterable[RedactionMatch], with_sealed: bool
) -> dict[int, list[tuple[str, ...]]]:
    """Return {primary key of a match: its places, with 160 characters on each side}.

    The texts of the cables are read again, those that readers do not see only `with_sealed`.
    A place that is not there any more, or crosses a border of paragraphs, stays as it is stored.
    """
    rows = list(matches)
    keys = sorted({row.cable_id for row in rows if row.cable_id})
    texts = {each.cable.pk: each.texts for each in texts_of(keys, with_sealed)}
    return {
        row.pk: [_widened(place, texts.get(row.cable_id or 0, ())) for place in row.places]
        for row in rows
    }


def _widened(place: Place, texts: Iterable[PartedText]) -> tuple[str, ...]:
    name, before, words, behind = place[:4]
    stored = before + words + behind
    for text in _named(name, texts):
        at = text.find(stored)
        if at >= 0:
            start, end = at + len(before), at + len(before) + len(words)
            return name, text[max(0, start - WIDE) : start], words, text[end : end + WIDE]
    return name, before, words, behind


def _named(name: str, texts: Iterable[PartedText]) -> Iterator[str]:
    """Yield the texts of the parts that a place may name."""
    for text in texts:
        suffix = f" of {text.name}" if text.name else ""
        yield from (part for own, part in text.parts if own + suffix == name)
