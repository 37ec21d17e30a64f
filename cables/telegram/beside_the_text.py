"""What editors or archivists print beside a text: senders, recipients, notes. For search and pages.

It is read from the `edition` facts, in which redacted words are replaced already.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .fact_types import CABLES, UNKNOWN, EditionFacts, EditorNote

EDITORIAL = "editorial note"  # The kind of a document whose text is by the editors.
ELECTRONIC = re.compile(r"\d{2}ve\d")  # In the id of a volume that is not printed on paper.
# What gives the date of a document that prints none, and whose editors give none (F-5).
GUESSED = (
    *("drafted", "chapter", "month", "near", "neighbours", "before", "after", "volume", "named"),
    UNKNOWN,
)
KEY = re.compile(r"[A-Za-z][\w.-]{0,40}")
# What a publisher leaves out of a declassified text: "[1 line of source text not declassified]",
# "[name deleted]"; misprints such as "delcassified" too.
EXCISION = re.compile(
    r"\[[^\[\]]{0,120}\b(?:not (?:yet )?de(?:cl|lc)assifi?ed|(?:names?|text) deleted)\b"
    r"[^\[\]]{0,80}\]",
    re.IGNORECASE,
)
# What editors supply, doubt or cannot read: "[garble]", "[sic]", "[apparent omission]", "[and?]".
SUPPLIED = re.compile(
    r"\[(?:[^\[\]]{0,30}\?|[^\[\]]{0,40}\b(?:garbled?|illegible|indecipherable|omissions?|sic)\b"
    r"[^\[\]]{0,40})\]",
    re.IGNORECASE,
)
OF_SOURCE = re.compile(r"(?i)footnote (?:in|on) the source text")
IN_MARGIN = "In the margin: "  # Before words of the margin, whose author no one tells (F-18).
# Who else got a telegram, in a note on it: "Secret; Priority. Repeated to London and Paris.",
# "The same telegram, May 3, 5 p.m., to the Ambassador in Peru (as No. 16)."
REPEATED = re.compile(
    r"(?:^|(?<=[.;)\]] )|(?<= and )(?=repeated))"
    r"(?:Th(?:e|is) (?:cable|message|telegram) was )?"
    r"(?:\(?(?:Also\)? )?(?P<verb>(?i:repeated|(?:re)?transmitted|sent|pouched))(?: also)?"
    r"(?:,? (?i:niact|(?:operational )?immediate|priority|flash|routine|electronically))*,?"
    r"(?P<info> for information| info)?"
    r"|The same(?: telegram)?(?:, mutatis mutandis)?(?:,? was sent)?(?:,? on the same date)?"
    r"(?:,? [A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)?"
    r"(?:, (?:\d{1,2}(?::\d\d)? [ap]\.m\.|noon|midnight))?,?)"
    r" to (?P<to>.{2,300}?)(?:, which is the source text|, referring to .+)?"
    r"(?:(?<!\W[A-Z])(?<!\b[DMS][rt])(?<!\bMrs)(?<!\bGen)"
    r"(?<!\b[Nn]o)(?<!\b(?:Jan|Feb|Mar|Apr|Aug|Oct|Nov|Dec))(?<!\bSept)\.(?=\s+[^a-z]|$)|$)"
)
# How the telegram itself went: "Transmitted to Washington in Dulte 25, May 10".
ITS_OWN_WAY = re.compile(r"(?i:transmitted) to .+ in [A-Z]\w+ \d")
# Of the words before a note: "... to Lima.", no "telegram 23, May 20.".
SENTENCE_END = re.compile(r"[a-z]\.$")

# "Also sent to Oslo and repeated to Bergen": a further verb begins another list.
AND_VERB = re.compile(
    r"[,;]? (?:and )?(?:also )?(?P<verb>repeated|(?:re)?transmitted|sent|pouched)"
    r"(?: electronically| niact| priority)?(?P<info> for information| info)? to "
)


class Beside(NamedTuple):
    """A text that is printed beside a document. `key` is its place on the page."""

    key: str  # "note-d1fn2"; "edition" is what stands above the text.
    label: str  # "Footnote 2", "Source note".
    text: str


def senders(edition: EditionFacts) -> list[str]:
    """Return who sent a document, as printed: in its heading and below its text."""
    return list(filter(None, (edition.get("from", ""), edition.get("signed", ""))))


def recipients(edition: EditionFacts) -> list[str]:
    """Return to whom a document was sent and repeated, as printed."""
    others = "; ".join(words for _, words in _others(edition))
    return list(filter(None, (edition.get("to", ""), edition.get("to_line", ""), others)))


def notes_of_others(edition: EditionFacts) -> str:
    """Return where the notes stand that its editors may not have written, "" if they wrote all.

    They say of some footnotes that the document itself has them: "in the source text".
    """
    texts = [each["text"] for each in edition.get("notes", ())]
    of_source = "in the source text" if any(map(OF_SOURCE.search, texts)) else ""
    in_margin = "in the margin" if any(each.startswith(IN_MARGIN) for each in texts) else ""
    return " or ".join(filter(None, (of_source, in_margin)))


def note_label(note: EditorNote) -> str:
    """Return what a note is called: "Footnote 2"; without a printed sign "Margin note", "Note"."""
    if note["n"]:
        return f"Footnote {note['n']}"
    return "Margin note" if note["text"].startswith(IN_MARGIN) else "Note"


def repeated_to(edition: EditionFacts, *, sent: bool = False) -> str:
    """Return to whom a telegram was repeated, by the notes on its heading: "London and Paris".

    "" if to nobody. Those to whom it was `sent`, or "also sent", are addressed too.
    """
    return "; ".join(words for is_repeated, words in _others(edition) if is_repeated is not sent)


def _others(edition: EditionFacts) -> Iterator[tuple[bool, str]]:
    """Yield (whether it was repeated to them, who) for those who got a telegram.

    Its notes tell it, else a line below its text. A letter that was "transmitted to the Embassy for
    delivery" was repeated to nobody.
    """
    if edition.get("kind") not in (None, "", "message", *CABLES):
        return
    told = [*_by_notes(edition)]
    yield from told
    if "repeated" in edition and not any(is_repeated for is_repeated, _ in told):
        yield True, edition["repeated"]


def _by_notes(edition: EditionFacts) -> Iterator[tuple[bool, str]]:
    for match in _found_in_notes(edition):
        if ITS_OWN_WAY.search(match[0]):
            continue
        start, is_repeated = 0, _is_repeated(match)
        for verb in AND_VERB.finditer(match["to"]):
            yield is_repeated, match["to"][start : verb.start()].strip()
            start, is_repeated = verb.end(), _is_repeated(verb)
        yield is_repeated, match["to"][start:].strip()


def _found_in_notes(edition: EditionFacts) -> Iterator[re.Match[str]]:
    """Yield where notes on the heading say it, or the last note begins so at a sentence's end."""
    notes = edition.get("notes", [])
    above = [each["text"] for each in notes if not each["at"]]
    for text in (edition.get("source_note", ""), edition.get("opener", ""), *above):
        yield from REPEATED.finditer(" ".join(text.split()))
    last = notes[-1] if notes and SENTENCE_END.search(notes[-1]["at"]) else None
    if last and (found := REPEATED.match(" ".join(last["text"].split()))):
        yield found


def _is_repeated(match: re.Match[str]) -> bool:
    return (match["verb"] or "").lower() != "sent" or bool(match["info"])


def notes(edition: EditionFacts) -> list[Beside]:
    """Return what the editors of a document say about it: source note, summary, footnotes."""
    found = [
        Beside("edition", "Source note", edition.get("source_note", "")),
        Beside("edition", "Summary by the editors", edition.get("summary", "")),
    ]
    for at, note in enumerate(edition.get("notes", [])):
        found.append(Beside(f"note-{note_key(at, note)}", note_label(note), note["text"]))
    return [each for each in found if each.text]


def note_key(index: int, note: EditorNote) -> str:
    """Return the key of the note with this index in its document: "d1fn2", or "n3"."""
    return note["id"] if KEY.fullmatch(note["id"]) else f"n{index + 1}"


def is_by_editors(edition: EditionFacts) -> bool:
    """Return whether the text of a document itself is by the editors of its volume."""
    return edition.get("kind") == EDITORIAL


def is_undated(edition: EditionFacts, precision: str) -> bool:
    """Return whether the date of a document, known so precisely, is not printed with it (F-5).

    The chapter may give only the year of a day that is printed.
    """
    known_by = edition.get("dated_by", "")
    return known_by in GUESSED and (known_by != "chapter" or precision != "day")


def is_electronic(volume: str) -> bool:
    """Return whether a volume is not printed on paper; its pages are then those of a document."""
    return ELECTRONIC.search(volume) is not None


def lost_footnotes(edition: EditionFacts) -> str:
    """Return a sentence on the footnotes before the first one of a document, "" if it has all.

    "Footnote 1" is the source note; else the numbering may run through the chapter. A document
    that begins with its second footnote may have lost the first.
    """
    first = next((note["n"] for note in edition.get("notes", [])), "")
    unnumbered = not edition.get("source_note", "").startswith("Source:")
    source = edition.get("source_number") or ("" if unnumbered else "1")
    if not first.isdecimal() or int(first) < 2:
        return ""
    if source:
        return f"Footnote {source} is the source note." if source == str(int(first) - 1) else ""
    return "The numbering of footnotes runs through the chapter." if int(first) > 2 else ""


WOMENS_TITLES = ("Mrs.", "Mrs", "Miss", "Mme.", "Mme", "Mlle.", "Madame", "Madam")
