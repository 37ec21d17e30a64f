"""What the record of a cable says, for every metadata format.

It says what the page of the cable shows of its facts. No record has the text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from ...citations.arks import NameAuthority
from ...models import Cable
from ...telegram.beside_the_text import is_by_editors
from ...telegram.dates import format_date
from ...telegram.fact_types import CABLES, edition_of
from ...telegram.titles import cited_date, machine_date, opening_of, reading_title, sender
from ..serializers import public_tags

# Fields to read besides those of a list.
NEEDED = ("tags", "cites", "collections", "partial")
GENRE = "Diplomatic cable"


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """The facts of one cable. "" is unknown."""

    reference: str
    address: str  # Of its page, with the host.
    ark: str  # Its lasting name; "" where none are given.
    title: str
    creator: str
    genre: str
    created: str  # ISO 8601, as precisely as it is known: "2006-03-14", "1963-10".
    undated: bool  # `created` is only what its volume supposes.
    events: str  # The date of the events of an editorial note.
    released: date | None
    classification: str  # As printed.
    opening: str  # The first sentence of one without a subject.
    limits: tuple[str, ...]  # Sentences on what is missing.
    subjects: dict[str, str]  # Tag -> its meaning, or "".
    cites: tuple[str, ...]  # References.
    volume: str  # The title of the volume that prints it.
    document: str  # Its number there.
    sets: tuple[tuple[str, str], ...]  # (kind, value) of the lists that it is in.


def record_facts(
    cable: Cable,
    here: Callable[[str], str],
    glossary: Mapping[str, tuple[str, str]],
    authority: NameAuthority,
) -> RecordFacts:
    """Return the facts of a published cable.

    `here` makes an absolute address of a path; `glossary` has the meaning of each tag first.
    """
    edition, tags = edition_of(cable.facts), public_tags(cable)
    kind = edition.get("kind", "telegram")
    created, precision, undated = cited_date(cable)
    sets = [("collection", slug) for slug in cable.collections]
    sets += [("origin", cable.origin.slug), *(("tag", tag) for tag in tags)]
    return RecordFacts(
        reference=cable.reference,
        address=here(cable.get_absolute_url()),
        ark=authority.ark(cable.reference),
        title=reading_title(cable),
        creator=sender(cable),
        genre=GENRE if kind in CABLES else kind.capitalize(),
        created=format_date(created, precision),
        undated=undated,
        events=machine_date(cable) if is_by_editors(edition) else "",
        released=cable.release_day,
        classification=cable.classification,
        opening=opening_of(cable),
        limits=tuple(_limits(cable)),
        subjects={tag: glossary.get(tag, ("", ""))[0] for tag in tags},
        cites=tuple(cable.cites),
        volume=edition.get("volume_title", "") or edition.get("volume", ""),
        document=edition.get("number", "") or edition.get("document", ""),
        sets=tuple(sets),
    )


def _limits(cable: Cable) -> list[str]:
    """Return a sentence for each thing that the text lacks."""
    limits = ["Only a part of the text is known."] if cable.partial else []
    return limits + (["Words are redacted."] if cable.facts.get("redacted") else [])
