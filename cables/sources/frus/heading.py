"""Parse heading, dateline and source note of a document: kind, sender, recipient, place, time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from ...telegram.classifications import normal_classification
from .datelines import find_date, find_date_in_words
from .document_kinds import kind_of_document
from .document_text import DocumentText, heads_of
from .volume import Volume, own_elements, text_of

NUMBER = re.compile(r"\[?(?:No\. ?)?\d{1,4}[a-z]?\]?\.?\s+(?=\S)")
# A file number before the heading: "751G.00/1–349: Telegram The Ambassador in France ..."
FILE = re.compile(r"(?P<file>[\w.–/-]*\d[\w.–/-]*: (?:[A-Z][a-z]+ ){1,2}?)(?=The |Mr\. )")
SENT = re.compile(r"\b(?:From|By|by|from)\s+(?:the\s+)?(?P<rest>.+)", re.DOTALL)
# "the Representative to the United Nations" is one office.
TO_PART = re.compile(
    r"(?:Representative|Ambassador|Minister|Delegat\w+|Mission|Assistant|Adviser|Liaison|Observer"
    r"|Envoy|Message|Commissioner)(?: \([^)]*\))?$"
)
CLASSES = (
    "top secret|secret|confidential|limited official use|official use only|restricted"
    "|unclassified|no classification(?: marking)?|no marking"
)
CAPTION = (
    "priority|niact|immediate|flash|routine|exdis|nodis|limdis|noforn|stadis|eyes only|us urgent"
    "|limit(?:ed)? distribution|presidential handling|no distribution outside department|sensitive"
    "|top secret|secret|confidential|restricted|operational immediate|emergency|plain|rush"
    "|no foreign dissem|via \\w+ channel|exclusive|personal|most immediate"
)
# "Confidential File" is the name of a collection, not a class.
IN_NOTE = re.compile(
    rf"(?:^|[.;,]\s+)(?P<class>{CLASSES})(?!\s+(?:Files?|Series|Records?|Box|Service)\b)"
    r"(?P<rest>[^.]*)(?:\.|$)",
    re.IGNORECASE,
)
ON_TOP = re.compile(
    rf"(?P<class>{CLASSES})(?P<rest>(?:[\s;,—–-]+(?:{CAPTION}))*)\.?", re.IGNORECASE
)
CAPTIONS = re.compile(rf"\b(?:{CAPTION})\b", re.IGNORECASE)
ONLY_CAPTIONS = re.compile(rf"(?:{CAPTION})(?:[\s;,—–-]+(?:{CAPTION}))*\.?", re.IGNORECASE)
SUBJECT = re.compile(
    r"\b(?:SUBJECT|Subject|Subj|SUBJ|Re)[:.]\s*(?P<subject>.{3,200}?)"
    r"(?=\.(?:\s|$)|\n|\s+Refs?[:.]|\s+Reference|$)"
)
LONGEST_MARK = 120  # Characters of a block that states the kind of a document.
FRONT = 3  # First blocks, which hold a telegram's number, class and subject.


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The data in the lines above a document, and what is derived from them."""

    kind: str
    title: str
    untitled: str  # The title without its number, shown if there is no subject.
    sender: str
    recipient: str
    place: str
    dateline: str
    opener: str
    source_note: str
    summary: str  # By its editors.
    created: datetime
    precision: str
    classification: str
    captions: tuple[str, ...]
    subject: str
    signed: str
    front: tuple[str, ...]  # The first blocks of the text.


def title_of_document(document: etree._Element) -> tuple[str, str]:
    """Return a document's heading, with its number and without."""
    title = " ".join(filter(None, map(text_of, heads_of(document))))
    number = NUMBER.match(title)
    if not number or number[0].strip().isdigit() and number[0].strip() != document.get("n"):
        return title, title  # "1961 Review of Policy"
    return title, title[number.end() :]


def read_heading(document: etree._Element, text: DocumentText, volume: Volume) -> Heading:
    """Return the data of a document's heading. Raises ValueError if it has no date at all."""
    title, untitled = title_of_document(document)
    filed, untitled = _part_file(untitled)
    line = (
        text.dateline
        if text.dateline is not None
        else next(own_elements(document, "dateline"), None)
    )
    dateline = text_of(line)
    front = tuple(text.body.split("\n\n", FRONT)[:FRONT])
    note, opener = " ".join(text.sources), " | ".join(text.opener)
    sender, recipient = _parties(document, untitled)
    created, precision = find_date(document, line, dateline) or _year_of(volume)
    classification, captions = _classification(note, text.opener, front)
    marks = [filed, note, opener, *(block for block in front[:2] if len(block) < LONGEST_MARK)]
    typed = document.get("subtype") or ""
    return Heading(
        kind=kind_of_document(typed, untitled, sender, recipient, dateline, marks),
        title=title,
        untitled=untitled,
        sender=sender,
        recipient=recipient,
        place=_place(line, dateline),
        dateline=dateline,
        opener=opener,
        source_note=note,
        summary=" ".join(text.summaries),
        created=created,
        precision=precision,
        classification=classification,
        captions=captions,
        subject=_subject(front),
        signed=text_of(next(own_elements(document, "signed"), None)),
        front=front,
    )


def _part_file(title: str) -> tuple[str, str]:
    """Split a title into the file number before it, or "", and the heading."""
    filed = FILE.match(title)
    return (filed["file"], title[filed.end() :]) if filed else ("", title)


def _year_of(volume: Volume) -> tuple[datetime, str]:
    """Return the first year that a volume covers, as the date of a document without one."""
    year = re.search(r"1[78]\d\d|19\d\d", volume.title) or re.search(r"1[789]\d\d", volume.id)
    if not year:
        raise ValueError("The document has no date, and its volume names no year")
    return datetime(int(year[0]), 1, 1, tzinfo=UTC), "year"


def _parties(document: etree._Element, title: str) -> tuple[str, str]:
    """Return sender and recipient of a document, from its heading; "" if not named."""
    tagged: dict[str, str] = {}
    for head in heads_of(document):
        for element in head.iter("{*}gloss"):
            role = element.get("type") or ""
            if role in ("from", "to"):
                tagged.setdefault(role, _bare(text_of(element)))
    sent = SENT.search(title)
    sender, recipient = _split(sent["rest"] if sent else title)
    if not sent and not recipient:
        return tagged.get("from", ""), tagged.get("to", "")
    return tagged.get("from") or _bare(sender), tagged.get("to") or _bare(recipient)


def _split(text: str) -> tuple[str, str]:
    """Split "the Embassy in Iran to the Department of State" into sender and recipient."""
    start = 0
    while (at := text.find(" to ", start)) >= 0:
        if not TO_PART.search(text[:at]) or " to " not in text[at + 4 :]:
            return text[:at], text[at + 4 :]
        start = at + 4
    return text, ""


def _bare(office: str) -> str:
    return re.sub(r"^[Tt]he\s+", "", office.strip(" .,")).strip()


def _place(dateline: etree._Element | None, printed: str) -> str:
    if dateline is None:
        return ""
    for name in dateline.iter("{*}placeName"):
        if place := text_of(name).strip(" ,.;[]"):
            return place
    dated = find_date_in_words(printed)
    dates = [*map(text_of, dateline.iter("{*}date")), dated[0] if dated else "", "undated"]
    before = printed
    for date in filter(None, dates):
        before = before.partition(date)[0]
    place = before.strip(" ,.;[]").rpartition(",")[2].strip()
    return "" if any(char.isdigit() for char in place) else place


def _classification(
    note: str, opener: list[str], front: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """Return the original classification and the captions beside it; "" and () if not printed.

    The source note has it behind the file number; volumes before about 1955 print it above the
    text.
    """
    if printed := IN_NOTE.search(note):
        return _class_of(printed["class"]), _captions(printed["rest"])
    lines = [line.strip(" []()") for line in (*opener, *front[:2])]
    marked = next(filter(None, map(ON_TOP.fullmatch, lines)), None)
    if not marked:
        return "", ()
    beside = [line for line in lines if line != marked[0] and ONLY_CAPTIONS.fullmatch(line)]
    return _class_of(marked["class"]), _captions(" ".join([marked["rest"], *beside]))


def _class_of(words: str) -> str:
    if words.lower().startswith("no "):
        return "NO MARKING"
    return normal_classification(words)


def _captions(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(caption.upper() for caption in CAPTIONS.findall(text)))


def _subject(front: tuple[str, ...]) -> str:
    for block in front:
        if label := SUBJECT.search(block[:400]):
            return " ".join(label["subject"].split()).strip(" .")
    return ""
