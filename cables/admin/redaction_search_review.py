"""Go through the matches of a redaction over the archive: which are listed, and decisions on them.

No word of a match stands in an address: a name is chosen by its number in the list of names.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import QueryDict

from ..curation.name_suggestions import SUGGESTIONS
from ..curation.private_patterns import PATTERNS
from ..models import RedactionMatch, RedactionSearch
from ..models.redaction_searches import RedactionMatchQuerySet
from .redaction_near_miss_search import KINDS

SHOWN = 40  # Matches on a page.
EXACT = "exact"  # In an address, for the kind of the name itself.
UNDECIDED = "undecided"  # In an address, for matches without a decision.
LABELS = {
    "": "The name itself",
    **{kind: kind.capitalize() for kind in KINDS},
    **{each.name: each.label for each in PATTERNS.values()},
    **{each.name: f"Suggested: {each.label.lower()}" for each in SUGGESTIONS.values()},
}
DECISIONS = {"accept": RedactionMatch.ACCEPTED, "reject": RedactionMatch.REJECTED}


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many matches of a kind are undecided, accepted and rejected."""

    label: str
    address: str  # Query of the page that lists them.
    undecided: int
    accepted: int
    rejected: int


@dataclass(slots=True)
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

    def matches(self) -> RedactionMatchQuerySet:
        """Return the chosen matches whatever their decision."""
        rows = self.search.matches.in_cables().visible_to(self.user)
        if self.kind is not None:
            rows = rows.filter(kind=self.kind)
        return rows.filter(phrase=self.name) if self.name else rows

    def page(self) -> Page:
        """Return a page of the chosen matches: cable by cable, of each the name itself first."""
        rows = self.matches().select_related("cable")
        if self.decision is not None:
            rows = rows.filter(decision=self.decision)
        rows = rows.order_by("cable__reference", "kind", "pk")
        return Paginator(rows, SHOWN).get_page(self.query.get("p"))

    def address(self, **changes: str) -> str:
        """Return the query of this page with other values."""
        names = ("kind", "name", "decision")
        kept = {name: self.query[name] for name in names if name in self.query}
        values = {name: value for name, value in (kept | changes).items() if value}
        return f"?{urlencode(values)}"

    @property
    def kind_label(self) -> str:
        return LABELS[self.kind or ""]

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

    def decide(self, data: QueryDict) -> tuple[int, int]:
        """Store the decisions of a submitted page; return (changed, refused) numbers.

        One is refused if somebody else decided otherwise since the page was opened.
        """
        rows = self.search.matches.in_cables().visible_to(self.user)
        if chosen := self._chosen_at_once(data, rows):
            several, decision = chosen
            return several.undecided().filter(redaction=None).update(decision=decision), 0
        changed = refused = 0
        for name in data:
            key = name.removeprefix("match-")
            if name == key or not key.isdigit():
                continue
            was, new = data.get(f"was-{key}", ""), data[name]
            if was != new and new in RedactionMatch.DECISIONS:
                done = rows.filter(pk=int(key[:18]), decision=was).update(decision=new)
                changed, refused = changed + done, refused + 1 - done
        return changed, refused

    def _chosen_at_once(
        self, data: QueryDict, rows: QuerySet[RedactionMatch]
    ) -> tuple[Any, str] | None:
        """Return (matches, decision) of a button that decides on several, None without one.

        Its value is "accept listed", "accept cable 17" or "accept form 17": the keys of a cable,
        and of a match whose form is meant in all cables.
        """
        action, _, which = data.get("several", "").partition(" ")
        kind, _, key = which.partition(" ")
        if action not in DECISIONS or not (kind == "listed" or key.isdigit()):
            return None
        if kind == "listed":
            return self.matches(), DECISIONS[action]
        if kind == "cable":
            return rows.filter(cable=int(key[:18])), DECISIONS[action]
        forms = rows.filter(pk=int(key[:18])).values("key")
        return rows.filter(key__in=forms), DECISIONS[action]


def count_by_kind(matches: RedactionMatchQuerySet) -> list[KindCount]:
    """Return the kinds of some matches with their numbers, those of names first."""
    counts: dict[str, dict[str, int]] = {}
    for kind, decision, count in matches.count_decisions():
        counts.setdefault(kind, {})[decision] = count
    return [
        KindCount(
            LABELS[kind],
            f"?{urlencode({'kind': kind or EXACT})}",
            counts[kind].get("", 0),
            counts[kind].get(RedactionMatch.ACCEPTED, 0),
            counts[kind].get(RedactionMatch.REJECTED, 0),
        )
        for kind in LABELS
        if kind in counts
    ]


def count_by_name(search: RedactionSearch, matches: QuerySet[RedactionMatch]) -> list[tuple]:
    """Return (number, name, matches, undecided ones) of each name that was looked for."""
    rows = matches.order_by().values_list("phrase", "decision").annotate(Count("pk"))
    found: dict[str, list[int]] = {}
    for phrase, decision, count in rows:
        numbers = found.setdefault(phrase, [0, 0])
        numbers[0] += count
        numbers[1] += 0 if decision else count
    return [
        (number, name, *found.get(name, (0, 0))) for number, name in enumerate(search.phrases, 1)
    ]


def suggested_names(matches: QuerySet[RedactionMatch], most: int) -> list[tuple[str, str, int]]:
    """Return (words, label of the suggestion, cables) of suggested names, the rarest first."""
    rows = matches.filter(kind__in=SUGGESTIONS).order_by("pk")
    names: dict[str, list[Any]] = {}
    for key, form, kind in rows.values_list("key", "form", "kind"):
        names.setdefault(key, [form, SUGGESTIONS[kind].label, 0])[2] += 1
    ordered = sorted(names.values(), key=lambda each: (each[2], each[0]))
    return [(form, label, count) for form, label, count in ordered[:most]]


def grouped(rows: Iterable[RedactionMatch]) -> list[tuple[Any, list[RedactionMatch]]]:
    """Return (cable, its matches) of matches in the order of their cables."""
    groups: dict[int, tuple[Any, list[RedactionMatch]]] = {}
    for row in rows:
        row.label = LABELS[row.kind]  # type: ignore[attr-defined]
        groups.setdefault(row.cable_id or 0, (row.cable, []))[1].append(row)
    return list(groups.values())
