"""Append entries to the public log: rows, tiles of the tree, and the checkpoint.

Also begin the log, or another one, and replace its key.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from ..models import (
    Commitment,
    Cosignature,
    LogEntry,
    LoggedCable,
    LogTile,
    Sealed,
    State,
    TransparencyLog,
)
from ..models.copied_rows import copy_rows
from ..models.querysets import READER
from .commitments import pieces
from .signing_key import (
    LogKeyError,
    SigningKey,
    next_key,
    private_key,
    sign,
    signed_last,
    take_next_key,
    write_secret,
)
from .tree_proofs import Tiles
from .verify import HASH, WIDTH, Key, leaf_hash, new_key_entry, new_key_message, tree_hash

FULL = WIDTH * HASH
NO_LOG = "There is no log yet: the worker begins it."


def begin() -> TransparencyLog:
    """Begin the log of this room, which has none; make its key if there is none."""
    host = settings.ALLOWED_HOSTS[0].removeprefix(".").replace("*", "localhost")
    key = SigningKey.kept(f"{host}/log/{secrets.token_hex(4)}")
    name = key.public.name
    named = {"origin": name, "key": str(key.public), "first_key": str(key.public)}
    log = TransparencyLog(pk=1, begun=timezone.now(), **named)
    log.checkpoint = sign(key, name, tiles_of(log.size))
    log.save(force_insert=True)
    return log


@transaction.atomic
def append(log: TransparencyLog, key: SigningKey, entries: Sequence[bytes]) -> None:
    """Append entries to a log, which the caller has locked, and sign the checkpoint. Saves it."""
    start = log.size
    copy_rows(LogEntry, ("index", "data"), enumerate(entries, start))
    log.size += len(entries)
    added, level = [leaf_hash(entry) for entry in entries], 0
    while added:
        added = _extend(level, start, added)
        start, level = start // WIDTH, level + 1
    log.checkpoint = sign(key, log.origin, tiles_of(log.size))
    log.save()


def _extend(level: int, start: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Add hashes to the tiles of a level, from a place on; return those of tiles now full."""
    number = start // WIDTH
    last = LogTile.objects.filter(level=level, number=number).first()
    data = (bytes(last.hashes) if last else b"") + b"".join(hashes)
    tiles = [
        LogTile(level=level, number=number + at, hashes=tile)
        for at, tile in enumerate(pieces(data, FULL))
    ]
    LogTile.objects.bulk_create(
        tiles, update_conflicts=True, unique_fields=["level", "number"], update_fields=["hashes"]
    )
    return [tree_hash(pieces(each.hashes, HASH)) for each in tiles if len(each.hashes) == FULL]


def tiles_of(size: int, using: str = "default") -> Tiles:
    """Return the hashes of the log when it had a size. They raise Refuted where tiles are gone."""

    def read(level: int, number: int, width: int) -> bytes:
        rows = LogTile.objects.using(using).filter(level=level, number=number)
        return bytes(rows.values_list("hashes", flat=True).first() or b"")[: width * HASH]

    return Tiles(size, read)


def readable_log() -> TransparencyLog | None:
    """Return the log as the readers' role sees it, None if this room has none yet."""
    return TransparencyLog.objects.using(READER).first()


def is_up_to_date() -> bool:
    """Tell whether the log has followed the archive to its present state."""
    log, state = readable_log(), State.objects.using(READER).first()
    return bool(log and log.scanned is None and state and log.state == state.number)


def now() -> str:
    """Return the time as entries have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def key_of_log() -> list[tuple[str, Key]]:
    """Return what each public key of this room signs, with the key. Raises LogKeyError."""
    key = SigningKey.read(settings.LOG_KEY_FILE)
    return [("Signs the log", key.public), ("Cosigns other logs", key.witness)]


@transaction.atomic
def rotate() -> None:
    """Replace the private key, and say so in the log. Raises LogKeyError."""
    log = TransparencyLog.objects.select_for_update().first()
    if log is None:
        raise LogKeyError(NO_LOG)
    old = SigningKey.of(log)
    text = private_key(old.public.name)
    new = SigningKey(text)
    signature = old.private.sign(new_key_message(str(new.public)))
    log.key = str(new.public)
    # Beside the old one until the log has the entry: the follower takes the one that the log names.
    write_secret(next_key(), text)
    append(log, new, [new_key_entry(now(), log.key, signature)])
    transaction.on_commit(take_next_key)


@transaction.atomic
def begin_anew() -> None:
    """Delete the log with all commitments, and begin another with a new key. Raises LogKeyError."""
    Sealed.objects.filter(place__startswith="commitment ").delete()
    Commitment.objects.all().delete()
    LoggedCable.objects.all().delete()
    with connection.cursor() as cursor:
        # Row by row the trigger refuses it.
        cursor.execute(
            f"TRUNCATE {LogEntry._meta.db_table}, {LogTile._meta.db_table}, "
            f"{Cosignature._meta.db_table}, {TransparencyLog._meta.db_table}"
        )
    settings.LOG_KEY_FILE.unlink(missing_ok=True)
    signed_last().unlink(missing_ok=True)
    begin()
