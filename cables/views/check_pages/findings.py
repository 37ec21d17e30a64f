"""What was found of each citation and of each quotation of a text, beside what the author says.

A verdict is on the words, never on the author: what is not here may be elsewhere.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ...models import Cable
from ...quotations.align import Difference
from ...quotations.compare import ALTERED, EXACT, NEAR
from ...quotations.find import TOO_COMMON, Match, find_quotation, in_cable
from ...quotations.quotation import MOST, Quotation, read_quotation
from ...telegram.document_citations import DocumentCitation
from ...telegram.titles import reading_title
from ...templatetags.paragraph_names import part_name
from ...text_check.quoted_words import QuotedWords, ReadPassage, TiedCitation
from .cited_documents import CitedDocument, CitedDocuments, differing_facts


class Verdict(NamedTuple):
    """How a finding is named, and how it stands among others."""

    key: str  # In the form, in JSON and CSV.
    label: str
    kind: str  # Its look: "right", "differs" or "absent".


RIGHT = Verdict("right", "Right", "right")
OTHER_PARAGRAPH = Verdict("other-paragraph", "Right words, other paragraph", "differs")
WORDS_DIFFER = Verdict("altered", "Words differ", "differs")
ELSEWHERE = Verdict("elsewhere", "In another document", "differs")
FACT_DIFFERS = Verdict("fact-differs", "A fact differs", "differs")
NOT_FOUND = Verdict("not-found", "Not found in this archive", "absent")
NOT_HELD = Verdict("not-held", "Document not held", "absent")
WITHHELD = Verdict("withheld", "Document withheld", "absent")
ERASED = Verdict("erased", "Document erased", "absent")
INCOMPLETE = Verdict("incomplete", "Names no document", "absent")
NOT_CHECKED = Verdict("not-checked", "Not checked", "absent")
VERDICTS = (
    *(RIGHT, OTHER_PARAGRAPH, WORDS_DIFFER, ELSEWHERE, FACT_DIFFERS, NOT_FOUND, NOT_HELD),
    *(WITHHELD, ERASED, INCOMPLETE, NOT_CHECKED),
)
BY_KEY = {verdict.key: verdict for verdict in VERDICTS}
Place = tuple[int, int, int, bool]  # The first four fields of a Finding.
SECONDS = 5.0  # For one quotation in all texts.
MOST_TRIED = 6  # Documents in which one quotation is looked for before all are.


@dataclass(slots=True)
class Finding:
    """What was found of the words text[start:end] of a passage."""

    passage: int
    start: int
    end: int
    is_quotation: bool
    verdict: Verdict
    notes: list[str] = field(default_factory=list)
    cable: Cable | None = None
    version: int = 0
    paragraphs: tuple[str, ...] = ()  # The ids of those that are cited, or have the words.
    differences: tuple[Difference, ...] = ()
    elsewhere: str = ""  # The address of the publisher's page.
    permalink: str = ""  # Of what was found,
    citation: str = ""  # and its citation in the style that was chosen.


def check_citation(passage: int, citation: DocumentCitation, documents: CitedDocuments) -> Finding:
    """Return the finding for a citation: whether its document is here, and is as is said."""
    place = (passage, citation.start, citation.end, False)
    if citation.lacks:
        note = f"It does not say {citation.lacks}: telegrams were counted by each post anew."
        return Finding(*place, INCOMPLETE, [note])
    named = documents.of(citation)
    if not named.cables:
        return Finding(*place, BY_KEY[named.absence], [named.note], elsewhere=named.elsewhere)
    differing = [list(differing_facts(citation, cable)) for cable in named.cables]
    best = min(range(len(differing)), key=lambda number: len(differing[number]))
    cable, notes = named.cables[best], differing[best]
    here = citation.paragraph if citation.paragraph in cable.paragraph_ids else ""
    return Finding(
        *place,
        verdict=FACT_DIFFERS if notes else RIGHT,
        notes=[*notes, *filter(None, [named.note])],
        cable=cable,
        version=cable.version,
        paragraphs=(here,) if here else (),
    )


def check_quotation(
    passage: int, words: QuotedWords, cited: Iterable[TiedCitation], documents: CitedDocuments
) -> Finding:
    """Return the finding for a quotation: in the documents that it may cite, then in all."""
    place = (passage, words.start, words.end, True)
    quotation = read_quotation(words.words)
    if quotation.words > MOST:
        return Finding(*place, NOT_CHECKED, [f"It has more than {MOST} words: check its parts."])
    tied = [(each.citation, documents.of(each.citation), each.is_certain) for each in cited]
    tried = _cables_of([(citation, document) for citation, document, _ in tied])
    found = _matches_in(quotation, tried, documents)
    best = min(found, key=lambda each: each[0].order, default=None)
    if best and best[0].comparison.verdict == EXACT:
        return _in_cited(place, *best)
    asked = best[0].cable if best else tried[0][0] if tried else None
    in_asked = [match for match, _ in found if match.cable == asked]
    result = find_quotation(quotation, asked, in_asked, SECONDS)
    named = [(citation, document) for citation, document, is_certain in tied if is_certain]
    verdict = result.best.comparison.verdict if result.best else NOT_FOUND.key
    if best and best[0].comparison.verdict == ALTERED and verdict != EXACT:
        return _in_cited(place, *best)
    if result.best and verdict in (EXACT, ALTERED):
        return _elsewhere(place, result.best, named)
    if result.verdict == TOO_COMMON:
        return Finding(*place, NOT_CHECKED, ["Too many texts have words like these to read all."])
    return _nowhere(place, result.best, named)


def _matches_in(
    quotation: Quotation, tried: list[tuple[Cable, DocumentCitation]], documents: CitedDocuments
) -> list[tuple[Match, DocumentCitation]]:
    """Return the matches in documents, until one is exact, with the citations of these."""
    found: list[tuple[Match, DocumentCitation]] = []
    for cable, citation in tried:
        matches = in_cable(quotation, cable, documents.texts(cable))
        found += [(match, citation) for match in matches]
        if any(match.comparison.verdict == EXACT for match, _ in found):
            break
    return found


def _cables_of(
    named: list[tuple[DocumentCitation, CitedDocument]],
) -> list[tuple[Cable, DocumentCitation]]:
    """Return the documents that a quotation may cite, each once, the likeliest first."""
    cables: dict[int, tuple[Cable, DocumentCitation]] = {}
    for citation, document in named:
        for cable in document.cables:
            cables.setdefault(cable.pk, (cable, citation))
    return list(cables.values())[:MOST_TRIED]


def _in_cited(place: Place, match: Match, citation: DocumentCitation) -> Finding:
    """Return the finding for words that stand, or nearly, in the document that is cited."""
    finding = _of_match(place, RIGHT, match)
    if match.comparison.verdict != EXACT:
        finding.verdict = WORDS_DIFFER
    elif citation.paragraph and finding.paragraphs and not _is_among(citation, match):
        finding.verdict = OTHER_PARAGRAPH
        places = ", ".join(part_name(each) for each in finding.paragraphs)
        finding.notes.insert(0, f"The words stand in {places}.")
    return finding


def _is_among(citation: DocumentCitation, match: Match) -> bool:
    """Whether the paragraph that is cited has the words, or their passage has no number.

    "Paragraph 2" is also par2.1, without a number below it, and par2-2, of an enclosure. A whole
    passage before the first number is a title.
    """
    own = re.compile(rf"{re.escape(citation.paragraph)}(?![^.-])")
    spans = match.comparison.spans
    is_title = all(each.id.startswith("par0") and len(each.text) - each.end < 2 for each in spans)
    return is_title or any(own.match(each.id) for each in spans)


def _elsewhere(
    place: Place, match: Match, named: list[tuple[DocumentCitation, CitedDocument]]
) -> Finding:
    """Return the finding for words of a document that the author does not cite."""
    is_exact = match.comparison.verdict == EXACT
    is_cited = any(document.covers(match.cable) for _, document in named)
    verdict = (ELSEWHERE if named and not is_cited else RIGHT) if is_exact else WORDS_DIFFER
    finding = _of_match(place, verdict, match)
    if is_cited:
        return finding
    document = f"{match.cable.reference}, {reading_title(match.cable)}"
    nearly = "" if is_exact else "nearly "
    finding.notes.insert(0, f"{document}, has {nearly}these words.")
    if not named:
        finding.notes.insert(1, "The text does not say from where they are.")
    finding.notes += _why_absent(named)
    return finding


def _nowhere(
    place: Place, nearest: Match | None, named: list[tuple[DocumentCitation, CitedDocument]]
) -> Finding:
    finding = Finding(*place, NOT_FOUND, list(_why_absent(named)))
    if nearest and nearest.comparison.verdict == NEAR:
        name = f"{nearest.cable.reference}, {reading_title(nearest.cable)}"
        finding.notes.append(f"The nearest text is in {name}.")
        finding.cable, finding.version = nearest.cable, nearest.number
        finding.paragraphs = _paragraphs_of(nearest)
    return finding


def _why_absent(named: list[tuple[DocumentCitation, CitedDocument]]) -> list[str]:
    """Return why the documents that a quotation may cite were not compared, each once."""
    notes = [document.note for _, document in named if not document.cables and document.note]
    return list(dict.fromkeys(notes))[:2]


def _of_match(place: Place, verdict: Verdict, match: Match) -> Finding:
    comparison = match.comparison
    notes = [*_joints_of(match)]
    if match.superseded:
        notes.append(f"It stands in version {match.number}, which has been replaced.")
    return Finding(
        *place,
        verdict=verdict,
        notes=notes,
        cable=match.cable,
        version=match.number,
        paragraphs=_paragraphs_of(match),
        differences=comparison.differences,
    )


def _joints_of(match: Match) -> Iterator[str]:
    """Yield what the text has where the author has an ellipsis or brackets."""
    for joint in match.comparison.joints:
        words = f"{joint.words} words" if joint.words != 1 else "1 word"
        shown = f": “{joint.printed}”" if joint.printed else ""
        yield f"At {joint.quoted} the text has {words if joint.words else 'nothing more'}{shown}."


def _paragraphs_of(match: Match) -> tuple[str, ...]:
    ids = dict.fromkeys(span.id for span in match.comparison.spans)
    return tuple(each for each in ids if each.startswith("par"))


def check_passage(read: ReadPassage, documents: CitedDocuments) -> Iterator[Finding]:
    """Yield the findings of a passage, in the order of its words."""
    tied = {id(words): cited for words, cited in zip(read.quotations, read.cited, strict=True)}
    parts: list[DocumentCitation | QuotedWords] = [*read.citations, *read.quotations]
    for each in sorted(parts, key=lambda part: part.start):
        if isinstance(each, DocumentCitation):
            yield check_citation(read.number, each, documents)
        else:
            yield check_quotation(read.number, each, tied[id(each)], documents)
