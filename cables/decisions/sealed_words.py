"""What the desk shows of reasons and the log to users who may not see sealed texts.

Curators quote what cables say, and a part of that is redacted or withheld later.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Substr

from ..curation.sealed_text_search import Sight, sight_of
from ..models import (
    BulkDecisionCable,
    Cable,
    Change,
    Erased,
    FormerReference,
    Load,
    LoadRow,
    LoggedFact,
    Redaction,
    Sealed,
)
from ..models.change_log import EMBARGOED, FROM_LOAD
from ..publication.public_text import phrases_in
from ..telegram.redact_phrases import scrub_with_references

WITHHELD_WITH_IT = "Withheld with its cable"  # Instead of a text.
QUOTING = ("what", "reason")  # Columns of the log that may repeat what cables say.
LOAD = re.compile(r"load (\d+), ")  # The beginning of what entries about loads say.
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

    A withheld cable takes the reason with it, but for that of withholding which readers are told;
    an erased cable each reason: nobody knows any more which words were redacted in it. What was
    written for a decision on many is sealed with each of its cables, in every row that it made.
    """
    rows = list(rows)
    if sight_of(user) == Sight.SEALED:
        return rows
    decisions = {number for row in rows if (number := getattr(row, "decision_id", None))}
    together = _sealed_cables(user, decisions) if decisions else {}
    about = [
        {key for key in (*cables_of(row), *together.get(getattr(row, "decision_id", 0), ())) if key}
        for row in rows
    ]
    keys = set().union(*about)
    places = set(sealed_from(user).filter(cable__in=keys).values_list("cable", "place"))
    words = phrases_in(key for key, _ in places)
    told = dict(Cable.objects.filter(pk__in=keys).values_list("pk", "withheld_reason"))
    erased = keys - told.keys()
    for row, cables in zip(rows, about, strict=True):
        phrases = list(dict.fromkeys(each for key in cables for each in words.get(key, ())))
        for name in fields if phrases else ():
            setattr(row, name, scrub_with_references(getattr(row, name), phrases))
        is_withheld = any((key, "cable") in places for key in cables)
        is_of_readers = getattr(row, "action", "") == "withheld"
        is_untold = is_withheld and not (
            is_of_readers and row.reason in {told.get(key) for key in cables}
        )
        if row.reason and (is_untold or not erased.isdisjoint(cables)):
            row.reason = WITHHELD_WITH_IT
    return rows


def as_shown(user, changes: Iterable[Change]) -> list[Change]:
    """Return log entries without the words of cables that a user may not see.

    Those of corrections get what the fact was and became, "Subject: FEES → DUES. Why: Misread.", if
    the user may see all of the cable.
    Why a cable was erased is told as readers are told it now.
    What was written about a record under embargo is sealed with the cable that it became; what was
    written for those of a load, with each of theirs.
    """
    changes = list(changes)
    # What it was can be a part of the words that are redacted, or derived from them.
    facts = LoggedFact.objects.exclude(cable__in=sealed_from(user).values("cable"))
    facts = facts.filter(change__in=[each.pk for each in changes])
    values = {fact.change_id: f"{fact.old or '–'} → {fact.new or '–'}" for fact in facts}
    for each in changes:
        if each.pk in values:
            label, _, why = each.reason.partition(": ")
            each.reason = f"{label}: {values[each.pk]}. Why: {why}"
    loads = {each: int(name[1]) for each in changes if (name := LOAD.match(each.what))}
    sealed = sealed_embargoes(user, loads.values())
    for each, load in loads.items():
        if load in sealed and sealed[load] in each.reason:
            each.reason = WITHHELD_WITH_IT
    became = _cables_of_embargoed(each.what for each in changes)
    told = _told_of_erased(user, changes)
    for each in changes:
        if each.action == "erased" and told.get(each.reference, each.reason) != each.reason:
            each.reason = WITHHELD_WITH_IT
    return without_sealed_words(
        *(user, changes, QUOTING),
        lambda each: [each.cable_id or became.get(each.what.removeprefix(EMBARGOED))],
    )


def _told_of_erased(user, changes: Iterable[Change]) -> dict[str, str]:
    """Return {reference: why readers are told that it was erased}; none for who may see all."""
    if sight_of(user) == Sight.SEALED:
        return {}
    references = [each.reference for each in changes if each.action == "erased"]
    rows = Erased.objects.filter(reference__in=references)
    return dict(rows.values_list("reference", "reason"))


def sealed_embargoes(user, loads: Collection[int]) -> dict[int, str]:
    """Return {load: its reason for an embargo} of those that a user may not see.

    One of their records, or of what repaired their rows, became a cable that is sealed or erased
    since, or had its reference.
    """
    if sight_of(user) == Sight.SEALED or not loads:
        return {}
    rows = LoadRow.objects.filter(_is_of_hidden(user, "reference"), outcome__in=LoadRow.DECIDED)
    erased = Change.objects.filter(
        reference__in=Erased.objects.values("reference"),
        what=Concat(Value(FROM_LOAD), Cast(OuterRef("pk"), TextField())),
    )
    is_sealed = Exists(rows.filter(load=OuterRef("pk"))) | Exists(erased)
    its = Load.objects.filter(Q(pk=OuterRef("pk")) | Q(repaired__load=OuterRef("pk")))
    found = Load.objects.filter(Exists(its.filter(is_sealed)), pk__in=loads)
    return dict(found.exclude(embargo_reason="").values_list("pk", "embargo_reason"))


def _is_of_hidden(user, name: str) -> Q:
    """Return a condition: a column is the reference of a cable with sealed texts, or erased."""
    hidden = sealed_from(user).values("cable")
    return (
        Q((f"{name}__in", Cable.objects.filter(pk__in=hidden).values("reference")))
        | Q((f"{name}__in", FormerReference.objects.filter(cable__in=hidden).values("reference")))
        | Q((f"{name}__in", Erased.objects.values("reference")))
    )


def _cables_of_embargoed(about: Iterable[str]) -> dict[str, int]:
    """Return {reference: cable} of the records in entries about embargoes that became cables.

    `about` is what these and other entries are about.
    """
    names = {what.removeprefix(EMBARGOED) for what in about if what.startswith(EMBARGOED)}
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
    # Decisions on rows of loads name no cables beside their entries.
    on_cables = Exists(BulkDecisionCable.objects.filter(decision=OuterRef("decision")))
    entries = Change.objects.filter(~on_cables, decision__in=decisions)
    hidden = sealed_from(user).values("cable")
    for number, cable in entries.filter(cable__in=hidden).values_list("decision", "cable"):
        found[number].append(cable)
    named = entries.filter(what__startswith=EMBARGOED).annotate(
        name=Substr("what", len(EMBARGOED) + 1)
    )
    about = named.filter(_is_of_hidden(user, "name"))
    became = _cables_of_embargoed(about.values_list("what", flat=True))
    for number, name in about.values_list("decision", "name"):
        found[number].append(became.get(name, ERASED))
    return found


def entries_of_erased(decisions: Iterable[int]) -> QuerySet[Change]:
    """Return the entries that decisions made about cables that were erased since."""
    erased = Change.objects.filter(reference__in=Erased.objects.values("reference"))
    return erased.filter(decision__in=decisions).exclude(cable=None)
