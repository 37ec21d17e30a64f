"""A file that takes its name when it is whole; until then what was there stays."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def written_whole(file: Path, mode: str = "w", **options) -> Iterator[IO]:
    """Yield a file beside the one that is meant, which it replaces if nothing goes wrong."""
    with NamedTemporaryFile(
        mode, dir=file.parent, prefix=f".{file.name}.", delete=False, **options
    ) as draft:
        try:
            yield draft
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).chmod(0o644)
            Path(draft.name).replace(file)
        except BaseException:
            Path(draft.name).unlink()
            raise
