"""The page of data sets, and their files, which can be downloaded in parts."""

import json
import re
from io import SEEK_CUR, SEEK_SET, BufferedReader, RawIOBase
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from ..api.data_set_files import CROISSANT, DataSet
from ..api.data_sets import offered_data_sets, offered_file
from ..api.problems import refuse_file
from ..search.list_counts import ListCounts
from .cable_pages.metadata import as_script

# Caches have to ask each time: a data set goes as soon as a cable in it is withheld. No page of
# the archive's state: a data set comes and goes by itself.
ASKING = "public, no-cache"
RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)")
BLOCK = 65_536  # Bytes that are read at a time.


@require_safe
def data_sets(request):
    """The newest data set with its files, and earlier ones."""
    sets = offered_data_sets()
    newest = sets[0] if sets else None
    context = {
        "counts": ListCounts.current(),
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


class FilePart(RawIOBase):
    """The bytes of a file from `first` to before `end`, as a file.

    As it can seek, the web server sends it by itself: a slow download takes no thread.
    """

    def __init__(self, whole: BufferedReader, first: int, end: int):
        self.whole = whole
        self.first, self.size = first, end - first
        self.whole.seek(first)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.whole.tell() - self.first

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        start = {SEEK_SET: 0, SEEK_CUR: self.tell()}.get(whence, self.size)
        return self.whole.seek(self.first + max(0, start + offset)) - self.first

    def readinto(self, buffer) -> int:
        wanted = max(0, min(len(buffer), self.size - self.tell()))
        return self.whole.readinto(memoryview(buffer)[:wanted])

    def close(self):
        self.whole.close()
        super().close()


def file_response(
    request, path: Path, size: int, digest: str, media_type: str
) -> HttpResponse | FileResponse:
    """Return a file or the part in the header Range, 304 if the client has it, 412 or 416.

    `digest` is its SHA-256, the ETag. Raises FileNotFoundError.
    """
    etag = f'"{digest}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    try:
        part = asked_part(request, etag, size)
    except ValueError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, end = part or (0, size)
    if request.method == "HEAD":
        path.stat()
        response: HttpResponse | FileResponse = HttpResponse()
    else:
        response = FileResponse(FilePart(path.open("rb"), first, end))
        response.block_size = BLOCK
    response.status_code = 206 if part else 200
    response["Content-Type"] = media_type
    response["Content-Length"] = str(end - first)
    if part:
        response["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    return response


def asked_part(request, etag: str, size: int) -> tuple[int, int] | None:
    """Return the first byte that a request asks for, and the one behind the last; None for all.

    Several ranges, those of another version of the file, and those that no GET asks for are
    answered with the whole. Raises ValueError if there are no such bytes.
    """
    asked = RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    is_same = request.headers.get("If-Range", etag) == etag
    if not asked or asked[0] == "bytes=-" or not is_same or request.method != "GET":
        return None
    first, last = (int(number[:18]) if number else None for number in asked.groups())
    if first is None:  # The last bytes.
        first, last = max(0, size - (last or 0)), size - 1
    elif last is not None and last < first:
        return None  # Not a valid range: as if there were none.
    last = size - 1 if last is None else min(last, size - 1)
    if first > last:
        raise ValueError(f"There are {size} bytes.")
    return first, last + 1
