"""Atom feeds: the latest cables of a list, articles, and changes of the archive."""

import re
from datetime import UTC, datetime, time

from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

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
    feed = new_feed(here, title, address, page)
    for cable in cables:
        link = here(cable.get_absolute_url())
        feed.add_item(
            title=UNFIT.sub(" ", ", ".join(filter(None, [cable.reference, reading_title(cable)]))),
            link=link,
            unique_id=link,
            description=escape(summary_of(cable)),
            author_name=cable.origin.name,
            pubdate=cable.release_day and datetime.combine(cable.release_day, time.min, UTC),
            updateddate=cable.changed_at,
            categories=[tag for tag in dict.fromkeys(cable.tags) if tag in tags],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def feed_of_articles(request, articles, page) -> HttpResponse:
    """Return the feed of the articles on a page, latest first."""
    here = request.build_absolute_uri
    feed = new_feed(here, "Cable Reading Room: articles", request.path, page)
    for article in articles:
        link, day = here(article.get_absolute_url()), article.published
        feed.add_item(
            title=UNFIT.sub(" ", article.title),
            link=link,
            unique_id=link,
            description=escape(UNFIT.sub(" ", article.summary)),
            author_name="Cable Reading Room",
            pubdate=datetime.combine(day, time.min, UTC),
            updateddate=datetime.combine(day, time.min, UTC),
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


class Feed(Atom1Feed):
    """A feed whose date does not depend on the clock, even when it has no entries."""

    def latest_post_date(self):
        return super().latest_post_date() if self.items else NEVER


def new_feed(here, title: str, address: str, page: str) -> Feed:
    """Return the feed of a page, without entries; `address` and `page` are paths."""
    return Feed(
        title=title,
        link=here(page),
        description=None,
        language="en",
        author_name="Cable Reading Room",
        feed_url=here(address),
        feed_guid=here(address),
    )


def summary_of(cable) -> str:
    """Return origin, date and classification of a cable as a sentence, and what it says first."""
    classification = BY_VALUE[cable.classification].label
    sent = f"Sent by {cable.origin.name}, {day_of(cable)}, {classification}."
    return UNFIT.sub(" ", f"{sent} {opening_of(cable)}".rstrip())


def feed_of_changes(request, changes, address, page) -> HttpResponse:
    """Return the feed of a page's changes (PublicChange), latest first."""
    here = request.build_absolute_uri
    feed = new_feed(here, "Changes of the archive", address, page)
    for change in changes:
        feed.add_item(
            title=UNFIT.sub(" ", f"{change.subject}: {change.action}"),
            link=here(change.get_absolute_url() or page),
            unique_id=f"{here(page)}#change-{change.pk}",
            description=escape(UNFIT.sub(" ", change.reason)),
            author_name=change.name or None,
            pubdate=change.at,
            updateddate=change.at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
