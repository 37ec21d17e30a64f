"""Apply a record that a load held, publish it as another cable, or leave it: curators decide."""

import json
from dataclasses import replace
from itertools import chain
from pathlib import Path

from django.db import transaction
from django.db.models.functions import Now

from ..loader.embargoed_rows import record_in
from ..loader.locks import one_batch
from ..loader.match_existing import is_same
from ..loader.store import create_cable
from ..models import Cable, Change, Copy, Erased, FormerReference, Load, LoadRow
from ..models.decided_numbers import names_of_record, rows_of_numbers
from ..publication.choose_copy import choose
from ..publication.origins_and_tags import Places
from ..publication.public_text import phrases_in
from ..publication.row_values import raw_of
from ..sources import ParsedCable
from ..sources.prepared import Prepared, prepare
from ..telegram.apply_redactions import TornError
from ..telegram.redact_phrases import scrub
from ..telegram.references import names_of, number_of, repeated, spellings_of
from .redactions_and_corrections import StaleError, changing

Outcome = LoadRow.Outcome
NO_CABLE = "No cable {} is here: publish the record as a cable of its own, or leave it."
TORN = (
    "A redaction would change how this text is split into paragraphs. First redact the whole "
    "paragraph instead of words in it."
)


@transaction.atomic
def apply_held(row: LoadRow, reason: str, by, edit_token: str | None = None):
    """Store a held record as a copy of its cable, as a load would.

    A withheld cable stays withheld; redacted words stay redacted in the new text too. Raises
    ValueError if the record cannot be applied, StaleError if the cable's token is another or
    somebody decided on the row meanwhile.
    """
    one_batch()
    row, held = _locked(row)
    record = _readable(held)
    cable = cable_of(row, record)
    if cable is None:
        raise ValueError(NO_CABLE.format(row.reference))
    named = under_name_of_copy(row, record)
    try:
        with changing(cable, edit_token):
            choose(row.load, cable, named).carry_out(Places(), by_curator=True)
            cable.changes.create(action="applied", reason=reason, by=by)
    except TornError:
        raise ValueError(TORN) from None
    _settle(row, Outcome.APPLIED, raw="")


@transaction.atomic
def publish_held(row: LoadRow, reason: str, by, edit_token: str | None = None) -> Cable:
    """Store a held record as a cable of its own, and return that (N-7).

    `edit_token` is that of `publication_token`. Raises ValueError as `own_name` does, StaleError as
    `apply_held` does.
    """
    one_batch()
    row, held = _locked(row)
    record = _readable(held)
    name = own_name(row, record)
    other = cable_of(row, record)
    if other:
        other.lock()
    if edit_token is not None and edit_token != publication_token(row, record):
        raise StaleError("Somebody changed the cable with its number, or took its name, meanwhile.")
    cable = create_cable(row.load, prepare(_named(record, name), record.source))
    cable.changes.create(action="published", reason=reason, by=by)
    _settle(row, Outcome.APPLIED, raw="")
    return cable


def publication_token(row: LoadRow, record: Prepared | None) -> str:
    """Return the optimistic-lock token of publishing a held record: of its cable and its name."""
    token = edit_token_of(cable_of(row, record) if record else None)
    try:
        return f"{token} {own_name(row, record)}"
    except ValueError:
        return token


def own_name(row: LoadRow, record: Prepared | None) -> str:
    """Return the reference that a held record would have as a cable of its own (N-7).

    It is the first that no cable has: its reference, its name in its volume, or its number with
    "-2", "-3" ... Raises ValueError, which says what to do, if it must not become a cable: it is of
    a document that is here, or of a number that was erased or is under embargo.
    """
    record = _readable(record)
    if _own_copy(row, record):
        raise ValueError("This document is here already: apply its record to its cable.")
    for why in (_why_erased(record), _why_embargoed(row, record), _why_of_another(record)):
        if why:
            raise ValueError(why)
    own, printed = record.record.reference, record.record.published_reference
    name = next((each for each in (own, printed, *repeated(own)) if _is_free(each)), "")
    if not name:
        raise ValueError("All names of its number up to -99 are taken: leave the record.")
    return name


def _why_erased(record: Prepared) -> str:
    erased = rows_of_numbers(Erased.objects.all(), _names_in(record.record))
    if not erased:
        return ""
    return f"{erased[0].reference} was erased, and this may be its text: leave the record."


def _why_embargoed(row: LoadRow, record: Prepared) -> str:
    """Return why a record has to wait: its number, or its load, is under embargo in any load."""
    names = _names_in(record.record)
    embargoed = LoadRow.objects.filter(outcome__in=LoadRow.EMBARGOED).defer("raw")
    if others := rows_of_numbers(embargoed, names):
        return (
            f"{others[0].reference} is under embargo, and this has its "
            "number: decide on that first."
        )
    if not any(map(row.load.embargoes, names)):
        return ""
    if Load.objects.filter(pk=row.load_id, due__gt=Now()).exists():
        return f"Its load is under embargo until {row.load.due:%Y-%m-%d %H:%M} UTC: wait for it."
    if not row.load.embargoed and embargoed.filter(load=row.load_id).exists():
        return "Cables of its load are still under embargo: decide on them first."
    return ""


def _why_of_another(record: Prepared) -> str:
    """Return why a record is no other message: it has the text of a cable with its number."""
    cables = cables_of_number(record.record)
    for cable in cables:
        if not record.record.body.strip() or not texts_of(cable):
            return f"It or {cable} has no text to compare: apply it to that cable, or leave it."
        if _is_of(record.record.body, cable):
            return f"Its text is that of {cable}: apply it to that cable, or leave it."
    values = json.loads(raw_of(record.record))
    phrases = phrases_in(cable.pk for cable in cables).values()
    if any(scrub(values, each) != values for each in phrases):
        return (
            "It repeats words that are redacted in a cable with its number: apply it to that "
            "cable, or leave it."
        )
    return ""


def cables_of_number(record: ParsedCable) -> list[Cable]:
    """Return the cables that have, or had, a number of a record, in any spelling."""
    numbers = {each for name in _names_in(record) for each in spellings_of(number_of(name))}
    names = {*numbers, *chain.from_iterable(map(repeated, numbers))}
    formers = FormerReference.objects.filter(reference__in=names)
    # Two queries: for one with OR, PostgreSQL would scan the whole table.
    found = [
        *Cable.objects.filter(reference__in=names),
        *Cable.objects.filter(pk__in=formers.values("cable")),
    ]
    return list({cable.pk: cable for cable in found}.values())


def _names_in(record: ParsedCable) -> set[str]:
    return names_of_record(record.reference, record.published_reference, record.edition)


def _is_of(body: str, cable: Cable) -> bool:
    """Return whether a text is of the message of a cable."""
    return any(is_same(body, text) for text in texts_of(cable))


def texts_of(cable: Cable) -> list[str]:
    """Return the bodies of a cable, its versions and its copies, also if readers see none."""
    sealed = cable.sealed.filter(values__has_key="body").values_list("values__body", flat=True)
    versions = cable.versions.values_list("body", flat=True)
    copies = [copy.text[1] for copy in cable.copies.only("text") if copy.text]
    return [text for text in (cable.body, *sealed, *versions, *copies) if text.strip()]


def _own_copy(row: LoadRow, record: Prepared) -> Copy | None:
    """Return the copy of a held record's source that is here, None if there is none.

    If the record prints a number of another cable, it may have been published under an invented
    name, "75LISBON9412-2": the copy has that name, and another text of the same message.
    """
    copies = Copy.objects.filter(collection=row.load.collection, format=record.key[1])
    if copy := copies.filter(published_reference=record.key[0]).first():
        return copy
    published = copies.filter(
        published_reference__in=[*repeated(record.key[0])], cable__changes__action="published"
    )
    body = record.record.body
    return next((each for each in published if _is_of(body, each.cable)), None)


def under_name_of_copy(row: LoadRow, record: Prepared) -> Prepared:
    """Return a record under the name that its source's copy has here, if there is one."""
    copy = _own_copy(row, record)
    if copy is None or copy.published_reference == record.key[0]:
        return record
    named = replace(record.record, published_reference=copy.published_reference)
    return prepare(named, record.source)


def _is_free(name: str) -> bool:
    """Return whether no cable is or was published under a name."""
    return Cable.objects.known_as(name) is None


def _named(held: Prepared, name: str) -> ParsedCable:
    """Return a record under its own name.

    If it prints the reference of another cable, it is not published under that too.
    """
    record = held.record
    printed = record.published_reference
    return replace(
        record, reference=name, published_reference=printed if _is_free(printed) else name
    )


def leave_held(row: LoadRow, reason: str, by, edit_token: str | None = None):
    """Mark a held record as not to be applied; later loads of it ask nobody again.

    Raises StaleError as `apply_held` does.
    """
    _change(
        row, Outcome.HELD, Outcome.LEFT, {"action": "left", "reason": reason, "by": by}, edit_token
    )


def take_back_left(row: LoadRow, reason: str, by, edit_token: str | None = None):
    """Let a held record that was left wait again. Raises StaleError as `leave_held` does."""
    entry = {"action": "took back", "reason": reason, "by": by}
    _change(row, Outcome.LEFT, Outcome.HELD, entry, edit_token)


@transaction.atomic
def _change(row: LoadRow, old: str, new: str, entry: dict, edit_token: str | None):
    """Give a row another outcome, and log it with its cable if there is one."""
    row, record = _locked(row, old)
    cable = cable_of(row, record) if record else None
    if cable:
        cable.lock()
    if edit_token is not None and edit_token != edit_token_of(cable):
        raise StaleError("Somebody changed this cable meanwhile.")
    if cable:
        cable.changes.create(**entry)
    else:
        Change.objects.create(what=f"row of {row.load}, {row.reference}"[:250], **entry)
    _settle(row, new)


def edit_token_of(cable: Cable | None) -> str:
    """Return the optimistic-lock token of a held record's cable; "no cable" if there is none."""
    return cable.edit_token() if cable else "no cable"


def cable_of(row: LoadRow, record: Prepared) -> Cable | None:
    """Return the cable of a held record, None if there is none.

    Of a second document with a number (N-7) that is not here itself, it is the cable of the number.
    """
    cables = Cable.objects.select_related("origin")
    if copy := _own_copy(row, record):
        return cables.get(pk=copy.cable_id)
    names = names_of(record.record.reference)
    return min(
        cables.filter(reference__in=names),
        key=lambda cable: names.index(cable.reference),
        default=None,
    )


def _locked(row: LoadRow, outcome: str = Outcome.HELD) -> tuple[LoadRow, Prepared | None]:
    """Lock a row and return it with its record. Raises StaleError if its outcome is another."""
    rows = LoadRow.objects.select_for_update(of=["self"]).select_related("load__collection")
    locked = rows.filter(pk=row.pk, outcome=outcome).first()
    if locked is None:
        raise StaleError("Somebody decided on it meanwhile.")
    return locked, held_record(locked)


def held_record(row: LoadRow) -> Prepared | None:
    """Return the record in a row, None if its text was erased, or newer rules reject it."""
    try:
        return prepare(record_in(row), Path(row.source)) if row.raw else None
    except ValueError:
        return None


def _readable(record: Prepared | None) -> Prepared:
    if record is None:
        raise ValueError("Its text is not kept, or cannot be read now: load its file again.")
    return record


def _settle(row: LoadRow, outcome: str, **values):
    LoadRow.objects.filter(pk=row.pk).update(outcome=outcome, **values)
