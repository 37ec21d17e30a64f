"""The OpenAPI 3.1 document of the JSON API: addresses, parameters, responses and errors.

Parameters of filters are made from filter_registry.py.
"""

from ..citations.source import ARCHIVE
from ..models.querysets import ORDERS, USUAL_ORDER
from ..search.filter_registry import FILTERS, DayFilter, Filter, ValuesFilter
from ..search.filters import MOST_QUESTIONS, MOST_VALUES, RELEVANCE, SORTED
from .cursors import LONGEST
from .schemas import COUNT, SCHEMAS

VERSION = "1.0.0"
ABOUT = (
    "Read all of it at /developers/. Everything is GET but /quote.json and /check.json, public, "
    "and without cookies; any site may ask. Members may be added to answers; none is taken away."
)
# Examples stand in the specimens that the room comes with.
REFERENCE, PARAGRAPH = "06LISBON900412", "par2"
WORD = {"type": "string"}
# Path parameter -> (example, description).
PLACES = {
    "reference": (
        REFERENCE,
        "A reference in any spelling; other spellings than the canonical one redirect.",
    ),
    "paragraph": (PARAGRAPH, "The id of a paragraph, par2."),
    "first": (PARAGRAPH, "The id of the first paragraph."),
    "last": ("par3", "The id of the last paragraph."),
    "number": ("1", "The number of a version."),
    "second": ("06LISBON900398", "The reference of the cable beside it."),
    "origin": ("embassy-lisbon", "The `value` of an origin, as /origin.json has it."),
    "one": ("embassy-lisbon", "The `value` of an origin."),
    "other": ("secretary-of-state", "The `value` of another origin."),
    "place": ("lisbon", "The `value` of a place."),
    "country": ("portugal", "The `value` of a country."),
    "tag": ("EFIS", "A tag. It may have slashes: UNGA/C-6."),
    "classification": ("confidential", "The `value` of a classification."),
    "caption": ("SIPDIS", "A caption."),
    "mark": ("SBU", "A portion mark without its parentheses."),
    "person": ("anselmo-quintela", "The `value` of a person, as /person.json has it."),
    "collection": ("specimens", "The `value` of a collection, as /collection.json has it."),
    "volume": ("frus1952-54v98", "The `value` of a volume, as /volume.json has it."),
    "year": ("2012", "A year of four digits."),
    "month": ("03", "A month of two digits."),
    "day": ("05", "A day of two digits."),
}
SENT = {"year": "2006", "month": "11"}  # Examples for months of creation.
# Kind of lists -> the address of one list.
LISTS = {
    "released": "/released/{year}/{month}/{day}.json",
    "created": "/created/{year}/{month}.json",
    **{
        kind: f"/{kind}/{{{kind}}}.json"
        for kind in (
            "origin",
            "place",
            "country",
            "tag",
            "classification",
            "caption",
            "mark",
            "person",
        )
    },
}
CABLE = "/cable/{reference}"
# Address of a text without its suffix -> (schema, description).
TEXTS = {
    CABLE: ("Cable", "A cable"),
    CABLE + "/{paragraph}": ("Passage", "A paragraph"),
    CABLE + "/{first}--{last}": ("Passage", "Paragraphs in a row"),
}
VERSION_TEXTS = (CABLE + "/v{number}", CABLE + "/v{number}/{paragraph}")
BESIDE = "Two texts, their paragraphs in step"
ELSEWHERE = "Where other texts repeat its words, and what differs"
PROOF = "The proof that a text is unchanged"
IN_NAMES = str.maketrans(dict.fromkeys("/{}.-", " "))  # For operationId, made from the address.
PROBLEMS = {
    "400": "A parameter is not valid: `detail` says which.",
    "404": "There is nothing at this address.",
    "410": "It was here, and is withheld, erased or retired: `detail` says why.",
    "413": "The quotation is too long.",
    "501": "Another format than JSON was asked for.",
    "503": "It takes too long, or the site is paused: try again after Retry-After seconds.",
}


def document(site: str) -> dict:
    """Return the OpenAPI document of a site: "https://archive.example"."""
    return {
        "openapi": "3.1.0",
        "info": {"title": ARCHIVE, "version": VERSION, "description": ABOUT},
        "servers": [{"url": site}],
        "externalDocs": {"url": f"{site}/developers/"},
        "paths": path_items(),
        "components": {"schemas": SCHEMAS},
    }


def path_items() -> dict:
    items = {}
    for base, (schema, name) in TEXTS.items():
        for path, summary, schema_of_path in (
            (f"{base}.json", f"{name}: facts, paragraphs and citation", schema),
            (f"{base}.csl.json", f"The citation of {name.lower()} as CSL-JSON", "Citations"),
        ):
            items[path] = {"get": operation(path, summary, schema_of_path, errors=("404", "410"))}
    for base in (*TEXTS, *VERSION_TEXTS):
        items[f"{base}/selectors.json"] = {"get": selectors_operation(f"{base}/selectors.json")}
    for base in (CABLE, CABLE + "/{paragraph}", *VERSION_TEXTS):
        path = f"{base}/proof.json"
        items[path] = {"get": operation(path, PROOF, "Proof", errors=("404", "410"))}
    items |= comparisons()
    watched = operation(
        "/log/watched.json", "Logs of others that it watches", "Logs", errors=("404",)
    )
    items["/log/watched.json"] = {"get": watched}
    items["/cite.csl.json"] = {"get": citations_operation()}
    items["/cable.json"] = {"get": list_operation("/cable.json", "All cables")}
    for kind, path in LISTS.items():
        items[f"/{kind}.json"] = lists_of(kind)
        items[path] = {"get": list_operation(path, f"The cables of one list by {kind}")}
    path = "/exchange/{one}/{other}.json"
    items[path] = {"get": list_operation(path, "What two origins sent to each other")}
    items["/search.json"] = {"get": search_operation()}
    items["/words.json"] = {"get": words_operation()}
    typed = query_parameter("q", "What is typed, two letters at least.", WORD, example="lis")
    suggest = ("/suggest.json", "What a text may begin", "Suggestions", [typed], ())
    items["/suggest.json"] = {"get": operation(*suggest)}
    items["/quote.json"] = {"post": quote_operation()}
    items["/check.json"] = {"post": check_operation()}
    items["/oembed.json"] = {"get": oembed_operation()}
    for kind in ("collection", "volume"):
        items[f"/{kind}.json"] = lists_of(kind)
        path = f"/{kind}/{{{kind}}}.datacite.json"
        summary = f"A {kind} as DataCite 4.6 describes it"
        items[path] = {"get": operation(path, summary, "DataCite", errors=("404",))}
    items["/openapi.json"] = {"get": operation("/openapi.json", "OpenAPI", "Document", errors=())}
    return items


def comparisons() -> dict:
    """Return the path items of two texts at a time, and of where a text is repeated."""
    beside = f"{CABLE}/beside/{{second}}.json"
    items = {beside: operation(beside, BESIDE, "Beside", errors=("404", "410"))}
    for base in TEXTS:
        path = f"{base}/elsewhere.json"
        items[path] = operation(path, ELSEWHERE, "Elsewhere", errors=("404", "410", "503"))
    return {path: {"get": each} for path, each in items.items()}


def lists_of(kind: str) -> dict:
    return {"get": operation(f"/{kind}.json", f"The lists by {kind}", "Lists", errors=())}


def operation(path: str, summary: str, schema: str, parameters=(), errors=("400", "404")) -> dict:
    names = [part.partition("}")[0] for part in path.split("{")[1:]]
    name = "_".join(path.removesuffix(".json").translate(IN_NAMES).split())
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [*(path_parameter(name, path) for name in names), *parameters],
        "responses": responses(schema, errors),
    }


def responses(schema: str, errors) -> dict:
    """Return the responses: 200 with a schema, and problems (RFC 9457) for `errors`."""
    problem = {"application/problem+json": {"schema": ref("Problem")}}
    problems = {code: {"description": PROBLEMS[code], "content": problem} for code in errors}
    kind = (
        "application/vnd.citationstyles.csl+json" if schema == "Citations" else "application/json"
    )
    return {"200": {"description": schema, "content": {kind: {"schema": ref(schema)}}}} | problems


def ref(schema: str) -> dict:
    return {"$ref": f"#/components/schemas/{schema}"}


def path_parameter(name: str, path: str) -> dict:
    example, description = PLACES[name]
    if path == LISTS["created"]:
        example = SENT[name]
    parameter = {"name": name, "in": "path", "required": True, "description": description}
    return parameter | {"schema": WORD, "example": example}


def query_parameter(name: str, description: str, schema: dict, **more) -> dict:
    return {"name": name, "in": "query", "description": description, "schema": schema} | more


def filter_parameters(orders, description: str) -> list[dict]:
    """Return the parameters of all filters of lists, and of the order."""
    return [
        *map(filter_parameter, FILTERS.values()),
        query_parameter("sort", description, {"enum": orders}),
    ]


def filter_parameter(row: Filter) -> dict:
    match row:
        case ValuesFilter():
            values = {"type": "array", "items": WORD, "maxItems": MOST_VALUES}
            return query_parameter(row.name, row.label, values, explode=True)
        case DayFilter():
            description = f"{row.label} this day, in UTC, inclusive."
            return query_parameter(row.name, description, {"type": "string", "format": "date"})
        case _:
            return query_parameter(row.name, row.label, {"const": "yes"})


def cursor_parameter() -> dict:
    description = "Where the next part of the list begins: copied from `next`."
    return query_parameter("cursor", description, {"type": "string", "maxLength": LONGEST})


def list_operation(path: str, summary: str) -> dict:
    limit = {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}
    order = f"The sort order; the default is {USUAL_ORDER}, with words {RELEVANCE}."
    portion = [
        query_parameter("q", "Words within the list, as /search/ reads them.", WORD),
        query_parameter("limit", "Cables in one response.", limit),
        cursor_parameter(),
    ]
    errors = ("400", "503") if path == "/cable.json" else ("400", "404", "503")
    return operation(
        path,
        summary,
        "CableList",
        [*filter_parameters([RELEVANCE, *ORDERS], order), *portion],
        errors,
    )


PLAIN = "Look for the words of `q` as they are; none of them is read as a filter."


def search_operation() -> dict:
    page = {"type": "integer", "minimum": 1}
    parameters = [
        query_parameter("q", "Words, as /search/ reads them.", WORD, example="harbor"),
        query_parameter("plain", PLAIN, {"const": "yes"}),
        *filter_parameters([RELEVANCE, *ORDERS], SORTED.capitalize()),
        query_parameter(
            "page", "A page of twenty results; `next` is safer while the archive changes.", page
        ),
        cursor_parameter(),
    ]
    result = operation(
        "/search.json", "What is found", "SearchResults", parameters, ("400", "404", "503")
    )
    result["responses"]["302"] = {"description": "The query is a reference: redirect to its cable."}
    return result


def words_operation() -> dict:
    """Return the operation that counts words over time."""
    words = {"type": "array", "items": WORD, "maxItems": MOST_QUESTIONS}
    parameters = [
        query_parameter("q", "Words, as /search/ reads them, each counted apart.", words)
        | {"explode": True, "example": ["harbor", "fees"]},
        query_parameter(
            "by", "Months in place of years, of ten years at most.", {"const": "month"}
        ),
        *map(filter_parameter, FILTERS.values()),
    ]
    summary = "How many cables of each year or month have some words"
    return operation("/words.json", summary, "WordsOverTime", parameters, ("400", "503"))


def selectors_operation(path: str) -> dict:
    """Return the operation that gives what annotations hold on to."""
    size = {"type": "integer", "minimum": 0}
    counted = "of the text file of the paragraph or range."
    parameters = [
        query_parameter("exact", "Words of the text; line breaks in it do not matter.", WORD),
        query_parameter("start", f"The first selected character {counted}", size),
        query_parameter("end", f"The character behind the selection {counted}", size),
    ]
    summary = "Selectors for annotations"
    return operation(path, summary, "Selectors", parameters, ("400", "404", "410"))


def oembed_operation() -> dict:
    size = {"type": "integer", "minimum": 1, "maximum": 9999}
    parameters = [
        query_parameter(
            "url",
            "The address of a cable, a paragraph or a range in this room.",
            {"type": "string", "format": "uri"},
            required=True,
        ),
        query_parameter("maxwidth", "Pixels.", size),
        query_parameter("maxheight", "Pixels.", size),
    ]
    errors = ("400", "404", "410", "501")
    return operation("/oembed.json", "oEmbed of a page", "OEmbed", parameters, errors)


def citations_operation() -> dict:
    items = query_parameter(
        "c",
        "References, or references with paragraphs: 06LISBON900412/par2.",
        {"type": "array", "items": WORD, "maxItems": 100},
        explode=True,
        required=True,
        example=[REFERENCE],
    )
    return operation("/cite.csl.json", "Several citations", "Citations", [items], ("404",))


def quote_operation() -> dict:
    result = operation("/quote.json", "Check a quotation", "Quotation", (), ("400", "413"))
    fields = {"quotation": WORD | {"description": "5 to 500 words."}, "reference": WORD}
    example = {"quotation": "The harbor authority raised its fees again"}
    return result | {"requestBody": form_of(fields, ["quotation"], example)}


def check_operation() -> dict:
    result = operation("/check.json", "Check a text", "TextReport", (), ("400", "413"))
    fields = {
        "text": WORD | {"description": "The text, its paragraphs parted by blank lines."},
        "first": COUNT | {"description": "The passage to go on from: `next` of an answer."},
        "style": WORD | {"description": "The style of the citations, as on the page."},
    }
    example = {"text": "“The harbor authority raised its fees again” (06LISBON900412, para 2)."}
    return result | {"requestBody": form_of(fields, ["text"], example)}


def form_of(fields: dict, required: list[str], example: dict) -> dict:
    """Return the description of a form that is sent."""
    body = {"type": "object", "properties": fields, "required": required}
    form = {"schema": body, "example": example}
    return {"required": True, "content": {"application/x-www-form-urlencoded": form}}
