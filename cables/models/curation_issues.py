"""The work list of the desk: issues of cables, cited references, and what curators left open."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q

from .cable import Cable
from .change_log import DecidedRow, account
from .collection_origin_tag import Collection
from .decision_records import BulkDecision
from .load_records import Copy

KINDS_OF_MATTERS = """
WITH RECURSIVE kinds AS (
    (SELECT kind FROM cables_matter ORDER BY kind LIMIT 1)
    UNION ALL
    SELECT (SELECT kind FROM cables_matter WHERE kind > kinds.kind ORDER BY kind LIMIT 1)
    FROM kinds WHERE kinds.kind IS NOT NULL
)
SELECT kind FROM kinds WHERE kind IS NOT NULL
"""


class Archive(models.TextChoices):
    """Kinds of archives, by what the rules of the parser mean for their cables.

    A database function of the migration that added them tells the kind of each cable.
    """

    VOLUME = "volume", "documents of printed volumes (FRUS)"
    EARLY = "early", "telegrams sent before 1973"
    OTHER = "", "all other cables"


# Rules that are off for a kind of archive unless a curator switches them on for a collection. The
# triggers of 0044_the_archive have the same pairs: a change here needs a migration.
OFF_BY_DEFAULT = {
    Archive.VOLUME: ("H-1", "H-3", "H-4", "M-13", "no-numbers", "no-subject"),
    Archive.EARLY: ("H-1", "H-3", "H-4", "no-numbers", "no-subject"),
}


class MatterQuerySet(models.QuerySet["Matter"]):
    def open(self):
        """Matters that nobody left as they are, of rules that are on for one of its collections."""
        return self.filter(is_open=True)

    def in_collection(self, slug: str):
        return self.filter(collections__contains=[slug])

    def of_load(self, load: int):
        """Matters of the cables that a load created or was the last to change."""
        return self.filter(cable__in=Copy.objects.filter(load=load).order_by().values("cable"))


class Matter(models.Model):
    """An issue of a published cable, as a rule noticed it. Triggers keep these rows.

    `kind` is the id of a parser's rule or one of the constants below; `said` is the message.
    `collections` and `archive` (see Archive) are those of the cable.
    """

    NO_SUBJECT, NO_NUMBERS = "no-subject", "no-numbers"
    TRANSMISSIONS, PRESS = "transmissions", "press"

    pk = models.CompositePrimaryKey("cable", "kind")
    cable = models.ForeignKey(
        Cable, on_delete=models.CASCADE, related_name="matters", db_index=False
    )
    kind = models.CharField(max_length=20, db_collation="C")
    reference = models.CharField(max_length=64, db_collation="C")
    said = models.TextField(blank=True)
    collections = ArrayField(models.CharField(max_length=40), default=list)
    archive = models.CharField(max_length=10, blank=True, choices=Archive)
    is_open = models.BooleanField(
        default=True, help_text="Its rule is on for a collection of the cable, and it was not left."
    )

    objects = MatterQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "reference"], name="matter_listed"),
            # Counts of open matters, also of one collection, are index-only scans.
            models.Index(
                fields=["kind", "reference"],
                include=["collections", "cable"],
                condition=Q(is_open=True),
                name="matter_open",
            ),
            # Open matters cable by cable.
            models.Index(
                fields=["cable", "kind"], condition=Q(is_open=True), name="matter_open_by_cable"
            ),
        ]
        default_permissions = ()

    def __str__(self):
        return f"{self.reference}: {self.kind}"

    @classmethod
    def kinds(cls) -> list[str]:
        """Return the kinds that there are, by skipping along the index."""
        with connection.cursor() as cursor:
            cursor.execute(KINDS_OF_MATTERS)
            return [kind for (kind,) in cursor.fetchall()]


class RuleSwitch(DecidedRow):
    """A rule that a curator switched off, or on, for the cables of a collection.

    Without a row it is on, but for OFF_BY_DEFAULT. A cable in several collections is checked if
    the rule is on for one of them.
    """

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE)
    rule = models.CharField(max_length=20, db_collation="C")
    is_on = models.BooleanField()
    reason = models.TextField()
    by = account()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["rule", "collection"], name="rule_switch_once")
        ]

    def __str__(self):
        return f"{self.rule} {'on' if self.is_on else 'off'} for {self.collection}"


class MatterAssignmentQuerySet(models.QuerySet["MatterAssignment"]):
    def in_force(self):
        """Assignments to active accounts of the desk: matters of others are nobody's."""
        return self.filter(to__is_active=True, to__is_staff=True)

    def of(self, kind: str, keys: Iterable[str]):
        return self.filter(kind=kind, key__in=list(keys))


class MatterAssignment(models.Model):
    """Who is to decide on a matter: on a row of a work list, by its `kind` and `key` (see Left).

    It stays when the matter is repaired or left, and holds again when it comes back.
    """

    kind = models.CharField(max_length=20, db_collation="C")
    key = models.CharField(max_length=250, db_collation="C")
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    by = account(related_name="+")
    at = models.DateTimeField(auto_now=True)

    objects = MatterAssignmentQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="assigned_once")]
        indexes = [models.Index(fields=["to", "kind", "key"], name="assigned_to")]

    def __str__(self):
        return f"{self.kind}, {self.key}: {self.to}"


def whose(rows: models.QuerySet, kind: str | OuterRef, to: int | None) -> models.QuerySet:
    """Filter rows, which are annotated with the `key` of their matters, by who has them.

    `kind` is that of the matters, or OuterRef of its column. `to` is the primary key of an
    account; None: those that nobody has who is active.
    """
    assigned = MatterAssignment.objects.filter(kind=kind, key=OuterRef("key"))
    if to is None:
        return rows.filter(~Exists(assigned.in_force()))
    return rows.filter(Exists(assigned.filter(to=to)))


class Cited(models.Model):
    """How many published cables cite a reference, whether it is held here or not.

    References are compared in the spelling in which texts were read (I-9).
    """

    reference = models.CharField(max_length=64, primary_key=True, db_collation="C")
    cables = models.IntegerField()
    is_here = models.BooleanField(
        db_default=False, help_text="Whether a cable has it, or had it. Triggers keep it."
    )

    class Meta:
        verbose_name_plural = "cited"
        indexes = [
            models.Index(
                fields=["-cables", "reference"], condition=Q(is_here=False), name="cited_not_here"
            )
        ]
        default_permissions = ()

    def __str__(self):
        return f"{self.reference} ({self.cables})"

    @staticmethod
    def find_again():
        """Compare all with what is here.

        Triggers do not see what another transaction stored and did not end yet.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT cables_find_cited(NULL)")


class Left(models.Model):
    """An issue that a curator checked and left as it is, with the reason.

    `key` identifies it in its work list: a reference, a tag, the number of a row of a load.
    """

    kind = models.CharField(max_length=20, db_collation="C")
    key = models.CharField(max_length=250, db_collation="C")
    label = models.CharField(max_length=250, help_text="As the work list named it.")
    reason = models.TextField()
    by = account()
    at = models.DateTimeField(auto_now_add=True)
    decision = models.ForeignKey(
        BulkDecision,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        help_text="The decision on many that left it, if it was left so.",
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = "matter left as it is"
        verbose_name_plural = "matters left as they are"
        permissions = [
            ("switch_rule", "Can switch rules off and on for a collection"),
            ("assign_matter", "Can assign matters to accounts, and have them"),
        ]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="left_once")]

    def __str__(self):
        return f"{self.kind}: {self.label}"
