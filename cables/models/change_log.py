"""The append-only log of changes, its public part, and the decision that is being carried out."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse

from .cable import Cable
from .querysets import READER


def account(**options) -> models.ForeignKey:
    """Return the field: no account can be deleted that a row names. `options` as of ForeignKey."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, **options)


EMBARGOED = "embargoed "  # Before the reference in what entries about records under embargo say.
_approver: ContextVar[int | None] = ContextVar("approver", default=None)
_decision: ContextVar[int | None] = ContextVar("decision", default=None)
_case: ContextVar[int | None] = ContextVar("case", default=None)


@contextmanager
def _during(variable: ContextVar[int | None], key: int | None) -> Iterator[None]:
    token = variable.set(key)
    try:
        yield
    finally:
        variable.reset(token)


def approving(approver: int | None) -> AbstractContextManager[None]:
    """Let the log name an account (primary key) as the one that approved what the block does."""
    return _during(_approver, approver)


def current_approver() -> int | None:
    """Return the primary key of the account that approved the present decision, None if none."""
    return _approver.get()


def recording(decision: int | None) -> AbstractContextManager[None]:
    """Let the log, and the rows that the block makes, refer to a decision (primary key)."""
    return _during(_decision, decision)


def current_decision() -> int | None:
    """Return the primary key of the decision that is being carried out, None if none."""
    return _decision.get()


def for_case(case: int | None) -> AbstractContextManager[None]:
    """Let the decisions and searches of a block be made for a request (primary key)."""
    return _during(_case, case)


def current_case() -> int | None:
    """Return the primary key of the request for which one decides now, None if for none."""
    return _case.get()


class DecidedRow(models.Model):
    """Base of what decisions make, with that decision; it has none if a program made it.

    Entries of the log have the same decision, and lead by it to the page that undoes it.
    """

    decision = models.ForeignKey(
        "cables.BulkDecision",
        models.DO_NOTHING,
        null=True,
        editable=False,
        db_constraint=False,
        db_index=False,
        default=current_decision,
        related_name="+",
    )

    class Meta:
        abstract = True


# The kinds of changes that can be shown to readers: name -> label. The name is that of the action
# for changes of cables, else that of the kind of row. Not offered, as they could reveal secrets:
# accounts, articles (titles of drafts), loads, and merges (names that only withheld cables have);
# and those that kinds of decisions say by `readers_see_reason`, whose reasons are kept as typed.
KINDS = {
    "withheld": "Cables withheld",
    "published": "Cables published again",
    "corrected": "Facts of cables corrected",
    "redacted": "Cables redacted",
    "restored": "Corrections of cables undone",
    "lifted": "Redactions lifted",
    "erased": "Cables erased",
    "named": "References that lead to a cable",
    "unnamed": "References that no longer do",
    "noted": "Notes on cables",
    "origin": "Origins",
    "country": "Countries",
    "tag": "Tags",
    "collection": "Collections",
    "page": "Guidance pages",
    "link": "Links of the rail",
}
FROM_LOAD = "from load "  # What an entry about an erased record says, before the load's number.
# Actions that take something from readers, or delete it; "decided" is a redaction over the archive.
HIDING = (
    *("withheld", "embargoed", "withdrawn", "redacted", "decided", "erased", "deleted"),
    *("removed", "unnamed", "cleared", "forgotten"),
)
# These; changes of what curators wrote, which may have taken words from it, or all of it; and those
# of who may see what was taken: accounts, groups, and how one logs in.
HIDING_CHANGES = (
    Q(action__in=(*HIDING, "changed"))
    | Q(action="noted", what__regex="^note (changed|deleted) ")
    | Q(what__regex="^(user|group|a passkey of|the second factor of) ")
)


# Stored actions of the log -> what pages say, where that is another word (see Terms in
# docs/curation.md). Files and addresses have the stored ones.
ACTION_LABELS = {
    "embargoed": "put under embargo",
    "withdrawn": "put under embargo without end",
    "lifted": "redaction lifted",
    "restored": "correction undone",
    "parted": "merge undone",
    "named": "reference added",
    "unnamed": "reference removed",
}


class Change(DecidedRow):
    """Who changed what, when and why. The database refuses to change or delete a row.

    `by` decided; where a second person has to approve, `by` proposed, and `approved_by` approved.

    A trigger copies the reference of the cable, which so stays when the cable is deleted. `what`
    names something other than a cable, "article Harbor fees", or the part of the cable.
    """

    at = models.DateTimeField(auto_now_add=True)
    by = account(null=True)
    approved_by = account(
        null=True, default=current_approver, related_name="approved_changes", db_index=False
    )
    cable = models.ForeignKey(
        Cable, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="changes"
    )
    reference = models.CharField(max_length=64, blank=True, db_collation="C", db_index=True)
    what = models.CharField(max_length=250, blank=True)
    action = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    undo = ""  # No column: address of the page that undoes it, which the desk adds for a user.

    class Meta:
        verbose_name, verbose_name_plural = "log entry", "log entries"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["at"], name="change_at"),
            models.Index(fields=["action", "-id"], name="change_action"),
            models.Index(
                fields=["decision", "action", "-id"],
                condition=Q(decision__isnull=False),
                name="change_decision",
            ),
            GinIndex(OpClass(Upper("what"), "gin_trgm_ops"), name="change_what"),
        ]

    def __str__(self):
        return f"{self.action} {self.subject}".rstrip()

    @property
    def subject(self: "Change | PublicChange") -> str:
        """What was changed: the reference of a cable, `what`, or both."""
        return " ".join(filter(None, [self.reference, self.what.removeprefix(EMBARGOED)]))

    @property
    def action_label(self: "Change | PublicChange") -> str:
        return ACTION_LABELS.get(self.action, self.action)


class LoggedFact(models.Model):
    """What a fact of a cable was before a decision and after it, as readers saw it, in words.

    It stands beside the entry of the log, which is never changed, and goes with its cable.
    """

    change = models.OneToOneField(Change, models.DO_NOTHING, related_name="fact")
    cable = models.ForeignKey(Cable, models.CASCADE, related_name="+")
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.old} → {self.new}"


class ChangeKind(models.Model):
    """A kind of changes, and whether readers see them at /changes/."""

    name = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=100)
    is_public = models.BooleanField("shown to readers", default=False)
    with_reason = models.BooleanField("with the reason", default=False)
    with_name = models.BooleanField("with the curator's name", default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = "kind of changes"
        verbose_name_plural = "kinds of changes for readers"

    def __str__(self):
        return self.label


class PublicChange(models.Model):
    """A change as readers may see it: a database view of the log, which their role cannot read.

    Of a withheld cable it has only the entry that withheld it.
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=100)
    reference = models.CharField(max_length=64)
    what = models.CharField(max_length=250)
    action = models.CharField(max_length=40)
    reason = models.TextField()
    name = models.CharField(max_length=300)

    class Meta:
        managed = False
        db_table = "cables_publicchange"
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.action} {self.subject}"

    subject, action_label = Change.subject, Change.action_label

    def get_absolute_url(self):
        """The address of the cable; "" if the change is of something else."""
        return reverse("cable", args=[self.reference]) if self.reference else ""

    @classmethod
    def readable(cls) -> "models.QuerySet[PublicChange]":
        return cls.objects.using(READER)
