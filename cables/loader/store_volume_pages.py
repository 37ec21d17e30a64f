"""Store what volumes print before their documents; with those under embargo it waits."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from django.db import transaction

from ..models import Load, LoadRow, VolumeWithholding, WaitingVolumePage
from ..models.volume_pages import PageValues
from ..publication.publish_volume_pages import store_pages
from ..publication.row_values import storable
from ..sources.frus.front_matter import read_front_matter
from ..sources.limited_files import Limits

LONGEST_TITLE, LONGEST_KEY, LONGEST_VOLUME = 300, 100, 100  # Characters.


def store_volume_pages(run: Load, paths: Iterable[Path], limits: Limits):
    """Replace the pages of the volumes in these files, if they differ.

    Those of a volume with documents that this load put, or left, under embargo wait for them.
    """
    for path in sorted(paths):
        name, printed = read_front_matter(path, limits)
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


def release_volume_pages(run: Load):
    """Store the pages that waited for the documents of a load, if none of these waits any more.

    Call it in a transaction, after VolumeWithholding.lock().
    """
    if _embargoed(run).exists():
        return
    waiting = run.waiting_pages.order_by("volume", "position")
    pages = [page.values for page in waiting]
    for volume, group in groupby(pages, key=itemgetter("volume")):
        store_pages(volume, list(group))
    waiting.delete()


def _embargoed(run: Load):
    return LoadRow.objects.filter(load=run, outcome__in=LoadRow.EMBARGOED)
