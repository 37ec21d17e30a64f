"""Segment all texts again after an upgrade; published ids keep their paragraphs."""

from django.core.management.base import BaseCommand, CommandError

from cables.loader import LoadError, one_load, repin
from cables.models import Change


class Command(BaseCommand):
    help = "Find the paragraphs of all texts again after an upgrade. Published ids stay."

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
