"""Find the quotations in passages, and the citations that each belongs to."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..telegram.document_citations import (
    CitationReader,
    DocumentCitation,
    clause_ends,
    clause_start,
    next_end,
)
from .passages import TextPassage

FEWEST = 5  # Words: shorter ones are expressions, not quotations.
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# (opening, closing) marks. The outermost pair is the quotation.
PAIRS = {"“": "”", "„": "“”", "«": "»", "‘": "’"}
ANY_MARK = re.compile("[“”„«»‘’]")
DEEPEST = 4  # Quotations in one another.
STRAIGHT = re.compile(r"(?<![\w”’])\"(?=\S)(?P<words>[^\"]{10,4000}?)\"(?!\w)")
LAST_POINT = ".,"  # Before a closing mark it may be the author's, not the document's.
MOST_NEAR = 12  # Citations on either side of a quotation that it may belong to.
NEAR = 4  # Characters between a closing mark and the mark of its note.


@dataclass(frozen=True, slots=True)
class QuotedWords:
    """A quotation, the words text[start:end] of a passage without its marks."""

    start: int
    end: int
    words: str  # As it is compared: without the point or comma before the closing mark.


class TiedCitation(NamedTuple):
    """A citation that a quotation may belong to."""

    citation: DocumentCitation
    is_certain: bool  # Whether it stands in its note or its sentence, not only near it.


@dataclass(slots=True)
class ReadPassage:
    """A passage with its citations and quotations; of each quotation, what it may cite."""

    number: int
    passage: TextPassage
    citations: list[DocumentCitation]
    ends: list[int]  # Where its sentences end.
    quotations: list[QuotedWords] = field(default_factory=list)
    # What each quotation may cite, the likeliest first.
    cited: list[list[TiedCitation]] = field(default_factory=list)


def read_passages(passages: Sequence[TextPassage]) -> list[ReadPassage]:
    """Return passages with their quotations and citations, tied to each other."""
    reader = CitationReader()
    quotations = {id(passage): list(find_quotations(passage)) for passage in passages}
    order = [*(p for p in passages if not p.label), *(p for p in passages if p.label)]
    citations = {}
    for passage in order:
        quoted = [] if passage.is_quotation else quotations[id(passage)]
        spans = [(words.start, words.end) for words in quoted]
        citations[id(passage)] = reader.read(passage.text, spans, is_note=bool(passage.label))
    read = [
        ReadPassage(number, each, citations[id(each)], clause_ends(each.text), quotations[id(each)])
        for number, each in enumerate(passages)
    ]
    notes = {each.passage.label: each for each in read if each.passage.label}
    for each in read:
        each.cited = [list(_cited_by(words, each, read, notes)) for words in each.quotations]
    return read


def find_quotations(passage: TextPassage) -> Iterator[QuotedWords]:
    """Yield the quotations of a passage, in order, without those inside others."""
    if passage.is_quotation:
        yield from _long_enough(passage.text, 0, len(passage.text))
        return
    spans = [*_pairs(passage.text), *(m.span("words") for m in STRAIGHT.finditer(passage.text))]
    last = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= last:
            last = end
            yield from _long_enough(passage.text, start, end)


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the words between marks that differ at both ends, also of pairs in one another."""
    open_at: list[int] = []
    for match in ANY_MARK.finditer(text):
        at, mark = match.start(), match[0]
        closes = [each for each in open_at[-DEEPEST:] if mark in PAIRS[text[each]]]
        if closes and not _is_no_closing(text, at):
            del open_at[open_at.index(closes[-1]) :]
            yield closes[-1] + 1, at
        elif mark in PAIRS and not text[at - 1 : at].isalnum():
            open_at.append(at)
    # A quotation of several paragraphs is closed in the last of them alone.
    if open_at[:1] == [0] and text[0] == "“":
        yield 1, len(text) if "”" not in text else text.rindex("”")


def _is_no_closing(text: str, at: int) -> bool:
    """Whether a mark that may close a quotation is an apostrophe, or stands before a word."""
    is_opening = text[at] == "“" and not text[at - 1 : at].strip()
    return (text[at] == "’" or is_opening) and text[at + 1 : at + 2].isalnum()


def _long_enough(text: str, start: int, end: int) -> Iterator[QuotedWords]:
    words = text[start:end].strip().rstrip(LAST_POINT).rstrip()
    words = text[start:end].strip() if words.endswith("..") else words
    if len(WORD.findall(words)) >= FEWEST:
        yield QuotedWords(start, end, words)


def _cited_by(
    words: QuotedWords,
    read: ReadPassage,
    passages: list[ReadPassage],
    notes: dict[str, ReadPassage],
) -> Iterator[TiedCitation]:
    """Yield what a quotation may cite: its note, its sentence, then what stands nearest."""
    passage, ends = read.passage, read.ends
    stop = next_end(ends, words.end, len(passage.text))
    place = bisect_left(passage.marks, words.end, key=lambda mark: mark.at)
    noted = [
        notes[mark.label]
        for mark in passage.marks[place : place + MOST_NEAR]
        if words.end <= mark.at <= max(stop, words.end + NEAR) + 1 and mark.label in notes
    ]
    yield from (TiedCitation(each, True) for note in noted[:1] for each in note.citations)
    begin = clause_start(ends, max(0, words.start - 1))
    place = bisect_left(read.citations, words.end, key=lambda each: each.start)
    behind = read.citations[place : place + MOST_NEAR]
    before = read.citations[max(0, place - MOST_NEAR) : place][::-1]
    sentence = [*(c for c in behind if c.start < stop), *(c for c in before if c.start >= begin)]
    yield from (TiedCitation(each, True) for each in sentence)
    near = [each for each in (*behind[:1], *before[:1]) if each not in sentence]
    if passage.is_quotation and not (noted or near):
        near = _of_neighbours(read.number, passages)
    yield from (TiedCitation(each, False) for each in near)


def _of_neighbours(number: int, passages: list[ReadPassage]) -> list[DocumentCitation]:
    """Return what the paragraph before a quotation cites last, and the one after it first."""
    before = passages[number - 1].citations[-1:] if number else []
    return [
        *before,
        *(each for after in passages[number + 1 : number + 2] for each in after.citations[:1]),
    ]
