"""Migrations that replaced others: whether a database, or a backup, can go on from those it has."""

from collections.abc import Iterable

from django.db.migrations.loader import MigrationLoader

from reading_room.paths import COMMAND

APP = "cables"
Key = tuple[str, str]  # The app and the name of a migration, as in django_migrations.
IN_PART = (
    "It has a part of the migrations that {0} replaces, but not {1}. Nothing was changed. With the "
    "last version that has {2}, {3} migrate must be run first; then this one can go on."
)


def known_migrations() -> set[Key]:
    """Return the migrations of this version, with those that they replace."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    replaced = [set(new.replaces) for new in loader.replacements.values()]
    return set(loader.disk_migrations).union(*replaced)


def why_in_part(applied: Iterable[Key]) -> str:
    """Return why the archive that has these migrations cannot be migrated, or "".

    Django would take it for complete: it leaves out a migration that replaces some applied ones.
    """
    applied = set(applied)
    for (app, name), new in MigrationLoader(None).replacements.items():
        missing = [key for key in new.replaces if key not in applied]
        if app == APP and 0 < len(missing) < len(new.replaces):
            return IN_PART.format(name, missing[0][1], new.replaces[-1][1], COMMAND)
    return ""
