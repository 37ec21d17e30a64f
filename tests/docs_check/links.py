"""Check that links and anchors lead somewhere, that pictures are shown and pages are reached."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from .addresses import address_fault
from .documents import Document, Finding, Piece

PICTURES = "docs/pictures"
FIRST = "README.md"
# Of the room itself, and of guidance texts: pages of the room, not files.
OF_THE_ROOM = "cables/"
ON_THIS_COMPUTER = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d+)?(/|$)")


def check_links(documents: list[Document], root: Path) -> Iterator[Finding]:
    """Yield links that lead nowhere."""
    anchors = {document.path: document.anchors for document in documents}
    for document in documents:
        for link in document.links:
            fault = link_fault(document, link.text, root, anchors)
            if fault:
                yield document.finding(link, fault)


def link_fault(
    document: Document, target: str, root: Path, anchors: dict[str, set[str]]
) -> str | None:
    """Return what is wrong with a link, if anything is."""
    if re.match(r"[a-z]+:", target):
        return outside_fault(target)
    if target.startswith("/"):
        in_the_room = document.path.startswith(OF_THE_ROOM)
        return address_fault(target) if in_the_room else "begins with a stroke"
    path, _, fragment = target.partition("#")
    named = resolved(document.path, path) if path else document.path
    if named is None or not (root / named).exists():
        return "no such file"
    if fragment and fragment not in anchors.get(named, set()):
        return f"no heading of {named} has this anchor"
    return None


def resolved(document: str, path: str) -> str | None:
    """Return a path from the root that a document names; None if it is outside."""
    parts: list[str] = []
    for part in (PurePosixPath(document).parent / unquote(path)).parts:
        if part != "..":
            parts.append(part)
        elif not parts:
            return None
        else:
            parts.pop()
    return "/".join(parts) or "."


def outside_fault(target: str) -> str | None:
    """Return what is wrong with the form of a link to another site."""
    if target.startswith("mailto:"):
        return None if re.fullmatch(r"mailto:[^\s@]+@[\w-]+(\.[\w-]+)+", target) else "no address"
    if ON_THIS_COMPUTER.match(target):
        return None
    parts = urlsplit(target)
    if parts.scheme != "https":
        return "not https"
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts.hostname or ""):
        return "no host"
    return "ends with a mark of the sentence" if target.endswith((".", ",", ";", "…")) else None


def check_pictures(documents: list[Document], root: Path) -> Iterator[Finding]:
    """Yield pictures that are missing, and those that no document shows."""
    shown = set()
    for document in documents:
        for picture in document.pictures:
            named = resolved(document.path, picture.text)
            shown.add(named)
            if named is None or not (root / named).is_file():
                yield document.finding(picture, "no such picture")
    for path in sorted((root / PICTURES).iterdir()):
        if path.relative_to(root).as_posix() not in shown:
            yield Finding(f"{PICTURES}/{path.name}", 0, path.name, "no document shows this picture")


def check_pages_are_reached(documents: list[Document]) -> Iterator[Finding]:
    """Yield documents in docs/ that no chain of links from the README reaches."""
    by_path = {document.path: document for document in documents}
    reached, waiting = {FIRST}, [FIRST]
    while waiting:
        for path in linked_documents(by_path[waiting.pop()], by_path):
            if path not in reached:
                reached.add(path)
                waiting.append(path)
    for path in sorted(by_path.keys() - reached):
        if path.startswith("docs/"):
            yield by_path[path].finding(Piece(path, 0), f"no link from {FIRST} leads here")


def linked_documents(document: Document, by_path: dict[str, Document]) -> Iterator[str]:
    """Yield the documents that one links to; a folder stands for all in it."""
    for link in document.links:
        if not re.match(r"[a-z]+:|/|#", link.text):
            named = resolved(document.path, link.text.partition("#")[0])
            yield from (path for path in by_path if path == named or path.startswith(f"{named}/"))
