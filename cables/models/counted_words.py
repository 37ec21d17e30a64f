"""The vocabulary of the published texts: how many cables have each word.

`Word` has a row for each word form as printed, in lower case without accents, not stemmed. The
row of the empty word has the number of all counted cables; if it is missing, a load is running or
was killed, and the counts are incomplete.
"""

from collections import Counter
from collections.abc import Iterable

from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models

from .archive_state import State

ALL_CABLES = ""
LONGEST = 40  # Letters; longer runs of letters are not counted.
LONGEST_NUMBER = 4  # Years and short numbers are counted, serials are not.

PUT = """
INSERT INTO cables_word (word, cables)
SELECT * FROM unnest(%s::varchar[], %s::int[]) AS totals (word, cables)
ON CONFLICT (word) DO UPDATE SET cables = cables_word.cables + excluded.cables
"""
# The row of all cables is not created here: it says that the counts are complete.
PUT_IN_ALL = "UPDATE cables_word SET cables = cables + %s WHERE word = ''"
TAKE = """
UPDATE cables_word SET cables = greatest(cables_word.cables - totals.cables, 0)
FROM unnest(%s::varchar[], %s::int[]) AS totals (word, cables)
WHERE cables_word.word = totals.word
"""
TAKE_OF_ALL = "UPDATE cables_word SET cables = greatest(cables - %s, 0) WHERE word = ''"
DROP = "DELETE FROM cables_word WHERE cables = 0 AND word = ANY(%s)"


class Word(models.Model):
    """In how many published cables a word occurs, for ranking and suggestions.

    The row of the empty word has the number of all cables; it is missing while the counts are
    incomplete.
    """

    word = models.CharField(max_length=100, primary_key=True, db_collation="C")
    cables = models.PositiveIntegerField()

    class Meta:
        ordering = ["word"]
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="word_alike")]

    def __str__(self):
        return self.word


def is_counted(word: str) -> bool:
    """Return whether a word is counted: all but serials and overlong runs of letters."""
    return len(word) <= LONGEST_NUMBER or (len(word) <= LONGEST and word.isalpha())


def put_in(words: Iterable[str], cables: int = 1):
    """Add a published cable with these words to the counts. Call it in a transaction.

    For several cables, `words` is a Counter: word -> number of these cables with it.
    """
    State.lock()
    with connection.cursor() as cursor:
        cursor.execute(PUT, _columns(words))
        cursor.execute(PUT_IN_ALL, [cables])


def take_out(words: Iterable[str], cables: int = 1):
    """Subtract a cable, or several, from the counts; the opposite of `put_in`.

    The rows of words that no cable has any more are deleted.
    """
    columns = _columns(words)
    State.lock()
    with connection.cursor() as cursor:
        cursor.execute(TAKE, columns)
        cursor.execute(TAKE_OF_ALL, [cables])
        cursor.execute(DROP, columns[:1])


def _columns(words: Iterable[str]) -> list[list]:
    """Return [words, counts] of those words that are counted, sorted."""
    counts = sorted((word, count) for word, count in Counter(words).items() if is_counted(word))
    return [[word for word, _ in counts], [count for _, count in counts]]
