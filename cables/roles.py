"""The roles of the desk: which rights each group has. A migration makes the groups."""

from collections.abc import Iterable

from django.contrib.auth.management import create_permissions

READ = ("view",)
EDIT = ("view", "change")
KEEP = ("view", "add", "change", "delete")


def rights(*codenames: str, **kinds: Iterable[str]) -> frozenset[str]:
    """Return codenames of the app: those given, and "view_article" for article=("view",)."""
    made = [f"{right}_{kind}" for kind, given in kinds.items() for right in given]
    return frozenset([*codenames, *made])


# What whoever works here has to see: cables, and what happened to them.
WORKING = rights(
    **dict.fromkeys(("cable", "copy", "note", "origin", "tag", "change", "left"), READ),
    **dict.fromkeys(("load", "loadrow", "collection"), READ),
    **dict.fromkeys(("correction", "redaction", "merge"), READ),
)
# Role -> codenames in the application `cables`. Those that no model has yet are left out when the
# roles are made; the migration that brings them makes the roles again.
ROLES = {
    "Cataloguer": WORKING
    | rights(
        *("correct_cable", "merge_places"),
        **dict.fromkeys(("article", "articlecable", "page", "link", "note"), KEEP),
        **dict.fromkeys(("origin", "tag", "collection"), EDIT),
        country=("view", "add", "change"),
        left=("view", "add", "delete"),
    ),
    "Releaser": WORKING
    | rights("load_files", "release_cable", collection=EDIT, left=("view", "add", "delete")),
    "Redactor": WORKING
    | rights("withhold_cable", "redact_cable", "see_sealed", changekind=EDIT, article=READ),
    "Auditor": WORKING
    | rights(
        "see_sealed",
        **dict.fromkeys(("article", "articlecable", "page", "link", "country"), READ),
        changekind=READ,
    ),
}
# The same of Django's accounts, by the application that they are in.
READS_ACCOUNTS = {"Auditor": rights(user=READ, group=READ)}


def make_roles(apps, names: Iterable[str] = ROLES):
    """Make the groups of these roles where there are none; rights of one that is there stay.

    `apps` is the registry of a migration. Django makes the rows of rights only when all migrations
    have run, so they are made here, as Django would.
    """
    for label in ("auth", "cables"):
        config = apps.get_app_config(label)
        module = getattr(config, "models_module", None)
        config.models_module = True  # A migration's has none, and would be passed over.
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = module
    group_of = apps.get_model("auth", "Group").objects
    for name in names:
        group, is_new = group_of.get_or_create(name=name)
        if is_new:
            give(apps, group, ROLES[name])
            give(apps, group, READS_ACCOUNTS.get(name, ()), "auth")


def give(apps, group, codenames: Iterable[str], label: str = "cables"):
    """Add rights to a group, beside those that it has."""
    known = apps.get_model("auth", "Permission").objects.filter(content_type__app_label=label)
    group.permissions.add(*known.filter(codename__in=list(codenames)))
