"""Give every paragraph of a cable that an earlier version cut the id it was published with."""

from django.core.management.base import BaseCommand

from cables.loader import repin


class Command(BaseCommand):
    help = "Align paragraph ids after an upgrade. Ids that were published are kept."

    def handle(self, **options):
        seen, changed = repin()
        self.stdout.write(f"{seen:,} cables looked at, {changed:,} changed.")
