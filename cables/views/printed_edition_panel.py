"""The panel "In its source": what FRUS or the National Archives print beside a cable's text."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.http import urlencode

from ..search.list_counts import ListCounts
from ..telegram.classifications import BY_VALUE
from ..telegram.fact_types import EditionFacts
from ..templatetags.editor_notes import Margins, find_margins
from .printed_order import PrintedDocument, documents_beside

# Key of a printed edition -> label of its row, in the order of the panel.
LABELS = {
    "heading": "Heading",
    "from": "From",
    "to": "To",
    "place": "Place",
    "date": "Dateline",
    "opener": "Above the text",
    "source_note": "Source note",
    "summary": "Summary by the editors",
    "signed": "Signed",
    "film_number": "Film number",
    "document_number": "Document number",
    "locator": "Text",
    "handling": "Handling restrictions",
    "original_classification": "Classified then",
    "current_classification": "Classified now",
    "released_stamp": "Release",
    "drafter": "Drafted by",
}


# What gives the date of a document without a dateline (F-5) -> how its page says that.
DATED_BY = {
    "heading": "printed in the heading",
    "text": "found in the text",
    "range": "from the range of dates that the volume gives",
    "chapter": "completed from the title of the chapter",
    "volume": "undated; the first year that the volume covers",
}


@dataclass(slots=True)
class PrintedEdition:
    """What a page shows of a printed edition. Rows are (label, [(words, address or "")])."""

    name: str = ""
    rows: list = field(default_factory=list)
    terms: list = field(default_factory=list)
    margins: Margins = field(default_factory=Margins)
    before: PrintedDocument | None = None  # In the volume.
    after: PrintedDocument | None = None


def printed_edition(cable, blocks, page=""):
    """Return the panel of a cable, or None if its source prints nothing beside the text.

    `page` is the address of the page that shows the footnotes; "" is this page.
    """
    facts: EditionFacts | None = cable.facts.get("edition")
    if not facts:
        return None
    rows = [*_volume(facts), *_kind(facts)]
    for name, label in LABELS.items():
        if words := facts.get(name):
            rows.append((label, [(words, "")]))
    if known := DATED_BY.get(facts.get("dated_by", "")):
        rows.append(("Date", [(known, "")]))
    if pdf := facts.get("pdf"):
        rows.append(("Images", [("PDF at the Office of the Historian", pdf)]))
    rows += _classified(cable, facts)
    if concepts := facts.get("concepts"):
        rows.append(("Concepts", [(each, _search(concept=each)) for each in concepts]))
    name = "Foreign Relations of the United States" if "volume" in facts else "National Archives"
    margins = find_margins(facts, blocks, page)
    if "volume" not in facts:
        return PrintedEdition(name, rows, facts.get("terms", []), margins)
    beside = documents_beside(cable.reference, facts, ListCounts())
    return PrintedEdition(name, rows, facts.get("terms", []), margins, *beside)


def _volume(facts: EditionFacts):
    if "volume" not in facts:
        return
    volume = facts["volume"]
    title = facts.get("volume_title", volume)
    published = f", published {facts['published']}" if "published" in facts else ""
    yield "Volume", [(f"{title}{published}", reverse("volume", args=[volume]))]
    if chapters := facts.get("chapters"):
        yield (
            "Chapter",
            [(name or part, reverse("chapter", args=[volume, part])) for part, name in chapters],
        )
    number = facts.get("number") or facts["document"]
    yield (
        "Document",
        [(f"Document {number}", ""), ("at the Office of the Historian", facts["address"])],
    )


def _kind(facts: EditionFacts):
    if kind := facts.get("kind"):
        words = f"draft {kind}" if facts.get("draft") else kind
        numbered = f"{words.capitalize()} {facts.get('own_number', '')}".strip()
        yield "Kind", [(numbered, _search(kind=kind))]


def _search(**query):
    return f"{reverse('search')}?{urlencode(query)}"


def _classified(cable, facts: EditionFacts):
    """Yield the historical classification with its rank; such texts are all declassified now."""
    known = BY_VALUE.get(cable.classification)
    if "volume" in facts and known and known.value:
        words = f"{known.label.capitalize()}, rank {known.rank:g} of 7: the marking of its time"
        yield "Classified", [(words, reverse("classification", args=[known.slug]))]
