"""Group lines into numbered and unnumbered blocks, each with id, fingerprint and aliases."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import overload

from .line_starts import (
    BRACKETED,
    HIGHEST_NUMBER,
    PORTION_MARK,
    Number,
    find_mark,
    find_number,
    match_number,
    without_number,
)
from .lines import Line, Run, find_runs, first_numbered, split_line, split_lines
from .text_start import find_text_start


def with_bracketed_numbers(runs: list[Run]) -> list[Run]:
    """Return blocks with the numbers that they begin with: "(1)", "(2)", and so on.

    They count only in a text whose paragraphs have no other numbers, if they begin at 1, each is
    one more than the last, and there are two or more.
    """
    printed = [(at, found) for at, run in enumerate(runs) if (found := _number_of(run))]
    counted = all(
        found.first == number for (_, found), number in zip(printed, count(1), strict=False)
    )
    if len(printed) < 2 or not counted or any(number for number, _ in runs):
        return runs
    numbers = dict(printed)
    return [(numbers.get(at, number), lines) for at, (number, lines) in enumerate(runs)]


def with_number_behind_serial(runs: list[Run], serial: int | None) -> list[Run]:
    """Return blocks with the number 1 of one that begins "396. 1. The": behind the serial.

    It counts only if paragraph 2 is the first that has a number of its own.
    """
    following = next((at for at, (number, _) in enumerate(runs) if number), 0)
    if serial is None or not following or ((number := runs[following][0]) and number.first != 2):
        return runs
    behind_serial = re.compile(rf"\[?0*{serial}\]?\. +1\.(?=\s)")
    for at, (_, lines) in enumerate(runs[:following]):
        if found := behind_serial.match(lines[0].text):
            marked = PORTION_MARK.match(lines[0].text, found.end()) is not None
            return [*runs[:at], (Number(1, 1, marked, dotted=True), lines), *runs[at + 1 :]]
    return runs


def _number_of(run: Run) -> Number | None:
    number, lines = run
    found = None if number else BRACKETED.match(lines[0].text)
    if not found:
        return None
    marked = PORTION_MARK.match(lines[0].text, found.end()) is not None
    return Number(int(found["n"]), int(found["n"]), marked, dotted=False)


# "5… .", "5 …", "5.…", "5 . . .", "5 * * *"; "[5.]" and "[5]." where editors supply the number.
BEFORE_OMISSION = re.compile(
    r"[ \t]*(?P<supplied>\[)?(?P<n>[1-9]\d{0,2})"
    r"(?(supplied)(?:\.\]|\]\.)|\.?[ \t]*(?:…|\. \. \.|\* \* \*))"
)
BEHIND_QUOTE = re.compile(r"[ \t]*[\"'“‘(\[]{1,2}(?=\d{1,3}\.\s)")
MOST_LEFT_OUT = 1  # Paragraphs in a row that the editors may have left out with their numbers.


def with_numbers_before_omissions(runs: list[Run]) -> list[Run]:
    """Return blocks with the numbers that they begin with, before an ellipsis or in "[5.]".

    Such a number counts if it goes on from the last one, or if the next one goes on from it.
    Otherwise it may be the telegram's own number, or a figure. One behind a quotation mark
    counts only if the next one, without such a mark, goes on from it.
    """
    printed = [
        (at, found)
        for at, (number, lines) in enumerate(runs)
        if (found := number or _before_omission(lines[0].text) or _quoted(lines[0].text))
    ]
    numbered = list(runs)
    last: Number | None = None
    for (at, number), later in zip(printed, [*printed[1:], None], strict=False):
        counts = later is not None and _is_next(number, later[1])
        if _quoted(runs[at][1][0].text):
            counts = counts and later is not None and runs[later[0]][0] is not None
        else:
            counts = counts or runs[at][0] is not None or _goes_on(last, number)
        if counts:
            numbered[at] = number, runs[at][1]
            last = number
    return numbered


def _quoted(line: str) -> Number | None:
    quote = BEHIND_QUOTE.match(line)
    return find_number(line[quote.end() :]) if quote else None


def _before_omission(line: str) -> Number | None:
    found = BEFORE_OMISSION.match(line)
    if not found or (number := int(found["n"])) > HIGHEST_NUMBER:
        return None
    return Number(number, number, marked=False, dotted=False)


def _is_next(number: Number, following: Number) -> bool:
    return following.first == number.last + 1


def _goes_on(last: Number | None, number: Number) -> bool:
    return last is not None and 1 <= number.first - last.last <= 1 + MOST_LEFT_OUT


# Version of the rules that give ids. Raise it when a change can change an id, then run
# `manage.py repin`.
SEGMENTER = 6
LIST_LETTER = re.compile(r"[ \t]*\(([A-Z])\)")
MIRROR_TOKEN = re.compile(r"\n¶? *¶?(\d+|[A-Z])\. ")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or other text between blank lines: heading, list item, signature.

    `id` is its permanent address: URL fragment, path segment and HTML id.
    """

    id: str  # "par2", "par2.3", "par1-2", "par4to14", "par0.1" (P-1).
    number: str | None  # As printed: "2", "4-14".
    mark: str  # Portion mark, normalised: "C//NF"; "" without one.
    text: str  # Its lines as sent, right-stripped, joined by "\n", with the number.
    fingerprint: str  # 12 hex digits, a hash of its words (P-4).
    aliases: tuple[str, ...] = ()  # Fragments of old links to it: "parB", "par2006" (P-2).
    breaks: tuple[tuple[int, str], ...] = ()  # Page breaks: (offset in `text`, "002 OF 005").

    def __reduce__(self) -> tuple[type["Block"], tuple[object, ...]]:
        """Pickle its fields at once: half the time of what the decorator makes of `slots`.

        A load sends some seventeen blocks a cable from one process to another.
        """
        values = self.id, self.number, self.mark, self.text, self.fingerprint
        return Block, (*values, self.aliases, self.breaks)


@dataclass(frozen=True, slots=True)
class Blocks(Sequence[Block]):
    """The blocks of one body in order, with the text before and after them."""

    blocks: tuple[Block, ...]
    preamble: str = ""  # The lines before the first block, as sent.
    aliases: tuple[str, ...] = ()  # Fragments of old links to the preamble.
    closing: str = ""  # Lines behind the last block: "NNNN".

    def __len__(self) -> int:
        return len(self.blocks)

    @overload
    def __getitem__(self, index: int) -> Block: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Block, ...]: ...

    def __getitem__(self, index: int | slice) -> Block | tuple[Block, ...]:
        return self.blocks[index]

    @property
    def ids(self) -> list[str]:
        return [block.id for block in self.blocks]

    @property
    def fingerprints(self) -> list[str]:
        return [block.fingerprint for block in self.blocks]


def segment(body: str, serial: int | None = None) -> Blocks:
    """Cut a body into blocks and give each its id.

    `serial` is the telegram's own number, which old telegrams print before their text: it is not
    the number of a paragraph (B-5). Where the blocks are cut does not depend on it.
    Ids depend only on the text: not on classification, roles, pilcrows, trailing white space or
    the format of the source (P-3). Any text is accepted; an empty one has no blocks.
    """
    preamble, runs, closing = read_runs(body)
    runs = _without_serial(with_numbers_before_omissions(runs), serial)
    runs = with_number_behind_serial(runs, serial)
    runs = with_bracketed_numbers(runs)
    ids = name_blocks([number for number, _ in runs])
    aliases = _aliases(body, preamble, runs, ids)
    blocks = [
        _block(identity, number, run, aliases.get(identity, ()))
        for identity, (number, run) in zip(ids, runs, strict=True)
    ]
    return Blocks(
        blocks=tuple(_without_letters(blocks)),
        preamble="\n".join(line.text for line in preamble).strip("\n"),
        aliases=tuple(aliases.get("", ())),
        closing="\n".join(closing),
    )


def _without_serial(runs: list[Run], serial: int | None) -> list[Run]:
    """Return the runs of a text, without number where the first number is the serial (B-5)."""
    numbers = [(at, number) for at, (number, _) in enumerate(runs) if number]
    if serial is None or not numbers:
        return runs
    at, first = numbers[0]
    counted = any(number.first == first.last + 1 for _, number in numbers)
    if first.marked or counted or not first.first == first.last == serial:
        return runs
    return [*runs[:at], (None, runs[at][1]), *runs[at + 1 :]]


def cut_blocks(body: str) -> list[str]:
    """Return the texts of the blocks of a body in order, without ids and all else."""
    _, runs, _ = read_runs(body)
    return [_text(run) for _, run in runs]


def read_runs(body: str) -> tuple[list[Line], list[Run], list[str]]:
    """Return the lines of the preamble, the (number, lines) of each block, and the closing."""
    lines, first, closing = split_lines(body)
    start, offset = find_text_start(lines, first, first_numbered(lines, first))
    if offset:  # The text begins inside a long line.
        lines[start : start + 1] = split_line(lines[start], [offset])
        start += 1
    return lines[:start], list(find_runs(lines, start)), closing


def name_blocks(numbers: Sequence[Number | None]) -> list[str]:
    """Return the ids of a document's blocks, made of their printed numbers only (P-1)."""
    uses: dict[str, int] = {}  # How many blocks have printed each number so far.
    ids: list[str] = []
    numbered, following = "par0", 0  # The last numbered id, and how many blocks follow it.
    for number in numbers:
        if number is None:
            following += 1
            ids.append(f"{numbered}.{following}")
            continue
        name = f"par{number.first}"
        if number.last != number.first:
            name += f"to{number.last}"
        uses[name] = uses.get(name, 0) + 1
        numbered, following = name if uses[name] == 1 else f"{name}-{uses[name]}", 0
        ids.append(numbered)
    return ids


def mirror_tokens(body: str) -> Iterator[tuple[int, str]]:
    """Yield (row, token) of each line start to which the old archive had a pilcrow link (A-1).

    The old archive linked a number or one capital letter, followed by a full stop and a blank, as
    the fragment "par" + token. Repeated tokens are yielded each time.
    """
    # With the line break in front, the pattern begins with a plain character: ten times as fast.
    body = f"\n{body}"
    row = position = 0
    for token in MIRROR_TOKEN.finditer(body):
        row += body.count("\n", position, token.start())
        position = token.start()
        yield row, token[1]


def _aliases(
    body: str, preamble: list[Line], runs: list[Run], ids: list[str]
) -> dict[str, list[str]]:
    """Return {block id: fragments of old links to it that are not ids now} (P-2).

    The preamble has the id "".
    """
    taken = set(ids)
    fragments: dict[str, int] = {}
    for row, token in mirror_tokens(body):
        if f"par{token}" not in taken:
            fragments.setdefault(f"par{token}", row)
    if not fragments:
        return {}
    id_of_row = {line.row: "" for line in preamble}
    for identity, (_, run) in zip(ids, runs, strict=True):
        for line in run:
            id_of_row.setdefault(line.row, identity)
    aliases: dict[str, list[str]] = {}
    for fragment, row in fragments.items():
        aliases.setdefault(id_of_row.get(row, ""), []).append(fragment)
    return aliases


def _block(identity: str, number: Number | None, run: list[Line], aliases: Sequence[str]) -> Block:
    text = _text(run)
    return Block(
        id=identity,
        number=number.printed if number else None,
        mark=find_mark(text),
        text=text,
        fingerprint=fingerprint(text),
        aliases=tuple(aliases),
        breaks=tuple(_breaks(run)) if any(line.breaks for line in run) else (),
    )


def _without_letters(blocks: list[Block]) -> Iterator[Block]:
    """Yield blocks, without the mark of one whose "(C)" follows a "(B)": it is of a list (B-7)."""
    last = ""
    for block in blocks:
        letter = LIST_LETTER.match(block.text) if block.number is None else None
        listed = letter is not None and last != "" and ord(letter[1]) == ord(last) + 1
        last = letter[1] if letter else "" if block.number else last
        yield replace(block, mark="") if listed and block.mark else block


def _text(run: list[Line]) -> str:
    return "\n".join([line.text for line in run])


def _breaks(run: list[Line]) -> Iterator[tuple[int, str]]:
    """Yield (offset in the block's text, label) of each page break."""
    offset = 0
    for line in run:
        yield from ((offset + at, label) for at, label in line.breaks)
        offset += len(line.text) + 1


def fingerprint(text: str) -> str:
    """Return a hash of a block's words, 12 hex digits, without number, mark and wrapping (P-4)."""
    words = without_number(text if text.isascii() else unicodedata.normalize("NFKC", text))
    return hashlib.sha256(" ".join(words.split()).casefold().encode()).hexdigest()[:12]


def text_without_number(block: Block) -> str:
    """Return a block's text without its number and portion mark, as sent."""
    text = block.text
    number = match_number(text, block.number)
    start = number.end() if number else 0
    mark = PORTION_MARK.match(text, start) if block.mark else None
    return text[mark.end() if mark else start :].lstrip()
