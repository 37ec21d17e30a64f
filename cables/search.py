"""What is searched: one vector a cable, made by PostgreSQL from the cable's own columns.

A generated column, so that it cannot fall behind: a redaction reaches it in the same
transaction. The configuration `cables_english` (unaccent, then the English stemmer) is made
by the first migration; the function unaccent() itself is not immutable and would be refused.
"""

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import TextField, Value
from django.db.models.functions import Left, NullIf, Replace, StrIndex, Substr

CONFIG = "cables_english"
# A vector over 1 MB fails its INSERT; half a million characters stay well below.
SEARCHED_CHARACTERS = 500_000
SUBJECT_CHARACTERS = 2_000
# What "origin:" is looked for in.
NAMES_OF_ORIGIN = ("name", "city", "country__name", "station", "also_named", "also_stations")


# What parts two words without a blank. PostgreSQL takes "Iran/Iraq" for the name of a file, the end
# of "2005-2007" for a negative number and, where it knows ASCII alone, “harbor” for one word with
# its quotation marks: nobody would find Iraq, 2007 or a harbor.
PARTING = "/-\N{EN DASH}\N{EM DASH}‘’“”…\N{NO-BREAK SPACE}"


def parted(text):
    """Return a text, or the field of it, with blanks for what parts words; as long as before.

    Ten times REPLACE takes a tenth of the time that TRANSLATE does.
    """
    for sign in PARTING:
        text = Replace(text, Value(sign), Value(" "), output_field=TextField())
    return text


# It has an index of its own too: to see where in the whole vector a word stands, that of every
# cable that has the word would be read.
SUBJECT = SearchVector(parted(Left("subject", SUBJECT_CHARACTERS)), weight="A", config=CONFIG)
SEARCH_VECTOR = (
    SUBJECT
    + SearchVector(parted("keywords"), weight="B", config=CONFIG)
    + SearchVector(parted(Left("body", SEARCHED_CHARACTERS)), weight="C", config=CONFIG)
)
# The lines TO and INFO have an index of their own: in the vector, each embassy that a cable was
# sent to would answer a question about its country.
TO_LINE = NullIf(StrIndex("header", Value("\nTO ")), 0)
RECIPIENTS = SearchVector(parted(Left(Substr("header", TO_LINE), 20_000)), config=CONFIG)
# Superseded texts are found by quotations alone; they are few.
VERSION_WORDS = SearchVector(
    parted(Left("subject", SUBJECT_CHARACTERS)),
    parted(Left("body", SEARCHED_CHARACTERS)),
    config=CONFIG,
)


def tsquery(query: str) -> SearchQuery:
    """Return a tsquery of asking.py as an expression."""
    return SearchQuery(query, search_type="raw", config=CONFIG)


def matching(cables, question):
    """Return those of some cables that a question asks for, be they a queryset or in memory.

    That is all of them if it is empty, and none if nothing of its text can be used.
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
    """Return those of a queryset with the words and the recipients that a question asks for."""
    if question.tsquery:
        cables = cables.filter(search_vector=tsquery(question.tsquery))
    if question.recipients:
        sent_to = cables.alias(recipients=RECIPIENTS)
        cables = sent_to.filter(recipients=tsquery(question.recipients))
    return cables


def origins_named(origins, names):
    """Return those of a queryset of origins with all words of any of these names."""
    words = (" & ".join(f"'{word}'" for word in name.split()) for name in names)
    named = SearchVector(*NAMES_OF_ORIGIN, config=CONFIG)
    return origins.alias(named=named).filter(named=tsquery(" | ".join(words)))
