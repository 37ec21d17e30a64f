"""Replace the key of the log, or begin another log."""

from django.conf import settings
from django.db import connection, transaction

from ..models import (
    Commitment,
    Cosignature,
    LogEntry,
    LoggedCable,
    LogTile,
    Sealed,
    TransparencyLog,
)
from .append import append, begin, now
from .signing_key import (
    LogKeyError,
    SigningKey,
    next_key,
    private_key,
    signed_last,
    take_next_key,
    write_secret,
)
from .verify import Key, new_key_entry, new_key_message

NO_LOG = "There is no log yet: the worker begins it."


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
