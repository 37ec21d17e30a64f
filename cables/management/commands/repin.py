"""Align paragraph ids after an upgrade, so that published ids keep their paragraphs."""

from django.core.management.base import BaseCommand, CommandError

from cables.loader import LoadError, one_load, repin
from cables.models import Change


class Command(BaseCommand):
    help = "Align paragraph ids after an upgrade. Ids that were published are kept."

    def handle(self, **options):
        try:
            with one_load():
                seen, changed = repin()
                if changed:
                    reason = f"{changed:,} of {seen:,}, by repin."
                    Change.objects.create(action="aligned", what="cables", reason=reason)
        except LoadError as error:
            raise CommandError(error) from error
        self.stdout.write(f"{seen:,} cables looked at, {changed:,} changed.")
