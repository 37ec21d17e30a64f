"""Write a file or a folder atomically: temporary file, fsync, rename.

The temporary file, `.NAME.room-draft` in the same folder, is locked by its writer. One that nobody
locks was left by a killed process, and is removed when the next file is written in the folder.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

DRAFT = ".{}.room-draft"
OF_FOLDER = "-folder"  # The end of the name of a temporary folder; its lock is the file without it.


class BeingWritten(OSError):
    """Another process is writing the same file."""

    def __init__(self, file: Path):
        super().__init__(errno.EBUSY, "another process is writing it; try again later", str(file))


@contextmanager
def atomic_write(
    file: Path,
    mode: str = "w",
    *,
    permissions: int = 0o644,
    draft: Path | None = None,
    is_durable: bool = True,
    **options,
) -> Iterator[IO]:
    """Yield a temporary file, which replaces `file` when the block ends without an error.

    Only its owner can read it until then; `permissions` are those of the finished file. `draft` is
    another path for it on the same file system; its folder is then the caller's to clean. Without
    `is_durable` there is no fsync: after a power cut the file may be empty. `options` are those of
    open(). Raises BeingWritten, or another OSError.
    """
    if draft is None:
        remove_abandoned(file.parent)
        draft = file.with_name(DRAFT.format(file.name))
    descriptor = locked(draft)
    if descriptor is None:
        raise BeingWritten(file)
    with open(descriptor, mode, **options) as out:  # noqa: PTH123
        try:
            os.ftruncate(descriptor, 0)
            yield out
            out.flush()
            os.fchmod(descriptor, permissions)
            if is_durable:
                os.fsync(descriptor)
            draft.replace(file)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def remove_abandoned(folder: Path):
    """Remove the temporary files in a folder that killed processes of this account left."""
    for draft in folder.glob(DRAFT.format("*")):
        with suppress(OSError):
            if draft.lstat().st_uid != os.geteuid() or not draft.is_file():
                continue
            if (descriptor := locked(draft)) is not None:
                draft.unlink(missing_ok=True)
                os.close(descriptor)


def locked(draft: Path) -> int | None:
    """Create or open a temporary file and lock it; return its descriptor.

    Return None if another process has the lock.
    """
    while True:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        with suppress(FileNotFoundError):  # Removed or renamed in between: open a new one.
            if os.path.samestat(os.fstat(descriptor), draft.lstat()):
                return descriptor
        os.close(descriptor)


@contextmanager
def atomic_folder(folder: Path, *, keep: bool = True) -> Iterator[Path]:
    """Yield a temporary folder, which becomes `folder` when the block ends without an error.

    Only its owner can enter it, also afterwards. Without `keep` it is removed in any case. What
    killed processes left beside it is removed first. Raises FileExistsError if the folder exists,
    BeingWritten, or another OSError.
    """
    if keep and folder.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))
    remove_abandoned_folders(folder.parent)
    held = folder.with_name(DRAFT.format(folder.name))
    descriptor = locked(held)
    if descriptor is None:
        raise BeingWritten(folder)
    draft = folder.with_name(f"{held.name}{OF_FOLDER}")
    try:
        draft.mkdir(mode=0o700)
        yield draft
        if keep:
            os.sync()  # There may be a million files.
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        held.unlink(missing_ok=True)
        os.close(descriptor)


def remove_abandoned_folders(parent: Path):
    """Remove the temporary folders that killed processes of this account left in a folder."""
    for draft in parent.glob(DRAFT.format("*") + OF_FOLDER):
        if draft.lstat().st_uid != os.geteuid() or draft.is_symlink():
            continue
        held = draft.with_name(draft.name.removesuffix(OF_FOLDER))
        if (descriptor := locked(held)) is not None:
            shutil.rmtree(draft, ignore_errors=True)
            held.unlink(missing_ok=True)
            os.close(descriptor)
