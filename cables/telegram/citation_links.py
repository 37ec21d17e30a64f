"""Find where a cable names other cables, in its REF list and in its text, to link them.

Text is str with "\\n" line ends; offsets are characters. Rule ids are those of docs/format.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .mentions import TextMention, find_named
from .paragraphs import Blocks, segment
from .paragraphs.text_start import find_label
from .redact_phrases import is_marked
from .reference_items import ReferenceItem, find_listed_references

NUMBER = re.compile(r"\d{1,12}")
WORD = re.compile(r"[^\W_]+")
LONGEST_LINK = 60  # Characters of year and station before a serial.


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """An item of a REF list, with the offsets [start:end] of the words that name the cable.

    The offsets are those of the whole item if it names no cable, and both are the start of the
    list if the item cannot be found in the text. `anchor` is its URL fragment: "ref-A", "ref" in a
    list without letters, "" if an earlier item has that anchor.
    """

    cited: ReferenceItem
    anchor: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LocatedReferences:
    """The references in a cable: the items of its list in order, {block id: mentions}."""

    items: tuple[ItemPlace, ...] = ()
    named: dict[str, list[TextMention]] = field(default_factory=dict)

    @property
    def references(self) -> list[str]:
        """All references, each once, those of the list first."""
        references = [item.cited.reference for item in self.items]
        references += [named.reference for each in self.named.values() for named in each]
        return [reference for reference in dict.fromkeys(references) if reference]


def locate_references(blocks: Blocks, own: str) -> LocatedReferences:
    """Return the references in a cable's preamble and blocks; `own` is its own reference."""
    cited = [_as_shown(item) for item in find_listed_references(blocks.preamble, own)]
    items = find_items(blocks.preamble, cited)
    named = {block.id: [*find_named(block.text, cited, own)] for block in blocks}
    if others := [item for item in items if item.anchor and not item.cited.reference]:
        for block in blocks:
            named[block.id] = _with_others(block.text, named[block.id], others)
    return LocatedReferences(items, {key: each for key, each in named.items() if each})


def _as_shown(item: ReferenceItem) -> ReferenceItem:
    """Return an item as shown: a redacted one names no cable."""
    return replace(item, reference="", kind="unknown") if is_marked(item.text) else item


def _with_others(
    text: str, named: list[TextMention], others: Sequence[ItemPlace]
) -> list[TextMention]:
    """Add the mentions of list items that are not cables, such as "ref D" for an e-mail.

    Such items have no reference, so each gets a made-up one for the search.
    """
    stand_ins = [
        replace(item.cited, reference=f"00ITEM{place + 10**12}")
        for place, item in enumerate(others)
        if item.cited.bullet
    ]
    taken = {at for each in named for at in range(each.start, each.end)}
    for each in find_named(text, stand_ins, ""):
        words = text[each.start : each.end].upper()
        letters = {item.bullet for item in stand_ins if item.reference == each.reference}
        if not taken & {*range(each.start, each.end)} and letters & {*words_of(words)}:
            named.append(TextMention(each.start, each.end, "", ""))
    return sorted(named, key=lambda each: each.start)


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text, without punctuation."""
    return WORD.findall(text)


def find_items(preamble: str, cited: Sequence[ReferenceItem]) -> tuple[ItemPlace, ...]:
    """Return items with their offsets. Their text has collapsed blanks, so blanks do not count."""
    offsets = [at for at, letter in enumerate(preamble) if not letter.isspace()]
    letters = "".join(preamble[at] for at in offsets)
    label = _list_start(preamble)
    last = position = sum(at < label for at in offsets)  # Start and end of the item before.
    items, anchors = [], set()
    for item in cited:
        words = "".join(item.text.split())
        index = letters.find(words, position) if words else -1
        first = index >= 0
        if words and not first:  # "STATE 11657 and 7743" are two items with one text.
            index = letters.find(words, last)
        anchor = _anchor(item)
        start = end = label
        if index >= 0:
            last, position = index, index + len(words)
            start, end = offsets[index], offsets[position - 1] + 1
            start, end = _naming(preamble, start, end, item.reference, first)
        items.append(ItemPlace(item, "" if anchor in anchors else anchor, start, end))
        anchors.add(anchor)
    return tuple(items)


def namesake(reference: str, years: int = -1) -> str:
    """Return the reference with the same number `years` later (R-4): "99STATE1" for "00STATE1".

    "" if it has no year.
    """
    year = reference[:2]
    return f"{(int(year) + years) % 100:02}{reference[2:]}" if year.isdecimal() else ""


def assumes_year(opening: str, own: str, reference: str) -> bool:
    """Return whether the opening lines of a cable list a reference without its year (R-4).

    `own` completes the references in its text, as `completing_reference` returns it.
    """
    cited = find_listed_references(segment(opening).preamble, own)
    return any(item.reference == reference and item.year_assumed for item in cited)


def _anchor(item: ReferenceItem) -> str:
    bullet = "".join(filter(str.isalnum, item.bullet))
    return f"ref-{bullet}" if bullet else "ref"


def _list_start(preamble: str) -> int:
    """Return where the REF list begins, or 0."""
    start = 0
    for line in preamble.split("\n"):
        label = find_label(line)
        if label and label.lastgroup == "ref":
            return start + label.end()
        start += len(line) + 1
    return 0


def prints_serial(words: str, reference: str) -> bool:
    """Return whether some words contain the serial of a reference: "06 ROME 0012" contains 12."""
    return _find_serial(words, reference, 0, len(words)) is not None


def _naming(text: str, start: int, end: int, reference: str, first: bool) -> tuple[int, int]:
    """Return the offsets of the words of an item that name the cable, up to its serial.

    The whole item if its serial is not found. `first` says that the item is not one of several
    with the same text.
    """
    number = _find_serial(text, reference, start, end) if reference else None
    if number is None:
        return start, end
    near = first and number.start() - start <= LONGEST_LINK
    return start if near else number.start(), number.end()


def _find_serial(text: str, reference: str, start: int, end: int) -> re.Match[str] | None:
    serial = reference[len(reference.rstrip("0123456789")) :]
    numbers = NUMBER.finditer(text, start, end)
    return next((number for number in numbers if number.group().lstrip("0") == serial), None)
