"""Where phrases stand in a text: in any capitals and accents, broken, or spaced out. No Django.

A phrase is looked for by its letters and digits, in order, from the start of a word to the end of
one. Between two of its words anything but letters and digits may stand. Inside a word:

    MERI-DIAN, MERI-<line end>DIAN   a hyphen parts it, as at the end of a line
    M E R I D I A N, M.E.R.I.D.I.A.N.   every letter stands apart
    ME RIDI AN   a long word is in three pieces or more
    MERI<line end>DIAN   a long word is cut at the end of a line as long as the longest

What else has the same letters, such as "good man" for "Goodman", may be other words: it is not
found by `find_phrases`, and named by `find_doubtful`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

LETTER = r"[^\W_]"  # A letter or a digit.
ONE_WORD = re.compile(rf"{LETTER}+")
LONG = 6  # Letters of a word that no other words are likely to make by chance.
FEWEST_APART = 3  # Letters of a phrase that may stand apart: "A N" are two initials.
WIDEST = 80  # Characters between two letters of one word.
FULL_LINE = 60  # Characters. Lines of a telegram have 69.
BETWEEN_WORDS = r"[\W_]*+"
INSIDE_A_WORD = rf"[\W_]{{0,{WIDEST}}}+"
# Hyphens, also those that are seen at a line's end alone, and what typists and scanners put there.
HYPHENS = frozenset("\u2010\u2012\u2013\u2212\u00ad\u00ac")
# A hyphen, or a line's end behind one; a backslash ends the lines of some sources.
HYPHENED = re.compile(r"-[\s\\>|]*|[ \t\\]*-[ \t\\]*\n[\s>|]*")
LINE_END = re.compile(r"[ \t\\]*\n[ \t>|]*")
GAP_AND_LETTER = re.compile(rf"([\W_]*)({LETTER})")
LETTER_BEFORE = re.compile(rf"(?<!{LETTER}){LETTER}([\W_]+)\Z")
LETTER_BEHIND = re.compile(rf"([\W_]+){LETTER}(?!{LETTER})")

Span = tuple[int, int]


def find_phrases(text: str, phrases: Sequence[str]) -> list[Span]:
    """Return where phrases stand in a text, in order; what overlaps is one span."""
    return _joined(span for *span, is_read in _candidates(text, phrases) if is_read)


def find_doubtful(text: str, phrases: Sequence[str]) -> list[Span]:
    """Return where the letters of phrases stand in pieces that may be other words."""
    candidates = list(_candidates(text, phrases))
    found = _joined(span for *span, is_read in candidates if is_read)
    doubtful = _joined(span for *span, is_read in candidates if not is_read)
    return [span for span in doubtful if not any(overlap(span, other) for other in found)]


def holds(text: str, phrases: Sequence[str]) -> bool:
    """Return whether a text holds one of the phrases."""
    return bool(find_phrases(text, phrases))


def is_phrase(text: str) -> bool:
    """Return whether there is a letter or a digit to look for."""
    return bool(words_in(text))


@lru_cache(maxsize=256)
def words_in(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase as they stand in folded texts."""
    return tuple(ONE_WORD.findall(fold(phrase.replace("\u00ad", ""))[0]))


def fold(text: str) -> tuple[str, Sequence[int]]:
    """Return a text without capitals, accents and unseen signs, and where each character stood.

    All hyphens are "-".
    """
    if text.isascii():
        return text.lower(), range(len(text))
    letters, offsets = [], []
    for at, letter in enumerate(text):
        for each in unicodedata.normalize("NFKD", letter).casefold():
            if each in HYPHENS:
                letters.append("-")
            elif unicodedata.combining(each) or unicodedata.category(each) == "Cf":
                continue
            else:
                letters.append(each)
            offsets.append(at)
    return "".join(letters), offsets


def unfolded(text: str, offsets: Sequence[int], start: int, end: int) -> Span:
    """Return where in a text a part of the folded one stands, with the accents that follow it."""
    first, last = offsets[start], offsets[end - 1] + 1
    while last < len(text) and unicodedata.combining(text[last]):
        last += 1
    return first, last


def overlap(one: Span, other: Span) -> bool:
    """Return whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def _joined(spans: Iterable[Sequence[int]]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            start, end = joined[-1][0], max(end, joined.pop()[1])
        joined.append((start, end))
    return joined


def _candidates(text: str, phrases: Sequence[str]) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, whether it is read as a phrase) of all that has a phrase's letters."""
    wanted = {words for words in map(words_in, phrases) if words}
    if not wanted or not text:
        return
    folded, offsets = fold(text)
    for words in wanted:
        for found in _pattern(words).finditer(folded):
            start, end = found.span(1)
            yield *unfolded(text, offsets, start, end), _is_read(folded, start, end, words)


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern:
    """Return a pattern of the letters of words; it matches nothing, and its group the letters."""
    letters = BETWEEN_WORDS.join(INSIDE_A_WORD.join(map(re.escape, word)) for word in words)
    return re.compile(rf"(?<!{LETTER})(?=({letters})(?!{LETTER}))")


def _is_read(folded: str, start: int, end: int, words: tuple[str, ...]) -> bool:
    """Return whether anybody would read a phrase in what has its letters."""
    if end - start == sum(map(len, words)):
        return True
    letters = list(GAP_AND_LETTER.finditer(folded, start, end))
    at, widest = 0, 0
    for word in words:
        mine = letters[at : at + len(word)]
        at += len(word)
        if not _is_word(folded, mine, _may_stand_apart(words)):
            return False
        widest = max([widest, *(len(each[1]) for each in mine[1:])])
    is_short = sum(map(len, words)) < LONG
    return not (is_short and widest and _goes_on(folded, (start, end), letters, widest))


def _may_stand_apart(words: Sequence[str]) -> bool:
    """Return whether single letters are read as these words; numbers stand in lists: "1, 2, 3"."""
    said = "".join(words)
    return sum(map(str.isalpha, said)) >= FEWEST_APART or len(said) >= LONG


def _is_word(folded: str, letters: Sequence[re.Match], may_stand_apart: bool) -> bool:
    """Return whether letters, each with the gap before it, are read as one word."""
    gaps = [each for each in letters[1:] if each[1]]
    open_gaps = [each for each in gaps if not _is_hyphened(folded, each)]
    if not open_gaps:
        return True
    if len(gaps) == len(letters) - 1 and may_stand_apart:
        return True
    if len(letters) < LONG:
        return False
    return len(open_gaps) > 1 or _is_cut(folded, open_gaps[0])


def _is_hyphened(folded: str, letter: re.Match) -> bool:
    """Return whether a hyphen joins a letter to the one before; "1-2" are two numbers."""
    numbers = folded[letter.start() - 1].isdigit() and letter[2].isdigit()
    return bool(HYPHENED.fullmatch(letter[1])) and not (numbers and "\n" not in letter[1])


def _is_cut(folded: str, letter: re.Match) -> bool:
    """Return whether a line ends before a letter because it is full."""
    if not LINE_END.fullmatch(letter[1]):
        return False
    full = max(FULL_LINE, *(len(line.rstrip(" \t\\")) for line in folded.split("\n")))
    return letter.start() - folded.rfind("\n", 0, letter.start()) - 1 >= full


def _goes_on(folded: str, span: Span, letters: Sequence[re.Match], widest: int) -> bool:
    """Return whether single letters are part of more: "T I A" of "C O N F I D E N T I A L"."""
    start, end = span
    before = letters[1][1] and LETTER_BEFORE.search(folded, max(0, start - WIDEST), start)
    behind = letters[-1][1] and LETTER_BEHIND.match(folded, end)
    return any(
        found and len(found[1]) <= widest and "\n" not in found[1] for found in (before, behind)
    )
