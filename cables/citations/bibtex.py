"""Write BibTeX, for BibTeX and biblatex."""

import re
from collections.abc import Iterable

from .source import ARCHIVE, CitedSource

# BibTeX counts every brace, even after a backslash: these are written by name.
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
LIGATURES = re.compile(r"(?<=([-',]))(?=\1)")  # TeX turns "--" into a dash.
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def as_bibtex(sources: Iterable[CitedSource]) -> str:
    """Return an entry for each source, with characters that are special in TeX escaped.

    Names and titles are in double braces, so that no style takes the author for a person or
    changes "NATO" to small letters. `date` is for biblatex, where "?" is behind a doubtful one;
    `year` and `month` are for BibTeX.
    """
    return "\n".join(_entry(source) for source in sources)


def _entry(source: CitedSource) -> str:
    note = [
        source.printed,
        source.class_in_words,
        source.pinpoint.words,
        f"version {source.version}",
    ]
    fields = {
        **({"author": f"{{{{{_tex(source.origin)}}}}}"} if source.origin else {}),
        "title": f"{{{{{_tex(source.named)}}}}}",
        "howpublished": f"{{{source.genre} {source.reference}}}",
        "number": f"{{{source.reference}}}",
        "date": f"{{{source.created_iso}{'?' * source.undated}}}",
        "year": f"{{{source.created.year}}}",
        **({"month": MONTHS[source.created.month - 1]} if source.precision != "year" else {}),
        **({"pages": f"{{{source.pages.replace('–', '--')}}}"} if source.pages else {}),
        "organization": f"{{{ARCHIVE}}}",
        "url": f"{{{source.address}}}",
        **({"eprint": f"{{{_tex(source.pinned_ark.removeprefix('ark:'))}}}"} if source.ark else {}),
        **({"eprinttype": "{ark}"} if source.ark else {}),
        "urldate": f"{{{source.accessed.isoformat()}}}",
        "note": f"{{{_tex(', '.join(filter(None, note)))}}}",
    }
    lines = [f"  {name} = {value}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{source.key},", *lines, "}", ""])


def _tex(text: str) -> str:
    return LIGATURES.sub("{}", text.translate(ESCAPES))
