"""Tell whether words can be the person or term that a volume marks them as (F-12)."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from itertools import takewhile

from lxml import etree

from ...telegram.beside_the_text import WOMENS_TITLES
from ...telegram.cities import fold
from ...telegram.offices import agency_in
from .cross_references import target_of
from .tei_text import text_of, words_before

SAME_NAME = 0.8  # How alike two spellings of a surname are (Byrode, Byroade), at most 1.
SHORT = 3  # Letters: an abbreviation of so many is easily another word (Fr, fr).
OF_WOMAN = re.compile(rf"\b(?:{'|'.join(map(re.escape, WOMENS_TITLES))}) ")
OF_MAN = re.compile(
    r"\b(?:Messrs|Mr|Sir|King|Prince|Generalissimo|Admiral|Adm|Colonel|Col|Major|Maj|Captain|Capt"
    r"|(?<!Secretary )(?<!Secretary-)(?<!Attorney )(?<!Consul )(?<!Governor )Gen(?:eral)?)\b\.?"
)
ARMY = "United States Army"
# "General Ada B. Rell, ", "Lt. Col., ".
WITH_RANK = re.compile(
    r"\b(?:General|Gen|Colonel|Col|Major|Maj|Captain|Capt|Lieutenant|Lt|Sergeant|Sgt)\b\.?"
    r"(?: [A-Z][\w.’-]*)*,? $"
)
WIFE = re.compile(r"\b(?:wife|widow) of\b")
# Words before a name that are no part of it, though lists print some of them there.
RANKS = frozenset(
    fold(word)
    for word in re.findall(
        r"\S+",
        """General Gen Lieutenant Lt Major Maj Colonel Col Captain Capt Commander Cdr Brigadier
        Brig Admiral Adm Vice Rear Fleet Air Chief Field Marshal Commodore Sergeant Sgt Senator Sen
        Representative Rep Congressman Governor Gov Judge Justice Ambassador Amb Minister Premier
        President Pres Prime Secretary Sec Chairman Director Dr Doctor Prof Professor Dean Sir Lord
        Lady Dame Earl Viscount Baron Count Duke Marquess Prince Princess King Queen Emperor Shah
        Sultan Emir Amir Sheikh Shaykh Sheik Sherif Sharif Pasha Bey Crown Royal Highness Majesty
        His Her The Right Honorable Hon Rev Reverend Father Bishop Archbishop Cardinal Monsignor
        Mgr Jr Sr Mr Mrs Miss Ms Mme Madame Mlle Messrs Generalissimo Brother Imam Hajji Haji U
        State Army Navy USA USN USAF USMC For From Former""",
    )
)
PRONOUNS = ("I", "You", "He", "She", "It", "We", "They")  # Surnames too: "Ambassador You".
# Short forms of forenames that begin with another letter.
SHORT_FORMS = {
    "bob": "r",
    "bobby": "r",
    "bill": "w",
    "billy": "w",
    "dick": "r",
    "ted": "et",
    "ned": "e",
    "chuck": "c",
    "hank": "h",
    "peggy": "m",
    "tony": "a",
    "jack": "j",
}
# "Development Grant" is no Mr. Grant, and "Viet Minh" no General Minh.
NO_NAME = re.compile(
    r"\b(?:(?:Development|Land|Aid|Assistance|Food|Foundation|Block|Budget|Project) Grant"
    r"|Viet Minh)"
)
# What is named after somebody else of a surname, or after nobody.
OF_ANOTHER = re.compile(r"\S+ Foundations?\b|White House\b|Black Africa\b|Christian Scien")
LAW = re.compile(r" (?:[Aa]mendment|Act|[Bb]ill)\b")
LAWGIVER = re.compile(r"\b(?:Senat|Congress|Representative)")
NAME = r"[^\W\d_a-z][\w’'-]+"  # A word with a capital.
GIVEN = re.compile(rf"(?P<given>{NAME})(?P<initials>(?: [A-Z]\.)+) $")  # "Ada B. ".
HYPHENED = re.compile(r"\w-[a-z]")  # Names behind such a surname are given ones: "Ran Mi-su".
BEFORE = re.compile(rf"(?:{NAME} ){{1,3}}$")  # Names that end a text.
BEHIND = re.compile(rf"^(?: {NAME}){{1,2}}")
OFFICE_BEFORE = re.compile(
    r"\b(?P<office>(?:(?:Under|Assistant|Deputy|First|Foreign)[ -])?Secretary(?: of State)?"
    r"|President) $"
)
PRESIDENT = "President"
SECRETARY = "Secretar"  # Also "Secretaries".
# "General Ada Rell", "President Ada Bea Rell".
TITLED = re.compile(
    rf"\b(?:General|Gen\.|Colonel|Captain|Admiral|President|Senator|Ambassador|Mr\.)"
    rf" (?P<names>{NAME}(?: {NAME})?) (?:{NAME})$"
)
# "Kennedy–Khrushchev exchanges", "Rell Library": a President without his title.
BEFORE_PRESIDENT = re.compile(r"\bKhrushchev[–-]$")
OF_PRESIDENT = re.compile(
    r"(?:[’']s)? (?:[Aa]dministration|Commission|Doctrine|Library|Round|Years)\b"
    r"|[–-]Khrushchev\b"
)
DEAR = re.compile(r"\bdear $", re.IGNORECASE)
# One of so many places in which a volume marks a woman, or a Secretary, has that title, at least.
SHARE = 8


def with_womans_title(before: str, words: str) -> str:
    """Return words with the title of a woman that stands directly before them: "Mrs. Rell"."""
    titles = [each for each in OF_WOMAN.finditer(before) if each.end() == len(before)]
    return f"{titles[0][0]}{words}" if titles else words


class Titles:
    """By which titles a volume calls its persons, by their keys."""

    def __init__(self) -> None:
        self.places: Counter[str] = Counter()  # All in which its documents mark a person.
        self.womens: Counter[str] = Counter()  # Those directly behind the title of a woman.
        self.secretaries: Counter[str] = Counter()  # Those directly behind "Secretary".
        self.by_surname: set[str] = set()  # Who is marked by one word anywhere.
        self.men: set[str] = set()  # Who is called Mr. or by another title of a man.

    def note(self, document: etree._Element) -> None:
        """Take in the persons whom a document marks."""
        for element in document.iter("{*}persName"):
            key, before = target_of(element).rpartition("#")[2], words_before(element)
            words = text_of(element)
            if " " not in words:
                self.by_surname.add(key)
            self.places[key] += 1
            office = OFFICE_BEFORE.search(before)
            self.secretaries[key] += bool(office and office["office"].startswith(SECRETARY))
            self.womens[key] += bool(OF_WOMAN.match(with_womans_title(before, words)))
            if any(each.end() == len(before.rstrip()) for each in OF_MAN.finditer(before)):
                self.men.add(key)

    def is_mixed_up(self, key: str, meaning: str) -> bool:
        """Return whether a volume marks a Secretary as another person of that surname.

        It often calls that one Secretary, but the description in its list does not.
        """
        often = self.secretaries[key] * SHARE >= self.places[key] > 0
        return often and SECRETARY not in meaning

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


def is_pronoun(before: str, words: str) -> bool:
    """Return whether "You" is no Mr. You: no rank or title stands before it."""
    return words in PRONOUNS and not has_rank(before)


def has_rank(before: str) -> bool:
    """Return whether a rank or a title ends the words before a name: "Colonel"."""
    words = set(map(fold, re.findall(r"(\w+)\.? $", before)))
    return not RANKS.isdisjoint(words - {"for", "from"})


def is_state(before: str, words: str, entry: tuple[str, str]) -> bool:
    """Return whether "USA" is no Army, as the list says: no name with a rank stands before it.

    `entry` is the word of the list and its meaning.
    """
    return words == "USA" and entry[1] == ARMY and not WITH_RANK.search(before)


def begins_name(words: str, behind: str, names: Iterable[str]) -> bool:
    """Return whether a term is the first word of a person's name: "U" of "U Rell".

    `names` are those of the lists: "Rell, U".
    """
    surname = re.match(rf" (?P<surname>{NAME})", behind)
    if len(words) > 1 or not surname:
        return False
    printed = (f"{surname['surname']}, {words}", f"{words} {surname['surname']}")
    return any(re.match(rf"{each}(?!\w)", name) for each in printed for name in names)


def has_surname(words: str, entry: str) -> bool:
    """Return whether one word is a surname, or a word of a name that has no comma."""
    names = map(fold, re.findall(r"\w+", entry.partition(",")[0]))
    return fold(words) in names


def is_saluted(before: str) -> bool:
    """Return whether the words behind a text are those of a salutation: "DEAR ED"."""
    return DEAR.search(before) is not None


def is_forename_of(words: str, before: str, entry: str) -> bool:
    """Return whether words are a forename of a person in a salutation: "Dear Maro"."""
    forenames = {fold(each) for each in re.findall(r"\w{2,}", entry.partition(",")[2])}
    return is_saluted(before) and fold(words.strip()) in forenames - RANKS


@lru_cache(maxsize=20_000)
def part_name(entry: str) -> tuple[str, str]:
    """Return (surname, forenames) of a name in a list; ("Oan Din Dem", "") if it is not inverted.

    Behind a name that is not inverted a rank may stand: "Oan Din Dem, Major General".
    """
    surname, _, rest = entry.partition(",")
    words = {fold(word) for word in re.findall(r"\w+", rest)}
    return (surname, rest) if words - RANKS else (surname, "")


def forenames_of(entries: Iterable[str]) -> frozenset[str]:
    """Return the forenames in names of persons, folded; all words of a name without a comma."""
    found: set[str] = set()
    for entry in entries:
        surname, forenames = part_name(entry)
        words = re.findall(r"\w{2,}", forenames or surname)
        if forenames or len(words) > 1:
            found.update(fold(word) for word in words if word[0].isupper())
    return frozenset(found - RANKS)


def is_in_another_name(before: str, words: str, behind: str, entry: tuple[str, str]) -> bool:
    """Return whether words are part of the name of something that is not named after a person.

    `entry` are name and description in the list. "The Rell Amendment" is of a member of Congress.
    """
    said = before + words
    return (
        any(each.end() == len(said) for each in NO_NAME.finditer(said))
        or OF_ANOTHER.match(f"{words}{behind}") is not None
        or (LAW.match(behind) is not None and not LAWGIVER.search(entry[1]))
    )


def is_another_name(
    before: str, words: str, behind: str, entry: tuple[str, str], forenames: Container[str]
) -> bool:
    """Return whether given names inside or directly beside words are not those of a person.

    `entry` are name and description in the list; `forenames` are those of all persons of the
    volume: other words there are titles and the like, if no initial follows. An initial, or a short
    form ("Bob"), may be that of a forename of the person.
    """
    is_full = words.isupper() or len(_words(words) & _words(" ".join(entry))) > 1
    if _has_other_between(words, entry) or _has_other_titled(before + words, entry):
        return True
    beside = [] if is_full else _names_before(before)  # Names beside a full name are of others.
    given = None if is_full else GIVEN.search(before)
    if (
        given
        and not may_be_of(given[0], entry, by_first=True)
        and fold(given["given"]) not in RANKS
    ):
        return True
    following = [] if is_full else re.findall(NAME, "".join(BEHIND.findall(behind)))
    if HYPHENED.search(entry[0]):
        if any(not may_be_of(name, entry) for name in following if fold(name) not in RANKS):
            return True
    elif not part_name(entry[0])[1]:
        beside += following
    for name in (*beside, *re.findall(NAME, words)):
        parts = re.findall(r"\w+", fold(name))
        is_name = any(part in forenames or part in SHORT_FORMS for part in parts)
        if is_name and not may_be_of(name, entry):
            return True
    return False


def _has_other_titled(said: str, entry: tuple[str, str]) -> bool:
    """Return whether names behind a title, which end a text, are of another than an entry.

    "President Ada Rell" is not "Rell, Maro". The last of them is the surname.
    """
    run = TITLED.search(said)
    names = run["names"].split() if run else []
    is_given = bool(names) and RANKS.isdisjoint(map(fold, names))
    return is_given and not may_be_of(" ".join(names), entry)


def _has_other_between(words: str, entry: tuple[str, str]) -> bool:
    """Return whether a forename of marked words, behind the first, is not one of an entry.

    "Ada Bea Rell" is not "Rell, Ada Clara".
    """
    own = {fold(name) for name in re.findall(r"\w{2,}", part_name(entry[0])[1])}
    names = [name for name in re.findall(NAME, words) if fold(name) not in RANKS - own]
    return len(own) > 1 and any(not may_be_of(name, entry) for name in names[1:-1])


def may_be_of(names: str, entry: tuple[str, str], *, by_first: bool = False) -> bool:
    """Return whether any of some names is in an entry, or may be that of one of its initials.

    `by_first` is whether initials behind a whole forename are not asked: "Bea" for "Rell, Ada B.".
    """
    own = _words(" ".join(entry))
    words = map(fold, re.findall(r"\w+", part_name(entry[0])[1]))
    printed = [word for word in words if word not in RANKS]
    whole = next((at for at, word in enumerate(printed, 1) if len(word) > 1), None)
    initials = {word[0] for word in (printed[:whole] if by_first else printed)}
    said = {part for name in names.split() for part in re.findall(r"\w+", fold(name))}
    letters = {letter for name in said - RANKS for letter in (name[0], *SHORT_FORMS.get(name, ""))}
    whole_names = {name for name in said if len(name) > 1}
    return not whole_names.isdisjoint(own) or not letters.isdisjoint(initials)


def is_forename_of_another(words: str, behind: str, names: Iterable[str]) -> bool:
    """Return whether words are the forename of one of some persons, whose surname is behind them.

    "Ada" of "Ada Rell" is not Mr. Ada.
    """
    following = re.match(rf" (?P<surname>{NAME})", behind)
    surname = f"{following['surname']}," if following else ""
    return bool(surname) and any(
        name.startswith(surname) and words in re.findall(r"\w+", name[len(surname) :])
        for name in names
    )


def has_office_of_another(
    office: str, words: str, entry: tuple[str, str], meanings: Iterable[tuple[str, str]]
) -> bool:
    """Return whether the office of a person is not that of an entry, but of another of its surname.

    `meanings` are all entries: (name, description). "Secretary Rell" is not "Rell, Ada, Director of
    Fees", and not "Rell, Ada, Secretary of Fees" if the list has "Rell, Maro, Secretary of State";
    "President Grant" is no other Grant.
    """
    name, description = entry
    if not office or office in description or description.startswith("see "):
        return False
    if office == PRESIDENT and agency_in(f"{office} {words}"):
        return True
    if office.startswith(SECRETARY) and SECRETARY not in description and " " not in words:
        return True
    surname = f"{name.partition(',')[0]},"
    others = (told for each, told in meanings if each.startswith(surname) and each != name)
    return any(office in told for told in others)


def _names_before(text: str) -> list[str]:
    """Return the names that end a text, those behind a title if one stands there."""
    run = BEFORE.search(text)
    names = re.findall(NAME, run[0]) if run else []
    untitled = takewhile(lambda name: fold(name) not in RANKS, reversed(names))
    return [*untitled]


SEE = re.compile(r"see (?!also )(?P<name>[^.;]+?)\.?")


def referred(meanings: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return {key of an entry that only refers to another: the key of that other}, if one fits.

    A surname alone is enough if one person has it. `meanings` are {key: (word, meaning)} of the
    lists of a volume.
    """
    named: dict[frozenset[str], list[str]] = defaultdict(list)
    surnamed: dict[frozenset[str], list[str]] = defaultdict(list)
    to = {key: SEE.fullmatch(meaning) for key, (_, meaning) in meanings.items()}
    for key, (name, _) in meanings.items():
        if not to[key]:
            surname, forenames = part_name(name)
            named[_words(name if forenames else surname)].append(key)
            surnamed[_words(surname)].append(key)
    found: dict[str, str] = {}
    for key, match in to.items():
        words = _words(match["name"]) if match else frozenset()
        fitting = named.get(words) or surnamed.get(words, [])
        if len(fitting) == 1:
            found[key] = fitting[0]
    return found


@lru_cache(maxsize=20_000)
def _words(name: str) -> frozenset[str]:
    return frozenset(fold(word) for word in re.findall(r"\w+", name))
