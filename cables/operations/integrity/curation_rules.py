"""Rules about redactions and corrections. Each yields what differs and what to do."""

from collections.abc import Iterator
from datetime import datetime

from reading_room.paths import COMMAND

from ...models import Cable, Version
from ...publication.public_text import contents_of
from ...publication.standing_redactions import standing_matches
from ...telegram.apply_redactions import (
    EVERYWHERE,
    HEAD,
    Contents,
    Strike,
    TornError,
    redact,
)
from ...telegram.redact_phrases import holds
from .read_cables import StoredCable

RESTORE = "Restore the rows of this cable from a backup."
AGAIN = "Lift the redaction at the desk and redact again, at once."
REREAD = f"Run {COMMAND} reread."


def originals_are_kept(stored: StoredCable) -> Iterator[str]:
    """The words of each redaction and the original texts are sealed, and nothing else is."""
    if stored.redactions:
        needed = {"source", *stored.redactions}
        needed |= {f"source version {version.number}" for version in stored.versions}
    else:
        needed = set()
    if missing := sorted(needed - stored.originals.keys()):
        yield f"it is redacted, and {', '.join(missing)} is not sealed. {RESTORE}"
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
