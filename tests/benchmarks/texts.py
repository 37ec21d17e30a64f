"""How well a whole text is checked: articles with planted citations and quotations, some wrong.

The articles are made over the documents of a room that runs. Half of what is planted in them is
right; the rest is wrong in one of ten ways.
"""

import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from urllib.request import urlopen

from .report import machine, table

MARKS = ("“{}”", '"{}"', "«{}»", "„{}“", "‘{}’")
LEADS = ("The post wrote that {}", "{}, as the telegram has it", "One reads there: {}")
NUMBERS = (8, 30)  # Words of a quotation.
MADE_UP = (
    "the keeper of the lighthouse painted all seven of his umbrellas a cheerful yellow on Sunday",
    "nobody at the ministry had ever owned a tuba, yet three of them were delivered that evening",
    "our parrot recites the tariff of the harbor backwards whenever the consul comes to breakfast",
)


@dataclass(frozen=True, slots=True)
class Planted:
    """What stands in an article: its words, and the verdict that it should get."""

    words: str
    verdict: str
    way: str


class Planter:
    """Writes sentences that quote and cite documents, rightly or wrongly."""

    def __init__(self, documents: list[dict], seed: int) -> None:
        self.documents, self.chance = documents, random.Random(seed)

    def passage(self, document: dict) -> tuple[dict, list[str]]:
        """Return a paragraph of a document, and some of its words in a row."""
        paragraphs = [p for p in document["paragraphs"] if len(p["text"].split()) > NUMBERS[1]]
        while True:
            paragraph = self.chance.choice(paragraphs)
            words = paragraph["text"].split()
            count = self.chance.randint(NUMBERS[0], min(NUMBERS[1], len(words) - 2))
            start = self.chance.randrange(1, len(words) - count)
            if can_be_quoted(words[start : start + count]):
                return paragraph, words[start : start + count]

    def cited(
        self, document: dict, *, paragraph: str = "", day: str = "", reference: str = ""
    ) -> str:
        """Return a citation of a document in one of the usual forms."""
        reference = reference or document["reference"]
        volume, _, number = reference.partition("-D")
        address = (
            f"https://history.state.gov/historicaldocuments/{volume.lower()}/d{number.lower()}"
        )
        forms = [reference, document["address"].replace(document["reference"], reference)]
        forms += [address, reference.lower()] if number and reference.startswith("FRUS") else []
        words = self.chance.choice(forms[:1] if paragraph else forms)
        return f"{words}{f', {day}' if day else ''}{f', para {paragraph}' if paragraph else ''}"

    def sentence(self, way: str) -> tuple[str, list[Planted]]:
        """Return a sentence with what is planted in it in one of WAYS."""
        document = self.chance.choice(self.documents)
        paragraph, words = self.passage(document)
        write = getattr(self, f"write_{way}")
        quoted, verdict, citation, of_citation = write(document, paragraph, words)
        nested = "“" in quoted  # Within a quotation single marks are used.
        written = quoted.replace("“", "‘").replace("”", "’")
        marks = self.chance.choice(MARKS[:-1] if nested else MARKS)
        lead = self.chance.choice(LEADS).format(marks.format(written))
        planted = [
            Planted(quoted, verdict, way),
            Planted(citation, of_citation, f"{way}: citation"),
        ]
        return f"{lead} ({citation}).", planted

    def write_right(self, document, paragraph, words):
        number = paragraph["number"] or ""
        known = str(number).isdigit() and self.chance.random() < 0.5
        day = day_of(document) if self.chance.random() < 0.5 else ""
        return (
            *(" ".join(words), "right"),
            *(self.cited(document, paragraph=number if known else "", day=day), "right"),
        )

    def write_left_out(self, document, paragraph, words):
        half = len(words) // 2
        text = f"{' '.join(words[: half - 1])} … {' '.join(words[half + 1 :])}"
        return text, "right", self.cited(document), "right"

    def write_bracket(self, document, paragraph, words):
        half = len(words) // 2
        text = f"{' '.join(words[:half])} [sic] {' '.join(words[half:])}"
        return text, "right", self.cited(document), "right"

    def write_changed(self, document, paragraph, words):
        words = [*words]
        words[len(words) // 2] = "umbrellas"
        return " ".join(words), "altered", self.cited(document), "right"

    def write_dropped(self, document, paragraph, words):
        at = len(words) // 2
        return " ".join(words[:at] + words[at + 1 :]), "altered", self.cited(document), "right"

    def write_added(self, document, paragraph, words):
        at = len(words) // 2
        text = " ".join([*words[:at], "certainly", *words[at:]])
        return text, "altered", self.cited(document), "right"

    def write_made_up(self, document, paragraph, words):
        return self.chance.choice(MADE_UP), "not-found", self.cited(document), "right"

    def write_other_document(self, document, paragraph, words):
        other = self.chance.choice([d for d in self.documents if d is not document])
        return " ".join(words), "elsewhere", self.cited(other), "right"

    def write_other_paragraph(self, document, paragraph, words):
        numbers = {p["number"]: p["id"] for p in document["paragraphs"] if p["number"]}
        base = re.split("[.-]", paragraph["id"])[0]
        others = [n for n, i in numbers.items() if n.isdigit() and f"par{n}" != base]
        if not others:
            return self.write_other_document(document, paragraph, words)
        citation = self.cited(document, paragraph=self.chance.choice(others))
        return " ".join(words), "other-paragraph", citation, "right"

    def write_wrong_day(self, document, paragraph, words):
        shift = timedelta(days=self.chance.randint(3, 400))
        citation = self.cited(
            document, day=in_words(date.fromisoformat(document["created"]) + shift)
        )
        return " ".join(words), "right", citation, "fact-differs"

    def write_no_paragraph(self, document, paragraph, words):
        return (
            " ".join(words),
            "other-paragraph",
            self.cited(document, paragraph="97"),
            "fact-differs",
        )

    def write_not_held(self, document, paragraph, words):
        volume, _, _ = document["reference"].partition("-D")
        missing = f"{volume}-D9{self.chance.randint(100, 999)}"
        return " ".join(words), "elsewhere", self.cited(document, reference=missing), "not-held"

    def write_incomplete(self, document, paragraph, words):
        citation = f"Embtel {self.chance.randint(100, 999)}"
        return " ".join(words), "elsewhere", citation, "incomplete"


RIGHT = ("right", "right", "right", "right", "left_out", "bracket")
WRONG = (
    *("changed", "dropped", "added", "made_up", "other_document", "other_paragraph"),
    *("wrong_day", "no_paragraph", "not_held", "incomplete"),
)


def can_be_quoted(words: list[str]) -> bool:
    """Whether an author would quote them: most are words, and each mark has its pair."""
    marks = re.sub("[^“”]", "", " ".join(words))
    real = sum(any(map(str.isalpha, word)) for word in words)
    return (
        real >= NUMBERS[0] - 2
        and not re.search(r'[„«»‘"]|’(?!\w)', " ".join(words))
        and (marks == "“”" * (len(marks) // 2))
    )


def in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def day_of(document: dict) -> str:
    return (
        in_words(date.fromisoformat(document["created"])) if len(document["created"]) == 10 else ""
    )


def get(site: str, path: str, form: dict | None = None) -> dict:
    data = urlencode(form).encode() if form else None
    with urlopen(site + path, data, timeout=120) as response:
        return json.load(response)


def drawn(site: str, count: int, chance: random.Random) -> Iterator[dict]:
    """Yield documents with a known day and long paragraphs, from lists of months."""
    months = [each["data"] for each in get(site, "/created.json")["lists"]]
    while count:
        rows = get("", chance.choice(months))["cables"]
        document = get(site, f"/cable/{chance.choice(rows)['reference']}.json")
        long = any(len(p["text"].split()) > NUMBERS[1] for p in document.get("paragraphs", ()))
        if long and len(document["created"]) == 10:
            count -= 1
            yield document


def measure(site: str, texts: int, seed: int) -> None:
    """Print precision and recall of each verdict over articles with 12 planted places each."""
    documents = list(drawn(site, 60, random.Random(seed)))
    planter = Planter(documents, seed)
    found, expected, agreed, seconds = Counter(), Counter(), Counter(), []
    wrong_ways = [WRONG[number % len(WRONG)] for number in range(5 * texts)]
    for number in range(texts):
        ways = [*wrong_ways[5 * number : 5 * number + 5], *planter.chance.choices(RIGHT, k=7)]
        planter.chance.shuffle(ways)
        sentences, planted = zip(*(planter.sentence(way) for way in ways), strict=True)
        start = time.perf_counter()
        report = get(site, "/check.json", {"text": "\n\n".join(sentences)})
        seconds.append(time.perf_counter() - start)
        for passage, several in enumerate(planted):
            rows = [each for each in report["findings"] if each["passage"] == passage]
            for each, kind in zip(several, ("quotation", "citation"), strict=True):
                verdict = next((row["verdict"] for row in rows if row["kind"] == kind), "none")
                found[verdict] += 1
                expected[each.verdict] += 1
                agreed[each.verdict] += verdict == each.verdict
                if verdict != each.verdict:
                    print(f"{each.way}: {verdict}, not {each.verdict}: {sentences[passage]}")
    rows = [
        [
            name,
            str(expected[name]),
            share(agreed[name], found[name]),
            share(agreed[name], expected[name]),
        ]
        for name in expected
    ]
    print(table(["verdict", "planted", "precision", "recall"], rows))
    middle = sorted(seconds)[len(seconds) // 2]
    print(f"\n{texts} articles of 12 quotations; {middle:.2f} s for the middle one. {machine()}")


def share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "none"
