"""Expressions in SQL: text search, a condition on many primary keys, which cable was sent first.

Text search is of superseded and sealed texts, and of the names of origins.
Published cables are found by the search index (search_index/). The text search configuration
`cables_english` (unaccent, then the English stemmer) is created by the first migration.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, F, Func, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Concat, Left, Replace
from django.db.models.sql.compiler import SQLCompiler

CONFIG = "cables_english"
# PostgreSQL refuses a vector over 1 MB; that of half a million characters is well below.
SEARCHED_CHARACTERS = 500_000
SUBJECT_CHARACTERS = 2_000
HEADER_CHARACTERS = 20_000
FACTS_CHARACTERS = 100_000
# The fields that "origin:" searches.
NAMES_OF_ORIGIN = ("name", "city", "country__name", "station", "also_named", "also_stations")


# Characters that separate words and become spaces. PostgreSQL's parser takes "Iran/Iraq" for a file
# name, the end of "2005-2007" for a negative number and, in some locales, “harbor” with its
# quotation marks for one word: nobody would find Iraq, 2007 or a harbor.
PARTING = "/-\N{EN DASH}\N{EM DASH}‘’“”…\N{NO-BREAK SPACE}"


def parted(text):
    """Return the expression of a text with PARTING replaced by spaces; its length stays.

    REPLACE for each character takes a tenth of the time of one TRANSLATE.
    """
    for sign in PARTING:
        text = Replace(text, Value(sign), Value(" "), output_field=TextField())
    return text


# Earlier versions are only searched for quotations; they are few.
VERSION_WORDS = SearchVector(
    parted(Left("subject", SUBJECT_CHARACTERS)),
    parted(Left("body", SEARCHED_CHARACTERS)),
    config=CONFIG,
)


def _sealed(*keys):
    """Return the expression of some values of `Sealed` as one text, "" where it has none."""
    text = TextField()
    none, line_end = Value("", output_field=text), Value("\n", output_field=text)
    values = (KeyTextTransform(key, "values", output_field=text) for key in keys)
    parts = [Coalesce(value, none, output_field=text) for value in values]
    return Concat(*(part for each in parts for part in (each, line_end)), output_field=text)


def _without_keys(text):
    """Return the expression of a JSON text without the names of its fields."""
    pattern, none, all_of_them = Value(r'"\w+":'), Value(" "), Value("g")
    return Func(
        text, pattern, none, all_of_them, function="regexp_replace", output_field=TextField()
    )


# The texts of `Sealed`, with weights by which a field is searched alone: A the subject, B the text
# or note, C the header, D what is kept beside them. Each is cut, so that no cable is too long to
# be sealed.
SEALED_WORDS = (
    SearchVector(parted(Left(_sealed("subject"), SUBJECT_CHARACTERS)), config=CONFIG, weight="A")
    + SearchVector(
        parted(Left(_sealed("body", "text", "reason"), SEARCHED_CHARACTERS)),
        config=CONFIG,
        weight="B",
    )
    + SearchVector(parted(Left(_sealed("header"), HEADER_CHARACTERS)), config=CONFIG, weight="C")
    + SearchVector(
        parted(
            Left(_without_keys(_sealed("keywords", "tags", "labels", "facts")), FACTS_CHARACTERS)
        ),
        config=CONFIG,
        weight="D",
    )
)


def tsquery(query: str) -> SearchQuery:
    """Return the expression of a tsquery in PostgreSQL's syntax."""
    return SearchQuery(query, search_type="raw", config=CONFIG)


def origins_named(origins, names):
    """Filter a queryset of origins by names: all words of any of these."""
    words = (" & ".join(f"'{word}'" for word in name.split()) for name in names)
    vector = SearchVector(*NAMES_OF_ORIGIN, config=CONFIG)
    return origins.alias(vector=vector).filter(vector=tsquery(" | ".join(words)))


def database_time(alias: str = "default") -> datetime:
    """Return the time by the clock of the database: those of other machines may differ."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


IN_UTC_SINCE = datetime(1973, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SPANS = {"day": DAY, "month": timedelta(days=31), "year": timedelta(days=366)}
# latest() in SQL, of the row of a table.
LATEST = """({0}.created + CASE {0}.created_precision
    WHEN 'year' THEN interval '366 days' WHEN 'month' THEN interval '31 days'
    WHEN 'day' THEN interval '1 day'
    ELSE CASE WHEN {0}.created < '1973-01-01Z' THEN interval '1 day' ELSE interval '0' END END)"""


def sent_as_known(to: str = "") -> Func:
    """Return the expression of when a cable was sent, as exactly as is known: "1956-03"."""
    parts = {"year": "YYYY", "month": "YYYY-MM"}
    known = [
        When(**{f"{to}created_precision": name}, then=Value(part)) for name, part in parts.items()
    ]
    pattern = Case(*known, default=Value("YYYY-MM-DD"))
    return Func(F(f"{to}created"), pattern, function="to_char", output_field=TextField())


class Sent(Protocol):
    """When a cable was sent, as far as it is known.

    Before 1973 times are local ones of the post, so that they may be a day off; others are in UTC.
    """

    created: datetime
    created_precision: str


def latest(cable: Sent) -> datetime:
    """Return the last instant at which a cable can have been sent."""
    default = DAY if cable.created < IN_UTC_SINCE else timedelta()
    return cable.created + SPANS.get(cable.created_precision, default)


def is_later(cable: Sent, other: Sent) -> bool:
    """Return whether a cable was surely sent after another, which then does not cite it (R-4)."""
    return cable.created > latest(other)


class InArray(models.Func):
    """Whether a number is one of many, which are sent as one array.

    Of few, PostgreSQL looks each up in an index. Of many it would take a second to plan that: it
    makes a hash table of them, and reads the rows in their order until a page is full. The array is
    written as text once, as psycopg takes a second for each half million numbers of a list.
    """

    output_field = models.BooleanField()
    FEW = 5_000

    def __init__(self, number: models.F, keys: list[int]):
        written = "{" + ",".join(map(str, keys)) + "}"
        super().__init__(number, keys=written, are_few=len(keys) <= self.FEW)

    def as_sql(  # type: ignore[override]  # The array is one parameter.
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **options: Any
    ) -> tuple[str, tuple[Any, ...]]:
        number, params = compiler.compile(self.source_expressions[0])
        keys = self.extra["keys"]
        if self.extra["are_few"]:
            return f"{number} = ANY(%s::bigint[])", (*params, keys)
        # IS TRUE keeps it a condition of the scan: else it would become a join, and a sort.
        return f"({number} IN (SELECT unnest(%s::bigint[]))) IS TRUE", (*params, keys)
