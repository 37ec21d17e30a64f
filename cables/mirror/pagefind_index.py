"""An index for each year or month by Pagefind: a mirror is searched without a server.

Pagefind reads a small page for each published cable: what the search finds and shows of it. Each
paragraph begins with an anchor that has its id, to which results lead. These pages are drafts,
removed when the index of their period is made. Pagefind makes an index in memory, and a search
loads the list of its pages: so a year is a period where it has few cables, else a month.
"""

import re
import shutil
import subprocess
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from django.db import transaction

from reading_room.paths import install_command

from ..api.serializers import public_tags
from ..models import Cable
from ..models.querysets import READER
from ..search.timeouts import set_for_now
from ..telegram.classifications import BY_VALUE
from ..telegram.titles import reading_title, shown_date
from .file_paths import file_of

PAGEFIND_PIN = "pagefind-bin==1.5.2"  # The package with the program, as pyproject.toml has it.
PAGEFIND = PAGEFIND_PIN.partition("==")[0]
FOLDER = "pagefind/"  # Inside the pages of a mirror.
ENTRY = "pagefind-entry.json"
# What a search loads. Pagefind writes pages and scripts of its own beside it.
SCRIPT = "pagefind.js"
LOADED = (SCRIPT, "wasm.en.pagefind", "*.pf_meta", "filter/*", "fragment/*", "index/*", ENTRY)
AT_ONCE = 1_000  # Cables of a database fetch.
MOST_CABLES = 4_000  # Of a year with one index. For each, Pagefind takes half a megabyte of memory.
NO_MEMORY = "perhaps memory ran out; --processes 1 needs less"
READ = ("paragraph_ids", "paragraph_offsets", "fingerprints", "segmenter", "body", "tags")
PAGE = """<!doctype html><html lang="en"><body>{values}<h1>{title}</h1><p>{about}</p>
{paragraphs}</body></html>"""
PARAGRAPH = '<a id="{}"></a><p>{}</p>\n'
# Signs between letters or digits: "cease-fire" is two words, as in the search index of the room.
SIGNS_INSIDE = re.compile(r"(?<=[^\W_])(?:[^\w\s\u0300-\u036F]|_)+(?=[^\W_])")
JOINER = "\N{WORD JOINER}"  # Before a space that the text has not; mirror_search.js removes both.
VALUE = '<i data-pagefind-{}="{}" data-pagefind-ignore>{}</i>'


class PagefindError(Exception):
    """Pagefind is missing or failed. The message says what to do."""


def index_key(period: str) -> str:
    """Return the key of the part of a mirror that is the index of a period."""
    return f"/{FOLDER}{period}/"


def period_of_index(key: str) -> str:
    """Return the period of an index, "2006" or "2006-03"; "" for any other part."""
    return key.strip("/").rpartition("/")[2] if key.startswith(f"/{FOLDER}") else ""


def stamps_of_periods(months: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return {period: stamps of its cables}, given those of each month."""
    years: dict[str, list[str]] = {}
    for month, stamps in months.items():
        years.setdefault(month[:4], []).extend(stamps)
    large = {year for year, stamps in years.items() if len(stamps) > MOST_CABLES}
    divided = {month: stamps for month, stamps in months.items() if month[:4] in large}
    return {year: stamps for year, stamps in years.items() if year not in large} | divided


def pagefind_program() -> Path:
    """Return the program. Raises PagefindError if it is not installed."""
    try:
        from pagefind_bin import get_executable

        return get_executable()
    except (ImportError, FileNotFoundError):
        if found := shutil.which("pagefind"):
            return Path(found)
    raise PagefindError(f"--search needs Pagefind: {install_command(PAGEFIND_PIN)}")


def make_index(period: str, drafts: Path) -> Iterator[tuple[str, bytes, Iterable[str]]]:
    """Yield (address, content, references of its cables) of each file of the index of a period.

    Its entry comes last. Drafts are in a folder of their own in `drafts`. Raises PagefindError.
    """
    folder = drafts / f"pagefind-{period}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        references = write_pages(period, folder / "pages")
        if references:
            run_pagefind(folder)
        for path in index_files(folder / "index"):
            address = f"{index_key(period)}{path.relative_to(folder / 'index').as_posix()}"
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
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode or not (folder / "index" / ENTRY).exists():
        said = (ended.stderr or ended.stdout).strip().splitlines()[-1:]
        raise PagefindError(f"Pagefind failed ({ended.returncode}): {' '.join(said) or NO_MEMORY}")


def write_pages(period: str, folder: Path) -> list[str]:
    """Write a page for each published cable of a period; return the references."""
    references = []
    with transaction.atomic(using=READER):  # Outside, PostgreSQL would store all rows first.
        set_for_now(statement_timeout=0)
        for cable in cables_of(period):
            if path := file_of(cable.get_absolute_url()):
                (folder / path).parent.mkdir(parents=True)
                page = page_for_index(cable).encode("utf-8", "replace")
                (folder / path).write_bytes(page)
                references.append(cable.reference)
    return references


def cables_of(period: str) -> Iterator[Cable]:
    """Yield the published cables of a period, in order."""
    sent = Cable.objects.published().created_in(*map(int, period.split("-")))
    yield from sent.listed("created").for_listing(*READ).iterator(chunk_size=AT_ONCE)


def indexed_texts(cable: Cable) -> Iterator[str]:
    """Yield the texts of a cable in which words are found, with a space between any two words."""
    yield apart(reading_title(cable))
    yield apart(f"{cable.reference} {cable.origin.name}")
    yield from (apart(text) for _, text in cable.block_texts())


def apart(text: str) -> str:
    """Return a text with a joiner and a space behind the signs inside words.

    >>> apart("cease-fire").replace(JOINER, "|")
    'cease-| fire'
    """
    return SIGNS_INSIDE.sub(rf"\g<0>{JOINER} ", text)


def page_for_index(cable: Cable) -> str:
    """Return the page that Pagefind reads of a cable. The order of its values does not matter."""
    known = BY_VALUE[cable.classification]
    values = [
        ("filter", "origin", cable.origin.slug),
        ("filter", "classification", known.slug),
        *(("filter", "tag", tag) for tag in public_tags(cable)),
        ("meta", "reference", cable.reference),
        ("meta", "sent", shown_date(cable)),
        ("meta", "origin", cable.origin.name),
        ("meta", "class", known.label),
    ]
    title, about, *texts = map(escape, indexed_texts(cable))
    ids = (escape(key) for key, _ in cable.block_texts())
    return PAGE.format(
        values="".join(VALUE.format(kind, name, escape(text)) for kind, name, text in values),
        title=title,
        about=about,
        paragraphs="".join(map(PARAGRAPH.format, ids, texts)),
    )


WORDS_KEY = "/search/words/"  # The key of the part, and the address of its files.
WORDS_FOLDER = WORDS_KEY[1:]
LETTERS = 5
FIRST = 2  # Letters that the words of a file share.
# Letters that are no ASCII letter with a mark, as they are written without them.
PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l"}
    | {"Æ": "AE", "Œ": "OE", "Ø": "O", "Đ": "D", "Ł": "L"}
)
WORD = re.compile(r"[a-z0-9]+", re.IGNORECASE)
# Pagefind also finds the parts of 06BERLIN12 and McDonald.
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def word_files(periods: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (address, content) of each file on in which of these periods a word occurs.

    By them a search skips all other indexes (mirror_search.js). A word is known by its first
    LETTERS, so that its forms share an entry. A file has the words with the same first two letters:
    a line with the periods, then lines of a beginning and a hexadecimal number, whose lowest bit is
    the first period. They are of published cables.
    """
    found: defaultdict[str, int] = defaultdict(int)
    for number, period in enumerate(periods):
        for beginning in beginnings_in(words_of(period)):
            found[beginning] |= 1 << number
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for beginning in sorted(found):
        lines[beginning[:FIRST]].append(f"{beginning} {found[beginning]:x}")
    for first, some in lines.items():
        yield f"{WORDS_KEY}{first}.txt", "\n".join([" ".join(periods), *some, ""]).encode()


def words_of(period: str) -> set[str]:
    """Return what stands between spaces in the indexed texts of a period."""
    words: set[str] = set()
    with transaction.atomic(using=READER):
        set_for_now(statement_timeout=0)
        for cable in cables_of(period):
            for text in indexed_texts(cable):
                words.update(text.split())
    return words


def beginnings_in(words: Iterable[str]) -> set[str]:
    """Return the first letters of words and of their parts.

    >>> sorted(beginnings_in(["(Zürich)", "McDonald"]))
    ['donal', 'mc', 'mcdon', 'zuric']
    """
    found: set[str] = set()
    for word in words:
        folded = unicodedata.normalize("NFKD", word.translate(PLAIN))
        plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
        found.update((*WORD.findall(plain), *PART.findall(plain)))
    return {part[:LETTERS].lower() for part in found if len(part) >= FIRST}
