"""Cables for programs: lists as CSV or JSON, one cable as JSON or Markdown.

The parameter `here` makes an absolute URL of a path (request.build_absolute_uri).
"""

import csv
import re
from collections.abc import Iterable, Iterator
from html import unescape

from django.http import StreamingHttpResponse
from django.utils.text import slugify

from ..citations.citation_formats import as_markdown, markdown_text
from ..citations.source import as_csl
from ..models import CitingWork
from ..telegram.classifications import BY_VALUE
from ..telegram.titles import machine_date, opening_of, reading_title

COLUMNS = (
    *("reference", "title", "subject", "opening", "created", "released"),
    *("classification", "origin", "tags", "address"),
)
# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
FENCES = re.compile("`+")
NEEDED = ("tags",)  # Fields to read besides those of a list.


def csv_of_cables(cables, request) -> StreamingHttpResponse:
    """Return a CSV file of cables, which are read while it is sent.

    It is named after its address: "cables-tag-pgov.csv", "cables-search.csv".
    """
    rows = (cable_row(cable, request.build_absolute_uri).values() for cable in cables)
    return csv_response(COLUMNS, rows, file_name(request.path))


def file_name(path: str) -> str:
    """Return the name of a file of cables at an address, without its extension."""
    return slugify(f"cables {path.rpartition('.')[0].replace('/', ' ')}")


def csv_response(columns, rows, name: str) -> StreamingHttpResponse:
    """Return a CSV file in UTF-8; `rows` are iterated while it is sent."""
    lines = csv_lines(columns, rows)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def csv_lines(columns: Iterable[str], rows: Iterable[Iterable]) -> Iterator[str]:
    """Yield the heading and the rows of a table as CSV."""
    writer = csv.writer(Echo())
    yield writer.writerow(columns)
    for values in rows:
        yield writer.writerow([safe_cell(str(value)) for value in values])


def cable_rows(cables, here) -> list[dict]:
    return [cable_row(cable, here) | {"tags": public_tags(cable)} for cable in cables]


def search_rows(cables, hits, here) -> list[dict]:
    """Return search results as dicts; excerpts are plain text."""
    return [
        values
        | {
            "excerpts": [
                {"address": f"{values['address']}#{paragraph}", "text": excerpt_text(html)}
                for paragraph, html in (hits[cable.pk].excerpts if cable.pk in hits else ())
            ],
            "editors_notes": [
                {
                    "address": f"{values['address']}#{note.key}",
                    "label": note.label,
                    "text": excerpt_text(html),
                }
                for note, html in (hits[cable.pk].notes if cable.pk in hits else ())
            ],
        }
        for cable, values in zip(cables, cable_rows(cables, here), strict=True)
    ]


def cable_data(cable, source, blocks, here) -> dict:
    """Return a cable, or the cited paragraphs (`blocks`) of it, as a dict.

    Facts and texts are as published; times are in UTC.
    """
    address = here(cable.get_absolute_url())
    values = cable_row(cable, here) | {
        "tags": public_tags(cable),
        "captions": cable.captions,
        "cites": cable.cites,
        "partial": cable.partial and bool(cable.body),
        "version": cable.version,
        "digest": cable.digest or None,
        "redacted": cable.facts.get("redacted", []),
        "corrected": cable.facts.get("corrected", []),
        "pinned": source.address,
        "proof": f"{address}proof.json",
        "ark": source.ark or None,
        "citation": as_csl(source),
        "paragraphs": [
            {
                "id": block.id,
                "number": block.number,
                "mark": block.mark,
                "address": f"{address}{block.id}/",
                "text": block.text,
            }
            for block in blocks
        ],
        "cited_in": citing_rows(cable, {block.id for block in blocks} if source.paragraphs else ()),
    }
    return values if source.paragraphs else values | _whole(cable, address)


def _whole(cable, address: str) -> dict:
    """Return the values of a whole cable that its paragraphs do not have."""
    blocks, like_now = cable.blocks(), cable.versions_like_now()
    versions = [
        {
            "number": version.number,
            "address": f"{address}v{version.number}/",
            "since": version.since.isoformat(),
            "until": version.until.isoformat(),
            "reason": version.reason,
            "digest": version.digest or None,
            "is_like_now": version.number in like_now,
        }
        for version in cable.versions.order_by("number").defer("header", "body")
    ]
    return {
        "header": cable.header,
        "preamble": blocks.preamble,
        "closing": blocks.closing,
        "text_address": f"{address.rstrip('/')}.txt",
        "superseded": versions,
    }


def citing_rows(cable, paragraphs=()) -> list[dict]:
    """Return the works elsewhere that cite a cable, or some paragraphs of it."""
    return [
        {"paragraph": work.paragraph or None} | {name: getattr(work, name) for name in work.TEXTS}
        for work in CitingWork.objects.of_cable(cable)
        if not paragraphs or work.paragraph in paragraphs
    ]


def as_markdown_file(cable, source, blocks, tables) -> str:
    """Return a cable in Markdown, or the cited paragraphs of it as a quotation.

    `tables` are the ids of preformatted blocks.
    """
    texts = [
        _fenced(block.text) if block.id in tables else markdown_text(block.text) for block in blocks
    ]
    cited = as_markdown(source)
    if source.paragraphs:
        lines = "\n\n".join(texts).split("\n")
        return "\n".join([*(f"> {line}".rstrip() for line in lines), "", cited, ""])
    return "\n\n".join([f"# {markdown_text(source.named)}", cited, *texts]) + "\n"


def _fenced(text: str) -> str:
    """Return a preformatted text in a code fence that is longer than any in the text."""
    fence = "`" * max(3, 1 + max(map(len, FENCES.findall(text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def facet_rows(counted) -> dict[str, list[dict]]:
    """Return the facets of a search as {name: [{"value", "label", "cables"}]}."""
    return {
        name: [{"value": value, "label": label, "cables": n} for value, label, n in values]
        for name, values in counted.items()
    }


def cable_row(cable, here) -> dict[str, str]:
    """Return the facts of a cable by column; tags are joined by "; "."""
    return {
        "reference": cable.reference,
        "title": reading_title(cable),
        "subject": cable.subject,
        "opening": opening_of(cable),
        "created": machine_date(cable),
        "released": f"{cable.release_day or ''}",
        "classification": BY_VALUE[cable.classification].label,
        "origin": cable.origin.name,
        "tags": "; ".join(public_tags(cable)),
        "address": here(cable.get_absolute_url()),
    }


def public_tags(cable) -> list[str]:
    """Return the tags of a cable without names of persons, which are not indexed."""
    return [tag for tag in dict.fromkeys(cable.tags) if "," not in tag]


def excerpt_text(html: str) -> str:
    return unescape(html.replace("<mark>", "").replace("</mark>", ""))


def safe_cell(value: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(FORMULAS) else value


class Echo:
    """A file object whose write() returns the text, for csv.writer."""

    def write(self, text):
        return text
