"""A cable as readers see it, or would if it were not withheld, to compare before and after."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from ..diffs import ComparedText
from ..models import Cable, unseal
from ..sources.parsed_cable import ParsedCable


@contextmanager
def as_published(cable: Cable) -> Iterator[Cable]:
    """Yield a cable as readers would see it if it were not withheld.

    All changes made in the block are rolled back.
    """
    with transaction.atomic():
        shown = Cable.objects.select_related("origin").get(pk=cable.pk)
        if shown.withheld_reason:
            unseal([shown.pk])
            shown.refresh_from_db()
        yield shown
        transaction.set_rollback(True)


def who_sees(cable: Cable) -> str:
    """Return who sees a cable: "Everybody", or that it is withheld, until when and why."""
    return f"{withheld(cable)}: {cable.withheld_reason}" if cable.withheld_reason else "Everybody"


def withheld(cable: Cable) -> str:
    """Return "Withheld" for a withheld cable, with the time until which it is, if it has one."""
    timed = getattr(cable, "scheduled_publication", None)
    return f"Withheld until {timed.due:%Y-%m-%d %H:%M} UTC" if timed else "Withheld"


def text_of(cable: Cable) -> ComparedText:
    """Return facts and text of a cable, with those that are sealed while it is withheld."""
    now = Cable.objects.select_related("scheduled_publication").get(pk=cable.pk)
    with as_published(cable) as shown:
        facts = labelled_facts(shown, shown.origin.name, shown.cites)
        notes = " ".join(shown.notes.order_by("pk").values_list("text", flat=True))
        others = shown.former_references.order_by("reference")
        facts |= {
            "Who sees it": who_sees(now),
            "Notes": notes,
            "Other references": ", ".join(others.values_list("reference", flat=True)),
        }
        return ComparedText(facts, shown.header, shown.blocks())


def labelled_facts(cable: Cable | ParsedCable, origin: str, cites: Iterable[str]) -> dict[str, str]:
    """Return {label: fact as text} of a cable or a record."""
    return {
        "Subject": cable.subject,
        "Created": f"{cable.created:%Y-%m-%d %H:%M}",
        "Classification": cable.classification,
        "Origin": origin,
        "Tags": ", ".join(cable.tags),
        "References": ", ".join(cites),
        "Extent": "partial extract" if cable.partial else "whole text",
    }
