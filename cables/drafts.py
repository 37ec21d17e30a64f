"""A file that takes its name when it is whole; until then what was there stays.

It is written beside its place, as `.NAME.room-draft`, which its writer locks: a draft that nobody
locks was left by a process that was killed, and is removed when the next file is written there.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

DRAFT = ".{}.room-draft"


class BeingWritten(OSError):
    """Another process is writing the same file."""

    def __init__(self, file: Path):
        super().__init__(errno.EBUSY, "another process is writing it; try again later", str(file))


@contextmanager
def written_whole(file: Path, mode: str = "w", permissions: int = 0o644, **options) -> Iterator[IO]:
    """Yield a draft of a file, which it replaces if nothing goes wrong.

    Until then its owner alone can read it. Raises BeingWritten, or another OSError.
    """
    remove_left(file.parent)
    draft = file.with_name(DRAFT.format(file.name))
    descriptor = claimed(draft)
    if descriptor is None:
        raise BeingWritten(file)
    with open(descriptor, mode, **options) as out:  # noqa: PTH123
        try:
            os.ftruncate(descriptor, 0)
            yield out
            out.flush()
            os.fchmod(descriptor, permissions)
            os.fsync(descriptor)
            draft.replace(file)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def remove_left(folder: Path):
    """Remove the drafts in a folder that processes of this account left when they were killed."""
    for draft in folder.glob(DRAFT.format("*")):
        with suppress(OSError):
            if draft.lstat().st_uid != os.geteuid() or not draft.is_file():
                continue
            if (descriptor := claimed(draft)) is not None:
                draft.unlink(missing_ok=True)
                os.close(descriptor)


def claimed(draft: Path) -> int | None:
    """Return the descriptor of a draft that this process has locked; None if another one has."""
    while True:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        with suppress(FileNotFoundError):  # Removed or renamed in between: another must be made.
            if os.path.samestat(os.fstat(descriptor), draft.lstat()):
                return descriptor
        os.close(descriptor)
