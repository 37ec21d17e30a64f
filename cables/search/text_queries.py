"""Turn the words of a question into queries of the index."""

from collections.abc import Iterable

from tantivy import Occur, Query

from ..search_index.schema import PRINTED, STEMMED, analyzer, schema
from .query import Operand, Question, number_spellings

EXACT_FORM = 4.0  # Weight of a word as it was typed, compared with another form of it.
IN_SUBJECT = 2.0  # Additional weight of a word in the subject.
# Which field a word of the query language is looked for in: subject:port, ref:06ROME1.
FIELDS = {"": "stems", "subject": "subject", "ref": "labels", "to": "recipients"}


def text_query(question: Question) -> Query | None:
    """Return the query of all words, phrases and recipients; None if there are none.

    Each group has to match, by any of its operands; excluded operands must not. Words of the
    subject and exact forms add to the score.
    """
    clauses = [(Occur.Must, any_of(group)) for group in question.groups]
    clauses += [(Occur.Must, matching(each)) for each in question.recipients]
    if not clauses:
        return None
    clauses += [(Occur.MustNot, matching(each)) for each in question.excluded]
    clauses += [
        (Occur.Should, Query.boost_query(matching(each, "subject"), IN_SUBJECT))
        for group in question.groups
        for each in group
        if not each.field
    ]
    return Query.boolean_query(clauses)


def any_of(operands: Iterable[Operand]) -> Query:
    """Return a query that any of these operands matches; it scores as the best of them."""
    return best_of([scored(operand) for operand in operands])


def scored(operand: Operand) -> Query:
    """Return the query of an operand, in which words score higher in the form that was typed."""
    query = matching(operand)
    if operand.field or operand.prefix:
        return query
    exact = [Query.boost_query(in_print(word), EXACT_FORM) for word in printed_words(operand)]
    if len(exact) == 1:
        return best_of([query, *exact])
    return Query.boolean_query([(Occur.Must, query), *((Occur.Should, each) for each in exact)])


def in_print(word: str) -> Query:
    """Return the query of a word in the form that was typed."""
    return best_of([term("words", form) for form in number_spellings(word)])


def matching(operand: Operand, field: str = "") -> Query:
    """Return the query of consecutive words, in any form of each, in the field of the operand."""
    field = field or FIELDS[operand.field]
    stems = [stem for word in operand.words for stem in analyzer(STEMMED).analyze(word)]
    if not stems:
        return Query.empty_query()
    if operand.prefix:
        return beginning(field, stems)
    if len(stems) == 1:
        return best_of([term(field, form) for form in number_spellings(stems[0])])
    if any(len(number_spellings(stem)) > 1 for stem in stems):
        patterns = ["|".join(number_spellings(stem)) for stem in stems]
        return Query.regex_phrase_query(schema(), field, [*patterns])
    return Query.phrase_query(schema(), field, [*stems])


def beginning(field: str, stems: list[str]) -> Query:
    """Return the query of consecutive words, the last of which is the beginning of a word."""
    if len(stems) == 1:
        return Query.regex_query(schema(), field, f"{stems[0]}.*")
    return Query.phrase_prefix_query(schema(), field, [*stems])


def printed_words(operand: Operand) -> list[str]:
    """Return the words of an operand as the index has them in print."""
    return [form for word in operand.words for form in analyzer(PRINTED).analyze(word)]


def best_of(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries)


def term(field: str, value: str) -> Query:
    return Query.term_query(schema(), field, value)
