"""Views to cite a cable or a part of it, and several together: pages with all forms, and files."""

from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from ...api.serializers import as_markdown_file, cable_data
from ...api.signposting import TypedLinks
from ...citations.citation_formats import as_plain
from ...citations.citation_list import MOST, MOST_FILED, SelectedItem, pieces_unread, read_item
from ...citations.source import CitedSource
from ...models import Cable, FormerParagraph
from ...models.querysets import READER
from ...search.list_counts import ListCounts
from ...telegram.document_citations import CitationReader
from ...telegram.paragraphs import outline
from ...templatetags.paragraph_names import full_name
from ..cited_source import citation_source
from ..list_pages.data import json_response
from ..list_pages.volume_links import documents_cited
from ..list_pages.zip_file import zip_response
from .cable import of_one_passage
from .cable_context import CablePage
from .metadata import (
    FILE_FORMS,
    file_response,
    forms_of,
    other_style,
    page_of,
    part_address,
    record_forms,
    without_indexing,
)

# Files that have the text itself: extension -> name for readers.
TEXT_FORMS = {"json": "JSON: the text, its facts and its versions", "md": "Markdown"}
NOT_READ = ("header", "body", "keywords")


def cable_forms() -> dict[str, str]:
    """Return {extension: name} of the files of a cable: bibliographic records, then its text."""
    return {extension: form.name for extension, form in record_forms().items()} | TEXT_FORMS


@of_one_passage
def cite(request, cable, passage):
    """All forms of the citation. ?style= names a further style, ?c= items chosen already."""
    source = citation_source(request, cable, passage.ids)
    chosen = [item for item in map(read_item, request.GET.getlist("c")) if item]
    page = page_of(cable, passage.ids)
    files = [
        (name, part_address(cable, "cable_file", passage.ids, form=form))
        for form, name in cable_forms().items()
    ]
    if passage.ids:
        address = part_address(cable, "selectors", passage.ids)
        files.append(("JSON: selectors for annotations", address))
    context = CablePage.of(request, cable, "cite").as_context(
        name=passage.name,
        source=source,
        page=page,
        text=f"{page.rstrip('/')}.txt",
        files=files,
        chosen=chosen,
        together=address_of_selection([*chosen, SelectedItem(cable.reference, passage.ids)]),
    )
    context |= forms_of(source) | other_style(request.GET.get("style", ""), [source])
    return without_indexing(render(request, "cables/cite.html", context))


@of_one_passage
def cable_file(request, cable, passage, form):
    """A bibliographic record of a cable or its paragraphs, or their text as JSON or Markdown."""
    source = citation_source(request, cable, passage.ids)
    if form == "json":
        values = cable_data(cable, source, passage.shown, request.build_absolute_uri)
        response = json_response(values)
    elif form == "md":
        roles = outline(passage.blocks).roles
        tables = {paragraph for paragraph, role in roles.items() if role == "preformatted"}
        text = as_markdown_file(cable, source, passage.shown, tables)
        response = file_response(text, form, source.key)
    else:
        response = file_response(FILE_FORMS[form].write([source]), form, source.key)
    links = TypedLinks.of(request)
    links.add("canonical", page_of(cable, passage.ids))
    if form in record_forms():
        links.add("describes", page_of(cable, passage.ids), type="text/html")
    return links.put(response)


@dataclass(frozen=True, slots=True)
class Chosen:
    """An item of a selection, with its citation source or why it has none."""

    item: SelectedItem
    address: str  # Of the page of the item.
    source: CitedSource | None = None
    missing: str = ""

    @property
    def words(self) -> str:
        return as_plain(self.source) if self.source else ""


@require_safe
def selection(request):
    """The selected items (?c=), in order. ?style= shows them in a citation style.

    ?add= adds references or links, and keeps what was not read of them; ?out= removes an item.
    Both redirect. A page shows MOST items and links to a page with the rest.
    """
    items, unread = selected_items(request)
    if out := read_item(request.GET.get("out", "")):
        kept = [each for each in items if each != out]
        return HttpResponseRedirect(address_of_selection(kept))
    added, words = added_items(request.GET.get("add", ""))
    if added:
        left = f"&{urlencode({'add': words})}" if words else ""
        return HttpResponseRedirect(address_of_selection([*items, *added]) + left)
    shown, rest = items[:MOST], items[MOST:]
    chosen = choose_items(request, shown)
    cited = [each for each in chosen if each.source]
    citable = [each.item for each in cited] + rest
    context = {
        "chosen": chosen,
        "items": items,
        "shown": shown,
        "unread": [*unread, *filter(None, [words])],
        "most": MOST,
        "rest": len(rest),
        "rest_address": address_of_selection(rest),
        "files": [
            (form.name, address_of_selection(citable, extension))
            for extension, form in FILE_FORMS.items()
        ],
        "zip": address_of_selection(citable, "zip"),
        "cited": cited,
    }
    context |= other_style(request.GET.get("style", ""), [each.source for each in cited])
    return without_indexing(render(request, "cables/selection.html", context))


def added_items(text):
    """Return (items that a pasted text names, its words with digits that were not read)."""
    line = " ".join(text.split())
    found = [each for each in CitationReader().read(line) if each.reference or each.volume]
    # A citation copied here names its document twice: by its reference and its address.
    alone = len({each.key for each in found}) < 2
    starts = [0] if alone else [each.start for each in found]
    items, unread = [], []
    for start, stop in pairwise([*starts, len(line)]):
        named = _items_named(line[start:stop])
        items += named
        unread += [] if named else [line[start:stop].strip(" ,;")]
    if items:
        behind_first = line.find(",") if "," in line else len(line)  # Of a misspelt reference.
        ends = [0, *(each.end for each in found)] if found else [behind_first]
        gaps = zip(ends, [*(each.start for each in found), len(line)], strict=True)
        unread += [piece for gap in gaps for piece in pieces_unread(line[slice(*gap)])]
    return items, ", ".join(dict.fromkeys(unread if items else [line]))


def _items_named(text):
    """Return the items of one citation: several of a page that a volume prints."""
    item, printed = read_item(text), documents_cited(text, ListCounts.current())
    paragraphs = item.paragraphs if item else ()
    return [SelectedItem(each.reference, paragraphs) for each in printed] or [item] * bool(item)


@require_safe
def selection_file(request, form):
    """The selected items as one file; 404 with an explanation if any of them cannot be cited."""
    items, unread = selected_items(request)
    chosen = choose_items(request, items[:MOST_FILED])
    sources = [each.source for each in chosen if each.source]
    if not items or unread or len(sources) < len(chosen) or len(items) > MOST_FILED:
        return refused(chosen, unread, form)
    if form == "zip":
        return zip_of_selection(request, items, sources)
    text = FILE_FORMS[form].write(sources)
    if form == "txt" and (style := request.GET.get("style")):
        text = styled_text(other_style(style, sources))
        if not text:
            raise Http404(f"There is no such style as {style!r}, or too many cables for it.")
    return without_indexing(file_response(text, form, "cables"))


def zip_of_selection(request, items, sources):
    """Return the whole cables of a selection; what is cited of them is as it was selected."""
    references = list(dict.fromkeys(source.reference for source in sources))
    known = dict(
        Cable.objects.published().filter(reference__in=references).values_list("reference", "pk")
    )
    keys = [known[each] for each in references if each in known]
    named = ListCounts.current().as_held("Selected cables")

    def sources_now():  # They are sent behind the texts: what is hidden by then is missing.
        return [each.source for each in choose_items(request, items) if each.source]

    return zip_response(request, keys, named, address_of_selection(items), sources_now)


def styled_text(context) -> str:
    """Return the citations in the style of other_style() as lines of plain text, or ""."""
    styled = context.get("in_style")
    lines = styled and (styled.entries or styled.notes)
    return "".join(f"{unescape(strip_tags(line))}\n" for line in lines or ())


def selected_items(request):
    """Return (items of ?c=, each once; texts of ?c= that are not items)."""
    texts = [text.strip() for text in request.GET.getlist("c")]
    read = [(text, read_item(text)) for text in texts if text]
    items = list(dict.fromkeys(item for _, item in read if item))
    return items, [text for text, item in read if not item]


def choose_items(request, items):
    """Return the Chosen of some items, in two database queries."""
    known = Cable.objects.readable().with_origin().defer(*NOT_READ)
    cables = known.held_by_reference({item.reference for item in items})
    retired = find_retired(cables, items)
    chosen = [choose_one(request, item, cables.get(item.reference), retired) for item in items]
    # Two references of one cable give one source.
    return list({each.source.key if each.source else each.item: each for each in chosen}.values())


def find_retired(cables, items):
    """Return {(reference, paragraph id)} of the retired paragraphs among the items."""
    condition = Q()
    for item in items:
        cable = cables.get(item.reference)
        if cable and not cable.withheld_reason:
            gone = [each for each in item.paragraphs if each not in cable.paragraph_ids]
            condition |= Q(cable=cable, paragraph__in=gone) if gone else Q()
    if not condition:
        return set()
    retired = FormerParagraph.objects.using(READER).filter(condition)
    return set(retired.values_list("cable__reference", "paragraph"))


def choose_one(request, item, cable, retired):
    """Return an item with its source, or with the reason why it cannot be cited."""
    if cable is None or cable.withheld_reason:
        message = f"This archive does not hold {item.reference}."
        if cable:
            message = f"{cable.reference} is withheld: {cable.withheld_reason}"
        address = reverse("cable", args=[cable.reference if cable else item.reference])
        return Chosen(item, address, missing=message)
    for paragraph in item.paragraphs:
        if paragraph not in cable.paragraph_ids:
            gone = "no longer in" if (cable.reference, paragraph) in retired else "not in"
            message = f"{capfirst(full_name(paragraph))} is {gone} {cable.reference}."
            return Chosen(item, page_of(cable, [paragraph]), missing=message)
    ids = sorted(item.paragraphs, key=cable.paragraph_ids.index)
    return Chosen(item, page_of(cable, ids), citation_source(request, cable, ids))


def refused(chosen, unread, form):
    """Answer 404 with the reasons why there is no file: it would be incomplete."""
    lines = [each.missing for each in chosen if not each.source]
    lines += [f"“{text}” names no document here." for text in unread]
    if cited := [each.item for each in chosen if each.source]:
        lines.append(f"The rest: {address_of_selection(cited, form)}")
    elif not lines:
        told = ListCounts.current().as_held("Name cables to cite")
        lines.append(f"{told}: {address_of_selection([], form)}?c=REFERENCE/par3")
    lines.append(f"A file can have at most {MOST_FILED} citations.")
    text = "".join(f"{line}\n" for line in lines)
    return without_indexing(
        HttpResponse(text, content_type="text/plain; charset=utf-8", status=404)
    )


def address_of_selection(items, form=""):
    """Return the address of a selection: its page, or its file in a form ("bib")."""
    address = reverse("selection_file", kwargs={"form": form}) if form else reverse("selection")
    query = urlencode([("c", str(item)) for item in dict.fromkeys(items)], safe="/")
    return f"{address}?{query}" if query else address
