"""The text of an element of TEI, in one line, without the indentation of the file."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from lxml import etree

# A closing bracket, or a stop that ends the words before it: no ellipsis (". . ."), no fraction
# (".5").
STOP = re.compile(r"(?:\n\s*)?(?P<stop>[)\]]|[,.;:](?!\s?[.\d]))")
BEFORE_STOP = frozenset("\n)],.;:")  # With one of these it begins.
OPEN_ENDED = (".", "…")  # Behind these a full stop is part of an ellipsis.
BRACKETS = ("(", "[")
# Marks around the words of a link: START target MIDDLE words END. XML has no such characters.
START, MIDDLE, END = "\2", "\3", "\4"
BLANKS = re.compile(r"\s+")
MARKS = (START, END)  # With which a piece begins that has no words.


def append_words(pieces: list[str], words: str) -> None:
    """Append words to the pieces of a text.

    A blank before a stop and behind an opening bracket is removed if a tag stands between both:
    it is indentation, or stood before a footnote ("telegram 12 <note/>)").
    """
    if words and not words.isspace():
        last = len(pieces) - 1
        while last > 0 and (not (piece := pieces[last]) or piece.isspace() or piece[0] in MARKS):
            last -= 1  # A blank, or a mark of a link.
        end = pieces[last].rstrip() if pieces else ""
        stop = STOP.match(words) if words[0] in BEFORE_STOP else None
        is_stop = stop is not None and not (stop["stop"] == "." and end.endswith(OPEN_ENDED))
        if is_stop or end.endswith(BRACKETS):
            marks = [piece for piece in pieces[last + 1 :] if not piece.isspace()]
            pieces[last:], words = [end, *marks], words.lstrip()
    pieces.append(words)


ID = "{http://www.w3.org/XML/1998/namespace}id"
# Elements that begin on a new line.
BLOCKS = frozenset(
    re.findall(
        r"\S+",
        """head p ab list item label table row cell quote cit bibl floatingText body opener closer
        dateline salute signed postscript byline address addrLine argument epigraph trailer lg l sp
        speaker stage figure figDesc attachment div div1 div2 div3 div4 titlePage docTitle titlePart
        docImprint docDate""",
    )
)
PHRASES = frozenset({"quote", "cit", "bibl", "label"})  # May be part of a sentence.
PRINTED = ("sic", "orig", "abbr")  # Of two readings, those that the document itself has.
PAGE_IN_MARGIN = re.compile(r"\s*\[?[\divxl]+\]?\s*")
SEAL = re.compile(r"\[?(?:l\. ?s\b|seal\b)\.?\]?", re.IGNORECASE)
Mark = Callable[[etree._Element], tuple[str, str]]  # An element -> what to put around its text.


def unmarked(element: etree._Element) -> tuple[str, str]:
    return "", ""


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace; "" for a comment or instruction."""
    return _local(element.tag)


@lru_cache(1_000)
def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text_of(element: etree._Element | None) -> str:
    """Return the text of an element in one line, without footnotes and gaps."""
    if element is None:
        return ""
    if not len(element):
        return " ".join(element.text.split()) if element.text else ""
    pieces: list[str] = []
    _collect(element, pieces)
    return " ".join("".join(pieces).split())


def marked_text_of(element: etree._Element, mark: Mark) -> str:
    """Return the text of an element as `text_of`, with what `mark` puts around elements in it."""
    pieces: list[str] = []
    _collect(element, pieces, mark)
    return "".join(pieces)


def _collect(element: etree._Element, pieces: list[str], mark: Mark = unmarked) -> None:
    if element.text:
        append_words(pieces, element.text)
    for child in element:
        name = local(child)
        before, behind = mark(child) if name and mark is not unmarked else ("", "")
        pieces.append(before)
        in_margin = is_in_margin(child)
        if name == "lb" or (in_margin and PAGE_IN_MARGIN.fullmatch(child.text or "")):
            pieces.append(" ")
        elif name == "choice":
            printed, _ = readings(child)
            _collect(child if printed is None else printed, pieces, mark)
        elif name and name not in ("note", "gap") and not is_note_mark(name, child):
            gap = " " if name in BLOCKS or in_margin else ""
            pieces.append(gap)
            _collect(child, pieces, mark)
            pieces.append(gap)
        pieces.append(behind)
        if child.tail:
            append_words(pieces, child.tail)


def is_in_margin(element: etree._Element) -> bool:
    """Return whether words are printed in the margin: of the page, or the number of another one."""
    return bool(element.get("type") == "margin")


def is_note_mark(name: str, element: etree._Element) -> bool:
    """Return whether an element is only the raised number of the footnote that follows it."""
    if name != "hi" or element.get("rend") != "superscript":
        return False
    note = element.getnext()
    number = (element.text or "").strip()
    return note is not None and local(note) == "note" and number == (note.get("n") or "")


def is_beside_text(element: etree._Element) -> bool:
    """Return whether words in the margin are about the text; a seal, "[L. S.]", is part of it."""
    return is_in_margin(element) and not SEAL.fullmatch(text_of(element))


def readings(choice: etree._Element) -> tuple[etree._Element | None, list[etree._Element]]:
    """Return (the reading that the document has, the readings of its editors) in a `choice`.

    The first is None if the element is empty.
    """
    children = [child for child in choice if local(child)]
    printed = next((child for child in children if local(child) in PRINTED), None)
    if printed is None and children:
        printed = children[0]
    return printed, [child for child in children if child is not printed]


def is_inside_sentence(name: str, element: etree._Element) -> bool:
    """Return whether a quotation or the like is part of a sentence, not a block of its own."""
    if name not in PHRASES or element.get("rend") or local(element.getparent()) != "p":
        return False
    return not any(local(child) in BLOCKS for child in element)


def is_beside_another(page_break: etree._Element) -> bool:
    """Return whether another page break stands directly before or behind one.

    Above a text, they tell how many pages there are, and not where these begin.
    """
    before, behind = page_break.getprevious(), page_break.getnext()
    follows = before is not None and local(before) == "pb" and not (before.tail or "").strip()
    is_followed = behind is not None and local(behind) == "pb"
    return follows or (is_followed and not (page_break.tail or "").strip())


def text_behind(element: etree._Element, most: int = 60) -> str:
    """Return the text behind an element in its paragraph, so many characters at least if any."""
    text = element.tail or ""
    for following in element.itersiblings():
        if len(text) >= most:
            break
        is_text = bool(local(following)) and local(following) not in ("note", "gap")
        text += f"{text_of(following) if is_text else ''}{following.tail or ''}"
    return BLANKS.sub(" ", text)


def words_before(element: etree._Element) -> str:
    """Return the text between an element and the tag before it, with single blanks."""
    before, parent = element.getprevious(), element.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else ""
    return BLANKS.sub(" ", text) if text else ""


def length_before(texts: Sequence[str]) -> int:
    """Return how many characters stand before the next text when all are joined by blanks."""
    return sum(len(each) + 1 for each in texts)
