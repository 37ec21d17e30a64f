"""The home page."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ..graphics.bars import chart
from ..graphics.world_map import WORLD
from ..models import Cable, Highlight
from ..models.editorial import perhaps_summarized, unredacted
from ..search.list_counts import ListCounts
from ..telegram.paragraphs import Block, Blocks, outline
from ..telegram.paragraphs.block_shapes import item_rows
from ..telegram.paragraphs.line_starts import printed_start
from ..telegram.references import find_reference
from ..telegram.shorten_text import shorten
from ..telegram.titles import day_of, reading_title
from ..templatetags.paragraph_names import full_name
from .list_pages.paging import read_rows
from .list_pages.places import origin_rows, spots_of
from .list_pages.search_hints import find_lists, misspelt

LATEST = 10
MOST_DOTS = 40  # Of the largest origins, on the small map.
MOST_TAGS = 4


@require_safe
def home(request):
    """Counts and latest releases. ?ref= redirects to the cable of a reference in any text."""
    lookup = request.GET.get("ref", "")
    if reference := find_reference(lookup) or misspelt(lookup):
        return redirect("cable", reference)
    counts = ListCounts.current()
    published = Cable.objects.published()
    latest = published.listed() if counts.released else published.order_by("-pk")
    context = {
        "lookup": lookup,
        "lists": find_lists(lookup, counts) if lookup else (),
        "counts": counts,
        "latest": read_rows(list(latest.primary_keys()[:LATEST])),
        "chart": lambda: chart(counts.by_year),
        "worth_reading": lambda: worth_reading(counts),
        "overview": lambda: overview(counts),
        "held": lambda: [
            (slug, name, ListCounts.current(slug)) for slug, name in counts.collections.items()
        ],
    }
    return render(request, "cables/home.html", context)


def overview(counts):
    """Return what the ways into the archive show: a map, years, the commonest tags or chapters."""
    rows = sorted(origin_rows(counts, counts.origins), key=lambda row: -row.cables)[:MOST_DOTS]
    tags = sorted(counts.tags, key=lambda code: (-counts.tags[code], code))
    known = [code for code in tags if "," not in code and counts.glossary.get(code, ("",))[0]]
    return {
        "world": WORLD,
        "dots": WORLD.dots(spots_of(rows), max((row.cables for row in rows), default=1)),
        "chapters": largest_chapters(counts),
        "tags": [(code, counts.glossary[code][0]) for code in known[:MOST_TAGS]],
    }


def largest_chapters(counts):
    """Return (volume, chapter, title) of the largest chapter of the volumes with the largest.

    A title that several chapters have, "Correspondence", says too little without its volume.
    """
    parts = [
        (part.cables, volume, chapter, part.title)
        for volume, held in counts.volumes.items()
        for chapter, part in held.chapters.items()
    ]
    titles = Counter(title.casefold() for *_, title in parts)
    largest: dict[str, tuple[str, str, str]] = {}
    for _, volume, chapter, title in sorted(parts, reverse=True):
        if titles[title.casefold()] == 1:
            largest.setdefault(volume, (volume, chapter, title))
    return list(largest.values())[:MOST_TAGS]


SHORTEST, LONGEST = 120, 420  # Characters that are quoted.
SERIAL = re.compile(r"\A\d{1,5}\. ")  # The number of a telegram, which begins its text.
NEXT = 40  # Cables of which a first paragraph is looked at.
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
    """Return a chosen cable, another one each day if there are several.

    Without any it is a whole cable, with a summary that can be quoted in full, or else a first
    paragraph.
    """
    chosen = list(Highlight.objects.shown(collection).values_list("cable", "paragraph"))
    if chosen:
        key, paragraph = chosen[number_of(day) % len(chosen)]
        cable = Cable.objects.published().select_related("origin").filter(pk=key).first()
        if cable:  # Else it was withheld a moment ago.
            return described(cable, paragraph)
    cables = unredacted(collection).filter(partial=False)
    keys = cables.order_by("pk").primary_keys()
    first, last = keys.first() or 0, keys.last() or 0
    starts = [first + number_of(text) % (last - first + 1) for text in (day, f"{day} again")]
    for start in (*starts, first):
        for cable in perhaps_summarized(cables, start):
            summary = outline(cable.blocks()).summary
            if summary and len(summary.text) <= LONGEST:
                return described(cable)
    sent = cables.unmarked(ListCounts.current(collection).other_kinds).select_related("origin")
    near = sent.filter(pk__gte=starts[0]).order_by("pk")[:NEXT]
    fits = (each for each in near if SHORTEST <= len(opening_words(each.blocks())) <= LONGEST)
    return next(map(described, fits), None)


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
        words=shorten(SERIAL.sub("", words).replace(" -- ", " \N{EM DASH} "), LONGEST).split("\n"),
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
