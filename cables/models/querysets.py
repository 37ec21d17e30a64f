"""The queries of cables, by name: every page gets its cables from a method of these querysets."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from string import ascii_uppercase, digits
from typing import TYPE_CHECKING, TypeVar

from django.apps import apps
from django.db import models
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, Collate, Concat, Greatest, Left, Length, Upper

from ..telegram.dates import NO_DAY
from ..telegram.offices import is_unnamed
from ..telegram.references import is_document, spellings_of
from .collection_origin_tag import Origin
from .sql_expressions import LATEST, InArray, origins_named

if TYPE_CHECKING:
    from .cable import Cable

M = TypeVar("M", bound=models.Model)
SUBJECT_START = Collate(Upper(Left("subject", 100)), "C")  # The expression of an index.
REFERENCE_START = re.compile(r"\d\d?([A-Z][A-Z-]*\d*)?|FRUS[\w-]*")
READER = "reader"  # The database alias that sees the public tables only.
# ?sort= -> the order of a list. Each is total, and each is the reverse of another, so that a list
# can be read from its nearer end. Its columns are in the index of every list. Sorting by subject is
# not offered: reading the rows of 97,000 cables takes 0.6 seconds. Origins and classifications
# have lists of their own.
ORDERS = {
    "-released": ("-released", "created", "reference"),
    "released": ("released", "-created", "-reference"),
    "created": ("created", "reference"),
    "-created": ("-created", "-reference"),
    "reference": ("reference",),
    "-reference": ("-reference",),
}
USUAL_ORDER = "-released"
# reference_order() in SQL: two digits of a year mean 1911 to 2010 (I-3). Documents of volumes come
# last. An index of all cables has this order; other lists sort what their index gives.
BY_REFERENCE = Concat(
    models.Case(
        models.When(reference__lt="11", then=models.Value("20")),
        models.When(reference__lt=":", then=models.Value("19")),  # After all digits.
        default=models.Value(""),
        output_field=models.TextField(),
    ),
    models.F("reference"),
    output_field=models.TextField(),
)
ORDERS_BY_REFERENCE = {"reference": BY_REFERENCE.asc(), "-reference": BY_REFERENCE.desc()}
# Each part reads one index (that of `cites` for its own collation alone). It is raw SQL: the ORM
# takes three times as long to build it as it runs. UNION counts a cable once that cites another in
# its REF list and in a paragraph.
# A cable that is earlier than this one does not cite it, unless by its place in a volume.
# "perhaps" cite this number in the next year, if no cable sent before them in that year has it.
AROUND = """
WITH places AS (SELECT %(documents)s::varchar[] || array_agg(reference COLLATE "default")
    FROM cables_formerreference WHERE cable_id = %(id)s AND reference ~ '^FRUS'),
perhaps AS MATERIALIZED (
    SELECT id, created, reference FROM cables_cable citing
    WHERE cites && ARRAY[%(later)s]::varchar[] AND left(%(later)s, 2) = left(coalesce(
            facts #>> '{edition,numbered}', facts #>> '{edition,series}', reference
        ), 2)
        AND withheld_reason = '' AND id <> %(id)s AND NOT EXISTS (
            SELECT FROM cables_cable held WHERE held.reference = %(later)s
                AND held.withheld_reason = '' AND held.created <= {latest of citing}
        ) AND NOT EXISTS (
            SELECT FROM cables_formerreference former JOIN cables_cable held ON held.id = cable_id
            WHERE former.reference = %(later)s AND held.withheld_reason = ''
                AND held.created <= {latest of citing}
        )
    ORDER BY created, reference LIMIT %(cited_by)s
),
around AS (
    (SELECT 'before' AS place, '' AS cited, '' AS paragraph, 0 AS total, id
    FROM cables_cable
    WHERE withheld_reason = '' AND origin_id = %(origin)s
        AND (created, reference) < (%(created)s, %(reference)s)
    ORDER BY created DESC, reference DESC LIMIT 1)
UNION ALL
    (SELECT 'after', '', '', 0, id
    FROM cables_cable
    WHERE withheld_reason = '' AND origin_id = %(origin)s
        AND (created, reference) > (%(created)s, %(reference)s)
    ORDER BY created, reference LIMIT 1)
UNION ALL
    (SELECT 'cited by', '', '', count(*) OVER (), id
    FROM cables_cable JOIN (
        SELECT id FROM cables_cable WHERE cites && (%(names)s || (TABLE places))
        UNION SELECT cable_id FROM cables_mention WHERE reference = ANY(%(names)s::varchar[])
    ) AS citing USING (id)
    WHERE withheld_reason = '' AND id <> %(id)s
        AND ({latest} >= %(created)s OR cites && (TABLE places))
    ORDER BY created, reference LIMIT %(cited_by)s)
UNION ALL
    SELECT 'perhaps', '', '', 0, id FROM perhaps
UNION ALL
    SELECT 'perhaps', target, paragraph, 0, perhaps.id
    FROM cables_mention name JOIN perhaps ON perhaps.id = cable_id
    WHERE name.reference = %(later)s AND target <> ''
UNION ALL
    SELECT 'named by', target, paragraph, total, id FROM (
        SELECT target, paragraph, cable.id, count(*) OVER (PARTITION BY target) AS total,
            row_number() OVER (
                PARTITION BY target ORDER BY created, cable.reference, name.id
            ) AS place
        FROM cables_mention name JOIN cables_cable cable ON cable.id = cable_id
        WHERE name.reference = ANY(%(names)s::varchar[]) AND target <> ''
            AND withheld_reason = '' AND cable.id <> %(id)s AND {latest of cable} >= %(created)s
    ) AS named WHERE place <= %(named_by)s
UNION ALL
    SELECT 'cites', reference, '', 0, id
    FROM cables_cable WHERE reference = ANY(%(cited)s::varchar[])
UNION ALL
    SELECT 'cites', reference, '', 0, cable_id
    FROM cables_formerreference WHERE reference = ANY(%(cited)s::varchar[])
)
SELECT place, cited, paragraph, total, cable.id, reference, subject, facts, created,
    created_precision, cites, paragraph_ids, origin_id, origin.name AS origin_name,
    CASE place WHEN 'perhaps' THEN left(body, 6000) ELSE '' END AS opening,
    CASE place WHEN 'cites' THEN left(header, 2000) ELSE '' END AS heading
FROM around JOIN cables_cable cable USING (id) JOIN cables_origin origin ON origin.id = origin_id
WHERE withheld_reason = ''
"""
for _place, _table in (("", "cables_cable"), (" of citing", "citing"), (" of cable", "cable")):
    AROUND = AROUND.replace(f"{{latest{_place}}}", LATEST.format(_table))
AROUND = " ".join(AROUND.split())  # psycopg keeps what it parsed of statements up to 4,096 bytes.
# A cable with its origin, if the readers' role sees that. It is raw SQL for the same reason.
OF_PAGE = """
SELECT {cable}, {origin}, EXISTS (
    SELECT FROM cables_formerparagraph former WHERE former.cable_id = cable.id
) AS has_former_paragraphs
FROM cables_cable cable LEFT JOIN cables_origin origin ON origin.id = cable.origin_id
WHERE cable.reference = ANY(%s::varchar[])
"""
NOT_ON_PAGE = ("keywords", "other_texts")


def reference_order(reference: str) -> str:
    """Return the text by which references sort, as BY_REFERENCE does: the year in four digits.

    >>> sorted(["09ROME12", "25ROME12"], key=reference_order)
    ['25ROME12', '09ROME12']
    """
    if reference >= ":":
        return reference
    return f"{20 if reference < '11' else 19}{reference}"


def _by_spelling(spellings: dict[str, list[str]], rows: dict[str, M]) -> dict[str, M]:
    """Return {reference: row} of rows by reference; the spelling that is asked for goes first."""
    return {
        reference: rows[name]
        for reference, names in spellings.items()
        for name in reversed(names)
        if name in rows
    }


def _first_of(cables: "Iterable[Cable]", names: list[str]) -> "Cable | None":
    """Return the cable with the first of these references."""
    return min(cables, key=lambda cable: names.index(cable.reference), default=None)


@cache
def _statement_of_page() -> str:
    cable = _columns_of(apps.get_model("cables", "Cable"))
    shown = [f"cable.{name}" for name in cable if name not in NOT_ON_PAGE]
    origin = [f"origin.{name} AS of_origin_{name}" for name in _columns_of(Origin)]
    return " ".join(OF_PAGE.format(cable=", ".join(shown), origin=", ".join(origin)).split())


@cache
def _columns_of(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


class ListedQuerySet(models.QuerySet[M]):
    """Queries of lists of cables, whether their rows are cables or rows of a narrow table."""

    KEY = "pk"  # The column with the primary key of the cable.

    def primary_keys(self):
        return self.values_list(self.KEY, flat=True)

    def with_keys(self, keys: Iterable[int]):
        """Those of the cables with these primary keys: up to all of the archive."""
        return self.filter(InArray(models.F(self.KEY), list(keys)))

    def except_for(self, others):
        """Without the cables of another queryset of these rows."""
        keys = others.using(None).order_by().values(self.KEY)
        return self.exclude(**{f"{self.KEY}__in": keys})

    def listed(self, order: str = USUAL_ORDER):
        """In one of ORDERS; by default the newest release first, then by date of sending."""
        by_reference = ORDERS_BY_REFERENCE.get(order)
        return self.order_by(*([by_reference] if by_reference else ORDERS[order]))

    def portion(self, order: str, key: Sequence, count: int) -> list[tuple]:
        """Return (columns of the order ..., primary key) of the next `count` rows after a key.

        The key has values of these columns; an empty key is the start of the list. Rows that are
        equal to it in all columns but the last come first, then those equal in all but two, and
        so on: each of these queries is one index scan, however long the list is.
        """
        columns = ORDERS[order]
        names = [column.lstrip("-") for column in columns]
        rows = self.listed(order).values_list(*names, self.KEY)
        if not key:
            return list(rows[:count])
        if order in ORDERS_BY_REFERENCE:
            sign = "lt" if order.startswith("-") else "gt"
            rows = rows.alias(place=BY_REFERENCE)
            return list(rows.filter(**{f"place__{sign}": reference_order(key[0])})[:count])
        portion: list[tuple] = []
        for at in reversed(range(len(names))):
            after = f"{names[at]}__{'lt' if columns[at][0] == '-' else 'gt'}"
            equal = dict(zip(names[:at], key[:at], strict=True))
            part = rows.filter(**equal, **{after: key[at]})
            portion += part[: count - len(portion)]
            if len(portion) == count:
                break
        return portion

    def created_after(self, day: date):
        """Sent on a day (UTC) or after it."""
        return self.filter(created__gte=datetime.combine(day, time.min, UTC))

    def created_before(self, day: date):
        """Sent on a day (UTC) or before it. The column is not cast, so that indexes are used."""
        return self.filter(created__lte=datetime.combine(day, time.max, UTC))

    def released_after(self, day: date):
        return self.filter(released__gte=day)

    def released_before(self, day: date):
        return self.filter(released__lte=day, released__gt=NO_DAY)


class CableQuerySet(ListedQuerySet["Cable"]):
    def readable(self):
        """All cables that have a page, withheld ones too, as the readers' role sees them."""
        return self.using(READER)

    def with_origin(self):
        """With their origins, by a second query.

        Readers cannot see origins all of whose cables are withheld: a join would lose these cables.
        """
        return self.prefetch_related("origin")

    def published(self):
        """Cables that anyone may read."""
        return self.using(READER).filter(withheld_reason="")

    def known_as(self, reference: str):
        """Return the cable with this canonical reference, now or formerly, or None.

        It is found under other spellings of its station too. Two queries: for one with OR,
        PostgreSQL would scan the whole table.
        """
        names = spellings_of(reference)
        known = _first_of(self.filter(reference__in=names), names)
        return known or self.formerly_known_as(reference)

    def formerly_known_as(self, reference: str):
        """Return the cable that had this canonical reference, in any spelling, or None."""
        return self.filter(former_references__reference__in=spellings_of(reference)).first()

    def of_page(self, reference: str):
        """Return the readable cable that has this canonical reference, with its origin, or None.

        Its columns NOT_ON_PAGE are read when they are asked for.
        """
        names, columns = spellings_of(reference), _columns_of(Origin)
        known = _first_of(self.using(READER).raw(_statement_of_page(), [names]), names)
        if known and known.origin_id:
            values = [getattr(known, f"of_origin_{column}") for column in columns]
            known.origin = Origin.from_db(READER, columns, values)
        return known

    def held_by_reference(self, references: Iterable[str]) -> "dict[str, Cable]":
        """Return {reference: cable} of these references, present or former, that are held."""
        spellings = {each: spellings_of(each) for each in set(references)}
        names = {name for each in spellings.values() for name in each}
        cables = _by_spelling(spellings, self.in_bulk(names, field_name="reference"))
        missing = {each: spellings[each] for each in spellings.keys() - cables.keys()}
        if names := {name for each in missing.values() for name in each}:
            formers = self.filter(former_references__reference__in=names)
            renamed = formers.annotate(former=models.F("former_references__reference"))
            cables |= _by_spelling(missing, {cable.former: cable for cable in renamed})
        return cables

    def beside(self, reference: str, count: int):
        """The `count` nearest cables by number on either side, of the same year and station.

        They come in no order. As text, serial 12 sorts between 119 and 2, but serials of the same
        length sort by number: they are read along the unique index, up and down from the
        reference. Only if these are too few is the rest of the series sorted, at most some
        thousand cables: PostgreSQL skips the second part of a UNION ALL if the first fills the
        LIMIT.
        """
        number = reference.rstrip(ascii_uppercase)  # FRUS1861-D12A follows FRUS1861-D12.
        series, length = number.rstrip(digits), len(number)
        cables = self.filter(reference__gte=f"{series}0", reference__lt=f"{series}:")
        cables = cables.alias(length=Length("reference"))
        equal, shorter = cables.filter(length=length), cables.filter(length__lt=length)
        longer = cables.filter(length__gt=length)
        lower = equal.filter(reference__lt=reference).order_by("-reference")[:count]
        lower = lower.union(shorter.order_by("-length", "-reference")[:count], all=True)
        higher = equal.filter(reference__gt=reference).order_by("reference")[:count]
        higher = higher.union(longer.order_by("length", "reference")[:count], all=True)
        return lower[:count].union(higher[:count], all=True)

    def sent_about(self, moment: datetime):
        """The nearest in time first. It sorts all rows: use it for the cables of one origin."""
        created, instant = models.F("created"), models.Value(moment)
        return self.order_by(Greatest(created - instant, instant - created), "reference")

    def citing(self, reference: str):
        """Cables whose REF lines cite this reference, in any spelling."""
        return self.filter(cites__overlap=spellings_of(reference))

    def around(self, cable, references: Sequence[str], later: str, cited_by: int, named_by: int):
        """The published cables around a cable. The `place` of each row says how it is related:

        "before", "after"  the previous and next cable of its origin, if it is an office, by date
        "cites"      a cable with one of `references`, which is in `cited`, perhaps in another
                     spelling; `heading` is the start of its header
        "cited by"   one that cites it: the first `cited_by`; `total` is how many there are
        "named by"   a cable whose `paragraph` mentions the paragraph `cited` of this cable, at most
                     `named_by` for each paragraph; `total` counts all that mention it
        "perhaps"    one of the year after that cites `later`, the same number in that year, if
                     `later` is not held; its `opening` can tell which year it meant. The row also
                     has `cited` and `paragraph`, as "named by", if it mentions a paragraph.
        """
        parameters = {
            "id": cable.pk,
            "origin": None if is_unnamed(cable.origin.name) else cable.origin_id,
            "created": cable.created,
            "reference": cable.reference,
            "names": cable.names,
            "documents": [*filter(is_document, cable.names)],
            "cited": [name for each in references for name in spellings_of(each)],
            "later": later,
            "cited_by": cited_by,
            "named_by": named_by,
        }
        return self.using(READER).raw(AROUND, parameters)

    def citing_any(self, references: Iterable[str], but: Iterable[int]):
        """Cables whose REF lists cite any of these references, by date of sending.

        Each has `total`, the number of all. `but` are primary keys of cables to leave out.
        """
        names = [name for each in references for name in spellings_of(each)]
        citing = self.filter(cites__overlap=names).exclude(pk__in=list(but))
        counted = citing.annotate(total=models.Window(models.Count("*")))
        return counted.order_by("created", "reference")

    def beginning(self, text: str):
        """Cables whose reference or, if it cannot be one, subject starts with a text; sorted by it.

        Case does not matter. Each is one index scan.
        """
        text = text.strip().upper()
        if REFERENCE_START.fullmatch(text):
            return self.filter(reference__startswith=text).order_by("reference")
        cables = self.alias(subject_start=SUBJECT_START).filter(subject_start__startswith=text)
        return cables.order_by("subject_start", "reference")

    def cited_as(self, references: Iterable[str]):
        """Those that have one of these references, in any spelling, now or formerly.

        Each has the one under which it was found in `cited`, and in `heading` the start of its
        header.
        """
        names = {name for each in references for name in spellings_of(each)}
        rows = self.for_listing().annotate(heading=Left("header", 2000))
        former = models.F("former_references__reference")
        return [
            *rows.filter(reference__in=names).annotate(cited=models.F("reference")),
            *rows.filter(former_references__reference__in=names).annotate(cited=former),
        ]

    def parties_before(self, moment: datetime):
        """Rows (origin, sender and recipient as printed or None, labels, year) before a moment."""
        edition = KeyTransform("edition", "facts")
        parties = (KeyTextTransform(key, edition) for key in ("from", "to"))
        return self.filter(created__lt=moment).values_list(
            "origin", *parties, "labels", "created__year"
        )

    def with_numbers(self):
        """With `numbered`, the number of each: its reference, or of a document what it prints.

        Also with `lettered`, the number of a letter: "No. 34"; with `sender` and `addressed`, the
        parties as edited; `by`, what gives its date; and in `heading` the start of the header.
        """
        edition = KeyTransform("edition", "facts")
        printed = models.When(
            reference__startswith="FRUS", then=KeyTextTransform("numbered", edition)
        )
        number = models.Case(printed, default="reference", output_field=models.TextField())
        return self.annotate(
            numbered=number,
            lettered=KeyTextTransform("own_number", edition),
            sender=KeyTextTransform("from", edition),
            by=KeyTextTransform("dated_by", edition),
            addressed=Coalesce(*(KeyTextTransform(key, edition) for key in ("to_line", "to"))),
            heading=Left("header", 2000),
        )

    def released_on(self, day: date):
        return self.filter(released=day)

    def created_in(self, year: int, month: int | None = None):
        """Sent in a year, or in a month of it (UTC)."""
        start = datetime(year, month or 1, 1, tzinfo=UTC)
        end = (year + 1, 1) if month in (None, 12) else (year, month + 1)
        return self.filter(created__gte=start, created__lt=datetime(*end, 1, tzinfo=UTC))

    def sent_by(self, origins: Iterable[int]):
        """Sent by any of these origins (primary keys)."""
        return self.filter(origin__in=origins)

    def tagged(self, codes: Iterable[str]):
        return self._with_any("taggings__tag", codes)

    def marked(self, codes: Iterable[str]):
        """With any of these captions, portion marks and labels: "SIPDIS", "(SBU)", "kind:note"."""
        return self._with_any("markings__code", codes)

    naming = marked  # By labels of persons.

    def unmarked(self, codes: Iterable[str]):
        return self.exclude(markings__code__in=list(codes))

    def _with_any(self, column: str, codes: Iterable[str]):
        """With a row of a narrow table for any of these codes; no cable is repeated."""
        codes = list(dict.fromkeys(codes))
        if len(codes) == 1:  # A join is the faster, and a cable has one row for each code.
            return self.filter(**{column: codes[0]})
        rows = self.model._default_manager.filter(**{f"{column}__in": codes})
        return self.filter(pk__in=rows.values("pk"))

    def classified(self, *classifications: str):
        return self.filter(classification__in=classifications)

    def partial(self):
        """Partial extracts: only a part of the text is known."""
        return self.filter(partial=True)

    def with_references(self):
        return self.exclude(cites=[])

    def collected(self, collections: Iterable[str]):
        """In any of these collections (slugs)."""
        return self.filter(collections__overlap=list(collections))

    def sent_before(self, day: date):
        """Sent before a day (UTC)."""
        return self.filter(created__lt=datetime.combine(day, time.min, UTC))

    def origins_named(self, names: Iterable[str]) -> list[int]:
        """The primary keys of the origins that have all words of any of these names.

        A separate query: PostgreSQL misjudges how many cables a join would return.
        """
        return list(origins_named(Origin.objects.using(READER), names).values_list("pk", flat=True))

    def for_listing(self, *more: str):
        """With only the columns that a row of a list shows, and these fields."""
        return self.select_related("origin").only(
            *more,
            "reference",
            "subject",
            "facts",
            "created",
            "created_precision",
            "released",
            "classification",
            "origin__name",
            "origin__slug",
        )
