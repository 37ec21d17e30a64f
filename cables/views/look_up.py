"""What a text names: a reference of an unknown station, or lists by origin and tag."""

import re

from django.urls import reverse

from ..search.query_parts import STOP_WORDS
from ..telegram.dates import is_month
from ..telegram.references import canonical_reference, station_of

MOST_LISTS = 8


def misspelt(lookup):
    """Return the reference of an unknown station with blanks, "06 Lisbno 900412", or ""."""
    try:
        reference = canonical_reference(lookup, any_year=True)
    except ValueError:
        return ""
    return "" if is_month(station_of(reference)) else reference  # "24 August 1963" is a day.


def find_lists(words, tallies):
    """Return (label, address) of the origins and tags that match words: "Lisb", "scul"."""
    words = " ".join(words.split()).casefold()
    if not words or words in STOP_WORDS:
        return []
    begins = re.compile(rf"(?<!\w){re.escape(words)}")
    origins = [
        (name, reverse("origin", args=[slug]))
        for slug, (name, _, _) in tallies.origins.items()
        if begins.search(name.casefold())
    ]
    tags = [
        (f"tag {code}", reverse("tag", args=[code]))
        for code in tallies.tags
        if words in (code.casefold(), tallies.glossary.get(code, ("",))[0].casefold())
    ]
    return (origins + tags)[:MOST_LISTS]
