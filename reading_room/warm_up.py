"""Make a page of each kind in a new process of the web server, before its first reader comes.

The first page would otherwise wait while templates are compiled, addresses are read, the lists are
counted, and the files of the search index are opened.
"""

from collections.abc import Iterator

from django.conf import settings
from django.urls import resolve, reverse

from cables.assistants.reading_tools import make_request
from cables.models import Cable
from cables.search.query_parts import split_words

WORDS = 2  # Of the subject of a cable, for a search.


def warm_up() -> None:
    """Make the pages and discard them. Raises what the views raise."""
    host = settings.ALLOWED_HOSTS[0].removeprefix(".").replace("*", "localhost")
    site = f"{'https' if settings.HTTPS else 'http'}://{host}"
    for path, query in addresses():
        request = make_request(site, path, query)
        request.resolver_match = found = resolve(path)
        found.func(request, *found.args, **found.kwargs)


def addresses() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (path, query) of the front page, a cable, a list and a search."""
    yield reverse("home"), {}
    yield reverse("released"), {}
    latest = Cable.objects.published().listed().only("reference", "subject", "origin")
    if cable := latest.select_related("origin").first():
        yield cable.get_absolute_url(), {}
        yield cable.origin.get_absolute_url(), {}
        words = " ".join(split_words(cable.subject)[:WORDS]) or cable.reference[2:5]
        yield reverse("search"), {"q": words}
