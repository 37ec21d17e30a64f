"""The words of a cable as they are quoted: on the home page, on cards, on other sites."""

from collections.abc import Iterable

from ..telegram.cut_text import cut_at_word
from ..telegram.paragraphs import Block
from ..telegram.paragraphs.line_starts import printed_start


def running_words(blocks: Iterable[Block]) -> str:
    """Return the words of paragraphs without printed numbers and marks, one line each."""
    lines = (
        " ".join(block.text[printed_start(block.text, is_numbered=bool(block.number)) :].split())
        for block in blocks
    )
    return "\n".join(filter(None, lines))


def shorten(text: str, longest: int) -> str:
    """Return at most `longest` characters: whole sentences if these fill half of them, else words.

    >>> shorten("The harbor raised its fees. Ships complained.", 30)
    'The harbor raised its fees. …'
    """
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    sentences = max(cut.rfind(end) + 1 for end in (". ", ".\n", "? ", "! "))
    if sentences > longest / 2:
        return f"{cut[:sentences]} …"
    return cut_at_word(text, longest)
