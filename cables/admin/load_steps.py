"""The steps of a load at the desk: in which states each is possible, and its optimistic lock."""

from ..decisions.optimistic_lock import digest
from ..loader import LoadReport
from ..models import Load

# Step -> the states in which it is possible, and its action in the log.
STEPS = {
    "apply": (Load.TO_APPLY, "applied"),
    "compare": (Load.TO_APPLY, "compared"),
    "cancel": (Load.AT_WORK, "cancelled"),
    "discard": (Load.TO_DISCARD, "discarded"),
}


def is_possible(step: str, load: Load) -> bool:
    """Return whether the state of a load allows a step. Only compared loads can be applied."""
    return load.state in STEPS[step][0] and (step != "apply" or load.was_compared)


def stamp_of_load(load: Load) -> str:
    """Return an optimistic-lock token; it changes with the state and each comparison of a load.

    It stays the same while the worker is at work. Everybody can compute it: it depends on nothing
    that is sealed.
    """
    if load.state in Load.AT_WORK:
        return "at work"
    counts = LoadReport(**load.counts).without_sealed()
    return digest([load.state, load.finished, str(counts), load.mapping])


def stamp_of_queue(queue: list[Load]) -> str:
    """Return an optimistic-lock token of the order of waiting loads."""
    return digest([(load.pk, load.state, load.priority) for load in queue])
