"""The words of many cables at once: counted here, brought into `Word` at the end of a load."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import connection, transaction

from ..models import Cable, Change, State, Word
from ..words import ALL_CABLES, is_counted, words_of_cable

MOST_WORDS = 400_000  # Kept in memory, in some 50 MB.
READ_AT_ONCE = 500  # Cables.
# What a curator may do to the words of a cable.
COUNTED_ACTIONS = [
    *("withheld", "published", "released"),
    *("redacted", "lifted", "corrected", "restored", "erased"),
]

MAKE = """
DROP TABLE IF EXISTS pg_temp.counted;
CREATE TEMPORARY TABLE counted (word varchar NOT NULL, cables int NOT NULL)
"""
SUMS = "(SELECT word, sum(cables)::int FROM counted GROUP BY word) AS found (word, cables)"
ADD = f"""
MERGE INTO cables_word USING {SUMS} ON cables_word.word = found.word
WHEN MATCHED AND cables_word.cables + found.cables <= 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET cables = cables_word.cables + found.cables
WHEN NOT MATCHED AND found.cables > 0 THEN INSERT (word, cables) VALUES (found.word, found.cables)
"""
# What was right stays as it is: it is nearly all.
CORRECT = f"""
MERGE INTO cables_word USING {SUMS} ON cables_word.word = found.word
WHEN MATCHED AND cables_word.cables <> found.cables THEN UPDATE SET cables = found.cables
WHEN NOT MATCHED THEN INSERT (word, cables) VALUES (found.word, found.cables)
"""
DROP_OTHERS = """
DELETE FROM cables_word
WHERE NOT EXISTS (SELECT FROM counted WHERE counted.word = cables_word.word)
"""


# The row is made for the first cables only: it says that the counts are whole.
MORE_CABLES = "UPDATE cables_word SET cables = cables + %s WHERE word = ''"
FIRST_CABLES = """
INSERT INTO cables_word (word, cables) VALUES ('', %s)
ON CONFLICT (word) DO UPDATE SET cables = cables_word.cables + excluded.cables
"""


class WordCount:
    """In how many cables more, or less, each word stands.

    What does not fit into memory waits in a temporary table of the connection.
    """

    def __init__(self):
        self.counts: Counter[str] = Counter()
        self.has_table = False

    def add(self, words: Iterable[str]):
        """Count the words of a cable that has come."""
        self.counts.update(words)
        self.counts[ALL_CABLES] += 1

    def remove(self, words: Iterable[str]):
        """Count the words of a text that is no longer there."""
        self.counts.subtract(words)
        self.counts[ALL_CABLES] -= 1

    def save_memory(self):
        """Leave few words in memory."""
        if len(self.counts) > MOST_WORDS:
            self._put_by()

    def merge(self, *statements: str):
        """Bring `Word` up to date, by ADD or by others, in the transaction that calls."""
        self._put_by()
        with connection.cursor() as cursor:
            for statement in (*(statements or [ADD]), "DROP TABLE counted"):
                cursor.execute(statement)
        self.has_table = False

    def _put_by(self):
        with connection.cursor() as cursor:
            if not self.has_table:
                cursor.execute(MAKE)
                self.has_table = True
            with cursor.copy("COPY counted (word, cables) FROM STDIN") as copy:
                for word, cables in self.counts.items():
                    if cables and is_counted(word):
                        copy.write_row((word, cables))
        self.counts.clear()


class LoadCount:
    """The words of a load: counted while it goes on, brought into `Word` at its end.

    Meanwhile `Word` has no row for all cables; where a load is killed, that is how the next
    one knows that it has to count anew.
    """

    def __init__(self, since: datetime):
        self.since = since
        self.before = Word.objects.filter(pk=ALL_CABLES).values_list("cables", flat=True).first()
        self.is_whole = self.before is not None or not Cable.objects.exists()
        self.count = WordCount()
        self.come: list[set[str]] = []  # The words of the cables of a batch,
        self.gone: list[set[str]] = []  # and of texts that it replaces.

    def begin(self):
        """Say that the counts are not whole, in the transaction that stores cables."""
        Word.objects.filter(pk=ALL_CABLES).delete()

    def add(self, cable: Cable):
        """Count a cable that is being stored."""
        self.come.append(words_of_cable(cable))
        self.count.add(self.come[-1])

    def remove(self, cable: Cable):
        """Count a text that is being replaced."""
        self.gone.append(words_of_cable(cable))
        self.count.remove(self.gone[-1])

    def keep(self):
        """Say that the batch is stored."""
        self.come, self.gone = [], []
        self.count.save_memory()

    def undo(self):
        """Say that the batch is not stored."""
        for words in self.come:
            self.count.remove(words)
        for words in self.gone:
            self.count.add(words)
        self.come, self.gone = [], []

    def end(self):
        """Bring what was counted into `Word`."""
        with transaction.atomic():
            State.move()  # From here on, who withholds a cable waits.
            if self.is_whole and not self._was_disturbed():
                self.count.counts[ALL_CABLES] += self.before or 0
                self.count.merge()
                return
        count_words()

    def _was_disturbed(self) -> bool:
        """Return whether a curator changed the words of cables that may not be counted yet."""
        decided = Change.objects.filter(action__in=COUNTED_ACTIONS)
        return decided.filter(at__gte=self.since).exists()


class DeskCount:
    """The words of a few cables that are stored beside a load, or while none runs.

    As when a curator publishes a cable, the row for all cables is left to the load that took it
    away: that load counts anew, since the log says that it was disturbed.
    """

    is_whole = True

    def __init__(self):
        self.are_first = not Cable.objects.exists()
        self.count = WordCount()
        self.come: list[set[str]] = []
        self.gone: list[set[str]] = []

    def begin(self):
        """Nothing: each release brings its words in itself, in its transaction."""

    def add(self, cable: Cable):
        """Count a cable that is being stored."""
        self.come.append(words_of_cable(cable))

    def remove(self, cable: Cable):
        """Count a text that is being replaced."""
        self.gone.append(words_of_cable(cable))

    def keep(self):
        """Say that the batch is stored."""
        for words in self.come:
            self.count.add(words)
        for words in self.gone:
            self.count.remove(words)
        self.undo()

    def undo(self):
        """Say that the batch is not stored, or that its words are counted."""
        self.come, self.gone = [], []

    def end(self):
        """Bring what was counted into `Word`, in the transaction that calls."""
        more = self.count.counts.pop(ALL_CABLES, 0)
        self.count.merge()
        with connection.cursor() as cursor:
            cursor.execute(FIRST_CABLES if self.are_first else MORE_CABLES, [more])


def words_are_counted() -> bool:
    """Return whether `Word` is right: no load was killed, and none was made before it was kept."""
    return Word.objects.filter(pk=ALL_CABLES).exists() or not Cable.objects.exists()


def count_words(advance: Callable[[int], object] = lambda cables: None):
    """Count the words of all published cables anew.

    `advance` is told how many cables were read since its last call.
    """
    before = _state()
    count = _counted(advance)
    with transaction.atomic():
        State.move()  # From here on nobody else changes a cable.
        if _state() != before + 1:
            count = _counted(advance)
        count.merge(CORRECT, DROP_OTHERS)


def _state() -> int:
    return State.objects.values_list("number", flat=True).first() or 0


def _counted(advance) -> WordCount:
    count = WordCount()
    count.counts[ALL_CABLES] = 0
    cables = Cable.objects.filter(withheld_reason="").only("subject", "body", "tags")
    last = 0
    while batch := list(cables.filter(pk__gt=last).order_by("pk")[:READ_AT_ONCE]):
        for cable in batch:
            count.add(words_of_cable(cable))
        count.save_memory()
        last = batch[-1].pk
        advance(len(batch))
    return count
