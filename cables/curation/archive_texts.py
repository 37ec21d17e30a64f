"""All texts of cables, by part: as readers see them, and what is sealed. Read in batches.

The parts are those of a redaction: header, preamble, paragraphs, facts (with what is printed
beside a text: footnotes, source notes, persons), notes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max

from ..models import (
    Cable,
    Change,
    CitingWork,
    Copy,
    FormerParagraph,
    Note,
    Redaction,
    Sealed,
    Version,
)
from ..names.archive_matches import PartedText, parts_of
from ..publication.public_text import SOURCE, contents_of, contents_of_version
from ..telegram.apply_redactions import Contents


@dataclass(slots=True)
class CableTexts:
    """A cable with its texts."""

    cable: Cable
    stamp: str  # Its edit token.
    texts: list[PartedText] = field(default_factory=list)


@dataclass(slots=True)
class _Rows:
    """The rows that belong to one cable."""

    versions: list[Version] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    works: list[CitingWork] = field(default_factory=list)
    formers: list[FormerParagraph] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    sealed: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_redacted: bool = False
    last: int = 0  # Primary key of the last change.


def texts_of(keys: Sequence[int], with_sealed: bool) -> Iterator[CableTexts]:
    """Yield cables (by primary keys) with all of their texts, in order.

    `with_sealed` adds withheld cables, and the originals of redacted ones.
    """
    rows = _rows_of(keys, with_sealed)
    cables = Cable.objects.filter(pk__in=keys).select_related("origin__country").order_by("pk")
    for cable in cables:
        own = rows[cable.pk]
        is_withheld = bool(cable.withheld_reason)
        if is_withheld and with_sealed:
            _unseal_in_memory(cable, own)
        texts = CableTexts(cable, f"{cable.version}.{own.last}")
        if not is_withheld or with_sealed:
            texts.texts += _current(cable, own, is_withheld)
        if with_sealed and own.is_redacted:
            texts.texts += _originals(cable, own)
        yield texts


def _rows_of(keys: Sequence[int], with_sealed: bool) -> dict[int, _Rows]:
    rows: dict[int, _Rows] = defaultdict(_Rows)
    for version in Version.objects.filter(cable__in=keys).order_by("number"):
        rows[version.cable_id].versions.append(version)
    for note in Note.objects.filter(cable__in=keys):
        rows[note.cable_id].notes.append(note)
    for work in CitingWork.objects.filter(cable__in=keys):
        rows[work.cable_id].works.append(work)
    for former in FormerParagraph.objects.filter(cable__in=keys):
        rows[former.cable_id].formers.append(former)
    last = Change.objects.filter(cable__in=keys).order_by().values_list("cable")
    for key, change in last.annotate(Max("pk")):
        rows[key].last = change
    if with_sealed:
        _add_sealed(rows, keys)
    return rows


def _add_sealed(rows: dict[int, _Rows], keys: Sequence[int]):
    """Add what readers do not see: originals, and what each source gave."""
    for sealed in Sealed.objects.filter(cable__in=keys):
        rows[sealed.cable_id].sealed[sealed.place] = sealed.values
    redacted = Redaction.objects.filter(cable__in=keys).values_list("cable", flat=True)
    for key in redacted:
        rows[key].is_redacted = True
    for copy in Copy.objects.filter(cable__in=redacted):
        rows[copy.cable_id].copies.append(copy)


def _unseal_in_memory(cable: Cable, rows: _Rows):
    """Give a withheld cable and its rows the contents that are sealed. Nothing is stored."""
    named: list[tuple[str, Any]] = [("cable", cable)]
    named += [(f"version {version.number}", version) for version in rows.versions]
    named += [(f"former {former.paragraph}", former) for former in rows.formers]
    named += [(f"note {note.pk}", note) for note in rows.notes]
    named += [(f"citing work {work.pk}", work) for work in rows.works]
    for place, row in named:
        for name, value in rows.sealed.get(place, {}).items():
            setattr(row, name, value)


def _current(cable: Cable, rows: _Rows, is_sealed: bool) -> Iterator[PartedText]:
    """Yield the texts as readers see them, or would if the cable were not withheld."""
    facts = [former.reason for former in rows.formers]
    notes = [*(note.text for note in rows.notes), *(work.words for work in rows.works)]
    contents = contents_of(cable, cable.header, cable.body, facts, notes)
    yield PartedText("", parts_of(contents), is_sealed)
    for version in rows.versions:
        version.cable = cable
        parts = parts_of(contents_of_version(version))
        yield PartedText(f"version {version.number}", parts, is_sealed)


def _originals(cable: Cable, rows: _Rows) -> Iterator[PartedText]:
    """Yield the unredacted texts of a redacted cable."""
    source = rows.sealed.get(SOURCE)
    if source:
        facts: list[Any] = [[copy.facts, copy.text] for copy in rows.copies]
        ids = cable.paragraph_ids
        contents = Contents(source["header"], source["body"], ids, facts)
        yield PartedText("", parts_of(contents), is_sealed=True)
    for place, values in rows.sealed.items():
        if place.startswith(f"{SOURCE} "):
            name = place.removeprefix(f"{SOURCE} ")
            header, body = values.get("header", ""), values.get("body", "")
            beside = [value for key, value in values.items() if key not in ("header", "body")]
            contents = Contents(header, body, values.get("paragraph_ids", ()), beside)
            yield PartedText(name, parts_of(contents), is_sealed=True)


def keys_after(last: int, cables: Iterable[int], most: int) -> list[int]:
    """Return the next primary keys of cables; `cables` are those to search, none for all."""
    rows = Cable.objects.filter(pk__gt=last)
    if chosen := list(cables):
        rows = rows.filter(pk__in=chosen)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:most])
