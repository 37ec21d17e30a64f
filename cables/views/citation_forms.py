"""The formats of citations: those shown on the citation page, and those of files."""

import json

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpResponse

from ..citations import (
    StyleError,
    as_bibtex,
    as_bluebook,
    as_csl,
    as_html,
    as_markdown,
    as_plain,
    as_ris,
    as_wikipedia,
    find_styles,
    in_style,
    style_name,
)
from ..citations.selection import MOST_STYLED
from .metadata import RECORDS

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
TO_PASTE = {
    "Short citation": as_plain,
    "Wikipedia": as_wikipedia,
    "Markdown": as_markdown,
    "HTML": as_html,
}


def as_csl_json(sources):
    """Return a file of CSL-JSON, a field on a line."""
    items = [
        ",\n".join(
            f'  "{name}": {json.dumps(value, ensure_ascii=False)}'
            for name, value in as_csl(source).items()
        )
        for source in sources
    ]
    return "[" + ",\n".join(f"{{\n{item}\n}}" for item in items) + "]\n"


def as_list(form, bullet=""):
    """Return a function that writes several sources, each on a line as `form` writes one."""
    return lambda sources: "".join(f"{bullet}{form(source)}\n" for source in sources)


# File extension -> function that writes a list of sources as a text.
RECORD_FORMS = {"bib": as_bibtex, "ris": as_ris, "csl.json": as_csl_json}
LIST_FORMS = RECORD_FORMS | {"md": as_list(as_markdown, "- "), "txt": as_list(as_plain)}
TYPES = RECORDS | {"md": "text/markdown", "txt": "text/plain"}
NAMES = {
    "bib": "BibTeX",
    "ris": "RIS",
    "csl.json": "CSL-JSON",
    "json": "JSON: the text, its facts and its versions",
    "md": "Markdown",
    "txt": "Plain text",
}
DOWNLOADED = ("bib", "ris")  # Sent as attachments, for reference managers.

with_script = csp_update({"script-src": [SELF]})  # For static/js/copy.js.


def forms_of(source):
    """Return the context of the citation page: every form of one citation, in groups."""
    records = {"BibTeX": as_bibtex, "RIS": as_ris, "CSL-JSON": as_csl_json}
    return {
        "styled": [(name, in_style(style, (source,))) for name, style in MAIN.items()],
        "bluebook": as_bluebook(source),
        "to_paste": [(name, form(source)) for name, form in TO_PASTE.items()],
        "records_shown": [(name, form([source]).strip()) for name, form in records.items()],
    }


def other_style(words, sources):
    """Return the context for the style that a reader named: the citations, or what was found.

    `words` is the name of a style or a part of it.
    """
    context = {"asked_style": words, "styles": [style_name(style) for style in OFFERED]}
    found = find_styles(words) if words.strip() else []
    if len(found) != 1:
        return context | {"found_styles": found}
    style, title = found[0]
    context |= {"style": style, "style_title": title}
    if len(sources) > MOST_STYLED:
        return context | {"most_styled": MOST_STYLED}
    try:
        return context | {"in_style": in_style(style, tuple(sources))}
    except StyleError:
        return context | {"no_style": True}


def as_file(text, form, name):
    """Return a text as a file of one of TYPES; `name` is the file name without extension."""
    kind = TYPES[form]
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    if form in DOWNLOADED:
        response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def unlisted(response):
    """Keep search engines from indexing a page that repeats others."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
