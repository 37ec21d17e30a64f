"""The parts of a version that its commitment covers, each with a salt and a hash.

A salt is kept as long as the public text has the words of its part, and no longer: without it the
hash tells nothing, and the other parts still prove.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ..models import Cable, Commitment, Version
from .verify import HASH, SALT, part_hash, tree_hash

DELETED = bytes(SALT)
# The columns of a cable that its parts are made of.
NEEDED = (
    *("reference", "version", "withheld_reason", "origin__name", "created", "classification"),
    *("subject", "header", "body", "facts"),
    *("paragraph_ids", "paragraph_offsets", "fingerprints", "segmenter"),
)
REDACTED = "redacted"  # The part that says what was redacted, where anything was.
# What only a new version, a correction or a redaction changes; the others are read anew, merged or
# renamed under the text that stays.
TEXT = ("created", "classification", "subject", "header", "digest")


def parts_of(text: Cable | Version, cable: Cable) -> dict[str, str]:
    """Return {name: text} of the parts of a version: the printed facts, then its paragraphs."""
    redacted = text.facts.get("redacted")
    facts: Any = text.facts
    if isinstance(text, Cable):
        facts = {"origin": cable.origin.name, "created": cable.created.isoformat()}
        facts["classification"] = cable.classification
    return {
        "reference": cable.reference,
        **{name: str(facts.get(name, "")) for name in ("origin", "created", "classification")},
        "subject": text.subject,
        "header": text.header,
        # Of redacted texts too, of which nobody else is told it: the salt hides it as the others.
        "digest": hashlib.sha256(text.text.encode()).hexdigest(),
        **({REDACTED: json.dumps(redacted, sort_keys=True)} if redacted else {}),
        **dict(text.block_texts()),
    }


class CommittedParts:
    """The parts of a stored commitment."""

    def __init__(self, row: Commitment):
        self.row = row
        self.names = row.names
        self.salts = pieces(row.salts, SALT)
        self.hashes = pieces(row.hashes, HASH)

    @cached_property
    def root(self) -> bytes:
        return tree_hash(self.hashes)

    @cached_property
    def by_name(self) -> dict[str, tuple[bytes, bytes]]:
        """{name: (salt, hash)} of the parts."""
        # Not strict: somebody may have damaged the row.
        return dict(zip(self.names, zip(self.salts, self.hashes, strict=False), strict=False))

    def has(self, name: str, text: str | None) -> bool:
        """Tell whether it commits to a text as this part, and can still prove it."""
        salt, committed = self.by_name.get(name, (DELETED, b""))
        return text is not None and salt != DELETED and part_hash(salt, name, text) == committed

    def changed(self, parts: Mapping[str, str]) -> set[str]:
        """Return the names of the parts that differ, came or went; {} if it commits to all."""
        found = {name for name, text in parts.items() if not self.has(name, text)}
        return found | (self.by_name.keys() - parts.keys())

    def forget(self, parts: Mapping[str, str]) -> bool:
        """Delete the salts of parts whose words the text has no more; return if there were any."""
        kept = [
            salt if salt == DELETED or self.has(name, parts.get(name)) else DELETED
            for name, salt in zip(self.names, self.salts, strict=False)
        ]
        if kept == self.salts:
            return False
        self.row.salts = b"".join(kept)
        return True


def commit(
    cable: Cable, version: int, parts: Mapping[str, str], last: CommittedParts | None
) -> Commitment:
    """Return a commitment to these parts, not stored yet; parts that stay keep their salts."""
    fresh = pieces(os.urandom(SALT * len(parts)), SALT)
    salts = [
        last.by_name[name][0] if last and last.has(name, text) else salt
        for (name, text), salt in zip(parts.items(), fresh, strict=True)
    ]
    hashes = [
        part_hash(salt, name, text) for (name, text), salt in zip(parts.items(), salts, strict=True)
    ]
    return Commitment(
        cable_id=cable.pk,
        version=version,
        names=list(parts),
        salts=b"".join(salts),
        hashes=b"".join(hashes),
    )


def pieces(column: bytes | memoryview, size: int) -> list[bytes]:
    """Return the values of a column of bytes, which are all of one size."""
    data = bytes(column)
    return [data[at : at + size] for at in range(0, len(data), size)]
