"""Carry out what was proposed: send the same form to the same page, in the proposer's name.

The page checks again what it always checks: the proposer's right, the form, the optimistic lock.
"""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve

from ..models import (
    BulkDecision,
    Cable,
    Correction,
    Left,
    Load,
    LoadRow,
    Merge,
    Proposal,
    Redaction,
    RedactionSearch,
    RequestCase,
    VolumePage,
    VolumeWithholding,
    approving,
)
from .approval_gate import NO_RIGHT, DecisionSubject, Replay
from .cable_admin import ON_ONE

# Name of the page of a decision -> the model whose admin has it, and its method. Pages that are not
# here cannot be proposed: add each new one.
PAGES: dict[str, tuple[type[models.Model], str]] = {
    **{f"cables_cable_{name}": (Cable, "decide") for name in ON_ONE},
    "cables_cable_erase": (Cable, "erase"),
    "cables_bulkdecision_decide": (BulkDecision, "decide_page"),
    "cables_bulkdecision_undo": (BulkDecision, "undo_page"),
    "cables_left_all": (Left, "leave_all"),
    "cables_redaction_new": (Redaction, "new"),
    "cables_redaction_lift": (Redaction, "lift"),
    "cables_redactionsearch_decide": (RedactionSearch, "decide"),
    "cables_redactionsearch_undo": (RedactionSearch, "undo"),
    "cables_redactionsearch_end": (RedactionSearch, "end"),
    "cables_redactionsearch_step": (RedactionSearch, "step"),
    **{
        f"cables_correction_{name}": (Correction, name)
        for name in ("new", "undo", "lead", "former", "forget")
    },
    "cables_merge_new": (Merge, "new"),
    "cables_merge_undo": (Merge, "undo"),
    "cables_volumepage_withhold": (VolumePage, "withhold"),
    "cables_volumewithholding_publish": (VolumeWithholding, "publish"),
    "cables_load_decide": (Load, "decide"),
    "cables_loadrow_embargo": (LoadRow, "decide"),
    "cables_loadrow_apply": (LoadRow, "decide_held"),
    "cables_loadrow_publish": (LoadRow, "decide_held"),
    **{
        f"cables_requestcase_{name}": (RequestCase, "decide_on_case")
        for name in ("close", "reopen", "clear")
    },
}
GONE = "What it is about is not here any more."


class CollectedMessages(BaseStorage):
    """Messages of a request that has no browser: `texts` are those of errors and warnings."""

    def _get(self, *args: Any, **options: Any) -> tuple[list[Any], bool]:
        return [], True

    def _store(self, messages: Any, response: Any, *args: Any, **options: Any) -> list[Any]:
        return []

    def texts(self) -> list[str]:
        return [str(message) for message in self._queued_messages]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What became of a proposal that was sent: a message if it was done, else the problem.

    `stamp` is the present optimistic-lock token if the page gave one with its refusal. `subject`
    is what the decision was about, if it was done. `is_busy` means that a load runs: it is
    possible later.
    """

    message: str = ""
    problem: str = ""
    stamp: str = ""
    subject: DecisionSubject | None = None
    is_busy: bool = False

    @property
    def is_done(self) -> bool:
        return bool(self.message)


def send_proposal(
    proposal: Proposal, approver: User | None = None, stamp: str | None = None
) -> ReplayResult:
    """Send a proposal to its page, which carries it out. Call it in a transaction.

    Without an approver the caller rolls it back; `stamp` replaces that of the proposal.
    """
    request = request_of(proposal, stamp)
    replay = Replay(approver)
    request.replay = replay  # type: ignore[attr-defined]
    if not (proposal.by.is_active and proposal.by.is_staff):
        return ReplayResult(problem=NO_RIGHT)
    try:
        match = resolve(request.path_info)
        model, method = PAGES[match.url_name or ""]
        with approving(approver.pk if approver else None):
            view = getattr(admin.site.get_model_admin(model), method)
            response = view(request, *match.args, **match.kwargs)
    except (Http404, Resolver404, KeyError):
        return ReplayResult(problem=GONE)
    except PermissionDenied:
        return ReplayResult(problem=NO_RIGHT)
    if replay.message:
        return ReplayResult(replay.message, subject=replay.subject)
    return replace(refused_with(response, request), is_busy=replay.is_busy)


def request_of(proposal: Proposal, stamp: str | None = None) -> HttpRequest:
    """Return the request that was stored, as one of the proposer."""
    address = urlsplit(proposal.address)
    request = HttpRequest()
    request.method, request.path, request.path_info = "POST", address.path, address.path
    request.META = {
        **{"REQUEST_METHOD": "POST", "QUERY_STRING": address.query, "SCRIPT_NAME": ""},
        **{"SERVER_NAME": "localhost", "SERVER_PORT": "80"},
    }
    request.GET, data = QueryDict(address.query), QueryDict(proposal.data, mutable=True)
    if stamp is not None:
        data["stamp"] = stamp
    request.POST = data  # type: ignore[assignment]
    request.user = proposal.by
    request._messages = CollectedMessages(request)  # type: ignore[attr-defined]
    return request


def refused_with(response: HttpResponse, request: HttpRequest) -> ReplayResult:
    """Return why a page refused a form: its errors, or the warnings that it shows."""
    context = getattr(response, "context_data", None) or {}
    form = context.get("form")
    texts: list[str] = request._messages.texts()  # type: ignore[attr-defined]
    if form is None:
        return ReplayResult(problem=" ".join(texts) or GONE)
    for name, errors in form.errors.items():
        label = f"{form[name].label}: " if name in form.fields else ""
        texts += [f"{label}{error}" for error in errors]
    return ReplayResult(problem=" ".join(texts) or GONE, stamp=form.data.get("stamp", ""))
