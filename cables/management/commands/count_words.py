"""Count the published cables with each word, for the ranking and suggestions of the search."""

from cables.loader import LoadError, count_words, one_load
from cables.management.room_command import RoomCommand
from cables.models import Cable, Word
from cables.operations.progress import progress


class Command(RoomCommand):
    told = (LoadError,)
    help = "Count all words again. Loads keep the counts; needed only if the counts are wrong."

    def handle(self, **options):
        with one_load(), progress(Cable.objects.count(), self.stderr, unit=" cables") as advance:
            count_words(advance)
        words = Word.objects.exclude(pk="")
        self.stdout.write(f"{words.count():,} words counted.")
