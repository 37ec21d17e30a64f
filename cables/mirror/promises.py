"""The pages that a mirror must have, counted beside its plan: what that forgets is found here."""

from collections.abc import Iterable, Iterator

from django.urls import reverse

from ..models import Article, Cable, Erased, FormerReference, Tagging, Version, VolumePage
from ..models.querysets import READER
from ..search.list_counts import ListCounts
from .file_paths import file_of
from .ledger import Ledger

NAMED = 3  # Missing pages of a kind that an error names.


def promised_pages() -> Iterator[tuple[str, str, Iterable[tuple]]]:
    """Yield (kind of pages, name of their route, its arguments) of the room as it is now.

    No query joins what the readers' role may not see: that would leave out the withheld cables of
    an origin that has no others.
    """
    counts, published = ListCounts.current(), Cable.objects.published().order_by()
    for kind, rows in (
        ("cables", published),
        ("withheld cables", Cable.objects.readable().exclude(withheld_reason="")),
        ("erased cables", Erased.objects.using(READER)),
        ("former references", FormerReference.objects.using(READER)),
    ):
        yield kind, "cable", rows.order_by("reference").values_list("reference").iterator()
    yield "texts of cables", "cable_text", published.values_list("reference").iterator()
    earlier = Version.objects.using(READER).filter(cable__withheld_reason="")
    yield "earlier versions", "version", earlier.values_list("cable__reference", "number")
    yield "tags", "tag", Tagging.objects.using(READER).order_by().values_list("tag").distinct()
    yield "origins", "origin", published.values_list("origin__slug").distinct()
    for kind, known in (("collection", counts.collections), ("volume", counts.volumes)):
        yield f"{kind}s", kind, ((each,) for each in known)
    pages = VolumePage.objects.using(READER).filter(volume__in=list(counts.volumes))
    yield "pages of volumes", "chapter", pages.values_list("volume", "name")
    yield "articles", "article", Article.objects.published().values_list("slug")


def missing_pages(ledger: Ledger) -> str:
    """Return the pages of the room that have no file in a mirror, by kind; "" if all have one.

    Addresses that are no file names on every system are in the live room only.
    """
    lacking = []
    for kind, route, rows in promised_pages():
        addresses = [reverse(route, args=each) for each in rows]
        missing = [each for each in addresses if not ledger.has_file(file_of(each))]
        lacking.append((len(addresses), kind, missing))
    lacking.append((len(ledger.held()), "planned pages", ledger.without_files()))
    sentences = []
    for count, kind, addresses in lacking:
        if missing := list(filter(file_of, addresses)):
            named = ", ".join([*missing[:NAMED], *["…"][: len(missing) - NAMED]])
            sentences.append(f"{len(missing):,} of {count:,} {kind} ({named})")
    return "; ".join(sentences)
