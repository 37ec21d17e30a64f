"""Store the pages before the documents of a volume: for readers, without what is withheld."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from ..models import Change, RedactionSearch, SealedVolumePage, VolumePage, VolumeWithholding
from ..models.volume_pages import PageValues
from ..telegram.fact_types import FrontBlock
from .standing_redactions import standing_forms

Page = TypeVar("Page", VolumePage, SealedVolumePage)
WHOLE = ""  # The name of a whole page as a part of itself.


def part_of(block: FrontBlock) -> str:
    """Return the name of a part of a page: the key of an entry, else a digest of its text."""
    return block.get("key") or f"text {hashlib.sha256(block['text'].encode()).hexdigest()[:40]}"


def store_pages(volume: str, pages: Sequence[PageValues]) -> None:
    """Replace the pages of a volume by those that it prints, if they differ.

    Call it in a transaction, after VolumeWithholding.lock(). A page of which parts are withheld is
    sealed as it is printed. New parts that match redactions over the archive are withheld.
    """
    _withhold_standing(volume, pages)
    reasons: dict[str, dict[str, str]] = defaultdict(dict)
    for each in VolumeWithholding.objects.filter(volume=volume).order_by("pk"):
        reasons[each.name][each.entry] = each.reason
    _replace(SealedVolumePage, volume, [page for page in pages if page["name"] in reasons])
    _replace(VolumePage, volume, [as_read(page, reasons.get(page["name"], {})) for page in pages])


def _withhold_standing(volume: str, pages: Sequence[PageValues]) -> None:
    """Withhold new parts of pages that match a redaction over the archive, by its decision."""
    forms = standing_forms()
    known = {(page["name"], part) for page in printed_pages(volume) for part in _texts_of(page)}
    found = {
        (page["name"], part): matches[0].search
        for page in pages
        for part, text in _texts_of(page).items()
        if (page["name"], part) not in known and (matches := forms.find_in_words(text))
    }
    searches = RedactionSearch.objects.in_bulk(found.values())
    for (name, part), key in found.items():
        decided = {"reason": searches[key].reason, "by": searches[key].decided_by}
        values = {**decided, "search_id": key}
        made, is_new = VolumeWithholding.objects.get_or_create(
            volume=volume, name=name, entry=part, defaults=values
        )
        if is_new:
            Change.objects.create(action="withheld", what=f"volume {made}"[:250], **decided)


def _texts_of(page: PageValues) -> dict[str, str]:
    """Return {part: its text} of a page; the whole page stands for its title."""
    texts = {WHOLE: page["title"]}
    for block in page["blocks"]:
        texts[part_of(block)] = f"{texts.get(part_of(block), '')}\n{block['text']}"
    return texts


def printed_pages(volume: str) -> list[PageValues]:
    """Return the pages of a volume as it prints them, with what is withheld."""
    pages = {each.name: each.values for each in VolumePage.objects.filter(volume=volume)}
    pages |= {each.name: each.values for each in SealedVolumePage.objects.filter(volume=volume)}
    return sorted(pages.values(), key=lambda page: page["position"])


def as_read(page: PageValues, reasons: Mapping[str, str]) -> PageValues:
    """Return a page as readers see it; `reasons` are {withheld part: why}.

    A part that another edition of the volume does not have may stand there in other words: then
    the whole page is withheld until a curator looks at it.
    """
    parts = {part_of(block) for block in page["blocks"]}
    if lost := [why for part, why in reasons.items() if part not in parts]:
        blocks = [_notice(lost[0])]
        return page | {"title": page["name"], "blocks": blocks, "keys": []}
    blocks = [
        _notice(reasons[part], block["depth"]) if (part := part_of(block)) in reasons else block
        for block in page["blocks"]
    ]
    return page | {"blocks": blocks, "keys": [key for key in page["keys"] if key not in reasons]}


def _notice(reason: str, depth: int = 0) -> FrontBlock:
    return {"kind": "withheld", "text": reason, "depth": depth, "links": []}


def _replace(model: type[Page], volume: str, pages: Collection[PageValues]) -> None:
    """Store pages in place of those of a volume; those that are the same are not written."""
    held = model._default_manager.filter(volume=volume)
    if [each.values for each in held.order_by("position")] == list(pages):
        return
    held.exclude(name__in=[page["name"] for page in pages]).delete()
    model._default_manager.bulk_create(
        [model(**page) for page in pages],
        update_conflicts=True,
        unique_fields=["volume", "name"],
        update_fields=["position", "title", "blocks", "keys"],
    )
