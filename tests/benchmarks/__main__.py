"""The command: python -m tests.benchmarks BENCHMARK (docs/performance.md)."""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django
import psycopg

from . import archive, fields, shares, telegram, vocabulary, volumes
from . import parse as parsing
from .database import Database, postgres_version
from .load import measure, measure_jobs
from .report import machine

CACHE = Path(tempfile.gettempdir()) / "reading-room-benchmarks"
SIZES = [25_000, 100_000, 251_287]
MADE_BY = [Path(module.__file__) for module in (archive, shares, telegram, vocabulary)]


def main(arguments: list[str] | None = None) -> str | None:
    """Run a benchmark and print its result; return what went wrong, if anything did."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reading_room.settings")
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, OSError, psycopg.Error, subprocess.SubprocessError) as error:
        return f"tests.benchmarks: {error}"
    return None


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    commands = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    benchmarks = commands.add_subparsers(required=True, metavar="BENCHMARK")
    writing = benchmarks.add_parser("archive", help="write a made-up archive")
    writing.add_argument("path", type=Path)
    writing.set_defaults(run=lambda options: write(options.path, options))
    reading = benchmarks.add_parser("parse", help="time the rules that read telegrams")
    reading.set_defaults(run=parse)
    loading = benchmarks.add_parser("load", help="time a load into a fresh database")
    loading.set_defaults(run=load)
    visiting = benchmarks.add_parser("pages", help="time the pages of a loaded archive")
    visiting.set_defaults(run=visit)
    asking = benchmarks.add_parser("relevance", help="score the order of what a search finds")
    asking.add_argument("--queries", type=int, default=1_000, metavar="N")
    asking.set_defaults(run=ask)
    searching = benchmarks.add_parser("search", help="time the answers to questions")
    searching.add_argument("--questions", type=int, default=1_000, metavar="N")
    searching.add_argument("--seconds", type=int, default=60, help="that eight readers ask for")
    searching.add_argument("--datasette", type=Path, help="its program, to compare with")
    searching.set_defaults(run=search)
    checks = add_checks(benchmarks)
    serving = benchmarks.add_parser("serve", help="time what many readers open at once")
    serving.add_argument("--seconds", type=int, default=60, help="of each way of serving")
    serving.set_defaults(run=serve)
    slowing = benchmarks.add_parser("slow", help="time a reader's pages beside slow clients")
    slowing.add_argument("--pages", type=int, default=40, metavar="N", help="beside each kind")
    slowing.set_defaults(run=wait_beside)
    exporting = add_export(benchmarks)
    giving = benchmarks.add_parser("programs", help="time exports and answers to programs")
    giving.set_defaults(run=give)
    add_texts(benchmarks)
    add_growth(benchmarks)
    loaded = (loading, visiting, asking, searching, *checks, serving, exporting, giving)
    proving = benchmarks.add_parser("proofs", help="time the public log and its proofs")
    proving.set_defaults(run=prove)
    add_options(writing, reading, proving, add_jobs(benchmarks), add_bulk(benchmarks), *loaded)
    return commands


def add_export(benchmarks) -> argparse.ArgumentParser:
    """Add the benchmark of mirrors, and return its parser."""
    exporting: argparse.ArgumentParser = benchmarks.add_parser(
        "export", help="time a mirror of static files"
    )
    exporting.add_argument("--folder", type=Path, help="where it is kept; removed if not given")
    exporting.add_argument("--processes", type=int, default=os.cpu_count(), metavar="N")
    exporting.add_argument("--search", action="store_true", help="with an index by Pagefind too")
    exporting.set_defaults(run=export)
    return exporting


def add_jobs(benchmarks) -> argparse.ArgumentParser:
    """Add the benchmark of loads in several processes, and return its parser."""
    dividing = benchmarks.add_parser("jobs", help="time a load in one, two ... processes")
    dividing.add_argument("--jobs", type=numbers, default=[1, 2], metavar="N,N,N")
    dividing.set_defaults(run=compare_jobs)
    return dividing


def add_bulk(benchmarks) -> argparse.ArgumentParser:
    """Add the benchmark of decisions on many cables, and return its parser."""
    deciding: argparse.ArgumentParser = benchmarks.add_parser(
        "bulk", help="time decisions on many cables"
    )
    deciding.set_defaults(run=decide)
    return deciding


def add_checks(benchmarks) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """Add the benchmarks of the check of quotations, and of long texts."""
    checking = benchmarks.add_parser("quote", help="time the checking of quotations")
    checking.add_argument("--quotations", type=int, default=40, metavar="N", help="of each kind")
    checking.set_defaults(run=check)
    long = benchmarks.add_parser("long-texts", help="time checks of texts with many notes")
    long.add_argument("--texts", type=int, default=5, metavar="N", help="of each kind")
    long.set_defaults(run=check_long)
    return checking, long


def add_texts(benchmarks) -> None:
    planting = benchmarks.add_parser("texts", help="score the checks of whole texts")
    planting.add_argument("--site", default="http://127.0.0.1:8000", help="a room that runs")
    planting.add_argument("--texts", type=int, default=40, metavar="N")
    planting.add_argument("--seed", type=int, default=1)
    planting.set_defaults(run=plant)


def add_growth(benchmarks) -> None:
    """Add the benchmarks that load archives of their own."""
    printed = benchmarks.add_parser("volumes", help="time a load of volumes in TEI")
    printed.add_argument("folder", type=Path)
    printed.add_argument(
        "--database", default="benchmark_volumes", help="its name; it is made anew"
    )
    printed.set_defaults(run=load_volumes)
    counting = benchmarks.add_parser("fields", help="count the fields found in volumes in TEI")
    counting.add_argument("folder", type=Path)
    counting.set_defaults(run=lambda options: print(fields.count_fields(options.folder)))
    growing = benchmarks.add_parser("growth", help="measure several sizes, and say what follows")
    growing.add_argument("--sizes", type=sizes, default=SIZES, metavar="N,N,N")
    growing.add_argument("--questions", type=int, default=300, metavar="N")
    growing.add_argument("--database", default="benchmark", help="its name; it is made anew")
    growing.add_argument("--seed", type=int, default=1)
    add_words(growing)
    growing.set_defaults(run=grow)


def add_options(
    writing: argparse.ArgumentParser,
    reading: argparse.ArgumentParser,
    *others: argparse.ArgumentParser,
) -> None:
    """Let all say which archive, and those with a database, the `others`, which one that is."""
    for command in (reading, *others):
        command.add_argument("--archive", type=Path, help="a CSV to read instead of a made-up one")
    for command in others:
        command.add_argument("--database", default="benchmark", help="its name; it is made anew")
    for command in (writing, reading, *others):
        command.add_argument("--cables", type=int, default=20_000, metavar="N")
        command.add_argument("--seed", type=int, default=1)
        add_words(command)


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--words", type=int, default=archive.MEAN_WORDS, metavar="N", help="of a cable, on average"
    )


def write(path: Path, options: argparse.Namespace) -> None:
    """Write the archive and say how long it took."""
    start = time.perf_counter()
    archive.write_archive(path, options.cables, options.seed, options.words)
    seconds = time.perf_counter() - start
    size = path.stat().st_size / 1e6
    print(f"{path}: {options.cables:,} cables, {size:,.0f} MB, in {seconds:.1f} seconds.")


def parse(options: argparse.Namespace) -> None:
    """Read telegrams of the archive, without a database."""
    print(f"{parsing.measure(made(options), options.cables)}\n\n{machine()}")


def load(options: argparse.Namespace) -> None:
    """Load the archive into a fresh database, twice."""
    measure(Database(options.database), made(options))


def compare_jobs(options: argparse.Namespace) -> None:
    """Load the archive into a fresh database with each number of processes."""
    measure_jobs(Database(options.database), made(options), options.jobs)


def load_volumes(options: argparse.Namespace) -> None:
    """Load volumes of Foreign Relations into a fresh database, twice."""
    volumes.measure(Database(options.database), options.folder)


def made(options: argparse.Namespace) -> Path:
    """Return the archive that was named, or the made-up one; make it where it is not kept."""
    path = archive_path(options)
    if not (options.archive or path.exists()):
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, options)
    return path


def visit(options: argparse.Namespace) -> None:
    """Time the pages of the archive, after a load where it is not loaded yet."""
    os.environ["PAGE_CACHE_MB"] = "0"  # Each page is made whenever it is asked for.
    use_loaded(options)
    from . import pages  # Its models need the settings.

    print(f"\n{pages.measure(options.seed)}\n\n{machine(postgres_version())}")


def ask(options: argparse.Namespace) -> None:
    """Look for telegrams of the archive by words of theirs."""
    use_loaded(options)
    from . import relevance  # Its models need the settings.

    table = relevance.measure(options.queries, options.seed)
    print(f"\n{table}\n\n{machine(postgres_version())}")


def check(options: argparse.Namespace) -> None:
    """Check quotations from the archive, and some that are from nowhere."""
    use_loaded(options)
    from . import quote  # Its models need the settings.

    table = quote.measure(options.quotations, options.seed)
    print(f"\n{table}\n\n{machine(postgres_version())}")


def check_long(options: argparse.Namespace) -> None:
    """Check texts with many notes and quotations."""
    use_loaded(options)
    from . import long_texts  # Its models need the settings.

    print(f"\n{long_texts.measure(options.texts, options.seed)}\n\n{machine(postgres_version())}")


def export(options: argparse.Namespace) -> None:
    """Make a mirror of the archive, and bring it up to date."""
    database = use_loaded(options)
    from . import export as exporting  # Its models need the settings.

    table = exporting.measure(
        database, options.folder, options.processes, options.search, options.seed
    )
    print(f"\n{table}\n\n{machine(postgres_version())}")


def give(options: argparse.Namespace) -> None:
    """Write exports of the archive, and ask for its cables and lists as data."""
    os.environ["PAGE_CACHE_MB"] = "0"  # Each answer is made whenever it is asked for.
    database = use_loaded(options)
    from . import programs  # Its models need the settings.

    print(f"\n{programs.measure(database, options.seed)}\n\n{machine(postgres_version())}")


def decide(options: argparse.Namespace) -> None:
    """Decide on 500 and 5,000 cables of the archive, and undo it."""
    use_loaded(options)
    from . import bulk  # Its models need the settings.

    print(f"\n{bulk.measure()}\n\n{machine(postgres_version())}")


def prove(options: argparse.Namespace) -> None:
    """Let a public log follow the archive, and make and verify proofs of its texts."""
    use_loaded(options)
    from . import proofs  # Its models need the settings.

    print(f"\n{proofs.measure()}\n\n{machine(postgres_version())}")


def search(options: argparse.Namespace) -> None:
    """Ask questions of the archive over HTTP."""
    database = use_loaded(options)
    from . import search as searching  # Its models need the settings.

    # Without dots, which Datasette writes otherwise in addresses.
    name, _, _ = archive_path(options).name.partition(".")
    kept = CACHE / f"{name}-peer.db"
    plan = searching.Plan(options.questions, options.seconds, options.seed, options.datasette, kept)
    searching.measure(plan, database.environment)


def grow(options: argparse.Namespace) -> None:
    """Load made-up archives of several sizes, one after the other, and visit each."""
    database = Database(options.database)
    database.use()
    from . import growth  # Its models need the settings.

    one = {"archive": None, "seed": options.seed, "words": options.words}
    archives = {n: made(argparse.Namespace(cables=n, **one)) for n in options.sizes}
    growth.measure(database, archives, options.questions, options.seed)


def numbers(text: str) -> list[int]:
    """Return the numbers in "1,2,1,2", which are 1 or more."""
    found = [int(number) for number in text.split(",")]
    if min(found) < 1:
        raise ValueError(text)
    return found


def sizes(text: str) -> list[int]:
    """Return the numbers in "25000,100000", from the smallest; a law takes two of them."""
    found = sorted(set(numbers(text)))
    if len(found) < 2:
        raise ValueError(text)
    return found


def serve(options: argparse.Namespace) -> None:
    """Serve the archive to many readers."""
    database = use_loaded(options)
    from . import serve as served  # Its models need the settings.

    served.measure(options.seconds, options.seed, database.environment)


def wait_beside(options: argparse.Namespace) -> None:
    """Time a reader beside slow clients, in a room of its own."""
    django.setup()
    from . import slow  # Its room needs the settings.

    slow.measure(options.pages)


def plant(options: argparse.Namespace) -> None:
    """Score the checks of articles made over the documents of a room that runs."""
    from . import texts

    texts.measure(options.site, options.texts, options.seed)


def use_loaded(options: argparse.Namespace) -> Database:
    """Make the benchmark's database that of this process; load the archive if it lacks it."""
    database = Database(options.database)
    if not database.holds(archive_path(options)):
        load(options)
    database.update_index()
    database.use()
    return database


def archive_path(options: argparse.Namespace) -> Path:
    """Return the archive that was named, else where the made-up one is kept."""
    if options.archive:
        return options.archive.resolve(strict=True)
    sources = b"".join(path.read_bytes() for path in [*MADE_BY, shares.ORIGINS_TABLE])
    made_by = hashlib.sha256(sources).hexdigest()[:8]
    made = f"cables-{options.cables}-words{options.words}-seed{options.seed}-{made_by}"
    return CACHE / f"{made}.csv"


if __name__ == "__main__":
    sys.exit(main())
