"""The facts of all published cables in numpy arrays, to filter, count and sort search results.

PostgreSQL finds the cables with the words; filters, facet counts and pages are then computed from
the arrays in a few milliseconds (docs/decisions, 12). The arrays are read once for each state of
the archive, in each process. A row number ("place") is the index of a cable in them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from secrets import token_hex
from threading import Lock

import numpy as np
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connections, transaction

from ..models import Cable
from ..models.querysets import ORDERS, READER
from ..models.search_vector import matching
from ..telegram.classifications import BY_VALUE
from .timeouts import MOST_MILLISECONDS, set_for_now, statement_timeout

CLASSES = list(BY_VALUE)
EPOCH = date(1970, 1, 1).toordinal()
MIDNIGHT_1970 = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400_000_000  # Microseconds.
FEW = 20  # Cables to try for one that is in the arrays: the newest may not be.
# Without these settings PostgreSQL scans the whole table for a frequent word, as it ignores the
# cost of fetching each vector from TOAST.
BY_WORDS = {
    "enable_bitmapscan": "on",
    "enable_indexscan": "off",
    "enable_seqscan": "off",
    "work_mem": "32MB",
}
# Each column is sent as one value: its numbers, eight bytes each.
FACTS = """
SELECT string_agg(int8send(id), ''), string_agg(int8send(origin_id), ''),
    string_agg(int8send(coalesce(array_position(%s::text[], classification::text), 0)), ''),
    string_agg(int8send((extract(epoch FROM created) * 1000000)::bigint), ''),
    string_agg(int8send(released - DATE '1970-01-01'), ''),
    string_agg(int8send(partial::int), '')
FROM (
    SELECT id, origin_id, classification, created, released, partial
    FROM cables_cable WHERE withheld_reason = '' ORDER BY reference
) AS cable
"""
# An index covers these cables; the arrays of references are in TOAST.
CITING = """
SELECT string_agg(int8send(id), '') FROM cables_cable
WHERE withheld_reason = '' AND NOT cites = '{}'
"""
LISTS = {
    "tags": "SELECT tag, string_agg(int8send(cable_id), '') FROM cables_tagging GROUP BY tag",
    "markings": "SELECT code, string_agg(int8send(cable_id), '') FROM cables_marking GROUP BY code",
    "collections": """SELECT slug, string_agg(int8send(id), '')
        FROM cables_cable, unnest(collections) AS slug WHERE withheld_reason = '' GROUP BY slug""",
}
FOUND = "SELECT string_agg(int8send(id), '') FROM ({}) AS found (id)"
HELD: dict[int, "Columns"] = {}  # {state of the archive: its columns}, at most two.
ONE_AT_A_TIME = Lock()


class Lists:
    """The cables of each value of a many-valued fact, such as tags."""

    def __init__(self, name: str, columns: "Columns"):
        with connections[READER].cursor() as cursor:
            cursor.execute(LISTS[name])
            held = {code: columns.places(numbers(keys)) for code, keys in sorted(cursor)}
        self.held = {code: places for code, places in held.items() if len(places)}
        places = np.concatenate([*self.held.values(), np.empty(0, np.int32)])
        lists = np.repeat(np.arange(len(self.held)), [len(each) for each in self.held.values()])
        # The values of the first cable, of the second and so on; `starts` has their offsets.
        self.lists = lists[np.argsort(places, kind="stable")].astype(np.int32)
        self.starts = np.cumsum([0, *np.bincount(places, minlength=len(columns.keys))])

    def count(self, mask) -> dict[str, int]:
        """Return {value: number of cables in the mask}, without zeros."""
        (chosen,) = np.nonzero(mask)
        lengths = self.starts[chosen + 1] - self.starts[chosen]
        shifts = self.starts[chosen] - np.cumsum(lengths) + lengths
        lists = self.lists[np.repeat(shifts, lengths) + np.arange(lengths.sum())]
        counts = np.bincount(lists, minlength=len(self.held)).tolist()
        return {code: cables for code, cables in zip(self.held, counts, strict=True) if cables}


class Kinds:
    """The values of a single-valued fact, such as the origin."""

    def __init__(self, column):
        self.values, self.codes = np.unique(column, return_inverse=True)

    def having(self, values: Iterable[int]) -> np.ndarray:
        """Return a mask of the cables with one of these values."""
        return np.isin(self.values, list(values))[self.codes]

    def count(self, mask) -> dict[int, int]:
        """Return {value: number of cables in the mask}, without zeros, in order of values."""
        counts = np.bincount(self.codes[mask], minlength=len(self.values))
        found = zip(self.values.tolist(), counts.tolist(), strict=True)
        return {value: cables for value, cables in found if cables}


class Columns:
    """The facts of all published cables, in the order of their references."""

    def __init__(self):
        self.token = token_hex(8)  # Row numbers are valid only in this snapshot.
        with transaction.atomic(using=READER), connections[READER].cursor() as cursor:
            set_for_now(
                enable_indexscan="off"
            )  # An index scan would read the table in random order.
            cursor.execute(FACTS, [CLASSES])
            columns = [numbers(column) for column in cursor.fetchone()]
            cursor.execute(CITING)
            citing = numbers(cursor.fetchone()[0])
        self.keys, origins, classes, self.created, self.released, partial = columns
        months = (self.created // DAY).astype("M8[D]").astype("M8[M]").astype(np.int64)
        self.origins, self.classes, self.months = Kinds(origins), Kinds(classes), Kinds(months)
        self.partial = partial.astype(bool)
        self.place_of = np.full(self.keys.max(initial=0) + 1, -1, np.int32)
        self.place_of[self.keys] = np.arange(len(self.keys))
        self.citing = self.choose(self.places(citing))

    @cached_property
    def tags(self) -> Lists:
        return Lists("tags", self)

    @cached_property
    def markings(self) -> Lists:
        return Lists("markings", self)

    @cached_property
    def collections(self) -> Lists:
        return Lists("collections", self)

    @cached_property
    def orders(self) -> dict[str, np.ndarray]:
        """{sort order: row numbers of all cables in it}; ties are in order of references."""
        sent = np.argsort(self.created, kind="stable")
        released = np.lexsort((self.created, -self.released))
        orders = {"reference": np.arange(len(self.keys)), "created": sent, "-released": released}
        backwards = {"-reference": "reference", "-created": "created", "released": "-released"}
        return orders | {name: orders[other][::-1] for name, other in backwards.items()}

    def read_ahead(self):
        """Read the lazy attributes now."""
        self.tags, self.markings, self.collections, self.orders  # noqa: B018

    def places(self, keys):
        """Return the row numbers of published cables by primary keys; others are left out."""
        places = self.place_of[keys[keys < len(self.place_of)]]
        return places[places >= 0]

    def choose(self, places) -> np.ndarray:
        """Return a mask of these row numbers."""
        mask = np.zeros(len(self.keys), bool)
        mask[places] = True
        return mask

    def all(self, patience: int = MOST_MILLISECONDS) -> "Selection":
        """Return all cables; `patience` is the timeout of text queries in milliseconds."""
        return Selection(self, np.ones(len(self.keys), bool), patience)


def columns_of(state: int) -> Columns:
    """Return the columns for a state of the archive; they may be newer, never older.

    A replica that lags behind needs an earlier state; the newest is then kept too. They are not
    interchangeable, because cached text matches belong to one snapshot.
    """
    with ONE_AT_A_TIME:
        if state not in HELD:
            read = Columns()
            later = {known: held for known, held in HELD.items() if known > state}
            HELD.clear()
            HELD.update({state: read} | dict(sorted(later.items())[-1:]))
        return HELD[state]


def numbers(column: bytes | None) -> np.ndarray:
    """Return the numbers of a column that FACTS sent; empty for None."""
    return np.frombuffer(column or b"", ">i8").astype(np.int64)


@dataclass(frozen=True)
class Selection:
    """A set of published cables, with the filter methods that querysets of cables have."""

    columns: Columns
    mask: np.ndarray
    patience: int

    def __len__(self):
        return int(np.count_nonzero(self.mask))

    def keys(self, order: str) -> np.ndarray:
        """Return the primary keys in one of the orders of lists."""
        places = self.columns.orders[order]
        return self.columns.keys[places[self.mask[places]]]

    def behind(self, order: str, key: Sequence):
        """Select those after a key, the values of the columns of a sort order."""
        found = np.zeros_like(self.mask)
        alike = np.ones_like(self.mask)
        for column, value in zip(ORDERS[order], key, strict=True):
            held, sought = self._comparable(column.lstrip("-"), value)
            found |= alike & (held < sought if column[0] == "-" else held > sought)
            alike &= held == sought
        return self._and(found)

    def _comparable(self, name: str, value) -> tuple[np.ndarray, float]:
        """Return a column and a value of it as numbers; references become row numbers."""
        columns = self.columns
        if name == "released":
            return columns.released, value.toordinal() - EPOCH
        if name == "created":
            return columns.created, (value - MIDNIGHT_1970) // timedelta(microseconds=1)
        places, at = np.arange(len(columns.keys)), len(columns.keys)
        published = Cable.objects.published().filter(reference__gte=value).order_by("reference")
        for reference, key in published.values_list("reference", "pk")[:FEW]:
            if len(known := columns.places(np.array([key]))):
                at = int(known[0])
                return places, at if reference == value else at - 0.5
        return places, at

    def none(self):
        return replace(self, mask=np.zeros_like(self.mask))

    def but(self, other: "Selection"):
        """Select those that are not in another selection."""
        return replace(self, mask=self.mask & ~other.mask)

    def saying(self, question):
        """Select those with the words and recipients of a question, found by PostgreSQL."""
        if not (question.tsquery or question.recipients):
            return self
        asked = f"{question.tsquery}\n{question.recipients}"
        return self._among(asked, lambda: Cable.objects.found(question))

    def with_subject(self, question):
        """Select those whose subject has all words of a question."""
        subjects = Cable.objects.readable().with_subject(question)
        return self._among(f"subject\n{question.subject}", lambda: subjects)

    def matching(self, question):
        """Select the matches of a question (query.py); all if it is empty."""
        return matching(self, question)

    def origins_named(self, names: Iterable[str]) -> list[int]:
        """The primary keys of the origins with all words of any of these names."""
        return Cable.objects.origins_named(names)

    def sent_by(self, origins: Iterable[int]):
        return self._and(self.columns.origins.having(origins))

    def classified(self, *classifications: str):
        classes = [CLASSES.index(each) + 1 for each in classifications]
        return self._and(self.columns.classes.having(classes))

    def tagged(self, codes: Iterable[str]):
        return self._listed(self.columns.tags, codes)

    def marked(self, codes: Iterable[str]):
        return self._listed(self.columns.markings, codes)

    def labelled(self, labels: Iterable[str]):
        held = self.columns.markings.held
        places = [held[each] for each in labels if each in held]
        return self._and(self.columns.choose(np.concatenate([*places, np.empty(0, np.int32)])))

    def collected(self, collections: Iterable[str]):
        held = self.columns.collections.held
        places = [held[each] for each in collections if each in held]
        return self._and(self.columns.choose(np.concatenate([*places, np.empty(0, np.int32)])))

    def partial(self):
        return self._and(self.columns.partial)

    def with_references(self):
        return self._and(self.columns.citing)

    def created_after(self, day: date):
        return self._and(self.columns.created >= micros(day))

    def created_before(self, day: date):
        return self._and(self.columns.created < micros(day) + DAY)

    def sent_before(self, day: date):
        return self._and(self.columns.created < micros(day))

    def released_after(self, day: date):
        return self._and(self.columns.released >= day.toordinal() - EPOCH)

    def released_before(self, day: date):
        return self._and(self.columns.released <= day.toordinal() - EPOCH)

    @cached_property
    def by_origin(self) -> dict[int, int]:
        """{primary key of an origin: its cables}."""
        return self.columns.origins.count(self.mask)

    @cached_property
    def by_class(self) -> dict[str, int]:
        """{classification: its cables}."""
        found = self.columns.classes.count(self.mask)
        return {CLASSES[number - 1]: cables for number, cables in found.items() if number}

    @cached_property
    def by_month(self) -> dict[date, int]:
        """{first day of a month: the cables sent in it}, earliest first."""
        found = self.columns.months.count(self.mask)
        return {date(1970 + n // 12, n % 12 + 1, 1): cables for n, cables in found.items()}

    @cached_property
    def by_tag(self) -> dict[str, int]:
        """{tag: its cables}, without tags that name a person."""
        return self.columns.tags.count(self.mask)

    def by_label(self, sort: str) -> dict[str, int]:
        """{value: its cables} of the labels with a prefix such as "kind"."""
        found, start = self.columns.markings.count(self.mask), f"{sort}:"
        return {code.removeprefix(start): n for code, n in found.items() if code.startswith(start)}

    def _and(self, mask):
        return replace(self, mask=self.mask & mask)

    def _listed(self, lists, codes):
        mask = self.mask
        for code in codes:
            mask = mask & self.columns.choose(lists.held.get(code, []))
        return replace(self, mask=mask)

    def _among(self, asked: str, cables):
        """Select those in a queryset; the result is cached under `asked`, a bit per cable.

        Raises TooSlow.
        """
        digest = sha256(f"{self.columns.token}\n{asked}".encode()).hexdigest()
        bits = cache.get_or_set(f"found-{digest}", lambda: self._find(cables()), timeout=None)
        kept = np.unpackbits(np.frombuffer(bits, np.uint8), count=len(self.mask))
        return self._and(kept.view(bool))

    def _find(self, cables) -> bytes:
        try:
            sql, params = cables.order_by().values_list("pk").query.sql_with_params()
        except EmptyResultSet:
            return np.packbits(self.none().mask).tobytes()
        with statement_timeout(self.patience), connections[READER].cursor() as cursor:
            set_for_now(**BY_WORDS)
            cursor.execute(FOUND.format(sql), params)
            (keys,) = cursor.fetchone()
        places = self.columns.places(numbers(keys))
        return np.packbits(self.columns.choose(places)).tobytes()


def micros(day: date) -> int:
    """Return the microseconds from 1970 to the beginning of a day."""
    return (day.toordinal() - EPOCH) * DAY
