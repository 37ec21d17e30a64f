"""An address of the room -> the file that it is in a mirror, and what leads there from a page."""

import re
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

INDEX = "index.html"
LONGEST_NAME = 255  # Bytes of a part of a path, in all common file systems.
UNFIT = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]|[. ]\Z')  # What no file on a USB stick may be called.
LINK = re.compile(r'(\s(?:href|src|action)=")((?:/(?!/)|\?)[^"]*)"')
CABLE = re.compile(r"(/cable/[^/?#]+?)(/[^?#]*|\.txt)")
PARAGRAPH = re.compile(r"/(v[0-9]+/)?(par[^/]+?)(?:--par[^/]+)?/")
VERSION = re.compile(r"/v([0-9]+)(?:/|\.txt)")
TAGGED = re.compile(r'href="(/tag/[^"?#]+/)"')
CITED = re.compile(r"/cable/([^/\"'<>?#\s.]+)")


@dataclass(frozen=True, slots=True)
class Site:
    """A mirror: where its files are, and of which room. `live` is "https://cables.example.org".

    `from_disk`: links name index.html, so that the pages open without a server.
    """

    folder: Path
    live: str
    from_disk: bool = False

    @property
    def host(self) -> str:
        return urlsplit(self.live).netloc

    @property
    def secure(self) -> bool:
        return self.live.startswith("https:")


def file_of(address: str) -> str:
    """Return the path of an address's file in a mirror, "" if no file can have that name.

    >>> file_of("/tag/SNAR/?page=2")
    'tag/SNAR/page-2.html'
    """
    path, _, query = address.partition("?")
    *folders, name = unquote(path).removeprefix("/").split("/")
    if query:
        name = f"page-{query.removeprefix('page=')}.html"
    parts = [*folders, name or INDEX]
    fit = all(part and not UNFIT.search(part) for part in parts)
    return "/".join(parts) if fit and longest(parts) <= LONGEST_NAME else ""


def longest(parts):
    return max(len(part.encode()) for part in parts)


class Links:
    """Where the links of pages lead in a mirror that has the parts `held`: {key: versions}.

    What the mirror does not have leads to the live room.
    """

    def __init__(self, site: Site, held: dict[str, int]):
        self.site = site
        self.held = held
        self.known: dict[str, str] = {}  # Addresses of lists and indexes stand on many pages.

    def rewrite(self, page: str, own: str, up: str | None = None) -> str:
        """Return the HTML of an address with links as they are in the mirror.

        They are relative, so that a mirror may stand anywhere; `up` is the way to its root.
        """
        here = own.partition("?")[0]
        up = "../" * file_of(own).count("/") if up is None else up

        def replace(found):
            address = unescape(found[2])
            if address[0] == "?":
                address = here + address
            return f'{found[1]}{escape(self.lead(address, here, up))}"'

        return LINK.sub(replace, page)

    def lead(self, address: str, here: str, up: str) -> str:
        """Return what stands in a link on the page `here` for an address with its fragment."""
        address, sign, fragment = address.partition("#")
        target = self.known.get(address)
        if target is None:
            target = self.place(address, here)
            if not address.startswith("/cable/"):
                self.known[address] = target
        if "://" in target:
            return f"{target}{sign}{fragment}"
        target, own_sign, own_fragment = target.partition("#")
        if target.endswith(f"/{INDEX}") or target == INDEX:
            shown = target if self.site.from_disk else target.removesuffix(INDEX)
        else:
            shown = target
        return f"{up}{shown}" + (own_sign or sign) + (own_fragment or fragment) or "./"

    def place(self, address: str, here: str) -> str:
        """Return the path of an address in the mirror as links write it, or its live address."""
        if address in self.held and file_of(address):
            return written(address)
        if found := CABLE.fullmatch(address):
            return self.place_of_cable(*found.groups(), address, here)
        return f"{self.site.live}{address}"

    def place_of_cable(self, cable: str, rest: str, address: str, here: str) -> str:
        """Return the place of what belongs to a cable. A paragraph stands on the cable's page;
        that it has one of its own, only the cable's page says, and leads to the live room."""
        versions = self.held.get(f"{cable}/", -1)
        if versions >= 0 and file_of(f"{cable}/"):
            if (found := PARAGRAPH.fullmatch(rest)) and has(versions, f"/{found[1] or ''}"):
                page = f"{cable}/{found[1] or ''}"
                if page != here:
                    return f"{written(page)}#{found[2]}"
            elif has(versions, rest):
                return written(address)
        return f"{self.site.live}{address}"


def has(versions: int, rest: str) -> bool:
    """Tell whether a mirror has an address of a cable with so many versions, 0 if withheld."""
    if rest in ("/", ".txt"):
        return rest == "/" or versions > 0
    number = VERSION.fullmatch(rest)
    return versions > 1 and (rest == "/history/" or bool(number and 0 < int(number[1]) <= versions))


def written(address: str) -> str:
    """Return the path of an address's file, quoted as the address is."""
    path, _, query = address.removeprefix("/").partition("?")
    if query:
        return f"{path}page-{query.removeprefix('page=')}.html"
    return path if path and not path.endswith("/") else f"{path}{INDEX}"


def shown_in(page: str) -> set[str]:
    """Return the references of the cables, and the addresses of the tags, that a page links to."""
    return {unquote(reference) for reference in CITED.findall(page)} | set(TAGGED.findall(page))
