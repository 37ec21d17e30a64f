"""What follows from the texts, worked out again by newer rules. No source is needed for it."""

from django.db import transaction

from ..models import Cable, State
from ..models.vocabulary import words_of_cable
from ..publication.origins_and_tags import Places
from ..publication.public_text import (
    Decisions,
    decided_among,
    decisions_on,
    make_public,
    source_blocks,
)
from ..publication.publish import columns, mentions_shown, publish_text, source_of
from ..publication.replace_text import align_with, repin_one
from ..publication.word_counts import WordCount
from ..telegram.paragraphs import SEGMENTER
from ..telegram.redaction import TornError
from .cable_decisions import keep_originals, remake, where_held

BATCH = 500
NEWER = "The text is read by newer rules."
# What readers' links hold on to is `repin`'s to change.
PINNED = frozenset(["paragraph_ids", "fingerprints", "segmenter"])


def reread(advance=lambda cables: None) -> tuple[int, int]:
    """Read every published text again; return (cables read, changed).

    Facts, tags, references and what else follows from a text change; the text and its
    paragraph ids do not. `advance` is told how many cables were read since its last call.
    """
    places, words = Places(), WordCount()
    last = seen = changed = 0
    while batch := _batch_behind(last):
        with transaction.atomic():
            locked = Cable.objects.select_for_update().in_bulk([cable.pk for cable in batch])
            decided = decided_among(locked)  # Once nobody can decide anything more.
            rewritten = sum(
                _reread(
                    locked[cable.pk], list(cable.copies.all()), cable.pk in decided, places, words
                )
                for cable in batch
                if cable.pk in locked and not locked[cable.pk].withheld_reason
            )
            if rewritten:
                State.move()
                words.merge()
        last = batch[-1].pk
        seen, changed = seen + len(batch), changed + rewritten
        advance(len(batch))
    return seen, changed


def _batch_behind(last: int) -> list[Cable]:
    cables = Cable.objects.filter(pk__gt=last, withheld_reason="").only("pk").order_by("pk")
    return list(cables.prefetch_related("copies__collection")[:BATCH])


def _reread(cable: Cable, copies: list, is_decided: bool, places: Places, words: WordCount) -> bool:
    decisions = decisions_on(cable) if is_decided else Decisions()
    try:
        if decisions.redactions and _redact_more(cable, decisions, words):
            return True
        return _read_one(cable, copies, decisions, places, words)
    except TornError:  # It stays as it is, and check_archive says what to do.
        return False


def _redact_more(cable: Cable, decisions: Decisions, words: WordCount) -> bool:
    """Make a cable anew, in place, in which newer rules find more of what is redacted.

    No version keeps what could be read until then.
    """
    if not any(
        where_held(cable, strike, originals=False) for strike in decisions.strikes if strike.words
    ):
        return False
    had = words_of_cable(cable)
    with transaction.atomic():
        if cable.segmenter < SEGMENTER:
            repin_one(cable)
        keep_originals(cable)
        remake(cable)
    words.remove(had)
    words.add(words_of_cable(cable))
    return True


def _read_one(
    cable: Cable, copies: list, decisions: Decisions, places: Places, words: WordCount
) -> bool:
    if decisions.corrections or decisions.redactions:
        chosen = source_of(cable, copies)
        ids = align_with(cable, source_blocks(cable), chosen.record.blocks).ids
    else:
        ids = cable.paragraph_ids
        chosen = source_of(cable, copies, [cable.header, cable.body])
    shown = make_public(chosen.record, ids, decisions)
    says = columns(cable, shown, copies, places)
    same = all(getattr(cable, name) == says[name] for name in says.keys() - PINNED)
    if same and _named(cable.mentions.all()) == _named(mentions_shown(cable, chosen.record, shown)):
        return False
    words.remove(words_of_cable(cable))
    publish_text(cable, chosen, copies, NEWER, places, decisions)
    words.add(words_of_cable(cable))
    return True


def _named(rows) -> set[tuple[str, str, str]]:
    return {(row.paragraph, row.reference, row.target) for row in rows}
