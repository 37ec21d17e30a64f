"""Store what volumes print before their documents; with those under embargo it waits."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from django.db import transaction

from ..models import (
    Cable,
    Erased,
    FormerReference,
    Load,
    LoadRow,
    VolumePage,
    VolumeWithholding,
    WaitingVolumePage,
)
from ..models.volume_pages import LEFT_OUT, PageValues
from ..publication.publish_volume_pages import printed_pages, store_pages
from ..publication.row_values import storable
from ..sources import Other
from ..sources.frus.document_names import published_name
from ..sources.frus.front_matter import FrontPage, read_front_matter
from ..sources.limited_files import Limits
from ..telegram.fact_types import FrontBlock, PrintedLink

LONGEST_TITLE, LONGEST_KEY, LONGEST_VOLUME = 300, 100, 100  # Characters.


def store_volume_pages(run: Load, left_out: Mapping[Path, Sequence[Other]], limits: Limits):
    """Replace the pages of the volumes in these files, if they differ.

    `left_out` has the documents that the load left out of each file: they are listed on a page too.
    Pages of a volume with documents that this load put, or left, under embargo wait for them.
    """
    for path in sorted(left_out):
        name, printed = read_front_matter(path, limits)
        printed += page_of_left_out(left_out[path])
        volume = name[:LONGEST_VOLUME]
        pages: list[PageValues] = [
            {
                "volume": volume,
                "name": page.name,
                "position": position,
                "title": page.title[:LONGEST_TITLE],
                "blocks": page.blocks,
                "keys": [key for key in page.keys if len(key) <= LONGEST_KEY],
            }
            for position, page in enumerate({page.name: page for page in printed}.values())
        ]
        with transaction.atomic():
            VolumeWithholding.lock()
            WaitingVolumePage.objects.filter(volume=volume).delete()
            if _embargoed(run).filter(source=storable(str(path))).exists():
                waiting = (WaitingVolumePage(load=run, **page) for page in pages)
                WaitingVolumePage.objects.bulk_create(waiting)
            else:
                store_pages(volume, pages)


def page_of_left_out(documents: Sequence[Other]) -> list[FrontPage]:
    """Return the page that lists documents by title; [] if there is none.

    It has no title of a document that is here, or was, whatever readers may see of that.
    """
    known = _known_among([each.reference for each in documents])
    blocks = [_entry(each) for each in documents if each.reference not in known]
    return [FrontPage(LEFT_OUT, "Documents left out", blocks)] if blocks else []


def _entry(document: Other) -> FrontBlock:
    text = document.title or document.reference
    link: PrintedLink = {"start": 0, "end": len(text), "to": f"#{document.document}"}
    return {"kind": "item", "text": text, "depth": 0, "links": [link]}


def shorten_left_out() -> None:
    """Take what came by any file since, or waits, off the pages that list documents left out."""
    volumes = VolumePage.objects.filter(name=LEFT_OUT).order_by("volume")
    for volume in list(volumes.values_list("volume", flat=True)):
        with transaction.atomic():
            VolumeWithholding.lock()
            pages = printed_pages(volume)
            if (shorter := _without_known(pages)) != pages:
                store_pages(volume, shorter)


def _without_known(pages: Sequence[PageValues]) -> list[PageValues]:
    """Return pages of volumes without the titles of documents that are here, or were."""
    shorter = []
    for page in pages:
        if page["name"] == LEFT_OUT:
            volume, blocks = page["volume"], page["blocks"]
            names = [published_name(volume, block["links"][0]["to"][1:]) for block in blocks]
            known = _known_among(names)
            left = zip(names, blocks, strict=True)
            page = page | {"blocks": [block for name, block in left if name not in known]}
        if page["blocks"]:
            shorter.append(page)
    return shorter


def _known_among(names: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for model in (Cable, FormerReference, Erased, LoadRow):
        rows = model._default_manager.filter(reference__in=names)
        known.update(rows.values_list("reference", flat=True))
    return known


def release_volume_pages(run: Load):
    """Store the pages that waited for the documents of a load, if none of these waits any more.

    Call it in a transaction, after VolumeWithholding.lock().
    """
    if _embargoed(run).exists():
        return
    waiting = run.waiting_pages.order_by("volume", "position")
    pages = _without_known([page.values for page in waiting])
    for volume, group in groupby(pages, key=itemgetter("volume")):
        store_pages(volume, list(group))
    waiting.delete()


def _embargoed(run: Load):
    return LoadRow.objects.filter(load=run, outcome__in=LoadRow.EMBARGOED)
