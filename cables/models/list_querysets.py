"""The queries of lists in narrow tables: cables with a tag, a caption, a mark or a label."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from django.apps import apps
from django.db import connections, models
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Concat, Length, Lower, Substr, Upper

from ..telegram.fact_types import PERSON_ROLES
from .querysets import READER, ListedQuerySet, M

# All rows are of published cables; the condition lets PostgreSQL use the partial indexes of these.
PUBLISHED_CABLE = models.Q(cable__withheld_reason="")


def _rows_of(model: str) -> models.Manager:
    """Return the rows of a narrow table; its model is defined in a module that imports this one."""
    return apps.get_model("cables", model)._default_manager


class NarrowQuerySet(ListedQuerySet[M]):
    """Queries of a list in a narrow table, which has one row for each cable of the list."""

    KEY = "cable"

    def tagged(self, codes: Iterable[str]):
        """With any of these tags too."""
        return self._also("Tagging", "tag", codes)

    def marked(self, codes: Iterable[str]):
        """With any of these captions, portion marks and labels too."""
        return self._also("Marking", "code", codes)

    naming = marked  # By labels of persons.

    def unmarked(self, codes: Iterable[str]):
        others = _rows_of("Marking").filter(code__in=list(codes))
        return self.exclude(cable__in=others.values("cable"))

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

    def _also(self, model: str, column: str, codes: Iterable[str]):
        """Rows of cables that have any of these codes in a narrow table."""
        others = _rows_of(model).filter(**{f"{column}__in": list(codes)})
        return self.filter(cable__in=others.values("cable"))

    def _refill(self, cables: Iterable[int], rows: str):
        """Replace the rows of these cables (primary keys) by those of a SELECT."""
        table = self.model._meta.db_table
        keys = list(cables)
        with connections[self.db].cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE cable_id = ANY(%s)", [keys])  # noqa: S608
            cursor.execute(f"INSERT INTO {table} {rows}", [keys])


class TaggingQuerySet(NarrowQuerySet[M]):
    def published_under(self, code: str):
        """The published cables with a tag."""
        return self.using(READER).filter(tag=code)

    def often_with(self, code: str, sample: int):
        """Rows {tag, cables}: other tags of the latest `sample` cables with a tag, most first."""
        latest = self.filter(tag=code).listed().values("cable")[:sample]
        others = self.using(READER).filter(cable__in=latest).exclude(tag=code)
        return others.values("tag").annotate(cables=models.Count("*")).order_by("-cables", "tag")

    def refresh(self, cables: Iterable[int]):
        """Replace the rows of these cables (primary keys) by their present tags.

        A tag that is printed twice has one row; tags that name a person have none.
        """
        self._refill(
            cables,
            """(cable_id, tag, released, created, reference)
            SELECT DISTINCT cable.id, tag, released, created, reference
            FROM cables_cable cable, unnest(tags) AS tag
            WHERE cable.id = ANY(%s) AND withheld_reason = '' AND position(',' in tag) = 0""",
        )


# The titles of a volume and its chapters are those of the first cable in it that shows the text of
# that volume.
VOLUMES = """
SELECT codes.code, cables, first.facts #>> '{edition,volume_title}',
    first.facts #> '{edition,chapters}', first.facts #>> '{edition,document}',
    first.facts #>> '{edition,published}'
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


class VolumeRow(NamedTuple):
    """A volume or chapter in which cables are printed, with its first document that is held."""

    code: str  # "volume:frus1861", "volume:frus1861/ch2"
    cables: int
    title: str | None  # Of the volume.
    chapters: list[tuple[str, str]]  # (id, title) of those around the document, the widest first.
    document: str  # Its id, "d12"; "" if it is not known.
    published: str = ""  # The year of the volume.


class MarkingQuerySet(NarrowQuerySet[M]):
    def volumes(self, collection: str = "") -> list[VolumeRow]:
        """Return a row of each volume and of each chapter."""
        with connections[READER].cursor() as cursor:
            cursor.execute(VOLUMES, [collection, collection])
            return [
                VolumeRow(code, n, title, json.loads(chapters or "[]"), document or "", year or "")
                for code, n, title, chapters, document, year in cursor
            ]

    def without_persons(self):
        """All but the labels of persons."""
        return self.exclude(code__regex=f"^({'|'.join(PERSON_ROLES)}):")

    def published_under(self, code: str):
        """The published cables with a caption, a label, or a paragraph with a mark: "(SBU)"."""
        return self.using(READER).filter(code=code)

    def with_documents(self):
        """With `document`, its id in the volume whose label this is: "d12".

        The text shown of a message that two volumes have is that of one. In the other its document
        is told by the name under which that volume has it: FRUS1955-57V99-D12.
        """
        edition = KeyTransform("edition", "cable__facts")
        volume = models.Func(
            *(Substr("code", len("volume:") + 1), models.Value("/"), models.Value(1)),
            function="split_part",
            output_field=models.TextField(),
        )
        start = Concat(Upper(models.OuterRef("volume")), models.Value("-D"))
        names = _rows_of("FormerReference").filter(
            cable=models.OuterRef("cable"), reference__startswith=start
        )
        name = models.Subquery(names.using(READER).values("reference")[:1])
        return self.annotate(volume=volume, shown=KeyTextTransform("volume", edition)).annotate(
            document=models.Case(
                models.When(shown=models.F("volume"), then=KeyTextTransform("document", edition)),
                default=Lower(Substr(name, Length("volume") + 2)),
                output_field=models.TextField(),
            )
        )

    def in_printed_order(self):
        """By the number of their document in the volume listed: d2, d2a, d10; others come last."""
        number = models.Func(
            "document", models.Value(r"\d+"), function="substring", output_field=models.TextField()
        )
        rows = self.with_documents().annotate(place=Cast(number, models.IntegerField()))
        return rows.order_by(models.F("place").asc(nulls_last=True), "document", "reference")

    def refresh(self, cables: Iterable[int]):
        """Replace the rows of these cables (primary keys) by their captions, marks and labels."""
        self._refill(
            cables,
            """(cable_id, code, released, created, reference)
            SELECT DISTINCT cable.id, code, released, created, reference
            FROM cables_cable cable, LATERAL
                (SELECT unnest(captions) UNION SELECT '(' || unnest(marks) || ')'
                UNION SELECT unnest(labels)) printed (code)
            WHERE cable.id = ANY(%s) AND withheld_reason = ''""",
        )
