"""A cable worth reading: one that curators chose, else each day another that has a summary.

And the words of a cable as they are quoted: there, on cards and on other sites.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from ..models import Cable, Highlight
from ..models.editorial import perhaps_summarized, unredacted
from ..search.list_counts import ListCounts
from ..telegram.first_sentence import shorten
from ..telegram.made_titles import day_of, reading_title
from ..telegram.paragraphs import Block, Blocks, outline
from ..telegram.paragraphs.block_shapes import item_rows
from ..telegram.paragraphs.line_starts import printed_start
from ..templatetags.paragraph_names import full_name

LONGEST = 420  # Characters that are quoted.
WORDS_A_MINUTE = 230


@dataclass(frozen=True, slots=True)
class WorthReading:
    """What the home page shows of a cable."""

    title: str
    words: list[str]  # A line for each paragraph or item of a list.
    place: str  # "paragraph 4", "summary".
    origin: str
    day: str
    address: str
    minutes: int  # That reading it takes.


def worth_reading(counts: ListCounts) -> WorthReading | None:
    """Return the cable of this day (UTC), the same in every process; None if no cable is fit.

    It changes within the day only if the archive does.
    """
    day = datetime.now(UTC).date().isoformat()
    found = counts.kept(f"worth-reading-{day}", lambda: find(counts.collection, day) or ())
    return found or None


def find(collection: str, day: str) -> WorthReading | None:
    """Return a chosen cable, another one each day if there are several, or one with a summary."""
    chosen = list(Highlight.objects.shown(collection).values_list("cable", "paragraph"))
    if chosen:
        key, paragraph = chosen[number_of(day) % len(chosen)]
        cable = Cable.objects.published().select_related("origin").filter(pk=key).first()
        if cable:  # Else it was withheld a moment ago.
            return described(cable, paragraph)
    cables = unredacted(collection)
    keys = cables.order_by("pk").primary_keys()
    first, last = keys.first() or 0, keys.last() or 0
    places = (number_of(text) % (last - first + 1) for text in (day, f"{day} again"))
    for start in (*(first + place for place in places), first):
        for cable in perhaps_summarized(cables, start):
            if outline(cable.blocks()).summary:
                return described(cable)
    return None


def number_of(text: str) -> int:
    """Return a number that a text always gives, and other texts do not."""
    return int.from_bytes(sha256(text.encode()).digest()[:8])


def described(cable: Cable, paragraph: str = "") -> WorthReading:
    """Return what is shown of a cable: a paragraph, else its summary, else its first paragraph."""
    blocks = cable.blocks()
    if paragraph in blocks.ids:
        place, words = full_name(paragraph), running_words([blocks[blocks.ids.index(paragraph)]])
    else:
        place, words = "summary" if outline(blocks).summary else "", opening_words(blocks)
    return WorthReading(
        title=reading_title(cable),
        words=shorten(words, LONGEST).split("\n"),
        place=place,
        origin=cable.origin.name,
        day=day_of(cable),
        address=cable.get_absolute_url() + (f"#{paragraph}" if paragraph in blocks.ids else ""),
        minutes=max(round(len(cable.body.split()) / WORDS_A_MINUTE), 1),
    )


def running_words(blocks: Iterable[Block]) -> str:
    """Return the words of paragraphs without printed numbers and marks.

    Each paragraph and each item of a list has one line.
    """
    rows = (
        row
        for block in blocks
        for row in item_rows(block.text[printed_start(block.text, block.number) :])
    )
    return "\n".join(filter(None, rows))


def opening_words(blocks: Blocks) -> str:
    """Return the summary of a cable, else its first paragraph, as `running_words` does."""
    summary = outline(blocks).summary
    return "\n".join(item_rows(summary.text)) if summary else running_words(blocks[:1])
