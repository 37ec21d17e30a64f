"""What can be asked of the lists that are kept in narrow tables: under a tag, with a caption."""

import json
from collections.abc import Iterable

from django.db import connections, models

from .querysets import READER, ListedQuerySet

# All taggings are of published cables; to say so lets PostgreSQL stay inside the indexes of these.
PUBLISHED_CABLE = models.Q(cable__withheld_reason="")


class NarrowQuerySet(ListedQuerySet):
    """What can be asked of a list that is kept in a narrow table, a row for each of its cables."""

    KEY = "cable"

    def tagged(self, codes: Iterable[str]):
        """Under every one of these tags too."""
        return self._also("taggings", "tag", codes)

    def marked(self, codes: Iterable[str]):
        """With every one of these captions, and marks in parentheses, too."""
        return self._also("markings", "code", codes)

    def labelled(self, labels: Iterable[str]):
        """With any of these labels too."""
        cable = self.model._meta.get_field("cable").related_model
        table = cable._meta.get_field("markings").related_model.objects
        return self.filter(cable__in=table.filter(code__in=list(labels)).values("cable"))

    def sent_by(self, origins: Iterable[int]):
        return self.filter(PUBLISHED_CABLE, cable__origin__in=origins)

    def classified(self, *classifications: str):
        return self.filter(PUBLISHED_CABLE, cable__classification__in=classifications)

    def partial(self):
        return self.filter(PUBLISHED_CABLE, cable__partial=True)

    def with_references(self):
        return self.filter(PUBLISHED_CABLE).exclude(cable__cites=[])

    def collected(self, collections: Iterable[str]):
        return self.filter(PUBLISHED_CABLE, cable__collections__overlap=list(collections))

    def _also(self, relation, column, codes):
        """Of cables that have a row with each of these codes in a narrow table."""
        cable = self.model._meta.get_field("cable").related_model
        table = cable._meta.get_field(relation).related_model.objects
        rows = self
        for code in codes:
            rows = rows.filter(cable__in=table.filter(**{column: code}).values("cable"))
        return rows

    def _refill(self, cables: Iterable[int], rows: str):
        """Make the rows of these cables (primary keys) anew by a SELECT."""
        table = self.model._meta.db_table
        keys = list(cables)
        with connections[self.db].cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE cable_id = ANY(%s)", [keys])
            cursor.execute(f"INSERT INTO {table} {rows}", [keys])


class TaggingQuerySet(NarrowQuerySet):
    def published_under(self, code: str):
        """The published cables under a tag."""
        return self.using(READER).filter(tag=code)

    def often_with(self, code: str, sample: int):
        """Rows {tag, cables}: the tags on the latest so many cables under one, most first."""
        latest = self.filter(tag=code).listed().values("cable")[:sample]
        beside = self.using(READER).filter(cable__in=latest).exclude(tag=code)
        return beside.values("tag").annotate(cables=models.Count("*")).order_by("-cables", "tag")

    def refresh(self, cables: Iterable[int]):
        """Make the rows of these cables (primary keys) anew from their tags.

        Each tag once, however often it is printed; tags that name a person have no list.
        """
        self._refill(
            cables,
            """(cable_id, tag, released, created, reference)
            SELECT DISTINCT cable.id, tag, released, created, reference
            FROM cables_cable cable, unnest(tags) AS tag
            WHERE cable.id = ANY(%s) AND withheld_reason = '' AND position(',' in tag) = 0""",
        )


# The first cable of each part of each volume says what these are called, if it is shown as that
# volume prints it.
VOLUMES = """
SELECT codes.code, cables, first.facts #>> '{edition,volume_title}',
    first.facts #> '{edition,chapters}', first.facts #>> '{edition,document}'
FROM (
    SELECT code, count(*) AS cables FROM cables_marking WHERE code LIKE 'volume:%%'
    AND (%s = '' OR cable_id IN (
        SELECT id FROM cables_cable WHERE collections @> ARRAY[%s]::varchar[]
    ))
    GROUP BY code
) AS codes LEFT JOIN LATERAL (
    SELECT cable.facts FROM cables_marking marking JOIN cables_cable cable ON cable.id = cable_id
    WHERE marking.code = codes.code
    AND cable.facts #>> '{edition,volume}' = split_part(substr(codes.code, 8), '/', 1)
    ORDER BY marking.reference LIMIT 1
) AS first ON true
"""


class MarkingQuerySet(NarrowQuerySet):
    def volumes(self, collection: str = "") -> list[tuple]:
        """Rows (code, cables, title, chapters, document) of each volume and of each part of it.

        Chapters are [id, title] around the document that was looked at.
        """
        with connections[READER].cursor() as cursor:
            cursor.execute(VOLUMES, [collection, collection])
            return [(*row[:3], json.loads(row[3] or "[]"), row[4] or "") for row in cursor]

    def published_under(self, code: str):
        """The published cables with a caption, or with a paragraph under a mark: "(SBU)"."""
        return self.using(READER).filter(code=code)

    def refresh(self, cables: Iterable[int]):
        """Make the rows of these cables (primary keys) anew from all that these print."""
        self._refill(
            cables,
            """(cable_id, code, released, created, reference)
            SELECT DISTINCT cable.id, code, released, created, reference
            FROM cables_cable cable, LATERAL
                (SELECT unnest(captions) UNION SELECT '(' || unnest(marks) || ')'
                UNION SELECT unnest(labels)) printed (code)
            WHERE cable.id = ANY(%s) AND withheld_reason = ''""",
        )
