"""Where the cables of a page of results answer the question: their best paragraphs, marked."""

import re
from dataclasses import dataclass
from html import escape

from django.contrib.postgres.search import SearchHeadline
from django.db.models import Value
from django.db.models.functions import Concat, Left
from django.utils.safestring import SafeString, mark_safe

from .highlights import excerpt, mark, pattern, weigh
from .models import Cable
from .search import CONFIG, SEARCHED_CHARACTERS, parted, tsquery

MOST_EXCERPTS = 3
STARTS, STOPS = "\x02", "\x03"  # Around a word that was found: no text has them.
MARKED = {"start_sel": STARTS, "stop_sel": STOPS, "highlight_all": True, "config": CONFIG}
NEEDED = ("subject", "facts", "body", "paragraph_ids", "fingerprints")
FOUND = re.compile(rf"{STARTS}([^{STARTS}{STOPS}]{{1,200}}){STOPS}")
NOTHING = pattern(())


@dataclass(frozen=True, slots=True)
class Hits:
    """What one cable says of the words asked for."""

    subject: SafeString
    excerpts: list[tuple[str, SafeString]]  # (paragraph id, HTML with <mark>), best first.


def excerpts(keys, question) -> dict[int, Hits]:
    """Return {primary key: hits} of published cables, at most three excerpts of each.

    One query for all. A cable that is found by its subject, its tags or its origin alone has
    no excerpts, and neither has any if nothing is to be matched.
    """
    if not question.tsquery:
        return {}
    return {cable.pk: _hits(cable) for cable in _answering(keys, question)}


def find_words(cable, question) -> re.Pattern:
    """Return what finds the words of a question in a cable, in the forms that it prints."""
    if not question.tsquery:
        return NOTHING
    return next((_pattern(row) for row in _answering([cable.pk], question)), NOTHING)


def _answering(keys, question):
    """Return these cables, each with its subject and body in which the words found are marked.

    PostgreSQL leaves out what looks like a tag of HTML: that text is good for the words alone.
    """
    text = parted(Concat("subject", Value("\n"), Left("body", SEARCHED_CHARACTERS)))
    cables = Cable.objects.published().filter(pk__in=keys).only(*NEEDED)
    return cables.annotate(words_found=SearchHeadline(text, tsquery(question.tsquery), **MARKED))


def _pattern(cable):
    return pattern(set(FOUND.findall(cable.words_found)))


def _hits(cable):
    found = _pattern(cable)
    weighed = [(weigh(block.text, found), block) for block in cable.blocks()]
    best = sorted((each for each in weighed if each[0][0]), key=lambda each: each[0], reverse=True)
    return Hits(
        mark_safe(mark(escape(cable.title), found)),
        [(block.id, mark_safe(excerpt(block.text, found))) for _, block in best[:MOST_EXCERPTS]],
    )
