"""Proofs that a version, or a paragraph of it, is what the public log has committed to."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..models import Cable, Commitment, Cosignature, LogEntry, TransparencyLog, Version
from ..models.querysets import READER
from .append import readable_log, tiles_of
from .commitments import CommittedParts, parts_of
from .tree_proofs import hashes_of, inclusion_path
from .verify import FORMLESS, PROOF, Checkpoint, LoggedEvent, Refuted, encoded


class NoProof(Exception):
    """The log does not prove a text. The message says why, for readers."""


NOT_YET = "The public log does not have this text yet. It follows the archive within minutes."
OTHER = (
    "The public log has another text of this: what stands here now was changed without a decision "
    "of the archive. Please tell the archive."
)


@dataclass(frozen=True)
class LoggedText:
    """A version of a published cable, or a paragraph of it, with the commitment that proves it."""

    cable: Cable
    version: int
    shown: dict[str, str]  # The parts that the proof shows.
    committed: CommittedParts
    log: TransparencyLog

    @cached_property
    def entry(self) -> LoggedEvent:
        return LoggedEvent.read(self.data)

    @cached_property
    def data(self) -> bytes:
        rows = LogEntry.objects.using(READER).filter(pk=self.committed.row.entry)
        if data := rows.values_list("data", flat=True).first():
            return bytes(data)
        raise Refuted("The public log lacks the entry of this text. Please tell the archive.")

    def as_json(self) -> dict[str, Any]:
        """Return the proof, in the format that docs/proof.md describes."""
        index = self.committed.row.entry
        checkpoint = checkpoint_for(self.log, index)
        size = Checkpoint.read(checkpoint).size
        path = inclusion_path(tiles_of(size, READER), index, size)
        return {
            "format": PROOF,
            "reference": self.cable.reference,
            "version": self.version,
            "size": len(self.committed.names),
            "parts": list(self._parts()),
            "entry": {"index": index, "data": self.data.decode(), "path": [*map(encoded, path)]},
            "checkpoint": checkpoint,
        }

    def _parts(self) -> Iterator[dict[str, Any]]:
        committed, size = self.committed, len(self.committed.names)
        is_whole = len(self.shown) == size
        for index, name in enumerate(committed.names):
            if name not in self.shown:
                continue
            part = {"index": index, "name": name, "salt": encoded(committed.salts[index])}
            part["text"] = self.shown[name]
            if not is_whole:
                path = inclusion_path(hashes_of(committed.hashes), index, size)
                part["path"] = [encoded(step) for step in path]
            yield part


def find_proof(cable: Cable, text: Cable | Version, number: int, paragraph: str = "") -> LoggedText:
    """Return the first commitment to a version of a cable, or to a paragraph of it.

    A paragraph that a redaction did not touch is proved by the entry from before it. `text` is the
    cable, or the version with this number. Raises NoProof.
    """
    log = readable_log()
    try:
        parts = parts_of(text, cable)
    except FORMLESS as error:
        raise NoProof(OTHER) from error
    if paragraph:
        parts = {name: parts[name] for name in ("reference", paragraph)}
    rows = Commitment.objects.using(READER).filter(cable=cable.pk, version=number)
    found = [CommittedParts(row) for row in rows if log and row.entry < log.size]
    if log is None or not found:
        raise NoProof(NOT_YET)
    for committed in found:
        is_whole = paragraph or len(committed.names) == len(parts)
        if is_whole and all(committed.has(name, each) for name, each in parts.items()):
            return LoggedText(cable, number, parts, committed, log)
    raise NoProof(OTHER)


def checkpoint_for(log: TransparencyLog, index: int) -> str:
    """Return a checkpoint that has an entry: the last one that a witness cosigned, else the last.

    With it, the cosignatures of all witnesses that signed it.
    """
    rows = Cosignature.objects.using(READER).filter(size__gt=index, size__lte=log.size)
    signed = list(rows.order_by("-size", "key"))
    if not signed:
        return log.checkpoint
    lines = [each.line for each in signed if each.size == signed[0].size]
    return signed[0].checkpoint + "".join(lines)
