"""The words of the published texts: in how many cables each stands, and which one was meant.

`Word` has a row for each form as it is printed, without capitals and accents; forms are not
stemmed. The empty word stands for every cable that was counted: where it has no row, a load is
under way or was killed, and the counts are not whole.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from django.db import connection, connections

from .querysets import READER
from .search import CONFIG, SEARCHED_CHARACTERS

ALL_CABLES = ""
LONGEST = 40  # Letters. What is longer is no word.
LONGEST_NUMBER = 4  # Years and short numbers are counted, serials are not.
SHORTEST = 3  # Letters of a word that another is suggested for.
MOST_SUGGESTED = 5  # Words of one question.
RARE = 100  # Cables. What so few hold is looked for in them before it is suggested.
FEW = 5  # Cables that may have misspelt a word themselves,
MORE = 100  # if another word, alike, stands in so many times as many.
SEPARATORS = {code: " " for code in range(128) if not chr(code).isalnum()}
COMBINING = dict.fromkeys(range(0x300, 0x370))  # Accents, once taken from their letters.
RUN = re.compile(r"[^\W_]+")

PUT = """
INSERT INTO cables_word (word, cables)
SELECT * FROM unnest(%s::varchar[], %s::int[]) AS found (word, cables)
ON CONFLICT (word) DO UPDATE SET cables = cables_word.cables + excluded.cables
"""
# The row of all cables is not made here: it says that the counts are whole.
PUT_IN_ALL = "UPDATE cables_word SET cables = cables + %s WHERE word = ''"
TAKE = """
UPDATE cables_word SET cables = greatest(cables_word.cables - found.cables, 0)
FROM unnest(%s::varchar[], %s::int[]) AS found (word, cables)
WHERE cables_word.word = found.word
"""
TAKE_OF_ALL = "UPDATE cables_word SET cables = greatest(cables - %s, 0) WHERE word = ''"
DROP = "DELETE FROM cables_word WHERE cables = 0 AND word = ANY(%s)"
KNOWN = "SELECT word FROM cables_word WHERE word = ANY(%s) AND cables > %s"
# No LIMIT: PostgreSQL would read the whole table for a word that it takes for a common one.
HOLDING = f"""
SELECT count(*) FROM cables_cable
WHERE search_vector @@ plainto_tsquery('{CONFIG}', %s) AND withheld_reason = ''
"""
ALIKE = """
SELECT word, cables FROM cables_word WHERE word %% %s
ORDER BY similarity(word, %s) DESC, cables DESC LIMIT 100
"""
# Letters exchanged make a short word so unlike that ALIKE misses it.
EXCHANGED = "SELECT word, cables FROM cables_word WHERE word = ANY(%s)"


def words_of(text: str, tags: Iterable[str] = ()) -> set[str]:
    """Return the words of a text: runs of letters and digits, without capitals and accents.

    Words of tags that name a person ("SMITH, JOHN") are left out, so that none is suggested.
    """
    text = text.lower()
    if text.isascii():
        found = set(text.translate(SEPARATORS).split())
    else:
        text = unicodedata.normalize("NFKD", text).translate(COMBINING)
        found = set(RUN.findall(text))
    for tag in tags:
        if "," in tag:
            found -= words_of(tag)
    return found


def words_of_cable(cable) -> set[str]:
    """Return the words of a cable, also those that are not counted."""
    return words_of(f"{cable.subject}\n{cable.body[:SEARCHED_CHARACTERS]}", cable.tags)


def is_counted(word: str) -> bool:
    """Return whether a word has a row: all but serials, and runs that are no words."""
    return len(word) <= LONGEST_NUMBER or (len(word) <= LONGEST and word.isalpha())


def put_in(words: Iterable[str], cables: int = 1):
    """Count one more cable with these words, in the transaction that calls.

    For more cables, `words` is a Counter of in how many of them each word stands.
    """
    with connection.cursor() as cursor:
        cursor.execute(PUT, _columns(words))
        cursor.execute(PUT_IN_ALL, [cables])


def take_out(words: Iterable[str], cables: int = 1):
    """Count one cable less with these words, or more as `put_in` does.

    What no cable holds any more has no row.
    """
    counted = _columns(words)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, counted)
        cursor.execute(TAKE_OF_ALL, [cables])
        cursor.execute(DROP, counted[:1])


def _columns(words: Iterable[str]) -> list[list]:
    """Return the words that are counted, in order, and their counts."""
    counts = sorted((word, count) for word, count in Counter(words).items() if is_counted(word))
    return [[word for word, _ in counts], [count for _, count in counts]]


def suggest(question) -> str:
    """Return a question with the words that were meant, "" where nothing better is known.

    A word is replaced only if next to no cable has it, not even in another form or as what a tag
    stands for. Of the words alike, the nearest is taken, of those the most frequent.
    """
    asked = dict.fromkeys(part for word in question.words for part in sorted(words_of(word)))
    strange = [word for word in asked if word.isalpha() and SHORTEST <= len(word) <= LONGEST]
    text = question.text
    with connections[READER].cursor() as cursor:
        cursor.execute(KNOWN, [strange, FEW])
        known = {word for (word,) in cursor.fetchall()}
        for word in [word for word in strange if word not in known][:MOST_SUGGESTED]:
            held = _holding(cursor, word)
            if held <= FEW and (meant := _nearest(cursor, word, MORE * held)):
                text = _replaced(text, word, meant)
    return text if text != question.text else ""


def _holding(cursor, word: str) -> int:
    """Return how many published cables are found by a word."""
    cursor.execute(HOLDING, [word])
    return cursor.fetchone()[0]


def _nearest(cursor, word: str, least: int) -> str:
    """Return the word that was meant by a misspelt one, "" if none is near.

    It stands in at least so many cables.
    """
    cursor.execute(ALIKE, [word, word])
    alike = cursor.fetchall()
    cursor.execute(EXCHANGED, [_exchanged(word)])
    most = 1 if len(word) < 5 else 2
    near = [
        (apart, -cables, other)
        for other, cables in dict(alike + cursor.fetchall()).items()
        if other.isalpha()
        and cables >= least
        and 0 < (apart := distance(word, other, most)) <= most
    ]
    for _, cables, other in sorted(near):
        if -cables >= RARE or _holding(cursor, other):
            return other
    return ""


def _exchanged(word: str) -> list[str]:
    """Return a word with each two neighbours exchanged: "beriln" is meant to be "berlin"."""
    return [f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in range(len(word) - 1)]


def distance(one: str, other: str, most: int) -> int:
    """Return in how many places two words differ: letters more, less, changed or exchanged.

    What is more than `most` is not worked out: `most` + 1 stands for it.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    earlier, above = [], list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        here = [row]
        for column, theirs in enumerate(other, start=1):
            changed = above[column - 1] + (letter != theirs)
            here.append(min(changed, above[column] + 1, here[-1] + 1))
            if row > 1 < column and letter == other[column - 2] and one[row - 2] == theirs:
                here[-1] = min(here[-1], earlier[column - 2] + 1)
        earlier, above = above, here
    return min(above[-1], most + 1)


def _replaced(text: str, word: str, meant: str) -> str:
    """Replace a word where it stands whole, with accents and capitals or without."""

    def put(match):
        return meant if words_of(match[0]) == {word} else match[0]

    return re.sub(r"[^\W_]+(?![\w*])", put, text)
