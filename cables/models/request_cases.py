"""Requests to take down or correct a cable: cases, comments and letters. Only the desk sees
them.

Personal data of a case are in PERSONAL and its comments, and nowhere else: the log of changes,
which cannot be erased, has the number of a case and its outcome. What was decided for it refers to
it, which tells what it was about, until these data are deleted.

The public figures are for past years only, and rounded, so that no case shows. They are counted
once a year. If they followed each decision, two readings would show what was decided between them,
and beside a cable that was withheld on that day also about what.
"""

import secrets
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from .cable import Cable
from .change_log import Change, account, current_case
from .collection_origin_tag import lock_table
from .former_references import spellings_of_all

ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"  # Without vowels and letters that look like digits.
LENGTH = 6
# Fields with personal data -> the value that replaces them.
PERSONAL: dict[str, Any] = {
    **dict.fromkeys(("name", "contact", "message", "written", "reason", "letter"), ""),
    **{"places": [], "named": []},
}


def today() -> date:
    return timezone.now().date()


def day_due() -> date:
    """Return the day on which a case is due that comes in today."""
    return today() + timedelta(days=settings.REQUEST_DAYS)


def new_number() -> str:
    """Return a number for a case, "2026-K7QXM4". It does not tell how many cases there were."""
    return f"{today().year}-" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def newest_cable() -> int:
    """Return the primary key of the cable that was loaded last, 0 if none is here."""
    return Cable.objects.aggregate(last=models.Max("pk"))["last"] or 0


class Outcome(models.TextChoices):
    """How a case ended."""

    GRANTED = "granted", "Granted"
    PARTLY = "partly", "Granted in part"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn by who asked"
    ELSEWHERE = "elsewhere", "Not a matter of this archive"
    VOID = "void", "Not a request: spam, or a double"


class RequestCaseQuerySet(models.QuerySet["RequestCase"]):
    def open(self):
        """Cases without a decision, the first due first."""
        return self.exclude(state=RequestCase.State.CLOSED).order_by("due", "pk")

    def overdue(self):
        return self.open().filter(due__lt=today())

    def about(self, cable: Cable):
        """Cases that name a cable, by any reference that it has or had, newest first."""
        spellings = spellings_of_all([cable], self.db)
        return self.filter(named__overlap=spellings).order_by("-received", "-pk")

    def expired(self):
        """Closed cases whose personal data have been kept for as long as the room keeps them."""
        end = timezone.now() - timedelta(days=settings.REQUEST_RETENTION_DAYS)
        closed = self.filter(state=RequestCase.State.CLOSED, cleared__isnull=True)
        return closed.filter(closed__lt=end)

    @transaction.atomic
    def clear_personal_data(self, by=None) -> int:
        """Delete the personal data of those of these cases that are closed; return how many."""
        closed = self.filter(state=RequestCase.State.CLOSED, cleared__isnull=True)
        cases = list(closed.select_for_update().order_by("pk"))
        keys = [case.pk for case in cases]
        # First the cases: a trigger lets nobody delete the comments of others.
        RequestCase.objects.filter(pk__in=keys).update(cleared=timezone.now(), **PERSONAL)
        CaseComment.objects.filter(case__in=keys).delete()
        for case in cases:
            case.proposals.filter(kinds__contains=["case"]).delete()
            for made in (case.proposals, case.decisions, case.searches):
                made.update(case=None)  # Which cable it was about.
        for case in cases:
            case.write_down("cleared", by)
        return len(cases)


class RequestCase(models.Model):
    """A request to take down or correct something, from its receipt to its decision.

    `places` are cables and paragraphs, "06BERLIN900001 par3"; `named` their references alone.
    """

    class Kind(models.TextChoices):
        TAKE_DOWN = "take_down", "Take down"
        CORRECT = "correct", "Correct"
        OTHER = "other", "Something else"

    class Way(models.TextChoices):
        LETTER = "letter", "Letter"
        EMAIL = "email", "E-mail"
        FORM = "form", "Form of this site"
        TELEPHONE = "telephone", "Telephone"
        PERSON = "person", "In person"
        COURT = "court", "Court order"
        OTHER = "other", "Another way"

    class State(models.TextChoices):
        NEW = "new", "New"
        WORKING = "working", "Being looked into"
        WAITING = "waiting", "Waits for an answer"
        CLOSED = "closed", "Closed"

    number = models.CharField(max_length=20, unique=True, default=new_number, editable=False)
    kind = models.CharField("what is wanted", max_length=10, choices=Kind, default=Kind.TAKE_DOWN)
    way = models.CharField("came by", max_length=10, choices=Way, default=Way.LETTER)
    name = models.CharField("who asked", max_length=200)
    contact = models.TextField("how to reach them", max_length=500, blank=True)
    message = models.TextField("what they say", max_length=20_000, blank=True)
    written = models.TextField(
        "cables, as they wrote them", max_length=2_000, blank=True, editable=False
    )
    places = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    named = ArrayField(models.CharField(max_length=64), default=list, editable=False)
    received = models.DateField(default=today)
    due = models.DateField(default=day_due)
    assigned = account(null=True, blank=True, verbose_name="assigned to")
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, editable=False)
    reason = models.TextField("reason of the decision", max_length=5_000, blank=True)
    letter = models.TextField(max_length=20_000, blank=True)
    closed = models.DateTimeField(null=True, editable=False)
    cleared = models.DateTimeField(
        null=True, editable=False, help_text="When its personal data were deleted."
    )

    last_cable = models.BigIntegerField(
        default=newest_cable, editable=False, help_text="The newest when its cables were named."
    )

    objects = RequestCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "case"
        verbose_name_plural = "requests to take down or correct"
        ordering = ["due", "pk"]
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["due"], condition=~Q(state="closed"), name="case_open_due"),
            GinIndex(fields=["named"], name="case_named"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed__isnull=False) & ~Q(outcome="")
                | ~Q(state="closed") & Q(outcome="", closed__isnull=True, cleared__isnull=True),
                name="case_closed_with_outcome",
            )
        ]

    def __str__(self):
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state != self.State.CLOSED

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due < today()

    def comment(self, text: str, by=None) -> "CaseComment":
        """Add a comment, which is deleted with the personal data of the case and not before."""
        return CaseComment.objects.create(case=self, text=text, by=by)

    def write_down(self, action: str, by=None):
        """Add an entry to the log of changes: the number of the case and its outcome, no more."""
        reason = Outcome(self.outcome).label if self.outcome else ""
        Change.objects.create(action=action, what=f"case {self.number}", reason=reason, by=by)


def case_of(**options) -> models.ForeignKey:
    """Return the field: for which request something was made, until its personal data go.

    Only whoever may see requests is told.
    """
    return models.ForeignKey(
        *(RequestCase, models.SET_NULL), null=True, editable=False, default=current_case, **options
    )


class CaseComment(models.Model):
    """What a curator noted on a case. Comments are never changed (a trigger sees to it)."""

    case = models.ForeignKey(RequestCase, on_delete=models.CASCADE, related_name="comments")
    by = account(null=True)
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField(max_length=5_000)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.case} {self.at:%Y-%m-%d %H:%M}"


class LetterTemplate(models.Model):
    """The text with which a letter of one kind begins. `$number` and the like are filled in."""

    RECEIPT = "receipt"

    occasion = models.CharField(
        max_length=10, choices=[(RECEIPT, "Receipt of a request"), *Outcome.choices], unique=True
    )
    text = models.TextField()

    class Meta:
        verbose_name = "letter template"
        ordering = ["pk"]
        default_permissions = ("view", "change")

    def __str__(self):
        return self.get_occasion_display()


class FormUse(models.Model):
    """When a sender used the form for requests, kept for an hour to limit how often."""

    WINDOW = timedelta(hours=1)
    MOST_OF_ONE, MOST = 3, 60  # Requests in a WINDOW, of one sender and of all.

    sender = models.CharField(max_length=64, help_text="A keyed digest of the IP address.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["at"], name="form_use_at")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def is_within_limits(cls, sender: str) -> bool:
        """Note that a sender uses the form; return False if there were too many requests."""
        with transaction.atomic():
            lock_table(cls, "SHARE ROW EXCLUSIVE")  # Else many at once could all be the first.
            cls.forget_old()
            is_within = (
                cls.objects.filter(sender=sender).count() < cls.MOST_OF_ONE
                and cls.objects.count() < cls.MOST
            )
            if is_within:
                cls.objects.create(sender=sender)
        return is_within

    @classmethod
    def forget_old(cls):
        """Delete the rows of earlier hours."""
        cls.objects.filter(at__lt=timezone.now() - cls.WINDOW).delete()


def kept_until(case: RequestCase) -> datetime | None:
    """Return when the personal data of a closed case are deleted; None if it is open or cleared."""
    if case.closed is None or case.cleared:
        return None
    return case.closed + timedelta(days=settings.REQUEST_RETENTION_DAYS)


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
