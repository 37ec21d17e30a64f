"""The public figures of requests: for past years only, and rounded, so that no case shows.

The figures are counted once a year. If they followed each decision, two readings would show what
was decided between them, and beside a cable that was withheld on that day also about what.
"""

from collections import Counter

from django.conf import settings
from django.db import models, transaction

from .request_cases import Outcome, RequestCase, today

STEP = 5  # Counts are rounded to it; smaller ones, zero too, are "fewer than 5".


def rounded(count: int) -> int:
    """Return a count rounded to the nearest STEP; 0 stands for all counts below it.

    >>> [rounded(count) for count in (0, 1, 4, 5, 7, 8, 13)]
    [0, 0, 0, 5, 5, 10, 15]
    """
    return 0 if count < STEP else (count + STEP // 2) // STEP * STEP


class RequestFigure(models.Model):
    """How many cases of a past year had an outcome, rounded. Readers may read it."""

    RECEIVED, OPEN = "received", "open"
    KINDS = [
        (RECEIVED, "Received"),
        *(choice for choice in Outcome.choices if choice[0] != Outcome.VOID),
        (OPEN, "Not decided yet"),
    ]

    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=KINDS)
    cases = models.PositiveIntegerField(help_text="Rounded; 0: fewer than 5.")
    counted = models.DateField()

    class Meta:
        default_permissions = ()
        ordering = ["-year", "pk"]
        constraints = [models.UniqueConstraint(fields=["year", "kind"], name="request_figure_once")]

    def __str__(self):
        return f"{self.year} {self.kind}"

    @property
    def shown(self) -> str:
        """The count as readers see it: "about 15", "fewer than 5"."""
        return f"about {self.cases:,}" if self.cases else f"fewer than {STEP}"

    @classmethod
    @transaction.atomic
    def renew(cls):
        """Count the cases of past years, once in each year; delete the figures if they are off."""
        day = today()
        figures = RequestFigure.objects.all()
        is_new = figures.filter(counted__year=day.year).exists()
        if settings.REQUEST_FIGURES and is_new:
            return
        if figures.exists():  # Deleting nothing would make pages anew, too.
            figures.delete()
        if settings.REQUEST_FIGURES:
            figures.bulk_create(
                RequestFigure(year=year, kind=kind, cases=rounded(counts[kind]), counted=day)
                for year, counts in _counts(day.year).items()
                for kind, _ in cls.KINDS
            )


def _counts(this_year: int) -> dict[int, Counter[str]]:
    """Return {year: {kind: cases}} from the first year with a case to the last one."""
    cases = RequestCase.objects.exclude(outcome=Outcome.VOID).filter(received__year__lt=this_year)
    found: dict[int, Counter[str]] = {}
    for received, outcome in cases.order_by().values_list("received", "outcome"):
        counts = found.setdefault(received.year, Counter())
        counts.update([RequestFigure.RECEIVED, outcome or RequestFigure.OPEN])
    if not found:
        return {}
    return {year: found.get(year, Counter()) for year in range(min(found), this_year)}
