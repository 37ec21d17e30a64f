"""Write files of reference managers: BibTeX, for BibTeX and biblatex, and RIS."""

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


def as_ris(sources: Iterable[CitedSource]) -> str:
    """Return a record for each source.

    The type is RPRT, the only one whose number (SN) reference managers read. Values have no line
    breaks, so that none can end a record.
    """
    return "".join(f"{tag}  - {value}\r\n" for source in sources for tag, value in _lines(source))


def _lines(source: CitedSource) -> list[tuple[str, str]]:
    notes = [
        f"Classification: {source.classification}" if source.classification else "",
        f"Pinpoint: {source.pinpoint.words}" if source.paragraphs else "",
        f"Version: {source.version}",
        f"Printed in: {source.printed}" if source.volume else "",
        f"ARK: {source.pinned_ark}" if source.ark else "",
    ]
    strokes = "/" * (4 - len(source.created_parts))
    return [
        ("TY", "RPRT"),
        ("ID", source.key),
        *([("AU", source.origin)] if source.origin else []),
        ("TI", source.named),
        ("PY", f"{source.created.year:04}"),
        ("DA", f"{source.created_with_strokes}{strokes}{'undated' * source.undated}"),
        *zip(("SP", "EP"), filter(None, source.pages.split("–")), strict=False),
        ("SN", source.reference),
        ("M3", source.genre),
        ("DB", ARCHIVE),
        ("UR", source.address),
        ("Y2", f"{source.accessed:%Y/%m/%d}/"),
        *(("N1", words) for words in notes if words),
        ("ER", ""),
    ]
