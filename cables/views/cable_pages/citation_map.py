"""View of the citation map of a cable: two steps of what it cites and of what cites it."""

from dataclasses import dataclass, field

from django.shortcuts import render

from ...graphics.world_map import draw
from ...models import Cable, Mention
from ...models.querysets import READER
from ...models.sql_expressions import is_later
from ...telegram.citation_links import LocatedReferences, locate_references
from ...telegram.references import is_document, spellings_of
from ...telegram.titles import day_of, is_named, opening_of, reading_title
from .cable import of_one_cable
from .cable_context import CablePage
from .related_cables import RelatedCables, find_related, is_by_editors_alone

DRAWN = 20  # The most cables of a column that are drawn and listed.
# Steps from the cable -> (head of its column, head of its list, name of those left out).
STEPS = {
    -2: ("cited by those", "What those cite", "cited by what it cites"),
    -1: ("cited", "What it cites", "cited by it"),
    0: ("this one", "", ""),
    1: ("citing it", "What cites it", "citing it"),
    2: ("citing those", "What cites those", "citing what cites it"),
}
OF_CITING = ("body", "facts", "created", "created_precision")  # Read of what cites the cable.
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
    by_editors: bool = False  # Only notes of the editors cite it, not the cable's text.
    also: list[str] = field(default_factory=list)  # `cites` without what its list's head implies.

    def __str__(self):
        return self.reference


@dataclass(slots=True)
class CitationGraph:
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
    graph = find_graph(cable)
    nodes = graph.nodes
    edges = [(node.reference, cited) for node in nodes.values() for cited in node.cites]
    drawing = draw({step: [str(node) for node in graph.columns[step]] for step in STEPS}, edges)
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
        "heads": [(*place, STEPS[step][0]) for *place, step in drawing.heads],
        "lists": [(STEPS[step][1], graph.columns[step]) for step in LISTED if graph.columns[step]],
        "left_out": [(count, STEPS[step][2]) for step, count in graph.left_out.items() if count],
    }
    return render(request, "cables/references.html", page.as_context(**lists))


def written_on(cable: Cable | None) -> tuple[str, str]:
    """Return the title of a cable, or its first sentence if it has no subject, and its date."""
    if cable is None:
        return "not here", ""
    words = "" if is_named(cable) else opening_of(cable)
    return words or reading_title(cable), day_of(cable)


def find_graph(cable: Cable) -> CitationGraph:
    """Return the citation map of a cable, in at most six queries."""
    printed = locate_references(cable.blocks(), cable.completing_reference)
    related = find_related(cable, printed)
    graph = CitationGraph(
        {0: [Node(cable.reference, cable)]}, names=dict.fromkeys(cable.names, cable.reference)
    )
    _first_step(graph, cable, related)
    _second_step(graph)
    _find_edges(graph, related)
    _find_places(graph, cable, printed, related.names)
    return graph


def _first_step(graph: CitationGraph, citing: Cable, related: RelatedCables):
    cited = []
    for reference, lead in related.leads.items():
        cable = lead.cable if lead.certain else None
        graph.names[reference] = cable.reference if cable else reference
        by_editors = cable is not None and is_by_editors_alone(citing, cable, citing.body)
        cited.append(Node(graph.names[reference], cable, by_editors=by_editors))
    graph.add(-1, list({node.reference: node for node in cited}.values()))
    keys = [row.pk for row in related.cited_by[:DRAWN]]
    texts = Cable.objects.published().only(*OF_CITING).in_bulk(keys)
    others = [Node(row.reference, row) for row in related.cited_by]
    for node in others:
        text = texts.get(node.cable.pk) if node.cable else None
        node.by_editors = text is not None and is_by_editors_alone(text, citing, text.body)
    graph.add(1, others, related.citing - len(others))


def _second_step(graph: CitationGraph):
    """Add the published cables that the first step cites, and those that cite it."""
    published = Cable.objects.published()
    references = [name for node in graph.columns[-1] if node.cable for name in node.cable.cites]
    known = published.for_listing("cites").held_by_reference({*references} - graph.names.keys())
    cited = {
        name: Node(known[name].reference, known[name])
        for node in graph.columns[-1]
        for name in (node.cable.cites if node.cable else ())
        if name in known and _may_cite(node, Node(name, known[name]), name)
    }
    graph.names |= {reference: cable.reference for reference, cable in known.items()}
    for node in graph.columns[1]:
        graph.names |= dict.fromkeys(spellings_of(node.reference), node.reference)
    graph.add(-2, list({node.reference: node for node in cited.values()}.values()))
    first = [node.reference for node in graph.columns[1]]
    if not first:
        graph.add(2, [])
        return
    drawn = [node.cable.pk for node in graph.nodes.values() if node.cable]
    rows = list(published.citing_any(first, drawn).for_listing("cites")[:DRAWN])
    named = graph.columns[1]
    citing = [
        node
        for row, node in ((row, Node(row.reference, row)) for row in rows)
        if any(
            graph.names.get(name) == each.reference and _may_cite(node, each, name)
            for name in row.cites
            for each in named
        )
    ]
    graph.add(2, citing, rows[0].total - len(rows) if rows else 0)


def _find_edges(graph: CitationGraph, related: RelatedCables):
    nodes = graph.nodes
    for node in nodes.values():
        cited = node.cable.cites if node.cable else ()
        names = {graph.names.get(reference, reference): reference for reference in cited}
        node.cites = [
            name for name, reference in names.items() if _may_cite(node, nodes.get(name), reference)
        ]
    middle = graph.columns[0][0]
    middle.cites = [node.reference for node in graph.columns[-1]]
    for row in related.cited_by:
        citing = nodes.get(row.reference)
        if citing and middle.reference not in citing.cites:
            citing.cites.insert(0, middle.reference)
    for node in nodes.values():
        node.cites = [name for name in node.cites if name != node.reference]
        implied = middle.reference if node in graph.columns[1] else ""
        node.also = [name for name in node.cites if name != implied]


def _may_cite(node: Node, cited: Node | None, reference: str) -> bool:
    """Return whether a node is cited: it is drawn, and no later cable with this number (R-4)."""
    if cited is None or node.cable is None or cited.cable is None:
        return cited is not None
    return is_document(reference) or not is_later(cited.cable, node.cable)


def _find_places(graph: CitationGraph, cable: Cable, printed: LocatedReferences, names: list[str]):
    """Set `places` of the first step: where it names the cable, or the cable names it."""
    cited = {node.reference: (node, node.cable) for node in graph.columns[-1] if node.cable}
    for paragraph, mentioned in printed.named.items():
        for each in mentioned:
            reference = graph.names.get(each.reference, "")
            if reference in cited:
                node, named = cited[reference]
                _add_place(node, cable, paragraph, named, each.target)
    citing = {node.cable.pk: (node, node.cable) for node in graph.columns[1] if node.cable}
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
