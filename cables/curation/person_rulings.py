"""Join or separate persons of the lists of volumes where the rule cannot tell, and undo it."""

from collections.abc import Iterator
from itertools import combinations

from django.db import transaction
from django.db.models import QuerySet

from ..models import Change, PersonEntry, PersonRuling, VolumeWithholding
from ..publication.publish_persons import group_persons, pair_of
from ..telegram.person_names import may_be_one, one_spelling
from .redactions_and_corrections import StaleError

ACTIONS = {True: "joined", False: "separated"}


@transaction.atomic
def rule_on_persons(
    one: PersonEntry, other: PersonEntry, are_one: bool, reason: str, by
) -> PersonRuling:
    """Decide that two entries are one person, or two.

    Raises ValueError if the reason is empty; StaleError if it is decided already.
    """
    VolumeWithholding.lock()
    if not reason.strip():
        raise ValueError("This takes a reason.")
    if pair_of(one, other) in {each.pair for each in PersonRuling.objects.all()}:
        raise StaleError("Somebody decided on these two already: undo that first.")
    made = PersonRuling.objects.create(
        **{"volume": one.volume, "key": one.key, "reason": reason, "by": by},
        **{"other_volume": other.volume, "other_key": other.key, "are_one": are_one},
    )
    _publish(made, ACTIONS[are_one], reason, by)
    return made


@transaction.atomic
def undo_ruling(ruling: PersonRuling, reason: str, by) -> None:
    """Let the rule tell again. Raises StaleError if somebody did so already."""
    VolumeWithholding.lock()
    if not PersonRuling.objects.filter(pk=ruling.pk).delete()[0]:
        raise StaleError("It was undone meanwhile.")
    _publish(ruling, "grouped by rule", reason, by)


def _publish(ruling: PersonRuling, action: str, reason: str, by) -> None:
    held = entries_of(ruling)
    group_persons({each.surname for each in held})
    Change.objects.create(action=action, what=f"persons {ruling}"[:250], reason=reason, by=by)


def entries_of(ruling: PersonRuling) -> list[PersonEntry]:
    """Return the entries of a ruling that readers see now."""
    rows = PersonEntry.objects.filter(key__in=[key for _, key in ruling.pair])
    return [each for each in rows if (each.volume, each.key) in ruling.pair]


def uncertain_pairs() -> Iterator[tuple[PersonEntry, PersonEntry]]:
    """Yield entries of two persons who are perhaps the same, and that nobody decided on."""
    decided = {each.pair for each in PersonRuling.objects.all()}
    by_surname: dict[str, list[PersonEntry]] = {}
    for row in PersonEntry.objects.order_by("surname", "volume", "key"):
        by_surname.setdefault(one_spelling(row.surname), []).append(row)
    for rows in by_surname.values():
        for one, other in combinations(rows, 2):
            apart = one.slug != other.slug and one.volume != other.volume
            is_open = apart and pair_of(one, other) not in decided
            if is_open and may_be_one((one.name, one.office), (other.name, other.office)):
                yield one, other


def of_surname_like(surname: str) -> QuerySet[PersonEntry]:
    """Return the entries with a surname, or with one of its transliterations."""
    held = PersonEntry.objects.order_by("surname").values_list("surname", flat=True).distinct()
    spelling = one_spelling(surname)
    return PersonEntry.objects.filter(
        surname__in=[each for each in held if one_spelling(each) == spelling]
    )
