"""What many readers open: cables, lists, searches and citations, few of them often."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from random import Random
from urllib.parse import quote

from cables.models import Cable
from cables.search.list_counts import ListCounts

from .questions import Mix

CABLES, LISTS, SEARCHES, CITED = 50, 25, 15, 10  # Of a hundred.
SEARCHED = 2_000  # Different questions.
PER_PAGE = 50
MOST_PAGES = 20  # Of a list, that anyone turns to.


class Zipf:
    """Draws from a sequence: the second half as often as the first, the third a third as often."""

    def __init__(self, things: Sequence, chance: Random):
        self.things, self.chance = things, chance
        self.shares = list(accumulate(1 / rank for rank in range(1, len(things) + 1)))

    def draw(self):
        return self.things[bisect(self.shares, self.chance.random() * self.shares[-1])]


class Traffic:
    """Addresses as readers open them, without end; the same for a seed."""

    def __init__(self, seed: int):
        self.chance = Random(seed)
        published = Cable.objects.published().order_by("pk")
        cables = list(published.values_list("reference", "paragraph_ids"))
        self.chance.shuffle(cables)
        self.cables = Zipf(cables, self.chance)
        self.lists = Zipf(lists_by_length(ListCounts.current()), self.chance)
        asked = islice(Mix(seed), SEARCHED)
        self.searches = Zipf([f"/search/?{each.query}" for each in asked], self.chance)

    def __iter__(self) -> Iterator[str]:
        kinds = [self.cable, self.list, self.searches.draw, self.cited]
        while True:
            yield self.chance.choices(kinds, [CABLES, LISTS, SEARCHES, CITED])[0]()

    def cable(self):
        return f"/cable/{self.cables.draw()[0]}/"

    def list(self):
        """Return the first page of a list, or one that is as much rarer as it stands behind."""
        address, length = self.lists.draw()
        pages = min(MOST_PAGES, -(-length // PER_PAGE))
        page = Zipf(range(1, pages + 1), self.chance).draw()
        return f"{address}?page={page}" if page > 1 else address

    def cited(self):
        """Return a paragraph's page, or that of its citations."""
        reference, paragraphs = self.cables.draw()
        paragraph = f"{self.chance.choice(paragraphs)}/" if paragraphs else ""
        return f"/cable/{reference}/{paragraph}{self.chance.choice(['', 'cite/'])}"


def lists_by_length(counts: ListCounts) -> list[tuple[str, int]]:
    """Return (address, cables) of every list, the longest first."""
    lists = [
        *((f"/origin/{slug}/", cables) for slug, (_, _, cables) in counts.origins.items()),
        *((f"/tag/{quote(tag)}/", cables) for tag, cables in counts.tags.items()),
        *((f"/created/{month:%Y/%m}/", cables) for month, cables in counts.created.items()),
        *((f"/released/{day:%Y/%m/%d}/", cables) for day, cables in counts.released.items()),
        *((f"/classification/{slug}/", n) for slug, (_, n) in counts.classifications.items()),
    ]
    return sorted(lists, key=lambda each: (-each[1], each[0]))
