"""What the desk shows of reasons and the log to users who may not see sealed texts.

Curators quote what cables say, and a part of that is redacted or withheld later.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet

from ..curation.sealed_text_search import Sight, sight_of
from ..models import Cable, Sealed
from ..publication.public_text import phrases_in
from ..telegram.redact_phrases import scrub

WITHHELD_WITH_IT = "Withheld with its cable"  # Instead of a text.


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
        phrases = [phrase for key in cables for phrase in words.get(key or 0, ())]
        for name in fields if phrases else ():
            setattr(row, name, scrub(getattr(row, name), phrases))
        is_withheld = any((key, "cable") in places for key in cables)
        is_untold = is_withheld and getattr(row, "action", "") != "withheld"
        if row.reason and (is_untold or erased.intersection(cables)):
            row.reason = WITHHELD_WITH_IT
    return rows
