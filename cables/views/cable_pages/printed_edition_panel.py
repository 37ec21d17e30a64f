"""The panel "In its source": what FRUS or the National Archives print beside a cable's text."""

from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from ...search.list_counts import ListCounts
from ...search.snippets import mark_words
from ...telegram.beside_the_text import repeated_to
from ...telegram.classifications import BY_VALUE
from ...telegram.fact_types import OUT_OF_ORDER, UNKNOWN, EditionFacts
from ...telegram.references import FILM
from ...templatetags.editor_notes import Margins, find_margins, linked_html
from ..list_pages.volume_links import PrintedDocument, VolumeLinks, documents_beside, links_in

# Key of a printed edition -> label of its row, in the order of the panel.
LABELS = {
    "heading": "Heading",
    "from": "From",
    "to": "To",
    "to_line": "To, in its text",
    "sent": "Sent to",  # By the notes on the heading, as the next one.
    "repeated": "Repeated to",
    "place": "Place",
    "date": "Dateline",
    "opener": "Above the text",
    "source_note": "Source note",
    "summary": "Summary by the editors",
    "signed": "Signed",
    "film_number": "Film number",
    "document_number": "Document number",
    "locator": "Text",
    "type": "Type",
    "handling": "Handling restrictions",
    "original_handling": "Handling restrictions then",
    "original_classification": "Classified then",
    "current_classification": "Classified now",
    "released_stamp": "Release",
    "drafter": "Drafted by",
    "second_reference": "Also numbered",
}


# What a table has in columns of its own: shown where all cables have it.
COLUMNS = {"subject", "tags"}

# Rows of a document of a volume that are seen at once; the others repeat its title and its text.
SEEN = {"Volume", "Document", "Images", *(LABELS[key] for key in ("date", "source_note"))}

LINKED = ("heading", "from", "to", "source_note", "summary")  # Rows whose words may be links.

# What gives the date of a document without a dateline (F-5) -> how its page says that.
DATED_BY = {
    "receipt": "the day of receipt; when it was sent is not printed",
    "heading": "printed in the heading",
    "text": "found in the text",
    "range": "from the range of dates that the volume gives",
    "drafted": "undated; the day on which it was drafted",
    "chapter": "completed from the title of the chapter",
    OUT_OF_ORDER: "as printed; it does not fit the days of the documents beside it in the volume",
    "file": "its year is that of the file number; the dateline has a misprint",
    "place": "the year of the nearest dated documents beside it; the dateline has a misprint",
    "between": "completed from the year of the nearest dated documents beside it in the volume",
    "month": "undated; the month of the nearest dated documents beside it in the volume",
    "near": "undated; between the days of the nearest dated documents beside it in the volume",
    "neighbours": "undated; the year of the nearest dated documents beside it in the volume",
    "before": "undated; the year of the nearest dated document before it in the volume",
    "after": "undated; the year of the nearest dated document after it in the volume",
    "year": "completed from the year of the volume",
    "named": "undated; not before the latest day that its text names",
    "volume": "undated; the first year that the volume covers",
    UNKNOWN: "undated; listed under the first year that the volume covers",
}


# Characters as high as the space between two notes, and as what follows a text.
BETWEEN, BELOW = 60, 1_200


@dataclass(slots=True)
class PrintedEdition:
    """What a page shows of a printed edition. Rows are (label, [(words, address or "")])."""

    name: str = ""
    rows: list = field(default_factory=list)
    folded: list = field(default_factory=list)  # Rows that a reader opens.
    terms: list = field(default_factory=list)
    margins: Margins = field(default_factory=Margins)
    volume_terms: frozenset[str] = frozenset()  # Abbreviations that the volume explains itself.
    before: PrintedDocument | None = None  # In the volume.
    after: PrintedDocument | None = None
    is_beside: bool = False  # Whether the footnotes have room beside the text.

    def notes_in_row(self, label):
        """Return the footnotes with a mark in the row of this label."""
        return next((self.margins.in_row(each) for each in LABELS if LABELS[each] == label), [])


def printed_edition(cable, blocks, page="", marking=None):
    """Return the panel of a cable, or None if its source prints nothing beside the text.

    `page` is the address of the page that shows the footnotes; "" is this page. The words that
    the pattern `marking` finds are marked in the notes of a volume.
    """
    facts: EditionFacts | None = cable.facts.get("edition")
    if not facts or facts.keys() <= COLUMNS:
        return None
    rows = [*_volume(facts), *_kind(facts)]
    searches = _searches(facts)
    printed = {**facts, "repeated": repeated_to(facts), "sent": repeated_to(facts, sent=True)}
    printed["date"] = _dateline(facts)
    first = blocks[0].text if blocks else ""  # The heading of a document without a title.
    for name, label in LABELS.items():
        if (words := printed.get(name)) and (name, words) != ("heading", first):
            rows.append((label, [(words, searches.get(name, ""))]))
    if known := DATED_BY.get(facts.get("dated_by", "")):
        names = " and ".join(name[1:].upper() for name in facts.get("dated_beside", ()))
        rows.append(("Date", [(f"{known}: document {names}" if names else known, "")]))
    if pdf := facts.get("pdf"):
        rows.append(("Images", [("PDF at the Office of the Historian", pdf)]))
    rows += _classified(cable, facts)
    if concepts := facts.get("concepts"):
        rows.append(("Concepts", [(each, _search(concept=each)) for each in concepts]))
    name = "Foreign Relations of the United States" if "volume" in facts else "National Archives"
    if "volume" not in facts:
        return PrintedEdition(name, rows, margins=find_margins(facts, blocks, page))
    counts = ListCounts.current()
    links = links_in(facts["volume"], counts)
    margins = find_margins(facts, blocks, page, links.address)
    beside = documents_beside(cable.reference, facts, counts)
    rows = [_linked(row, facts, links, marking) for row in rows]
    margins.notes = [replace(each, html=_marked(each.html, marking)) for each in margins.notes]
    seen, folded = ([row for row in rows if (row[0] in SEEN) is shown] for shown in (True, False))
    terms = list(_terms(facts, links))
    room = have_room(margins.notes, blocks)
    return PrintedEdition(name, seen, folded, terms, margins, links.terms, *beside, room)


def have_room(notes, blocks):
    """Return whether notes end near the end of a text, each beside its mark or below the last.

    A column of notes takes about as much height for its characters as the text does.
    """
    starts, length, end = {}, 0, 0
    for block in blocks:
        starts[block.id], length = length, length + len(block.text)
    for note in (note for note in notes if note.anchor):
        end = max(end, starts.get(note.block, 0)) + len(strip_tags(note.html)) + BETWEEN
    return 0 < end < length + BELOW


def _marked(html, marking):
    return mark_safe(mark_words(html, marking)) if marking else html


def _linked(row, facts: EditionFacts, links: VolumeLinks, marking):
    """Return a row of the panel, with the links that its words have in the volume."""
    label, values = row
    name = next((name for name in LINKED if LABELS[name] == label), "")
    if not name:
        return row
    own = facts.get("row_links", {}).get(name, [])
    own = facts.get("source_links", []) if name == "source_note" else own
    marking = marking if name in ("source_note", "summary") else None
    ((words, _),) = values
    return label, [(_marked(linked_html(words, own, links.address), marking), "")]


def _dateline(facts: EditionFacts):
    """Return the dateline of a document, "" if it is only the day in its heading."""
    date, by_heading = facts.get("date", ""), facts.get("dated_by") in ("heading", "chapter")
    return "" if by_heading and date.rstrip(" .") in facts.get("heading", "") else date


def _terms(facts: EditionFacts, links: VolumeLinks):
    """Yield (words, meaning, address of the entry or "") of the terms that the volume explains."""
    for words, meaning, *key in facts.get("terms", []):
        yield words, meaning, links.address(f"#{key[0]}") if key else ""


def _volume(facts: EditionFacts):
    if "volume" not in facts:
        return
    volume = facts["volume"]
    title = facts.get("volume_title", volume)
    published = f", published {facts['published']}" if "published" in facts else ""
    yield "Volume", [(f"{title}{published}", reverse("volume", args=[volume]))]
    chapters = [(part, name) for part, name in facts.get("chapters", ()) if name]
    if chapters:
        links = [(name, reverse("chapter", args=[volume, part])) for part, name in chapters]
        yield "Chapter", links
    number = facts.get("number") or facts["document"]
    span = facts.get("page_span", [])
    pages = f", page{'s' * (len(span) > 1)} {'–'.join(span)}" if span else ""
    yield (
        "Document",
        [(f"Document {number}{pages}", ""), ("at the Office of the Historian", facts["address"])],
    )


def _kind(facts: EditionFacts):
    if kind := facts.get("kind"):
        words = f"draft {kind}" if facts.get("draft") else kind
        numbered = f"{words.capitalize()} {facts.get('own_number', '')}".strip()
        yield "Kind", [(numbered, _search(kind=kind))]


def _searches(facts: EditionFacts):
    """Return {key of a row: address of the search for others with that value}."""
    found = {}
    if film := FILM.fullmatch(facts.get("film_number", "")):
        found["film_number"] = _search(film=film[1])
    if marking := facts.get("release_marking"):
        found["released_stamp"] = _search(marking=marking)
    return found


def _search(**query):
    return f"{reverse('search')}?{urlencode(query)}"


def _classified(cable, facts: EditionFacts):
    """Yield the historical classification with its rank, and the captions beside it.

    Such texts are all declassified now.
    """
    known = BY_VALUE.get(cable.classification)
    if "volume" in facts and known and known.value:
        words = f"{known.label.capitalize()}, rank {known.rank:g} of 7: the marking of its time"
        yield "Classified", [(words, reverse("classification", args=[known.slug]))]
    if "volume" in facts and (captions := facts.get("captions")):
        yield "Captions", [(each, _search(caption=each)) for each in captions]
