"""Count search results by the values of a filter: the `count` of each row of FACETS.

Each returns {value in addresses: cables} of a selection.
"""

from collections.abc import Callable

from .list_counts import ListCounts
from .value_counts import ValueCounts

Count = Callable[[ValueCounts, ListCounts], dict[str, int]]


def count_origins(selection: ValueCounts, counts: ListCounts) -> dict[str, int]:
    by_origin = selection.by_origin
    return {slug: by_origin.get(key, 0) for slug, (_, key, _) in counts.origins.items()}


def count_countries(selection: ValueCounts, counts: ListCounts) -> dict[str, int]:
    by_origin = selection.by_origin
    return {
        slug: sum(by_origin.get(counts.origins[origin][1], 0) for origin in origins)
        for slug, (_, origins) in counts.countries.items()
    }


def count_classifications(selection: ValueCounts, counts: ListCounts) -> dict[str, int]:
    by_class = selection.by_class
    return {
        slug: by_class.get(known.value, 0) for slug, (known, _) in counts.classifications.items()
    }


def count_slugs(sort: str, choices: str, fewest: int = 1) -> Count:
    """Return the `count` of a facet by labels whose values have slugs, if there are so many.

    `choices` is the attribute of ListCounts that has {slug: value}.
    """

    def count(selection: ValueCounts, counts: ListCounts) -> dict[str, int]:
        values, by_label = getattr(counts, choices), selection.by_label(sort)
        if len(values) < fewest:
            return {}
        return {slug: by_label.get(value, 0) for slug, value in values.items()}

    return count


def count_captions(selection: ValueCounts, counts: ListCounts) -> dict[str, int]:
    return {code: selection.by_marking.get(code, 0) for code in counts.captions}


def count_labels(sort: str, choices: str) -> Count:
    """Return the `count` of a facet by the labels with a prefix such as "concept".

    `choices` is the attribute of ListCounts that has them all.
    """
    return lambda selection, counts: selection.by_label(sort) if getattr(counts, choices) else {}


def count_years(selection: ValueCounts, counts: ListCounts) -> dict[str, int]:
    years: dict[str, int] = {}
    for month, cables in selection.by_month.items():
        years[str(month.year)] = years.get(str(month.year), 0) + cables
    return years
