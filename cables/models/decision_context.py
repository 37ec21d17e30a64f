"""The decision that is being carried out, which the log and what it makes refer to."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models

_approver: ContextVar[int | None] = ContextVar("approver", default=None)
_decision: ContextVar[int | None] = ContextVar("decision", default=None)


@contextmanager
def approving(approver: int | None) -> Iterator[None]:
    """Let the log name an account (primary key) as the one that approved what the block does."""
    token = _approver.set(approver)
    try:
        yield
    finally:
        _approver.reset(token)


def current_approver() -> int | None:
    """Return the primary key of the account that approved the present decision, None if none."""
    return _approver.get()


@contextmanager
def recording(decision: int | None) -> Iterator[None]:
    """Let the log, and the rows that the block makes, refer to a decision (primary key)."""
    token = _decision.set(decision)
    try:
        yield
    finally:
        _decision.reset(token)


def current_decision() -> int | None:
    """Return the primary key of the decision that is being carried out, None if none."""
    return _decision.get()


class DecidedRow(models.Model):
    """Base of what decisions make, with that decision; it has none if a program made it.

    Entries of the log have the same decision, and lead by it to the page that undoes it.
    """

    decision = models.ForeignKey(
        "cables.BulkDecision",
        models.DO_NOTHING,
        null=True,
        editable=False,
        db_constraint=False,
        db_index=False,
        default=current_decision,
        related_name="+",
    )

    class Meta:
        abstract = True
