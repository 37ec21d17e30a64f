"""System checks of APPROVALS: permissions and groups that do not exist would approve nothing."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from ..models import Proposal


@register()
def check_permissions(app_configs: Any, **options: Any) -> Sequence[CheckMessage]:
    """Check that all permissions that the rules name exist."""
    known = set()
    for model in apps.get_models():
        opts = model._meta
        codenames = [get_permission_codename(each, opts) for each in opts.default_permissions]
        codenames += [codename for codename, _ in opts.permissions]
        known |= {f"{opts.app_label}.{codename}" for codename in codenames}
    missing = _named(lambda name: "." in name and name not in known)
    hint = "Write the name of a permission, such as cables.redact_cable, or of a group."
    return [
        Error(f"APPROVALS, {kind}: there is no permission {name}.", hint=hint, id="cables.E001")
        for kind, name in missing
    ] + [
        Error(f"APPROVALS: {kind!r} is no kind of decision.", id="cables.E002")
        for kind in settings.APPROVALS
        if kind not in Proposal.Kind.values
    ]


@register(Tags.database)
def check_groups(
    app_configs: Any, databases: Iterable[str] | None = None, **options: Any
) -> Sequence[CheckMessage]:
    """Check that all groups that the rules name exist."""
    if not settings.APPROVALS or "default" not in (databases or ()):
        return []
    try:
        known = set(Group.objects.values_list("name", flat=True))
    except DatabaseError:  # Before the first migration.
        return []
    missing = _named(lambda name: "." not in name and name not in known)
    hint = "Create it at the desk, under Groups, or write the name of another."
    return [
        Warning(f"APPROVALS, {kind}: there is no group {name}.", hint=hint, id="cables.W004")
        for kind, name in missing
    ]


def _named(is_wrong: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Return (kind, name) of the names in the rules that are wrong."""
    return [
        (kind, name)
        for kind, rule in settings.APPROVALS.items()
        for name in (*rule.approvers, *rule.proposers)
        if is_wrong(name)
    ]
