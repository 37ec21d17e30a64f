"""What is searched: one vector a cable, made by PostgreSQL from the cable's own columns.

A generated column, so that it cannot fall behind: a redaction reaches it in the same
transaction. The configuration `cables_english` (unaccent, then the English stemmer) is made
by the first migration; the function unaccent() itself is not immutable and would be refused.
"""

from django.contrib.postgres.search import SearchVector
from django.db.models.functions import Left

CONFIG = "cables_english"
# A vector over 1 MB fails its INSERT; half a million characters stay well below.
SEARCHED_CHARACTERS = 500_000

SEARCH_VECTOR = (
    SearchVector(Left("subject", 2_000), weight="A", config=CONFIG)
    + SearchVector("keywords", weight="B", config=CONFIG)
    + SearchVector(Left("body", SEARCHED_CHARACTERS), weight="C", config=CONFIG)
)
