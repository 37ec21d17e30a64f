"""The words of a cable as they are quoted: on the home page, on cards, on other sites."""

from collections.abc import Iterable

from ..telegram.paragraphs import Block, Blocks, outline
from ..telegram.paragraphs.block_shapes import item_rows
from ..telegram.paragraphs.line_starts import printed_start


def running_words(blocks: Iterable[Block]) -> str:
    """Return the words of paragraphs without printed numbers and marks.

    Each paragraph and each item of a list has one line.
    """
    rows = (
        row
        for block in blocks
        for row in item_rows(block.text[printed_start(block.text, block.number) :])
    )
    return "\n".join(filter(None, rows))


def opening_words(blocks: Blocks) -> str:
    """Return the summary of a cable, else its first paragraph, as `running_words` does."""
    summary = outline(blocks).summary
    return "\n".join(item_rows(summary.text)) if summary else running_words(blocks[:1])
