"""Metadata of a cable or of paragraphs of it; the forms of a citation, and addresses of parts."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.utils.safestring import mark_safe

from ...api.serializers import public_tags
from ...api.signposting import TypedLinks
from ...citations.citation_formats import (
    as_bibtex,
    as_bluebook,
    as_csl_json,
    as_html,
    as_markdown,
    as_plain,
    as_ris,
    as_wikipedia,
)
from ...citations.citation_list import MOST_STYLED
from ...citations.csl_styles import StyleError, find_styles, in_style, style_name
from ...citations.source import ARCHIVE, CitedSource
from ...models.collection_origin_tag import address
from ...telegram.beside_the_text import is_by_editors
from ...telegram.fact_types import edition_of
from ...telegram.titles import machine_date

# The styles that history, politics and law ask for most: label -> style.
MAIN = {
    "Chicago, notes": "chicago-notes-bibliography-access-dates",
    "Chicago, author and date": "chicago-author-date-access-dates",
    "APA": "apa",
    "MLA": "modern-language-association",
    "OSCOLA": "oscola",
}
# Suggestions in the field for another style, which finds all styles.
OFFERED = (
    *("american-political-science-association", "american-sociological-association"),
    *(
        "australian-guide-to-legal-citation",
        "harvard-cite-them-right",
        "ieee",
        "iso690-full-note-en",
    ),
    *("international-affairs", "iso690-author-date-en", "juristische-zitierweise", "mcgill-en"),
    *("mhra-notes", "nature", "nlm-citation-sequence", "oscola-no-ibid", "political-studies"),
    *("review-of-international-studies", "social-history", "the-economic-history-review"),
    *("the-historical-journal", "vienna-legal", "world-politics"),
)
# Label -> function that writes one citation, for the field to copy from.
TO_PASTE: dict[str, Callable[[CitedSource], str]] = {
    "Plain citation": as_plain,
    "Wikipedia": as_wikipedia,
    "Markdown": as_markdown,
    "HTML": as_html,
}


def list_writer(
    write_one: Callable[[CitedSource], str], bullet: str = ""
) -> Callable[[Sequence[CitedSource]], str]:
    """Return a function that writes several sources, each on a line by `write_one`."""
    return lambda sources: "".join(f"{bullet}{write_one(source)}\n" for source in sources)


@dataclass(frozen=True, slots=True)
class FileForm:
    """A form of citations that is a file."""

    name: str  # For readers.
    media_type: str
    write: Callable[[Sequence[CitedSource]], str]
    is_record: bool = False  # A bibliographic record: each cable and paragraph has one.
    is_download: bool = False  # Sent as an attachment, for reference managers.


# File extension -> form. A selection of cables has a file in each.
FILE_FORMS = {
    "bib": FileForm("BibTeX", "application/x-bibtex", as_bibtex, is_record=True, is_download=True),
    "ris": FileForm(
        *("RIS", "application/x-research-info-systems", as_ris), is_record=True, is_download=True
    ),
    "csl.json": FileForm(
        *("CSL-JSON", "application/vnd.citationstyles.csl+json", as_csl_json), is_record=True
    ),
    "md": FileForm("Markdown", "text/markdown", list_writer(as_markdown, "- ")),
    "txt": FileForm("Plain text", "text/plain", list_writer(as_plain)),
}


def record_forms() -> dict[str, FileForm]:
    """Return the forms that each cable and paragraph has, by file extension."""
    return {extension: form for extension, form in FILE_FORMS.items() if form.is_record}


def forms_of(source):
    """Return the context of the citation page: every form of one citation, in groups."""
    return {
        "styled": [(name, in_style(style, (source,))) for name, style in MAIN.items()],
        "bluebook": as_bluebook(source),
        "to_paste": [(name, form(source)) for name, form in TO_PASTE.items()],
        "records_shown": [
            (form.name, form.write([source]).strip()) for form in record_forms().values()
        ],
    }


def other_style(words, sources):
    """Return the context for the style that a reader named: the citations, or what was found.

    `words` is the name of a style or a part of it.
    """
    context = {"asked_style": words, "styles": [style_name(style) for style in OFFERED]}
    matching = find_styles(words) if words.strip() else []
    if len(matching) != 1:
        return context | {"found_styles": matching}
    style, title = matching[0]
    context |= {"style": style, "style_title": title}
    if len(sources) > MOST_STYLED:
        return context | {"most_styled": MOST_STYLED}
    try:
        return context | {"in_style": in_style(style, tuple(sources))}
    except StyleError:
        return context | {"no_style": True}


def file_response(text: str, extension: str, name: str) -> HttpResponse:
    """Return a text as a file of one of FILE_FORMS; `name` is the file name without extension."""
    form = FILE_FORMS[extension]
    response = HttpResponse(text, content_type=f"{form.media_type}; charset=utf-8")
    if form.is_download:
        response["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    return response


def without_indexing(response):
    """Keep search engines from indexing a page that repeats others."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


KIND = "https://schema.org/ArchiveComponent"
# Escapes, so that no text can end the script element or open a comment in it.
IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&"}


def part_address(cable, route, paragraphs=(), **more):
    """Return the address of a cable, a paragraph or a range in a route that takes all three."""
    names = ("first", "last") if len(paragraphs) == 2 else ("paragraph",)
    place = dict(zip(names, paragraphs, strict=False))
    return address(route, cable.reference, **place, **more)


def page_of(cable, ids):
    if not ids:
        return cable.get_absolute_url()
    return part_address(cable, "passage" if len(ids) == 2 else "paragraph", ids)


def metadata(request, cable, source, canonical, words=""):
    """Return the fields of a TextPage that programs read. `words` is the text of its paragraphs."""
    is_current = source.version == cable.version
    return {
        "source": source,
        "archive": ARCHIVE,
        "keywords": public_tags(cable),
        "records": record_links(cable, source.paragraphs),
        "card": part_address(cable, "card", source.paragraphs) if is_current else "",
        "described": as_script(json_ld(request, cable, source, canonical, words)),
    }


def json_ld(request, cable, source, canonical, words):
    """Return a cable or paragraphs of it as a schema.org dict."""
    here = request.build_absolute_uri
    by_editors = is_by_editors(edition_of(cable.facts))
    dated = "temporalCoverage" if by_editors or source.undated else "dateSent"
    data = {
        "@context": "https://schema.org",
        "@type": ["ArchiveComponent", "Message"],
        "@id": here(canonical),
        "url": here(canonical),
        "name": source.named,
        "identifier": [source.key, source.ark] if source.ark else source.key,
        "genre": source.genre,
        "author": {
            "@type": "GovernmentOrganization",
            "name": source.origin or cable.origin.name,
            "url": here(cable.origin.get_absolute_url()),
        },
        dated: machine_date(cable).partition("T")[0],
        "version": source.version,
        "keywords": public_tags(cable),
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "holdingArchive": {"@type": "ArchiveOrganization", "name": ARCHIVE, "url": here("/")},
    }
    if licence := settings.DATA_LICENCE_URL or settings.DATA_LICENCE:
        data["license"] = licence
    if source.released:
        data["datePublished"] = source.released.isoformat()
    if source.paragraphs:
        whole = here(cable.get_absolute_url())
        data |= {"pagination": source.pinpoint.words, "text": words}
        data["isPartOf"] = {"@type": "ArchiveComponent", "@id": whole, "name": source.named}
    return data


def as_script(data):
    """Return ASCII JSON that is safe inside a script element."""
    return mark_safe(json.dumps(data).translate(IN_SCRIPT))


def record_links(cable, paragraphs):
    """Return (media type, address) of each bibliographic record."""
    forms = record_forms()
    first = next(iter(forms))
    stem = part_address(cable, "cable_file", paragraphs, form=first).removesuffix(first)
    return [(form.media_type, f"{stem}{extension}") for extension, form in forms.items()]


def signposted(response, request, cable, paragraphs=()):
    """Add the Link header that tells programs what a page is about (signposting.org)."""
    links = TypedLinks.of(request).add("type", KIND)
    links.add("author", cable.origin.get_absolute_url())
    for kind, record in record_links(cable, paragraphs):
        links.add("describedby", record, type=kind)
    if settings.DATA_LICENCE_URL:
        links.add("license", settings.DATA_LICENCE_URL)
    if paragraphs:
        links.add("collection", cable.get_absolute_url(), type="text/html")
    else:
        links.add("item", address("cable_text", cable.reference), type="text/plain")
    return links.put(response)
