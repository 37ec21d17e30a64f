"""Redact words over the whole archive: search all texts, redact what was accepted, lift it again.

Each step is a task of the worker, which goes on where it was stopped. No word of a
search stands in the log or in a message.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from ..models import (
    Cable,
    Change,
    RedactionMatch,
    RedactionSearch,
    StandingForm,
    Word,
    approving,
    current_approver,
    current_decision,
    recording,
)
from ..models.counted_words import ALL_CABLES
from ..models.sealing import lock_cables
from ..names.archive_matcher import NameMatcher
from ..names.archive_matches import FormInCable, OwnNames, PatternFinder, find_forms
from ..names.near_miss_rules import COMMON as COMMON
from ..names.near_miss_rules import RARE
from ..names.private_patterns import PATTERNS
from ..operations.tasks import LATER, stop_check, stored_failures
from ..telegram.apply_redactions import EVERYWHERE, Strike
from ..telegram.redact_phrases import holds, words_in
from ..telegram.shorten_text import count_of
from .archive_texts import CableTexts, find_in_other_texts, keys_after, texts_of
from .later_texts import last_keys, let_stand, redact_later_texts, redact_reasons, stand_no_more
from .name_suggestions import FEW, finders_of
from .redactions_and_corrections import StaleError, lift_redaction, publish_part, redact_cable

State = RedactionSearch.State
AT_ONCE = 100  # Cables that are read and stored together.
MOST_MATCHES = 50_000  # Of one search, beside suggestions.
MOST_SUGGESTED = 2_000
DISCARDED_DAYS = 30  # How long a discarded search can be restored.
MOST_SKIPPED = 200  # Common words of which the page tells.
REPEATS = "The reason repeats the words. Readers will see it."
Stop = Callable[[], None]  # Raises an exception if the worker is to stop.


class Cancelled(Exception):
    """A curator stopped the task."""


class EndedElsewhere(Exception):
    """Another worker ended the task: this one hung meanwhile, and the task was taken up again."""


@app.periodic(cron="29 * * * *")
@app.task(name="cables.jobs.delete_discarded", queueing_lock="delete_discarded")
def delete_discarded(timestamp: int):
    """Delete searches, with their words, that were discarded DISCARDED_DAYS ago."""
    before = timezone.now() - timedelta(days=DISCARDED_DAYS)
    RedactionSearch.objects.filter(state=State.DISCARDED, discarded__lt=before).delete()


def start_search(search: RedactionSearch):
    """Store a new search, and its entry in the log, which has no words."""
    search.total = len(search.cables) or Cable.objects.count()
    search.before = last_keys()
    search.save()
    names, kinds = len(search.phrases), ", ".join(search.patterns)
    about = count_of(names, "name") + (f"; {kinds}" if kinds else "")
    log(search, "searched", about, search.by)


def log(search: RedactionSearch, action: str, reason: str, by: User | None):
    Change.objects.create(action=action, what=str(search), reason=reason, by=by)


def run_search(search: RedactionSearch, stop: Stop):
    """Search the texts that were not searched yet, first for names and patterns.

    Waits for those that are storing texts: what began before the search is not compared later.
    """
    with transaction.atomic():
        StandingForm.lock(to_change=True)
    matcher = NameMatcher(search.phrases, None if search.with_common else _word_counts(search))
    matcher.skipped = dict(search.skipped)
    finders = pattern_finders(search.patterns)
    patterns = {name: find for name, find in finders.items() if name in PATTERNS}
    while not search.is_cut and (keys := keys_after(search.last, search.cables, AT_ONCE)):
        check(search, stop)
        is_any = matcher.phrases or patterns
        found = _found_in(search, keys, matcher, patterns) if is_any else []
        with transaction.atomic():
            _stay_at_work(search)
            _store(found)
            search.last = keys[-1]
            search.done += len(keys)
            search.is_cut = search.matches.count() >= MOST_MATCHES
            skipped = sorted(matcher.skipped.items(), key=lambda each: -each[1])
            search.skipped = dict(skipped[:MOST_SKIPPED])
            search.save(update_fields=["last", "done", "is_cut", "skipped"])
    if not search.cables:
        with transaction.atomic():
            _stay_at_work(search)
            search.matches.filter(cable=None).delete()
            found = [*find_in_other_texts(search, matcher, patterns if search.phrases else finders)]
            RedactionMatch.objects.bulk_create(found)
    if len(finders) > len(patterns):
        _suggest(search, {name: finders[name] for name in finders.keys() - patterns}, stop)
    with transaction.atomic():
        finish(search, State.SEARCHED)


def _store(found: Sequence[RedactionMatch]):
    """Store matches, but for those in cables that were erased since they were read."""
    here = {*lock_cables(Cable.objects.filter(pk__in={each.cable_id for each in found}))}
    kept = (each for each in found if each.cable_id in here)
    RedactionMatch.objects.bulk_create(kept, ignore_conflicts=True)


def _found_in(
    search: RedactionSearch,
    keys: Sequence[int],
    matcher: NameMatcher,
    patterns: dict[str, PatternFinder],
) -> list[RedactionMatch]:
    """Return the matches in some cables (primary keys), which are not stored yet."""
    names, found = OwnNames(matcher.phrases), texts_of(keys, search.with_sealed)
    return [each for one in found for each in matches_of(search, one, matcher, patterns, names)]


def _suggest(search: RedactionSearch, finders: dict[str, PatternFinder], stop: Stop):
    """Store suggestions: of cables that have a name, of all that are searched if none was given.

    The MOST_SUGGESTED rarest stay.
    """
    named = search.matches.in_cables().filter(phrase__in=search.phrases).values("cable")
    cables = named.distinct().values_list("cable", flat=True) if search.phrases else search.cables
    if search.phrases and not cables:
        return
    if not search.last_suggested:
        search.total += len(cables) or Cable.objects.count()
    nothing = NameMatcher([])
    while keys := keys_after(search.last_suggested, cables, AT_ONCE):
        check(search, stop)
        found = _found_in(search, keys, nothing, finders)
        with transaction.atomic():
            _stay_at_work(search)
            _store(found)
            _keep_rarest(search)
            search.last_suggested = keys[-1]
            search.done += len(keys)
            search.save(update_fields=["last_suggested", "done", "total"])


def _keep_rarest(search: RedactionSearch):
    """Delete suggestions over MOST_SUGGESTED: first those whose rarest word most cables have."""
    rows = list(search.matches.suggested().values_list("pk", "key"))
    if len(rows) <= MOST_SUGGESTED:
        return
    words = Word.objects.filter(word__in={word for _, key in rows for word in key.split()})
    counts = dict(words.values_list("word", "cables"))
    rows.sort(key=lambda row: (min(counts.get(word, 0) for word in row[1].split()), row[0]))
    search.matches.filter(pk__in=[pk for pk, _ in rows[MOST_SUGGESTED:]]).delete()


def _word_counts(search: RedactionSearch) -> dict[str, int]:
    """Return {word: cables} of the words of names, and of those that are not rare."""
    words = {word for phrase in search.phrases for word in words_in(phrase)}
    rows = Word.objects.filter(Q(cables__gt=RARE) | Q(word__in=words)).exclude(word=ALL_CABLES)
    return dict(rows.values_list("word", "cables"))


def common_words(least: int) -> frozenset[str]:
    """Return the words that more than `least` published cables have."""
    words = Word.objects.filter(cables__gt=least).exclude(word=ALL_CABLES)
    return frozenset(words.values_list("word", flat=True))


def pattern_finders(names: Sequence[str]) -> dict[str, PatternFinder]:
    """Return {name: finder} of patterns and of suggestions."""
    finders = {name: PATTERNS[name].find for name in names if name in PATTERNS}
    frequent = common_words(FEW) if "rare" in names else ()
    return finders | finders_of(names, frequent)


def matches_of(
    search: RedactionSearch,
    texts: CableTexts,
    matcher: NameMatcher,
    patterns: dict[str, PatternFinder],
    names: OwnNames,
) -> list[RedactionMatch]:
    """Return the matches in one cable, which are not stored yet."""
    cable = texts.cable
    # A withheld cable whose texts are not searched shows no origin.
    country = cable.origin.country if cable.origin_id else None
    code = country.iso2 if country else ""
    forms = map(names.attributed, find_forms(texts.texts, matcher, patterns, code))
    return [_match(search, form, cable=cable, stamp=texts.stamp) for form in forms]


def _match(search: RedactionSearch, form: FormInCable, **about) -> RedactionMatch:
    return RedactionMatch(
        search=search,
        phrase=form.phrase,
        form=form.form,
        key=form.key,
        kind=form.kind,
        places=form.places,
        count=form.count,
        is_sealed=form.is_sealed,
        default_longer=form.default_longer,
        **about,
    )


def check(search: RedactionSearch, stop: Stop):
    """Raise Cancelled if a curator wants a task to stop, EndedElsewhere, and what `stop` raises."""
    stop()
    here = RedactionSearch.objects.filter(pk=search.pk, state=search.state).first()
    if here is None:
        raise EndedElsewhere
    if here.cancel:
        raise Cancelled


def _stay_at_work(search: RedactionSearch):
    """Lock a search until the end of the transaction. Raises EndedElsewhere."""
    rows = RedactionSearch.objects.select_for_update(no_key=True)
    if not rows.filter(pk=search.pk, state=search.state).exists():
        raise EndedElsewhere


def finish(search: RedactionSearch, state: State):
    """Store how a task ended. Call it in a transaction. Raises EndedElsewhere."""
    _stay_at_work(search)
    search.state, search.problem, search.cancel = state, "", False
    search.save(update_fields=["state", "problem", "cancel"])


@transaction.atomic
def decide(search: RedactionSearch, reason: str, by: User):
    """Decide to redact all accepted matches; the worker does it.

    Raises ValueError if there are none, or if the reason is empty or repeats the words.
    """
    forms = search.matches.in_cables().accepted().order_by().values_list("form", flat=True)
    if not reason.strip() or holds(reason, [*search.phrases, *forms]):
        raise ValueError(REPEATS if reason.strip() else "A redaction takes a reason.")
    cables = search.matches.to_redact().values("cable").distinct().count()
    if search.state != State.SEARCHED or not cables:
        raise ValueError("Nothing is accepted that could be redacted.")
    search.reason, search.decided_by, search.decided = reason, by, timezone.now()
    let_stand(search)
    begin_decided(search, State.REDACTING, cables)
    log(search, "decided", f"{count_of(cables, 'cable')}: {reason}", by)


def begin(search: RedactionSearch, task: State, total: int):
    """Store that a task waits for the worker, with the number of cables to do."""
    search.state, search.task, search.cancel, search.problem = task, task, False, ""
    search.done, search.total = 0, total
    search.save()


def begin_decided(search: RedactionSearch, task: State, total: int):
    """Begin a task that somebody decided on now; store who approved that, if somebody had to."""
    search.approved_by_id, search.decision_id = current_approver(), current_decision()
    begin(search, task, total)


def redact_accepted(search: RedactionSearch, stop: Stop):
    """Redact the accepted words, cable by cable; cables that cannot be redacted are left.

    Then redact what was loaded or changed since the search. The words are deleted at the end; those
    of cables that were left stay, and the forms, with which later texts are compared.
    """
    assert search.decided_by  # noqa: S101 (For the type checker.)
    while key := search.matches.to_redact().order_by("cable").values_list("cable").first():
        check(search, stop)
        _redact_one(search, key[0], search.decided_by)
        search.done += 1
        search.save(update_fields=["done"])
    redact_later_texts(search, lambda: check(search, stop))
    redact_reasons(search)
    with transaction.atomic():  # A task that is killed in between would not be run again.
        finish(search, State.REDACTED)
        forget_words(search)


def _redact_one(search: RedactionSearch, key: int, by: User):
    """Redact the accepted words of one cable, or store why it is left."""
    matches = search.matches.to_redact().filter(cable=key)
    rows = list(matches.order_by("kind", "pk"))
    words = dict.fromkeys(phrase for row in rows for phrase in row.words_to_redact)
    strike = Strike(EVERYWHERE, tuple(words))
    problem = ""
    try:
        with transaction.atomic():
            cable = Cable.objects.select_related("origin").get(pk=key)
            redaction = redact_cable(cable, strike, search.reason, by, rows[0].stamp or None)
            search.matches.filter(pk__in=[row.pk for row in rows]).update(redaction=redaction)
    except (StaleError, Cable.DoesNotExist):
        problem = "It was changed since it was searched."
    except ValueError as error:
        problem = str(error)
    if problem:
        matches.update(problem=problem)


def forget_words(search: RedactionSearch, *, all_words: bool = False):
    """Delete the words of a search, but for those of cables that were left."""
    rows = search.matches.all() if all_words else search.matches.exclude(pk__in=_kept(search))
    rows.update(
        phrase="", form="", key=Cast("pk", TextField()), places=[], longer=[], default_longer=[]
    )
    search.skipped = {}
    if all_words or not _kept(search).exists():
        search.phrases = []
    search.save(update_fields=["phrases", "skipped"])


def _kept(search: RedactionSearch):
    return search.matches.left().values("pk")


def lift_all(search: RedactionSearch, stop: Stop):
    """Lift the redactions of a search, one by one."""
    assert search.decided_by  # noqa: S101 (For the type checker.)
    rows = search.matches.filter(redaction__isnull=False, problem="")
    while match := rows.select_related("redaction__cable__origin").order_by("redaction").first():
        check(search, stop)
        assert match.redaction  # noqa: S101 (For the type checker.)
        try:
            with transaction.atomic():
                lift_redaction(match.redaction, search.undo_reason, search.decided_by)
        except ValueError as error:
            search.matches.filter(redaction=match.redaction).update(problem=str(error))
        search.done += 1
        search.save(update_fields=["done"])
    for part in search.volume_parts.all():
        publish_part(part, search.undo_reason, search.decided_by)
    with transaction.atomic():
        finish(search, State.LIFTED)


@transaction.atomic
def undo(search: RedactionSearch, reason: str, by: User):
    """Decide to lift all redactions of a search. Raises ValueError if there are none."""
    rows = search.matches.filter(redaction__isnull=False)
    cables = rows.values("redaction").distinct().count()
    if search.state not in (State.REDACTED, State.STOPPED) or not cables or not reason.strip():
        raise ValueError("None of its redactions is left to be lifted.")
    rows.update(problem="")
    stand_no_more(search)
    search.undo_reason, search.decided_by = reason, by
    begin_decided(search, State.LIFTING, cables)
    log(search, "undone", f"{count_of(cables, 'cable')}: {reason}", by)


@transaction.atomic
def end(search: RedactionSearch, reason: str, by: User):
    """Delete the forms of a redaction: later texts are not compared with it any more.

    What it redacted stays. Raises ValueError if it does not stand, or without a reason.
    """
    if search.state in search.AT_WORK or not search.standing.exists() or not reason.strip():
        raise ValueError("Later texts are not compared with it.")
    stand_no_more(search)
    forget_words(search, all_words=True)
    log(search, "ended", reason, by)


@transaction.atomic
def try_again(search: RedactionSearch, by: User):
    """Let the worker redact the cables that were left, as they are now."""
    cables = search.matches.left().values("cable").distinct().count()
    if search.state not in (State.REDACTED, State.STOPPED) or not cables:
        raise ValueError("No cable was left.")
    search.matches.left().update(problem="", stamp="")
    search.decided_by = by
    begin_decided(search, State.REDACTING, cables)
    log(search, "resumed", f"{count_of(cables, 'cable')} that were left", by)


TASKS: dict[str, Callable[[RedactionSearch, Stop], None]] = {
    State.SEARCHING: run_search,
    State.REDACTING: redact_accepted,
    State.LIFTING: lift_all,
}


@transaction.atomic
def decide_at_once(search: RedactionSearch, keys: Iterable[int], decision: str) -> int:
    """Store a decision on many matches (primary keys), which can be taken back as one.

    Returns how many it changed: see `RedactionMatchQuerySet.to_decide_at_once`.
    """
    chosen = search.matches.filter(pk__in=keys).to_decide_at_once(decision)
    changed = list(chosen.order_by().values_list("pk", flat=True))
    search.matches.decided_at_once().update(decision_before=RedactionMatch.NOT_AT_ONCE)
    return search.matches.filter(pk__in=changed).update(
        decision_before=F("decision"), decision=decision
    )


@app.task(name="cables.jobs.redact_archive", lock="redact_archive", retry=LATER, pass_context=True)
def redact_archive(context: JobContext, search: int):
    """Carry out the present task of a redaction over the archive (primary key)."""
    rows = RedactionSearch.objects.filter(pk=search, state__in=RedactionSearch.AT_WORK)
    row = rows.first()
    if row is None or not rows.update(state=row.task):
        return
    row.state = State(row.task)

    def end(problem: str):
        rows = RedactionSearch.objects.filter(pk=row.pk, state=row.task)
        rows.update(state=State.STOPPED, problem=problem, cancel=False)

    # The message of an error may have words of the search: it is not stored or logged.
    what, advice = f"Redaction over the archive {row.pk}", "What is done stays; resume it."
    with (
        stored_failures(what, lambda why: end(f"{why} {advice}"), is_secret=True),
        approving(row.approved_by_id),
        recording(row.decision_id),
    ):
        try:
            TASKS[row.task](row, stop_check(context))
        except Cancelled:
            end("It was stopped by a curator.")
        except EndedElsewhere:
            return
