"""The attributes that the National Archives give of a document (N-2): their lines, their facts."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from ..telegram import dates
from ..telegram.classifications import normal_classification
from ..telegram.fact_types import CABLES, EditionFacts, without_empty
from ..telegram.header import parse_header
from ..telegram.tags import split_tags
from .nara_numbers import cited, origin_of_sender
from .parse_record import Record, parse_record
from .parsed_cable import ParsedCable

Attributes = dict[str, str]  # {key in small letters: value}
Warnings = tuple[tuple[str, str], ...]

KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z ]{1,40}):(?P<value>.*)")
# A key that is not in the list: words with capitals, and a blank or nothing behind the colon.
OTHER_KEY = re.compile(r"[A-Z][a-z]+(?: [A-Z][A-Za-z]*| on| by| of){0,4}:(?:\s.*)?")
NAMED = """
automatic decaptioning, capture date, channel indicators, concepts, control number, copy,
current classification, decaption date, decaption note, disposition action, disposition approved
on date, disposition authority, disposition case number, disposition comment, disposition date,
disposition event, disposition history, disposition reason, disposition remarks, document
number, document source, document unique id, draft date, drafter, enclosure, errors, executive
order, film number, from, handling restrictions, image path, isecure, legacy key, line count,
locator, markings, office, original classification, original handling restrictions, original
previous classification, original previous handling restrictions, page count, previous channel
indicators, previous classification, previous handling restrictions, reference, retention,
review action, review authority, review comment, review content flags, review date, review
event, review exemptions, review history, review markings, review media identifier, review
release date, review release event, review transfer date, review withdrawn fields, sas id,
secure, sent date, status, subject, tags, to, type, vdkvgwkey"""
KEYS = frozenset(" ".join(key.split()) for key in NAMED.split(","))
# Those of which something is kept. A list may have others, which a load names as not read.
READ = frozenset(
    [
        *("concepts", "current classification", "date", "document number", "draft date", "drafter"),
        *("film number", "from", "handling restrictions", "locator", "markings", "reference"),
        *("original classification", "original handling restrictions", "review action"),
        *("original previous handling restrictions", "previous handling restrictions"),
        *("review exemptions", "review markings", "review withdrawn fields", "sent date"),
        *("subject", "tags", "to", "type"),
    ]
)
DATES = (
    *("17 Mar 1973", "17-Mar-1973 12:00:00 AM", "17/03/1973", "03/17/1973", "1973-03-17"),
    "1973 March 17, 20:12 (Saturday)",
)
NOTHING = ("", "n/a")  # Values that mean "no value".
# "Margaret P. Grafeld Declassified/Released US Department of State EO Systematic Review 4 MAY 2006"
STAMP = (
    r"(?:Declassified/Released|DECLASSIFIED).{0,60}?Department of State\s*"
    r"(?P<review>.{0,80}?\d{1,2} [A-Z]{3} \d{4})"
)
# Captions, which some records run together: "NODISEXDIS".
CAPTION = re.compile(r"NODIS|EXDIS|LIMDIS|STADIS|CONDIS|NOFORN|ONLY|LOU")
BETWEEN_CAPTIONS = re.compile(r"[\s;,/()-]+")
LONGEST_CAPTION = 40
TELEGRAM = ("te", "")  # The type of a telegram; lists do not say it.
# Attributes with captions, the present ones first. They were removed when the text was released.
CAPTION_KEYS = (
    *("handling restrictions", "original handling restrictions"),
    *("original previous handling restrictions", "previous handling restrictions"),
)


def attributes_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield (key, value) of each attribute with a value; a line without a key continues one (N-2).

    A last key is added to the text, so that the attribute before it is yielded too.
    """
    key, lines = "", []
    for line in [*text.split("\n"), "vdkvgwkey:"]:
        line = line.strip()
        match = KEY.fullmatch(line)
        if match and match["key"].casefold() not in KEYS and not OTHER_KEY.fullmatch(line):
            match = None
        if not match:
            lines.append(line)
            continue
        value = "\n".join(lines).strip()
        if key and value.casefold() not in NOTHING:
            yield key, value
        key, lines = match["key"].casefold(), [match["value"].strip()]


def edition_of(attributes: Attributes) -> tuple[EditionFacts, Warnings]:
    """Return the attributes that a cable's page shows beside the text, and warnings."""
    values = defaultdict(str, attributes)
    concepts = values["concepts"].upper().split(",")
    captions = captions_of(attributes)
    kind = _one_line(values["type"]).casefold()
    original, warnings = _class_of(values["original classification"])
    stamp = values["markings"] or values["review markings"]
    edition: EditionFacts = {
        "film_number": values["film number"],
        "document_number": values["document number"],
        "locator": values["locator"],
        "handling": values["handling restrictions"],
        "original_handling": _one_line(values["original handling restrictions"]),
        "original_classification": original,
        "current_classification": values["current classification"],
        "drafter": values["drafter"],
        "from": values["from"],
        "to": values["to"],
        "kind": "telegram" if kind in TELEGRAM else kind if kind in CABLES else "other",
        "type": "" if kind in (*TELEGRAM, *CABLES) else _one_line(values["type"]),
        "subject": _one_line(values["subject"]).lstrip(": "),
        "concepts": [_one_line(each) for each in concepts if each.strip()],
        "tags": split_tags([_one_line(values["tags"])]),
        "captions": captions,
        "released_stamp": _one_line(stamp).strip("| "),
        "release_marking": release_marking(stamp),
    }
    return without_empty(edition), warnings


def captions_of(attributes: Attributes) -> list[str]:
    """Return the captions of a document, present and original ones, each once."""
    found: dict[str, None] = {}
    for key in CAPTION_KEYS:
        for word in BETWEEN_CAPTIONS.split(attributes.get(key, "").upper()):
            parts = CAPTION.findall(word)
            found |= dict.fromkeys(parts if "".join(parts) == word else [word[:LONGEST_CAPTION]])
    return [caption for caption in found if caption and caption != "N/A"]


def release_marking(text: str) -> str:
    """Return the review by which a document was released: "EO SYSTEMATIC REVIEW 04 MAY 2006".

    The name of whoever signed it is left out. "" if the text has no such stamp.
    """
    stamp = re.search(STAMP, _one_line(text), re.IGNORECASE)
    return _one_line(stamp["review"]).upper() if stamp else ""


def released_on(marking: str) -> date | None:
    """Return the day at the end of a release marking."""
    printed = dates.parse(" ".join(marking.split()[-3:]), "17 Mar 1973")
    return printed[0].date() if printed else None


def _class_of(printed: str) -> tuple[str, Warnings]:
    """Return the original classification, "" and a warning if it is a word of some text."""
    value = printed.strip(" .,;:()\"'-").upper()
    try:
        return normal_classification(value), ()
    except ValueError:
        return "", (("N-10", f"The original classification is printed as {printed[:40]!r}"),)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def cable_of(
    attributes: Attributes,
    reference: str,
    edition: EditionFacts,
    texts: tuple[str, str],
    form: str,
    *,
    replaced: int = 0,
    warnings: Warnings = (),
) -> ParsedCable:
    """Return the cable of these attributes and texts (header, body).

    `form` is the format of the record, `replaced` the number of characters that were not UTF-8.
    Raises ValueError if it has no date.
    """
    header, body = texts
    created, precision = created_of(attributes, header)
    original = edition.get("original_classification", "")
    sender = attributes.get("from", "")
    return parse_record(
        Record(
            format=form,
            reference=reference,
            created=created,
            created_precision=precision,
            released=released_on(edition.get("release_marking", "")),
            classification=attributes.get("current classification") or original,
            origin=origin_of_sender(sender, reference, created.year),
            header=header,
            body=body,
            cites=tuple(cited(attributes.get("reference", ""))),
            title=edition.get("subject", ""),
            replaced=replaced,
            edition=edition,
            warnings=warnings,
        )
    )


def created_of(attributes: Attributes, header: str) -> tuple[datetime, str]:
    """Return (time of sending, precision): of the date-time group, else the day of the draft.

    Raises ValueError if there is neither.
    """
    if group := parse_header(header).group:
        return group.instant, "minute"
    for key in ("draft date", "sent date", "date"):
        if day := dates.parse(attributes.get(key, "").strip(), *DATES):
            return day
    raise ValueError("Neither a date-time group nor a draft date says when it was sent")
