"""Store what volumes print before their documents."""

from collections.abc import Iterable
from pathlib import Path

from django.db import transaction

from ..models import VolumePage
from ..sources.frus.front_matter import read_front_matter
from ..sources.limited_files import Limits

LONGEST_TITLE, LONGEST_KEY = 300, 100  # Characters.


def store_volume_pages(paths: Iterable[Path], limits: Limits):
    """Replace the pages of the volumes in these files, if they differ."""
    for path in sorted(paths):
        volume, pages = read_front_matter(path, limits)
        rows = {
            page.name: VolumePage(
                volume=volume[:100],
                name=page.name,
                position=position,
                title=page.title[:LONGEST_TITLE],
                blocks=page.blocks,
                keys=[key for key in page.keys if len(key) <= LONGEST_KEY],
            )
            for position, page in enumerate(pages)
        }
        with transaction.atomic():
            held = VolumePage.objects.filter(volume=volume[:100])
            before = [each.contents for each in held.order_by("position")]
            if before != [each.contents for each in rows.values()]:
                held.delete()
                VolumePage.objects.bulk_create(rows.values())
