"""The times that a question names, and the lists of the archive by the names that people type.

"Embassy Saigon", "Saigon embassy" and "the embassy in Viet-Nam" name one list. Questions are read
with these names (understand.py).
"""

import re
from calendar import month_abbr, month_name
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from itertools import product

from ..glossary.entries import distributions
from ..models import Tag
from ..telegram.cities import names_of, periods_of
from ..telegram.dates import is_month
from .list_counts import ListCounts
from .name_spellings import OFFICES, POSTS, Words, all_spellings, folded
from .query_parts import OPERATORS, is_plain_word

DAY = timedelta(days=1)
YEAR = r"(?:1[789]|20)\d\d"
A_YEAR = re.compile(YEAR)
BETWEEN = r"(?:-|[ ](?:(?:and|to|until|till|through)[ ])?)"


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """Some days in a row. A side without a limit is None."""

    first: date | None
    last: date | None
    words: str  # With its preposition: "in October 1963", "before 1963".

    def meets(self, first_month: date, last_month: date) -> bool:
        """Return whether it has a day from the first month to the last, by their first days."""
        end = (last_month + 31 * DAY).replace(day=1)
        return (self.first or first_month) < end and (self.last or last_month) >= first_month

    def parameters(self) -> dict[str, str]:
        """Return the filters of lists that select it."""
        days = {"created_after": self.first, "created_before": self.last}
        return {name: day.isoformat() for name, day in days.items() if day}


def find_time(text: str) -> tuple[int, TimeSpan] | None:
    """Return (characters, span) of the time that a text in small letters begins with, or None.

    Words are separated by single blanks, parts of a word by "-".
    """
    match = _pattern().match(text)
    span = _span(match) if match else None
    return (match.end(), span) if match and span else None


@cache
def _months() -> dict[str, int]:
    """Return {name or abbreviation: number} of the months, in small letters."""
    names = {month_name[month].lower(): month for month in range(1, 13)}
    short = {month_abbr[month].lower(): month for month in range(1, 13)}
    return {**names, **short, "sept": 9}


@cache
def _pattern() -> re.Pattern[str]:
    month = "|".join(sorted(_months(), key=len, reverse=True))
    day = r"\d{1,2}(?:st|nd|rd|th)?"
    return re.compile(
        rf"""(?:(?P<side>before|until|till|after|since)[ ])?(?:(?:early|late|mid)[ -])?(?:
        (?:(?:between|from)[ ])?(?P<from>{YEAR}){BETWEEN}(?P<to>{YEAR})
        | (?P<years>{YEAR})-(?P<short>\d\d)
        | (?P<iso>{YEAR}-\d\d(?:-\d\d)?)
        | (?:(?P<day>{day})[ ])?(?P<month>{month})(?:[ ](?P<of>{day}))?(?:[ ]of)?[ ](?P<year>{YEAR})
        | (?P<in>{YEAR})[ ](?:(?P<first>{day})[ ])?(?P<named>{month})(?:[ ](?P<second>{day}))?
        | (?:the[ ])?(?P<decade>(?:1[789]|20)\d0)s
        | (?P<only>{YEAR})
        )(?=[ ]|$)""",
        re.VERBOSE,
    )


def _span(match: re.Match[str]) -> TimeSpan | None:
    try:
        found = _days(match)
    except ValueError:  # "31 June 1963".
        return None
    return _beside(found, match["side"]) if found else None


def _days(match: re.Match[str]) -> tuple[date, date, str] | None:
    """Return (first day, last day, words) of a match. Raises ValueError if there is no such day."""
    if match["from"] or match["years"]:
        first = int(match["from"] or match["years"])
        last = int(match["to"] or f"{first // 100}{match['short']}")
        if match["years"] and first >= last:
            return _dated(match["years"] + "-" + match["short"])
        first, last = sorted((first, last))
        if first == last:
            return _year(first)
        return date(first, 1, 1), date(last, 12, 31), f"from {first} to {last}"
    if match["iso"]:
        return _dated(match["iso"])
    if name := match["month"] or match["named"]:
        month = f"{match['year'] or match['in']}-{_months()[name]:02}"
        day = match["day"] or match["of"] or match["first"] or match["second"]
        return _dated(f"{month}-{int(day.rstrip('stndrh')):02}" if day else month)
    if match["decade"]:
        first = int(match["decade"])
        return date(first, 1, 1), date(first + 9, 12, 31), f"in the {first}s"
    return _year(int(match["only"]))


def _year(year: int) -> tuple[date, date, str]:
    return date(year, 1, 1), date(year, 12, 31), f"in {year}"


def _dated(iso: str) -> tuple[date, date, str]:
    """Return the days of "1963-11" or "1963-11-02", and their words."""
    if len(iso) > len("1963-11"):
        day = date.fromisoformat(iso)
        return day, day, f"on {day:%-d %B %Y}"
    first = date.fromisoformat(f"{iso}-01")
    last = (first + 31 * DAY).replace(day=1) - DAY
    return first, last, f"in {first:%B %Y}"


def _beside(found: tuple[date, date, str], side: str | None) -> TimeSpan:
    """Return the span of some days, or that before or after them."""
    first, last, words = found
    named = words.partition(" ")[2]
    if side == "before":
        return TimeSpan(None, first - DAY, f"before {named}")
    if side in ("until", "till"):
        return TimeSpan(None, last, f"until {named}")
    if side == "after":
        return TimeSpan(last + DAY, None, f"after {named}")
    if side == "since":
        return TimeSpan(first, None, f"since {named}")
    return TimeSpan(first, last, words)


LONGEST_NAME = 6  # Parts, of a name beside "or".
MOST_ALTERNATIVES = 5  # Origins that one name stands for; a list is narrowed by no more.


@dataclass(frozen=True, slots=True)
class NamedList:
    """One list, or several that share a name.

    `sort` is "post", "office", "place", "country", "tag", "caption", "text" or "classification".
    """

    sort: str
    label: str
    parameter: str  # The filter of lists that selects it.
    values: tuple[str, ...]  # Of the filter; any suffices.
    city: str = ""  # Of a post.


@dataclass(frozen=True)
class ListNames:
    """All names, as words in small letters, with the lists that each stands for."""

    by_words: dict[Words, list[NamedList]] = field(default_factory=dict)

    @cached_property
    def most_words(self) -> int:
        return max(map(len, self.by_words), default=0)

    def add(self, names: Iterable[Words], named: NamedList) -> None:
        """Add the names of a list; of two posts with one name the first keeps it."""
        for words in names:
            known = self.by_words.setdefault(words, [])
            if words and all(each.parameter != named.parameter for each in known):
                known.append(named)


@lru_cache(maxsize=2)
def names_of_lists(counts: ListCounts) -> ListNames:
    """Return the names of the lists of an edition of the archive."""
    found = ListNames()
    for named, names in _all(counts):
        found.add(names, named)
    found.by_words.pop((), None)
    return found


def bound_by_or(parts: Sequence[str], counts: ListCounts) -> list[str]:
    """Return parts of a question, names beside "or" in quotation marks: it joins them whole.

    So "Legation London or treaty" finds the same as "treaty or Legation London". Of "London or
    Paris Embassy Moscow" the name is not "Paris Embassy"; "June or July 1948" are two months.
    """
    bound = list(parts)
    for at in (at for at, part in enumerate(parts) if part.lower() in OPERATORS):
        before = ((start, at) for start in range(max(at - LONGEST_NAME, 0), at - 1))
        after = ((at + 1, end) for end in range(min(at + LONGEST_NAME, len(parts)), at + 2, -1))
        for spans in (before, after):
            for start, end in (each for each in spans if _is_bound(parts, *each, counts)):
                bound[start:end] = [f'"{" ".join(parts[start:end])}"', *[""] * (end - start - 1)]
                break
    return [part for part in bound if part]


def _is_bound(parts: Sequence[str], start: int, end: int, counts: ListCounts) -> bool:
    """Return whether parts[start:end] are a name, and no word of it belongs to one beside it."""
    if not _is_name(parts[start:end], counts) or (
        start > 1 and parts[start - 1].lower() in OPERATORS and is_month(parts[start - 2])
    ):
        return False
    lengths = range(1, LONGEST_NAME)
    beside = [each for n in lengths for each in (parts[max(start - n, 0) : start], parts[end:][:n])]
    shared = [[*each, parts[start]] for each in beside[::2]]
    shared += [[parts[end - 1], *each] for each in beside[1::2]]
    is_shared, is_beside = (
        any(_is_name(each, counts) for each in names) for names in (shared, beside)
    )
    return is_beside or not is_shared


def _is_name(parts: Sequence[str], counts: ListCounts) -> bool:
    """Return whether several parts are the name of a list, or a month with its year."""
    words = folded(" ".join(parts))
    if min(len(parts), len(words)) < 2 or not all(map(is_plain_word, parts)):
        return False
    lists = names_of_lists(counts).by_words.get(words, ())
    time = find_time(" ".join(words)) if any(map(is_month, words)) else None
    is_time = time is not None and time[0] == len(" ".join(words))
    return is_time or any(each.sort != "tag" for each in lists)


def _all(counts: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    yield from _posts(counts)
    yield from _posts_of_countries(counts)
    yield from _offices(counts)
    for slug, place in counts.place_pages.items():
        names = [place.name, *(other.name for other in names_of(place.name))]
        yield NamedList("place", place.name, "place", (slug,)), _in_all_spellings(names)
    for slug, (name, _) in counts.countries.items():
        yield NamedList("country", name, "country", (slug,)), _names_of_country(counts, slug)
    for code in counts.tags:
        meaning, kind = counts.glossary.get(code, ("", ""))
        if "," not in code and kind != Tag.Kind.UNKNOWN.label:  # Others can be persons.
            named = NamedList("tag", f"{code}, {meaning}" if meaning else code, "tag", (code,))
            yield named, [folded(code), folded(meaning)]
    yield from _markings(counts)


def _markings(counts: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    """Yield captions, what texts are ("excised"), and classifications."""
    for codes in distributions():
        if held := tuple(code for code in codes if code in counts.captions)[:MOST_ALTERNATIVES]:
            yield NamedList("caption", " or ".join(held), "caption", held), map(folded, codes)
    for slug, label in counts.texts.items():
        yield NamedList("text", label, "text", (slug,)), [folded(label)]
    for slug, (known, _) in counts.classifications.items():
        named = NamedList("classification", known.label, "classification", (slug,))
        yield named, [folded(known.label)]


def _posts(counts: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    """Yield the posts with a city: by their word for a post, and by the persons who write as it."""
    for slug, (name, *_) in _by_cables(counts):
        for kind, (posts, persons) in POSTS.items():
            if name.startswith(f"{kind} "):
                facts = counts.places.get(slug)
                names = [name, *(facts.names if facts else ())]
                named = [each for each in names if each.startswith(f"{kind} ")]
                cities = _in_all_spellings(each.removeprefix(f"{kind} ") for each in named)
                city = name.removeprefix(f"{kind} ")
                post = NamedList("post", name, "origin", (slug,), city)
                office = NamedList("office", name, "origin", (slug,), city)
                yield post, _arranged(posts, cities, ("in", "at"), bare=True)
                yield office, _arranged(persons, cities, ("in", "at"))


def _posts_of_countries(counts: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    """Yield the posts of each country together: "the embassy in Vietnam"."""
    for country in counts.countries:
        origins = counts.countries[country][1]
        for kind, (posts, persons) in POSTS.items():
            slugs = [slug for slug in origins if counts.origins[slug][0].startswith(f"{kind} ")]
            if slugs := slugs[:MOST_ALTERNATIVES]:
                label = " or ".join(counts.origins[slug][0] for slug in slugs)
                names = [*_names_of_country(counts, country)]
                post = NamedList("post", label, "origin", tuple(slugs))
                office = NamedList("office", label, "origin", tuple(slugs))
                yield post, _arranged(posts, names, ("in",))
                yield office, _arranged(persons, names, ("in", "to"))


def _offices(counts: ListCounts) -> Iterator[tuple[NamedList, Iterable[Words]]]:
    """Yield all other origins, by their own name and by the offices of their heads."""
    for slug, (name, *_) in _by_cables(counts):
        if not any(name.startswith(f"{kind} ") for kind in POSTS):
            names = [name, *filter(None, OFFICES.get(name, "").split("|"))]
            yield NamedList("office", name, "origin", (slug,)), map(folded, names)


def _by_cables(counts: ListCounts) -> list[tuple[str, tuple[str, int, int]]]:
    """Return the origins, those with the most cables first: a shared name means the first."""
    return sorted(counts.origins.items(), key=lambda item: -item[1][2])


def _names_of_country(counts: ListCounts, slug: str) -> Iterable[Words]:
    """Return the names of a country, those of earlier times too."""
    codes = [code for code, known in counts.country_codes.items() if known == slug]
    former = [period.name for code in codes for period in periods_of(code)]
    return _in_all_spellings([counts.countries[slug][0], *former])


def _in_all_spellings(names: Iterable[str]) -> list[Words]:
    return [spelt for name in names for spelt in all_spellings([name])]


def _arranged(
    words: Iterable[str], places: Iterable[Words], between: Iterable[str], bare: bool = False
) -> Iterator[Words]:
    """Yield "embassy in Lima"; if bare "embassy Lima" and "Lima embassy" too."""
    for word, place in product(words, [*places]):
        post = tuple(word.split())
        yield from (post + (each,) + place for each in between)
        if bare:
            yield post + place
            yield place + post
