"""The form that starts a redaction over the archive: names, kinds of numbers, which cables."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from ...curation.archive_redactions import (
    MOST_MATCHES,
    MOST_SUGGESTED,
    redact_archive,
    start_search,
)
from ...curation.name_suggestions import SUGGESTIONS
from ...decisions.approvals import seen_by
from ...decisions.forms import long_text
from ...decisions.kinds import case_named, if_open
from ...models import Cable, RedactionMatch, RedactionSearch, StandingForm
from ...models.desk_searches import RedactionMatchQuerySet
from ...names.archive_matcher import NameMatcher
from ...names.private_patterns import PATTERNS
from ...operations.tasks import is_worker_running
from ...telegram.redact_phrases import words_in
from ...telegram.references import reference_or_empty
from ...telegram.shorten_text import count_of
from ..decision_pages import Recorded
from ..desk_pages import column, desk_page, page_for_case, private_form
from ..loads.load_previews import may_see_all
from .chosen_matches import suggested_names
from .decide_on_searches import (
    EndRedaction,
    LiftRedactions,
    RedactAccepted,
    SearchStep,
    stamp_of,
    steps_of,
)
from .review_pages import CHANGED as CHANGED
from .review_pages import ReviewPages, proposals_on

MOST_NAMES = 500
LONGEST_NAME = 200
SHORTEST_NAME = 3  # Letters: shorter words are in every text.
MOST_CABLES = 5_000


class RedactionSearchForm(forms.Form):
    names = forms.CharField(
        required=False,
        max_length=60_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "cols": 60, "autocomplete": "off"}),
        help_text=f"One a line, at most {MOST_NAMES}. Capitals, accents, punctuation, line breaks, "
        "hyphenation and spacing do not matter. Write other names of the same person, and names in "
        "other alphabets, on lines of their own.",
    )
    patterns = forms.MultipleChoiceField(
        label="Numbers and addresses", required=False, widget=forms.CheckboxSelectMultiple
    )
    suggestions = forms.MultipleChoiceField(
        label="Words that may be names",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Suggestions to look at. No list of names is complete: read the cables too.",
    )
    references = long_text(
        *("Only in these cables", 3, 200_000, 60),
        required=False,
        help_text="References, in any spelling, one a line. Empty: all texts of the archive.",
    )
    with_common = forms.BooleanField(
        label="Show common words too",
        required=False,
        help_text="Words in more than 200 cables that resemble a name, or are a part of it, are "
        "otherwise listed only in cables that have the name in another form.",
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["patterns"].choices = [  # type: ignore[attr-defined]
            (each.name, f"{each.label}: {each.finds}") for each in PATTERNS.values()
        ]
        self.fields["suggestions"].choices = [  # type: ignore[attr-defined]
            (each.name, f"{each.label}: {each.finds}")
            for each in SUGGESTIONS.values()
            if each.name != "model" or settings.NAME_MODEL
        ]

    def clean_names(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["names"].splitlines()]
        names = list(dict.fromkeys(filter(None, lines)))
        if len(names) > MOST_NAMES:
            raise forms.ValidationError(f"{len(names)} names: write at most {MOST_NAMES}.")
        for number, name in enumerate(names, 1):
            if sum(map(len, words_in(name))) < SHORTEST_NAME or len(name) > LONGEST_NAME:
                raise forms.ValidationError(
                    f"Name {number} has fewer than {SHORTEST_NAME} letters and digits, or more "
                    f"than {LONGEST_NAME} characters."
                )
        return names

    def clean_references(self) -> list[int]:
        lines = [line.strip() for line in self.cleaned_data["references"].splitlines()]
        lines = list(dict.fromkeys(filter(None, lines)))
        if len(lines) > MOST_CABLES:
            raise forms.ValidationError(f"{len(lines)} references: write at most {MOST_CABLES}.")
        cables = {line: Cable.objects.known_as(reference_or_empty(line)) for line in lines}
        if unknown := [line for line, cable in cables.items() if cable is None]:
            raise forms.ValidationError(f"Not here: {', '.join(unknown[:20])}")
        return sorted({cable.pk for cable in cables.values() if cable})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(map(data.get, ("names", "patterns", "suggestions"))):
            self.add_error("names", "Write a name, or tick what to look for.")
        return data


State = RedactionSearch.State
MOST_READABLE = 10  # Redacted cables that the page of a search links to, as readers see them.


@admin.register(RedactionSearch)
class RedactionSearchAdmin(Recorded, ReviewPages):
    """Redactions over the archive, newest first. Their words are only for those who may redact."""

    decisions = (RedactAccepted, LiftRedactions, EndRedaction, SearchStep)
    rights = ("redact_cable",)
    change_form_template = "admin/cables/redactionsearch/page.html"
    list_display = ["started", "by", "state", "looked_for", "reason"]
    list_select_related = ["by"]
    fields = ["state", "by", "started", "reason", "undo_reason"]
    fields += ["decided_by", "approved_by", "decided"]

    def has_add_permission(self, request, obj=None):
        return self.has_view_permission(request)

    looked_for = column(
        "Looked for",
        lambda search: (
            f"{count_of(len(search.phrases), 'name')}, {count_of(len(search.patterns), 'kind')}"
        ),
    )

    @private_form
    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        case = case_named(request.user, request.GET)
        data, names = request.POST if request.method == "POST" else None, case and case.name
        form = RedactionSearchForm(data, initial={"names": names})
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            search = self.start(
                request,
                phrases=data["names"],
                patterns=[*data["patterns"], *data["suggestions"]],
                cables=data["references"],
                with_common=data["with_common"],
            )
            page = reverse("admin:cables_redactionsearch_change", args=[search.pk])
            return redirect(page_for_case(request, page))
        context: dict[str, Any] = {"form": form, "sees_all": may_see_all(request.user)}
        title = "Redact over the archive"
        return self.render_page(request, "redactionsearch/new.html", title, **context)

    @transaction.atomic
    def start(self, request, **values: Any) -> RedactionSearch:
        with_sealed = may_see_all(request.user)
        case = values.pop("case", None) or case_named(request.user, request.GET)
        search = RedactionSearch(by=request.user, with_sealed=with_sealed, case=case, **values)
        start_search(search)
        redact_archive.defer(search=search.pk)
        return search

    def page_context(self, request, row):
        matches = row.matches.visible_to(request.user)
        in_cables = matches.in_cables()
        redacted = in_cables.exclude(redaction=None).values("cable")
        readable = Cable.objects.filter(pk__in=redacted, withheld_reason="")
        at_work = row.state in RedactionSearch.AT_WORK
        later = row.matches.filter(kind=RedactionMatch.LATER)
        may_see_case = request.user.has_perm("cables.view_requestcase")
        return {
            "for_case": row.case if may_see_case else None,
            "title": f"Redaction over the archive: {row.label}",
            "at_work": at_work,
            "proposals": proposals_on(row) & seen_by(request.user),
            "no_worker": at_work and not is_worker_running(),
            **self.counts(row, request.user),
            "others": others_in(matches, request.user),
            "cables": in_cables.looked_for().values("cable").distinct().count(),
            "found": in_cables.looked_for().count(),
            "suggestions": in_cables.suggested().count(),
            "most_suggested": MOST_SUGGESTED,
            "redacted": row.matches.exclude(redaction=None).values("redaction").distinct().count(),
            "standing": row.standing.exclude(use=StandingForm.LEAVE).count(),
            "later": later.values("cable").distinct().count(),
            "parts": row.volume_parts.count(),
            "readable": readable.order_by("reference")[:MOST_READABLE],
            "left": in_cables.left().select_related("cable").order_by("cable__reference")[:500],
            "suggested": bool(suggested_names(in_cables, 1)),
            "skipped": words_passed_over(row),
            "most_matches": MOST_MATCHES,
            "steps": steps_of(row),
            "stamp": stamp_of(row),
        }

    @desk_page("<int:key>/names/", "redactionsearch_names")
    @private_form
    def names(self, request, key):
        """Names that were suggested; those that are ticked are looked for in all texts."""
        search = self.search(key)
        matches = search.matches.in_cables().visible_to(request.user)
        suggested = suggested_names(matches, MOST_NAMES)
        if request.method == "POST":
            forms = {form for form, _, _ in suggested}
            if ticked := [form for form in request.POST.getlist("form") if form in forms]:
                new = self.start(request, phrases=ticked, case=search.case)
                return redirect("admin:cables_redactionsearch_change", new.pk)
        context: dict[str, Any] = {"search": search, "suggested": suggested, "most": MOST_NAMES}
        title = "Words that may be names"
        return self.render_page(request, "redactionsearch/names.html", title, **context)

    def search(self, key) -> RedactionSearch:
        return get_object_or_404(RedactionSearch.objects.select_related("by"), pk=key)


def others_in(matches: RedactionMatchQuerySet, user) -> list[RedactionMatch]:
    """Return the matches in texts beside cables, with the addresses of pages that a user may open.

    Do not save them.
    """
    found = list(matches.filter(cable=None).order_by("name", "kind")[:500])
    for match in found:
        match.address = if_open(user, match.address)
    return found


def words_passed_over(search: RedactionSearch) -> list[tuple[str, int, list[str]]]:
    """Return (word, cables, names that it is near to) of common words that are not listed."""
    matcher = NameMatcher(search.phrases if search.skipped else [])
    words = sorted(search.skipped.items(), key=lambda each: -each[1])
    return [(word, count, matcher.possible(word, matcher.phrases)) for word, count in words]
