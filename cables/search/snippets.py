"""Excerpts of search results: the best matching paragraphs and notes of each cable, highlighted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple, TypeVar

from django.utils.safestring import SafeString, mark_safe

from ..models import Cable
from ..search_index.schema import PRINTED, STEMMED, analyzer
from ..telegram import beside_the_text
from ..telegram.beside_the_text import Beside
from ..telegram.distinct_words import RUN, in_nfc
from ..telegram.fact_types import edition_of
from ..telegram.paragraphs.line_starts import match_number
from ..telegram.titles import reading_title
from .query import Operand, Question, number_spellings
from .query_parts import STOP_WORDS

MOST_WORDS = 200  # Words that are highlighted.
MOST_LOOKED_AT = 100  # Matches in one text that are considered.
SHOWN = 240  # Characters of an excerpt, about three lines.
BEFORE = 60  # Of them before the first match.
NEAR = 4  # Characters between two words of a phrase: ", " or a line break.
SAME = 5  # Letters that two forms of a word share: "policies" and "policy".
TAG_OR_ENTITY = re.compile(r"(<[^<>]*>|&#?\w{1,12};)")
# Letters beside ASCII that Python takes for the same as these if the case does not matter.
ALIKE = {"i": "\u0130\u0131", "k": "\u212a", "s": "\u017f"}
NEVER = re.compile(r"(?!)")


class WordMatch(NamedTuple):
    """Where a text has a word of a search: text[start:end]."""

    start: int
    end: int
    word: str  # Its first letters, by which two forms of a word are the same.
    words: int = 1  # More of a phrase.


def word_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for any of some words, whole, in any case; any signs part phrases."""
    unique = {word.casefold(): word for word in words if word.strip()}
    longest = sorted(unique.values(), key=lambda word: (-len(word), word))[:MOST_WORDS]
    if not longest:
        return NEVER
    if not all(word[0].isascii() and word[0].isalnum() for word in longest):
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(_written, longest))})(?!\w)", re.IGNORECASE)
    # Python finds a set of first letters twice as fast as words in any case.
    ends: dict[str, list[str]] = {}  # {the letters that a word can begin with: its other letters}
    for word in longest:
        first = word[0].lower()
        ends.setdefault(first + first.upper() + ALIKE.get(first, ""), []).append(word[1:])
    rest = (rf"(?<=[{first}])(?:{'|'.join(map(_written, each))})" for first, each in ends.items())
    return re.compile(rf"[{''.join(ends)}](?<!\w.)(?i:{'|'.join(rest)})(?!\w)")


def _written(words: str) -> str:
    """Return the pattern of a word or phrase, whatever stands between its words."""
    return re.escape(words).replace(r"\ ", r"[\W_]+")


def mark_words(html: str, pattern: re.Pattern[str], marked: str = r"<mark>\g<0></mark>") -> str:
    """Return HTML with each match in its text, not in its tags, inside a <mark> or other tags."""
    pieces = TAG_OR_ENTITY.split(html)
    pieces[::2] = [pattern.sub(marked, piece) for piece in pieces[::2]]
    return "".join(pieces)


def score(text: str, pattern: re.Pattern[str]) -> tuple[int, int, int]:
    """Return how well a text matches: (different words, longest run of them, matches)."""
    places = _find_matches(text, pattern)
    longest = run = 0
    for at, (start, _, word, words) in enumerate(places):
        beside = at and start - places[at - 1][1] <= NEAR and word != places[at - 1][2]
        run = run + words if beside else words
        longest = max(longest, run)
    different = {word: words for _, _, word, words in places}
    return sum(different.values()), longest, len(places)


def excerpt(text: str, pattern: re.Pattern[str]) -> str:
    """Return the part of a text with most different words, highlighted, as HTML on one line."""
    text = " ".join(text.split())
    places = _find_matches(text, pattern)

    def words_from(start: int) -> int:  # Different words of an excerpt that begins so.
        within = (each for each in places if each.start >= start)
        return len({each.word for each in within if each.end <= start + SHOWN - BEFORE})

    first = max((match.start for match in places), key=words_from, default=0)
    start, end = 0, len(text)
    if len(text) > SHOWN and first > BEFORE:
        start = text.rfind(" ", 0, first - BEFORE + 1) + 1
    if start + SHOWN < len(text):
        end = text.rfind(" ", 0, start + SHOWN)
        end = end if end > start + SHOWN - BEFORE else start + SHOWN
    marked = mark_words(escape(text[start:end]), pattern)
    return f"{'… ' if start else ''}{marked}{' …' if end < len(text) else ''}"


def _find_matches(text: str, pattern: re.Pattern[str]) -> list[WordMatch]:
    """Return the first matches in a text, at most MOST_LOOKED_AT."""
    places: list[WordMatch] = []
    for match in pattern.finditer(text):
        if len(places) == MOST_LOOKED_AT:
            break
        words = len(match.group().split())
        places.append(WordMatch(*match.span(), match.group().casefold()[:SAME], words))
    return places


MOST_EXCERPTS = 3
NEEDED = ("subject", "facts", "body", "paragraph_ids", "paragraph_offsets", "segmenter")
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

    `cables` have the columns NEEDED. A cable that matches by its shown title, tags, concepts or
    origin alone has no excerpts. Returns {} if the question has no words.
    """
    if not question.groups:
        return {}
    words, in_notes = find_words(cables, question), find_words_of_notes(cables, question)
    return {cable.pk: _hits(cable, words, in_notes) for cable in cables}


def find_words(cables: Sequence[Cable], question: Question) -> re.Pattern[str]:
    """Return a pattern for the words of a question, in the forms that the cables print.

    The text of an editorial note is by its editors: there the words of "note:" are found too.
    """
    texts = [f"{cable.subject} {cable.facts.get('title', '')} {cable.body}" for cable in cables]
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

    A phrase is matched as a whole: one of its words alone is not what was searched for.
    """
    texts, operands = list(texts), list(operands)
    all_forms = _printed_forms(texts, operands)
    found: set[str] = set()
    for operand in operands:
        forms = _as_typed(all_forms, operand) if operand.is_as_typed else all_forms
        is_phrase = len(_words_of(operand)) > 1
        printed = _printed_phrases(texts, operand, forms) if is_phrase else set()
        if not printed and not (is_phrase and (operand.quoted or operand.respelt)):
            stems, beginnings = sought_stems([operand])
            printed = {
                word for word, stem in forms.items() if stem in stems or stem.startswith(beginnings)
            }
        found |= printed
    return word_pattern(found)


def _printed_forms(texts: Sequence[str], operands: Sequence[Operand]) -> dict[str, str]:
    """Return {word that the texts print: its stem} of the words that operands look for."""
    stems, beginnings = sought_stems(operands)
    if not (stems or beginnings):
        return {}
    likely = beginning_as({*stems, *beginnings})
    printed = list({word for text in texts for word in likely.findall(text)})
    return {
        word: stem
        for word, stem in zip(printed, stems_of(printed), strict=True)
        if stem in stems or stem.startswith(beginnings)
    }


def _as_typed(forms: dict[str, str], operand: Operand) -> dict[str, str]:
    """Return the forms that differ from the words of an operand in accents and capitals alone."""
    folded = analyzer(PRINTED).analyze
    typed = {
        spelt for word in operand.words for each in folded(word) for spelt in number_spellings(each)
    }
    return {word: stem for word, stem in forms.items() if typed.issuperset(folded(in_nfc(word)))}


def _printed_phrases(texts: Sequence[str], operand: Operand, forms: dict[str, str]) -> set[str]:
    """Return a phrase in all forms that the texts print, with single blanks between its words."""
    words = _words_of(operand)
    parts = []
    for at, word in enumerate(words):
        stem = stems_of([word])[0]
        is_beginning = operand.prefix and at == len(words) - 1
        printed = [
            form
            for form, known in forms.items()
            if known in number_spellings(stem) or (is_beginning and known.startswith(stem))
        ]
        parts.append("|".join(map(re.escape, [word, *printed])))
    phrase = r"[\W_]+".join(f"(?:{part})" for part in parts)
    pattern = re.compile(rf"(?<!\w){phrase}(?!\w)", re.IGNORECASE)
    found = (match[0] for text in texts for match in pattern.finditer(text))
    return {" ".join(RUN.findall(each)) for each in found}


def _words_of(operand: Operand) -> list[str]:
    return [word for each in operand.words for word in RUN.findall(each)]


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
        words = _words_of(operand)
        if operand.prefix and words:
            beginnings += stems_of([words.pop()])
        words = [word for word in words if word.lower() not in STOP_WORDS] or words
        stems.update(form for stem in stems_of(words) for form in number_spellings(stem))
    return stems, tuple(beginnings)


def stems_of(words: Iterable[str]) -> list[str]:
    """Return the stem of each word, as the index has it."""
    words = list(words)
    stems = analyzer(STEMMED).analyze(in_nfc(" ".join(words)))
    if len(stems) == len(words):
        return stems
    # A few letters are a word for one of the two regular expressions alone.
    return [" ".join(analyzer(STEMMED).analyze(in_nfc(word))) for word in words]


def _hits(cable: Cable, words: re.Pattern[str], in_notes: re.Pattern[str]) -> Hits:
    edition = edition_of(cable.facts)
    if beside_the_text.is_by_editors(edition):
        words = re.compile(f"{words.pattern}|{in_notes.pattern}", re.IGNORECASE)
    notes = [(each, each.text) for each in beside_the_text.notes(edition)]
    found = [each for each in cable.block_texts() if words.search(each[1])]
    paragraphs = [(name, without_number(name, text)) for name, text in found]
    best, title = _best(paragraphs, words), cable.facts.get("title", "")
    headings = [(Beside("edition", "Heading", title), title)] if cable.subject and not best else []
    shown = mark_safe(mark_words(escape(reading_title(cable)), words))
    return Hits(shown, best, _best(headings, words) + _best(notes, in_notes))


def without_number(paragraph: str, text: str) -> str:
    """Return the text of a paragraph without the number that its id gives: "par3", "3. Fees."."""
    named = re.fullmatch(r"par(\d+)[-\w]*", paragraph)
    number = match_number(text, named and named[1])
    return text[number.end() :] if number else text


def _best(
    texts: Iterable[tuple[Named, str]], words: re.Pattern[str]
) -> list[tuple[Named, SafeString]]:
    """Return (name, excerpt as HTML) of the texts with the most words, best first."""
    scored = [(score(text, words), name, text) for name, text in texts]
    best = sorted((each for each in scored if each[0][0]), key=lambda each: each[0], reverse=True)
    return [(name, mark_safe(excerpt(text, words))) for _, name, text in best[:MOST_EXCERPTS]]
