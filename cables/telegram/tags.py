"""TAGS and file numbers: the subjects of a telegram, as codes (T of docs/format.md)."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from .preamble_vocabulary import ANY_MARK, CAPTION_WORDS
from .table_files import table_cells

PERSON = "person"

CAPTIONS = frozenset(CAPTION_WORDS.split("|"))
NOT_TAGS = CAPTIONS | {"N/A", "NONE"}
EDGES = " \t\n.,;:()[]{}\"“”'`´’‘*_=<>\\/-–—¶"  # Punctuation around a tag, never part of it.

PARENTHESES = re.compile(r"[(\[{]([^()\[\]{}\n]{0,120})[)\]}]")
MARK = re.compile(ANY_MARK)
NAME = re.compile(r"[^\W\d_][^\W\d_'’-]+")
INITIAL = re.compile(r"[A-Z]\.?")
SHORTEST_JOINED, LONGEST_JOINED = 6, 80  # Letters.
LONGEST = 200  # Characters of a tag; anything longer is text behind the list.


def tag_kind(code: str, default: str = "unknown") -> str:
    """Return the kind of a tag: subject, organization, geo, program, person or unknown (T-4).

    Two letters are a place, unless only an organization has them: "AL" is Albania.
    """
    code = code.upper()
    if kind := tag_kinds().get(code):
        return kind
    if re.fullmatch(r"[A-Z]{2}", code):
        return "geo"
    if re.fullmatch(r"K[A-Z]{3}", code):
        return "program"
    return PERSON if "," in code else default


def is_known(word: str) -> bool:
    """Return whether a word is a tag of the tables, or has the form of a program's: K and AAA."""
    return word in tag_kinds() or re.fullmatch(r"K[A-Z]{3}", word) is not None


def split_tags(lines: list[str], *, canonicalize: bool = True) -> list[str]:
    """Return the tags of a list, in the order printed, each once (T-2, T-3).

    Commas separate the tags of a line. In a line without commas, as on the pages of the mirror
    (M-7), blanks do, and the tags of several words are found by table. Without `canonicalize`
    misprints and run-together tags stay as printed.
    """
    words = [word for line in _with_whole_phrases(lines) for word in _pieces(line.upper())]
    if canonicalize:
        words = _with_cut_phrases(words)
    tags = []
    for word in _with_persons(words):
        tags += _canonical(word) if canonicalize else [word]
    return [tag for tag in dict.fromkeys(tags) if tag not in NOT_TAGS and len(tag) <= LONGEST]


def printed_tags(tags: Sequence[str]) -> list[str]:
    """Return stored tags without the present codes that were added behind old ones (T-3)."""
    pairs = zip(("", *tags), tags, strict=False)
    return [tag for before, tag in pairs if successors().get(before) != tag]


def _with_whole_phrases(lines: list[str]) -> list[str]:
    """Join lines that break a tag of several words: COUNTRY / CLEARANCE."""
    joined = lines[:1]
    for line in lines[1:]:
        if splits_phrase(joined[-1], line):
            joined[-1] += " " + line
        else:
            joined.append(line)
    return joined


def splits_phrase(line: str, following: str) -> bool:
    """Return whether a tag of several words starts in a line and ends in the next."""
    left, right = line.upper().split()[-3:], following.upper().replace(",", " ").split()[:3]
    return any(
        " ".join(left[start:] + right[:end]) in phrases()
        for start in range(len(left))
        for end in range(1, len(right) + 1)
    )


def _pieces(line: str) -> list[str]:
    """Return a line's tags and names of persons, without their punctuation."""
    parts = PARENTHESES.split(line)  # Every second part is the content of parentheses.
    commas = any("," in part or ";" in part for part in parts[::2])
    pieces = []
    for place, part in enumerate(parts):
        if place % 2 and (persons := _persons(part)):
            pieces += persons
        elif place % 2 and MARK.fullmatch(f"({part.strip()})"):
            continue
        elif commas or "," in part:
            for piece in re.split(r"[,;]", part):
                pieces += _from_piece(_words(piece))
        else:
            pieces += _by_tables(_words(part))
    return pieces


def _words(text: str) -> list[str]:
    return [word for word in (word.strip(EDGES) for word in text.split()) if word]


def _persons(text: str) -> list[str]:
    """Return "LAST, FIRST" for each pair of names in parentheses, [] if they are not names."""
    names = [" ".join(name.split()) for name in re.split(r"[,;]", text)]
    if len(names) < 2 or len(names) % 2 or not all(names):
        return []
    if any(name in _codes() for name in names) or all(map(is_known, names)):
        return []
    return [f"{last}, {first}" for last, first in zip(names[::2], names[1::2], strict=True)]


def _from_piece(words: list[str]) -> list[str]:
    """Return the tags between two commas: one, unless each word is a tag."""
    piece = " ".join(words)
    if not words or piece in phrases() or piece in tag_kinds():
        return words and [piece]
    if all(map(is_known, words)) or any(word in _codes() for word in words):
        return _by_tables(words)
    return [piece]


def _by_tables(words: list[str]) -> list[str]:
    """Return words as tags, joining those that are one tag in the tables, the longest first."""
    tags, place = [], 0
    while place < len(words):
        for end in range(min(len(words), place + 4), place, -1):
            phrase = " ".join(words[place:end])
            if end == place + 1 or phrase in phrases():
                tags.append(phrase)
                place = end
                break
    return tags


def _with_persons(words: list[str]) -> list[str]:
    """Join the names of persons that are printed without a comma between them: "LAST, FIRST".

    All pairs of names behind OVIP count, elsewhere those with a known surname.
    """
    joined: list[str] = []
    place, visit = 0, False
    while place < len(words):
        person, after = _person(words, place, visit=visit)
        joined.append(person or words[place])
        visit = visit or joined[-1] == "OVIP"
        place = after
    return joined


def _person(words: list[str], place: int, *, visit: bool) -> tuple[str, int]:
    """Return "LAST, FIRST" of the words at a place, "" if they are no names, and what follows."""
    last, *first = words[place].split(" ")
    after = place + 1
    if not first and after < len(words):
        first = words[after].split(" ")
        after += 1
    if not first or not (last in surnames() or (visit and " " not in words[place])):
        return "", place + 1
    if after < len(words) and len(first) == 1 and INITIAL.fullmatch(words[after]):
        first.append(words[after])
        after += 1
    initials = all(map(INITIAL.fullmatch, first[1:]))
    if not initials or not _may_be_name(last) or not _may_be_name(first[0]):
        return "", place + 1
    return f"{last}, {' '.join(first)}", after


def _may_be_name(word: str) -> bool:
    return NAME.fullmatch(word) is not None and not is_known(word) and word not in CAPTIONS


def _with_cut_phrases(words: list[str]) -> list[str]:
    """Cut tags off the phrases to which they were glued: HUMAN RIGHTSPHUM (T-3)."""
    cut: list[str] = []
    place = 0
    while place < len(words):
        pieces, after = _cut_phrase(words, place)
        cut += pieces or [words[place]]
        place = after
    return cut


def _cut_phrase(words: list[str], place: int) -> tuple[list[str], int]:
    """Return the phrase at a place and the tags glued to it, [] if there is none; what follows."""
    for phrase, size in _spaced_phrases():
        size = 1 if " " in words[place] else size
        text = " ".join(words[place : place + size])
        if phrase not in text or text == phrase:
            continue
        before, _, behind = text.partition(phrase)
        if " " in before + behind:
            continue
        pieces = [_glued(before), _glued(behind)]
        if all(known is not None for known in pieces):
            return [*(pieces[0] or ()), phrase, *(pieces[1] or ())], place + size
    return [], place + 1


def _glued(text: str) -> list[str] | None:
    """Return the known tags that some letters consist of; None if they do not."""
    if not text or is_known(text):
        return text.split()
    return _canonical(text) if text in typos() else _split_codes(text) or None


def _canonical(tag: str) -> list[str]:
    """Return the tags that a printed one means: misprint corrected, joined codes cut (T-3).

    Behind an old code stands the present one: the cable is in the lists of both.
    """
    if tag in successors():
        return [tag, successors()[tag]]
    if tag in typos():
        return typos()[tag].split("|")
    if tag in phrases():
        return [phrases()[tag]]
    if SHORTEST_JOINED <= len(tag) <= LONGEST_JOINED and tag.isalpha() and tag not in tag_kinds():
        return _split_codes(tag) or [tag]
    return [tag]


def _split_codes(tag: str) -> list[str]:
    """Return the codes that were printed without a blank, if there is one way to cut them (T-3).

    They have four letters; one of them may be a place, with two.
    """
    if len(tag) % 4 == 0:
        return _fours(tag) or []
    cuts = []
    for place in range(0, len(tag), 4):
        left, geo, right = tag[:place], tag[place : place + 2], tag[place + 2 :]
        if tag_kinds().get(geo) != "geo":
            continue
        before, after = _fours(left), _fours(right)
        if before is not None and after is not None:
            cuts.append([*before, geo, *after])
    return cuts[0] if len(cuts) == 1 else []


def _fours(text: str) -> list[str] | None:
    codes = [text[place : place + 4] for place in range(0, len(text), 4)]
    return codes if all(code in _codes() for code in codes) else None


@cache
def tag_kinds() -> dict[str, str]:
    """Return the known codes, in capitals, each with its kind (T-4)."""
    return {code: kind for code, kind, _ in table_cells("tags")}


@cache
def tag_meanings() -> dict[str, str]:
    """Return {code: what it stands for} of the codes that are explained."""
    return {code: label for code, _, label in table_cells("tags") if label}


@cache
def phrases() -> dict[str, str]:
    """Return {tag of several words: tag that it is stored as} (T-2)."""
    return dict(table_cells("tag_phrases"))


@cache
def _spaced_phrases() -> list[tuple[str, int]]:
    """Return (tag of several words, how many) of the `phrases`."""
    return [(phrase, phrase.count(" ") + 1) for phrase in phrases() if " " in phrase]


@cache
def typos() -> dict[str, str]:
    """Return {misprinted tag: the tags that were meant, joined by "|"} (T-3)."""
    return dict(table_cells("tag_typos"))


@cache
def successors() -> dict[str, str]:
    """Return {old code: the present code of the same place} (T-3)."""
    return dict(table_cells("tag_successors"))


@cache
def surnames() -> frozenset[str]:
    """Return the surnames that are known to stand in lists of tags (T-2): no index of people."""
    return frozenset(surname for (surname,) in table_cells("tag_surnames"))


@cache
def _codes() -> frozenset[str]:
    """Return the codes of four letters, for subjects and programs."""
    return frozenset(code for code, kind in tag_kinds().items() if kind in ("subject", "program"))


LONGEST_FILE_NUMBER = 48  # Characters of a file number, at most.
SUBJECTS = (
    "ACDA|AE|AGR|AID|AV|CR|CSM|CUL|DEF|ECIN|ECON|EDU|EDX|EGI|FN|FSE|FSV|FT|HLTH|INCO|INT|LAB|LEG"
    "|ORG|PET|POL|PPB|RAD|REF|SCI|SOC|SP|STR|TEL|TP|TR|UN"
)
# Countries, organizations or persons: "S VIET-US", "US/RELL", "EUR E".
PLACE = r"(?: [A-Z]{1,2})?(?: [A-Z]{1,8}(?:[-–—/][A-Z]{1,12})*)(?: [A-Z])?(?![\w’'])"
FILE_NUMBER = re.compile(
    rf"(?<![\w/-])(?:{SUBJECTS})(?: \([A-Z-]+\))? "
    rf"\d{{1,2}}(?:(?:[-–—]\d{{1,2}})+(?:{PLACE})?|(?![\d.,]*\d)(?:{PLACE}|(?! ?[a-z])))"
)


def find_file_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the file numbers in a text.

    A single number without a place is none if it counts something: "AID 15 projects".

    >>> [*find_file_numbers("in POL 15 S VIET.")]
    [(3, 16)]
    """
    for match in FILE_NUMBER.finditer(text):
        yield match.span()


def is_in_file_number(text: str, start: int, end: int) -> bool:
    """Return whether text[start:end] is part of a file number."""
    near = max(start - LONGEST_FILE_NUMBER, 0)
    spans = find_file_numbers(text[near : end + LONGEST_FILE_NUMBER])
    return any(first + near <= start and end <= last + near for first, last in spans)
