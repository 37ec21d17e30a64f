"""Check that a file is text in UTF-8; if it is not, say what it is and what to do."""

import codecs
from pathlib import Path

COMPRESSED = {
    b"PK\x03\x04": "a zip archive",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
}
BYTE_ORDER_MARKS = {  # UTF-32 first: its mark begins with that of UTF-16.
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))
MOST_CONTROLS = 0.02  # Share of control characters in the bytes of a text.


class SourceError(ValueError):
    """A file cannot be read at all. The message names the file and the remedy."""


def check_text(path: Path, sample: bytes) -> None:
    """Raise SourceError if `sample`, the beginning of a file, is not text in UTF-8.

    A few invalid characters are accepted: they are counted and read as U+FFFD (C-2).
    """
    check_packed(path, sample)
    if encoding := _wide_encoding(sample):
        raise SourceError(_convert(path, f"this is {encoding}", encoding))
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


def _wide_encoding(sample: bytes) -> str:
    """Return the name of a UTF-16 or UTF-32 encoding, recognised by its bytes; else ""."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if sample.startswith(mark):
            return encoding
    half = len(sample) // 4  # In UTF-16 every second byte of Latin letters is zero.
    if sample[1::2].count(0) > half:
        return "UTF-16LE"
    return "UTF-16BE" if sample[::2].count(0) > half else ""


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
