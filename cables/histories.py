"""Two texts of a cable -> what changed between them, fact by fact and paragraph by paragraph.

Paragraphs are told apart by their ids, which they keep through every change (P-5). No Django.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from .diffs import Part, compare
from .paragraphs import Block, Blocks, same_in_order


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a cable: facts in words by their label, and what is printed."""

    facts: Mapping[str, str]
    header: str
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one piece of a text. `parts` are its words, old and new.

    `name` is a paragraph's id, the label of a fact, or what a piece is called.
    """

    name: str
    kind: str  # "changed", "added", "removed" or "moved".
    parts: list[Part]
    places: tuple[str, str] | None = None  # Moved: the ids it stood and stands behind, or "".


@dataclass(slots=True)
class Changes:
    """All that changed from one text to the next."""

    facts: list[Change] = field(default_factory=list)
    pieces: list[Change] = field(default_factory=list)  # Header and the lines around paragraphs.
    paragraphs: list[Change] = field(default_factory=list)  # As they stand, removed ones too.
    rewrapped: list[str] = field(default_factory=list)  # The same words, broken otherwise.

    @property
    def is_none(self) -> bool:
        return not (self.facts or self.pieces or self.paragraphs or self.rewrapped)

    @property
    def counts(self) -> dict[str, int]:
        """How many paragraphs were changed, added, removed, moved; those of none left out."""
        kinds = [change.kind for change in self.paragraphs]
        every = ("changed", "added", "removed", "moved")
        return {kind: kinds.count(kind) for kind in every if kind in kinds}


def find_changes(old: Text, new: Text) -> Changes:
    """Return what changed between two texts of a cable."""
    changes = Changes()
    for label, value in new.facts.items():
        if (was := old.facts.get(label, "")) != value:
            changes.facts.append(_change(label, was, value, _without_comma))
    for name, was, value in (
        ("Message header", old.header, new.header),
        ("Lines before the first paragraph", old.blocks.preamble, new.blocks.preamble),
        ("Lines after the last paragraph", old.blocks.closing, new.blocks.closing),
    ):
        if was.split() != value.split():
            changes.pieces.append(_change(name, was, value))
    for change in _paragraphs(old.blocks, new.blocks):
        if change.kind == "changed" and all(part.kind == "same" for part in change.parts):
            changes.rewrapped.append(change.name)
        else:
            changes.paragraphs.append(change)
    return changes


def _change(name: str, old: str, new: str, key: Callable[[str], str] = str) -> Change:
    kind = "changed" if old and new else "added" if new else "removed"
    return Change(name, kind, compare(old, new, key))


def _without_comma(word: str) -> str:
    """Return a word of a list as it is compared: a tag is the same with one behind it."""
    return word.rstrip(",")


def _paragraphs(old: Blocks, new: Blocks) -> Iterator[Change]:
    """Yield what became of each paragraph that is not as it was, in the order of the new text."""
    before = dict(zip(old.ids, ["", *old.ids], strict=False))
    were, are = {block.id: block for block in old}, {block.id: block for block in new}
    kept = [name for name in old.ids if name in are], [name for name in new.ids if name in were]
    in_place = {kept[1][at] for at, _ in same_in_order(*kept)}
    gone = _gone_behind(old, are)
    yield from gone.get("", ())
    last = ""
    for block in new:
        if block.id not in were:
            yield Change(block.id, "added", compare("", block.text))
        elif block.id not in in_place:
            places = before[block.id], last
            yield Change(block.id, "moved", compare(were[block.id].text, block.text), places)
        elif block.text != were[block.id].text:
            yield Change(block.id, "changed", compare(were[block.id].text, block.text))
        yield from gone.get(block.id, ())
        last = block.id


def _gone_behind(old: Blocks, are: Mapping[str, Block]) -> dict[str, list[Change]]:
    """Return {id of a paragraph that stays, or "": those removed that stood behind it}."""
    gone: dict[str, list[Change]] = {}
    stays = ""
    for block in old:
        if block.id in are:
            stays = block.id
        else:
            gone.setdefault(stays, []).append(Change(block.id, "removed", compare(block.text, "")))
    return gone
