"""Make or update a mirror. What is no longer public is removed before anything else.

An export that is killed, or runs out of disk space, leaves only complete files; the next run
continues.
"""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ..api.bulk_export import REMOVED
from ..http_cache.edition import latest_edition
from ..models import Cable, ChangedCable, Mention
from ..models.querysets import READER
from ..operations.atomic_write import remove_abandoned
from ..transparency.append import is_up_to_date
from .file_paths import Site
from .files import (
    MANIFEST,
    ChangedError,
    damaged_parts,
    pack,
    remove,
    remove_manifests,
    write_tag_files,
)
from .ledger import Ledger, missing_pages
from .page_files import PageError
from .pagefind_index import FOLDER as INDEXES
from .pagefind_index import WORDS_FOLDER, WORDS_KEY, period_of_index
from .plan import parts_of, state_of_archive
from .processes import spread

BATCH = 25  # Parts that a process renders at a time.
ASKED = 1_000  # Cables of a query.
MOST_ROUNDS = 5  # Repetitions while the archive changes.


class ExportError(Exception):
    """An export failed. The message says what to do."""


@dataclass(frozen=True, slots=True)
class MirrorReport:
    """The contents of a mirror, and what this export changed."""

    cables: int
    withheld: int
    files: int
    size: int  # Bytes of all files.
    new: int
    replaced: int
    same: int
    removed: int
    moved: bool  # Whether the archive changed again during each round.

    def __str__(self):
        withheld = f", {self.withheld:,} more withheld," if self.withheld else ""
        sentence = (
            f"{self.cables:,} cables{withheld} in {self.files:,} files of {self.size / 1e6:,.1f} "
            f"MB: {self.new:,} new, {self.replaced:,} replaced, {self.same:,} as they were; "
            f"{self.removed:,} removed."
        )
        if self.moved:
            sentence += " The archive kept changing: run the command again for what is newer."
        return sentence


def export_site(
    site: Site, *, processes: int = 1, packed: Path | None = None, progress: Callable
) -> MirrorReport:
    """Make or update the mirror in a folder, and pack it if asked to. Raises ExportError.

    `progress(count, unit)` is a context manager. It yields a function that is called with the
    number of units done since its last call.
    """
    if site.proofs and not is_up_to_date():
        raise ExportError("The public log does not have all texts yet. Try again in a minute.")
    database = site.private / "ledger.sqlite"
    with lock_folder(site), closing(Ledger(database)) as ledger:
        remove_unrecorded(site, ledger)
        ledger.mark_damaged(damaged_parts(site.folder, ledger.files()))
        for _ in range(MOST_ROUNDS):
            planned, state = latest_edition().number, state_of_archive()
            ledger.plan(state, parts_of(site, state))
            remove_outdated(site, ledger, packed)
            mark_outdated(ledger)
            make(site, ledger, processes, progress)
            missing = missing_pages(ledger)  # Of an archive that moves: perhaps of what is newer.
            if not (moved := state_of_archive() != state):
                break
        report = make_report(site, ledger, moved, missing)
        if packed:
            with progress(report.size, "B") as advance:
                try:
                    pack(site, ledger.files(), packed, advance)
                except ChangedError as error:
                    (site.folder / str(error)).unlink(missing_ok=True)
                    raise ExportError(
                        f"{error} was changed since it was written, and is removed. Run the same "
                        "command again: it is made anew."
                    ) from error
        if ChangedCable.removed_since(planned).exists():
            if packed:
                packed.unlink()
            raise ExportError(REMOVED)  # The next run removes it first.
        return report


@contextmanager
def lock_folder(site: Site) -> Iterator[None]:
    """Lock a mirror's folder, which is created if needed, and empty its folder for drafts."""
    bag, private = site.bag, site.private
    if bag.exists() and not private.exists() and any(bag.iterdir()):
        raise ExportError(f"{bag} holds something else. Name a new folder, or an empty one.")
    if (bag / "SHA256SUMS").exists() or (bag / "cable").exists():
        raise ExportError(
            f"{bag} is a mirror by an earlier version, whose pages are not in the folder data. "
            "Remove it, or name a new folder."
        )
    private.mkdir(parents=True, exist_ok=True)
    with (private / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExportError(f"Another export into {bag} is running. Wait for it.") from None
        site.folder.mkdir(exist_ok=True)
        shutil.rmtree(drafts(site), ignore_errors=True)
        drafts(site).mkdir(exist_ok=True)
        yield


def drafts(site: Site) -> Path:
    return site.private / "drafts"


def remove_unrecorded(site: Site, ledger: Ledger):
    """Remove files of an index that a killed export wrote but did not record.

    The ledger cannot tell of which cables they are. Those of a cable are removed by its name.
    """
    for folder in (INDEXES, WORDS_FOLDER):
        recorded = ledger.paths_below(folder)
        for path in (site.folder / folder).rglob("*"):
            if path.is_file() and path.relative_to(site.folder).as_posix() not in recorded:
                path.unlink()


def remove_outdated(site: Site, ledger: Ledger, packed: Path | None):
    """Remove parts that are gone or whose text changed, and all parts that link to them.

    A page that links to a cable may show its subject.
    """
    gone, reworded = ledger.gone(), ledger.reworded()
    references = [key.removeprefix("/cable/").strip("/") for key in gone + reworded]
    keys = dict.fromkeys([*gone, *reworded, *ledger.linking_to([*gone, *references])])
    if keys:
        keys[WORDS_KEY] = None
    remove_manifests(site)
    if packed:
        packed.unlink(missing_ok=True)
        remove_abandoned(packed.parent)
    for key in keys:
        remove(site.folder, key, [path for path, *_ in ledger.files(key).fetchall()])
    with ledger:
        for key in keys:
            ledger.forget(key)
        ledger.delete_parts(gone)


def mark_outdated(ledger: Ledger):
    """Mark the parts that show something of a new or changed cable, to be rendered again.

    Its neighbours in time are marked when it is rendered, as they link to each other.
    """
    changed, names, neighbours = ledger.changed_cables(), set(), set()
    for start in range(0, len(changed), ASKED):
        cables = Cable.objects.readable().only("reference", "facts")
        rows = cables.filter(pk__in=changed[start : start + ASKED])
        references = [name for cable in rows for name in cable.names]
        citing = Cable.objects.published().filter(cites__overlap=references)
        naming = Mention.objects.using(READER).filter(reference__in=references)
        neighbours.update(citing.values_list("reference", flat=True))
        neighbours.update(naming.values_list("cable__reference", flat=True))
        names.update(references)
    with ledger:
        ledger.mark(f"/cable/{reference}/" for reference in neighbours)
        ledger.mark(ledger.linking_to(names))
    ledger.begin()


def make(site: Site, ledger: Ledger, processes: int, progress: Callable):
    """Render all parts that are not up to date, until there is none."""
    maker = (site, drafts(site), ledger.held())
    while todo := ledger.todo():
        several = processes if len(todo) > processes * BATCH else 1
        with progress(len(todo), "page") as advance:
            try:
                for made in spread(batches_of_parts(todo), several, maker):
                    with ledger:
                        for part in made:
                            record_part(site, ledger, part)
                    advance(len(made))
            except BrokenProcessPool as error:
                raise ExportError(
                    "A process that renders pages was killed, perhaps because memory ran out. "
                    "Run the same command again: it continues."
                ) from error
            except PageError as error:
                raise ExportError(str(error)) from error


def batches_of_parts(todo: list) -> Iterator[list]:
    """Yield parts in batches; the list of words, and each index, is one, as it takes minutes."""
    slow = [part for part in todo if period_of_index(part[0]) or part[0] == WORDS_KEY]
    slow.sort(key=lambda part: part[0] != WORDS_KEY)  # The longest first.
    yield from ([part] for part in slow)
    known = {key for key, *_ in slow}
    rest = (part for part in todo if part[0] not in known)
    while batch := list(islice(rest, BATCH)):
        yield batch


def record_part(site: Site, ledger: Ledger, part):
    """Record a rendered part, and remove files that it no longer has."""
    old_paths = {path for path, *_ in ledger.files(part.key).fetchall()}
    obsolete = old_paths - {file.path for file in part.files}
    remove(site.folder, "", obsolete)
    ledger.forget_files(obsolete)
    ledger.record(part)


def make_report(site: Site, ledger: Ledger, moved: bool, missing: str) -> MirrorReport:
    """Write the tag files and return the report.

    Raises ExportError if pages are missing or the counts of files do not add up.
    """
    if missing and not moved:
        raise ExportError(
            f"The mirror lacks pages that the room has: {missing}. Run the same command again. If "
            "it says so again, report this sentence: it is a fault of the program."
        )
    new, replaced, same = map(ledger.count_files, ("new", "replaced", "same"))
    summed = write_tag_files(site, ledger.files())
    files = ledger.count_files()
    if not files == summed == new + replaced + same == ledger.before + new - ledger.removed:
        raise ExportError(
            f"The files do not add up: {files:,} in the ledger, {summed:,} in {MANIFEST}, "
            f"{ledger.before:,} before, {new:,} new, {replaced:,} replaced, {same:,} the same, "
            f"{ledger.removed:,} removed."
        )
    return MirrorReport(
        cables=ledger.count_cables(shown=True),
        withheld=ledger.count_cables(shown=False),
        files=files,
        size=ledger.bytes(),
        new=new,
        replaced=replaced,
        same=same,
        removed=ledger.removed,
        moved=moved,
    )
