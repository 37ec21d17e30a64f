"""The decisions on cables: each has a form for its reason, and a way to carry it out."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib.postgres.aggregates import StringAgg
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import MD5, Cast, JSONArray

from ..curation.cable_decisions import StaleError
from ..models import Cable, Change, Note, State, publish_all, withhold_all
from .decision_base import StampedForm

MOST = 500  # Cables in one decision.


class WithholdForm(StampedForm):
    """Why a cable is taken from readers."""

    reason = forms.CharField(
        label="Reason, as readers will see it",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 70}),
        help_text="One or two sentences that say why, and do not repeat what is withheld.",
    )


class PublishForm(StampedForm):
    """Why a cable is given back to readers."""

    reason = forms.CharField(
        label="Reason, for the log",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 70}),
        help_text="It may stay empty.",
    )


class NoteOnCablesForm(StampedForm):
    """What the archive has to say of some cables."""

    reason = forms.CharField(
        label="The note, as readers will see it",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 70, "class": "markdown"}),
        help_text="Markdown, as in articles. It stands above the text of each of these cables.",
    )


def add_notes(cables: QuerySet, text: str, by) -> int:
    """Put a note above each of some cables; return how many they were."""
    keys = list(cables.order_by("reference").values_list("pk", flat=True))
    Note.objects.bulk_create(Note(cable_id=key, text=text) for key in keys)
    told = {"action": "noted", "what": "note added above the text", "by": by}
    Change.objects.bulk_create(Change(cable_id=key, **told) for key in keys)
    State.move()
    return len(keys)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision, in the words of its page, on those of some cables that it can apply to."""

    name: str
    title: str
    button: str
    explanation: str
    done: str  # "withheld": what the cables then are.
    form: type[forms.Form]
    applicable: Q
    apply: Callable[..., int]
    right: str = "cables.withhold_cable"

    def choose(self, cables: QuerySet) -> QuerySet:
        return cables.filter(self.applicable)

    @transaction.atomic
    def carry_out(self, cables: QuerySet, by, reason: str, stamp: str) -> int:
        """Apply it to all of the cables or to none; return how many they were.

        Raises StaleError if one of them changed since the page with that stamp was opened.
        """
        list(cables.order_by("reference").select_for_update(of=["self"]).values_list("pk"))
        check(cables, stamp)
        return self.apply(cables, reason, by)

    def report(self, count: int) -> str:
        return f"1 cable is {self.done}." if count == 1 else f"{count} cables are {self.done}."


def stamp_of(cables: QuerySet) -> str:
    """Return what a change of any of these cables makes another: forms carry it.

    The database computes it, since a load may have brought all cables of the archive.
    """
    last = Change.objects.filter(cable=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    known = Cable.objects.filter(pk__in=cables.values("pk")).annotate(last=Subquery(last))
    said = Cast(JSONArray("pk", "version", "last", "withheld_reason"), TextField())
    all_said = StringAgg(said, Value(" "), ordering="pk")
    found = known.order_by().aggregate(count=Count("pk"), digest=MD5(all_said))
    return f"{found['count']}.{found['digest']}"


def check(cables: QuerySet, stamp: str):
    """Raise StaleError if one of the cables changed since the page with this stamp was opened."""
    if stamp != stamp_of(cables):
        raise StaleError("Somebody changed one of these cables meanwhile.")


DECISIONS = {
    decision.name: decision
    for decision in (
        Decision(
            "withhold",
            "Withhold from readers",
            "Withhold",
            "Readers then get reference and reason at its address, and find it nowhere else.",
            "withheld",
            WithholdForm,
            Q(withheld_reason=""),
            withhold_all,
        ),
        Decision(
            "publish",
            "Give back to readers",
            "Publish again",
            "Readers then see it as it was, in every list and under every address that it had.",
            "published again",
            PublishForm,
            ~Q(withheld_reason=""),
            publish_all,
        ),
        Decision(
            "annotate",
            "Add a note",
            "Add a note",
            "It stands above the text of each of these cables, marked as the archive's own.",
            "annotated",
            NoteOnCablesForm,
            Q(withheld_reason=""),
            add_notes,
            "cables.add_note",
        ),
    )
}
