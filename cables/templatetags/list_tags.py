"""Template tags for lists of cables: their columns, facets and pages, and the site navigation."""

from html import escape
from itertools import pairwise
from string import ascii_uppercase

from django import template
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe

from ..articles.guidance import offered_pages, page_address
from ..search.examples import Examples, find_examples
from ..search.filter_registry import FILTERS, FORM, ValuesFilter
from ..search.list_counts import REST, ListCounts
from ..telegram.classifications import CLASSIFICATIONS
from ..telegram.titles import headlines, machine_date, shown_date

register = template.Library()

# Bytes that a ZIP file has of a text, in three files, by its words; and of its other columns and
# its citation. Longer texts repeat more of their words.
PACKED, SHORTENED, BESIDE = 11, 0.93, 360
CURRENT = ' aria-current="true"'
# Level of the classification mark -> the lowest rank that has it.
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


@register.simple_tag
def examples() -> Examples:
    """Examples of searches and references, from what the archive holds."""
    return find_examples(ListCounts.current())


@register.filter
def zip_label(counted, cables):
    """The label of the ZIP file of so many cables: "All texts (ZIP, about 3 MB)".

    `counted` has their words; None where the index cannot count.
    """
    if not counted or not cables:
        return "All texts (ZIP)"
    size = cables * (PACKED * (counted.words / cables) ** SHORTENED + BESIDE) / 1_000_000
    about = f"{size:,.{int(size < 10)}f} MB" if size >= 1 else f"{max(1000 * size, 1):,.0f} kB"
    return f"All texts (ZIP, about {about})"


@register.filter
def in_full(classification):
    """A stored classification in full words, with its mark."""
    return IN_FULL.get(classification, classification)


@register.filter
def in_short(classification):
    """A stored classification, shortened for lists, with its mark."""
    return IN_SHORT.get(classification, classification)


@register.filter
def class_slug(classification):
    """The slug of a stored classification."""
    return SLUGS[classification]


@register.filter
def sent(cable):
    """When a cable was sent, as precisely as is known."""
    return mark_safe(f'<time datetime="{machine_date(cable)}">{shown_date(cable)}</time>')


@register.filter
def day(value):
    """A day as in lists: 2012-03-05."""
    return mark_safe(f'<time datetime="{value:%Y-%m-%d}">{value:%Y-%m-%d}</time>')


@register.filter
def has_releases(cables):
    """Whether the source of any of these cables says when it was released."""
    return any(cable and cable.release_day for cable in cables)


@register.filter
def moment(value):
    """A moment as in notices: 5 March 2012, 14:05 UTC."""
    return format_html(
        '<time datetime="{}">{}</time>',
        f"{value:%Y-%m-%dT%H:%M:%SZ}",
        f"{value:%-d %B %Y, %H:%M} UTC",
    )


# What a row of a list shows of a cable, as HTML. Python's escape() is faster than Django's: a list
# has three hundred values.
ROW_VALUES = {
    "reference": lambda cable: escape(cable.reference),
    "sent": sent,
    "released": lambda cable: day(cable.release_day) if cable.release_day else "",
    "classification": lambda cable: conditional_escape(in_short(cable.classification)),
    "origin": lambda cable: escape(cable.origin.name),
}


@register.inclusion_tag("_rail.html", takes_context=True)
def rail(context):
    """The navigation: links to all lists, numbers of cables, and links of the institution.

    It is limited to the collection that the reader chose, except in a mirror, where all pages have
    the same one. Guidance pages stand where no article is published, and what the room offers where
    no curator has added a link.
    """
    mirror, counts = getattr(context.get("request"), "mirror", None), _counts_of(context)
    return {
        "mirror": mirror,
        "counts": counts,
        "collection": counts.collections.get(counts.collection, ""),
        "guidance": lambda: offered_pages(counts.pages),
        "resources": lambda: (
            counts.links
            or [
                ("Check a quotation", reverse("quote")),
                ("Check a whole text", reverse("check")),
                ("How to link to a paragraph", page_address("discussing-cables")),
                ("Data for programs", page_address("developers")),
            ]
        ),
        "current": context.get("current", ""),
        "alphabet": [*ascii_uppercase, REST],
        "support_url": settings.SUPPORT_URL,
        "motto": settings.MOTTO,
    }


def _counts_of(context):
    """Return the counts of what a page shows."""
    request = context.get("request")
    mirror = getattr(request, "mirror", None)
    counts = ListCounts.current() if mirror else context.get("counts") or ListCounts.current()
    if not (mirror or counts.collection) and request and request.GET.get("collection"):
        counts = ListCounts.chosen_in(request)
    return counts


@register.simple_tag(takes_context=True)
def as_held(context, words):
    """Words about cables; about documents where other kinds are held too."""
    return _counts_of(context).as_held(words)


@register.simple_tag(takes_context=True)
def column(context, label, name=""):
    """A column heading: a link that sorts or reverses the list, if it has no others for that."""
    filters = context.get("asked")
    if filters is None or not name:
        return format_html('<th scope="col">{}</th>', label)
    current, down = filters.order.removeprefix("-") == name, filters.order.startswith("-")
    order = "descending" if down else "ascending"
    sort = format_html(' aria-sort="{}"', order) if current else ""
    if context.get("refining"):
        return format_html('<th scope="col"{}>{}</th>', sort, label)
    upwards = down if current else name == "reference"
    address = filters.address(sort=name if upwards else f"-{name}")
    return format_html('<th scope="col"{}><a href="{}">{}</a></th>', sort, address, label)


class RowsNode(template.Node):
    """Write its content for each cable of a page.

    The content is rendered once, with placeholders that are replaced for each cable: a list has
    fifty, and rendering it for each takes half as long again.
    """

    OF_LIST = ("address", "number", "title", "opening")  # They depend on the list.
    PLACES = {name: mark_safe(f"\0{name}\0") for name in (*ROW_VALUES, *OF_LIST)}

    def __init__(self, cables, content):
        self.cables, self.content = cables, content

    def render(self, context):
        with context.push(row=self.PLACES):
            pieces = self.content.render(context).split("\0")
        # The numbers in the volume that is listed: a cable may be printed in two.
        numbers = context.get("numbers", {})
        written = []
        # The links say where a cable stands in the list.
        way, page = context.get("way", ""), self.cables.resolve(context)
        named = zip(page, headlines(page), strict=True)
        for at, (cable, (title, below)) in enumerate(named, page.start_index() if way else 1):
            row = {
                "address": escape(f"{cable.get_absolute_url()}{way}{at if way else ''}"),
                "number": escape(numbers.get(cable.reference, "")),
                "title": escape(title),
                "opening": below and f'<span class="says">{escape(below)}</span>',
            }
            # Every second piece is the name of a placeholder.
            written += [
                (row[piece] if piece in row else ROW_VALUES[piece](cable)) if n % 2 else piece
                for n, piece in enumerate(pieces)
            ]
        return mark_safe("".join(written))


@register.tag
def rows(parser, token):
    """{% rows page %} ... {% endrows %}: its content for each cable, with {{ row.title }} etc."""
    _, cables = token.split_contents()
    content = parser.parse(("endrows",))
    parser.delete_first_token()
    return RowsNode(parser.compile_filter(cables), content)


@register.simple_tag
def choices(facet, choices):
    """The values of a facet as list items. Faster than a template: a page has about a hundred.

    A link shows the cables with one value; boxes are for several, which the form sends together.
    """
    kind = escape(facet.label.lower())
    return mark_safe("".join(_choice(facet.box, kind, each) for each in choices))


def _choice(box, kind, choice):
    """A value of a facet as a list item; `box` names the parameter of its box, "" for none."""
    label, count = escape(choice.label), f'<data value="{choice.cables}">{choice.cables:,}</data>'
    checked = " checked" if choice.on else ""
    tick = (
        f'<label><input type="checkbox" name="{box}" value="{escape(choice.value)}" '
        f'aria-label="{kind} {label}, {choice.cables:,}"{checked}></label>'
        if box
        else ""
    )
    if not choice.on:
        return f'<li>{tick}<a href="{escape(choice.address)}"><span>{label}</span> {count}</a></li>'
    return (
        f'<li>{tick}<p><b>{label}</b> <a class="remove" href="{escape(choice.remove)}" '
        f'aria-label="Remove filter: {kind} {label}">×</a> {count}</p></li>'
    )


@register.simple_tag(takes_context=True)
def bar_links(context, chart, within="", shown_year=None):
    """The bars of a chart, and links over them: years where they are wide enough, else decades.

    Faster than a template: a chart has up to 150 bars. `within` is the address of a search that is
    narrowed to the days of a bar; it ends in "?" or "&". Without it a bar leads to its year.
    """
    columns = mark_safe(
        "".join(
            f'<rect class="col{" on" if bar.year == shown_year else ""}" x="{bar.x}%" '
            f'y="{bar.top}" width="{round(bar.width * 0.8, 3)}%" height="{bar.height}"/>'
            for bar in chart.filled
        )
    )
    years, decades = ("years", chart.filled), ("decades", chart.groups)
    shown = {"few": [years], "some": [years, decades], "many": [decades]}[chart.size]
    return columns + format_html_join(
        "",
        '<g class="{}">{}</g>',
        ((name, _areas(context, chart, bars, within, shown_year)) for name, bars in shown),
    )


def _areas(context, chart, bars, within, shown_year):
    """The links of bars or decades, each as high as the chart, with `shown_year` marked."""
    counts = _counts_of(context)
    return mark_safe(
        "".join(
            f'<a href="{escape(bar_address(bar, within))}"'
            f"{CURRENT if bar.year <= (shown_year or 0) <= bar.last.year else ''}"
            f' aria-label="{label}"><title>{label}</title>'
            f'<rect class="hit" x="{bar.x}%" y="0" width="{bar.width}%" height="{chart.base}"/></a>'
            for bar in bars
            if bar.cables and (label := counts.as_held(f"{bar}"))
        )
    )


@register.simple_tag
def bar_rows(chart, within=""):
    """The numbers of a chart as rows of a table."""
    return mark_safe(
        "".join(
            f'<tr><th scope="row"><a href="{escape(bar_address(bar, within))}">{bar.name}</a></th>'
            f'<td class="num">{bar.cables:,}</td></tr>'
            for bar in chart.filled
        )
    )


def bar_address(bar, within=""):
    """Return the address of the cables of a bar: of a list narrowed to its days, or of a year."""
    if within:
        return f"{within}created_after={bar.first}&created_before={bar.last}"
    if bar.name.endswith("s"):
        return f"{reverse('created')}#{bar.name}"
    return reverse("created_year", args=[bar.year])


@register.simple_tag(takes_context=True)
def filter_fields(context):
    """The fields for values in the form above a list: name, label, control, options of a select."""
    fields = []
    for name in FORM:
        row = FILTERS[name]
        if isinstance(row, ValuesFilter) and (control := row.control) and _is_offered(row, context):
            field = {"name": name, "label": control.label or row.label, "control": control}
            fields.append(field | {"options": "" if control.size else _options(row, context)})
    return fields


def _is_offered(row: ValuesFilter, context) -> bool:
    """Return whether the form above this list has a field for a filter."""
    control = row.control
    if control is None or (row.name == context.get("own") and not control.in_own_list):
        return False
    is_enough = len(getattr(context["counts"], row.choices)) >= control.fewest
    refining = context.get("refining")
    if refining and row.name in refining.whole:
        return False
    return is_enough and bool(refining or control.in_lists)


def _options(row: ValuesFilter, context) -> str | None:
    """Return the options of a select; a country or place offers its own origins."""
    counts = context["counts"]
    if row.name == "origin" and context.get("own") in ("country", "place"):
        return _as_options((origin.slug, origin.name) for origin in context["origins"])
    values = getattr(counts, row.choices)
    return cache.get_or_set(
        f"options-{row.name}-{counts.token}",
        lambda: _as_options((value, row.show(value, counts)) for value in values),
        timeout=None,
    )


def _as_options(pairs):
    return format_html_join("", '<option value="{}">{}</option>', pairs)


@register.inclusion_tag("cables/list/_pager.html", takes_context=True)
def pager(context, label):
    """Links to the pages of a list, with its filters and order: 1 … 3 4 5 … 95."""
    page, filters = context["page"], context.get("asked")

    def address(number):
        return filters.address(page=number) if filters else f"?page={number}"

    number, last = page.number, page.paginator.num_pages
    numbers = sorted({1, number - 1, number, number + 1, last} - {0, last + 1})
    steps: list[tuple[int | str, str]] = [(1, address(1))]
    for before, step in pairwise(numbers):
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
