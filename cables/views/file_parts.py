"""Large files as answers: whole or in the part that a request names, sent without a thread."""

import re
from io import SEEK_CUR, SEEK_SET, BufferedReader, RawIOBase
from pathlib import Path

from django.http import FileResponse, HttpResponse
from django.utils.cache import get_conditional_response

RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)")
BLOCK = 65_536  # Bytes that are read at a time.


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
