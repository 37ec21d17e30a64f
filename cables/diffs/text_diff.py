"""Diff of two texts of a cable: metadata, header and paragraphs.

Paragraphs are matched by their ids, which stay the same through every change (P-5). No Django.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ..telegram.paragraphs import Block, Blocks, same_in_order
from .word_diff import DiffPart, compare


@dataclass(frozen=True, slots=True)
class ComparedText:
    """One text of a cable. `facts` are {label: value as shown}."""

    facts: Mapping[str, str]
    header: str
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class TextChange:
    """A change to one piece of a text. `parts` are the word diff.

    `name` is the id of a paragraph, or the label of a fact or piece.
    """

    name: str
    kind: str  # "changed", "added", "removed" or "moved".
    parts: list[DiffPart]
    places: tuple[str, str] | None = None  # If moved: ids before it, old and new; "" if first.


@dataclass(slots=True)
class TextChanges:
    """All changes from one text to the next."""

    facts: list[TextChange] = field(default_factory=list)
    pieces: list[TextChange] = field(
        default_factory=list
    )  # Header and the lines around paragraphs.
    paragraphs: list[TextChange] = field(default_factory=list)  # In order, with removed ones.
    rewrapped: list[str] = field(default_factory=list)  # Ids where only line breaks changed.

    @property
    def is_none(self) -> bool:
        return not (self.facts or self.pieces or self.paragraphs or self.rewrapped)

    @property
    def counts(self) -> dict[str, int]:
        """{kind of change: paragraphs}, without kinds that did not occur."""
        kinds = [change.kind for change in self.paragraphs]
        every = ("changed", "added", "removed", "moved")
        return {kind: kinds.count(kind) for kind in every if kind in kinds}


def find_changes(old: ComparedText, new: ComparedText) -> TextChanges:
    """Return the changes between two texts of a cable."""
    changes = TextChanges()
    for label, value in new.facts.items():
        if (old_value := old.facts.get(label, "")) != value:
            changes.facts.append(_change(label, old_value, value, _without_comma))
    for name, old_value, value in (
        ("Message header", old.header, new.header),
        ("Lines before the first paragraph", old.blocks.preamble, new.blocks.preamble),
        ("Lines after the last paragraph", old.blocks.closing, new.blocks.closing),
    ):
        if old_value.split() != value.split():
            changes.pieces.append(_change(name, old_value, value))
    for change in _paragraphs(old.blocks, new.blocks):
        if change.kind == "changed" and all(part.kind == "same" for part in change.parts):
            changes.rewrapped.append(change.name)
        else:
            changes.paragraphs.append(change)
    return changes


def _change(name: str, old: str, new: str, key: Callable[[str], str] = str) -> TextChange:
    kind = "changed" if old and new else "added" if new else "removed"
    return TextChange(name, kind, compare(old, new, key))


def _without_comma(word: str) -> str:
    """Return a word of a list without the comma after it, so that the last one is equal too."""
    return word.rstrip(",")


def _paragraphs(old: Blocks, new: Blocks) -> Iterator[TextChange]:
    """Yield the change of each paragraph that differs, in the order of the new text."""
    before = dict(zip(old.ids, ["", *old.ids], strict=False))
    old_blocks, new_blocks = {block.id: block for block in old}, {block.id: block for block in new}
    kept_before = [name for name in old.ids if name in new_blocks]
    kept_now = [name for name in new.ids if name in old_blocks]
    in_place = {kept_now[at] for at, _ in same_in_order(kept_before, kept_now)}
    gone = _removed_after(old, new_blocks)
    yield from gone.get("", ())
    last = ""
    for block in new:
        if block.id not in old_blocks:
            yield TextChange(block.id, "added", compare("", block.text))
        elif block.id not in in_place:
            places = before[block.id], last
            yield TextChange(
                block.id, "moved", compare(old_blocks[block.id].text, block.text), places
            )
        elif block.text != old_blocks[block.id].text:
            yield TextChange(block.id, "changed", compare(old_blocks[block.id].text, block.text))
        yield from gone.get(block.id, ())
        last = block.id


def _removed_after(old: Blocks, new_blocks: Mapping[str, Block]) -> dict[str, list[TextChange]]:
    """Return {id of a paragraph that stays, "" for the start: removals that followed it}."""
    gone: dict[str, list[TextChange]] = {}
    last_kept = ""
    for block in old:
        if block.id in new_blocks:
            last_kept = block.id
        else:
            gone.setdefault(last_kept, []).append(
                TextChange(block.id, "removed", compare(block.text, ""))
            )
    return gone
