"""The two decisions on a cable: each has a form for its reason, and a way to carry it out."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet

from ..models import publish_all, withhold_all

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

    def choose(self, cables: QuerySet) -> QuerySet:
        return cables.filter(self.applicable)

    @transaction.atomic
    def carry_out(self, cables: QuerySet, reason: str, by) -> int:
        """Apply it to all of the cables or to none; return how many they were."""
        # Another curator may have decided meanwhile: rows are chosen again when they are locked.
        return self.apply(cables, reason, by)

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
    )
}
