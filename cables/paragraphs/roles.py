"""What the blocks of a telegram are: headings, lists, tables, signature, notes (B-7 to B-12).

A role is no part of a block's identity: nothing here moves, joins or renames one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .blocks import Block, said
from .headings import find_headings
from .marks import find_entire, mark_rank
from .sections import Section, Text
from .shapes import DRAWN, is_drawn, is_list, is_note, is_preformatted
from .signature import Signature, find_signature

# Where a mark for the entire text may stand: in the first characters of the first blocks.
PLACES_OF_ENTIRE, OPENING = 4, 600


@dataclass(frozen=True, slots=True)
class Outline:
    """The roles of a cable's blocks, and the parts that its text names.

    `roles` has the id of each block that is not running text: heading, rule, signature,
    admin, preformatted or list.
    """

    roles: dict[str, str]
    headings: dict[str, str]  # {id: words}, in blocks of their own or running into the text.
    sections: tuple[Section, ...]  # In order, the summary first.
    signature: Signature | None
    highest: str  # The highest portion mark; "" if no block is marked.
    entire: str  # The mark that holds for blocks without one; "" if the cable names none.
    entire_from: str  # The block that says so, "" for the preamble: it holds from there on.

    @property
    def summary(self) -> Section | None:
        return self._named("summary")

    @property
    def comment(self) -> Section | None:
        """The last part that is a comment: the one with which cables end."""
        return self._named("comment")

    def _named(self, kind: str) -> Section | None:
        named = [section for section in self.sections if section.kind == kind]
        return named[-1] if named else None


def outline(blocks: Sequence[Block]) -> Outline:
    """Return what the blocks of a cable are (B-7 to B-12), in time linear in their length.

    Any text is accepted. Of `Blocks` the preamble counts too: a summary may start in it.
    """
    preamble = getattr(blocks, "preamble", "")
    blocks = tuple(blocks)
    own = find_headings(blocks)
    signature = find_signature(blocks)
    roles = {block.id: role for block in blocks if (role := _role(block, own))}
    if signature and signature.alone:
        roles[signature.id] = "signature"
    text = Text(blocks, own, _stop(blocks, signature, roles)) if blocks else None
    entire, entire_from = _entire(blocks, preamble)
    return Outline(
        roles=roles,
        headings=text.headings if text else {},
        sections=tuple(text.sections(preamble)) if text else (),
        signature=signature,
        highest=max((block.mark for block in blocks), key=mark_rank, default=""),
        entire=entire,
        entire_from=entire_from,
    )


def _role(block: Block, headings: dict[str, str]) -> str:
    """Return what a block is by its shape, or "" for running text."""
    if block.id in headings:
        return "heading"
    if block.text.lstrip()[:1] in DRAWN and all(map(is_drawn, block.text.split("\n"))):
        return "rule"
    if block.number is None and is_note(block.text):
        return "admin"
    if is_preformatted(said(block)):
        return "preformatted"
    return "list" if is_list(block.text) else ""


def _stop(
    blocks: Sequence[Block], signature: Signature | None, roles: dict[str, str]
) -> tuple[int, int]:
    """Return where the text ends: (place of its last block, place in that block's text)."""
    if signature:
        at = next(at for at, block in enumerate(blocks) if block.id == signature.id)
        if not signature.alone or not at:
            return at, signature.start
        return at - 1, len(blocks[at - 1].text)
    at = len(blocks) - 1
    while at > 0 and roles.get(blocks[at].id) in ("admin", "rule"):
        at -= 1
    return at, len(blocks[at].text) if blocks else 0


def _entire(blocks: Sequence[Block], preamble: str) -> tuple[str, str]:
    """Return the mark for the entire text, and the id of the block that names it."""
    for block in blocks[:PLACES_OF_ENTIRE]:
        opening = block.text[:OPENING]
        if "NTIRE" in opening.upper() and (mark := find_entire(opening)):
            return mark, block.id
    if "ENTIRE" in preamble:
        for row in preamble.split("\n"):
            if mark := find_entire(row.strip()):
                return mark, ""
    return "", ""
