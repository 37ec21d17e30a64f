"""Write citations in forms without a CSL style: plain, HTML, Markdown, Bluebook, Wikipedia."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from html import escape

from .source import ARCHIVE, MONTHS, CitedSource, as_csl, day_in_words, notes_on

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
BIBTEX_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


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
        **({"month": BIBTEX_MONTHS[source.created.month - 1]} if source.created_parts[1:] else {}),
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
    strokes = "/" * (4 - len(source.created_parts))
    return [
        ("TY", "RPRT"),
        ("ID", source.key),
        *([("AU", source.corporate_author)] if source.origin else []),
        ("TI", source.named),
        ("PY", f"{source.created.year:04}"),
        ("DA", f"{source.created_with_strokes}{strokes}{'undated' * source.undated}"),
        *zip(("SP", "EP"), filter(None, source.pages.split("–")), strict=False),
        ("SN", source.reference),
        ("M3", source.genre),
        ("DB", ARCHIVE),
        ("UR", source.address),
        ("Y2", f"{source.accessed:%Y/%m/%d}/"),
        *(("N1", words) for words in notes_on(source)),
        ("ER", ""),
    ]


def as_csl_json(sources: Iterable[CitedSource]) -> str:
    return "".join(csl_json_parts(sources))


def csl_json_parts(sources: Iterable[CitedSource]) -> Iterator[str]:
    """Yield CSL-JSON in parts: of many sources none has to be kept."""
    before = "["
    for source in sources:
        lines = (
            f'  "{name}": {json.dumps(value, ensure_ascii=False)}'
            for name, value in as_csl(source).items()
        )
        yield before + "{\n" + ",\n".join(lines) + "\n}"
        before = ",\n"
    yield "[]\n" if before == "[" else "]\n"
