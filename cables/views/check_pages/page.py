"""The form that takes an author's text or file, and the report on it.

What is sent is kept nowhere: not in the database, on disk, in the log or in a cache.
"""

import re
from functools import cache
from html import unescape

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import strip_tags
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ...api.problems import problem
from ...citations.citation_formats import as_plain
from ...citations.csl_styles import StyleError, in_style
from ...search.list_counts import ListCounts
from ...search_index.reader import IndexNotReady
from ...text_check.document_files import (
    MOST_CHARACTERS,
    READERS,
    UnreadableFile,
    as_text,
    read_file,
)
from ...text_check.passages import passages_of_text
from ..cable_pages.metadata import MAIN
from ..cited_source import citation_source
from ..quote import uncacheable
from .report_files import as_csv, as_linked_html, as_linked_markdown, in_json
from .text_report import check_text

SHORT = "Plain citation"
FILES = {  # Form -> (media type, ending, what writes it).
    "csv": ("text/csv", "csv", as_csv),
    "markdown": ("text/markdown", "md", as_linked_markdown),
    "html": ("text/html", "html", as_linked_html),
}


class Refused(Exception):
    """A request that cannot be answered: the status, and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


@csrf_exempt  # The view only reads public data, and readers have no session.
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def check(request):
    """The form, or the report on the text that was sent, or that as a file (`as`)."""
    if request.method != "POST":
        return render(request, "cables/check.html", form())
    try:
        passages, report = checked(request)
    except Refused as error:
        text = "" if error.status == 413 else request.POST.get("text", "")
        sent = form(problem=error.sentence, text=text)
        return uncacheable(render(request, "cables/check.html", sent, status=error.status))
    if (wanted := request.POST.get("as")) == "json":
        return uncacheable(JsonResponse(in_json(report)))
    if wanted in FILES:
        media_type, ending, write = FILES[wanted]
        response = HttpResponse(write(report), content_type=f"{media_type}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="checked-text.{ending}"'
        return uncacheable(response)
    context = form(report=report, text=as_text(passages), style=request.POST.get("style", SHORT))
    return uncacheable(render(request, "cables/check.html", context))


@csrf_exempt
@sensitive_post_parameters()
@require_POST
def check_json(request):
    """The report on a text as JSON; `next` is the `first` with which a long one goes on."""
    try:
        _, report = checked(request)
    except Refused as error:
        return uncacheable(problem(error.status, error.sentence))
    return uncacheable(JsonResponse(in_json(report)))


def form(**context):
    """Return the context of the form."""
    endings = ", ".join(READERS)
    return {
        "counts": ListCounts.current(),
        "styles": [SHORT, *MAIN],
        "endings": endings,
        "most": MOST_CHARACTERS,
    } | context


def checked(request):
    """Return (passages of the text that was sent, the report). Raises Refused."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise Refused(413, "This is more than is read at once: send it in parts.")
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    passages = sent_passages(request)
    first = request.POST.get("first") or "0"
    # Python reads no longer numbers, and no text has as many passages.
    if not re.fullmatch("[0-9]{1,9}", first) or int(first) >= max(len(passages), 1):
        raise Refused(400, f"There is no passage {first[:20]}: the text has {len(passages)}.")
    try:
        cite = citer(request, request.POST.get("style", SHORT))
        return passages, check_text(passages, int(first), cite)
    except IndexNotReady:
        raise Refused(503, "The search index is being built: try again soon.") from None


def sent_passages(request):
    """Return the passages of the file or of the text that was sent. Raises Refused."""
    if file := request.FILES.get("file"):
        try:
            return read_file(file.name, file.read())
        except UnreadableFile as error:
            raise Refused(400, str(error)) from None
    text = request.POST.get("text", "")
    if len(text) > MOST_CHARACTERS:
        raise Refused(413, "The text has more than 2 million characters: send it in parts.")
    if not text.strip():
        raise Refused(400, "Nothing was sent: paste a text, or choose a file.")
    return passages_of_text(text.replace("\0", " "))


def citer(request, style):
    """Return a function that gives (permalink, citation in a style) of a finding with a cable."""

    @cache
    def cited(cable, version, paragraphs):
        source = citation_source(request, cable, paragraphs, version)
        if style not in MAIN:
            return source.address, as_plain(source)
        try:
            note = in_style(MAIN[style], (source,)).notes[0]
        except StyleError:
            return source.address, as_plain(source)
        return source.address, unescape(strip_tags(note))

    def cite(finding):
        ends = list(dict.fromkeys([*finding.paragraphs[:1], *finding.paragraphs[-1:]]))
        return cited(finding.cable, finding.version, tuple(ends))

    return cite
