"""What a decision is about, and what it would change: texts of a cable before and after."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ..diffs import ComparedText, TextChanges
from ..models import Cable, Correction, Proposal, RedactionMatch, unseal
from ..publication.public_text import fact_in_words
from ..sources.parsed_cable import ParsedCable
from ..telegram.shorten_text import count_of

Approval = Proposal.Kind
MOST_NAMED = 5_000  # Cables that a proposal names: all that can be chosen for one decision.


@dataclass(frozen=True, slots=True)
class DecisionSubject:
    """What a decision is, and what it is about. The title stands in the log: without its words."""

    title: str
    kinds: tuple[str, ...] = ()  # What it is for the setting APPROVALS.
    cable: Cable | None = None
    references: Iterable[str] = ()  # Of its first cables.
    count: int = 1  # Of how many cables it is.

    def stored(self) -> dict[str, Any]:
        """Return the fields of a proposal that say what it is about."""
        return {
            "title": self.title[:250],
            "kinds": [str(kind) for kind in dict.fromkeys(self.kinds)],
            "cable": self.cable,
            "named": list(self.references),
            "count": self.count,
        }

    def is_of(self, proposal: Proposal) -> bool:
        """Return whether a proposal says that it is of this kind, and about these cables."""
        stored = self.stored()
        return all(stored[name] == getattr(proposal, name) for name in ("kinds", "named", "count"))


def about_many(title: str, kinds: Iterable[str], cables: QuerySet[Any]) -> DecisionSubject:
    """Return the subject of a decision on rows with references; on several, it is one on many."""
    count, ordered = cables.count(), cables.order_by("reference")
    references = list(ordered.values_list("reference", flat=True)[:MOST_NAMED])
    if count == 1:
        cable = Cable.objects.filter(reference=references[0]).first()
        return DecisionSubject(f"{title}: {references[0]}", tuple(kinds), cable, references)
    title = f"{title}: {count_of(count, 'cable')}"
    return DecisionSubject(title, (*kinds, Approval.MANY), None, references, count)


@dataclass(slots=True)
class DecisionEffects:
    """What a proposed decision would change, as a page shows it."""

    changes: TextChanges | None = None
    problem: str = ""  # Why it cannot be carried out now.
    samples: list[Any] = field(default_factory=list)
    matches: list[RedactionMatch] = field(default_factory=list)
    matches_in_all: int = 0


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
    return f"Withheld, under embargo until {timed.due:%Y-%m-%d %H:%M} UTC" if timed else "Withheld"


def text_of(cable: Cable) -> ComparedText:
    """Return facts and text of a cable, with those that are sealed while it is withheld."""
    now = Cable.objects.select_related("scheduled_publication").get(pk=cable.pk)
    with as_published(cable) as shown:
        facts = labelled_facts(shown)
        notes = " ".join(shown.notes.order_by("pk").values_list("text", flat=True))
        others = shown.former_references.order_by("reference")
        facts |= {
            "Who sees it": who_sees(now),
            "Notes": notes,
            "Other references": ", ".join(others.values_list("reference", flat=True)),
        }
        return ComparedText(facts, shown.header, shown.blocks())


def labelled_facts(row: Cable | ParsedCable) -> dict[str, str]:
    """Return {label: fact as text} of a cable or a record."""
    facts = {str(each.label): fact_in_words(row, each) for each in Correction.Field}
    return {**facts, "Extent": "partial extract" if row.partial else "whole text"}
