"""Read the citation of a document in a volume of Foreign Relations, as books and notes print it.

FRUS, 1961–1963, vol. XV, doc. 78       Foreign Relations 1964–68, XXII, pp. 4–6
FRUS 1894, App. I, p. 12                frus1961-63v15 226
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

DASHES = re.compile(r"\s?[‐‑‒–—]\s?")
CITATION = re.compile(
    r"(?<![A-Z])(?<!VOLUME:)(?<!VOLUME:[ \"])(?:"
    r"(?:(?:PAPERS RELATING TO (?:THE )?)?FOREIGN RELATIONS|PAPERS RELATING TO FOREIGN AFFAIRS"
    r"|DIPLOMATIC CORRESPONDENCE|(?:FOR|DIPL?)\.? (?:REL|CORR?)\b\.?)"
    r"(?: OF THE (?:UNITED STATES|U\. ?S\.|US))?|F\.? ?R\.? ?U\.? ?S\.?)"
    r"[^A-Z\d]{0,6}(?:DIPLOMATIC PAPERS[^A-Z\d]{1,4})?"
    r"(?P<first>1[89]\d\d)(?:[-/](?:1[89])?(?P<last>\d\d))?(?!\d)(?P<rest>.{0,250})"
)
NUMBER = r"(?:[IVXL]+|\d{1,3})(?![A-Z\d])"
# The volume follows the years, or is named behind a title: "1943, The Far East, vol. III".
VOLUME = re.compile(
    rf"^[\s,:;./]*(?:VOL(?:UME)?S?\b\.?\s*|V\.?\s*(?=\d))?(?P<first>(?:E-? ?)?{NUMBER})"
    rf"|\bVOL(?:UME)?S?\b\.?\s*(?P<named>(?:E-? ?)?{NUMBER})"
)
PART = re.compile(rf"\b(?:PART|PT)\b\.?\s*({NUMBER})")
APPENDIX = re.compile(rf"\bAPP(?:ENDIX)?\b\.?\s*({NUMBER})")
NUMBERS = r"(\d{1,4})(?!\d)[A-Z]?(?:-(\d{1,4}))?(?:,? (?:AND|&) (\d{1,4}))?"
DOCUMENT = re.compile(
    rf"\b(?:DO[CK](?:UMENT)?S?\b\.?\s*(?:N[OR]S?\b\.?\s*)?|N[OR]S?\b\.?\s*){NUMBERS}"
)
PAGE = re.compile(rf"(?:\b(?:PP?|PGS?|PAGES?)\b\.?\s*|(?<=[\dIVXL]):\s*){NUMBERS}")
# Right behind what names the volume. A year is no document.
BARE = re.compile(r"(?:[\s,#/]*D|[\s,#/]+(?!(?:1[89]|20)\d\d|2100))(\d{1,4})[\s.)]*$")
GLUED = re.compile(r"^(?:(?:VE?|P|APP)\d+(?:-\d+)?)+")  # As in the name of a volume.
IN_NAME = re.compile(r"(ve?|p|app)(\d{1,3})(?:-(\d{1,3}))?", re.IGNORECASE)
ROMAN = dict(zip("IVXL", (1, 5, 10, 50), strict=True))
NAMING = (GLUED, VOLUME, PART, APPENDIX)
CITED_BY_NUMBER = "1952"  # The first year of volumes that are cited by document, not by page.
YEARS = re.compile(r"\D*(?P<first>\d{4})(?:-(?P<last>\d{2}))?")
MOST = 100  # Documents or pages of one citation.


@dataclass(frozen=True, slots=True)
class VolumeCitation:
    """A volume, and which documents or pages of it are cited."""

    years: str  # As in names of volumes: "1961-63".
    numbers: dict[str, int]  # {"v": volume, "ve": electronic volume, "p": part, "app": appendix}
    words: str  # What stands behind the years, in small letters.
    is_whole: bool = False  # Whether nothing but the volume is named.
    documents: tuple[int, ...] = ()
    pages: tuple[int, ...] = ()
    # What names the series with the years, and the volume, in the text as even() returns it.
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def document(self) -> str:
        """The reference of the one document, as its volume is usually named, or ""."""
        is_old = self.years < "1900"
        order = ("app", "p", "v") if is_old else ("app", "v", "ve", "p")
        parts = [
            f"{kind}{self.numbers[kind]:0{1 if is_old or kind[0] != 'v' else 2}}"
            for kind in order
            if kind in self.numbers
        ]
        found = [f"FRUS{self.years}{''.join(parts)}-D{each}".upper() for each in self.documents]
        return found[0] if len(found) == 1 else ""

    def among(self, volumes: Iterable[str]) -> list[str]:
        """Return the volumes of these that it can mean: all parts, if it names none."""
        found = {name: word for name in volumes if (word := self._word_of(name)) is not None}
        return [name for name in found if found[name]] or list(found)

    def _word_of(self, name: str) -> str | None:
        """Return a word in the name of a volume, "" without one; None if that is another one."""
        rest = name.lower().removeprefix(f"frus{self.years}")
        held = {kind: (first, last or first) for kind, first, last in IN_NAME.findall(rest)}
        word = IN_NAME.sub("", rest).removeprefix("m")
        if rest == name.lower() or word not in self.words or held.keys() - self.numbers - {"p"}:
            return None
        agree = all(
            kind in held and int(held[kind][0]) <= number <= int(held[kind][1])
            for kind, number in self.numbers.items()
        )
        return word if agree else None


def find_volume_citation(text: str) -> VolumeCitation | None:
    """Return the first citation of a volume in a text, None without one."""
    text = even(text).upper()
    if not (match := CITATION.search(text)):
        return None
    rest, last = match["rest"], match["last"]
    years = f"{match['first']}-{last}" if last else match["first"]
    named = [each for pattern in NAMING if (each := pattern.search(rest))]
    end = max((each.end() for each in named), default=0)
    documents, pages = _listed(DOCUMENT.search(rest)), _listed(PAGE.search(rest))
    if named and not (documents or pages) and (bare := BARE.match(rest, end)):
        is_page = years < CITED_BY_NUMBER and not rest[0].isalpha()
        documents, pages = ((), (int(bare[1]),)) if is_page else ((int(bare[1]),), ())
    is_whole = not re.search(r"\w", text[: match.start()] + rest[end:])
    numbers = dict(_numbers(named))
    pages = () if documents else pages
    after, begins = match.start("rest"), min((each.start() for each in named), default=end)
    spans = (match.start(), after), (after + begins, after + end)
    return VolumeCitation(years, numbers, rest.lower(), is_whole, documents, pages, spans)


def even(text: str) -> str:
    """Return a text with single blanks, all its dashes as "-"."""
    return DASHES.sub("-", " ".join(unquote(text).replace("+", " ").split()))


def _numbers(named: list[re.Match[str]]) -> Iterator[tuple[str, int]]:
    """Yield the numbers of what stands behind the years: ("v", 15), ("p", 2)."""
    for each in named:
        if each.re is GLUED:
            yield from ((kind.lower(), int(n)) for kind, n, _ in IN_NAME.findall(each[0]))
        elif each.re is VOLUME and named[0].re is not GLUED:
            number = each["first"] or each["named"]
            yield "ve" if number[0] == "E" else "v", _number(number.lstrip("E- "))
        elif each.re is not VOLUME:
            yield "p" if each.re is PART else "app", _number(each[1])


def _number(written: str) -> int:
    """Return a number in Arabic or Roman digits."""
    if written.isdecimal():
        return int(written)
    values = [ROMAN[sign] for sign in written]
    return sum(
        -one if one < following else one
        for one, following in zip(values, [*values[1:], 0], strict=True)
    )


def _listed(match: re.Match[str] | None) -> tuple[int, ...]:
    """Return the numbers that are named: "4–6", "226–28", "78 and 79"."""
    if not match:
        return ()
    first, last, other = match.groups()
    end = int(f"{first[: -len(last)]}{last}" if last and len(last) < len(first) else last or first)
    named = [*range(int(first), min(end, int(first) + MOST) + 1)] or [int(first)]
    return (*named, *([int(other)] if other else []))


def years_of_volume(volume: str) -> tuple[int, int]:
    """Return the first and the last year in the name of a volume; 0 if it has none.

    >>> years_of_volume("frus1961-63v15")
    (1961, 1963)
    """
    match = YEARS.match(volume)
    first = int(match["first"]) if match else 0
    return first, int(f"{first // 100}{match['last']}") if match and match["last"] else first
