"""Resumption tokens: where a list continues, signed so that a changed one is recognized.

A token holds the place of the last record that was sent, in the order of the datestamps, and what
was asked for. Nothing is stored, so it stays valid for as long as the site has the same key. A
record that changes moves to the end of the list; no other record moves.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

from django.core import signing

from ...models.harvest_records import HarvestPlace
from .harvest_request import ProtocolError

SIGNER = signing.Signer(salt="cables.oai-pmh")
LONGEST = 8_000  # Characters. It has the setSpec, of LONGEST_SET characters.
WRONG = "The resumption token is of another list, of another site, or was changed. Begin again."


@dataclass(frozen=True, slots=True)
class ResumptionToken:
    """What was asked for, and how far the list was sent."""

    verb: str
    prefix: str = ""
    first: str = ""  # The argument `from`, as given.
    until: str = ""
    of_set: str = ""
    datestamp: str = ""  # Of the last record, with microseconds.
    last: str = ""  # Its reference; of ListSets the last setSpec.
    cursor: int = 0  # How many were sent.
    size: int = 0  # How many the list had when it began; 0 is unknown.

    @property
    def place(self) -> HarvestPlace | None:
        if not self.datestamp:
            return None
        return HarvestPlace(datetime.fromisoformat(self.datestamp), self.last)

    @property
    def arguments(self) -> dict[str, str]:
        """The arguments with which the list began."""
        values = {"from": self.first, "until": self.until, "set": self.of_set}
        values["metadataPrefix"] = self.prefix
        return {name: value for name, value in values.items() if value}

    def written(self) -> str:
        return SIGNER.sign_object(list(asdict(self).values()))

    @classmethod
    def read(cls, text: str, verb: str) -> Self:
        """Return the token in a request with a verb. Raises ProtocolError: badResumptionToken."""
        try:
            if len(text) > LONGEST:
                raise ValueError
            token = cls(*SIGNER.unsign_object(text))
            if token.verb != verb:
                raise ValueError
        except (signing.BadSignature, ValueError, TypeError):
            raise ProtocolError("badResumptionToken", WRONG) from None
        return token
