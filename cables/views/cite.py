"""Views to cite a cable, a paragraph or a range: the page with all forms, and files."""

from django.shortcuts import render

from ..api.serializers import as_markdown_file, cable_data
from ..api.signposting import TypedLinks
from ..citations.citation_list import SelectedItem, read_item
from ..telegram.paragraphs import outline
from .bibliography import address_of_selection
from .cable_context import CablePage
from .citation_forms import (
    FILE_FORMS,
    file_response,
    forms_of,
    other_style,
    record_forms,
    without_indexing,
)
from .data import json_response
from .metadata import citation_source, page_of, part_address
from .passages import of_one_passage

# Files that have the text itself: extension -> name for readers.
TEXT_FORMS = {"json": "JSON: the text, its facts and its versions", "md": "Markdown"}


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
    context = CablePage.of(request, cable, f"cite {passage.name}").as_context(
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
    links = TypedLinks(f"{request.scheme}://{request.get_host()}")
    links.add("canonical", page_of(cable, passage.ids))
    if form in record_forms():
        links.add("describes", page_of(cable, passage.ids), type="text/html")
    return links.put(response)
