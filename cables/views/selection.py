"""Cables and paragraphs that are kept in an address, as one bibliography."""

from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from ..citations import Source, as_plain
from ..models import Cable, FormerParagraph
from ..querysets import READER
from ..selections import MOST, MOST_FILED, Item, read_item
from ..templatetags.wire import full_name
from .describing import page_of, source_of
from .styles import LIST_FORMS, NAMES, as_file, other_style, unlisted, with_script

NOT_READ = ("header", "body", "search_vector", "keywords")


@dataclass(frozen=True, slots=True)
class Chosen:
    """An item of a selection: what is cited, or why it cannot be."""

    item: Item
    address: str  # Its own.
    source: Source | None = None
    missing: str = ""

    @property
    def words(self) -> str:
        return as_plain(self.source)


@with_script
@require_safe
def selection(request):
    """What is chosen (?c=), in order, each with a way to take it out; ?style= writes them so.

    ?add= is a reference or a link to be added, ?out= what is to be taken out. A page shows MOST;
    where there are more, it leads to one with the others.
    """
    items, unread = read_items(request)
    if out := read_item(request.GET.get("out", "")):
        return HttpResponseRedirect(address_of_selection([each for each in items if each != out]))
    if added := read_item(request.GET.get("add", "")):
        return HttpResponseRedirect(address_of_selection([*items, added]))
    shown, rest = items[:MOST], items[MOST:]
    chosen = choose(request, shown)
    cited = [each for each in chosen if each.source]
    all_of_them = [each.item for each in cited] + rest
    context = {
        "chosen": chosen,
        "items": items,
        "shown": shown,
        "unread": [*unread, *filter(None, [request.GET.get("add", "").strip()])],
        "most": MOST,
        "rest": len(rest),
        "rest_address": address_of_selection(rest),
        "files": [(NAMES[form], address_of_selection(all_of_them, form)) for form in LIST_FORMS],
        "cited": cited,
    }
    context |= other_style(request.GET.get("style", ""), [each.source for each in cited])
    return unlisted(render(request, "cables/selection.html", context))


@require_safe
def selection_file(request, form):
    """What is chosen as one file. If anything cannot be cited, it says so and is no file."""
    items, unread = read_items(request)
    chosen = choose(request, items[:MOST_FILED])
    sources = [each.source for each in chosen if each.source]
    if not items or unread or len(sources) < len(chosen) or len(items) > MOST_FILED:
        return refused(chosen, unread, form)
    text = LIST_FORMS[form](sources)
    if form == "txt" and (style := request.GET.get("style")):
        text = in_words(other_style(style, sources))
        if not text:
            raise Http404(f"So many cables cannot be written in one style {style!r}.")
    return unlisted(as_file(text, form, "cables"))


def in_words(told):
    """Return what is written in a style as plain text, a line each; "" if nothing is."""
    styled = told.get("in_style")
    lines = styled and (styled.entries or styled.notes)
    return "".join(f"{unescape(strip_tags(line))}\n" for line in lines or ())


def read_items(request):
    """Return the items of an address, each once, and what of it names no cable."""
    texts = [text.strip() for text in request.GET.getlist("c")]
    read = [(text, read_item(text)) for text in texts if text]
    items = list(dict.fromkeys(item for _, item in read if item))
    return items, [text for text, item in read if not item]


def choose(request, items):
    """Return what is chosen by some items: two questions to the database, whatever their number."""
    known = Cable.objects.readable().with_origin().defer(*NOT_READ)
    cables = known.by_reference({item.reference for item in items})
    retired = find_retired(cables, items)
    chosen = [chosen_one(request, item, cables.get(item.reference), retired) for item in items]
    # Two references of one cable are one source.
    return list({each.source.key if each.source else each.item: each for each in chosen}.values())


def find_retired(cables, items):
    """Return {(reference, id)} of the paragraphs of these items that are gone for good."""
    asked = Q()
    for item in items:
        cable = cables.get(item.reference)
        if cable and not cable.withheld_reason:
            gone = [each for each in item.paragraphs if each not in cable.paragraph_ids]
            asked |= Q(cable=cable, paragraph__in=gone) if gone else Q()
    if not asked:
        return set()
    retired = FormerParagraph.objects.using(READER).filter(asked)
    return set(retired.values_list("cable__reference", "paragraph"))


def chosen_one(request, item, cable, retired):
    """Return an item with its source; or with what its own address would say."""
    if cable is None or cable.withheld_reason:
        said = f"This archive does not hold {item.reference}."
        if cable:
            said = f"{cable.reference} is withheld: {cable.withheld_reason}"
        address = reverse("cable", args=[cable.reference if cable else item.reference])
        return Chosen(item, address, missing=said)
    for paragraph in item.paragraphs:
        if paragraph not in cable.paragraph_ids:
            gone = "no longer in" if (cable.reference, paragraph) in retired else "not in"
            said = f"{capfirst(full_name(paragraph))} is {gone} {cable.reference}."
            return Chosen(item, page_of(cable, [paragraph]), missing=said)
    ids = sorted(item.paragraphs, key=cable.paragraph_ids.index)
    return Chosen(item, page_of(cable, ids), source_of(request, cable, ids))


def refused(chosen, unread, form):
    """Say why there is no file: a bibliography from which something is missing is none."""
    said = [each.missing for each in chosen if not each.source]
    said += [f"“{text}” names no cable." for text in unread]
    if cited := [each.item for each in chosen if each.source]:
        said.append(f"The rest: {address_of_selection(cited, form)}")
    elif not said:
        said.append(f"Name cables to cite: {address_of_selection([], form)}?c=REFERENCE/par3")
    said.append(f"So many can be in one file: {MOST_FILED}.")
    text = "".join(f"{line}\n" for line in said)
    return unlisted(HttpResponse(text, content_type="text/plain; charset=utf-8", status=404))


def address_of_selection(items, form=""):
    """Return the address at which some items are cited together: a page, or a file of a form."""
    address = reverse("selection_file", kwargs={"form": form}) if form else reverse("selection")
    query = urlencode([("c", str(item)) for item in dict.fromkeys(items)], safe="/")
    return f"{address}?{query}" if query else address
