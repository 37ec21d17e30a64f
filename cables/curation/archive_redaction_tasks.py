"""The worker's task of redactions over the archive: search, redact, lift; resumed when killed."""

import logging

from django.db import Error, OperationalError, connection
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from ..models import RedactionSearch, approving, recording
from .archive_redactions import TASKS, Cancelled, Stop

LATER = RetryStrategy(wait=3, retry_exceptions=[JobAborted, OperationalError])
State = RedactionSearch.State
log = logging.getLogger(__name__)


@app.task(name="cables.jobs.redact_archive", lock="redact_archive", retry=LATER, pass_context=True)
def redact_archive(context: JobContext, search: int):
    """Carry out the present task of a redaction over the archive (primary key)."""
    row = RedactionSearch.objects.filter(pk=search, state__in=RedactionSearch.AT_WORK).first()
    if row is None:
        return
    row.state = State(row.task)
    row.save(update_fields=["state"])

    def stop():
        if context.should_abort():
            raise JobAborted

    _carry_out(row, stop)


def _carry_out(row: RedactionSearch, stop: Stop):
    """Run the task of a row; store that it stopped, and why."""
    try:
        with approving(row.approved_by_id), recording(row.decision_id):
            TASKS[row.task](row, stop)
    except (JobAborted, OperationalError):
        raise
    except Cancelled:
        _end(row, "It was stopped by a curator.")
    except Exception as error:
        # The message of an error may have words of the search: it is not stored or logged.
        log.error("Redaction over the archive %s failed: %s", row.pk, type(error).__name__)
        if isinstance(error, Error):
            connection.close()
        _end(row, f"The room failed: {type(error).__name__}. What is done stays; resume it.")


def _end(row: RedactionSearch, problem: str):
    rows = RedactionSearch.objects.filter(pk=row.pk)
    rows.update(state=State.STOPPED, problem=problem, cancel=False)
