"""The addresses of the room. They are promises: add, never remove."""

from django.urls import path, register_converter

from . import converters
from .views import (
    browse,
    cable,
    changes,
    citations,
    copies,
    data,
    glossary,
    holdings,
    indexes,
    pages,
    passages,
    places,
    quote,
    references,
    room,
    search,
    selection,
    sitemaps,
    versions,
    volumes,
)
from .views.styles import LIST_FORMS

register_converter(converters.ReferenceConverter, "reference")
register_converter(converters.ParagraphConverter, "paragraph")
register_converter(converters.TagConverter, "tag")
register_converter(converters.GlossaryPageConverter, "glossary_page")
register_converter(converters.YearConverter, "year")
register_converter(converters.MonthConverter, "month")
register_converter(converters.DayConverter, "day")
register_converter(converters.MonthOfFileConverter, "month_file")

FEED, DATA = {"form": "atom"}, {"form": "json"}  # The same list in another form.
# Where a cable is, one paragraph of it, or some in a row.
CABLE = "cable/<reference:reference>"
PARAGRAPH = f"{CABLE}/<paragraph:paragraph>"
PASSAGE = f"{CABLE}/<paragraph:first>--<paragraph:last>"
PLACES = (CABLE, PARAGRAPH, PASSAGE)
CAPTION, MARK = {"kind": "caption"}, {"kind": "mark"}

urlpatterns = [
    path("", room.home, name="home"),
    path("search/", search.search, name="search"),
    path("search.atom", search.search, {"form": "atom"}, name="search_feed"),
    path("search.csv", search.search, {"form": "csv"}, name="search_csv"),
    path("search.json", search.search, {"form": "json"}, name="search_json"),
    path("openapi.json", data.openapi, name="openapi"),
    path("developers/", pages.page, {"slug": "developers"}, name="developers"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-lists-<int:part>.xml", sitemaps.lists, name="sitemap_lists"),
    path("sitemap-<month_file:month>-<int:part>.xml", sitemaps.cables, name="sitemap_cables"),
    path("opensearch.xml", search.opensearch, name="opensearch"),
    path("quote/", quote.quote, name="quote"),
    path("quote.json", quote.quote_json, name="quote_json"),
    # Texts of the archive's own.
    path("about/", pages.page, name="about"),
    path("about/<slug:slug>/", pages.page, name="page"),
    path("articles/", pages.articles, name="articles"),
    path("articles.atom", pages.articles_feed, name="articles_feed"),
    path("articles/<slug:slug>/", pages.article, name="article"),
    # What the archive holds, and what it changed.
    path("holdings/", holdings.holdings_page, name="holdings"),
    path("holdings/<slug:kind>/", holdings.holdings_page, name="holdings_by"),
    path("holdings/<slug:kind>.csv", holdings.holdings_csv, name="holdings_csv"),
    path("changes/", changes.changes, name="changes"),
    path("changes.atom", changes.changes_atom, name="changes_feed"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("glossary/<glossary_page:page>/", glossary.page, name="glossary_page"),
    path("glossary/<str:code>/", glossary.term, name="term"),
    # One cable. Each view has the name of its route, by which it knows its own address.
    path("cable/<reference:reference>.txt", cable.cable_text, name="cable_text"),
    path("cable/<reference:reference>", cable.cable),
    path("cable/<reference:reference>/", cable.cable, name="cable"),
    # What it said at a time, for good.
    path("cable/<reference:reference>/history", versions.history),
    path("cable/<reference:reference>/history/", versions.history, name="history"),
    path("cable/<reference:reference>/copies", copies.copies),
    path("cable/<reference:reference>/copies/", copies.copies, name="copies"),
    path("cable/<reference:reference>/timemap", versions.timemap),
    path("cable/<reference:reference>/timemap/", versions.timemap, name="timemap"),
    path("cable/<reference:reference>/v<int:number>", versions.version),
    path("cable/<reference:reference>/v<int:number>/", versions.version, name="version"),
    path(
        "cable/<reference:reference>/v<int:number>.txt", versions.version_text, name="version_text"
    ),
    path(
        "cable/<reference:reference>/v<int:number>/<paragraph:paragraph>",
        versions.version_paragraph,
    ),
    path(
        "cable/<reference:reference>/v<int:number>/<paragraph:paragraph>/",
        versions.version_paragraph,
        name="version_paragraph",
    ),
    path(
        "cable/<reference:reference>/v<int:number>/<paragraph:paragraph>.txt",
        versions.version_paragraph_text,
        name="version_paragraph_text",
    ),
    path("cable/<reference:reference>/<paragraph:paragraph>", cable.paragraph),
    path("cable/<reference:reference>/<paragraph:paragraph>/", cable.paragraph, name="paragraph"),
    path(
        "cable/<reference:reference>/<paragraph:paragraph>.txt",
        cable.paragraph_text,
        name="paragraph_text",
    ),
    path(
        "cable/<reference:reference>/<paragraph:paragraph>/timemap/",
        versions.paragraph_timemap,
        name="paragraph_timemap",
    ),
    path(PASSAGE, passages.passage),
    path(f"{PASSAGE}/", passages.passage, name="passage"),
    path(f"{PASSAGE}.txt", passages.passage_text, name="passage_text"),
    # To be cited: every form on a page, and each as a file; several together.
    *(path(f"{place}/cite", citations.cite) for place in PLACES),
    *(path(f"{place}/cite/", citations.cite, name="cite") for place in PLACES),
    *(
        path(f"{place}.{form}", citations.cable_file, {"form": form}, name="cable_file")
        for place in PLACES
        for form in citations.FORMS
    ),
    path("cite/", selection.selection, name="selection"),
    *(
        path(f"cite.{form}", selection.selection_file, {"form": form}, name="selection_file")
        for form in LIST_FORMS
    ),
    path("cable/<reference:reference>/references", references.references),
    path("cable/<reference:reference>/references/", references.references, name="references"),
    # The lists, each with its feed, and an index at the first word of each.
    path("released/", indexes.released, name="released"),
    path("released.atom", browse.latest, FEED, name="latest_feed"),
    path("cable.json", browse.latest, DATA, name="latest_data"),
    *(
        path(f"{kind}.json", data.lists, {"kind": kind}, name=f"{kind}_lists")
        for kind in data.KINDS
    ),
    path("released/<year:year>/", indexes.released, name="released_year"),
    path("released/<month:month>/", indexes.released, name="released_month"),
    path("released/<day:day>/", browse.released, name="released_day"),
    path("released/<day:day>.atom", browse.released, FEED, name="released_day_feed"),
    path("released/<day:day>.json", browse.released, DATA, name="released_day_data"),
    path("created/", indexes.created, name="created"),
    path("created/<year:year>/", indexes.created, name="created_year"),
    path("created/<month:month>/", browse.created, name="created_month"),
    path("created/<month:month>.atom", browse.created, FEED, name="created_month_feed"),
    path("created/<month:month>.json", browse.created, DATA, name="created_month_data"),
    path("origin/", indexes.origins, name="origins"),
    path("origin/map/", places.origin_map, name="origin_map"),  # The loader keeps it free.
    path("origin/<slug:slug>/", places.origin, name="origin"),
    path("origin/<slug:slug>.atom", places.origin, FEED, name="origin_feed"),
    path("origin/<slug:slug>.json", places.origin, DATA, name="origin_data"),
    path("country/", places.countries, name="countries"),
    path("country/<slug:slug>/", places.country, name="country"),
    path("country/<slug:slug>.atom", places.country, FEED, name="country_feed"),
    path("country/<slug:slug>.json", places.country, DATA, name="country_data"),
    path("tag/", indexes.tags, name="tags"),
    path("tag/<tag:code>/", browse.tag, name="tag"),
    path("tag/<tag:code>.atom", browse.tag, FEED, name="tag_feed"),
    path("tag/<tag:code>.json", browse.tag, DATA, name="tag_data"),
    path("classification/", indexes.classifications, name="classifications"),
    path("classification/<slug:slug>/", browse.classification, name="classification"),
    path(
        "classification/<slug:slug>.atom", browse.classification, FEED, name="classification_feed"
    ),
    path(
        "classification/<slug:slug>.json", browse.classification, DATA, name="classification_data"
    ),
    path("volume/", indexes.volumes, name="volumes"),
    path("volume/<slug:volume>/", volumes.volume, name="volume"),
    path("volume/<slug:volume>.atom", volumes.volume, FEED, name="volume_feed"),
    path("volume/<slug:volume>/<str:chapter>.atom", volumes.volume, FEED, name="chapter_feed"),
    path("volume/<slug:volume>/<str:chapter>/", volumes.volume, name="chapter"),
    path("collection/", volumes.collections, name="collections"),
    path("collection/<slug:slug>/", volumes.collection, name="collection"),
    path("collection/<slug:slug>.atom", volumes.collection, FEED, name="collection_feed"),
    path("caption/", glossary.kind, CAPTION, name="captions"),
    path("caption/<str:code>/", browse.marking, CAPTION, name="caption"),
    path("caption/<str:code>.atom", browse.marking, CAPTION | FEED, name="caption_feed"),
    path("caption/<str:code>.json", browse.marking, CAPTION | DATA, name="caption_data"),
    path("mark/", glossary.kind, MARK, name="marks"),
    path("mark/<str:code>/", browse.marking, MARK, name="mark"),
    path("mark/<str:code>.atom", browse.marking, MARK | FEED, name="mark_feed"),
    path("mark/<str:code>.json", browse.marking, MARK | DATA, name="mark_data"),
]
