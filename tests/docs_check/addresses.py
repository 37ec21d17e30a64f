"""Check addresses of the room: each is of a page that it has."""

import re
from collections.abc import Iterator

from django.contrib.staticfiles import finders
from django.urls import Resolver404, resolve

from cables.articles.guidance import SLUGS

from .documents import Document, Finding

# Folders at the root of a computer's disk, not of the room.
OF_A_DISK = re.compile(r"/(srv|etc|var|dev|tmp|media|path|home|usr|proc|root|cables/\w+\.csv)\b")
ADDRESS = re.compile(r"/(?:[A-Za-z.][^\s\"'<>|`\\]*)?")
HOSTS = re.compile(
    r"https?://(?:archive\.example|127\.0\.0\.1:8000|cables\.example\.org)(/[^\s\"'<>|`\\]*)"
)
# Answered before the addresses of pages are looked at; beginnings of many addresses.
OF_NO_ROUTE = {"/healthz", "/readyz", "/metrics", "/static/", "/admin/"}
# Guidance pages that an institution could add.
OWN_PAGES = {"opening-hours"}
# What stands for a value in an address -> a value.
PLACEHOLDERS = {
    "REF": "06LISBON900412",
    "SLUG": "cables",
    "VOLUME": "frus1964-68v22",
    "VERSION": "latest",
    "FILE": "cables.parquet",
    "CODE": "SIPDIS",
    "NAAN/NAME": "12345/x506lisbon900412r",
    "NAAN": "12345",
}


def check_addresses(documents: list[Document]) -> Iterator[Finding]:
    """Yield addresses in code at which the room has no page."""
    for document in documents:
        for piece in document.code:
            for address in addresses_in(piece.text):
                fault = address_fault(address)
                if fault:
                    yield document.finding(piece, fault)


def addresses_in(text: str) -> Iterator[str]:
    """Yield the addresses of the room in a code span, or in a line of a block of code."""
    whole = re.fullmatch(rf"(?:(?:GET|POST|HEAD) )?({ADDRESS.pattern})", text.strip())
    if whole and not OF_A_DISK.match(whole[1]) and not whole[1].startswith("//"):
        yield whole[1]
    yield from HOSTS.findall(text)


def address_fault(address: str) -> str | None:
    """Return what is wrong with an address of the room, if anything is."""
    path = re.split(r"[?#]", address)[0]
    for name, value in PLACEHOLDERS.items():
        path = re.sub(rf"(?<![A-Z]){re.escape(name)}(?![A-Z])", value, path)
    if path in OF_NO_ROUTE:
        return None
    if path.startswith("/static/"):
        return None if finders.find(path.removeprefix("/static/")) else "no such file"
    try:
        match = resolve(path)
    except Resolver404:
        return "the room has no such address"
    if getattr(match.func, "__name__", "") == "catch_all_view":
        return "the desk has no such address"
    if match.route == "about/<slug:slug>/" and match.kwargs["slug"] not in OWN_PAGES.union(SLUGS):
        return "there is no such guidance page"
    return None
