"""Tell whether words can be the person or term that a volume marks them as (F-12)."""

import re
from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches

from lxml import etree

from ...telegram.cities import fold
from ...telegram.womens_titles import WOMENS_TITLES
from .cross_references import target_of
from .tei_text import text_of

SAME_NAME = 0.8  # How alike two spellings of a surname are (Byrode, Byroade), at most 1.
SHORT = 3  # Letters: an abbreviation of so many is easily another word (Fr, fr).
OF_WOMAN = re.compile(rf"\b(?:{'|'.join(map(re.escape, WOMENS_TITLES))}) ")
OF_MAN = re.compile(
    r"\b(?:Messrs|Mr|Sir|King|Prince|Generalissimo|Admiral|Adm|Colonel|Col|Major|Maj|Captain|Capt"
    r"|(?<!Secretary )(?<!Secretary-)(?<!Attorney )(?<!Consul )(?<!Governor )Gen(?:eral)?)\b\.?"
)
WIFE = re.compile(r"\b(?:wife|widow) of\b")
# One of so many places in which a volume marks a woman has the title of one, at least.
SHARE = 8


def words_before(element: etree._Element) -> str:
    """Return the text between an element and the tag before it, with single blanks."""
    before, parent = element.getprevious(), element.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else ""
    return re.sub(r"\s+", " ", text or "")


def with_womans_title(before: str, words: str) -> str:
    """Return words with the title of a woman that stands directly before them: "Mrs. Rell"."""
    titles = [each for each in OF_WOMAN.finditer(before) if each.end() == len(before)]
    return f"{titles[0][0]}{words}" if titles else words


class Titles:
    """By which titles a volume calls its persons, by their keys."""

    def __init__(self) -> None:
        self.places: Counter[str] = Counter()  # All in which its documents mark a person.
        self.womens: Counter[str] = Counter()  # Those directly behind the title of a woman.
        self.men: set[str] = set()  # Who is called Mr. or by another title of a man.

    def note(self, document: etree._Element) -> None:
        """Take in the persons whom a document marks."""
        for element in document.iter("{*}persName"):
            key, before = target_of(element).rpartition("#")[2], words_before(element)
            self.places[key] += 1
            self.womens[key] += bool(OF_WOMAN.match(with_womans_title(before, text_of(element))))
            if any(each.end() == len(before.rstrip()) for each in OF_MAN.finditer(before)):
                self.men.add(key)

    def is_woman(self, key: str, meanings: Mapping[str, tuple[str, str]]) -> bool:
        """Return whether a person of the lists is a woman, as far as the volume tells.

        Her entry has a title or says whose wife she is, or the volume often calls her Mrs. and
        never Mr., and has no other person of that surname.
        """
        name, meaning = meanings[key]
        if OF_WOMAN.search(f"{name.replace(',', ' ')} ") or WIFE.search(meaning):
            return True
        surname, inverted, _ = name.partition(",")
        others = (each for each, _ in meanings.values() if each != name)
        alone = not any(each.startswith(f"{surname},") for each in others)
        is_man = key in self.men or OF_MAN.search(name)
        often = self.womens[key] * SHARE >= self.places[key]
        return bool(inverted and alone and often and not is_man)


def is_womans(words: str, entry: str) -> bool:
    """Return whether words are a surname behind the title of a woman: not "Miss Ada Rell"."""
    if not OF_WOMAN.match(words):
        return False
    forenames = set(re.findall(r"\w{2,}", entry.partition(",")[2]))
    return forenames.isdisjoint(re.findall(r"\w+", words))


def may_name(words: str, entry: str) -> bool:
    """Return whether words have the surname of a person, "Rell, Maro", or an abbreviation's case.

    A part of the surname is enough, also misspelt. Accents and capitals do not matter, but words
    without any capital are no name.
    """
    surname, inverted, _ = entry.partition(",")
    if not inverted:
        return not _is_common_word(words, entry)
    parts = tuple(fold(part) for part in re.findall(r"\w{2,}", surname))
    said = [fold(word) for word in re.findall(r"\w+", OF_WOMAN.sub("", words, count=1))]
    return not parts or any(
        word.startswith(parts) or get_close_matches(word, parts, cutoff=SAME_NAME)
        for word in said
        if not words.islower()
    )


def _is_common_word(words: str, abbreviation: str) -> bool:
    """Return whether words have the letters of an abbreviation but not its case: "Sea" for SEA.

    Only one in capitals, or a short one, is easily another word. It may have an s behind it.
    """
    if not abbreviation.isupper() and len(abbreviation) > SHORT:
        return False
    said, printed = ("".join(filter(str.isalnum, each)) for each in (words, abbreviation))
    if fold(said).removesuffix("s") != fold(printed).removesuffix("s"):
        return False
    capitals = printed.upper()
    return said not in (printed, f"{printed}s", capitals, f"{capitals}S")


def has_surname(words: str, entry: str) -> bool:
    """Return whether one word is a surname, or a word of a name that has no comma."""
    names = map(fold, re.findall(r"\w+", entry.partition(",")[0]))
    return fold(words) in names
