"""The worker's task that makes data sets each day, and removes those that may not be read."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from .data_sets import is_due, make_data_set, remove_unreadable


# Names of tasks are stored in the queue: they stay when code moves.
@app.periodic(cron="* * * * *")
@app.task(name="cables.jobs.tend_data_sets", queueing_lock="tend_data_sets", lock="data_sets")
def tend_data_sets(timestamp: int):
    """Remove data sets with something that was withheld since; make one if it is due."""
    remove_unreadable()
    if is_due(datetime.now(UTC)):
        make_data_set()
