"""What a cable said at a time: its versions, their paragraphs and its history, for good."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst

from ..diffs import compare
from ..histories import Changes, Text, find_changes
from ..models import Collection, Origin
from ..querysets import READER
from ..templatetags.cables import WRITTEN
from ..templatetags.wire import full_name
from .cable import COPIES, in_short, neighbourhood, of_one_cable, plain, read, whereabouts
from .mementos import address_of, list_versions, pinned, remember

SHOWN_AT_ONCE = 10  # Changes on a page of a history.


@of_one_cable
def version(request, cable, number):
    """One text of a cable for good: the current one, or one that it has replaced."""
    was, superseded = text_of(cable, number)
    state = {"superseded": superseded} if superseded else {"pinned": number}
    page = read(request, was, pinned(cable, number), f"version {number}", **state)
    return remember(request, page, cable, number)


@of_one_cable
def version_text(request, cable, number):
    """One text of a cable for good, as the text file that its digest is made of."""
    was, _ = text_of(cable, number)
    return plain(request, was.text, cable.get_absolute_url())


@of_one_cable
def version_paragraph(request, cable, number, paragraph):
    """One paragraph as a version had it, and how it differs from what it says now."""
    was, superseded = text_of(cable, number)
    blocks = was.blocks()
    if paragraph not in blocks.ids:
        return not_in_version(request, cable, number, paragraph, blocks)
    shown = neighbourhood(blocks, paragraph)
    context = whereabouts(request, was, f"version {number}") | shown
    context["crumbs"][-1] = (f"Version {number}", pinned(cable, number))
    context["crumbs"].append((capfirst(full_name(paragraph)), ""))
    context |= {
        "superseded": superseded,
        "pinned": number,
        "marks_lead_to": pinned(cable, number),
        "address": pinned(cable, number, paragraph),
        "description": in_short(
            f"{capfirst(full_name(paragraph))} of version {number}: {shown['block'].text}"
        ),
    }
    context |= since_then(cable, number, paragraph, shown["block"]) if superseded else {}
    context["canonical"] = canonical(cable, number, paragraph)
    page = render(request, "cables/version_paragraph.html", context)
    return remember(request, page, cable, number, paragraph)


@of_one_cable
def version_paragraph_text(request, cable, number, paragraph):
    """The lines of one paragraph as a version had it, and nothing else."""
    was, _ = text_of(cable, number)
    blocks = was.blocks()
    if paragraph not in blocks.ids:
        route = "version_paragraph_text"
        return not_in_version(request, cable, number, paragraph, blocks, route)
    block = blocks[blocks.ids.index(paragraph)]
    return plain(request, f"{block.text}\n", canonical(cable, number, paragraph))


@of_one_cable
def history(request, cable):
    """All texts that a cable had, the latest first, and what each change of them changed."""
    try:
        numbers = Paginator(range(cable.version, 0, -1), SHOWN_AT_ONCE)
        page = numbers.page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404(f"The history of {cable.reference} has no such page.") from None
    context = whereabouts(request, cable, "history") | {
        "page": page,
        "entries": entries(cable, page.object_list),
        "address": reverse("history", args=[cable.reference]),
        "description": f"The versions of cable {cable.reference}, and what each changed.",
    }
    return render(request, "cables/history.html", context)


@of_one_cable
def timemap(request, cable):
    """The versions of a cable for programs, as application/link-format."""
    return list_versions(request, cable)


@of_one_cable
def paragraph_timemap(request, cable, paragraph):
    """The versions of a paragraph for programs, as application/link-format."""
    return list_versions(request, cable, paragraph)


def text_of(cable, number):
    """Return a cable as a version had it, and the Version, None for the current one. Or Http404."""
    if number == cable.version:
        return cable, None
    if version := cable.versions.filter(number=number).first():
        return as_it_was(cable, version), version
    versions = f"{cable.version} versions" if cable.version > 1 else "1 version"
    raise Http404(f"Cable {cable.reference} has no version {number}. It has {versions}.")


def as_it_was(cable, version):
    """Return a cable, not to be saved, with the text and the facts that a version of it had."""
    was, facts = copy(cable), version.facts
    for name in ("subject", "header", "body", "facts", "digest", "paragraph_ids", "fingerprints"):
        setattr(was, name, getattr(version, name))
    for name in ("classification", "created_precision", "partial", "tags"):
        setattr(was, name, facts.get(name, getattr(cable, name)))
    if "created" in facts:
        was.created = datetime.fromisoformat(facts["created"])
    if facts.get("origin", cable.origin.name) != cable.origin.name:
        named = Origin.objects.using(READER).filter(name=facts["origin"])
        was.origin = named.first() or cable.origin
    return was


def since_then(cable, number, paragraph, block):
    """Return what became of a paragraph of a superseded text."""
    blocks = cable.blocks()
    if paragraph in blocks.ids:
        now = blocks[blocks.ids.index(paragraph)]
        parts = compare(block.text, now.text)
        return {
            "now": now,
            "change": {"kind": "changed", "parts": parts},
            "as_printed": now.text == block.text,
            "reads_alike": all(part.kind == "same" for part in parts),
            "old_name": f"Version {number}",
            "new_name": f"Version {cable.version}, current",
        }
    return {"former": cable.former_paragraphs.filter(paragraph=paragraph).first()}


def canonical(cable, number, paragraph):
    """Return the address of a paragraph as it is now; if it is retired, of what it was."""
    here = paragraph in cable.paragraph_ids
    return address_of(cable, paragraph) if here else pinned(cable, number, paragraph)


def not_in_version(request, cable, number, paragraph, blocks, route="version_paragraph"):
    """Answer for a paragraph that a version does not have: retired, an old fragment, or none."""
    if paragraph in blocks.aliases:
        return redirect(f"{pinned(cable, number)}#{paragraph}")
    for block in blocks:
        if paragraph in block.aliases:
            return redirect(route, cable.reference, number, block.id)
    context = whereabouts(request, cable, full_name(paragraph))
    former = cable.former_paragraphs.filter(paragraph=paragraph).first()
    if former and former.version < number:
        context["former"] = former
        return render(request, "cables/former_paragraph.html", context, status=410)
    having = cable.versions.filter(paragraph_ids__contains=[paragraph]).order_by("number")
    numbers = list(having.values_list("number", flat=True))
    numbers += [cable.version] if paragraph in cable.paragraph_ids else []
    context |= {"name": full_name(paragraph), "paragraph": paragraph, "number": number}
    context["addresses"] = [(each, pinned(cable, each, paragraph)) for each in numbers]
    return render(request, "cables/no_paragraph.html", context, status=404)


@dataclass(frozen=True, slots=True)
class Entry:
    """One version in a history. `reason` is why it came; "" for the first."""

    number: int
    since: datetime
    until: datetime | None  # None for the current one.
    reason: str
    source: str
    digest: str
    changes: Changes | None  # From the version before; None for the first.

    @property
    def old_name(self) -> str:
        return f"Version {self.number - 1}"

    @property
    def new_name(self) -> str:
        return f"Version {self.number}"


def entries(cable, numbers):
    """Return the entries of some versions of a cable, each compared with the one before it."""
    rows = cable.versions.filter(number__gte=numbers[-1] - 1, number__lte=numbers[0])
    texts = {row.number: row for row in rows} | {cable.version: cable}
    names = dict(Collection.objects.using(READER).values_list("slug", "name"))
    return [entry(cable, texts[each], texts.get(each - 1), names) for each in numbers]


def entry(cable, text, previous, names):
    current = text is cable
    return Entry(
        number=text.version if current else text.number,
        since=text.changed_at if current else text.since,
        until=None if current else text.until,
        reason=previous.reason if previous else "",
        source=source_in_words(text.facts.get("source"), cable.reference, names),
        digest=text.digest,
        changes=find_changes(as_text(cable, previous), as_text(cable, text)) if previous else None,
    )


def source_in_words(source, reference, names):
    """Return the copy that a text comes from in words, "" if that was not kept."""
    if not source:
        return ""
    published, form, collection = source
    also = "" if published == reference else f", published as {published}"
    name = names.get(collection, collection)
    return f"{capfirst(COPIES[form])}{also}, in the collection “{name}”"


def as_text(cable, text):
    """Return a cable or a version of it as two texts are compared."""
    facts = {
        "created": cable.created.isoformat(),
        "created_precision": cable.created_precision,
        "classification": cable.classification,
        "origin": cable.origin.name,
        "tags": cable.tags,
        "partial": cable.partial,
    } | ({} if text is cable else text.facts)
    created = datetime.fromisoformat(facts["created"])
    written = {
        "Subject": text.subject,
        "Created": f"{created:{WRITTEN[facts['created_precision']][0]}}",
        "Classification": facts["classification"],
        "Origin": facts["origin"],
        "Tags": ", ".join(facts["tags"]),
        "Extent": "partial extract" if facts["partial"] else "whole text",
    }
    return Text(written, text.header, text.blocks())
