"""List the SHA-256 of every public text, with its path in a mirror."""

from collections.abc import Iterator

from ..models import Cable


def list_digests(cables=None) -> Iterator[tuple[str, str, bool]]:
    """Yield (digest, path, is current version?) in order of reference.

    Withheld cables and redacted texts have no digest. One query, so that all rows are of one
    moment. `cables` default to the published ones.
    """
    cables = Cable.objects.published() if cables is None else cables
    rows = cables.order_by("reference", "versions__number")
    columns = ("reference", "version", "digest", "versions__number", "versions__digest")
    last = None
    for row in rows.values_list(*columns).iterator(chunk_size=2_000):
        reference, version, digest, earlier, earlier_digest = row
        if last and last[0] != reference:
            yield from _of_version(*last)
        if digest and (not last or last[0] != reference):
            yield digest, f"cable/{reference}.txt", True
        if earlier:
            yield from _of_version(reference, earlier, earlier_digest)
        last = reference, version, digest
    if last:
        yield from _of_version(*last)


def _of_version(reference: str, number: int, digest: str) -> Iterator[tuple[str, str, bool]]:
    if digest:
        yield digest, f"cable/{reference}/v{number}.txt", False
