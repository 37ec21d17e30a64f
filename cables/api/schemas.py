"""The schemas of the JSON API, as JSON Schema 2020-12."""

from ..search.filter_registry import FACETS
from ..telegram.classifications import BY_VALUE

WORD, COUNT = {"type": "string"}, {"type": "integer", "minimum": 0}
ADDRESS = {"type": "string", "format": "uri"}
DAY, MOMENT = {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}
DIGEST = {
    "type": ["string", "null"],
    "pattern": "^[0-9a-f]{64}$",
    "description": "SHA-256 of the text at `text_address`, or of the version's; null if redacted.",
}
NEXT = {
    "type": ["string", "null"],
    "format": "uri",
    "description": "The address of the next part of the list; null after the last.",
}


def array(items) -> dict:
    return {"type": "array", "items": items}


def entity(optional=(), **properties) -> dict:
    """Return the schema of an object with these members; all but `optional` are required."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def or_null(schema: dict) -> dict:
    return schema | {"type": [schema["type"], "null"]}


NAMED = {"reference": WORD, "title": WORD, "address": ADDRESS}
PARTS = array(
    entity(kind={"enum": ["same", "changed", "added", "removed"]}, left=WORD, right=WORD)
) | {"description": "The word diff; all `left` joined are the words of the left side."}
IDS, BY_ID = array(WORD), {"type": "object", "additionalProperties": WORD}
ROW = {
    "reference": {"type": "string", "maxLength": 64},
    "title": WORD
    | {
        "description": "The subject in title case, or the title from its source; without either it "
        "is made of kind, number, sender, recipient and date."
    },
    "subject": WORD | {"description": 'As printed; "" if it has none.'},
    "opening": WORD
    | {"description": "Without a subject, the first sentence of the text that says something."},
    "created": {
        "type": "string",
        "pattern": r"^\d{4}(-\d\d(-\d\d(T\d\d:\d\dZ?)?)?)?$",
        "description": "When it was sent, as precisely as is known; without Z in local time. "
        "Of an editorial note: the date of its events.",
    },
    "released": {
        "type": "string",
        "pattern": r"^(\d{4}-\d\d-\d\d)?$",
        "description": 'When it was published; "" if its source does not say so.',
    },
    "classification": {"enum": [known.label for known in BY_VALUE.values()]},
    "origin": WORD,
    "tags": array(WORD) | {"description": "As printed, without those that name a person."},
    "address": ADDRESS,
}
SEARCH_ROW = entity(
    **ROW,
    excerpts=array(entity(address=ADDRESS, text=WORD)),
    editors_notes=array(entity(address=ADDRESS, label=WORD, text=WORD)),
)
PARAGRAPH = entity(
    id=WORD | {"description": "Its permanent id, par3."},
    number=or_null(WORD) | {"description": "The number as printed."},
    mark=WORD | {"description": "Its portion mark without parentheses."},
    address=ADDRESS,
    text=WORD | {"description": "Its lines as sent."},
)
VERSION = entity(
    number=COUNT,
    address=ADDRESS,
    since=MOMENT,
    until=MOMENT,
    reason=WORD,
    digest=DIGEST,
    is_like_now={"type": "boolean", "description": "Whether the cable has this text again."},
)
CITING = entity(
    paragraph=or_null(WORD) | {"description": "The id of the cited paragraph; null: the cable."},
    **dict.fromkeys(("title", "author", "reference", "note"), WORD),
    published={"type": "string", "pattern": r"^(\d{4}(-\d\d(-\d\d)?)?)?$"},
    address=WORD | {"description": 'A web address, or "".'},
)
CITATION = entity(
    id=WORD,
    type={"const": "document"},
    author=array(entity(literal=WORD)),
    title=WORD,
    genre=WORD,
    number=WORD,
    issued=entity(**{"date-parts": array(array({"type": "integer"}))}),
    archive=WORD,
    URL=ADDRESS,
    accessed=entity(**{"date-parts": array(array({"type": "integer"}))}),
    note=WORD,
)
PASSAGE = ROW | {
    "captions": array(WORD) | {"description": "As printed: handling and precedence."},
    "cites": array(WORD) | {"description": "The references that it cites."},
    "partial": {"type": "boolean", "description": "Whether only a part of it is known."},
    "version": COUNT,
    "digest": DIGEST,
    "redacted": array(entity(at=MOMENT, reason=WORD, parts=array(WORD))),
    "corrected": array(entity(field=WORD, source=WORD, reason=WORD, at=MOMENT)),
    "pinned": ADDRESS | {"description": "The address of this version, for citations."},
    "proof": ADDRESS | {"description": "The proof that it is unchanged (/log/)."},
    "ark": or_null(WORD) | {"description": "Its lasting name; null where none are given."},
    "citation": CITATION,
    "paragraphs": array(PARAGRAPH),
    "cited_in": array(CITING) | {"description": "Works elsewhere that curators list."},
}
CABLE = PASSAGE | {
    "header": WORD,
    "preamble": WORD | {"description": "The lines before the first paragraph."},
    "closing": WORD | {"description": "The lines after the last paragraph."},
    "text_address": ADDRESS,
    "superseded": array(VERSION) | {"description": "Earlier versions."},
}
LIST = {
    "value": WORD | {"description": "The value for the filter of the same name."},
    "label": or_null(WORD),
    "cables": COUNT,
    "address": ADDRESS,
    "data": ADDRESS | {"description": "The cables of the list as data."},
}
OF_ORIGINS = {
    "country": or_null(WORD),
    "city": or_null(WORD),
    "latitude": or_null({"type": "number"}),
    "longitude": or_null({"type": "number"}),
}
FACET = array(entity(value=WORD, label=WORD, cables=COUNT))
FOUND = entity(
    reference=WORD,
    title=WORD,
    version=COUNT,
    current={"type": "boolean"},
    released=DAY,
    sha256=or_null(WORD),
    likeness={"type": "number", "minimum": 0, "maximum": 1},
    address=ADDRESS,
    passages=array(entity(**{"in": WORD, "id": WORD, "text": WORD})),
    differences=array(entity(quoted=WORD, printed=WORD, note=WORD)),
    left_out=array(entity(quoted=WORD, printed=WORD, words=COUNT)),
)
# A citation or quotation of a checked text: its words, passage text[start:end], and what was found.
TEXT_FINDING = entity(
    number=COUNT,
    kind={"enum": ["citation", "quotation"]},
    verdict=WORD,
    words=WORD,
    passage=COUNT,
    note_of_text=WORD,
    start=COUNT,
    end=COUNT,
    findings=array(WORD),
    differences=array(entity(quoted=WORD, printed=WORD, note=WORD)),
    reference=or_null(WORD),
    title=or_null(WORD),
    permalink=or_null(ADDRESS),
    citation=or_null(WORD),
    publisher=or_null(ADDRESS),
)
SELECTOR = {
    "oneOf": [
        entity(type={"const": "FragmentSelector"}, conformsTo=ADDRESS, value=WORD),
        entity(type={"const": "TextQuoteSelector"}, exact=WORD, prefix=WORD, suffix=WORD),
        entity(type={"const": "TextPositionSelector"}, start=COUNT, end=COUNT),
    ]
}
TARGET = entity(
    type={"const": "SpecificResource"},
    source=ADDRESS,
    format={"enum": ["text/html", "text/plain"]},
    selector=array(SELECTOR),
)
READ = entity(words=WORD, filters={"type": "object", "additionalProperties": array(WORD)}) | {
    "description": "The words and filters as which the question was read."
}
THINGS = array({"type": "object"})
DATACITE = entity(
    optional=("doi", "relatedIdentifiers", "descriptions"),
    doi=WORD,
    url=ADDRESS,
    types=entity(resourceTypeGeneral=WORD, resourceType=WORD),
    **dict.fromkeys(("creators", "titles", "dates", "descriptions"), THINGS),
    **dict.fromkeys(("alternateIdentifiers", "relatedIdentifiers"), THINGS),
    publisher=entity(name=WORD),
    **dict.fromkeys(("publicationYear", "language", "schemaVersion"), WORD),
    **dict.fromkeys(("sizes", "formats"), array(WORD)),
)
SCHEMAS = {
    "DataCite": DATACITE,
    "Cable": entity(**CABLE),
    "Passage": entity(**PASSAGE) | {"description": "Paragraphs of a cable, with its metadata."},
    "Citations": array(CITATION),
    "CableList": entity(
        optional=["total"],
        title=WORD,
        total=COUNT | {"description": "How many cables the list has; only in the first part."},
        cables=array(entity(**ROW)),
        next=NEXT,
    ),
    "Lists": entity(kind=WORD, lists=array(entity(optional=OF_ORIGINS, **LIST, **OF_ORIGINS))),
    "SearchResults": entity(
        question=WORD,
        read=or_null(READ),
        notes=array(WORD) | {"description": "A sentence for each part that was ignored."},
        total=COUNT,
        page=COUNT,
        next=NEXT,
        results=array(SEARCH_ROW),
        with_some_words=array(SEARCH_ROW)
        | {"description": "Other cables, with some of the words; no total or facet has them."},
        less_strict=array(entity(label=WORD, address=ADDRESS, cables=COUNT))
        | {"description": "Searches with fewer conditions, if no cable meets all of them."},
        years={"type": "object", "additionalProperties": COUNT},
        facets=entity(**dict.fromkeys(FACETS, FACET)),
    ),
    "WordsOverTime": entity(
        notes=array(WORD) | {"description": "A sentence for each part that was ignored."},
        by={"enum": ["year", "month"]},
        questions=array(
            entity(
                question=WORD,
                total=COUNT,
                counts=array(
                    entity(
                        **{"from": DAY, "to": DAY},
                        cables=COUNT,
                        of_all_cables=COUNT,
                        words_of_all_cables=COUNT,
                        search=or_null(ADDRESS),
                    )
                ),
            )
        ),
    ),
    "Beside": entity(
        left=entity(**NAMED),
        right=entity(**NAMED),
        steps=array(
            entity(left=IDS, right=IDS, parts=PARTS, repeated=entity(left=BY_ID, right=BY_ID))
        )
        | {"description": "Paragraphs by id. Those without `parts` do not repeat each other."},
    ),
    "Elsewhere": entity(
        reference=WORD,
        paragraphs=IDS,
        repeated=array(
            entity(
                **NAMED,
                paragraph=WORD,
                here=WORD,
                words=COUNT | {"description": "The longest run of words that both have."},
                more=COUNT | {"description": "Further pairs of paragraphs with words in common."},
                beside=ADDRESS,
                parts=PARTS,
            )
        ),
    ),
    "Suggestions": entity(
        groups=array(
            entity(heading=WORD, suggestions=array(entity(label=WORD, detail=WORD, address=WORD)))
        )
    ),
    "TextReport": entity(
        passages=COUNT,
        first=COUNT,
        next=or_null(COUNT),
        citations=COUNT,
        quotations=COUNT,
        totals={"type": "object", "additionalProperties": COUNT},
        findings=array(TEXT_FINDING),
    ),
    "Quotation": entity(
        verdict={"enum": ["exact", "altered", "not found", "too common: add words"]},
        asked=or_null(WORD) | {"description": "The cable that the quotation cites."},
        more={"type": ["boolean", "integer"]},
        notes=array(WORD) | {"description": "How the fields were read, in sentences."},
        found=array(FOUND),
    ),
    "Selectors": entity(
        **{"@context": {"const": "http://www.w3.org/ns/anno.jsonld"}},
        reference=WORD,
        version=COUNT,
        paragraphs=array(WORD) | {"description": "The ids of the paragraphs with the words."},
        pinned=ADDRESS | {"description": "The address of this version of it, for citations."},
        target=array(TARGET)
        | {
            "description": "First the page of the cable, whose positions count its whole text in "
            "units of UTF-16, as browsers do; then the text file of each paragraph in this "
            "version, whose positions count characters."
        },
    ),
    "Proof": entity(
        format={"const": "reading-room-proof/v1"},
        reference=WORD,
        version=COUNT,
        size=COUNT | {"description": "How many parts the version has."},
        parts=array(
            entity(
                optional=["path"],
                **dict.fromkeys(("name", "salt", "text"), WORD),
                index=COUNT,
                path=array(WORD),
            )
        ),
        entry=entity(index=COUNT, data=WORD, path=array(WORD)),
        checkpoint=WORD | {"description": "A signed note (C2SP tlog-checkpoint)."},
    ),
    "Logs": {
        "type": "object",
        "additionalProperties": WORD | {"description": "The last checkpoint of a log, by name."},
    },
    "OEmbed": entity(
        optional=["thumbnail_url", "thumbnail_width", "thumbnail_height"],
        version={"const": "1.0"},
        type={"const": "rich"},
        **dict.fromkeys(("title", "author_name", "provider_name", "html"), WORD),
        **dict.fromkeys(("author_url", "provider_url", "thumbnail_url"), ADDRESS),
        **dict.fromkeys(("width", "height", "cache_age"), COUNT),
        **dict.fromkeys(("thumbnail_width", "thumbnail_height"), COUNT),
    ),
    "Problem": entity(
        optional=["detail"],
        type=WORD,
        title=WORD,
        status={"type": "integer", "minimum": 400, "maximum": 599},
        detail=WORD | {"description": "A sentence for people."},
    ),
    "Document": {"type": "object", "required": ["openapi", "info", "paths"]},
}
