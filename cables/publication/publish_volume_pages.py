"""Store the pages before the documents of a volume: for readers, without what is withheld."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from django.urls import reverse

from ..models import (
    Change,
    Proposal,
    RedactionSearch,
    SealedVolumePage,
    VolumePage,
    VolumeWithholding,
)
from ..models.volume_pages import PageValues
from ..telegram.fact_types import FrontBlock
from ..telegram.shorten_text import cut_at_word
from .publish_persons import publish_persons
from .standing_redactions import standing_forms

Page = TypeVar("Page", VolumePage, SealedVolumePage)
Pages = Mapping[str, PageValues]  # By name.
WHOLE = ""  # The name of a whole page as a part of itself.
LONGEST = 100  # Characters of an entry in the list of parts.


def part_of(block: FrontBlock) -> str:
    """Return the name of a part of a page: the key of an entry, else a digest of its text."""
    return block.get("key") or f"text {hashlib.sha256(block['text'].encode()).hexdigest()[:40]}"


def shown_parts(page: VolumePage) -> list[tuple[str, str]]:
    """Return (value, label) of the parts of a page that readers see, as forms and proposals do."""
    shown = [block for block in page.blocks if block["kind"] != "withheld"]
    labels = {part_of(block): cut_at_word(block["text"], LONGEST) for block in shown}
    return [(WHOLE, "The whole page"), *labels.items()]


def store_pages(volume: str, pages: Sequence[PageValues]) -> None:
    """Replace the pages of a volume by those that it prints, if they differ.

    Call it in a transaction, after VolumeWithholding.lock(). A page of which parts are withheld is
    sealed as it is printed. New parts that repeat a withheld one, or match redactions over the
    archive, are withheld.
    """
    before = {page["name"]: page for page in printed_pages(volume)}
    _withhold_moved(volume, pages, before)
    _withhold_standing(pages, before)
    reasons: dict[str, dict[str, str]] = defaultdict(dict)
    for each in VolumeWithholding.objects.filter(volume=volume).order_by("pk"):
        reasons[each.name][each.entry] = each.reason
    _replace(SealedVolumePage, volume, [page for page in pages if page["name"] in reasons])
    _replace(VolumePage, volume, [as_read(page, reasons.get(page["name"], {})) for page in pages])
    publish_persons(volume)
    _forget_quotes(volume)


def _forget_quotes(volume: str) -> None:
    """Delete what proposals to withhold parts quote of those that readers see no more."""
    for page in VolumePage.objects.filter(volume=volume):
        address = reverse("admin:cables_volumepage_withhold", args=[page.pk])
        seen = {label for _, label in shown_parts(page)}
        for proposal in Proposal.objects.filter(address__startswith=address).exclude(fields=[]):
            if not seen.issuperset(text for _, text in proposal.fields):
                Proposal.objects.filter(pk=proposal.pk).update(fields=[])


def _withhold_moved(volume: str, pages: Sequence[PageValues], before: Pages) -> None:
    """Withhold new parts of pages that have the key or the words of a withheld part.

    A new page is withheld whole if a page with a withheld part is gone: it may be that page.
    """
    names = {page["name"] for page in pages}
    for row in VolumeWithholding.objects.filter(volume=volume).order_by("pk"):
        was = before[row.name]["blocks"] if row.name in before else []
        blocks = [block for block in was if row.entry in (WHOLE, part_of(block))]
        said = {row.entry, *map(part_of, blocks), *(block["text"] for block in blocks)} - {WHOLE}
        for page in pages:
            known = _texts_of(before[page["name"]]) if page["name"] in before else {}
            new = [block for block in page["blocks"] if part_of(block) not in known]
            moved = {part_of(each) for each in new if said & {part_of(each), each["text"]}}
            if not known and row.name not in names:
                moved = {WHOLE}
            elif page["name"] == row.name and row.entry not in map(part_of, page["blocks"]):
                continue  # It is withheld whole.
            for part in sorted(moved):
                _withhold(page, part, row)


def _withhold_standing(pages: Sequence[PageValues], before: Pages) -> None:
    """Withhold parts of pages whose new words match a redaction over the archive, by its decision.

    What readers see of the part as it stands here matches no more.
    """
    forms = standing_forms()
    for page in pages:
        known = _texts_of(before[page["name"]]) if page["name"] in before else {}
        for part, text in _texts_of(page).items():
            was = known.get(part, "")
            found = forms.find_in_words(text) if text != was else []
            read = {each.key for each in forms.find_in_words(was)} if found else set()
            if new := [each.search for each in found if each.key not in read]:
                _withhold(page, part, RedactionSearch.objects.get(pk=new[0]))


def _withhold(page: PageValues, part: str, decided: VolumeWithholding | RedactionSearch) -> None:
    """Withhold a part of a page as another part is, or as a redaction over the archive says."""
    values: dict[str, Any] = {"reason": decided.reason}
    search: int | None
    if isinstance(decided, RedactionSearch):
        values["by"], search = decided.decided_by, decided.pk
    else:
        values["by"], search = decided.by, decided.search_id
    made, is_new = VolumeWithholding.objects.get_or_create(
        volume=page["volume"],
        name=page["name"],
        entry=part,
        defaults=values | {"search_id": search},
    )
    if is_new:
        Change.objects.create(action="withheld", what=f"volume {made}"[:250], **values)


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
