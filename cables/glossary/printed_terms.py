"""Find terms of the glossary where texts print them, and where a question asks for them. Pure.

Telegrams of the 1940s to 1970s write "Embtel", "GVN" and "eyes only" in the middle of a sentence.
The codes of header and opening lines are explained beside those (header_terms.py,
preamble_terms.py).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from ..telegram.tags import is_in_file_number
from .entries import TAGS, GlossaryEntry, entries, find, look_up, slug

KINDS = ("series", "handling", "word", "officer", "government", "pact")
IN_ANY_CASE = ("series", "handling", "word")  # "Embtel", "eyes only".
# Terms of other kinds that texts print too.
ALSO = (
    *(("precedence", "NIACT"), ("label", "NOTAL"), ("label", "REF"), ("label", "SECSTATE")),
    ("label", "CONTROL NUMBER"),
    *(("caption", code) for code in ("NODIS", "EXDIS", "LIMDIS", "STADIS", "NOFORN", "CODEL")),
    *(("office", code) for code in ("JCS", "SECDEF", "OSD", "USAID")),
)
NOT_IN_TEXTS = ("REF", "REFS", "REFERENCE", "POUCHED")
# Words and names too: in a text all in capitals they are taken for these.
ENGLISH = ("GOT", "SAG", "SHAPE", "GOB", "CAS", "GOA", "COB")
LONGEST_ABBREVIATION = 4  # Letters; a longer one is also printed as a name: "Polad".
WORD = re.compile(r"[A-Za-z]{2,}")
BETWEEN = re.compile(r"[\s.-]+")


@dataclass(frozen=True, slots=True)
class PrintedTerm:
    """A term in a text: text[start:end]."""

    start: int
    end: int
    entry: GlossaryEntry


def find_terms(texts: Sequence[str], without: Collection[str] = ()) -> dict[int, list[PrintedTerm]]:
    """Return {index of a text: terms, in order} where each term stands first in texts in a row.

    Those that `without` has, as `bare` returns them, are left out, with their other spellings.

    Fast where no term is printed: then only the different words of the texts are looked up.
    """
    words = {word for text in texts for word in WORD.findall(text)}
    printed: dict[str, list[str]] = {}
    for word in _spellings().keys() & words:
        for code in _spellings()[word]:
            if without and not set(map(bare, _entries()[code].codes)).isdisjoint(without):
                continue
            printed.setdefault(code, []).append(word)
    firsts: dict[GlossaryEntry, tuple[int, PrintedTerm]] = {}
    for code, spellings in printed.items():
        if (first := _first(code, spellings, texts)) and _is_earlier(first, firsts):
            firsts[first[1].entry] = first
    found: dict[int, list[PrintedTerm]] = {}
    for at, term in sorted(firsts.values(), key=lambda each: (each[0], each[1].start)):
        found.setdefault(at, []).append(term)
    return found


def bare(printed: str) -> str:
    """Return an abbreviation without stops and blanks, in capitals: "OAS" for "O.A.S."."""
    return "".join(filter(str.isalnum, printed)).upper()


def terms_asked_for(text: str) -> list[GlossaryEntry]:
    """Return the entries, with a meaning, that a question asks for: all of it, or words of it.

    A tag has to be typed in capitals: "is" is not Iceland.
    """
    asked = text.replace('"', " ").strip(" ?")
    whole = [
        entry
        for entry in look_up(slug(asked))
        if entry.kind != "route" and (asked.isupper() or entry.kind not in TAGS)
    ]
    # In a question an abbreviation is often typed in small letters.
    printed = [term.entry for term in find_terms([asked.upper()]).get(0, ())]
    return [entry for entry in dict.fromkeys([*whole, *printed]) if entry.words]


def fixed_phrases() -> frozenset[tuple[str, ...]]:
    """Return the words, in small letters, of the terms of several words."""
    phrases = (tuple(BETWEEN.split(key.lower())) for key in _entries())
    return frozenset(phrase for phrase in phrases if len(phrase) > 1)


def _first(code: str, words: Sequence[str], texts: Sequence[str]) -> tuple[int, PrintedTerm] | None:
    """Return (index of the text, term) where a code stands first; `words` are in it as printed."""
    entry = _entries()[code]
    for at, text in enumerate(texts):
        if any(word in text for word in words):
            for match in _pattern(code).finditer(text):
                is_filed = is_in_file_number(text, *match.span())
                if not is_filed and _is_printed(entry, match[0], text):
                    return at, PrintedTerm(*match.span(), entry)
    return None


def _is_earlier(
    one: tuple[int, PrintedTerm], firsts: dict[GlossaryEntry, tuple[int, PrintedTerm]]
) -> bool:
    """Return whether a term stands before the first one of its entry that is known."""
    known = firsts.get(one[1].entry)
    return known is None or (one[0], one[1].start) < (known[0], known[1].start)


def _is_printed(entry: GlossaryEntry, printed: str, text: str) -> bool:
    """Return whether an entry is printed like this: an abbreviation in capitals."""
    if entry.code in ENGLISH:
        return printed.isupper() and not text.isupper()
    if printed.isupper() or entry.kind in IN_ANY_CASE:
        return True
    return len(printed) > LONGEST_ABBREVIATION and printed.istitle()


@cache
def _pattern(code: str) -> re.Pattern[str]:
    words = r"[\s.-]+".join(map(re.escape, code.split(" ")))
    return re.compile(rf"(?<![\w/-]){words}(?![\w/]|-\w)", re.IGNORECASE)


def _key(printed: str) -> str:
    return BETWEEN.sub(" ", printed).strip().upper()


@cache
def _entries() -> dict[str, GlossaryEntry]:
    """Return {code or synonym: entry} of what texts print."""
    chosen = [entry for kind in KINDS for entry in entries()[kind].values()]
    chosen += filter(None, (find(kind, code) for kind, code in ALSO))
    codes = ((_key(code), entry) for entry in chosen for code in entry.codes)
    return {code: entry for code, entry in codes if code not in NOT_IN_TEXTS}


@cache
def _spellings() -> dict[str, list[str]]:
    """Return {a word as texts print it: the codes that have it as their longest word}."""
    found: dict[str, list[str]] = {}
    for code in _entries():
        longest = max(WORD.findall(code), key=len, default="")
        for word in filter(None, (longest, longest.title(), longest.lower())):
            found.setdefault(word, []).append(code)
    return found
