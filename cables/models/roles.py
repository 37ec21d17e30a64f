"""The roles of the desk: which permissions each group has. A migration creates the groups.

Also which accounts of the desk are those of an institution.
"""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import models

READ = ("view",)
EDIT = ("view", "change")
KEEP = ("view", "add", "change", "delete")


def rights(*codenames: str, **kinds: Iterable[str]) -> frozenset[str]:
    """Return these codenames of permissions, and "view_article" for article=("view",)."""
    names = [f"{action}_{kind}" for kind, actions in kinds.items() for action in actions]
    return frozenset([*codenames, *names])


# What everybody at the desk may see: cables, and what happened to them.
WORKING = rights(
    **dict.fromkeys(("cable", "copy", "note", "origin", "tag", "change", "left"), READ),
    **dict.fromkeys(("load", "loadrow", "collection"), READ),
    **dict.fromkeys(("correction", "redaction", "merge", "bulkdecision"), READ),
    savedsearch=READ,
)
MATTERS = ("switch_rule", "assign_matter")  # Of the work lists, beside leaving what is in them.
# Role -> codenames of permissions in the app `cables`. Those that do not exist yet when a migration
# creates the roles are skipped; the migration that adds them has to grant them.
ROLES = {
    "Cataloguer": WORKING
    | rights(
        *("correct_cable", "merge_places", "share_savedsearch", *MATTERS),
        **dict.fromkeys(("article", "articlecable", "citingwork", "highlight"), KEEP),
        **dict.fromkeys(("page", "link", "note"), KEEP),
        **dict.fromkeys(("origin", "tag", "collection"), EDIT),
        country=("view", "add", "change"),
        left=("view", "add", "delete"),
        savedsearch=KEEP,
    ),
    "Releaser": WORKING
    | rights(
        *("load_files", "release_cable", "share_savedsearch", *MATTERS),
        collection=EDIT,
        left=("view", "add", "delete"),
        savedsearch=KEEP,
        columnmapping=("view", "delete"),
    ),
    "Redactor": WORKING
    | rights(
        *("withhold_cable", "redact_cable", "see_sealed", "share_savedsearch", "assign_matter"),
        **{"changekind": EDIT, "article": READ, "lettertemplate": EDIT},
        requestcase=("view", "add", "change"),
        savedsearch=KEEP,
    ),
    "Auditor": WORKING
    | rights(
        "see_sealed",
        **dict.fromkeys(("article", "articlecable", "citingwork", "highlight", "page"), READ),
        **dict.fromkeys(("link", "country"), READ),
        **dict.fromkeys(("changekind", "requestcase", "lettertemplate"), READ),
    ),
}
CURATORS = "Curators"  # A role for archives where everybody does everything.
ROLE_RIGHTS = ROLES | {
    CURATORS: rights(
        *("load_files", "release_cable", "withhold_cable", "share_savedsearch", *MATTERS),
        savedsearch=KEEP,
        **dict.fromkeys(("article", "articlecable", "citingwork", "highlight", "link"), KEEP),
        **dict.fromkeys(("page", "note"), KEEP),
        **dict.fromkeys(("changekind", "origin", "tag", "collection"), EDIT),
        **dict.fromkeys(("bulkdecision", "cable", "copy", "load", "loadrow", "change"), READ),
        country=("view", "add", "change"),
        columnmapping=("view", "delete"),
        left=("view", "add", "delete"),
    )
}
# Role -> what it may do, and what it may not, as pages of accounts and groups say it.
ROLE_TEXTS = {
    "Releaser": (
        "May load files, put cables under embargo and release them, describe collections, and "
        "leave matters of work lists. May not change facts of a cable, withhold or redact."
    ),
    "Redactor": (
        "May withhold, redact and publish again, see originals, decide on held records, and handle "
        "requests. May not write, correct facts or load a file."
    ),
    "Cataloguer": (
        "May correct facts of cables, origins and tags, merge them, and write notes, articles and "
        "guidance pages. May not withhold, redact or load a file."
    ),
    "Auditor": (
        "May see everything: also originals, requests, accounts and groups. May change nothing."
    ),
    CURATORS: (
        "May write, correct origins and tags, withhold, load, put under embargo and release. May "
        "not create accounts, redact or merge."
    ),
}
# Role -> codenames of permissions in Django's app `auth`.
READS_ACCOUNTS = {"Auditor": rights(user=READ, group=READ)}


def describe_role(group) -> str:
    """Return what a group may do: the text of its role, and whether its rights were changed."""
    given = group.permissions.filter(content_type__app_label="cables")
    if group.name not in ROLE_TEXTS:
        return ""
    is_as_made = set(given.values_list("codename", flat=True)) == ROLE_RIGHTS[group.name]
    return ROLE_TEXTS[group.name] + ("" if is_as_made else " Its rights were changed here.")


def make_roles(apps, names: Iterable[str] = ROLES):
    """Create the groups of these roles that are missing; existing groups are not changed.

    `apps` is the registry of a migration. Django creates the rows of permissions only after all
    migrations, so they are created here first.
    """
    for label in ("auth", "cables"):
        config = apps.get_app_config(label)
        module = getattr(config, "models_module", None)
        config.models_module = True  # Apps of a migration have none, and would be skipped.
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = module
    group_of = apps.get_model("auth", "Group").objects
    for name in names:
        group, is_new = group_of.get_or_create(name=name)
        if is_new:
            give(apps, group, ROLE_RIGHTS[name])
            give(apps, group, READS_ACCOUNTS.get(name, ()), "auth")


def give(apps, group, codenames: Iterable[str], label: str = "cables"):
    """Add permissions to a group; those that do not exist are skipped."""
    permissions = apps.get_model("auth", "Permission").objects
    permissions = permissions.filter(content_type__app_label=label)
    group.permissions.add(*permissions.filter(codename__in=list(codenames)))


class InstitutionAccount(models.Model):
    """By which account of which provider one logs in: what names it, for good, is these two."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="institution_account"
    )
    issuer = models.TextField(help_text="The provider, as it names itself.")
    subject = models.TextField(help_text="The account there: `sub`, which is never given again.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="institution_account_once")
        ]

    def __str__(self):
        return str(self.user)
