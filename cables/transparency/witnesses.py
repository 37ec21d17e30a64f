"""Witnesses: this room cosigns the logs of others, and takes their cosignatures under its own.

A witness signs only what continues what it signed before. So two readers who are shown two logs
have two checkpoints of which an honest witness signs one.
"""

import time
import urllib.request
from urllib.parse import urljoin

from django.conf import settings
from django.utils import timezone

from ..models import Cosignature, TransparencyLog, WitnessedLog
from .append import tiles_of
from .signing_key import SigningKey
from .tree_proofs import Tiles, check_consistency, consistency_path
from .verify import TIMEOUT, Checkpoint, Key, LogReader, Refuted, keys_that_follow

LARGEST = 10_000  # Bytes of a checkpoint with its cosignatures.


def witness(address: str, key: str = "") -> str:
    """Cosign the log of another room, if it continues what was cosigned before; say what was done.

    `address` is that of the room. `key` is its public key, which somebody else told; without it,
    the one that the room names is believed at the first time. Raises Refuted, OSError.
    """
    reader = LogReader.at(urljoin(address.rstrip("/") + "/", "log/"))
    text = reader.text("checkpoint")
    if len(text) > LARGEST:
        raise Refuted(f"The checkpoint of {address} is too long.")
    now = Checkpoint.read(text)
    known = WitnessedLog.objects.filter(address=address).first()
    keys = [Key.read(each) for each in (known.keys if known else [key or reader.text("key")])]
    before = Checkpoint.read(known.checkpoint) if known else Checkpoint(now.origin, 0, b"")
    if now.origin != before.origin:
        raise Refuted(
            f"{address} has another log now, {now.origin}; before, it was {before.origin}. Ask its "
            "operators why; then forget the old one with --forget."
        )
    tiles = Tiles(now.size, reader.tile)
    path = consistency_path(tiles, before.size, now.size) if 0 < before.size < now.size else []
    check_consistency(before.size, now.size, before.root, now.root, path)
    keys = keys_that_follow(keys, reader.entries(before.size, now.size))
    if not any(now.signed_by(keys)):
        raise Refuted(f"The checkpoint of {address} is not signed by the key of its log.")
    own = SigningKey.kept(f"{settings.ALLOWED_HOSTS[0].strip('.*') or 'localhost'}/witness")
    line = own.cosignature(int(time.time()), now.body)
    note = text.rstrip("\n") + "\n" + line
    WitnessedLog.objects.update_or_create(
        origin=now.origin,
        defaults={
            "address": address,
            "keys": [*map(str, keys)],
            "checkpoint": note,
            "at": timezone.now(),
        },
    )
    send(reader.address("cosignatures"), note)
    return f"{now.origin}: {now.size:,} entries, which continue {before.size:,}; cosigned."


def send(address: str, note: str) -> None:
    """Send a cosigned checkpoint to the room whose log it is of. Raises OSError."""
    sent = urllib.request.Request(address, note.encode(), {"Content-Type": "text/plain"})  # noqa: S310
    with urllib.request.urlopen(sent, timeout=TIMEOUT):  # noqa: S310
        pass


def take_cosignatures(text: str) -> int:
    """Store the cosignatures of our witnesses under a checkpoint of our log; return their number.

    Raises Refuted if it is none of our log, or has none of a witness that WITNESSES names.
    """
    signed, log = Checkpoint.read(text), TransparencyLog.objects.first()
    if log is None or signed.origin != log.origin or signed.size > log.size:
        raise Refuted("This is no checkpoint of this log.")
    if not signed.size or tiles_of(signed.size).root != signed.root:
        raise Refuted("This checkpoint is not of the tree of this log.")
    ours = signed.line_of(Key.read(log.key)) or signed.line_of(Key.read(log.first_key))
    if not ours:
        raise Refuted("This checkpoint is not signed by this log.")
    taken = {key: signed.line_of(Key.read(key)) for key in settings.WITNESSES}
    taken = {key: line for key, line in taken.items() if line}
    if not taken:
        raise Refuted("Nobody who signed this is a witness of this log (setting WITNESSES).")
    # Anybody can send again what a witness signed earlier.
    later = Cosignature.objects.filter(key__in=taken, size__gt=signed.size)
    for key in taken.keys() - set(later.values_list("key", flat=True)):
        Cosignature.objects.update_or_create(
            key=key,
            defaults={
                "size": signed.size,
                "checkpoint": f"{signed.body}\n{ours}",
                "line": taken[key],
                "at": timezone.now(),
            },
        )
    return len(taken)
