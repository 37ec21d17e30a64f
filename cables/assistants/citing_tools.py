"""Tools that check a quotation, cite, and list what the archive holds."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from html import unescape
from typing import Any

from django.urls import reverse

from ..citations.citation_formats import as_bluebook, as_plain
from ..citations.csl_styles import StyleError, find_styles, in_style
from ..citations.source import ARCHIVE, CitedSource
from ..quotations.find import VERDICTS
from ..search.holdings import COUNTS, holdings
from ..search.list_counts import ListCounts
from ..views.about_pages.pages import OTHER, TITLES, holdings_address, list_address
from ..views.cable_pages.metadata import FILE_FORMS, MAIN, TO_PASTE, FileForm
from .reading_tools import (
    ToolRefused,
    address_of,
    as_cited,
    ask,
    data_path,
    ends_of,
    paragraph_id,
    source_of,
)

TAG = re.compile(r"<[^>]*>")
MOST_ROWS = 100  # Of holdings in one answer.
# The styles and other forms of a citation that messages name.
STYLES = (*MAIN, "plain", "Wikipedia", "Markdown", "HTML", "Bluebook", "BibTeX", "RIS", "CSL-JSON")
USUAL_STYLE = "Chicago, notes"
MOST_OFFERED = 10  # Styles that are named if several match.
MOST_SHOWN = 300  # Characters of words that differ.
WORDS = re.compile(r"\w+")
INNER = str.maketrans("“”", '""')


def plain(html: str) -> str:
    """Return the text of a citation in HTML."""
    return unescape(TAG.sub("", html))


def as_record(form: FileForm, source: CitedSource) -> str:
    """Return a citation as the text of a file for reference managers."""
    return form.write([source]).strip()


# Name of a form in lower case -> function that writes the citation as it.
FORMS: dict[str, Callable[[CitedSource], str]] = {
    "plain": as_plain,
    "bluebook": lambda source: plain(as_bluebook(source)),
    **{name.lower(): write for name, write in TO_PASTE.items()},
    **{
        form.name.lower(): partial(as_record, form)
        for form in FILE_FORMS.values()
        if form.is_record
    },
}

Values = dict[str, Any]


def check_quotation(site: str, arguments: Values) -> Values:
    """Compare a quotation with the cable that is named, and with all texts."""
    sent = {name: arguments.get(name, "") for name in ("quotation", "reference")}
    values = ask(site, reverse("quote_json"), form=sent)
    verdict = values["verdict"].partition(":")[0]
    matches = [as_match(site, found) for found in values["found"]]
    return {
        "verdict": verdict,
        "findings": list(findings(verdict, values, matches)),
        "matches": matches,
    }


def check_text(site: str, arguments: Values) -> Values:
    """Look up each citation and each quotation of a text."""
    sent = {"text": arguments["text"], "first": str(int(arguments.get("first", 0)))}
    return ask(site, reverse("check_json"), form=sent)


def as_match(site: str, found: Values) -> Values:
    """Return a text in which a quotation was found, with its citation."""
    place = {"reference": found["reference"], "number": found["version"]}
    passages = found["passages"]
    ids = [each["id"] for each in passages if each["id"].startswith("par")]
    ends = list(dict.fromkeys([*ids[:1], *ids[-1:]]))
    return {
        "reference": found["reference"],
        "version": found["version"],
        "is_current": found["current"],
        **as_cited(source_of(site, found["reference"], ends, found["version"])),
        "passages": [
            {
                "place": each["in"],
                "address": address_of(site, "version_paragraph", **place, paragraph=each["id"])
                if each["id"] in ids
                else found["address"],
                "text": each["text"],
            }
            for each in passages
        ],
        "differences": found["differences"],
    }


def findings(verdict: str, values: Values, matches: list[Values]) -> Iterator[str]:
    """Yield sentences: the verdict, where the words stand, and what differs."""
    is_like = verdict == "not found" and matches
    yield "This text is the nearest one." if is_like else VERDICTS[verdict].finding
    yield from values["notes"]
    for match in matches:
        place = ", ".join(dict.fromkeys(each["place"] for each in match["passages"]))
        yield f"It is in {match['reference']}, {place}: {match['permalink']}"
        if values["asked"] and values["asked"] != match["reference"]:
            yield f"It is not so in {values['asked']}, which was named."
        if not match["is_current"]:
            yield f"It is in version {match['version']}, which is not the current text."
        for each in match["differences"]:
            yield difference(each)


def difference(each: Values) -> str:
    """Return a sentence about words that differ."""
    quoted, printed = in_quotes(each["quoted"]), in_quotes(each["printed"])
    if each["quoted"] and each["printed"]:
        sentence = f"The quotation has {quoted}; the text has {printed}."
    elif each["printed"]:
        sentence = f"The quotation leaves out {printed}."
    else:
        sentence = f"The text does not have {quoted}."
    return f"{sentence} {each['note']}".strip()


def in_quotes(words: str) -> str:
    """Return words in quotation marks that they cannot close, so that they stay a quotation."""
    line = " ".join(words.split()).translate(INNER)
    return f"“{line}”" if len(line) <= MOST_SHOWN else f"“{line[:MOST_SHOWN]}…”"


def cite(site: str, arguments: Values) -> Values:
    """Cite a cable, a paragraph or a range in a style or another form."""
    named = [arguments.get("paragraph"), arguments.get("last_paragraph")]
    ids = [paragraph_id(each) for each in named if each]
    values = ask(site, data_path(arguments["reference"], ids))
    ends = ends_of(values["paragraphs"]) if ids else []
    source = source_of(site, values["reference"], ends)
    style, citation, bibliography = write(source, str(arguments.get("style") or USUAL_STYLE))
    return {
        "reference": values["reference"],
        "paragraphs": ends,
        "style": style,
        "permalink": source.address,
        "citation": citation,
        "bibliography": bibliography,
    }


def write(source: CitedSource, named: str) -> tuple[str, str, list[str]]:
    """Return (name of the style or form, citation, bibliography). Raises ToolRefused if not one."""
    name = named.strip().lower()
    if name in FORMS:
        return named.strip(), FORMS[name](source), []
    main = main_styles(name)
    styles = find_styles(MAIN[main[0]] if main else named)
    if not styles:
        offered = "; ".join(STYLES)
        raise ToolRefused(f"There is no style “{named}”. There are: {offered}; and CSL styles.")
    if len(styles) > 1:
        offered = "; ".join(title for _, title in styles[:MOST_OFFERED])
        raise ToolRefused(f"Several styles match: {offered}.")
    style, title = styles[0]
    try:
        styled = in_style(style, (source,))
    except StyleError as error:
        raise ToolRefused(str(error)) from None
    return title, plain(styled.notes[0]), [plain(entry) for entry in styled.entries]


def main_styles(name: str) -> list[str]:
    """Return the labels of the main styles that have all words of a name, its first word first.

    Of several, the first is meant: "chicago" is "Chicago, notes".
    """
    words = WORDS.findall(name.lower())
    labels = {label: WORDS.findall(label.lower()) for label in MAIN}
    return [
        label
        for label, known in labels.items()
        if words and words[0] == known[0] and set(words) <= set(known)
    ]


def list_holdings(site: str, arguments: Values) -> Values:
    """Count cables that are held, partial, excised, redacted, withheld and missing."""
    kind, skip = arguments.get("by", "year"), int(arguments.get("skip", 0))  # 1.0 is an integer.
    words = arguments.get("containing", "").casefold()
    counts = ListCounts.current()
    meanings = counts.glossary if kind == "tag" else {}
    named = [
        (row.label or OTHER[kind], meanings.get(row.label, ("",))[0], row)
        for row in holdings(kind, counts)
    ]
    rows = [each for each in named if words in f"{each[0]}\n{each[1]}".casefold()]
    more = len(rows) > skip + MOST_ROWS
    address = site + holdings_address(kind)
    day = datetime.now(UTC).date()
    return {
        "by": kind,
        "rows": [
            {
                "name": name,
                "label": label or None,
                "address": f"{site}{list_address(kind, row)}" if row.held else None,
            }
            | {count: getattr(row, count) for count in COUNTS}
            for name, label, row in rows[skip : skip + MOST_ROWS]
        ],
        "total": len(rows),
        "next_skip": skip + MOST_ROWS if more else None,
        "permalink": address,
        "citation": f"{ARCHIVE}, “What is held: {TITLES[kind].lower()},” as of {day}, {address}.",
    }
