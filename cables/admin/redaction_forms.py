"""Words that readers may not see: chosen, looked at as readers will, taken, and given back."""

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.shortcuts import redirect
from django.urls import path
from django.utils.text import Truncator

from ..curation.cable_decisions import StaleError, in_words, lift, redact_cable, where_held
from ..models import Cable, Redaction, unseal
from ..telegram.phrases import holds, is_phrase
from ..telegram.redaction import EVERYWHERE, HEAD, NOTES, Strike
from ..views.cable import render_text
from .decision_base import DecidedAdmin, ReasonForm, asked_cable, needs, page, unreported
from .other_texts import MOST_FORMS, Elsewhere, forms_near
from .visibility import may_see_all

LONGEST = 70  # Characters of a paragraph in the list of places.
OTHER_WORDS = (
    "These are not the words, or not the place, that you looked at. Below is what they would "
    "change: look at it, and decide then."
)


class RedactionForm(ReasonForm):
    """What readers may not see, where, and why."""

    field_order = ["place", "words", "whole", "reason", "stamp"]
    place = forms.ChoiceField(label="Where", required=False)
    words = forms.CharField(
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 70, "autocomplete": "off"}),
        help_text="A phrase on each line. Capitals, accents, signs and line breaks do not matter, "
        "nor whether a word is hyphenated or spaced out; what is near to it is shown next.",
    )
    whole = forms.BooleanField(
        label="The whole paragraph", required=False, help_text="Its number and mark stay."
    )

    def __init__(self, cable, *args, **options):
        super().__init__(*args, **options)
        self.fields["place"].choices = places_in(cable)
        self.fields["reason"].label = "Reason, as readers will see it"
        self.fields["reason"].help_text = "It must not repeat the words."

    def clean(self):
        given = super().clean()
        phrases = [line.strip() for line in given.get("words", "").splitlines() if line.strip()]
        place, whole = given.get("place", EVERYWHERE), given.get("whole")
        if whole and place in (EVERYWHERE, HEAD, NOTES):
            self.add_error("whole", "Choose the paragraph under “Where”.")
        if not whole and not phrases:
            self.add_error("words", "Write the words, or tick “The whole paragraph”.")
        if not all(map(is_phrase, phrases)):
            self.add_error("words", "Each line needs a letter or a digit.")
        given["typed"] = () if whole else tuple(phrases)
        given["strike"] = Strike(place, (*given["typed"], *(() if whole else self.ticked)))
        if holds(given.get("reason", ""), phrases + self.ticked):
            self.add_error("reason", "The reason repeats the words. Readers will see it.")
        return given

    @property
    def ticked(self) -> list[str]:
        """The near misses that are to be redacted too."""
        given = self.data.getlist("near") if self.is_bound else []
        return [form for form in given if is_phrase(form) and "\x00" not in form]

    def asked(self) -> str:
        """Return what is to be redacted in one line, for the page that shows what it changes."""
        given = [self.data.get(name, "") for name in ("place", "whole")]
        return " | ".join([*given, *map(str.strip, self.data.get("words", "").splitlines())])

    def was_looked_at(self) -> bool:
        """Return whether what a page showed, if it showed anything, was about the same words."""
        return self.data.get("looked", self.asked()) == self.asked()


def places_in(cable):
    """Return the places that a redaction can be limited to, a paragraph by its first words."""
    paragraphs = [
        (block.id, f"{block.id}: {Truncator(' '.join(block.text.split())).chars(LONGEST)}")
        for block in cable.blocks()
    ]
    return [
        (EVERYWHERE, "Every occurrence in this cable, its versions and its notes"),
        (HEAD, "Subject, tags, header and the lines before the first paragraph"),
        (NOTES, "The notes on it"),
        *paragraphs,
    ]


@admin.register(Redaction)
class RedactionAdmin(DecidedAdmin):
    """What was redacted where, when and why; never the words."""

    rights = ("redact_cable", "see_sealed", "view_redaction")
    list_display = ["cable", "where", "reason", "by", "at"]
    list_select_related = ["cable", "by"]
    search_fields = ["cable__reference__startswith"]
    search_help_text = "How the cable's reference begins, in capitals: 06LISBON"
    fields = ["cable", "where", "reason", "by", "at"]
    change_form_template = "admin/cables/redaction/page.html"

    @admin.display(description="Where")
    def where(self, redaction):
        return in_words(redaction.place) + (", whole" if redaction.is_whole else "")

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("new/", wrap(self.new), name="cables_redaction_new"),
            path("<int:pk>/lift/", wrap(self.lift), name="cables_redaction_lift"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["may_lift"] = request.user.has_perm("cables.redact_cable")
        if obj and request.user.has_perm("cables.see_sealed"):
            sealed = obj.cable.sealed.filter(place=obj.sealed_at).first()
            context["words"] = sealed.values["words"] if sealed else ()
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @unreported
    @needs("redact_cable")
    def new(self, request):
        """Choose the words, see what it would change, see the page, and decide."""
        cable = asked_cable(request)
        with opened(cable) as shown:
            form = RedactionForm(shown, request.POST or None, initial={"stamp": cable.stamp()})
            is_valid = request.method == "POST" and form.is_valid()
        step = request.POST.get("step", "look")
        if is_valid and step != "look":
            if not form.was_looked_at():
                form.add_error(None, OTHER_WORDS)
            elif done := self.decide(request, cable, form, step):
                return done
        with opened(cable) as shown:
            context = {"form": form, "shown": shown, "redactions": cable.redactions.order_by("pk")}
            if is_valid:
                context |= effects(shown, form, may_see_all(request.user))
            template, title = "admin/cables/redaction/new.html", f"Redact {cable}"
            return page(self, request, template, title, cable, **context).render()

    def decide(self, request, cable, form, step):
        """Show the page as readers would see it, or redact; None where the form says why not."""
        given = form.cleaned_data
        asked = (cable, given["strike"], given["reason"], request.user, given["stamp"])
        try:
            if step == "page":
                return preview(request, asked)
            redact_cable(*asked)
        except StaleError as error:
            form.look_again(cable.stamp(), error)
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            self.message_user(request, f"{cable} is redacted.", messages.SUCCESS)
            return redirect("admin:cables_cable_change", cable.pk)

    @unreported
    @needs("redact_cable")
    def lift(self, request, pk):
        """Give back what a redaction took."""
        redaction = Redaction.objects.select_related("cable__origin").filter(pk=pk).first()
        if redaction is None:
            return self.undone(request)
        cable = redaction.cable
        form = ReasonForm(request.POST or None, initial={"stamp": cable.stamp()})
        if request.method == "POST" and form.is_valid():
            try:
                lift(
                    redaction, form.cleaned_data["reason"], request.user, form.cleaned_data["stamp"]
                )
            except StaleError as error:
                form.look_again(cable.stamp(), error)
            except ValueError as error:
                form.add_error("reason", str(error))
            else:
                self.message_user(request, f"The redaction of {cable} is lifted.")
                return redirect("admin:cables_cable_change", cable.pk)
        context = {"form": form, "redaction": redaction, "where": self.where(redaction)}
        title = f"Lift a redaction of {cable}"
        return page(self, request, "admin/cables/redaction/lift.html", title, cable, **context)


class opened:  # noqa: N801 (read as the words of a sentence)
    """A cable as it would be published, also while it is withheld; nothing of that is kept."""

    def __init__(self, cable):
        self.cable = cable

    def __enter__(self):
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        shown = Cable.objects.select_related("origin").get(pk=self.cable.pk)
        if shown.withheld_reason:
            unseal([shown.pk])
            shown.refresh_from_db()
        return shown

    def __exit__(self, *error):
        transaction.set_rollback(True)
        return self.transaction.__exit__(*error)


def effects(cable, form, sees_all):
    """Return what a redaction would change, and what it leaves that may name the same."""
    strike, typed = form.cleaned_data["strike"], form.cleaned_data["typed"]
    found = {"held": where_held(cable, strike), "sees_all": sees_all}
    if not typed:
        return found
    forms = forms_near(cable, strike.place, typed)
    found |= {"forms": forms[:MOST_FORMS], "forms_found": len(forms)}
    return found | Elsewhere(cable, typed, sees_all).shown()


def preview(request, asked):
    """Return the page of the cable as readers would see it. Nothing is stored."""
    cable = asked[0]
    with transaction.atomic():
        redact_cable(*asked)
        if cable.withheld_reason:
            unseal([cable.pk])
            cable.refresh_from_db()
        transaction.set_rollback(True)
    page = "admin/cables/redaction/as_read.html"
    return render_text(request, cable, cable.get_absolute_url(), template=page)
