"""Add a note above the text of cables; read their stored texts again; leave matters of theirs."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import User

from ..curation.bulk_changes import reread_cables, reread_differences
from ..curation.matter_decisions import leave_matters, matter_tokens, take_back_matters
from ..models import Cable, Change, Note, State
from ..models.planner_statistics import renew_list_statistics
from ..publication.document_frequencies import WordCount
from ..publication.origins_and_tags import Places
from .batch_kinds import PUBLISHED_ONLY, BatchKind, BatchResult, NotApplicable, Why, published_among
from .correct import in_one_line
from .forms import READERS, ReasonForm, StampedForm


class NoteOnCablesForm(StampedForm):
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


# Columns of a cable that samples show by their values; of others only the name.
SHOWN = ("subject", "classification", "tags", "cites", "captions", "marks")


class Reread(BatchKind):
    """Parse stored texts again. There is no undo: the same text and rules give the same facts."""

    rank = 80
    name, title, right = "reread", "Read again from their sources", "correct_cable"
    action, button, done = "Read the selected cables again", "Read again", "read again"
    explanation = (
        "What is derived from their stored texts (tags, references, titles and other facts) is "
        "parsed again by today's rules. Texts and paragraph numbers stay, and so do "
        "corrections and redactions. There is no undo: the same text and rules give the same "
        "facts."
    )
    form, has_undo = ReasonForm, False

    def excluded(self) -> NotApplicable:
        return PUBLISHED_ONLY

    def sample(self, cable: Cable) -> tuple[str, str]:
        before, after = [], []
        for name, (old, new) in reread_differences(cable).items():
            label, is_shown = name.replace("_", " "), name in SHOWN
            before.append(f"{label}: {in_one_line(old) if is_shown else '…'}")
            after.append(f"{label}: {in_one_line(new) if is_shown else 'as read today'}")
        return "; ".join(before) or "As today's rules read it", "; ".join(after) or "The same"

    def apply(self, keys: list[int]) -> BatchResult:
        words = WordCount()
        changed = reread_cables(keys, Places(), words)
        if changed:
            words.merge()
            change = {"action": "read again", "reason": self.reason, "by": self.by}
            Change.objects.bulk_create(Change(cable_id=key, **change) for key in changed)
            State.advance()
            renew_list_statistics()
        same = dict.fromkeys(set(keys) - set(changed), "Today's rules find the same in it.")
        return BatchResult({key: {} for key in changed}, same)


class Leave(BatchKind):
    """Leave matters of any number of cables; the work list of their rule decides it."""

    name, title, right = "leave", "Leave matters as they are", "add_left"
    is_logged_whole, is_typed = True, False

    def in_words(self) -> str:
        title, within = self.parameters["title"], self.parameters["within"]
        return f"{title}{', ' if within else ''}{within}"

    def tokens(self, keys: Iterable[int]) -> dict[int, str]:
        return matter_tokens(self.decision, keys)

    def apply(self, keys: list[int]) -> BatchResult:
        left = leave_matters(self.decision, keys)
        gone = dict.fromkeys(set(keys) - left, "Somebody repaired or left it meanwhile.")
        return BatchResult({key: {} for key in left}, gone)

    def undo(self, rows: Mapping[int, dict[str, Any]]) -> Why:
        kept = rows.keys() - take_back_matters(self.decision, rows)
        return dict.fromkeys(kept, "Somebody took it back meanwhile.")
