"""The work list of the desk: issues of cables, cited references, and what curators left open."""

from django.conf import settings
from django.db import connection, models

from .cable import Cable

KINDS_OF_MATTERS = """
WITH RECURSIVE kinds AS (
    (SELECT kind FROM cables_matter ORDER BY kind LIMIT 1)
    UNION ALL
    SELECT (SELECT kind FROM cables_matter WHERE kind > kinds.kind ORDER BY kind LIMIT 1)
    FROM kinds WHERE kinds.kind IS NOT NULL
)
SELECT kind FROM kinds WHERE kind IS NOT NULL
"""


class Matter(models.Model):
    """An issue of a published cable that a person should check. Triggers keep these rows.

    `kind` is the id of a parser's rule or one of the constants below; `said` is the message.
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

    class Meta:
        indexes = [models.Index(fields=["kind", "reference"], name="matter_listed")]
        default_permissions = ()

    def __str__(self):
        return f"{self.reference}: {self.kind}"

    @classmethod
    def kinds(cls) -> list[str]:
        """Return the kinds that there are, by skipping along the index."""
        with connection.cursor() as cursor:
            cursor.execute(KINDS_OF_MATTERS)
            return [kind for (kind,) in cursor.fetchall()]


class Cited(models.Model):
    """How many published cables cite a reference, whether it is held here or not."""

    reference = models.CharField(max_length=64, primary_key=True, db_collation="C")
    cables = models.IntegerField()

    class Meta:
        verbose_name_plural = "cited"
        indexes = [models.Index(fields=["-cables", "reference"], name="cited_by_frequency")]
        default_permissions = ()

    def __str__(self):
        return f"{self.reference} ({self.cables})"


class Left(models.Model):
    """An issue that a curator checked and left as it is, with the reason.

    `key` identifies it in its work list: a reference, a tag, the digest of a row.
    """

    kind = models.CharField(max_length=20, db_collation="C")
    key = models.CharField(max_length=250, db_collation="C")
    label = models.CharField(max_length=250, help_text="As the work list named it.")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "matter left as it is"
        verbose_name_plural = "matters left as they are"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="left_once")]

    def __str__(self):
        return f"{self.kind}: {self.label}"
