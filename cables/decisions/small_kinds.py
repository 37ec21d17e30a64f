"""Add a note above the text of cables; read their stored texts again; leave matters of theirs.

All matters of a rule are left by a decision on their cables: the log has one entry for it and one
for its undoing, not one for each cable: there can be as many as the archive has cables.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import MD5
from django.utils import timezone

from ..curation.bulk_changes import reread_cables, reread_differences
from ..curation.redactions_and_corrections import StaleError
from ..models import BulkDecision, Cable, Change, Left, Matter, Note, State
from ..models.planner_statistics import renew_list_statistics
from ..publication.document_frequencies import WordCount
from ..telegram.shorten_text import count_of
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
        notes = count_of(cable.notes.count(), "note")
        return notes, f"{notes} and this one"

    def apply(self, keys: list[int]) -> BatchResult:
        text = self.parameters["text"]
        notes = Note.objects.bulk_create(Note(cable_id=key, text=text) for key in keys)
        _log(keys, "note added above the text", "", self.by)
        return BatchResult({note.cable_id: {"note": note.pk} for note in notes})

    def kept(self, rows: dict[int, Any]) -> Why:
        published = published_among(rows)
        notes = Note.objects.filter(pk__in=[rows[key]["note"] for key in published])
        unchanged = notes.filter(text=self.parameters["text"], paragraph="")
        same = {note.cable_id for note in unchanged.select_for_update()}
        kept = dict.fromkeys(published - same, "Its note was changed, redacted or deleted.")
        return kept | dict.fromkeys(rows.keys() - published, "It is withheld now.")

    def undo(self, rows: dict[int, Any]) -> Why:
        Note.objects.filter(pk__in=[row["note"] for row in rows.values()]).delete()
        _log(rows, "note deleted above the text", self.decision.undo_reason, self.undone_by)
        return {}


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
    form, has_undo, readers_see_reason = ReasonForm, False, False

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
        changed = reread_cables(keys, words)
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
    is_logged_whole, is_typed, readers_see_reason = True, False, False

    def in_words(self) -> str:
        title, within = self.parameters["title"], self.parameters["within"]
        return f"{title}{', ' if within else ''}{within}"

    def tokens(self, keys: Iterable[int]) -> dict[int, str]:
        """Return digests of the open matters of these cables: what the decision was about."""
        return dict(self.open(keys).annotate(token=MD5("said")).values_list("cable", "token"))

    def open(self, keys: Iterable[int]) -> QuerySet[Matter]:
        return Matter.objects.open().filter(kind=self.parameters["matter"], cable__in=list(keys))

    def left(self, references: Iterable[str]) -> QuerySet[Left]:
        """Return those matters of these cables that this decision left, and nobody took back."""
        kind = self.parameters["matter"]
        return Left.objects.filter(kind=kind, key__in=list(references), decision=self.decision)

    def apply(self, keys: list[int]) -> BatchResult:
        references = dict(self.open(keys).values_list("reference", "cable"))
        values = {"reason": self.reason, "by": self.by, "decision": self.decision}
        values["kind"] = self.parameters["matter"]
        rows = [Left(key=name, label=name, **values) for name in sorted(references)]
        Left.objects.bulk_create(rows, ignore_conflicts=True)
        left = {references[name] for name in self.left(references).values_list("key", flat=True)}
        gone = dict.fromkeys(set(keys) - left, "Somebody repaired or left it meanwhile.")
        return BatchResult({key: {} for key in left}, gone)

    def undo(self, rows: dict[int, Any]) -> Why:
        cables = self.decision.rows.filter(cable__in=list(rows))
        references = dict(cables.values_list("cable__reference", "cable"))
        left = self.left(references)
        taken = {references[name] for name in left.values_list("key", flat=True)}
        left.delete()
        return dict.fromkeys(rows.keys() - taken, "Somebody took it back meanwhile.")


STALE_MATTERS = "Somebody repaired, left or found some of them meanwhile."
NO_MATTERS = "0.0"  # The stamp of none.
# The matters of a decision: how many, and a sum that changes with each of them.
SUMMED = """
SELECT count(*), coalesce(sum(hashtextextended(said, cable_id)), 0) FROM ({}) chosen
"""
# Nobody erases a cable meanwhile; one that was just erased is not chosen.
CHOSEN = """
INSERT INTO cables_bulkdecisioncable (decision_id, cable_id, token, outcome, why)
SELECT %s, cable_id, md5(said), 'waiting', '' FROM ({}) chosen
JOIN cables_cable cable ON cable.id = cable_id FOR KEY SHARE OF cable
"""


def stamp_of_matters(matters: QuerySet[Matter]) -> str:
    """Return "count.sum": it changes when a matter comes, goes, or says something else."""
    if matters.query.is_empty():
        return NO_MATTERS
    sql, values = _query(matters)
    with connection.cursor() as cursor:
        cursor.execute(SUMMED.format(sql), values)
        return "{}.{}".format(*cursor.fetchone())


@transaction.atomic
def choose_matters(
    matters: QuerySet[Matter], parameters: dict[str, str], reason: str, by: User, stamp: str
) -> BulkDecision:
    """Store a decision to leave open matters of one rule, and the cables of these matters.

    Raises StaleError if they are not those of the stamp, ValueError if there are none.
    """
    if stamp_of_matters(matters) != stamp:
        raise StaleError(STALE_MATTERS)
    if stamp == NO_MATTERS:
        raise ValueError("There is nothing to leave.")
    decision = BulkDecision.objects.create(
        kind="leave", parameters=parameters, reason=reason, by=by, previewed=timezone.now()
    )
    sql, values = _query(matters)
    with connection.cursor() as cursor:
        cursor.execute(CHOSEN.format(sql), [decision.pk, *values])
        if str(cursor.rowcount) != stamp.partition(".")[0]:
            raise StaleError(STALE_MATTERS)
    return decision


def _query(matters: QuerySet[Matter]) -> tuple[str, tuple]:
    return matters.order_by().values("cable_id", "said").query.sql_with_params()
