"""How long texts with many notes and quotations take to be checked, over made-up cables."""

import statistics
import time
from collections import Counter
from itertools import islice
from random import Random

from cables.text_check.passages import passages_of_text
from cables.views.check_pages.text_report import check_text

from .pages import marked
from .quote import drawn, some_of
from .report import table

SECONDS = {"60 notes": 3, "200 quotations": 15}
MADE_UP = (
    "the keeper of the lighthouse painted all seven of his umbrellas a cheerful yellow on Sunday"
)
# Of twenty quotations: what is done to some, by place. The others are to the letter.
WAYS = {3: "altered", 13: "altered", 5: "elsewhere", 15: "elsewhere", 7: "not-found"}
HEADING = ("text", "seconds", "of the processor", "right verdicts", "budget, s")


def measure(texts: int, seed: int) -> str:
    """Check so many texts of each kind in one step each and return the table."""
    chance = Random(seed)
    rows = []
    for name, make in (("60 notes", with_notes), ("200 quotations", with_quotations)):
        times, spent, right, total = [], [], 0, 0
        for _ in range(texts):
            text, expected = make(chance)
            passages = passages_of_text(text)
            start, used = time.perf_counter(), time.process_time()
            report = check_text(passages, seconds=600)
            times.append(time.perf_counter() - start)
            spent.append(time.process_time() - used)
            found = Counter(finding.verdict.key for _, finding in report.findings)
            right, total = right + (found & expected).total(), total + expected.total()
        middle = statistics.median(times)
        seconds = marked(f"{middle:.1f}", middle > SECONDS[name])
        used = f"{statistics.median(spent):.2f}"
        rows.append((name, seconds, used, f"{right / total:.1%}", str(SECONDS[name])))
    return table(HEADING, rows)


def with_notes(chance: Random) -> tuple[str, Counter]:
    """Return a text of 60 sentences with a note each that cites a cable, and the verdicts."""
    cables = [cable for cable, _ in islice(drawn(chance), 60)]
    sentences = [f"The post reported on it at some length.[{n}]" for n in range(60)]
    notes = [
        f"[{n}] {each.reference}, {each.created.day} {each.created:%B %Y}."
        for n, each in enumerate(cables)
    ]
    return "\n\n".join([*sentences, *notes]), Counter(right=60)


def with_quotations(chance: Random) -> tuple[str, Counter]:
    """Return a text of 200 quotations with a note each, and the verdicts."""
    sentences, notes, expected = [], [], Counter(right=200)
    cables = drawn(chance)
    for number, (cable, texts) in enumerate(islice(cables, 200)):
        words = some_of(chance, chance.choice(texts), 10, 28)
        way = WAYS.get(number % 20, "right")
        expected[way] += 1
        if way == "altered":
            words[len(words) // 2] = "umbrellas"
        elif way == "not-found":
            words = MADE_UP.split()
        other = next(cables)[0] if way == "elsewhere" else cable
        quoted = " ".join(words).translate(dict.fromkeys(map(ord, '"“”'), "'"))
        sentences.append(f"The post wrote that “{quoted}”[{number}] in the end.")
        notes.append(f"[{number}] {other.reference}.")
    return "\n\n".join([*sentences, *notes]), expected
