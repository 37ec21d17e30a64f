"""How many published cables each list holds, counted once for every state of the archive."""

import unicodedata
from datetime import UTC
from functools import cached_property

from django.core.cache import cache
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from .classifications import CLASSIFICATIONS
from .models import Cable, Collection, Link, Origin, State, Tag, Tagging
from .querysets import READER

REST = "0-9"  # The heading of what begins with no letter.


def initial(label: str) -> str:
    """Return the letter that a label stands under in an index, A to Z, or REST."""
    letter = unicodedata.normalize("NFKD", label)[:1].upper()
    return letter if "A" <= letter <= "Z" else REST


def place(name: str) -> str:
    """Return what an origin is sorted by: "Embassy Lima" stands under L, "Mission" under M."""
    return name.removeprefix("Embassy ").removeprefix("Consulate ")


class Tallies:
    """The counts of all lists. Asks for the state's number at once, for the rest when needed.

    The number is read before what is counted, so that a count can be newer than its number
    for as long as a request lasts, and never older.
    """

    def __init__(self):
        self.state = State.objects.using(READER).values_list("number", flat=True).first() or 0

    @cached_property
    def total(self):
        return sum(self.created.values())

    @cached_property
    def promised(self):
        """How many cables the collections have when complete; None if nobody says."""
        return self._kept("promised", count_promised)

    @cached_property
    def released(self):
        """{day: cables}, latest first."""
        return self._kept("released", count_by_released)

    @cached_property
    def created(self):
        """{first day of the month: cables}, earliest first."""
        return self._kept("created", count_by_created)

    @cached_property
    def origins(self):
        """(name, slug, cables) of each origin that has a cable, by place."""
        return self._kept("origins", count_by_origin)

    @cached_property
    def tags(self):
        """(code, label, cables) of each tag that has a cable, by code."""
        return self._kept("tags", count_by_tag)

    @cached_property
    def months(self):
        """{first day of the month: cables} released in it, latest first."""
        return _summed((day.replace(day=1), cables) for day, cables in self.released.items())

    @property
    def span(self):
        """The first and the last month in which cables were sent; nothing if there are none."""
        months = list(self.created)
        return [months[0], months[-1]] if months else []

    @property
    def latest_months(self):
        return list(self.months)[:12]

    @cached_property
    def years(self):
        """{"2007": cables} sent in it, earliest first."""
        return _summed((str(month.year), cables) for month, cables in self.created.items())

    @cached_property
    def origin_letters(self):
        return _summed((initial(place(name)), cables) for name, _, cables in self.origins)

    @cached_property
    def tag_letters(self):
        return _summed((initial(code), cables) for code, _, cables in self.tags)

    @cached_property
    def classifications(self):
        """(Classification, cables) of each class that has a cable, by rank."""
        return self._kept("classifications", count_by_classification)

    @cached_property
    def links(self):
        """(label, address) of the curators' links."""
        return self._kept("links", read_links)

    def _kept(self, name, read):
        return cache.get_or_set(f"tallies-{name}-{self.state}", read, timeout=None)


def count_promised():
    return Collection.objects.using(READER).aggregate(total=Sum("total"))["total"]


def count_by_released():
    return dict(_count("released").order_by("-released"))


def count_by_created():
    # In UTC by the database itself, which then reads nothing but an index.
    months = Cable.objects.published().annotate(month=TruncMonth("created", tzinfo=UTC))
    counts = months.values_list("month").annotate(Count("pk")).order_by("month")
    return {month.date(): cables for month, cables in counts}


def count_by_origin():
    origins = Origin.objects.using(READER).in_bulk()
    counts = [(origins[pk].name, origins[pk].slug, cables) for pk, cables in _count("origin")]
    return sorted(counts, key=lambda row: (place(row[0]).casefold(), row[0]))


def count_by_tag():
    labels = dict(Tag.objects.using(READER).values_list("code", "label"))
    counts = Tagging.objects.using(READER).values_list("tag").annotate(Count("cable"))
    return [(code, labels.get(code, ""), cables) for code, cables in counts.order_by("tag")]


def count_by_classification():
    counts = dict(_count("classification"))
    return [(known, counts[known.value]) for known in CLASSIFICATIONS if known.value in counts]


def read_links():
    return list(Link.objects.using(READER).values_list("label", "address"))


def _summed(counts):
    sums = {}
    for key, cables in counts:
        sums[key] = sums.get(key, 0) + cables
    return sums


def _count(column):
    return Cable.objects.published().values_list(column).annotate(Count("pk")).order_by()
