"""Atom feeds: the latest cables of a list, articles, and changes of the archive."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time

from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from ..citations.source import ARCHIVE
from ..telegram.classifications import BY_VALUE
from ..telegram.titles import day_of, opening_of, reading_title

LENGTH = 50
SHOWN = ("changed_at", "tags")  # Fields of an entry beside those of a list's row.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # Not allowed in XML.


def feed_of_cables(request, cables, *, title, address, page, tags) -> HttpResponse:
    """Return the feed of a page's cables, which have the fields of SHOWN.

    `address` and `page` are the paths of feed and page. The id of an entry is the address of its
    cable. Its categories are its tags that are in `tags`, which has no names of persons.
    """
    here = request.build_absolute_uri

    def entries() -> Iterator[dict]:
        for cable in cables:
            link = here(cable.get_absolute_url())
            day, label = cable.release_day, BY_VALUE[cable.classification].label
            sent = f"Sent by {cable.origin.name}, {day_of(cable)}, {label}."
            yield {
                "title": ", ".join(filter(None, [cable.reference, reading_title(cable)])),
                "link": link,
                "unique_id": link,
                "description": f"{sent} {opening_of(cable)}".rstrip(),
                "author_name": cable.origin.name,
                "pubdate": day and datetime.combine(day, time.min, UTC),
                "updateddate": cable.changed_at,
                "categories": [tag for tag in dict.fromkeys(cable.tags) if tag in tags],
            }

    return atom(here, title, address, page, entries())


def feed_of_articles(request, articles, page) -> HttpResponse:
    """Return the feed of the articles on a page, latest first."""
    here = request.build_absolute_uri

    def entries() -> Iterator[dict]:
        for article in articles:
            link = here(article.get_absolute_url())
            moment = datetime.combine(article.published, time.min, UTC)
            yield {
                "title": article.title,
                "link": link,
                "unique_id": link,
                "description": article.summary,
                "author_name": ARCHIVE,
                "pubdate": moment,
                "updateddate": moment,
            }

    return atom(here, f"{ARCHIVE}: articles", request.path, page, entries())


def feed_of_changes(request, changes, address, page) -> HttpResponse:
    """Return the feed of a page's changes (PublicChange), latest first."""
    here = request.build_absolute_uri
    entries = (
        {
            "title": f"{change.subject}: {change.action_label}",
            "link": here(change.get_absolute_url() or page),
            "unique_id": f"{here(page)}#change-{change.pk}",
            "description": change.reason,
            "author_name": change.name or None,
            "pubdate": change.at,
            "updateddate": change.at,
        }
        for change in changes
    )
    return atom(here, "Changes of the archive", address, page, entries)


class Feed(Atom1Feed):
    """A feed whose date does not depend on the clock, even when it has no entries."""

    def latest_post_date(self):
        return super().latest_post_date() if self.items else NEVER


def atom(here, title: str, address: str, page: str, entries: Iterable[dict]) -> HttpResponse:
    """Return a feed of a page, with entries as `add_item` takes them, in any characters.

    `address` and `page` are paths.
    """
    own = {"feed_url": here(address), "feed_guid": here(address), "author_name": ARCHIVE}
    feed = Feed(title=title, link=here(page), description=None, language="en", **own)
    for entry in entries:
        texts = {"title": UNFIT.sub(" ", entry["title"])}
        texts["description"] = escape(UNFIT.sub(" ", entry["description"]))
        feed.add_item(**entry | texts)
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
