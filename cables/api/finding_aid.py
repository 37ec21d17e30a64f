"""The finding aid of a collection in EAD 3: series by origin or volume, dates, extent, access.

It describes what readers may see. Of withheld cables it has the number in the collection and no
more: from which origin and when they were sent is withheld too. Embargoed cables are in no number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import CharField, Count, F, Max, Min, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone
from lxml import etree

from ..models import Cable, Collection
from ..models.querysets import READER
from ..models.sql_expressions import sent_as_known
from ..operations.atomic_write import atomic_write
from ..search.list_counts import ListCounts
from ..telegram.dates import format_date
from .xml_elements import ElementMaker

NAMESPACE = "http://ead3.archivists.org/schema/"
NO_VOLUME = "Not printed in a volume"
ELEMENTS = ElementMaker(NAMESPACE)
SERIES = ("origin", "volume")
ROOM = "Cable Reading Room"


@dataclass(frozen=True, slots=True)
class Series:
    """A series of a collection: the published cables of an origin or of a volume."""

    name: str  # Embassy Berlin; frus1961-63v03.
    title: str
    cables: int
    first: str  # When the first was sent, as exactly as known: "1956-03-05", "1956".
    last: str


def write_finding_aid(collection: Collection, file: Path, series: str, agency: str = ROOM) -> int:
    """Write the finding aid of a collection to a file; return how many series it has.

    `series` is one of SERIES, `agency` the institution. Raises OSError.
    """
    tree = finding_aid(collection, series, agency)
    with atomic_write(file, "wb") as out:
        out.write(as_bytes(tree))
    return len(tree.findall(f".//{{{NAMESPACE}}}c01"))


def as_bytes(tree: etree._Element) -> bytes:
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def finding_aid(collection: Collection, series: str, agency: str = ROOM) -> etree._Element:
    """Return the element `ead` that describes a collection."""
    counts = ListCounts.current(collection.slug)
    cables = Cable.objects.published().collected([collection.slug])
    kept = Cable.objects.using(READER).collected([collection.slug])
    withheld = kept.exclude(withheld_reason="").count()
    redacted = cables.filter(facts__has_key="redacted").count()
    root = etree.Element(f"{{{NAMESPACE}}}ead", nsmap={None: NAMESPACE})
    _add_control(root, collection, agency)
    described = _add(root, "archdesc", level="collection")
    parts = list(series_of(cables, series))
    dates = [day for part in parts for day in (part.first, part.last)]
    identification = _add(described, "did")
    _add(identification, "unitid", collection.slug)
    _add(identification, "unittitle", collection.name)
    _add_dates(identification, dates)
    _add_extent(identification, sum(part.cables for part in parts), counts.noun)
    _add(_add(identification, "repository"), "corpname").append(_element("part", agency))
    conditions = map(counts.as_held, access_conditions(withheld, redacted))
    _add_paragraphs(described, "accessrestrict", conditions)
    if collection.provenance.strip():
        _add_paragraphs(described, "custodhist", collection.provenance.split("\n\n"))
    if parts:
        _add_series(_add(described, "dsc"), parts, counts.noun)
    return root


def series_of(cables: QuerySet[Cable], series: str) -> Iterator[Series]:
    """Yield the series of published cables, by name; those in no volume come last."""
    name: Combinable = F("origin__name")
    title = Max("origin__name")
    if series == "volume":
        name = Coalesce(KT("facts__edition__volume"), Value(""), output_field=CharField())
        title = Max(KT("facts__edition__volume_title"), output_field=CharField())
    counted: dict[str, Any] = {"cables": Count("pk"), "first": Min(sent_as_known())}
    counted |= {"last": Max(sent_as_known()), "series_title": title}
    named: QuerySet[Any, Any] = cables.order_by().annotate(part=name)
    rows: Iterable[dict[str, Any]] = named.values("part").annotate(**counted)
    for row in sorted(rows, key=lambda row: (not row["part"], row["part"])):
        yield Series(
            name=row["part"] or NO_VOLUME,
            title=row["series_title"] or row["part"] or NO_VOLUME,
            cables=row["cables"],
            first=row["first"],
            last=row["last"],
        )


def access_conditions(withheld: int, redacted: int) -> list[str]:
    """Return the paragraphs on who may see what."""
    paragraphs = ["All other cables are open to everybody."]
    if redacted:
        is_one = redacted == 1
        paragraphs.insert(0, f"Words are redacted in {redacted:,} cable{'' if is_one else 's'}.")
    if withheld:
        counted = "1 cable is" if withheld == 1 else f"{withheld:,} cables are"
        text = f"{counted} withheld, and not counted below. Its address gives the reason."
        paragraphs.insert(0, text if withheld == 1 else text.replace("Its address", "Each address"))
    return paragraphs if withheld or redacted else ["Open to everybody."]


def _add_control(root: etree._Element, collection: Collection, agency: str):
    now = timezone.now().replace(microsecond=0)
    control = _add(root, "control")
    _add(control, "recordid", collection.slug)
    title = _add(_add(control, "filedesc"), "titlestmt")
    _add(title, "titleproper", f"{collection.name}: finding aid")
    _add(control, "maintenancestatus", value="derived")
    _add(_add(control, "maintenanceagency"), "agencyname", agency)
    language = _add(control, "languagedeclaration")
    _add(language, "language", "English", langcode="eng")
    _add(language, "script", "Latin", scriptcode="Latn")
    event = _add(_add(control, "maintenancehistory"), "maintenanceevent")
    _add(event, "eventtype", value="derived")
    moment = f"{now:%Y-%m-%d %H:%M} UTC"
    _add(event, "eventdatetime", moment, standarddatetime=f"{now:%Y-%m-%dT%H:%M:%SZ}")
    _add(event, "agenttype", value="machine")
    _add(event, "agent", ROOM)


def _add_series(inventory: etree._Element, parts: list[Series], noun: str):
    for part in parts:
        component = _add(inventory, "c01", level="series")
        identification = _add(component, "did")
        if part.title != part.name:
            _add(identification, "unitid", part.name)
        _add(identification, "unittitle", part.title)
        _add_dates(identification, [part.first, part.last])
        _add_extent(identification, part.cables, noun)


def _add_dates(identification: etree._Element, dates: list[str]):
    if dates:
        dated = _add(identification, "unitdatestructured", unitdatetype="inclusive")
        span = _add(dated, "daterange")
        for name, day in (("fromdate", min(dates)), ("todate", max(dates))):
            precision = {4: "year", 7: "month"}.get(len(day), "day")
            first = date.fromisoformat(f"{day}-01-01"[:10])
            _add(span, name, format_date(first, precision, "words"), standarddate=day)


def _add_extent(identification: etree._Element, cables: int, noun: str):
    extent = _add(
        identification,
        "physdescstructured",
        coverage="whole",
        physdescstructuredtype="otherphysdescstructuredtype",
        otherphysdescstructuredtype="digital texts",
    )
    _add(extent, "quantity", str(cables))
    _add(extent, "unittype", noun if cables == 1 else f"{noun}s")


def _add_paragraphs(described: etree._Element, name: str, paragraphs: Iterable[str]):
    element = _add(described, name)
    for text in filter(None, map(str.strip, paragraphs)):
        _add(element, "p", text)


_add, _element = ELEMENTS.add, ELEMENTS.make
