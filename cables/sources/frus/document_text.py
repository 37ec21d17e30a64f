"""Extract the text of a TEI document as sent, and separately what its editors added."""

from collections import Counter
from collections.abc import Sequence

from lxml import etree

from ...telegram.beside_the_text import IN_MARGIN
from ...telegram.editors_additions import HEADING, START, leads_to_end, letters_of
from ...telegram.fact_types import EditorNote, PrintedLink
from .cross_references import cited_target, linked_text, printed_targets, target_of
from .document_parts import DocumentText
from .marked_words import NEAR, MarkedWords
from .printed_layout import aligned, columns_of, style_of
from .tei_text import (
    BLOCKS,
    ID,
    append_words,
    is_beside_another,
    is_beside_text,
    is_in_margin,
    is_inside_sentence,
    is_note_mark,
    length_before,
    local,
    readings,
    text_behind,
    text_of,
)
from .titles_and_notes import (
    LONGEST_LINE,
    OUTER,
    heads_of,
    is_caption,
    is_inline,
    is_line,
    is_no_source,
    is_on_source,
    says_source,
    title_line,
)

# Marks inside a block that is being written. XML has no such characters.
BREAK = "\0"  # End of a line.
CELL = "\1"  # End of a table cell.
TAIL = 48  # Characters of an anchor: the end of the text before an addition.
STOPS = frozenset({".", ",", ";"})
LONGER_TAILS = (200, 800, 3_200)  # The same if these letters have stood in the text before.
TAIL_PIECES = 20  # The last pieces of a block, which usually hold the anchor.
MOST_MARKED = 8  # Places looked at in which the same words are marked as the same person.
SHORT_ITEM = 200  # Characters: a longer item of a list is a paragraph.
SPECIAL = frozenset(["lb", "note", "pb", "gap", "choice", "table", "list", "del", "file", "pdf"])
LEFT_OUT = frozenset(
    {"script", "object", "param", "media", "graphic", "ptr", "page-count-according-to-citation"}
    | {"problem", "uh-oh"}  # What the makers of the file remark, which no volume prints.
)
APART = frozenset({"note", "pb", "gap"})  # Never part of the text.


def read_text(document: etree._Element, most: int | None = None) -> DocumentText:
    """Return the text of a document and its additions. `most` stops it after so many blocks.

    One that begins with number 1 is read whole: whether a 2 follows says whose number it is (F-6).
    """
    writer = _Writer(most)
    writer.outer(document)
    text = writer.text
    text.body = "\n\n".join(writer.blocks)
    return text


def _in_line(written: str, between: str = " ") -> str:
    """Return what is written with this between its lines and cells."""
    return written.replace(BREAK, between).replace(CELL, between)


class _Writer:
    """Write an element and its children as text, block by block."""

    def __init__(self, most: int | None = None):
        self.most = most
        self.text = DocumentText()
        self.blocks: list[str] = []
        self.letters = ""  # Of the first blocks, so many, by which anchors are found.
        self.lettered = 0
        self.written = self.own_letters = ""  # The open block at the last anchor; its letters.
        self.open: list[str] = []  # Pieces of the block that is being written.
        self.cited: list[str] = []  # The volumes that its links cite, for "ibid.".
        self.begun = False  # The text has begun; before, elements belong to the heading.
        self.in_row = False  # Inside a row of a table, which is one line.
        self.marked: Counter[tuple[str, str]] = Counter()  # (words, keys) of names and terms.
        self.row = ""  # The row of the lines above the text in which notes stand: "date".
        self.headed = -1  # Blocks at the end of the last heading of an enclosure.
        self.label_end = 0  # Pieces of the label for which the first words of its item are awaited.

    def outer(self, document: etree._Element) -> None:
        """Write a document; its heading and dateline are not part of the text."""
        heads = heads_of(document)
        titled = title_line(document) is not None  # A note in its text is no source.
        for child in document:
            is_enough = self.most and len(self.blocks) >= self.most
            if is_enough and not self.blocks[0].startswith("1. "):
                break
            name = local(child)
            is_source = name == "note" and child.get("type") == "source"
            if child in heads:
                self._apart(child)
            elif is_source and not (self.text.sources or self._is_of_text(child, titled=titled)):
                self._source(child)
            elif name in OUTER and not self.begun:
                self._above(name, child)
            else:
                self.begun = self.begun or (bool(name) and name not in OUTER)
                self.element(child)
            self._say(child.tail)
        self.flush()

    def _is_of_text(self, note: etree._Element, *, titled: bool) -> bool:
        """Return whether what is marked as a source note is a line between paragraphs.

        "[Translation.]" behind a paragraph, and "No. 272." behind a signature, are of what follows;
        so is any such line of an untitled document.
        """
        if not self.begun or titled:
            return self.begun
        words = text_of(note)
        bracketed = words.startswith("[") and any(len(each) > LONGEST_LINE for each in self.blocks)
        closed = any(True for _ in note.itersiblings("{*}closer", preceding=True))
        return (bracketed or closed) and is_no_source(words)

    def _above(self, name: str, element: etree._Element) -> None:
        if name in APART or name == "lb":
            self.element(element)
        elif name == "opener":
            self._opener(element)
        elif name == "seg" and element.get("type") == "source":
            self._source(element)
        elif name == "dateline" and self.text.dateline is None:
            self.text.dateline = element
            self.row = "date"
            self._apart(element)
            self.row = ""
        else:
            if name != "dateline" or text_of(element) != text_of(self.text.dateline):  # Repeated.
                self._above_text(text_of(element))
            self._apart(element)

    def _above_text(self, words: str | None) -> None:
        if words and (words := " ".join(words.split())):
            self.text.opener.append(words)

    def _opener(self, opener: etree._Element) -> None:
        """Write an opener: take out the dateline; a salutation is text, the rest is above it."""
        self._above_text(opener.text)
        for child in opener:
            if local(child) == "salute":
                self.begun = True
                self.element(child)
            else:
                self._above(local(child), child)
            self._above_text(child.tail)

    def _apart(self, element: etree._Element) -> None:
        """Store the notes, page breaks and gaps in an element whose text is no part of the body."""
        for child in element:
            name = local(child)
            if name in APART:
                self.element(child)
            else:
                self._apart(child)
            if name == "choice":
                self._say_readings(child)

    def element(self, element: etree._Element) -> None:
        """Write one element."""
        name = local(element)
        if name in LEFT_OUT or not name or is_note_mark(name, element):
            return
        if is_beside_text(element):
            self.open.append(" ")
            self._add_note("", f"{IN_MARGIN}{text_of(element)}")
            self._apart(element)
            return
        if name in SPECIAL:
            getattr(self, f"_write_{name}")(element)
            return
        if name not in BLOCKS or is_inside_sentence(name, element):
            self.open += [" "] * is_in_margin(element)
            self.inside(element)
            self.open += [" "] * is_in_margin(element)
            self._term(name, element)
            self._link(name, element)
            self._style(element)
        else:
            self._block(element)

    def _block(self, element: etree._Element) -> None:
        self.flush()
        self.inside(element)
        self.flush()
        self._style(element)

    def inside(self, element: etree._Element) -> None:
        self._say(element.text)
        for child in element:
            self.element(child)
            self._say(child.tail)

    def _say(self, words: str | None) -> None:
        if words:
            append_words(self.open, words)
            self.begun = self.begun or not words.isspace()

    def flush(self) -> None:
        """End the block that is being written; a row of a table stays one line.

        The label of a list stays open for the words of its item; a stop behind a signature ends
        the block before it.
        """
        if self.in_row:
            self.open.append(" ")
            return
        if self.label_end and not "".join(self.open[self.label_end :]).strip():
            return
        self.label_end = 0
        if self.open and (block := self._so_far().strip("\n")):
            if block in STOPS and self.blocks:
                self.blocks[-1] += block
            else:
                self.blocks.append(block)
        self.open = []

    def _so_far(self) -> str:
        if BREAK not in (written := "".join(self.open)):
            return " ".join(written.split())
        return "\n".join(aligned(written.split(BREAK), CELL))

    def anchor(self) -> str:
        """Return the anchor of the current position: the end of the text so far."""
        written = " ".join(_in_line("".join(self.open[-TAIL_PIECES:])).split())
        if len(written) < TAIL:
            written = self._so_far().strip() or (self.blocks[-1] if self.blocks else "")
        letters = self._letters_so_far()
        if leads_to_end(tail := written[-TAIL:], letters):
            return tail
        so_far = self._so_far().strip()
        tails = [" ".join([*self.blocks, so_far])[-each:] for each in LONGER_TAILS]
        return next((tail for tail in tails if leads_to_end(tail, letters)), tails[-1])

    def _letters_so_far(self) -> str:
        """Return the letters of the text so far; only those behind the last anchor are new."""
        self.letters += "".join(map(letters_of, self.blocks[self.lettered :]))
        self.lettered = len(self.blocks)
        written = "".join(self.open)
        if not written.startswith(self.written):
            self.written = self.own_letters = ""
        self.own_letters += letters_of(written[len(self.written) :])
        self.written = written
        return self.letters + self.own_letters

    def _write_lb(self, element: etree._Element) -> None:
        self.open.append(" " if self.in_row else BREAK)

    def _write_note(self, note: etree._Element) -> None:
        """Store a note as summary, source note or footnote, or write an inline one as text."""
        about = says_source(note)
        if not self.begun and note.get("rend") == "center":
            self._above_text(text_of(note))
            self._apart(note)
        elif not self.begun and note.get("type") == "summary":
            words, links = linked_text(note, length_before(self.text.summaries), cited=self.cited)
            self.text.summaries.append(words)
            self.text.summary_links += links
            self._apart(note)
        elif not self.begun and (about or is_on_source(note)):
            self._source(note)
        elif (self.begun and is_line(note)) or (
            is_inline(note) and not about and note.get("type") != "summary"
        ):
            self._block(note)
        else:
            words, links = linked_text(note, in_lines=True, cited=self.cited)
            self._add_note(note.get("n") or "", words, note.get(ID) or "", links)
            self._apart(note)
            parts_words = (note.tail or "")[:1].isalpha() and "".join(self.open[-1:])[-1:].isalpha()
            self.open += [" "] * parts_words  # "Murphy<note/>you state"

    def _source(self, note: etree._Element) -> None:
        words, links = linked_text(note, length_before(self.text.sources), cited=self.cited)
        if is_no_source(words) or is_caption(words):
            self.text.opener.append(words)
        else:
            self.text.source_number = self.text.source_number or note.get("n") or ""
            self.text.sources.append(words)
            self.text.source_links += links
        self._apart(note)

    def _add_note(
        self, number: str, words: str, key: str = "", links: Sequence[PrintedLink] = ()
    ) -> None:
        at = self.anchor() if self.begun else ""
        note: EditorNote = {"id": key, "n": number, "text": words, "at": at}
        if self.row:
            note["row"] = self.row
        self.text.notes.append(note | {"links": [*links]} if links else note)

    def _write_pb(self, element: etree._Element) -> None:
        page = element.get("n") or element.get("facs")
        if page and (self.begun or not is_beside_another(element)):
            self.text.pages.append([self.anchor() if self.begun else "", page])

    def _write_gap(self, gap: etree._Element) -> None:
        extent = (gap.get("quantity") or gap.get("extent"), gap.get("unit"), gap.get("reason"))
        description = " ".join(filter(None, (*extent, text_of(gap))))
        self.text.gaps.append([self.anchor(), description or "omission"])

    def _write_choice(self, choice: etree._Element) -> None:
        """Write the reading that the document prints; the editors' reading becomes a note."""
        printed, others = readings(choice)
        if printed is not None:
            self.element(printed)
        self._say_readings(choice)
        for reading in others:
            self._apart(reading)

    def _say_readings(self, choice: etree._Element) -> None:
        for words in filter(None, map(text_of, readings(choice)[1])):
            self._add_note("", f"Editors: {words}")

    def _write_file(self, element: etree._Element) -> None:
        self.text.images += 1

    def _write_pdf(self, element: etree._Element) -> None:
        self.text.has_pdf = True

    def _write_del(self, deleted: etree._Element) -> None:
        """Write deleted words, with a blank before the words that replace them."""
        self.inside(deleted)
        if not deleted.tail and deleted.getnext() is not None and local(deleted.getnext()) == "add":
            self.open.append(" ")

    def _write_table(self, table: etree._Element) -> None:
        """Write a table as one block: a line for each row, with tabs between its cells."""
        self.flush()
        columns = columns_of(table)
        for child in table:
            if local(child) == "row" and not self.in_row:
                self._row(child, columns)
            else:
                self.element(child)
        self.flush()

    def _row(self, row: etree._Element, columns: dict[etree._Element, tuple[int, int]]) -> None:
        start, self.in_row = len(self.open), True
        for cell in row:
            before, behind = columns.get(cell, (0, 0))
            self.open.append(CELL * before)
            self.element(cell)
            self.open.append(CELL * behind)
        self.in_row = False
        if any(piece.strip(CELL).strip() for piece in self.open[start:]):
            self.open.append(BREAK)
        else:
            del self.open[start:]

    def _write_list(self, element: etree._Element) -> None:
        """Write a list: short items as the lines of one block, long ones as paragraphs.

        A label stands before the first words of its item in both.
        """
        self.flush()
        items = [child for child in element if local(child) == "item"]
        short = all(len(text_of(item)) < SHORT_ITEM for item in items)
        simple = short and not any(inner.find("{*}list") is not None for inner in items)
        for child in element:
            name = local(child)
            if name in ("item", "label") and simple:
                self._line(child, name)
            elif name == "label":
                self._label(child)
            else:
                self.element(child)
            self._say(child.tail)
        self.label_end = 0
        self.flush()

    def _label(self, label: etree._Element) -> None:
        """Write a label before the first words of the item that follows it."""
        self.flush()
        self.inside_line(label)
        self.open.append(" ")
        self.label_end = len(self.open)

    def _line(self, child: etree._Element, name: str) -> None:
        """Write an item, or its label, in a line of its block."""
        self.inside_line(child)
        self.open.append(BREAK if name == "item" and not self.in_row else " ")

    def inside_line(self, element: etree._Element) -> None:
        self._say(element.text)
        for child in element:
            if local(child) in ("p", "label", "ab"):
                self.open.append(" ")
                self.inside_line(child)
                self.open.append(" ")
            else:
                self.element(child)
            self._say(child.tail)

    def _term(self, name: str, element: etree._Element) -> None:
        keys = "" if name == "ref" else printed_targets(element)
        if keys and self.begun and (words := text_of(element)):
            self.marked[words, keys] += 1
            if self.marked[words, keys] > MOST_MARKED:
                return
            written = _in_line("".join(self.open[-TAIL_PIECES:]), " | ")  # No name of two lines.
            before = " ".join(written.split()).removesuffix(words)[-NEAR:]
            behind = text_behind(element)[:NEAR]
            self.text.terms.append(MarkedWords(before, words, behind, keys, self.anchor()))

    def _link(self, name: str, element: etree._Element) -> None:
        """Store a cross reference in the text; names and terms are stored by `_term`."""
        target = target_of(element) if name == "ref" and self.begun else ""
        if target:
            words, anchor = text_of(element), self.anchor()
            if target := cited_target(anchor.removesuffix(words), words, target, self.cited):
                self.text.links.append([anchor, words, target])

    def _style(self, element: etree._Element) -> None:
        """Store how the words of an element are set, if they are not as the others."""
        below_heading = self.headed == len(self.blocks) - 1
        style = style_of(element, below_heading=below_heading) if self.begun else ""
        words = text_of(element) if style else ""
        if any(map(str.isalnum, words)):
            self.headed = len(self.blocks) if style == HEADING else self.headed
            self.text.styles.append([self.anchor(), "" if style == START else words, style])
