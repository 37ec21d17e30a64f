"""The table of source formats, and which of them a file has."""

import re
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from ..telegram.references import find_reference
from . import csv_dump, frus, html_page, nara, nara_list, nara_page, text_page
from .csv_mapping import CsvMapping
from .limited_files import GZIP, Limits
from .mapped_csv import MappedCsv
from .parsed_cable import SourceError
from .text_encodings import (
    ENCODINGS,
    as_utf8,
    check_controls,
    check_packed,
    check_text,
    guess_encoding,
)


@dataclass(frozen=True, slots=True)
class SourceFormat:
    """A format of source files."""

    reader: ModuleType  # Its `read(path, advance, limits)` yields ParsedCable or Reject.
    description: str  # What a copy in this format is, in the words of the page of copies.
    suffixes: tuple[str, ...] = ()  # () if files are recognised by their content alone.


# The value of `format` of a ParsedCable -> the format. The best first: of several copies of a
# cable readers see the text of the first, and the files of a folder are read in this order.
FORMATS: dict[str, SourceFormat] = {
    "csv": SourceFormat(csv_dump, "an imported data file", (".csv", ".csv.gz")),
    "frus": SourceFormat(
        frus, "a document of Foreign Relations of the United States", (".xml", ".xml.gz")
    ),
    "nara": SourceFormat(nara, "a record of the National Archives"),
    "page": SourceFormat(html_page, "a page of an earlier archive", (".html", ".htm", ".xhtml")),
    "text": SourceFormat(text_page, "the text of such a page", (".txt",)),
    "nara-list": SourceFormat(nara_list, "an entry in a list of the National Archives"),
}
# Tables, which a mapping of their columns can be needed for.
TABLE_SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".tab", ".tab.gz")
REPLACED = "\ufffd".encode()
MOST_REPLACED = 0.05  # Share of invalid characters in a text.
SAMPLE = 1 << 20  # Bytes at the start of a file by which its format is recognised.
# The beginning of XML in any encoding; XML names its encoding itself.
XML = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\0\s]*<")
PAGE = re.compile(rb"\s*(?:<\?xml|<!doctype|<html|<head|<body)", re.IGNORECASE)


def file_suffixes() -> list[str]:
    """Return the suffixes of source files: ".csv", ".csv.gz" ..."""
    return [suffix for each in FORMATS.values() for suffix in each.suffixes]


def reader_for(path: Path) -> ModuleType:
    """Return the reader for a file, by its suffix or, if that is not enough, its content.

    Raises SourceError if the file is missing, empty, not text in UTF-8, or of no known format.
    Only a volume may have another encoding, which its XML declares.
    """
    sample = sample_of(path)
    if _by_suffix(path) is frus and XML.match(sample):
        return frus
    check_text(path, sample)
    lines = sample.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if _by_suffix(path) in (None, text_page) and nara.is_start(lines):
        return nara
    if _by_suffix(path) in (None, html_page) and nara_page.is_page(sample):
        return nara_page
    if nara_list.is_heading(lines.split(b"\n", 1)[0].decode("utf-8-sig", "replace").strip()):
        return nara_list
    return _by_suffix(path) or _recognised(path, sample)


@dataclass(frozen=True, slots=True)
class MappedReaders:
    """The readers of a load with a mapping: tables are read by it, other files by their format."""

    mapping: CsvMapping

    def __call__(self, path: Path) -> ModuleType | MappedCsv:
        """Return the reader of a file. Raises SourceError as `reader_for` does."""
        if not is_table(path):
            return reader_for(path)
        check_table(path, sample_of(path), self.mapping.encoding)
        return MappedCsv(self.mapping)


def unread_columns(
    files: list[Path], reader_for: Callable[[Path], ModuleType | MappedCsv], limits: Limits
) -> list[str]:
    """Return the names of the columns of tables that their readers leave out, each once."""
    names: dict[str, None] = {}
    for file in files:
        # Of a folder, pages and volumes are not opened once more.
        if len(files) == 1 or _by_suffix(file) not in (html_page, frus):
            with suppress(ValueError, OSError):  # Whoever reads the file rejects it.
                if find := getattr(reader_for(file), "unread_columns", None):
                    names |= dict.fromkeys(find(file, limits))
    return list(names)


def is_table(path: Path) -> bool:
    """Return whether a file is a table, by its name."""
    return path.name.lower().endswith(TABLE_SUFFIXES)


def needs_mapping(path: Path) -> bool:
    """Return whether a file is a table of another shape or encoding than those that are known.

    Raises SourceError if it is no table at all: empty, packed, binary.
    """
    if not (is_table(path) and path.is_file()):
        return False
    sample = sample_of(path)
    first = sample.replace(b"\r", b"\n").split(b"\n", 1)[0].decode("utf-8-sig", "replace")
    if nara_list.is_heading(first.strip()):
        return False
    encoding = guess_encoding(sample)
    check_table(path, sample, encoding)
    return encoding != "utf-8" or not csv_dump.is_dump(sample)


def check_table(path: Path, sample: bytes, encoding: str) -> None:
    """Raise SourceError if the beginning of a file is not text in an encoding."""
    if encoding == "utf-8":
        check_text(path, sample)
        return
    check_packed(path, sample)
    try:
        text = as_utf8(sample, encoding)
    except ValueError:
        raise SourceError(f"{path}: not {ENCODINGS[encoding]}; choose another encoding") from None
    check_controls(path, text)
    if text.count(REPLACED) > MOST_REPLACED * len(text) / len(REPLACED):
        raise SourceError(
            f"{path}: a binary file, not text, or not {ENCODINGS[encoding]}; choose another "
            "encoding or file"
        )


def files_of(path: Path) -> list[Path]:
    """Return the files to read: the file itself, or those of a folder, the best format first.

    With that order a cable that comes in several formats shows the best from the start. Of a
    mirror only the pages in its folder `cable` are read. Raises SourceError if there is nothing
    to read.
    """
    if not path.exists():
        raise SourceError(f"{path}: no such file or folder; check the path")
    if path.is_file():
        return [path]
    root = path / "cable" if (path / "cable").is_dir() else path
    candidates = (file for file in root.rglob("*") if file.is_file() and _may_hold_cables(file))
    files = sorted(candidates, key=lambda file: (_rank(file), file))
    if not files:
        raise SourceError(
            f"{path}: nothing to load in this folder; files end in {', '.join(file_suffixes())}"
        )
    return files


def _rank(file: Path) -> int:
    """Return the position of a file's format in FORMATS; a file without suffix is a page."""
    reader = _by_suffix(file) or (csv_dump if is_table(file) else html_page)
    return [each.reader for each in FORMATS.values()].index(reader)


def _may_hold_cables(file: Path) -> bool:
    """Return whether to read a file of a folder, by its name; pages may have no suffix."""
    if not file.suffix:
        return bool(find_reference(file.name))
    return (bool(_by_suffix(file)) or is_table(file)) and not file.name.startswith(".")


def _by_suffix(path: Path) -> ModuleType | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    readers = {suffix: each.reader for each in FORMATS.values() for suffix in each.suffixes}
    return readers.get("".join(suffixes[-2:])) or readers.get("".join(suffixes[-1:]))


def sample_of(path: Path) -> bytes:
    """Return the beginning of a file, unpacked."""
    if not path.is_file():
        raise SourceError(f"{path}: no such file, but a pipe, device or folder; check the path")
    with path.open("rb") as raw:
        sample = raw.read(SAMPLE)
    if sample.startswith(GZIP):
        try:
            sample = zlib.decompressobj(wbits=31).decompress(sample, SAMPLE)
        except zlib.error as error:
            raise SourceError(f"{path}: damaged gzip file ({error}); get it again") from None
    if not sample.strip():
        raise SourceError(f"{path}: empty file; get it again")
    return sample


def _recognised(path: Path, sample: bytes) -> ModuleType:
    """Return the reader for a file by its first bytes."""
    if frus.TEI_START.search(sample):
        return frus
    if PAGE.match(sample):
        return html_page
    if csv_dump.START.match(b"\n" + sample):
        return csv_dump
    if text_page.is_text_page(sample[:10_000].decode(errors="replace")):
        return text_page
    raise SourceError(
        f"{path}: not a file that can be loaded; such files end in {', '.join(file_suffixes())}"
    )
