"""Where a cable prints the cables that it refers to: in the items of its REF list, in its text.

Text is str with "\\n" line ends; offsets are characters. Rule ids are those of docs/format.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .mentions import Named, find_named
from .paragraphs import segment
from .paragraphs.preamble import find_label
from .redacting import is_marked
from .sources.cited import Cited, find_cited

NUMBER = re.compile(r"\d{1,12}")
WORD = re.compile(r"[^\W_]+")
LONGEST_LINK = 60  # Characters before a serial that can be its year and station.


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a REF list and its place: what names the cable stands at [start:end].

    An item that names none stands there whole. `anchor` is its fragment, "ref-A", or "ref" where
    the list has no letters; "" if an earlier item has it. An item that cannot be found in the
    text stands, empty, where the list begins.
    """

    cited: Cited
    anchor: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Printed:
    """All that a cable prints of others: the items in their order, {block id: what it names}."""

    items: tuple[Item, ...] = ()
    named: dict[str, list[Named]] = field(default_factory=dict)

    @property
    def references(self) -> list[str]:
        """All that are named, each once: the items first."""
        found = [item.cited.reference for item in self.items]
        found += [named.reference for each in self.named.values() for named in each]
        return [reference for reference in dict.fromkeys(found) if reference]


def find_printed(blocks, own: str) -> Printed:
    """Return what a cable, `own` being its reference, prints in its preamble and in its blocks."""
    cited = [_as_shown(item) for item in find_cited(blocks.preamble, own)]
    items = find_items(blocks.preamble, cited)
    named = {block.id: [*find_named(block.text, cited, own)] for block in blocks}
    if others := [item for item in items if item.anchor and not item.cited.reference]:
        for block in blocks:
            named[block.id] = _with_others(block.text, named[block.id], others)
    return Printed(items, {key: each for key, each in named.items() if each})


def _as_shown(item: Cited) -> Cited:
    """Return an item; what is left of one that is redacted names nothing."""
    return replace(item, reference="", kind="unknown") if is_marked(item.text) else item


def _with_others(text: str, named: list[Named], others: Sequence[Item]) -> list[Named]:
    """Return what a text names, with the items that are no cables: of "ref D", an e-mail.

    These have no reference; they are looked for under one that no cable has.
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
            named.append(Named(each.start, each.end, "", ""))
    return sorted(named, key=lambda each: each.start)


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text, without what stands around them."""
    return WORD.findall(text)


def find_items(preamble: str, cited: Sequence[Cited]) -> tuple[Item, ...]:
    """Return the places of items, which give their text without its line breaks and blanks."""
    places = [at for at, letter in enumerate(preamble) if not letter.isspace()]
    letters = "".join(preamble[at] for at in places)
    label = _list_start(preamble)
    begun = position = sum(at < label for at in places)
    items, anchors = [], set()
    for item in cited:
        words = "".join(item.text.split())
        found = letters.find(words, position) if words else -1
        first = found >= 0
        if words and not first:  # "STATE 11657 and 7743" are two items of one text.
            found = letters.find(words, begun)
        anchor = _anchor(item)
        start = end = label
        if found >= 0:
            begun, position = found, found + len(words)
            start, end = places[found], places[position - 1] + 1
            start, end = _naming(preamble, start, end, item.reference, first)
        items.append(Item(item, "" if anchor in anchors else anchor, start, end))
        anchors.add(anchor)
    return tuple(items)


def namesake(reference: str, years: int = -1) -> str:
    """Return the reference of the same number years later: "99STATE1", a year before "00STATE1".

    "" if it has no year (R-4).
    """
    year = reference[:2]
    return f"{(int(year) + years) % 100:02}{reference[2:]}" if year.isdecimal() else ""


def assumes_year(opening: str, own: str, reference: str) -> bool:
    """Return whether a text that opens so lists a reference for which it prints no year (R-4)."""
    cited = find_cited(segment(opening).preamble, own)
    return any(item.reference == reference and item.year_assumed for item in cited)


def _anchor(item: Cited) -> str:
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
    """Return whether words hold the number of a reference, as "06 ROME 0012" holds 12."""
    return _find_serial(words, reference, 0, len(words)) is not None


def _naming(text: str, start: int, end: int, reference: str, first: bool) -> tuple[int, int]:
    """Return the part of an item that names the cable: as far as its serial, or the whole."""
    number = _find_serial(text, reference, start, end) if reference else None
    if number is None:
        return start, end
    near = first and number.start() - start <= LONGEST_LINK
    return start if near else number.start(), number.end()


def _find_serial(text: str, reference: str, start: int, end: int) -> re.Match | None:
    serial = reference[len(reference.rstrip("0123456789")) :]
    numbers = NUMBER.finditer(text, start, end)
    return next((number for number in numbers if number.group().lstrip("0") == serial), None)
