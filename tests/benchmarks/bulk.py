"""How long decisions on many cables take, done as the worker does them, and undone."""

import time

from django.contrib.auth.models import User

from cables.decisions.batch_kinds import kind_of
from cables.decisions.batches import (
    apply_batches,
    begin_decision,
    choose_for_decision,
    preview_decision,
    undo_batches,
)
from cables.models import BulkDecision, Cable

from .report import table

HEADING = ("decision", "cables", "preview, s", "carried out, s", "undone, s", "promise, s")
PROMISES = {500: 5, 5_000: 60}  # Cables -> seconds.
REASON = "Decided by a benchmark."
STEPS = [
    ("withhold", {}),
    ("embargo", {"due": "2099-01-01T00:00:00+00:00"}),
    ("correct", {"field": "classification", "value": "SECRET"}),
    ("correct", {"field": "subject", "value": "A SUBJECT OF A BENCHMARK"}),
    ("tag", {"tag": "ZZBENCH"}),
    ("annotate", {"text": "A note of a benchmark."}),
    ("reread", {}),
]


def measure() -> str:
    """Return the table of all decisions on the first 500 and 5,000 published cables."""
    by, _ = User.objects.get_or_create(username="benchmark")
    published = Cable.objects.filter(withheld_reason="").order_by("pk")
    rows = []
    for count, promise in PROMISES.items():
        keys = list(published.primary_keys()[:count])
        rows += [row(kind, values, keys, by, promise) for kind, values in STEPS]
    return table(HEADING, rows)


def row(kind: str, values: dict, keys: list[int], by: User, promise: int) -> tuple[str, ...]:
    """Carry one decision out and undo it; times that are too long are bold."""
    start = time.perf_counter()
    decision = choose_for_decision(kind, keys, by)
    preview_decision(decision, values, REASON)
    seen = time.perf_counter()
    begin_decision(decision, BulkDecision.State.RUNNING)
    apply_batches(decision)
    done = time.perf_counter()
    if kind != "reread":
        decision.undo_reason, decision.undone_by = REASON, by
        decision.state = BulkDecision.State.UNDOING
        decision.save()
        undo_batches(decision)
    undone = time.perf_counter()
    took = [
        f"{seconds:.1f}" if seconds <= promise else f"**{seconds:.1f}**"
        for seconds in (seen - start, done - seen, undone - done)
    ]
    name = " ".join(filter(None, [kind_of(decision).title.lower(), values.get("field", "")]))
    print(name, len(keys), *took, decision.outcomes(), flush=True)
    return (name, f"{len(keys):,}", *took, str(promise))
