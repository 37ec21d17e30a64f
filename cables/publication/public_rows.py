"""The columns of a cable with a public text, and the rows that depend on it.

Some are its other addresses: those of its copies, and of a second number.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any, cast

from django.db.models import Q

from ..models import Cable, Copy, Erased, FormerReference, LoadRow, Mention, Sealed, refresh_lists
from ..sources.frus.found_again import keys_from_text
from ..telegram.fact_types import CableFacts, EditionFacts, VersionFacts, edition_of, is_of_person
from ..telegram.mentions import CableMention
from ..telegram.redact_facts import redact_facts
from ..telegram.redact_phrases import is_marked, scrub, without
from ..telegram.references import spellings_of
from ..telegram.titles import facts_for_title
from .origins_and_tags import Places
from .public_text import SOURCE, Decisions, PublicRecord, make_public
from .row_values import combined_facts, labels, other_texts, persons, text_columns


def update_related(texts: Iterable[tuple[Cable, PublicRecord, Iterable[Copy]]]) -> None:
    """Replace the rows that depend on public texts: mentions, names, rows of lists.

    Of a redacted cable, store what is unredacted, and the fingerprints of its redacted parts.
    """
    cables, copies, mentions = list[Cable](), list[Copy](), list[Mention]()
    for cable, shown, its_copies in texts:
        if "redacted" in shown.facts:
            values = unredacted(cable, shown, its_copies) | {"touched": shown.touched}
            Sealed.objects.update_or_create(cable=cable, place=SOURCE, defaults={"values": values})
        cables.append(cable)
        copies += its_copies
        mentions += Mention.rows(cable, public_mentions(shown))
    store_other_addresses(cables, copies)
    Mention.objects.filter(cable__in=cables).delete()
    Mention.objects.bulk_create(mentions)
    refresh_lists(cable.pk for cable in cables)


def unredacted(cable: Cable, shown: PublicRecord, copies: Iterable[Copy]) -> dict[str, Any]:
    """Return the text, subject and facts that a redacted cable, or a version, would have without.

    Nothing of it is stored where readers see it: no tag, no origin.
    """
    source, corrections = shown.source, [*cable.corrections.standing()]
    plain = make_public(source, source.blocks.ids, Decisions(corrections))
    facts: VersionFacts = {
        **combined_facts(plain.record, copies),
        **plain.facts,
        "classification": plain.record.classification,
        "tags": [*Places().merged_tags(plain.record.tags)],
    }
    subject = plain.record.subject
    return {"header": source.header, "body": source.body, "subject": subject, "facts": facts}


def public_mentions(shown: PublicRecord) -> list[CableMention]:
    """Return the mentions in the public text that the source has too.

    A mention that the parser finds only because of a redaction's mark is left out.
    """
    found = shown.record.find_mentions()
    if shown.touched:
        original = set(shown.source.find_mentions())
        found = [mention for mention in found if mention in original]
    return found


def public_tags(shown: PublicRecord, places: Places) -> tuple[str, ...]:
    """Return the tags of a public text, merged; a merge gives no cable what is redacted in it."""
    return tuple(without(places.merged_tags(shown.record.tags), shown.phrases))


def columns(
    cable: Cable, shown: PublicRecord, copies: list[Copy], places: Places
) -> dict[str, Any]:
    """Return the columns of a cable with this public text, by name."""
    record = replace(shown.record, tags=public_tags(shown, places))
    places.add_tags(record.tags)
    facts = combined_facts(record, copies)
    if shown.struck or shown.touched:
        if not record.edition and "volume" in facts.get("edition", {}):
            facts = _without_facts_of_another_text(facts)
        facts = redact_facts(facts, shown.source.body, record.body, shown.phrases, shown.struck)
        record = replace(record, edition=edition_of(facts))
        made = facts_for_title(record.subject, record.header, record.blocks, record.edition)
        facts |= scrub(made, shown.phrases)
    values = text_columns(record, places.origins([record.origin])[record.origin])
    return values | {
        "cites": shown.cites,
        "other_texts": [] if shown.struck or shown.touched else other_texts(record, copies),
        "labels": public_labels(shown, facts, copies),
        "facts": facts | shown.facts,
        "released": earliest(copy.released for copy in copies) or cable.released,
        "collections": sorted({copy.collection.slug for copy in copies}),
        # No digest of a redacted text: guesses of the redacted words could be tested against it.
        **({"digest": ""} if shown.touched else {}),
    }


def _without_facts_of_another_text(facts: CableFacts) -> CableFacts:
    """Return facts of a redacted cable without what a volume beside it derived from its own text.

    That text is not shown, and has no paragraphs that were redacted.
    """
    edition = facts["edition"]
    derived = keys_from_text(edition)
    kept = {name: value for name, value in edition.items() if name not in derived}
    return {**facts, "edition": cast(EditionFacts, kept)}


def public_labels(shown: PublicRecord, facts: CableFacts, copies: Iterable[Copy]) -> list[str]:
    """Return the labels of a cable without those that are made of redacted words."""
    edition = edition_of(facts)
    editions = [edition_of(copy.facts) for copy in copies]
    if not shown.struck:
        return labels(edition, *editions)
    redacted = (scrub(each, shown.struck) for each in editions)
    found = without(labels(edition, *redacted), shown.struck)
    known = persons(edition)  # In other copies the key of a redacted name would be left.
    return [
        label
        for label in found
        if not is_marked(label) and (label in known or not is_of_person(label))
    ]


def earliest(dates: Iterable[date | None]) -> date | None:
    """Return the earliest of the dates that are not None; None if there is none."""
    return min(filter(None, dates), default=None)


NUMBERED = "numbered"  # The kind of a former reference that is made of a second number.


def store_other_addresses(cables: Collection[Cable], copies: Iterable[Copy]) -> None:
    """Store the former references of cables, whose facts are those that readers see.

    These are the references by which copies were published, and the second numbers of telegrams
    that no other document has. A second number that a cable no longer shows leads nowhere.
    """
    published = [
        FormerReference(reference=name, cable=copy.cable, kind="published")
        for copy in copies
        if (name := copy.published_reference) != copy.cable.reference
    ]
    second = {
        name: cable
        for cable in cables
        if (name := edition_of(cable.facts).get("second_reference", ""))
    }
    named = [name for cable in cables for name in spellings_of(cable.reference)]
    named += [former.reference for former in published]
    outdated = Q(reference__in=named) | Q(cable__in=cables) & ~Q(reference__in=list(second))
    FormerReference.objects.filter(outdated, kind=NUMBERED).delete()
    taken = _taken(second) if second else set()
    numbered = [
        FormerReference(reference=name, cable=cable, kind=NUMBERED)
        for name, cable in second.items()
        if taken.isdisjoint(spellings_of(name))
    ]
    FormerReference.objects.bulk_create([*published, *numbered], ignore_conflicts=True)


def _taken(references: Iterable[str]) -> set[str]:
    """Return the spellings of references that a cable has or had, or one erased or embargoed."""
    names = {name for each in references for name in spellings_of(each)}
    embargoed = LoadRow.objects.filter(outcome__in=LoadRow.EMBARGOED)
    tables = (Cable.objects, FormerReference.objects, Erased.objects, embargoed)
    found = (
        rows.filter(reference__in=names).values_list("reference", flat=True) for rows in tables
    )
    return {name for rows in found for name in rows}
