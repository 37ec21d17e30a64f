"""Change many cables, a batch in one transaction: correct one fact, or parse their texts again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.functional import cached_property

from ..loader.locks import one_batch
from ..models import Cable, Change, Copy, Correction, LoggedFact, Redaction, State
from ..models.planner_statistics import renew_list_statistics
from ..publication.document_frequencies import WordCount
from ..publication.origins_and_tags import Places
from ..publication.public_rows import columns, public_mentions
from ..publication.public_text import (
    Decisions,
    align_blocks,
    contents_by_text,
    decided_among,
    decisions_on,
    fact_in_words,
    make_public,
    parse_shown_copy,
)
from ..publication.publish import (
    BLOCKS,
    NEWER,
    PreparedText,
    prepare_text,
    publish_text,
    publish_texts,
    repin_one,
)
from ..publication.redact_in_place import rebuild_in_place
from ..sources import ParsedCable
from ..telegram.apply_redactions import TornError
from ..telegram.distinct_words import words_of_cable
from .redactions_and_corrections import undone_below_others, withdrawn

NO_SOURCE = "No source of it is stored."


class CorrectionBatch:
    """Locked, published cables of which one fact is corrected, with their copies.

    `field` is a name of Correction.Field.
    """

    def __init__(self, keys: Iterable[int], field: str):
        self.field, self.label = field, Correction.Field(field).label
        rows = Cable.objects.filter(pk__in=list(keys), withheld_reason="")
        rows = rows.select_related("origin").select_for_update(no_key=True, of=["self"])
        self.cables = {cable.pk: cable for cable in rows.order_by("reference")}
        self.copies: dict[int, list[Copy]] = {key: [] for key in self.cables}
        copies = Copy.objects.filter(cable__in=self.cables).select_related("collection")
        for copy in copies.order_by("pk"):
            copy.cable = self.cables[copy.cable_id]
            self.copies[copy.cable_id].append(copy)
        self.places = Places()
        self._records: dict[int, ParsedCable] = {}

    def tags(self, key: int) -> list[str]:
        """Return the tags of a cable before redaction: as corrected, else as in its source."""
        if key in self._corrected:
            return self._corrected[key]
        cable = self.cables[key]
        if not self.copies[key]:
            return cable.tags
        return list(self.places.merged_tags(self._record(key).tags))

    def _record(self, key: int) -> ParsedCable:
        """Return what the shown source of a cable says, parsed once."""
        if key not in self._records:
            cable = self.cables[key]
            text = None if key in self._redacted else [cable.header, cable.body]
            self._records[key] = parse_shown_copy(cable, self.copies[key], text)
        return self._records[key]

    @cached_property
    def _redacted(self) -> set[int]:
        rows = Redaction.objects.filter(cable__in=self.cables)
        return set(rows.values_list("cable", flat=True))

    @cached_property
    def _corrected(self) -> dict[int, Any]:
        rows = Correction.objects.filter(cable__in=self.cables, field=self.field).order_by("pk")
        return {row.cable_id: row.value for row in rows}

    def correct(self, values: Mapping[int, Any], reason: str, by: User) -> dict[int, str]:
        """Correct the fact of these cables; return {primary key: why not} of some of them."""
        about = {"field": self.field, "reason": reason, "by": by}
        rows = [Correction(cable_id=key, value=value, **about) for key, value in values.items()]
        Correction.objects.bulk_create(rows)
        told = f"The archive corrected: {self.label.lower()}. {reason}"
        refused = self._carry_out(list(values), "corrected", told, reason, by)
        made = {row.pk for row in rows if row.cable_id in refused}
        Correction.objects.filter(pk__in=made).delete()
        return refused

    def undo(self, rows: Iterable[Correction], reason: str, by: User) -> dict[int, str]:
        """Undo a correction of each of some cables, as `undo_correction`; return as `correct`."""
        made = {row.cable_id: row for row in rows}
        undone = undone_below_others(made.values())
        Correction.objects.filter(pk__in=[row.pk for row in made.values()]).delete()
        refused = self._carry_out(list(made), "restored", withdrawn(self.label), reason, by, undone)
        Correction.objects.bulk_create(made[key] for key in refused)
        return refused

    def _carry_out(
        self,
        keys: Sequence[int],
        action: str,
        told: str,
        why: str,
        by: User,
        undone: Mapping[int, str] | None = None,
    ) -> dict[int, str]:
        """Publish cables with their corrections, and log it; `told` is why, as readers see it.

        `undone` are values of corrections that were not shown, as `correcting` takes them.
        """
        undone = undone or {}
        old = {key: undone.get(key) or fact_in_words(self.cables[key], self.field) for key in keys}
        refused = self._publish(keys, told)
        done = [key for key in keys if key not in refused]
        about = {"action": action, "reason": f"{self.label}: {why}", "by": by}
        entries = Change.objects.bulk_create(Change(cable_id=key, **about) for key in done)
        new = [fact_in_words(self.cables[key], self.field) for key in done]
        LoggedFact.objects.bulk_create(
            LoggedFact(change=entry, cable_id=key, old=old[key], new=value)
            for entry, key, value in zip(entries, done, new, strict=True)
        )
        if done:
            State.advance()
            renew_list_statistics()
        return refused

    def _decisions(self, keys: Sequence[int]) -> dict[int, Decisions]:
        """Return the decisions on cables; those that are not redacted take one query for all."""
        corrections: dict[int, list[Correction]] = {key: [] for key in keys}
        for row in Correction.objects.standing().filter(cable__in=keys):
            corrections[row.cable_id].append(row)
        return {
            key: decisions_on(self.cables[key])
            if key in self._redacted
            else Decisions(corrections[key])
            for key in keys
        }

    def _publish(self, keys: Sequence[int], reason: str) -> dict[int, str]:
        """Publish the texts of cables with their present decisions; return {key: why not}."""
        decisions = self._decisions(keys)
        words, texts, refused = WordCount(), list[PreparedText](), dict[int, str]()
        before: dict[int, tuple] = {}
        # Known ones are looked up at once, rather than for each cable.
        self.places.origins({self.cables[key].origin.name for key in keys})
        self.places.add_tags(tag for key in keys for tag in self.cables[key].tags)
        for key in keys:
            cable, copies = self.cables[key], self.copies[key]
            if not copies:
                refused[key] = NO_SOURCE
                continue
            before[key] = (cable.subject, cable.body, cable.tags)
            record = self._record(key)
            try:
                with transaction.atomic() if decisions[key].redactions else nullcontext():
                    text = prepare_text(cable, record, copies, self.places, decisions[key])
            except TornError as error:
                refused[key] = str(error)
            else:
                texts.append(text)
        publish_texts(texts, reason)
        for text in texts:
            _count_words(words, text.cable, *before[text.cable.pk])
        words.merge()
        return refused


def _count_words(words: WordCount, cable: Cable, subject: str, body: str, tags: list[str]):
    """Count the words of a cable anew; the others are those that it had before."""
    named = [[tag for tag in each if "," in tag] for each in (tags, cable.tags)]
    if (subject, body, named[0]) != (cable.subject, cable.body, named[1]):
        old, new = (
            words_of_cable(Cable(subject=subject, body=body, tags=tags)),
            words_of_cable(cable),
        )
        words.remove(old - new)  # Counts of words that stay are not written.
        words.add(new - old)


BATCH = 500
# Readers' links depend on these; only `repin` changes them.
PINNED = frozenset(BLOCKS)


def reread(advance: Callable[[int], object] = lambda cables: None) -> tuple[int, int]:
    """Parse every published text again; return (cables parsed, changed).

    Updates facts, tags, references and all else that is derived from a text; the text and its
    paragraph ids stay. `advance(n)` is called with the number of cables parsed since its last call.
    """
    words = WordCount()
    last = seen = changed = 0
    cables = Cable.objects.filter(withheld_reason="").order_by("pk")
    while batch := list(cables.filter(pk__gt=last).primary_keys()[:BATCH]):
        with transaction.atomic():
            one_batch()
            rewritten = reread_cables(batch, words)
            if rewritten:
                State.advance()
                words.merge()
        last = batch[-1]
        seen, changed = seen + len(batch), changed + len(rewritten)
        advance(len(batch))
    return seen, changed


def reread_cables(keys: Iterable[int], words: WordCount) -> list[int]:
    """Parse the published ones of these cables (primary keys) again, in a transaction.

    Returns the keys of those that changed. The caller advances the state and merges the words.
    """
    rows = Cable.objects.filter(pk__in=keys, withheld_reason="").select_related("origin")
    locked = list(rows.select_for_update(no_key=True, of=["self"]).order_by("reference"))
    prefetch_related_objects(locked, "copies__collection")
    decided = decided_among(cable.pk for cable in locked)  # While the locks keep curators away.
    places = Places()
    return [
        cable.pk
        for cable in locked
        if _reread(cable, list(cable.copies.all()), cable.pk in decided, places, words)
    ]


def _reread(cable: Cable, copies: list, is_decided: bool, places: Places, words: WordCount) -> bool:
    decisions = decisions_on(cable) if is_decided else Decisions()
    try:
        if decisions.redactions and _redact_more(cable, decisions, words):
            return True
        return _read_one(cable, copies, decisions, places, words)
    except TornError:  # The cable stays as it is, and check_archive says what to do.
        return False


def _redact_more(cable: Cable, decisions: Decisions, words: WordCount) -> bool:
    """Redact a cable again, in place: newer rules may find more words, or mark them otherwise, and
    earlier releases sealed no facts, which versions need.

    No version keeps the text that was shown; return whether any text was changed.
    """
    words_before, before = words_of_cable(cable), contents_by_text(cable, originals=False)
    with transaction.atomic():
        repin_one(cable)
        rebuild_in_place(cable, decisions)
    words.remove(words_before)
    words.add(words_of_cable(cable))
    return contents_by_text(cable, originals=False) != before


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
