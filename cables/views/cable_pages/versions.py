"""Views of the versions of a cable, of its history, and of its copies in other sources."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst

from ...api.problems import refuse
from ...diffs import ComparedText, TextChanges, compare, find_changes
from ...models import Cable, Collection, Origin
from ...models.querysets import READER
from ...sources import FORMATS
from ...telegram.dates import format_date
from ...telegram.fact_types import edition_of
from ...telegram.paragraphs import segment
from ...templatetags.cable_text import called
from ...templatetags.paragraph_names import full_name
from .cable import of_one_cable, plain, present_name, render_text, retired, with_query
from .cable_context import CablePage, VersionParagraphPage, paragraph_fields, preview_words
from .mementos import current_address, list_versions, pinned, remember
from .printed_edition_panel import printed_edition

PER_PAGE = 10  # Versions on a page of a history.


@of_one_cable
def version(request, cable, number):
    """The whole text of one version, at an address that always shows it."""
    return remember(request, render_version(request, cable, number), cable, number)


def render_version(request, cable, number):
    """Render the whole text of one version. Raises Http404."""
    shown, superseded = text_of(cable, number)
    return render_text(
        *(request, shown, pinned(cable, number), f"version {number}"),
        superseded=superseded,
        pinned=number,
    )


@of_one_cable
def version_text(request, cable, number):
    """The text file of one version, the one that its digest is computed from."""
    shown, _ = text_of(cable, number)
    return plain(request, shown.text, cable.get_absolute_url())


@of_one_cable
def version_paragraph(request, cable, number, paragraph):
    """One paragraph as a version had it, and how it differs from its current text."""
    shown, superseded = text_of(cable, number)
    blocks = shown.blocks()
    if paragraph not in blocks.ids:
        return not_in_version(request, cable, number, paragraph, blocks)
    values = paragraph_fields(blocks, paragraph, edition_of(shown.facts))
    name, block = capfirst(full_name(paragraph)), values["block"]
    if superseded:
        values |= since_then(cable, number, paragraph, block)
    page = VersionParagraphPage.of(
        *(request, shown, f"version {number}"),
        superseded=superseded,
        pinned=number,
        marks_lead_to=pinned(cable, number),
        address=pinned(cable, number, paragraph),
        canonical=canonical(cable, number, paragraph),
        edition=printed_edition(shown, blocks, pinned(cable, number)),
        description=preview_words(f"{name} of version {number}: {block.text}"),
        **values,
    )
    page.crumbs.append((f"Version {number}", pinned(cable, number)))
    response = render(request, "cables/version_paragraph.html", page.as_context())
    return remember(request, response, cable, number, paragraph)


@of_one_cable
def version_paragraph_text(request, cable, number, paragraph):
    """The lines of one paragraph as a version had it."""
    shown, _ = text_of(cable, number)
    blocks = shown.blocks()
    if paragraph not in blocks.ids:
        route = "version_paragraph_text"
        return not_in_version(request, cable, number, paragraph, blocks, route)
    block = blocks[blocks.ids.index(paragraph)]
    return plain(request, f"{block.text}\n", canonical(cable, number, paragraph))


@of_one_cable
def history(request, cable):
    """All versions of a cable, the latest first, each compared with the one before."""
    try:
        numbers = Paginator(range(cable.version, 0, -1), PER_PAGE)
        page = numbers.page(request.GET.get("page", 1))
    except InvalidPage:
        raise Http404(f"The history of {cable.reference} has no such page.") from None
    shown = CablePage.of(
        *(request, cable, "history"),
        address=reverse("history", args=[cable.reference]),
        description=f"The versions of {called(cable)} {cable.reference}, and what each changed.",
    )
    entries = history_entries(cable, page.object_list)
    context = shown.as_context(page=page, entries=entries, like_now=cable.versions_like_now()[:1])
    return render(request, "cables/history.html", context)


@of_one_cable
def timemap(request, cable):
    """The TimeMap of a cable: its versions as application/link-format (RFC 7089)."""
    return list_versions(request, cable)


@of_one_cable
def paragraph_timemap(request, cable, paragraph):
    """The TimeMap of a paragraph: the versions that have it."""
    return list_versions(request, cable, paragraph)


def text_of(cable, number):
    """Return the cable as a version had it, and the Version (None if current). Raises Http404."""
    if number == cable.version:
        return cable, None
    if version := cable.versions.filter(number=number).first():
        version.is_like_now = number in cable.versions_like_now()
        return as_it_was(cable, version), version
    versions = f"{cable.version} versions" if cable.version > 1 else "1 version"
    raise Http404(f"{cable.reference} has no version {number}. It has {versions}.")


def as_it_was(cable, version):
    """Return a copy of a cable, not to be saved, with the text and facts of a version."""
    shown, facts = copy(cable), version.facts
    for name in ("subject", "header", "body", "facts", "digest", "paragraph_ids", "fingerprints"):
        setattr(shown, name, getattr(version, name))
    for name in ("classification", "created_precision", "partial", "tags"):
        setattr(shown, name, facts.get(name, getattr(cable, name)))
    if "created" in facts:
        shown.created = datetime.fromisoformat(facts["created"])
    if facts.get("origin", cable.origin.name) != cable.origin.name:
        origins = Origin.objects.using(READER).filter(name=facts["origin"])
        shown.origin = origins.first() or cable.origin
    return shown


def since_then(cable, number, paragraph, block):
    """Return the fields of a VersionParagraphPage for the paragraph as it is now, or why it went.

    `block` is the paragraph in the superseded version `number`.
    """
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
    """Return the address of a paragraph as it is now; if it is retired, in its version."""
    current = paragraph in cable.paragraph_ids
    return current_address(cable, paragraph) if current else pinned(cable, number, paragraph)


def not_in_version(request, cable, number, paragraph, blocks, route="version_paragraph"):
    """Answer for a fragment that a version lacks: 410 if retired, a redirect if old, or 404."""
    if paragraph in blocks.aliases:
        return redirect(f"{pinned(cable, number)}#{paragraph}")
    if new := present_name(blocks, paragraph):
        address = reverse(route, args=[cable.reference, number, new])
        return redirect(with_query(request, address))
    context = CablePage.of(request, cable, full_name(paragraph)).as_context()
    former = cable.former_paragraphs.filter(paragraph=paragraph).first()
    missing = f"{capfirst(full_name(paragraph))} is not in version {number} of {cable.reference}."
    if former and former.version < number:
        address = pinned(cable, former.version, paragraph)
        return retired(request, context, former, address, missing)
    having = cable.versions.filter(paragraph_ids__contains=[paragraph]).order_by("number")
    numbers = list(having.values_list("number", flat=True))
    numbers += [cable.version] if paragraph in cable.paragraph_ids else []
    context |= {"name": full_name(paragraph), "paragraph": paragraph, "number": number}
    context["addresses"] = [(each, pinned(cable, each, paragraph)) for each in numbers]
    if numbers:
        missing += f" It is in: {', '.join(address for _, address in context['addresses'])}"
    return refuse(request, 404, missing, "cables/no_paragraph.html", context)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One version in a history. `reason` says why the text changed; "" for the first version."""

    number: int
    since: datetime
    until: datetime | None  # None for the current one.
    reason: str
    source: str
    digest: str
    changes: TextChanges | None  # From the version before; None for the first.

    @property
    def old_name(self) -> str:
        return f"Version {self.number - 1}"

    @property
    def new_name(self) -> str:
        return f"Version {self.number}"


def history_entries(cable, numbers):
    """Return the entries of some versions of a cable, each compared with the one before it."""
    rows = cable.versions.filter(number__gte=numbers[-1] - 1, number__lte=numbers[0])
    texts = {row.number: row for row in rows} | {cable.version: cable}
    names = dict(Collection.objects.using(READER).values_list("slug", "name"))
    return [history_entry(cable, texts[each], texts.get(each - 1), names) for each in numbers]


def history_entry(cable, text, previous, names):
    current, source = text is cable, text.facts.get("source")
    is_own = source and source[0] == cable.reference
    return HistoryEntry(
        number=text.version if current else text.number,
        since=text.changed_at if current else text.since,
        until=None if current else text.until,
        reason=previous.reason if previous else "",
        source=capfirst(name_source(source, names, "" if is_own else ", published as {}")),
        digest=text.digest,
        changes=find_changes(compared_text(cable, previous), compared_text(cable, text))
        if previous
        else None,
    )


def name_source(source, names, also):
    """Return what the source of a text is, "" if it was not recorded; `also` names its record."""
    if not source:
        return ""
    published, form, collection = source
    name = names.get(collection, collection)
    return f"{FORMATS[form].description}{also.format(published)}, in the collection “{name}”"


def compared_text(cable, text):
    """Return a cable or a version of it as a Text to compare."""
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
        "Created": format_date(created, facts["created_precision"]),
        "Classification": facts["classification"],
        "Origin": facts["origin"],
        "Tags": ", ".join(facts["tags"]),
        "Extent": "partial extract" if facts["partial"] else "whole text",
    }
    return ComparedText(written, text.header, text.blocks())


@of_one_cable
def copies(request, cable):
    """The texts of a cable in other sources, each compared with the one that is shown."""
    names = dict(Collection.objects.using(READER).values_list("slug", "name"))
    others = Cable.objects.readable().values_list("other_texts", flat=True).get(pk=cable.pk)
    facts = {
        "Created": f"{cable.created:%Y-%m-%d %H:%M}",
        "Classification": cable.classification,
        "Origin": cable.origin.name,
    }
    shown = ComparedText(facts, cable.header, cable.blocks())
    page = CablePage.of(
        *(request, cable, "copies"),
        address=reverse("copies", args=[cable.reference]),
        description=f"The copies of {called(cable)} {cable.reference}, compared.",
    )
    textless = [each for each in cable.facts.get("textless", ()) if cable.body]
    context = page.as_context(
        shown_as=name_source(cable.facts.get("source"), names, ", {}"),
        others=[_compare(other, cable.serial, shown, names) for other in others],
        textless=[f"{FORMATS[form].description}, {reference}" for reference, form in textless],
        same=len(cable.facts.get("copies", ())) - 1 - len(others) - len(textless),
    )
    return render(request, "cables/copies.html", context)


def _compare(other, serial, shown, names):
    text = ComparedText(other["facts"], other["header"], segment(other["body"], serial))
    source = other["reference"], other["format"], other["collection"]
    return {
        "name": name_source(source, names, ", {}"),
        "body": other["body"],
        "changes": find_changes(shown, text),
    }
