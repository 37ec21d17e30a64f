"""Every question that the site asks of its cables, by name."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db import connections, models
from django.db.models.functions import Left, Upper

SUBJECT_START = Upper(Left("subject", 100))  # As the index has it.
READER = "reader"  # The database alias that sees the public tables only.


class CableQuerySet(models.QuerySet):
    def readable(self):
        """All cables whose address answers, withheld ones too, as the reader's role sees them."""
        return self.using(READER)

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

    def beginning(self, text: str):
        """Whose reference or subject begins so, in capitals or not; found inside two indexes."""
        text = text.upper()[:100]
        return self.alias(subject_start=SUBJECT_START).filter(
            models.Q(reference__startswith=text) | models.Q(subject_start__startswith=text)
        )

    def listed(self):
        """In the order of every list: released descending, then as sent. A total order."""
        return self.order_by("-released", "created", "reference")

    def released_on(self, day: date):
        return self.filter(released=day)

    def created_in(self, year: int, month: int | None = None):
        """Sent in a year, or in a month of it, by UTC."""
        start = datetime(year, month or 1, 1, tzinfo=UTC)
        last = (year + 1, 1) if month in (None, 12) else (year, month + 1)
        return self.filter(created__gte=start, created__lt=datetime(*last, 1, tzinfo=UTC))

    def classified(self, classification: str):
        return self.filter(classification=classification)

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


class TaggingQuerySet(models.QuerySet):
    def tagged(self, code: str):
        """The published cables under a tag, in the order of every list."""
        return self.using(READER).filter(tag=code).order_by("-released", "created", "reference")

    def refresh(self, cables: Iterable[int]):
        """Make the rows of these cables (primary keys) anew from their tags.

        Each tag once, however often it is printed; tags that name a person have no list.
        """
        keys = list(cables)
        with connections[self.db].cursor() as cursor:
            cursor.execute("DELETE FROM cables_tagging WHERE cable_id = ANY(%s)", [keys])
            cursor.execute(
                """
                INSERT INTO cables_tagging (cable_id, tag, released, created, reference)
                SELECT DISTINCT cable.id, tag, released, created, reference
                FROM cables_cable cable, unnest(tags) AS tag
                WHERE cable.id = ANY(%s) AND withheld_reason = '' AND position(',' in tag) = 0
                """,
                [keys],
            )
