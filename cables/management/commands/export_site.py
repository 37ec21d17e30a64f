"""Export a mirror: the public room as static files for a web server, a disk or a zip."""

import os
import re
import sqlite3
from argparse import ArgumentTypeError
from pathlib import Path

from django.core.management.base import CommandError
from django.db import Error

from cables.management.room_command import ReaderCommand
from cables.mirror.build import ExportError, export_site
from cables.mirror.file_paths import Site
from cables.mirror.pagefind_index import PagefindError, pagefind_program
from cables.operations.progress import progress
from cables.operations.static_files import collect_changed_files


def room_address(text: str) -> str:
    """Return the address of a room (scheme, host, port). Raises ArgumentTypeError."""
    if not re.fullmatch(r"https?://[\w.-]+(:[0-9]{1,5})?/?", text):
        raise ArgumentTypeError(f"{text!r} is no address of a room: https://cables.example.org")
    return text.rstrip("/")


def process_count(text: str) -> int:
    """Return a number of processes, 1 to 64. Raises ArgumentTypeError."""
    if not text.isdecimal() or not 0 < int(text) <= 64:
        raise ArgumentTypeError(f"{text!r} is no number of processes: 1 to 64")
    return int(text)


class Command(ReaderCommand):
    help = "Make or update a mirror: the public room as files. Safe to stop, and to repeat."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument(
            "--live",
            type=room_address,
            required=True,
            metavar="URL",
            help="address of the room: for citations, and for what a mirror lacks",
        )
        parser.add_argument(
            "--from-disk",
            action="store_true",
            help="pages open without a web server: links name index.html",
        )
        parser.add_argument(
            "--search",
            action="store_true",
            help="an index by Pagefind, with which the search page finds cables without the room",
        )
        parser.add_argument(
            "--proofs",
            action="store_true",
            help="the proof of each text, so that the mirror is verified without the room; whoever "
            "has them can confirm words that are redacted or erased later",
        )
        parser.add_argument("--zip", type=Path, metavar="FILE", help="pack the mirror as well")
        parser.add_argument(
            "--processes",
            type=process_count,
            default=os.cpu_count(),
            metavar="N",
            help="processes that render pages (default: one for each core)",
        )

    def handle(self, *, folder, live, from_disk, search, proofs, zip, processes, **options):
        def bar(count, unit):
            return progress(count, self.stderr, unit)

        site = Site(folder.resolve(), live, from_disk, search, proofs)
        try:
            if search:
                pagefind_program()
            collect_changed_files()
            report = export_site(site, processes=processes, packed=zip, progress=bar)
        except (ExportError, PagefindError) as error:
            raise CommandError(error) from error
        except (OSError, sqlite3.Error) as error:
            where = getattr(error, "filename", None) or folder
            raise CommandError(
                f"{where}: {getattr(error, 'strerror', None) or error}\nThe files written so far "
                "are complete. Put that right, then run the same command again: it goes on."
            ) from error
        except Error as error:
            raise CommandError(
                f"The database failed: {str(error).strip()}\nThe files written so far are "
                "complete. Put the database right, then run the same command again: it goes on."
            ) from error
        self.stdout.write(str(report))
