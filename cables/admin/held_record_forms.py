"""Decisions on held records: apply them, publish them as other cables, or leave them."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html

from ..curation.held_records import (
    apply_held,
    cable_of,
    cables_of_number,
    edit_token_of,
    held_record,
    leave_held,
    own_name,
    publication_token,
    publish_held,
    under_name_of_copy,
)
from ..models import Cable, LoadRow, Proposal
from ..publication.standing_redactions import CUT, as_published_later
from ..sources import ParsedCable
from ..sources.prepared import Prepared
from ..telegram.apply_redactions import TornError
from .approval_gate import DecisionSubject
from .decision_base import ReasonForm, carry_out_posted, render_decision
from .load_previews import CHANGE_LABELS, find_public_changes
from .load_record_access import may_apply, may_read, rows_for
from .redaction_forms import as_published

# Name -> what carries it out, title of the page, label of the button, explanation of consequences.
STEPS = {
    "apply": (
        apply_held,
        "Apply a held record",
        "Apply",
        "It becomes this source's record of the cable. A withheld cable stays withheld, and "
        "redacted words stay redacted in the new text too. What may be words of a redaction over "
        "the archive is redacted: lift that in the cable if they are others.",
    ),
    "publish": (
        publish_held,
        "Publish a held record as another cable",
        "Publish",
        "It becomes a cable of its own. Readers see all of its text: what was redacted or withheld "
        "in the cable with its number is not hidden in this one. Only what may be words of a "
        "redaction over the archive is redacted: lift that afterwards if they are others. Below is "
        "what they will see: read it to the end.",
    ),
    "leave": (
        leave_held,
        "Leave a held record",
        "Leave it",
        "The cable stays as it is, even if a later load has the same record.",
    ),
}


def may_decide(user) -> bool:
    """Return whether a user may decide on held records."""
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


def decide(admin, request, key: int, name: str):
    """The page of a decision on a held record: its changes, and a form for the reason."""
    rows = LoadRow.objects.select_related("load__collection")
    row = get_object_or_404(rows_for(request.user, rows), pk=key)
    if not _may_take(request.user, row, name):
        raise PermissionDenied
    carry_out_step, title, button, explanation = STEPS[name]
    waits = row.outcome == LoadRow.Outcome.HELD
    record = held_record(row) if waits else None
    cable = cable_of(row, record) if record else None

    def stamp():
        if name == "publish":
            return publication_token(row, record)
        return edit_token_of(cable_of(row, record) if record else None)

    def carry_out(data):
        made = carry_out_step(row, data["reason"], request.user, data["stamp"])
        if made:
            told = '{}: published as <a href="{}">{}</a>.'
            return format_html(told, row.reference, made.get_absolute_url(), made)
        return f"{row.reference}: {LoadRow.objects.get(pk=key).get_outcome_display()}."

    form = ReasonForm(request.POST or None, initial={"stamp": stamp()})
    kinds = () if name == "leave" else (Proposal.Kind.PUBLISH,)
    subject = DecisionSubject(f"{title}: {row.reference}", kinds, cable, [row.reference])
    about = _about(record, cable)
    if waits and carry_out_posted(request, subject, form, carry_out, stamp, about):
        return redirect("admin:cables_loadrow_change", key)
    context = {
        **{"form": form, "waits": waits, "button": button, "explanation": explanation},
        "row": admin.shown_rows(request, [row])[0],
        **CHANGE_LABELS,
        **(_shown(request.user, row, record, cable, name) if waits else {}),
    }
    template = "admin/cables/load/held.html"
    return render_decision(admin, request, template, title, cable, **context)


def _shown(user, row: LoadRow, record: Prepared | None, cable: Cable | None, name: str) -> dict:
    """Return what the page of a decision shows of a record: all of it, or what it would change."""
    if name == "publish":
        if record is None:
            return offer_of(row)
        try:
            public = as_published_later(record.record)
        except TornError:
            return {"why_not": CUT.format(row.reference)}
        return offer_of(row) | {"record": public, "beside": _beside(public)}
    if record is None or cable is None or not may_read(user, row):
        return {}
    with as_published(cable) as shown:
        named = under_name_of_copy(row, record)
        changes = find_public_changes(row.load, shown, named.record)
    return {"changes": changes, "would_tear": changes is None}


def _about(record: Prepared | None, cable: Cable | None) -> set[int]:
    """Return the cables (primary keys) whose redacted words the reason must not repeat.

    These are all with the record's number: the log may show the reason to readers.
    """
    numbered = cables_of_number(record.record) if record else []
    return {each.pk for each in (cable, *numbered) if each}


def _beside(record: ParsedCable) -> list[str]:
    """Return the texts of an edition that readers will see beside that of the record."""
    edition = record.edition
    texts = [edition.get("heading", ""), edition.get("opener", ""), edition.get("summary", "")]
    texts += [edition.get("source_note", "")]
    texts += [f"{note['n']} {note['text']}" for note in edition.get("notes", ())]
    texts += [f"{term[0]}: {term[1]}" for term in edition.get("terms", ())]
    return [text for text in texts if text.strip()]


def _may_take(user, row: LoadRow, name: str) -> bool:
    """Return whether a user may take a decision of this name on a held record."""
    if name == "publish":
        return may_publish(user, row)
    return may_decide(user) and (name == "leave" or may_apply(user, row))
