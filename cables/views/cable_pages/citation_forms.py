"""The formats of citations: those shown on the citation page, and those of files."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from ...citations.citation_formats import (
    as_bibtex,
    as_bluebook,
    as_html,
    as_markdown,
    as_plain,
    as_ris,
    as_wikipedia,
)
from ...citations.citation_list import MOST_STYLED
from ...citations.csl_styles import StyleError, find_styles, in_style, style_name
from ...citations.source import CitedSource, as_csl

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
    "Short citation": as_plain,
    "Wikipedia": as_wikipedia,
    "Markdown": as_markdown,
    "HTML": as_html,
}


def as_csl_json(sources: Sequence[CitedSource]) -> str:
    """Return a file of CSL-JSON, a field on a line."""
    items = [
        ",\n".join(
            f'  "{name}": {json.dumps(value, ensure_ascii=False)}'
            for name, value in as_csl(source).items()
        )
        for source in sources
    ]
    return "[" + ",\n".join(f"{{\n{item}\n}}" for item in items) + "]\n"


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
