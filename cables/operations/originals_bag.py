"""A BagIt bag of originals: what each source says of a cable, unredacted, for the archive's store.

The bag has a text file for each copy of a cable, and `originals.jsonl` with a line for each of
them: where its file is, what the source says beside the text, its digests. Withheld and redacted
cables are in it as their sources give them; erased and embargoed ones are not.
"""

import hashlib
import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import QuerySet

from ..models import Cable, Collection, Copy
from ..models.cable import text_file
from ..models.sealing import unredacted_texts
from .atomic_write import atomic_folder

AT_ONCE = 200  # Cables that are read together.
MANIFEST = "originals.jsonl"


class BagError(RuntimeError):
    """The program bagit failed."""


def copies_of(collection: Collection | None = None) -> QuerySet[Copy]:
    """Return the copies of a collection, or all."""
    copies = Copy.objects.all()
    return copies.filter(collection=collection) if collection else copies


def write_bag(
    folder: Path, collection: Collection | None = None, done: Callable[[int], None] = lambda n: None
) -> int:
    """Write a bag of originals as a new folder; return how many texts it has.

    The folder appears when the bag is complete. Its owner alone may enter it. `done(n)` is called
    after each n cables. Raises OSError, also if the folder exists, or BagError.
    """
    with atomic_folder(folder) as draft:
        return _fill(draft, collection, done)


def write_zipped_bag(out: IO[bytes], name: str, collection: Collection, beside: Path) -> int:
    """Write a bag of originals, the folder `name`, as a ZIP file; return how many texts it has.

    Until then the bag is in a folder in `beside`, which is removed, also after an error. Raises
    OSError or BagError.
    """
    with atomic_folder(beside / f"{name}-{secrets.token_hex(8)}", keep=False) as draft:
        texts = _fill(draft, collection, lambda n: None)
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            for path in sorted(path for path in draft.rglob("*") if path.is_file()):
                archive.write(path, f"{name}/{path.relative_to(draft)}")
    return texts


def _fill(draft: Path, collection: Collection | None, done: Callable[[int], None]) -> int:
    texts = 0
    with (draft / MANIFEST).open("w", encoding="utf-8") as manifest:
        for batch in _batches(collection):
            for copy, text in _originals(batch, collection):
                path = _path_of(copy)
                content = text.encode("utf-8", "surrogatepass")
                (draft / path).parent.mkdir(parents=True, exist_ok=True)
                (draft / path).write_bytes(content)
                line = _described(copy, path, hashlib.sha256(content).hexdigest())
                manifest.write(json.dumps(line, ensure_ascii=False) + "\n")
                texts += 1
            done(len(batch))
    _make_bag(draft, collection)
    return texts


def _make_bag(draft: Path, collection: Collection | None):
    """Make a bag of a folder, in a process of its own: bagit changes the current folder."""
    name = collection.slug if collection else "all"
    title = collection.name if collection else "All collections"
    command = [
        *(sys.executable, "-P", "-m", "bagit", "--sha256", "--quiet"),
        *("--external-identifier", name),
        *("--external-description", f"Originals of cables: {' '.join(title.split())}"),
        str(draft.absolute()),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        message = " ".join(ended.stderr.strip().splitlines()[-1:])
        raise BagError(f"bagit failed: {message or ended.returncode}")


def _batches(collection: Collection | None) -> Iterator[list[int]]:
    """Yield the primary keys of cables with copies, in batches."""
    cables = Cable.objects.order_by("pk")
    if collection:
        cables = cables.filter(pk__in=copies_of(collection).values("cable"))
    last = 0
    while keys := list(cables.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        last = keys[-1]
        yield keys


def _originals(keys: list[int], collection: Collection | None) -> Iterator[tuple[Copy, str]]:
    """Yield (copy, its text as the source gives it) of the copies of some cables."""
    shown = unredacted_texts(keys)
    copies = copies_of(collection).filter(cable__in=keys).order_by("cable", "pk")
    for copy in copies.select_related("cable", "collection"):
        yield copy, text_file(*(copy.text or shown[copy.cable_id]))


def _path_of(copy: Copy) -> str:
    """Return the path of a copy: 06BERLIN/06BERLIN900001/06BERLIN900001.nara.cables.txt."""
    reference = copy.cable.reference
    names = (reference.rstrip("0123456789") or reference, reference)
    file = f"{copy.published_reference}.{copy.format}.{copy.collection.slug}.txt"
    # Names that every file system takes.
    return "/".join(quote(name, safe="").lstrip(".") or "_" for name in (*names, file))


def _described(copy: Copy, path: str, digest: str) -> dict[str, Any]:
    """Return the line of a copy in the manifest. `record_digest` is that which loads compare."""
    return {
        "path": f"data/{path}",
        "sha256": digest,
        "reference": copy.cable.reference,
        "published_reference": copy.published_reference,
        "format": copy.format,
        "collection": copy.collection.slug,
        "released": copy.released and copy.released.isoformat(),
        "record_digest": copy.digest,
        "is_shown": copy.is_shown,
        "is_withheld": bool(copy.cable.withheld_reason),
        "facts": copy.facts,
    }
