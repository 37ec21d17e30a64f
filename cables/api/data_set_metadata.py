"""The metadata of a data set: Croissant (JSON-LD of schema.org), and a card for people.

Croissant 1.0 is described at https://docs.mlcommons.org/croissant/docs/croissant-spec.html.
"""

import json

from ..search.list_counts import ListCounts
from .bulk_export import LISTS, SENT
from .data_set_files import LINES, TABLE, DataFile, DataSet

# The formats by which Croissant's tools read files.
ENCODINGS = {TABLE: "application/x-parquet", LINES: "application/jsonlines"}
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{
        name: f"cr:{name}"
        for name in (
            *("citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty"),
            *("fileObject", "fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key"),
            *("md5", "parentField", "path", "recordSet", "references", "regex", "repeated"),
            *("replace", "samplingRate", "separator", "source", "subField", "transform"),
        )
    },
}
# Column -> (type of schema.org, description).
COLUMNS_DESCRIBED = {
    "reference": ("Text", "The permanent reference: 06LISBON900412"),
    "title": ("Text", "The title in title case, or one made of kind, number, sender and date"),
    "subject": ("Text", "The subject as printed; empty if there is none"),
    "opening": ("Text", "Without a subject, the first sentence that says something"),
    "created": (
        "Text",
        "When it was sent, as exactly as it is known: 2006-11-14T16:41Z, without Z local time",
    ),
    "released": ("Date", "The day on which it was published; empty if it is not known"),
    "classification": ("Text", "The classification as sent"),
    "origin": ("Text", "Who sent it: Embassy Lisbon"),
    "address": ("URL", "The permanent address"),
    "tags": ("Text", "Tags as printed, without names of persons"),
    "captions": ("Text", "Captions: SIPDIS, NOFORN"),
    "marks": ("Text", "Portion marks in the text: C, SBU"),
    "cites": ("Text", "References of the cables that it cites"),
    "paragraph_ids": ("Text", "The permanent ids of its paragraphs, in order"),
    "partial": ("Boolean", "Whether only a part of the text is known"),
    "version": ("Integer", "The number of its text, which grows when a better one is published"),
    "digest": ("Text", "SHA-256 of the text file; none if words are redacted"),
    "redacted": ("Boolean", "Whether words are redacted"),
    "header": ("Text", "The header of the text"),
    "body": ("Text", "The text"),
    "created_on": ("Date", "The day, or the first of its month or year (only in Parquet)"),
    "created_at": (
        "DateTime",
        "The time in UTC; none if time or zone is not known (only in Parquet)",
    ),
}


def address_of(made: DataSet, name: str = "") -> str:
    """Return the address of a file of a data set, or that of the page of all data sets."""
    return f"{made.site}/datasets/" + (f"{made.version}/{name}" if name else "")


def description(made: DataSet) -> str:
    """Return one sentence about what a data set contains, and one about what it lacks."""
    span = f" of {made.first_day} to {made.last_day}" if made.cables else ""
    lacking = f"{made.withheld:,} more are withheld; {made.redacted:,} have redacted words."
    texts = ListCounts.current().as_held(f"The texts of {made.cables:,} diplomatic cables")
    return f"{texts}{span}, with their facts. {lacking}"


def _name() -> str:
    return ListCounts.current().as_held("Diplomatic cables")


def croissant(made: DataSet) -> str:
    values = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": _name(),
        "description": description(made),
        "url": address_of(made),
        "sameAs": f"{made.site}/",
        "version": made.version,
        "dateCreated": made.made,
        "datePublished": made.made,
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "creator": {"@type": "sc:Organization", "name": "Cable Reading Room", "url": made.site},
        "citeAs": f"{_name()}. Version {made.version}. {address_of(made)}",
        "keywords": ["diplomatic cables", "telegrams", "foreign relations"],
        "distribution": [_file_object(made, file) for file in made.files],
        "recordSet": [_record_set(made)],
    }
    if made.cables:
        values["temporalCoverage"] = f"{made.first_day}/{made.last_day}"
    if made.licence_url or made.licence:
        values["license"] = made.licence_url or made.licence
    if made.licence:
        values["usageInfo"] = made.licence
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def _file_object(made: DataSet, file: DataFile) -> dict:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "description": file.description,
        "contentUrl": address_of(made, file.name),
        "contentSize": f"{file.size} B",
        "encodingFormat": ENCODINGS.get(file.name, file.media_type),
        "sha256": file.digest,
    }


def _record_set(made: DataSet) -> dict:
    table = TABLE if made.file(TABLE) else LINES
    return {
        "@type": "cr:RecordSet",
        "@id": "cables",
        "name": "cables",
        "description": ListCounts.current().as_held("One record for each cable"),
        "key": {"@id": "cables/reference"},
        "field": [
            _field(table, column)
            for column in COLUMNS_DESCRIBED
            if table == TABLE or column not in SENT
        ],
    }


def _field(table: str, column: str) -> dict:
    kind, told = COLUMNS_DESCRIBED[column]
    if kind == "Date" and table != TABLE:
        kind = "Text"  # JSON has no dates; one that is not known is "".
    extract = {"column": column} if table == TABLE else {"jsonPath": f"$.{column}"}
    field = {
        "@type": "cr:Field",
        "@id": f"cables/{column}",
        "name": column,
        "description": told,
        "dataType": f"sc:{kind}",
        "source": {"fileObject": {"@id": table}, "extract": extract},
    }
    return field | ({"repeated": True} if column in LISTS else {})


CARD_TEXT = """\
---
pretty_name: {name}
language: [en]
{licence}size_categories: [{size}]
tags: [diplomatic-cables, history, foreign-relations]
configs:
- config_name: cables
  data_files: {data}
---

# {name}, version {version}

{description}

Made on {made} at {site}. The newest version is at {page}.

## What it contains

One record for each {noun} that readers of the archive can read: its text, its permanent reference
and address, and the ids of its paragraphs. To cite a paragraph, append its id to the address:
`{site}/cable/06LISBON900412/par3/`.

| column | what |
| --- | --- |
{columns}

In CSV, items of lists are separated by `; `, and a cell that a spreadsheet would take for a
formula is preceded by an apostrophe.

## What it lacks

| | {noun}s |
| --- | --- |
| in this data set | {cables:,} |
| of these, with redacted words | {redacted:,} |
| withheld, and not in it | {withheld:,} |

Names of persons among the tags are left out. Earlier texts of a {noun} are at its address, not
here. A data set is taken offline as soon as a {noun} in it is withheld, redacted or erased; the
next one lacks it. Please replace your copy then.

## Licence

{licence_told}

## Files

{files}

`cable/REFERENCE.txt` in `texts.sha256` is the text file of a {noun} in the archive.
`{site}/cable/REFERENCE/proof.json` proves that it is the one which the archive logged in public.
"""
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card(made: DataSet) -> str:
    """Return the card of a data set: Markdown, with the front matter that Hugging Face reads."""
    data = TABLE if made.file(TABLE) else LINES
    return CARD_TEXT.format(
        name=_name(),
        noun=ListCounts.current().noun,
        version=made.version,
        description=description(made),
        made=made.made[:10],
        site=made.site,
        page=address_of(made),
        data=data,
        cables=made.cables,
        redacted=made.redacted,
        withheld=made.withheld,
        size=next((name for most, name in SIZES if made.cables < most), "1M<n<10M"),
        columns="\n".join(
            f"| `{name}` | {told} |" for name, (_, told) in COLUMNS_DESCRIBED.items()
        ),
        licence=_licence_in_front(made),
        licence_told=" ".join(filter(None, (made.licence, made.licence_url))) or "None is stated.",
        files="\n".join(
            f"- `{file.name}`, {file.size:,} bytes, SHA-256 `{file.digest}`: {file.description}"
            for file in made.files
        ),
    )


def _licence_in_front(made: DataSet) -> str:
    if not (made.licence or made.licence_url):
        return ""
    lines = ["license: other", f"license_name: {json.dumps(made.licence or 'see link')}"]
    if made.licence_url:
        lines.append(f"license_link: {json.dumps(made.licence_url)}")
    return "\n".join(lines) + "\n"
