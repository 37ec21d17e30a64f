"""A request of OAI-PMH: its arguments, checked; errors; what it lists; resumption tokens.

A token says where a list continues, signed so that a changed one is recognized. It holds the place
of the last record that was sent, in the order of the datestamps, and what was asked for. Nothing is
stored, so it stays valid for as long as the site has the same key. A record that changes moves to
the end of the list; no other record moves.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import Self

from django.core import signing
from django.db.models import QuerySet

from ...models import Cable, HarvestRecord, Tagging
from ...models.cable import PUBLISHED
from ...models.harvest_records import HarvestPlace, HarvestRecordQuerySet, merged
from ...search.list_counts import ListCounts
from .record_formats import NEEDED, SET_KINDS, read_set, set_name

# Verb -> (arguments that it needs, arguments that it may have).
SELECTION = ("from", "until", "set")
VERBS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Identify": ((), ()),
    "ListMetadataFormats": ((), ("identifier",)),
    "ListSets": ((), ()),
    "GetRecord": (("identifier", "metadataPrefix"), ()),
    "ListIdentifiers": (("metadataPrefix",), SELECTION),
    "ListRecords": (("metadataPrefix",), SELECTION),
}
RESUMABLE = ("ListSets", "ListIdentifiers", "ListRecords")
TOKEN = "resumptionToken"  # noqa: S105  # The name of an argument, no secret.
WORD = r"[A-Za-z0-9\-_.!~*'()]+"  # The characters that the schema of the protocol allows.
LONGEST_SET = 3_000  # Characters of a setSpec: a tag of 200 characters, each of which is escaped.
PATTERNS = {
    "metadataPrefix": re.compile(WORD),
    "set": re.compile(rf"(?=.{{1,{LONGEST_SET}}}\Z){WORD}(:{WORD})*"),
}
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class ProtocolError(Exception):
    """An error of the protocol, which is an answer: its code, and a sentence."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class HarvestRequest:
    """A valid request. `arguments` are as they were given, without the verb."""

    verb: str
    arguments: dict[str, str]

    @property
    def token(self) -> str | None:
        """The resumption token; None if the request begins a list."""
        return self.arguments.get(TOKEN)


@dataclass(frozen=True, slots=True)
class HarvestSpan:
    """A span of datestamps: from `first`, to before `before`; None is no limit."""

    first: datetime | None = None
    before: datetime | None = None


def read_request(given: Mapping[str, Sequence[str]]) -> HarvestRequest:
    """Return a request by its arguments, each with all values given for it.

    Raises ProtocolError: badVerb or badArgument.
    """
    verbs = given.get("verb", ())
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise ProtocolError("badVerb", f"The verb is one of {', '.join(VERBS)}, given once.")
    arguments = {name: values for name, values in given.items() if name != "verb"}
    for name, values in arguments.items():
        if len(values) != 1:
            raise ProtocolError("badArgument", f"The argument {quoted(name)} is given twice.")
    request = HarvestRequest(verbs[0], {name: values[0] for name, values in arguments.items()})
    _check_names(request)
    for name, pattern in PATTERNS.items():
        if name in request.arguments and not pattern.fullmatch(request.arguments[name]):
            raise ProtocolError("badArgument", f"The value of {name} is malformed.")
    read_span(request.arguments)
    return request


def _check_names(request: HarvestRequest) -> None:
    needed, possible = VERBS[request.verb]
    names = set(request.arguments)
    if TOKEN in names and request.verb in RESUMABLE:
        if len(names) > 1:
            raise ProtocolError("badArgument", f"{TOKEN} excludes all other arguments.")
        return
    for name in sorted(names.difference(needed, possible)):
        raise ProtocolError("badArgument", f"{request.verb} takes no argument {quoted(name)}.")
    for name in needed:
        if name not in names:
            raise ProtocolError("badArgument", f"{request.verb} needs the argument {name}.")


def read_span(arguments: Mapping[str, str]) -> HarvestSpan:
    """Return the span of `from` and `until`, both included. Raises ProtocolError."""
    first, until = (arguments.get(name, "") for name in ("from", "until"))
    start, is_day = read_time("from", first)
    end, ends_with_day = read_time("until", until)
    if first and until and is_day != ends_with_day:
        raise ProtocolError("badArgument", "from and until have different granularities.")
    if start and end and start > end:
        raise ProtocolError("badArgument", "from is later than until.")
    if end and end.year == MAXYEAR:  # Some harvesters write 9999-12-31 for no limit.
        end = None
    if end:
        end += timedelta(days=1) if ends_with_day else timedelta(seconds=1)
    return HarvestSpan(start, end)


def read_time(name: str, text: str) -> tuple[datetime | None, bool]:
    """Return (time, whether it is a day) of a day or a second in UTC; (None, False) for "".

    Raises ProtocolError.
    """
    if not text:
        return None, False
    is_day = bool(DAY.fullmatch(text))
    try:
        if not (is_day or SECOND.fullmatch(text)):
            raise ValueError
        moment = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        message = f"{name} is a day, 2026-11-28, or a second in UTC, 2026-11-28T05:30:00Z."
        raise ProtocolError("badArgument", message) from None
    return moment, is_day


def quoted(text: str) -> str:
    """Return the beginning of a text that somebody sent, for a message."""
    return repr(text[:100])


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


PORTION = 100  # Records in an answer, as cables in one of the API.
SETS = 500  # Sets or headers in an answer.
MANY = 100_000  # Cables in a set of which no keys are sent to the database.


@dataclass(frozen=True, slots=True)
class DatedRecord:
    """A record in a list. `cable` is None if the record is deleted."""

    record: HarvestRecord
    cable: Cable | None


@dataclass(frozen=True, slots=True)
class RecordList:
    """The records of a set ("" is all) that changed in a span of time.

    Every deleted record is in every set: of which lists a withheld cable was is withheld too.
    """

    span: HarvestSpan
    of_set: str = ""

    def parts(self) -> list[HarvestRecordQuerySet]:
        """Return queries that together give the list, each in the order of the whole."""
        records = HarvestRecord.objects.readable().dated(self.span.first, self.span.before)
        if not self.of_set:
            return [records]
        known = read_set(self.of_set)
        if known is None:
            return []
        if known == ("origin", ""):  # Every cable has one.
            return [records.present(), records.deleted()]
        present = records.of_cables(cables_of(*known), are_many=size_of(*known) > MANY)
        return [present, records.deleted()]

    def size(self) -> int:
        """Return how many records it has; 0 if it would take long to count them."""
        known = read_set(self.of_set)
        if known is None:
            return 0 if self.of_set else self.parts()[0].count()
        if self.span != HarvestSpan() or known in (("tag", ""), ("collection", "")):
            return 0
        return size_of(*known) + HarvestRecord.objects.readable().deleted().count()

    def portion(self, place: HarvestPlace | None, count: int) -> list[HarvestRecord]:
        """Return the next `count` records behind a place."""
        parts = self.parts()
        if len(parts) == 1:
            return parts[0].portion(place, count)
        return merged((part.portion(place, count) for part in parts), count)


def cables_of(kind: str, value: str) -> QuerySet:
    """Return a query of the primary keys of the published cables in a set; "" is all of a kind."""
    if kind == "tag":  # These rows are of published cables.
        tagged = Tagging.objects.filter(tag=value) if value else Tagging.objects.all()
        return tagged.values_list("cable", flat=True)
    published = Cable.objects.filter(PUBLISHED)
    if kind == "origin":
        held = published.filter(origin__slug=value) if value else published
        return held.values_list("pk", flat=True)
    held = published.collected([value]) if value else published.exclude(collections=[])
    return held.values_list("pk", flat=True)


def size_of(kind: str, value: str) -> int:
    """Return how many published cables are in a set, as lists show it; of "" at most so many."""
    counts = ListCounts.current()
    if kind == "tag":
        return counts.tags.get(value, 0) if value else sum(counts.tags.values())
    if kind == "origin":
        return counts.origins[value][2] if value in counts.origins else counts.total * (not value)
    slugs = [slug for slug in counts.collections if value in ("", slug)]
    return sum(ListCounts.current(slug).total for slug in slugs)


def with_cables(records: Iterable[HarvestRecord]) -> list[DatedRecord]:
    """Return records with their cables.

    Whether a cable is published is looked up here again, so that no record shows a withheld one.
    """
    records = list(records)
    keys = [record.cable for record in records if not record.is_deleted]
    cables = Cable.objects.published().for_listing(*NEEDED).in_bulk(keys) if keys else {}

    def shown(record: HarvestRecord) -> Cable | None:
        cable = None if record.is_deleted else cables.get(record.cable)
        return cable if cable and cable.reference == record.reference else None

    return [DatedRecord(record, shown(record)) for record in records]


def all_sets() -> list[tuple[str, str]]:
    """Return (setSpec, name) of all sets with published cables, in the order of their names."""
    counts = ListCounts.current()
    sets = {set_name(kind): label for kind, label in SET_KINDS.items()}
    sets |= {set_name("collection", slug): name for slug, name in counts.collections.items()}
    sets |= {set_name("origin", slug): name for slug, (name, _, _) in counts.origins.items()}
    for code in counts.tags:
        words = counts.glossary.get(code, ("", ""))[0]
        sets[set_name("tag", code)] = f"{code} ({words})" if words else code
    return sorted(sets.items())
