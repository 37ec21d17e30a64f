"""Find where summary, comment and the other labelled sections start and end (B-8)."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from .block_shapes import is_drawn, is_list
from .blocks import Block, text_without_number
from .part_headings import (
    INSIDE,
    KINDS,
    LABEL,
    find_ends,
    find_label_words,
    find_run_in,
    kind_of_part,
    last_label,
)

RULE_SIGNS = "-=_*~"
# "11300. 1. Summary.": the number of the telegram, and perhaps of its first paragraph.
BEHIND_SERIAL = re.compile(r"\d{1,6}\.\s{1,4}(?:1\.\s{1,4})?")
BEHIND_RULE = re.compile(r"[-=_*~]{4,200}\s{1,4}")
SIGNS = tuple(":.;-–—=*~_)")  # One of these closes a label.
ACTION = re.compile(r"(?i:\baction (?:request|cable|message)|\bsee para|\brequests? )")
# A summary's label stands within so many first blocks and numbered paragraphs.
LATEST = 12
LATEST_NUMBER = 4
# How many blocks a section may have up to the next heading, where its label stands on its own
# line, and where the label opens a paragraph.
MOST_HEADED, MOST_RUN_IN = 8, 4
LONGEST_HEADING = 60
CLOSING = ("comment", "note", "action")  # Kinds of sections at the end of a cable.
DRAWN = " \t\n-=_*~."
AHEAD = 8  # Characters before a label inside a paragraph that INSIDE looks at.
EDGES = " \t\n([-–*"


@dataclass(frozen=True, slots=True)
class Section:
    """A labelled section of a text, without label, end mark, numbers and portion marks."""

    kind: str  # summary comment action background introduction note
    label: str  # As printed: "SUMMARY AND COMMENT"; "" if only its end is marked.
    text: str  # Its lines, without blank ones and rules, joined by "\n".
    ids: tuple[str, ...]  # The blocks that hold it.


@dataclass(frozen=True, slots=True)
class Label:
    """The label of a section, at text[start:end]."""

    kind: str
    words: str
    block: int  # Index of its block.
    start: int
    end: int
    heads: bool  # It is a block of its own above the section.


class SectionedText:
    """The text of some blocks as one string, without numbers and marks; its labels and headings.

    `headings` is {id: words} of the heading blocks. `stop` is where the text ends, before the
    signature: (index of the block, offset in its text).
    """

    def __init__(self, blocks: Sequence[Block], headings: dict[str, str], stop: tuple[int, int]):
        self.blocks = blocks[: stop[0] + 1]
        self.pieces = [text_without_number(block) for block in self.blocks]
        last = self.blocks[-1].text
        self.pieces[-1] = last[len(last) - len(self.pieces[-1]) : stop[1]]
        self.text = "\n".join(self.pieces)
        self.starts = list(accumulate((len(piece) + 1 for piece in self.pieces), initial=0))[:-1]
        self.rules = [start for start, _ in find_rules(self.text)]
        self.labels = self._find_labels()
        self.run_in: set[int] = set()
        self.headings = self._find_headings(headings)
        self.breaks = [at for at, block in enumerate(self.blocks) if block.id in self.headings]
        self.closing = {label.block for label in self.labels if label.kind in CLOSING}
        self.ends: dict[str, list[int]] = {kind: [] for kind in KINDS}
        for start, _, kind in sorted(find_ends(self.text)):
            self.ends[kind].append(start)

    def block_at(self, offset: int) -> int:
        return max(bisect_right(self.starts, offset) - 1, 0)

    def end_of(self, block: int) -> int:
        return self.starts[block] + len(self.pieces[block])

    def _find_labels(self) -> list[Label]:
        """Return the labels at the start of blocks and about rules inside them, in order."""
        places = set(self.starts)
        if serial := BEHIND_SERIAL.match(self.text):
            places.add(serial.end())
        for rule in self.rules:
            if self.text[rule - 1 : rule] == "\n":  # It may underline a label.
                places.add(self.text.rfind("\n", 0, rule - 1) + 1)
            if behind := BEHIND_RULE.match(self.text, rule):
                places.add(behind.end())
        labels: list[Label] = []
        for place in sorted(places):
            if (label := self._label_at(place)) and (not labels or labels[-1].end <= place):
                labels.append(label)
        return labels

    def _label_at(self, start: int) -> Label | None:
        label = LABEL.match(self.text, start)
        if label is None:
            return None
        block = self.block_at(label.start("words"))
        start = max(start, self.starts[block])
        end = min(label.end(), self.end_of(block))
        heads = not self.text[end : self.end_of(block)].strip()
        return Label(
            kind_of_part(label), " ".join(label["words"].split()), block, start, end, heads
        )

    def _find_headings(self, of_blocks: dict[str, str]) -> dict[str, str]:
        """Return {id: words} of the blocks that are a heading or begin with one."""
        labelled = {label.block: label for label in reversed(self.labels)}
        headings = {}
        for at, (block, piece) in enumerate(zip(self.blocks, self.pieces, strict=True)):
            if block.id in of_blocks:
                headings[block.id] = of_blocks[block.id]
            elif (label := labelled.get(at)) and label.start == self.starts[at]:
                headings[block.id] = label.words
            elif words := find_run_in(piece, numbered=block.number is not None):
                headings[block.id] = words
                self.run_in.add(at)
        return headings

    def sections(self, preamble: str) -> Iterator[Section]:
        """Yield the sections in order, the summary first; there is one summary at most."""
        if (summary := self._summary() or self._summary_in(preamble)) and summary.text:
            yield summary
        following = dict.fromkeys(KINDS, len(self.text))
        sections = []
        for label in reversed(self.labels):
            if label.kind != "summary":
                sections.append(self._section(label, following[label.kind]))
            following[label.kind] = label.start
        yield from (section for section in reversed(sections) if section.text)

    def _summary(self) -> Section | None:
        """Return the summary: the labelled one, or else the text before a summary's end mark."""
        for at, label in enumerate(self.labels):
            if label.kind == "summary" and self._is_early(label.block):
                later = (other.start for other in self.labels[at + 1 :] if other.kind == "summary")
                section = self._section(label, next(later, len(self.text)))
                if section.text:
                    return section
        if inside := self._label_inside():
            return self._section(inside, len(self.text))
        ends = self.ends["summary"]
        if not ends or not self._is_early(self.block_at(ends[0])):
            return None
        start = self.starts[self._first_paragraph(self.block_at(ends[0]))]
        return self._cut("summary", "", start, ends[0])

    def _summary_in(self, preamble: str) -> Section | None:
        """Return the summary whose label follows the last field of the preamble directly."""
        label = last_label(preamble)
        if label is None:
            return None
        end = next((at for at, _, _ in find_ends(preamble) if at > label.start()), None)
        words, rest = " ".join(label["words"].split()), preamble[label.end() : end]
        if rest.strip(DRAWN):
            rows = [row.strip() for row in rest.split("\n") if row.strip() and not is_drawn(row)]
            return Section("summary", words, "\n".join(rows).rstrip(EDGES), ())
        return self._section(Label("summary", words, -1, 0, 0, heads=True), len(self.text))

    def _is_early(self, block: int) -> bool:
        if block > LATEST:
            return False
        numbered = sum(each.number is not None for each in self.blocks[: block + 1])
        return numbered <= LATEST_NUMBER

    def _label_inside(self) -> Label | None:
        """Return the label of a summary inside a paragraph, behind the end of a sentence."""
        limit = self.end_of(min(LATEST, len(self.blocks) - 1))
        for place in find_label_words(self.text, ("SUM", "Sum", "BEGIN SUM", "Begin sum"), limit):
            if not INSIDE.search(self.text, max(0, place - AHEAD), place):
                continue
            label = self._label_at(place)
            if label is None or label.kind != "summary" or label.heads:
                continue
            if self.text[label.start : label.end].rstrip()[-1:] in SIGNS:
                return label
        return None

    def _first_paragraph(self, last: int) -> int:
        """Return the first block of an unlabelled summary that ends in block `last`.

        It is the first numbered paragraph, or the second if the first asks for action.
        """
        numbered = [at for at in range(last + 1) if self.blocks[at].number is not None]
        if not numbered:
            return 0
        first = numbered[0]
        asks = first < last and len(numbered) > 1 and ACTION.search(self.pieces[first])
        return numbered[1] if asks else first

    def _section(self, label: Label, following: int) -> Section:
        """Return the section of a label; the next label of its kind is at `following`."""
        ends = self.ends[label.kind]
        first = bisect_left(ends, label.end)
        marked = first < len(ends) and ends[first] < following
        end = ends[first] if marked else self._end(label)
        return self._cut(label.kind, label.words, label.end, end)

    def _end(self, label: Label) -> int:
        """Return the end of a section without end mark: the next heading or its paragraph's end."""
        first = label.block + label.heads
        at = bisect_right(self.breaks, label.block)
        if label.heads and first in self.run_in and self.breaks[at : at + 1] == [first]:
            at += 1  # The paragraph below the label may begin with a heading of its own.
        following = self.breaks[at] if at < len(self.breaks) else len(self.blocks)
        if first >= following:
            return label.end
        if self._reaches(label, first, following):
            end = self.end_of(following - 1)
        else:
            end = self._paragraph_end(first, following)
        return self._before_rule(label.end, end)

    def _reaches(self, label: Label, first: int, following: int) -> bool:
        """Return whether a section goes on to the next heading, or to the end of the text."""
        if following - first > (MOST_HEADED if label.heads else MOST_RUN_IN):
            return False
        if following == len(self.blocks):
            return label.kind == "comment"
        # A comment never directly follows a summary of more than one paragraph.
        return label.heads or label.kind != "summary" or following not in self.closing

    def _paragraph_end(self, block: int, following: int) -> int:
        """Return where a paragraph ends, with the list that belongs to it.

        If only its label is numbered, all blocks up to the next number belong to it.
        """
        headed = block > 0 and self.blocks[block].number is None
        headed = headed and self.blocks[block - 1].number is not None
        while block + 1 < following and self.blocks[block + 1].number is None:
            if not headed and not is_list(self.pieces[block + 1]):
                break
            block += 1
        return self.end_of(block)

    def _before_rule(self, start: int, end: int) -> int:
        """Return where in a section the next heading that is underlined or between rules starts."""
        before = start
        for at in range(bisect_left(self.rules, start), bisect_left(self.rules, end)):
            rule = self.rules[at]
            if self.text[before:rule].strip(DRAWN):
                return start + _heading_above(self.text[start:rule])
            before = rule
        return end

    def _cut(self, kind: str, label: str, start: int, end: int) -> Section:
        """Return text[start:end] as a section."""
        lines: list[str] = []
        ids: list[str] = []
        for at in range(self.block_at(start), len(self.pieces)):
            if self.starts[at] >= end:
                break
            piece = self.text[max(start, self.starts[at]) : min(end, self.end_of(at))]
            kept = [row.strip() for row in piece.split("\n") if row.strip() and not is_drawn(row)]
            if kept:
                lines += kept
                ids.append(self.blocks[at].id)
        return Section(kind, label, "\n".join(lines).rstrip(EDGES), tuple(ids))


def find_rules(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each run of four or more hyphens, or other signs of a rule."""
    rules = []
    for sign in RULE_SIGNS:
        at = text.find(4 * sign) if sign in text else -1
        while at >= 0:
            end = at + 4
            while text[end : end + 1] == sign:
                end += 1
            rules.append((at, end))
            at = text.find(4 * sign, end)
    return sorted(rules)


def _heading_above(text: str) -> int:
    """Return the length of a text without its last line, if that is a heading over a rule."""
    if not text.endswith("\n"):
        return len(text)
    start = text.rstrip().rfind("\n") + 1
    heading = text[start:].strip()
    fits = start and len(heading) <= LONGEST_HEADING and heading[-1] not in ".,;"
    return start if fits else len(text)
