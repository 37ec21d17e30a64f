"""Count the published cables with each word, for the ranking and suggestions of the search."""

from django.core.management.base import BaseCommand, CommandError

from cables.loader import LoadError, count_words, one_load
from cables.models import Cable, Word
from cables.operations.progress import progress


class Command(BaseCommand):
    help = "Count all words again. Loads keep the counts; needed only if the counts are wrong."

    def handle(self, **options):
        try:
            with (
                one_load(),
                progress(Cable.objects.count(), self.stderr, unit=" cables") as advance,
            ):
                count_words(advance)
        except LoadError as error:
            raise CommandError(error) from error
        words = Word.objects.exclude(pk="")
        self.stdout.write(f"{words.count():,} words counted.")
