"""A mirror is made or brought up to date: what may not be seen any more goes before all else.

Killed or out of room at any moment, it holds whole files only, and goes on when it is run again.
"""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ..models import Cable, Mention
from ..querysets import READER
from .files import damaged, remove
from .ledger import FOLDER, Ledger
from .packing import SUMS, ChangedError, pack, write_sums
from .pages import PageError
from .places import Site
from .plan import parts_of, state_of_archive
from .processes import spread

BATCH = 25  # Parts that a process makes at a time.
ASKED = 1_000  # Cables that are asked about at a time.
MOST_ROUNDS = 5


class ExportError(Exception):
    """An export that could not end, in words that say what to do."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a mirror holds, and what this export did to it."""

    cables: int
    withheld: int
    files: int
    size: int  # Bytes of all files.
    new: int
    replaced: int
    same: int
    removed: int
    moved: bool  # The archive changed faster than it could be followed.

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
    site: Site,
    *,
    processes: int = 1,
    packed: Path | None = None,
    progress: Callable,
) -> Report:
    """Bring the mirror in a folder up to date, and pack it. Raises ExportError.

    `progress(count, unit)` is a context manager that yields a function which is told how many
    of them are done.
    """
    with alone(site.folder), closing(Ledger(site.folder / FOLDER / "ledger.sqlite")) as ledger:
        ledger.damaged(damaged(site.folder, ledger.files()))
        for _ in range(MOST_ROUNDS):
            state = state_of_archive()
            ledger.plan(state, parts_of(site, state))
            withdraw(site, ledger, packed)
            renew(ledger)
            make(site, ledger, processes, progress)
            if not (moved := state_of_archive() != state):
                break
        report = count(site, ledger, moved)
        if packed:
            with progress(report.size, "B") as advance:
                try:
                    pack(site.folder, ledger.files(), packed, advance)
                except ChangedError as error:
                    (site.folder / str(error)).unlink(missing_ok=True)
                    raise ExportError(
                        f"{error} was changed since it was written, and is removed. Run the same "
                        "command again: it is made anew."
                    ) from error
        return report


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a mirror's folder, made if it is not there, with an empty place for drafts in it."""
    kept = folder / FOLDER
    if folder.exists() and not kept.exists() and any(folder.iterdir()):
        raise ExportError(f"{folder} holds something else. Name a new folder, or an empty one.")
    kept.mkdir(parents=True, exist_ok=True)
    with (kept / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExportError(f"Another export into {folder} is running. Wait for it.") from None
        shutil.rmtree(drafts(folder), ignore_errors=True)
        drafts(folder).mkdir()
        yield


def drafts(folder: Path) -> Path:
    return folder / FOLDER / "drafts"


def withdraw(site: Site, ledger: Ledger, packed: Path | None):
    """Remove what is no more, what says something else now, and all pages that link to it.

    Lists and neighbours show the subject of a cable: whatever links to it may show its words.
    """
    gone, reworded = ledger.gone(), ledger.reworded()
    shown = [key.removeprefix("/cable/").strip("/") for key in gone + reworded]
    keys = dict.fromkeys([*gone, *reworded, *ledger.linking_to([*gone, *shown])])
    for path in filter(None, [packed, site.folder / SUMS]):
        path.unlink(missing_ok=True)
    for key in keys:
        remove(site.folder, key, [path for path, *_ in ledger.files(key).fetchall()])
    with ledger:
        for key in keys:
            ledger.forget(key)
        ledger.strike(gone)


def renew(ledger: Ledger):
    """Note the pages that show something of a cable that is new or has changed.

    Those beside it in time are noted when it is made, as it links to them, and they to it.
    """
    changed, names, around = ledger.changed_cables(), set(), set()
    for start in range(0, len(changed), ASKED):
        cables = Cable.objects.readable().only("reference", "facts")
        some = cables.filter(pk__in=changed[start : start + ASKED])
        asked = [name for row in some for name in row.names]
        citing = Cable.objects.published().filter(cites__overlap=asked)
        naming = Mention.objects.using(READER).filter(reference__in=asked)
        around.update(citing.values_list("reference", flat=True))
        around.update(naming.values_list("cable__reference", flat=True))
        names.update(asked)
    with ledger:
        ledger.mark(f"/cable/{reference}/" for reference in around)
        ledger.mark(ledger.linking_to(names))
    ledger.begin()


def make(site: Site, ledger: Ledger, processes: int, progress: Callable):
    """Make all parts that are not as they are planned to be, until there is none."""
    maker = (site, drafts(site.folder), ledger.held())
    while todo := ledger.todo():
        several = processes if len(todo) > processes * BATCH else 1
        with progress(len(todo), "page") as advance:
            try:
                for made in spread(batches(todo), several, maker):
                    with ledger:
                        for part in made:
                            settle(site, ledger, part)
                    advance(len(made))
            except BrokenProcessPool as error:
                raise ExportError(
                    "A process that made pages was ended from outside, perhaps for want of "
                    "memory. Run the same command again: it goes on."
                ) from error
            except PageError as error:
                raise ExportError(error) from error


def batches(todo: list) -> Iterator[list]:
    rest = iter(todo)
    while batch := list(islice(rest, BATCH)):
        yield batch


def settle(site: Site, ledger: Ledger, part):
    """Note a part that was made, and remove the files that it has no more."""
    had = {path for path, *_ in ledger.files(part.key).fetchall()}
    left = had - {file.path for file in part.files}
    remove(site.folder, "", left)
    ledger.forget_files(left)
    ledger.record(part)


def count(site: Site, ledger: Ledger, moved: bool) -> Report:
    """Write SHA256SUMS and return what the mirror holds. Raises ExportError if it adds up not."""
    outcomes = [ledger.count_files(each) for each in ("new", "replaced", "same")]
    summed = write_sums(site.folder, ledger.files())
    files = ledger.count_files()
    if not files == summed == sum(outcomes) == ledger.before + outcomes[0] - ledger.removed:
        raise ExportError(
            f"The files do not add up: {files:,} noted, {summed:,} listed, {ledger.before:,} "
            f"before, {outcomes} new, replaced and the same, {ledger.removed:,} removed."
        )
    return Report(
        ledger.count_cables(shown=True),
        ledger.count_cables(shown=False),
        files,
        ledger.bytes(),
        *outcomes,
        ledger.removed,
        moved,
    )
