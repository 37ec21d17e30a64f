"""Find the documents of a volume whose XML is broken, so that each that is lost is counted."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ..limited_files import CHUNK, LIMITS, Limits, Source, opened

START = re.compile(rb"""<(?:\w+:)?div[0-7]?\s[^<>]*\btype=["']document["'][^<>]*>""")
NAME = re.compile(rb"""\bxml:id=["']([^"']*)["']""")


def find_documents(path: Path, limits: Limits = LIMITS) -> Iterator[tuple[str, int]]:
    """Yield (id, line) of each document with an id, found by its start tag, to the end of a file.

    A file that is cut off ends there. Raises SourceError if it exceeds a limit.
    """
    with opened(path, limits=limits) as source, suppress(EOFError, OSError):
        for tag, line in _start_tags(source):
            if name := NAME.search(tag):
                yield name[1].decode(errors="replace"), line


def _start_tags(source: Source) -> Iterator[tuple[bytes, int]]:
    rest, line = b"", 1
    while chunk := source.read():
        data, read = rest + chunk, 0
        for tag in START.finditer(data):
            yield tag[0], line + data.count(b"\n", 0, tag.start())
            read = tag.end()
        cut = max(read, data.rfind(b"<"))  # The last tag may go on in the next chunk.
        if len(data) - cut > CHUNK:
            cut = len(data)
        line += data.count(b"\n", 0, cut)
        rest = data[cut:]
