"""Five sets of queries, and which telegrams each is meant to find.

Words at random   2 to 5 words of one telegram, drawn at random: the telegram is meant.
Headings          the words of a telegram's subject that its text has in some form. The subject
                  itself is in no index, and its line is taken out of the text.
Common words      two words side by side in a telegram, but for very common ones between them,
                  that more than 2,000 telegrams have both.
Questions         typed by hand; of the first ten answers of each engine each was read and marked
                  0, 1 or 2, without knowing whose it was (judged_questions.json). The first 30
                  tuned the search; 62 further ones were written before any answer was seen.

All are the same for a seed. Ranks are tuned on every other query of a set, the others test them.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

from cables.search.query_parts import STOP_WORDS
from cables.search.snippets import stems_of
from cables.telegram.distinct_words import words_of

FEWEST, MOST = 2, 5  # Words of a query.
SHORTEST = 3  # Letters of a word.
COMMON = 2_000  # Telegrams that have both common words.
TRIES = 5  # Telegrams drawn for each query of common words.
WORD = re.compile(r"[^\W_]+")
SENTENCE = re.compile(r"[^.;:!?\n]+")
JUDGED = Path(__file__).with_name("judged_questions.json")

Text = tuple[int, str, str]  # Primary key, subject and body of a telegram.


@dataclass(frozen=True, slots=True)
class WantedQuery:
    """What is typed, and {primary key: mark} of the telegrams that it is meant to find."""

    text: str
    wanted: Mapping[int, int]


def random_words(texts: Sequence[Text], count: int, seed: int) -> list[WantedQuery]:
    """Return queries with words of telegrams drawn at random."""
    chance, queries = Random(seed), []
    while len(queries) < count:
        key, subject, body = chance.choice(texts)
        words = sorted(filter(is_content, words_of(f"{subject}\n{body}")))
        if len(words) >= MOST:
            chosen = chance.sample(words, chance.randint(FEWEST, MOST))
            queries.append(WantedQuery(" ".join(chosen), {key: 1}))
    return queries


def headings(texts: Iterable[Text], count: int, seed: int) -> list[WantedQuery]:
    """Return queries with the words of subjects, in their order; at most one of a telegram."""
    queries = []
    for text in texts:
        key, subject, _ = text
        body = without_heading(text)[2]
        words = content_words(subject)
        known = set(stems_of(words_of(body)))
        words = [word for word in words if known.intersection(stems_of([word]))][:MOST]
        if len(words) >= FEWEST:
            queries.append(WantedQuery(" ".join(words), {key: 1}))
    chance = Random(seed)
    return chance.sample(queries, min(count, len(queries)))


def without_heading(text: Text) -> Text:
    """Return a telegram without its subject, also where the text prints it."""
    key, subject, body = text
    words = WORD.findall(subject)
    if not words:
        return text
    printed = re.compile(r"[\W_]+".join(map(re.escape, words)), re.IGNORECASE)
    return key, "", printed.sub(" ", body)


def common_words(texts: Sequence[Text], count: int, seed: int) -> list[WantedQuery]:
    """Return different queries with two common words that stand side by side in a telegram."""
    having = telegrams_by_word(texts)
    chance, queries = Random(seed), {}
    for _ in range(count * TRIES):
        if len(queries) == count:
            break
        key, _, body = chance.choice(texts)
        pairs = sorted(pair for pair in neighbours(body) if having.keys() >= set(pair))
        if not pairs:
            continue
        first, second = chance.choice(pairs)
        if len(having[first] & having[second]) > COMMON:
            queries.setdefault(f"{first} {second}", key)
    return [WantedQuery(text, {key: 1}) for text, key in queries.items()]


def telegrams_by_word(texts: Iterable[Text]) -> dict[str, set[int]]:
    """Return {word: primary keys} of the words that more than COMMON telegrams have."""
    having: dict[str, set[int]] = {}
    for key, subject, body in texts:
        for word in filter(is_content, words_of(f"{subject}\n{body}")):
            having.setdefault(word, set()).add(key)
    return {word: keys for word, keys in having.items() if len(keys) > COMMON}


def neighbours(body: str) -> set[tuple[str, str]]:
    """Return the pairs of different words with only very common ones between them."""
    return {
        pair
        for sentence in SENTENCE.findall(body)
        for pair in pairwise(word for word in words_in(sentence) if word not in STOP_WORDS)
        if pair[0] != pair[1]
    }


def questions(keys: Mapping[str, int], name: str = "first") -> list[WantedQuery]:
    """Return a set of questions typed by hand; `keys` has the primary key of each reference.

    The "first" tuned the weights of the search, the "further" did not.
    """
    judged = json.loads(JUDGED.read_text(encoding="utf-8"))[name]
    return [
        WantedQuery(text, {keys[name]: mark for name, mark in marks.items() if name in keys})
        for text, marks in judged.items()
    ]


def content_words(text: str) -> list[str]:
    """Return the different words of a text that somebody may remember, in their order."""
    return list(dict.fromkeys(filter(is_content, words_in(text))))


def words_in(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]


def is_content(word: str) -> bool:
    """Return whether somebody may remember a word: no number, nothing that every text has."""
    return word.isascii() and word.isalpha() and len(word) >= SHORTEST and word not in STOP_WORDS
