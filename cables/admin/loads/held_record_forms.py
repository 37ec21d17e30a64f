"""Decisions on held records: apply them, publish them as other cables, or leave them."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html

from ...curation.held_records import (
    NO_CABLE,
    apply_held,
    cable_of,
    cables_of_number,
    edit_token_of,
    held_record,
    leave_held,
    own_name,
    publication_token,
    publish_held,
    take_back_left,
    under_name_of_copy,
)
from ...decisions.decision_subjects import (
    Approval,
    DecisionEffects,
    DecisionSubject,
    as_published,
    text_of,
)
from ...decisions.kinds import DecisionKind, GoneError
from ...diffs import ComparedText, find_changes
from ...models import Cable, LoadRow
from ...publication.standing_redactions import CUT, as_published_later
from ...sources import ParsedCable
from ...telegram.apply_redactions import TornError
from ...telegram.paragraphs import Blocks
from .load_previews import (
    CHANGE_LABELS,
    find_public_changes,
    hidden_among,
    may_apply,
    may_read,
    may_see_all,
    rows_for,
    without_quotes,
)

NOTHING = ComparedText({}, "", Blocks(()))


def may_decide(user) -> bool:
    return user.has_perm("cables.load_files") or user.has_perm("cables.redact_cable")


def may_publish(user, row: LoadRow) -> bool:
    """Return whether a user may publish the record of a row as a cable of its own."""
    return user.has_perm("cables.redact_cable") and may_read(user, row)


def offer_of(row: LoadRow) -> dict[str, str]:
    """Return, for a template, the name that a held record would have as a cable of its own.

    Or why it must not become one.
    """
    try:
        return {"own_name": own_name(row, held_record(row))}
    except ValueError as error:
        return {"why_not": str(error)}


class OnHeldRow(DecisionKind):
    """A decision on a held record: its page shows what it changes, or the whole record."""

    template = "load/held.html"
    button: str
    approvals: tuple[str, ...] = (Approval.PUBLISH,)
    readers_see_reason = False
    outcome: str = LoadRow.Outcome.HELD  # Of the rows that it is for.

    def find(self) -> None:
        rows = LoadRow.objects.select_related("load__collection")
        rows = rows.exclude(outcome__in=LoadRow.DECIDED)  # Their reasons are sealed elsewhere.
        self.row = get_object_or_404(rows_for(self.user, rows), pk=self.keys["key"])
        if not self.may_take():
            raise PermissionDenied
        self.waits = self.row.outcome == self.outcome
        self.record = held_record(self.row) if self.waits else None
        self.cable = cable_of(self.row, self.record) if self.record else None

    def is_allowed(self) -> bool:
        return True  # It depends on the row.

    @classmethod
    def is_open_to(cls, user: Any, keys: Mapping[str, Any]) -> bool:
        row = LoadRow.objects.filter(pk=keys["key"]).select_related("load").first()
        return may_decide(user) and (row is None or may_apply(user, row))

    def may_take(self) -> bool:
        return may_decide(self.user) and may_apply(self.user, self.row)

    def stamp(self) -> str:
        return edit_token_of(cable_of(self.row, self.record) if self.record else None)

    def is_decided(self) -> bool:
        return self.waits

    def subject(self) -> DecisionSubject:
        reference = self.row.reference
        title = f"{self.title}: {reference}"
        return DecisionSubject(title, self.approvals, self.cable, [reference])

    def about(self) -> set[int]:
        """Return all cables with the record's number: the log may show the reason to readers."""
        numbered = cables_of_number(self.record.record) if self.record else []
        return {each.pk for each in (self.cable, *numbered) if each}

    def told(self) -> str:
        outcome = LoadRow.objects.get(pk=self.row.pk).get_outcome_display()
        return f"{self.row.reference}: {outcome}."

    def context(self) -> dict[str, Any]:
        row = self.row
        if not may_see_all(self.user):
            row.reason = without_quotes(row.reason)
        context = {"row": row, "waits": self.waits, **CHANGE_LABELS}
        return context | (self.shown() if self.waits else {})

    def shown(self) -> dict[str, Any]:
        """Return what the page shows of the record: what it would change."""
        row, record, cable = self.row, self.record, self.cable
        if record is None or cable is None or not may_read(self.user, row):
            return {}
        with as_published(cable) as shown:
            named = under_name_of_copy(row, record)
            changes = find_public_changes(row.load, shown, named.record)
        return {"changes": changes, "would_tear": changes is None}

    def next_page(self) -> str:
        return reverse("admin:cables_loadrow_change", args=[self.row.pk])


class ApplyHeld(OnHeldRow):
    """Let a held record be its source's record of a cable."""

    pages = {"loadrow_apply": "<int:key>/apply/"}
    heading, button = "Apply a held record", "Apply"
    explanation = (
        "It becomes this source's record of the cable. A withheld cable stays withheld, and "
        "redacted words stay redacted in the new text too. What may be words of a redaction over "
        "the archive is redacted: lift that in the cable if they are others."
    )

    def find(self) -> None:
        super().find()
        if self.record and self.cable is None:
            raise GoneError(NO_CABLE.format(self.row.reference), self.next_page())

    def carry_out(self, data: dict[str, Any]) -> str:
        apply_held(self.row, data["reason"], self.user, data["stamp"])
        return self.told()

    @classmethod
    def may_judge_effects(cls, user, proposal, keys) -> bool:
        hides = hidden_among(LoadRow.objects.filter(pk=keys["key"]))
        return not hides and super().may_judge_effects(user, proposal, keys)


class PublishHeld(OnHeldRow):
    pages = {"loadrow_publish": "<int:key>/publish/"}
    heading, button = "Publish a held record as another cable", "Publish"
    readers_see_reason = True
    explanation = (
        "It becomes a cable of its own. Readers see all of its text: what was redacted or withheld "
        "in the cable with its number is not hidden in this one. Only what may be words of a "
        "redaction over the archive is redacted: lift that afterwards if they are others. Below is "
        "what they will see: read it to the end."
    )

    def may_take(self) -> bool:
        return may_publish(self.user, self.row)

    def stamp(self) -> str:
        return publication_token(self.row, self.record)

    def carry_out(self, data: dict[str, Any]) -> str:
        made = publish_held(self.row, data["reason"], self.user, data["stamp"])
        told = '{}: published as <a href="{}">{}</a>.'
        return format_html(told, self.row.reference, made.get_absolute_url(), made)

    def shown(self) -> dict[str, Any]:
        """Return what the page shows of the record: all that readers will see."""
        if self.record is None:
            return offer_of(self.row)
        try:
            public = as_published_later(self.record.record)
        except TornError:
            return {"why_not": CUT.format(self.row.reference)}
        return offer_of(self.row) | {"record": public, "beside": _beside(public)}

    def effects(self, cable: Cable | None) -> DecisionEffects:
        """Return the text of the cable that the record would become."""
        with transaction.atomic():
            message = self.attempt_proposed()
            # No load stores cables before the end of this transaction (`one_batch`).
            made = Cable.objects.latest("pk") if message else None
            changes = find_changes(NOTHING, text_of(made)) if made else None
            transaction.set_rollback(True)
        return DecisionEffects(changes, "" if message else self.problem())

    @classmethod
    def may_judge_effects(cls, user, proposal, keys) -> bool:
        """Readers would get a text that the desk shows to who may see sealed texts."""
        return False


class LeaveHeld(OnHeldRow):
    pages = {"loadrow_leave": "<int:key>/leave/"}
    heading, button, approvals = "Leave a held record", "Leave it", ()

    @property
    def explanation(self) -> str:
        stays = "The cable stays as it is" if self.cable else "No cable is made of it"
        return f"{stays}, even if a later load has the same record."

    def may_take(self) -> bool:
        return may_decide(self.user)

    def carry_out(self, data: dict[str, Any]) -> str:
        leave_held(self.row, data["reason"], self.user, data["stamp"])
        return self.told()


class TakeBackLeft(LeaveHeld):
    pages = {"loadrow_take_back": "<int:key>/take-back/"}
    heading, button = "Take back a record that was left", "Take it back"
    explanation = "The record is held again, and waits in the list of held records."
    outcome = LoadRow.Outcome.LEFT

    def carry_out(self, data: dict[str, Any]) -> str:
        take_back_left(self.row, data["reason"], self.user, data["stamp"])
        return self.told()


def _beside(record: ParsedCable) -> list[str]:
    """Return the texts of an edition that readers will see beside that of the record."""
    edition = record.edition
    texts = [edition.get("heading", ""), edition.get("opener", ""), edition.get("summary", "")]
    texts += [edition.get("source_note", "")]
    texts += [f"{note['n']} {note['text']}" for note in edition.get("notes", ())]
    texts += [f"{term[0]}: {term[1]}" for term in edition.get("terms", ())]
    return [text for text in texts if text.strip()]
