"""Redact the parts of a text: header, preamble, paragraphs. These keep their ids and order.

The original text is cut into blocks before it is redacted, so that phrases are found across the
lines and page breaks of a paragraph. A phrase that begins in one paragraph and ends in the next is
struck in both.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import NamedTuple

from .paragraphs import Blocks, find_spans, pin, segment
from .paragraphs.blocks import fingerprint
from .paragraphs.line_starts import PORTION_MARK, find_number
from .redact_phrases import Span, find_phrases, holds, join_spans, mark_like, marks_for

# Places of redactions, besides the ids of paragraphs.
EVERYWHERE, HEAD, NOTES = "", "head", "notes"
HEAD_PARTS = ("header", "preamble", "around", "facts")


class TornError(ValueError):
    """A redaction would change how the text is cut into paragraphs, and so their ids."""


@dataclass(frozen=True, slots=True)
class Strike:
    """Words that readers may not see: phrases in a place, or a whole paragraph."""

    place: str  # EVERYWHERE, HEAD, NOTES, or the id of a paragraph.
    words: tuple[str, ...] = ()  # Empty: the whole paragraph.


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a redaction can reach of one text of a cable; `ids` are those of its blocks."""

    header: str
    body: str
    ids: Sequence[str]
    facts: Sequence[object] = ()  # JSON values.
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with its marks. `touched` is {part with a mark: fingerprint of the original part}.

    A part is "header", "preamble", "around" (page breaks and the end), or a paragraph's id. A new
    text that differs in one of these parts has other fingerprints.
    """

    header: str
    body: str
    blocks: Blocks  # With the published ids.
    touched: dict[str, str]
    struck: list[list[str]]  # The parts that each strike removes words from, but for "around".


class _Part(NamedTuple):
    """One part of a text. The text of its lines is searched as a whole."""

    name: str
    spans: list[Span]  # Its lines, in the text.
    text: str  # The lines joined by line breaks.
    offsets: list[int]  # Where each character of `text` stands.


class _Cut(NamedTuple):
    """Replace text[start:end] by `mark`."""

    start: int
    end: int
    mark: str


def redact(header: str, body: str, ids: Sequence[str], strikes: Sequence[Strike]) -> Redacted:
    """Return a text as readers may see it. `ids` are the published ids of its blocks.

    Raises TornError if the redacted body would not be cut into the same blocks.
    """
    touched: dict[str, str] = {}
    struck: list[list[str]] = [[] for _ in strikes]
    parted = _parts_of(header, body, ids)
    shown = [_with_marks(text, parts, strikes, touched, struck) for text, parts in parted]
    blocks = segment(shown[1])
    if shown[1] != body and blocks.ids != segment(body).ids:
        raise TornError("The paragraphs would be cut otherwise. Redact the whole paragraph.")
    blocks = pin(blocks, ids, blocks.fingerprints)
    return Redacted(shown[0], shown[1], blocks, touched, struck)


def said_at(contents: Contents, place: str) -> list[tuple[str, str]]:
    """Return (name, text) of the parts in a place of a redaction, "facts" and "notes" too."""
    texts = _parts_of(contents.header, contents.body, contents.ids)
    said = [(part.name, part.text) for _, parts in texts for part in parts]
    return [(name, text) for name, text in said + _beside(contents) if _is_at(place, name)]


def parts_struck(contents: Contents, strike: Strike) -> list[str]:
    """Return the names, as `said_at`, of the parts in which a strike removes something."""
    names: list[str] = []
    for _, parts in _parts_of(contents.header, contents.body, contents.ids):
        spans = _spans_struck(parts, strike)
        names += [part.name for part, each in zip(parts, spans, strict=True) if each]
    for name, text in _beside(contents):
        if _is_at(strike.place, name) and holds(text, strike.words):
            names.append(name)
    return list(dict.fromkeys(names))


def spans_struck(contents: Contents, strike: Strike) -> tuple[list[Span], list[Span]]:
    """Return the spans of header and of body that a strike removes, line by line, in order."""
    header, body = (
        join_spans(
            span
            for part, spans in zip(parts, _spans_struck(parts, strike), strict=True)
            for span in _on_lines(text, part, spans, is_whole=not strike.words)
        )
        for text, parts in _parts_of(contents.header, contents.body, contents.ids)
    )
    return header, body


def _on_lines(text: str, part: _Part, spans: Iterable[Span], *, is_whole: bool) -> Iterator[Span]:
    """Yield spans of a part's text as spans of the text; of a whole part not its number."""
    kept = number_and_mark(text[slice(*part.spans[0])]) if is_whole and part.spans else 0
    for start, end in spans:
        first, last = part.offsets[start] + kept, part.offsets[end - 1] + 1
        for line in part.spans:
            if line[0] < last and first < line[1]:
                yield max(line[0], first), min(line[1], last)


def _beside(contents: Contents) -> list[tuple[str, str]]:
    """Return (name, text) of what is said beside a text."""
    facts = "\n".join(strings_in(contents.facts))
    return [("facts", facts), *(("notes", note) for note in contents.notes)]


def strings_in(value: object) -> Iterator[str]:
    """Yield the strings in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings_in(each)


def fingerprints_of(header: str, body: str, ids: Sequence[str]) -> dict[str, str]:
    """Return {part: its fingerprint} of a whole text, as in `Redacted.touched`."""
    texts = _parts_of(header, body, ids)
    return {part.name: fingerprint(part.text) for _, parts in texts for part in parts}


def _parts_of(header: str, body: str, ids: Sequence[str]) -> list[tuple[str, list[_Part]]]:
    """Return (text, its parts) of header and body. The lines between blocks are "around"."""
    preamble, blocks = find_spans(body)
    parts = [("preamble", preamble), *zip(ids, blocks, strict=True)]
    inside = sorted(span for _, spans in parts for span in spans)
    ends = [0, *(end for _, end in inside)]
    starts = [*(start for start, _ in inside), len(body)]
    for end, start in zip(ends, starts, strict=True):
        parts.append(("around", _lines_of(body, end, start)))
    return [
        (header, [_part(header, "header", _lines_of(header, 0, len(header)))]),
        (body, [_part(body, name, spans) for name, spans in parts]),
    ]


def _lines_of(text: str, start: int, end: int) -> list[Span]:
    """Return the spans of the lines in text[start:end] that are not blank."""
    lines = re.finditer(r"[^\n]*\S", text[start:end])
    return [(start + line.start(), start + line.end()) for line in lines]


def _part(text: str, name: str, spans: list[Span]) -> _Part:
    lines = [text[start:end] for start, end in spans]
    offsets = [at for start, end in spans for at in range(start, end + 1)]
    return _Part(name, spans, "\n".join(lines), offsets)


def _spans_struck(parts: Sequence[_Part], strike: Strike) -> list[list[Span]]:
    """Return for each part the spans of its text that a strike removes.

    A strike that applies to one of the parts in which a phrase begins and ends takes it from all
    of them: the rest of it would give it away.
    """
    spans = [_spans_in(part, strike) for part in parts]
    pairs = zip(parts, spans, strict=True)
    inner = [(part, own) for part, own in pairs if part.name != "around" and part.spans]
    at = list(accumulate((len(part.text) + 2 for part, _ in inner), initial=0))
    for start, end in find_phrases("\n\n".join(part.text for part, _ in inner), strike.words):
        over = [
            (part, own, _inside(part, start - first, end - first))
            for (part, own), first in zip(inner, at, strict=False)
            if start < first + len(part.text) and first < end
        ]
        if len(over) > 1 and any(_is_at(strike.place, part.name) for part, _, _ in over):
            for _, own, span in over:
                own.append(span)
    return spans


def _inside(part: _Part, start: int, end: int) -> Span:
    """Return what a part has of a phrase that begins or ends in another; not its number."""
    end = min(end, len(part.text))
    if start >= 0:
        return start, end
    kept = number_and_mark(part.text.partition("\n")[0])
    return (kept if kept < end else 0), end


def _spans_in(part: _Part, strike: Strike) -> list[Span]:
    """Return the spans that a strike removes inside one part; all of it without words."""
    if not _is_at(strike.place, part.name):
        return []
    return find_phrases(part.text, strike.words) if strike.words else [(0, len(part.text))]


def _is_at(place: str, part: str) -> bool:
    """Return whether a part is in a place of a redaction."""
    return place in (EVERYWHERE, part) or (place == HEAD and part in HEAD_PARTS)


def _with_marks(
    text: str,
    parts: Sequence[_Part],
    strikes: Sequence[Strike],
    touched: dict[str, str],
    struck: Sequence[list[str]],
) -> str:
    """Return a redacted text; add to `touched` and `struck` as `Redacted` has them."""
    cuts: list[_Cut] = []
    found = [_spans_struck(parts, strike) for strike in strikes]
    for part, *by_strike in zip(parts, *found, strict=True):
        spans = join_spans(chain(*by_strike))
        if spans:
            touched[part.name] = fingerprint(part.text)
        is_whole = False
        for strike, names, own in zip(strikes, struck, by_strike, strict=True):
            is_whole = is_whole or (bool(own) and not strike.words)
            names += [part.name] if own and part.name != "around" else []
        cuts += _whole(text, part.spans) if is_whole else _cuts(text, part, spans)
    for start, end, mark in sorted(cuts, reverse=True):
        text = text[:start] + mark + text[end:]
    return text


def _cuts(text: str, part: _Part, spans: Sequence[Span]) -> Iterator[_Cut]:
    """Yield the cuts of some spans of a part's text, which do not overlap."""
    for (start, end), mark in zip(spans, marks_for(part.text, spans), strict=True):
        first, last = part.offsets[start], part.offsets[end - 1] + 1
        for line in part.spans:
            if line[0] < last and first < line[1]:
                struck = max(line[0], first), min(line[1], last)
                yield _cut_in_line(text, line, struck, mark, line[0] <= first)


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
    kept = start + number_and_mark(text[start:end])
    mark = mark_like(text[:start] + text[spans[-1][1] :], text[kept:end]) + "."
    yield _Cut(kept, end, f" {mark}" if kept == end else mark)
    for start, end in others:
        row = text.rfind("\n", 0, start) + 1
        behind = text.find("\n", end)
        behind = len(text) if behind < 0 else behind
        alone = not text[row:start].strip() and not text[end:behind].strip()
        yield _Cut(row - 1, behind, "") if alone and row else _Cut(start, end, "")


def number_and_mark(line: str) -> int:
    """Return how many characters of a paragraph's first line are its number and portion mark."""
    number = re.match(r"[ \t]*[\d-]+[.)]?[ \t]*", line) if find_number(line) else None
    start = number.end() if number else 0
    mark = PORTION_MARK.match(line, start)
    end = mark.end() if mark else start
    return end + len(line[end:]) - len(line[end:].lstrip())
