"""Searches of all texts for words to redact, and their matches; saved searches of the desk.

The words and the text around them are secret: readers' role has no right on these tables, and pages
show them only to those who may redact. When the decision is carried out they are deleted, but for
its forms, with which later texts are compared.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Q

from .cable import Cable
from .change_log import DecidedRow, account
from .collection_origin_tag import lock_table
from .editorial import Redaction
from .request_cases import case_of


class RedactionSearch(DecidedRow):
    """Names and kinds of numbers that are looked for in all texts, to be redacted together.

    The worker searches, a curator goes through the matches and decides, the worker redacts.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for the worker"
        SEARCHING = "searching", "Searches"
        SEARCHED = "searched", "Searched; waits for a decision"
        REDACTING = "redacting", "Redacts"
        REDACTED = "redacted", "Redacted"
        LIFTING = "lifting", "Lifts its redactions"
        LIFTED = "lifted", "Lifted"
        STOPPED = "stopped", "Stopped before its end"
        DISCARDED = "discarded", "Discarded"

    AT_WORK = (State.WAITING, State.SEARCHING, State.REDACTING, State.LIFTING)

    phrases = models.JSONField(default=list, help_text="Names, one a string. Secret.")
    patterns = ArrayField(
        models.CharField(max_length=20), default=list, help_text="Kinds of text: telephone."
    )
    cables = ArrayField(
        models.BigIntegerField(), default=list, help_text="Primary keys; empty: all cables."
    )
    with_common = models.BooleanField(
        default=False, help_text="Common words that resemble a name are matches too."
    )
    with_sealed = models.BooleanField(
        default=False, help_text="Withheld and redacted texts are searched too."
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    task = models.CharField(
        max_length=10, choices=State, default=State.SEARCHING, help_text="To resume when stopped."
    )
    last = models.BigIntegerField(default=0, help_text="Primary key of the last cable searched.")
    last_suggested = models.BigIntegerField(
        default=0, help_text="Primary key of the last cable searched for suggestions."
    )
    before = models.JSONField(
        default=dict, help_text="The last primary key of each table of texts when it began."
    )
    done = models.PositiveIntegerField(default=0, help_text="Cables that are done.")
    total = models.PositiveIntegerField(default=0, help_text="Cables to do.")
    cancel = models.BooleanField(default=False, help_text="It is to stop.")
    problem = models.TextField(blank=True, help_text="Why it stopped. Never with the words.")
    is_cut = models.BooleanField(default=False, help_text="It stopped at the most matches.")
    skipped = models.JSONField(
        default=dict, help_text="Common words that are not listed: cables with each. Secret."
    )
    reason = models.TextField(blank=True, help_text="Of the redactions. Readers see it.")
    undo_reason = models.TextField(blank=True, help_text="Of their lifting. For the log.")
    by = account(related_name="+", db_index=False)
    decided_by = account(null=True, related_name="+", db_index=False)
    approved_by = account(
        null=True, related_name="+", db_index=False, help_text="Who approved the last decision."
    )
    started = models.DateTimeField(auto_now_add=True)
    decided = models.DateTimeField(null=True)
    discarded = models.DateTimeField(null=True)
    case = case_of(related_name="searches")

    class Meta:
        default_permissions = ()
        verbose_name = "redaction over the archive"
        verbose_name_plural = "redactions over the archive"

    def __str__(self):
        return f"redaction over the archive {self.pk}"

    @property
    def label(self) -> str:
        """What pages call it, without a word of it: "Search of 2026-12-01 09:30: 2 names"."""
        counts = ((self.phrases, "name"), (self.patterns, "kind"))
        parts = [f"{len(each)} {one}{'s' * (len(each) > 1)}" for each, one in counts if each]
        name = f"Search of {self.started:%Y-%m-%d %H:%M}"
        return ": ".join(filter(None, [name, ", ".join(parts)]))

    @property
    def percent(self) -> int:
        """How much of its task is done, in percent."""
        return min(100, self.done * 100 // self.total) if self.total else 0


class RedactionMatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Leave out withheld and redacted text if the user may not see originals."""
        if user.has_perm("cables.see_sealed"):
            return self
        return self.filter(Q(cable=None) | Q(cable__withheld_reason=""), is_sealed=False)

    def in_cables(self):
        """Those that can be redacted here."""
        return self.filter(cable__isnull=False)

    def undecided(self):
        return self.filter(decision="")

    def suggested(self):
        """Those that are no name or pattern: words that may be names."""
        return self.filter(kind__in=RedactionMatch.SUGGESTED)

    def looked_for(self):
        return self.exclude(kind__in=RedactionMatch.SUGGESTED)

    def accepted(self):
        return self.filter(decision=RedactionMatch.ACCEPTED)

    def to_redact(self):
        """The accepted ones whose cables are neither redacted nor left."""
        return self.in_cables().accepted().filter(redaction=None, problem="")

    def left(self):
        """The accepted ones whose cables could not be redacted."""
        return self.in_cables().accepted().exclude(problem="")

    def lifted(self):
        """Those whose redaction somebody lifted, though the others of their decision stand."""
        return self.filter(decision=RedactionMatch.REJECTED).exclude(problem="")

    def decided_at_once(self):
        """Those that the last decision on many changed, unless somebody decided on them since."""
        return self.filter(redaction=None).exclude(decision_before=RedactionMatch.NOT_AT_ONCE)

    def to_decide_at_once(self, decision: str):
        """Those that a decision on many changes: no redacted ones, none with single places."""
        return self.filter(redaction=None, longer=[]).exclude(decision=decision)

    def take_back(self) -> int:
        """Give matches the decision before the last one on many; return how many."""
        keys = self.decided_at_once().order_by().values("pk")
        return RedactionMatch.objects.filter(pk__in=keys).update(
            decision=F("decision_before"), decision_before=RedactionMatch.NOT_AT_ONCE
        )

    def count_decisions(self, field: str) -> dict[str, dict[str, int]]:
        """Return {value of a field, such as the kind: {decision: number of matches}}."""
        counts: dict[str, dict[str, int]] = {}
        for value, decision, count in (
            self.order_by().values_list(field, "decision").annotate(Count("pk"))
        ):
            counts.setdefault(value, {})[decision] = count
        return counts


class RedactionMatch(models.Model):
    """One form of a name in one cable, with the places where it stands.

    A decision is on the form in this cable: a redaction strikes it wherever the cable has it,
    or only in `longer` phrases, which stand at single places. `default_longer` keeps places where
    it hardly is a name: "the incident grew".
    Texts that are no cables (`cable` is empty) are listed to be looked at.
    """

    ACCEPTED, REJECTED = "accepted", "rejected"
    DECISIONS = {"": "Undecided", ACCEPTED: "Accepted", REJECTED: "Rejected"}
    NOT_AT_ONCE = "-"
    SUGGESTED = ("titled", "signature", "rare", "model")  # Kinds.
    LATER = "later"  # The kind of those that a standing redaction made in texts that came later.

    search = models.ForeignKey(RedactionSearch, on_delete=models.CASCADE, related_name="matches")
    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.TextField(blank=True, help_text="Of a text that is no cable: article Harbors.")
    address = models.TextField(blank=True, help_text="Of its page at the desk.")
    phrase = models.TextField(help_text="The name, or the pattern, that it matches. Secret.")
    form = models.TextField(help_text="The words to be redacted, as printed. Secret.")
    key = models.TextField(help_text="The form in small letters without signs. Secret.")
    kind = models.CharField(
        max_length=60, help_text="How it is similar to the name; empty: it is the name."
    )
    places = models.JSONField(
        default=list, help_text="[place, text before, words, text behind] of the first. Secret."
    )
    count = models.PositiveIntegerField(default=1, help_text="How often it stands there.")
    is_sealed = models.BooleanField(
        default=False, help_text="Only in text that readers do not see: withheld or redacted."
    )
    stamp = models.CharField(max_length=40, blank=True, help_text="Edit token of the cable.")
    decision = models.CharField(
        max_length=8, choices=list(DECISIONS.items()), blank=True, default=""
    )
    decision_before = models.CharField(
        max_length=8,
        blank=True,
        default=NOT_AT_ONCE,
        help_text="Before the last decision on many matches; -: that did not change it.",
    )
    longer = models.JSONField(
        default=list,
        help_text="Phrases with the form in them that are redacted instead of it. Secret.",
    )
    default_longer = models.JSONField(
        default=list,
        help_text="The same where no curator chose: the form has other senses too. Secret.",
    )
    redaction = models.ForeignKey(Redaction, on_delete=models.SET_NULL, null=True, related_name="+")
    problem = models.TextField(blank=True, help_text="Why its cable was left.")

    objects = RedactionMatchQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "redaction matches"
        indexes = [
            models.Index(fields=["search", "decision", "kind"], name="redaction_match_listed")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["search", "cable", "key"],
                condition=Q(cable__isnull=False),
                name="redaction_match_once",
            )
        ]

    def __str__(self):
        return f"{self.cable or self.name}: {self.kind or 'the name'}"

    @property
    def words_to_redact(self) -> list[str]:
        """The phrases that are redacted if it is accepted."""
        return self.longer or self.default_longer or [self.form]


class StandingForm(models.Model):
    """A form of a redaction over the archive, with which all later texts are compared. Sealed.

    No page shows it. It stays until the decision is undone, or a Redactor ends that it holds.
    """

    REDACT, HOLD, LEAVE = "redact", "hold", "leave"
    USES = {
        REDACT: "Accepted in every cable that has it",
        HOLD: "Accepted in some of the cables that have it",
        LEAVE: "Accepted in none",
    }

    search = models.ForeignKey(RedactionSearch, on_delete=models.CASCADE, related_name="standing")
    name = models.TextField(help_text="The name that it is a form of, or a pattern. Secret.")
    form = models.TextField(help_text="As printed; empty: all that the pattern finds. Secret.")
    key = models.TextField(help_text="The form in small letters without signs. Secret.")
    use = models.CharField(max_length=6, choices=list(USES.items()))

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["search", "name", "key"], name="standing_form_once")
        ]

    def __str__(self):
        return f"form of {self.search}"

    @classmethod
    def lock(cls, *, to_change: bool = False) -> None:
        """Let nobody change the forms until the end of this transaction.

        `to_change` waits for all transactions that store texts compared with the present forms.
        """
        lock_table(cls, "EXCLUSIVE" if to_change else "ROW SHARE")


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def of(self, user):
        """Those that a user saved, and those that others saved for all."""
        return self.filter(Q(by=user) | Q(is_shared=True))

    def named(self):
        """Without pasted lists that nobody saved."""
        return self.exclude(name="")


class SavedSearch(models.Model):
    """A search of the list of cables at the desk. Without a name it is a pasted list of references.

    `query` is the query string of the search. What is typed into it may repeat sealed words:
    `sight` says what its author could see, and nobody who sees less is shown the search.
    """

    class Sight(models.IntegerChoices):
        PUBLIC = 0, "What readers see"
        WITHHELD = 1, "Withheld cables too"
        SEALED = 2, "Everything"

    name = models.CharField(max_length=100, blank=True)
    query = models.TextField(blank=True)
    references = models.TextField(blank=True, help_text="A pasted list, as typed.")
    by = account(related_name="saved_searches")
    is_shared = models.BooleanField("for all", default=False)
    sight = models.PositiveSmallIntegerField(choices=Sight, default=Sight.PUBLIC)
    at = models.DateTimeField(auto_now_add=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "saved searches"
        permissions = [("share_savedsearch", "Can save searches for all")]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "name"], condition=~Q(name=""), name="saved_search_name_once"
            )
        ]

    def __str__(self):
        return self.name or f"List {self.pk}"
