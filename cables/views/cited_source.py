"""A cable, or paragraphs of it, as the source of a citation."""

from django.conf import settings
from django.utils import timezone

from ..citations.arks import NameAuthority
from ..citations.source import CitedSource
from ..models.collection_origin_tag import address
from ..telegram.fact_types import EditionFacts
from ..telegram.titles import author, cited_date, is_named, made_title, reading_title
from ..templatetags.cable_text import called


def citation_source(request, cable, paragraphs=(), version=0):
    """Return the citation source of a cable or of paragraphs (one id, or the first and the last).

    Its address names a version, by default the current one. `cable` must have the text and the
    facts of that version.
    """
    number = version or cable.version
    created, precision, undated = cited_date(cable)
    place = {"number": number}
    if len(paragraphs) == 1:
        place["paragraph"] = paragraphs[0]
        pinned = address("version_paragraph", cable.reference, **place)
    else:
        pinned = address("version", cable.reference, **place)
        pinned += f"#{paragraphs[0]}" if paragraphs else ""
    return CitedSource(
        reference=cable.reference,
        origin=author(cable),
        title=reading_title(cable) if is_named(cable) else "",
        made_title="" if is_named(cable) else made_title(cable),
        created=created,
        precision=precision,
        undated=undated,
        kind=called(cable),
        released=cable.release_day,
        classification=cable.classification,
        paragraphs=tuple(paragraphs),
        version=number,
        address=request.build_absolute_uri(pinned),
        ark=name_authority().ark(cable.reference, paragraphs[0] if len(paragraphs) == 1 else ""),
        **printed_in(cable.facts.get("edition", {})),
        accessed=timezone.now().date(),
    )


def name_authority() -> NameAuthority:
    """Return who gives lasting names here; its NAAN is "" where nobody does."""
    return NameAuthority(settings.ARK_NAAN, settings.ARK_SHOULDER)


def printed_in(edition: EditionFacts):
    """Return the fields of a Source for the volume that prints a cable, {} if none does."""
    if "volume" not in edition:
        return {}
    return {
        "volume": edition.get("volume_title") or edition["volume"],
        "document": edition.get("number") or edition["document"],
        "pages": "–".join(edition.get("page_span", ())),
        "editors": tuple(filter(None, edition.get("editors", ()))),  # Some volumes name none.
        "publisher": edition.get("publisher", "Washington: Government Printing Office"),
        "published": edition.get("published", "n.d."),
    }
