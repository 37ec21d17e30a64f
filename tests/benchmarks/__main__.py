"""The command: python -m tests.benchmarks archive|load|pages. docs/performance.md explains it."""

import argparse
import sys
import time
from pathlib import Path

from . import archive


def main(arguments: list[str] | None = None) -> str | None:
    """Run a benchmark and print its result; return what went wrong, if anything did."""
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, OSError) as error:
        return f"tests.benchmarks: {error}"
    return None


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    commands = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    benchmarks = commands.add_subparsers(required=True, metavar="archive|load|pages")
    writing = benchmarks.add_parser("archive", help="write a made-up archive")
    writing.add_argument("path", type=Path)
    writing.set_defaults(run=write)
    for command in (writing,):
        command.add_argument("--cables", type=int, default=20_000, metavar="N")
        command.add_argument("--seed", type=int, default=1)
    return commands


def write(options: argparse.Namespace) -> None:
    """Write the archive and say how long it took."""
    start = time.perf_counter()
    archive.write_archive(options.path, options.cables, options.seed)
    seconds = time.perf_counter() - start
    size = options.path.stat().st_size / 1e6
    print(f"{options.path}: {options.cables:,} cables, {size:,.0f} MB, in {seconds:.1f} seconds.")


if __name__ == "__main__":
    sys.exit(main())
