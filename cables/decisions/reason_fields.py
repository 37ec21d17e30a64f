"""The field of a form for a reason, with a sentence that says who reads it."""

from django import forms

# Who reads what is typed into a field of the desk: said beside it.
READERS = "Readers see it."
LOG = "Readers see it only where the room shows them such changes with the reason."


def reason_field(
    *, for_readers: bool = False, label: str = "", help_text: str = "", required: bool = True
) -> forms.CharField:
    """Return the field of a form for a reason. Beside it stands who reads it."""
    audience, who = ("as readers will see it", "") if for_readers else ("for the log", LOG)
    return forms.CharField(
        label=label or f"Reason, {audience}",
        required=required,
        max_length=1_000,
        help_text=f"{help_text} {who}".strip(),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 70}),
    )
