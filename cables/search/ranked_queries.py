"""Turn the words of a question into queries of the index, and say what ranks a cable higher.

Which cables are found is decided by stems; the order by BM25 of the words in the form that was
typed, in the subject, and near each other.
The weights were tuned on real telegrams (docs/decisions/0039-how-results-are-ranked.md).
"""

from collections.abc import Sequence
from datetime import MAXYEAR, UTC, datetime
from itertools import pairwise, product

from tantivy import FieldType, Occur, Query

from ..search_index.reader import all_cables
from ..search_index.schema import PRINTED, STEMMED, TEXTS, analyzer, micros, schema
from ..telegram.cities import OPEN
from .query import Operand, Question, number_spellings

# Weights of scores that are added, compared with each other.
EXACT_FORM = 4.0  # A word as it was typed.
ANY_FORM = 0.1  # Another form of it, where a cable needs all words.
FORM_OF_SOME = 4.0  # The same, where it needs some: there other forms tell more.
RESPELT = 0.5  # Another spelling of a name, compared with the one that was typed.
IN_SUBJECT = 2.0  # Added for a word in the subject.
NEAR = 2.0  # Added for two words near each other that stand side by side in the question.
NEAR_ENOUGH = 2  # Other words between two that are near; two words in the other order count two.
INITIAL = "[a-z]"
# Which field a word of the query language is looked for in: subject:port, ref:06ROME1.
FIELDS = {
    **{"": "stems", "subject": "subject", "ref": "labels"},
    **{"to": "recipients", "from": "senders", "note": "notes"},
    **{"concept": "concepts", "marking": "markings", "film": "labels"},
}
AS_TYPED = "words"  # Has the texts of "stems" as printed.

Group = Sequence[Operand]


def text_query(question: Question, any_word: bool = False) -> Query | None:
    """Return the query of all words, phrases and recipients; None if there are none.

    Each group has to match, by any of its operands; of single words one has to, if `any_word`.
    Excluded operands must not match.
    """
    single = single_words(question) if any_word else []
    required = [group for group in question.groups if group not in single]
    form = FORM_OF_SOME if any_word else ANY_FORM
    clauses = [(Occur.Must, any_of(group, form)) for group in required]
    clauses += [(Occur.Must, best_of([*map(in_its_place, each)])) for each in question.recipients]
    if single:
        some = [(Occur.Should, any_of(group, form)) for group in single]
        clauses.append((Occur.Must, Query.boolean_query(some)))
    if not (clauses or question.excluded):
        return None
    clauses = clauses or all_cables()
    clauses += [(Occur.MustNot, matching(each)) for each in question.excluded]
    clauses += [(Occur.Should, each) for each in bonuses(question)]
    return Query.boolean_query(clauses)


def single_words(question: Question) -> list[Group]:
    """Return the groups that are one word or name without any sign."""
    return [group for group in question.groups if is_word(group)]


def is_word(group: Group) -> bool:
    """Return whether a group is one word or name without any sign, anywhere in a cable."""
    typed = [each for each in group if not each.respelt]
    return len(typed) == 1 and not (typed[0].field or typed[0].prefix or typed[0].quoted)


def bonuses(question: Question) -> list[Query]:
    """Return the queries that add to the score of a cable which is found."""
    anywhere = [[each for each in group if not each.field] for group in question.groups]
    subjects = [
        best_of([matching(each, "subject") for each in group]) for group in anywhere if group
    ]
    # The same for rare and common words: rare words outweigh it, common ones need it.
    pairs = [pair for pair in pairwise(question.groups) if all(map(is_word, pair))]
    nears = [best_of([near(*names) for names in product(*pair)]) for pair in pairs]
    bonus = [Query.const_score_query(each, NEAR) for each in nears]
    return [Query.boost_query(each, IN_SUBJECT) for each in subjects] + bonus


def near(first: Operand, second: Operand) -> Query:
    """Return the query of the words of two operands near each other, in any form."""
    stems = [stem for word in (*first.words, *second.words) for stem in stems_of(word)]
    if len(stems) < 2:
        return Query.empty_query()
    return Query.phrase_query(schema(), "stems", [*stems], NEAR_ENOUGH)


def any_of(group: Group, form: float = ANY_FORM) -> Query:
    """Return a query that any of these operands matches; it scores as the best of them."""
    return best_of([scored(operand, form) for operand in group])


def scored(operand: Operand, form: float) -> Query:
    """Return the query of an operand; `form` is what a word scores in another form than typed."""
    query = matching(operand)
    if operand.field or operand.prefix:
        return query
    if operand.respelt:  # A name of two words must not score as two words.
        return Query.boost_query(query, RESPELT * EXACT_FORM / len(operand.words))
    printed = [form for word in operand.words for form in analyzer(PRINTED).analyze(word)]
    as_typed = (best_of([term("words", each) for each in number_spellings(w)]) for w in printed)
    exact = [Query.boost_query(each, EXACT_FORM) for each in as_typed]
    if len(exact) == 1:
        return best_of([Query.boost_query(query, form), *exact])
    return Query.boolean_query([(Occur.Must, query), *((Occur.Should, each) for each in exact)])


def in_its_place(operand: Operand) -> Query:
    """Return the query of an operand in cables of its years, or in its parts of volumes."""
    query = matching(operand)
    if operand.parts:
        within = Query.term_set_query(schema(), "marking", list(operand.parts))
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, within)])
    if not operand.since and operand.until == OPEN:
        return query
    years = operand.since or 1, min(operand.until + 1, MAXYEAR)
    first, end = (micros(datetime(year, 1, 1, tzinfo=UTC)) for year in years)
    sent = ranged("created", first, end - 1)
    return Query.boolean_query([(Occur.Must, query), (Occur.Must, sent)])


def matching(operand: Operand, field: str = "") -> Query:
    """Return the query of consecutive words in the field of the operand, in any form of each.

    Names of senders, and what stands in quotation marks, have the form that was typed alone.
    """
    field = field or (AS_TYPED if operand.is_as_typed else FIELDS[operand.field])
    forms = analyzer(TEXTS[field][0])
    stems = [stem for word in operand.words for stem in forms.analyze(word)]
    if not stems:
        return Query.empty_query()
    if operand.prefix:
        return beginning(field, stems)
    if len(stems) == 1:
        return best_of([term(field, form) for form in number_spellings(stems[0])])
    if field == "senders" and not operand.respelt:
        return best_of(names_with_initials(stems))
    if any(len(number_spellings(stem)) > 1 for stem in stems):
        patterns = ["|".join(number_spellings(stem)) for stem in stems]
        return Query.regex_phrase_query(schema(), field, [*patterns])
    return Query.phrase_query(schema(), field, [*stems])


def names_with_initials(words: list[str]) -> list[Query]:
    """Return the queries of a sender's name: "Allen W. Dulles" and "A. Dulles" for Allen Dulles.

    G. A. Dulles is another.
    """
    first, *rest, last = words
    initials = [[], *([INITIAL] * count for count in (1, 2) if not rest)]
    found = []
    for pattern in ([*rest, *more, last] for more in initials):
        whole, short, other = (
            Query.regex_phrase_query(schema(), "senders", [*begin, *pattern])
            for begin in ([first], [first[0]], [INITIAL, first[0]])
        )
        found += [whole, Query.boolean_query([(Occur.Must, short), (Occur.MustNot, other)])]
    return found


def beginning(field: str, stems: list[str]) -> Query:
    """Return the query of consecutive words, the last of which is the beginning of a word."""
    if len(stems) == 1:
        return Query.regex_query(schema(), field, f"{stems[0]}.*")
    return Query.phrase_prefix_query(schema(), field, [*stems])


def stems_of(word: str) -> list[str]:
    """Return the stems of a word as the index has them; two or more of "co-op" or "U.S."."""
    return analyzer(STEMMED).analyze(word)


def best_of(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries)


def term(field: str, value: str) -> Query:
    return Query.term_query(schema(), field, value)


def ranged(field: str, least: int | None, most: int | None) -> Query:
    return Query.range_query(schema(), field, FieldType.Integer, least, most)
