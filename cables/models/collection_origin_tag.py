"""What cables belong to and are browsed by: collections, countries, origins, tags."""

from functools import lru_cache
from urllib.parse import quote

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connection, models
from django.db.models import Q
from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS

STAND_IN = "0"  # In no route before the name.
UNQUOTED = f"{RFC3986_SUBDELIMS}/~:@"  # As reverse() has it.


def lock_table(model: type[models.Model], mode: str) -> None:
    """Lock a table in a mode of PostgreSQL until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {model._meta.db_table} IN {mode} MODE")


def address(route: str, name: str, **more: str | int) -> str:
    """Return the address of a route whose first argument is the reference, slug or code `name`.

    >>> address("tag", "UNGA/C-6")
    '/tag/UNGA/C-6/'

    `more` are further arguments of a route of cables. It takes a tenth of the time of `reverse`.
    """
    before, after = around_name(route, **more)
    return f"{before}{quote(name, safe=UNQUOTED)}{after}"


@lru_cache(maxsize=2_000)
def around_name(route: str, **more: str | int) -> tuple[str, str]:
    """Return what the addresses of a route have before and after the name."""
    place = {"kwargs": {"reference": STAND_IN, **more}} if more else {"args": [STAND_IN]}
    before, _, after = reverse(route, **place).partition(STAND_IN)
    return before, after


class Collection(models.Model):
    """Cables that were acquired together. Loads go into "cables" if no other is named."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    provenance = models.TextField(blank=True, help_text="Where its files come from.")
    total = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many cables the collection has when complete."
    )

    class Meta:
        ordering = ["slug"]

    def __str__(self):
        return self.name


class Country(models.Model):
    """A country with origins. Codes are ISO 3166-1 alpha-2; XJ and XK are user-assigned."""

    iso2 = models.CharField(max_length=2, unique=True)
    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=100, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "countries"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return address("country", self.slug)


def degrees(most: int, help_text: str):
    """Return a field for a coordinate, from -most to most degrees."""
    limits = [MinValueValidator(-most), MaxValueValidator(most)]
    return models.FloatField(null=True, blank=True, validators=limits, help_text=help_text)


class Origin(models.Model):
    """An embassy, consulate, mission or office that sends cables."""

    name = models.CharField(max_length=200, unique=True, help_text="Embassy Phnom Penh")
    slug = models.SlugField(max_length=200, unique=True)
    station = models.CharField(
        max_length=40, blank=True, help_text="As in its references: PHNOMPENH."
    )
    kind = models.CharField(max_length=40, blank=True, help_text="Embassy, Consulate, Mission …")
    city = models.CharField(max_length=100, blank=True)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="origins"
    )
    also_named = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    also_stations = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    latitude = degrees(90, "Degrees to the north, 11.56; to the south, -12.05.")
    longitude = degrees(180, "Degrees to the east, 104.92; to the west, -77.04.")
    same_as = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        help_text="The same place under its later name (KIEV, KYIV).",
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        help_text="The origin whose cables its own are now; its address leads there.",
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    *(Q(latitude__isnull=False), Q(longitude__isnull=False)),
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="origin_position",
                violation_error_message="A position is a latitude and a longitude.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return address("origin", self.slug)

    @classmethod
    def lock(cls, *, to_merge: bool = False) -> None:
        """Let nobody merge or part names, of tags too, until the end of this transaction.

        Call it before cables are locked. `to_merge` waits for all who have locked some.
        """
        lock_table(cls, "EXCLUSIVE" if to_merge else "ROW SHARE")


class Tag(models.Model):
    """A TAGS code (Traffic Analysis by Geography and Subject) and what it stands for.

    Cables keep their codes as printed. Tags that name a person have no row: there is no index of
    people.
    """

    class Kind(models.TextChoices):
        SUBJECT = "subject", "Subject"
        ORGANIZATION = "organization", "Organization"
        GEO = "geo", "Country or region"
        PROGRAM = "program", "Program"
        UNKNOWN = "unknown", "Not known"

    code = models.CharField(max_length=200, unique=True, db_collation="C")
    kind = models.CharField(max_length=20, choices=Kind)
    label = models.CharField(max_length=200, blank=True, help_text="In plain words.")
    merged_into = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        editable=False,
        help_text="The codes that stand for it: its address leads to the first.",
    )

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.code

    def get_absolute_url(self):
        return address("tag", self.code)
