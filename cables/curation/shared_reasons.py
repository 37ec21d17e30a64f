"""Reasons of decisions on many cables lose the words that are redacted in one of them.

Readers are told such a reason at each of the cables. The log has it as it was typed.
"""

from collections.abc import Sequence
from typing import Any

from ..models import BulkDecisionCable, Cable, Correction, Sealed, Version
from ..models.sealing import lock_cables
from ..telegram.redact_phrases import holds, scrub

BATCH = 500
SKIPPED = BulkDecisionCable.Outcome.SKIPPED


def scrub_shared_reasons(cable: Cable, words: Sequence[str]) -> None:
    """Take words out of reasons that readers are told at other cables of decisions on this one.

    These are all cables of decisions whose reason has the words, also where they were undone:
    versions tell why. Locks them and this one, in the order of other decisions.
    """
    decided = BulkDecisionCable.objects.exclude(outcome=SKIPPED)
    rows = decided.filter(cable=cable).values_list("decision", "decision__reason")
    decisions = [key for key, reason in rows if words and holds(reason, words)]
    if not decisions:
        return
    told = decided.filter(decision__in=decisions).values("cable")
    keys = lock_cables(Cable.objects.filter(pk__in=told))
    keys.remove(cable.pk)
    for start in range(0, len(keys), BATCH):
        its = {"cable__in": keys[start : start + BATCH]}
        cables = list(Cable.objects.filter(pk__in=its["cable__in"]))
        for cable in cables:
            cable.withheld_reason = scrub(cable.withheld_reason, words)
            cable.facts = _scrubbed(cable.facts, words)
        Cable.objects.bulk_update(cables, ["withheld_reason", "facts"])
        versions = list(Version.objects.filter(**its))
        for version in versions:
            version.reason = scrub(version.reason, words)
            version.facts = _scrubbed(version.facts, words)
        Version.objects.bulk_update(versions, ["reason", "facts"])
        corrections = list(Correction.objects.filter(**its))
        for correction in corrections:
            correction.reason = scrub(correction.reason, words)
        Correction.objects.bulk_update(corrections, ["reason"])
        # What withheld and redacted cables are without these decisions.
        sealed = list(Sealed.objects.filter(values__has_key="facts", **its))
        for row in sealed:
            row.values["facts"] = _scrubbed(row.values["facts"], words)
            if "reason" in row.values:
                row.values["reason"] = scrub(row.values["reason"], words)
        Sealed.objects.bulk_update(sealed, ["values"])


def _scrubbed(facts: Any, words: Sequence[str]) -> Any:
    """Return the facts of a cable or a version; the reasons of its corrections lose the words."""
    if "corrected" not in facts:
        return facts
    told = [each | {"reason": scrub(each["reason"], words)} for each in facts["corrected"]]
    return facts | {"corrected": told}
