"""What a person decides on a record that a load held: it is applied, or left as it is."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect

from ..curation.cable_decisions import StaleError
from ..curation.held_records import apply_held, cable_of, edit_token_of, held_record, leave_held
from ..models import LoadRow
from .decision_base import ReasonForm, is_valid_about, page
from .load_previews import changes
from .redaction_forms import opened
from .visibility import hidden_among, may_see_all

# Name -> title, what the button says, what follows.
STEPS = {
    "apply": (
        "Apply a held record",
        "Apply",
        "It becomes what this source says of the cable. A withheld cable stays withheld; what is "
        "redacted in it stays redacted, wherever the same words stand.",
    ),
    "leave": (
        "Leave a held record",
        "Leave it",
        "The cable stays as it is, also when this record comes again.",
    ),
}


def may_decide(user) -> bool:
    """Return whether a person may decide on held records."""
    return user.has_perm("cables.load_files") or user.has_perm("cables.redact_cable")


def may_read(user, row: LoadRow) -> bool:
    """Return whether a person may see what stands in a row."""
    return may_see_all(user) or not hidden_among([row])


def decide(admin, request, key: int, name: str):
    """The page of a decision on a held record: what it would change, and a form for the reason."""
    row = get_object_or_404(LoadRow.objects.select_related("load__collection"), pk=key)
    if not may_decide(request.user) or (name == "apply" and not may_read(request.user, row)):
        raise PermissionDenied
    waits = row.outcome == LoadRow.Outcome.HELD
    record = held_record(row) if waits else None
    cable = cable_of(row, record) if record else None
    form = ReasonForm(request.POST or None, initial={"stamp": edit_token_of(cable)})
    about = [cable.pk] if cable else []
    if waits and request.method == "POST" and is_valid_about(form, about):
        try:
            carry_out(name, row, request.user, form.cleaned_data)
        except StaleError as error:
            form.look_again(edit_token_of(cable_of(row, record) if record else None), error)
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, f"{row.reference}: {LoadRow.objects.get(pk=key).get_outcome_display()}."
            )
            return redirect("admin:cables_loadrow_change", key)
    title, button, explanation = STEPS[name]
    context = {
        **{"form": form, "row": row, "waits": waits, "button": button, "explanation": explanation},
        **{
            "what_changed": "What it would change",
            "old_name": "As it is",
            "new_name": "As it would be",
        },
    }
    if cable and waits and may_read(request.user, row):
        with opened(cable) as shown:
            context["changes"] = changes(row.load, shown, record.record)
            context["would_tear"] = context["changes"] is None
    return page(admin, request, "admin/cables/load/held.html", title, cable, **context)


def carry_out(name, row, by, given):
    """Do what was decided. Raises what `apply_held` does."""
    if name == "apply":
        apply_held(row, given["reason"], by, given["stamp"])
    else:
        leave_held(row, given["reason"], by, given["stamp"])
