"""What tests and the programs that they start write: it is shown with the error of a test alone."""

import os
import sys
import tempfile
from contextlib import contextmanager

MOST = 20_000  # Bytes that are shown of what one test wrote: the last ones.
files = []  # In which output is kept now, the innermost last.


@contextmanager
def kept_output():
    """Keep output in a file. If an exception ends the run, the last of it is shown after all.

    Handlers of logs, threads and programs write to the descriptors, whatever sys.stderr is.
    """
    with tempfile.TemporaryFile() as file:
        flush()
        terminal = {number: os.dup(number) for number in (1, 2)}
        for number in terminal:
            os.dup2(file.fileno(), number)
        files.append(file)
        rest = ""
        try:
            yield
        except BaseException:
            rest = written()
            raise
        finally:
            flush()
            files.pop()
            for number, copy in terminal.items():
                os.dup2(copy, number)
                os.close(copy)
            sys.stderr.write(rest)


def flush():
    sys.stdout.flush()
    sys.stderr.flush()


def written():
    """Return what was kept since the last call, "" where no output is kept."""
    if not files:
        return ""
    flush()
    file = files[-1].fileno()
    size = os.fstat(file).st_size
    kept = os.pread(file, MOST, max(size - MOST, 0))
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)  # Of the redirected descriptors too.
    return kept.decode(errors="replace")


class WithOutput:
    """Part of a result: the error of a test has a note of what the test wrote."""

    def stopTest(self, test):
        super().stopTest(test)
        written()

    def addError(self, test, err):
        super().addError(test, noted(err))

    def addFailure(self, test, err):
        super().addFailure(test, noted(err))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err and noted(err))


def noted(err):
    """Return (class, exception, traceback) when the exception has its note."""
    if text := written():
        err[1].add_note(f"\nOutput of the test:\n{text}")
    return err
