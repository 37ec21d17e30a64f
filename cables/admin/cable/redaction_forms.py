"""Redact words or paragraphs of a cable: choose, preview, decide; and lift a redaction."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict

from ...curation.redactions_and_corrections import lift_redaction, redact_cable
from ...decisions.decision_subjects import Approval, as_published
from ...decisions.forms import PublicReasonForm
from ...decisions.kinds import OnSeenCable, UndoOnCable
from ...models import Cable, Redaction, Version, unseal
from ...publication.public_text import where_held
from ...publication.redact_in_place import place_label
from ...telegram.apply_redactions import EVERYWHERE, HEAD, NOTES, Contents, Strike, spans_struck
from ...telegram.redact_phrases import Span, find_phrases, holds, is_phrase
from ...telegram.shorten_text import cut_at_word
from ...views.cable_pages.cable import render_text
from ..article_forms import SearchedByReference
from ..decision_pages import DecidedAdmin
from ..desk_pages import column
from ..loads.load_previews import may_see_all
from .redaction_near_miss_search import MOST_FORMS, Elsewhere, forms_near

LONGEST = 70  # Characters of a paragraph in the list of places.
OTHER_WORDS = (
    "The words or the place differ from those that you looked at. Look at what they would change, "
    "below, before you decide."
)


class RedactionForm(PublicReasonForm):
    """What readers may not see, where, and why."""

    field_order = ["place", "words", "whole", "reason", "stamp"]
    words = forms.CharField(
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 70, "autocomplete": "off"}),
        help_text="One phrase a line. Capitals, accents, punctuation, line breaks, hyphenation and "
        "spacing do not matter. The next page also shows similar words.",
    )
    whole = forms.BooleanField(
        label="The whole paragraph", required=False, help_text="Its number and mark stay."
    )

    def __init__(self, cable: Cable, *args, **options):
        super().__init__(*args, **options)
        places = forms.ChoiceField(label="Where", required=False, choices=places_in(cable))
        self.fields["place"] = places
        self.order_fields(self.field_order)

    def clean(self):
        super().clean()
        data = self.cleaned_data
        phrases = [line.strip() for line in data.get("words", "").splitlines() if line.strip()]
        place, whole = data.get("place", EVERYWHERE), data.get("whole")
        if whole and place in (EVERYWHERE, HEAD, NOTES):
            self.add_error("whole", "Choose the paragraph under “Where”.")
        if not whole and not phrases:
            self.add_error("words", "Write the words, or tick “The whole paragraph”.")
        if not all(map(is_phrase, phrases)):
            self.add_error("words", "Each line needs a letter or a digit.")
        data["typed"] = () if whole else tuple(phrases)
        data["strike"] = Strike(place, (*data["typed"], *(() if whole else self.ticked)))
        if holds(data.get("reason", ""), phrases + self.ticked):
            self.add_error("reason", "The reason repeats the words. Readers will see it.")
        return data

    @property
    def ticked(self) -> list[str]:
        """The near misses that the curator ticked, to be redacted too."""
        near_misses = self.data.getlist("near") if self.is_bound else []
        return [words for words in near_misses if is_phrase(words) and "\x00" not in words]

    def described(self) -> list[tuple[str, str]]:
        ticked = [("Similar words", ", ".join(self.ticked))] if self.ticked else []
        return [*super().described(), *ticked]

    def subject(self) -> str:
        """Return place and words in one line, to compare them with those of the preview."""
        place = [self.data.get(name, "") for name in ("place", "whole")]
        return " | ".join([*place, *map(str.strip, self.data.get("words", "").splitlines())])


def places_in(cable: Cable) -> list[tuple[str, str]]:
    """Return (value, label) of the places for a redaction; a paragraph shows its first words."""
    return [
        (EVERYWHERE, "Every occurrence in this cable, its versions and its notes"),
        (HEAD, "Subject, tags, header and the lines before the first paragraph"),
        (NOTES, "The notes on it"),
        *paragraphs_in(cable),
        *former_paragraphs_in(cable),
    ]


def paragraphs_in(row: Cable | Version, of: str = "") -> list[tuple[str, str]]:
    """Return (id, label) of the paragraphs of a text; `of` says in the label which text it is."""
    return [
        (block.id, f"{block.id}{of}: {cut_at_word(' '.join(block.text.split()), LONGEST)}")
        for block in row.blocks()
    ]


def former_paragraphs_in(cable: Cable) -> list[tuple[str, str]]:
    """Return (id, label) of the paragraphs that only earlier versions have, the last of each.

    A paragraph that was rewritten has another id there: to redact the present one leaves it.
    """
    found = {
        name: label
        for version in cable.versions.order_by("number")
        for name, label in paragraphs_in(version, f", version {version.number}")
    }
    return [each for each in found.items() if each[0] not in cable.paragraph_ids]


class Redact(OnSeenCable):
    """Redact a cable in steps ("step"): look, then page (preview) or redact."""

    pages = {"redaction_new": "new/"}
    heading = "Redact {0.cable}"
    rights, approval = ("redact_cable",), Approval.REDACT
    template = "redaction/new.html"
    form: RedactionForm
    shown: Cable  # As readers would see it, while its page is rendered.

    def make_form(self, data: QueryDict | None) -> RedactionForm:
        with as_published(self.cable) as shown:
            form = RedactionForm(shown, data, initial={"stamp": self.stamp()})
            self.is_complete = form.is_valid()
        return form

    @property
    def asked(self) -> str:
        return self.data.get("step", "look")

    def is_decided(self) -> bool:
        return self.asked not in ("look", "page")

    def is_valid(self) -> bool:
        """The words must be those of the preview, if there was one."""
        subject = self.form.subject()
        if self.is_complete and self.form.data.get("looked", subject) != subject:
            self.form.add_error(None, OTHER_WORDS)
        return super().is_valid()

    def preview(self, request: HttpRequest) -> HttpResponse | None:
        """Return the page of the cable as readers would see it."""
        if self.asked != "page" or not self.is_valid():
            return None
        return self.form.attempt(
            lambda data: preview(request, self.cable, *self.arguments(data)), self.stamp
        )

    def arguments(self, data: dict[str, Any]) -> tuple[Any, ...]:
        """Return the arguments of `redact_cable` behind the cable."""
        return data["strike"], data["reason"], self.user, data["stamp"]

    def carry_out(self, data: dict[str, Any]) -> str:
        redact_cable(self.cable, *self.arguments(data))
        return f"{self.cable} is redacted."

    def context(self) -> dict[str, Any]:
        strike = self.form.cleaned_data["strike"] if self.is_complete else None
        context: dict[str, Any] = {"redactions": self.cable.redactions.order_by("pk")}
        context["pieces"] = pieces_of(self.shown, strike)
        if self.is_complete:
            context |= effects(self.shown, self.form, self.user)
        return context


class LiftRedaction(UndoOnCable):
    """Lift a redaction: readers get back the words, unless another one covers them."""

    pages = {"redaction_lift": "<int:pk>/lift/"}
    heading = "Lift a redaction of {0.cable}"
    rights, approval = ("redact_cable",), Approval.LIFT
    model, button = Redaction, "Lift the redaction"

    def carry_out(self, data: dict[str, Any]) -> str:
        lift_redaction(self.row, data["reason"], self.user, data["stamp"])
        return f"The redaction of {self.cable} is lifted."

    @property
    def explanation(self) -> str:
        return (
            f"Readers get back the words that were redacted on {self.row.at:%Y-%m-%d} "
            f"({where_of(self.row)}): {self.row.reason} Other redactions of the cable stay."
        )


def where_of(redaction: Redaction) -> str:
    return place_label(redaction.place) + (", whole" if redaction.is_whole else "")


@admin.register(Redaction)
class RedactionAdmin(SearchedByReference, DecidedAdmin):
    """Redactions: where, when and why. Only users who may see sealed text get the words."""

    decisions = (Redact, LiftRedaction)
    rights = ("redact_cable", "see_sealed", "view_redaction")
    undo_right, undo_name, undo_label = "redact_cable", "cables_redaction_lift", "Lift"
    list_display = ["cable", "where", "reason", "by", "at"]
    list_select_related = ["cable", "by"]
    quoting = ["reason"]
    fields = ["cable", "where", "reason", "by", "at"]
    change_form_template = "admin/cables/redaction/page.html"

    where = column("Where", lambda redaction: where_of(redaction))

    def page_context(self, request, row):
        context = super().page_context(request, row)
        if request.user.has_perm("cables.see_sealed"):
            sealed = row.cable.sealed.filter(place=row.sealed_at).first()
            context["words"] = sealed.values["words"] if sealed else ()
        return context

    def show_decision(self, request, decision):
        """Render the page of a redaction while its cable is as readers would see it."""
        if not isinstance(decision, Redact):
            return super().show_decision(request, decision)
        with as_published(decision.cable) as decision.shown:
            return super().show_decision(request, decision).render()


def effects(cable: Cable, form: RedactionForm, user: Any) -> dict[str, Any]:
    """Return what the page shows of a redaction: what it changes, and similar words that stay."""
    strike, typed = form.cleaned_data["strike"], form.cleaned_data["typed"]
    former = () if strike.place in (EVERYWHERE, HEAD, NOTES) else former_paragraphs_in(cable)
    sees_all = may_see_all(user)
    context = {"held": where_held(cable, strike), "sees_all": sees_all}
    context["former"] = [label for name, label in former if name != strike.place]
    if not typed:
        return context
    near_misses = forms_near(cable, strike.place, typed)
    context |= {"forms": near_misses[:MOST_FORMS], "forms_found": len(near_misses)}
    return context | Elsewhere(cable, typed, sees_all).shown(user)


def pieces_of(cable: Cable, strike: Strike | None) -> list[tuple[str, bool]]:
    """Return the text as readers see it in pieces, each with whether the redaction removes it."""
    texts = (cable.subject, cable.header, cable.body)
    spans: tuple[list[Span], ...] = ([], [], [])
    if strike:
        subject = find_phrases(cable.subject, strike.words)
        contents = Contents(cable.header, cable.body, cable.blocks().ids)
        in_text = spans_struck(contents, strike)
        spans = (subject if strike.place in (EVERYWHERE, HEAD) else [], *in_text)
    pieces = []
    for text, struck in zip(texts, spans, strict=True):
        at = 0
        for start, end in struck:
            pieces += [(text[at:start], False), (text[start:end], True)]
            at = end
        pieces += [(text[at:], False), ("\n\n", False)]
    return [piece for piece in pieces[:-1] if piece[0]]


def preview(request, cable: Cable, *redaction) -> HttpResponse:
    """Return the cable's page as readers would see it after a redaction. Nothing is stored.

    `redaction` are the further arguments of `redact_cable`.
    """
    with transaction.atomic():
        redact_cable(cable, *redaction)
        if cable.withheld_reason:
            unseal([cable.pk])
            cable.refresh_from_db()
        transaction.set_rollback(True)
    template = "admin/cables/redaction/as_read.html"
    return render_text(request, cable, cable.get_absolute_url(), template=template)
