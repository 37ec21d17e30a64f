"""What curators would write, invented: articles about the specimens, and links to other sites.

They come with the specimens into an empty room, so that a newcomer sees what both are for, and are
deleted with them. What a curator changed in the meantime stays.
"""

import re
from pathlib import Path

from django.utils import timezone

from ..models import Article, Link

ARTICLES = Path(__file__).parents[1] / "specimens" / "articles"
REFERENCE = re.compile(r"\b\d\d[A-Z]+\d+\b")  # As these articles write them.
LINKS = (
    ("Foreign Relations of the United States", "https://history.state.gov/historicaldocuments"),
    ("Access to Archival Databases", "https://aad.archives.gov/aad/"),
    ("State Department reading room", "https://foia.state.gov/"),
)


def add_specimen_texts():
    """Add the articles, and the links if there are none."""
    for slug, text in _texts().items():
        named = list(dict.fromkeys(REFERENCE.findall(text["body"])))
        today = {"published": timezone.now().date(), "named": named}
        Article.objects.get_or_create(slug=slug, defaults=text | today)
    if not Link.objects.exists():
        Link.objects.bulk_create(
            Link(label=label, address=address, position=at)
            for at, (label, address) in enumerate(LINKS)
        )


def delete_specimen_texts():
    """Delete the articles and links that nobody changed."""
    for slug, text in _texts().items():
        Article.objects.filter(slug=slug, **text).delete()
    for label, address in LINKS:
        Link.objects.filter(label=label, address=address).delete()


def _texts():
    """Return {slug: {field: text}} of the articles: title, summary and body are separated so."""
    texts = {}
    for path in sorted(ARTICLES.glob("*.md")):
        title, summary, body = path.read_text().split("\n\n", 2)
        texts[path.stem] = {"title": title.removeprefix("# "), "summary": summary, "body": body}
    return texts
