"""One small function a rule: it yields what differs in one cable, and what to do."""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from ..classifications import BY_VALUE
from ..models import Cable, Version
from ..models.cable import SAID_BY_CABLE, SAID_BY_VERSION
from ..paragraphs import SEGMENTER, segment
from .decided import originals_are_kept, redacted_as_decided, shown_as_corrected
from .reading import Kept

PARAGRAPH = re.compile(r"par[0-9]+(?:to[0-9]+)?(?:-[0-9]+)?(?:\.[0-9]+)?")  # P-1.
AT_ONCE = timedelta(seconds=1)  # Earlier releases wrote an end and the next beginning apart.

RESTORE = "Restore the rows of this cable from a backup; readers may have cited what they said."
REREAD = "Run manage.py reread."
LIST_ANEW = "Withhold and publish it at the desk, which makes its lists anew."


def differences(kept: Kept) -> Iterator[str]:
    """Yield every difference in a cable: "version 1: what differs. What to do." """
    for rule in ALWAYS + (WITHHELD if kept.cable.withheld_reason else PUBLISHED):
        yield from rule(kept)


def numbers(kept: Kept) -> Iterator[str]:
    """Versions are numbered 1 to the one before the current, without a gap."""
    found = [version.number for version in kept.versions]
    if found != list(range(1, kept.cable.version)):
        listed = ", ".join(map(str, found)) or "none"
        yield f"it is in version {kept.cable.version}, but earlier ones are {listed}. {RESTORE}"


def times(kept: Kept) -> Iterator[str]:
    """Each version became public when the one before was replaced."""
    spans = [(f"version {each.number}", each.since, each.until) for each in kept.versions]
    spans.append(("the current text", kept.cable.changed_at, None))
    for name, since, until in spans[:-1]:
        if since > until:
            yield f"{name} was replaced before it was public. {RESTORE}"
    for (before, _, until), (name, since, _) in pairwise(spans):
        if not until <= since <= until + AT_ONCE:
            yield f"{name} is not public from when {before} was replaced. {RESTORE}"


def copies(kept: Kept) -> Iterator[str]:
    """Exactly one copy has no text of its own: it is the cable's."""
    if kept.shown.count(True) != 1:
        yield f"{kept.shown.count(True)} copies, not 1, are what the cable shows. {RESTORE}"


def reference(kept: Kept) -> Iterator[str]:
    """A reference that a cable has leads to no other."""
    if kept.leads_to:
        yield (
            f"its reference is also a former one of {kept.leads_to}. Remove the former reference."
        )


def retired_ids(kept: Kept) -> Iterator[str]:
    """An id that is retired is not in use, and in no version after the one that had it last."""
    earlier = {version.number: version for version in kept.versions}
    for name, last in kept.retired.items():
        if name in kept.cable.paragraph_ids:
            yield f"{name} is retired and in use. {RESTORE}"
        for number, version in earlier.items():
            if number > last and name in version.paragraph_ids:
                yield f"{name} is retired behind version {last}; {number} has it. {RESTORE}"


def digests(kept: Kept) -> Iterator[str]:
    """A digest is the SHA-256 of the text as a file; that of a redacted one is withdrawn."""
    for name, text in _texts(kept):
        if not text.digest and kept.redactions:
            continue
        if hashlib.sha256(text.text.encode()).hexdigest() != text.digest:
            yield f"{name}the digest is not that of the text. {RESTORE}"


def paragraph_ids(kept: Kept) -> Iterator[str]:
    """Ids are well formed and unique, and each has its fingerprint (P-1, P-4)."""
    for name, text in _texts(kept):
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


def fingerprints(kept: Kept) -> Iterator[str]:
    """Fingerprints are those of the text, cut as this release cuts it."""
    for name, text in _texts(kept):
        if text.segmenter > SEGMENTER:
            yield f"{name}a later release cut its paragraphs. Install that one."
        elif text.segmenter < SEGMENTER:
            if text is kept.cable:
                yield "an earlier release cut its paragraphs. Run manage.py repin."
        elif segment(text.body).fingerprints != text.fingerprints:
            yield f"{name}the fingerprints are not those of its paragraphs. {RESTORE}"


def lost_ids(kept: Kept) -> Iterator[str]:
    """An id that was ever published is in use or retired."""
    known = {*kept.cable.paragraph_ids, *kept.retired}
    for version in kept.versions:
        for name in version.paragraph_ids:
            if name not in known:
                known.add(name)
                yield (
                    f"version {version.number} has {name}, which is neither in use nor retired. "
                    f"{RESTORE}"
                )


def lists(kept: Kept) -> Iterator[str]:
    """The narrow tables have the cable under each tag, caption and mark, and under no other."""
    cable = kept.cable
    listed = cable.released, cable.created, cable.reference
    tags = {code for code in cable.tags if "," not in code}
    if set(kept.taggings) != {(code, *listed) for code in tags}:
        yield f"lists of tags do not have it as it is. {LIST_ANEW}"
    codes = {*cable.captions, *(f"({mark})" for mark in cable.marks), *cable.labels}
    if set(kept.markings) != {(code, *listed) for code in codes}:
        yield f"lists of captions, marks and labels do not have it as it is. {LIST_ANEW}"


def mentions(kept: Kept) -> Iterator[str]:
    """What names another cable is a paragraph of this one."""
    if gone := kept.mentioning - set(kept.cable.paragraph_ids):
        yield f"{', '.join(sorted(gone))} name other cables, but are not in it. {REREAD}"


def sources(kept: Kept) -> Iterator[str]:
    """Collections and the day of release follow from the copies."""
    if set(kept.cable.collections) != kept.collections:
        yield f"its collections are not those of its copies. {REREAD}"
    if kept.released and kept.cable.released != min(kept.released):
        yield f"its day of release is not the first that its copies give. {REREAD}"


def classification(kept: Kept) -> Iterator[str]:
    """The classification has a list."""
    if kept.cable.classification not in BY_VALUE:
        yield f"{kept.cable.classification!r} is no classification. {REREAD}"


def nothing_sealed(kept: Kept) -> Iterator[str]:
    """Nothing of a published cable lies sealed: it would be missing from what readers see."""
    if left := _sealed_texts(kept):
        yield f"it is published, but {', '.join(left)} lies sealed. {RESTORE}"


def emptied(kept: Kept) -> Iterator[str]:
    """A withheld cable and its versions say nothing."""
    for name, row, fields in [
        ("", kept.cable, SAID_BY_CABLE),
        *((f"version {each.number}: ", each, SAID_BY_VERSION) for each in kept.versions),
    ]:
        if said := [field for field in fields if getattr(row, field)]:
            yield (
                f"{name}it is withheld and still says {', '.join(said)}. Publish it at the desk "
                "and withhold it again, at once."
            )


def unlisted(kept: Kept) -> Iterator[str]:
    """A withheld cable stands in no list, and none of its paragraphs names a cable."""
    if kept.taggings or kept.markings or kept.mentioning:
        yield (
            "it is withheld and still in lists. Publish it at the desk and withhold it again, "
            "at once."
        )


def sealed(kept: Kept) -> Iterator[str]:
    """All that a withheld cable said lies sealed."""
    places = ["cable", *(f"version {version.number}" for version in kept.versions)]
    if missing := [place for place in places if place not in kept.sealed]:
        yield f"it is withheld, and what {', '.join(missing)} said is not sealed. {RESTORE}"


def _texts(kept: Kept) -> Iterator[tuple[str, Cable | Version]]:
    """Yield each text of a cable, the current one first, with how a message begins about it."""
    yield "", kept.cable
    for version in kept.versions:
        yield f"version {version.number}: ", version


def _sealed_texts(kept: Kept) -> list[str]:
    return sorted(place for place in kept.sealed if re.match(r"cable$|version ", place))


ALWAYS = (numbers, times, copies, reference, retired_ids, originals_are_kept)
PUBLISHED = (
    *(digests, paragraph_ids, fingerprints, lost_ids, lists, mentions, sources, classification),
    *(nothing_sealed, redacted_as_decided, shown_as_corrected),
)
WITHHELD = (emptied, unlisted, sealed)
