"""Release cables whose embargo has ended. Run it once a minute if no worker runs."""

from django.core.management.base import BaseCommand

from cables.loader import release_due


class Command(BaseCommand):
    help = "Release the cables whose embargo has ended by the database's clock. Safe to repeat."

    def handle(self, **options):
        done = release_due()
        self.stdout.write(f"{done:,} cables were under embargo until now and are released.")
