"""The form that starts a redaction over the archive: names, kinds of numbers, which cables."""

from typing import Any

from django import forms
from django.conf import settings

from ..curation.name_suggestions import SUGGESTIONS
from ..models import Cable
from ..names.private_patterns import PATTERNS
from ..telegram.redact_phrases import words_in
from ..telegram.references import canonical_reference

MOST_NAMES = 500
LONGEST_NAME = 200
SHORTEST_NAME = 3  # Letters: shorter words are in every text.
MOST_CABLES = 5_000


class RedactionSearchForm(forms.Form):
    """What is looked for, and where."""

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
    references = forms.CharField(
        label="Only in these cables",
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
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
        """Return the names, each once."""
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
        """Return the primary keys of the cables."""
        lines = [line.strip() for line in self.cleaned_data["references"].splitlines()]
        lines = list(dict.fromkeys(filter(None, lines)))
        if len(lines) > MOST_CABLES:
            raise forms.ValidationError(f"{len(lines)} references: write at most {MOST_CABLES}.")
        cables = {line: _cable_of(line) for line in lines}
        if unknown := [line for line, key in cables.items() if key is None]:
            raise forms.ValidationError(f"Not here: {', '.join(unknown[:20])}")
        return sorted({key for key in cables.values() if key is not None})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(map(data.get, ("names", "patterns", "suggestions"))):
            self.add_error("names", "Write a name, or tick what to look for.")
        return data


def _cable_of(reference: str) -> int | None:
    """Return the primary key of the cable that a reference names, in any spelling."""
    try:
        cable = Cable.objects.known_as(canonical_reference(reference, any_year=True))
    except ValueError:
        return None
    return cable.pk if cable else None
