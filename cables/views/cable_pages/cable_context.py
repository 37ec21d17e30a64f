"""What the pages of one cable show: a dataclass for each kind of page, and how it is filled.

    CablePage                   any page about a cable: its breadcrumbs and addresses
        TextPage                a page with paragraphs: their links, notes and metadata
            WholeCablePage      the whole text, current or superseded
            PassagePage         several paragraphs in a row
            ParagraphPage       one paragraph between its neighbours
                VersionParagraphPage    a paragraph as a version had it, and what became of it

Templates see each field under its name. Every field exists on every page of its kind, so that a
template tests values and never whether a name is there.
"""

import re
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import capfirst, get_text_list

from ...articles.markdown import read_notes
from ...citations.source import CitedSource
from ...diffs import DiffPart
from ...glossary.entries import tag_label
from ...models import Article, Cable, CitingWork, FormerParagraph, Version
from ...models.collection_origin_tag import address as address_named
from ...search.list_counts import ListCounts, initial, place
from ...search.recipients import recipient_of
from ...sources import FORMATS
from ...telegram.beside_the_text import Beside, notes
from ...telegram.citation_links import locate_references
from ...telegram.editors_additions import with_enclosures
from ...telegram.fact_types import edition_of
from ...telegram.paragraphs import Block, Blocks, Outline, Section, outline
from ...telegram.shorten_text import shorten
from ...telegram.tags import printed_tags
from ...telegram.titles import introduction, recipient
from ...templatetags.paragraph_names import full_name
from ..cited_source import citation_source
from ..list_pages.list_steps import Steps
from .contents import ContentsEntry, find_contents, find_numbers, heading_words
from .metadata import metadata
from .printed_edition_panel import PrintedEdition, printed_edition
from .reference_links import ReferenceRow, TextLink, preamble_links, refers_to, text_links
from .related_cables import RelatedCables, find_related

SUMMARY_RATIO = 2  # A summary is quoted above a text that is at least so many times as long.
PREVIEW = 200  # Characters that other sites show of a page.


@dataclass(kw_only=True)
class CablePage:
    """What every page about a cable shows. Addresses are paths, except `site` and `link`."""

    cable: Cable
    cable_address: str
    site: str  # Scheme and host: "https://archive.example".
    crumbs: list[tuple[str, str]]  # (label, address), from the index of origins to its own.
    current: str  # The entry of the navigation that is marked.
    part: str = ""  # Of the cable's pages: "history", "paragraph 2"; "" is its text.
    address: str = ""  # Of this page.
    description: str = ""  # For search engines and previews.
    counts: ListCounts = field(default_factory=ListCounts.current)

    @classmethod
    def of(cls, request, cable, part="", **values):
        """Return the page of a cable, or of a part of it.

        `values` are the fields that the cable and the request do not give.
        """
        address = cable.get_absolute_url()
        return cls(
            cable=cable,
            cable_address=address,
            part=part,
            site=f"{request.scheme}://{request.get_host()}",
            crumbs=[
                ("Origins", reverse("origins")),
                (cable.origin.name, cable.origin.get_absolute_url()),
            ],
            current=f"origin-{initial(place(cable.origin.name))}",
            **values,
        )

    def as_context(self, **more) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)} | more


@dataclass(kw_only=True)
class TextPage(CablePage):
    outline: Outline
    paragraphs: list[tuple[Block, list[FormerParagraph]]]  # Each with the retired ones after it.
    focus: str = ""  # The id of the one paragraph that the page is about.
    single: bool = False  # Whether the page shows a part of the text only.
    marks_lead_to: str = ""  # Address before the "#par3" of a paragraph mark; "" is this page.
    link: str = ""  # Whole address before the "#par3" of a paragraph that is cited.
    superseded: Version | None = None  # The version shown, if it is not the current one.
    pinned: int = 0  # The number of the version, at an address that names one.
    edition: PrintedEdition | None = None
    marking: re.Pattern | None = None  # What is marked: the words of a search.
    # The archive's own notes and other cables.
    notes: dict[str, list[str]] = field(default_factory=dict)  # By paragraph id; "" the cable.
    notes_above: list[tuple[str, str]] = field(default_factory=list)  # (paragraph id, note).
    cited_in: list[CitingWork] = field(default_factory=list)  # Works elsewhere.
    related: RelatedCables | None = None
    refers_to: list[ReferenceRow] = field(default_factory=list)
    opening_links: list[TextLink] = field(default_factory=list)
    links: dict[str, list[TextLink]] = field(default_factory=dict)  # By paragraph id.
    # What programs read.
    source: CitedSource | None = None
    archive: str = ""
    keywords: list[str] = field(default_factory=list)
    records: list[tuple[str, str]] = field(default_factory=list)  # (media type, address).
    described: str = ""  # JSON-LD.
    card: str = ""  # The address of its picture; "" of a text that was superseded.
    shared_words: str = ""  # The preview on other sites, where it is not `description`.


@dataclass(kw_only=True)
class WholeCablePage(TextPage):
    blocks: Blocks
    recipient: str = ""  # The first addressee.
    exchange: str = ""  # The address of its place in the exchange with its first recipient.
    contents: list[ContentsEntry] = field(default_factory=list)  # Its headings,
    numbers: list[str] = field(default_factory=list)  # or the ids of its numbered paragraphs.
    summary: Section | None = None  # Quoted above the text.
    formers_first: list[FormerParagraph] = field(default_factory=list)  # Before all paragraphs.
    tags: list[tuple[str, str, str]] = field(default_factory=list)  # (code, meaning, address).
    sought: str = ""  # The search whose words are marked,
    found_in: list[str] = field(default_factory=list)  # the paragraphs with any of them,
    marking_notes: re.Pattern | None = None  # those that are marked in notes of editors,
    found_in_notes: list[Beside] = field(default_factory=list)  # and the notes with any of them.
    articles: Any = ()  # Articles that mention the cable,
    press: list[str] = field(default_factory=list)  # and the addresses of those of the press.
    copies: dict[str, str] = field(default_factory=dict)  # {reference: what its copies are}.
    versions: Any = ()  # Those that this text replaced,
    like_now: list[int] = field(default_factory=list)  # and the first of them that had it too.
    steps: Steps | None = None  # Its place in the list that the reader came from.


@dataclass(kw_only=True)
class PassagePage(TextPage):
    name: str  # "Paragraphs 3–5".


@dataclass(kw_only=True)
class ParagraphPage(TextPage):
    """One paragraph between its neighbours, each a list of one or none."""

    block: Block
    before: list[Block]
    after: list[Block]
    under_heading: str
    footnotes: list = field(default_factory=list)


@dataclass(kw_only=True)
class VersionParagraphPage(ParagraphPage):
    canonical: str
    now: Block | None = None  # The paragraph as it is now,
    change: dict[str, str | list[DiffPart]] = field(default_factory=dict)  # what changed in it,
    as_printed: bool = False  # whether it is the same character by character,
    reads_alike: bool = False  # or the same but for line breaks.
    old_name: str = ""
    new_name: str = ""
    former: FormerParagraph | None = None  # Why it is no longer there.


def whole_cable_page(request, cable, address, part="", **state) -> WholeCablePage:
    """Return the page of a whole text. `cable` has the text and facts of the version shown.

    `state` are further fields: `superseded`, `pinned`, `sought`, `marking`.
    """
    blocks = cable.blocks()
    superseded, marking, in_notes = map(state.get, ("superseded", "marking", "marking_notes"))
    edition = edition_of(cable.facts)
    formers = () if superseded else FormerParagraph.of_page(cable)
    formers_after = group_formers(formers, blocks.ids)
    text_outline = with_enclosures(outline(blocks), blocks, edition)
    source = citation_source(request, cable, version=superseded.number if superseded else 0)
    values = metadata(request, cable, source, cable.get_absolute_url())
    counts = ListCounts.current()
    if not superseded:
        values |= current_fields(cable, counts) | reference_fields(cable, blocks)
        values |= note_fields(cable, counts, blocks.ids)
        values["cited_in"] = citing_works(cable, counts)
    return WholeCablePage.of(
        request,
        cable,
        part,
        address=address,
        description=preview_words(describe(cable, blocks, text_outline)),
        link=request.build_absolute_uri(address),
        blocks=blocks,
        outline=text_outline,
        recipient=recipient(cable.header, edition),
        contents=find_contents(text_outline, blocks),
        numbers=[] if len(text_outline.headings) > 1 else find_numbers(blocks),
        summary=text_outline.summary if is_short(text_outline.summary, blocks) else None,
        paragraphs=[(block, formers_after.get(block.id, ())) for block in blocks],
        formers_first=formers_after.get("", ()),
        tags=tag_rows(cable, counts),
        found_in=[block.id for block in blocks if marking and marking.search(block.text)],
        found_in_notes=[each for each in notes(edition) if in_notes and in_notes.search(each.text)],
        edition=printed_edition(cable, blocks, marking=in_notes),
        **values,
        **state,
    )


def paragraph_page(request, cable, blocks, paragraph) -> ParagraphPage:
    address = reverse("paragraph", args=[cable.reference, paragraph])
    edition = printed_edition(cable, blocks, cable.get_absolute_url())
    footnotes = edition.margins.notes if edition else ()
    values = paragraph_fields(blocks, paragraph, edition_of(cable.facts))
    words = values["block"].text
    source = citation_source(request, cable, [paragraph])
    return ParagraphPage.of(
        request,
        cable,
        full_name(paragraph),
        address=address,
        description=preview_words(f"{capfirst(full_name(paragraph))}: {words}"),
        shared_words=preview_words(words),
        marks_lead_to=cable.get_absolute_url(),
        edition=edition,
        footnotes=[note for note in footnotes if note.block == paragraph],
        cited_in=[
            work
            for work in citing_works(cable, ListCounts.current())
            if work.paragraph == paragraph
        ],
        **values,
        **reference_fields(cable, blocks, cable.get_absolute_url()),
        **note_fields(cable, ListCounts.current()),
        **metadata(request, cable, source, address, words),
    )


def paragraph_fields(blocks, paragraph, edition) -> dict[str, Any]:
    """Return the fields of a ParagraphPage that its text gives: neighbours, heading, outline."""
    at = blocks.ids.index(paragraph)
    before, after = blocks[max(at - 1, 0) : at], blocks[at + 1 : at + 2]
    text_outline = with_enclosures(outline(blocks), blocks, edition)
    roles, headings = text_outline.roles, text_outline.headings
    parts = {id for id in headings if id in text_outline.enclosed or roles.get(id) == "heading"}
    over = [id for id in blocks.ids[:at] if id in parts]
    return {
        "block": blocks[at],
        "focus": paragraph,
        "paragraphs": [(block, ()) for block in (*before, blocks[at], *after)],
        "before": before,
        "after": after,
        "outline": text_outline,
        "under_heading": heading_words(headings[over[-1]]) if over else "",
    }


def current_fields(cable, counts) -> dict[str, Any]:
    """Return the fields of a WholeCablePage that a superseded text lacks: articles, copies."""
    versions: Any = ()
    if cable.version > 1:
        versions = cable.versions.order_by("number").only("cable", "number", "until", "reason")
    links = cable.facts.get("articles", ())
    partner = recipient_of(cable, counts)
    articles = Article.objects.mentioning(cable).only("slug", "title") if counts.articles else ()
    return {
        "articles": articles,
        "exchange": partner and exchange_around(cable, partner),
        "press": [link for link in links if link.startswith(("https://", "http://"))],
        "copies": name_copies(cable),
        "versions": versions,
        "like_now": cable.versions_like_now()[:1],
    }


def exchange_around(cable, partner) -> str:
    """Return the address of the place of a cable in the exchange of its origin with another."""
    query = urlencode({"at": cable.reference})
    return f"{reverse('exchange', args=[cable.origin.slug, partner])}?{query}"


def reference_fields(cable, blocks, page="") -> dict[str, Any]:
    """Return the fields of a TextPage that come from references in its text and to it.

    `page` is the address of the page that shows the items of the REF line; "" is this page.
    """
    printed = locate_references(blocks, cable.completing_reference)
    related = find_related(cable, printed)
    return {
        "related": related,
        "refers_to": refers_to(cable, printed, related),
        "opening_links": preamble_links(printed, related),
        "links": text_links(blocks, printed, related, page),
    }


def note_fields(cable, counts, ids=()) -> dict[str, Any]:
    """Return the fields of a TextPage for the archive's notes.

    `ids` are the paragraphs of a page of the whole text: notes on others, which are retired,
    stand above the text.
    """
    notes = read_notes(cable) if cable.pk in counts.noted else {}
    above = [name for name in notes if not name or (ids and name not in ids)]
    return {
        "counts": counts,
        "notes": notes,
        "notes_above": [(name, note) for name in sorted(above) for note in notes[name]],
    }


def citing_works(cable, counts) -> list[CitingWork]:
    """Return the works elsewhere that cite a cable, for its page. Most cables need no query."""
    if cable.pk not in counts.kept("cited-elsewhere", CitingWork.objects.cited):
        return []
    return list(CitingWork.objects.of_cable(cable))


def group_formers(formers, ids) -> dict[str, list[FormerParagraph]]:
    """Return {paragraph id: the retired paragraphs that stood after it}; "" is the start.

    If the paragraph before it is retired too, it goes after the nearest one that still exists.
    """
    before = {former.paragraph: former.after for former in formers}
    groups: dict[str, list[FormerParagraph]] = {}
    for former in formers:
        previous, seen = former.after, set()
        while previous and previous not in ids and previous not in seen:
            seen.add(previous)
            previous = before.get(previous, "")
        groups.setdefault(previous if previous in ids else "", []).append(former)
    return groups


def name_copies(cable) -> dict[str, str]:
    """Return {reference: what the copies published under it are}."""
    names: dict[str, list[str]] = {}
    for reference, form in cable.facts.get("copies", ()):
        names.setdefault(reference, []).append(FORMATS[form].description)
    return {
        reference: get_text_list(list(dict.fromkeys(copies)), "and")
        for reference, copies in names.items()
    }


def tag_rows(cable, counts) -> list[tuple[str, str, str]]:
    """Return (code, meaning, address). The tag of a person has no address: people are no index."""
    return [
        (
            code,
            counts.glossary[code][0] if code in counts.glossary else tag_label(code),
            "" if "," in code else address_named("tag", code),
        )
        for code in dict.fromkeys(printed_tags(cable.tags))
    ]


def is_short(summary, blocks) -> bool:
    """Tell whether there is a summary that is much shorter than the text."""
    length = sum(len(block.text) for block in blocks)
    return bool(summary) and len(summary.text) * SUMMARY_RATIO < length


def describe(cable, blocks, text_outline) -> str:
    """Return sentences that say which cable it is, then its summary or its first paragraph."""
    running = (block.text for block in blocks if text_outline.roles.get(block.id) != "heading")
    text = text_outline.summary.text if text_outline.summary else next(running, "")
    sentences = filter(None, [*introduction(cable), text])
    return " ".join(
        each if each.endswith((".", "?", "!", "…")) else f"{each}." for each in sentences
    )


def preview_words(text: str) -> str:
    """Return the beginning of a text on one line, at most PREVIEW characters."""
    return shorten(" ".join(text.split()), PREVIEW)
