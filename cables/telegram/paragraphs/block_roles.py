"""Give each block of a telegram its role: heading, list, table, signature, note (B-7 to B-12).

Roles do not change blocks: nothing here moves, joins or renames one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .block_shapes import DRAWN, is_drawn, is_list, is_note, is_preformatted
from .blocks import Block, text_without_number
from .line_starts import find_entire_mark, mark_rank
from .named_parts import Section, SectionedText
from .part_headings import find_headings
from .signature import Signature, find_signature

# A mark for the entire text is looked for in so many first blocks and characters of each.
ENTIRE_BLOCKS, ENTIRE_CHARACTERS = 4, 600


@dataclass(frozen=True, slots=True)
class Outline:
    """The roles of a cable's blocks, its headings, sections, signature and marks.

    `roles` is {id: role} of the blocks that are not running text: heading, rule, signature,
    admin, preformatted or list; in a volume dateline too (editors_additions.py).
    """

    roles: dict[str, str]
    headings: dict[str, str]  # {id: words} of heading blocks and of headings that open a paragraph.
    sections: tuple[Section, ...]  # In order, the summary first.
    signature: Signature | None
    highest: str  # The highest portion mark; "" if no block is marked.
    entire: str  # The mark of blocks without one, if the cable states it for the entire text.
    entire_from: str  # Id of the block that states it, "" for the preamble; valid from there on.
    enclosed: tuple[str, ...] = ()  # Ids at which enclosures begin, in a volume that marks them.

    @property
    def summary(self) -> Section | None:
        return self._named("summary")

    @property
    def comment(self) -> Section | None:
        """The last section that is a comment: cables end with it."""
        return self._named("comment")

    def _named(self, kind: str) -> Section | None:
        named = [section for section in self.sections if section.kind == kind]
        return named[-1] if named else None


def outline(blocks: Sequence[Block]) -> Outline:
    """Return the outline of a cable (B-7 to B-12), in time linear in its length.

    Any text is accepted. Given `Blocks`, their preamble is searched too: a summary may start there.
    """
    preamble = getattr(blocks, "preamble", "")
    blocks = tuple(blocks)
    headings = find_headings(blocks)
    signature = find_signature(blocks)
    roles = {block.id: role for block in blocks if (role := _role(block, headings))}
    if signature and signature.alone:
        roles[signature.id] = "signature"
    text = SectionedText(blocks, headings, _stop(blocks, signature, roles)) if blocks else None
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
    """Return a block's role by its shape, or "" for running text."""
    if block.id in headings:
        return "heading"
    if block.text.lstrip()[:1] in DRAWN and all(map(is_drawn, block.text.split("\n"))):
        return "rule"
    if block.number is None and is_note(block.text):
        return "admin"
    if is_preformatted(text_without_number(block)):
        return "preformatted"
    return "list" if is_list(block.text) else ""


def _stop(
    blocks: Sequence[Block], signature: Signature | None, roles: dict[str, str]
) -> tuple[int, int]:
    """Return where the text ends: (index of its last block, offset in that block's text)."""
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
    """Return the mark for the entire text, and the id of the block that states it."""
    for block in blocks[:ENTIRE_BLOCKS]:
        opening = block.text[:ENTIRE_CHARACTERS]
        if "NTIRE" in opening.upper() and (mark := find_entire_mark(opening)):
            return mark, block.id
    if "ENTIRE" in preamble:
        for row in preamble.split("\n"):
            if mark := find_entire_mark(row.strip()):
                return mark, ""
    return "", ""
