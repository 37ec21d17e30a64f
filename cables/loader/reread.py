"""What follows from the texts, worked out again by newer rules. No source is needed for it."""

from dataclasses import replace
from pathlib import Path

from django.db import transaction

from ..models import Cable, State
from ..words import words_of_cable
from .counting import WordCount
from .places import Places
from .prepare import Prepared, prepare
from .rows import mentions, record_of
from .showing import columns, show

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
            rewritten = sum(
                _reread(locked[cable.pk], list(cable.copies.all()), places, words)
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


def _reread(cable: Cable, copies: list, places: Places, words: WordCount) -> bool:
    shown = next(copy for copy in copies if copy.text is None)
    shown.text = [cable.header, cable.body]
    chosen = prepare(replace(record_of(shown), reference=cable.reference), Path())
    shown.text = None
    says = columns(cable, chosen, copies, places)
    same = all(getattr(cable, name) == says[name] for name in says.keys() - PINNED)
    if same and _named(cable.mentions.all()) == _named(_mentions_of(cable, chosen)):
        return False
    words.remove(words_of_cable(cable))
    show(cable, chosen, copies, NEWER, places)
    words.add(words_of_cable(cable))
    return True


def _mentions_of(cable: Cable, chosen: Prepared) -> list:
    return mentions(cable, chosen.record, cable.blocks())


def _named(rows) -> set[tuple[str, str, str]]:
    return {(row.paragraph, row.reference, row.target) for row in rows}
