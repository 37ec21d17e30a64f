"""Cables of a list for programs: all of them as CSV, or some as JSON."""

import csv
from html import unescape

from django.http import StreamingHttpResponse

from .classifications import BY_VALUE

COLUMNS = (
    *("reference", "subject", "created", "released"),
    *("classification", "origin", "tags", "address"),
)
# With these a program of tables begins a formula, and the text of a cable must not.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
WRITTEN = {"minute": "%Y-%m-%dT%H:%MZ", "hour": "%Y-%m-%dT%H:00Z", "day": "%Y-%m-%d"}
NEEDED = ("tags",)  # Fields beside those of a list's row.


def as_csv(cables, here, name: str) -> StreamingHttpResponse:
    """Return a file with a row for each of some cables, which are read while it is sent.

    `here` makes an address whole.
    """
    writer = csv.writer(Echo())

    def lines():
        yield writer.writerow(COLUMNS)
        for cable in cables:
            yield writer.writerow([safe(value) for value in row(cable, here).values()])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def results(cables, hits, here) -> list[dict]:
    """Return what a page of results says of each cable; excerpts are plain text.

    `here` makes an address whole.
    """
    return [
        row(cable, here)
        | {
            "tags": tags(cable),
            "excerpts": [
                {"address": f"{here(cable.get_absolute_url())}#{paragraph}", "text": plain(html)}
                for paragraph, html in (hits[cable.pk].excerpts if cable.pk in hits else ())
            ],
        }
        for cable in cables
    ]


def facets(counted) -> dict[str, list[dict]]:
    """Return the facets of a search as {name: [{"value", "label", "cables"}]}."""
    return {
        name: [{"value": value, "label": label, "cables": n} for value, label, n in values]
        for name, values in counted.items()
    }


def row(cable, here) -> dict[str, str]:
    """Return the facts of a cable by column; several tags have "; " between them."""
    return {
        "reference": cable.reference,
        "subject": cable.title,
        "created": f"{cable.created:{WRITTEN[cable.created_precision]}}",
        "released": f"{cable.released}",
        "classification": BY_VALUE[cable.classification].label,
        "origin": cable.origin.name,
        "tags": "; ".join(tags(cable)),
        "address": here(cable.get_absolute_url()),
    }


def tags(cable) -> list[str]:
    """Return the tags of a cable, without those that name a person: people are no index."""
    return [tag for tag in dict.fromkeys(cable.tags) if "," not in tag]


def plain(html: str) -> str:
    """Return an excerpt without its marks."""
    return unescape(html.replace("<mark>", "").replace("</mark>", ""))


def safe(value: str) -> str:
    """Return a cell that no program of tables takes for a formula."""
    return f"'{value}" if value.startswith(FORMULAS) else value


class Echo:
    """A file that returns what is written to it."""

    def write(self, text):
        return text
