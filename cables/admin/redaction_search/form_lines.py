"""The list by form: one line for each form that a search found, the likeliest first."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from types import SimpleNamespace
from typing import Any

from ...models import RedactionMatch
from .chosen_matches import LABELS, Review, label_of, place_name, without_marks

AROUND = 50  # Characters of an example on each side.
MOST_EXAMPLES = 20  # Of one form; the page folds those behind the third.
FIELDS = ("pk", "key", "kind", "phrase", "decision", "count", "cable")  # Of RedactionMatch.
RANKS = {kind: rank for rank, kind in enumerate(LABELS)}  # The nearest to the name first.


def _rank(kind: str) -> int:
    return RANKS.get(kind, len(RANKS))


@dataclass(slots=True)
class FormLine:
    """All matches of a form, each in another cable; capitals, accents and signs do not count."""

    kind: str  # The nearest to a name that some match has.
    name: str
    first: int  # Primary key of the first match of this kind.
    with_name: bool = False  # Some of the cables have the name itself too.
    times: int = 0
    keys: list[int] = field(default_factory=list)  # Primary keys of the matches.
    decisions: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)
    form: str = ""  # As its first match has it.
    address: str = ""  # Query of the list of its matches.
    examples: list[SimpleNamespace] = field(default_factory=list)

    def add(self, row: Any, with_name: bool):
        if _rank(row.kind) < _rank(self.kind):
            self.kind, self.name, self.first = row.kind, row.phrase, row.pk
        self.with_name = self.with_name or with_name
        self.times += row.count
        self.keys.append(row.pk)
        self.decisions[row.decision] += 1
        self.names.add(row.phrase)

    @property
    def token(self) -> str:
        """The optimistic-lock token: how many are undecided, accepted and rejected."""
        return ".".join(str(self.decisions[each]) for each in RedactionMatch.DECISIONS)

    @property
    def label(self) -> str:
        return label_of(self.kind)

    @property
    def cables(self) -> int:
        return len(self.keys)

    @property
    def other_names(self) -> int:
        return len(self.names) - 1

    @property
    def decision(self) -> str:
        """The decision for a page: "Accepted", or "Mixed: 2 accepted, 1 undecided"."""
        labels = RedactionMatch.DECISIONS
        if len(counts := +self.decisions) == 1:
            return labels[next(iter(counts))]
        parts = (f"{counts[each]:,} {labels[each].lower()}" for each in labels if counts[each])
        return f"Mixed: {', '.join(parts)}"

    @property
    def shown_keys(self) -> list[int]:
        """Primary keys of the matches that examples are taken from."""
        return [self.first, *(key for key in self.keys if key != self.first)][:MOST_EXAMPLES]


def form_lines(review: Review) -> list[FormLine]:
    """Return the lines of the chosen kind and name, whatever their decision.

    Kinds nearest to the name come first, then forms in cables that have the name itself too, then
    those in the most cables.
    """
    named = set(review.visible().filter(kind="").values_list("phrase", "cable"))
    lines: dict[str, FormLine] = {}
    for row in review.matches().order_by("pk").values_list(*FIELDS, named=True):
        line = lines.setdefault(row.key, FormLine(row.kind, row.phrase, row.pk))
        line.add(row, (row.phrase, row.cable) in named)
    return sorted(
        lines.values(),
        key=lambda each: (_rank(each.kind), not each.with_name, -each.cables, each.first),
    )


def listed_lines(review: Review) -> list[FormLine]:
    """Return the lines that have matches with the chosen decision."""
    wanted = review.decision
    lines = form_lines(review)
    return lines if wanted is None else [each for each in lines if each.decisions[wanted]]


def add_examples(review: Review, lines: Iterable[FormLine]):
    """Give each line what the page shows of its matches: first a place of each cable."""
    listed = list(lines)
    rows = review.visible().filter(pk__in=[key for line in listed for key in line.shown_keys])
    found = {
        key: (form, [_example(reference, place) for place in places])
        for key, form, reference, places in rows.values_list(
            "pk", "form", "cable__reference", "places"
        )
    }
    for line in listed:
        matches = [found[key] for key in line.shown_keys if key in found]
        line.form = matches[0][0] if matches else ""
        by_turns = chain.from_iterable(zip_longest(*(places for _, places in matches)))
        line.examples = [each for each in by_turns if each][:MOST_EXAMPLES]
        line.address = review.address(form=str(line.first), decision="all")


def _example(reference: str, place: Sequence[str]) -> SimpleNamespace:
    name, before, words, behind = without_marks(place)[:4]
    around = {"before": before[-AROUND:], "words": words, "behind": behind[:AROUND]}
    return SimpleNamespace(cable=reference, place=place_name(name), **around)
