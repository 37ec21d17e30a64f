"""Withhold an entry, a paragraph or a whole page before the documents of a volume, and undo it."""

from django.contrib.auth.models import User
from django.db import transaction

from ..models import Change, VolumeWithholding
from ..publication.publish_volume_pages import WHOLE, part_of, printed_pages, store_pages
from ..telegram.fact_types import FrontBlock
from ..telegram.redact_phrases import holds
from .redactions_and_corrections import StaleError


@transaction.atomic
def withhold_part(volume: str, name: str, part: str, reason: str, by: User) -> VolumeWithholding:
    """Withhold a part of a page from readers, WHOLE or as part_of() names it.

    Raises ValueError if the reason is empty or repeats the words of the entry; StaleError if the
    page does not have the part, or it is withheld already.
    """
    VolumeWithholding.lock()
    blocks = blocks_of(volume, name, part)
    if not blocks:
        raise StaleError("The page does not have this part any more.")
    names = [block["text"].partition(",")[0] for block in blocks if block.get("key") == part]
    if not reason.strip() or holds(reason, names):
        raise ValueError("Withholding takes a reason that does not repeat the words.")
    if VolumeWithholding.objects.filter(volume=volume, name=name, entry=part).exists():
        raise StaleError("It is withheld already.")
    made = VolumeWithholding.objects.create(
        volume=volume, name=name, entry=part, reason=reason, by=by
    )
    _publish(made, "withheld", reason, by)
    return made


@transaction.atomic
def publish_part(withheld: VolumeWithholding, reason: str, by: User):
    """Show readers a withheld part of a page again. Raises StaleError if somebody did already."""
    VolumeWithholding.lock()
    if not VolumeWithholding.objects.filter(pk=withheld.pk).delete()[0]:
        raise StaleError("It was published meanwhile.")
    _publish(withheld, "published", reason, by)


def blocks_of(volume: str, name: str, part: str) -> list[FrontBlock]:
    """Return the blocks of a part of a page as its volume prints it, [] if there is none."""
    pages = (page for page in printed_pages(volume) if page["name"] == name)
    blocks = (block for page in pages for block in page["blocks"])
    return [block for block in blocks if part in (WHOLE, part_of(block))]


def _publish(decided: VolumeWithholding, action: str, reason: str, by: User):
    store_pages(decided.volume, printed_pages(decided.volume))
    what = f"volume {decided}"
    Change.objects.create(action=action, what=what[:250], reason=reason, by=by)
