"""The public log of commitments to texts (docs/proof.md), and the logs of other rooms.

The log only grows: a trigger refuses to change or delete its entries.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.migrations import RunSQL

from .cable import Cable


class TransparencyLog(models.Model):
    """The log of this room: a single row. `checkpoint` is the signed note of its last state."""

    origin = models.CharField(max_length=250, help_text="The name of the log, in its checkpoints.")
    key = models.TextField(help_text="The public key that signs it now: name+hash+base64.")
    first_key = models.TextField(help_text="The public key with which it began.")
    begun = models.DateTimeField()
    size = models.PositiveBigIntegerField(default=0)
    checkpoint = models.TextField(blank=True)
    # How far it has followed the archive: all changes up to `cable` in `state`.
    state = models.PositiveBigIntegerField(default=0)
    cable = models.BigIntegerField(default=0)
    scanned = models.BigIntegerField(
        null=True, default=0, help_text="While all cables are gone through: the last one."
    )

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.origin} {self.size}"


class LogEntry(models.Model):
    """An entry of the log, as it is hashed."""

    index = models.BigIntegerField(primary_key=True)
    data = models.BinaryField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return str(self.index)


class LogTile(models.Model):
    """Up to 256 hashes of the log's tree, of 32 bytes each (C2SP tlog-tiles)."""

    pk = models.CompositePrimaryKey("level", "number")
    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.level}/{self.number}"


class Commitment(models.Model):
    """What an entry of the log commits to: the parts of one version of a cable.

    Of each part `names` has its name, `hashes` its leaf (32 bytes), `salts` its salt (16 bytes):
    zeros where the public text has these words no more, so that nobody can test a guess of them.
    Withholding seals all three.
    """

    cable = models.ForeignKey(Cable, on_delete=models.CASCADE, related_name="commitments")
    version = models.PositiveIntegerField()
    entry = models.BigIntegerField(help_text="The index of the entry of the log.")
    names = ArrayField(models.CharField(max_length=40), default=list)
    salts = models.BinaryField(default=b"")
    hashes = models.BinaryField(default=b"")

    class Meta:
        default_permissions = ()
        ordering = ["entry"]

    def __str__(self):
        return f"{self.cable_id} version {self.version}"


COMMITMENT_CONTENTS = ["names", "salts", "hashes"]


class LoggedCable(models.Model):
    """Under which random name the log knows a cable. Only the worker reads it.

    `gone` says why a cable was deleted that readers saw; the log then says it, and the row goes:
    from then on nothing ties the entries to a reference.
    """

    cable = models.BigIntegerField(primary_key=True)
    record = models.BinaryField()
    is_shown = models.BooleanField(default=True)
    gone = models.CharField(max_length=10, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index("cable", condition=~models.Q(gone=""), name="logged_cable_gone")]

    def __str__(self):
        return str(self.cable)


class Cosignature(models.Model):
    """The last cosignature of a witness under a checkpoint of this room's log."""

    key = models.TextField(primary_key=True, help_text="The public key of the witness.")
    size = models.PositiveBigIntegerField()
    checkpoint = models.TextField(help_text="What it signed, with the signature of the log.")
    line = models.TextField(help_text="The line of the signature in the signed note.")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.key


class WitnessedLog(models.Model):
    """The log of another room, as this room saw and cosigned it last."""

    origin = models.CharField(max_length=250, primary_key=True)
    address = models.URLField()
    keys = ArrayField(models.TextField())
    checkpoint = models.TextField(help_text="Signed by the log, cosigned by this room.")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["origin"]

    def __str__(self):
        return self.origin


ONLY_GROWS = """
CREATE FUNCTION cables_entries_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The public log only grows: % is refused.', TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'The command log_key begins another log.';
END $$;
CREATE TRIGGER entries_only_grow BEFORE UPDATE OR DELETE ON cables_logentry
    FOR EACH STATEMENT EXECUTE FUNCTION cables_entries_only_grow();
"""


def only_grows() -> RunSQL:
    """Return the migration operation that creates this trigger."""
    return RunSQL(ONLY_GROWS, "DROP FUNCTION cables_entries_only_grow CASCADE")
