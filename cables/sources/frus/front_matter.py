"""Read what a volume prints before its documents: preface, sources, lists of persons (F-14)."""

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import chain, count, takewhile
from pathlib import Path

from lxml import etree

from ...telegram.fact_types import FrontBlock
from ..limited_files import LIMITS, Limits
from .cross_references import linked_text
from .tei_text import BLOCKS, ID, local, text_of
from .volume import PARTS, BrokenVolumeError, Volume, name_in_address, walk, word_of_entry

CONTENTS = "toc"  # The tree of chapters says the same.
LONGEST_NAME = 60  # Characters of the id of a page.
WHOLE = frozenset({"p", "ab", "head", "row", "closer", "byline", "dateline", "signed", "l"})


@dataclass(slots=True)
class FrontPage:
    """One section before the documents of a volume."""

    name: str  # Its id: "persons".
    title: str = ""
    blocks: list[FrontBlock] = field(default_factory=list)

    def take_title(self) -> None:
        """Make the heading with which the page begins its title."""
        is_headed = self.blocks and self.blocks[0]["kind"] == "head"
        self.title = self.blocks.pop(0)["text"] if is_headed else self.name

    @property
    def keys(self) -> list[str]:
        """The keys of its entries: "p_AB1"."""
        return [block["key"] for block in self.blocks if "key" in block]


def read_front_matter(path: Path, limits: Limits = LIMITS) -> tuple[str, list[FrontPage]]:
    """Return (id of a volume, its pages before the first document, in printed order).

    Of a damaged volume the pages before the damage. Raises ValueError if it is no volume.
    """
    volume = Volume(id=path.name.partition(".")[0], quiet=True)
    front = _Front()
    try:
        for _ in walk(path, volume, limits=limits, notice=front.notice):
            break
    except BrokenVolumeError:
        pass
    return volume.id, [page for page in front.pages if page.name != CONTENTS and page.blocks]


class _Front:
    """The sections of the front that are read; those inside another are part of its page.

    What stands before a section in another is read when the inner one begins, since it is freed
    when that ends.
    """

    def __init__(self) -> None:
        self.pages: list[FrontPage] = []
        self.open: list[etree._Element] = []  # The sections.

    def notice(
        self,
        event: str,
        element: etree._Element,
        inside: Sequence[etree._Element],
        parts: Sequence[str],
    ) -> None:
        if local(element) not in PARTS or inside:
            return
        if "front" not in map(local, element.iterancestors()):
            return  # In the body of the volume.
        if event == "start":
            if self.open:
                before = takewhile(lambda each: each is not element, self.open[-1])
                self.pages[-1].blocks += read_blocks(before)
            else:
                self.pages.append(FrontPage(self._free_name(element.get(ID) or "")))
            self.open.append(element)
            return
        self.open.pop()
        self.pages[-1].blocks += read_blocks(element)
        if not self.open:
            self.pages[-1].take_title()

    def _free_name(self, printed: str) -> str:
        """Return a name for the next page, which addresses can have: its id, if it has one."""
        stem = name_in_address(printed)[:LONGEST_NAME] or "section"
        taken = {page.name for page in self.pages}
        numbered = (f"{stem[: LONGEST_NAME - 4]}-{number}" for number in count(2))
        return next(name for name in chain([stem], numbered) if name not in taken)


def read_blocks(elements: Iterable[etree._Element], depth: int = 0) -> Iterator[FrontBlock]:
    """Yield the headings, paragraphs and entries of elements, without sections in them."""
    for child in elements:
        name = local(child)
        if name == "item":
            yield from _entry(child, depth)
        elif name in WHOLE or (name in BLOCKS and BLOCKS.isdisjoint(map(local, child))):
            if name != "label" or not _is_before_item(child):
                yield from _block("head" if name == "head" else "p", child, depth)
        elif name == "list":
            yield from read_blocks(child, depth + 1)
        elif name and name not in PARTS:
            yield from read_blocks(child, depth)


def _block(kind: str, element: etree._Element, depth: int) -> Iterator[FrontBlock]:
    """Yield the text of an element, and the notes in it."""
    text, links = linked_text(element)
    if text:
        yield {"kind": kind, "text": text, "depth": depth, "links": links}
    for note in element.iterdescendants("{*}note"):
        words, links = linked_text(note)
        yield {"kind": "note", "text": words, "depth": depth, "links": links}


def _entry(item: etree._Element, depth: int) -> Iterator[FrontBlock]:
    """Yield an item of a list with the label before it, and the items of lists in it."""
    own = deepcopy(item)
    for inner in own.findall(".//{*}list"):
        inner.tail = f" {inner.tail or ''}"  # The words behind it are of this item.
    etree.strip_elements(own, "{*}list", with_tail=False)
    label = item.getprevious() if _is_before_item(item.getprevious()) else None
    word = word_of_entry(item)
    for block in _block("item", own, depth):
        if label is not None and block["kind"] == "item":
            block = _behind_label(text_of(label), block)
        if word is not None and block["kind"] == "item":
            block["key"] = word.get(ID) or ""
            name = text_of(word).rstrip(" ,;:")
            if word is not item and block["text"].startswith(name):
                block["name_end"] = len(name)
        yield block
    for inner in item.iterdescendants("{*}list"):
        if next(inner.iterancestors("{*}item"), None) is item:
            yield from read_blocks(inner, depth + 1)


def _behind_label(label: str, block: FrontBlock) -> FrontBlock:
    """Return an entry with the label that is printed before it."""
    shift = len(label) + 1
    links = [
        link | {"start": link["start"] + shift, "end": link["end"] + shift}
        for link in block["links"]
    ]
    return block | {"text": f"{label} {block['text']}", "links": links}


def _is_before_item(element: etree._Element | None) -> bool:
    """Return whether an element is the label of the item behind it."""
    if element is None or local(element) != "label":
        return False
    following = element.getnext()
    return following is not None and local(following) == "item"
