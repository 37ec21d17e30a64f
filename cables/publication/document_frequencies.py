"""Count in how many cables each word occurs, and add the counts to `Word`."""

from collections import Counter
from collections.abc import Callable, Iterable

from django.db import connection, transaction

from ..models import Cable, Change, State, Word
from ..models.counted_words import ALL_CABLES, is_counted
from ..telegram.distinct_words import words_of_cable

MOST_WORDS = 400_000  # Words kept in memory: about 50 MB.
READ_AT_ONCE = 500  # Cables.
# Actions of curators that change the words of published cables.
COUNTED_ACTIONS = [
    *("withheld", "published", "released"),
    *("redacted", "lifted", "corrected", "restored", "erased", "read again"),
]

MAKE = """
DROP TABLE IF EXISTS pg_temp.counted;
CREATE TEMPORARY TABLE counted (word varchar NOT NULL, cables int NOT NULL)
"""
SUMS = "(SELECT word, sum(cables)::int FROM counted GROUP BY word) AS totals (word, cables)"
ADD = f"""
MERGE INTO cables_word USING {SUMS} ON cables_word.word = totals.word
WHEN MATCHED AND cables_word.cables + totals.cables <= 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET cables = cables_word.cables + totals.cables
WHEN NOT MATCHED AND totals.cables > 0
    THEN INSERT (word, cables) VALUES (totals.word, totals.cables)
"""  # noqa: S608
# Rows with the right count, nearly all, are not written.
CORRECT = f"""
MERGE INTO cables_word USING {SUMS} ON cables_word.word = totals.word
WHEN MATCHED AND cables_word.cables <> totals.cables THEN UPDATE SET cables = totals.cables
WHEN NOT MATCHED THEN INSERT (word, cables) VALUES (totals.word, totals.cables)
"""  # noqa: S608
DROP_OTHERS = """
DELETE FROM cables_word
WHERE NOT EXISTS (SELECT FROM counted WHERE counted.word = cables_word.word)
"""
# The row of the empty word says that the counts are complete: only the first cables create it.
MORE_CABLES = "UPDATE cables_word SET cables = cables + %s WHERE word = ''"
FIRST_CABLES = """
INSERT INTO cables_word (word, cables) VALUES ('', %s)
ON CONFLICT (word) DO UPDATE SET cables = cables_word.cables + excluded.cables
"""


class WordCount:
    """By how many cables the count of each word changes.

    Counts that do not fit into memory are moved to a temporary table of the connection.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.has_table = False

    def add(self, words: Iterable[str]) -> None:
        self.counts.update(words)
        self.counts[ALL_CABLES] += 1

    def remove(self, words: Iterable[str]) -> None:
        self.counts.subtract(words)
        self.counts[ALL_CABLES] -= 1

    def save_memory(self) -> None:
        """Move the counts to the temporary table if there are more than MOST_WORDS."""
        if len(self.counts) > MOST_WORDS:
            self._flush()

    def merge(self, *statements: str) -> None:
        """Update `Word` by these statements, by default ADD. Call it in a transaction."""
        State.lock()
        self._flush()
        with connection.cursor() as cursor:
            for statement in (*(statements or [ADD]), "DROP TABLE counted"):
                cursor.execute(statement)
        self.has_table = False

    def _flush(self) -> None:
        with connection.cursor() as cursor:
            if not self.has_table:
                cursor.execute(MAKE)
                self.has_table = True
            with cursor.copy("COPY counted (word, cables) FROM STDIN") as copy:
                for word, cables in self.counts.items():
                    if cables and is_counted(word):
                        copy.write_row((word, cables))
        self.counts.clear()


class BatchCount:
    """The words of batches of cables. Those of a batch are added when it is stored."""

    def __init__(self) -> None:
        self.count = WordCount()
        self.batch = WordCount()  # A small one is faster: it fits into the processor's cache.

    def add(self, words: Iterable[str]) -> None:
        self.batch.add(words)

    def remove(self, words: Iterable[str]) -> None:
        """Count the words of a text that the present batch replaces."""
        self.batch.remove(words)

    def keep(self) -> None:
        self.count.counts.update(self.batch.counts)
        self.undo()

    def undo(self) -> None:
        """Drop the counts of the batch: it was not stored, or they are kept."""
        self.batch.counts.clear()


class LoadCount(BatchCount):
    """The words of a load, added to `Word` at its end.

    Until then `Word` has no row for all cables; if a load is killed, the next one sees by that
    that it has to count all words again.
    """

    def __init__(self) -> None:
        super().__init__()
        self.since = self._last_change()
        self.before = Word.objects.filter(pk=ALL_CABLES).values_list("cables", flat=True).first()
        self.is_whole = self.before is not None or not Cable.objects.exists()

    def begin(self) -> None:
        """Mark the counts as incomplete; call it in the transaction that stores cables."""
        State.advance()
        Word.objects.filter(pk=ALL_CABLES).delete()

    def keep(self) -> None:
        super().keep()
        self.count.save_memory()

    def end(self) -> None:
        """Add the counts to `Word`, or count all words again if they may be wrong."""
        with transaction.atomic():
            State.advance()  # Locks the row: curators' decisions wait until the commit.
            if self.is_whole and not self._was_disturbed():
                self.count.counts[ALL_CABLES] += self.before or 0
                self.count.merge()
                return
        count_words()

    def _was_disturbed(self) -> bool:
        """Return whether a curator changed words of cables since the load began."""
        return self._last_change() != self.since

    @staticmethod
    def _last_change() -> int | None:
        """Its key, not its time: curators' machines may have other clocks."""
        changes = Change.objects.filter(action__in=COUNTED_ACTIONS)
        return changes.order_by("-pk").values_list("pk", flat=True).first()


class DeskCount(BatchCount):
    """The words of a few cables that are stored beside a load, or while none runs.

    If a running load has removed the row of the total, it is not restored: that load finds this
    change in the log, and counts all words again.
    """

    is_whole = True

    def __init__(self) -> None:
        super().__init__()
        self.are_first = not Cable.objects.exists()

    def begin(self) -> None:
        """Lock what `end` needs, in the same transaction."""
        State.advance()

    def end(self) -> None:
        """Add the counts to `Word`. Call it in a transaction."""
        cables = self.count.counts.pop(ALL_CABLES, 0)
        self.count.merge()
        with connection.cursor() as cursor:
            cursor.execute(FIRST_CABLES if self.are_first else MORE_CABLES, [cables])


def words_are_counted() -> bool:
    """Return whether the counts in `Word` are complete."""
    return Word.objects.filter(pk=ALL_CABLES).exists() or not Cable.objects.exists()


def count_words(advance: Callable[[int], object] = lambda cables: None) -> None:
    """Count the words of all published cables again.

    `advance(n)` is called with the number of cables read since its last call.
    """
    before = _state()
    count = _counted(advance)
    with transaction.atomic():
        State.advance()  # Locks the row: from here on nobody else changes a cable.
        if _state() != before + 1:
            count = _counted(advance)
        count.merge(CORRECT, DROP_OTHERS)


def _state() -> int:
    return State.objects.values_list("number", flat=True).first() or 0


def _counted(advance: Callable[[int], object]) -> WordCount:
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
