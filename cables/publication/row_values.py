"""Compute the columns of a cable, its copies and its mentions from its records."""

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple, TypedDict

from ..glossary.entries import tag_label
from ..models import Cable, Copy, Origin
from ..models.cable import text_file
from ..sources import FORMATS, ParsedCable
from ..telegram.apply_redactions import strings_in
from ..telegram.cities import period_at, place_of
from ..telegram.fact_types import (
    PERSON_ROLES,
    CableFacts,
    CopyFacts,
    EditionFacts,
    edition_of,
    label,
    without_empty,
)
from ..telegram.paragraphs import SEGMENTER, find_offsets
from ..telegram.references import FILM, canonical_reference
from ..telegram.titles import facts_for_title

DOCUMENT_ID = re.compile(r"d\d{1,4}")  # Of a document in a volume, of which no more was read.
EDITED = {"frus", "nara", "nara-list"}
LONGEST_LABEL = 100
NAMED = re.compile(r"[A-Z]\w{3,}")  # A word of an office that tells it from others.
NATION = {"United", "States", "National"}  # Words of many offices.
LONGEST_MARK = 40  # Characters kept: some marks name a dozen countries.


def rank(cable_reference: str, copy: Copy, has_text: bool) -> tuple[bool, bool, int, str, int]:
    """Return a sort key of copies: the one whose text is shown comes first.

    Any text outranks none. A total order: a collection that is not stored yet is the newest.
    """
    return (
        not has_text,
        copy.published_reference != cable_reference,
        list(FORMATS).index(copy.format),
        copy.published_reference,
        copy.collection_id or sys.maxsize,
    )


def copy_facts(record: ParsedCable) -> CopyFacts:
    """Return the fields of a record except its text; `parse_shown_copy` rebuilds it from both."""
    facts: CopyFacts = {
        "created": record.created.isoformat(),
        "created_precision": record.created_precision,
        "classification": record.classification,
        "origin": record.origin,
        "partial": record.partial,
        "title": record.title,
        "articles": list(record.articles),
        "cites": list(record.cites),
    }
    if title := record.facts.get("printed_origin"):
        facts["printed_origin"] = title
    if record.edition:
        facts["edition"] = record.edition
    return facts


def text_columns(record: ParsedCable, origin: Origin) -> dict[str, Any]:
    """Return the columns of a Cable that depend on the text it shows."""
    blocks = record.blocks
    values = {
        "origin": origin,
        "created": record.created,
        "created_precision": record.created_precision,
        "classification": record.classification,
        "subject": record.subject,
        "header": record.header,
        "body": record.body,
        "tags": list(record.tags),
        "captions": list(record.captions),
        "marks": list(dict.fromkeys(block.mark[:LONGEST_MARK] for block in blocks if block.mark)),
        "cites": cites(record),
        "partial": record.partial,
        "warnings": [list(warning) for warning in record.warnings],
        "labels": labels(record.edition),
        "keywords": keywords(record, origin, record.edition),
        "paragraph_ids": blocks.ids,
        "paragraph_offsets": find_offsets(record.body, blocks),
        "fingerprints": blocks.fingerprints,
        "segmenter": SEGMENTER,
    }
    return values | {"digest": digest_of(record.header, record.body)}


def digest_of(header: str, body: str) -> str:
    """Return the SHA-256 of a text as readers download it (REF.txt)."""
    return hashlib.sha256(text_file(header, body).encode()).hexdigest()


def cites(record: ParsedCable) -> list[str]:
    """Return the references that a cable cites: in its REF lines, then those its source adds."""
    printed = [cited.reference for cited in record.references if cited.reference]
    return list(dict.fromkeys([*printed, *record.cites]))


def labels(*editions: EditionFacts) -> list[str]:
    """Return the labels of a cable: "kind:airgram", "volume:frus1861/ch2", "concept:OIL",
    "film:D750089" for the reel, "marking:EO SYSTEMATIC REVIEW 30 JUN 2005" for the release, and
    those of persons.

    The first edition is that of the shown text, which alone gives the kind and "text:extract".
    """
    names = [label("kind", kind) for edition in editions[:1] if (kind := edition.get("kind"))]
    names += [label("text", mark) for each in editions[:1] for mark in each.get("text_marks", ())]
    for edition in editions:
        if volume := edition.get("volume"):
            names.append(label("volume", volume))
            names += [
                label("volume", f"{volume}/{chapter}") for chapter, _ in edition.get("chapters", ())
            ]
        names += [label("concept", concept) for concept in edition.get("concepts", ())]
        if film := FILM.fullmatch(edition.get("film_number", "")):
            names.append(label("film", film[1]))
        if marking := edition.get("release_marking"):
            names.append(label("marking", marking))
        names += persons(edition)
    return list(dict.fromkeys(name[:LONGEST_LABEL] for name in names))


def persons(edition: EditionFacts) -> list[str]:
    """Return the labels of the persons whom a volume marks in a document: "sender:frus1861/p_AB1".

    Each has one as "person". Marks in footnotes are left out: they are not the document's. So is
    everyone whose mark as sender, recipient or signature may be another's.
    """
    terms, roles = edition.get("terms", []), _marks_of_roles(edition)
    told = {term[2]: term[1].partition(",")[2] for term in terms}
    senders = {mark.key for mark in roles["sender"] if mark.is_sure(told)}
    unsure = {
        mark.key
        for role, marks in roles.items()
        for mark in marks
        if not (mark.is_sure(told) or (role == "signer" and mark.key in senders))
    }
    found = {role: [mark.key for mark in marks] for role, marks in roles.items()}
    found["person"] = [*chain(*found.values()), *(term[2] for term in terms)]
    return [
        label(role, f"{edition.get('volume', '')}/{key}")
        for role in PERSON_ROLES
        for key in dict.fromkeys(found[role])
        if key.startswith("p_") and key not in unsure
    ]


class RoleMark(NamedTuple):
    """Words that a volume marks as a person who sent, signed or received a document."""

    key: str  # "p_AB1"
    words: str
    office: str  # What is printed of him around them.

    def is_sure(self, told: Mapping[str, str]) -> bool:
        """Return whether they are surely the person's, of whom the lists tell {key: office}.

        A surname alone is, if the office or the place of the heading is in the entry: volumes mark
        "Dulles" as the Director of Central Intelligence where the Secretary of State signed.
        """
        of_entry = {*NAMED.findall(told.get(self.key, ""))} - NATION
        return " " in self.words or not of_entry.isdisjoint(NAMED.findall(self.office))


def _marks_of_roles(edition: EditionFacts) -> dict[str, list[RoleMark]]:
    links, facts = edition.get("row_links", {}), (edition.get("from", ""), edition.get("to", ""))
    sender, recipient = (
        [
            RoleMark(link["to"][1:], text[link["start"] : link["end"]], text)
            for link in links.get(name, ())
        ]
        for name, text in zip(("from", "to"), facts, strict=True)
    )
    office = f"{facts[0]} {edition.get('place', '')}"
    signed = (each.partition(", ") for each in edition.get("signed", "").split("; "))
    titles = {name.strip(" ."): title for name, _, title in signed}  # "Rell, Director; Oar"
    signer = [
        RoleMark(term[2], term[0], f"{titles[term[0]]} {office}")
        for term in edition.get("terms", ())
        if term[0] in titles
    ]
    return {"sender": sender, "signer": signer, "recipient": recipient}


def keywords(record: ParsedCable | Cable, origin: Origin, edition: EditionFacts) -> str:
    """Return the words by which a cable is found beside those of its text."""
    year = record.reference[:2]
    station = record.reference[2:].rstrip("0123456789")
    serial = record.reference[2 + len(station) :]
    words = [record.reference, year, station, serial, origin.name, origin.city, *record.tags]
    words += map(tag_label, record.tags)
    words += [edition.get("numbered", ""), edition.get("to", "")]
    words += [edition.get("film_number", ""), edition.get("document_number", "")]
    words += edition.get("concepts", ())
    if origin.country:
        town = place_of(origin.city)
        period = period_at(origin.country.iso2, town, record.created.year, origin.name)
        words += [town, origin.country.name, period.name if period else ""]
    return " ".join(dict.fromkeys(filter(None, words)))


def combined_facts(chosen: ParsedCable, copies: Iterable[Copy]) -> CableFacts:
    """Return the facts of the shown text, completed by those of the other copies.

    Only pages of the old archive have articles, and titles for cables without a subject. "source"
    names the copy that is shown; versions keep it.
    """
    copies = list(copies)
    named = [[copy.published_reference, copy.format] for copy in copies]
    bodies = [copy.text[1] if copy.text else chosen.body for copy in copies]
    titles = [chosen.title, *(copy.facts["title"] for copy in copies)]
    shown = next((copy for copy in copies if copy.is_shown), None)
    in_order = sorted(copies, key=attrgetter("published_reference"))
    editions = (edition for copy in in_order if (edition := edition_of(copy.facts)))
    facts: CableFacts = {
        **chosen.facts,
        "articles": list(dict.fromkeys(each for copy in copies for each in copy.facts["articles"])),
        "title": next(filter(None, titles), ""),
        "edition": chosen.edition or next(editions, EditionFacts()),
    }
    if shown:
        facts["source"] = [shown.published_reference, shown.format, shown.collection.slug]
    if chosen.body and not chosen.edition:  # What the text of another copy is does not matter.
        facts["edition"] = {**facts["edition"]}
        facts["edition"].pop("locator", None)
        facts["edition"].pop("text_marks", None)
    if len(copies) > 1:
        pairs = sorted(zip(named, bodies, strict=True))
        facts["copies"] = [name for name, _ in pairs]
        facts["textless"] = [name for name, body in pairs if not body.strip()]
    facts = without_empty(facts)
    return facts | facts_for_title(chosen.subject, chosen.header, chosen.blocks, edition_of(facts))


class OtherSourceText(TypedDict):
    """The text of another source of a cable, as `Cable.other_texts` has it."""

    reference: str  # As published.
    format: str
    collection: str  # Its slug.
    facts: dict[str, str]  # Label -> value.
    header: str
    body: str


def other_texts(chosen: ParsedCable, copies: Iterable[Copy]) -> list[OtherSourceText]:
    """Return the texts of other sources whose words differ from the shown one, to be compared.

    A pair is compared only if one of the two is an edited text (EDITED), of FRUS or the National
    Archives: the pages and text files of the old archive come from its own dump.
    """
    return [
        {
            "reference": copy.published_reference,
            "format": copy.format,
            "collection": copy.collection.slug,
            "facts": {
                "Created": datetime.fromisoformat(copy.facts["created"]).strftime("%Y-%m-%d %H:%M"),
                "Classification": copy.facts["classification"],
                "Origin": copy.facts["origin"],
            },
            "header": copy.text[0],
            "body": copy.text[1],
        }
        for copy in copies
        if copy.text and copy.text[1].strip()
        if {copy.format, chosen.format} & EDITED and copy.text[1].split() != chosen.body.split()
    ]


def raw_of(record: ParsedCable) -> str:
    """Return a record as JSON, as rows of a load keep it; `embargoes.record_in` reads it."""
    values = {
        **copy_facts(record),
        "format": record.format,
        "reference": record.published_reference,
        "released": record.released and record.released.isoformat(),
        "header": record.header,
        "body": record.body,
    }
    return json.dumps(values, ensure_ascii=False)


def text_of_raw(raw: str) -> str:
    """Return a record in a row with the line ends and letters that JSON escapes."""
    try:
        return "\n\n".join(strings_in(json.loads(raw)))
    except ValueError:
        return raw


def storable(text: str) -> str:
    """Return a text or file name with NUL and lone surrogates replaced: PostgreSQL refuses them."""
    text = text.replace("\0", "\N{SYMBOL FOR NULL}")
    return text.encode(errors="backslashreplace").decode()


def reference_of_reject(text: str) -> str:
    """Return the reference of a record that was rejected, or its id in a volume; "" if it is none.

    In a damaged table any text can stand in its place, also such as nobody may see.
    """
    text = storable(text)[:64]
    if DOCUMENT_ID.fullmatch(text):
        return text
    try:
        canonical_reference(text, any_year=True)
    except ValueError:
        return ""
    return text
