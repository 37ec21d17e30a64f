"""Verify that a reading room changed no text in silence. Needs Python and `cryptography` alone.

This file is a part of the room, which computes its own log by it, and a program of its own: a room
offers it under /log/. docs/proof.md describes every format, so that others can be written.

    python verify.py proof PROOF.json            one proof: a file, or its address
    python verify.py log ADDRESS                 whether a log continues an old checkpoint
    python verify.py room ADDRESS                and every text of a room
    python verify.py mirror FOLDER               and every text of a mirror
    python verify.py data FILE.jsonl ADDRESS     and every text of a data set

With --checkpoint FILE, an old checkpoint of the log: what the log has must continue it; for a proof
that needs its address. With --key, the room's public key as it stands in docs or on paper: else the
one that the log names is believed. Exit code 0: all is as logged; 1: something is not, each in a
line; 2: it could not be read, as what is no proof, key, checkpoint or tile at all.

Trees are those of RFC 9162, section 2.1, with SHA-256. Checkpoints and cosignatures are as in C2SP:
tlog-tiles, tlog-checkpoint, tlog-cosignature, signed-note.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HASH = 32  # Bytes of a hash.
SALT = 16  # Bytes of a salt.
WIDTH = 256  # Hashes of a full tile.
ENTRY, PROOF, NEW_KEY = "reading-room-entry/v1", "reading-room-proof/v1", "reading-room-key/v1"
# Kinds of entries that have a commitment; one of the others says that a record has none any more.
SHOWN = (
    *("begun", "published", "replaced", "redacted", "lifted"),
    *("renamed", "merged", "divided", "reread", "republished"),
)
HIDDEN = ("withheld", "erased", "removed")
FIRST = ("begun", "published", "replaced")  # Of each version one of these, and once.
# The parts of a version that are no passages.
FACTS = (
    *("reference", "origin", "created", "classification"),
    *("subject", "header", "digest", "redacted"),
)
ED25519, COSIGNATURE = b"\x01", b"\x04"  # Kinds of keys in signed notes.
TIMEOUT = 60  # Seconds in which some of an answer has to come.
LONGEST = 600  # Seconds for the whole of it.
LONGEST_NAME = 250  # Letters, of a log or a witness.
LARGEST = 64 << 20  # Its bytes.
MOST_PROBLEMS = 1000  # Then it stops: a hostile room could have problems without end.
# What Python raises about data that have another form than they should.
FORMLESS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
CHANGED = "The log does not continue an older checkpoint: its entries were changed or are gone."

KEY_CHECKED, NO_KEY = "The key was checked.", "Whose key signed it was not checked (--key)."


class Refuted(Exception):
    """Something is not as it was logged. The message says what."""


class Unreadable(Refuted):
    """What was given or answered has not the form that it should. Alone it refutes no text."""


# --- Trees -----------------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return the largest power of two that is smaller than a size of at least two."""
    return 1 << (size - 1).bit_length() - 1


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """Return the root of a tree with these leaf hashes."""
    level = list(leaves)
    while len(level) > 1:  # Two and two; a last one without another is in the next level as it is.
        above = list(map(node_hash, level[::2], level[1::2]))
        level = above + level[2 * len(above) :]
    return level[0] if level else hashlib.sha256().digest()


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root to which a path leads (RFC 9162, 2.1.3.2). Raises Refuted."""
    last, found = size - 1, leaf
    if not 0 <= index < size:
        raise Refuted("It names a place that its tree does not have.")
    for step in path:
        if last == 0:
            raise Refuted("Its path is too long.")
        if index % 2 or index == last:
            found = node_hash(step, found)
            while not index % 2 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, step)
        index, last = index >> 1, last >> 1
    if last:
        raise Refuted("Its path is too short.")
    return found


# --- Tiles (C2SP tlog-tiles) -------------------------------------------------------------------


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Return the path of a tile below /log/: tile/0/x001/067, tile/0/000.p/5."""
    digits = f"{number:0{-(-len(str(number)) // 3) * 3}}"
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{name}" + (f".p/{width}" if width < WIDTH else "")


def entries_of_bundle(data: bytes) -> list[bytes]:
    """Return the entries of a tile of entries: each with its length before it, 16 bits."""
    found = []
    while data:
        length = int.from_bytes(data[:2])
        if len(data) < 2 + length:
            raise Unreadable("A tile of entries is cut off.")
        found.append(data[2 : 2 + length])
        data = data[2 + length :]
    return found


def bundle(entries: Iterable[bytes]) -> bytes:
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


# --- Signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ------------------------


def decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable(f"This is not base64: {text[:40]}") from None


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


class Key(NamedTuple):
    """A public key with its name, as a verifier key writes it: name+hash+base64."""

    name: str
    public: bytes
    kind: bytes = ED25519

    @classmethod
    def read(cls, text: str) -> "Key":
        parts = text.strip().split("+", 2)
        data = decoded(parts[2]) if len(parts) == 3 else b""
        key = cls(parts[0], data[1:], data[:1])
        if (
            len(key.name) > LONGEST_NAME
            or len(key.public) != HASH
            or key.kind not in (ED25519, COSIGNATURE)
        ):
            raise Unreadable(f"This is no key of a log or a witness: {text[:80]}")
        if str(key) != text.strip():
            raise Unreadable(f"The key of {key.name} was copied wrong: its hash does not fit.")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{encoded(self.kind + self.public)}"

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    def signed(self, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def cosigned_message(seconds: int, body: str) -> bytes:
    """Return what a witness signs: the time (Unix seconds) and the text of a checkpoint."""
    return f"cosignature/v1\ntime {seconds}\n{body}".encode()


def signature_line(key: Key, signature: bytes) -> str:
    return f"\u2014 {key.name} {encoded(key.hash + signature)}\n"


@dataclass(frozen=True)
class Checkpoint:
    """How long a log is, the root of its tree, and who signed that."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[tuple[str, bytes], ...] = ()  # Name, hash of the key with the signature.

    @classmethod
    def read(cls, text: str) -> "Checkpoint":
        body, empty, lines = text.partition("\n\n")
        parts = body.split("\n")
        is_whole = empty and len(parts) >= 3 and len(parts[0]) <= LONGEST_NAME
        if not is_whole or not re.fullmatch("[0-9]{1,15}", parts[1]):
            raise Unreadable("This is no checkpoint of a log.")
        pattern = re.compile("\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)")
        found = (pattern.fullmatch(line) for line in lines.splitlines())
        signatures = tuple((each[1], decoded(each[2])) for each in found if each)
        return cls(parts[0], int(parts[1]), decoded(parts[2]), signatures)

    @property
    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"

    def line_of(self, key: Key) -> str:
        """Return the line with which a key signed or cosigned it; "" if none is right."""
        for name, data in self.signatures:
            if name != key.name or data[:4] != key.hash:
                continue
            message, signature = self.body.encode(), data[4:]
            if key.kind == COSIGNATURE:
                message = cosigned_message(int.from_bytes(signature[:8]), self.body)
                signature = signature[8:]
            if key.signed(signature, message):
                return signature_line(key, data[4:])
        return ""

    def signed_by(self, keys: Iterable[Key]) -> Iterator[Key]:
        """Yield those of these keys that signed or cosigned it."""
        return (key for key in keys if self.line_of(key))


# --- Commitments to versions, entries, proofs --------------------------------------------------


def part_hash(salt: bytes, name: str, text: str) -> bytes:
    """Return the leaf of a part of a version: a paragraph by its id, or a fact by its name."""
    title = name.encode()
    return leaf_hash(salt + len(title).to_bytes(2) + title + text.encode())


class LoggedEvent(NamedTuple):
    """An entry of the log. `record` names a cable as nothing else does; `root` commits to it."""

    kind: str
    at: str  # UTC, 2026-12-01T14:00:00Z.
    record: bytes = b""
    version: int = 0
    root: bytes = b""

    def __bytes__(self) -> bytes:
        root = encoded(self.root) if self.root else "-"
        lines = (ENTRY, self.kind, self.at, encoded(self.record), str(self.version), root)
        return "".join(f"{line}\n" for line in lines).encode()

    @classmethod
    def read(cls, data: bytes) -> "LoggedEvent":
        lines = data.decode(errors="replace").split("\n")
        if lines[0] != ENTRY or len(lines) < 6:
            raise Refuted("This is no entry of a reading room's log.")
        if lines[1] not in (*SHOWN, *HIDDEN):
            return cls(lines[1], lines[2])
        if not re.fullmatch("[0-9]{1,10}", lines[4]):
            raise Refuted(f"An entry of the log is of no version: {lines[4][:40]}.")
        root = b"" if lines[5] == "-" else decoded(lines[5])
        return cls(lines[1], lines[2], decoded(lines[3]), int(lines[4]), root)


def new_key_message(key: str) -> bytes:
    """Return what the old key of a log signs when another follows it."""
    return f"{NEW_KEY}\n{key}\n".encode()


def new_key_entry(at: str, key: str, signature: bytes) -> bytes:
    lines = (ENTRY, "key", at, key, encoded(signature))
    return "".join(f"{line}\n" for line in lines).encode()


def keys_that_follow(keys: Sequence[Key], entries: Iterable[bytes]) -> list[Key]:
    """Return keys of a log with those that its entries say follow, each signed by the last."""
    known = list(keys)
    for entry in entries:
        lines = entry.decode(errors="replace").split("\n")
        if lines[1:2] != ["key"] or len(lines) < 5:
            continue
        message, signature = new_key_message(lines[3]), decoded(lines[4])
        if known[-1].signed(signature, message):
            known.append(Key.read(lines[3]))
    return known


@dataclass(frozen=True)
class Proof:
    """What a proof says once all of it has been computed again."""

    reference: str
    version: int
    texts: dict[str, str]  # Of each part that it shows.
    index: int
    entry: LoggedEvent
    checkpoint: Checkpoint

    @classmethod
    def read(cls, values: Any) -> "Proof":
        """Compute a proof again: parts, commitment, entry, checkpoint. Raises Refuted."""
        try:
            return cls._read(values)
        except FORMLESS as error:
            raise Unreadable(f"This is no proof of a reading room ({error!r:.200}).") from error

    @classmethod
    def _read(cls, values: Any) -> "Proof":
        if values["format"] != PROOF:
            raise Unreadable(f"This is no proof that this program knows: {values['format']}.")
        data = values["entry"]["data"].encode()
        entry, index = LoggedEvent.read(data), values["entry"]["index"]
        if root_of_parts(values) != entry.root:
            raise Refuted("The words are not those that the entry of the log commits to.")
        checkpoint = Checkpoint.read(values["checkpoint"])
        path = [decoded(step) for step in values["entry"]["path"]]
        if root_of_path(leaf_hash(data), index, checkpoint.size, path) != checkpoint.root:
            raise Refuted("The entry is not in the log that the checkpoint signs.")
        texts = {part["name"]: part["text"] for part in values["parts"]}
        if len(texts) != len(values["parts"]):
            raise Refuted("It names a part twice.")
        if texts["reference"] != values["reference"]:
            raise Refuted("It is the proof of another cable.")
        if entry.version != values["version"]:
            raise Refuted("It is the proof of another version.")
        return cls(values["reference"], entry.version, texts, index, entry, checkpoint)


def root_of_parts(values: Any) -> bytes:
    """Return the root of a version's tree from the parts of a proof: all, or some with paths."""
    parts, size = values["parts"], values["size"]
    leaves = [part_hash(decoded(each["salt"]), each["name"], each["text"]) for each in parts]
    if len(parts) == size:
        return tree_hash(leaves)
    roots = {
        root_of_path(leaf, part["index"], size, [decoded(step) for step in part["path"]])
        for leaf, part in zip(leaves, parts, strict=True)
    }
    if len(roots) != 1:
        raise Refuted("The parts that it shows are not of one version.")
    return roots.pop()


# --- Read a log, and check what a room, a mirror or a data set has ------------------------------


def fetch(address: str) -> bytes:
    """Return what stands in a file or at an address. Raises OSError."""
    if not is_web(address):
        return Path(address).read_bytes()
    found, end = bytearray(), time.monotonic() + LONGEST
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT) as answer:  # noqa: S310
            while portion := answer.read1(1 << 16):
                found += portion
                if len(found) > LARGEST or time.monotonic() > end:
                    raise OSError(f"{address} gives an answer that does not end.")
            if answer.length:
                raise OSError(f"{address} gives an answer that is cut off.")
    except HTTPException as error:
        raise OSError(f"{address} gives no answer: {error!r}.") from error
    return bytes(found)


def is_web(address: str) -> bool:
    return address.startswith(("https://", "http://"))


def json_at(address: str) -> Any:
    """Return the JSON of a file or an address. Raises Unreadable, OSError."""
    return json_of(fetch(address))


def json_of(data: bytes) -> Any:
    try:
        return json.loads(data)
    except FORMLESS as error:
        message = f"This is no JSON ({error}). The address of a proof ends in proof.json."
        raise Unreadable(message) from error


def say(text: str) -> None:
    """Print a text that may be a stranger's: a terminal obeys some letters."""
    print("".join(letter if letter.isprintable() else "?" for letter in text))


@dataclass(frozen=True)
class LogReader:
    """The log at an address or in a folder: .../log/."""

    base: str

    @classmethod
    def at(cls, address: str) -> "LogReader":
        return cls(address.rstrip("/"))

    def address(self, path: str) -> str:
        return f"{self.base}/{path}"

    def text(self, path: str) -> str:
        return fetch(self.address(path)).decode()

    def tile(self, level: int | str, number: int, width: int) -> bytes:
        """Return a tile. Raises Refuted if the log does not have it; OSError."""
        path = tile_path(level, number, width)
        found = found_at(self.address(path))
        if found is None:
            raise Refuted(f"The log lacks {path}, which its checkpoint signs.")
        return found

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the entries from an index until before another."""
        for number in range(start // WIDTH, -(-end // WIDTH)):
            width = min(end - number * WIDTH, WIDTH)
            found = entries_of_bundle(self.tile("entries", number, width))
            if len(found) != width:
                raise Unreadable("A tile of entries is too short.")
            yield from found[max(start - number * WIDTH, 0) :]


@dataclass
class LogState:
    """What a log says readers see: the commitment to each version of each record."""

    checkpoint: Checkpoint
    leaves: list[bytes]
    keys: list[Key]  # That sign the log, each known from the one before it.
    roots: dict[tuple[bytes, int], bytes] = field(default_factory=dict)  # Also of hidden records.
    hidden: set[bytes] = field(default_factory=set)
    since: list[LoggedEvent] = field(default_factory=list)  # Those the old checkpoint lacks.
    problems: list[str] = field(default_factory=list)

    def apply(self, index: int, entry: LoggedEvent) -> None:
        if entry.kind in HIDDEN:
            self.hidden.add(entry.record)
        elif entry.kind in SHOWN:
            place = (entry.record, entry.version)
            known = self.roots.get(place)
            is_repeated = known and entry.kind in FIRST
            if is_repeated or (entry.kind == "republished" and known != entry.root):
                self.problems.append(
                    f"Entry {index} commits to another text of a version that the log had, as "
                    f"{entry.kind}: the text was changed in silence."
                )
            self.roots[place] = entry.root
            self.hidden.discard(entry.record)

    def check_continues(self, older: Checkpoint) -> None:
        """Raise Refuted unless the log begins with what a checkpoint signs."""
        if older.origin != self.checkpoint.origin:
            raise Refuted(f"The older checkpoint is of another log: {older.origin}.")
        if older.size > len(self.leaves) or tree_hash(self.leaves[: older.size]) != older.root:
            raise Refuted(CHANGED)

    @property
    def shown(self) -> set[tuple[bytes, int]]:
        """(record, version) of what readers see."""
        return {place for place in self.roots if place[0] not in self.hidden}


def read_log(reader: LogReader, old: Checkpoint | None, key: Key | None = None) -> LogState:
    """Read a whole log, and compute its tree again. Raises Refuted, OSError."""
    checkpoint = Checkpoint.read(reader.text("checkpoint"))
    entries = list(reader.entries(0, checkpoint.size))
    leaves = [leaf_hash(entry) for entry in entries]
    if tree_hash(leaves) != checkpoint.root:
        raise Refuted("The entries of the log are not those that its checkpoint signs.")
    keys = keys_that_follow([key or Key.read(reader.text("first_key"))], entries)
    if not any(checkpoint.signed_by(keys)):
        raise Refuted("The checkpoint is not signed by the key of the log.")
    state = LogState(checkpoint, leaves, keys)
    if old:
        state.check_continues(old)
    for index, entry in enumerate(map(LoggedEvent.read, entries)):
        state.apply(index, entry)
        if old and index >= old.size:
            state.since.append(entry)
    return state


def check_proof(values: Any, state: LogState) -> Proof:
    """Check a proof against a log that was read, and return it. Raises Refuted."""
    proof = Proof.read(values)
    record = proof.entry.record
    if record in state.hidden or state.roots.get((record, proof.version)) != proof.entry.root:
        raise Refuted("the log has another text of it since: this proof is of an earlier one")
    return proof


@dataclass
class Report:
    """What was found: texts that are as logged, and problems, each said at once."""

    checked: set[tuple[bytes, int]] = field(default_factory=set)
    problems: int = 0

    def problem(self, text: str) -> None:
        self.problems += 1
        say(text)
        if self.problems == MOST_PROBLEMS:
            raise Refuted(f"{MOST_PROBLEMS:,} problems; it did not look for more")

    def check(
        self, reference: str, version: int, state: LogState, proof: bytes | None, text: bytes
    ) -> None:
        """Check the proof of a version against its text file."""
        try:
            if proof is None:
                raise Refuted("it has no proof: it is changed, or not logged yet")
            found = check_proof(json_of(proof), state)
            if found.texts.get("digest") != hashlib.sha256(text).hexdigest():
                raise Refuted("the text is another than its proof has")
            if (found.reference, found.version) != (reference, version):
                raise Refuted(f"this proves {found.reference}, version {found.version}")
        except Refuted as error:
            self.problem(f"{reference}, version {version}: {error}")
        else:
            self.checked.add((found.entry.record, version))

    def missing(self, state: LogState) -> None:
        """Say how many texts the log has of which no proof was seen."""
        if missing := state.shown - self.checked:
            self.problem(f"{len(missing):,} texts that the log has are not here, or not proved.")


def check_room(address: str, state: LogState, report: Report) -> None:
    """Check every version of every cable of a room."""
    base, page = address.rstrip("/"), f"{address.rstrip('/')}/cable.json"
    seen = set[str]()
    while page:
        portion = json_at(page)
        references = {cable["reference"] for cable in portion["cables"]}
        page = portion.get("next") or ""
        if page and (not is_web(page) or references <= seen):
            raise Refuted(f"The list of all documents does not end: {page[:200]}")
        for reference in sorted(references - seen):
            check_cable(f"{base}/cable/{quote(reference, safe='')}", reference, state, report)
        seen |= references
    report.missing(state)


def check_cable(address: str, reference: str, state: LogState, report: Report) -> None:
    """Check every version of the cable at an address."""
    version = 1
    while (text := found_at(f"{address}/v{version}.txt")) is not None:
        proof = found_at(f"{address}/v{version}/proof.json")
        report.check(reference, version, state, proof, text)
        version += 1
    if version == 1:
        report.problem(f"{reference}: it is listed and has no text")


def found_at(address: str) -> bytes | None:
    """Return what stands at an address, None if nothing does. Raises OSError."""
    try:
        return fetch(address)
    except OSError as error:
        if isinstance(error, FileNotFoundError) or getattr(error, "code", 0) in (404, 410):
            return None
        raise


def check_mirror(folder: Path, state: LogState, report: Report) -> None:
    """Check every version of every cable of a mirror that was made with proofs."""
    pages = folder / "cable"
    for path in sorted(pages.glob("*/v*/proof.json")):
        reference, version = path.parent.parent.name, int(path.parent.name[1:])
        text = path.parent.with_suffix(".txt")
        if not text.exists():  # The present version has one file, under the cable's own name.
            text = pages / f"{reference}.txt"
        report.check(unquote(reference), version, state, path.read_bytes(), text.read_bytes())
    report.missing(state)


def check_data(file: Path, address: str, state: LogState, report: Report) -> None:
    """Check the texts of a data set (JSON Lines) by the proofs of the room that made it."""
    for line in file.open(encoding="utf-8"):
        row = json_of(line.encode())
        name = quote(row["reference"], safe="")
        place = f"{address.rstrip('/')}/cable/{name}/v{row['version']}/proof.json"
        text = f"{row['header']}\n\n{row['body']}\n" if row["header"] else f"{row['body']}\n"
        report.check(row["reference"], row["version"], state, found_at(place), text.encode())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=["proof", "log", "room", "mirror", "data"])
    parser.add_argument("place", help="an address, a folder or a file")
    parser.add_argument("room", nargs="?", help="of a data set: the address of its room")
    parser.add_argument("--checkpoint", help="a file with an old checkpoint of the log")
    parser.add_argument("--key", help="the public key of the log, or a file with it")
    given = parser.parse_args()
    if bool(given.room) != (given.what == "data"):
        parser.error("data takes a file and the address of its room; all others take one place")
    if given.what == "proof" and given.checkpoint is not None and not is_web(given.place):
        parser.error("--checkpoint takes the address of a proof, as the log stands beside it")
    try:
        return run(given.what, given.place, given.room or "", given.checkpoint, given.key)
    except Unreadable as error:
        say(f"It cannot be read: {error}")
    except Refuted as error:
        say(f"Not as logged: {error}")
        return 1
    except FORMLESS as error:
        say(f"It cannot be read: it has another form than docs/proof.md says ({error!r}).")
    except OSError as error:
        say(f"It cannot be read: {error}. An address begins with https:// or http://.")
    return 2


def run(what: str, place: str, room: str, checkpoint: str | None, key: str | None) -> int:
    """Check what was asked for, say what was found, and return the exit code."""
    own = None if key is None else Key.read(Path(key).read_text() if Path(key).is_file() else key)
    old = None if checkpoint is None else Checkpoint.read(Path(checkpoint).read_text())
    report = Report()
    if what == "proof":
        check_one(place, old, own, report)
        return 1 if report.problems else 0
    folder = Path(place) / "data"  # A mirror is a BagIt bag.
    base = {"data": room, "mirror": str(folder if folder.is_dir() else place)}.get(what, place)
    state = check_log(base, old, own, report)
    if what == "room":
        check_room(place, state, report)
    elif what == "mirror":
        check_mirror(Path(base), state, report)
    elif what == "data":
        check_data(Path(place), room, state, report)
    if what != "log":
        say(f"{len(report.checked):,} texts are as logged, {report.problems:,} problems.")
    return 1 if report.problems else 0


def check_log(base: str, old: Checkpoint | None, key: Key | None, report: Report) -> LogState:
    """Read the log of a room or a mirror, say what was found, and return it."""
    state = read_log(LogReader.at(f"{base.rstrip('/')}/log"), old, key)
    say(f"{state.checkpoint.origin}: {state.checkpoint.size:,} entries, signed.")
    if old:
        kinds = [entry.kind for entry in state.since]
        told = (f"{kinds.count(kind):,} {kind}" for kind in dict.fromkeys(kinds))
        say(f"It continues the old checkpoint. Since then: {', '.join(told) or 'nothing'}.")
    say(KEY_CHECKED if key else NO_KEY)
    for text in state.problems:
        report.problem(text)
    return state


def check_one(place: str, old: Checkpoint | None, key: Key | None, report: Report) -> None:
    """Check a proof, with an old checkpoint also the log of its room, and say what it proves."""
    proof = Proof.read(json_at(place))
    keys = [key] if key else []
    if old:
        state = check_log(place.partition("/cable/")[0], old, key, report)
        state.check_continues(proof.checkpoint)
        keys = state.keys
    if keys and not any(proof.checkpoint.signed_by(keys)):
        raise Refuted("The checkpoint is not signed by this key. Has another followed it? See log.")
    say(f"{proof.reference}, version {proof.version}:")
    passages = {name: text for name, text in proof.texts.items() if name not in FACTS}
    if digest := proof.texts.get("digest"):
        parts, facts = len(proof.texts), len(proof.texts) - len(passages)
        say(f"{parts:,} parts: {facts} facts, {len(passages):,} passages; SHA-256 of the text:")
        say(digest)
    else:
        for line in "\n".join(f"{name}:\n{text}" for name, text in passages.items()).split("\n"):
            say(f"    {line}")
    say(f"as logged on {proof.entry.at}, in entry {proof.index} of {proof.checkpoint.origin}.")
    if not old:
        say(KEY_CHECKED if key else NO_KEY)


if __name__ == "__main__":
    sys.exit(main())
