"""A cable, or paragraphs of it, as it is cited, and as programs read it on its pages."""

import json

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from ..citations import ARCHIVE, GENRE, Source
from ..downloads import tags
from ..signposts import Links
from ..titles import title_case
from ..untitled import is_named, made_title

# Form of an address -> the type of what is there: a cable as a bibliography has it.
RECORDS = {
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl.json": "application/vnd.citationstyles.csl+json",
}
KIND = "https://schema.org/ArchiveComponent"
# No text can end the script element that it stands in, or open a comment there.
IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&"}


def source_of(request, cable, paragraphs=(), version=0):
    """Return a cable, or the paragraphs with these ids (one, or first and last), to be cited.

    The link is pinned to a version, the current one if none is given. `cable` has to have the
    text and the facts of that version.
    """
    number = version or cable.version
    place = {"reference": cable.reference, "number": number}
    if len(paragraphs) == 1:
        pinned = reverse("version_paragraph", kwargs=place | {"paragraph": paragraphs[0]})
    else:
        pinned = reverse("version", kwargs=place) + (f"#{paragraphs[0]}" if paragraphs else "")
    return Source(
        reference=cable.reference,
        origin=cable.origin.name,
        title=title_case(cable.title) if is_named(cable) else "",
        made_title="" if is_named(cable) else made_title(cable),
        created=cable.created.date(),
        released=cable.released,
        classification=cable.classification,
        paragraphs=tuple(paragraphs),
        version=number,
        address=request.build_absolute_uri(pinned),
        **printed_in(cable.facts.get("edition", {})),
        accessed=timezone.now().date(),
    )


def printed_in(edition):
    """Return what a citation says of the volume that prints a cable: {} if none does."""
    if "volume" not in edition:
        return {}
    names = edition.get("editors", ())
    editors = f"{'eds.' if len(names) > 1 else 'ed.'} {in_words(names)}" if names else ""
    publisher = edition.get("publisher", "Washington: Government Printing Office")
    publisher = f"{publisher}, {edition.get('published', 'n.d.')}"
    return {
        "volume": edition.get("volume_title") or edition["volume"],
        "document": edition.get("number") or edition["document"],
        "imprint": f"{editors}; {publisher}" if editors else publisher,
    }


def in_words(names):
    """Return names as a sentence has them: "A", "A and B", "A, B, and C"."""
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"


def address_of(cable, route, paragraphs=(), **more):
    """Return an address of a route that is there for a cable, for a paragraph and for a range."""
    names = ("first", "last") if len(paragraphs) == 2 else ("paragraph",)
    place = dict(zip(names, paragraphs, strict=False))
    return reverse(route, kwargs={"reference": cable.reference, **place, **more})


def page_of(cable, ids):
    """Return the address at which a cable, a paragraph or a range is read."""
    if not ids:
        return cable.get_absolute_url()
    return address_of(cable, "passage" if len(ids) == 2 else "paragraph", ids)


def for_machines(request, cable, source, canonical, words=""):
    """Return what the head of a page says to programs. `words` are those of its paragraphs."""
    return {
        "source": source,
        "archive": ARCHIVE,
        "keywords": tags(cable),
        "records": records(cable, source.paragraphs),
        "described": in_script(described(request, cable, source, canonical, words)),
    }


def described(request, cable, source, canonical, words):
    """Return a cable, or paragraphs of it, in the words of schema.org."""
    here = request.build_absolute_uri
    told = {
        "@context": "https://schema.org",
        "@type": ["ArchiveComponent", "Message"],
        "@id": here(canonical),
        "url": here(canonical),
        "name": source.named,
        "identifier": source.key,
        "genre": GENRE,
        "author": {
            "@type": "GovernmentOrganization",
            "name": source.origin,
            "url": here(cable.origin.get_absolute_url()),
        },
        "dateSent": source.created.isoformat(),
        "datePublished": source.released.isoformat(),
        "version": source.version,
        "keywords": tags(cable),
        "isAccessibleForFree": True,
        "holdingArchive": {"@type": "ArchiveOrganization", "name": ARCHIVE, "url": here("/")},
    }
    if source.paragraphs:
        whole = here(cable.get_absolute_url())
        told |= {"pagination": source.pinpoint.words, "text": words}
        told["isPartOf"] = {"@type": "ArchiveComponent", "@id": whole, "name": source.named}
    return told


def in_script(data):
    """Return JSON-LD that is safe inside a script element; what is not ASCII is escaped too."""
    return mark_safe(json.dumps(data).translate(IN_SCRIPT))


def records(cable, paragraphs):
    """Return (type, address) of what a bibliography takes from a page."""
    return [
        (kind, address_of(cable, "cable_file", paragraphs, form=form))
        for form, kind in RECORDS.items()
    ]


def signposted(response, request, cable, paragraphs=()):
    """Say in the headers of a page where programs find what it is (signposting.org)."""
    links = Links(f"{request.scheme}://{request.get_host()}").add("type", KIND)
    links.add("author", cable.origin.get_absolute_url())
    for kind, address in records(cable, paragraphs):
        links.add("describedby", address, type=kind)
    if paragraphs:
        links.add("collection", cable.get_absolute_url(), type="text/html")
    else:
        links.add("item", reverse("cable_text", args=[cable.reference]), type="text/plain")
    return links.put(response)
