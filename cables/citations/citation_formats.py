"""Write citations in forms without a CSL style: plain, HTML, Markdown, Bluebook, Wikipedia."""

import re
from collections.abc import Callable
from datetime import date
from html import escape

from .source import ARCHIVE, MONTHS, CitedSource, day_in_words

# Characters that are special in a MediaWiki template are written as numeric references.
WIKI = re.compile(r"[&<>\[\]{}|~]|''+|^'|'$|__+|:(?=//)")
# Characters that are special in Markdown or a dialect of it: anywhere, and at the start of a line.
MARKDOWN = re.compile(r"[\\`*_\[\]<>&~|#$@^{}]|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
LINE_START = re.compile(r"(?m)^(?:\d+(?=[.)])|(?=[-+=:]))")
INDENT = re.compile(r"(?:\r\n?|\n|\A)[^\S\r\n]*")  # Four spaces would begin a code block.


def as_plain(source: CitedSource) -> str:
    """Return a citation as plain text, as in a footnote."""
    return _sentence(source, source.reference, str, source.address)


def as_html(source: CitedSource) -> str:
    """Return the plain citation as HTML, with the reference as a link."""
    linked = f'<a href="{escape(source.address)}">{source.reference}</a>'
    return _sentence(source, linked, lambda text: escape(text, quote=False))


def as_markdown(source: CitedSource) -> str:
    """Return the plain citation as Markdown, with the reference as a link."""
    return _sentence(source, f"[{source.reference}]({source.address})", markdown_text)


def as_bluebook(source: CitedSource) -> str:
    """Return a Bluebook footnote as HTML.

    Combines its rules for letters and memoranda (17.2.3) and for the internet (18.2). The CSL style
    prints no cable number and cites paragraphs as pages.
    """
    where = f", {source.pinpoint.signs}" if source.paragraphs else ""
    where += f", reprinted in {escape(source.printed, quote=False)}" if source.volume else ""
    sender = f" from {escape(source.origin, quote=False)}" if source.origin else ""
    created = source.if_undated(_american(source.created, source.precision))
    ark = f" [{source.pinned_ark}]" if source.ark else ""
    return (
        f"{source.kind.capitalize()} {source.reference}{sender}, "
        f"<i>{escape(source.named, quote=False)}</i>{where} ({created}), "
        f"{escape(source.address)}{ark} (last visited {_american(source.accessed)})."
    )


def as_wikipedia(source: CitedSource) -> str:
    """Return a call of Wikipedia's template "cite report", as there is none for cables."""
    fields = {
        "author": _wiki(source.origin),
        "title": _wiki(source.named),
        "type": source.genre,
        "id": ", ".join(filter(None, [source.reference, _wiki(source.pinned_ark)])),
        "date": "n.d." if source.undated else source.created_in_words,
        "orig-date": _wiki(source.created_in_words) if source.undated else "",
        "at": source.pinpoint.words,
        "work": _wiki(source.printed),
        "via": ARCHIVE,
        "url": source.address,
        "access-date": day_in_words(source.accessed),
    }
    filled = "".join(f" |{name}={value}" for name, value in fields.items() if value)
    return f"{{{{cite report{filled}}}}}"


def markdown_text(text: str) -> str:
    """Escape a text for Markdown, and remove the indentation of lines."""
    lines = INDENT.sub("\n", text).removeprefix("\n")
    return LINE_START.sub(r"\g<0>\\", MARKDOWN.sub(r"\\\g<0>", lines))


def _sentence(
    source: CitedSource, reference: str, write: Callable[[str], str], address: str = ""
) -> str:
    """Return the plain citation. `write` escapes words; `reference` is escaped."""
    parts = [
        f"{source.kind} {reference}",
        source.created_in_words,
        write(source.printed),
        write(source.class_in_words),
        write(source.pinpoint.words),
        address,
        write(source.pinned_ark),
        f"accessed {day_in_words(source.accessed)}",
    ]
    title = f"“{write(source.title_and_comma)}” " if source.title else ""
    author = f"{write(source.origin)}, " if source.origin else ""
    return f"{author}{title}{', '.join(filter(None, parts))}."


def _american(day: date, precision: str = "day") -> str:
    month = MONTHS[day.month - 1]
    return {"month": f"{month} {day.year}", "year": f"{day.year}"}.get(
        precision, f"{month} {day.day}, {day.year}"
    )


def _wiki(text: str) -> str:
    return WIKI.sub(lambda match: "".join(f"&#{ord(sign)};" for sign in match[0]), text)
