"""The worker in tests: its jobs are done in the test's own transaction, as they would be later."""

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


class Going:
    """The context of a job that nobody asks to stop."""

    @staticmethod
    def should_abort():
        return False


def work():
    """Do all jobs that wait; return their names."""
    done = []
    for job in ProcrastinateJob.objects.filter(status="todo").order_by("id"):
        app.tasks[job.task_name](Going(), **job.args)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.id])
        done.append(job.task_name.rpartition(".")[2])
    return done
