"""Steps within a list: links of its cables say where they stand, and lead on from there.

    /cable/06LISBON900412/?in=/tag/EFIS/%3Fsort%3Dcreated&at=3

is the third cable of a list in that order. What the address says is read as the address of a list,
and is not shown. A mirror, which is made of files, has no such links.
"""

from calendar import monthrange
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, get_script_prefix, resolve

from ...glossary.entries import slug
from ...models import Cable, Marking
from ...search.filter_registry import EVERYTHING, FILTERS, Within
from ...search.filters import CableFilter, ListQuery
from ...search.list_count_queries import UNUSABLE
from ...search.list_counts import ListCounts
from ...search.run_search import PAGE_SIZE as RESULTS_ON_A_PAGE
from ...search.run_search import Answer, MatchList, answer_words
from .paging import PAGE_SIZE

WINDOW = 100  # Results before and behind a position, among which its cable is looked for.
LONGEST = 3_000  # Characters of the address of a list.
FORMS = ("_feed", "_csv", "_zip", "_data")


def code_of(code: str, codes: Sequence[str]) -> str:
    return next(known for known in codes if slug(known) == code)


def part_of(counts: ListCounts, part: str) -> Within:
    """Return the condition of a volume or chapter. Raises KeyError if it is not held."""
    if part not in counts.parts:
        raise KeyError(part)
    return {"volume": [part]}


# Route of a list -> its condition, from ListCounts and the arguments of the route.
LISTS: dict[str, Callable[..., Within]] = {
    "search": lambda counts, **_: EVERYTHING,
    "released_day": lambda counts, day, **_: {"released_after": day, "released_before": day},
    "created_month": lambda counts, month, **_: {
        "created_after": month,
        "created_before": month.replace(day=monthrange(month.year, month.month)[1]),
    },
    "tag": lambda counts, code, **_: {"tag": [code]},
    "caption": lambda counts, code, **_: {"caption": [code_of(code, counts.captions)]},
    "mark": lambda counts, code, **_: {"mark": [code_of(code, counts.marks)]},
    "volume": lambda counts, volume, **_: part_of(counts, volume),
    "chapter": lambda counts, volume, chapter, **_: part_of(counts, f"{volume}/{chapter}"),
    **{
        name: lambda counts, slug, name=name, **_: {name: [slug]}
        for name in ("origin", "place", "country", "classification", "collection", "person")
    },
}


def within(match: ResolverMatch, counts: ListCounts) -> Within | None:
    """Return the condition of the list at an address, None if it is no list of LISTS."""
    name = match.url_name or ""
    for form in FORMS:
        name = name.removesuffix(form)
    condition = LISTS.get(name)
    return condition(counts, **match.kwargs) if condition else None


def link_into(filters: CableFilter) -> str:
    """Return the query string of the links to the cables of a list: "?in=/tag/EFIS/&at=".

    The number of the cable in the list follows. ?q= marks the words of a search in the cable.
    """
    question = filters.question
    words = f"q={quote_plus(question.text)}&" if question and question.groups else ""
    return f"?{words}in={quote(filters.address())}&at="


@dataclass(frozen=True, slots=True)
class Step:
    cable: Cable
    address: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Where a cable stands in the list that a reader came from."""

    name: str  # Of the list; "" for the results of a search.
    at: int  # Counted from 1.
    total: int
    page: str  # The address of the page of the list that has the cable.
    before: Step | None
    after: Step | None
    is_complete: bool  # Whether the search index has all cables of this edition.


def find_steps(request: HttpRequest, cable: Cable) -> Steps | None:
    """Return where a cable stands in the list that ?in= and ?at= name, None if it does not."""
    address, text = request.GET.get("in", ""), request.GET.get("at", "")
    if not (address and text.isascii() and text.isdecimal() and len(text) < 9):
        return None
    if len(address) > LONGEST:
        return None
    # Resolver404 for no address of this site, KeyError and StopIteration for no page of a list that
    # is held, TooManyFieldsSent for a longer query string than a page accepts.
    with suppress(Resolver404, KeyError, StopIteration, TooManyFieldsSent, *UNUSABLE):
        return _steps(address, max(int(text), 1), cable)
    return None


def _steps(address: str, at: int, cable: Cable) -> Steps | None:
    """Return where a cable stands in the list at an address, near the place `at`."""
    asked = ListQuery.from_address(address)
    match = resolve_page(asked.path)
    counts = ListCounts.current()
    if match.url_name == "collection" and match.kwargs["slug"] in counts.collections:
        counts = ListCounts.current(match.kwargs["slug"])
    condition = LISTS[match.url_name or ""](counts, **match.kwargs)
    found = answer_words(asked, counts, condition)
    keys = _keys(found, condition)
    start = max(at - WINDOW, 0)
    near = list(enumerate(keys[start : at + WINDOW], start + 1))
    places = [place for place, key in near if key == cable.pk]
    if not places:
        return None
    place = min(places, key=lambda each: abs(each - at))
    return _around(found, dict(near), place, len(keys), condition)


def resolve_page(path: str) -> ResolverMatch:
    """Return the route of a path on this site. Raises Resolver404 for anything else."""
    root = get_script_prefix()
    if not path.startswith(root):  # The links to the list repeat the path.
        raise Resolver404
    return resolve(f"/{path.removeprefix(root)}")


def _keys(found: Answer, condition: Within) -> MatchList | list[int]:
    """Return the primary keys of a list in its order; a volume is in that of its pages."""
    filters = found.filters
    if "volume" not in condition or {"sort", "q"} & dict(filters.pairs).keys():
        return found.found
    (part,) = condition["volume"]
    rows = filters.without_order(Marking.objects.published_under(f"volume:{part}"[:100]))
    return list(rows.in_printed_order().primary_keys())


def _around(found: Answer, near: dict[int, int], at: int, total: int, condition: Within) -> Steps:
    """Return the steps from a place in a list; `near` has {place: primary key} of those around."""
    filters = found.filters
    beside = {place: near[place] for place in (at - 1, at + 1) if place in near}
    cables = Cable.objects.published().only("reference").in_bulk(beside.values())

    def step(place: int) -> Step | None:
        cable = cables.get(beside.get(place, 0))
        if cable is None:
            return None
        return Step(cable, f"{cable.get_absolute_url()}{link_into(filters)}{place}")

    has_words = filters.question and filters.question.text
    size = RESULTS_ON_A_PAGE if has_words or not condition else PAGE_SIZE
    page = (at - 1) // size + 1
    return Steps(
        name=name_of(condition, filters.counts),
        at=at,
        total=total,
        page=filters.address(page=str(page) if page > 1 else None),
        before=step(at - 1),
        after=step(at + 1),
        is_complete=found.is_complete,
    )


def name_of(condition: Within, counts: ListCounts) -> str:
    """Return the name of a list: "Embassy Lisbon"; "" for the results of a search."""
    if not condition:
        return ""
    name, value = next(iter(condition.items()))
    if name == "volume":
        volume, _, chapter = value[0].partition("/")
        held = counts.volumes[volume]
        return held.chapters[chapter].title if chapter else held.title
    if name == "released_after":
        return f"{value.day} {value:%B %Y}"
    if name == "created_after":
        return f"{value:%B %Y}"
    return FILTERS[name].show(value[0], counts)
