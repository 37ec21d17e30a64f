"""DataCite metadata of collections and volumes, as files: to register DOIs of them."""

from django.conf import settings
from django.db.models import Max, Min
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..api.datacite import RegisteredList, datacite, datacite_xml
from ..models import Collection, Marking, State
from ..models.querysets import READER
from ..search.list_counts import ListCounts
from ..telegram.dates import NO_DAY
from .data import json_response
from .volume_links import VolumeLinks

NOT_PRINTED = "Nothing published here is printed in this volume."
MEDIA_TYPES = {"json": "application/json", "xml": "application/vnd.datacite.datacite+xml"}


@require_safe
def collection_datacite(request, slug, form):
    """The metadata of a collection with published cables."""
    held = Collection.objects.using(READER).filter(slug=slug).first()
    if held is None or slug not in ListCounts.current().collections:
        raise Http404("There is no such collection.")
    counts = ListCounts.current(slug)
    if not counts.span:  # Its last cable was withheld a moment ago.
        raise Http404("There is no such collection.")
    first, last = counts.span
    released = min(counts.released, default=None)
    listed = RegisteredList(
        kind="collection",
        name=slug,
        title=held.name,
        address=request.build_absolute_uri(reverse("collection", args=[slug])),
        cables=counts.total,
        sent=(f"{first:%Y-%m}", f"{last:%Y-%m}"),
        released=released,
        year=year_published(released),
        description=held.provenance,
    )
    return as_file(listed, form)


@require_safe
def volume_datacite(request, volume, form):
    """The metadata of the published documents of a volume."""
    counts = ListCounts.current()
    held = counts.volumes.get(volume)
    if held is None:
        raise Http404(NOT_PRINTED)
    rows = Marking.objects.published_under(f"volume:{volume}"[:100])
    spans = rows.aggregate(first=Min("created"), last=Max("created"))
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
        sent=(f"{spans['first']:%Y-%m-%d}", f"{spans['last']:%Y-%m-%d}"),
        released=released,
        year=year_published(released),
        editors=[name for name in editors or () if name],
        source=VolumeLinks(volume, counts).official(""),
    )
    return as_file(listed, form)


def year_published(released) -> int:
    """Return the year of a first release; of the last change here if no source gives a release."""
    if released:
        return released.year
    changed = State.objects.using(READER).values_list("moved__year", flat=True).first()
    return changed or timezone.now().year


def as_file(listed: RegisteredList, form: str) -> HttpResponse:
    """Return the metadata as "json" or "xml"."""
    values = datacite(listed, settings.DOI_PREFIX)
    if form == "json":
        return json_response(values)
    return HttpResponse(datacite_xml(values), content_type=f"{MEDIA_TYPES[form]}; charset=utf-8")
