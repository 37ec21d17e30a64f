"""The fields of the search index, their analyzers, and the document of a cable.

The index has public text only. Each text stands in it twice: words as printed, for exact forms to
rank first and for what stands in quotation marks, and stems, for matching. Both have positions.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from typing import Any

import tantivy
from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from ..models.querysets import reference_order
from ..telegram import beside_the_text
from ..telegram.distinct_words import in_nfc
from ..telegram.fact_types import EditionFacts, is_of_person, values_of
from ..telegram.posts import posts_named

PRINTED, STEMMED, EXACT = "printed", "stemmed", "raw"
# {field: its analyzer, and what is kept of each word}
TEXTS = {
    "words": (PRINTED, "position"),  # Subject, title of the source, keywords, body, control number.
    "stems": (STEMMED, "position"),  # The same.
    "subject": (STEMMED, "position"),  # With the title of the source.
    "labels": (STEMMED, "position"),  # Tags, origin and reference in plain words.
    "recipients": (STEMMED, "position"),  # The lines TO and INFO of the header, or as edited.
    # As the heading of an edited document names them: Mr. Adams is not Mr. Adam.
    "senders": (PRINTED, "position"),
    "notes": (STEMMED, "position"),  # Footnotes, source notes and editorial notes.
    "concepts": (STEMMED, "position"),  # Index terms of the National Archives.
    "markings": (STEMMED, "position"),  # Captions, and the review that released it.
}
# Single values and lists that are filtered and counted; the last three are orders of lists.
CODES = (
    "classification",
    "tag",
    "marking",
    "person",
    "collection",
    "by_reference",
    "by_created",
    "by_released",
)
REFERENCE_CHUNKS = ("head", "next", "rest")  # The numbers that `chunks` makes.
NUMBERS = (
    *("created", "released", "month", "exact", "origin", "partial", "citing", "length"),
    *(*REFERENCE_CHUNKS, "digest"),
)
COLUMNS = (
    *("pk", "reference", "origin_id", "created", "released", "classification", "subject"),
    *("keywords", "header", "body", "tags", "captions", "marks", "labels", "collections"),
    *("partial", "cites", "facts__edition", "facts__title", "created_precision"),
)
CONTROL = re.compile(r"\bcontrol\b[^\n\d]{0,12}\d+", re.IGNORECASE)  # "Control No. 1234"
LONGEST_LINES = 20_000  # Characters of TO and INFO lines.
EPOCH_DAY = date(1970, 1, 1).toordinal()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BIAS = 1 << 62  # Makes numbers before 1970 positive, so that their digits sort.
LAST_DAY = date.max.toordinal()


@cache
def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    for name, (analyzer, kept) in TEXTS.items():
        builder.add_text_field(name, tokenizer_name=analyzer, index_option=kept)
    for name in CODES:
        builder.add_text_field(name, fast=True, tokenizer_name=EXACT, index_option="basic")
    for name in NUMBERS:
        builder.add_integer_field(name, fast=True, indexed=name == "origin")
    builder.add_text_field("state", stored=True, tokenizer_name=EXACT, index_option="basic")
    return builder.build()


@cache
def analyzer(name: str) -> TextAnalyzer:
    """Return one of the analyzers PRINTED and STEMMED, for texts in NFC.

    Words are runs of letters and digits: "Iran/Iraq" is two words, "U.S." is two letters.
    """
    builder = TextAnalyzerBuilder(Tokenizer.simple())
    builder = builder.filter(Filter.lowercase()).filter(Filter.ascii_fold())
    return (builder.filter(Filter.stemmer("english")) if name == STEMMED else builder).build()


@cache
def schema_digest() -> str:
    """Return a digest that changes with the fields, the analyzers and the version of Tantivy."""
    parts = (TEXTS, CODES, NUMBERS, LONGEST_LINES, version("tantivy"), 7)
    return blake2b(repr(parts).encode(), digest_size=6).hexdigest()


def micros(moment: datetime) -> int:
    """Return the microseconds from 1970 to a moment."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def days(day: date) -> int:
    """Return the days from 1970 to a day."""
    return day.toordinal() - EPOCH_DAY


def day_of(number: int) -> date:
    """Return the day that is so many days after the first day of 1970."""
    return date.fromordinal(number + EPOCH_DAY)


def chunks(order: str) -> dict[str, int]:
    """Return the first 21 bytes of a `reference_order` as three numbers that sort alike."""
    padded = order.encode().ljust(21, b"\0")
    starts = zip(REFERENCE_CHUNKS, (0, 7, 14), strict=True)
    return {name: int.from_bytes(padded[start : start + 7]) for name, start in starts}


def document(row: tuple[Any, ...]) -> tantivy.Document:
    """Return the document of a published cable; `row` has its COLUMNS."""
    cable = dict(zip(COLUMNS, row, strict=True))
    made = tantivy.Document()
    made.add_unsigned("id", cable["pk"])
    texts = texts_and_codes(cable)
    for field, values in texts.items():
        for value in values:
            made.add_text(field, value)
    printed = (*texts["subject"], cable["body"])
    made.add_integer("length", sum(len(text.split()) for text in printed))
    for field, number in numbers(cable).items():
        made.add_integer(field, number)
    made.add_integer("digest", digest(row))
    return made


def texts_and_codes(cable: dict[str, Any]) -> dict[str, list[str]]:
    """Return {field: values} of TEXTS and CODES."""
    subject, keywords, body, header = map(
        in_nfc, (cable["subject"], cable["keywords"], cable["body"], cable["header"])
    )
    edition = cable["facts__edition"] or EditionFacts()
    if not body:  # The title of a document on microfiche says in a sentence what it is about.
        subject = subject or in_nfc(edition.get("summary", ""))
    named = list(dict.fromkeys(filter(None, (subject, in_nfc(cable["facts__title"] or "")))))
    sent = f"{micros(cable['created']) + BIAS:019d}{cable['reference']}"
    marks = {f"({mark})" for mark in cable["marks"]}
    others = [each for each in cable["labels"] if not is_of_person(each)]
    texts = [*named, keywords, body, *CONTROL.findall(header)]
    return {
        **{"words": texts, "stems": texts},
        "subject": named,
        "labels": [keywords],
        "recipients": [
            to_and_info(header),
            *map(in_nfc, beside_the_text.recipients(edition)),
            *posts_named(in_nfc(edition.get("to", "")))[1:],
        ],
        **edited_texts(edition, body),
        "concepts": values_of("concept", cable["labels"]),
        "markings": [*cable["captions"], *values_of("marking", cable["labels"])],
        "classification": [cable["classification"]],
        # Tags that name a person are no list.
        "tag": sorted({tag for tag in cable["tags"] if "," not in tag}),
        "marking": sorted({*cable["captions"], *others, *marks}),
        "person": sorted({*cable["labels"]}.difference(others)),
        "collection": cable["collections"],
        "by_reference": [reference_order(cable["reference"])],
        "by_created": [sent],
        "by_released": [f"{LAST_DAY - cable['released'].toordinal():07d}{sent}"],
    }


def edited_texts(edition: EditionFacts, body: str) -> dict[str, list[str]]:
    """Return {field: values} of what is printed beside a text; an editorial note is a note too."""
    notes = [each.text for each in beside_the_text.notes(edition)]
    by_editors = [body] if beside_the_text.is_by_editors(edition) else []
    return {
        "senders": [*map(in_nfc, beside_the_text.senders(edition))],
        "notes": [*map(in_nfc, notes), *by_editors],
    }


def numbers(cable: dict[str, Any]) -> dict[str, int]:
    """Return {field: number} of NUMBERS, without length and digest."""
    sent = cable["created"].astimezone(UTC)
    return {
        "created": micros(cable["created"]),
        "released": days(cable["released"]),
        "month": sent.year * 12 + sent.month - 1,
        "exact": {"year": 0, "month": 1}.get(cable["created_precision"], 2),
        "origin": cable["origin_id"],
        "partial": int(cable["partial"]),
        "citing": int(bool(cable["cites"])),
        **chunks(reference_order(cable["reference"])),
    }


def digest(row: tuple[Any, ...]) -> int:
    """Return a digest of a row, by which the index and the database are compared."""
    return int.from_bytes(blake2b(repr(row).encode(), digest_size=7).digest())


def to_and_info(header: str) -> str:
    """Return the lines TO and INFO of a header."""
    start = header.find("\nTO ")
    return header[start : start + LONGEST_LINES] if start >= 0 else ""
