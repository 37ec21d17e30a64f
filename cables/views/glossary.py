"""The glossary: what the codes that cables print stand for, and how many cables have each."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..classifications import BY_VALUE
from ..glossary import PAGES, TAGS, TERMS, Entry, entries, headings, look_up, slug
from ..tallies import Tallies


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it is shown, with its list: how many cables stand there, and its address."""

    entry: Entry
    words: str  # What it stands for.
    cables: int = 0
    address: str = ""  # "" if nothing stands there.


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one kind under their heading."""

    kind: str
    rows: list[Row]
    address: str = ""  # Of the page on which they are all listed.

    @property
    def explained(self) -> list[Row]:
        return [row for row in self.rows if row.words]

    @property
    def unexplained(self) -> list[Row]:
        return [row for row in self.rows if not row.words]

    @property
    def heading(self) -> str:
        return headings()[self.kind][0]

    @property
    def lead(self) -> str:
        return headings()[self.kind][1]


@require_safe
def glossary(request):
    """Every code, by kind, but for those of which there are so many that they have own pages."""
    tallies = Tallies()
    context = {
        "heading": "Glossary",
        "groups": lambda: [group(tallies, kind) for kind in TERMS],
        "pages": [
            (headings()[kind][0], address_of(kind), len(entries()[kind])) for kind in PAGES.values()
        ],
        "tallies": tallies,
    }
    return render(request, "cables/glossary.html", context)


@require_safe
def page(request, page):
    """Every code of one kind."""
    tallies, kind = Tallies(), PAGES[page]
    context = {
        "heading": headings()[kind][0],
        "crumbs": [("Glossary", reverse("glossary")), (headings()[kind][0], "")],
        "kind": kind,
        "groups": lambda: [group(tallies, kind)],
        "tallies": tallies,
    }
    return render(request, "cables/glossary.html", context)


@require_safe
def kind(request, kind):
    """Where the lists of cables by codes of a kind are found: in the glossary."""
    return redirect(address_of(kind), permanent=True)


@require_safe
def term(request, code):
    """All that one code stands for: TO is a label, and Togo too."""
    address = slug(code)
    found = look_up(address)
    if not found:
        raise Http404("The glossary does not explain this code.")
    if code != found[0].slug:
        return redirect("term", found[0].slug, permanent=True)
    tallies = Tallies()
    context = {
        "heading": found[0].printed,
        "crumbs": [("Glossary", reverse("glossary")), (found[0].printed, "")],
        "groups": [
            Group(entry.kind, [row(tallies, entry)], address_of(entry.kind)) for entry in found
        ],
        "tallies": tallies,
    }
    return render(request, "cables/term.html", context)


def address_of(kind):
    """Return where the codes of a kind are listed."""
    page = next((page for page, listed in PAGES.items() if listed == kind), "")
    return reverse("glossary_page", args=[page]) if page else f"{reverse('glossary')}#{kind}"


def group(tallies, kind):
    return Group(kind, [row(tallies, entry) for entry in entries()[kind].values()])


def row(tallies, entry):
    """Return an entry with its list. A curator's words for a tag are preferred to the room's."""
    if entry.kind in TAGS:
        label, _ = tallies.glossary.get(entry.code, ("", ""))
        cables = tallies.tags.get(entry.code, 0)
        address = reverse("tag", args=[entry.code]) if cables else ""
        return Row(entry, label or entry.name, cables, address)
    if entry.kind == "class":
        known = BY_VALUE[entry.code]
        _, cables = tallies.classifications.get(known.slug, (known, 0))
        address = reverse("classification", args=[known.slug]) if cables else ""
        return Row(entry, entry.words, cables, address)
    if entry.kind in ("caption", "mark"):
        cables = getattr(tallies, f"{entry.kind}s").get(entry.code, 0)
        address = reverse(entry.kind, args=[entry.slug]) if cables else ""
        return Row(entry, entry.words, cables, address)
    return Row(entry, entry.words)
