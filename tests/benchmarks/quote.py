"""How fast a quotation is checked, and how often the verdict is right.

Quotations are made of cables drawn at random, as people make them: to the letter, with words
changed, run over two paragraphs, made up of real words, of common words alone. The time is that
of the server for the whole page.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment

from cables.models import Cable, Word
from cables.quotations.compare import ALTERED, EXACT, NEAR, NOT_FOUND
from cables.quotations.find import TOO_COMMON

from .pages import marked, new_client
from .report import percentile, table

P95, MOST = 1_000, 3_000  # Milliseconds.
ALPHABET = "bdfgklmnprstvz"
NEITHER = frozenset({NEAR, NOT_FOUND, TOO_COMMON})
HEADING = ("quotations", "p50 ms", "p95 ms", "max ms", "right", "verdicts", "budget: p95, max ms")


@dataclass(frozen=True, slots=True)
class Asked:
    """A quotation, the verdicts that are right, and the cable that has it, if one does."""

    text: str
    right: frozenset[str]
    cable: str = ""
    reference: str = ""  # What is typed beside it.
    missed: bool = False  # It is none of the archive's: to call it exact is a failure.


@dataclass(slots=True)
class Row:
    """What one kind of quotation gave."""

    name: str
    times: list[float] = field(default_factory=list)
    right: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)

    def cells(self) -> tuple[str, ...]:
        high, most = percentile(self.times, 95), max(self.times)
        return (
            f"{len(self.times)} {self.name}",
            f"{statistics.median(self.times):.0f}",
            marked(f"{high:.0f}", high > P95),
            marked(f"{most:.0f}", most > MOST),
            f"{self.right / len(self.times):.0%}",
            ", ".join(f"{count} {verdict}" for verdict, count in sorted(self.verdicts.items())),
            f"{P95}, {MOST}",
        )


def measure(quotations: int, seed: int) -> str:
    """Check so many quotations of each kind and return the table.

    Raises ValueError if an answer takes longer than three seconds, or if one that is no text of
    the archive's is called exact.
    """
    setup_test_environment()  # Answers then keep what their page was made of.
    with ExitStack() as stack:
        stack.callback(teardown_test_environment)
        settings.STATIC_ROOT = stack.enter_context(tempfile.TemporaryDirectory())
        call_command("collectstatic", interactive=False, verbosity=0)
        client = new_client()
        ask(client, Asked("The first one connects and reads templates", NEITHER))
        rows = [measured(client, *kind, quotations, seed) for kind in KINDS]
    over = [row.name for row in rows if max(row.times) > MOST]
    report = table(HEADING, [row.cells() for row in rows])
    if over:
        raise ValueError(f"{report}\n\nOver {MOST} ms: {', '.join(over)}.")
    return report


def measured(client: Client, name: str, make: Callable, count: int, seed: int) -> Row:
    row, chance = Row(name), Random(seed)
    asked = make(chance)
    for _ in range(count):
        quotation = next(asked)
        milliseconds, verdict, cables = ask(client, quotation)
        row.times.append(milliseconds)
        row.verdicts[verdict] = row.verdicts.get(verdict, 0) + 1
        if verdict == EXACT and quotation.missed:
            raise ValueError(f"Called exact, but is none: {quotation.text!r} in {cables}")
        in_place = not quotation.cable or verdict in NEITHER or quotation.cable in cables
        row.right += verdict in quotation.right and in_place
    return row


def ask(client: Client, asked: Asked) -> tuple[float, str, list[str]]:
    """Return the milliseconds of the answer, its verdict, and the cables that it names."""
    form = {"quotation": asked.text, "reference": asked.reference}
    start = time.perf_counter()
    response = client.post("/quote/", form)
    milliseconds = (time.perf_counter() - start) * 1000
    if response.status_code != 200:
        raise ValueError(f"{asked.text!r} is answered by {response.status_code}.")
    traced = response.context["traced"]
    return milliseconds, traced.verdict, [found.cable.reference for found in traced.found]


def drawn(chance: Random) -> Iterator[tuple[Cable, list[str]]]:
    """Yield cables at random, each with the texts of its paragraphs that have 70 words."""
    keys = list(Cable.objects.published().order_by("pk").values_list("pk", flat=True))
    while True:
        cable = Cable.objects.published().get(pk=chance.choice(keys))
        long = [block.text for block in cable.blocks() if len(block.text.split()) > 70]
        if long:
            yield cable, long


def some_of(chance: Random, text: str, fewest: int = 12, most: int = 60) -> list[str]:
    """Return words of a paragraph that stand one behind the other, on one line."""
    words = text.split()[2:]
    count = chance.randint(fewest, most)
    start = chance.randint(0, len(words) - count)
    return words[start : start + count]


def exact(chance: Random, *, named: bool = False) -> Iterator[Asked]:
    for cable, texts in drawn(chance):
        words = " ".join(some_of(chance, chance.choice(texts)))
        reference = cable.reference if named else ""
        yield Asked(words, frozenset({EXACT}), cable.reference, reference)


def altered(chance: Random, changes: int, *, named: bool = False) -> Iterator[Asked]:
    for cable, texts in drawn(chance):
        words = some_of(chance, chance.choice(texts))
        for at in chance.sample(range(1, len(words) - 1), changes):
            words[at] = strange(chance)
        reference = cable.reference if named else ""
        right = frozenset({ALTERED})
        yield Asked(" ".join(words), right, cable.reference, reference, missed=True)


def misnamed(chance: Random) -> Iterator[Asked]:
    """Yield quotations that are said to be from another cable."""
    cables = drawn(chance)
    for cable, texts in cables:
        words = " ".join(some_of(chance, chance.choice(texts)))
        yield Asked(words, frozenset({EXACT}), cable.reference, next(cables)[0].reference)


def over_two_paragraphs(chance: Random) -> Iterator[Asked]:
    for cable, _ in drawn(chance):
        pairs = list(zip(cable.blocks(), list(cable.blocks())[1:], strict=False))
        pairs = [pair for pair in pairs if all(len(each.text.split()) > 20 for each in pair)]
        if pairs:
            first, second = chance.choice(pairs)
            words = [*first.text.split()[-12:], *second.text.split()[:14]]
            yield Asked(" ".join(words), frozenset({EXACT}), cable.reference)


def invented(chance: Random) -> Iterator[Asked]:
    """Yield sentences that nobody wrote, of words of as many cables."""
    cables = drawn(chance)
    while True:
        words = [chance.choice(some_of(chance, next(cables)[1][0])) for _ in range(20)]
        yield Asked(" ".join(words), NEITHER, missed=True)


def common(chance: Random) -> Iterator[Asked]:
    """Yield words of which each stands in most cables."""
    most = Word.objects.using("reader").exclude(word="").order_by("-cables")
    words = list(most.values_list("word", flat=True)[:60])
    while True:
        chosen = [chance.choice(words) for _ in range(chance.randint(8, 14))]
        yield Asked(" ".join(chosen), NEITHER | {ALTERED, EXACT})


def strange(chance: Random) -> str:
    """Return a word that no cable has."""
    return "".join(chance.choices(ALPHABET, k=9))


KINDS = (
    ("to the letter", exact),
    ("to the letter, with the reference", lambda chance: exact(chance, named=True)),
    ("to the letter, with another reference", misnamed),
    ("over two paragraphs", over_two_paragraphs),
    ("with one word changed", lambda chance: altered(chance, 1)),
    ("with three words changed", lambda chance: altered(chance, 3)),
    ("with three words changed, with the reference", lambda c: altered(c, 3, named=True)),
    ("made up of real words", invented),
    ("of common words alone", common),
)
