"""The rules of what curators decided: what is redacted is gone, and can come back."""

from collections.abc import Iterator
from datetime import datetime

from ..phrases import holds
from ..redacting import EVERYWHERE, HEAD, Strike, TornError, redact
from .reading import Kept

RESTORE = "Restore the rows of this cable from a backup."
AGAIN = "Lift the redaction at the desk and redact again, at once."
REREAD = "Run manage.py reread."


def originals_are_kept(kept: Kept) -> Iterator[str]:
    """The words of each redaction and the text of the source lie sealed, and nothing else does."""
    if kept.redactions:
        needed = {"source", *kept.redactions}
        needed |= {f"source version {version.number}" for version in kept.versions}
    else:
        needed = set()
    if missing := sorted(needed - kept.originals.keys()):
        yield f"it is redacted, and {', '.join(missing)} is not sealed. {RESTORE}"
    if not needed and kept.originals:
        yield f"nothing of it is redacted, but {', '.join(sorted(kept.originals))} lies sealed."


def redacted_as_decided(kept: Kept) -> Iterator[str]:
    """Texts are those of their sources with every redaction made; no fact holds the words."""
    if not kept.redactions or not kept.redactions.keys() <= kept.originals.keys():
        return
    strikes = [
        Strike(place, tuple(kept.originals[sealed].get("words", ())))
        for sealed, place in kept.redactions.items()
    ]
    texts = [("", kept.cable, "source")]
    texts += [
        (f"version {each.number}: ", each, f"source version {each.number}")
        for each in kept.versions
    ]
    phrases = [
        phrase for each in strikes if each.place in (EVERYWHERE, HEAD) for phrase in each.words
    ]
    for name, text, place in texts:
        original = kept.originals.get(place)
        if original and not _is_redacted(text, original, strikes):
            yield f"{name}it is not what its source says with the redactions made. {AGAIN}"
        if holds(f"{text.subject}\n{_values(text.facts)}", phrases):
            yield f"{name}it is redacted, and its facts still hold the words. {AGAIN}"


def _is_redacted(text, original: dict, strikes: list[Strike]) -> bool:
    """Return whether a text is its original with all strikes, and its digest withdrawn."""
    try:
        made = redact(original["header"], original["body"], text.paragraph_ids, strikes)
    except (TornError, ValueError):
        return False
    same = (made.header, made.body) == (text.header, text.body)
    return same and not (made.touched and text.digest)


def _values(facts) -> str:
    """Return the texts in facts, but those that are structure."""
    kept = {name: value for name, value in facts.items() if name not in ("source", "copies")}
    return "\n".join(map(str, kept.values()))


def shown_as_corrected(kept: Kept) -> Iterator[str]:
    """A corrected fact is what readers see; of a redacted cable words may be missing in it."""
    cable = kept.cable
    for name, value in kept.corrections.items():
        if name == "created":
            shown, value = cable.created, datetime.fromisoformat(value[0])
        elif name in ("subject", "classification") and not kept.redactions:
            shown = getattr(cable, name)
        else:
            continue
        if shown != value:
            yield f"its {name} was corrected, and is not shown so. {REREAD}"
