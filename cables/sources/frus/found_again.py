"""Keep of a redacted document those facts that the rules find in what is left of it.

A paragraph that is struck as a whole leaves no words by which its facts could be told, so heading
and text are read again: what the same rules do not find there is left out. A volume's other
documents, which tell the year or the name of what is cited, need not be read again for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...telegram.classifications import normal_classification
from ...telegram.fact_types import EditionFacts, without_empty
from ...telegram.redact_phrases import scrub
from ..parse_record import canonical_cites
from ..parsed_cable import ParsedCable
from .cited_days import cited_days
from .cited_numbers import cited_by_links, cited_numbers
from .cited_telegrams import find_references
from .datelines import FoundDate
from .document_names import own_number, second_reference, title_with_number
from .heading import Heading, class_and_captions, front_of
from .opening_words import text_marks
from .titles_and_notes import own_lines
from .volume import Volume

# The keys of an edition that may be derived from the text; see also `keys_from_text`.
FROM_TEXT = frozenset(
    [
        *("captions", "text_marks", "own_number", "second_reference", "subject", "signed"),
        *("repeated", "to_line"),
    ]
)


def keys_from_text(edition: EditionFacts) -> frozenset[str]:
    """Return the keys of an edition whose values were, or may have been, found in its text."""
    found = set(FROM_TEXT)
    if edition.get("to", "") not in edition.get("heading", ""):
        found.add("to")
    if edition.get("dated_by") in ("text", "place"):
        found |= {"date", "place"}
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the rules find in heading and text of a document."""

    text: str  # In one line.
    classification: str
    captions: tuple[str, ...]
    text_marks: list[str]
    own_number: str
    second_reference: str
    telegrams: set[str]  # Station and number of those that are cited.
    letters: set[tuple[str | bool, ...]]  # ("my" or "your", number or day ...) of those cited.


def found_again(source: ParsedCable, redacted: ParsedCable, words: Sequence[str]) -> ParsedCable:
    """Return a redacted record of a volume without derived facts that its words no longer give.

    `source` is the record before redaction; `words` are all phrases that are redacted in it.
    """
    before = _find(source, ())
    after = _find(redacted, words)
    edition = _edition(source.edition, before, after, words)
    classification = source.classification
    if before.classification != after.classification:
        classification = normal_classification(after.classification)
    lost = {*source.edition.get("captions", ())} - {*edition.get("captions", ())}
    title = title_with_number(_heading(source, ()), edition.get("own_number", ""))
    subject = redacted.subject if "subject" in edition else _without_subject(source, redacted)
    return replace(
        redacted,
        classification=classification,
        captions=tuple(each for each in redacted.captions if each not in lost),
        subject=scrub(subject, words),
        title=title,
        cites=tuple(each for each in redacted.cites if _is_cited(each, source, before, after)),
        edition=edition,
    )


def _edition(
    source: EditionFacts, before: _Found, after: _Found, words: Sequence[str]
) -> EditionFacts:
    """Return an edition without the facts that are derived from words that are gone."""

    def still_printed(value: str) -> str:
        printed = _line(value)
        gone = printed in before.text and scrub(printed, words) not in after.text
        return "" if gone else value

    found: EditionFacts = {
        "captions": [each for each in source.get("captions", ()) if each in after.captions],
        "text_marks": [each for each in source.get("text_marks", ()) if each in after.text_marks],
        "own_number": _same(source.get("own_number", ""), after.own_number),
        "second_reference": _same(source.get("second_reference", ""), after.second_reference),
        "subject": still_printed(source.get("subject", "")),
        "signed": still_printed(source.get("signed", "")),
        "repeated": still_printed(source.get("repeated", "")),
        "to_line": still_printed(source.get("to_line", "")),
    }
    keys = keys_from_text(source)
    if "to" in keys:
        readers = source.get("to", "").split("; ")
        found["to"] = "; ".join(filter(None, map(still_printed, readers)))
    if "date" in keys:
        found["date"] = still_printed(source.get("date", ""))
        found["place"] = source.get("place", "") if found["date"] else ""
    return without_empty(source | found)


def _same(value: str, found: str) -> str:
    return value if value == found else ""


def _without_subject(source: ParsedCable, redacted: ParsedCable) -> str:
    """Return the subject that the text itself gives, if that of the edition is gone."""
    return "" if redacted.subject == source.edition.get("subject") else redacted.subject


def _is_cited(reference: str, source: ParsedCable, before: _Found, after: _Found) -> bool:
    """Return whether a document still cites what its volume says that it cites."""
    if reference.startswith(f"{source.edition['volume']}-".upper()):
        return before.letters <= after.letters
    return reference[2:] in after.telegrams


def _find(record: ParsedCable, words: Sequence[str]) -> _Found:
    heading = _heading(record, words)
    volume = Volume(id=record.edition["volume"], quiet=True)
    found = find_references(heading, record.body, volume, record.edition.get("numbered", ""))
    cites, _ = canonical_cites(found, record.reference, record.created.year)
    return _Found(
        text=_line(f"{record.header} {record.body}"),
        classification=heading.classification,
        captions=heading.captions,
        text_marks=text_marks(heading.untitled, heading.above, heading.front, record.body),
        own_number=own_number(heading, record.edition.get("telegram", "")),
        second_reference=second_reference(heading),
        telegrams={each[2:] for each in cites},
        letters={
            *cited_numbers(heading, record.body),
            *cited_days(heading, record.body),
            *cited_by_links(record.edition, record.body),
            *(("telegram", each) for each in cites),
        },
    )


def _heading(record: ParsedCable, words: Sequence[str]) -> Heading:
    """Return the heading of a record as it was read from its volume, without redacted words."""
    edition = scrub(record.edition, words)
    number = record.edition.get("own_number", "")
    front = front_of("\n\n".join(filter(None, (record.header, record.body))))
    note, opener = edition.get("source_note", ""), edition.get("opener", "")
    lines = opener.split(" | ")
    classification, captions = class_and_captions(note, lines, front)
    return Heading(
        title=edition.get("heading", ""),
        untitled=scrub(record.title.removesuffix(f" ({number})"), words),
        sender=edition.get("from", ""),
        recipient=edition.get("to", ""),
        letterhead="",
        place=edition.get("place", ""),
        dateline=edition.get("date", ""),
        opener=opener,
        own_lines=own_lines(lines),
        source_note=note,
        summary=edition.get("summary", ""),
        date=FoundDate(record.created, record.created_precision),
        misprints=(),
        classification=classification,
        captions=captions,
        subject=edition.get("subject", ""),
        signed=edition.get("signed", ""),
        front=front,
        kind=record.edition.get("kind", ""),
    )


def _line(text: str) -> str:
    return " ".join(text.split())
