"""BibTeX, for BibTeX and biblatex."""

import re
from collections.abc import Iterable

from .source import ARCHIVE, GENRE, Source

# BibTeX counts each brace, one behind a backslash too: they are written by their names.
ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        "`": r"\textasciigrave{}",
        **{sign: f"\\{sign}" for sign in "#$%&_"},
    }
)
LIGATURES = re.compile(r"(?<=([-',]))(?=\1)")  # TeX writes "--" as a dash.
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def as_bibtex(sources: Iterable[Source]) -> str:
    """Return an entry for each source, UTF-8, with TeX's own signs escaped.

    Names and titles stand in two pairs of braces: no style takes the author for a person, or
    capitals from "NATO". `date` is for biblatex, `year` and `month` are for BibTeX.
    """
    return "\n".join(_entry(source) for source in sources)


def _entry(source: Source) -> str:
    said = [
        source.printed,
        source.class_in_words,
        source.pinpoint.words,
        f"version {source.version}",
    ]
    fields = {
        "author": f"{{{{{_tex(source.origin)}}}}}",
        "title": f"{{{{{_tex(source.named)}}}}}",
        "howpublished": f"{{{GENRE} {source.reference}}}",
        "number": f"{{{source.reference}}}",
        "date": f"{{{source.created.isoformat()}}}",
        "year": f"{{{source.created.year}}}",
        "month": MONTHS[source.created.month - 1],
        "organization": f"{{{ARCHIVE}}}",
        "url": f"{{{source.address}}}",
        "urldate": f"{{{source.accessed.isoformat()}}}",
        "note": f"{{{_tex(', '.join(filter(None, said)))}}}",
    }
    lines = [f"  {name} = {value}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{source.key},", *lines, "}", ""])


def _tex(text: str) -> str:
    return LIGATURES.sub("{}", text.translate(ESCAPES))
