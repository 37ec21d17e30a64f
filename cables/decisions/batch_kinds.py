"""The kinds of decisions that are carried out on cables in batches: base and registry.

Each kind is a class in a file of its own, which says all of it: right, words, form, to which cables
it applies, what it does, its undoing. One cable is a batch of one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet

from ..models import BulkDecision, BulkDecisionCable, Cable, edit_tokens
from ..models.querysets import CableQuerySet
from ..publication.public_text import phrases_in
from ..telegram.redact_phrases import scrub_with_references
from ..telegram.shorten_text import count_of
from .forms import StampedForm

WITHHELD = ~Q(withheld_reason="")
IS_WITHHELD = "It is withheld."
PUBLISHED_ONLY = [(WITHHELD, IS_WITHHELD)]
Why = dict[int, str]  # Primary key of a cable -> why nothing was done with it.
NotApplicable = list[tuple[Q, str]]  # Conditions of cables, each with why it is not applicable.


@dataclass(slots=True)
class BatchResult:
    """What became of a batch: for each changed cable what undoing it takes, for others why not."""

    undo: dict[int, dict[str, Any]] = field(default_factory=dict)
    refused: Why = field(default_factory=dict)


class BatchKind:
    """A kind of decision on cables; an instance is that of one stored decision, `decision`.

    Methods on batches are called in a transaction that has locked their cables.
    """

    do_not_call_in_templates = True
    registry: ClassVar[dict[str, type["BatchKind"]]] = {}
    rank: ClassVar[int] = 100  # Where it stands in lists of kinds.
    name: ClassVar[str]  # At most ten characters: BulkDecision.kind.
    right: ClassVar[str]
    approvals: ClassVar[tuple[str, ...]] = ()  # What it is for the setting APPROVALS.
    undo_approvals: ClassVar[tuple[str, ...] | None] = None  # Of its undoing, if another.
    title: ClassVar[str]
    action: ClassVar[str] = ""  # In the list of cables; "": it is not offered there.
    button: ClassVar[str] = ""
    explanation: ClassVar[str] = ""
    done: ClassVar[str] = ""  # What the cables are afterwards: "withheld".
    form: ClassVar[type[StampedForm]] = StampedForm
    readers_see_reason: ClassVar[bool] = True  # As `DecisionKind.readers_see_reason`.
    is_look_first: ClassVar[bool] = False  # What it does depends on what is typed: preview that.
    is_hiding: ClassVar[bool] = False  # Readers lose the cables, and are told the reason.
    includes_changed: ClassVar[bool] = False  # Of cables that change while they wait, too.
    offered_on: ClassVar[tuple[str, ...]] = ()  # On pages: "published", "withheld", "load".
    has_undo: ClassVar[bool] = True
    told_at_undo: ClassVar[str] = ""  # Above the form of its undoing.
    is_logged_whole: ClassVar[bool] = False  # Its cables have no entries of their own in the log.
    is_typed: ClassVar[bool] = True  # A curator wrote what `in_words` says.
    at_once: ClassVar[int] = 500  # Cables on which a request decides; for more, the worker does it.

    def __init_subclass__(cls):
        super().__init_subclass__()
        if "name" in cls.__dict__:
            BatchKind.registry[cls.name] = cls

    @classmethod
    def all(cls) -> list[type["BatchKind"]]:
        return sorted(cls.registry.values(), key=lambda kind: kind.rank)

    @classmethod
    def decisions(cls) -> QuerySet[BulkDecision]:
        """Return the decisions of these kinds; others are rows that only the log refers to."""
        return BulkDecision.objects.filter(kind__in=cls.registry).select_related("by")

    def __init__(self, decision: BulkDecision):
        self.decision, self.parameters = decision, decision.parameters
        self.reason, self.by = decision.reason, decision.by

    # What its form says.

    @classmethod
    def make_form(cls, cables: CableQuerySet, *args: Any, **options: Any) -> StampedForm:
        """Return its form for these cables."""
        return cls.form(*args, **options)

    @classmethod
    def parameters_in(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Return what is stored of the data of a valid form, beside the reason."""
        return {}

    @classmethod
    def reason_in(cls, data: dict[str, Any]) -> str:
        return data["reason"]

    def report(self, count: int) -> str:
        """Return the message for the curator who decided on so many cables."""
        is_or_are = "is" if count == 1 else "are"
        return f"{count_of(count, 'cable')} {is_or_are} {self.done_in_words()}."

    def done_in_words(self) -> str:
        """Return what they are then: "withheld"."""
        return self.done

    def tells_readers(self, cables: CableQuerySet) -> bool:
        """Return whether readers see the reason of a decision on these cables, or of its undoing.

        Else it is stored as typed.
        """
        return self.readers_see_reason

    def in_words(self) -> str:
        """Return what was decided, beside its title: "Subject: HARBOR DUES"."""
        return ""

    # What it does.

    def excluded(self) -> NotApplicable:
        """Return to which cables it does not apply."""
        return []

    def tokens(self, keys: Iterable[int]) -> dict[int, str]:
        """Return {primary key of a cable: token} of what is decided on; lock it if need be."""
        return edit_tokens(keys, lock=True)

    def sample(self, cable: Cable) -> tuple[str, str]:
        """Return what a cable is now, and what it would be, in words."""
        raise NotImplementedError

    def apply(self, keys: list[int]) -> BatchResult:
        """Change the cables of a batch, by their primary keys."""
        raise NotImplementedError

    def kept(self, rows: dict[int, Any]) -> Why:
        """Return for which cables it cannot be undone now; `rows` has what undoing each takes."""
        return {}

    def undo(self, rows: dict[int, Any]) -> Why:
        """Undo it for cables, of which `kept` has none; return those that could not be."""
        raise ValueError("A decision of this kind has no undo.")

    @property
    def undone_by(self) -> User:
        """Who undoes it; the reason is `decision.undo_reason`."""
        return self.decision.undone_by or self.by


def kind_of(decision: BulkDecision) -> BatchKind:
    """Return the kind of a stored decision, with it."""
    return BatchKind.registry[decision.kind](decision)


def title_of(decision: BulkDecision) -> str:
    """Return number and kind of a decision: "12: withhold from readers"."""
    return f"{decision.pk}: {BatchKind.registry[decision.kind].title.lower()}"


def cables_with(keys: Iterable[int]) -> CableQuerySet:
    return Cable.objects.filter(pk__in=list(keys))


def published_among(keys: Iterable[int]) -> set[int]:
    return set(cables_with(keys).filter(withheld_reason="").primary_keys())


Outcome = BulkDecisionCable.Outcome
SAMPLES = 20
NAMED = 20  # References after each reason why a decision is not applicable.


def samples(decision: BulkDecision) -> list[SimpleNamespace]:
    """Return the first SAMPLES cables that a decision would change, as it would change them.

    Words that are redacted in a cable are shown to nobody here.
    """
    rows = decision.rows.filter(outcome=Outcome.WAITING).order_by("pk")
    return samples_of(kind_of(decision), rows.values_list("cable", flat=True)[:SAMPLES])


def samples_of(kind: BatchKind, chosen: Iterable[int]) -> list[SimpleNamespace]:
    """Return cables (primary keys) as a kind would change them, in this order."""
    keys = list(chosen)
    cables = Cable.objects.filter(pk__in=keys).select_related("origin", "scheduled_publication")
    by_key = {cable.pk: cable for cable in cables}
    phrases = phrases_in(keys)
    found = []
    for key in keys:
        before, after = kind.sample(by_key[key])
        hidden = phrases.get(key, ())
        before, after = (scrub_with_references(each, hidden) for each in (before, after))
        found.append(SimpleNamespace(cable=by_key[key], before=before, after=after))
    return found


def named_rows(decision: BulkDecision, *outcomes: str, most: int = NAMED) -> list[SimpleNamespace]:
    """Return the cables with these outcomes, by the reason for it, most first; `most` are named."""
    rows = decision.rows.filter(outcome__in=outcomes).order_by()
    counts = rows.values_list("why").annotate(cables=Count("pk")).order_by("-cables", "why")
    return [
        SimpleNamespace(why=why, count=count, cables=_first(rows.filter(why=why), most))
        for why, count in counts
    ]


def _first(rows, most: int) -> list[Cable]:
    cables = Cable.objects.only("reference", "subject")
    keys = list(rows.order_by("pk").values_list("cable", flat=True)[:most])
    found = cables.in_bulk(keys)
    return [found[key] for key in keys]
