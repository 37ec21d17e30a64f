"""Words that readers may not see -> a mark in their place. Paragraphs keep ids, number and order.

Blocks are cut from the original first, then redacted, so that words are found across the lines
and page breaks of a paragraph. Of words that go over two paragraphs each has its part struck. A
mark does not tell how long the words were.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from .paragraphs import find_spans, segment
from .paragraphs.blocks import fingerprint
from .paragraphs.line_starts import PORTION_MARK, find_number
from .phrases import Span, find_phrases, holds, join_spans
from .references import canonical_reference

MARK = "[redacted]"
# Where a redaction holds, beside the ids of paragraphs.
EVERYWHERE, HEAD, NOTES = "", "head", "notes"
NUMBER_ENDS = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")


class TornError(ValueError):
    """A redaction would cut the paragraphs otherwise: their ids would lead elsewhere."""


@dataclass(frozen=True, slots=True)
class Strike:
    """What readers may not see: phrases, or with none the whole of one paragraph."""

    place: str  # EVERYWHERE, HEAD, NOTES, or the id of a paragraph.
    words: tuple[str, ...] = ()


@dataclass(slots=True)
class Redacted:
    """A text with its marks. `touched` are the parts that have one: {part: its fingerprint}.

    A part is "header", "preamble", "around" (page breaks and the end), or a paragraph's id; the
    fingerprint is that of the original, by which a new text of it is recognised.
    """

    header: str
    body: str
    touched: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a text, and the spans of it that are read as one."""

    name: str
    spans: list[Span]


def redact(header: str, body: str, ids: Sequence[str], strikes: Iterable[Strike]) -> Redacted:
    """Return a text as readers may see it. `ids` are those that its blocks are published under.

    Raises TornError where the blocks of the result would not be those of the original.
    """
    strikes = list(strikes)
    result = Redacted(header, body)
    if not strikes:
        return result
    result.header = _struck(header, _header_parts(header), strikes, result.touched)
    result.body = _struck(body, _body_parts(body, ids), strikes, result.touched)
    if result.body != body and segment(result.body).ids != segment(body).ids:
        raise TornError("The paragraphs would be cut otherwise. Redact the whole paragraph.")
    return result


def scrub(value, phrases: Sequence[str]):
    """Return a JSON value with a mark for every phrase in its texts."""
    if isinstance(value, str):
        return _marked(value, phrases)
    if isinstance(value, dict):
        return {name: scrub(each, phrases) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [scrub(each, phrases) for each in value]
    return value


def without(values: Iterable[str], phrases: Sequence[str]) -> list[str]:
    """Return those of some codes, references or addresses that hold no phrase."""
    meant = {_as_reference(phrase) for phrase in phrases}

    def is_clean(value):
        parted = NUMBER_ENDS.sub(" ", value)  # "09ROME7" holds "Rome".
        return value not in meant and not holds(value, phrases) and not holds(parted, phrases)

    return [value for value in values if is_clean(value)]


def is_marked(text: str) -> bool:
    """Return whether a text shows that something in it is redacted."""
    return MARK in text.lower()


def said_by_part(header: str, body: str, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return (part, what it says) of the parts of a text, in order."""
    texts = [(header, part) for part in _header_parts(header)]
    texts += [(body, part) for part in _body_parts(body, ids)]
    return [(part.name, _joined(text, part.spans)[0]) for text, part in texts]


def parts_struck(header: str, body: str, ids: Sequence[str], strike: Strike) -> list[str]:
    """Return the parts of a text of which a strike takes something, in order."""
    struck: dict[str, str] = {}
    _struck(header, _header_parts(header), [strike], struck)
    _struck(body, _body_parts(body, ids), [strike], struck)
    return list(struck)


def fingerprints_of(header: str, body: str, ids: Sequence[str]) -> dict[str, str]:
    """Return {part: its fingerprint} of a whole text, as `Redacted.touched` has them."""
    return {name: fingerprint(said) for name, said in said_by_part(header, body, ids)}


def _as_reference(phrase: str) -> str:
    try:
        return canonical_reference(phrase, any_year=True)
    except ValueError:
        return ""


def _mark_for(words: str) -> str:
    """Return the mark, in capitals among capitals: a line in capitals is read as a heading."""
    return MARK.upper() if words.isupper() else MARK


def _marked(text: str, phrases: Sequence[str]) -> str:
    for start, end in reversed(find_phrases(text, phrases)):
        text = text[:start] + _mark_for(text[start:end]) + text[end:]
    return text


def _header_parts(header: str) -> list[_Part]:
    return [_Part("header", _lines_of(header, 0, len(header)))]


def _body_parts(body: str, ids: Sequence[str]) -> list[_Part]:
    """Return the preamble, each block, and what stands around them."""
    preamble, blocks = find_spans(body)
    parts = [_Part("preamble", preamble)]
    parts += [_Part(name, spans) for name, spans in zip(ids, blocks, strict=True)]
    at = 0
    for start, end in sorted(span for part in parts.copy() for span in part.spans):
        parts.append(_Part("around", _lines_of(body, at, start)))
        at = end
    return [*parts, _Part("around", _lines_of(body, at, len(body)))]


def _lines_of(text: str, start: int, end: int) -> list[Span]:
    """Return the spans of the lines between two offsets that say something."""
    found = re.finditer(r"[^\n]*\S", text[start:end])
    return [(start + each.start(), start + each.end()) for each in found]


def _joined(text: str, spans: Sequence[Span]) -> tuple[str, list[int]]:
    """Return what some spans say, a line each, and where each character stands."""
    offsets: list[int] = []
    for start, end in spans:
        offsets += [*range(start, end), end]
    return "\n".join(text[start:end] for start, end in spans), offsets


def _struck(text: str, parts: Sequence[_Part], strikes: Sequence[Strike], touched: dict) -> str:
    cuts = []
    torn = _torn(text, parts, strikes)
    for part in parts:
        if found := list(_cuts(text, part, strikes, torn.get(part.name, ()))):
            touched[part.name] = fingerprint(_joined(text, part.spans)[0])
            cuts += found
    for start, end, mark in sorted(cuts, reverse=True):
        text = text[:start] + mark + text[end:]
    return text


def _torn(text: str, parts: Iterable[_Part], strikes: Iterable[Strike]) -> dict[str, list[Span]]:
    """Return {part: where in it} of words that begin in one part and end in another.

    A strike that reaches one of the parts takes all of the word: half of it gives it away.
    """
    inner = [part for part in parts if part.name != "around" and part.spans]
    said = [_joined(text, part.spans)[0] for part in inner]
    starts = list(accumulate((len(each) + 2 for each in said), initial=0))
    found: dict[str, list[Span]] = {}
    for strike in strikes:
        for start, end in find_phrases("\n\n".join(said), strike.words):
            pieces = [
                (part, (max(start - at, 0), min(end - at, len(one))))
                for part, one, at in zip(inner, said, starts, strict=False)
                if start < at + len(one) and at < end
            ]
            if len(pieces) > 1 and any(_is_about(strike, part) for part, _ in pieces):
                for part, span in pieces:
                    found.setdefault(part.name, []).append(span)
    return found


def _cuts(
    text: str, part: _Part, strikes: Sequence[Strike], torn: Iterable[Span]
) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, what stands there instead) for one part of a text; none overlap.

    `torn` are where the part has some of a word that another part has the rest of.
    """
    mine = [strike for strike in strikes if _is_about(strike, part)]
    if any(not strike.words for strike in mine):
        yield from _whole(text, part.spans)
        return
    phrases = [phrase for strike in mine for phrase in strike.words]
    joined, offsets = _joined(text, part.spans)
    for start, end in join_spans([*find_phrases(joined, phrases), *torn]):
        first, last = offsets[start], offsets[end - 1] + 1
        mark = _mark_for(joined[start:end])
        for at, to in part.spans:
            if at < last and first < to:
                yield _piece(text, (at, to), (max(at, first), min(to, last)), mark, at <= first)


def _is_about(strike: Strike, part: _Part) -> bool:
    if strike.place == EVERYWHERE:
        return True
    if strike.place == HEAD:
        return part.name in ("header", "preamble", "around")
    return strike.place == part.name


def _piece(text: str, line: Span, struck: Span, mark: str, is_first: bool) -> tuple[int, int, str]:
    """Return the cut in one line of words that may go over several: one mark, no empty line."""
    start, end = struck
    if is_first:
        return start, end, mark
    while end < line[1] and text[end] == " ":
        end += 1
    return start, end, mark if (start, end) == line else ""


def _whole(text: str, spans: Sequence[Span]) -> Iterator[tuple[int, int, str]]:
    """Yield the cuts of a whole paragraph: its number and portion mark stay, its lines go."""
    (start, end), *others = spans
    kept = start + _prefix(text[start:end])
    mark = _mark_for(text[kept:end]) + "."
    yield kept, end, f" {mark}" if kept == end else mark
    for start, end in others:
        row = text.rfind("\n", 0, start) + 1
        behind = text.find("\n", end)
        behind = len(text) if behind < 0 else behind
        alone = not text[row:start].strip() and not text[end:behind].strip()
        yield (row - 1, behind, "") if alone and row else (start, end, "")


def _prefix(line: str) -> int:
    """Return how many characters of a paragraph's first line are its number and portion mark."""
    number = re.match(r"[ \t]*[\d-]+[.)]?[ \t]*", line) if find_number(line) else None
    start = number.end() if number else 0
    mark = PORTION_MARK.match(line, start)
    end = mark.end() if mark else start
    return end + len(line[end:]) - len(line[end:].lstrip())
