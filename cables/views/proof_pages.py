"""The public log, its tiles, and proofs of texts (docs/proof.md).

None of these is in the page cache: the log grows after the state of the archive. Proofs are never
stored: they carry salts, which the archive deletes with the words.
"""

import re
from pathlib import Path

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from ..api.problems import refuse_file
from ..models import Cable, Cosignature, LogEntry, LogTile, TransparencyLog, WitnessedLog
from ..models.querysets import READER
from ..templatetags.cable_text import called
from ..transparency import verify
from ..transparency.append import readable_log
from ..transparency.proofs import LoggedText, NoProof, checkpoint_for, find_proof
from ..transparency.verify import HASH, WIDTH, Checkpoint, Refuted, bundle, encoded, tile_path
from ..transparency.witnesses import LARGEST, take_cosignatures
from .cable_pages.cable import of_one_cable, paragraph_not_found
from .cable_pages.cable_context import CablePage
from .cable_pages.versions import not_in_version, text_of

PROGRAM = Path(verify.__file__)
BYTES = "application/octet-stream"
NO_LOG = "This archive has not begun its public log yet. Its worker does."
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
asked_again = cache_control(no_cache=True)
never_stored = cache_control(private=True, no_store=True)


def of_the_log(view):
    """Decorate a view to get the log of this room; without one it answers 404."""

    @require_safe
    def answer(request, **place):
        log = readable_log()
        if log is None:
            raise Http404(NO_LOG)
        return view(request, log, **place)

    return answer


@require_safe
@asked_again
def log_page(request):
    """What the public log is, how long it is, who watches it, and how to check texts by it."""
    log = readable_log()
    context = {
        "log": log,
        "held": Checkpoint.read(log.checkpoint) if log else None,
        "progress": _progress(log) if log and log.scanned is not None else None,
        "witnesses": [
            (verify.Key.read(each.key).name, each)
            for each in Cosignature.objects.using(READER).order_by("-at")
        ],
        "watched": WitnessedLog.objects.using(READER).all(),
    }
    return render(request, "cables/log.html", context)


def _progress(log: TransparencyLog) -> int:
    """Return how many per cent of the cables a log has gone through that is just beginning."""
    cables = Cable.objects.using(READER)
    return 100 * cables.filter(pk__lte=log.scanned).count() // max(cables.count(), 1)


@of_the_log
@asked_again
def log_checkpoint(request, log):
    """The signed note of the log's last state (C2SP tlog-checkpoint), with cosignatures of it."""
    return _plain(checkpoint_for(log, log.size - 1))


@of_the_log
@asked_again
def log_key(request, log, which):
    """The public key that signs the log now, or the one with which it began."""
    return _plain(f"{getattr(log, which)}\n")


@require_safe
@asked_again
def verify_program(request):
    """The program that checks proofs, rooms, mirrors and data sets."""
    return HttpResponse(PROGRAM.read_bytes(), content_type="text/x-python")


@require_safe
@asked_again
def watched_logs(request):
    """The last checkpoint of each log that this room watches, by the name of the log."""
    rows = WitnessedLog.objects.using(READER).values_list("origin", "checkpoint")
    return JsonResponse(dict(rows))


@of_the_log
def log_tile(request, log, level, tile):
    """A tile of hashes, or of entries (level "entries"), whole or as wide as its address says."""
    (number, width), found = _tile(tile), b""
    if level == "entries":
        start = number * WIDTH
        rows = LogEntry.objects.using(READER).filter(pk__gte=start, pk__lt=start + width)
        entries = [bytes(row.data) for row in rows.filter(pk__lt=log.size).order_by("pk")]
        found = bundle(entries) if len(entries) == width else b""
    elif level.isdecimal() and len(level) == 1:
        tiles = LogTile.objects.using(READER).filter(level=level, number=number)
        hashes = tiles.values_list("hashes", flat=True).first() or b""
        is_signed = (number * WIDTH + width) << 8 * int(level) <= log.size
        found = bytes(hashes)[: width * HASH] if is_signed else b""
        found = found if len(found) == width * HASH else b""
    if not found or tile_path(level, number, width) != f"tile/{level}/{tile}":
        raise Http404("The public log has no such tile.")
    return HttpResponse(found, content_type=BYTES, headers=FOR_EVER)


def _tile(path: str) -> tuple[int, int]:
    """Return the number and the width of a tile: x001/067 is 1067 and 256. Raises Http404."""
    name, _, width = path.partition(".p/")
    digits = name.replace("x", "").replace("/", "")
    if not re.fullmatch("[0-9]{1,15}", digits) or not re.fullmatch("[0-9]{0,3}", width):
        raise Http404("The public log has no such tile.")
    return int(digits), int(width or WIDTH)


@csrf_exempt
@require_POST
@never_stored
def cosignatures(request):
    """Take the cosignatures of witnesses that this room names, under a checkpoint of its log."""
    if len(request.body) > LARGEST:
        return refuse_file(request, 413, f"A checkpoint has at most {LARGEST:,} bytes.")
    try:
        taken = take_cosignatures(request.body.decode())
    except (Refuted, UnicodeDecodeError) as error:
        return refuse_file(request, 422, f"{error}")
    return JsonResponse({"taken": taken})


@of_one_cable
@never_stored
def proof(request, cable, number):
    """What the log proves of a version; a script checks it in the browser."""
    shown, superseded = text_of(cable, number)
    found, problem = {}, ""
    try:
        logged = find_proof(cable, superseded or cable, number)
        found = _facts_of(logged)
    except (NoProof, Refuted) as error:
        problem = str(error)
    address = reverse("proof", args=[cable.reference, number])
    page = CablePage.of(
        *(request, shown, "proof"),
        address=address,
        description=f"Whether {called(cable)} {cable.reference} is unchanged: the proof.",
    )
    file = request.build_absolute_uri(reverse("version_proof", args=[cable.reference, number]))
    facts = {"number": number, "superseded": superseded, "problem": problem, "file": file}
    return render(request, "cables/proof.html", page.as_context(**facts, **found))


def _facts_of(logged: LoggedText) -> dict:
    checkpoint = Checkpoint.read(checkpoint_for(logged.log, logged.committed.row.entry))
    keys = [
        verify.Key.read(key)
        for key in Cosignature.objects.using(READER).values_list("key", flat=True)
    ]
    own = map(verify.Key.read, (logged.log.key, logged.log.first_key))
    return {
        "logged": logged,
        "signer": next(checkpoint.signed_by(own), None),
        "since": parse_datetime(logged.entry.at),
        "kind": logged.entry.kind,
        "index": logged.committed.row.entry,
        "root": encoded(logged.entry.root),
        "checkpoint": checkpoint,
        "signed_by": list(checkpoint.signed_by(keys)),
    }


@of_one_cable
@never_stored
def cable_proof(request, cable):
    """The proof of the present version of a cable, as JSON."""
    return _answer(request, cable, cable, cable.version)


@of_one_cable
@never_stored
def version_proof(request, cable, number):
    """The proof of a version."""
    _, superseded = text_of(cable, number)
    return _answer(request, cable, superseded or cable, number)


@of_one_cable
@never_stored
def paragraph_proof(request, cable, paragraph):
    """The proof of a paragraph of the present version."""
    if paragraph not in dict(cable.block_texts()):
        blocks = cable.blocks()
        return paragraph_not_found(request, cable, blocks, paragraph, "paragraph_proof")
    return _answer(request, cable, cable, cable.version, paragraph)


@of_one_cable
@never_stored
def version_paragraph_proof(request, cable, number, paragraph):
    """The proof of a paragraph as a version had it."""
    shown, superseded = text_of(cable, number)
    blocks = shown.blocks()
    if paragraph not in blocks.ids:
        route = "version_paragraph_proof"
        return not_in_version(request, cable, number, paragraph, blocks, route)
    return _answer(request, cable, superseded or cable, number, paragraph)


def _answer(request, cable, text, number, paragraph=""):
    try:
        return JsonResponse(find_proof(cable, text, number, paragraph).as_json())
    except (NoProof, Refuted) as error:
        return refuse_file(request, 404, str(error))


def _plain(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
