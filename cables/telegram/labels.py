"""The labels of a cable: what its source calls it, such as "kind:airgram" or "concept:OIL"."""

from collections.abc import Iterable, Mapping


def label(sort: str, value: str) -> str:
    """Return the label of a sort: kind, text, volume, concept, film or marking."""
    return f"{sort}:{value}"


def values_of(sort: str, labels: Iterable[str]) -> list[str]:
    """Return the values of the labels of a sort, in their order."""
    start = label(sort, "")
    return [name.removeprefix(start) for name in labels if name.startswith(start)]


def count_values(sort: str, counts: Mapping[str, int]) -> dict[str, int]:
    """Return {value: cables} of the labels of a sort, in their order, of {label: cables}."""
    return {value: counts[label(sort, value)] for value in values_of(sort, counts)}
