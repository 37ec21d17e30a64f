"""Whom a cable reached: what "to:saigon" finds, by names of posts and of those who wrote as them.

The lines TO and INFO, or the heading of an edited document, name the recipient. Headings of older
volumes name persons, "Mr. Fish to Mr. Washburne": each stands for the origin as which he writes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain

from rapidfuzz.distance import OSA

from ..models import Cable
from ..search_index.reader import IndexNotReady
from ..telegram.cities import OPEN
from ..telegram.fact_types import edition_of, label, values_of
from ..telegram.offices import OFFICE, SECRETARY, is_unnamed
from ..telegram.posts import missions_at, post_name, posts_named
from ..telegram.titles import recipient
from .list_counts import ListCounts
from .name_spellings import POSTS, folded
from .named_lists import NamedList, behind_field, names_of_lists
from .query import Operand, Question, parse_question

NAMED_UNTIL = datetime(1910, 1, 1, tzinfo=UTC)  # Later headings name offices.
# "Secretary of State Rusk", "Assistant Secretary of State for Fees (Rell)": of the Department,
# while he is not away, and of no other country.
OF_DEPARTMENT = re.compile(
    r"(?:the )?(?:(?:Acting|Deputy|Under|Assistant) ?)*Secretary of State\b(?!.*, (?:at|in|to) )"
    r"(?! of | for (?:Foreign|External|Home|War|India|Air|Commonwealth|Colon|Dominion|the |Scot))",
    re.IGNORECASE,
)
LONG_NAME = 4  # Letters of a surname in which one may be a misprint.
AT_HOME = {("washington",), ("department",)}  # As headings print the Department, in short.
# Of what "to:" finds.
TO_PERSONS = "{} also finds letters to persons, named in old headings, who wrote from there."


def with_persons(question: Question) -> Question:
    """Return a question whose "to:paris" also means the persons who wrote as a post there."""
    if not (question.recipients or question.without):
        return question
    with suppress(IndexNotReady):
        counts = ListCounts.current()
        recipients, meanings = [], [*question.meanings]
        for names in question.recipients:
            typed = " ".join(names[0].words)
            found = [] if names[0].quoted else [*_persons_named(typed, counts)]
            recipients.append((*names, *found))
            meanings += [TO_PERSONS.format(behind_field("to", typed))] * bool(found)
        return replace(
            question,
            recipients=tuple(recipients),
            without=tuple(map(with_persons, question.without)),
            meanings=tuple(meanings),
        )
    return question


def _persons_named(name: str, counts: ListCounts) -> Iterator[Operand]:
    """Yield the persons who wrote as the origins that a name means."""
    for slug in origins_named(name, counts):
        yield from _persons_at(counts.origins[slug][1], counts)


def received_by(slug: str, counts: ListCounts) -> Question:
    """Return the search for what an origin received under its names: to:saigon."""
    name = counts.origins[slug][0]
    posts = (each for each in _named(name, counts) if each.values == (slug,))
    post = next((each for each in posts if each.received), None)
    is_alone = post is None or _is_alone(post, counts)
    words = post.received.words if post and post.received and is_alone else behind_field("to", name)
    question = parse_question(words)
    named = chain(*question.recipients, _printed_names(name))
    if post and post.city:
        named = chain(*(_in_years(each, _years_of(post)) for each in named))
    named = chain(named, _persons_at(counts.origins[slug][1], counts))
    return replace(question, recipients=(tuple(named),))


def origins_named(name: str, counts: ListCounts) -> list[str]:
    """Return the slugs of the origins that a name means in a search, those with most cables first.

    "Department of State" is the Secretary of State; "Lima" are all that sent cables there.
    """
    for slug, (known, *_) in counts.origins.items():
        if known.casefold() == name.casefold():
            return [slug]
    words = folded(name.lower().removeprefix("the "))
    if words in AT_HOME and (home := [each for each in _named(SECRETARY, counts) if each.values]):
        return [home[0].values[0]]
    lists = {each.parameter: each for each in names_of_lists(counts).by_words.get(words, ())}
    if "origin" in lists:
        return [*lists["origin"].values]
    slugs: list[str] = []
    if "place" in lists:
        slugs = [*counts.place_pages[lists["place"].values[0]].origins]
    elif "country" in lists:
        slugs = [*counts.countries[lists["country"].values[0]][1]]
    return sorted(slugs, key=lambda slug: -counts.origins[slug][2])


def _printed_names(name: str) -> Iterator[Operand]:
    """Yield a post as headings print it: of "Consulate Beirut" "consul at Beirut"."""
    kind, _, city = name.removeprefix("US ").partition(" ")
    posts, bearers = POSTS.get(kind, ((), ()))
    for head in (*posts, *bearers, *(["mission"] if kind == "Mission" else [])):
        for between in ("at", "in"):
            words = (*head.split(), between, *folded(city))
            yield Operand(words, "to", respelt=True)


def _named(name: str, counts: ListCounts) -> list[NamedList]:
    """Return the lists of origins with a name."""
    lists = names_of_lists(counts).by_words.get(folded(name.removeprefix("the ")), ())
    return [each for each in lists if each.parameter == "origin"]


def _is_alone(post: NamedList, counts: ListCounts) -> bool:
    """Return whether a post is no consulate beside a mission: "to:paris" is not the consulate."""
    if not post.label.startswith("Consulate "):
        return True
    return not any(_named(f"{kind} {post.city}", counts) for kind in ("Embassy", "Legation"))


def _years_of(post: NamedList) -> list[tuple[int, int]]:
    """Return the years, first and last, in which a post was the mission in its city."""
    missions = [each for each in missions_at(post.city) if post.label == f"{each.rank} {post.city}"]
    return [(each.since, each.until) for each in missions] or [(0, OPEN)]


def _in_years(name: Operand, years: Iterable[tuple[int, int]]) -> Iterator[Operand]:
    for since, until in years:
        first, last = max(name.since, since), min(name.until, until)
        if first <= last:
            yield replace(name, since=first, until=last)


@lru_cache(maxsize=2)
def persons(counts: ListCounts) -> dict[tuple[str, str], int]:
    """Return {(surname, volume or chapter): the primary key of the origin as which he writes}.

    Headings name persons until 1906: "Mr. Fish to Mr. Washburne". Two of one name may write in
    one year, but seldom in one chapter: there it is the origin of most of his documents. Whoever
    does not write in it is who he is in the volume then. The volume or chapter is a label:
    "volume:frus1861/ch2".
    """
    wrote: dict[tuple[str, str], Counter[int]] = {}
    in_volumes: dict[str, dict[str, set[tuple[int, int]]]] = {}
    addressed: set[tuple[str, str, str, int]] = set()
    for key, sender, receiver, labels, year in Cable.objects.published().parties_before(
        NAMED_UNTIL
    ):
        if parts := _parts(labels):
            wrote.setdefault((printed_surname(sender), parts[-1]), Counter())[key] += 1
            in_volumes.setdefault(parts[0], {}).setdefault(printed_surname(sender), set()).add(
                (key, year)
            )
            if receiver and receiver[0].isupper():  # No "minister of foreign affairs".
                addressed.add((printed_surname(receiver), parts[0], parts[-1], year))
    offices = {key for name, key, _ in counts.origins.values() if not is_unnamed(name)}
    most = {place: keys.most_common(1)[0][0] for place, keys in wrote.items() if place[0]}
    found = {place: key for place, key in most.items() if key in offices}
    for surname, volume, chapter, year in addressed:
        origins = offices & _origins_of(surname, year, in_volumes[volume])
        if surname and (surname, chapter) not in wrote and len(origins) == 1:
            found[surname, chapter] = origins.pop()
    return found


def _origins_of(surname: str, year: int, writers: Mapping[str, set[tuple[int, int]]]) -> set[int]:
    """Return the origins, primary keys, as which those of a name write about a year.

    `writers` are those of a volume, {surname: (origin, year)}. If none has the name, it is a
    misprint of those that differ by a letter: "Mr. Greaham".
    """
    names = [surname] if surname in writers or len(surname) < LONG_NAME else writers
    return {
        key
        for name in names
        if OSA.distance(name, surname, score_cutoff=1) <= 1
        for key, then in writers.get(name, ())
        if abs(then - year) <= 1
    }


def _place(name: str, labels: Iterable[str]) -> tuple[str, str] | None:
    """Return the surname of a person and the narrowest part of a volume; None without them."""
    surname, parts = printed_surname(name), _parts(labels)
    return (surname, parts[-1]) if surname and parts else None


def printed_surname(name: str | None) -> str:
    """Return the surname of a person as searches read it; "" of an office."""
    if not name or OFFICE.search(name):
        return ""
    return next(reversed(folded(name.partition(" (")[0])), "")


def _parts(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the labels of the volume and of the parts of it in which a document stands."""
    return tuple(label("volume", part) for part in values_of("volume", labels))


def _persons_at(origin: int, counts: ListCounts) -> Iterator[Operand]:
    """Yield the surnames of those who wrote as an origin, in the parts of volumes where they do."""
    parts: dict[str, list[str]] = {}
    for (surname, part), key in persons(counts).items():
        if key == origin:
            parts.setdefault(surname, []).append(part)
    for surname, several in parts.items():
        yield Operand((surname,), "to", respelt=True, parts=tuple(several))


def recipient_of(cable: Cable, counts: ListCounts) -> str:
    """Return the slug of the origin to which a cable is addressed first; "" if none here is."""
    if is_unnamed(cable.origin.name):
        return ""
    printed = recipient(cable.header, edition_of(cable.facts))
    return addressed_origin(printed, cable.origin_id, cable.labels, cable.created, counts)


def addressed_origin(
    printed: str, origin: int | None, labels: Iterable[str], sent_at: datetime, counts: ListCounts
) -> str:
    """Return the slug of the origin, or of that of a person, who is printed as the recipient."""
    if slug := _addressed(printed, origin, sent_at.year, counts):
        return slug
    place = _place(printed, labels) if printed and sent_at < NAMED_UNTIL else None
    person = persons(counts).get(place) if place else None
    return slugs_by_key(counts).get(person, "") if person and person != origin else ""


@lru_cache(maxsize=2)
def slugs_by_key(counts: ListCounts) -> dict[int, str]:
    """Return {primary key of an origin: its slug}."""
    return {key: slug for slug, (_, key, _) in counts.origins.items()}


def _addressed(printed: str, origin: int | None, year: int, counts: ListCounts) -> str:
    """Return the slug of the origin that is printed as the recipient of what an origin sent."""
    if not printed:
        return ""
    printed = posts_named(printed.removeprefix("the "))[0]
    post = post_name(printed, "", year)
    department = SECRETARY if OF_DEPARTMENT.match(printed) else ""
    named = chain(*(_named(name, counts) for name in (post, printed, department)))
    slugs = (each.values[0] for each in named if len(each.values) == 1)
    return next((each for each in slugs if counts.origins[each][1] != origin), "")
