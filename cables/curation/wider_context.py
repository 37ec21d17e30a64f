"""Show more of a text around the places of matches than is stored with them."""

from collections.abc import Iterable, Iterator, Sequence

from ..models import RedactionMatch
from ..telegram.redact_phrases import find_phrases
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
        own = texts.get(row.cable_id or 0, [])
        wider[row.pk] = [_widened(place, own) for place in row.places]
        if row.pk == expanded:
            wider[row.pk] += [each for each in _all_places(row, own) if each not in wider[row.pk]]
    return wider


def _widened(place: Place, texts: Iterable[PartedText]) -> tuple[str, ...]:
    name, before, words, behind = place[:4]
    stored = before + words + behind
    for own, text in _named_parts(texts):
        at = text.find(stored) if own == name else -1
        if at >= 0:
            start = at + len(before)
            return _around(name, text, start, start + len(words))
    return name, before, words, behind


def _all_places(match: RedactionMatch, texts: Iterable[PartedText]) -> Iterator[tuple[str, ...]]:
    """Yield where the form of a match stands now, in such texts as it was found in."""
    for name, text in _named_parts(each for each in texts if each.is_sealed == match.is_sealed):
        for start, end in find_phrases(text, [match.form]):
            yield _around(name, text, start, end)


def _around(name: str, text: str, start: int, end: int) -> tuple[str, ...]:
    return name, text[max(0, start - WIDE) : start], text[start:end], text[end : end + WIDE]


def _named_parts(texts: Iterable[PartedText]) -> Iterator[tuple[str, str]]:
    """Yield (name as places have it, text) of the parts of texts."""
    for text in texts:
        suffix = f" of {text.name}" if text.name else ""
        yield from ((name + suffix, part) for name, part in text.parts)
