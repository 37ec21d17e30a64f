"""The search of cables at the desk: a query string -> the cables, as one user may find them.

    ?q=06LISBON               how a reference or a subject begins
    ?words=harbor -grain      words in texts, in the language of the readers' search
    ?pasted=12                a pasted list of references (models.SavedSearch)
    ?state=withheld&load=3    filters of the desk (desk_filters.py)
    ?caption=NODIS            filters of the readers' search (search/filter_registry.py)

A cable has to match all of them. A search of which a part cannot be applied finds nothing, so that
a decision on its result never reaches more cables than were meant.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django import forms
from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.http import QueryDict

from ..models import Cable, Change, Erased, Load, LoadRow, SavedSearch
from ..models.desk_searches import SavedSearchQuerySet
from ..models.querysets import BY_REFERENCE, CableQuerySet
from ..search.filter_registry import FILTERS, ValuesFilter
from ..search.filters import CableFilter, ListQuery
from ..search.index_selection import Selection, published_cables
from ..search.list_counts import ListCounts
from ..search.query import Question, parse_question
from ..search.timeouts import TooSlow, statement_timeout
from ..search_index.reader import IndexNotReady
from ..telegram.pasted_references import PastedReferences, read_pasted
from ..telegram.references import reference_or_empty
from .desk_filters import FILTERS_OF_CABLES, changed, named_by_rows, text, with_condition
from .sealed_text_search import Sight, sealed_matches, sight_of

SECONDS = 5  # Until PostgreSQL stops a query of a search.
MOST_REFERENCES = 10_000  # In a pasted list.
MOST_RANKED = 1_000  # Cables that are ordered by relevance; others follow by reference.
RANKED_OF = 5_000  # Cables that match; more are all ordered by reference.
OF_ADMIN = {"o", "p", "e", "all", "_popup", "_to_field", "_facets", "_changelist_filters"} | {
    "case"
}
LEFT_OUT = " is left out: "  # In what search/query.py says of a word that it does not look for.
TOO_SLOW = (
    f"The search was stopped after {SECONDS} seconds. Narrow it: by an origin, days, a load or "
    "rarer words."
)
NOT_READY = "The search index is being built: words cannot be searched yet. Try again soon."


class SearchError(ValueError):
    """A search that cannot be carried out; the message says why."""


def find_cables(query: QueryDict, user) -> CableQuerySet:
    """Return the cables that a query string of the desk's list finds for a user, in its order.

    Raises SearchError where a part of the search cannot be applied. To read the rows can raise
    TooSlow within `search_timeout()`.
    """
    search = CableSearch(query, user)
    cables = search.cables
    if search.problems:
        raise SearchError(" ".join(search.problems))
    return cables


@contextmanager
def search_timeout(seconds: int = 0) -> Iterator[None]:
    """Set a timeout for each query of the desk in this block. Raises TooSlow."""
    with statement_timeout((seconds or SECONDS) * 1_000, DEFAULT_DB_ALIAS):
        yield


class CableSearchForm(forms.Form):
    """The fields of a search, but for those that only the readers' search has."""

    q = text("Reference or subject begins", "06LISBON, or HARBOR FEES")
    words = text("Words", 'harbor "fishing rights" -grain to:rome', 2_000)
    pasted = forms.IntegerField(
        label="Pasted references", required=False, min_value=1, widget=forms.HiddenInput
    )

    def __init__(self, query: QueryDict, user) -> None:
        super().__init__(query)
        for row in FILTERS_OF_CABLES:
            if not row.right or user.has_perm(f"cables.{row.right}"):
                self.fields[row.name] = row.field()
        vars(self.fields["origin"])["sight"] = sight_of(user)

    @property
    def filters(self) -> list[forms.BoundField]:
        return [self[row.name] for row in FILTERS_OF_CABLES if row.name in self.fields]

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(field.name) for field in self.filters)


class CableSearch:
    """One search. `cables` are what it finds; `problems` and `notes` say what is not applied."""

    def __init__(self, query: QueryDict, user) -> None:
        self.query = query.copy()
        if self.query.pop("withheld", None):  # The name of this filter in older addresses.
            self.query["state"] = "withheld"
        for name, separator in (("tag", " "), ("origin", ";")):
            if values := self.query.getlist(name):
                self.query[name] = separator.join(values)
        self.user = user
        self.sight = sight_of(user)
        self.form = CableSearchForm(self.query, user)
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.pasted = PastedReferences()
        # References of the pasted list that no cable has -> why, "" if that is not known.
        self.not_here: dict[str, str] = {}
        self.sealed: set[int] = set()  # Primary keys of the cables found in sealed texts.
        self.best: list[int] = []  # Primary keys of the best matches, best first.

    @cached_property
    def values(self) -> dict[str, Any]:
        """{field: value} of what is filled in; a value that is not valid is a problem."""
        for name, sentences in self.form.errors.items():
            label = self.form.fields[name].label
            self.problems += [f"{label}: {sentence}" for sentence in sentences]
        self.problems += [
            f"{self.form.fields[name].label}: choose one."
            for name, values in self.query.lists()
            if name in self.form.fields and len({each.strip() for each in values} - {""}) > 1
        ]
        unknown = set(self.query) - set(self.form.fields) - set(FILTERS) - OF_ADMIN
        self.problems += [f"There is no filter {name[:40]!r}." for name in sorted(unknown)]
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @cached_property
    def question(self) -> Question:
        """What is looked for in texts; a word that cannot be looked for is a problem."""
        question = parse_question(self.values.get("words", ""))
        for note in question.notes:
            (self.problems if LEFT_OUT in note else self.notes).append(note)
        others = [each for group in question.groups for each in group if each.respelt]
        names = ", ".join(dict.fromkeys(" ".join(each.words) for each in others))
        self.notes += [f"Also looked for: {names}. As typed: in quotation marks."] if names else []
        self.notes += question.meanings
        return question

    @cached_property
    def cables(self) -> CableQuerySet:
        """The cables that it finds, in their order; none where it has problems."""
        try:
            with search_timeout():
                cables = self._filtered()
        except TooSlow:
            self.problems.append(TOO_SLOW)
        except IndexNotReady:
            self.problems.append(NOT_READY)
        return Cable.objects.none() if self.problems else cables

    def _filtered(self) -> CableQuerySet:
        values, cables = self.values, Cable.objects.order_by(BY_REFERENCE.asc())
        if self.problems:
            return cables.none()
        condition = models.Q()
        for row in FILTERS_OF_CABLES:
            if row.condition and row.name in values:
                condition &= row.condition(values[row.name])
        cables = cables.filter(with_condition(values.get("state", ""), condition))
        for keys in self._key_sets():
            cables = cables.with_keys(keys)
        if text := values.get("q"):
            cables = beginning_with(cables, text)
        elif self.best:
            cables = cables.order_by(rank_in(self.best), BY_REFERENCE.asc())
        return cables

    def _key_sets(self) -> list[list[int]]:
        """Return one list of the primary keys that all other conditions have; [] for none."""
        values = self.values
        sets = [
            set(keys)
            for row in FILTERS_OF_CABLES
            if row.name in values and (keys := row.found(values[row.name], self.sight)) is not None
        ]
        if values.get("state") == "embargo":
            sets.append(named_by_rows(LoadRow.EMBARGOED))
        if (keys := changed(values)) is not None:
            sets.append(set(keys))
        number = values.get("load")
        if number and (load := Load.objects.filter(pk=number).first()):
            self.notes.append(f"Load {load.pk}: {load.name}")
        if number := values.get("pasted"):
            sets.append(self._listed(number))
        if values.get("words") or self._of_readers:
            sets.append(self._matching())
        return [list(set.intersection(*sets))] if sets else []

    @property
    def _of_readers(self) -> QueryDict:
        """The filters that only the readers' search has."""
        query = QueryDict(mutable=True)
        for name in FILTERS.keys() - self.form.fields.keys():
            if values := [value for value in self.query.getlist(name) if value.strip()]:
                query.setlist(name, values)
        return query

    def _matching(self) -> set[int]:
        """Return the primary keys of cables whose texts, and readers' filters, match."""
        selection = self._in_index()
        if selection.snapshot.left_out:
            count = len(selection.snapshot.left_out)
            self.notes.append(f"Not searched yet, as just changed: {count:,} cables.")
        keys = selection.unsorted_keys()
        if self._of_readers:
            self.notes.append("Withheld cables are not found by these filters.")
        elif self.question.has_conditions:
            self.sealed = sealed_matches(self.question, self.sight)
        if self.question.groups and len(keys) <= RANKED_OF:
            self.best = selection.keys(None, 0, MOST_RANKED)
        return self.sealed.union(keys)

    def _in_index(self) -> Selection:
        """Return the published cables with all words of the question, and readers' filters."""
        selection: Selection = published_cables().matching(self.question)
        if query := self._of_readers:
            filters = CableFilter(ListQuery(query), Cable.objects.published(), ListCounts.current())
            selection = filters.without_order(selection)
            self.problems += filters.notes
        return selection

    def _listed(self, number: int) -> set[int]:
        saved = SavedSearch.objects.of(self.user).filter(pk=number).first()
        if saved is None:
            self.problems.append("This list of references is not here.")
            return set()
        self.pasted = read_pasted(saved.references)
        references = self.pasted.references
        if len(references) > MOST_REFERENCES:
            self.problems.append(f"Paste at most {MOST_REFERENCES:,} references.")
            return set()
        held = Cable.objects.only("reference").held_by_reference(references)
        self.not_here = why_not_here([each for each in references if each not in held], self.user)
        return {cable.pk for cable in held.values()}


def beginning_with(cables: CableQuerySet, text: str) -> CableQuerySet:
    """Return the cables whose reference or subject begins with a text.

    A whole reference finds its cable in any spelling, also a former one.
    """
    reference = reference_or_empty(text)
    held = Cable.objects.only("reference").held_by_reference([reference]) if reference else {}
    return cables.with_keys(each.pk for each in held.values()) if held else cables.beginning(text)


def why_not_here(references: Iterable[str], user) -> dict[str, str]:
    """Return {reference: why no cable has it} of references without a cable.

    Records under embargo are named to those alone who may see the records of loads.
    """
    reasons = dict.fromkeys(references, "")
    erased = Erased.objects.filter(reference__in=list(reasons))
    reasons |= dict.fromkeys(erased.values_list("reference", flat=True), "erased")
    if user.has_perm("cables.view_loadrow"):
        rows = LoadRow.objects.filter(reference__in=list(reasons), outcome__in=LoadRow.EMBARGOED)
        reasons |= dict.fromkeys(rows.values_list("reference", flat=True), "under embargo")
    return reasons


def rank_in(keys: Iterable[int]) -> models.expressions.OrderBy:
    """Return the order of cables by their places in a list of keys; others come last."""
    field = models.BigIntegerField()
    place = models.Func(
        models.Value([*keys]),
        models.F("pk"),
        function="array_position",
        template="%(function)s(%(expressions)s)",
        output_field=field,
    )
    return place.asc(nulls_last=True)


CHOSEN = {"classification", "collection"}  # From lists that every account of the desk sees.
MOST_PASTED = 50  # Pasted lists that are kept of each user.
LONGEST_PASTED = 300_000  # Characters.


def searches_open_to(user) -> SavedSearchQuerySet:
    """Return the named searches of a user, and those that others saved for all.

    What others typed, words or names, is shown to those alone who may see all texts: it can be
    redacted or withheld by now, and leaving out just that would tell which it is.
    """
    searches = SavedSearch.objects.of(user).named()
    if sight_of(user) == Sight.SEALED:
        return searches
    typed = (each.pk for each in searches.exclude(by=user) if has_typed(QueryDict(each.query)))
    return searches.exclude(pk__in=list(typed))


def has_typed(query: QueryDict) -> bool:
    """Return whether a query string has words of texts, or names that cables have."""
    named = {row.name for row in FILTERS.values() if isinstance(row, ValuesFilter)}
    return any(any(query.getlist(name)) for name in {"q", "words", *named} - CHOSEN)


@transaction.atomic
def save_search(user, name: str, query: QueryDict, *, is_shared: bool) -> SavedSearch:
    """Save a search under a name. Raises ValueError if the user has one of this name.

    A pasted list of references is saved with it.
    """
    if SavedSearch.objects.filter(by=user, name=name).exists():
        raise ValueError("You have a search of this name. Choose another name, or delete that one.")
    asked, references = without_paging(query), ""
    if pasted := asked.get("pasted"):
        row = SavedSearch.objects.of(user).filter(pk=pasted).first() if is_key(pasted) else None
        if row is None:
            raise ValueError("This list of references is not here.")
        references = row.references
        del asked["pasted"]
    search = SavedSearch.objects.create(
        name=name,
        query=asked.urlencode(),
        references=references,
        by=user,
        is_shared=is_shared,
        sight=sight_of(user) if has_typed(asked) else Sight.PUBLIC,
    )
    if is_shared:
        Change.objects.create(by=user, action="added", what=f"saved search {search.pk}")
    return search


def keep_pasted(user, references: str) -> SavedSearch:
    """Store a pasted list of references, as it may be too long for an address."""
    pasted = SavedSearch.objects.filter(by=user, name="")
    old = list(pasted.order_by("-pk").values_list("pk", flat=True)[MOST_PASTED - 1 :])
    pasted.filter(pk__in=old).delete()
    return SavedSearch.objects.create(by=user, references=references)


def without_paging(query: QueryDict) -> QueryDict:
    """Return the part of a query string that says what is searched."""
    asked = query.copy()
    for name, values in query.lists():
        asked.setlist(name, [value for value in values if value.strip()])
        if name in OF_ADMIN or not asked.getlist(name):
            del asked[name]
    return asked


def is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
