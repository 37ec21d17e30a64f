"""Make PostgreSQL refuse a record, as it does a value that it cannot store."""

from django.db import connection

REFUSED = "Not to be stored."


def refuse_records():
    """Let PostgreSQL refuse each cable whose text has REFUSED, until the test is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE cables_cable ADD CONSTRAINT refused"
            f" CHECK (1 / (position('{REFUSED}' IN body) = 0)::int = 1)"
        )
