"""Examples that help pages give, from what this archive holds: each finds something.

They come from published cables without a redaction, and name no person: the words are printed in
small letters. They are found once for each state of the archive.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_uppercase

from ..models.counted_words import Word
from ..models.editorial import unredacted
from ..models.querysets import READER
from ..telegram.distinct_words import STOP_WORDS
from .list_counts import ListCounts
from .query_parts import CONTROL

MOST_CABLES = 60  # Whose words are looked at.
COMMON = 0.1  # Of all cables: words that more have are no examples.
WORD = re.compile(r"[a-z]{4,12}(?![\w’'-])")
CHARACTERS = 4_000  # Of a text.
# References of year, station and number, preferred to those of printed volumes.
NUMBERED = r"^\d\d[A-Z]+\d+$"
GUIDED = ("par3", "par5")  # Paragraphs that the built-in guidance texts name.


@dataclass(frozen=True, slots=True)
class Examples:
    """What help pages name; as it stands here, of an archive without cables."""

    reference: str = "06LISBON900412"
    origin: str = "Embassy Lisbon"
    city: str = "Lisbon"
    year: int = 2006
    words: tuple[str, str] = ("harbor", "fees")  # Side by side in a cable of that origin and year.
    tag: str = ""  # "" where no cable has one.
    control: str = ""  # A number that one prints as its control number, "" if none does.
    paragraphs: tuple[str, ...] = GUIDED  # Of the document: ids of two, or of its only one.

    @property
    def spelt(self) -> str:
        """The reference with blanks: "06 Lisbon 900412"."""
        if not self.number:
            return self.reference
        year, station, number = re.findall(r"^\d\d|[A-Z]+|\d+$", self.reference)
        return f"{year} {station.title()} {number}"

    @property
    def number(self) -> str:
        """The number in the reference; "" of a document that only its volume names."""
        is_numbered = re.fullmatch(NUMBERED, self.reference)
        return self.reference[2:].strip(ascii_uppercase) if is_numbered else ""

    @property
    def telegram_year(self) -> int:
        """A year that the first line of a telegram may give: letters have no such line."""
        return max(self.year, 1950)

    @property
    def start(self) -> str:
        """The beginning of the first word."""
        return self.words[0][:4]


def find_examples(counts: ListCounts) -> Examples:
    """Return the examples of this state of the archive."""
    examples: Examples = counts.kept("examples", lambda: _found(counts))
    return examples


def _found(counts: ListCounts) -> Examples:
    tags = (code for code in counts.tags if counts.glossary.get(code, ("",))[0])
    tag = max(tags, key=counts.tags.__getitem__, default="")
    for slug, (name, key, _) in sorted(counts.origins.items(), key=lambda row: -row[1][2]):
        city = counts.places[slug].city
        years = counts.origin_years.get(key)
        if years and city and name.endswith(f" {city}"):
            year = max(years, key=years.__getitem__)
            rows = unredacted(counts.collection).sent_by([key]).created_in(year)
            named = rows.filter(reference__regex=NUMBERED)
            rows = (named if named.exists() else rows).order_by("pk")[:MOST_CABLES]
            found = [*rows.values_list("reference", "paragraph_ids", "header", "body")]
            if found and (words := _best([body[:CHARACTERS] for *_, body in found])):
                ids = {reference: paragraphs for reference, paragraphs, *_ in found}
                numbers = filter(None, (CONTROL.search("\n".join(each[2:])) for each in found))
                control = next((match[1] for match in numbers), "")
                reference = max(
                    ids, key=lambda each: ({*GUIDED} <= {*ids[each]}, len(ids[each]) > 1)
                )
                guided = GUIDED if {*GUIDED} <= {*ids[reference]} else (*ids[reference][:2],)
                return Examples(reference, name, city, year, words, tag, control, guided)
    return Examples(tag=tag)


def _best(texts: list[str]) -> tuple[str, str] | None:
    """Return the words side by side that most texts have, but for very common ones."""
    found = Counter(pair for text in texts for pair in set(_pairs(text)))
    words = {word for pair in found for word in pair}
    rows = Word.objects.using(READER).filter(word__in={"", *words})
    cables = dict(rows.values_list("word", "cables"))
    most = COMMON * cables.get("", 0)
    rare = [pair for pair in found if all(cables.get(word, 0) <= most for word in pair)]
    known = {pair: min(cables.get(word, 0) for word in pair) for pair in rare or found}
    return max(known, key=lambda pair: (found[pair], known[pair], pair), default=None)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for first, second in pairwise(text.split()):
        match = WORD.match(second)
        pair = first, match[0] if match else ""
        if match and WORD.fullmatch(first) and STOP_WORDS.isdisjoint(pair) and pair[0] != pair[1]:
            yield pair
