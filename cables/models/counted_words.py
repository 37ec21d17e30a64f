"""The vocabulary of the published texts: count words, and suggest one for a misspelt word.

`Word` has a row for each word form as printed, in lower case without accents, not stemmed. The
row of the empty word has the number of all counted cables; if it is missing, a load is running or
was killed, and the counts are incomplete.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from django.db import connection, connections

from .querysets import READER
from .search_vector import CONFIG, SEARCHED_CHARACTERS

ALL_CABLES = ""
LONGEST = 40  # Letters; longer runs of letters are not counted.
LONGEST_NUMBER = 4  # Years and short numbers are counted, serials are not.
SHORTEST = 3  # Letters of a word that is replaced by a suggestion.
MOST_SUGGESTED = 5  # Words replaced in one query.
RARE = 100  # A word in fewer cables is suggested only if the search finds it in a published one.
FEW = 5  # A word in at most so many cables can be a misprint,
MORE = 100  # if a similar word is in so many times as many.
SEPARATORS = {code: " " for code in range(128) if not chr(code).isalnum()}
COMBINING = dict.fromkeys(range(0x300, 0x370))  # Accents, in decomposed text.
RUN = re.compile(r"[^\W_]+")

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
KNOWN = "SELECT word FROM cables_word WHERE word = ANY(%s) AND cables > %s"
# No LIMIT: with it PostgreSQL would scan the table for a word that it takes for a common one.
HOLDING = f"""
SELECT count(*) FROM cables_cable
WHERE search_vector @@ plainto_tsquery('{CONFIG}', %s) AND withheld_reason = ''
"""
ALIKE = """
SELECT word, cables FROM cables_word WHERE word %% %s
ORDER BY similarity(word, %s) DESC, cables DESC LIMIT 100
"""
# Two exchanged letters change so many trigrams of a short word that ALIKE misses it.
EXCHANGED = "SELECT word, cables FROM cables_word WHERE word = ANY(%s)"


def words_of(text: str, tags: Iterable[str] = ()) -> set[str]:
    """Return the words of a text: runs of letters and digits, in lower case without accents.

    Words of tags that name a person ("SMITH, JOHN") are left out, so that none is suggested.
    """
    text = text.lower()
    if text.isascii():
        words = set(text.translate(SEPARATORS).split())
    else:
        text = unicodedata.normalize("NFKD", text).translate(COMBINING)
        words = set(RUN.findall(text))
    for tag in tags:
        if "," in tag:
            words -= words_of(tag)
    return words


def words_of_cable(cable) -> set[str]:
    """Return the words of a cable, including those that are not counted."""
    return words_of(f"{cable.subject}\n{cable.body[:SEARCHED_CHARACTERS]}", cable.tags)


def is_counted(word: str) -> bool:
    """Return whether a word is counted: all but serials and overlong runs of letters."""
    return len(word) <= LONGEST_NUMBER or (len(word) <= LONGEST and word.isalpha())


def put_in(words: Iterable[str], cables: int = 1):
    """Add a published cable with these words to the counts. Call it in a transaction.

    For several cables, `words` is a Counter: word -> number of these cables with it.
    """
    with connection.cursor() as cursor:
        cursor.execute(PUT, _columns(words))
        cursor.execute(PUT_IN_ALL, [cables])


def take_out(words: Iterable[str], cables: int = 1):
    """Subtract a cable, or several, from the counts; the opposite of `put_in`.

    The rows of words that no cable has any more are deleted.
    """
    columns = _columns(words)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, columns)
        cursor.execute(TAKE_OF_ALL, [cables])
        cursor.execute(DROP, columns[:1])


def _columns(words: Iterable[str]) -> list[list]:
    """Return [words, counts] of those words that are counted, sorted."""
    counts = sorted((word, count) for word, count in Counter(words).items() if is_counted(word))
    return [[word for word, _ in counts], [count for _, count in counts]]


def suggest(question) -> str:
    """Return the text of a query with misspelt words replaced; "" if there is no better one.

    A word is replaced only if the search finds it, in any form or as the meaning of a tag, in
    next to no cable. Of the similar words the one with the smallest distance is taken, of those
    the most frequent.
    """
    parts = dict.fromkeys(part for word in question.words for part in sorted(words_of(word)))
    words = [word for word in parts if word.isalpha() and SHORTEST <= len(word) <= LONGEST]
    text = question.text
    with connections[READER].cursor() as cursor:
        cursor.execute(KNOWN, [words, FEW])
        known = {word for (word,) in cursor.fetchall()}
        for word in [word for word in words if word not in known][:MOST_SUGGESTED]:
            count = _count_found(cursor, word)
            if count <= FEW and (suggestion := _nearest(cursor, word, MORE * count)):
                text = _replaced(text, word, suggestion)
    return text if text != question.text else ""


def _count_found(cursor, word: str) -> int:
    """Return how many published cables the search finds for a word."""
    cursor.execute(HOLDING, [word])
    return cursor.fetchone()[0]


def _nearest(cursor, word: str, least: int) -> str:
    """Return the most similar word that is in at least `least` cables; "" if there is none."""
    cursor.execute(ALIKE, [word, word])
    similar = cursor.fetchall()
    cursor.execute(EXCHANGED, [_exchanged(word)])
    most = 1 if len(word) < 5 else 2
    candidates = [
        (edits, -cables, other)
        for other, cables in dict(similar + cursor.fetchall()).items()
        if other.isalpha()
        and cables >= least
        and 0 < (edits := distance(word, other, most)) <= most
    ]
    for _, cables, other in sorted(candidates):
        if -cables >= RARE or _count_found(cursor, other):
            return other
    return ""


def _exchanged(word: str) -> list[str]:
    """Return a word with each two neighbouring letters exchanged: "beriln" gives "berlin"."""
    return [f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in range(len(word) - 1)]


def distance(one: str, other: str, most: int) -> int:
    """Return the Damerau-Levenshtein distance (optimal string alignment) of two words.

    Distances above `most` are returned as `most` + 1.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    earlier, above = [], list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        here = [row]
        for column, other_letter in enumerate(other, start=1):
            changed = above[column - 1] + (letter != other_letter)
            here.append(min(changed, above[column] + 1, here[-1] + 1))
            if row > 1 < column and letter == other[column - 2] and one[row - 2] == other_letter:
                here[-1] = min(here[-1], earlier[column - 2] + 1)
        earlier, above = above, here
    return min(above[-1], most + 1)


def _replaced(text: str, word: str, suggestion: str) -> str:
    """Replace a word in a text where it is a whole word, whatever its case and accents."""

    def replacement(match):
        return suggestion if words_of(match[0]) == {word} else match[0]

    return re.sub(r"[^\W_]+(?![\w*])", replacement, text)
