"""What programs can ask of the room, described as OpenAPI 3.1 has it: addresses, answers, errors.

Filters are those of the lists (filters.py): what is added there is described here.
"""

import django_filters

from .citations import ARCHIVE
from .cursors import LONGEST
from .filters import MOST_VALUES, RELEVANCE, SORTED, CableFilter, SeveralFilter
from .openapi_schemas import SCHEMAS
from .querysets import ORDERS, USUAL_ORDER

VERSION = "1.0.0"
ABOUT = (
    "Read all of it at /developers/. Everything is GET but /quote.json, public, and without "
    "cookies; any site may ask. Members may be added to answers; none is taken away."
)
# Examples stand in the specimens that the room comes with.
REFERENCE, PARAGRAPH = "06LISBON900412", "par2"
WORD = {"type": "string"}
# Place in an address -> (example, what it is).
PLACES = {
    "reference": (
        REFERENCE,
        "A reference in any spelling; another than the cable's is redirected.",
    ),
    "paragraph": (PARAGRAPH, "The id of a paragraph, par2."),
    "first": (PARAGRAPH, "The id of the first paragraph."),
    "last": ("par3", "The id of the last paragraph."),
    "origin": ("embassy-lisbon", "The `value` of an origin, as /origin.json has it."),
    "country": ("portugal", "The `value` of a country."),
    "tag": ("EFIS", "A tag. It may have slashes: UNGA/C-6."),
    "classification": ("confidential", "The `value` of a classification."),
    "caption": ("SIPDIS", "A caption."),
    "mark": ("SBU", "A portion mark without its parentheses."),
    "year": ("2012", "A year of four digits."),
    "month": ("03", "A month of two digits."),
    "day": ("05", "A day of two digits."),
}
SENT = {"year": "2006", "month": "11"}  # The example of a month of creation.
# Kind of lists -> the address of one of them.
LISTS = {
    "released": "/released/{year}/{month}/{day}.json",
    "created": "/created/{year}/{month}.json",
    **{
        kind: f"/{kind}/{{{kind}}}.json"
        for kind in ("origin", "country", "tag", "classification", "caption", "mark")
    },
}
CABLE = "/cable/{reference}"
# Address of a text, without its suffix -> (schema, what it is).
TEXTS = {
    CABLE: ("Cable", "A cable"),
    CABLE + "/{paragraph}": ("Passage", "A paragraph"),
    CABLE + "/{first}--{last}": ("Passage", "Paragraphs in a row"),
}
IN_NAMES = str.maketrans(dict.fromkeys("/{}.-", " "))  # An operation is named by its address.
PROBLEMS = {
    "400": "A parameter makes no sense: the sentence says which.",
    "404": "There is nothing at this address.",
    "410": "It was here, and is withheld, erased or retired: the sentence says why.",
    "413": "The quotation is too long.",
    "503": "It takes too long, or the room rests: ask again after Retry-After seconds.",
}


def document(site: str) -> dict:
    """Return the description of a room at an address, such as https://archive.example."""
    return {
        "openapi": "3.1.0",
        "info": {"title": ARCHIVE, "version": VERSION, "description": ABOUT},
        "servers": [{"url": site}],
        "externalDocs": {"url": f"{site}/developers/"},
        "paths": paths(),
        "components": {"schemas": SCHEMAS},
    }


def paths() -> dict:
    """Return {address: what can be asked there}."""
    found = {}
    for at, (schema, said) in TEXTS.items():
        for path, told, form in (
            (f"{at}.json", f"{said}: facts, paragraphs and citation", schema),
            (f"{at}.csl.json", f"The citation of {said.lower()} as CSL-JSON", "Citations"),
        ):
            found[path] = {"get": operation(path, told, form, errors=("404", "410"))}
    found["/cite.csl.json"] = {"get": several()}
    found["/cable.json"] = {"get": listed("/cable.json", "All cables")}
    for kind, path in LISTS.items():
        found[f"/{kind}.json"] = {
            "get": operation(f"/{kind}.json", f"The lists by {kind}", "Lists", errors=())
        }
        found[path] = {"get": listed(path, f"The cables of one list by {kind}")}
    found["/search.json"] = {"get": search()}
    found["/quote.json"] = {"post": quote()}
    found["/openapi.json"] = {"get": operation("/openapi.json", "This", "Document", errors=())}
    return found


def operation(path: str, summary: str, schema: str, parameters=(), errors=("400", "404")) -> dict:
    """Return what GET answers at an address."""
    names = [part.partition("}")[0] for part in path.split("{")[1:]]
    name = "_".join(path.removesuffix(".json").translate(IN_NAMES).split())
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [*(place(name, path) for name in names), *parameters],
        "responses": responses(schema, errors),
    }


def responses(schema: str, errors) -> dict:
    """Return the answers: one in a schema, and problems (RFC 9457)."""
    problem = {"application/problem+json": {"schema": ref("Problem")}}
    told = {code: {"description": PROBLEMS[code], "content": problem} for code in errors}
    kind = (
        "application/vnd.citationstyles.csl+json" if schema == "Citations" else "application/json"
    )
    return {"200": {"description": schema, "content": {kind: {"schema": ref(schema)}}}} | told


def ref(schema: str) -> dict:
    return {"$ref": f"#/components/schemas/{schema}"}


def place(name: str, path: str) -> dict:
    """Return the parameter for a place in an address."""
    example, said = PLACES[name]
    if path == LISTS["created"]:
        example = SENT[name]
    told = {"name": name, "in": "path", "required": True, "description": said}
    return told | {"schema": WORD, "example": example}


def query(name: str, said: str, schema: dict, **more) -> dict:
    return {"name": name, "in": "query", "description": said, "schema": schema} | more


def filters(orders, said: str) -> list[dict]:
    """Return the parameters of the filters of lists, and of their order."""
    found = []
    for name, known in CableFilter.base_filters.items():
        if name == "sort":
            found.append(query(name, said, {"enum": orders}))
        elif isinstance(known, SeveralFilter):
            several = {"type": "array", "items": WORD, "maxItems": MOST_VALUES}
            found.append(query(name, known.label, several, explode=True))
        elif isinstance(known, django_filters.DateFilter):
            said_of_day = f"{known.label} this day, by UTC, the day with it."
            found.append(query(name, said_of_day, {"type": "string", "format": "date"}))
        else:
            found.append(query(name, known.label, {"const": "yes"}))
    return found


def cursor() -> dict:
    said = "Where a portion begins: take it from `next`, as it is."
    return query("cursor", said, {"type": "string", "maxLength": LONGEST})


def listed(path: str, summary: str) -> dict:
    """Return what a list of cables answers."""
    limit = {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}
    order = f"The order; {USUAL_ORDER} is the usual one."
    asked = [*filters([*ORDERS], order), query("limit", "Cables of a portion.", limit), cursor()]
    errors = ("400",) if path == "/cable.json" else ("400", "404")
    return operation(path, summary, "CableList", asked, errors)


def search() -> dict:
    page = {"type": "integer", "minimum": 1}
    asked = [
        query("q", "Words, as /search/ reads them.", WORD, example="harbor"),
        *filters([RELEVANCE, *ORDERS], SORTED.capitalize()),
        query(
            "page", "A page of twenty results; while the archive changes, `next` is safer.", page
        ),
        cursor(),
    ]
    told = operation("/search.json", "What is found", "SearchResults", asked, ("400", "404", "503"))
    told["responses"]["302"] = {"description": "The words have a reference: this is its cable."}
    return told


def several() -> dict:
    asked = query(
        "c",
        "References, or references with paragraphs: 06LISBON900412/par2.",
        {"type": "array", "items": WORD, "maxItems": 100},
        explode=True,
        required=True,
        example=[REFERENCE],
    )
    return operation("/cite.csl.json", "Several citations", "Citations", [asked], ("404",))


def quote() -> dict:
    told = operation("/quote.json", "Check a quotation", "Quotation", (), ("400", "413"))
    fields = {"quotation": WORD | {"description": "5 to 500 words."}, "reference": WORD}
    body = {"type": "object", "properties": fields, "required": ["quotation"]}
    form = {"schema": body, "example": {"quotation": "The harbor authority raised its fees again"}}
    told["requestBody"] = {
        "required": True,
        "content": {"application/x-www-form-urlencoded": form},
    }
    return told
