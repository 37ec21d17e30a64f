"""The rules of the integrity check. Each yields what differs in one cable, and what to do."""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from reading_room.paths import COMMAND

from ...models import Cable, Version
from ...models.cable import CABLE_CONTENTS, VERSION_CONTENTS
from ...publication.public_text import contents_of
from ...publication.standing_redactions import standing_matches
from ...telegram.apply_redactions import EVERYWHERE, HEAD, Contents, Strike, TornError, redact
from ...telegram.classifications import BY_VALUE
from ...telegram.paragraphs import PARAGRAPH_ID, SEGMENTER, find_offsets, segment
from ...telegram.redact_phrases import holds
from .read_cables import StoredCable

RESTORE_CABLE = "Restore the rows of this cable from a backup."
AGAIN = "Lift the redaction at the desk and redact again, at once."


def originals_are_kept(stored: StoredCable) -> Iterator[str]:
    """The words of each redaction and the original texts are sealed, and nothing else is."""
    if stored.redactions:
        needed = {"source", *stored.redactions}
        needed |= {f"source version {version.number}" for version in stored.versions}
    else:
        needed = set()
    if missing := sorted(needed - stored.originals.keys()):
        yield f"it is redacted, and {', '.join(missing)} is not sealed. {RESTORE_CABLE}"
    if not needed and stored.originals:
        yield f"nothing of it is redacted, but {', '.join(sorted(stored.originals))} lies sealed."


def redacted_as_decided(stored: StoredCable) -> Iterator[str]:
    """Texts are the originals with every redaction applied; no fact has the redacted words."""
    if not stored.redactions or not stored.redactions.keys() <= stored.originals.keys():
        return
    strikes = [
        Strike(place, tuple(stored.originals[sealed].get("words", ())))
        for sealed, place in stored.redactions.items()
    ]
    texts: list[tuple[str, Cable | Version, str]] = [("", stored.cable, "source")]
    texts += [
        (f"version {each.number}: ", each, f"source version {each.number}")
        for each in stored.versions
    ]
    phrases = [
        phrase for each in strikes if each.place in (EVERYWHERE, HEAD) for phrase in each.words
    ]
    for name, text, place in texts:
        original = stored.originals.get(place)
        if original and not _is_redacted(text, original, strikes):
            yield f"{name}it is not what its source says with the redactions made. {AGAIN}"
        if holds(f"{text.subject}\n{_values(text.facts)}", phrases):
            yield f"{name}it is redacted, and its facts still hold the words. {AGAIN}"


def _is_redacted(text, original: dict, strikes: list[Strike]) -> bool:
    """Tell whether a text is its original with all strikes applied, and has no digest."""
    try:
        redacted = redact(original["header"], original["body"], text.paragraph_ids, strikes)
    except (TornError, ValueError):
        return False
    same = (redacted.header, redacted.body) == (text.header, text.body)
    return same and not (redacted.touched and text.digest)


def _values(facts) -> str:
    """Return the facts as text, without those about sources and copies."""
    values = [
        value for name, value in facts.items() if name not in ("source", "copies", "textless")
    ]
    return "\n".join(map(str, values))


def shown_as_corrected(stored: StoredCable) -> Iterator[str]:
    """Readers see the corrected facts; of redacted cables, only the date is checked."""
    cable = stored.cable
    for name, value in stored.corrections.items():
        if name == "created":
            shown, value = cable.created, datetime.fromisoformat(value[0])
        elif name in ("subject", "classification") and not stored.redactions:
            shown = getattr(cable, name)
        else:
            continue
        if shown != value:
            yield f"its {name} was corrected, and is not shown so. {REREAD}"


def redacted_as_standing(stored: StoredCable) -> Iterator[str]:
    """No text has words that are surely those of a redaction over the archive."""
    cable = stored.cable
    texts = [contents_of(cable, cable.header, cable.body, (), ())]
    texts += [
        Contents(each.header, each.body, each.paragraph_ids, [each.subject, each.facts])
        for each in stored.versions
    ]
    if not any(map(stored.forms.find, texts)):
        return
    for search in sorted({each.search for each in standing_matches(cable) if each.is_certain}):
        yield f"it has words of the redaction over the archive {search}. Redact it at the desk."


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
    """Fingerprints and offsets are those of the paragraphs, as this release splits the text."""
    for name, text in _texts(stored):
        if text.segmenter > SEGMENTER:
            yield f"{name}a later release cut its paragraphs. Install that one."
        elif text.segmenter < SEGMENTER:
            if text is stored.cable:
                yield f"an earlier release cut its paragraphs. Run {COMMAND} repin."
        else:
            blocks, offsets = segment(text.body), text.paragraph_offsets
            if blocks.fingerprints != text.fingerprints:
                yield f"{name}the fingerprints are not those of its paragraphs. {RESTORE}"
            elif offsets and offsets != find_offsets(text.body, blocks):
                yield f"{name}the offsets are not those of its paragraphs. {RESTORE}"


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
    if places := sorted(each for each in stored.sealed if re.match(r"cable$|version ", each)):
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


ALWAYS = (numbers, times, copies, reference, retired_ids, originals_are_kept)
PUBLISHED = (
    *(digests, paragraph_ids, fingerprints, lost_ids, lists, mentions, sources, classification),
    *(nothing_sealed, redacted_as_decided, redacted_as_standing, shown_as_corrected),
)
WITHHELD = (emptied, unlisted, sealed)
