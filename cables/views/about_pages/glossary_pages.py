"""The glossary: the meanings of printed codes, and how many cables have each."""

from dataclasses import dataclass
from heapq import nlargest

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...glossary.entries import PAGES, TAGS, TERMS, GlossaryEntry, entries, headings, look_up, slug
from ...search.list_counts import ListCounts
from ...telegram.classifications import BY_VALUE
from ..list_pages.list_indexes import MOST, letter_groups


@dataclass(frozen=True, slots=True)
class GlossaryRow:
    """A glossary entry with the number of its cables and the address of their list."""

    entry: GlossaryEntry
    words: str  # Its meaning.
    cables: int = 0
    address: str = ""  # "" without cables.


@dataclass(frozen=True, slots=True)
class GlossaryGroup:
    """The entries of one kind under their heading."""

    kind: str
    rows: list[GlossaryRow]
    address: str = ""  # Of the page that lists them all.

    @property
    def explained(self) -> list[GlossaryRow]:
        return [row for row in self.rows if row.words]

    @property
    def unexplained(self) -> list[GlossaryRow]:
        return [row for row in self.rows if not row.words]

    @property
    def letters(self) -> "list[tuple[str, GlossaryGroup]]":
        """Its entries by their first letter, REST last; a short group has none."""
        if len(self.rows) <= 2 * MOST:
            return [("", self)]
        groups = letter_groups(self.rows, lambda row: row.entry.code)
        return [(letter, GlossaryGroup(self.kind, group)) for letter, group in groups]

    @property
    def most(self) -> list[GlossaryRow]:
        """The entries with the most cables, of those that have any."""
        rows = nlargest(MOST, self.rows, key=lambda row: row.cables)
        return [row for row in rows if row.address]

    @property
    def heading(self) -> str:
        return headings()[self.kind][0]

    @property
    def lead(self) -> str:
        return headings()[self.kind][1]


@require_safe
def glossary(request):
    """All codes by kind, except for the long kinds, which have pages of their own."""
    counts = ListCounts.current()
    context = {
        "heading": "Glossary",
        "lead": "What the codes and abbreviations of cables stand for.",
        "groups": lambda: [group(counts, kind) for kind in TERMS],
        "pages": [
            (headings()[kind][0], kind_address(kind), len(entries()[kind]))
            for kind in PAGES.values()
        ],
        "counts": counts,
    }
    return render(request, "cables/glossary.html", context)


@require_safe
def page(request, page):
    counts, kind = ListCounts.current(), PAGES[page]
    context = {
        "heading": headings()[kind][0],
        "crumbs": [("Glossary", reverse("glossary")), (headings()[kind][0], "")],
        "kind": kind,
        "lead": headings()[kind][1],
        "groups": lambda: [group(counts, kind)],
        "counts": counts,
    }
    return render(request, "cables/glossary.html", context)


@require_safe
def kind(request, kind):
    """Redirect from the index of a kind ("caption/") to its part of the glossary."""
    return redirect(kind_address(kind), permanent=True)


@require_safe
def term(request, code):
    """All meanings of one code: TO is a label, and Togo too."""
    terms = look_up(slug(code))
    if not terms:
        raise Http404("The glossary does not explain this code.")
    if code != terms[0].slug:
        return redirect("term", terms[0].slug, permanent=True)
    counts = ListCounts.current()
    context = {
        "heading": terms[0].printed,
        "crumbs": [("Glossary", reverse("glossary")), (terms[0].printed, "")],
        "groups": [
            GlossaryGroup(entry.kind, [row(counts, entry)], kind_address(entry.kind))
            for entry in terms
        ],
        "counts": counts,
    }
    return render(request, "cables/term.html", context)


def kind_address(kind):
    """Return the address at which the codes of a kind are listed."""
    page = next((page for page, listed in PAGES.items() if listed == kind), "")
    return reverse("glossary_page", args=[page]) if page else f"{reverse('glossary')}#{kind}"


def group(counts, kind):
    return GlossaryGroup(kind, [row(counts, entry) for entry in entries()[kind].values()])


def row(counts, entry):
    """Return the row of an entry. A curator's label of a tag replaces the built-in meaning."""
    if entry.kind in TAGS:
        label, _ = counts.glossary.get(entry.code, ("", ""))
        cables = counts.tags.get(entry.code, 0)
        address = reverse("tag", args=[entry.code]) if cables else ""
        return GlossaryRow(entry, label or entry.name, cables, address)
    if entry.kind == "class":
        known = BY_VALUE[entry.code]
        _, cables = counts.classifications.get(known.slug, (known, 0))
        address = reverse("classification", args=[known.slug]) if cables else ""
        return GlossaryRow(entry, entry.words, cables, address)
    if entry.kind in ("caption", "mark"):
        cables = getattr(counts, f"{entry.kind}s").get(entry.code, 0)
        address = reverse(entry.kind, args=[entry.slug]) if cables else ""
        return GlossaryRow(entry, entry.words, cables, address)
    return GlossaryRow(entry, entry.words)
