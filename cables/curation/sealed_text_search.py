"""Search the texts that readers may not see, in PostgreSQL: the search index has only public ones.

Withheld cables, and originals of redacted ones, are few: a full-text index of `Sealed` finds them.
Its words are stems, as those of the search index; only their order by relevance is missing.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from ..models import Cable, Origin, PublicMerge, SavedSearch, Sealed, Tag, Tagging
from ..models.querysets import CableQuerySet
from ..models.sealing import withheld_from
from ..models.sql_expressions import SEALED_WORDS, origins_named, tsquery
from ..search.query import Operand, Question, number_spellings
from ..search.query_parts import split_words
from ..search.ranked_queries import Group

Sight = SavedSearch.Sight
# Field of the query language -> weights of SEALED_WORDS; others: all of them.
WEIGHTS = {"subject": "A", "to": "C", "from": "C", "note": "BD", "concept": "D", "marking": "D"}


def sight_of(user) -> int:
    """Return what a user may see of the texts of cables, as the page of a cable shows them."""
    if user.has_perm("cables.see_sealed"):
        return Sight.SEALED
    return Sight.WITHHELD if user.has_perm("cables.withhold_cable") else Sight.PUBLIC


def sealed_rows(sight: int) -> QuerySet[Sealed]:
    """Return the sealed texts that somebody with this sight may see."""
    if sight == Sight.PUBLIC:
        return Sealed.objects.none()
    rows = Sealed.objects.exclude(place__startswith="redaction ").exclude(place="mentions")
    return rows if sight == Sight.SEALED else rows.exclude(place__startswith="source")


def origins_shown(sight: int) -> QuerySet[Origin]:
    """Return the origins that somebody with this sight may see: all, or those that readers see."""
    if sight != Sight.PUBLIC:
        return Origin.objects.all()
    published = Exists(Cable.objects.filter(withheld_reason="", origin=OuterRef("pk")))
    return Origin.objects.filter(published | _was_moved("origin", "name"))


def tags_shown(sight: int) -> QuerySet[Tag]:
    """Return the tags that somebody with this sight may see: all, or those that readers see."""
    if sight != Sight.PUBLIC:
        return Tag.objects.all()
    published = Exists(Tagging.objects.filter(tag=OuterRef("code")))
    return Tag.objects.filter(published | _was_moved("tag", "code"))


def _was_moved(kind: str, name: str) -> Exists:
    """Return a condition: a merge moved a cable that is published now from this name (a field)."""
    return Exists(PublicMerge.objects.filter(kind=kind, name=OuterRef(name)))


def sealed_matches(question: Question, sight: int) -> set[int]:
    """Return the primary keys of cables with sealed texts that match a question.

    `question` has conditions. An origin, a day or a tag of the question is one of the cable, and
    what it excludes is in none of the cable's sealed texts.
    """
    if sight == Sight.PUBLIC:
        return set()
    cables = Cable.objects.exclude(withheld_reason="")
    if words := words_query(question):
        rows, unwanted = sealed_rows(sight), " | ".join(map(_operand, question.excluded))
        cables = Cable.objects.with_keys(having(rows, words) - having(rows, unwanted))
    for code in question.tags:
        cables = cables.with_keys(sealed_under([code], sight))
    excluded = [sealed_matches(each, sight) for each in question.without]
    return set(_of_question(cables, question).primary_keys()).difference(*excluded)


def sealed_under(codes: Iterable[str], sight: int) -> set[int]:
    """Return the primary keys of withheld cables with any of these tags."""
    codes = list(codes)
    query = " | ".join(f"({quoted(words, 'D')})" for code in codes if (words := split_words(code)))
    if sight == Sight.PUBLIC or not query:
        return set()
    rows = sealed_rows(sight).filter(place="cable", values__tags__has_any_keys=codes)
    return having(rows, query)


def having(rows: QuerySet[Sealed], query: str) -> set[int]:
    """Return the primary keys of the cables of which one of these rows matches a tsquery."""
    found = rows.alias(words=SEALED_WORDS).filter(words=tsquery(query))
    return set(found.values_list("cable", flat=True))


def _of_question(cables: CableQuerySet, question: Question) -> CableQuerySet:
    """Filter withheld cables by the days and origins of a question."""
    if question.after:
        cables = cables.created_after(question.after)
    if question.before:
        cables = cables.sent_before(question.before)
    for names in (question.origins, [" ".join(each.words) for each in question.senders]):
        if names:
            origins = origins_named(Origin.objects.all(), names).values_list("pk", flat=True)
            cables = cables.with_keys(withheld_from(origins).values_list("cable", flat=True))
    return cables


def words_query(question: Question) -> str:
    """Return the words of a question as a tsquery; "" if it has none.

    >>> from ..search.query import parse_question
    >>> words_query(parse_question('harbor -grain subject:"port dues"'))
    "('harbor') & ('port':A <-> 'dues':A) & !('grain')"
    """
    required: list[Group] = [*question.groups, *question.recipients]
    # Persons stand for a post in old volumes alone, whose published letters the index finds.
    typed = ([each for each in group if not each.parts] for group in required)
    parts = [" | ".join(filter(None, map(_operand, group))) for group in typed]
    excluded = [f"!({_operand(each)})" for each in question.excluded]
    return " & ".join([*(f"({part})" for part in parts if part), *excluded])


def _operand(operand: Operand) -> str:
    return quoted(operand.words, WEIGHTS.get(operand.field, ""), operand.prefix)


def quoted(words: Iterable[str], weights: str = "", is_start: bool = False) -> str:
    """Return consecutive words as a tsquery; of the last one perhaps only the beginning."""
    *before, last = words
    places = [_alternatives(word, weights) for word in before]
    mark = f"*{weights}" if is_start else weights
    return " <-> ".join([*places, _alternatives(last, mark)])


def _alternatives(word: str, mark: str) -> str:
    suffix = f":{mark}" if mark else ""
    forms = [f"'{form}'{suffix}" for form in number_spellings(word.replace("'", ""))]
    return forms[0] if len(forms) == 1 else f"({' | '.join(forms)})"
