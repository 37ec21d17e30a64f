"""Made-up words: pronounceable, the common ones short, as often used as Zipf's law says.

No word list is copied: a benchmark needs the shape of language, not its words. The
common words are no stop words of PostgreSQL's, so the search index of a made-up archive
holds more than that of English text of the same length.
"""

import sys
from functools import lru_cache
from operator import itemgetter
from random import Random

FORMS = 200_000
SINGLE, CLUSTERS = "b c d f g h j k l m n p r s t v w z", "bl br ch cl dr fl gr pl sh sl st tr"
ONSETS = (SINGLE.split() * 3) + CLUSTERS.split()
VOWELS = list("aeiou" * 4) + ["ai", "ea", "io", "ou"]
CODAS = [""] * 3 + ["l", "n", "r", "s", "t", "m", "d", "nd", "nt", "rt", "st", "ck"]
SYLLABLES = ((100, 1), (15_000, 2), (FORMS, 3))  # Up to which rank, how many.

# The urn has a power of two of places, so that random bits are numbers of places; of every
# sixteen places these are dressed as prose dresses words.
PLACES_BITS = 21
PLACES = 1 << PLACES_BITS
STOP, COMMA, QUOTED, POSSESSIVE = 0, 5, 9, 11
STRIDE, RARE_STRIDE = 16, 160
WORDS_A_DRAW = 1 + 1 / STRIDE  # A place with a full stop holds two words.
LONGEST_DRAW = 20_000
MASK = int.from_bytes((PLACES - 1).to_bytes(4, "little") * LONGEST_DRAW, "little")


def make_words(chance: Random) -> list[str]:
    """Return FORMS different words, the commonest first."""
    words: dict[str, None] = {}
    for last_rank, syllables in SYLLABLES:
        while len(words) < last_rank:
            missing = last_rank - len(words)
            parts = []
            for _ in range(syllables):
                parts += [chance.choices(ONSETS, k=missing), chance.choices(VOWELS, k=missing)]
            parts.append(chance.choices(CODAS, k=missing))
            found = map("".join, zip(*parts, strict=True))
            words.update(dict.fromkeys(sorted(found, key=len)))
    return list(words)


@lru_cache(maxsize=1)
def make_urn(seed: int) -> tuple[str, ...]:
    """Return PLACES words, from which a uniform draw follows Zipf's law.

    A form at rank r stands there in proportion to 1/r, at least once. One place in
    sixteen ends a sentence and begins the next ("harbo.  The"), as many have a comma,
    a few are quoted or possessive.
    """
    chance = Random(seed)
    words = make_words(chance)
    scale = 0.99 * PLACES / sum(1 / rank for rank in range(1, FORMS + 1))
    urn: list[str] = []
    for rank, word in enumerate(words, start=1):
        urn += [word] * max(1, round(scale / rank))
    urn = (urn + words)[:PLACES]  # The hundredth left over goes to the commonest.
    ends = urn[STOP::STRIDE]
    starts = chance.choices(urn, k=len(ends))
    urn[STOP::STRIDE] = [
        f"{end}.  {start.capitalize()}" for end, start in zip(ends, starts, strict=True)
    ]
    urn[COMMA::STRIDE] = [f"{word}," for word in urn[COMMA::STRIDE]]
    urn[QUOTED::RARE_STRIDE] = [f'"{word}"' for word in urn[QUOTED::RARE_STRIDE]]
    urn[POSSESSIVE::RARE_STRIDE] = [f"{word}'s" for word in urn[POSSESSIVE::RARE_STRIDE]]
    return tuple(urn)


def draw(urn: tuple[str, ...], chance: Random, count: int) -> tuple[str, ...]:
    """Return `count` words of the urn, 2 to LONGEST_DRAW.

    The random bits of all the places are drawn at once and looked up in C: a third of
    the time of `chance.choices(urn, k=count)`, and words are nearly all of an archive.
    """
    bits = chance.getrandbits(32 * count) & MASK
    places = memoryview(bits.to_bytes(4 * count, sys.byteorder)).cast("I")
    return itemgetter(*places)(urn)
