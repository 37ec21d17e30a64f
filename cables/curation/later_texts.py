"""Let a redaction over the archive stand for later texts, and end that."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from ..models import (
    Cable,
    Change,
    Copy,
    Erased,
    Redaction,
    RedactionMatch,
    RedactionSearch,
    StandingForm,
    State,
    Version,
    VolumeWithholding,
)
from ..models.querysets import CableQuerySet
from ..names.private_patterns import PATTERNS
from ..publication.publish_volume_pages import printed_pages, store_pages
from ..publication.standing_redactions import (
    StandingMatch,
    redact_all_texts,
    redacted_words_in,
    standing_matches,
)
from ..telegram.apply_redactions import TornError
from ..telegram.redact_phrases import scrub
from .redactions_and_corrections import StaleError, changing

AT_ONCE = 100  # Cables that are found together.
ACCEPTED = RedactionMatch.ACCEPTED
# Model of the reasons that readers are told instead of a text -> the field.
REASONS: dict[Any, str] = {Cable: "withheld_reason", Erased: "reason", VolumeWithholding: "reason"}
# Every text or note that a cable gets is a row of one of these. Their keys order them: the clocks
# of the machines that store them may differ.
ROWS_OF_TEXTS = {"cable": Cable, "version": Version, "copy": Copy, "change": Change}


def last_keys() -> dict[str, int]:
    """Return {name in ROWS_OF_TEXTS: the highest primary key now}."""
    return {
        name: model._default_manager.aggregate(last=Max("pk"))["last"] or 0
        for name, model in ROWS_OF_TEXTS.items()
    }


def let_stand(search: RedactionSearch):
    """Store the forms of a search of all cables, in the transaction of the decision on it.

    Waits for those that are storing texts, so that each text is searched or compared.
    """
    if search.cables:  # The others were left out on purpose.
        return
    StandingForm.lock(to_change=True)
    rows = {(row.name, row.key): row for row in (*_forms(search), *_patterns(search))}
    StandingForm.objects.bulk_create(rows.values(), 500)


def stand_no_more(search: RedactionSearch):
    """Delete the forms of a search: nothing is compared with them any more."""
    StandingForm.lock(to_change=True)
    search.standing.all().delete()


def _forms(search: RedactionSearch) -> Iterator[StandingForm]:
    """Yield the forms of the names of which one is accepted; what a pattern found is a name."""
    by_key: dict[str, list[RedactionMatch]] = {}
    for match in search.matches.in_cables().order_by("kind", "pk").defer("places"):
        by_key.setdefault(match.key, []).append(match)
    firsts = ((key, rows[0]) for key, rows in by_key.items())
    names = {key: row.phrase if row.phrase in search.phrases else row.form for key, row in firsts}
    uses = {key: _use_of(rows) for key, rows in by_key.items()}
    accepted = {name for key, name in names.items() if uses[key] != StandingForm.LEAVE}
    for key, rows in by_key.items():
        if names[key] in accepted:
            values = {"name": names[key], "form": rows[0].form, "key": key, "use": uses[key]}
            yield StandingForm(search=search, **values)


def _use_of(rows: list[RedactionMatch]) -> str:
    """Return what becomes of a form in later texts, by its matches."""
    accepted = [row for row in rows if row.decision == ACCEPTED]
    if not accepted:
        return StandingForm.LEAVE
    is_everywhere = len(accepted) == len(rows)
    has_other_sense = any(row.longer or row.default_longer for row in rows)
    return StandingForm.REDACT if is_everywhere and not has_other_sense else StandingForm.HOLD


def _patterns(search: RedactionSearch) -> Iterator[StandingForm]:
    """Yield the patterns of which all matches are accepted."""
    counts = search.matches.in_cables().count_decisions("kind")
    for pattern in search.patterns:
        if pattern in PATTERNS and counts.get(pattern, {}).keys() == {ACCEPTED}:
            yield StandingForm(search=search, name=pattern, use=StandingForm.REDACT)


def redact_later_texts(search: RedactionSearch, check: Callable[[], None]):
    """Redact what was loaded, or changed, between the search and the decision on it.

    Of a cable that was searched, what is uncertain stays as it was decided. `check` raises an
    exception if the worker is to stop.
    """
    last = 0
    while search.standing.exists() and (keys := _later(search, last)):
        for key in keys:
            check()
            _redact_later(search, key)
        last = keys[-1]


@transaction.atomic
def redact_reasons(search: RedactionSearch):
    """Take the words out of reasons that readers are told; the log has them as they were typed."""
    if not search.standing.exists():
        return
    VolumeWithholding.lock()
    for model, name in REASONS.items():
        rows = model._default_manager.exclude(**{name: ""})
        for row in rows.only(name, *(["volume"] if model is VolumeWithholding else [])):
            reason = getattr(row, name)
            if words := redacted_words_in((), reason):
                now = {name: scrub(reason, words)}
                rows.filter(pk=row.pk, **{name: reason}).update(**now)
                if model is VolumeWithholding:  # The page tells it too.
                    store_pages(row.volume, printed_pages(row.volume))
    State.advance()


def _later(search: RedactionSearch, last: int) -> list[int]:
    is_later = Q()
    for name, model in ROWS_OF_TEXTS.items():
        rows = model._default_manager.filter(pk__gt=search.before.get(name, 0))
        key = "pk" if model is Cable else "cable"
        is_later |= Q(pk__in=rows.filter(**{f"{key}__isnull": False}).values(key))
    cables: CableQuerySet = Cable.objects.filter(withheld_reason="", pk__gt=last)
    return list(cables.filter(is_later).order_by("pk").primary_keys()[:AT_ONCE])


def _redact_later(search: RedactionSearch, key: int):
    """Redact a cable that was loaded or changed since a search, or store why it is left."""
    left = search.matches.left().filter(cable=key)
    decided = {row.key: row.pk for row in left if row.words_to_redact == [row.form]}
    is_new = key > search.last and not search.is_cut

    def counts(match: StandingMatch) -> bool:
        is_meant = match.is_certain or is_new or match.key[1] in decided
        return match.search == search.pk and is_meant

    # What was withheld meanwhile is redacted when it is published.
    cable = Cable.objects.select_related("origin").filter(pk=key, withheld_reason="").first()
    if not cable or not any(map(counts, standing_matches(cable))):
        return
    try:
        with transaction.atomic(), changing(cable):
            redact_all_texts(cable, counts)
            made = Redaction.objects.filter(cable=key).latest("pk")
            left.filter(pk__in=decided.values()).update(problem="", redaction=made)
    except StaleError:
        return
    except TornError as error:
        if not left.update(problem=str(error)):
            values = {"kind": RedactionMatch.LATER, "key": f"left {key}", "problem": str(error)}
            search.matches.create(cable=cable, decision=ACCEPTED, **values)
