"""The kinds of decisions that are made at a page of the desk. Each is one class.

A kind says once who may decide, what on, with which form, what it does and what it would change.
An instance is a decision that a user is about to make. Its page makes it from a request, a
proposal from what it stored.
"""

from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import resolve, reverse
from django.utils import timezone

from ..curation.cable_search import is_key
from ..curation.redactions_and_corrections import UNSEEN, checked_text, may_see_text, seen_whole
from ..curation.sealed_text_search import sight_of
from ..diffs import find_changes
from ..loader import LoadBusy
from ..models import (
    BulkDecision,
    Cable,
    Proposal,
    RequestCase,
    current_approver,
    for_case,
    recording,
)
from ..telegram.references import reference_or_empty
from .approvals import may_approve, may_propose
from .decision_subjects import Approval, DecisionEffects, DecisionSubject, text_of
from .forms import ReasonForm, StampedForm, is_valid_about

NO_RIGHT = "The account that proposed it may not make this decision any more."


class GoneError(Exception):
    """What a decision is about is not here any more; `page` is the address to go to instead."""

    def __init__(self, sentence: str, page: str):
        super().__init__(sentence)
        self.page = page


class DecisionKind:
    """A kind of decision; an instance is one that `user` is about to make.

    `page` is the name of its page, `keys` what the address of that has, `query` its query string
    and `data` what was submitted, None if the page is only looked at.
    """

    do_not_call_in_templates = True
    registry: ClassVar[dict[str, type["DecisionKind"]]] = {}
    pages: ClassVar[Mapping[str, str]] = {}  # Name of a page, "correction_new", -> its route.
    rights: ClassVar[tuple[str, ...]] = ()  # One of them is needed.
    template: ClassVar[str] = "deciding.html"
    heading: ClassVar[str] = ""  # Of its page, with fields of the decision: "Redact {0.cable}".
    explanation: Any = ""  # What it does, above the form: for the default template,
    button: Any = ""  # and the words of its button.
    is_button: ClassVar[bool] = False  # It has no page: only what is posted by a button of another.
    form_class: ClassVar[type[StampedForm]] = ReasonForm
    has_logged_reason: ClassVar[bool] = True  # Its reason must not repeat redacted words.
    readers_see_reason: bool = True  # Where the log is shown to them (change_log.KINDS).
    is_stored: ClassVar[bool] = True  # By the engine; others store themselves what they decide.
    leads_to_proposal: ClassVar[bool] = False  # A proposal is shown in place of the next page.
    cable: Cable | None = None
    case: RequestCase | None = None  # For which it is made.
    is_busy = False  # It was refused as a load runs: it is possible later, as it is.
    proposed: DecisionSubject | None = None  # What it was about when it was tried as proposed.
    level = messages.SUCCESS  # Of its message.

    def __init_subclass__(cls):
        super().__init_subclass__()
        DecisionKind.registry |= dict.fromkeys(cls.__dict__.get("pages", ()), cls)

    def __init__(
        self,
        page: str,
        user: Any,
        keys: Mapping[str, Any],
        query: QueryDict,
        data: QueryDict | None = None,
    ):
        """Find what is decided on. Raises PermissionDenied, Http404 and GoneError."""
        self.page, self.user, self.keys, self.query = page, user, keys, query
        self.data = QueryDict() if data is None else data
        if not self.is_allowed():
            raise PermissionDenied
        self.case = case_named(user, query)
        self.find()
        self.form = self.make_form(data)
        self.form.sight = sight_of(user)

    @property
    def step(self) -> str:
        """The last part of the name of its page: "undo"."""
        return self.page.rpartition("_")[2]

    def is_allowed(self) -> bool:
        return bool(self.rights) and self.is_open_to(self.user, self.keys)

    @classmethod
    def is_open_to(cls, user: Any, keys: Mapping[str, Any]) -> bool:
        """Return whether links to its page are offered to a user."""
        return not cls.rights or any(user.has_perm(f"cables.{right}") for right in cls.rights)

    def find(self) -> None:
        """Find what `keys` and `query` name."""

    def stamp(self) -> str:
        """Return the present optimistic-lock token of what is decided on."""
        raise NotImplementedError

    def make_form(self, data: QueryDict | None) -> StampedForm:
        return self.form_class(data, initial={"stamp": self.stamp()})

    @property
    def title(self) -> str:
        return self.heading.format(self)

    def subject(self) -> DecisionSubject:
        """Return what it is about, with the data of its valid form."""
        return DecisionSubject(self.title)

    def described(self) -> list[tuple[str, str]]:
        """Return (label, text) of what is to be done, beside the reason, for a proposal."""
        return self.form.described()

    def about(self) -> Iterable[int]:
        """Return the cables (primary keys) whose redacted words its reason must not repeat."""
        return ()

    def carry_out(self, data: dict[str, Any]) -> str:
        """Do it; return the message for the curator.

        Raises StaleError if the stamp in `data` is old, ValueError and LoadError if it is not
        possible; then nothing is changed.
        """
        raise NotImplementedError

    def is_decided(self) -> bool:
        """Return whether what was submitted is the decision, not a step before it."""
        return True

    def preview(self, request: HttpRequest) -> HttpResponse | None:
        """Return the response to a step before the decision, None for the page of the form."""

    def context(self) -> dict[str, Any]:
        return {}

    def next_page(self) -> str:
        raise NotImplementedError

    def page_behind(self) -> str:
        """Return the address to go to from its page: of the case whose page led here, if one."""
        named = case_named(self.user, self.query)
        return page_of_case(named) if named else self.next_page()

    def effects(self, cable: Cable | None) -> DecisionEffects:
        """Return what a proposal of it would change; all that takes is rolled back.

        Of a proposal on one cable: what readers see of that before and after, as it is now.
        """
        if cable is None:
            return DecisionEffects()
        with transaction.atomic():
            before = text_of(cable)
            with transaction.atomic():
                message = self.attempt_proposed()
                if message is None:
                    transaction.set_rollback(True)
            problem = "" if message else self.problem()
            if message is None and self.present_stamp:
                message = self.with_stamp(self.present_stamp).attempt_proposed()
            changes = find_changes(before, text_of(cable)) if message else None
            transaction.set_rollback(True)
        return DecisionEffects(changes, problem)

    @classmethod
    def may_judge_effects(cls, user: Any, proposal: Proposal, keys: Mapping[str, Any]) -> bool:
        """Return whether a user who may not see sealed texts may judge what it would change.

        What it would change is compared with the sealed words: who typed guesses would see which
        fit. Whoever may not see it cannot approve it either.
        """
        if Approval.LIFT in proposal.kinds:
            return False
        return seen_whole(user, proposal.cables())

    @classmethod
    def page_of_proposal(cls, user: Any, proposal: Proposal, keys: Mapping[str, Any]) -> str:
        """Return the address of the page where it was proposed, "" if a user cannot open it."""
        return proposal.address if cls.is_open_to(user, keys) else ""

    # What its page and proposals call.

    def is_valid(self) -> bool:
        """Validate the form; this user must be able to write its reason about the cables."""
        if not self.has_logged_reason:
            return self.form.is_valid()
        return self.form.is_valid() and is_valid_about(self.user, self.form, self.about())

    def carry_out_checked(self, data: dict[str, Any]) -> str:
        """Carry it out, with its reason as it is stored.

        One for the desk alone is stored as typed: who typed it would see which words are redacted.
        """
        if self.has_logged_reason and self.readers_see_reason and data.get("reason"):
            data = data | {"reason": checked_text(self.user, self.about(), data["reason"])}
        try:
            with transaction.atomic(), for_case(self.open_case()), recording(self.store()):
                return self.carry_out(data)
        except LoadBusy:
            self.is_busy = True
            raise

    def open_case(self) -> int | None:
        """Return the key of its case, locked until its end: personal data are not deleted."""
        rows = RequestCase.objects.select_for_update(no_key=True).filter(cleared=None)
        found = rows.filter(pk=self.case.pk).first() if self.case else None
        return found.pk if found else None

    def store(self) -> int | None:
        """Store that the decision is made; return its number, None if `carry_out` stores it."""
        if not self.is_stored:
            return None
        values = {"state": BulkDecision.State.DONE, "approved_by_id": current_approver()}
        now = timezone.now()
        made = BulkDecision.objects.create(kind=self.page, by=self.user, finished=now, **values)
        return made.pk

    def attempt(self, decide: Callable[[dict[str, Any]], str]) -> str | None:
        """Call `decide` with the data of a valid form; return its message, None if refused.

        The form then has the errors, and the present stamp if the rows changed.
        """
        return self.form.attempt(decide, self.stamp) if self.is_valid() else None

    def attempt_proposed(self, approver: Any = None) -> str | None:
        """Carry out what was proposed, as `attempt`. Without an approver it is only tried."""

        def decide(data: dict[str, Any]) -> str:
            self.proposed = self.subject()
            if approver and not may_approve(approver, self.proposed.kinds):
                raise ValueError("Your account may not approve it.")
            if not may_propose(self.user, self.proposed.kinds):
                raise ValueError(NO_RIGHT)
            return self.carry_out_checked(data)

        return self.attempt(decide)

    def problem(self) -> str:
        texts = []
        for name, errors in self.form.errors.items():
            label = f"{self.form[name].label}: " if name in self.form.fields else ""
            texts += [f"{label}{error}" for error in errors]
        return " ".join(texts)

    @property
    def present_stamp(self) -> str:
        """The stamp of its form: the present one, if it was refused because rows changed."""
        return self.form.data.get("stamp", "")

    def with_stamp(self, stamp: str) -> "DecisionKind":
        """Return the same decision on the rows as they are at this stamp."""
        data = self.data.copy()
        data["stamp"] = stamp
        return type(self)(self.page, self.user, self.keys, self.query, data)


def case_named(user: Any, query: QueryDict) -> RequestCase | None:
    """Return the request that ?case= names, if a user may see it and it has its personal data."""
    key = query.get("case", "")
    if not (is_key(key) and user.has_perm("cables.view_requestcase")):
        return None
    return RequestCase.objects.filter(pk=key, cleared=None).first()


def for_this(case: RequestCase, address: str) -> str:
    """Return an address of the desk at which one decides for a case."""
    return f"{address}{'&' if '?' in address else '?'}case={case.pk}"


def page_of_case(case: RequestCase) -> str:
    return reverse("admin:cables_requestcase_change", args=[case.pk])


def may_open(user: Any, address: str) -> bool:
    """Return whether a link of the desk may be offered to a user: its page would not refuse them.

    Of pages of decisions, and of rows and lists of them.
    """
    if not address:
        return False
    found = resolve(address.partition("?")[0])
    name = (found.url_name or "").removeprefix("cables_")
    if kind := DecisionKind.registry.get(name):
        return kind.is_open_to(user, found.kwargs)
    model, _, page = name.partition("_")
    sites = {each._meta.model_name: site for each, site in admin.site._registry.items()}
    site: Any = sites.get(model)
    if page not in ("change", "changelist") or site is None:
        return True
    return bool(site.has_view_or_change_permission(SimpleNamespace(user=user)))


def if_open(user: Any, address: str) -> str:
    """Return an address of the desk if its page would not refuse a user, else ""."""
    return address if may_open(user, address) else ""


class NamedDecision(DecisionKind):
    """Base of kinds at one page: the last key of its address, `named_by`, says which it is."""

    named_by: ClassVar[str] = "name"
    name: ClassVar[str]
    named: ClassVar[dict[str, Any]]  # The kinds by their names, of the class that has the page.
    form_class = StampedForm

    def __init_subclass__(cls):
        super().__init_subclass__()
        if "pages" in cls.__dict__:
            cls.named = {}
        if "name" in cls.__dict__:
            cls.named[cls.name] = cls

    def __new__(cls, page: str, user: Any, keys: Mapping[str, Any], *args: Any) -> Any:
        if keys[cls.named_by] not in cls.named:
            raise Http404
        return super().__new__(cls.named[keys[cls.named_by]])


class RowButton(DecisionKind):
    """What a button on the page of a row does, if the row is as the page showed it.

    At once; one that is no `is_button` asks first, on a page with its `explanation`.
    """

    form_class = StampedForm
    has_logged_reason, is_stored, is_button = False, False, True
    model: ClassVar[type[Model]]
    states: ClassVar[Iterable[str]]  # In which it is possible.
    row: Any

    def find(self) -> None:
        self.row = get_object_or_404(self.model, pk=self.keys["key"])
        if not (self.is_button or self.is_possible(self.row)):
            raise GoneError(self.changed(), self.next_page())

    @classmethod
    def is_possible(cls, row: Any) -> bool:
        """Return whether it is offered for a row as it is."""
        return row.state in cls.states

    def subject(self) -> DecisionSubject:
        return DecisionSubject(str(self.row))

    @transaction.atomic
    def carry_out(self, data: dict[str, Any]) -> str:
        rows = self.model._default_manager.select_for_update(of=["self"], no_key=True)
        self.row = get_object_or_404(rows, pk=self.row.pk)
        is_as_shown = data["stamp"] == self.stamp() and self.is_possible(self.row)
        told = self.take() if is_as_shown else None
        if told is None:
            raise ValueError(self.changed())
        return told

    def take(self) -> str | None:
        """Do it with the locked row; return the message, None if it is not possible any more."""
        raise NotImplementedError

    def changed(self) -> str:
        """Return why it was refused."""
        present = self.model._default_manager.get(pk=self.row.pk)
        return f"Somebody was faster: {present.get_state_display().lower()}."  # type: ignore[attr-defined]

    def next_page(self) -> str:
        name = f"admin:cables_{self.model._meta.model_name}_change"
        return reverse(name, args=[self.keys["key"]])


class OnCable(DecisionKind):
    """A decision on the one cable that ?cable= names in any spelling."""

    approval: ClassVar[str]  # What it is for the setting APPROVALS.
    cable: Cable

    def find(self) -> None:
        reference = reference_or_empty(self.query.get("cable", ""))
        cable = Cable.objects.select_related("origin").known_as(reference)
        if cable is None:
            raise Http404("No such cable is here.")
        self.cable = cable

    def stamp(self) -> str:
        return self.cable.edit_token()  # Of the cable as its lock read it again.

    def subject(self) -> DecisionSubject:
        return DecisionSubject(self.title, (self.approval,), self.cable, [self.cable.reference])

    def about(self) -> Iterable[int]:
        return [self.cable.pk]

    def next_page(self) -> str:
        return reverse("admin:cables_cable_change", args=[self.cable.pk])


class OnSeenCable(OnCable):
    """A decision on what a cable says, which whoever may not see its text does not make."""

    def find(self) -> None:
        super().find()
        if not may_see_text(self.user, self.cable):
            raise GoneError(UNSEEN.format(self.cable), self.next_page())


class UndoOnCable(OnCable):
    """The undoing of a decision on one cable, which a row of `model` stands for."""

    model: ClassVar[type[Model]]
    list_model: ClassVar[type[Model] | None] = None  # Whose list has such rows, if not `model`.
    row: Any

    def find(self) -> None:
        rows = self.model._default_manager.select_related("cable__origin")
        self.row = row_or_gone(rows, self.keys["pk"], self.list_model)
        self.cable = self.row.cable
        decided_for = RequestCase.objects.filter(decisions__in=[self.row.decision_id])
        self.case = self.case or decided_for.first()


def row_or_gone(
    rows: QuerySet[Any],
    key: int,
    list_model: type[Model] | None = None,
    gone: str = "Somebody undid it meanwhile.",
) -> Any:
    """Return the row with a primary key. Raises GoneError, which leads to the list of such rows."""
    row = rows.filter(pk=key).first()
    if row is None:
        raise GoneError(gone, list_of(list_model or rows.model))
    return row


def list_of(model: type[Model]) -> str:
    return reverse(f"admin:cables_{model._meta.model_name}_changelist")
