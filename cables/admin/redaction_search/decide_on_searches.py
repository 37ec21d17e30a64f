"""What a redaction over the archive would hide: the accepted matches, by name and words."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from ...curation.archive_redactions import (
    DISCARDED_DAYS,
    begin,
    decide,
    end,
    forget_words,
    log,
    redact_archive,
    try_again,
    undo,
)
from ...curation.redactions_and_corrections import StaleError
from ...decisions.approvals import approvers_of
from ...decisions.decision_subjects import MOST_NAMED, Approval, DecisionEffects, DecisionSubject
from ...decisions.forms import PublicReasonForm, StampedForm, digest
from ...decisions.kinds import DecisionKind, NamedDecision, RowButton, list_of
from ...models import Cable, RedactionMatch, RedactionSearch
from ...models.desk_searches import RedactionMatchQuerySet
from ...telegram.shorten_text import count_of
from .chosen_matches import label_of
from .review_pages import CHANGED, proposals_on

FIELDS = ("phrase", "form", "key", "longer", "default_longer", "count", "cable")


@dataclass(slots=True)
class AcceptedWords:
    """Words that are hidden for a name: a form, or longer phrases at some of its places."""

    words: list[str]
    is_longer: bool
    cables: int = 0  # A form has one match in each of them.
    places: int = 0  # Of the form; longer phrases hide some of them, or all.


@dataclass(slots=True)
class AcceptedName:
    """A name that was looked for, or a kind of numbers, with its accepted matches."""

    label: str
    words: list[AcceptedWords] = field(default_factory=list)
    cables: set[int] = field(default_factory=set)  # Primary keys.

    @property
    def matches(self) -> int:
        return sum(each.cables for each in self.words)


def accepted_by_name(
    search: RedactionSearch, matches: RedactionMatchQuerySet
) -> list[AcceptedName]:
    """Return all that was looked for, with those of some accepted matches that belong to it."""
    labels = {name: name for name in search.phrases}
    labels |= {pattern: label_of(pattern) for pattern in search.patterns}
    names = {name: AcceptedName(label) for name, label in labels.items()}
    known: dict[tuple[str, ...], AcceptedWords] = {}
    rows = matches.order_by("phrase", "kind", "pk").values_list(*FIELDS)
    for phrase, form, key, longer, default_longer, count, cable in rows:
        name = names.setdefault(phrase, AcceptedName(label_of(phrase)))
        longer = longer or default_longer
        words = known.get((phrase, key, *longer))
        if words is None:
            words = known[phrase, key, *longer] = AcceptedWords(longer or [form], bool(longer))
            name.words.append(words)
        words.cables += 1
        words.places += count
        name.cables.add(cable)
    return list(names.values())


State = RedactionSearch.State
MOST_SHOWN = 100  # Matches that a proposal shows.
MOST_UNFOLDED = 60  # Rows of a table of words; longer ones are folded.


class OnSearch(DecisionKind):
    """A decision on a redaction over the archive, which the worker carries out."""

    rights = ("redact_cable",)
    verb: str
    approval: str
    told: str  # Message for the curator.

    def find(self) -> None:
        rows = RedactionSearch.objects.select_related("by")
        self.search = get_object_or_404(rows, pk=self.keys["key"])
        self.case = self.search.case

    def stamp(self) -> str:
        self.search.refresh_from_db()
        return stamp_of(self.search)

    def subject(self) -> DecisionSubject:
        return subject_of(self.search, self.verb, self.approval)

    @transaction.atomic
    def carry_out(self, data: dict[str, Any]) -> str:
        row = locked_searches().get(pk=self.search.pk)
        if data["stamp"] != stamp_of(row):
            raise StaleError(CHANGED)
        self.begin(row, data)
        redact_archive.defer(search=row.pk)
        return self.told

    def begin(self, search: RedactionSearch, data: dict[str, Any]) -> None:
        """Store what the worker is to do with a locked search."""
        raise NotImplementedError

    def next_page(self) -> str:
        return reverse("admin:cables_redactionsearch_change", args=[self.search.pk])

    @classmethod
    def may_judge_effects(cls, user, proposal, keys) -> bool:
        """Only whoever may redact sees its words, and no words of cables that they may not see."""
        matches = RedactionMatch.objects.filter(search=keys["key"])
        hides = matches.exclude(pk__in=matches.visible_to(user)).exists()
        is_lifting = Approval.LIFT in proposal.kinds
        return user.has_perm("cables.redact_cable") and not hides and not is_lifting


class CutForm(PublicReasonForm):
    """The reason of a redaction after a search that stopped before its end."""

    is_sure = forms.BooleanField(label="Redact although not all texts were searched")


class RedactAccepted(OnSearch):
    pages = {"redactionsearch_decide": "<int:key>/decide/"}
    template = "redactionsearch/decide.html"
    verb, approval, told = "Redact", Approval.REDACT, "The worker redacts them."
    heading = "Redact the accepted matches"

    @property
    def form_class(self) -> type[StampedForm]:  # type: ignore[override]
        return CutForm if self.search.is_cut else PublicReasonForm

    def described(self) -> list[tuple[str, str]]:
        return [*super().described(), *words_of(self.search.matches.to_redact())]

    def begin(self, search, data) -> None:
        decide(search, data["reason"], self.user)

    def context(self) -> dict[str, Any]:
        search, matches = self.search, self.search.matches.in_cables()
        accepted = matches.to_redact()
        names = accepted_by_name(search, accepted.visible_to(self.user))
        return {
            "search": search,
            "cables": accepted.values("cable").distinct().count(),
            "accepted": accepted.count(),
            "not_shown": accepted.count() - accepted.visible_to(self.user).count(),
            "names": names,
            "is_long": sum(len(each.words) for each in names) > MOST_UNFOLDED,
            "undecided": matches.looked_for().undecided().count(),
            "suggested": matches.suggested().undecided().count(),
            "others": search.matches.filter(cable=None).count(),
        }

    def effects(self, cable: Cable | None) -> DecisionEffects:
        return effects_on(self.search.matches.to_redact())


class LiftRedactions(OnSearch):
    pages = {"redactionsearch_undo": "<int:key>/undo/"}
    verb, approval, told = "Lift", Approval.LIFT, "The worker lifts them."
    heading = "Lift the redactions"

    def begin(self, search, data) -> None:
        undo(search, data["reason"], self.user)

    @property
    def count(self) -> int:
        redacted = self.search.matches.exclude(redaction=None).values("redaction")
        return int(redacted.distinct().count())

    @property
    def explanation(self) -> str:
        return (
            f"The worker lifts the redactions of {count_of(self.count, 'cable')}. Readers get back "
            "the words, unless another redaction covers them. Later texts are not redacted by it "
            "any more."
        )

    @property
    def button(self) -> str:
        return f"Lift {count_of(self.count, 'redaction')}"


class EndRedaction(OnSearch):
    """Compare later texts with a decision no more."""

    pages = {"redactionsearch_end": "<int:key>/end/"}
    verb, approval, told = "End", Approval.LIFT, "Later texts are not redacted by it."
    heading = "End a redaction over the archive"

    def begin(self, search, data) -> None:
        end(search, data["reason"], self.user)

    button = "End it for later texts"
    explanation = (
        "Texts that are loaded, corrected or published later are not compared with it any more, "
        "and its words are deleted. What it redacted stays redacted. To hide the name in later "
        "texts again, search again."
    )


class SearchStep(NamedDecision, RowButton):
    """A step that a button of the page of a search takes at once."""

    pages = {"redactionsearch_step": "<int:key>/step/<str:step>/"}
    named_by = "step"
    label: ClassVar[str]
    approvals: ClassVar[tuple[str, ...]] = ()  # What it is for the setting APPROVALS.
    model, rights = RedactionSearch, ("redact_cable",)

    def find(self) -> None:
        super().find()
        self.case = self.row.case

    def stamp(self) -> str:
        return stamp_of(self.row)

    def changed(self) -> str:
        return CHANGED

    @property
    def heading(self) -> str:  # type: ignore[override]
        return f"{self.label}: {self.row.label}"

    @property
    def button(self) -> str:
        return self.label

    @classmethod
    def page_of_proposal(cls, user, proposal, keys) -> str:
        return reverse("admin:cables_redactionsearch_change", args=[keys["key"]])

    may_judge_effects = OnSearch.may_judge_effects


class StopSearch(SearchStep):
    name, label, states = "cancel", "Stop", RedactionSearch.AT_WORK

    @classmethod
    def is_possible(cls, row: RedactionSearch) -> bool:
        return super().is_possible(row) and not row.cancel

    def take(self) -> str:
        self.row.cancel = True
        self.row.save(update_fields=["cancel"])
        return ""


class ResumeSearch(SearchStep):
    name, label, states = "resume", "Resume", (State.STOPPED,)

    def take(self) -> str:
        total, done = self.row.total, self.row.done
        begin(self.row, State(self.row.task), total)
        self.row.done = done
        self.row.save(update_fields=["done"])
        redact_archive.defer(search=self.row.pk)
        return ""


class RedactLeft(SearchStep):
    """Redact the cables that were left, as they are now, or propose it."""

    name, label = "again", "Try the cables again that were left"
    states, is_stored = (State.REDACTED, State.STOPPED), True
    approvals = (Approval.REDACT, Approval.MANY)

    @classmethod
    def is_possible(cls, row: RedactionSearch) -> bool:
        was_redacting = super().is_possible(row) and row.task == State.REDACTING
        return was_redacting and row.matches.left().exists()

    def subject(self) -> DecisionSubject:
        return subject_of(self.row, "Redact what was left", Approval.REDACT)

    def described(self) -> list[tuple[str, str]]:
        return [*super().described(), *words_of(self.row.matches.left())]

    def effects(self, cable: Cable | None) -> DecisionEffects:
        return effects_on(self.row.matches.left())

    def take(self) -> str:
        try_again(self.row, self.user)
        redact_archive.defer(search=self.row.pk)
        return "The worker tries again."


class ForgetWords(SearchStep):
    name, label, is_button = "forget", "Delete the words that are left", False
    states = (State.REDACTED, State.LIFTED)
    explanation = (
        "The words that were looked for, also those of cables that were left, are deleted, "
        "so nobody reads them here. These cables cannot be tried again. This has no undo."
    )

    @classmethod
    def is_possible(cls, row: RedactionSearch) -> bool:
        has_words = bool(row.phrases) or row.matches.exclude(form="").exists()
        return super().is_possible(row) and has_words and not proposals_on(row).exists()

    def take(self) -> str:
        forget_words(self.row, all_words=True)
        log(self.row, "forgotten", "Its words are deleted.", self.user)
        return ""


class DiscardSearch(SearchStep):
    name, label, is_button = "discard", "Discard this search", False
    states = (State.SEARCHED, State.STOPPED)

    @property
    def explanation(self) -> str:
        decided = self.row.matches.exclude(decision="").count()
        return (
            f"With it go {count_of(self.row.matches.count(), 'match')}, and your decisions on "
            f"{decided:,} of them. For {DISCARDED_DAYS} days it can be restored, then it is "
            "deleted."
        )

    @classmethod
    def is_possible(cls, row: RedactionSearch) -> bool:
        return super().is_possible(row) and row.decided is None and not proposals_on(row).exists()

    def take(self) -> str:
        row = self.row
        row.task = State.SEARCHING if row.state == State.STOPPED else State.SEARCHED
        row.state, row.discarded = State.DISCARDED, timezone.now()
        row.save(update_fields=["state", "task", "discarded"])
        log(row, "discarded", "", self.user)
        return "It is discarded."


class RestoreSearch(SearchStep):
    name, label, states = "restore", "Restore this search", (State.DISCARDED,)

    def take(self) -> str:
        row = self.row
        row.state = State.SEARCHED if row.task == State.SEARCHED else State.STOPPED
        row.task, row.discarded = State.SEARCHING, None
        row.save(update_fields=["state", "task", "discarded"])
        log(row, "taken up", "", self.user)
        return "It is restored."


class DeleteSearch(SearchStep):
    name, label, is_button = "delete", "Delete it with its words", False
    states = (State.DISCARDED,)
    explanation = "The search, its words and the decisions on its matches are deleted for good."

    def take(self) -> str:
        log(self.row, "deleted", "", self.user)
        self.row.delete()
        return "It is deleted."

    def next_page(self) -> str:
        return list_of(RedactionSearch)


def steps_of(search: RedactionSearch) -> list[tuple[str, str, bool]]:
    """Return (name, words of its button, whether it is done at once) of the steps possible now."""
    steps = [(name, s) for name, s in SearchStep.named.items() if s.is_possible(search)]
    return [(name, _words_of(step), step.is_button) for name, step in steps]


def _words_of(step: type[SearchStep]) -> str:
    names = approvers_of(step.approvals)
    return f"Propose to {names}: {step.label}" if names else step.label


def effects_on(matches: RedactionMatchQuerySet) -> DecisionEffects:
    """Return the words that redacting these matches would hide, for a proposal."""
    ordered = matches.select_related("cable").order_by("cable__reference", "form")
    return DecisionEffects(matches=list(ordered[:MOST_SHOWN]), matches_in_all=matches.count())


def words_of(matches: RedactionMatchQuerySet) -> list[tuple[str, str]]:
    """Return, as what was typed, the words of these matches that readers see now.

    A proposal keeps them: its search may be decided otherwise, or be deleted, before anybody reads.
    """
    rows = matches.filter(is_sealed=False, cable__withheld_reason="").order_by("key", "pk")
    counts: Counter[str] = Counter()
    for form, longer, default in rows.values_list("form", "longer", "default_longer"):
        counts.update(longer or default or [form])
    lines = [f"{words} ({count:,})" for words, count in counts.items()]
    more = [f"and {len(lines) - MOST_SHOWN:,} more"] if len(lines) > MOST_SHOWN else []
    return (
        [("Words, with the cables of each", "\n".join(lines[:MOST_SHOWN] + more))] if lines else []
    )


def subject_of(search: RedactionSearch, verb: str, approval: str) -> DecisionSubject:
    """Return what a decision on a search is about: which cables it would change."""
    redacted = ~Q(redaction=None) if approval == Approval.LIFT else Q(redaction=None)
    matches = search.matches.in_cables().accepted().filter(redacted)
    cables = Cable.objects.filter(pk__in=matches.values("cable")).order_by("reference")
    named = list(cables.values_list("reference", flat=True)[:MOST_NAMED])
    kinds = (approval, Approval.MANY)
    return DecisionSubject(f"{verb}: {search}", kinds, None, named, cables.count())


def locked_searches():
    """Return the searches, which a query then locks; a load may still add matches to them."""
    return RedactionSearch.objects.select_for_update(of=["self"], no_key=True)


def stamp_of(search: RedactionSearch) -> str:
    """Return an optimistic-lock token; it changes with the state and each decision on a match.

    It stays the same while the worker is at work.
    """
    if search.state in RedactionSearch.AT_WORK:
        return f"at work {search.task}"
    rows = search.matches.exclude(decision="").order_by("pk")
    decided = rows.values_list("pk", "decision", "longer")
    return digest([search.state, search.done, list(decided), search.matches.left().count()])
