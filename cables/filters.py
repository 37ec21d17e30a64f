"""The query string of a list -> which of its cables, and in which order.

    ?origin=embassy-lisbon&tag=SCUL&classification=secret&created_after=2006-01-01&sort=-created

Two origins, countries, classifications, kinds, volumes or collections widen a list; two tags,
concepts, captions or portion marks narrow it; days are whole days of UTC. A value that makes no
sense is left out, and a sentence says so; no sentence and no link repeats it, so that nobody can
put words into a page by its address. A search is a list too: of what a question (asking.py) finds,
which stands in ?q=.
"""

from dataclasses import dataclass
from functools import cached_property

import django_filters
from django import forms
from django.utils.encoding import escape_uri_path
from django.utils.http import urlencode
from django.utils.text import slugify
from django_filters.fields import MultipleChoiceField

from .asking import Question
from .models import Cable
from .querysets import ORDERS, USUAL_ORDER
from .tallies import Tallies

RELEVANCE = "relevance"  # An order of what a question finds, and the usual one.
APART = ("q", "sort")  # What is no filter.
YES = {"partial": "partial extract", "cites": "to other cables"}  # The chips of flags.
DAYS = ("created_after", "created_before", "released_after", "released_before")
# Filters for what the tallies know -> where they know it.
KNOWN = {
    "origin": "origins",
    "country": "countries",
    "tag": "tags",
    "classification": "classifications",
    "collection": "collections",
    "caption": "captions",
    "mark": "marks",
    "kind": "kinds",
    "concept": "concepts",
    "volume": "parts",
}
SORTED = "results are sorted by relevance, created, released or reference."
MOST_VALUES = 5  # A tag is one more index to read, and each value is in every link of the page.


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, in words, and the address of the list without it."""

    label: str
    value: str
    address: str

    def __str__(self):
        return f"{self.label.lower()} {self.value}"


class SeveralField(MultipleChoiceField):
    """Some values of a kind, and not too many."""

    def validate(self, value):
        super().validate(value)
        if len(set(value)) > MOST_VALUES:
            raise forms.ValidationError(f"a list is narrowed by at most {MOST_VALUES} of a kind.")


class SeveralFilter(django_filters.MultipleChoiceFilter):
    field_class = SeveralField


class NamesField(SeveralField):
    """Names of lists, as addresses or pages write them: "secret-noforn", "SECRET//NOFORN"."""

    def to_python(self, value):
        return [slugify(name.replace("/", " ")) for name in super().to_python(value)]


class NamesFilter(SeveralFilter):
    field_class = NamesField


class CodesField(SeveralField):
    """Tags, in capitals or not."""

    def to_python(self, value):
        return [code.strip().upper() for code in super().to_python(value)]


class CodesFilter(SeveralFilter):
    field_class = CodesField


class MarksField(CodesField):
    """Portion marks, in their parentheses or not."""

    def to_python(self, value):
        return [code.strip("()") for code in super().to_python(value)]


class MarksFilter(SeveralFilter):
    field_class = MarksField


class FilterForm(forms.Form):
    """All filters together: a range has to begin before it ends."""

    def clean(self):
        cleaned = super().clean()
        for name in ("created", "released"):
            first, last = cleaned.get(f"{name}_after"), cleaned.get(f"{name}_before")
            if first and last and first > last:
                del cleaned[f"{name}_before"]
                self.add_error(f"{name}_after", "the last day is before the first.")
        return cleaned


def known(label, method, refusal, kind=NamesFilter):
    """Return a filter for values that are choices of an instance."""
    return kind(label=label, method=method, error_messages={"invalid_choice": refusal})


def flag(label, method):
    """Return a filter that is on or not given."""
    return django_filters.ChoiceFilter(
        label=label,
        method=method,
        choices=[("yes", "Yes")],
        error_messages={"invalid_choice": "it is yes, or not given."},
    )


def day(label):
    """Return a filter by the question of the same name on cables."""
    return django_filters.DateFilter(
        label=label,
        method="dated",
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "a day is written as 2006-03-14."},
    )


class CableFilter(django_filters.FilterSet):
    """What a query string asks of a list of cables; `qs` is the answer, in order.

    The tallies know what can be asked for, so that no value is looked up.
    """

    origin = known("Origin", "sent_by", "no cable of such an origin is released here.")
    tag = known("Tag", "tagged", "no cable that is released here has such a tag.", CodesFilter)
    classification = known("Classification", "classified", "no cable here is so classified.")
    country = known("Country", "sent_from", "no cable from such a country is released here.")
    collection = known("Collection", "collected", "there is no such collection here.")
    caption = known("Caption", "with_caption", "no cable here has such a caption.", CodesFilter)
    mark = known("Portion mark", "with_mark", "no cable here has such a mark.", MarksFilter)
    kind = known("Kind", "of_kind", "no document here is of such a kind.")
    concept = known("Concept", "of_concept", "no cable here has such a concept.", CodesFilter)
    volume = known("Volume", "of_volume", "no cable here is printed there.", SeveralFilter)
    partial = flag("Text", "flagged")
    cites = flag("References", "flagged")
    created_after = day("Created from")
    created_before = day("Created to")
    released_after = day("Released from")
    released_before = day("Released to")
    sort = django_filters.ChoiceFilter(
        label="Order",
        method="listed",
        choices=[(order, order) for order in ORDERS],
        error_messages={"invalid_choice": "a list is sorted by created, released or reference."},
    )

    class Meta:
        model = Cable
        fields = []
        form = FilterForm

    def __init__(self, request, cables, tallies: Tallies, question: Question | None = None):
        given = request.GET.copy()
        for name in self.base_filters.keys() & given.keys():
            given.setlist(name, [value for value in given.getlist(name) if value.strip()])
        super().__init__(given, queryset=cables.listed())
        self.path = escape_uri_path(request.path)
        self.blank = given != request.GET
        self.tallies = tallies
        self.question = question
        for name in KNOWN.keys() & given.keys():
            choices = getattr(tallies, KNOWN[name])
            self.filters[name].extra["choices"] = [(choice, choice) for choice in choices]
        if question:
            self.filters["sort"].extra["choices"] += [(RELEVANCE, RELEVANCE)]
            self.filters["sort"].extra["error_messages"] = {"invalid_choice": SORTED}

    def sent_by(self, cables, name, slugs):
        return cables.sent_by([self.tallies.origins[slug][1] for slug in slugs])

    def sent_from(self, cables, name, slugs):
        origins = [origin for slug in slugs for origin in self.tallies.countries[slug][1]]
        return self.sent_by(cables, name, origins)

    def collected(self, cables, name, slugs):
        return cables.collected(slugs)

    def flagged(self, cables, name, yes):
        return cables.partial() if name == "partial" else cables.with_references()

    def tagged(self, cables, name, codes):
        return cables.tagged(dict.fromkeys(codes))

    def classified(self, cables, name, slugs):
        return cables.classified(*(self.tallies.classifications[slug][0].value for slug in slugs))

    def with_caption(self, cables, name, codes):
        return cables.marked(dict.fromkeys(codes))

    def with_mark(self, cables, name, codes):
        return cables.marked(dict.fromkeys(f"({code})" for code in codes))

    def of_kind(self, cables, name, slugs):
        return cables.labelled([f"kind:{self.tallies.kinds[slug]}" for slug in slugs])

    def of_volume(self, cables, name, parts):
        return cables.labelled([f"volume:{part}" for part in parts])

    def of_concept(self, cables, name, concepts):
        return cables.marked(dict.fromkeys(f"concept:{concept}" for concept in concepts))

    def dated(self, cables, name, day):
        return getattr(cables, name)(day)

    def listed(self, cables, name, order):
        return cables if order == RELEVANCE else cables.listed(order)

    def sifted(self, cables, *without: str):
        """Return those of a queryset that the filters leave, but for some filters, in no order."""
        self.form.is_valid()
        for name, value in self.form.cleaned_data.items():
            if name not in (*without, "sort"):
                cables = self.filters[name].filter(cables, value)
        return cables

    @cached_property
    def asked(self) -> list[tuple[str, str]]:
        """The query string as it was understood: (name, value), without what changes nothing."""
        self.form.is_valid()
        pairs = [("q", self.question.text)] if self.question and self.question.text else []
        for name, value in self.form.cleaned_data.items():
            values = value if isinstance(value, list) else [value] if value else []
            pairs += [(name, str(value)) for value in values]
        return [pair for pair in dict.fromkeys(pairs) if pair != ("sort", self.usual)]

    @property
    def narrowed(self) -> bool:
        return any(name not in APART for name, _ in self.asked)

    @property
    def usual(self) -> str:
        """The order without ?sort=: by relevance if there are words to be relevant to."""
        return RELEVANCE if self.question and self.question.tsquery else USUAL_ORDER

    @property
    def order(self) -> str:
        order = dict(self.asked).get("sort", self.usual)
        return self.usual if order == RELEVANCE else order

    @property
    def notes(self) -> list[str]:
        """A sentence on each part of the query string that is left out."""
        return [
            f"{self.filters[name].label} is left out: {sentence}"
            for name, sentences in self.form.errors.items()
            for sentence in sentences
        ]

    @property
    def chips(self) -> list[Chip]:
        return [
            Chip(self.filters[name].label, self._in_words(name, value), self.address((name, value)))
            for name, value in self.asked
            if name not in APART
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form that adds a filter has to send again: all but days, which it shows."""
        return [(name, value) for name, value in self.asked if name not in DAYS]

    @property
    def days(self) -> dict[str, str]:
        return {name: value for name, value in self.asked if name in DAYS}

    @property
    def year(self) -> int | None:
        """The year of creation that the list is narrowed to, if it is one."""
        first, last = (self.days.get(name, "") for name in ("created_after", "created_before"))
        whole = first[4:] == "-01-01" and last == f"{first[:4]}-12-31"
        return int(first[:4]) if whole else None

    @property
    def cleared(self) -> str:
        """The address of the list without filters, in the same order."""
        return self.address(*(pair for pair in self.asked if pair[0] not in APART))

    def address(self, *without, **changes) -> str:
        """Return the address of this list without some pairs, and with other values of names.

        None is no value. The number of a page is of one order and of the same filters only.
        """
        return self.path + self.query(*without, **changes)

    def query(self, *without, **changes) -> str:
        """Return the query string of that address, with its "?"."""
        pairs = [pair for pair in self.asked if pair not in without and pair[0] not in changes]
        pairs += [(name, value) for name, value in changes.items() if value]
        return f"?{urlencode(pairs)}" if pairs else ""

    def _in_words(self, name, value):
        if name == "origin":
            return self.tallies.origins[value][0]
        if name == "country":
            return self.tallies.countries[value][0]
        if name == "kind":
            return self.tallies.kinds[value].capitalize()
        if name == "collection":
            return self.tallies.collections[value]
        if name == "tag":
            label, _ = self.tallies.glossary.get(value, ("", ""))
            return f"{value}, {label}" if label else value
        if name == "classification":
            return self.tallies.classifications[value][0].label
        return f"({value})" if name == "mark" else YES.get(name, value)
