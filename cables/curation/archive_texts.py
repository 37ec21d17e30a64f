"""All texts of cables, by part: as readers see them, and what is sealed. Read in batches.

The parts are those of a redaction: header, preamble, paragraphs, facts (with what is printed
beside a text: footnotes, source notes, persons), notes. Beside the cables, what curators write
(WRITTEN), the reasons that readers are told, and what volumes print before their documents may have
the words; for those who may see sealed text also records that wait or were not applied, withheld
parts of volumes, and reasons in the log. These are listed, not redacted.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Max, QuerySet
from django.urls import resolve, reverse
from django.utils.text import capfirst

from ..models import (
    Article,
    Cable,
    Change,
    CitingWork,
    Collection,
    Copy,
    Erased,
    FormerParagraph,
    Link,
    LoadRow,
    Note,
    Page,
    Picture,
    PublicChange,
    Redaction,
    RedactionMatch,
    RedactionSearch,
    Sealed,
    SealedVolumePage,
    StandingForm,
    TextVersion,
    Version,
    VolumePage,
    VolumeWithholding,
    WaitingVolumePage,
)
from ..models.volume_pages import PrintedPage
from ..names.archive_matcher import NameMatcher
from ..names.archive_matches import PartedText, PatternFinder, find_forms, parts_of
from ..names.redaction_near_misses import context_of
from ..publication.public_text import SOURCE, contents_of, contents_of_version
from ..publication.row_values import text_of_raw
from ..telegram.apply_redactions import Contents
from ..telegram.redact_phrases import Span, find_phrases


@dataclass(slots=True)
class CableTexts:
    cable: Cable
    stamp: str  # Its edit token.
    texts: list[PartedText] = field(default_factory=list)


@dataclass(slots=True)
class _Rows:
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


AT_ONCE = 200  # Rows that are read together.


@dataclass(frozen=True, slots=True)
class OtherArchiveText:
    name: str
    address: str  # Of its page at the desk; of an erased cable of that for readers.
    text: str
    is_sealed: bool = False
    is_public: bool = False  # Readers see it now.


def find_in_other_texts(
    search: RedactionSearch, matcher: NameMatcher, patterns: dict[str, PatternFinder]
) -> Iterator[RedactionMatch]:
    """Yield the matches, which are not stored yet. Of records of loads no text is kept."""
    for other in _texts(search.with_sealed):
        text = PartedText("", [("notes", other.text)], other.is_sealed)
        for form in find_forms([text], matcher, patterns):
            yield RedactionMatch(
                search=search,
                name=other.name,
                address=other.address,
                phrase=form.phrase,
                form=form.phrase if other.is_sealed else form.form,
                key=form.key,
                kind=form.kind,
                places=[] if other.is_sealed else [["text", *place[1:]] for place in form.places],
                count=form.count,
                is_sealed=other.is_sealed,
            )


def _texts(with_sealed: bool) -> Iterator[OtherArchiveText]:
    for model, text in dict.fromkeys(OTHER_TEXTS.values()):
        if model is not LoadRow:
            yield from map(text, _rows_to_read(model).iterator(AT_ONCE))
    if with_sealed:
        yield from _sealed_texts()


def _rows_to_read(model: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.all()
    if model is Picture:
        return rows.defer("data")
    if model is Cable:
        return rows.exclude(withheld_reason="").only("reference", "withheld_reason")
    if model in (Change, PublicChange):  # Each reason once, by the last entry that has it.
        return rows.exclude(reason="").order_by("reason", "-pk").distinct("reason")
    return rows


def _written(row: Any) -> OtherArchiveText:
    """Return what curators wrote into a row beside the cables; the first of its texts names it."""
    texts = [getattr(row, name) for name in WRITTEN[type(row)]]
    address = reverse(f"admin:cables_{row._meta.model_name}_change", args=[row.pk])
    is_public = row.is_shown() if type(row) is Picture else getattr(row, "published", 0) is not None
    name = f"{capfirst(row._meta.verbose_name)} {texts[0]}"
    return OtherArchiveText(name, address, "\n\n".join(texts), is_public=is_public)


def _of_printed(printed: VolumePage) -> OtherArchiveText:
    address = reverse("admin:cables_volumepage_withhold", args=[printed.pk])
    return OtherArchiveText(name_of_page(printed), address, _text_of(printed), is_public=True)


def _of_row(row: LoadRow) -> OtherArchiveText:
    address = reverse("admin:cables_loadrow_change", args=[row.pk])
    name = f"{row.reference or row.place}, {row.get_outcome_display().lower()}"
    return OtherArchiveText(name, address, text_of_raw(row.raw), is_sealed=True)


def _of_withheld(cable: Cable) -> OtherArchiveText:
    address = reverse("admin:cables_cable_change", args=[cable.pk])
    return _of_reason(f"Why {cable.reference} is withheld", address, cable.withheld_reason)


def _of_erased(erased: Erased) -> OtherArchiveText:
    address = reverse("cable", args=[erased.reference])
    return _of_reason(f"Why {erased.reference} was erased", address, erased.reason)


def _of_part(part: VolumeWithholding) -> OtherArchiveText:
    address = reverse("admin:cables_volumewithholding_publish", args=[part.pk])
    return _of_reason(f"Why a part of the volume {part.volume} is withheld", address, part.reason)


def _of_reason(name: str, address: str, reason: str) -> OtherArchiveText:
    return OtherArchiveText(name, address, reason, is_public=bool(reason))


def _of_entry(entry: Change | PublicChange) -> OtherArchiveText:
    """Return the reason of an entry of the log, or of what readers see of it."""
    address = reverse("admin:cables_change_change", args=[entry.pk])
    is_public = isinstance(entry, PublicChange)
    name = f"Reason in the log of {entry.at:%Y-%m-%d}"
    return OtherArchiveText(name, address, entry.reason, not is_public, is_public)


def _of_version(version: TextVersion) -> OtherArchiveText:
    address = reverse(f"admin:cables_{version.kind}_forget", args=[version.pk])
    return OtherArchiveText(f"Earlier version of {version}", address, version.words)


# Model of what curators write beside the cables -> its texts.
WRITTEN: dict[Any, tuple[str, ...]] = {
    Article: ("title", "summary", "body"),
    Collection: ("name", "provenance"),
    Link: ("label",),
    Page: ("title", "body"),
    Picture: ("description",),
}
# Name of its page at the desk -> model, and what makes its text.
OTHER_TEXTS: dict[str, tuple[Any, Callable[[Any], OtherArchiveText]]] = {
    **{f"cables_{model._meta.model_name}_change": (model, _written) for model in WRITTEN},
    "cables_volumepage_withhold": (VolumePage, _of_printed),
    "cables_loadrow_change": (LoadRow, _of_row),
    "cables_cable_change": (Cable, _of_withheld),
    "cable": (Erased, _of_erased),
    "cables_volumewithholding_publish": (VolumeWithholding, _of_part),
    "cables_change_change": (PublicChange, _of_entry),
    **dict.fromkeys(("cables_article_forget", "cables_page_forget"), (TextVersion, _of_version)),
}


def text_at(address: str) -> OtherArchiveText | None:
    """Return a text as it is now, by the address of its page; None if it is gone, or has no page.

    Parts of volumes that wait or are withheld share the pages of others; of the log, which nobody
    can change, only what readers see counts.
    """
    page = resolve(address)
    model, text = OTHER_TEXTS.get(page.url_name or "", (None, None))
    row = model and model._default_manager.filter(pk=next(iter(page.kwargs.values()))).first()
    return text(row) if text and row else None


def tells_still(text: str, match: RedactionMatch) -> bool:
    """Return whether a text still has the words of a match, or forms that its search redacted."""
    standing = match.search.standing.exclude(form="").exclude(use=StandingForm.LEAVE)
    forms = [match.form] if match.form else list(standing.values_list("form", flat=True))
    return bool(find_phrases(text, forms))


def _sealed_texts() -> Iterator[OtherArchiveText]:
    yield from map(_of_entry, _rows_to_read(Change).iterator(AT_ONCE))
    rows = LoadRow.objects.exclude(raw="").defer("reason")
    yield from map(_of_row, rows.iterator(AT_ONCE))
    for waiting in WaitingVolumePage.objects.iterator(AT_ONCE):
        address = reverse("admin:cables_load_change", args=[waiting.load_id])
        name = f"{name_of_page(waiting)}, under embargo"
        yield OtherArchiveText(name, address, _text_of(waiting), is_sealed=True)
    for sealed in SealedVolumePage.objects.iterator(AT_ONCE):
        address = reverse("admin:cables_volumewithholding_changelist")
        name = f"{name_of_page(sealed)}, withheld"
        yield OtherArchiveText(name, address, _text_of(sealed), is_sealed=True)


def name_of_page(page: PrintedPage) -> str:
    return f"{page.title} of the volume {page.volume}"


def _text_of(page: PrintedPage) -> str:
    return "\n\n".join([page.title, *(block["text"] for block in page.blocks)])


WIDE = 160  # Characters on each side.
Place = Sequence[str]  # (name of the place, text before, words, text behind)


def wider_places(
    matches: Iterable[RedactionMatch], with_sealed: bool, expanded: int = 0
) -> dict[int, list[tuple[str, ...]]]:
    """Return {primary key of a match: its places, with 160 characters on each side}.

    The texts of the cables are read again, those that readers do not see only `with_sealed`.
    A place that is not there any more, or crosses a border of paragraphs, stays as it is stored.
    Of the match `expanded` the places that are not stored follow.
    """
    rows = list(matches)
    keys = sorted({row.cable_id for row in rows if row.cable_id})
    texts = {each.cable.pk: each.texts for each in texts_of(keys, with_sealed)}
    wider: dict[int, list[tuple[str, ...]]] = {}
    for row in rows:
        parts = [*_named_parts(texts.get(row.cable_id or 0, []))]
        found = _find_stored(row.places, parts)
        wider[row.pk] = [
            parts[each.part].around(each.span) if each else tuple(place[:4])
            for place, each in zip(row.places, found, strict=True)
        ]
        if row.pk == expanded:
            others = [each for each in _find_all(row, parts) if each not in found]
            wider[row.pk] += [parts[each.part].around(each.span) for each in others]
    return wider


class _Part(NamedTuple):
    name: str  # As places have it: "par2 of version 1".
    text: str
    is_sealed: bool

    def around(self, span: Span) -> tuple[str, ...]:
        return self.name, *context_of(span, self.text, WIDE)


class _Found(NamedTuple):
    part: int  # Its number among the parts of the cable.
    span: Span


def _find_stored(places: Iterable[Place], parts: Sequence[_Part]) -> list[_Found | None]:
    """Return where each stored place is now, None if nowhere.

    Places that are alike are found one after the other, in the order of the text.
    """
    found: list[_Found | None] = []
    for place in places:
        candidates = _find_place(place, parts)
        found.append(next((each for each in candidates if each not in found), None))
    return found


def _find_place(place: Place, parts: Sequence[_Part]) -> Iterator[_Found]:
    """Yield where the parts with the name of a stored place have its words and text around."""
    name, *stored = place[:4]
    for number, part in enumerate(parts):
        if part.name == name:
            for match in re.finditer(re.escape(stored[1]), part.text):
                if [*context_of(match.span(), part.text)] == stored:
                    yield _Found(number, match.span())


def _find_all(match: RedactionMatch, parts: Sequence[_Part]) -> Iterator[_Found]:
    """Yield where the form of a match stands now, in such texts as it was found in."""
    for number, part in enumerate(parts):
        if part.is_sealed == match.is_sealed:
            for span in find_phrases(part.text, [match.form]):
                yield _Found(number, span)


def _named_parts(texts: Iterable[PartedText]) -> Iterator[_Part]:
    for text in texts:
        suffix = f" of {text.name}" if text.name else ""
        yield from (_Part(name + suffix, part, text.is_sealed) for name, part in text.parts)
