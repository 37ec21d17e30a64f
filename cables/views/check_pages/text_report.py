"""The report on a text: its passages with marks, the findings, and their totals.

A long text is checked in steps of STEP_SECONDS. Nothing is kept between them: the text is sent
again with the number of the passage to go on from.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ...text_check.passages import TextPassage
from ...text_check.quoted_words import ReadPassage, read_passages
from .cited_documents import CitedDocuments
from .findings import VERDICTS, Finding, Verdict, check_passage

STEP_SECONDS = 15.0
Citing = Callable[[Finding], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of a passage; with the number of the finding on them, 0 without one."""

    text: str
    number: int = 0
    finding: Finding | None = None


@dataclass(slots=True)
class CheckedPassage:
    read: ReadPassage
    findings: list[tuple[int, Finding]]  # With their numbers in the report, from 1.

    @property
    def passage(self) -> TextPassage:
        return self.read.passage

    def segments(self) -> Iterator[Segment]:
        """Yield the words of the passage in order; of findings in one another, the outer marks."""
        text, at = self.passage.text, 0
        for number, each in sorted(self.findings, key=lambda row: (row[1].start, -row[1].end)):
            if each.start >= at:
                if each.start > at:
                    yield Segment(text[at : each.start])
                yield Segment(text[each.start : each.end], number, each)
                at = each.end
        if text[at:]:
            yield Segment(text[at:])


@dataclass(slots=True)
class TextReport:
    """What one step found. `following` is the passage with which the next begins, 0 at the end."""

    total: int  # Passages of the whole text.
    first: int  # The first passage of this step.
    passages: list[CheckedPassage] = field(default_factory=list)
    following: int = 0
    citations: int = 0  # Of the whole text,
    quotations: int = 0  # and its quotations.

    @property
    def last(self) -> int:
        """How many passages are checked with this step."""
        return self.following or self.total

    @property
    def findings(self) -> list[tuple[int, Finding]]:
        return [each for passage in self.passages for each in passage.findings]

    @property
    def totals(self) -> list[tuple[Verdict, int]]:
        """The number of findings of each verdict that occurs, in the order of VERDICTS."""
        counts = Counter(finding.verdict for _, finding in self.findings)
        return [(verdict, counts[verdict]) for verdict in VERDICTS if counts[verdict]]


def check_text(
    passages: Sequence[TextPassage],
    first: int = 0,
    cite: Citing = lambda finding: ("", ""),
    seconds: float = STEP_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> TextReport:
    """Check the passages from `first` on, until the time is up: at least one that has findings.

    `cite` gives (permalink, citation) of a finding with a cable.
    """
    end = clock() + seconds
    read = read_passages(passages)
    numbers = [len(each.citations) + len(each.quotations) for each in read]
    report = TextReport(
        *(len(read), first),
        citations=sum(len(each.citations) for each in read),
        quotations=sum(len(each.quotations) for each in read),
    )
    number = before = sum(numbers[:first])
    documents = CitedDocuments([each for passage in read for each in passage.citations])
    for each in read[first:]:
        if number > before and clock() > end:
            report.following = each.number
            break
        findings = list(enumerate(check_passage(each, documents), number + 1))
        for _, finding in findings:
            if finding.cable:
                finding.permalink, finding.citation = cite(finding)
        number += len(findings)
        report.passages.append(CheckedPassage(each, findings))
    return report
