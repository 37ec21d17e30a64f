"""URL patterns of the public pages. Published addresses are permanent: add, never remove."""

from django.urls import path, register_converter

from . import converters
from .assistants.mcp_endpoint import mcp_endpoint
from .views import data_set_pages, exchange_page, home, proof_pages, quote, well_known
from .views.about_pages import glossary_pages, pages, request_pages
from .views.cable_pages import (
    annotation_targets,
    beside,
    cable,
    citation_map,
    cite,
    elsewhere,
    lasting_names,
    sharing,
    versions,
)
from .views.cable_pages.metadata import FILE_FORMS
from .views.check_pages import page as check_page
from .views.list_pages import (
    browse,
    concordance_page,
    data,
    list_indexes,
    origin_map,
    person_pages,
    places,
    search_hints,
    search_page,
    volumes,
    words_page,
)

register_converter(converters.ReferenceConverter, "reference")
register_converter(converters.ParagraphConverter, "paragraph")
register_converter(converters.TagConverter, "tag")
register_converter(converters.GlossaryPageConverter, "glossary_page")
register_converter(converters.YearConverter, "year")
register_converter(converters.MonthConverter, "month")
register_converter(converters.DayConverter, "day")
register_converter(converters.MonthOfFileConverter, "month_file")

CABLE = "cable/<reference:reference>"
VERSION = f"{CABLE}/v<int:number>"
PARAGRAPH = "<paragraph:paragraph>"
BESIDE = f"{CABLE}/beside/<reference:second>"
PASSAGE = f"{CABLE}/<paragraph:first>--<paragraph:last>"
# Lists whose JSON is that of all cables, narrowed to them.
WITHOUT_JSON = ("html", "atom", "csv", "zip")
CITABLE = (CABLE, f"{CABLE}/{PARAGRAPH}", PASSAGE)  # A whole cable, a paragraph, a range.


def list_routes(address, view, name, forms=(*WITHOUT_JSON, "json"), **values):
    """Return the routes of a list of cables in several forms, under one address and name.

    "tag/<tag:code>" named "tag" gives tag/SCUL/ (tag), tag/SCUL.atom (tag_feed), tag/SCUL.csv
    (tag_csv), tag/SCUL.zip (tag_zip) and tag/SCUL.json (tag_data). The view gets `form`, "html" by
    default, and `values`.
    """
    routes = {
        "html": path(f"{address}/", view, values, name=name),
        "atom": path(f"{address}.atom", view, values | {"form": "atom"}, name=f"{name}_feed"),
        "csv": path(f"{address}.csv", view, values | {"form": "csv"}, name=f"{name}_csv"),
        "zip": path(f"{address}.zip", view, values | {"form": "zip"}, name=f"{name}_zip"),
        "json": path(f"{address}.json", view, values | {"form": "json"}, name=f"{name}_data"),
    }
    return [routes[form] for form in forms]


def page_routes(address, view):
    """Return the routes of a page with and without its final slash.

    The first is named after the view, which redirects the second to it (cable_pages/cable.py).
    """
    return [path(address, view), path(f"{address}/", view, name=view.__name__)]


def cite_routes(address):
    """Return the routes to cite a cable, a paragraph or a range: its page, and its files."""
    return page_routes(f"{address}/cite", cite.cite) + [
        path(f"{address}.{form}", cite.cable_file, {"form": form}, name="cable_file")
        for form in cite.cable_forms()
    ]


def sharing_routes(address):
    """Return the routes to what other sites show of a cable, a paragraph or a range."""
    picture = path(f"{address}/card.png", sharing.card, name="card")
    return [picture, *page_routes(f"{address}/embed", sharing.embed)]


def datacite_routes(name, address, view):
    """Return the routes to the DataCite metadata of a list: volume_datacite_json, ..._xml."""
    return [
        path(f"{address}.datacite.{form}", view, {"form": form}, name=f"{name}_datacite_{form}")
        for form in ("json", "xml")
    ]


def elsewhere_routes(address):
    """Return the routes to where other texts repeat a cable, a paragraph or a range."""
    data = path(f"{address}/elsewhere.json", elsewhere.elsewhere_json, name="elsewhere_json")
    return [data, *page_routes(f"{address}/elsewhere", elsewhere.elsewhere)]


def selectors_route(address):
    """Return the route to the selectors of a cable, a paragraph or a range, for annotations."""
    return path(f"{address}/selectors.json", annotation_targets.selectors, name="selectors")


def version_selectors_routes():
    """Return the routes to the selectors of a version, and of a paragraph in it."""
    view = annotation_targets.version_selectors
    return [
        path(f"{address}/selectors.json", view, name="version_selectors")
        for address in (VERSION, f"{VERSION}/{PARAGRAPH}")
    ]


def selection_routes():
    """Return the routes to cite several cables together: the page, and its files."""
    return [path("cite/", cite.selection, name="selection")] + [
        path(f"cite.{form}", cite.selection_file, {"form": form}, name="selection_file")
        for form in (*FILE_FORMS, "zip")
    ]


urlpatterns = [
    path("", home.home, name="home"),
    *list_routes("search", search_page.search, "search", WITHOUT_JSON),
    path("search.json", search_page.search, {"form": "json"}, name="search_json"),
    *list_routes("concordance", concordance_page.concordance, "concordance", ("html", "csv")),
    path("words/", words_page.words, name="words"),
    *(
        path(f"words.{form}", words_page.words, {"form": form}, name=f"words_{form}")
        for form in ("csv", "json", "svg")
    ),
    path("suggest/", search_hints.suggest, name="suggest"),
    path("suggest.json", search_hints.suggest, {"form": "json"}, name="suggest_json"),
    path("openapi.json", data.openapi, name="openapi"),
    path("oai", well_known.oai, name="oai"),
    path("ark:<path:name>", lasting_names.ark, name="ark"),
    path("ARK:<path:name>", lasting_names.ark),  # Capitals do not matter in the label.
    path("datasets/", data_set_pages.data_sets, name="data_sets"),
    path("datasets/<str:version>/<str:name>", data_set_pages.data_set_file, name="data_set_file"),
    path("developers/", pages.page, {"slug": "developers"}, name="developers"),
    path("notes/", pages.notes, name="notes"),
    path("annotations/", pages.page, {"slug": "annotations"}, name="annotations"),
    path("llms.txt", well_known.llms, name="llms"),
    path(".well-known/api-catalog", well_known.api_catalog, name="api_catalog"),
    path(".well-known/security.txt", well_known.security, name="security_txt"),
    path("mcp", mcp_endpoint, name="mcp"),
    path("robots.txt", well_known.robots, name="robots"),
    path("sitemap.xml", well_known.sitemap, name="sitemap"),
    path("sitemap-lists-<int:part>.xml", well_known.sitemap_lists, name="sitemap_lists"),
    path(
        "sitemap-<month_file:month>-<int:part>.xml",
        well_known.sitemap_cables,
        name="sitemap_cables",
    ),
    path("opensearch.xml", search_page.opensearch, name="opensearch"),
    path("quote/", quote.quote, name="quote"),
    path("quote.json", quote.quote_json, name="quote_json"),
    path("check/", check_page.check, name="check"),
    path("check.json", check_page.check_json, name="check_json"),
    # The public log, and who watches it.
    path("log/", proof_pages.log_page, name="log"),
    path("log/checkpoint", proof_pages.log_checkpoint, name="log_checkpoint"),
    path("log/key", proof_pages.log_key, {"which": "key"}, name="log_key"),
    path("log/first_key", proof_pages.log_key, {"which": "first_key"}, name="log_first_key"),
    path(f"log/{proof_pages.PROGRAM.name}", proof_pages.verify_program, name="log_verify"),
    path("log/watched.json", proof_pages.watched_logs, name="watched_logs"),
    path("log/cosignatures", proof_pages.cosignatures, name="cosignatures"),
    path("log/tile/<slug:level>/<path:tile>", proof_pages.log_tile, name="log_tile"),
    path("oembed.json", sharing.oembed, name="oembed"),
    # Guidance and articles.
    path("about/", pages.page, name="about"),
    path("about/<slug:slug>/", pages.page, name="page"),
    path("about/requests/form/", request_pages.request_form, name="request_form"),
    path("about/requests/figures/", request_pages.figures, name="request_figures"),
    path("articles/", pages.articles, name="articles"),
    path("articles.atom", pages.articles_feed, name="articles_feed"),
    path("articles/<slug:slug>/", pages.article, name="article"),
    path("pictures/<slug:digest>.webp", pages.picture, name="picture"),
    # Counts of the holdings, and the public log of changes.
    path("holdings/", pages.holdings_page, name="holdings"),
    path("holdings/missing/", pages.missing_page, name="missing"),
    path("holdings/missing.csv", pages.missing_page, {"form": "csv"}, name="missing_csv"),
    path("holdings/<slug:kind>/", pages.holdings_page, name="holdings_by"),
    path("holdings/<slug:kind>.csv", pages.holdings_csv, name="holdings_csv"),
    path("changes/", pages.changes, name="changes"),
    path("changes.atom", pages.changes_atom, name="changes_feed"),
    path("glossary/", glossary_pages.glossary, name="glossary"),
    path("glossary/<glossary_page:page>/", glossary_pages.page, name="glossary_page"),
    path("glossary/<str:code>/", glossary_pages.term, name="term"),
    # One cable.
    path(f"{CABLE}.txt", cable.cable_text, name="cable_text"),
    *page_routes(CABLE, cable.cable),
    # Its versions.
    *page_routes(f"{CABLE}/history", versions.history),
    *page_routes(f"{CABLE}/copies", versions.copies),
    *page_routes(f"{CABLE}/timemap", versions.timemap),
    *page_routes(VERSION, versions.version),
    path(f"{VERSION}.txt", versions.version_text, name="version_text"),
    *page_routes(f"{VERSION}/{PARAGRAPH}", versions.version_paragraph),
    path(
        f"{VERSION}/{PARAGRAPH}.txt", versions.version_paragraph_text, name="version_paragraph_text"
    ),
    # Proofs that they are unchanged.
    *page_routes(f"{VERSION}/proof", proof_pages.proof),
    path(f"{CABLE}/proof.json", proof_pages.cable_proof, name="cable_proof"),
    path(f"{VERSION}/proof.json", proof_pages.version_proof, name="version_proof"),
    path(f"{CABLE}/{PARAGRAPH}/proof.json", proof_pages.paragraph_proof, name="paragraph_proof"),
    path(
        f"{VERSION}/{PARAGRAPH}/proof.json",
        proof_pages.version_paragraph_proof,
        name="version_paragraph_proof",
    ),
    # Its paragraphs.
    *page_routes(f"{CABLE}/{PARAGRAPH}", cable.paragraph),
    path(f"{CABLE}/{PARAGRAPH}.txt", cable.paragraph_text, name="paragraph_text"),
    path(f"{CABLE}/{PARAGRAPH}/timemap/", versions.paragraph_timemap, name="paragraph_timemap"),
    *page_routes(PASSAGE, cable.passage),
    path(f"{PASSAGE}.txt", cable.passage_text, name="passage_text"),
    # Its citations, and those of several cables together.
    *(route for address in CITABLE for route in cite_routes(address)),
    *(route for address in CITABLE for route in sharing_routes(address)),
    *(route for address in CITABLE for route in elsewhere_routes(address)),
    *map(selectors_route, CITABLE),
    *version_selectors_routes(),
    *selection_routes(),
    *page_routes(f"{CABLE}/references", citation_map.references),
    *page_routes(f"{CABLE}/similar", cable.similar),
    # Beside another.
    *page_routes(f"{CABLE}/beside", beside.beside_another),
    path(f"{BESIDE}.json", beside.beside_json, name="beside_json"),
    *page_routes(BESIDE, beside.beside),
    # The lists of cables, each with an index at the first word of its address.
    path("released/", list_indexes.released, name="released"),
    path("released.atom", browse.latest, {"form": "atom"}, name="latest_feed"),
    path("cable.json", browse.latest, {"form": "json"}, name="latest_data"),
    *(
        path(f"{kind}.json", data.lists, {"kind": kind}, name=f"{kind}_lists")
        for kind in data.KINDS
    ),
    path("released/<year:year>/", list_indexes.released, name="released_year"),
    path("released/<month:month>/", list_indexes.released, name="released_month"),
    *list_routes("released/<day:day>", browse.released, "released_day"),
    path("created/", list_indexes.created, name="created"),
    path("created/<year:year>/", list_indexes.created, name="created_year"),
    *list_routes("created/<month:month>", browse.created, "created_month"),
    path("origin/", list_indexes.origins, name="origins"),
    path("origin/map/list/", origin_map.origin_map_list, name="origin_map_list"),
    path("origin/map/", origin_map.origin_map, name="origin_map"),  # No origin gets the slug "map".
    *list_routes("origin/<slug:slug>", places.origin, "origin"),
    path("exchange/", exchange_page.choose_exchange, name="choose_exchange"),
    path("exchange/<slug:slug>/", exchange_page.exchanges, name="exchanges"),
    *list_routes("exchange/<slug:one>/<slug:other>", exchange_page.exchange, "exchange"),
    path("place/", places.index_of_places, name="places"),
    *list_routes("place/<slug:slug>", places.place, "place"),
    path("country/", places.countries, name="countries"),
    *list_routes("country/<slug:slug>", places.country, "country"),
    path("tag/", list_indexes.tags, name="tags"),
    *list_routes("tag/<tag:code>", browse.tag, "tag"),
    path("persons/", person_pages.index_of_persons, name="persons"),
    *list_routes("person/<slug:slug>", person_pages.person, "person"),
    path("classification/", list_indexes.classifications, name="classifications"),
    *list_routes("classification/<slug:slug>", browse.classification, "classification"),
    *datacite_routes("volume", "volume/<slug:volume>", volumes.volume_datacite),
    *datacite_routes("collection", "collection/<slug:slug>", volumes.collection_datacite),
    path("volume/", list_indexes.volumes, name="volumes"),
    *list_routes("volume/<slug:volume>", volumes.volume, "volume", WITHOUT_JSON),
    *list_routes("volume/<slug:volume>/<str:chapter>", volumes.volume, "chapter", WITHOUT_JSON),
    path("collection/", volumes.collections, name="collections"),
    *list_routes("collection/<slug:slug>", volumes.collection, "collection", WITHOUT_JSON),
    path("caption/", glossary_pages.kind, {"kind": "caption"}, name="captions"),
    *list_routes("caption/<str:code>", browse.marking, "caption", kind="caption"),
    path("mark/", glossary_pages.kind, {"kind": "mark"}, name="marks"),
    *list_routes("mark/<str:code>", browse.marking, "mark", kind="mark"),
]
