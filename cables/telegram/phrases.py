"""Where phrases stand in a text: in any capitals and accents, broken, or spaced out. No Django.

A phrase is looked for by its letters and digits, in order, from the start of a word to the end of
one. Between two of its words anything but letters and digits may stand. Inside a word:

    MERI-DIAN, MERI-<line end>DIAN      a hyphen parts it, as at the end of a line
    T I A, M.E.R.I.D.I.A.N.             every letter stands apart
    ME RIDI AN, JOHN PUB LIC            six letters or more are in three pieces or more
    MERI<line end>DIAN                  six or more are cut at the end of a line that is full
    MERI-<page break>DIAN               a page ends behind the hyphen, with its classification

What else has the same letters, such as "good man" for "Goodman", or "T I A" in "C O N F I D E N T
I A L", may be other words: `find_phrases` leaves it, and `find_doubtful` names it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from html import unescape
from itertools import product

LETTER = r"[^\W_]"  # A letter or a digit.
ONE_WORD = re.compile(rf"{LETTER}+")
LONG = 6  # Letters of a phrase that no other words are likely to make by chance,
MANY_PIECES = 3  # if they stand in so many pieces.
FEWEST_APART = 3  # Letters of a shorter one that may stand apart: "A N" are two initials.
WIDEST = 80  # Characters between two letters of one word.
FULL_LINE = 60  # Characters. Lines of a telegram have 69.
BETWEEN_WORDS = r"[\W_]*+"
INSIDE_A_WORD = rf"[\W_]{{0,{WIDEST}}}+"
# Hyphens, also those that are seen at a line's end alone, and what typists and scanners put there.
HYPHENS = frozenset("\u2010\u2012\u2013\u2212\u00ad\u00ac")
# A hyphen, or a line's end behind one; a backslash ends the lines of some sources.
HYPHENED = re.compile(r"-[\s\\>|]*|[ \t\\]*-[ \t\\]*\n[\s>|]*")
LINE_END = re.compile(r"[ \t\\]*\n[ \t>|]*")
# Letters that Unicode takes for letters of their own, not for others with a mark.
PLAIN = str.maketrans(
    {**dict(zip("øłđðıħŧŋ", "olddihtn", strict=True)), "æ": "ae", "œ": "oe", "þ": "th"}
)
# As some sources write a sign: "&#8209;", "&shy;".
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,12});")
RUNS = re.compile(rf"{ENTITY.pattern}|[^\x00-\x7f]|[\x00-%\'-\x7f]+|&")
GAP_AND_LETTER = re.compile(rf"([\W_]*)({LETTER})")
# What a page of a telegram ends and begins with, where the page before ends in a broken word.
PAGE_BREAK = re.compile(
    r"(?<=-)[ \t\\]*\n\s*(?:(?:unclas|confidential|secret|top secret|limited official use|page \d)"
    r"[^\n]{0,60}\n\s*)+"
)
LETTER_BEFORE = re.compile(rf"(?<!{LETTER}){LETTER}([\W_]+)\Z")
LETTER_BEHIND = re.compile(rf"([\W_]+){LETTER}(?!{LETTER})")

Span = tuple[int, int]


def find_phrases(text: str, phrases: Sequence[str]) -> list[Span]:
    """Return where phrases stand in a text, in order; what overlaps is one span."""
    return join_spans(span for *span, is_read in _candidates(text, phrases) if is_read)


def find_doubtful(text: str, phrases: Sequence[str]) -> list[Span]:
    """Return where the letters of phrases stand in pieces that may be other words."""
    candidates = list(_candidates(text, phrases))
    found = join_spans(span for *span, is_read in candidates if is_read)
    doubtful = join_spans(span for *span, is_read in candidates if not is_read)
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

    All hyphens are "-", and what stands as an entity of HTML is the sign itself.
    """
    if text.isascii() and "&" not in text:
        return text.lower(), range(len(text))
    said, offsets = [], []
    for run in RUNS.finditer(text):
        if run[0].isascii() and not ENTITY.fullmatch(run[0]):
            said.append(run[0].lower())
            offsets += range(*run.span())
        else:
            plain = "".join(map(_plain, unescape(run[0])))
            said.append(plain)
            offsets += [run.start()] * len(plain)
    return "".join(said), offsets


@lru_cache(maxsize=5_000)
def _plain(letter: str) -> str:
    """Return what stands for a character in a folded text, perhaps nothing."""
    signs = unicodedata.normalize("NFKD", letter).casefold().translate(PLAIN)
    hyphened = ("-" if sign in HYPHENS else sign for sign in signs)
    return "".join(sign for sign in hyphened if not _is_unseen(sign))


def _is_unseen(sign: str) -> bool:
    return bool(unicodedata.combining(sign)) or unicodedata.category(sign) == "Cf"


def unfolded(text: str, offsets: Sequence[int], start: int, end: int) -> Span:
    """Return where in a text a part of the folded one stands, with the accents that follow it."""
    first, last = offsets[start], offsets[end - 1] + 1
    if entity := ENTITY.match(text, last - 1):
        last = entity.end()
    while last < len(text) and unicodedata.combining(text[last]):
        last += 1
    return first, last


def join_spans(spans: Iterable[Sequence[int]]) -> list[Span]:
    """Return spans in order; what overlaps is one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            start, end = joined[-1][0], max(end, joined.pop()[1])
        joined.append((start, end))
    return joined


def overlap(one: Span, other: Span) -> bool:
    """Return whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def _candidates(text: str, phrases: Sequence[str]) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, whether it is read as a phrase) of all that has a phrase's letters."""
    wanted = {words for words in map(words_in, phrases) if words}
    if not wanted or not text:
        return
    whole = fold(text)
    texts = [whole, *_without_page_breaks(*whole)]
    for (folded, offsets), words in product(texts, wanted):
        for found in _pattern(words).finditer(folded):
            start, end = found.span(1)
            yield *unfolded(text, offsets, start, end), _is_read(folded, start, end, words)


def _without_page_breaks(
    folded: str, offsets: Sequence[int]
) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield a folded text and its offsets without the lines of pages that part a broken word."""
    said, left, at = "", [], 0
    for found in PAGE_BREAK.finditer(folded):
        said += folded[at : found.start()] + "\n"
        left += [*offsets[at : found.start()], offsets[found.start()]]
        at = found.end()
    if at:
        yield said + folded[at:], [*left, *offsets[at:]]


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of the letters of words; it matches nothing, and its group the letters."""
    letters = BETWEEN_WORDS.join(INSIDE_A_WORD.join(map(re.escape, word)) for word in words)
    return re.compile(rf"(?<!{LETTER})(?=({letters})(?!{LETTER}))")


def _is_read(folded: str, start: int, end: int, words: tuple[str, ...]) -> bool:
    """Return whether anybody would read a phrase in what has its letters."""
    said = "".join(words)
    if end - start == len(said):
        return True
    letters = list(GAP_AND_LETTER.finditer(folded, start, end))
    inside = list(_inside_words(letters, words))
    parted = [each for each in inside if each[1]]
    pieces = [each for each in parted if not _is_hyphened(folded, each)]
    if len(said) >= LONG:
        in_many = len(words) + len(parted) >= MANY_PIECES
        return not pieces or in_many or _is_cut(folded, pieces[0])
    if pieces and (len(parted) < len(inside) or sum(map(str.isalpha, said)) < FEWEST_APART):
        return False
    return not parted or not _goes_on(folded, (start, end), letters, parted)


def _inside_words(letters: Sequence[re.Match[str]], words: Sequence[str]) -> Iterator[re.Match[str]]:
    """Yield those letters of a phrase that do not begin a word."""
    at = 0
    for word in words:
        yield from letters[at + 1 : at + len(word)]
        at += len(word)


def _is_hyphened(folded: str, letter: re.Match[str]) -> bool:
    """Return whether a hyphen joins a letter to the one before; "1-2" are two numbers."""
    numbers = folded[letter.start() - 1].isdigit() and letter[2].isdigit()
    return bool(HYPHENED.fullmatch(letter[1])) and not (numbers and "\n" not in letter[1])


def _is_cut(folded: str, letter: re.Match[str]) -> bool:
    """Return whether a line ends before a letter because it is full."""
    if not LINE_END.fullmatch(letter[1]):
        return False
    full = max(FULL_LINE, *(len(line.rstrip(" \t\\")) for line in folded.split("\n")))
    return letter.start() - folded.rfind("\n", 0, letter.start()) - 1 >= full


def _goes_on(folded: str, span: Span, letters: Sequence, parted: Sequence) -> bool:
    """Return whether single letters are part of more: "T I A" of "C O N F I D E N T I A L"."""
    widest = max(len(each[1]) for each in parted)
    before = letters[1][1] and LETTER_BEFORE.search(folded, max(0, span[0] - WIDEST), span[0])
    behind = letters[-1][1] and LETTER_BEHIND.match(folded, span[1])
    return any(
        found and len(found[1]) <= widest and "\n" not in found[1] for found in (before, behind)
    )
