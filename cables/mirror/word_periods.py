"""In which years or months a word occurs: a search of a mirror skips all other indexes.

A word is known by its first LETTERS, so that its forms share an entry. Each file has the words with
the same first two letters: a line with the periods, then lines of a beginning and a hexadecimal
number, whose lowest bit is the first period. mirror_search.js reads the files.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import transaction

from ..models.querysets import READER
from ..search.timeouts import set_for_now
from .pagefind_index import cables_of, indexed_texts

KEY = "/search/words/"  # The key of the part, and the address of its files.
FOLDER = KEY[1:]
LETTERS = 5
FIRST = 2  # Letters that the words of a file share.
# Letters that are no ASCII letter with a mark, as they are written without them.
PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l"}
    | {"Æ": "AE", "Œ": "OE", "Ø": "O", "Đ": "D", "Ł": "L"}
)
WORD = re.compile(r"[a-z0-9]+", re.IGNORECASE)
# Pagefind also finds the parts of 06BERLIN12 and McDonald.
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def word_files(periods: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (address, content) of each file about the published cables of these periods."""
    found: defaultdict[str, int] = defaultdict(int)
    for number, period in enumerate(periods):
        for beginning in beginnings_in(words_of(period)):
            found[beginning] |= 1 << number
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for beginning in sorted(found):
        lines[beginning[:FIRST]].append(f"{beginning} {found[beginning]:x}")
    for first, some in lines.items():
        yield f"{KEY}{first}.txt", "\n".join([" ".join(periods), *some, ""]).encode()


def words_of(period: str) -> set[str]:
    """Return what stands between spaces in the indexed texts of a period."""
    words: set[str] = set()
    with transaction.atomic(using=READER):
        set_for_now(statement_timeout=0)
        for cable in cables_of(period):
            for text in indexed_texts(cable):
                words.update(text.split())
    return words


def beginnings_in(words: Iterable[str]) -> set[str]:
    """Return the first letters of words and of their parts.

    >>> sorted(beginnings_in(["(Zürich)", "McDonald"]))
    ['donal', 'mc', 'mcdon', 'zuric']
    """
    found: set[str] = set()
    for word in words:
        folded = unicodedata.normalize("NFKD", word.translate(PLAIN))
        plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
        found.update((*WORD.findall(plain), *PART.findall(plain)))
    return {part[:LETTERS].lower() for part in found if len(part) >= FIRST}
