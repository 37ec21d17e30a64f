"""What curators decide on one cable: redactions and corrections. Each is one transaction.

A redaction replaces, in place, all that contains the words: the cable, its versions, the notes on
it, what is noted of works that cite it, and what is derived from them. No version keeps the old
words. After a correction, the text before becomes a version, which readers can cite. A withheld
cable stays withheld.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef

from ..models import (
    Cable,
    Change,
    Correction,
    LoggedFact,
    Redaction,
    RedactionMatch,
    StandingForm,
    State,
    VolumeWithholding,
    seal,
    unseal,
)
from ..models.counted_words import put_in, take_out
from ..models.decided_numbers import hidden_of
from ..models.planner_statistics import renew_list_statistics
from ..models.querysets import CableQuerySet
from ..publication.origins_and_tags import Places
from ..publication.public_text import (
    SOURCE,
    decisions_on,
    fact_in_words,
    parse_shown_copy,
    phrases_in,
    value_in_words,
    where_held,
)
from ..publication.publish import publish_text, repin_one
from ..publication.publish_volume_pages import WHOLE, part_of, printed_pages, store_pages
from ..publication.redact_in_place import place_label, rebuild_in_place
from ..publication.standing_redactions import redacted_words_in
from ..telegram.apply_redactions import HEAD, Strike
from ..telegram.distinct_words import words_of_cable
from ..telegram.fact_types import FrontBlock
from ..telegram.redact_phrases import holds, scrub
from .sealed_text_search import Sight, sight_of
from .shared_reasons import scrub_shared_reasons

UNSEEN = "{} is withheld: only accounts that may see its text decide on that."
REPEATED = "This repeats words that are redacted in one of the cables. Write it without them."
NOT_YOURS = (
    "Parts of {} are redacted: only accounts that may see originals or redact write about it. Ask "
    "one of these, or leave it out. Whoever may withhold it can do so with the reason “For review”."
)
FOR_REVIEW = "For review"  # The reason of everybody: nobody can test a guess by it.
# Who may be told which words are redacted; others could test guesses.
KNOW_REDACTED = ("see_sealed", "redact_cable")


class StaleError(ValueError):
    """Somebody changed the cable since the curator's form was opened."""


@transaction.atomic
def redact_cable(
    cable: Cable, strike: Strike, reason: str, by: User, edit_token: str | None = None
) -> Redaction:
    """Redact words, or a whole paragraph. The original goes to `Sealed`.

    Reasons that readers are told at other cables lose the words too, if they were written for a
    decision that was also on this one.

    Raises ValueError if nothing has the words, or if the reason is empty or repeats them; TornError
    if the text would be split into other paragraphs; StaleError if the cable's token is another.
    """
    if not reason.strip() or holds(reason, strike.words):
        raise ValueError("A redaction takes a reason that does not repeat the words.")
    place = place_label(strike.place)
    scrub_shared_reasons(cable, strike.words)
    with deciding(cable, "redacted", place, reason, by, edit_token):
        if not where_held(cable, strike):
            raise ValueError("Nothing in this cable holds these words there.")
        redaction = cable.redactions.create(
            place=strike.place, is_whole=not strike.words, reason=reason, by=by
        )
        cable.sealed.create(place=redaction.sealed_at, values={"words": list(strike.words)})
        decisions = decisions_on(cable)
        rebuild_in_place(cable, decisions)
    return redaction


@transaction.atomic
def lift_redaction(redaction: Redaction, reason: str, by: User, edit_token: str | None = None):
    """Undo a redaction. Words that another redaction covers too stay redacted."""
    cable, place = redaction.cable, place_label(redaction.place)
    with deciding(cable, "lifted", place, reason, by, edit_token):
        if not Redaction.objects.filter(pk=redaction.pk).exists():
            raise StaleError("It was lifted meanwhile.")
        cable.sealed.filter(place=redaction.sealed_at).delete()
        # A redaction over the archive that still stands is not made here again.
        standing = StandingForm.objects.values("search")
        matches = RedactionMatch.objects.filter(redaction=redaction, search__in=standing)
        matches.update(decision=RedactionMatch.REJECTED, problem="It was lifted.")
        redaction.delete()
        decisions = decisions_on(cable)
        rebuild_in_place(cable, decisions)
        if not cable.redactions.exists():
            cable.sealed.filter(place__startswith=SOURCE).delete()


@transaction.atomic
def correct_cable(
    cable: Cable,
    name: str,
    value: str | list[str],
    reason: str,
    by: User,
    edit_token: str | None = None,
):
    """Correct a fact for readers, also in texts that are loaded later; copies stay as they are.

    `value` is a string; for "created" it is [ISO time, precision], for "tags" and "cites" a list.
    Raises ValueError without a reason, or as `check_sight`.
    """
    check_sight(by, cable)
    if not reason.strip():
        raise ValueError("A correction takes a reason.")
    label = Correction.Field(name).label
    reason = checked_text(by, [cable.pk], reason)
    with correcting(cable, name, "corrected", reason, by, edit_token):
        cable.corrections.create(field=name, value=value, reason=reason, by=by)
        _publish_again(cable, f"The archive corrected: {label.lower()}. {reason}")


@transaction.atomic
def undo_correction(correction: Correction, reason: str, by: User, edit_token: str | None = None):
    """Show what stood before it again: an earlier correction, else the source. A later one stays.

    The reason is for the log: readers are not told it. Raises ValueError as `check_sight`.
    """
    cable, label = correction.cable, correction.get_field_display()
    check_sight(by, cable)
    undone = undone_below_others([correction]).get(cable.pk, "")
    with correcting(cable, correction.field, "restored", reason, by, edit_token, undone):
        if not Correction.objects.filter(pk=correction.pk).delete()[0]:
            raise StaleError("It was undone meanwhile.")
        _publish_again(cable, withdrawn(label))


def check_sight(by: User, cable: Cable):
    """Raise ValueError if somebody who may not see a withheld cable would correct it, or undo that.

    What its text says already makes no version, and everybody can count the versions.
    """
    if not may_see_text(by, cable):
        raise ValueError(UNSEEN.format(cable))


def may_see_text(user: User, cable: Cable) -> bool:
    """Return whether a user may see the text of a cable, without what is redacted in it.

    Others neither correct it nor redact in it: links to these pages are not offered to them.
    """
    return not cable.withheld_reason or sight_of(user) != Sight.PUBLIC


def withdrawn(label: str) -> str:
    """Return what versions say of a correction, "Subject", that was undone."""
    return f"The archive withdrew its correction: {label.lower()}."


@contextmanager
def deciding(
    cable: Cable, action: str, about: str, reason: str, by: User, edit_token: str | None
) -> Iterator[None]:
    """Lock a cable for a decision on it, as `changing` does, and log the decision."""
    with changing(cable, edit_token):
        yield
        log_decision(cable, action, about, reason, by)


@contextmanager
def correcting(
    cable: Cable,
    name: str,
    action: str,
    reason: str,
    by: User,
    edit_token: str | None,
    undone: str = "",
) -> Iterator[None]:
    """Lock a cable for a change of one fact, and log that with what the fact was and became.

    Of a correction that was not shown, `undone` is its value, which the log then has.
    """
    with changing(cable, edit_token):
        old = undone or fact_in_words(cable, name)
        yield
        label, new = Correction.Field(name).label, fact_in_words(cable, name)
        entry = log_decision(cable, action, label, reason, by)
        LoggedFact.objects.create(change=entry, cable=cable, old=old, new=new)


def undone_below_others(corrections: Iterable[Correction]) -> dict[int, str]:
    """Return {cable: value in words} of those corrections that a later one of the fact hides."""
    later = Correction.objects.filter(
        cable=OuterRef("cable"), field=OuterRef("field"), pk__gt=OuterRef("pk")
    )
    rows = Correction.objects.filter(Exists(later), pk__in=[each.pk for each in corrections])
    return {
        each.cable_id: scrub(
            value_in_words(each.field, each.value), decisions_on(each.cable).phrases_at(HEAD)
        )
        for each in rows.select_related("cable")
    }


def log_decision(cable: Cable, action: str, about: str, reason: str, by: User) -> Change:
    """Add an entry to the log. Raises ValueError if the reason repeats redacted words."""
    reason = checked_text(by, [cable.pk], reason)
    return cable.changes.create(action=action, reason=f"{about}: {reason}", by=by)


def knows_redacted(user) -> bool:
    """Return whether a user may be told which words are redacted."""
    return any(user.has_perm(f"cables.{right}") for right in KNOW_REDACTED)


def seen_whole(user: User, cables: CableQuerySet) -> bool:
    """Return whether a user may be told all that these cables say, redacted words too."""
    if not knows_redacted(user):
        return not hidden_of(cables).exists()
    return sight_of(user) != Sight.PUBLIC or not cables.exclude(withheld_reason="").exists()


def is_for_review(reason: str) -> bool:
    """Return whether it is the reason with which a redacted cable is withheld by anybody."""
    return reason.rstrip(".") == FOR_REVIEW


def checked_text(by, cables: Iterable[int], text: str) -> str:
    """Return a reason or note as it is stored. Raises ValueError if it repeats redacted words.

    For whoever may not know which words these are it is stored without them, and not refused.
    """
    words = redacted_words_in(cables, text)
    if words and knows_redacted(by):
        raise ValueError(REPEATED)
    return scrub(text, words)


def check_words(by, cables: Iterable[int], *texts: str):
    """Raise ValueError if somebody may not write texts about these cables (primary keys).

    Nobody repeats redacted words. Whether these are such words is not told to whoever may not know
    them: these accounts write nothing about redacted cables, and no fact or note of them.
    """
    keys = list(cables)
    if not knows_redacted(by):
        redacted = Cable.objects.filter(pk__in=keys, redactions__isnull=False).distinct()
        if named := ", ".join(map(str, redacted.order_by("reference")[:5])):
            raise ValueError(NOT_YOURS.format(named))
    elif redacted_words_in(keys, *texts):
        raise ValueError(REPEATED)


@contextmanager
def changing(cable: Cable, edit_token: str | None = None):
    """Lock a cable for a change; afterwards update the word counts and the archive's state.

    A withheld cable is unsealed for the change and sealed again, with a reason that has none of the
    words that are redacted by then. Raises StaleError if `edit_token` is not the cable's, or it was
    erased.
    """
    lock_unchanged(cable, edit_token)
    withheld = cable.withheld_reason
    if withheld:
        unseal([cable.pk])
        cable.lock()
    repin_one(cable)
    words = words_of_cable(cable)
    yield
    changed = words_of_cable(cable)
    if withheld:
        phrases = phrases_in([cable.pk]).get(cable.pk, ())
        seal([cable.pk], scrub(withheld, phrases))
        cable.lock()
    State.advance()
    renew_list_statistics()
    if not withheld:
        take_out(words)
        put_in(changed)


def lock_unchanged(cable: Cable, edit_token: str | None):
    """Lock a cable. Raises StaleError if `edit_token` is not the cable's, or it was erased."""
    try:
        cable.lock()
    except Cable.DoesNotExist:
        raise StaleError("It was erased meanwhile.") from None
    if edit_token is not None and edit_token != cable.edit_token():
        raise StaleError("Somebody changed this cable meanwhile.")


def _publish_again(cable: Cable, reason: str):
    """Publish the text of the shown copy with the present decisions."""
    copies = list(cable.copies.select_related("collection"))
    publish_text(cable, parse_shown_copy(cable, copies), copies, reason, Places())


@transaction.atomic
def withhold_part(volume: str, name: str, part: str, reason: str, by: User) -> VolumeWithholding:
    """Withhold a part of a page from readers, WHOLE or as part_of() names it.

    Raises ValueError if the reason is empty or repeats the words of the entry; StaleError if the
    page does not have the part, or it is withheld already.
    """
    VolumeWithholding.lock()
    blocks = blocks_of(volume, name, part)
    if not blocks:
        raise StaleError("The page does not have this part any more.")
    names = [block["text"].partition(",")[0] for block in blocks if block.get("key") == part]
    if not reason.strip() or holds(reason, names):
        raise ValueError("Withholding takes a reason that does not repeat the words.")
    if VolumeWithholding.objects.filter(volume=volume, name=name, entry=part).exists():
        raise StaleError("It is withheld already.")
    made = VolumeWithholding.objects.create(
        volume=volume, name=name, entry=part, reason=reason, by=by
    )
    _publish(made, "withheld", reason, by)
    return made


@transaction.atomic
def publish_part(withheld: VolumeWithholding, reason: str, by: User):
    """Show readers a withheld part of a page again. Raises StaleError if somebody did already."""
    VolumeWithholding.lock()
    if not VolumeWithholding.objects.filter(pk=withheld.pk).delete()[0]:
        raise StaleError("It was published meanwhile.")
    _publish(withheld, "published", reason, by)


def blocks_of(volume: str, name: str, part: str) -> list[FrontBlock]:
    """Return the blocks of a part of a page as its volume prints it, [] if there is none."""
    pages = (page for page in printed_pages(volume) if page["name"] == name)
    blocks = (block for page in pages for block in page["blocks"])
    return [block for block in blocks if part in (WHOLE, part_of(block))]


def _publish(decided: VolumeWithholding, action: str, reason: str, by: User):
    store_pages(decided.volume, printed_pages(decided.volume))
    what = f"volume {decided}"
    Change.objects.create(action=action, what=what[:250], reason=reason, by=by)
