"""Lists of a volume, a chapter and a collection; pages of a volume; DataCite metadata."""

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Max, Min
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from ...api.datacite import RegisteredList, datacite, datacite_xml
from ...api.signposting import TypedLinks
from ...graphics.bars import chart
from ...models import Cable, Collection, Marking, State, VolumePage
from ...models.querysets import READER
from ...models.sql_expressions import sent_as_known
from ...models.volume_pages import LEFT_OUT
from ...search.list_counts import ListCounts
from ...telegram.dates import NO_DAY
from ...templatetags.editor_notes import linked_html
from ..home import worth_reading
from .data import json_response
from .list_indexes import short_title
from .list_page import cable_list
from .volume_links import documents_in, links_in, missing_from, publishers_pages

# Lines of HTML, each with the list of those below it behind it.
Tree = list["str | Tree"]
NO_COLLECTION = "There is no such collection."
NOT_PRINTED = "Nothing published here is printed in this volume."
MEDIA_TYPES = {"json": "application/json", "xml": "application/vnd.datacite.datacite+xml"}


@require_safe
def volume(request, volume, chapter="", form="html"):
    counts = ListCounts.current()
    held = counts.volumes.get(volume)
    links = links_in(volume, counts)
    if held and chapter not in held.chapters and chapter in links.pages and form == "html":
        return front_page(request, links, held.title, chapter)
    if held and chapter == LEFT_OUT and form == "html":  # A later load left nothing out.
        return redirect("volume", volume)
    if held is None or (chapter and chapter not in held.chapters):
        raise Http404("Nothing published here is printed in this volume or chapter.")
    code = f"{volume}/{chapter}" if chapter else volume
    shown = held.chapters[chapter] if chapter else held
    crumbs = [("Volumes", reverse("volumes")), (short_title(volume, held.title), "")]
    if chapter:
        crumbs[-1:] = [(crumbs[-1][0], reverse("volume", args=[volume])), (shown.title, "")]
    context = {
        "heading": shown.title,
        "crumbs": crumbs,
        "current": "volumes",
        "own": "volume",
        "volume": volume,
        "chapter": chapter,
        "numbers": {each.reference: each.number for each in documents_in(volume, counts)},
        "published": held.published,
        "data_of_all": reverse("latest_data"),
        "about": "cables/list/_about_volume.html",
        "chapters": chapter_tree(volume, held.chapters, chapter),
        "front": [] if chapter else front_pages(links),
        "missing": [] if chapter else missing_documents(volume, counts),
        "left_out": 0 if chapter else counts.left_out.get(volume, 0),
    }
    cables = Marking.objects.published_under(f"volume:{code}"[:100])
    response = cable_list(request, counts, cables, shown.cables, context, form=form)
    return response if chapter else described(response, request, "volume", volume)


def missing_documents(volume, counts):
    """Return (number, address) of documents that are not here: their publisher, or why not."""
    missing = missing_from(volume, counts)
    pages = publishers_pages([name for _, name in missing], counts)
    return [(number, pages.get(name) or reverse("cable", args=[name])) for number, name in missing]


def front_page(request, links, volume_title, name):
    """A page before the documents of a volume. Entries lead to the documents of the index."""
    page = VolumePage.objects.using(READER).get(volume=links.volume, name=name)
    under = links.documents_under() if page.keys else {}
    context = {
        "heading": page.title,
        "crumbs": [
            ("Volumes", reverse("volumes")),
            (short_title(links.volume, volume_title), reverse("volume", args=[links.volume])),
            (page.title, ""),
        ],
        "current": "volumes",
        "volume_title": volume_title,
        "official": links.official("" if name == LEFT_OUT else name),
        "is_left_out": name == LEFT_OUT,
        "blocks": [
            (
                *(block, linked_html(block["text"], block["links"], links.address)),
                *(under.get(key, ()), links.counts.person_of.get((links.volume, key))),
            )
            for block in page.blocks
            for key in [block.get("key", "")]
        ],
        "front": front_pages(links, name),
    }
    return render(request, "cables/front_page.html", context)


def front_pages(links, current=""):
    """Return (title, address) of the pages before the documents of a volume; "" is the current."""
    return [
        (title, "" if name == current else reverse("chapter", args=[links.volume, name]))
        for name, (title, _) in links.pages.items()
    ]


def chapter_tree(volume, chapters, current=""):
    """Return the chapters of a volume as nested lists of HTML, as `unordered_list` takes them.

    The current chapter is no link.
    """
    tree: Tree = []
    branch = [tree]  # The open list of each depth.
    for part, chapter in chapters.items():
        depth = min(chapter.depth, len(branch) - 1)
        del branch[depth + 1 :]
        if part == current:
            title = format_html("<b>{}</b>", chapter.title)
        else:
            address = reverse("chapter", args=[volume, part])
            title = format_html('<a href="{}">{}</a>', address, chapter.title)
        below: Tree = []
        branch[depth] += [format_html("{} <span>{}</span>", title, intcomma(chapter.cables)), below]
        branch.append(below)
    return without_empty_lists(tree)


def without_empty_lists(tree):
    return [without_empty_lists(each) if isinstance(each, list) else each for each in tree if each]


@require_safe
def collections(request):
    """All collections: where each comes from, and how many of its cables are published."""
    known = list(ListCounts.current().collections)  # Those with published cables.
    context = {
        "heading": "Collections",
        "current": "collections",
        "collections": [
            (collection, ListCounts.current(collection.slug).total)
            for collection in Collection.objects.using(READER).filter(slug__in=known)
        ],
    }
    return render(request, "cables/collections.html", context)


def find_collection(slug) -> tuple[Collection, ListCounts]:
    """Return a collection with published cables, and its counts. Raises Http404."""
    held = Collection.objects.using(READER).filter(slug=slug).first()
    if held is None or slug not in ListCounts.current().collections:
        raise Http404(NO_COLLECTION)
    return held, ListCounts.current(slug)


@require_safe
def collection(request, slug, form="html"):
    held, counts = find_collection(slug)
    context = {
        "heading": held.name,
        "crumbs": [("Collections", reverse("collections")), (held.name, "")],
        "current": "collections",
        "own": "collection",
        "data_of_all": reverse("latest_data"),
        "provenance": held.provenance,
        "about": "cables/list/_about_collection.html",
        "several": len(counts.collections) > 1,
        "worth_reading": lambda: worth_reading(counts),
        "chart": lambda: chart(counts.by_year),
    }
    cables = Cable.objects.published().collected([slug])
    response = cable_list(request, counts, cables, counts.total, context, form=form)
    return described(response, request, "collection", slug)


def described(response, request, kind, name):
    """Add the Link header that leads programs to the DataCite metadata of a list."""
    links = TypedLinks.of(request)
    for form, media_type in MEDIA_TYPES.items():
        links.add("describedby", reverse(f"{kind}_datacite_{form}", args=[name]), type=media_type)
    return links.put(response)


@require_safe
def collection_datacite(request, slug, form):
    held, counts = find_collection(slug)
    if not counts.span:  # Its last cable was withheld a moment ago.
        raise Http404(NO_COLLECTION)
    first, last = counts.span
    released = min(counts.released, default=None)
    listed = RegisteredList(
        kind="collection",
        name=slug,
        title=held.name,
        address=request.build_absolute_uri(reverse("collection", args=[slug])),
        cables=counts.total,
        sent=(f"{first:%Y}", f"{last:%Y}"),  # Of some the year alone is known.
        released=released,
        year=year_published(released),
        description=held.provenance,
    )
    return as_file(listed, form)


@require_safe
def volume_datacite(request, volume, form):
    counts = ListCounts.current()
    held = counts.volumes.get(volume)
    if held is None:
        raise Http404(NOT_PRINTED)
    rows = Marking.objects.published_under(f"volume:{volume}"[:100])
    sent = sent_as_known("cable__")
    spans = rows.aggregate(first=Min(sent), last=Max(sent))
    if spans["first"] is None:  # Its last document was withheld a moment ago.
        raise Http404(NOT_PRINTED)
    released = rows.exclude(released=NO_DAY).aggregate(first=Min("released"))["first"]
    shown = rows.filter(cable__facts__edition__volume=volume)
    editors = shown.values_list("cable__facts__edition__editors", flat=True).first()
    listed = RegisteredList(
        kind="volume",
        name=volume,
        title=held.title,
        address=request.build_absolute_uri(reverse("volume", args=[volume])),
        cables=held.cables,
        sent=(spans["first"], spans["last"]),
        released=released,
        year=year_published(released),
        editors=[name for name in editors or () if name],
        source=links_in(volume, counts).official(""),
    )
    return as_file(listed, form)


def year_published(released) -> int:
    """Return the year of a first release; of the last change here if no source gives a release."""
    if released:
        return released.year
    changed = State.objects.using(READER).values_list("moved__year", flat=True).first()
    return changed or timezone.now().year


def as_file(listed: RegisteredList, form: str) -> HttpResponse:
    values = datacite(listed, settings.DOI_PREFIX)
    if form == "json":
        return json_response(values)
    return HttpResponse(datacite_xml(values), content_type=f"{MEDIA_TYPES[form]}; charset=utf-8")
