"""What the source of a cable says beside its text: its volume and place there, its record."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.http import urlencode

from ..classifications import BY_VALUE
from ..templatetags.apparatus import Margins, find_margins

# What an edition says in so many words, in the order of its page.
SAID = {
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


@dataclass(slots=True)
class Edition:
    """An edition as a page shows it. Rows are (label, [(words, address or "")])."""

    name: str = ""
    rows: list = field(default_factory=list)
    terms: list = field(default_factory=list)
    margins: Margins = field(default_factory=Margins)


def edition_of(cable, blocks, page=""):
    """Return what the source of a cable says beside its text, None if it says nothing."""
    told = cable.facts.get("edition")
    if not told:
        return None
    rows = [*_volume(told), *_kind(told)]
    rows += [(label, [(told[name], "")]) for name, label in SAID.items() if told.get(name)]
    rows += _classified(cable, told)
    if concepts := told.get("concepts"):
        rows.append(("Concepts", [(each, _search(concept=each)) for each in concepts]))
    name = "Foreign Relations of the United States" if "volume" in told else "National Archives"
    return Edition(name, rows, told.get("terms", []), find_margins(told, blocks, page))


def _volume(told):
    if "volume" not in told:
        return
    volume = told["volume"]
    title = told.get("volume_title", volume)
    published = f", published {told['published']}" if "published" in told else ""
    yield "Volume", [(f"{title}{published}", reverse("volume", args=[volume]))]
    if chapters := told.get("chapters"):
        yield (
            "Chapter",
            [(name or part, reverse("chapter", args=[volume, part])) for part, name in chapters],
        )
    number = told.get("number") or told["document"]
    yield (
        "Document",
        [(f"Document {number}", ""), ("at the Office of the Historian", told["address"])],
    )


def _kind(told):
    if kind := told.get("kind"):
        yield "Kind", [(kind.capitalize(), _search(kind=kind))]


def _search(**asked):
    return f"{reverse('search')}?{urlencode(asked)}"


def _classified(cable, told):
    """Yield how a text was once classified, with the rank of that; all of it is declassified."""
    known = BY_VALUE.get(cable.classification)
    if "volume" in told and known and known.value:
        words = f"{known.label.capitalize()}, rank {known.rank:g} of 7: the marking of its time"
        yield "Classified", [(words, reverse("classification", args=[known.slug]))]
