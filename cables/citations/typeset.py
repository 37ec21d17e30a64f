"""What citeproc-py leaves undone in a line that it has written: quotation marks, stops, tags."""

import re
from html import escape

from .source import MONTHS, Source, nested

# Around a title, and for what a style would change. one_line() lets none of them into a source.
START, END, HYPHEN = "\ufdd0", "\ufdd1", "\ufdd2"
TITLE = re.compile(f"(?P<open>“?){START}(?P<title>[^{END}]*)")
TWO_STOPS = re.compile(f"(?<=[.?!]){END}((?:</[a-z]+>|[”’»])*)\\.")
BEHIND_QUOTE = re.compile(f"{END}([”’])([.,])")
NUMBERED = re.compile(r"\A(?:\[\d+\]|\(\d+\)|\d+[.)]?)(?=[^\s\d.)])")
LEFT = re.compile(f"[{START}{END}]")


def _in(tag: str, attributes: str = ""):
    return staticmethod(lambda text: f"<{tag}{attributes}>{text}</{tag}>")


class Markup:
    """How citeproc-py writes HTML: no style attribute, which the policy of the pages forbids."""

    preformat = staticmethod(lambda text: escape(str(text), quote=False))
    Italic = Oblique = _in("i")
    Bold = _in("b")
    Light = Underline = staticmethod(str)
    Superscript = _in("sup")
    Subscript = _in("sub")
    SmallCaps = _in("span", ' class="small-caps"')


def around_title(title: str) -> str:
    """Return a title as typeset() finds it again."""
    return f"{START}{title}{END}"


def typeset(html: str, american: bool) -> str:
    """Return a line with quotation marks inside others turned single, and one stop at an end.

    `american` moves commas and stops inside a quotation mark, as CSL's punctuation-in-quote
    says; citeproc-py knows the option and does nothing.
    """
    html = TITLE.sub(_within, html)
    html = TWO_STOPS.sub(rf"{END}\1", html)
    if american:
        html = BEHIND_QUOTE.sub(r"\2\1", html)
    return LEFT.sub("", html).replace(HYPHEN, "-")


def number_apart(entry: str) -> str:
    """Return an entry with a blank behind its number, which styles leave to columns."""
    return NUMBERED.sub(r"\g<0> ", entry)


def _within(found: re.Match) -> str:
    opened, title = found["open"], found["title"]
    return opened + (nested(title) if opened else title)


def with_access(style: str, entry: str, source: Source) -> str:
    """Return an entry with the day of access, for two styles that leave it out of one with a date.

    Their manuals let a reader give it; here it is always given.
    """
    day = source.accessed
    if style == "apa":
        retrieved = f"Retrieved {day:%B} {day.day}, {day.year}, from {source.address}"
        return entry.replace(source.address, retrieved)
    if style == "modern-language-association":
        return f"{entry} Accessed {day.day} {MONTHS[day.month - 1]} {day.year}."
    return entry
