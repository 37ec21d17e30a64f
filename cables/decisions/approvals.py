"""Who may propose and who must approve decisions, as the setting APPROVALS says.

It holds for everybody, superusers too, and nobody approves their own proposals. Programs that
curators run in a shell do not ask.
"""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from ..models import Proposal

Kind = Proposal.Kind
ON_REQUEST = Q(kinds__contains=[Kind.CASE])  # Others may be made for a request; none tells it.


def ruled(kinds: Iterable[str]) -> list[str]:
    """Return those of some kinds of decisions that a second person has to approve."""
    return [kind for kind in kinds if kind in settings.APPROVALS]


def is_one_of(user: User, names: Iterable[str]) -> bool:
    """Return whether an account has one of these permissions, or is in one of these groups."""
    names = set(names)
    if not (user.is_active and user.is_staff):
        return False
    permissions = {name for name in names if "." in name}
    if any(user.has_perm(name) for name in permissions):
        return True
    return user.groups.filter(name__in=names - permissions).exists()


def may_propose(user: User, kinds: Iterable[str]) -> bool:
    """Return whether a user who could decide alone may propose a decision of these kinds."""
    rules = [settings.APPROVALS[kind] for kind in ruled(kinds)]
    return all(not rule.proposers or is_one_of(user, rule.proposers) for rule in rules)


def kinds_approved_by(user: User) -> set[str]:
    """Return the kinds of decisions that a user may approve if others propose them."""
    rules = settings.APPROVALS.items()
    return {kind for kind, rule in rules if is_one_of(user, rule.approvers)}


def may_approve(user: User, kinds: Iterable[str]) -> bool:
    """Return whether a user may approve what others propose. It is of each rule for its kinds."""
    kinds = ruled(kinds)
    return bool(kinds) and kinds_approved_by(user).issuperset(kinds)


def approvers_of(kinds: Iterable[str]) -> str:
    """Return who approves decisions of these kinds: "Redactor or Auditor, and Board"."""
    rules = dict.fromkeys(settings.APPROVALS[kind].approvers for kind in ruled(kinds))
    return ", and ".join(" or ".join(names) for names in rules)


def waiting_for(user: User) -> QuerySet[Proposal]:
    allowed = kinds_approved_by(user)
    if not allowed:
        return Proposal.objects.none()
    refused = settings.APPROVALS.keys() - allowed
    rows = Proposal.objects.waiting_for(user, allowed, refused)
    return rows if user.has_perm("cables.view_requestcase") else rows.exclude(ON_REQUEST)


def seen_by(user: User) -> QuerySet[Proposal]:
    """Return the proposals that a user may see: own ones, and those that are theirs to judge.

    Who may see sealed texts sees all; those on requests are only for who may see requests.
    """
    rows = Proposal.objects.all()
    if not user.has_perm("cables.see_sealed"):
        kinds = list(kinds_approved_by(user))
        rows = rows.filter(by=user) | rows.filter(kinds__overlap=kinds)
    if not user.has_perm("cables.view_requestcase"):
        rows = rows.exclude(ON_REQUEST)
    return rows
