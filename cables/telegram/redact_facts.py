"""Redact what is stored of a cable beside its text: its facts, and what editors print beside it."""

from collections.abc import Container, Sequence
from typing import Any, TypeVar, cast

from .editors_additions import anchored_additions
from .fact_types import (
    CableFacts,
    EditionFacts,
    PrintedLink,
    ToldCorrection,
    VersionFacts,
    without_empty,
)
from .redact_phrases import holds, scrub, without

# Facts with fixed values: no words are redacted in them.
FIXED_FACTS = {
    *("source", "copies", "textless", "created", "created_precision", "partial", "origin"),
    *("classification", "redacted"),
}
TITLE_FACTS = {"opening", "recipient"}  # Made anew of a redacted text (titles.py).

Facts = TypeVar("Facts", CableFacts, VersionFacts)


def redact_facts(
    facts: Facts, source: str, body: str, phrases: Sequence[str], struck: Sequence[str]
) -> Facts:
    """Return the facts that may be shown beside a redacted body, without those that are empty then.

    `source` is the body before.
    Those for its title are left out, as they are made of other words than the redacted ones.
    `phrases` are those that no fact may have; `struck`, of which editors' additions and
    reasons may have none, are all that are redacted.
    """
    clean: Any = {}
    for name, value in facts.items():
        if name in TITLE_FACTS:
            continue
        if name in FIXED_FACTS:
            clean[name] = value
        elif name == "edition":
            clean[name] = _redact_edition(cast(EditionFacts, value), source, body, struck)
        elif name == "corrected":
            clean[name] = redact_corrections(cast(list[ToldCorrection], value), phrases, struck)
        elif name in ("tags", "articles"):
            clean[name] = without(cast(list[str], value), phrases)
        else:
            clean[name] = scrub(value, phrases)
    shown: Facts = without_empty(clean)
    return shown


def redact_corrections(
    notices: Sequence[ToldCorrection], phrases: Sequence[str], struck: Sequence[str]
) -> list[ToldCorrection]:
    """Return what is told of corrections without phrases, also those in references: 09ROME7.

    `phrases` and `struck` are as in `redact_facts`: a reason may quote any part of the text.
    """
    shown = scrub(list(notices), phrases)
    for each in shown:
        each["reason"] = scrub(each["reason"], struck)
        each["source"] = ", ".join(without(each["source"].split(", "), phrases))
    return shown


def _redact_edition(
    edition: EditionFacts, source: str, body: str, struck: Sequence[str]
) -> EditionFacts:
    """Return what is printed beside a text without redacted words, and without what tells of them.

    The index of a volume may name a document for the words that are redacted in it, and its lists
    print them at the entries that terms and links lead to.
    """
    kept = anchored_additions(edition, source, body)
    # An anchor is found without regard to words: "Brell" in "umbrella".
    kept["terms"] = [
        term
        for term in kept.get("terms", [])
        if holds(_text_of_term(term, edition, body), term[:1])
    ]
    shown = scrub(kept, struck)
    shown["terms"] = [term for term in shown.get("terms", []) if term in kept["terms"]]
    shown["links"] = [link for link in shown.get("links", []) if link in kept.get("links", [])]
    shown["styles"] = [row for row in shown.get("styles", []) if row in kept.get("styles", [])]
    for before, after in zip(kept.get("notes", []), shown.get("notes", []), strict=True):
        if before["text"] != after["text"]:  # The places of its links have moved.
            after.pop("links", None)
    if kept.get("source_note") != shown.get("source_note"):
        shown.pop("source_links", None)
    shown["row_links"] = {
        name: links
        for name, links in shown.get("row_links", {}).items()
        if kept.get(name) == shown.get(name)
    }
    shown.pop("indexed", None)
    if not without([edition.get("second_reference", "")], struck):
        shown.pop("second_reference", None)
    # "56LISBON0" is made of the place in the dateline.
    if not without([edition.get("series", "")], struck):
        shown.pop("series", None)
    terms = edition.get("terms", [])
    entries = {key for term in terms if scrub(term, struck) != term for key in term[2:3]}
    return without_empty(_without_links_to(entries, shown))


def _text_of_term(term: list[str], edition: EditionFacts, body: str) -> str:
    """Return where a term is explained: heading and summary if its anchor is ""."""
    above = f"{edition.get('heading', '')} {edition.get('summary', '')}"
    return above if term[3:] == [""] else body


def _without_links_to(entries: Container[str], edition: EditionFacts) -> EditionFacts:
    """Return an edition without the links that lead to some entries of the lists of a volume."""

    def leads_elsewhere(target: str) -> bool:
        return target.rpartition("#")[2] not in entries

    def kept(links: list[PrintedLink]) -> list[PrintedLink]:
        return [link for link in links if leads_elsewhere(link["to"])]

    edition["links"] = [link for link in edition.get("links", []) if leads_elsewhere(link[2])]
    edition["source_links"] = kept(edition.get("source_links", []))
    rows = {name: kept(links) for name, links in edition.get("row_links", {}).items()}
    edition["row_links"] = {name: links for name, links in rows.items() if links}
    for note in edition.get("notes", []):
        if "links" in note:
            note["links"] = kept(note["links"])
    return edition
