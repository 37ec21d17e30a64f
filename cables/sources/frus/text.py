"""A document of a volume -> the text as sent, and apart from it what its editors added."""

from dataclasses import dataclass, field

from lxml import etree

from .volume import BLOCKS, ID, local, words_of

BREAK = "\0"  # The end of a line, in a block that is not yet written; XML has no such character.
TAIL = 48  # Characters of the text before a place, by which the place is found again.
TAIL_PIECES = 20  # Pieces of a block that are looked at first.
SHORT_ITEM = 200  # Characters: items of a list that are longer are paragraphs.
SPECIAL = frozenset({"lb", "note", "pb", "gap", "choice", "table", "list"})
LEFT_OUT = frozenset({"script", "object", "param", "media", "graphic", "ptr"})
OUTER = frozenset(
    {"head", "dateline", "opener", "byline", "pb", "note", "lb", "milestone", "anchor"}
)


@dataclass(slots=True)
class Text:
    """The text of a document, and what its editors added.

    A place is the end of the text before it, `TAIL` characters at the most; "" is the heading.
    """

    body: str = ""
    notes: list[dict] = field(default_factory=list)  # {"id", "n", "text", "at"}
    pages: list[list[str]] = field(default_factory=list)  # [place, page as printed]
    gaps: list[list[str]] = field(default_factory=list)  # [place, what was left out]
    terms: dict[str, str] = field(default_factory=dict)  # Words as printed -> key of a list.
    sources: list[str] = field(default_factory=list)  # Notes on where the document comes from.
    opener: list[str] = field(default_factory=list)  # What stands above the text.
    dateline: etree._Element | None = None


def read_text(document: etree._Element, most: int | None = None) -> Text:
    """Return the text of a document and what stands apart from it; `most` blocks at least."""
    writer = _Writer(most)
    writer.outer(document)
    text = writer.text
    text.body = "\n\n".join(writer.blocks)
    return text


class _Writer:
    """Writes an element and all in it, block by block."""

    def __init__(self, most: int | None = None):
        self.most = most
        self.text = Text()
        self.blocks: list[str] = []
        self.open: list[str] = []  # Pieces of the block that is being written.
        self.begun = False  # Whether the text has begun: what stands above it is its heading.

    def outer(self, document: etree._Element):
        """Write a document: its own heading and dateline are no part of the text."""
        for child in document:
            if self.most and len(self.blocks) >= self.most:
                break
            name = local(child)
            if name in OUTER and not (
                self.begun and name in ("dateline", "byline", "opener", "head")
            ):
                self._above(name, child)
            else:
                self.begun = self.begun or bool(name)
                self.element(child)
            self._say(child.tail)
        self.flush()

    def _above(self, name: str, element: etree._Element):
        if name == "note" and self._is_about_source(element):
            self.text.sources.append(words_of(element))
        elif name in ("note", "pb", "milestone", "anchor", "lb"):
            self.element(element)
        elif name == "opener":
            self._opener(element)
        else:
            if name == "dateline" and self.text.dateline is None:
                self.text.dateline = element
            elif name != "head":
                self.text.opener.append(words_of(element))
            self._notes_in(element)

    def _opener(self, opener: etree._Element):
        """Take the dateline out of an opener; a salutation is text, the rest stands above it."""
        for child in opener:
            name = local(child)
            if name == "dateline" and self.text.dateline is None:
                self.text.dateline = child
                self._notes_in(child)
            elif name == "salute":
                self.begun = True
                self.element(child)
            elif name in ("note", "pb"):
                self._above(name, child)
            elif words := words_of(child):
                self.text.opener.append(words)
                self._notes_in(child)
            if stray := " ".join((child.tail or "").split()):
                self.text.opener.append(stray)

    def _notes_in(self, element: etree._Element):
        """Take the notes and page breaks inside what stands above the text."""
        for inner in element.iter("{*}note", "{*}pb"):
            if local(inner) == "note" and self._is_about_source(inner):
                self.text.sources.append(words_of(inner))
            else:
                self.element(inner)

    def _is_about_source(self, note: etree._Element) -> bool:
        return note.get("type") == "source" or note.get("rend") == "inline"

    def element(self, element: etree._Element):
        """Write one element."""
        name = local(element)
        if name in LEFT_OUT or not name:
            return
        if name in SPECIAL:
            getattr(self, f"_write_{name}")(element)
            return
        self._term(name, element)
        if name in BLOCKS:
            self.flush()
        self.inside(element)
        if name in BLOCKS:
            self.flush()

    def inside(self, element: etree._Element):
        self._say(element.text)
        for child in element:
            self.element(child)
            self._say(child.tail)

    def _say(self, words: str | None):
        if words:
            self.open.append(words)
            self.begun = self.begun or not words.isspace()

    def flush(self):
        """End the block that is being written."""
        if self.open and (block := self._so_far().strip("\n")):
            self.blocks.append(block)
        self.open = []

    def _so_far(self) -> str:
        written = "".join(self.open)
        if BREAK not in written:
            return " ".join(written.split())
        return "\n".join(" ".join(part.split()) for part in written.split(BREAK))

    def place(self) -> str:
        """Return the end of the text so far, by which the place is found again."""
        written = " ".join("".join(self.open[-TAIL_PIECES:]).replace(BREAK, " ").split())
        if len(written) < TAIL:
            written = self._so_far().strip() or (self.blocks[-1] if self.blocks else "")
        return written[-TAIL:]

    def _write_lb(self, element: etree._Element):
        self.open.append(BREAK)

    def _write_note(self, note: etree._Element):
        if note.get("rend") == "inline":
            self.flush()
            self.inside(note)
            self.flush()
            return
        self.text.notes.append(
            {
                "id": note.get(ID) or "",
                "n": note.get("n") or "",
                "text": words_of(note),
                "at": self.place() if self.begun else "",
            }
        )
        for inner in note.iter("{*}note"):
            if inner is not note:
                self._write_note(inner)

    def _write_pb(self, element: etree._Element):
        if page := element.get("n"):
            self.text.pages.append([self.place() if self.begun else "", page])

    def _write_gap(self, gap: etree._Element):
        said = (gap.get("quantity") or gap.get("extent"), gap.get("unit"), gap.get("reason"))
        self.text.gaps.append([self.place(), " ".join(filter(None, said)) or "omission"])
        self.inside(gap)

    def _write_choice(self, choice: etree._Element):
        """Write what the document prints; what its editors read instead is a note on it."""
        children = [child for child in choice if local(child)]
        for child in children[:1]:
            self.element(child)
        for child in children[1:]:
            if words := words_of(child):
                note = {"id": "", "n": "", "text": f"Editors: {words}", "at": self.place()}
                self.text.notes.append(note)

    def _write_table(self, table: etree._Element):
        """Write a table: a line each row, its cells parted by tabs; one block, as it stands."""
        self.flush()
        rows = []
        for row in table:
            name = local(row)
            if name == "row":
                cells = (self._cell(cell) for cell in row if local(cell) not in ("", "pb", "note"))
                rows.append("\t".join(cells).rstrip("\t"))
            elif name == "head":
                self.element(row)
        self._apart(table)
        if block := "\n".join(filter(None, rows)):
            self.blocks.append(block)

    def _cell(self, cell: etree._Element) -> str:
        return words_of(cell)

    def _apart(self, element: etree._Element):
        """Take the notes and page breaks of an element whose words were written already."""
        for inner in element.iter("{*}note", "{*}pb"):
            if not any(local(each) in ("note", "head") for each in inner.iterancestors()):
                getattr(self, f"_write_{local(inner)}")(inner)

    def _write_list(self, element: etree._Element):
        """Write a list: short items are lines of one block, long ones are paragraphs."""
        self.flush()
        items = [child for child in element if local(child) == "item"]
        short = all(len(words_of(item)) < SHORT_ITEM for item in items)
        simple = short and not any(inner.find("{*}list") is not None for inner in items)
        for child in element:
            name = local(child)
            if name in ("item", "label") and simple:
                self._line(child, name)
            else:
                self.element(child)
            self._say(child.tail)
        self.flush()

    def _line(self, child: etree._Element, name: str):
        """Write an item as a line of its block; a label stands before its item."""
        self.inside_line(child)
        self.open.append(BREAK if name == "item" else " ")

    def inside_line(self, element: etree._Element):
        self._say(element.text)
        for child in element:
            if local(child) in ("p", "label", "ab"):
                self.open.append(" ")
                self.inside_line(child)
                self.open.append(" ")
            else:
                self.element(child)
            self._say(child.tail)

    def _term(self, name: str, element: etree._Element):
        key = element.get("target") if name in ("gloss", "term") else None
        if name == "persName":
            key = element.get("corresp") or element.get("ref")
        words = words_of(element) if key else ""
        if words and self.begun:
            self.text.terms.setdefault(words, key)
