"""Read the passages of a file that an author sends, in bounded time and memory.

Plain text, Markdown, HTML, DOCX, ODT, PDF with text, and bibliographies in BibTeX, RIS and
CSL-JSON. Most become HTML first, which one function reads. The bytes are kept nowhere.
"""

import io
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import PurePath
from typing import Any
from zipfile import BadZipFile, ZipFile

from lxml import etree

from ..sources.text_encodings import decoded, guess_encoding
from .passages import TextPassage, on_one_line, passages_of_text, with_marks

MOST_CHARACTERS = 2_000_000  # Of the text of a file.
MOST_UNPACKED = 40_000_000  # Bytes of all parts of a packed file.
MOST_RATIO = 200  # Unpacked bytes for one packed byte.
MOST_TAGS = 600_000  # Of the parts of a packed file: a long book of many short runs has so many.
MOST_MARKS = 200_000  # Of Markdown: each takes about 20 microseconds.
FAR_MORE_MARKS = "The file has far more marks than a text has: send it as plain text."
MARKDOWN = re.compile(r"[*_`\[!<&\\]")
MOST_PAGES = 2_000
SECONDS = 20.0  # For the pages of a PDF.
DEEPEST = 200  # Elements in one another.

BLOCK_NAMES = """
p li h1 h2 h3 h4 h5 h6 blockquote td th dt dd pre figcaption caption div section article header
footer main aside body ul ol table tr tbody thead dl
"""
BLOCKS = frozenset(BLOCK_NAMES.split())
SKIPPED = frozenset(("script", "style", "head", "template", "noscript", "svg", "math", "nav"))
# "[3]", "[3:1]" where a note is cited again, "*".
NOTE_SIGN = re.compile(r"\W*(\d{1,4}|[*†‡§]+|[a-z])(?::\d{1,3})?\W*")
STYLES = "\n".join(
    f"{style} => blockquote > p:fresh"
    for name in ("Quote", "Block Text", "Intense Quote", "Quotation", "Block Quotation", "Extract")
    for style in (f"p[style-name^='{name}']", f"p.{name.replace(' ', '')}")
)
# Fields of bibliographies in the order of a printed entry.
FIELDS = (
    *("author", "authors", "title", "primary_title", "container-title", "collection-title"),
    *("journal", "booktitle", "series", "secondary_title", "volume", "number", "note", "notes"),
    *("archive", "call-number", "pages", "page", "date", "issued", "year", "url", "URL", "urls"),
    *("howpublished", "DOI", "doi", "annote", "custom1", "accession_number", "call_number"),
)
TITLES = frozenset(("title", "primary_title"))


class UnreadableFile(ValueError):
    """A file that is not read; the message says why, and what to do."""


def read_file(name: str, data: bytes) -> list[TextPassage]:
    """Return the passages of a file. Raises UnreadableFile."""
    suffix = PurePath(name).suffix.lower()
    read = READERS.get(suffix)
    if read is None:
        known = ", ".join(each.removeprefix(".") for each in READERS)
        raise UnreadableFile(f"A file {suffix or 'without an ending'} is not read. Send {known}.")
    if not data.strip():
        raise UnreadableFile("The file is empty.")
    try:
        passages = read(data)
    except UnreadableFile:
        raise
    except Exception as error:  # Damaged files fail in many ways.
        why = f"The file is damaged, or is not {suffix[1:].upper()}: save it anew."
        raise UnreadableFile(why) from error
    if not any(each.text for each in passages):
        raise UnreadableFile(
            "The file has no text. If it is a scan, let a program recognise its text first."
        )
    if sum(len(each.text) for each in passages) > MOST_CHARACTERS:
        raise UnreadableFile("The file has more than 2 million characters: send it in parts.")
    return passages


def _text(data: bytes) -> str:
    encoding = guess_encoding(data[:100_000])
    is_packed = data[:4] in (b"PK\x03\x04", b"%PDF")
    if is_packed or (b"\0" in data and not encoding.startswith(("utf-16", "utf-32"))):
        raise UnreadableFile("The file is not a text, whatever its name says.")
    text = decoded(data)[0] if encoding == "utf-8" else data.decode(encoding, errors="replace")
    return text.removeprefix("\ufeff")


def _read_plain(data: bytes) -> list[TextPassage]:
    return passages_of_text(_text(data))


def _read_markdown(data: bytes) -> list[TextPassage]:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    text = _text(data)
    if len(MARKDOWN.findall(text)) > MOST_MARKS:
        raise UnreadableFile(FAR_MORE_MARKS)
    return passages_of_html(MarkdownIt("commonmark").use(footnote_plugin).render(text))


def _read_html(data: bytes) -> list[TextPassage]:
    return passages_of_html(_text(data))


def _read_docx(data: bytes) -> list[TextPassage]:
    import mammoth

    _check_packed(data, "word/document.xml", "DOCX")
    return passages_of_html(mammoth.convert_to_html(io.BytesIO(data), style_map=STYLES).value)


def _check_packed(data: bytes, wanted: str, kind: str) -> None:
    """Raise UnreadableFile unless the bytes are a packed file of a moderate size with a part."""
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (BadZipFile, ValueError) as error:
        protected = data.startswith(b"\xd0\xcf\x11\xe0")  # An encrypted DOCX is such a container.
        why = "is protected by a password, or of an old kind" if protected else "is damaged"
        raise UnreadableFile(f"The file {why}: save it anew as {kind}.") from error
    sizes = {each.filename: each.file_size for each in parts}
    if wanted not in sizes:
        raise UnreadableFile(f"The file is not {kind}, whatever its name says.")
    if any(each.flag_bits & 1 for each in parts):
        raise UnreadableFile("The file is protected by a password: save it without.")
    if sum(sizes.values()) > min(MOST_UNPACKED, MOST_RATIO * len(data)):
        raise UnreadableFile("The file unpacks to far more than a text has: it is not read.")
    with ZipFile(io.BytesIO(data)) as packed:
        tags = sum(packed.read(name).count(b"<") for name in sizes if name.endswith(".xml"))
    if tags > MOST_TAGS:
        raise UnreadableFile(FAR_MORE_MARKS)


OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
ODT_TEXT = OFFICE % "text"


def _read_odt(data: bytes) -> list[TextPassage]:
    _check_packed(data, "content.xml", "ODT")
    with ZipFile(io.BytesIO(data)) as packed:
        content = packed.read("content.xml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    body = etree.fromstring(content, parser)
    quoting = {
        style.get((OFFICE % "style") + "name")
        for style in body.iter((OFFICE % "style") + "style")
        if "Quot" in (style.get((OFFICE % "style") + "parent-style-name") or "")
    }
    texts: list[TextPassage] = []
    notes: list[TextPassage] = []
    for block in body.iter(f"{ODT_TEXT}p", f"{ODT_TEXT}h"):
        if next(block.iterancestors(f"{ODT_TEXT}note"), None) is None:
            words, found = _odt_words(block)
            style = block.get(f"{ODT_TEXT}style-name") or ""
            is_quotation = "Quot" in style or style in quoting
            texts.append(TextPassage(on_one_line(words), is_quotation=is_quotation))
            notes += found
    return with_marks([each for each in [*texts, *notes] if each.text])


def _odt_words(block: Any) -> tuple[str, list[TextPassage]]:
    """Return (words of a paragraph with the marks of its notes, those notes)."""
    words, notes = block.text or "", []
    for child in block:
        if child.tag == f"{ODT_TEXT}note":
            citation = child.findtext(f"{ODT_TEXT}note-citation") or ""
            body = child.find(f"{ODT_TEXT}note-body")
            text = "" if body is None else " ".join("".join(p.itertext()) for p in body)
            notes.append(TextPassage(on_one_line(text), citation.strip()))
            words += f"[{citation.strip()}]"
        elif child.tag in (f"{ODT_TEXT}s", f"{ODT_TEXT}tab", f"{ODT_TEXT}line-break"):
            words += " "
        elif isinstance(child.tag, str):
            inner, found = _odt_words(child)
            words += inner
            notes += found
        words += child.tail or ""
    return words, notes


def _read_pdf(data: bytes) -> list[TextPassage]:
    texts: list[str] = []
    notes: list[TextPassage] = []
    for lines in _without_heads(_pages_of(data)):
        paragraphs, at_foot = _of_page(lines)
        if texts and paragraphs and texts[-1][-1:] not in ENDINGS:  # It goes on over the page.
            paragraphs[0] = f"{texts.pop()}\n{paragraphs[0]}"
        texts, notes = texts + paragraphs, notes + at_foot
    return with_marks([*(TextPassage(on_one_line(each)) for each in texts), *notes])


def _pages_of(data: bytes) -> list[str]:
    """Return the texts of the pages of a PDF."""
    from pypdf import PdfReader

    if not data.lstrip().startswith(b"%PDF"):
        raise UnreadableFile("The file is not PDF, whatever its name says.")
    end = time.monotonic() + SECONDS
    pages: list[str] = []
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableFile("The PDF is protected by a password: save it without.")
    for number, page in enumerate(reader.pages):
        if number >= MOST_PAGES or time.monotonic() > end:
            raise UnreadableFile("The PDF takes too long to read: send it in parts, or as DOCX.")
        pages.append(page.extract_text())
    return pages


NUMBERED = re.compile(r"(\d{1,4})[.)]?\s+(?=\S)")
ENDINGS = '.!?”"’»:'  # Of paragraphs.
OFTEN = 3  # Pages with the same line at an end, from which on it is none of the text.


def _without_heads(pages: list[str]) -> Iterator[list[str]]:
    """Yield the lines of each page, without its number and what heads or ends several pages."""
    lined = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    bare = [[re.sub(r"[\d\W]", "", line) for line in lines] for lines in lined]
    ends = Counter(end for words in bare for end in {*words[:1], *words[-1:]})
    for lines, words in zip(lined, bare, strict=True):
        yield [
            line
            for at, line in enumerate(lines)
            if 0 < at < len(lines) - 1 or (words[at] and ends[words[at]] < OFTEN)
        ]


def _of_page(lines: list[str]) -> tuple[list[str], list[TextPassage]]:
    """Return the paragraphs of a page, and the notes at its foot: lines that count on."""
    numbers = [int(match[1]) if (match := NUMBERED.match(line)) else 0 for line in lines]
    counted = [n for n, number in enumerate(numbers) if number]
    starts: list[int] = []
    for at in reversed(counted):
        if not starts or numbers[at] == numbers[starts[0]] - 1:
            starts.insert(0, at)
    starts = starts if len(starts) > 1 or starts[:1] > [len(lines) // 3] else []
    foot = starts[0] if starts else len(lines)
    longest = max(map(len, lines), default=0)
    paragraphs = [""]
    for line in lines[:foot]:
        paragraphs[-1] = f"{paragraphs[-1]}\n{line}" if paragraphs[-1] else line
        if len(line) < 0.8 * longest and line[-1:] in ENDINGS:
            paragraphs.append("")
    notes = []
    for start, stop in pairwise([*starts, len(lines)]):
        text = NUMBERED.sub("", "\n".join(lines[start:stop]), count=1)
        notes.append(TextPassage(on_one_line(text), str(numbers[start])))
    return [each for each in paragraphs if each], notes


def passages_of_html(page: str) -> list[TextPassage]:
    """Return the passages of a page: each block is one, a note has the label of its mark."""
    from lxml import html

    if not page.strip():
        return []
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    root = html.fromstring(page, parser=parser)
    labels = _note_labels(root)
    return with_marks([each for each in _blocks(root, labels) if each.text])


def _note_labels(root: Any) -> dict[str, str]:
    """Return {id of the element of a note: its label}; marks become "[3]" in the text.

    A mark is a short link to an element that begins a block of its own.
    """
    targets = {each.get("id"): each for each in root.iter() if each.get("id")}
    notes: dict[str, bool] = {}  # Whether a target is one: the text of each is read once.
    labels: dict[str, str] = {}
    for link in root.iter("a"):
        goal, sign = (
            (link.get("href") or "").partition("#")[2],
            NOTE_SIGN.fullmatch(link.text_content()),
        )
        if goal not in targets or sign is None:
            continue
        if goal not in notes:
            notes[goal] = _is_in_note(targets[goal])
        if not notes[goal]:
            continue
        label = labels.setdefault(goal, sign[1] if sign[1].isdigit() else str(len(labels) + 1))
        for child in list(link):
            link.remove(child)
        link.text = f"[{label}]"
    return labels


def _is_in_note(target: Any) -> bool:
    """Whether an element is a note or begins one, and is not the mark to which notes lead back."""
    block = target.getparent()
    if target.tag in ("sup", "a") and block is not None:
        begins = target.getprevious() is None and not (block.text or "").strip()
        is_block = begins and block.tag in ("li", "p", "div")
        return is_block and len(block.text_content()) > len(target.text_content()) + 5
    return len(target.text_content().strip()) > 5


def _blocks(root: Any, labels: dict[str, str], depth: int = 0) -> Iterator[TextPassage]:
    """Yield the texts of the innermost blocks in order, without those of SKIPPED."""
    words: list[str] = []
    label: str | None = None  # It is looked for once, though the block may have many texts.

    def flush() -> Iterator[TextPassage]:
        nonlocal label
        if text := on_one_line("".join(words)):
            label = _label_of(root, labels) if label is None else label
            yield _of_block(root, text, label)
        words.clear()

    words.append(root.text or "")
    for child in root:
        if isinstance(child.tag, str) and child.tag not in SKIPPED:
            if child.tag == "br":
                words.append("\n")
            elif depth < DEEPEST and (
                child.tag in BLOCKS or any(e.tag in BLOCKS for e in child.iter())
            ):
                yield from flush()
                yield from _blocks(child, labels, depth + 1)
            else:
                words.append(child.text_content())
        words.append(child.tail or "")
    yield from flush()


def _label_of(block: Any, labels: dict[str, str]) -> str:
    """Return the label of the note that a block is or begins, "" if none."""
    if not labels:
        return ""
    named = [block.get("id"), *(each.get("id") for each in block.iter("a", "sup"))]
    named += [each.get("id") for each in [block, *block.iterancestors()][:3]]
    return next((labels[each] for each in named if each in labels), "")


def _of_block(block: Any, text: str, label: str) -> TextPassage:
    if label:  # "↑ 3." before a note, and the arrow back behind it.
        text = re.sub(rf"^\W*(?:{label}\W+)?|(?:\s*[↑↩^]\ufe0e?)+\s*$", "", text)
    is_quotation = any(each.tag == "blockquote" for each in [block, *block.iterancestors()])
    return TextPassage(text, label, is_quotation and not label)


def _read_bibtex(data: bytes) -> list[TextPassage]:
    import bibtexparser

    library = bibtexparser.parse_string(_text(data))
    return _entries({key: f.value for key, f in e.fields_dict.items()} for e in library.entries)


def _read_ris(data: bytes) -> list[TextPassage]:
    import rispy

    return _entries(rispy.loads(_text(data), skip_unknown_tags=True))


def _read_csl(data: bytes) -> list[TextPassage]:
    entries = json.loads(_text(data))
    entries = entries if isinstance(entries, list) else [entries]
    return _entries(each for each in entries if isinstance(each, dict))


def _entries(entries: Any) -> list[TextPassage]:
    """Return a passage for each entry of a bibliography, as a note would print it."""
    return [TextPassage(text) for each in entries if (text := _entry(each))]


def _entry(entry: dict[str, Any]) -> str:
    parts = []
    for name in FIELDS:
        words = on_one_line(re.sub(r"[{}\\]", "", _words(entry.get(name))))
        parts.append(f"“{words}”" if words and name in TITLES else words)
    return f"{', '.join(filter(None, parts))}." if any(parts) else ""


def _words(value: Any) -> str:
    """Return a field of an entry as words: lists joined, dates of CSL as 2006-05-03."""
    if isinstance(value, dict) and value.get("date-parts"):
        parts = value["date-parts"][0] if isinstance(value["date-parts"], list) else []
        return "-".join(f"{part:0>2}" for part in map(str, parts))
    if isinstance(value, dict):
        return " ".join(_words(value.get(key)) for key in ("family", "given", "literal", "raw"))
    if isinstance(value, list):
        return "; ".join(map(_words, value[:50]))
    return str(value).strip("/") if isinstance(value, str | int) else ""


READERS: dict[str, Callable[[bytes], list[TextPassage]]] = {
    **{".txt": _read_plain, ".text": _read_plain, ".md": _read_markdown},
    **{".markdown": _read_markdown, ".html": _read_html, ".htm": _read_html},
    **{".docx": _read_docx, ".odt": _read_odt, ".pdf": _read_pdf},
    **{".bib": _read_bibtex, ".ris": _read_ris, ".json": _read_csl},
}


def as_text(passages: list[TextPassage]) -> str:
    """Return passages as the plain text of which `passages_of_text` reads the same ones."""
    return "\n\n".join(_as_text(each) for each in passages)


def _as_text(passage: TextPassage) -> str:
    text = passage.text
    for mark in reversed(passage.marks):
        text = f"{text[: mark.at]}[^{mark.label}]{text[mark.at :]}"
    if passage.label:
        return f"[^{passage.label}]: {text}"
    return f"> {text}" if passage.is_quotation else text
