"""What a question and its filters find: how many cables, of which kinds, and in which order.

The cables are matched once, through the index of words, for the count and all facets together.
How they are put in order then depends on that count (docs/decisions, 8): few are sorted; of
many, the index of the order is walked until enough are found. What was counted and ordered is
kept until the archive changes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connections, transaction
from psycopg.errors import QueryCanceled

from .asking import Question
from .filters import RELEVANCE, CableFilter
from .models import Cable
from .querysets import ORDERS, READER, USUAL_ORDER, in_sql
from .ranking import RANK_ALL, ranked
from .tallies import Tallies

PAGE_SIZE = 20
MOST_TAGS = 20
MOST_MILLISECONDS = 2_000
MEMORY = "32MB"  # Of the database, for what a quarter of a million cables are counted by.
STRETCH = 2_000  # Keys that are put in order and kept together: a hundred pages.
# Looking at one cable of an index in its order takes as long as matching and sorting so many.
WALKING = 11
# Facet -> the filters that choose one of its values.
FACETS = {
    "origin": ("origin",),
    "country": ("country",),
    "tag": ("tag",),
    "classification": ("classification",),
    "year": ("created_after", "created_before"),
}
# Left to itself, PostgreSQL reads the whole table for a word that many cables have: it does not
# know that each vector is fetched from elsewhere.
BY_WORDS = {"enable_bitmapscan": "on", "enable_indexscan": "off", "enable_seqscan": "off"}
BY_ORDER = {"enable_bitmapscan": "off", "enable_indexscan": "on", "enable_seqscan": "off"}
MATCHED = "WITH matched (cable, origin, classification, created, tags) AS MATERIALIZED ({})"
COUNTED = ("pk", "origin", "classification", "created", "tags")
COUNTS = {
    # Where there are few, they need not be matched once more to be put in order.
    "keys": f"(SELECT 'keys', cable::text, 1 FROM matched LIMIT {STRETCH + 1})",
    "origin": "SELECT 'origin', origin::text, count(*) FROM matched GROUP BY origin",
    "classification": """SELECT 'classification', classification, count(*) FROM matched
        GROUP BY classification""",
    "year": """SELECT 'year', to_char(month, 'YYYY-MM-DD'), cables FROM (
        SELECT date_trunc('month', created AT TIME ZONE 'UTC') AS month, count(*) AS cables
        FROM matched GROUP BY month) AS months""",
    # Tags with a comma name a person: people are no index.
    "tag": f"""(SELECT 'tag', tag, count(*) FROM matched, unnest(tags) AS tag
        GROUP BY tag HAVING position(',' in tag) = 0
        ORDER BY count(*) DESC, tag LIMIT {MOST_TAGS})""",
}


class TooSlow(Exception):
    """The database gave up: the question is to be narrowed."""


@contextmanager
def in_time():
    """Give each question of the reader two seconds. Raises TooSlow."""
    try:
        with transaction.atomic(using=READER):
            set_for_now(statement_timeout=MOST_MILLISECONDS, jit="off", work_mem=MEMORY)
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def set_for_now(**settings):
    """Change settings of the database until the end of the transaction."""
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    with connections[READER].cursor() as cursor:
        given = [str(each) for setting in settings.items() for each in setting]
        cursor.execute(f"SELECT {calls}", given)


@dataclass(frozen=True)
class Answer:
    """What was found. Each facet has (value, name, cables), the most first; years, the first."""

    filters: CableFilter
    total: int
    months: dict[date, int]  # Months in which they were sent, as first days, earliest first.
    facets: dict[str, list[tuple[str, str, int]]]
    found: "Found"

    @property
    def years(self) -> dict[int, int]:
        """Cables by the year in which they were sent, whatever years are asked for."""
        return {int(year): cables for year, _, cables in self.facets["year"]}

    @cached_property
    def keys(self) -> list[int]:
        """The primary keys of the page that is asked for; none past the last one."""
        asked = self.filters.data.get("page", "1")
        page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1
        start = max(page - 1, 0) * PAGE_SIZE
        return self.found[start : start + PAGE_SIZE]

    def address(self, facet: str, value: str) -> str:
        """Return the address of what has a value of a facet, instead of another of that facet."""
        if facet == "year":
            days = {"created_after": f"{value}-01-01", "created_before": f"{value}-12-31"}
            return self.filters.address(**days)
        return self.filters.address(**{facet: value})


class Found(Sequence):
    """The primary keys of all that was found, in the order asked for. Raises TooSlow.

    They are read as they are needed, a stretch at a time, and kept, so that the hundredth page
    is as fast as the first.
    """

    def __init__(self, filters: CableFilter, total: int, few: list[int]):
        self.filters = filters
        self.total = total
        self.few = few  # All of them, in no order; none if they are many.

    def __len__(self):
        return self.total

    def __getitem__(self, place):
        if isinstance(place, int):
            return self[place : place + 1 or None][0]
        start, stop, step = place.indices(self.total)
        if stop <= start:
            return []
        first, last = start // STRETCH, (stop - 1) // STRETCH
        keys = [key for number in range(first, last + 1) for key in self.stretch(number)]
        return keys[start - first * STRETCH : stop - first * STRETCH : step]

    def __iter__(self) -> Iterator[int]:
        for number in range(-(-self.total // STRETCH)):
            yield from self.stretch(number)

    def stretch(self, number: int) -> list[int]:
        """Return the keys of one stretch, counted from 0."""
        start = number * STRETCH
        end = min(start + STRETCH, self.total)
        name = f"found-{number}-{self.filters.order}"
        return kept(self.filters, name, lambda: self.read(start, end))

    def read(self, start, end):
        """Return the keys from one place to another."""
        with in_time():
            if self.filters.order != RELEVANCE:
                return self.ordered(self.filters.order, start, end)
            if self.total > RANK_ALL:
                return self.subjects_first(start, end)
            return list(ranked(self.cables(), self.filters.question, end - start, start))

    def cables(self):
        """What was found, in no order."""
        if self.few:
            return Cable.objects.published().filter(pk__in=self.few)
        return by_words(self.filters)

    def subjects_first(self, start, end):
        """Those whose subject answers the question, then the others; the latest released first."""
        answering = by_words(self.filters).with_subject(self.filters.question)
        first = dict.fromkeys(sort(answering, USUAL_ORDER, 0, end))
        others = self.ordered(USUAL_ORDER, 0, end) if len(first) < end else []
        return list(first | dict.fromkeys(others))[start:end]

    def ordered(self, order, start, end):
        if self.walks(end):
            return list(by_order(self.filters, order).primary_keys()[start:end])
        return sort(self.cables(), order, start, end)

    def walks(self, end: int) -> bool:
        """Whether the index of the order is the faster way to so many of what was found.

        Of each cable that it passes, the vector is read. To match and sort them all, that of
        none is.
        """
        return end * self.filters.tallies.total * WALKING < self.total**2


def by_words(filters: CableFilter, *without: str):
    """Return what is found, but for some filters, and say that it is to be found by its words.

    Where no words are looked for, PostgreSQL finds it as it likes.
    """
    question = filters.question
    if not (question.tsquery or question.recipients):
        return filters.sifted(Cable.objects.published().matching(question), *without)
    set_for_now(**BY_WORDS)
    return filters.sifted(Cable.objects.found(question), *without)


def by_order(filters: CableFilter, order: str):
    """Return what is found in an order, and say that it is to be found along that."""
    question = filters.question
    if question.tsquery or question.recipients:
        set_for_now(**BY_ORDER)
    return filters.sifted(Cable.objects.published().matching(question)).listed(order)


def sort(cables, order: str, start: int, end: int) -> list[int]:
    """Return some primary keys of cables in an order, by matching and sorting all of them."""
    columns = [column.removeprefix("-") for column in ORDERS[order]]
    try:
        sql, params = cables.values_list("pk", *columns).query.sql_with_params()
    except EmptyResultSet:
        return []
    with connections[READER].cursor() as cursor:
        cursor.execute(
            f"WITH matched (cable, {', '.join(columns)}) AS MATERIALIZED ({sql})"
            f" SELECT cable FROM matched ORDER BY {in_sql(order)} LIMIT %s OFFSET %s",
            [*params, end - start, start],
        )
        return [key for (key,) in cursor]


def answer(request, question: Question, tallies: Tallies) -> Answer:
    """Return what a question and the filters in a query string find. Raises TooSlow."""
    cables = Cable.objects.published().matching(question)
    filters = CableFilter(request, cables, tallies, question)
    counts = kept(filters, "counts", lambda: count_all(filters))
    months = {date.fromisoformat(month): cables for month, cables in counts["months"].items()}
    return Answer(
        filters=filters,
        total=counts["total"],
        months=dict(sorted(months.items())),
        facets=named(counts, tallies),
        found=Found(filters, counts["total"], counts["keys"]),
    )


def kept(filters: CableFilter, name: str, make):
    """Return what was made of this question and these filters, or make it.

    It is kept under the number of the archive's state, and in no order of its own.
    """
    asked = [pair for pair in filters.asked if pair[0] != "sort"]
    digest = sha256(repr(asked).encode()).hexdigest()
    key = f"answer-{filters.tallies.state}-{digest}-{name}"
    return cache.get_or_set(key, make, timeout=None)


def count_all(filters: CableFilter) -> dict:
    """Return {"total", "months", and each facet: {value as the database has it: cables}}.

    All is counted in one pass, but for a facet of which a value is chosen: that counts as if
    none were, since its links replace the choice.
    """
    with in_time():
        counts = count(filters, COUNTS)
        counts["total"] = sum(counts["classification"].values())
        counts["keys"] = [int(key) for key in counts["keys"]]
        if counts["total"] > STRETCH:
            counts["keys"] = []
        counts["months"] = counts["year"]
        counts["country"] = counts["origin"]
        on = {name for name, _ in filters.asked}
        for facet, names in FACETS.items():
            if on & set(names):
                column = "origin" if facet == "country" else facet
                counts[facet] = count(filters, [column], *names)[column]
    return counts


def count(filters: CableFilter, columns, *without: str) -> dict[str, dict[str, int]]:
    """Return {column: {value: cables}} of columns in COUNTS, but for some filters."""
    on = {name for name, _ in filters.asked} - {"sort"}
    if on <= set(without):
        return whole(filters.tallies)
    counts = {column: {} for column in columns}
    try:
        matched = by_words(filters, *without).values_list(*COUNTED).query
        sql, params = matched.sql_with_params()
    except EmptyResultSet:
        return counts
    branches = " UNION ALL ".join(COUNTS[column] for column in columns)
    with connections[READER].cursor() as cursor:
        cursor.execute(f"{MATCHED.format(sql)} {branches}", params)
        for column, value, cables in cursor:
            counts[column][value] = cables
    return counts


def whole(tallies: Tallies) -> dict[str, dict[str, int]]:
    """Return the same of the whole archive, which is counted already; its keys are too many."""
    most = sorted(tallies.tags.items(), key=lambda tag: (-tag[1], tag[0]))
    return {
        "keys": {},
        "origin": {str(key): cables for _, key, cables in tallies.origins.values()},
        "classification": {known.value: n for known, n in tallies.classifications.values()},
        "year": {month.isoformat(): cables for month, cables in tallies.created.items()},
        "tag": dict(most[:MOST_TAGS]),
    }


def named(counts: dict, tallies: Tallies) -> dict[str, list[tuple[str, str, int]]]:
    """Return {facet: [(value in addresses, name, cables)]}."""
    of_origin, of_country = counts["origin"], counts["country"]
    origins = [
        (slug, name, of_origin.get(str(key), 0)) for slug, (name, key, _) in tallies.origins.items()
    ]
    countries = [
        (slug, name, sum(of_country.get(str(tallies.origins[each][1]), 0) for each in slugs))
        for slug, (name, slugs) in tallies.countries.items()
    ]
    classes = [
        (slug, known.label, counts["classification"].get(known.value, 0))
        for slug, (known, _) in tallies.classifications.items()
    ]
    tags = [
        (code, tallies.glossary.get(code, ("", ""))[0] or code, cables)
        for code, cables in counts["tag"].items()
    ]
    years = {}
    for month, cables in sorted(counts["year"].items()):
        years[month[:4]] = years.get(month[:4], 0) + cables
    return {
        "origin": most_first(origins),
        "country": most_first(countries),
        "tag": most_first(tags),
        "classification": most_first(classes),
        "year": [(year, year, cables) for year, cables in years.items()],
    }


def most_first(values):
    return sorted((each for each in values if each[2]), key=lambda each: (-each[2], each[1]))
