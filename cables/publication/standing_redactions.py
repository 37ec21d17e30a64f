"""Redactions over the archive stand: what is published later is compared with their forms.

A decision leaves its forms in `StandingForm`. A form is certain where every cable that had it was
redacted, and it is the name itself or stands in a text with the name. All else is uncertain: near
misses alone, forms with other senses. What a load brings is held for a Redactor if it is uncertain;
in any other text all that matches is redacted, and can be lifted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Max
from django.utils import timezone

from ..models import (
    Cable,
    Origin,
    Redaction,
    RedactionMatch,
    RedactionSearch,
    StandingForm,
    Word,
    recording,
)
from ..models.counted_words import ALL_CABLES
from ..names.archive_matcher import LetterFilter, NameMatcher
from ..names.archive_matches import EXACT, FormInCable, PartedText, find_forms, key_of, parts_of
from ..names.private_patterns import PATTERNS
from ..names.redaction_near_misses import TOKEN
from ..sources import ParsedCable
from ..telegram.apply_redactions import (
    EVERYWHERE,
    HEAD,
    HEAD_PARTS,
    NOTES,
    Contents,
    Strike,
    TornError,
    parts_struck,
    redact,
    strings_in,
)
from ..telegram.redact_phrases import ONE_WORD, fold, holds, scrub, words_in
from .public_text import (
    Decisions,
    contents_by_text,
    contents_of,
    contents_of_version,
    decisions_on,
    make_public,
    phrases_in,
    source_text,
)
from .redact_in_place import place_label, rebuild_in_place

UNCERTAIN = (
    "{} may have words of the redaction over the archive {}; a Redactor decides what they are"
)

CUT = "{} is redacted, and the paragraphs of this text would be cut by that"


class StandingMatch(NamedTuple):
    """Words in a text that match a form of a standing redaction."""

    search: int  # Primary key of the redaction over the archive.
    words: str  # As printed.
    is_certain: bool

    @property
    def key(self) -> tuple[int, str]:
        return self.search, key_of(self.words)


class StandingStrike(NamedTuple):
    """What a standing redaction strikes in a text."""

    search: int
    strike: Strike


@dataclass(frozen=True, slots=True)
class _Row:
    search: int
    name: str
    form: str
    key: str
    use: str


class StandingForms:
    def __init__(self, rows: Sequence[_Row]):
        self.uses = {(row.search, row.key): row.use for row in rows}
        accepted = [row for row in rows if row.use != StandingForm.LEAVE]
        self.searches: dict[str, list[int]] = {}  # By name, or pattern.
        for row in accepted:
            self.searches.setdefault(row.name, []).append(row.search)
        self.patterns = {row.name: PATTERNS[row.name].find for row in accepted if not row.form}
        self.filter = LetterFilter((row.form, row.name) for row in accepted if row.form)

    def find(self, contents: Contents, origin: str = "") -> list[StandingMatch]:
        """Return what matches in a text; `origin` is the name of its cable's."""
        if not self.searches:
            return []
        texts = [contents.header, contents.body, *strings_in(contents.facts), *contents.notes]
        names = self.filter.possible("\n".join(texts))
        if not names and not self.patterns:
            return []
        text = PartedText("", parts_of(contents))
        matcher = NameMatcher(names, word_counts(names, text.whole()) if names else None)
        forms = find_forms([text], matcher, self.patterns, self._country(origin))
        whole = {*self.patterns, *(form.phrase for form in forms if form.kind == EXACT)}
        matches = (
            self._match(form, search, has_name=form.phrase in whole)
            for form in forms
            for search in dict.fromkeys(self.searches[form.phrase])
        )
        return [match for match in matches if match]

    def find_new(
        self, contents: Contents, before: Contents, origin: str = ""
    ) -> list[StandingMatch]:
        """Return what matches in a text, but for what readers saw in the text before it."""
        found = self.find(contents, origin)
        known = {each.key for each in self.find(before, origin)} if found else set()
        return [each for each in found if each.key not in known]

    def find_in_words(self, *texts: str) -> list[StandingMatch]:
        """Return what matches in texts that are no cable."""
        return self.find(Contents("", "", (), notes=texts))

    def _match(self, form: FormInCable, search: int, *, has_name: bool) -> StandingMatch | None:
        pattern = form.kind if form.kind in self.patterns else ""
        use = self.uses.get((search, "" if pattern else form.key), StandingForm.HOLD)
        if use == StandingForm.LEAVE:
            return None
        is_certain = use == StandingForm.REDACT and has_name and not form.default_longer
        return StandingMatch(search, form.form, is_certain)

    def _country(self, origin: str) -> str:
        if not self.patterns:
            return ""
        codes = Origin.objects.filter(name=origin).values_list("country__iso2", flat=True)
        return codes.first() or ""


def standing_forms() -> StandingForms:
    """Return the forms that hold now, and for the rest of this transaction."""
    if connection.in_atomic_block:  # Else nothing is stored that is compared.
        StandingForm.lock()
    return _compiled(
        **StandingForm.objects.aggregate(
            count=Count("pk"), last=Max("pk"), decided=Max("search__decided")
        )
    )


@lru_cache(maxsize=1)
def _compiled(count: int, last: int | None, decided: datetime | None) -> StandingForms:
    """Return the forms; rows are never changed, so that their number and the last one tell them,
    with the time of the decision: after a restore, another may have the same keys."""
    rows = StandingForm.objects.order_by("pk").values_list("search", "name", "form", "key", "use")
    return StandingForms([_Row(*row) for row in rows])


def word_counts(names: Iterable[str], text: str) -> dict[str, int]:
    """Return {word: cables that have it} of the words of names and of a text."""
    folded = fold(text)[0]
    words = {word for name in names for word in words_in(name)} | {*ONE_WORD.findall(folded)}
    words |= {"".join(ONE_WORD.findall(token)) for token in TOKEN.findall(folded)}
    rows = Word.objects.filter(word__in=words).exclude(word=ALL_CABLES)
    return dict(rows.values_list("word", "cables"))


def contents_of_record(record: ParsedCable) -> Contents:
    """Return all that readers would see of a record, but for facts that its text tells too."""
    facts = [record.subject, record.title, record.tags, record.captions, record.articles]
    beside = [*facts, record.edition, record.warnings]
    return Contents(record.header, record.body, record.blocks.ids, beside)


def why_held(record: ParsedCable, matches: Sequence[StandingMatch]) -> str:
    """Return why a Redactor has to decide on a new record with these matches; "" if none has to."""
    for match in matches:
        if not match.is_certain:
            return UNCERTAIN.format(record.reference, match.search)
    try:
        strikes_for(matches, contents_of_record(record), ())
    except TornError:
        return CUT.format(record.reference)
    return ""


def strikes_for(
    matches: Sequence[StandingMatch],
    contents: Contents,
    strikes: Sequence[Strike],
    versions: Iterable[Contents] = (),
) -> list[StandingStrike]:
    """Return what the redactions of some matches strike in a text, beside earlier `strikes`.

    They strike whole paragraphs, also of its earlier `versions`, where one of these texts would be
    cut otherwise without the words. Raises TornError if it would be even then.
    """
    if not matches:
        return []
    by_search: dict[int, dict[str, None]] = {}
    for match in matches:
        by_search.setdefault(match.search, {})[match.words] = None
    texts = [contents, *versions]
    found = [
        StandingStrike(each, Strike(EVERYWHERE, (*words,))) for each, words in by_search.items()
    ]
    for attempt in (found, [whole for each in found for whole in _of_paragraphs(each, texts)]):
        try:
            every = [*strikes, *(each.strike for each in attempt)]
            for text in texts:
                redact(text.header, text.body, text.ids, every)
        except TornError:
            continue
        return attempt
    raise TornError("The paragraphs would be cut otherwise.")


def _of_paragraphs(found: StandingStrike, texts: Sequence[Contents]) -> list[StandingStrike]:
    """Return strikes of the whole paragraphs that have some words, and of the words beside them."""
    names = dict.fromkeys(name for text in texts for name in parts_struck(text, found.strike))
    strikes = [Strike(name) for name in names if name not in (*HEAD_PARTS, "notes")]
    strikes += [Strike(place, found.strike.words) for place in (HEAD, NOTES)]
    return [StandingStrike(found.search, strike) for strike in strikes]


def with_strikes(decisions: Decisions, strikes: Sequence[StandingStrike]) -> Decisions:
    """Return decisions on a cable as they would be with standing redactions. Stores nothing."""
    if not strikes:
        return decisions
    reasons = dict(
        RedactionSearch.objects.filter(pk__in={each.search for each in strikes}).values_list(
            "pk", "reason"
        )
    )
    added = [
        Redaction(place=each.strike.place, reason=reasons[each.search], at=timezone.now())
        for each in strikes
    ]
    return replace(
        decisions,
        redactions=[*decisions.redactions, *added],
        strikes=[*decisions.strikes, *(each.strike for each in strikes)],
    )


def as_redacted(record: ParsedCable, matches: Sequence[StandingMatch]) -> ParsedCable:
    """Return a new record as readers would see it: without the words that match.

    Raises TornError as `strikes_for`.
    """
    if not matches:
        return record
    strikes = strikes_for(matches, contents_of_record(record), ())
    return make_public(record, record.blocks.ids, with_strikes(Decisions(), strikes)).record


def as_published_later(record: ParsedCable) -> ParsedCable:
    """Return a new record as readers would see it if it were stored now; as `as_redacted`."""
    matches = standing_forms().find(contents_of_record(record), record.origin)
    return as_redacted(record, matches)


def redact_as_standing(cable: Cable, strikes: Sequence[StandingStrike]) -> None:
    """Redact a cable by standing redactions, in the transaction that publishes its text.

    Each redaction belongs to its decision: it is logged, in its list, and lifted with it.
    """
    if not strikes:
        return
    searches = RedactionSearch.objects.in_bulk({each.search for each in strikes})
    for key, strike in strikes:
        search = searches[key]
        assert search.decided_by  # noqa: S101 (For the type checker.)
        with recording(search.decision_id):  # So a request for which it was made has them too.
            redaction = cable.redactions.create(
                place=strike.place,
                is_whole=not strike.words,
                reason=search.reason,
                by=search.decided_by,
            )
            reason = f"{place_label(strike.place)}: {search.reason}"
            cable.changes.create(action="redacted", reason=reason, by=search.decided_by)
        cable.sealed.create(place=redaction.sealed_at, values={"words": [*strike.words]})
        search.matches.create(
            cable=cable,
            key=f"later {redaction.pk}",
            kind=RedactionMatch.LATER,
            decision=RedactionMatch.ACCEPTED,
            redaction=redaction,
        )
    rebuild_in_place(cable, decisions_on(cable))


def redact_all_texts(cable: Cable, chosen: Callable[[StandingMatch], bool] = bool) -> None:
    """Redact all texts of a cable by standing redactions, as if they were published now.

    Only the `chosen` matches count, and none of a redaction that was lifted in this cable. Raises
    TornError as `strikes_for`.
    """
    matches = [match for match in standing_matches(cable) if chosen(match)]
    header, body = source_text(cable)
    contents = contents_of(cable, header, body, (), ())
    versions = map(contents_of_version, cable.versions.all())
    strikes = strikes_for(matches, contents, decisions_on(cable).strikes, versions)
    redact_as_standing(cable, strikes)


def standing_matches(cable: Cable) -> list[StandingMatch]:
    """Return what matches in the texts of a cable: its present one, versions and notes."""
    forms = standing_forms()
    texts = contents_by_text(cable, originals=False).values()
    found = {match for text in texts for match in forms.find(text, cable.origin.name)}
    if not found:
        return []
    matches = RedactionMatch.objects.filter(cable=cable).lifted()
    lifted = set(matches.values_list("search", flat=True))
    return sorted(match for match in found if match.search not in lifted)


def without_redacted(reasons: Mapping[int, str]) -> dict[int, str]:
    """Return {cable: its reason} without the words that are redacted in it, or over the archive."""
    forms, redacted = standing_forms(), phrases_in(reasons)
    standing = {
        reason: [match.words for match in forms.find_in_words(reason)]
        for reason in set(reasons.values())
    }
    return {
        key: scrub(reason, [*redacted.get(key, ()), *standing[reason]])
        for key, reason in reasons.items()
    }


def redacted_words_in(cables: Iterable[int], *texts: str) -> list[str]:
    """Return the words in texts that are redacted in one of these cables (primary keys).

    And those that match a redaction over the archive.
    """
    text = "\n".join(texts)
    redacted = chain.from_iterable(phrases_in(cables).values())
    matches = standing_forms().find_in_words(text)
    return [*(each for each in redacted if holds(text, [each])), *(each.words for each in matches)]
