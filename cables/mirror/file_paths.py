"""Map addresses of the site to files of a mirror, and rewrite links between pages."""

import re
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

INDEX = "index.html"
LONGEST_NAME = 255  # Bytes of a part of a path, in all common file systems.
# Not allowed in file names on FAT; and %, which BagIt escapes but sha256sum does not.
UNFIT = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|%]|[. ]\Z')
LINK = re.compile(r'(\s(?:href|src|action)=")((?:/(?!/)|\?)[^"]*)"')
CABLE = re.compile(r"(/cable/[^/?#]+?)(/[^?#]*|\.txt)")
PARAGRAPH = re.compile(r"/(v[0-9]+/)?(par[^/]+?)(?:--par[^/]+)?/")
VERSION = re.compile(r"/v([0-9]+)(?:/|\.txt)")
TAGGED = re.compile(r'href="(/tag/[^"?#]+/)"')
CITED = re.compile(r"/cable/([^/\"'<>?#\s.]+)")


@dataclass(frozen=True, slots=True)
class Site:
    """A mirror of the live site "https://cables.example.org": a BagIt bag in a folder.

    With `from_disk`, links end in index.html, so that pages can be opened without a server. With
    `search` it has an index that its search page reads; with `proofs` the proof of each text.
    """

    bag: Path
    live: str
    from_disk: bool = False
    search: bool = False
    proofs: bool = False

    @property
    def folder(self) -> Path:
        """The root of the pages, which a web server serves: the payload of the bag."""
        return self.bag / "data"

    @property
    def private(self) -> Path:
        """The folder of the ledger and of drafts."""
        return self.bag / ".mirror"

    @property
    def host(self) -> str:
        return urlsplit(self.live).netloc

    @property
    def secure(self) -> bool:
        return self.live.startswith("https:")


def file_of(address: str) -> str:
    """Return the path of the file for an address, "" if file systems do not allow that name.

    >>> file_of("/tag/SNAR/?page=2")
    'tag/SNAR/page-2.html'
    """
    path, _, query = address.partition("?")
    *folders, name = unquote(path).removeprefix("/").split("/")
    if query:
        name = f"page-{query.removeprefix('page=')}.html"
    parts = [*folders, name or INDEX]
    fit = (each and not UNFIT.search(each) and len(each.encode()) <= LONGEST_NAME for each in parts)
    return "/".join(parts) if all(fit) else ""


class LinkRewriter:
    """Rewrites links in the pages of a mirror that has the parts `held`: {key: versions}.

    Links to anything else lead to the live site.
    """

    def __init__(self, site: Site, held: dict[str, int]):
        self.site = site
        self.held = held
        self.known: dict[str, str] = {}  # Cache: many pages link to the same lists.

    def rewrite(self, page: str, own: str, up: str | None = None) -> str:
        """Return the HTML of the page at address `own` with relative links within the mirror.

        `up` is the relative path to the root of the mirror.
        """
        here = own.partition("?")[0]
        up = "../" * file_of(own).count("/") if up is None else up

        def replace(match):
            address = unescape(match[2])
            if address[0] == "?":
                address = here + address
            return f'{match[1]}{escape(self.lead(address, here, up))}"'

        return LINK.sub(replace, page)

    def lead(self, address: str, here: str, up: str) -> str:
        """Return the link to an address, with its fragment, on the page at address `here`."""
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
            path = target if self.site.from_disk else target.removesuffix(INDEX)
        else:
            path = target
        return f"{up}{path}" + (own_sign or sign) + (own_fragment or fragment) or "./"

    def place(self, address: str, here: str) -> str:
        """Return the path of an address in the mirror, or its live address."""
        if address in self.held and file_of(address):
            return mirror_path(address)
        if match := CABLE.fullmatch(address):
            return self.place_of_cable(match[1], match[2], address, here)
        return f"{self.site.live}{address}"

    def place_of_cable(self, cable: str, rest: str, address: str, here: str) -> str:
        """Return the target for an address below a cable's.

        A paragraph is part of the cable's page. From that page itself, the link leads to the
        paragraph's own page in the live site.
        """
        versions = self.held.get(f"{cable}/", -1)
        if versions >= 0 and file_of(f"{cable}/"):
            if (match := PARAGRAPH.fullmatch(rest)) and has_address(versions, f"/{match[1] or ''}"):
                page = f"{cable}/{match[1] or ''}"
                if page != here:
                    return f"{mirror_path(page)}#{match[2]}"
            elif has_address(versions, rest):
                return mirror_path(address)
        return f"{self.site.live}{address}"


def has_address(versions: int, rest: str) -> bool:
    """Tell whether a mirror has an address below that of a cable; withheld ones have 0 versions."""
    if rest in ("/", ".txt"):
        return rest == "/" or versions > 0
    number = VERSION.fullmatch(rest)
    return versions > 1 and (rest == "/history/" or bool(number and 0 < int(number[1]) <= versions))


def mirror_path(address: str) -> str:
    """Return the path of the file for an address, with the quoting of the address."""
    path, _, query = address.removeprefix("/").partition("?")
    if query:
        return f"{path}page-{query.removeprefix('page=')}.html"
    return path if path and not path.endswith("/") else f"{path}{INDEX}"


def targets_in(page: str) -> set[str]:
    """Return the references of cables and the addresses of tags that a page links to."""
    return {unquote(reference) for reference in CITED.findall(page)} | set(TAGGED.findall(page))
