"""Read Markdown files: links, pictures, headings, and what stands in code."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("commonmark").enable("table")
# Folders that have Markdown files beside the root's own.
FOLDERS = ("docs", ".github", "cables")
NO_PART_OF_AN_ANCHOR = re.compile(r"[^\w\- ]")


class Finding(NamedTuple):
    """What is wrong, and where: a path from the project's root, a line from 1."""

    path: str
    line: int
    text: str
    fault: str


class Piece(NamedTuple):
    """A part of a document: the text of a code span, or the target of a link; its line from 1."""

    text: str
    line: int


class Row(NamedTuple):
    """A row of a table: the Markdown of its cells, its line from 1."""

    cells: list[str]
    line: int


@dataclass(slots=True)
class Document:
    """A Markdown file; `path` is from the project's root."""

    path: str
    markdown: str
    links: list[Piece] = field(default_factory=list)
    pictures: list[Piece] = field(default_factory=list)
    spans: list[Piece] = field(default_factory=list)  # Code within a sentence.
    code_lines: list[Piece] = field(default_factory=list)  # Lines of blocks, joined after "\".
    anchors: set[str] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)  # Of all tables, without their headings.

    @property
    def code(self) -> list[Piece]:
        return self.spans + self.code_lines

    def finding(self, piece: Piece, fault: str) -> Finding:
        return Finding(self.path, piece.line, piece.text, fault)


def read_documents(root: Path) -> list[Document]:
    """Return all Markdown files of a project."""
    paths = [*root.glob("*.md")]
    for folder in FOLDERS:
        paths += (root / folder).rglob("*.md")
    return [
        read_document(path.relative_to(root).as_posix(), path.read_text()) for path in sorted(paths)
    ]


def read_document(path: str, markdown: str) -> Document:
    """Return a document of its text."""
    document = Document(path, markdown)
    tokens = PARSER.parse(markdown)
    anchors: Counter[str] = Counter()
    for index, token in enumerate(tokens):
        if token.type in {"fence", "code_block"}:
            document.code_lines += lines_of_code(token)
        elif token.type == "inline":
            before = tokens[index - 1]
            line = (token.map or before.map or [0])[0] + 1
            read_inline(document, token.children or [], line)
            if before.type == "heading_open":
                document.anchors.add(anchor(token, anchors))
            if before.type == "td_open":
                if tokens[index - 2].type == "tr_open":
                    document.rows.append(Row([], line))
                document.rows[-1].cells.append(token.content)
    return document


def lines_of_code(token: Token) -> Iterator[Piece]:
    """Yield the lines of a block of code; one that ends with a backslash goes on with the next."""
    first = (token.map or [0])[0] + (2 if token.type == "fence" else 1)
    kept, began = "", first
    for number, line in enumerate(token.content.splitlines(), first):
        began = began if kept else number
        kept += line.strip() if kept else line
        if kept.endswith("\\"):
            kept = kept[:-1]
            continue
        yield Piece(kept, began)
        kept = ""


def read_inline(document: Document, children: list[Token], line: int) -> None:
    """Add the links, pictures and code of a paragraph, heading or cell that begins on a line."""
    for child, at in with_lines(children, line):
        if child.type == "link_open":
            document.links.append(Piece(str(child.attrs["href"]), at))
        elif child.type == "image":
            document.pictures.append(Piece(str(child.attrs["src"]), at))
    document.spans += code_spans(children, line)


def code_spans(children: list[Token], line: int) -> Iterator[Piece]:
    """Yield the code of a paragraph, heading or cell that begins on a line."""
    for child, at in with_lines(children, line):
        if child.type == "code_inline":
            yield Piece(child.content, at)


def with_lines(children: list[Token], line: int) -> Iterator[tuple[Token, int]]:
    """Yield each token with its line."""
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            line += 1
        yield child, line


def anchor(heading: Token, used: Counter[str]) -> str:
    """Return the anchor that GitHub gives to a heading; a second of the same words has a number."""
    words = "".join(
        child.content for child in heading.children or [] if child.type in {"text", "code_inline"}
    )
    slug = NO_PART_OF_AN_ANCHOR.sub("", words.strip().lower()).replace(" ", "-")
    used[slug] += 1
    return slug if used[slug] == 1 else f"{slug}-{used[slug] - 1}"
