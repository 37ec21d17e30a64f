"""Full-text search: the search vector of a cable, and the conditions of a query.

The vector is a generated column, so that it always agrees with the text, redactions included. The
text search configuration `cables_english` (unaccent, then the English stemmer) is created by the
first migration; a generated column may not call unaccent() itself, which is not immutable.
"""

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import TextField, Value
from django.db.models.functions import Left, NullIf, Replace, StrIndex, Substr

CONFIG = "cables_english"
# PostgreSQL refuses a vector over 1 MB; that of half a million characters is well below.
SEARCHED_CHARACTERS = 500_000
SUBJECT_CHARACTERS = 2_000
# The fields that "origin:" searches.
NAMES_OF_ORIGIN = ("name", "city", "country__name", "station", "also_named", "also_stations")


# Characters that separate words and become spaces. PostgreSQL's parser takes "Iran/Iraq" for a file
# name, the end of "2005-2007" for a negative number and, in some locales, “harbor” with its
# quotation marks for one word: nobody would find Iraq, 2007 or a harbor.
PARTING = "/-\N{EN DASH}\N{EM DASH}‘’“”…\N{NO-BREAK SPACE}"


def parted(text):
    """Return the expression of a text with PARTING replaced by spaces; its length stays.

    REPLACE for each character takes a tenth of the time of one TRANSLATE.
    """
    for sign in PARTING:
        text = Replace(text, Value(sign), Value(" "), output_field=TextField())
    return text


# The subject has an index of its own too: to see the weight of a word in the whole vector, that of
# every cable with the word would be read.
SUBJECT = SearchVector(parted(Left("subject", SUBJECT_CHARACTERS)), weight="A", config=CONFIG)
SEARCH_VECTOR = (
    SUBJECT
    + SearchVector(parted("keywords"), weight="B", config=CONFIG)
    + SearchVector(parted(Left("body", SEARCHED_CHARACTERS)), weight="C", config=CONFIG)
)
# The lines TO and INFO have an index of their own: in the vector, a cable would be found by the
# country of every embassy it was sent to.
TO_LINE = NullIf(StrIndex("header", Value("\nTO ")), 0)
RECIPIENTS = SearchVector(parted(Left(Substr("header", TO_LINE), 20_000)), config=CONFIG)
# Earlier versions are only searched for quotations; they are few.
VERSION_WORDS = SearchVector(
    parted(Left("subject", SUBJECT_CHARACTERS)),
    parted(Left("body", SEARCHED_CHARACTERS)),
    config=CONFIG,
)


def tsquery(query: str) -> SearchQuery:
    """Return the expression of a tsquery in PostgreSQL's syntax."""
    return SearchQuery(query, search_type="raw", config=CONFIG)


def matching(cables, question):
    """Return the cables that match a query. `cables` are a queryset or a selection in memory.

    An empty query matches every cable; a query with no usable part matches none.
    """
    if not question.asks:
        return cables.none() if question.text else cables
    cables = cables.saying(question)
    if question.origins:
        cables = cables.sent_by(cables.origins_named(question.origins))
    if question.after:
        cables = cables.created_after(question.after)
    if question.before:
        cables = cables.sent_before(question.before)
    return cables.tagged(question.tags)


def with_words(cables, question):
    """Filter a queryset by the words and the recipients of a query."""
    if question.tsquery:
        cables = cables.filter(search_vector=tsquery(question.tsquery))
    if question.recipients:
        sent_to = cables.alias(recipients=RECIPIENTS)
        cables = sent_to.filter(recipients=tsquery(question.recipients))
    return cables


def origins_named(origins, names):
    """Filter a queryset of origins by names: all words of any of these."""
    words = (" & ".join(f"'{word}'" for word in name.split()) for name in names)
    vector = SearchVector(*NAMES_OF_ORIGIN, config=CONFIG)
    return origins.alias(vector=vector).filter(vector=tsquery(" | ".join(words)))
