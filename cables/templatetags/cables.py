"""Facts of a cable in lists and tables, the rail, and the pages of a list."""

from itertools import pairwise
from string import ascii_uppercase

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from ..classifications import CLASSIFICATIONS
from ..tallies import Tallies

register = template.Library()

# How exactly the time of sending is known -> how it is written for people and for machines.
WRITTEN = {
    "minute": ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%MZ"),
    "hour": ("%Y-%m-%d %Hh", "%Y-%m-%dT%H:00Z"),
    "day": ("%Y-%m-%d", "%Y-%m-%d"),
    "month": ("%Y-%m", "%Y-%m"),
    "year": ("%Y", "%Y"),
}
# How full the mark of a class is, by its lowest rank: all, half, a quarter, or not at all.
LEVELS = (("t", 7), ("s", 5), ("c", 3), ("r", 2.5), ("u", 1), ("n", 0))


def _marked(classification, label):
    level = next(level for level, lowest in LEVELS if classification.rank >= lowest)
    caveat = mark_safe(" data-caveat") if "//" in classification.value else ""
    return format_html('<span class="class" data-level="{}"{}>{}</span>', level, caveat, label)


def _shortened(classification):
    level, _, caveat = classification.label.partition("//")
    if not caveat.startswith("FOR "):
        return classification.label
    return format_html('{}//<abbr title="{}">FOUO</abbr>', level, caveat)


IN_FULL = {known.value: _marked(known, known.label) for known in CLASSIFICATIONS}
IN_SHORT = {known.value: _marked(known, _shortened(known)) for known in CLASSIFICATIONS}
SLUGS = {known.value: known.slug for known in CLASSIFICATIONS}


@register.filter
def in_full(classification):
    """A classification as stored, with its mark, in full words."""
    return IN_FULL.get(classification, classification)


@register.filter
def in_short(classification):
    """A classification as stored, with its mark, as narrow as a list needs it."""
    return IN_SHORT.get(classification, classification)


@register.filter
def class_slug(classification):
    """What stands for a classification in addresses."""
    return SLUGS[classification]


@register.filter
def sent(cable):
    """When a cable was sent, in UTC, no more exactly than is known."""
    shown, machine = WRITTEN[cable.created_precision]
    return mark_safe(f'<time datetime="{cable.created:{machine}}">{cable.created:{shown}}</time>')


@register.filter
def day(value):
    """A day, as lists write it."""
    return mark_safe(f'<time datetime="{value:%Y-%m-%d}">{value:%Y-%m-%d}</time>')


@register.filter
def moment(value):
    """A moment, in UTC, as notices write it: 5 March 2012, 14:05 UTC."""
    return format_html(
        '<time datetime="{}">{}</time>',
        f"{value:%Y-%m-%dT%H:%M:%SZ}",
        f"{value:%-d %B %Y, %H:%M} UTC",
    )


@register.inclusion_tag("_rail.html", takes_context=True)
def rail(context):
    """The way to every list, how much has been released, and what the institution adds.

    Where a reader has chosen one collection, all of it is of that. A mirror's is the same on all
    pages.
    """
    request = context.get("request")
    mirror = getattr(request, "mirror", None)
    tallies = None if mirror else context.get("tallies") or Tallies()
    if tallies and not tallies.collection and request and request.GET.get("collection"):
        tallies = Tallies.chosen_in(request)
    collection = tallies.collection if tallies else ""
    return {
        "mirror": mirror,
        "tallies": tallies,
        "collection": tallies.collections.get(collection, "") if collection else "",
        "current": context.get("current", ""),
        "alphabet": ascii_uppercase,
        "support_url": settings.SUPPORT_URL,
        "motto": settings.MOTTO,
    }


@register.simple_tag(takes_context=True)
def column(context, label, name=""):
    """The head of a column; where a list can be sorted by it, a link that does so.

    Chosen again, the link turns the order round.
    """
    asked = context.get("asked")
    if asked is None or not name:
        return format_html('<th scope="col">{}</th>', label)
    if asked.order.removeprefix("-") != name:
        first = name if name == "reference" else f"-{name}"
        address = asked.address(sort=first)
        return format_html('<th scope="col"><a href="{}">{}</a></th>', address, label)
    down = asked.order.startswith("-")
    return format_html(
        '<th scope="col" aria-sort="{}"><a href="{}">{}</a></th>',
        "descending" if down else "ascending",
        asked.address(sort=name if down else f"-{name}"),
        label,
    )


CHOICE = (
    '<li><a href="{}"><svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
    '<path d="M0 0h{}v1H0z"/></svg><span>{}</span> <data value="{}">{}</data></a></li>'
)
CHOSEN = (
    '<li><p><b>{}</b> <a class="remove" href="{}" aria-label="Remove filter: {}">×</a>'
    ' <data value="{}">{}</data></p></li>'
)


@register.simple_tag
def choices(label, choices):
    """The values of a facet as items of a list. A page has a hundred: they need no template."""
    items = []
    for each in choices:
        counted = each.cables, f"{each.cables:,}"
        if each.on:
            named = f"{label.lower()} {each.label}"
            items.append(format_html(CHOSEN, each.label, each.remove, named, *counted))
        else:
            items.append(format_html(CHOICE, each.address, each.share, each.label, *counted))
    return mark_safe("".join(items))


@register.inclusion_tag("cables/_pager.html", takes_context=True)
def pager(context, label):
    """Links to the first pages of a list, those around this one, and the last: 1 … 3 4 5 … 95.

    They keep what is asked of a list.
    """
    page, asked = context["page"], context.get("asked")

    def address(number):
        return asked.address(page=number) if asked else f"?page={number}"

    number, last = page.number, page.paginator.num_pages
    shown = sorted({1, number - 1, number, number + 1, last} - {0, last + 1})
    steps = [(1, address(1))]
    for before, step in pairwise(shown):
        if step > before + 1:
            steps.append(("…", ""))
        steps.append((step, address(step)))
    return {
        "page": page,
        "steps": steps,
        "previous": page.has_previous() and address(number - 1),
        "next": page.has_next() and address(number + 1),
        "label": label,
    }
