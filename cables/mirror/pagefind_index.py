"""An index for each year by Pagefind, so that a mirror is searched without a server.

Pagefind reads a small page for each published cable: what the search finds and shows of it. Each
paragraph begins with an anchor that has its id, to which results lead. These pages are drafts,
removed when the index of their year is made. An index of all years would have to be in memory at
once, and a search would load all of it.
"""

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from django.db import transaction

from ..api.serializers import public_tags
from ..models import Cable
from ..models.querysets import READER
from ..search.timeouts import set_for_now
from ..telegram.classifications import BY_VALUE
from ..telegram.made_titles import machine_date, reading_title
from .file_paths import file_of

PAGEFIND = "pagefind-bin"  # The package with the program.
FOLDER = "pagefind/"  # Inside the pages of a mirror.
ENTRY = "pagefind-entry.json"
# What a search loads. Pagefind writes pages and scripts of its own beside it.
SCRIPT = "pagefind.js"
LOADED = (SCRIPT, "wasm.en.pagefind", "*.pf_meta", "filter/*", "fragment/*", "index/*", ENTRY)
AT_ONCE = 1_000  # Cables of a database fetch.
READ = ("paragraph_ids", "fingerprints", "segmenter", "body", "tags")
PAGE = """<!doctype html><html lang="en"><body>{values}<h1>{title}</h1><p>{about}</p>
{paragraphs}</body></html>"""
PARAGRAPH = '<a id="{}"></a><p>{}</p>\n'
VALUE = '<i data-pagefind-{}="{}" data-pagefind-ignore>{}</i>'


class PagefindError(Exception):
    """Pagefind is missing or failed. The message says what to do."""


def index_key(year: int) -> str:
    """Return the key of the part of a mirror that is the index of a year."""
    return f"/{FOLDER}{year}/"


def year_of_index(key: str) -> int | None:
    """Return the year of an index; None for any other part."""
    return int(key.strip("/").rpartition("/")[2]) if key.startswith(f"/{FOLDER}") else None


def pagefind_program() -> Path:
    """Return the program. Raises PagefindError if it is not installed."""
    try:
        from pagefind_bin import get_executable

        return get_executable()
    except (ImportError, FileNotFoundError):
        if found := shutil.which("pagefind"):
            return Path(found)
    raise PagefindError(f"--search needs Pagefind: pip install {PAGEFIND}")


def make_index(year: int, drafts: Path) -> Iterator[tuple[str, bytes, Iterable[str]]]:
    """Yield (address, content, references of its cables) of each file of the index of a year.

    Its entry comes last. Drafts are in a folder of their own in `drafts`. Raises PagefindError.
    """
    folder = drafts / f"pagefind-{year}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        references = write_pages(year, folder / "pages")
        if references:
            run_pagefind(folder)
        for path in index_files(folder / "index"):
            address = f"{index_key(year)}{path.relative_to(folder / 'index').as_posix()}"
            yield address, path.read_bytes(), references if path.name == ENTRY else ()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def index_files(folder: Path) -> Iterator[Path]:
    for pattern in LOADED:
        yield from sorted(folder.glob(pattern))


def run_pagefind(folder: Path):
    """Make the index of the pages in folder/pages in folder/index."""
    command = [
        *(str(pagefind_program()), "--site", "pages", "--output-path", "index"),
        *("--root-selector", "body", "--force-language", "en", "--silent"),
    ]
    # In the folder, so that no pagefind.toml of the current one is read.
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if ended.returncode or not (folder / "index" / ENTRY).exists():
        said = (ended.stderr or ended.stdout).strip().splitlines()[-1:]
        raise PagefindError(
            f"Pagefind failed ({ended.returncode}): {' '.join(said) or 'perhaps memory ran out'}"
        )


def write_pages(year: int, folder: Path) -> list[str]:
    """Write a page for each published cable of a year; return the references."""
    references = []
    cables = Cable.objects.published().created_in(year).listed("created").for_listing(*READ)
    with transaction.atomic(using=READER):  # Outside, PostgreSQL would store all rows first.
        set_for_now(statement_timeout=0)
        for cable in cables.iterator(chunk_size=AT_ONCE):
            if path := file_of(cable.get_absolute_url()):
                (folder / path).parent.mkdir(parents=True)
                page = page_for_index(cable).encode("utf-8", "replace")
                (folder / path).write_bytes(page)
                references.append(cable.reference)
    return references


def page_for_index(cable: Cable) -> str:
    """Return the page that Pagefind reads of a cable. The order of its values does not matter."""
    known = BY_VALUE[cable.classification]
    values = [
        ("filter", "origin", cable.origin.slug),
        ("filter", "class", known.slug),
        *(("filter", "tag", tag) for tag in public_tags(cable)),
        ("meta", "reference", cable.reference),
        ("meta", "sent", machine_date(cable)),
        ("meta", "origin", cable.origin.name),
        ("meta", "class", known.label),
    ]
    return PAGE.format(
        values="".join(VALUE.format(kind, name, escape(text)) for kind, name, text in values),
        title=escape(reading_title(cable)),
        about=escape(f"{cable.reference} {cable.origin.name}"),
        paragraphs="".join(
            PARAGRAPH.format(escape(key), escape(text)) for key, text in cable.block_texts()
        ),
    )
