"""Decisions on held records: apply them, publish them as other cables, or leave them."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect

from ..curation.held_records import (
    apply_held,
    cable_of,
    edit_token_of,
    held_record,
    leave_held,
    own_name,
    publish_held,
)
from ..models import LoadRow
from .decision_base import ReasonForm, carry_out_posted, render_decision
from .load_previews import CHANGE_LABELS, find_public_changes
from .load_record_access import hidden_among, may_see_all
from .redaction_forms import as_published

# Name -> title of the page, label of the button, explanation of the consequences.
STEPS = {
    "apply": (
        "Apply a held record",
        "Apply",
        "It becomes this source's record of the cable. A withheld cable stays withheld, and "
        "redacted words stay redacted in the new text too.",
    ),
    "publish": (
        "Publish a held record as another cable",
        "Publish",
        "It becomes a cable of its own. Readers see all of its text: what was redacted or withheld "
        "in the cable with its number is not hidden in this one.",
    ),
    "leave": (
        "Leave a held record",
        "Leave it",
        "The cable stays as it is, even if a later load has the same record.",
    ),
}


def may_decide(user) -> bool:
    """Return whether a user may decide on held records."""
    return user.has_perm("cables.load_files") or user.has_perm("cables.redact_cable")


DECISIONS = {"apply": apply_held, "publish": publish_held, "leave": leave_held}


def may_publish(user, row: LoadRow) -> bool:
    """Return whether a user may publish the record of a row as a cable of its own."""
    return user.has_perm("cables.redact_cable") and may_read(user, row)


def name_of_own(row: LoadRow) -> str:
    """Return the reference that the record of a held row would have as a cable; "" if none."""
    record = held_record(row)
    return own_name(row, record) if record else ""


def may_read(user, row: LoadRow) -> bool:
    """Return whether a user may see the record of a row."""
    return may_see_all(user) or not hidden_among([row])


def decide(admin, request, key: int, name: str):
    """The page of a decision on a held record: its changes, and a form for the reason."""
    row = get_object_or_404(LoadRow.objects.select_related("load__collection"), pk=key)
    if not _may_take(request.user, row, name):
        raise PermissionDenied
    waits = row.outcome == LoadRow.Outcome.HELD
    record = held_record(row) if waits else None
    cable = cable_of(row, record) if record else None
    form = ReasonForm(request.POST or None, initial={"stamp": edit_token_of(cable)})

    def carry_out(data):
        DECISIONS[name](row, data["reason"], request.user, data["stamp"])
        return f"{row.reference}: {LoadRow.objects.get(pk=key).get_outcome_display()}."

    def stamp():
        return edit_token_of(cable_of(row, record) if record else None)

    about = [cable.pk] if cable else []
    if waits and carry_out_posted(request, form, carry_out, stamp, about):
        return redirect("admin:cables_loadrow_change", key)
    title, button, explanation = STEPS[name]
    context = {
        **{"form": form, "row": row, "waits": waits, "button": button, "explanation": explanation},
        **CHANGE_LABELS,
    }
    if name == "publish" and record:
        context |= {"own_name": own_name(row, record), "body": record.record.body}
    elif cable and record and may_read(request.user, row):
        with as_published(cable) as shown:
            context["changes"] = find_public_changes(row.load, shown, record.record)
            context["would_tear"] = context["changes"] is None
    template = "admin/cables/load/held.html"
    return render_decision(admin, request, template, title, cable, **context)


def _may_take(user, row: LoadRow, name: str) -> bool:
    """Return whether a user may take a decision of this name on a held record."""
    if name == "publish":
        return may_publish(user, row)
    return may_decide(user) and (name == "leave" or may_read(user, row))
