"""Facts of a cable put right, and other references that lead to it; both undone again."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.urls import path

from ..curation.cable_decisions import StaleError, correct_cable, log_decision, undo_correction
from ..loader.locks import one_batch
from ..models import Cable, Correction, Erased, FormerReference, Origin, State
from ..publication.public_text import decisions_on
from ..sources.record import check_year, parse_printed_time
from ..telegram.classifications import CLASSIFICATIONS
from ..telegram.redaction import HEAD, scrub
from ..telegram.references import canonical_reference
from .article_forms import CableField
from .decision_base import DecidedAdmin, ReasonForm, asked_cable, needs, page, unreported

Field = Correction.Field
RENAMED = "renamed"  # The kind of the former references that are named at the desk.
HELP = (
    "Subject: its words. Origin: the name of one that is here, Embassy Lisbon. Created: "
    "2007-11-07 01:27, in UTC, or the day alone. Classification: CONFIDENTIAL. Tags and "
    "references: all that the cable is to have, one a line."
)


class CorrectionForm(ReasonForm):
    """Which fact is put right, and how."""

    field_order = ["field", "value", "reason", "stamp"]
    field = forms.ChoiceField(label="Fact", choices=Field.choices)
    value = forms.CharField(
        label="What is right",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 70}),
        help_text=HELP,
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["reason"].label = "Reason, as readers will see it"

    def clean(self):
        given = super().clean()
        if "field" in given and "value" in given:
            try:
                given["fact"] = READ[given["field"]](given["value"].strip())
            except ValueError as error:
                self.add_error("value", str(error))
        return given


def read_subject(text):
    return " ".join(text.split())


def read_origin(text):
    if not Origin.objects.filter(name=text).exists():
        raise ValueError(f"No origin is called {text!r} here.")
    return text


def read_created(text):
    created, precision = parse_printed_time(text)
    check_year(created)
    return [created.isoformat(), precision]


def read_classification(text):
    known = {each.value for each in CLASSIFICATIONS}
    if text.upper() not in known:
        raise ValueError(f"One of: {', '.join(sorted(filter(None, known)))}.")
    return text.upper()


def read_tags(text):
    tags = [" ".join(line.upper().split()) for line in text.splitlines()]
    if any(len(tag) > 200 for tag in tags):
        raise ValueError("A tag has at most 200 characters.")
    return list(dict.fromkeys(filter(None, tags)))


def read_references(text):
    lines = [line.strip() for line in text.splitlines()]
    return list(dict.fromkeys(canonical_reference(line, any_year=True) for line in lines if line))


READ = {
    Field.SUBJECT: read_subject,
    Field.ORIGIN: read_origin,
    Field.CREATED: read_created,
    Field.CLASSIFICATION: read_classification,
    Field.TAGS: read_tags,
    Field.CITES: read_references,
}


class FormerForm(ReasonForm):
    """Another reference that is to lead to a cable."""

    field_order = ["reference", "reason", "stamp"]
    reference = forms.CharField(max_length=100, help_text="In any spelling: 07 Lisbon 12.")

    def clean_reference(self):
        try:
            reference = canonical_reference(self.cleaned_data["reference"], any_year=True)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        if taken := taken_by(reference):
            raise forms.ValidationError(taken)
        return reference


class LeadForm(FormerForm):
    """A reference, and the cable that it is to lead to."""

    field_order = ["reference", "cable", "reason", "stamp"]
    cable = CableField(
        label="The cable that is meant", max_length=100, help_text="Its reference, in any spelling."
    )


@admin.register(Correction)
class CorrectionAdmin(DecidedAdmin):
    """Facts that the archive put right; what the sources say stands beside them."""

    rights = ("correct_cable", "view_correction")
    list_display = ["cable", "field", "right", "reason", "by", "at"]
    list_select_related = ["cable", "by"]
    list_filter = ["field"]
    search_fields = ["cable__reference__startswith"]
    search_help_text = "How the cable's reference begins, in capitals: 06LISBON"
    fields = ["cable", "field", "right", "reason", "by", "at"]
    change_form_template = "admin/cables/correction/page.html"

    @admin.display(description="What is right")
    def right(self, correction):
        return in_words(correction)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("new/", wrap(self.new), name="cables_correction_new"),
            path("<int:pk>/undo/", wrap(self.undo), name="cables_correction_undo"),
            path("lead/", wrap(self.lead), name="cables_correction_lead"),
            path("former/", wrap(self.former), name="cables_correction_former"),
            path("former/<int:pk>/undo/", wrap(self.forget), name="cables_correction_forget"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["may_undo"] = request.user.has_perm("cables.correct_cable")
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @unreported
    @needs("correct_cable")
    def new(self, request):
        """Put a fact of a cable right."""
        cable = asked_cable(request)
        asked = {"stamp": cable.edit_token(), "field": request.GET.get("field", "")}
        form = CorrectionForm(request.POST or None, initial=asked)

        def correct(given):
            fact = given["field"], given["fact"]
            correct_cable(cable, *fact, given["reason"], request.user, given["stamp"])

        done = f"The correction of {cable} is shown to readers."
        known = {} if cable.withheld_reason else facts_of(cable)
        made = [(each, in_words(each)) for each in cable.corrections.order_by("pk")]
        context = {"known": known, "corrections": made}
        return self.answer(request, cable, form, correct, done, "new", f"Correct {cable}", context)

    @unreported
    @needs("correct_cable")
    def undo(self, request, pk):
        """Show again what the source says."""
        correction = Correction.objects.select_related("cable__origin").filter(pk=pk).first()
        if correction is None:
            return self.undone(request)
        cable = correction.cable
        form = ReasonForm(request.POST or None, initial={"stamp": cable.edit_token()})

        def restore(given):
            undo_correction(correction, given["reason"], request.user, given["stamp"])

        done = f"{cable} shows again what its source says."
        title = f"Undo a correction of {cable}"
        context = {"correction": correction}
        return self.answer(request, cable, form, restore, done, "undo", title, context)

    @unreported
    @needs("correct_cable")
    def former(self, request):
        """Let another reference lead to a cable."""
        cable = asked_cable(request)
        form = FormerForm(request.POST or None, initial={"stamp": cable.edit_token()})

        def name(given):
            lead(cable, given["reference"], given["reason"], request.user, given["stamp"])

        done = f"The reference leads to {cable}."
        formers = cable.former_references.order_by("reference")
        context = {"formers": formers, "renamed": RENAMED}
        title = f"Another reference of {cable}"
        return self.answer(request, cable, form, name, done, "former", title, context)

    @unreported
    @needs("correct_cable")
    def lead(self, request):
        """Choose the cable that a reference means which is not here."""
        asked = {"reference": request.GET.get("reference", "")}
        form, cable, known = LeadForm(request.POST or None, initial=asked), None, {}
        if request.method == "POST" and form.is_valid():
            cable = form.cleaned_data["cable"]
            known = {} if cable.withheld_reason else facts_of(cable)
            if done := self.led(request, form, cable):
                return done
        title, template = "The cable that a reference means", "admin/cables/correction/lead.html"
        return page(self, request, template, title, cable, form=form, known=known)

    def led(self, request, form, cable):
        """Let a reference lead to a cable; None where its page is to show that cable first."""
        given, own = form.cleaned_data, f"{cable.pk}."
        try:
            if not given["stamp"].startswith(own):  # Another cable was shown, or none.
                raise StaleError(f"{cable} is the cable that you name. Nothing is done yet.")
            stamp = given["stamp"].removeprefix(own)
            lead(cable, given["reference"], given["reason"], request.user, stamp)
        except StaleError as error:
            form.look_again(f"{own}{cable.edit_token()}", error)
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            self.message_user(request, f"The reference leads to {cable}.", messages.SUCCESS)
            return redirect("admin:cables_cable_change", cable.pk)

    @unreported
    @needs("correct_cable")
    def forget(self, request, pk):
        """Undo a former reference that was named at the desk; those of sources stay."""
        former = FormerReference.objects.select_related("cable__origin").filter(pk=pk).first()
        if former is None:
            return self.undone(request)
        if former.kind != RENAMED:
            raise PermissionDenied
        cable = former.cable
        form = ReasonForm(request.POST or None, initial={"stamp": cable.edit_token()})

        def undo(given):
            forget(former, given["reason"], request.user, given["stamp"])

        done = f"{former} does not lead to {cable} any more."
        title = f"{former} is no reference of {cable}"
        return self.answer(request, cable, form, undo, done, "forget", title, {"former": former})

    def answer(self, request, cable, form, carry_out, done, template, title, context):
        """Carry out what a form asks for, or show the form with what is wrong."""
        if request.method == "POST" and form.is_valid():
            try:
                carry_out(form.cleaned_data)
            except StaleError as error:
                cable.refresh_from_db()
                form.look_again(cable.edit_token(), error)
            except ValueError as error:
                form.add_error(None, str(error))
            else:
                self.message_user(request, done, messages.SUCCESS)
                return redirect("admin:cables_cable_change", cable.pk)
        template = f"admin/cables/correction/{template}.html"
        return page(self, request, template, title, cable, form=form, **context)


def in_words(correction):
    """Return what a curator found right, without what is redacted in its cable or withheld."""
    if correction.cable.withheld_reason:
        return "Withheld with its cable"
    value = scrub(correction.value, decisions_on(correction.cable).phrases_at(HEAD))
    return value if isinstance(value, str) else ", ".join(value)


def facts_of(cable):
    """Return the facts of a cable as readers see them, in words."""
    return {
        "Subject": cable.subject,
        "Origin": cable.origin.name,
        "Created": f"{cable.created:%Y-%m-%d %H:%M} ({cable.created_precision})",
        "Classification": cable.classification,
        "Tags": ", ".join(cable.tags),
        "References": ", ".join(cable.cites),
    }


def taken_by(reference) -> str:
    """Return in a sentence why a reference cannot lead to another cable, "" if it can."""
    if Cable.objects.filter(reference=reference).exists():
        return f"{reference} is a cable that is here."
    if former := FormerReference.objects.filter(reference=reference).first():
        return f"{reference} leads to {former.cable} already."
    if Erased.objects.filter(pk=reference).exists():
        return f"{reference} was erased, and is never used again."
    return ""


@transaction.atomic
def lead(cable, reference, reason, by, stamp):
    """Let a reference lead to a cable for good.

    Raises StaleError if the cable's stamp moved, ValueError if the reference leads elsewhere.
    """
    one_batch()  # Of two who name one reference, or a load that brings it, the second waits here.
    cable.lock()
    if stamp != cable.edit_token():
        raise StaleError("Somebody changed this cable meanwhile.")
    if taken := taken_by(reference):
        raise ValueError(taken)
    cable.former_references.create(reference=reference, kind=RENAMED)
    log_decision(cable, "named", reference, reason, by)
    State.move()


@transaction.atomic
def forget(former, reason, by, stamp):
    """Undo that."""
    cable = former.cable
    cable.lock()
    if stamp != cable.edit_token():
        raise StaleError("Somebody changed this cable meanwhile.")
    log_decision(cable, "unnamed", str(former), reason, by)
    former.delete()
    State.move()
