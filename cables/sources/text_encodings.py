"""Encodings of files: which one a file has, which can be chosen, and reading them as UTF-8."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from .limited_files import CHUNK, ByteSource, Limits, Source
from .parsed_cable import SourceError

COMPRESSED = {
    b"PK\x03\x04": "a zip archive",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
}
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))
MOST_CONTROLS = 0.02  # Share of control characters in the bytes of a text.


def check_text(path: Path, sample: bytes) -> None:
    """Raise SourceError if `sample`, the beginning of a file, is not text in UTF-8.

    A few invalid characters are accepted: they are counted and read as U+FFFD (C-2).
    """
    check_packed(path, sample)
    if wide := _wide_encoding(sample):
        name = ENCODINGS[wide].partition(",")[0]
        raise SourceError(_convert(path, f"this is {name}", name))
    check_controls(path, sample)
    if offset := _first_invalid(sample):
        reason = f"not UTF-8 at byte {offset}, 0x{sample[offset - 1]:02x}"
        raise SourceError(_convert(path, reason, "WINDOWS-1252"))


def check_packed(path: Path, sample: bytes) -> None:
    """Raise SourceError if a file is packed in a way that is not read."""
    for signature, name in COMPRESSED.items():
        if sample.startswith(signature):
            raise SourceError(f"{path}: {name}; unpack it first")


def check_controls(path: Path, sample: bytes) -> None:
    """Raise SourceError if the beginning of a file has too many control characters for a text."""
    if len(sample) - len(sample.translate(None, CONTROLS)) > MOST_CONTROLS * len(sample):
        raise SourceError(f"{path}: a binary file, not text; choose the file with the cables")


def decoded(data: bytes) -> tuple[str, int]:
    """Return (text without a byte order mark, number of invalid characters replaced)."""
    try:
        return data.decode().removeprefix("\ufeff"), 0
    except UnicodeDecodeError:
        text = data.decode(errors="replace").removeprefix("\ufeff")
        return text, text.count("\ufffd") - data.count("\ufffd".encode())


def _first_invalid(sample: bytes) -> int:
    """Return the position, from 1, of the first byte invalid in UTF-8, or 0.

    It is 0 too if most sequences of non-ASCII bytes are valid: a few may be damaged.
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # May end inside a character.
    except UnicodeDecodeError as error:
        text = sample.decode(errors="replace")
        invalid = text.count("\ufffd")
        valid = sum(char > "\x7f" for char in text) - invalid
        return error.start + 1 if invalid > valid else 0
    return 0


def _convert(path: Path, reason: str, encoding: str) -> str:
    return (
        f"{path}: {reason}; convert it to UTF-8 with: "
        f"iconv -f {encoding} -t UTF-8 '{path}' > '{path}.utf8'"
    )


# Python's name of an encoding -> its name for people.
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16, with a byte order mark",
    "utf-16-le": "UTF-16LE, without a mark",
    "utf-16-be": "UTF-16BE, without a mark",
    "utf-32": "UTF-32, with a byte order mark",
    "windows-1252": "Windows-1252 (Western European)",
    "iso-8859-1": "Latin-1 (ISO 8859-1)",
    "iso-8859-15": "Latin-9 (ISO 8859-15)",
    "mac-roman": "Mac Roman",
    "cp437": "CP437 (DOS, United States)",
    "cp850": "CP850 (DOS, Western European)",
    "windows-1250": "Windows-1250 (Central European)",
    "iso-8859-2": "Latin-2 (ISO 8859-2)",
    "windows-1251": "Windows-1251 (Cyrillic)",
    "koi8-r": "KOI8-R (Cyrillic)",
}
USUAL = "windows-1252"  # Of files that are not UTF-8 and have no other likely encoding.
MARKS = {  # UTF-32 first: its mark begins with that of UTF-16.
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Encodings of one byte a character that are guessed: the others differ from these in few bytes.
GUESSED = ["cp1252", "mac_roman", "cp437", "cp1251", "koi8_r"]
NAMES = {"cp1252": "windows-1252", "mac_roman": "mac-roman", "koi8_r": "koi8-r"}
NAMES |= {"cp1251": "windows-1251"}
LONGEST_LOOK = 60_000  # Bytes in which the encoding is looked for.
WINDOW = 2_000  # Bytes around a character that is not ASCII.
BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


def guess_encoding(sample: bytes) -> str:
    """Return the likely encoding of a file, a key of ENCODINGS, by the beginning of its bytes."""
    if wide := _wide_encoding(sample):
        return wide
    if _is_utf8(sample):
        return "utf-8"
    from charset_normalizer import from_bytes

    best = from_bytes(_telling_part(sample), cp_isolation=GUESSED).best()
    return NAMES.get(best.encoding, best.encoding) if best else USUAL


def _wide_encoding(sample: bytes) -> str:
    """Return a UTF-16 or UTF-32 of ENCODINGS, recognised by its bytes; else ""."""
    for mark, encoding in MARKS.items():
        if sample.startswith(mark):
            return encoding
    quarter = len(sample) // 4  # In UTF-16 every second byte of Latin letters is zero.
    if sample[1::2].count(0) > quarter:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > quarter else ""


def _is_utf8(sample: bytes) -> bool:
    """Return whether no more characters beyond ASCII are invalid in UTF-8 than are valid."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)
    invalid = text.count("\ufffd") - sample.count("\ufffd".encode())
    valid = sum(char > "\x7f" for char in text) - invalid
    return valid >= invalid


def _telling_part(sample: bytes) -> bytes:
    """Return the parts of a sample around its first characters beyond ASCII."""
    kept, end = bytearray(), 0
    while len(kept) < LONGEST_LOOK and (found := BEYOND_ASCII.search(sample, end)):
        start, end = max(end, found.start() - WINDOW), found.start() + WINDOW
        kept += sample[start:end]
    return bytes(kept)


def as_utf8(sample: bytes, encoding: str) -> bytes:
    """Return the beginning of a file as UTF-8, without a character that it may end inside.

    Raises ValueError if it cannot be in this encoding.
    """
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    return text.removeprefix("\ufeff").encode()


@dataclass(slots=True)
class TranscodedSource:
    """An open file that is read as UTF-8. U+FFFD stands for what is invalid in its encoding."""

    source: Source
    encoding: str
    decoder: codecs.IncrementalDecoder

    @property
    def limits(self) -> Limits:
        return self.source.limits

    def read(self, size: int = CHUNK) -> bytes:
        """Return some bytes, b"" at the end. Raises EOFError if a gzip file is damaged."""
        while True:
            data = self.source.read(size)
            try:
                text = self.decoder.decode(data, final=not data)
            except ValueError:
                raise SourceError(
                    f"{self.source.path}: not {ENCODINGS[self.encoding]}; choose another encoding"
                ) from None
            if text or not data:
                return text.encode()


def transcoded(source: Source, encoding: str) -> ByteSource:
    """Return a source that reads a file of this encoding as UTF-8."""
    if encoding == "utf-8":
        return source
    return TranscodedSource(source, encoding, codecs.getincrementaldecoder(encoding)("replace"))
