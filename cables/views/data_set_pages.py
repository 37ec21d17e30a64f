"""The page of data sets, and their files, which can be downloaded in parts."""

import json
import re

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from whitenoise.responders import SlicedFile

from ..api.data_set_files import CROISSANT
from ..api.data_set_record import DataFile, DataSet
from ..api.data_sets import offered_data_sets, offered_file
from ..search.list_counts import ListCounts
from .metadata import as_script

RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)")
# Caches have to ask each time: a data set goes as soon as a cable in it is withheld. No page of
# the archive's state: a data set comes and goes by itself.
ASKING = "public, no-cache"
BLOCK = 65_536  # Bytes that are read at a time.


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
        raise Http404("There is no such data set, or no longer. /datasets/ has those of today.")
    made, file = found
    if version == "latest":
        moved = redirect("data_set_file", made.version, name)
        moved["Cache-Control"] = ASKING
        return moved
    try:
        response = file_response(request, made, file)
    except FileNotFoundError:
        raise Http404("This data set was removed a moment ago.") from None
    for header, value in headers_of(file).items():
        response[header] = value
    return response


def headers_of(file: DataFile) -> dict[str, str]:
    """Return the headers that all answers about a file have."""
    return {"ETag": f'"{file.digest}"', "Accept-Ranges": "bytes", "Cache-Control": ASKING}


def file_response(request, made: DataSet, file: DataFile) -> HttpResponse | FileResponse:
    """Return a file or the part in the header Range, 304 if the client has it, or 416."""
    etag = f'"{file.digest}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    content = (made.folder / file.name).open("rb")
    try:
        part = asked_part(request, etag, file.size)
    except ValueError:
        content.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    first, last = part or (0, file.size - 1)
    if request.method == "HEAD":
        content.close()
        response: HttpResponse | FileResponse = HttpResponse()
    else:
        response = FileResponse(SlicedFile(content, first, last))
        response.block_size = BLOCK
    response.status_code = 206 if part else 200
    response["Content-Type"] = file.media_type
    response["Content-Length"] = str(last - first + 1)
    if part:
        response["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    return response


def asked_part(request, etag: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte that a request asks for; None is the whole file.

    Several ranges, and those of another version of the file, are answered with the whole. Raises
    ValueError if there are no such bytes.
    """
    asked = RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if not asked or asked[0] == "bytes=-" or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = (int(number[:18]) if number else None for number in asked.groups())
    if first is None:  # The last bytes.
        first, last = max(0, size - (last or 0)), size - 1
    last = size - 1 if last is None else min(last, size - 1)
    if first > last:
        raise ValueError(f"There are {size} bytes.")
    return first, last
