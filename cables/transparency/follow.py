"""Follow the archive: one entry of the public log for each public change of a text.

The search index follows the same rows of `ChangedCable`. What changed a public text in place, and
is none of the archive's decisions, gets no entry: the text then has no proof any more, and who
checks the room finds it.
"""

import logging
import os
import random
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from operator import attrgetter

from django.db import DatabaseError, close_old_connections, connection, connections, transaction
from django.db.models import F, Q

from ..models import (
    Cable,
    ChangedCable,
    Commitment,
    LoggedCable,
    PastState,
    State,
    TransparencyLog,
    Version,
)
from ..models.archive_state import ALL_CABLES
from ..models.copied_rows import copy_rows
from ..models.sealing import lock_cables
from ..models.sql_expressions import InArray
from ..models.transparency_log import COMMITMENT_CONTENTS
from ..operations.follower import Follower
from .append import append, begin, now
from .commitments import NEEDED, REDACTED, TEXT, CommittedParts, commit, parts_of, pieces
from .signing_key import LogKeyError, SigningKey
from .verify import FORMLESS, HASH, LoggedEvent, Refuted, tree_hash

AT_ONCE = 500  # Cables whose entries one transaction adds.
# Shorter than PostgreSQL looks for deadlocks (1 s), so that no load or decision fails of one.
PATIENCE = "500ms"
RENAMED = {"reference": "renamed", "origin": "merged"}  # Part that changed -> kind of the entry.
# Columns of new rows.
COMMITTED = ("cable_id", "version", "entry", *COMMITMENT_CONTENTS)
LOGGED = ("cable", "record", "is_shown", "gone")
RECORD = 16  # Bytes of the random name of a cable in the log.
log = logging.getLogger(__name__)


def follow() -> bool:
    """Add the entries of the next changes; return whether there may be more.

    Raises LogKeyError if nothing can be signed on this machine.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        held = TransparencyLog.objects.select_for_update(skip_locked=True).first()
        if held is None:
            if TransparencyLog.objects.exists():
                return False  # Another worker is at it.
            held = begin()
        key = SigningKey.of(held)
        first = "published" if held.scanned is None else "begun"
        keys, is_all = _next(held)
        made = NewEntries(first)
        made.add_gone(LoggedCable.objects.exclude(gone="")[:AT_ONCE])
        made.add(keys)
        if made.entries:
            append(held, key, made.entries)
            made.store(held.size - len(made.entries))
        else:
            held.save()
    return not is_all or len(made.removed) == AT_ONCE


def follow_all() -> None:
    """Add the entries of all changes until now. Raises as `follow`."""
    while follow():
        pass


def _next(held: TransparencyLog) -> tuple[list[int], bool]:
    """Return the next cables to look at (primary keys), and whether there are no more for now."""
    state = State.objects.values_list("number", flat=True).first() or 0
    known = PastState.objects.filter(number=held.state).exists()
    if held.scanned is None and held.state != state and not known:
        held.scanned = 0  # What changed since then is not known any more.
    if held.scanned is not None:
        return _next_of_all(held, state)
    later = Q(state__gt=held.state) | Q(state=held.state, cable__gt=held.cable)
    rows = ChangedCable.objects.filter(later, state__lte=state).order_by("state", "cable")
    found = list(rows.values_list("state", "cable")[:AT_ONCE])
    if any(cable == ALL_CABLES for _, cable in found):
        held.scanned = 0
        return _next_of_all(held, state)
    is_all = len(found) < AT_ONCE
    held.state, held.cable = (state, 1 << 62) if is_all else found[-1]
    return list(dict.fromkeys(cable for _, cable in found)), is_all


def _next_of_all(held: TransparencyLog, state: int) -> tuple[list[int], bool]:
    """The same while all cables are gone through, by primary key."""
    if not held.scanned:
        held.state, held.cable = state, 1 << 62
    rows = Cable.objects.filter(pk__gt=held.scanned).order_by("pk")
    keys = list(rows.values_list("pk", flat=True)[:AT_ONCE])
    held.scanned = keys[-1] if len(keys) == AT_ONCE else None
    return keys, held.scanned is None


@dataclass
class NewEntries:
    """Entries that are about to be added, with the rows that belong to them.

    `first` is the kind of those of texts that the log did not have.
    """

    first: str
    at: str = field(default_factory=now)
    entries: list[bytes] = field(default_factory=list)
    commitments: dict[int, Commitment] = field(default_factory=dict)  # By place in `entries`.
    forgotten: list[Commitment] = field(default_factory=list)
    known: list[LoggedCable] = field(default_factory=list)  # Those whose `is_shown` changed.
    new: list[LoggedCable] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)

    def add_gone(self, rows: Iterable[LoggedCable]) -> None:
        """Add the entries of cables that were erased."""
        for row in rows:
            self._entry(row.gone, row)
            self.removed.append(row.cable)

    def add(self, keys: list[int]) -> None:
        """Add the entries of cables, in no order: it would tell which of them one is.

        The cables stay locked to the end: what is withheld, redacted or erased after they were
        read would get the salts of before.
        """
        locked = Cable.objects.with_keys(keys)
        lock_cables(locked)
        random.SystemRandom().shuffle(keys)
        cables = {each.pk: each for each in locked.select_related("origin").only(*NEEDED)}
        known = {each.pk: each for each in LoggedCable.objects.filter(InArray(F("cable"), keys))}
        stored: dict[int, list[CommittedParts]] = {}
        for row in Commitment.objects.filter(InArray(F("cable"), keys)).order_by("entry"):
            stored.setdefault(row.cable_id, []).append(CommittedParts(row))
        versions: dict[int, list[Version]] = {}
        replaced = [key for key, cable in cables.items() if cable.version > 1]
        for version in Version.objects.filter(cable__in=replaced).order_by("number"):
            versions.setdefault(version.cable_id, []).append(version)
        for key in keys:
            if cable := cables.get(key):
                self._add_cable(cable, known.get(key), versions.get(key, []), stored.get(key, []))

    def _add_cable(
        self,
        cable: Cable,
        logged: LoggedCable | None,
        versions: list[Version],
        stored: list[CommittedParts],
    ) -> None:
        if cable.withheld_reason:
            if logged and logged.is_shown:
                logged.is_shown = False
                self._entry("withheld", logged)
                self.known.append(logged)
            return
        is_again = bool(logged and not logged.is_shown)
        # The log had versions up to this one, also where somebody deleted their commitments.
        newest = max((each.row.version for each in stored), default=cable.version if logged else 0)
        if logged is None:
            logged = LoggedCable(cable=cable.pk, record=os.urandom(RECORD))
            self.new.append(logged)
        elif is_again:
            logged.is_shown = True
            self.known.append(logged)
        texts: list[tuple[int, Cable | Version]] = [*((each.number, each) for each in versions)]
        texts.append((cable.version, cable))
        for number, text in texts:
            held = [each for each in stored if each.row.version == number]
            if held or number > newest:
                self._add_text(cable, logged, number, text, held, is_again)
            else:
                warn(cable, number, {"the commitment is gone"})

    def _add_text(
        self,
        cable: Cable,
        logged: LoggedCable,
        number: int,
        text: Cable | Version,
        held: list[CommittedParts],
        is_again: bool,
    ) -> None:
        """Add the entry of one version, if the log does not have it as it is."""
        try:
            parts = parts_of(text, cable)
        except FORMLESS:  # Somebody changed the row so that it has no paragraphs any more.
            warn(cable, number, {"it cannot be read"})
            return
        last = held[-1] if held else None
        changed = last.changed(parts) if last else set(parts)
        if last:
            kind = why(changed, parts)
        else:
            kind = "replaced" if number > 1 and self.first == "published" else self.first
        if changed and kind:
            made = commit(cable, number, parts, last)
            root = tree_hash(pieces(made.hashes, HASH))
            self.commitments[len(self.entries)] = made
            self._entry(kind, logged, number, root)
        else:
            if last and is_again:  # Of what was logged, also if the text is another now.
                self._entry("republished", logged, number, last.root)
            if changed:
                warn(cable, number, changed)
        self.forgotten += [each.row for each in held if kind and each.forget(parts)]

    def _entry(self, kind: str, logged: LoggedCable, version: int = 0, root: bytes = b""):
        self.entries.append(bytes(LoggedEvent(kind, self.at, bytes(logged.record), version, root)))

    def store(self, start: int) -> None:
        """Store the rows of entries that the log has from an index on."""
        for at, commitment in self.commitments.items():
            commitment.entry = start + at
        copy_rows(Commitment, COMMITTED, map(attrgetter(*COMMITTED), self.commitments.values()))
        Commitment.objects.bulk_update(self.forgotten, ["salts"])
        copy_rows(LoggedCable, LOGGED, map(attrgetter(*LOGGED), self.new))
        LoggedCable.objects.bulk_update(self.known, ["is_shown"])
        LoggedCable.objects.filter(pk__in=self.removed).delete()


def warn(cable: Cable, number: int, changed: set[str]) -> None:
    log.warning(
        "The text of %s, version %s, is not what the public log has of it, and no decision "
        "changed it: %s. It has no proof now. Restore it from a backup.",
        *(cable.reference, number, ", ".join(sorted(changed))),
    )


def why(changed: set[str], parts: Mapping[str, str]) -> str:
    """Return the kind of a change in place; "" if no decision of the archive explains it."""
    if REDACTED in changed:
        return "redacted" if REDACTED in parts else "lifted"
    if changed.isdisjoint(TEXT):  # The same text, under other names or otherwise divided.
        return next((kind for name, kind in RENAMED.items() if name in changed), "divided")
    return "reread" if REDACTED in parts else ""


PAUSE = 1.0  # Seconds between two looks at the state of the archive.
AFTER_ERROR = 60  # Seconds.


class LogFollower(Follower):
    """The thread of the worker that keeps the public log up to date."""

    def __init__(self) -> None:
        super().__init__("public log")
        self.done: int | None = None  # The state that the log has followed.
        self.said = ""  # The last problem: it is told once.

    def look(self) -> float:
        try:
            close_old_connections()
            state = State.objects.values_list("number", flat=True).first()
            if state == self.done:
                return PAUSE
            while follow():
                if self.ended.is_set():
                    return 0
            self.done, self.said = state, ""
        except (DatabaseError, LogKeyError, Refuted) as error:
            if self.said != (problem := str(error)):
                log.warning("The public log is not up to date: %s", problem)
                self.said = problem
            with suppress(DatabaseError):
                connections.close_all()
            return AFTER_ERROR
        return PAUSE
