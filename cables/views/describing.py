"""A cable, or paragraphs of it, as it is cited, and as programs read it in a page and its headers."""

import json

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from ..citations import ARCHIVE, Source
from ..classifications import BY_VALUE
from ..downloads import tags
from ..templatetags.wire import is_named
from ..titles import title_case

# Suffix of an address -> the type of what is there: the cable as a bibliography has it.
RECORDS = {
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl.json": "application/vnd.citationstyles.csl+json",
}
KIND = "https://schema.org/ArchiveComponent"
# No text can end the script element that it stands in, or open a comment there.
IN_SCRIPT = str.maketrans({sign: f"\\u{ord(sign):04X}" for sign in "<>&"})


def source_of(request, cable, paragraphs=(), version=0):
    """Return a cable, or the paragraphs with these ids (one, or first and last), to be cited.

    The link is pinned to a version, the current one if none is given. `cable` has to have the
    text and the facts of that version.
    """
    pinned = reverse("version", args=[cable.reference, version or cable.version])
    return Source(
        reference=cable.reference,
        origin=cable.origin.name,
        title=title_case(cable.title) if is_named(cable) else "",
        created=cable.created.date(),
        released=cable.released,
        classification=cable.classification,
        paragraphs=tuple(paragraphs),
        version=version or cable.version,
        address=request.build_absolute_uri(pinned + (f"#{paragraphs[0]}" if paragraphs else "")),
        accessed=timezone.now().date(),
    )


def place_of(paragraphs):
    """Return which part of a cable an address names, as its routes do."""
    if len(paragraphs) == 2:
        return {"first": paragraphs[0], "last": paragraphs[1]}
    return {"paragraph": paragraphs[0]} if paragraphs else {}


def address_of(cable, route, paragraphs=(), **more):
    """Return the address of a route that is there for a cable, a paragraph and a range."""
    return reverse(
        route, kwargs={"reference": cable.reference, **place_of(paragraphs), **more}
    )


def for_machines(request, cable, source, canonical, words=""):
    """Return what the head of a page says to programs. `words` are those of its paragraphs."""
    here = request.build_absolute_uri
    origin = here(cable.origin.get_absolute_url())
    whole = here(cable.get_absolute_url())
    described = {
        "@context": "https://schema.org",
        "@type": ["ArchiveComponent", "Message"],
        "@id": here(canonical),
        "url": here(canonical),
        "name": source.named,
        "identifier": source.key,
        "genre": "Diplomatic cable",
        "author": {"@type": "GovernmentOrganization", "name": source.origin, "url": origin},
        "dateSent": source.created.isoformat(),
        "dateCreated": source.created.isoformat(),
        "datePublished": source.released.isoformat(),
        "version": source.version,
        "keywords": tags(cable),
        "isAccessibleForFree": True,
        "holdingArchive": {"@type": "ArchiveOrganization", "name": ARCHIVE, "url": here("/")},
    }
    if source.paragraphs:
        described |= {
            "pagination": source.pinpoint.words,
            "text": words,
            "isPartOf": {"@type": "ArchiveComponent", "@id": whole, "name": source.named},
        }
    return {
        "source": source,
        "classed": BY_VALUE[cable.classification].label,
        "keywords": tags(cable),
        "archive": ARCHIVE,
        "records": records(request, cable, source.paragraphs),
        "described": in_script(described),
    }


def in_script(data):
    """Return JSON-LD that is safe inside a script element; U+2028 and the like are escaped too."""
    return mark_safe(json.dumps(data).translate(IN_SCRIPT))


def records(request, cable, paragraphs):
    """Return (type, whole address) of what a bibliography takes from here."""
    return [
        (kind, request.build_absolute_uri(address_of(cable, "cable_file", paragraphs, form=form)))
        for form, kind in RECORDS.items()
    ]


def signposted(response, request, cable, paragraphs=()):
    """Add to a page's headers where programs find what it is (signposting.org)."""
    here = request.build_absolute_uri
    links = [(KIND, "type", ""), (here(cable.origin.get_absolute_url()), "author", "")]
    links += [(address, "describedby", kind) for kind, address in records(request, cable, paragraphs)]
    if paragraphs:
        links.append((here(cable.get_absolute_url()), "collection", "text/html"))
    else:
        links.append((here(reverse("cable_text", args=[cable.reference])), "item", "text/plain"))
    return linked(response, links)


def linked(response, links):
    """Add (address, relation, type of what is there or "") to the Link header of a response."""
    written = [
        f'<{address}>; rel="{relation}"' + (f'; type="{kind}"' if kind else "")
        for address, relation, kind in links
    ]
    before = [response["Link"]] if response.has_header("Link") else []
    response["Link"] = ", ".join([*before, *written])
    return response
