"""The guidance texts that come with the room: pages/*.md, the first line of each its title."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "pages"
# In the order in which they are offered. Each is at /about/SLUG/; "about" is at
# /about/ itself, and "developers" at /developers/.
SLUGS = (
    "about",
    "structure-of-a-cable",
    "discussing-cables",
    "faq",
    "classification",
    "how-to-cite",
    "corrections",
    "privacy",
    "developers",
)


@dataclass(frozen=True, slots=True)
class Guidance:
    """A text of the room's own, in Markdown."""

    slug: str
    title: str
    body: str


@cache
def guidance() -> dict[str, Guidance]:
    """Return the texts by their slugs, in order."""
    return {slug: _read(slug) for slug in SLUGS}


def _read(slug: str) -> Guidance:
    title, _, body = (FOLDER / f"{slug}.md").read_text(encoding="utf-8").partition("\n")
    return Guidance(slug, title.removeprefix("# "), body.strip() + "\n")
