"""What readers ask of a search, drawn from the archive: a fixed mix, the same for a seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from django.utils.http import urlencode

from cables.models import Cable, Word
from cables.models.counted_words import ALL_CABLES
from cables.search.query_parts import STOP_WORDS, split_words
from cables.telegram.classifications import BY_VALUE
from cables.telegram.distinct_words import words_of

UNCOMMON, PHRASE, COMMON, FILTERS = KINDS = (
    "one to three uncommon words",
    "a phrase",
    "a word that more than 40% of cables have",
    "filters alone",
)
SHARES = {UNCOMMON: 60, PHRASE: 15, COMMON: 15, FILTERS: 10}  # Of a hundred.
RARELY, OFTEN = 0.01, 0.4  # Of all cables, that an uncommon and a common word stand in.
MOST_WORDS = 3  # Of a question, and of a phrase.
DRAWN = 50  # Cables that are read at once.


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its kind, and its query string as (name, value)."""

    kind: str
    pairs: tuple[tuple[str, str], ...]

    @property
    def query(self) -> str:
        return urlencode(self.pairs)


class Mix:
    """Questions drawn from cables at random, without end. Each kind has its share."""

    def __init__(self, seed: int):
        self.chance = Random(seed)
        self.keys = list(Cable.objects.published().order_by("pk").values_list("pk", flat=True))
        self.total = Word.objects.get(word=ALL_CABLES).cables
        often = Word.objects.filter(cables__gt=OFTEN * self.total).exclude(word=ALL_CABLES)
        self.common = [word for word in often.values_list("word", flat=True) if is_plain(word)]
        if not self.common:
            raise ValueError("No word stands in so many cables: load a larger archive.")

    def __iter__(self) -> Iterator[Asked]:
        makers = {
            UNCOMMON: self.uncommon,
            PHRASE: self.phrase,
            COMMON: lambda cable: [("q", self.chance.choice(self.common))],
            FILTERS: self.filters,
        }
        asked = set()
        while True:
            for cable in self.draw():
                kind = self.chance.choices(KINDS, [SHARES[kind] for kind in KINDS])[0]
                pairs = tuple(makers[kind](cable))
                # Each is a first visit; of common words and of filters there are not so many.
                if pairs and (pairs not in asked or kind in (COMMON, FILTERS)):
                    asked.add(pairs)
                    yield Asked(kind, pairs)

    def draw(self) -> list[Cable]:
        """Return some cables, in the order that chance gives."""
        keys = self.chance.sample(self.keys, min(DRAWN, len(self.keys)))
        cables = Cable.objects.published().select_related("origin__country").in_bulk(keys)
        return [cables[key] for key in keys]

    def uncommon(self, cable):
        words = sorted(filter(is_plain, words_of(f"{cable.subject}\n{cable.body}")))
        counts = Word.objects.in_bulk(words)
        rare = [word for word in words if self.is_uncommon(counts.get(word))]
        if rare:
            number = self.chance.randint(1, min(MOST_WORDS, len(rare)))
            yield "q", " ".join(self.chance.sample(rare, number))

    def is_uncommon(self, word: Word | None) -> bool:
        return word is not None and word.cables < RARELY * self.total

    def phrase(self, cable):
        """Yield words that stand together, one of which at least is not common.

        So are 99 of 100 phrases of real telegrams, of which stop words are no part; made-up ones
        have none, and their commonest words stand in every cable.
        """
        words = split_words(self.chance.choice(cable.blocks()).text) if cable.paragraph_ids else []
        number = self.chance.randint(2, MOST_WORDS)
        if len(words) > number:
            start = self.chance.randrange(len(words) - number)
            chosen = words[start : start + number]
            forms = {form for word in chosen for form in words_of(word)}
            counts = Word.objects.filter(word__in=forms).values_list("cables", flat=True)
            if min(counts, default=0) < OFTEN * self.total:
                yield "q", '"{}"'.format(" ".join(chosen))

    def filters(self, cable):
        """Yield one to three facts of a cable."""
        facts = [
            ("origin", cable.origin.slug),
            ("classification", BY_VALUE[cable.classification].slug),
            ("created_after", f"{cable.created.year}-01-01"),
            ("tag", next((tag for tag in cable.tags if "," not in tag), "")),
            ("cites", "yes" if cable.cites else ""),
        ]
        given = [fact for fact in facts if fact[1]]
        yield from sorted(self.chance.sample(given, self.chance.randint(1, min(3, len(given)))))


def is_plain(word: str) -> bool:
    """Return whether a reader may type a word: of letters, and no stop word."""
    return word.isascii() and word.isalpha() and len(word) > 2 and word not in STOP_WORDS
