"""The page of data sets, and their files, which can be downloaded in parts."""

import json

from django.conf import settings
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ..api.data_set_files import CROISSANT
from ..api.data_set_record import DataSet
from ..api.data_sets import offered_data_sets, offered_file
from ..api.problems import refuse_file
from ..search.list_counts import ListCounts
from .file_parts import file_response
from .metadata import as_script

# Caches have to ask each time: a data set goes as soon as a cable in it is withheld. No page of
# the archive's state: a data set comes and goes by itself.
ASKING = "public, no-cache"


@require_safe
def data_sets(request):
    """The newest data set with its files, and earlier ones."""
    sets = offered_data_sets()
    newest = sets[0] if sets else None
    context = {
        "tallies": ListCounts.current(),
        "newest": newest,
        "earlier": sets[1:],
        "described": as_script(croissant_of(newest)) if newest else "",
        "are_made": bool(settings.DATA_SETS),
    }
    response = render(request, "cables/data_sets.html", context)
    response["Cache-Control"] = ASKING
    return response


def croissant_of(made: DataSet) -> dict:
    """Return the Croissant metadata of a data set; {} if it was removed a moment ago."""
    try:
        return json.loads((made.folder / CROISSANT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


@require_safe
def data_set_file(request, version, name):
    """A file of a data set. The version "latest" redirects to the newest."""
    found = offered_file(version, name)
    if found is None:
        return refuse_file(request, 404, why_no_file())
    made, file = found
    if version == "latest":
        moved = redirect("data_set_file", made.version, name)
        moved["Cache-Control"] = ASKING
        return moved
    path = made.folder / file.name
    try:
        response = file_response(request, path, file.size, file.digest, file.media_type)
    except FileNotFoundError:
        return refuse_file(request, 404, "This data set was removed a moment ago.")
    headers = {"ETag": f'"{file.digest}"', "Accept-Ranges": "bytes", "Cache-Control": ASKING}
    for header, value in headers.items():
        response[header] = value
    return response


def why_no_file() -> str:
    """Return a sentence for an address at which no file of a data set is."""
    if offered_data_sets():
        return "There is no such file of a data set, or no longer. /datasets/ has those of today."
    if settings.DATA_SETS:
        return "There is no data set now. /datasets/ says when the next one is made."
    return "This archive offers no data sets."
