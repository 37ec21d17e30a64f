"""View of the citation map of a cable: two steps of what it cites and of what cites it."""

from dataclasses import dataclass, field

from django.shortcuts import render

from ..graphics.reference_graph import draw
from ..models import Cable, Mention
from ..models.querysets import READER
from ..models.sending_order import is_later
from ..telegram.citation_links import LocatedReferences, locate_references
from ..telegram.made_titles import day_of, is_named, opening_of, reading_title
from ..telegram.references import is_document, spellings_of
from .cable import of_one_cable
from .cable_context import CablePage
from .related_cables import Around, find_around

DRAWN = 20  # The most cables of a column that are drawn and listed.
# Steps from the cable -> (head of its column, head of its list, name of those left out).
STEPS = {
    -2: ("cited by those", "What those cite", "cited by what it cites"),
    -1: ("cited", "What it cites", "cited by it"),
    0: ("this one", "", ""),
    1: ("citing it", "What cites it", "citing it"),
    2: ("citing those", "What cites those", "citing what cites it"),
}
LISTED = (-1, -2, 1, 2)  # The order of the lists: each second step below its first.


@dataclass(frozen=True, slots=True)
class ParagraphReference:
    """A paragraph of one cable that names another cable, or a paragraph of it."""

    naming: Cable
    paragraph: str  # The id in `naming`.
    named: Cable
    target: str  # The id in `named`; "" if it names the whole cable.


@dataclass(slots=True)
class Node:
    """A cable of the map; `cable` is None if the archive does not hold it."""

    reference: str
    cable: Cable | None = None
    cites: list[str] = field(default_factory=list)  # References of the nodes that it cites.
    # Where its text or the cable's says so.
    places: list[ParagraphReference] = field(default_factory=list)
    also: list[str] = field(default_factory=list)  # `cites` without what its list's head implies.

    def __str__(self):
        return self.reference


@dataclass(slots=True)
class Web:
    """The nodes that are drawn, by steps from the cable: -1 is cited by it, 1 cites it."""

    columns: dict[int, list[Node]]
    left_out: dict[int, int] = field(default_factory=dict)  # {step: cables not drawn}
    names: dict[str, str] = field(default_factory=dict)  # {reference as printed: that of its node}

    @property
    def nodes(self) -> dict[str, Node]:
        return {node.reference: node for column in self.columns.values() for node in column}

    def add(self, step: int, nodes: list[Node], others: int = 0):
        """Fill a column with the nodes that are in no other; `others` more were not even read."""
        new = [node for node in nodes if node.reference not in self.nodes]
        self.columns[step] = new[:DRAWN]
        self.left_out[step] = len(new[DRAWN:]) + others


@of_one_cable
def references(request, cable):
    """The citation map of a cable, as a drawing and as lists."""
    web = find_web(cable)
    nodes = web.nodes
    edges = [(node.reference, cited) for node in nodes.values() for cited in node.cites]
    drawing = draw({step: [str(node) for node in web.columns[step]] for step in STEPS}, edges)
    page = CablePage.of(
        *(request, cable, "references"),
        address=request.path,
        description=f"What {cable.reference} cites and what cites it, in two steps.",
    )
    lists = {
        "drawing": drawing,
        "boxes": [
            (box, held, box.lines(box.name, *written_on(held)))
            for box in drawing.boxes
            for held in [nodes[box.name].cable]
        ],
        "heads": [(middle, STEPS[step][0]) for middle, step in drawing.heads],
        "lists": [(STEPS[step][1], web.columns[step]) for step in LISTED if web.columns[step]],
        "left_out": [(count, STEPS[step][2]) for step, count in web.left_out.items() if count],
    }
    return render(request, "cables/references.html", page.as_context(**lists))


def written_on(cable: Cable | None) -> tuple[str, str]:
    """Return the title of a cable, or its first sentence if it has no subject, and its date."""
    if cable is None:
        return "not here", ""
    words = "" if is_named(cable) else opening_of(cable)
    return words or reading_title(cable), day_of(cable)


def find_web(cable: Cable) -> Web:
    """Return the citation map of a cable, in at most five queries."""
    printed = locate_references(cable.blocks(), cable.completing_reference)
    around = find_around(cable, printed)
    web = Web(
        {0: [Node(cable.reference, cable)]}, names=dict.fromkeys(cable.names, cable.reference)
    )
    _first_step(web, around)
    _second_step(web)
    _find_edges(web, around)
    _find_places(web, cable, printed, around.names)
    return web


def _first_step(web: Web, around: Around):
    cited = []
    for reference, lead in around.leads.items():
        cable = lead.cable if lead.certain else None
        web.names[reference] = cable.reference if cable else reference
        cited.append(Node(web.names[reference], cable))
    web.add(-1, list({node.reference: node for node in cited}.values()))
    citing = [Node(row.reference, row) for row in around.cited_by]
    web.add(1, citing, around.citing - len(citing))


def _second_step(web: Web):
    """Add the published cables that the first step cites, and those that cite it."""
    published = Cable.objects.published()
    references = [name for node in web.columns[-1] if node.cable for name in node.cable.cites]
    known = published.for_listing("cites").held_by_reference({*references} - web.names.keys())
    cited = {
        name: Node(known[name].reference, known[name])
        for node in web.columns[-1]
        for name in (node.cable.cites if node.cable else ())
        if name in known and _may_cite(node, Node(name, known[name]), name)
    }
    web.names |= {reference: cable.reference for reference, cable in known.items()}
    for node in web.columns[1]:
        web.names |= dict.fromkeys(spellings_of(node.reference), node.reference)
    web.add(-2, list({node.reference: node for node in cited.values()}.values()))
    first = [node.reference for node in web.columns[1]]
    if not first:
        web.add(2, [])
        return
    drawn = [node.cable.pk for node in web.nodes.values() if node.cable]
    rows = list(published.citing_any(first, drawn).for_listing("cites")[:DRAWN])
    named = web.columns[1]
    citing = [
        node
        for row, node in ((row, Node(row.reference, row)) for row in rows)
        if any(
            web.names.get(name) == each.reference and _may_cite(node, each, name)
            for name in row.cites
            for each in named
        )
    ]
    web.add(2, citing, rows[0].total - len(rows) if rows else 0)


def _find_edges(web: Web, around: Around):
    """Set `cites` and `also` of each node."""
    nodes = web.nodes
    for node in nodes.values():
        cited = node.cable.cites if node.cable else ()
        names = {web.names.get(reference, reference): reference for reference in cited}
        node.cites = [
            name for name, reference in names.items() if _may_cite(node, nodes.get(name), reference)
        ]
    middle = web.columns[0][0]
    middle.cites = [node.reference for node in web.columns[-1]]
    for row in around.cited_by:
        citing = nodes.get(row.reference)
        if citing and middle.reference not in citing.cites:
            citing.cites.insert(0, middle.reference)
    for node in nodes.values():
        node.cites = [name for name in node.cites if name != node.reference]
        implied = middle.reference if node in web.columns[1] else ""
        node.also = [name for name in node.cites if name != implied]


def _may_cite(node: Node, cited: Node | None, reference: str) -> bool:
    """Return whether a node is cited: it is drawn, and no later cable with this number (R-4)."""
    if cited is None or node.cable is None or cited.cable is None:
        return cited is not None
    return is_document(reference) or not is_later(cited.cable, node.cable)


def _find_places(web: Web, cable: Cable, printed: LocatedReferences, names: list[str]):
    """Set `places` of the first step: where it names the cable, or the cable names it."""
    cited = {node.reference: (node, node.cable) for node in web.columns[-1] if node.cable}
    for paragraph, mentioned in printed.named.items():
        for each in mentioned:
            reference = web.names.get(each.reference, "")
            if reference in cited:
                node, named = cited[reference]
                _add_place(node, cable, paragraph, named, each.target)
    citing = {node.cable.pk: (node, node.cable) for node in web.columns[1] if node.cable}
    mentions = Mention.objects.using(READER).filter(cable__in=citing, reference__in=names)
    for mention in mentions.order_by("pk"):
        node, naming = citing[mention.cable_id]
        _add_place(node, naming, mention.paragraph, cable, mention.target)


def _add_place(node: Node, naming: Cable, paragraph: str, named: Cable, target: str):
    place = ParagraphReference(
        naming, paragraph, named, target if target in named.paragraph_ids else ""
    )
    if place not in node.places:
        node.places.append(place)
