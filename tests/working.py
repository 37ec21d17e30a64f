"""The worker and commands in tests: what they do is done in the test's own transaction."""

from io import StringIO

from django.core.management import call_command
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


def run_command(name, *arguments, **options):
    """Run a command of manage.py, drop what it says beside its output, and return that."""
    out = StringIO()
    call_command(name, *arguments, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()
