"""What the desk shows of reasons and the log to users who may not see sealed texts.

Curators quote what cables say, and a part of that is redacted or withheld later.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from ..curation.sealed_text_search import Sight, sight_of
from ..models import BulkDecisionCable, Cable, Change, Erased, FormerReference, Redaction, Sealed
from ..publication.public_text import phrases_in
from ..telegram.redact_phrases import scrub

WITHHELD_WITH_IT = "Withheld with its cable"  # Instead of a text.
QUOTING = ("what", "reason")  # Columns of the log that may repeat what cables say.
EMBARGOED = "embargoed "  # Before the reference in what entries about records under embargo say.
ERASED = -1  # The cable of an entry about a record that was erased: no row has this key.


def sealed_from(user) -> QuerySet[Sealed]:
    """Return the sealed texts that a user may not see; redacted and withheld cables have some."""
    sight = sight_of(user)
    if sight == Sight.SEALED:
        return Sealed.objects.none()
    is_redaction = {"place__startswith": "redaction "} if sight == Sight.WITHHELD else {}
    return Sealed.objects.filter(**is_redaction)


def cable_of(row) -> list[int | None]:
    return [row.cable_id]


def without_sealed_words(
    user,
    rows: Iterable[Any],
    fields: Iterable[str] = ("reason",),
    cables_of: Callable[[Any], Iterable[int | None]] = cable_of,
) -> list[Any]:
    """Return rows about cables; their `fields` lose the words that the user may not see.

    A withheld cable takes the reason with it, but for that of withholding, which readers are told;
    an erased cable each reason: nobody knows any more which words were redacted in it.
    """
    rows = list(rows)
    keys = {key for row in rows for key in cables_of(row) if key}
    places = set(sealed_from(user).filter(cable__in=keys).values_list("cable", "place"))
    words = phrases_in(key for key, _ in places)
    erased: set[int] = set()
    if sight_of(user) != Sight.SEALED:
        erased = keys - set(Cable.objects.filter(pk__in=keys).primary_keys())
    for row in rows:
        cables = cables_of(row)
        phrases = list(dict.fromkeys(each for key in cables for each in words.get(key or 0, ())))
        for name in fields if phrases else ():
            setattr(row, name, scrub(getattr(row, name), phrases))
        is_withheld = any((key, "cable") in places for key in cables)
        is_untold = is_withheld and getattr(row, "action", "") != "withheld"
        if row.reason and (is_untold or erased.intersection(cables)):
            row.reason = WITHHELD_WITH_IT
    return rows


def as_shown(user, changes: Iterable[Change]) -> list[Change]:
    """Return log entries without the words of cables that a user may not see.

    What was written for a decision on many is sealed with each of its cables, in every entry; about
    a record under embargo, with the cable that it became.
    """
    changes = list(changes)
    decisions = {each.decision_id for each in changes if each.decision_id}
    cables = _sealed_cables(user, decisions) if decisions else {}
    became = _cables_of_embargoed(changes)
    return without_sealed_words(
        *(user, changes, QUOTING),
        lambda each: [
            each.cable_id or became.get(each.what.removeprefix(EMBARGOED)),
            *cables.get(each.decision_id, ()),
        ],
    )


def _cables_of_embargoed(changes: Iterable[Change]) -> dict[str, int]:
    """Return {reference: cable} of the records in entries about embargoes that became cables."""
    about = {each.what for each in changes if each.what.startswith(EMBARGOED)}
    names = {what.removeprefix(EMBARGOED) for what in about}
    if not names:
        return {}
    erased = Erased.objects.filter(reference__in=names).values_list("reference", flat=True)
    formers = FormerReference.objects.filter(reference__in=names)
    present = Cable.objects.filter(reference__in=names)
    return {
        **dict.fromkeys(erased, ERASED),
        **dict(formers.values_list("reference", "cable")),
        **dict(present.values_list("reference", "pk")),
    }


def _sealed_cables(user, decisions: Iterable[int]) -> dict[int, list[int]]:
    """Return {decision: those of its cables that seal what was written for it}.

    These are the redacted ones, and one that is withheld or erased. Nothing was written of those
    that it skipped.
    """
    rows = BulkDecisionCable.objects.filter(decision__in=decisions)
    rows = rows.exclude(outcome=BulkDecisionCable.Outcome.SKIPPED)
    of_row = {"cable": OuterRef("cable")}
    withheld = rows.filter(Exists(sealed_from(user).filter(place="cable", **of_row)))
    found: dict[int, list[int]] = defaultdict(list)
    for some in (
        rows.filter(Exists(Redaction.objects.filter(**of_row))),
        withheld.order_by("decision").distinct("decision"),
        entries_of_erased(decisions).order_by("decision").distinct("decision"),
    ):
        for number, cable in some.values_list("decision", "cable"):
            found[number].append(cable)
    return found


def entries_of_erased(decisions: Iterable[int]) -> QuerySet[Change]:
    """Return the entries that decisions made about cables that were erased since."""
    erased = Change.objects.filter(reference__in=Erased.objects.values("reference"))
    return erased.filter(decision__in=decisions).exclude(cable=None)
