"""Every question that the site asks of its cables, by name."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from string import ascii_uppercase, digits

from django.db import models
from django.db.models.functions import Collate, Greatest, Left, Length, Upper

from .search import SUBJECT, matching, origins_named, tsquery, with_words

SUBJECT_START = Collate(Upper(Left("subject", 100)), "C")  # As the index has it.
REFERENCE_START = re.compile(r"\d\d?([A-Z][A-Z-]*\d*)?|FRUS[\w-]*")
READER = "reader"  # The database alias that sees the public tables only.
# ?sort= -> the order of a list. Each is total, and each is the reverse of another, so that a list
# can be read from its nearer end. All of it stands in the index of every list. A subject does not:
# the rows of 97,000 cables would be read for it, which takes 0.6 seconds. Origins and
# classifications have lists of their own.
ORDERS = {
    "-released": ("-released", "created", "reference"),
    "released": ("released", "-created", "-reference"),
    "created": ("created", "reference"),
    "-created": ("-created", "-reference"),
    "reference": ("reference",),
    "-reference": ("-reference",),
}
USUAL_ORDER = "-released"
# Each part reads one index. Django needs three times as long to write this as PostgreSQL to run it.
# A cable refers to another in its REF list or in a paragraph, or in both: UNION takes it once.
# "Perhaps" are those of the next year that give this number, if no cable of that year has it.
AROUND = """
WITH perhaps AS MATERIALIZED (
    SELECT id, created, reference FROM cables_cable
    WHERE cites && ARRAY[%(later)s]::varchar[] AND left(reference, 2) = left(%(later)s, 2)
        AND withheld_reason = '' AND id <> %(id)s AND NOT EXISTS (
            SELECT FROM cables_cable WHERE reference = %(later)s AND withheld_reason = ''
        ) AND NOT EXISTS (
            SELECT FROM cables_formerreference former JOIN cables_cable held ON held.id = cable_id
            WHERE former.reference = %(later)s AND held.withheld_reason = ''
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
        SELECT id FROM cables_cable WHERE cites && %(names)s::varchar[]
        UNION SELECT cable_id FROM cables_mention WHERE reference = ANY(%(names)s::varchar[])
    ) AS citing USING (id)
    WHERE withheld_reason = '' AND id <> %(id)s
    ORDER BY created, reference LIMIT %(cited_by)s)
UNION ALL
    SELECT 'perhaps', '', '', 0, id FROM perhaps
UNION ALL
    SELECT 'perhaps', target, paragraph, 0, perhaps.id
    FROM cables_mention mention JOIN perhaps ON perhaps.id = cable_id
    WHERE mention.reference = %(later)s AND target <> ''
UNION ALL
    SELECT 'named by', target, paragraph, total, id FROM (
        SELECT target, paragraph, cable.id, count(*) OVER (PARTITION BY target) AS total,
            row_number() OVER (
                PARTITION BY target ORDER BY created, cable.reference, mention.id
            ) AS place
        FROM cables_mention mention JOIN cables_cable cable ON cable.id = cable_id
        WHERE mention.reference = ANY(%(names)s::varchar[]) AND target <> ''
            AND withheld_reason = '' AND cable.id <> %(id)s
    ) AS named WHERE place <= %(named_by)s
UNION ALL
    SELECT 'cites', reference, '', 0, id
    FROM cables_cable WHERE reference = ANY(%(asked)s::varchar[])
UNION ALL
    SELECT 'cites', reference, '', 0, cable_id
    FROM cables_formerreference WHERE reference = ANY(%(asked)s::varchar[])
)
SELECT place, cited, paragraph, total, id, reference, subject, facts, created, created_precision,
    cites, paragraph_ids, CASE place WHEN 'perhaps' THEN left(body, 6000) ELSE '' END AS opening
FROM around JOIN cables_cable USING (id) WHERE withheld_reason = ''
"""


def in_sql(order: str) -> str:
    """Return an order of lists as SQL: "released DESC, created, reference"."""
    return ", ".join(f"{each[1:]} DESC" if each[0] == "-" else each for each in ORDERS[order])


class ListedQuerySet(models.QuerySet):
    """What can be asked of a list of cables, be it kept as cables or as taggings."""

    KEY = "pk"  # Where the primary key of the cable is.

    def primary_keys(self):
        """The primary keys of the cables."""
        return self.values_list(self.KEY, flat=True)

    def listed(self, order: str = USUAL_ORDER):
        """In one of ORDERS; that of every list is latest release first, then as sent."""
        return self.order_by(*ORDERS[order])

    def portion(self, order: str, key: Sequence, count: int) -> list[tuple]:
        """Return (the columns of an order ..., primary key) of the first so many behind a key.

        The key has values of these columns; none is before all. What is equal in all columns but
        the last comes first, then what is in all but two, and so on: each of these is read
        inside one index, however far in the list it stands.
        """
        columns = ORDERS[order]
        names = [column.lstrip("-") for column in columns]
        rows = self.listed(order).values_list(*names, self.KEY)
        if not key:
            return list(rows[:count])
        found = []
        for at in reversed(range(len(names))):
            beyond = f"{names[at]}__{'lt' if columns[at][0] == '-' else 'gt'}"
            alike = dict(zip(names[:at], key[:at], strict=True))
            part = rows.filter(**alike, **{beyond: key[at]})
            found += part[: count - len(found)]
            if len(found) == count:
                break
        return found

    def created_after(self, day: date):
        """Sent on a day, by UTC, or after it."""
        return self.filter(created__gte=datetime.combine(day, time.min, UTC))

    def created_before(self, day: date):
        """Sent on a day, by UTC, or before it. The column is not cast, so that indexes serve."""
        return self.filter(created__lte=datetime.combine(day, time.max, UTC))

    def released_after(self, day: date):
        return self.filter(released__gte=day)

    def released_before(self, day: date):
        return self.filter(released__lte=day)


class CableQuerySet(ListedQuerySet):
    def readable(self):
        """All cables whose address answers, withheld ones too, as the reader's role sees them."""
        return self.using(READER)

    def with_origin(self):
        """With their origins, which readers have no row of where all its cables are withheld."""
        return self.prefetch_related("origin")

    def published(self):
        """Cables that anyone may read."""
        return self.using(READER).filter(withheld_reason="")

    def known_as(self, reference: str):
        """Return the cable with this canonical reference, now or formerly, or None.

        Two questions, not one with OR: PostgreSQL would read the whole table for that.
        """
        return (
            self.filter(reference=reference).first()
            or self.filter(former_references__reference=reference).first()
        )

    def by_reference(self, references: Iterable[str]) -> dict[str, models.Model]:
        """Return {reference: cable} for those that are known, now or formerly."""
        references = set(references)
        known = self.in_bulk(references, field_name="reference") if references else {}
        if formers := references - known.keys():
            renamed = self.filter(former_references__reference__in=formers)
            for cable in renamed.annotate(former=models.F("former_references__reference")):
                known[cable.former] = cable
        return known

    def beside(self, reference: str, count: int):
        """The nearest of its series, a year and station, by number: `count` on either side.

        In no order. Serials sort as text, 12 between 119 and 2; those of one length are in order,
        and are walked along the unique index, up and down from the reference. Only where they are
        too few is the rest of the series sorted, some thousand cables at the most: PostgreSQL does
        not begin with the second part of a UNION ALL if the first fills the LIMIT.
        """
        number = reference.rstrip(ascii_uppercase)  # FRUS1861-D12A stands behind D12.
        series, length = number.rstrip(digits), len(number)
        cables = self.filter(reference__gte=f"{series}0", reference__lt=f"{series}:")
        cables = cables.alias(length=Length("reference"))
        alike, shorter = cables.filter(length=length), cables.filter(length__lt=length)
        longer = cables.filter(length__gt=length)
        lower = alike.filter(reference__lt=reference).order_by("-reference")[:count]
        lower = lower.union(shorter.order_by("-length", "-reference")[:count], all=True)
        higher = alike.filter(reference__gt=reference).order_by("reference")[:count]
        higher = higher.union(longer.order_by("length", "reference")[:count], all=True)
        return lower[:count].union(higher[:count], all=True)

    def sent_about(self, moment: datetime):
        """The nearest in time first. For the cables of one origin: it looks at each."""
        created, then = models.F("created"), models.Value(moment)
        return self.order_by(Greatest(created - then, then - created), "reference")

    def citing(self, reference: str):
        """Whose REF lines name this reference."""
        return self.filter(cites__contains=[reference])

    def around(self, cable, asked: Sequence[str], later: str, cited_by: int, named_by: int):
        """What is published around a cable: rows with `place`, "before" and so on.

        Before and after it stand those of its origin in the order of sending. "cites" are those
        that have one of the references `asked`, which is `cited`; of those that refer to it,
        "cited by", the first so many come, and `total` is how many there are. "named by" are
        those with a `paragraph` that names one of its own, which is `cited`: the first so many
        of each, and `total` is how many there are of that one.

        `later` is the same number a year later. If it is not here, "perhaps" are cables of that
        year that refer to it, with their `opening` and, where `cited` is one, as "named by":
        whether they print a year can be seen there.
        """
        given = {
            "id": cable.pk,
            "origin": cable.origin_id,
            "created": cable.created,
            "reference": cable.reference,
            "names": cable.names,
            "asked": list(asked),
            "later": later,
            "cited_by": cited_by,
            "named_by": named_by,
        }
        return self.using(READER).raw(AROUND, given)

    def citing_any(self, references: Iterable[str], but: Iterable[int]):
        """Whose REF lists name any of these references, as sent, each with the `total` of all.

        Without some that are known by their primary keys.
        """
        citing = self.filter(cites__overlap=list(references)).exclude(pk__in=list(but))
        counted = citing.annotate(total=models.Window(models.Count("*")))
        return counted.order_by("created", "reference")

    def beginning(self, text: str):
        """Whose reference begins so, in their order; else whose subject does, in that of subjects.

        Capitals or not. Each is found and put in order inside one index.
        """
        text = text.strip().upper()
        if REFERENCE_START.fullmatch(text):
            return self.filter(reference__startswith=text).order_by("reference")
        begun = self.alias(subject_start=SUBJECT_START).filter(subject_start__startswith=text)
        return begun.order_by("subject_start", "reference")

    def released_on(self, day: date):
        return self.filter(released=day)

    def created_in(self, year: int, month: int | None = None):
        """Sent in a year, or in a month of it, by UTC."""
        start = datetime(year, month or 1, 1, tzinfo=UTC)
        last = (year + 1, 1) if month in (None, 12) else (year, month + 1)
        return self.filter(created__gte=start, created__lt=datetime(*last, 1, tzinfo=UTC))

    def sent_by(self, origins: Iterable[int]):
        """Sent by any of these origins (primary keys)."""
        return self.filter(origin__in=origins)

    def tagged(self, codes: Iterable[str]):
        """Under every one of these tags. A cable stands once under each: none comes twice."""
        cables = self
        for code in codes:
            cables = cables.filter(taggings__tag=code)
        return cables

    def marked(self, codes: Iterable[str]):
        """With every one of these captions, and marks in parentheses: "SIPDIS", "(SBU)"."""
        cables = self
        for code in codes:
            cables = cables.filter(markings__code=code)
        return cables

    def labelled(self, labels: Iterable[str]):
        """With any of these labels, of which a cable has one of a sort: "kind:airgram"."""
        return self.filter(markings__code__in=list(labels))

    def classified(self, *classifications: str):
        return self.filter(classification__in=classifications)

    def partial(self):
        """Of which only a part is known."""
        return self.filter(partial=True)

    def with_references(self):
        """That name other cables."""
        return self.exclude(cites=[])

    def collected(self, collections: Iterable[str]):
        """Of any of these collections."""
        return self.filter(collections__overlap=list(collections))

    def saying(self, question):
        """With the words and the recipients that a question asks for."""
        return with_words(self, question)

    def sent_before(self, day: date):
        """Sent before a day, by UTC."""
        return self.filter(created__lt=datetime.combine(day, time.min, UTC))

    def origins_named(self, names: Iterable[str]) -> list[int]:
        """The primary keys of the origins with all words of any of these names.

        They are looked up apart: PostgreSQL misjudges how many cables a join would leave.
        """
        origins = self.model._meta.get_field("origin").related_model.objects.using(READER)
        return list(origins_named(origins, names).values_list("pk", flat=True))

    def matching(self, question):
        """What a question (asking.py) asks for: all if it is empty, none if it asks for nothing."""
        return matching(self, question)

    def found(self, question):
        """Published cables with the words of a question, for PostgreSQL to find by nothing else.

        What "=" says, "<=" says as well; but told so, it does not see that the index of a list
        has all of them, and cannot read that whole, with the vector of each, for a few.
        """
        return self.using(READER).filter(withheld_reason__lte="").saying(question)

    def with_subject(self, question):
        """Whose subject alone has all the words of a question; none if it asks for none there."""
        if not question.subject:
            return self.none()
        return self.alias(words=SUBJECT).filter(words=tsquery(question.subject))

    def for_listing(self, *more: str):
        """Only what a row of a list shows, and these fields."""
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
