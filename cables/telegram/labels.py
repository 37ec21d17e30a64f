"""The labels of a cable: what its source calls it, such as "kind:airgram" or "concept:OIL"."""

from collections.abc import Mapping


def label(sort: str, value: str) -> str:
    """Return the label of a sort: kind, volume, concept, film or marking."""
    return f"{sort}:{value}"


def values_of(sort: str, labels: Mapping[str, int]) -> dict[str, int]:
    """Return {value: cables} of the labels of a sort, in their order, of {label: cables}."""
    start = label(sort, "")
    return {name.removeprefix(start): n for name, n in labels.items() if name.startswith(start)}
