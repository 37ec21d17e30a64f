"""Find phrases in a text, however they are broken or spaced out, and replace them by a mark.

A phrase is matched by its letters and digits, in order, from the start of a word to the end of a
word; capitals and accents do not count. Between two words of the phrase any other characters may
stand. Inside a word these forms are accepted:

    MERI-DIAN, MERI-<line end>DIAN      hyphenated, also at the end of a line
    T I A, M.E.R.I.D.I.A.N.             every letter is separate
    ME RIDI AN, JOHN PUB LIC            six letters or more in three pieces or more
    MERI<line end>DIAN                  six letters or more, cut at the end of a full line
    MERI-<page break>DIAN               hyphenated at the end of a page, before its classification

Other text with the same letters may be different words: "good man" for "Goodman", or "T I A" in
"C O N F I D E N T I A L". `find_phrases` leaves it out, `find_doubtful` returns it.

A mark does not show how long the words were.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from html import unescape
from itertools import product
from typing import Any, NamedTuple, TypeVar

from .references import reference_or_empty

MARK = "[redacted]"
LETTER = r"[^\W_]"  # A letter or a digit.
ONE_WORD = re.compile(rf"{LETTER}+")
# A phrase with so many letters, in so many pieces, is hardly made by other words by chance.
LONG = 6
MANY_PIECES = 3
FEWEST_APART = 3  # Letters of a shorter phrase that may be separate: "A N" are two initials.
WIDEST = 80  # Characters between two letters of one word.
FULL_LINE = 60  # Characters. Lines of a telegram have 69.
BETWEEN_WORDS = r"[\W_]*+"
INSIDE_A_WORD = rf"[\W_]{{0,{WIDEST}}}+"
# Hyphens, those that are visible only at a line end, and characters that stand for a hyphen in
# typed and scanned texts.
HYPHENS = frozenset("\u2010\u2012\u2013\u2212\u00ad\u00ac")
# A hyphen, or a line end behind one; lines of some sources end in a backslash.
HYPHENED = re.compile(r"-[\s\\>|]*|[ \t\\]*-[ \t\\]*\n[\s>|]*")
LINE_END = re.compile(r"[ \t\\]*\n[ \t>|]*")
# Letters that Unicode does not decompose into a plain letter and a mark.
PLAIN = str.maketrans(
    {**dict(zip("øłđðıħŧŋ", "olddihtn", strict=True)), "æ": "ae", "œ": "oe", "þ": "th"}
)
# HTML entities, which some sources have in their texts: "&#8209;", "&shy;".
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,12});")
RUNS = re.compile(rf"{ENTITY.pattern}|[^\x00-\x7f]|[\x00-%\'-\x7f]+|&")
GAP_AND_LETTER = re.compile(rf"([\W_]*)({LETTER})")
# The lines of a page break behind a hyphenated word: a classification or "PAGE 02".
PAGE_BREAK = re.compile(
    r"(?<=-)[ \t\\]*\n\s*(?:(?:unclas|confidential|secret|top secret|limited official use|page \d)"
    r"[^\n]{0,60}\n\s*)+"
)
NUMBER_ENDS = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
WITH_NUMBER = re.compile(rf"{LETTER}*\d{LETTER}*")
LETTER_BEFORE = re.compile(rf"(?<!{LETTER}){LETTER}([\W_]+)\Z")
LETTER_BEHIND = re.compile(rf"([\W_]+){LETTER}(?!{LETTER})")

Span = tuple[int, int]  # Offsets in a text: start, end.
Value = TypeVar("Value")


class _Candidate(NamedTuple):
    """A part of a text that has the letters of a phrase."""

    span: Span
    is_phrase: bool  # Whether readers would read the phrase there.


def find_phrases(text: str, phrases: Sequence[str]) -> list[Span]:
    """Return the spans of phrases in a text, in order; spans that overlap are joined."""
    return join_spans(each.span for each in _candidates(text, phrases) if each.is_phrase)


def find_doubtful(text: str, phrases: Sequence[str]) -> list[Span]:
    """Return the spans that have the letters of a phrase but may be other words."""
    candidates = list(_candidates(text, phrases))
    certain = join_spans(each.span for each in candidates if each.is_phrase)
    doubtful = join_spans(each.span for each in candidates if not each.is_phrase)
    return [span for span in doubtful if not any(overlap(span, other) for other in certain)]


def holds(text: str, phrases: Sequence[str]) -> bool:
    """Return whether a text holds one of the phrases."""
    return bool(find_phrases(text, phrases))


def has_letters_of(text: str, phrase: str) -> bool:
    """Return whether a text has the letters of a phrase in a row, as the phrase or other words."""
    return any(True for _ in _candidates(text, [phrase]))


def texts_folded(text: str) -> list[str]:
    """Return a text folded, and again without page breaks inside words if it has any."""
    whole = fold(text)
    return [whole[0], *(shorter for shorter, _ in _without_page_breaks(*whole))]


def letters_only(text: str) -> str:
    """Return the letters and digits of a text, as printed."""
    return "".join(filter(str.isalnum, text))


def is_phrase(text: str) -> bool:
    """Return whether a text has a letter or a digit, by which it can be found."""
    return bool(words_in(text))


def is_marked(text: str) -> bool:
    """Return whether something in a text is redacted."""
    return MARK in text.lower()


def marks_for(text: str, spans: Sequence[Span]) -> list[str]:
    """Return the mark for each span of a text, which do not overlap.

    A line in capitals may be a heading, so its mark is in capitals; whether the words are, it tells
    only where the text has no others.
    """
    rest = text
    for start, end in spans:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    marks = []
    for start, end in spans:
        line = rest[rest.rfind("\n", 0, start) + 1 :].partition("\n")[0]
        marks.append(mark_like(line, rest, text[start:end]))
    return marks


def mark_like(*texts: str) -> str:
    """Return the mark in the letters of the first of these texts that has small or capital ones."""
    like = next((text for text in texts if text.upper() != text.lower()), "")
    return MARK.upper() if like.isupper() else MARK


def scrub(value: Value, phrases: Sequence[str]) -> Value:
    """Return a JSON value in which every phrase in its texts is replaced by a mark."""
    scrubbed: Value = _scrubbed(value, phrases)
    return scrubbed


def scrub_with_references(text: str, phrases: Sequence[str]) -> str:
    """Return a text without phrases, also those in references: "09ROME7" holds "Rome"."""
    redacted = {reference_or_empty(phrase) for phrase in phrases}

    def shown(found: re.Match[str]) -> str:
        word = found[0]
        is_held = word in redacted or holds(NUMBER_ENDS.sub(" ", word), phrases)
        return MARK if is_held else word

    return WITH_NUMBER.sub(shown, scrub(text, phrases))


def _scrubbed(value: Any, phrases: Sequence[str]) -> Any:
    if isinstance(value, str):
        return _marked(value, find_phrases(value, phrases))
    if isinstance(value, dict):
        return {name: _scrubbed(each, phrases) for name, each in value.items()}
    if isinstance(value, list | tuple):
        if all(isinstance(each, str) for each in value):
            return type(value)(map(_marked, value, _spans_in(value, phrases)))
        return type(value)(_scrubbed(each, phrases) for each in value)
    return value


def _marked(text: str, spans: Sequence[Span]) -> str:
    marks = marks_for(text, spans)
    for (start, end), mark in zip(reversed(spans), reversed(marks), strict=True):
        text = text[:start] + mark + text[end:]
    return text


def _spans_in(texts: Sequence[str], phrases: Sequence[str]) -> list[list[Span]]:
    """Return the spans of phrases in each text of a list, also of those that stand in several.

    The tags QUINTO and ROSSI are one name.
    """
    over, at, spans = find_phrases("\n".join(texts), phrases) if len(texts) > 1 else [], 0, []
    for text in texts:
        end = at + len(text)
        parts = [(max(first, at) - at, min(last, end) - at) for first, last in over]
        own = find_phrases(text, phrases)
        spans.append(join_spans([*own, *(part for part in parts if part[0] < part[1])]))
        at = end + 1
    return spans


def without(values: Iterable[str], phrases: Sequence[str]) -> list[str]:
    """Return the codes, references or addresses that hold no phrase, or part of one in several."""
    redacted, values = {reference_or_empty(phrase) for phrase in phrases}, list(values)
    return [
        value
        for value, spans in zip(values, _spans_in(values, phrases), strict=True)
        # "09ROME7" holds "Rome".
        if not (spans or value in redacted or holds(NUMBER_ENDS.sub(" ", value), phrases))
    ]


@lru_cache(maxsize=256)
def words_in(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase, folded as texts are."""
    return tuple(ONE_WORD.findall(fold(phrase.replace("\u00ad", ""))[0]))


def fold(text: str) -> tuple[str, Sequence[int]]:
    """Return a text in small letters, without accents, and the offset of each of its characters.

    All hyphens become "-", HTML entities are decoded, invisible characters are left out.
    """
    if text.isascii() and "&" not in text:
        return text.lower(), range(len(text))
    pieces: list[str] = []
    offsets: list[int] = []
    for run in RUNS.finditer(text):
        if run[0].isascii() and not ENTITY.fullmatch(run[0]):
            pieces.append(run[0].lower())
            offsets += range(*run.span())
        else:
            plain = "".join(map(_plain, unescape(run[0])))
            pieces.append(plain)
            offsets += [run.start()] * len(plain)
    return "".join(pieces), offsets


@lru_cache(maxsize=5_000)
def _plain(letter: str) -> str:
    """Return a character as folded texts have it; "" if it is invisible."""
    signs = unicodedata.normalize("NFKD", letter).casefold().translate(PLAIN)
    hyphened = ("-" if sign in HYPHENS else sign for sign in signs)
    return "".join(sign for sign in hyphened if not _is_unseen(sign))


def _is_unseen(sign: str) -> bool:
    return bool(unicodedata.combining(sign)) or unicodedata.category(sign) == "Cf"


def unfolded(text: str, offsets: Sequence[int], start: int, end: int) -> Span:
    """Return the span in a text of folded[start:end], with the combining accents behind it.

    `offsets` are those that fold() returned.
    """
    first, last = offsets[start], offsets[end - 1] + 1
    if entity := ENTITY.match(text, last - 1):
        last = entity.end()
    while last < len(text) and unicodedata.combining(text[last]):
        last += 1
    return first, last


def join_spans(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order; those that overlap are joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            start, end = joined[-1][0], max(end, joined.pop()[1])
        joined.append((start, end))
    return joined


def overlap(one: Span, other: Span) -> bool:
    """Return whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def _candidates(text: str, phrases: Sequence[str]) -> Iterator[_Candidate]:
    """Yield every part of a text that has the letters of a phrase."""
    wanted = {words for words in map(words_in, phrases) if words}
    if not wanted or not text:
        return
    whole = fold(text)
    texts = [whole, *_without_page_breaks(*whole)]
    for (folded, offsets), words in product(texts, wanted):
        for match in _pattern(words).finditer(folded):
            start, end = match.span(1)
            span = unfolded(text, offsets, start, end)
            yield _Candidate(span, _is_read(folded, start, end, words))


def _without_page_breaks(
    folded: str, offsets: Sequence[int]
) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield a folded text and its offsets without page breaks inside words, if it has any."""
    shorter, kept, at = "", [], 0
    for page_break in PAGE_BREAK.finditer(folded):
        shorter += folded[at : page_break.start()] + "\n"
        kept += [*offsets[at : page_break.start()], offsets[page_break.start()]]
        at = page_break.end()
    if at:
        yield shorter + folded[at:], [*kept, *offsets[at:]]


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for the letters of words, which are in its group 1.

    The letters are in a lookahead, so that matches may overlap.
    """
    letters = BETWEEN_WORDS.join(INSIDE_A_WORD.join(map(re.escape, word)) for word in words)
    return re.compile(rf"(?<!{LETTER})(?=({letters})(?!{LETTER}))")


def _is_read(folded: str, start: int, end: int, words: tuple[str, ...]) -> bool:
    """Return whether folded[start:end], which has the letters of words, is read as these words."""
    length = sum(map(len, words))
    if end - start == length:
        return True
    letters = list(GAP_AND_LETTER.finditer(folded, start, end))
    inside = list(_inside_words(letters, words))
    apart = [letter for letter in inside if letter[1]]
    pieces = [letter for letter in apart if not _is_hyphened(folded, letter)]
    if length >= LONG:
        in_many = len(words) + len(apart) >= MANY_PIECES
        return not pieces or in_many or _is_cut(folded, pieces[0])
    alphabetic = sum(map(str.isalpha, "".join(words)))
    if pieces and (len(apart) < len(inside) or alphabetic < FEWEST_APART):
        return False
    return not apart or not _goes_on(folded, (start, end), letters, apart)


def _inside_words(
    letters: Sequence[re.Match[str]], words: Sequence[str]
) -> Iterator[re.Match[str]]:
    """Yield the letters that do not begin a word."""
    at = 0
    for word in words:
        yield from letters[at + 1 : at + len(word)]
        at += len(word)


def _is_hyphened(folded: str, letter: re.Match[str]) -> bool:
    """Return whether a hyphen joins a letter to the one before; "1-2" are two numbers."""
    numbers = folded[letter.start() - 1].isdigit() and letter[2].isdigit()
    return bool(HYPHENED.fullmatch(letter[1])) and not (numbers and "\n" not in letter[1])


def _is_cut(folded: str, letter: re.Match[str]) -> bool:
    """Return whether a full line ends directly before a letter."""
    if not LINE_END.fullmatch(letter[1]):
        return False
    full = max(FULL_LINE, *(len(line.rstrip(" \t\\")) for line in folded.split("\n")))
    return letter.start() - folded.rfind("\n", 0, letter.start()) - 1 >= full


def _goes_on(
    folded: str, span: Span, letters: Sequence[re.Match[str]], apart: Sequence[re.Match[str]]
) -> bool:
    """Return whether more separate letters follow: "T I A" is part of "C O N F I D E N T I A L".

    `letters` are those of the phrase, `apart` those with a gap before them inside a word.
    """
    widest = max(len(letter[1]) for letter in apart)
    before = letters[1][1] and LETTER_BEFORE.search(folded, max(0, span[0] - WIDEST), span[0])
    behind = letters[-1][1] and LETTER_BEHIND.match(folded, span[1])
    return any(
        match and len(match[1]) <= widest and "\n" not in match[1] for match in (before, behind)
    )
