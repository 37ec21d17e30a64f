"""The rules of the integrity check. Each yields what differs in one cable, and what to do."""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta

from reading_room.paths import COMMAND

from ...models import Cable, Version
from ...models.cable import CABLE_CONTENTS, VERSION_CONTENTS
from ...telegram.classifications import BY_VALUE
from ...telegram.paragraphs import PARAGRAPH_ID, SEGMENTER, segment
from .curation_rules import (
    originals_are_kept,
    redacted_as_decided,
    redacted_as_standing,
    shown_as_corrected,
)
from .read_cables import StoredCable

PARAGRAPH = re.compile(PARAGRAPH_ID)
AT_ONCE = timedelta(seconds=1)  # Earlier releases set the end and the next beginning apart.

RESTORE = "Restore the rows of this cable from a backup; readers may have cited what they said."
REREAD = f"Run {COMMAND} reread."
LIST_ANEW = "Withhold and publish it at the desk, which makes its lists anew."


def differences(stored: StoredCable) -> Iterator[str]:
    """Yield every difference in a cable: "version 1: what differs. What to do." """
    for rule in ALWAYS + (WITHHELD if stored.cable.withheld_reason else PUBLISHED):
        yield from rule(stored)


def numbers(stored: StoredCable) -> Iterator[str]:
    """Versions are numbered 1 to the one before the current, without a gap."""
    present = [version.number for version in stored.versions]
    if present != list(range(1, stored.cable.version)):
        listed = ", ".join(map(str, present)) or "none"
        yield f"it is in version {stored.cable.version}, but earlier ones are {listed}. {RESTORE}"


def times(stored: StoredCable) -> Iterator[str]:
    """Each version became public when the one before was replaced."""
    for version in stored.versions:
        if version.since > version.until:
            yield f"version {version.number} was replaced before it was public. {RESTORE}"
    starts = [(f"version {each.number}", each.since) for each in stored.versions[1:]]
    starts.append(("the current text", stored.cable.changed_at))
    for before, (name, since) in zip(stored.versions, starts, strict=False):
        if not before.until <= since <= before.until + AT_ONCE:
            yield f"{name} is not public from when version {before.number} was replaced. {RESTORE}"


def copies(stored: StoredCable) -> Iterator[str]:
    """Exactly one copy is the one that the cable shows."""
    if stored.shown.count(True) != 1:
        yield f"{stored.shown.count(True)} copies, not 1, are what the cable shows. {RESTORE}"


def reference(stored: StoredCable) -> Iterator[str]:
    """No other cable has the cable's reference as a former one."""
    if stored.leads_to:
        yield (
            f"its reference is also a former one of {stored.leads_to}. Remove the former reference."
        )


def retired_ids(stored: StoredCable) -> Iterator[str]:
    """A retired id is not in use, nor in a version after the last that had it."""
    earlier = {version.number: version for version in stored.versions}
    for name, last in stored.retired.items():
        if name in stored.cable.paragraph_ids:
            yield f"{name} is retired and in use. {RESTORE}"
        for number, version in earlier.items():
            if number > last and name in version.paragraph_ids:
                yield f"{name} is retired behind version {last}; {number} has it. {RESTORE}"


def digests(stored: StoredCable) -> Iterator[str]:
    """The digest is the SHA-256 of the text file; redacted texts may have none."""
    for name, text in _texts(stored):
        if not text.digest and stored.redactions:
            continue
        if hashlib.sha256(text.text.encode()).hexdigest() != text.digest:
            yield f"{name}the digest is not that of the text. {RESTORE}"


def paragraph_ids(stored: StoredCable) -> Iterator[str]:
    """Ids are well formed and unique, and each has its fingerprint (P-1, P-4)."""
    for name, text in _texts(stored):
        ids = text.paragraph_ids
        if wrong := [each for each in ids if not PARAGRAPH.fullmatch(each)]:
            yield f"{name}no paragraph can be called {', '.join(wrong)}. {RESTORE}"
        if len(set(ids)) != len(ids):
            yield f"{name}two paragraphs have one id. {RESTORE}"
        if len(ids) != len(text.fingerprints):
            yield (
                f"{name}{len(ids)} paragraphs have ids, {len(text.fingerprints)} fingerprints. "
                f"{RESTORE}"
            )


def fingerprints(stored: StoredCable) -> Iterator[str]:
    """The fingerprints are those of the paragraphs, as this release splits the text."""
    for name, text in _texts(stored):
        if text.segmenter > SEGMENTER:
            yield f"{name}a later release cut its paragraphs. Install that one."
        elif text.segmenter < SEGMENTER:
            if text is stored.cable:
                yield f"an earlier release cut its paragraphs. Run {COMMAND} repin."
        elif segment(text.body).fingerprints != text.fingerprints:
            yield f"{name}the fingerprints are not those of its paragraphs. {RESTORE}"


def lost_ids(stored: StoredCable) -> Iterator[str]:
    """Every id of an earlier version is in use or retired."""
    ids = {*stored.cable.paragraph_ids, *stored.retired}
    for version in stored.versions:
        for name in version.paragraph_ids:
            if name not in ids:
                ids.add(name)
                yield (
                    f"version {version.number} has {name}, which is neither in use nor retired. "
                    f"{RESTORE}"
                )


def lists(stored: StoredCable) -> Iterator[str]:
    """The list tables have a row for each tag, caption, mark and label of the cable, no others."""
    cable = stored.cable
    listed = cable.released, cable.created, cable.reference
    tags = {code for code in cable.tags if "," not in code}
    if set(stored.taggings) != {(code, *listed) for code in tags}:
        yield f"lists of tags do not have it as it is. {LIST_ANEW}"
    codes = {*cable.captions, *(f"({mark})" for mark in cable.marks), *cable.labels}
    if set(stored.markings) != {(code, *listed) for code in codes}:
        yield f"lists of captions, marks and labels do not have it as it is. {LIST_ANEW}"


def mentions(stored: StoredCable) -> Iterator[str]:
    """Mentions of other cables are in paragraphs that the cable has."""
    if gone := stored.mentioning - set(stored.cable.paragraph_ids):
        yield f"{', '.join(sorted(gone))} name other cables, but are not in it. {REREAD}"


def sources(stored: StoredCable) -> Iterator[str]:
    """Collections and the day of release agree with the copies."""
    if set(stored.cable.collections) != stored.collections:
        yield f"its collections are not those of its copies. {REREAD}"
    if stored.released and stored.cable.released != min(stored.released):
        yield f"its day of release is not the first that its copies give. {REREAD}"


def classification(stored: StoredCable) -> Iterator[str]:
    """The classification is a known one."""
    if stored.cable.classification not in BY_VALUE:
        yield f"{stored.cable.classification!r} is no classification. {REREAD}"


def nothing_sealed(stored: StoredCable) -> Iterator[str]:
    """Nothing of a published cable is sealed, or readers would miss it."""
    if places := _sealed_texts(stored):
        yield f"it is published, but {', '.join(places)} lies sealed. {RESTORE}"


def emptied(stored: StoredCable) -> Iterator[str]:
    """The text fields of a withheld cable and of its versions are empty."""
    for name, row, fields in [
        ("", stored.cable, CABLE_CONTENTS),
        *((f"version {each.number}: ", each, VERSION_CONTENTS) for each in stored.versions),
    ]:
        if filled := [field for field in fields if getattr(row, field)]:
            yield (
                f"{name}it is withheld and still says {', '.join(filled)}. Publish it at the desk "
                "and withhold it again, at once."
            )


def unlisted(stored: StoredCable) -> Iterator[str]:
    """A withheld cable has no rows in list tables, and no mentions."""
    if stored.taggings or stored.markings or stored.mentioning:
        yield (
            "it is withheld and still in lists. Publish it at the desk and withhold it again, "
            "at once."
        )


def sealed(stored: StoredCable) -> Iterator[str]:
    """The texts of a withheld cable and of its versions are sealed."""
    places = ["cable", *(f"version {version.number}" for version in stored.versions)]
    if missing := [place for place in places if place not in stored.sealed]:
        yield f"it is withheld, and what {', '.join(missing)} said is not sealed. {RESTORE}"


def _texts(stored: StoredCable) -> Iterator[tuple[str, Cable | Version]]:
    """Yield (beginning of messages about it, text) of the current text and earlier versions."""
    yield "", stored.cable
    for version in stored.versions:
        yield f"version {version.number}: ", version


def _sealed_texts(stored: StoredCable) -> list[str]:
    return sorted(place for place in stored.sealed if re.match(r"cable$|version ", place))


ALWAYS = (numbers, times, copies, reference, retired_ids, originals_are_kept)
PUBLISHED = (
    *(digests, paragraph_ids, fingerprints, lost_ids, lists, mentions, sources, classification),
    *(nothing_sealed, redacted_as_decided, redacted_as_standing, shown_as_corrected),
)
WITHHELD = (emptied, unlisted, sealed)
