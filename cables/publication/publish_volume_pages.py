"""Store the pages before the documents of a volume: for readers, without what is withheld."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from ..models import SealedVolumePage, VolumePage, VolumeWithholding
from ..models.volume_pages import PageValues
from ..telegram.fact_types import FrontBlock

Page = TypeVar("Page", VolumePage, SealedVolumePage)
WHOLE = ""  # The name of a whole page as a part of itself.


def part_of(block: FrontBlock) -> str:
    """Return the name of a part of a page: the key of an entry, else a digest of its text."""
    return block.get("key") or f"text {hashlib.sha256(block['text'].encode()).hexdigest()[:40]}"


def store_pages(volume: str, pages: Sequence[PageValues]) -> None:
    """Replace the pages of a volume by those that it prints, if they differ.

    Call it in a transaction, after VolumeWithholding.lock(). A page of which parts are withheld is
    sealed as it is printed.
    """
    reasons: dict[str, dict[str, str]] = defaultdict(dict)
    for each in VolumeWithholding.objects.filter(volume=volume).order_by("pk"):
        reasons[each.name][each.entry] = each.reason
    _replace(SealedVolumePage, volume, [page for page in pages if page["name"] in reasons])
    _replace(VolumePage, volume, [as_read(page, reasons.get(page["name"], {})) for page in pages])


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
