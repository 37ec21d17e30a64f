"""Excerpts of search results: the best matching paragraphs of each cable, highlighted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from ..models import Cable
from ..search_index.schema import STEMMED, analyzer, composed
from .highlight import excerpt, mark_words, score, word_pattern
from .query import STOP_WORDS, Question, number_spellings

MOST_EXCERPTS = 3
NEEDED = ("subject", "facts", "body", "paragraph_ids", "segmenter")
WORDS = re.compile(r"[^\W_]+")
# Words that do not begin with certain ASCII characters: the character is the first of a word, not
# inside one. (A range of all other characters would take milliseconds to compile.)
BEGINNING = "[^%s](?<![^\\W_].)(?<![\\W_])[^\\W_]*"
ASCII = frozenset(map(chr, range(128)))


@dataclass(frozen=True, slots=True)
class Hits:
    """Highlighted subject and excerpts of one search result."""

    subject: SafeString
    excerpts: list[tuple[str, SafeString]]  # (paragraph id, HTML with <mark>), best first.


def excerpts(cables: Sequence[Cable], question: Question) -> dict[int, Hits]:
    """Return {primary key: hits} of published cables, with at most MOST_EXCERPTS excerpts each.

    `cables` have the columns NEEDED. A cable that matches by its subject, tags or origin alone has
    no excerpts. Returns {} if the question has no words.
    """
    if not question.groups:
        return {}
    words = find_words(cables, question)
    return {cable.pk: _hits(cable, words) for cable in cables}


def find_words(cables: Iterable[Cable], question: Question) -> re.Pattern[str]:
    """Return a pattern for the words of a question, in the forms that the cables print."""
    stems, beginnings = sought_stems(question)
    if not stems and not beginnings:
        return word_pattern(())
    likely = beginning_as({*stems, *beginnings})
    printed = {word for cable in cables for word in likely.findall(f"{cable.subject} {cable.body}")}
    return word_pattern(
        word
        for word, stem in zip(printed, stems_of(printed), strict=True)
        if stem in stems or stem.startswith(beginnings)
    )


def beginning_as(stems: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for all words that can have one of these stems.

    A word has the first letter of its stem, unless that is a letter with an accent. So most words
    of a text need no stem.
    """
    letters = {stem[:1] for stem in stems}
    others = ASCII - letters - {each.upper() for each in letters}
    return re.compile(BEGINNING % re.escape("".join(sorted(others))))


def sought_stems(question: Question) -> tuple[set[str], tuple[str, ...]]:
    """Return the stems of the words of a question, and of the beginnings of words in it.

    Very common words of a phrase are left out, unless it has no others.
    """
    stems: set[str] = set()
    beginnings = []
    for operand in (each for group in question.groups for each in group):
        words = [word for each in operand.words for word in WORDS.findall(each)]
        if operand.prefix and words:
            beginnings += stems_of([words.pop()])
        words = [word for word in words if word.lower() not in STOP_WORDS] or words
        stems.update(form for stem in stems_of(words) for form in number_spellings(stem))
    return stems, tuple(beginnings)


def stems_of(words: Iterable[str]) -> list[str]:
    """Return the stem of each word, as the index has it."""
    words = list(words)
    stems = analyzer(STEMMED).analyze(composed(" ".join(words)))
    if len(stems) == len(words):
        return stems
    # A few letters are a word for one of the two regular expressions alone.
    return [" ".join(analyzer(STEMMED).analyze(composed(word))) for word in words]


def _hits(cable: Cable, words: re.Pattern[str]) -> Hits:
    scored = [(score(text, words), name, text) for name, text in cable.block_texts()]
    best = sorted((each for each in scored if each[0][0]), key=lambda each: each[0], reverse=True)
    return Hits(
        mark_safe(mark_words(escape(cable.title), words)),
        [(name, mark_safe(excerpt(text, words))) for _, name, text in best[:MOST_EXCERPTS]],
    )
