"""Correct the output of citeproc-py: nested quotation marks, full stops, HTML tags."""

import re
from html import escape

from .source import MONTHS, CitedSource, nested

# Mark a title, and hyphens that a style would change. one_line() removes them from sources.
START, END, HYPHEN = "\ufdd0", "\ufdd1", "\ufdd2"
TITLE = re.compile(f"(?P<open>“?){START}(?P<title>[^{END}]*)")
TWO_STOPS = re.compile(f"(?<=[.?!]){END}((?:</[a-z]+>|[”’»])*)\\.")
BEHIND_QUOTE = re.compile(f"{END}([”’])([.,])")
NUMBERED = re.compile(r"\A(?:\[\d+\]|\(\d+\)|\d+[.)]?)(?=[^\s\d.)])")
LEFT = re.compile(f"[{START}{END}]")


def _in(tag: str, attributes: str = "") -> "staticmethod[[str], str]":
    """Return a method that puts a text into an HTML element."""
    return staticmethod(lambda text: f"<{tag}{attributes}>{text}</{tag}>")


class Markup:
    """HTML formatter for citeproc-py, without style attributes, which the pages' CSP forbids."""

    preformat = staticmethod(lambda text: escape(str(text), quote=False))
    Italic = Oblique = _in("i")
    Bold = _in("b")
    Light = Underline = staticmethod(str)
    Superscript = _in("sup")
    Subscript = _in("sub")
    SmallCaps = _in("span", ' class="small-caps"')


def around_title(title: str) -> str:
    """Return a title between the marks that typeset() looks for."""
    return f"{START}{title}{END}"


def typeset(html: str, american: bool) -> str:
    """Return a citation with single quotation marks inside double ones, and no doubled full stops.

    `american` moves commas and full stops into the quotation marks: CSL's punctuation-in-quote,
    which citeproc-py ignores.
    """
    html = TITLE.sub(_within, html)
    html = TWO_STOPS.sub(rf"{END}\1", html)
    if american:
        html = BEHIND_QUOTE.sub(r"\2\1", html)
    return LEFT.sub("", html).replace(HYPHEN, "-")


def number_apart(entry: str) -> str:
    """Return an entry with a space after its number; styles rely on columns instead."""
    return NUMBERED.sub(r"\g<0> ", entry)


def _within(match: re.Match[str]) -> str:
    opened, title = match.group("open", "title")
    return f"{opened}{nested(title)}" if opened else str(title)


def with_access(style: str, entry: str, source: CitedSource) -> str:
    """Return an entry with the day of access in APA and MLA, which omit it for dated sources.

    Their manuals allow it.
    """
    day = source.accessed
    if style == "apa":
        retrieved = f"Retrieved {day:%B} {day.day}, {day.year}, from {source.address}"
        return entry.replace(source.address, retrieved)
    if style == "modern-language-association":
        return f"{entry} Accessed {day.day} {MONTHS[day.month - 1]} {day.year}."
    return entry
