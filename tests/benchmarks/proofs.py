"""How long the public log takes to follow an archive, and a proof to be made and verified."""

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import override_settings

from cables.models import Cable, LogEntry
from cables.transparency import verify
from cables.transparency.append import begin_anew
from cables.transparency.follow import follow_all

from .report import percentile, table

HEADING = ("what", "measured", "target")
PROOFS, P95 = 500, 15  # Proofs that are asked for; milliseconds.
TABLES = ("commitment", "loggedcable", "logentry", "logtile")
SIZES = " + ".join(f"pg_total_relation_size('cables_{name}')" for name in TABLES)


def measure() -> str:
    """Let a log follow the archive of this database, and return the table of its figures."""
    rows = []
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        held.enter_context(override_settings(LOG_KEY_FILE=folder / "log_key"))
        begin_anew()  # Of an earlier run there is no key.
        seconds = timed(follow_all)
        entries = LogEntry.objects.count()
        rows.append(("texts of an older room logged", f"{entries / seconds:,.0f} a second", ""))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {SIZES}")
            size = cursor.fetchone()[0]
        rows.append(("rows of a version", f"{size / entries:,.0f} bytes", ""))
        rows += map(proofs, ("proof.json", "par1/proof.json", "v1/proof/"))
        Cable.objects.filter(pk=Cable.objects.published().order_by("pk").first().pk).update(
            subject="A change of a benchmark.", version=2
        )
        rows.append(("a checkpoint after a change", f"{timed(follow_all) * 1000:.0f} ms", ""))
        rows.append(("the whole log verified", f"{timed(read_log):.1f} s", ""))
    return table(HEADING, rows)


def timed(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def proofs(end: str) -> tuple[str, str, str]:
    """Ask for proofs of random cables; each is computed again, and must be right."""
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    references = list(Cable.objects.published().values_list("reference", flat=True)[:20_000])
    figures = []
    for reference in Random(1).sample(references, min(PROOFS, len(references))):
        start = time.perf_counter()
        response = client.get(f"/cable/{reference}/{end}")
        figures.append((time.perf_counter() - start) * 1000)
        if end.endswith(".json") and response.status_code == 200:
            verify.Proof.read(response.json())
        elif response.status_code not in (200, 404):
            raise ValueError(f"{reference}/{end} answers {response.status_code}")
    half, most = (f"{percentile(figures, part):.1f}" for part in (50, 95))
    return f"{end}: 50, 95 of 100", f"{half}, {most} ms", f"{P95} ms"


def read_log() -> verify.LogState:
    """Verify the log as verify.py does, over the room's own addresses."""
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    fetch, verify.fetch = verify.fetch, lambda address: client.get(address).content
    try:
        return verify.read_log(verify.LogReader("/log"), None)
    finally:
        verify.fetch = fetch
