"""Read the guidance texts in guidance_texts/*.md; the first line of each is its title."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import reverse

FOLDER = Path(__file__).parent / "guidance_texts"
# In the order in which pages link them. Addresses are /about/SLUG/, but /about/ for "about", and
# /annotations/ and /developers/ for those of these names.
SLUGS = (
    "about",
    "structure-of-a-cable",
    "discussing-cables",
    "faq",
    "classification",
    "how-to-cite",
    "corrections",
    "requests",
    "privacy",
    "accessibility",
    "annotations",
    "developers",
)
TOP_LEVEL = ("about", "annotations", "developers")  # Not under /about/.


@dataclass(frozen=True, slots=True)
class Guidance:
    slug: str
    title: str
    body: str


@cache
def guidance() -> dict[str, Guidance]:
    """Return {slug: text} in the order of SLUGS."""
    return {slug: _read(slug) for slug in SLUGS}


def _read(slug: str) -> Guidance:
    title, _, body = (FOLDER / f"{slug}.md").read_text(encoding="utf-8").partition("\n")
    return Guidance(slug, title.removeprefix("# "), body.strip() + "\n")


def offered_pages(own: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return (title, address) of every guidance page.

    `own` are (title, slug) of those that the institution wrote; its further ones come last.
    """
    titles = {slug: text.title for slug, text in guidance().items()}
    titles |= {slug: title for title, slug in own}
    return [(title, page_address(slug)) for slug, title in titles.items()]


def page_address(slug: str) -> str:
    return reverse(slug) if slug in TOP_LEVEL else reverse("page", args=[slug])
