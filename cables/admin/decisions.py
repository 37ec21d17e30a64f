"""The decisions on cables: each has a form for its reason, and a way to carry it out."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet

from ..models import Cable, State

MOST = 100  # Cables in one decision.


class WithholdForm(forms.Form):
    """Why a cable is taken from readers."""

    reason = forms.CharField(
        label="Reason, as readers will see it",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 70}),
        help_text="One or two sentences that say why, and do not repeat what is withheld.",
    )


class PublishForm(forms.Form):
    """Why a cable is given back to readers."""

    reason = forms.CharField(
        label="Reason, for the log",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 70}),
    )


class NoteForm(forms.Form):
    """What the archive has to say of some cables."""

    reason = forms.CharField(
        label="The note, as readers will see it",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 70, "class": "markdown"}),
        help_text="Markdown, as in articles. It stands above the text of each of these cables.",
    )


def add_note(cable: Cable, text: str, by):
    """Put a note above a cable."""
    cable.notes.create(text=text)
    cable.changes.create(action="noted", what="note added above the text", by=by)
    State.move()


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
    apply: Callable[..., None]
    right: str = "cables.withhold_cable"

    def choose(self, cables: QuerySet) -> QuerySet:
        return cables.filter(self.applicable)

    @transaction.atomic
    def carry_out(self, cables: QuerySet, reason: str, by) -> int:
        """Apply it to all of the cables or to none; return how many they were."""
        # Another curator may have decided meanwhile: rows are chosen again when they are locked.
        chosen = list(cables.select_for_update().order_by("reference"))
        for cable in chosen:
            self.apply(cable, reason, by)
        return len(chosen)

    def report(self, count: int) -> str:
        return f"1 cable is {self.done}." if count == 1 else f"{count} cables are {self.done}."


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
            Cable.withhold,
        ),
        Decision(
            "publish",
            "Give back to readers",
            "Publish again",
            "Readers then see it as it was, in every list and under every address that it had.",
            "published again",
            PublishForm,
            ~Q(withheld_reason=""),
            Cable.publish,
        ),
        Decision(
            "annotate",
            "Add a note",
            "Add a note",
            "It stands above the text of each of these cables, marked as the archive's own.",
            "annotated",
            NoteForm,
            Q(withheld_reason=""),
            add_note,
            "cables.add_note",
        ),
    )
}
