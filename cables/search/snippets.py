"""Excerpts of search results: the best matching paragraphs and notes of each cable, highlighted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeVar

from django.utils.safestring import SafeString, mark_safe

from ..models import Cable
from ..search_index.schema import STEMMED, analyzer, composed
from ..telegram import beside_the_text
from ..telegram.beside_the_text import Beside
from ..telegram.fact_types import edition_of
from ..telegram.made_titles import reading_title
from ..telegram.paragraphs.line_starts import match_number
from .highlight import excerpt, mark_words, score, word_pattern
from .query import STOP_WORDS, Operand, Question, number_spellings

MOST_EXCERPTS = 3
NEEDED = ("subject", "facts", "body", "paragraph_ids", "segmenter")
WORDS = re.compile(r"[^\W_]+")
# Words that do not begin with certain ASCII characters: the character is the first of a word, not
# inside one. (A range of all other characters would take milliseconds to compile.)
BEGINNING = "[^%s](?<![^\\W_].)(?<![\\W_])[^\\W_]*"
ASCII = frozenset(map(chr, range(128)))


Named = TypeVar("Named", str, Beside)


@dataclass(frozen=True, slots=True)
class Hits:
    """Highlighted subject and excerpts of one search result."""

    subject: SafeString
    excerpts: list[tuple[str, SafeString]]  # (paragraph id, HTML with <mark>), best first.
    notes: list[tuple[Beside, SafeString]]  # The same of what editors say; found by "note:".


def excerpts(cables: Sequence[Cable], question: Question) -> dict[int, Hits]:
    """Return {primary key: hits} of published cables, with at most MOST_EXCERPTS of each sort.

    `cables` have the columns NEEDED. A cable that matches by its subject, tags, concepts or origin
    alone has no excerpts. Returns {} if the question has no words.
    """
    if not question.groups:
        return {}
    words, in_notes = find_words(cables, question), find_words_of_notes(cables, question)
    return {cable.pk: _hits(cable, words, in_notes) for cable in cables}


def find_words(cables: Sequence[Cable], question: Question) -> re.Pattern[str]:
    """Return a pattern for the words of a question, in the forms that the cables print.

    The text of an editorial note is by its editors: there the words of "note:" are found too.
    """
    texts = [f"{cable.subject} {cable.body}" for cable in cables]
    by_editors = all(beside_the_text.is_by_editors(edition_of(each.facts)) for each in cables)
    return _printed(texts, question.in_texts + (question.in_notes if by_editors else []))


def find_words_of_notes(cables: Sequence[Cable], question: Question) -> re.Pattern[str]:
    """Return a pattern for the words of a question behind "note:", in the forms of the notes."""
    editions = [(each.body, edition_of(each.facts)) for each in cables]
    texts = [note.text for _, edition in editions for note in beside_the_text.notes(edition)]
    texts += [body for body, edition in editions if beside_the_text.is_by_editors(edition)]
    return _printed(texts, question.in_notes)


def _printed(texts: Iterable[str], operands: Iterable[Operand]) -> re.Pattern[str]:
    """Return a pattern for the words of operands, in the forms that the texts print.

    A phrase with very common words is matched as a whole where a text prints it as it was typed.
    """
    texts, operands = list(texts), list(operands)
    phrases = {each: " ".join(each.words) for each in operands if has_common_words(each)}
    whole = {each for each, text in phrases.items() if any(map(word_pattern([text]).search, texts))}
    stems, beginnings = sought_stems(
        each for each in operands if each not in whole or not is_common(each)
    )
    printed: set[str] = set()
    if stems or beginnings:
        likely = beginning_as({*stems, *beginnings})
        printed = {word for text in texts for word in likely.findall(text)}
    words = (
        word
        for word, stem in zip(printed, stems_of(printed), strict=True)
        if stem in stems or stem.startswith(beginnings)
    )
    return word_pattern([*(phrases[each] for each in whole), *words])


def has_common_words(operand: Operand) -> bool:
    """Return whether it is a phrase of which some words are very common: "eyes only"."""
    words = {word.lower() for word in operand.words}
    return len(operand.words) > 1 and not operand.prefix and not STOP_WORDS.isdisjoint(words)


def is_common(operand: Operand) -> bool:
    """Return whether all of its words are very common: "to be or not"."""
    return STOP_WORDS.issuperset(word.lower() for word in operand.words)


def beginning_as(stems: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for all words that can have one of these stems.

    A word has the first letter of its stem, unless that is a letter with an accent. So most words
    of a text need no stem.
    """
    letters = {stem[:1] for stem in stems}
    others = ASCII - letters - {each.upper() for each in letters}
    return re.compile(BEGINNING % re.escape("".join(sorted(others))))


def sought_stems(operands: Iterable[Operand]) -> tuple[set[str], tuple[str, ...]]:
    """Return the stems of the words of operands, and of the beginnings of words in them.

    Very common words of a phrase are left out, unless it has no others.
    """
    stems: set[str] = set()
    beginnings = []
    for operand in operands:
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


def _hits(cable: Cable, words: re.Pattern[str], in_notes: re.Pattern[str]) -> Hits:
    edition = edition_of(cable.facts)
    if beside_the_text.is_by_editors(edition):
        words = re.compile(f"{words.pattern}|{in_notes.pattern}", re.IGNORECASE)
    notes = [(each, each.text) for each in beside_the_text.notes(edition)]
    paragraphs = [(name, _without_number(name, text)) for name, text in cable.block_texts()]
    return Hits(
        mark_safe(mark_words(escape(reading_title(cable)), words)),
        _best(paragraphs, words),
        _best(notes, in_notes),
    )


def _without_number(paragraph: str, text: str) -> str:
    """Return the text of a paragraph without the number that its id gives: "par3", "3. Fees."."""
    number = None if "." in paragraph else match_number(text)
    return text[number.end() :] if number else text


def _best(
    texts: Iterable[tuple[Named, str]], words: re.Pattern[str]
) -> list[tuple[Named, SafeString]]:
    """Return (name, excerpt as HTML) of the texts with the most words, best first."""
    scored = [(score(text, words), name, text) for name, text in texts]
    best = sorted((each for each in scored if each[0][0]), key=lambda each: each[0], reverse=True)
    return [(name, mark_safe(excerpt(text, words))) for _, name, text in best[:MOST_EXCERPTS]]
