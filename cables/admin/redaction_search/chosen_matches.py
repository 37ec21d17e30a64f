"""Which matches of a redaction over the archive are listed, and how many there are of each kind.

No word of a match stands in an address: a name is chosen by its number in the list of names, a
form by the primary key of one of its matches.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, repeat
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

from ...curation.name_suggestions import SUGGESTIONS
from ...models import RedactionMatch, RedactionSearch
from ...models.desk_searches import RedactionMatchQuerySet
from ...names.archive_matches import LongerPhrase, longer_phrases
from ...names.private_patterns import PATTERNS
from ..cable.redaction_near_miss_search import KINDS

PAGE_SIZES = (50, 100, 200)  # Matches or forms on a page; each has at most four fields.
LONGEST_KEY = 18  # Digits of a primary key.
EXACT = "exact"  # In an address, for the kind of the name itself.
UNDECIDED = "undecided"  # In an address, for matches without a decision.
FACTS = "facts"  # How the name of their place begins.
MARKS = re.compile(
    r"(?<!\S)(?:#?\w*_[A-Z]\w*|par\d+|(?:d\d+)?fn\d+|(?:d|comp|ch)\d+|[0-9a-f]{32,64}"
    r"|\d{4}-\d\d-\d\dT\S+)(?!\S)"
)
PARAGRAPH = re.compile(r"\bpar(?=\d)")
LABELS = {
    "": "The name itself",
    **{kind: kind.capitalize() for kind in KINDS},
    RedactionMatch.LATER: "In texts that came later",
    **{each.name: each.label for each in PATTERNS.values()},
    **{each.name: f"Suggested: {each.label.lower()}" for each in SUGGESTIONS.values()},
}
DECISIONS = {"accept": RedactionMatch.ACCEPTED, "reject": RedactionMatch.REJECTED}


@dataclass(frozen=True, slots=True)
class DecisionCounts:
    """How many matches of a kind, or of a name, are undecided, accepted and rejected."""

    label: str
    address: str  # Query of the page that lists all of them.
    numbers: list[tuple[int, str]]  # (matches, query of their page), as in DECISIONS of matches.

    @property
    def undecided(self) -> int:
        return self.numbers[0][0]

    @property
    def accepted(self) -> int:
        return self.numbers[1][0]

    @property
    def total(self) -> int:
        return sum(count for count, _ in self.numbers)


@dataclass
class Review:
    """The matches that an address chooses: of a kind, of a name, with a decision."""

    search: RedactionSearch
    user: Any
    query: QueryDict

    @property
    def kind(self) -> str | None:
        """The kind that is chosen, None for all."""
        kind = self.query.get("kind", "")
        return "" if kind == EXACT else kind if kind in LABELS and kind else None

    @property
    def decision(self) -> str | None:
        """The decision that is chosen, "" for undecided matches, None for all."""
        decision = self.query.get("decision", UNDECIDED)
        if decision == "all":
            return None
        return decision if decision in RedactionMatch.DECISIONS else ""

    @property
    def name(self) -> str:
        """The name that is chosen, "" for all."""
        number = self.query.get("name", "")
        names = self.search.phrases
        is_known = number.isascii() and number.isdigit() and 0 < int(number[:6]) <= len(names)
        return str(names[int(number) - 1]) if is_known else ""

    @cached_property
    def form(self) -> RedactionMatch | None:
        """A match of the form that is chosen, None for all forms."""
        key = key_in(self.query.get("form", ""))
        return self.visible().filter(pk=key).first() if key else None

    @property
    def per_page(self) -> int:
        """How many rows a page has: one of PAGE_SIZES."""
        return next((n for n in PAGE_SIZES if str(n) == self.query.get("per")), PAGE_SIZES[0])

    def visible(self) -> RedactionMatchQuerySet:
        matches: RedactionMatchQuerySet = self.search.matches.in_cables().visible_to(self.user)
        return matches

    def matches(self, *, any_kind: bool = False, any_name: bool = False) -> RedactionMatchQuerySet:
        rows = self.visible()
        if self.kind is not None and not any_kind:
            rows = rows.filter(kind=self.kind)
        if self.name and not any_name:
            rows = rows.filter(phrase=self.name)
        form = self.form
        return rows.filter(key=form.key) if form else rows

    def page(self) -> Page:
        """Return a page of the chosen matches: cable by cable, of each the name itself first."""
        rows = self.matches().select_related("cable")
        if self.decision is not None:
            rows = rows.filter(decision=self.decision)
        return self.paged(rows.order_by("cable__reference", "kind", "pk"))

    def paged(self, rows: Any) -> Page:
        return Paginator(rows, self.per_page).get_page(self.query.get("p"))

    def address(self, **changes: str) -> str:
        """Return the query of the first page of this list, or of a list with other values."""
        names = ("kind", "name", "decision", "form", "per")
        kept = {name: self.query[name] for name in names if name in self.query}
        values = {name: value for name, value in (kept | changes).items() if value}
        return f"?{urlencode(values)}"

    @property
    def page_address(self) -> str:
        """The query of another page of this list; a number follows."""
        query = self.address()
        return f"{query}&p=" if len(query) > 1 else "?p="

    @property
    def every(self) -> str:
        return self.address(kind="", name="")

    @property
    def every_form(self) -> str:
        """The query of the list of all forms, from that of one form, of any decision."""
        return self.address(form="", decision="")

    @property
    def expanded(self) -> int:
        """The primary key of the match of which all places are shown, 0 for none."""
        return key_in(self.query.get("places", ""))

    @property
    def kept_fields(self) -> list[tuple[str, str]]:
        """(name, value) of what the form of filters keeps without showing it."""
        names = ("decision", "form")
        return [(name, str(self.query[name])) for name in names if name in self.query]

    @property
    def kind_choices(self) -> list[tuple[str, str, bool]]:
        """(value, label, whether it is chosen) of the kinds of this search."""
        kinds = set(self.visible().order_by().values_list("kind", flat=True).distinct())
        return [
            (kind or EXACT, label, kind == self.kind)
            for kind, label in LABELS.items()
            if kind in kinds
        ]

    @property
    def name_choices(self) -> list[tuple[int, str, bool]]:
        """(number, name, whether it is chosen) of the names of this search."""
        chosen = self.name
        return [(at, name, name == chosen) for at, name in enumerate(self.search.phrases, 1)]

    @property
    def size_choices(self) -> list[tuple[int, bool]]:
        return [(size, size == self.per_page) for size in PAGE_SIZES]

    @property
    def kind_label(self) -> str:
        return "" if self.kind is None else label_of(self.kind)

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """Return (label, query, whether it is shown) for matches of each decision."""
        tabs = [("Undecided", UNDECIDED, "")]
        tabs += [(RedactionMatch.DECISIONS[each], each, each) for each in DECISIONS.values()]
        return [
            *(
                (label, self.address(decision=value), self.decision == own)
                for label, value, own in tabs
            ),
            ("All", self.address(decision="all"), self.decision is None),
        ]


def count_by_kind(review: Review) -> list[DecisionCounts]:
    """Return the kinds of matches, of the chosen name if there is one, those of names first."""
    counts = review.matches(any_kind=True).count_decisions("kind")
    return [
        _counted(review, label_of(kind), counts[kind], kind=kind or EXACT)
        for kind in LABELS
        if kind in counts
    ]


def count_by_name(review: Review) -> list[DecisionCounts]:
    """Return the names that were looked for, with their matches of the chosen kind."""
    counts = review.matches(any_name=True).count_decisions("phrase")
    return [
        _counted(review, name, counts.get(name, {}), name=str(number))
        for number, name in enumerate(review.search.phrases, 1)
    ]


def _counted(review: Review, label: str, counts: dict[str, int], **chosen: str) -> DecisionCounts:
    """Return the numbers of matches by decision, with the lists of those `chosen`."""
    numbers = [
        (counts.get(each, 0), review.address(decision=each, **chosen))
        for each in RedactionMatch.DECISIONS
    ]
    return DecisionCounts(label, review.address(decision="all", **chosen), numbers)


def next_undecided(review: Review) -> DecisionCounts | None:
    """Return the first kind with undecided matches, of the chosen name if that has some."""
    of_all = Review(review.search, review.user, QueryDict())
    kinds = [*count_by_kind(review), *count_by_kind(of_all)]
    return next((each for each in kinds if each.undecided), None)


def suggested_names(matches: QuerySet[RedactionMatch], most: int) -> list[tuple[str, str, int]]:
    """Return (words, label of the suggestion, cables) of suggested names, the rarest first."""
    rows = matches.filter(kind__in=SUGGESTIONS).order_by("pk")
    names: dict[str, list[Any]] = {}
    for key, form, kind in rows.values_list("key", "form", "kind"):
        names.setdefault(key, [form, SUGGESTIONS[kind].label, 0])[2] += 1
    ordered = sorted(names.values(), key=lambda each: (each[2], each[0]))
    return [(form, label, count) for form, label, count in ordered[:most]]


def grouped(
    rows: Iterable[RedactionMatch], wider: dict[int, list[tuple[str, ...]]]
) -> list[tuple[Any, list[RedactionMatch]]]:
    """Return (cable, its matches) of matches in the order of their cables.

    Each match gets what the page shows of it; `wider` has its places with more text around them,
    those that are stored first.
    """
    groups: dict[int, tuple[Any, list[RedactionMatch]]] = {}
    for row in rows:
        shown: dict[str, Any] = {"label": label_of(row.kind), "token": token_of(row)}
        shown["shown_places"] = shown_places(row, wider.get(row.pk, row.places))
        vars(row).update(shown)
        groups.setdefault(row.cable_id or 0, (row.cable, []))[1].append(row)
    return list(groups.values())


def shown_places(match: RedactionMatch, wider: Iterable[Any]) -> list[dict[str, Any]]:
    """Return what a page shows of each place of a match: longer phrases for those stored."""
    offered = chain(longer_phrases(match.places), repeat([]))
    return [
        {
            "name": place_name(place[0]),
            "context": without_marks(place)[1:],
            "phrases": [(each, each.words in match.longer) for each in phrases],
        }
        for place, phrases in zip(wider, offered, strict=False)
    ]


def without_marks(place: Sequence[str]) -> list[str]:
    """Return a place without the marks of an edition around its words: ids, digests, times.

    Facts are searched as one text with all their strings; the words themselves stay as they are.
    """
    name, before, words, behind, *rest = place
    if name.startswith(FACTS):
        before, behind = MARKS.sub(" ", before), MARKS.sub(" ", behind)
    return [name, before, words, behind, *rest]


def place_name(place: str) -> str:
    """Return the name of a place for a page: "paragraph 3 of version 2"."""
    return PARAGRAPH.sub("paragraph ", place)


def offered_phrases(match: RedactionMatch) -> dict[str, LongerPhrase]:
    """Return {key: phrase} of the phrases that hide single places of a match."""
    return {each.key: each for phrases in longer_phrases(match.places) for each in phrases}


def key_in(number: str) -> int:
    """Return a primary key that was sent, 0 if it is none."""
    return int(number[:LONGEST_KEY]) if number.isascii() and number.isdigit() else 0


def label_of(kind: str) -> str:
    return LABELS.get(kind, kind.capitalize())


def token_of(match: RedactionMatch) -> str:
    """Return the optimistic-lock token of a match: its decision and the places it is for."""
    ticked = [key for key, each in offered_phrases(match).items() if each.words in match.longer]
    return " ".join([match.decision, *ticked])
