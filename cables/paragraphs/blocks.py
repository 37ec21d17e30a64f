"""lines -> numbered and unnumbered blocks, each with its id, fingerprint and aliases."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..lines import telegram_start
from .marks import NUMBER, PORTION_MARK, Number, find_mark, find_number, without_number
from .preamble import find_text_start, starts_paragraph
from .telegram import Line, read_lines

SEGMENTER = 1  # Raise it when a change here can change an id; `manage.py repin` does the rest.
MIRROR_TOKEN = re.compile(r"\n¶? *¶?(\d+|[A-Z])\. ")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or what else stands between blank lines: heading, list item, signature.

    `id` is its permanent address: fragment, path segment and id attribute alike.
    """

    id: str  # "par2", "par2.3", "par1-2", "par4to14", "par0.1" (P-1).
    number: str | None  # As printed: "2", "4-14".
    mark: str  # Portion mark, normalised: "C//NF"; "" if it has none.
    text: str  # Its lines as sent, right-stripped, joined by "\n", the number included.
    fingerprint: str  # 12 hex digits of what it says (P-4).
    aliases: tuple[str, ...] = ()  # Old fragments that lead here: "parB", "par2006" (P-2).
    breaks: tuple[tuple[int, str], ...] = ()  # Page breaks: (offset in `text`, "002 OF 005").


@dataclass(frozen=True, slots=True)
class Blocks(Sequence):
    """The blocks of one body in order, and what stands before and behind them."""

    blocks: tuple[Block, ...]
    preamble: str = ""  # The lines before the first block, as sent.
    aliases: tuple[str, ...] = ()  # Old fragments that lead to the preamble.
    closing: str = ""  # "NNNN" and the like, behind the last block.

    def __len__(self) -> int:
        return len(self.blocks)

    def __getitem__(self, index):
        return self.blocks[index]

    @property
    def ids(self) -> list[str]:
        return [block.id for block in self.blocks]

    @property
    def fingerprints(self) -> list[str]:
        return [block.fingerprint for block in self.blocks]


def segment(body: str) -> Blocks:
    """Cut a body into blocks and give each its id.

    Ids depend on the text alone: not on classification, roles, pilcrows, white space at line
    ends or the source's format (P-3). Any text is accepted; an empty one has no blocks.
    """
    preamble, runs, closing = read_runs(body)
    ids = name_blocks([number for number, _ in runs])
    aliases = _aliases(body, preamble, runs, ids)
    return Blocks(
        blocks=tuple(
            _block(identity, number, run, aliases.get(identity, ()))
            for identity, (number, run) in zip(ids, runs, strict=True)
        ),
        preamble="\n".join(line.text for line in preamble).strip("\n"),
        aliases=tuple(aliases.get("", ())),
        closing="\n".join(closing),
    )


def read_runs(
    body: str,
) -> tuple[list[Line], list[tuple[Number | None, list[Line]]], list[str]]:
    """Return the lines before the first block, each block's number and lines, and the closing."""
    lines, closing = read_lines(body)
    first = _line_of(lines, body.count("\n", 0, telegram_start(body)))
    start = find_text_start(lines, first)
    return lines[:start], list(_runs(lines, start)), closing


def _line_of(lines: list[Line], row: int) -> int:
    return next((index for index, line in enumerate(lines) if line.row >= row), len(lines))


def _runs(lines: list[Line], start: int) -> Iterator[tuple[Number | None, list[Line]]]:
    """Yield each block as (number, lines): a run of non-blank lines, cut at numbers (B-3, B-5)."""
    number: Number | None = None
    run: list[Line] = []
    previous = 0
    for index in range(start, len(lines)):
        line = lines[index]
        may_start = (
            bool(line.text) and not line.text[0].isalpha()
        )  # Most lines begin with a letter.
        starts = may_start and _starts(lines, index, start, previous)
        if run and (starts or not line.text):
            yield number, run
            number, run = None, []
        if starts:
            number = find_number(line.text)
            previous = number.last
        if line.text:
            run.append(line)
    if run:
        yield number, run


def _starts(lines: list[Line], index: int, start: int, previous: int) -> bool:
    """Return whether a numbered paragraph starts here; the first may be glued to a field."""
    if starts_paragraph(lines, index, previous):
        return True
    number = find_number(lines[index].text) if index == start else None
    return number is not None and number.first == 1


def name_blocks(numbers: Sequence[Number | None]) -> list[str]:
    """Return the ids of a document's blocks, from their printed numbers alone (P-1)."""
    seen: dict[str, int] = {}
    ids: list[str] = []
    above, below = "par0", 0
    for number in numbers:
        if number is None:
            below += 1
            ids.append(f"{above}.{below}")
            continue
        name = f"par{number.first}"
        if number.last != number.first:
            name += f"to{number.last}"
        seen[name] = seen.get(name, 0) + 1
        above, below = name if seen[name] == 1 else f"{name}-{seen[name]}", 0
        ids.append(above)
    return ids


def mirror_tokens(body: str) -> Iterator[tuple[int, str]]:
    """Yield (row, token) of each place that the old archive gave a pilcrow (A-1).

    It took a number or one capital letter, a full stop and a blank at the start of a line, and
    linked it as "par" + the token as printed; repeated tokens are yielded each time.
    """
    body = f"\n{body}"  # A pattern that begins with a letter of its own is found ten times as fast.
    row = position = 0
    for token in MIRROR_TOKEN.finditer(body):
        row += body.count("\n", position, token.start())
        position = token.start()
        yield row, token[1]


def _aliases(
    body: str, preamble: list[Line], runs: list[tuple[Number | None, list[Line]]], ids: list[str]
) -> dict[str, list[str]]:
    """Return the old fragments that are no ids, under the block each leads to (P-2).

    "" is the preamble.
    """
    taken = set(ids)
    fragments: dict[str, int] = {}
    for row, token in mirror_tokens(body):
        if f"par{token}" not in taken:
            fragments.setdefault(f"par{token}", row)
    if not fragments:
        return {}
    places = {line.row: "" for line in preamble}
    for identity, (_, run) in zip(ids, runs, strict=True):
        for line in run:
            places.setdefault(line.row, identity)
    aliases: dict[str, list[str]] = {}
    for fragment, row in fragments.items():
        aliases.setdefault(places.get(row, ""), []).append(fragment)
    return aliases


def _block(identity: str, number: Number | None, run: list[Line], aliases: Sequence[str]) -> Block:
    text = "\n".join([line.text for line in run])
    return Block(
        id=identity,
        number=number.printed if number else None,
        mark=find_mark(text),
        text=text,
        fingerprint=fingerprint(text),
        aliases=tuple(aliases),
        breaks=tuple(_breaks(run)) if any(line.breaks for line in run) else (),
    )


def _breaks(run: list[Line]) -> Iterator[tuple[int, str]]:
    offset = 0
    for line in run:
        yield from ((offset + at, label) for at, label in line.breaks)
        offset += len(line.text) + 1


def fingerprint(text: str) -> str:
    """Return 12 hex digits of what a block says, whatever its number, mark and wrapping (P-4)."""
    words = without_number(text if text.isascii() else unicodedata.normalize("NFKC", text))
    return hashlib.sha256(" ".join(words.split()).casefold().encode()).hexdigest()[:12]


def said(block: Block) -> str:
    """Return a block's text without its number and portion mark."""
    text = block.text
    start = NUMBER.match(text).end() if block.number else 0
    mark = PORTION_MARK.match(text, start)
    return text[mark.end() if mark else start :].lstrip()
