"""What is stored of a cable beside its text: the keys of the JSON fields `facts`, and their types.

TelegramFacts  what the telegram itself says, found by parse.py
EditionFacts   what editors (FRUS) or archivists (NARA) print beside the text, by their readers
CableFacts     `Cable.facts`: both, and what the sources and curators say
VersionFacts   `Version.facts`: those of the cable, and the columns that a version has not
CopyFacts      `Copy.facts`: what one source says beside the text; the record is made of it again

Every key is optional, except those of CopyFacts: a value that would be empty is left out. Values
are JSON: lists, no tuples; instants as ISO 8601 in UTC. A key that is written must be declared
here: mypy checks it.
"""

from collections.abc import Container, Iterable, Mapping
from typing import Any, NotRequired, TypedDict, TypeVar

# The kinds of documents that are cables.
MEETINGS = ("conversation", "meeting notes", "minutes")  # Kinds of documents.
CABLES = ("telegram", "airgram", "despatch", "instruction", "circular")

EXCISED = "excised"  # The mark of a text of which its publisher left out words.
# What a person of a volume's list is to a document: named in it in any way, or one of the others.
PERSON_ROLES = ("person", "sender", "signer", "recipient")
OUT_OF_ORDER = "order"  # `dated_by`, if the day printed does not fit those of its neighbours.
RECEIPT = "receipt"  # `dated_by`, if only the day of receipt is printed.
UNKNOWN = "unknown"  # In its place: not even the year is known (F-5).

Facts = TypeVar("Facts", bound=Mapping[str, object])


class TelegramFacts(TypedDict, total=False):
    """Written by telegram/parse.py, from the header and the lines before the first paragraph."""

    marked_classification: str  # The class in the classification line (L-3): "SECRET//NOFORN".
    section: int  # Number of the section that the classification line names (H-9).
    sections: int  # How many sections the telegram has (H-9).
    tags_printed: str  # The TAGS line as printed, in one line (T-3).
    precedence: str  # Of the date-time group, for those who act (H-5): "PRIORITY".
    info_precedence: str  # The same for those who get a copy: "ROUTINE".
    operating_signals: list[str]  # Of the date-time group: ["ZFR"].
    cancelled: bool  # True if one of the signals cancels the telegram (ZFR).
    # The title that the source prints for the origin (I-13): "Ambassador Lima". By parse_record.py.
    printed_origin: str


class PrintedLink(TypedDict):
    """Words of a note that lead elsewhere. Written by sources/frus/cross_references.py."""

    start: int  # Of the words in the text of the note.
    end: int
    to: str  # "#d4fn3", in another volume "frus1961-63v03#d12", or an address.


class EditorNote(TypedDict):
    """A footnote. Written by sources/frus/document_text.py."""

    id: str  # The xml:id of the volume; "" if it has none.
    n: str  # The number as printed; "" for a remark of the editors.
    text: str
    at: str  # Its anchor (editors_additions.py).
    row: NotRequired[str]  # "date" if it stands in the dateline, not in the heading.
    links: NotRequired[list[PrintedLink]]  # None in a note in which words are redacted.


class FrontBlock(TypedDict):
    """A paragraph, heading or entry before the documents of a volume: by frus/front_matter.py."""

    # "head", "p", "item" or "note"; "withheld" for what a curator withholds, with the reason.
    kind: str
    text: str
    depth: int  # How many lists are around it.
    links: list[PrintedLink]
    key: NotRequired[str]  # Of an entry of the lists of persons or terms: "p_AB1".
    # How many characters at its beginning are marked as the name of a person, or as a term.
    name_end: NotRequired[int]


_Sender = TypedDict("_Sender", {"from": str}, total=False)  # A keyword cannot be an attribute.


class EditionFacts(_Sender, total=False):
    """Written by sources/frus (F), sources/nara.py and nara_list.py (N); `from` by both.

    `from` is the sender as printed in the heading (F) or the attribute (N).
    """

    kind: str  # FN: "telegram", "airgram", "memorandum" ...; N: "telegram" or "other".
    to: str  # FN: The recipient as printed.
    captions: list[str]  # FN: Of the source note, or the handling restrictions: ["NODIS"].
    subject: str  # FN: Of the first blocks (F), or of the attributes (N).
    draft: bool  # F: Whether it is a draft, which was perhaps never sent.
    # F: What its text is, if not all as sent (F-28): "paraphrase", "extract", EXCISED ...
    text_marks: list[str]
    locator: str  # FN: Where the text is, or why it is missing.
    volume: str  # F: Id of the volume: "frus1961-63v03".
    volume_title: str  # F: Its title.
    editors: list[str]  # F: Its editors, without the general editor.
    published: str  # F: Year of publication: "1991".
    publisher: str  # F: Place and publisher.
    document: str  # F: Id of the document in its volume: "d12".
    number: str  # F: Its number as printed: "12".
    chapters: list[list[str]]  # F: [id, title] of the chapters around it, outermost first.
    address: str  # F: Its page at the Office of the Historian.
    heading: str  # F: Its heading with its number.
    place: str  # F: Where it was written, by the dateline.
    date: str  # F: The dateline.
    dated_by: str  # F: What gives its date, if not the dateline: a key of DATED_BY (F-5).
    dated_beside: list[str]  # F: Ids of the documents beside it that give its date.
    pdf: str  # F: Address of its images, if the volume says that there are any.
    opener: str  # F: The lines above the text, joined by " | ".
    source_note: str  # F: The note that says where the original is.
    source_number: str  # F: The number of this note, if it is one of the footnotes.
    source_links: list[PrintedLink]  # F: In the source note.
    summary: str  # F: The summary by the editors.
    # F: {"heading", "from", "to", "summary": links in that fact}; none where words are redacted.
    row_links: dict[str, list[PrintedLink]]
    signed: str  # F: Who signed it.
    to_line: str  # F: Whom the line TO of its text names, if its heading names no known place.
    repeated: str  # F: To whom a telegram was repeated, by the line below its text.
    notes: list[EditorNote]  # F: The footnotes.
    page_span: list[str]  # F: The first and the last page of the volume that print it, or the one.
    pages: list[list[str]]  # F: [anchor, page number] of each page of the volume that begins.
    gaps: list[list[str]]  # F: [anchor, what was left out] of each omission.
    links: list[list[str]]  # F: [anchor, words that end there, target as in PrintedLink].
    # F: [anchor, words that end there, style as in editors_additions.py]: italics and the like.
    styles: list[list[str]]
    # F: [words in the text, their explanation in the volume's lists, the key of their entry, their
    # anchor]; the anchor is "" if they stand in its heading only.
    terms: list[list[str]]
    # F: Keys of the entries under which the volume's index names it; none if words are redacted.
    indexed: list[str]
    telegram: str  # F: Its reference by year, station and number, if no other document has it.
    numbered: str  # F: The same, even if another has it too.
    series: str  # F: Year and station of one without such a number: "63TEHRAN0", "630".
    second_reference: str  # F: By the second number that a telegram prints: "76TOSEC900001".
    own_number: str  # F: Of one that has no reference made of it: "No. 34", "A-731".
    film_number: str  # N: The attributes of these names.
    document_number: str  # N
    handling: str  # N: Attribute "handling restrictions".
    original_handling: str  # N: Attribute "original handling restrictions".
    type: str  # N: The type of a document that is no telegram, as printed.
    original_classification: str  # N
    current_classification: str  # N
    drafter: str  # N
    concepts: list[str]  # N: Index terms of the archivists, in capitals.
    tags: list[str]  # N: TAGS of the attributes, as tags.split_tags() returns them.
    released_stamp: str  # N: The stamp of the release, in one line.
    release_marking: str  # N: The review that released it: "EO SYSTEMATIC REVIEW 30 JUN 2005".


class ToldRedaction(TypedDict):
    """What readers are told of a redaction. Written by publication/public_text.py."""

    at: str  # The instant of the decision.
    reason: str
    parts: list[str]  # Parts that have a mark: "header", "preamble", ids of paragraphs.


class ToldCorrection(TypedDict):
    """What readers are told of a correction. Written by publication/public_text.py."""

    field: str  # Name of the corrected field, for readers.
    source: str  # What the source has there.
    reason: str
    at: str  # The instant of the decision.


class CableFacts(TelegramFacts, total=False):
    """Written by publication/: row_values.py, and the last two keys by public_text.py."""

    articles: list[str]  # Addresses of articles that used the cable, by the pages of the mirror.
    title: str  # The title that a source gives, shown if there is no subject.
    # If there is no subject (titles.py): the first sentence that says something, and whom the
    # cable is for, "Department of State".
    opening: str
    recipient: str
    source: list[str]  # The copy that is shown: [published reference, format, collection].
    edition: EditionFacts  # Of the copy that is shown, else of the first copy that has one.
    copies: list[list[str]]  # [published reference, format] of all copies, if there are several.
    textless: list[list[str]]  # Those of them that have no text.
    redacted: list[ToldRedaction]
    corrected: list[ToldCorrection]


class VersionFacts(CableFacts, total=False):
    """The further keys are written by publication/publish.py, from the cable's columns."""

    origin: str  # Name of the origin.
    classification: str
    created: str  # An instant.
    created_precision: str
    partial: bool
    tags: list[str]


class CopyFacts(TypedDict):
    """Written by publication/row_values.py; the fields of ParsedCable have the meanings."""

    created: str  # An instant.
    created_precision: str
    classification: str
    origin: str  # Name of the origin.
    partial: bool
    title: str
    articles: list[str]
    cites: list[str]
    printed_origin: NotRequired[str]
    edition: NotRequired[EditionFacts]


def edition_of(facts: CableFacts | VersionFacts | CopyFacts) -> EditionFacts:
    """Return what is printed beside a text, empty if nothing is."""
    return facts.get("edition", {})


def without_empty(facts: Facts) -> Facts:
    """Return facts without the keys whose values are empty, as they are stored."""
    filled: Any = {name: value for name, value in facts.items() if value}
    kept: Facts = filled
    return kept


def with_keys(facts: Facts, names: Container[str]) -> Facts:
    """Return the facts whose keys are among some names."""
    named: Any = {name: value for name, value in facts.items() if name in names}
    kept: Facts = named
    return kept


def label(sort: str, value: str) -> str:
    """Return the label of a sort: kind, text, volume, concept, film, marking or a PERSON_ROLE."""
    return f"{sort}:{value}"


def is_of_person(name: str) -> bool:
    """Return whether a label is that of a person: "sender:frus1955-57v99/p_AB1"."""
    return name.partition(":")[0] in PERSON_ROLES


def values_of(sort: str, labels: Iterable[str]) -> list[str]:
    """Return the values of the labels of a sort, in their order."""
    start = label(sort, "")
    return [name.removeprefix(start) for name in labels if name.startswith(start)]


def count_values(sort: str, counts: Mapping[str, int]) -> dict[str, int]:
    """Return {value: cables} of the labels of a sort, in their order, of {label: cables}."""
    return {value: counts[label(sort, value)] for value in values_of(sort, counts)}
