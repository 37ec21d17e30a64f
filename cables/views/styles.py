"""The forms of a citation, by name: those on its page, and the files of one or of several."""

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
from ..selections import MOST_STYLED
from .describing import RECORDS

# What most who write history, politics and law are asked for.
MAIN = {
    "Chicago, notes": "chicago-notes-bibliography-access-dates",
    "Chicago, author and date": "chicago-author-date-access-dates",
    "APA": "apa",
    "MLA": "modern-language-association",
    "OSCOLA": "oscola",
}
# Offered where a style is asked for by name; every other one is found too.
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
    "In words": as_plain,
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
    """Return a form of several sources: each as `form` writes it, on a line."""
    return lambda sources: "".join(f"{bullet}{form(source)}\n" for source in sources)


# Form of an address -> (its type, how sources are written in it).
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
SAVED = ("bib", "ris")  # A browser hands them to another program, or keeps them.

with_script = csp_update({"script-src": [SELF]})  # For static/js/copy.js, which copies at a click.


def forms_of(source):
    """Return every form of one citation, in the groups of its page."""
    records = {"BibTeX": as_bibtex, "RIS": as_ris, "CSL-JSON": as_csl_json}
    return {
        "styled": [(name, in_style(style, (source,))) for name, style in MAIN.items()],
        "bluebook": as_bluebook(source),
        "to_paste": [(name, form(source)) for name, form in TO_PASTE.items()],
        "records_shown": [(name, form([source]).strip()) for name, form in records.items()],
    }


def other_style(words, sources):
    """Return what is to be said of the style that a reader named, with the sources in it."""
    told = {"asked_style": words, "styles": [style_name(style) for style in OFFERED]}
    found = find_styles(words) if words.strip() else []
    if len(found) != 1:
        return told | {"found_styles": found}
    style, title = found[0]
    told |= {"style": style, "style_title": title}
    if len(sources) > MOST_STYLED:
        return told | {"most_styled": MOST_STYLED}
    try:
        return told | {"in_style": in_style(style, tuple(sources))}
    except StyleError:
        return told | {"no_style": True}


def as_file(text, form, name):
    """Return a text as a file of one of TYPES."""
    kind = TYPES[form]
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    if form in SAVED:
        response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def unlisted(response):
    """Keep search engines from a page that says nothing which another does not say."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
