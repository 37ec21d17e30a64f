"""Add a note above the text of cables."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import User

from ..models import Cable, Change, Note, State
from .batch_kinds import PUBLISHED_ONLY, BatchKind, BatchResult, NotApplicable, Why, published_among
from .forms import StampedForm
from .reason_fields import READERS


class NoteOnCablesForm(StampedForm):
    """The text of a note on cables."""

    reason = forms.CharField(
        label="Note",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 70, "class": "markdown"}),
        help_text=f"Markdown, as in articles. {READERS}",
    )


class Annotate(BatchKind):
    """Add a note to cables. The field "reason" of its form is the text."""

    rank = 70
    name, title, right = "annotate", "Add a note", "add_note"
    action, button, done = "Add a note to the selected cables", "Add a note", "annotated"
    explanation = (
        "It is shown above the text of each of these cables, marked as a note of the archive."
    )
    form, offered_on = NoteOnCablesForm, ("published",)

    @classmethod
    def parameters_in(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {"text": data["reason"]}

    @classmethod
    def reason_in(cls, data: dict[str, Any]) -> str:
        return ""

    def in_words(self) -> str:
        return self.parameters["text"]

    def excluded(self) -> NotApplicable:
        return PUBLISHED_ONLY

    def sample(self, cable: Cable) -> tuple[str, str]:
        count = cable.notes.count()
        notes = "1 note" if count == 1 else f"{count} notes"
        return notes, f"{notes} and this one"

    def apply(self, keys: list[int]) -> BatchResult:
        text = self.parameters["text"]
        notes = Note.objects.bulk_create(Note(cable_id=key, text=text) for key in keys)
        _log(keys, "note added above the text", "", self.by)
        return BatchResult({note.cable_id: {"note": note.pk} for note in notes})

    def undo(self, rows: Mapping[int, dict[str, Any]]) -> Why:
        published = published_among(rows)
        kept = dict.fromkeys(rows.keys() - published, "It is withheld now.")
        notes = Note.objects.filter(pk__in=[rows[key]["note"] for key in published])
        unchanged = notes.filter(text=self.parameters["text"], paragraph="")
        same = {note.cable_id: note.pk for note in unchanged.select_for_update()}
        gone = "Its note was changed, redacted or deleted."
        kept |= dict.fromkeys(published - same.keys(), gone)
        Note.objects.filter(pk__in=same.values()).delete()
        _log(same, "note deleted above the text", self.decision.undo_reason, self.undone_by)
        return kept


def _log(keys: Iterable[int], what: str, reason: str, by: User):
    change = {"action": "noted", "what": what, "reason": reason, "by": by}
    Change.objects.bulk_create(Change(cable_id=key, **change) for key in keys)
    State.advance()
