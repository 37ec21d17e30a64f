"""Tools that search cables and read them, a limited part of a text at a time."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404
from django.urls import Resolver404, resolve, reverse

from ..citations.citation_formats import as_plain
from ..citations.source import CitedSource
from ..models import Cable
from ..telegram.paragraphs import PARAGRAPH_ID
from ..telegram.references import canonical_reference, find_reference
from ..views.cable_pages.cable import find_cable
from ..views.cable_pages.versions import text_of
from ..views.cited_source import citation_source

LONGEST = 30_000  # Characters of texts in one answer.
LONGEST_HEADER = 4_000
FACTS = (
    *("reference", "title", "created", "released", "origin", "tags"),
    *("classification", "address"),
)
IN_WORDS = re.compile(r"(?:¶|paragraph|para\.?|par)?\s*(\d[\w.-]{0,30})", re.IGNORECASE)

Values = dict[str, Any]


def search_cables(site: str, arguments: Values) -> Values:
    """Search by words and filters; an answer has at most twenty cables."""
    asked = {"q": arguments.get("query", ""), **arguments.get("filters", {})}
    asked = {name: value for name, value in asked.items() if value}
    cursor = {"cursor": arguments["cursor"]} if arguments.get("cursor") else {}
    values = ask(site, reverse("search_json"), asked | cursor)
    if "results" not in values:  # The query is the reference of a cable.
        found: Values = values | {"excerpts": []}
        values = {"results": [found], "total": 1, "notes": [], "next": None, "read": None}
        values |= {"less_strict": [], "with_some_words": []}
    parts = {name: values[name] for name in ("results", "with_some_words")}
    cited = citations_of(site, [row["reference"] for rows in parts.values() for row in rows])
    following = parse_qs(urlsplit(values["next"] or "").query)
    return {
        "total": values["total"],
        "notes": [*values["notes"], *notes_on(values)],
        **{
            part: [
                {name: row[name] for name in FACTS}
                | cited[row["reference"]]
                | {"excerpts": row["excerpts"]}
                for row in rows
                if row["reference"] in cited  # Else it was withheld a moment ago.
            ]
            for part, rows in parts.items()
        },
        "address": f"{site}{reverse('search')}?{urlencode(asked, doseq=True)}",
        "next_cursor": following.get("cursor", [None])[0],
    }


def notes_on(values: Values) -> Iterator[str]:
    """Yield which words of the query became filters, and less strict searches if none is found."""
    if read := values["read"]:
        pairs = read["filters"].items()
        filters = ", ".join(f"{name} {' or '.join(chosen)}" for name, chosen in pairs)
        yield f"Read as the words “{read['words']}” with the filters: {filters or 'none'}."
    if not values["total"]:
        searches = [f"{each['label']} ({each['cables']})" for each in values["less_strict"]]
        offered = f" Less strict searches find some: {'; '.join(searches)}." if searches else ""
        yield f"Nothing was found.{offered}"


def citations_of(site: str, references: Iterable[str]) -> dict[str, Values]:
    """Return {reference: its permalink and citation} of published cables."""
    request = make_request(site)
    cables = Cable.objects.published().select_related("origin").defer("keywords", "other_texts")
    held = cables.in_bulk(list(references), field_name="reference")
    return {name: as_cited(citation_source(request, cable)) for name, cable in held.items()}


def as_cited(source: CitedSource) -> Values:
    return {"permalink": source.address, "citation": as_plain(source)}


def source_of(site: str, reference: str, ids: Iterable[str] = (), version: int = 0) -> CitedSource:
    """Return the citation source of a published cable, or of the first and last paragraph."""
    cable = find_cable(reference)
    if cable is None or cable.withheld_reason:
        raise ToolRefused(f"{reference} is not here any more.")
    if version:
        cable, _ = text_of(cable, version)
    return citation_source(make_request(site), cable, list(ids), version)


def read_cable(site: str, arguments: Values) -> Values:
    """Read a cable from its beginning, or from a paragraph on."""
    values = ask(site, data_path(arguments["reference"]))
    paragraphs, start = values["paragraphs"], 0
    if first := arguments.get("from_paragraph"):
        ids, wanted = [each["id"] for each in paragraphs], paragraph_id(first)
        if wanted not in ids:
            raise ToolRefused(f"{values['reference']} has no paragraph {wanted}.")
        start = ids.index(wanted)
    shown, following = limit(paragraphs[start:])
    return (
        {name: values[name] for name in (*FACTS, "version", "partial", "redacted", "text_address")}
        | as_cited(source_of(site, values["reference"]))
        | {
            "header": None if first else values["header"][:LONGEST_HEADER],
            "paragraphs": shown,
            "next_paragraph": following,
        }
    )


def read_paragraph(site: str, arguments: Values) -> Values:
    """Read a paragraph, or several in a row."""
    named = [arguments["paragraph"], arguments.get("last_paragraph") or arguments["paragraph"]]
    values = ask(site, data_path(arguments["reference"], map(paragraph_id, named)))
    shown, following = limit(values["paragraphs"])
    ids = ends_of(values["paragraphs"])
    return (
        {name: values[name] for name in (*FACTS, "version")}
        | as_cited(source_of(site, values["reference"], ids))
        | {"paragraphs": shown, "next_paragraph": following}
    )


def data_path(reference: str, ids: Iterable[str] = ()) -> str:
    """Return the path of the JSON of a cable, or of its paragraphs. Raises ToolRefused."""
    try:
        name = find_reference(reference) or canonical_reference(reference, any_year=True)
    except ValueError:
        raise ToolRefused(f"“{reference}” is not the reference of a cable.") from None
    names = tuple(dict.fromkeys(ids))
    place = dict(zip(("first", "last") if len(names) > 1 else ("paragraph",), names, strict=False))
    return reverse("cable_file", kwargs={"reference": name, "form": "json", **place})


def paragraph_id(text: str) -> str:
    """Return the id of a paragraph that is named so: par3, 3, ¶ 3. Raises ToolRefused."""
    text = text.strip().lstrip("#")
    if found := IN_WORDS.fullmatch(text):
        text = f"par{found[1]}"
    if not re.fullmatch(PARAGRAPH_ID, text, re.ASCII):
        raise ToolRefused(f"“{text}” is not the id of a paragraph: par3.")
    return text


def ends_of(paragraphs: list[Values]) -> list[str]:
    """Return the id of one paragraph, or of the first and the last."""
    return list(dict.fromkeys([paragraphs[0]["id"], paragraphs[-1]["id"]]))


def limit(paragraphs: list[Values]) -> tuple[list[Values], str | None]:
    """Return (paragraphs of at most LONGEST characters, id of the next). One too long is cut."""
    shown: list[Values] = []
    left = LONGEST
    for each in paragraphs:
        if len(each["text"]) > left:
            if shown:
                return shown, each["id"]
            each = each | {"text": each["text"][:left], "is_cut": True}
        shown.append(each)
        left -= len(each["text"])
    return shown, None


MOST_REDIRECTS = 4
FORM = "application/x-www-form-urlencoded"


class ToolRefused(Exception):
    """A tool cannot answer; the message is for the assistant, and says what to do."""


def make_request(
    site: str,
    path: str = "/",
    query: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
) -> WSGIRequest:
    """Return a reader's request to an address of a site; with a form it is a POST."""
    parts, body = urlsplit(site), urlencode(form or {}).encode()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    environ = {
        "REQUEST_METHOD": "GET" if form is None else "POST",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": urlencode(query or {}, doseq=True),
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(port),
        "HTTP_HOST": parts.netloc,
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": FORM,
    }
    return WSGIRequest(environ)


def ask(
    site: str,
    path: str,
    query: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the JSON values of an address, behind redirects. Raises ToolRefused with why."""
    for _ in range(MOST_REDIRECTS):
        response = respond(make_request(site, path, query, form))
        if response.status_code not in (301, 302):
            break
        place = urlsplit(response["Location"])
        path, query = place.path, parse_qs(place.query)
        if not path.endswith(".json"):  # A search for a reference leads to its page.
            path, query = f"{path.rstrip('/')}.json", None
    values: dict[str, Any] = json.loads(response.content)
    if response.status_code >= 400:
        raise ToolRefused(values.get("detail") or values["title"])
    return values


def respond(request: WSGIRequest):
    """Return the response of the view of a request. Raises ToolRefused if there is none."""
    try:
        found = request.resolver_match = resolve(request.path_info)
        return found.func(request, *found.args, **found.kwargs)
    except Resolver404:
        raise ToolRefused("There is no such cable or paragraph.") from None
    except Http404 as error:
        raise ToolRefused(str(error)) from None


def address_of(site: str, name: str, **place: Any) -> str:
    """Return the whole address of a route."""
    return site + reverse(name, kwargs=place)
