"""The private key of the public log, in a file outside the database, and what it signed last.

A database from a backup can have a shorter log than readers have seen. Nothing is signed then: two
logs under one key would be what witnesses exist to find.
"""

from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from reading_room.environment import kept_secret
from reading_room.paths import COMMAND

from ..models import TransparencyLog
from ..operations.atomic_write import atomic_write
from .tree_proofs import Tiles
from .verify import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    Key,
    Refuted,
    cosigned_message,
    decoded,
    encoded,
    signature_line,
)

PRIVATE = "PRIVATE+KEY"  # Before the name, in Go's format of keys for signed notes.
AGAIN = f"Run {COMMAND} log_key --begin-anew where the log cannot go on."


class LogKeyError(Exception):
    """Nothing can be signed. The message says why, and what to do."""


class SigningKey:
    """A private key with the name under which it signs."""

    def __init__(self, text: str):
        name, _, data = text.strip().removeprefix(f"{PRIVATE}+").split("+", 2)
        self.private = Ed25519PrivateKey.from_private_bytes(decoded(data)[1:])
        self.public = Key(name, self.private.public_key().public_bytes_raw())
        self.witness = self.public._replace(kind=COSIGNATURE)

    @classmethod
    def read(cls, path: Path) -> "SigningKey":
        """Read a key. Raises LogKeyError."""
        try:
            return cls(path.read_text())
        except FileNotFoundError:
            raise LogKeyError(
                f"{path} is not on this machine, so the public log does not go on here. Copy it "
                f"from the machine that began the log. {AGAIN}"
            ) from None
        except (OSError, ValueError, Refuted) as error:
            raise LogKeyError(f"{path} cannot be read: {error}. {AGAIN}") from None

    @classmethod
    def of(cls, log: TransparencyLog) -> "SigningKey":
        """Return the key of the log, if it is on this machine. Raises LogKeyError."""
        path = settings.LOG_KEY_FILE
        if next_key().exists() and str(cls.read(next_key()).public) == log.key:
            take_next_key()  # Killed between the log's entry and this.
        key = cls.read(path)
        if str(key.public) != log.key:
            raise LogKeyError(
                f"{path} has another key than the public log, so the log does not go on here. Copy "
                f"the key from the machine that began the log. {AGAIN}"
            )
        return key

    @classmethod
    def kept(cls, name: str) -> "SigningKey":
        """Return the key of this machine, made with this name if there is none."""
        try:
            return cls(kept_secret(settings.LOG_KEY_FILE, partial(private_key, name)))
        except (OSError, ValueError, Refuted) as error:
            raise LogKeyError(f"{settings.LOG_KEY_FILE} cannot be used: {error}.") from None

    def note(self, body: str) -> str:
        """Return a text with the line of its signature: a signed note."""
        return f"{body}\n{signature_line(self.public, self.private.sign(body.encode()))}"

    def cosignature(self, seconds: int, body: str) -> str:
        """Return the line with which a witness signs a checkpoint at a time (Unix seconds)."""
        signature = self.private.sign(cosigned_message(seconds, body))
        return signature_line(self.witness, seconds.to_bytes(8) + signature)


def private_key(name: str) -> str:
    """Return the text of a new private key with this name."""
    private = Ed25519PrivateKey.generate()
    key = Key(name, private.public_key().public_bytes_raw())
    data = encoded(ED25519 + private.private_bytes_raw())
    return f"{PRIVATE}+{name}+{key.hash.hex()}+{data}\n"


def next_key() -> Path:
    """Return the file of a key that follows the present one, until the log says so."""
    return settings.LOG_KEY_FILE.with_suffix(".next")


def take_next_key() -> None:
    """Make the next key the present one."""
    write_secret(settings.LOG_KEY_FILE, next_key().read_text())
    next_key().unlink()


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    with atomic_write(path, permissions=0o600) as file:
        file.write(text)


def signed_last() -> Path:
    """Return the file with the checkpoint that this machine signed last."""
    return settings.LOG_KEY_FILE.with_suffix(".signed")


def sign(key: SigningKey, origin: str, tiles: Tiles) -> str:
    """Return the checkpoint of the log with these tiles, signed.

    Raises LogKeyError if it does not continue what this machine signed last.
    """
    made = Checkpoint(origin, tiles.size, tiles.root)
    path = signed_last()
    if path.exists():
        last = Checkpoint.read(path.read_text())
        is_longer = last.origin == origin and last.size <= tiles.size
        if last.origin == origin and not (
            is_longer and (not last.size or tiles(0, last.size) == last.root)
        ):
            raise LogKeyError(
                f"The public log was signed with {last.size:,} entries, and the database has "
                f"other or fewer ones ({tiles.size:,}), as after restoring a backup. {AGAIN}"
            )
    note = key.note(made.body)
    # Not before: what is rolled back was not signed for anybody.
    transaction.on_commit(partial(write_secret, path, note))
    return note
