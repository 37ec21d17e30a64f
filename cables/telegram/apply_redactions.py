"""Replace words that readers may not see by a mark. Paragraphs keep their ids, numbers and order.

The original text is cut into blocks before it is redacted, so that phrases are found across the
lines and page breaks of a paragraph. A phrase that begins in one paragraph and ends in the next is
struck in both. A mark does not show how long the words were.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

from .paragraphs import find_spans, segment
from .paragraphs.blocks import fingerprint
from .paragraphs.line_starts import PORTION_MARK, find_number
from .redaction_matching import Span, find_phrases, holds, join_spans
from .references import canonical_reference

MARK = "[redacted]"
# Places of redactions, besides the ids of paragraphs.
EVERYWHERE, HEAD, NOTES = "", "head", "notes"
NUMBER_ENDS = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")

Value = TypeVar("Value")


class TornError(ValueError):
    """A redaction would change how the text is cut into paragraphs, and so their ids."""


@dataclass(frozen=True, slots=True)
class Strike:
    """Words that readers may not see: phrases in a place, or a whole paragraph."""

    place: str  # EVERYWHERE, HEAD, NOTES, or the id of a paragraph.
    words: tuple[str, ...] = ()  # Empty: the whole paragraph.


@dataclass(slots=True)
class Redacted:
    """A text with its marks. `touched` is {part with a mark: fingerprint of the original part}.

    A part is "header", "preamble", "around" (page breaks and the end), or a paragraph's id. A new
    text that differs in one of these parts has other fingerprints.
    """

    header: str
    body: str
    touched: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a text: its name, and the spans of its lines, which are searched as one text."""

    name: str
    spans: list[Span]


class _Cut(NamedTuple):
    """Replace text[start:end] by `mark`."""

    start: int
    end: int
    mark: str


def redact(header: str, body: str, ids: Sequence[str], strikes: Iterable[Strike]) -> Redacted:
    """Return a text as readers may see it. `ids` are the published ids of its blocks.

    Raises TornError if the redacted body would not be cut into the same blocks.
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


def scrub(value: Value, phrases: Sequence[str]) -> Value:
    """Return a JSON value in which every phrase in its texts is replaced by a mark."""
    scrubbed: Value = _scrubbed(value, phrases)
    return scrubbed


def _scrubbed(value: Any, phrases: Sequence[str]) -> Any:
    if isinstance(value, str):
        return _marked(value, phrases)
    if isinstance(value, dict):
        return {name: _scrubbed(each, phrases) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_scrubbed(each, phrases) for each in value)
    return value


def without(values: Iterable[str], phrases: Sequence[str]) -> list[str]:
    """Return the codes, references or addresses that hold no phrase."""
    redacted = {_as_reference(phrase) for phrase in phrases}

    def is_clean(value: str) -> bool:
        parted = NUMBER_ENDS.sub(" ", value)  # "09ROME7" holds "Rome".
        return value not in redacted and not holds(value, phrases) and not holds(parted, phrases)

    return [value for value in values if is_clean(value)]


def is_marked(text: str) -> bool:
    """Return whether something in a text is redacted."""
    return MARK in text.lower()


def said_by_part(header: str, body: str, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return (name, text) of the parts of a text, in order."""
    texts = [(header, part) for part in _header_parts(header)]
    texts += [(body, part) for part in _body_parts(body, ids)]
    return [(part.name, _joined(text, part.spans)[0]) for text, part in texts]


def parts_struck(header: str, body: str, ids: Sequence[str], strike: Strike) -> list[str]:
    """Return the names of the parts in which a strike removes something, in order."""
    touched: dict[str, str] = {}
    _struck(header, _header_parts(header), [strike], touched)
    _struck(body, _body_parts(body, ids), [strike], touched)
    return list(touched)


def fingerprints_of(header: str, body: str, ids: Sequence[str]) -> dict[str, str]:
    """Return {part: its fingerprint} of a whole text, as in `Redacted.touched`."""
    return {name: fingerprint(text) for name, text in said_by_part(header, body, ids)}


def _as_reference(phrase: str) -> str:
    """Return the canonical reference that a phrase is, "" if it is none."""
    try:
        return canonical_reference(phrase, any_year=True)
    except ValueError:
        return ""


def _mark_for(words: str) -> str:
    """Return the mark for some words, in capitals if they are: a line in capitals is a heading."""
    return MARK.upper() if words.isupper() else MARK


def _marked(text: str, phrases: Sequence[str]) -> str:
    for start, end in reversed(find_phrases(text, phrases)):
        text = text[:start] + _mark_for(text[start:end]) + text[end:]
    return text


def _header_parts(header: str) -> list[_Part]:
    return [_Part("header", _lines_of(header, 0, len(header)))]


def _body_parts(body: str, ids: Sequence[str]) -> list[_Part]:
    """Return the preamble, the blocks, and the lines between them ("around")."""
    preamble, blocks = find_spans(body)
    parts = [_Part("preamble", preamble)]
    parts += [_Part(name, spans) for name, spans in zip(ids, blocks, strict=True)]
    at = 0
    for start, end in sorted(span for part in parts.copy() for span in part.spans):
        parts.append(_Part("around", _lines_of(body, at, start)))
        at = end
    return [*parts, _Part("around", _lines_of(body, at, len(body)))]


def _lines_of(text: str, start: int, end: int) -> list[Span]:
    """Return the spans of the lines in text[start:end] that are not blank."""
    lines = re.finditer(r"[^\n]*\S", text[start:end])
    return [(start + line.start(), start + line.end()) for line in lines]


def _joined(text: str, spans: Sequence[Span]) -> tuple[str, list[int]]:
    """Return the text of some spans, joined by line breaks, and the offset of each character."""
    offsets: list[int] = []
    for start, end in spans:
        offsets += [*range(start, end), end]
    return "\n".join(text[start:end] for start, end in spans), offsets


def _struck(
    text: str, parts: Sequence[_Part], strikes: Sequence[Strike], touched: dict[str, str]
) -> str:
    """Return a redacted text; add the fingerprints of the parts that have a mark to `touched`."""
    cuts: list[_Cut] = []
    shared = _spans_over_two(text, parts, strikes)
    for part in parts:
        if cuts_of_part := list(_cuts(text, part, strikes, shared.get(part.name, ()))):
            touched[part.name] = fingerprint(_joined(text, part.spans)[0])
            cuts += cuts_of_part
    for start, end, mark in sorted(cuts, reverse=True):
        text = text[:start] + mark + text[end:]
    return text


def _spans_over_two(
    text: str, parts: Iterable[_Part], strikes: Iterable[Strike]
) -> dict[str, list[Span]]:
    """Return {part: spans in its text} of phrases that begin in one part and end in another.

    A strike that applies to one of these parts takes the phrase from all of them: the rest of it
    would give it away.
    """
    inner = [part for part in parts if part.name != "around" and part.spans]
    texts = [_joined(text, part.spans)[0] for part in inner]
    starts = list(accumulate((len(each) + 2 for each in texts), initial=0))
    spans: dict[str, list[Span]] = {}
    for strike in strikes:
        for start, end in find_phrases("\n\n".join(texts), strike.words):
            pieces = [
                (part, (max(start - at, 0), min(end - at, len(one))))
                for part, one, at in zip(inner, texts, starts, strict=False)
                if start < at + len(one) and at < end
            ]
            if len(pieces) > 1 and any(_applies(strike, part) for part, _ in pieces):
                for part, span in pieces:
                    spans.setdefault(part.name, []).append(span)
    return spans


def _cuts(
    text: str, part: _Part, strikes: Sequence[Strike], shared: Iterable[Span]
) -> Iterator[_Cut]:
    """Yield the cuts in one part of a text; none overlap.

    `shared` are the spans, in the part's own text, of phrases that go on in another part.
    """
    applying = [strike for strike in strikes if _applies(strike, part)]
    if any(not strike.words for strike in applying):
        yield from _whole(text, part.spans)
        return
    phrases = [phrase for strike in applying for phrase in strike.words]
    joined, offsets = _joined(text, part.spans)
    for start, end in join_spans([*find_phrases(joined, phrases), *shared]):
        first, last = offsets[start], offsets[end - 1] + 1
        mark = _mark_for(joined[start:end])
        for line in part.spans:
            if line[0] < last and first < line[1]:
                struck = max(line[0], first), min(line[1], last)
                yield _cut_in_line(text, line, struck, mark, line[0] <= first)


def _applies(strike: Strike, part: _Part) -> bool:
    """Return whether a strike applies to a part, by its place."""
    if strike.place == EVERYWHERE:
        return True
    if strike.place == HEAD:
        return part.name in ("header", "preamble", "around")
    return strike.place == part.name


def _cut_in_line(text: str, line: Span, struck: Span, mark: str, is_first: bool) -> _Cut:
    """Return the cut of a phrase in one line. `is_first` says that the phrase begins there.

    Of a phrase over several lines the first gets the mark; others only if they would be empty.
    """
    start, end = struck
    if is_first:
        return _Cut(start, end, mark)
    while end < line[1] and text[end] == " ":
        end += 1
    return _Cut(start, end, mark if (start, end) == line else "")


def _whole(text: str, spans: Sequence[Span]) -> Iterator[_Cut]:
    """Yield the cuts of a whole paragraph, without its number and portion mark."""
    (start, end), *others = spans
    kept = start + _prefix(text[start:end])
    mark = _mark_for(text[kept:end]) + "."
    yield _Cut(kept, end, f" {mark}" if kept == end else mark)
    for start, end in others:
        row = text.rfind("\n", 0, start) + 1
        behind = text.find("\n", end)
        behind = len(text) if behind < 0 else behind
        alone = not text[row:start].strip() and not text[end:behind].strip()
        yield _Cut(row - 1, behind, "") if alone and row else _Cut(start, end, "")


def _prefix(line: str) -> int:
    """Return how many characters of a paragraph's first line are its number and portion mark."""
    number = re.match(r"[ \t]*[\d-]+[.)]?[ \t]*", line) if find_number(line) else None
    start = number.end() if number else 0
    mark = PORTION_MARK.match(line, start)
    end = mark.end() if mark else start
    return end + len(line[end:]) - len(line[end:].lstrip())
