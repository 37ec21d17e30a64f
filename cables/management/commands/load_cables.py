"""Load cables from files or folders."""

import re
from argparse import ArgumentTypeError
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.template.defaultfilters import filesizeformat

from cables.loader import LoadError, LoadReport, load
from cables.models import ColumnMapping
from cables.models.load_records import of_about
from cables.operations.progress import progress_bar
from cables.sources import CsvMapping, SourceError, files_of, mapping_of
from cables.sources.csv_mapping import FIELDS, mapping_in_file
from cables.sources.guess_mapping import mapping_by_headings
from cables.sources.parse_record import check_year
from cables.sources.parser_processes import MOST_PARSERS
from cables.sources.text_encodings import ENCODINGS

MOST_SHOWN = 50  # Records that were not applied: the first ones are printed.


def released_date(text: str) -> date:
    """Return the date of release in "2011-09-02". Raises ArgumentTypeError."""
    try:
        day = date.fromisoformat(text)
        check_year(day)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no date of a release; write 2011-09-02") from None
    return day


def slug(text: str) -> str:
    """Return the slug of a collection. Raises ArgumentTypeError."""
    if not re.fullmatch(r"[a-z0-9-]{1,40}", text):
        raise ArgumentTypeError(f"{text!r} is no slug; use 1 to 40 of a-z, 0-9 and -")
    return text


def number_of_jobs(text: str) -> int:
    """Return the number of processes in "2". Raises ArgumentTypeError."""
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise ArgumentTypeError(f"{text!r} is no number of processes; write 1 or more")
    return int(text)


def chosen_mapping(named: str | None, encoding: str | None) -> dict[str, Any]:
    """Return the arguments of `load` for --mapping and --encoding. Raises SourceError.

    An encoding alone is that of files of the dump.
    """
    if named is None:
        return {"mapping": CsvMapping(encoding=encoding)} if encoding else {}
    saved = ColumnMapping.objects.filter(name=named).first()
    if saved is None and not named.endswith(".json"):
        names = ", ".join(ColumnMapping.objects.values_list("name", flat=True)) or "none"
        raise SourceError(f"No mapping is saved as {named!r}; saved are: {names}")
    mapping = mapping_of(saved.mapping) if saved else mapping_in_file(Path(named))
    if encoding:
        mapping = replace(mapping, encoding=encoding)
    return {"mapping": mapping, "mapping_name": named[:100] if saved else ""}


class Command(BaseCommand):
    help = "Load cables from files or folders. Safe to repeat: only new content is written."

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--released",
            type=released_date,
            metavar="YYYY-MM-DD",
            help="date of release for records whose source gives none (default: none is shown)",
        )
        parser.add_argument("--collection", type=slug, default="cables", metavar="SLUG")
        parser.add_argument(
            "--cables-only",
            action="store_false",
            dest="everything",
            help="of a volume only cables, no memoranda, letters, notes: its page lists these",
        )
        parser.add_argument(
            "--jobs",
            type=number_of_jobs,
            metavar="N",
            help="processes: one stores, the others parse, at most "
            f"{MOST_PARSERS} (default: a parser for each core)",
        )
        parser.add_argument(
            "--mapping",
            metavar="NAME|FILE.json",
            help="how tables of another shape are read: the name of a mapping that was saved at "
            "the desk, or a file (docs/sources.md)",
        )
        parser.add_argument(
            "--encoding",
            choices=list(ENCODINGS),
            metavar="NAME",
            help=f"encoding of tables: {', '.join(ENCODINGS)} (default: that of the mapping)",
        )
        parser.add_argument("--dry-run", action="store_true", help="report, but store nothing")

    def handle(self, *, paths, dry_run, mapping, encoding, **options):
        how = {name: options[name] for name in ("released", "collection", "everything", "jobs")}
        report = LoadReport()
        self.not_applied = 0
        try:
            how |= chosen_mapping(mapping, encoding)
            sizes = [[file.stat().st_size for file in files_of(path)] for path in paths]
            for path, of_files in zip(paths, sizes, strict=True):
                files = f"{len(of_files):,} files" if len(of_files) > 1 else "one file"
                self.stderr.write(f"Loading {path}: {files}, {filesizeformat(sum(of_files))}.")
            with progress_bar(sum(map(sum, sizes)), self.stderr) as bar:

                def count(rows):
                    bar.set_postfix_str(of_about(report.rows + rows, bar.n, bar.total), False)

                for path in paths:
                    report += load(
                        path,
                        dry_run=dry_run,
                        advance=bar.update,
                        count=count,
                        on_reject=self.show_reject,
                        **how | self.by_headings(path, how),
                    )
        except (SourceError, LoadError, OSError) as error:
            raise CommandError(error) from error
        except Error as error:
            raise CommandError(
                f"The database failed: {str(error).strip()}\nWhole batches are stored. Put the "
                "database right, then run the same command again."
            ) from error
        if self.not_applied > MOST_SHOWN:
            self.stderr.write(f"... and {self.not_applied - MOST_SHOWN:,} more: see the desk.")
        self.stdout.write(f"Dry run, nothing is stored. {report}" if dry_run else str(report))

    def by_headings(self, path, how):
        """Return how a table is read whose headings say it; tell which column is what."""
        mapping = None if "mapping" in how else mapping_by_headings(path)
        if not mapping:
            return {}
        read = ", ".join(f"{FIELDS[part].label} {name}" for part, name in mapping.columns.items())
        self.stderr.write(f"Columns, by their headings: {read}.")
        return {"mapping": mapping}

    def show_reject(self, line):
        self.not_applied += 1
        if self.not_applied <= MOST_SHOWN:
            self.stderr.write(line)
