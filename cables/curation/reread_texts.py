"""Parse the stored texts again by newer rules, and update what is derived from them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects

from ..models import Cable, State
from ..publication.document_frequencies import WordCount
from ..publication.origins_and_tags import Places
from ..publication.public_rows import columns, public_mentions
from ..publication.public_text import (
    Decisions,
    align_blocks,
    decided_among,
    decisions_on,
    make_public,
    parse_shown_copy,
    where_held,
)
from ..publication.publish import NEWER, publish_text
from ..publication.redact_in_place import rebuild_in_place
from ..publication.replace_text import repin_one
from ..telegram.apply_redactions import TornError
from ..telegram.distinct_words import words_of_cable

BATCH = 500
# Readers' links depend on these; only `repin` changes them.
PINNED = frozenset(["paragraph_ids", "fingerprints", "segmenter"])


def reread(advance: Callable[[int], object] = lambda cables: None) -> tuple[int, int]:
    """Parse every published text again; return (cables parsed, changed).

    Updates facts, tags, references and all else that is derived from a text; the text and its
    paragraph ids stay. `advance(n)` is called with the number of cables parsed since its last call.
    """
    places, words = Places(), WordCount()
    last = seen = changed = 0
    while batch := _batch_after(last):
        with transaction.atomic():
            rewritten = reread_cables(batch, places, words)
            if rewritten:
                State.advance()
                words.merge()
        last = batch[-1]
        seen, changed = seen + len(batch), changed + len(rewritten)
        advance(len(batch))
    return seen, changed


def reread_cables(keys: Iterable[int], places: Places, words: WordCount) -> list[int]:
    """Parse the published ones of these cables (primary keys) again, in a transaction.

    Returns the keys of those that changed. The caller advances the state and merges the words.
    """
    rows = Cable.objects.filter(pk__in=keys, withheld_reason="").select_related("origin")
    locked = list(rows.select_for_update(no_key=True, of=["self"]).order_by("reference"))
    prefetch_related_objects(locked, "copies__collection")
    decided = decided_among(cable.pk for cable in locked)  # While the locks keep curators away.
    return [
        cable.pk
        for cable in locked
        if _reread(cable, list(cable.copies.all()), cable.pk in decided, places, words)
    ]


def _batch_after(last: int) -> list[int]:
    cables = Cable.objects.filter(pk__gt=last, withheld_reason="").order_by("pk")
    return list(cables.primary_keys()[:BATCH])


def _reread(cable: Cable, copies: list, is_decided: bool, places: Places, words: WordCount) -> bool:
    decisions = decisions_on(cable) if is_decided else Decisions()
    try:
        if decisions.redactions and _redact_more(cable, decisions, words):
            return True
        return _read_one(cable, copies, decisions, places, words)
    except TornError:  # The cable stays as it is, and check_archive says what to do.
        return False


def _redact_more(cable: Cable, decisions: Decisions, words: WordCount) -> bool:
    """Redact a cable again, in place, if newer rules find redacted words that it still shows.

    No version keeps the text that was shown; return whether the cable was changed.
    """
    if not any(
        where_held(cable, strike, originals=False) for strike in decisions.strikes if strike.words
    ):
        return False
    words_before = words_of_cable(cable)
    with transaction.atomic():
        repin_one(cable)
        rebuild_in_place(cable, decisions)
    words.remove(words_before)
    words.add(words_of_cable(cable))
    return True


def _read_one(
    cable: Cable, copies: list, decisions: Decisions, places: Places, words: WordCount
) -> bool:
    if decisions.corrections or decisions.redactions:
        chosen = parse_shown_copy(cable, copies)
        ids = align_blocks(cable, chosen.blocks).ids
    else:
        chosen = parse_shown_copy(cable, copies, [cable.header, cable.body])
        ids = cable.blocks().ids
    shown = make_public(chosen, ids, decisions)
    values = columns(cable, shown, copies, places)
    is_same = all(getattr(cable, name) == values[name] for name in values.keys() - PINNED)
    if is_same and {row.as_tuple for row in cable.mentions.all()} == {*public_mentions(shown)}:
        return False
    words.remove(words_of_cable(cable))
    publish_text(cable, chosen, copies, NEWER, places, decisions)
    words.add(words_of_cable(cable))
    return True


def reread_differences(cable: Cable) -> dict[str, tuple[Any, Any]]:
    """Return {column: (its value, the value by today's rules)} of a published cable.

    {} if nothing would change, or if it has no source, or if a redaction would cut its paragraphs
    otherwise. Stores nothing.
    """
    copies = list(cable.copies.select_related("collection"))
    if not copies:
        return {}
    decisions = decisions_on(cable)
    chosen = parse_shown_copy(cable, copies)
    with transaction.atomic():
        try:
            shown = make_public(chosen, align_blocks(cable, chosen.blocks).ids, decisions)
            values = columns(cable, shown, copies, Places())
        except TornError:
            return {}
        finally:
            transaction.set_rollback(True)  # New origins and tags are not stored.
    names = sorted(values.keys() - PINNED)
    return {
        name: (getattr(cable, name), values[name])
        for name in names
        if getattr(cable, name) != values[name]
    }
