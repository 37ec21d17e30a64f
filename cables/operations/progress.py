"""Show the progress of a long command: a bar on a terminal, a line every 30 seconds in a log."""

from contextlib import contextmanager

from tqdm import tqdm

LOG_SECONDS = 30


class ProgressLines:
    """A stream for tqdm that writes a new line for each update of the bar."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        if line := text.strip("\r\n "):
            self.stream.write(line + "\n")

    def flush(self):
        self.stream.flush()


@contextmanager
def progress(size: int | None, stream, unit: str = "B"):
    """Yield a function to call with the number of units done since its last call, of `size`."""
    with progress_bar(size, stream, unit) as bar:
        yield bar.update


@contextmanager
def progress_bar(size: int | None, stream, unit: str = "B"):
    """Yield a bar of tqdm; `bar.set_postfix_str` writes behind it."""
    terminal = stream.isatty()
    with tqdm(
        total=size,
        unit=unit,
        unit_scale=True,
        file=stream if terminal else ProgressLines(stream),
        mininterval=0.1 if terminal else LOG_SECONDS,
        maxinterval=10 if terminal else LOG_SECONDS,
        delay=0 if terminal else LOG_SECONDS,
        leave=terminal,
    ) as bar:
        yield bar
