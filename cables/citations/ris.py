"""Write RIS: one tag and value per line, lines end in CR LF."""

from collections.abc import Iterable

from .source import ARCHIVE, CitedSource


def as_ris(sources: Iterable[CitedSource]) -> str:
    """Return a record for each source.

    The type is RPRT, the only one whose number (SN) reference managers read. Values have no line
    breaks, so that none can end a record.
    """
    return "".join(f"{tag}  - {value}\r\n" for source in sources for tag, value in _lines(source))


def _lines(source: CitedSource) -> list[tuple[str, str]]:
    notes = [
        f"Classification: {source.classification}" if source.classification else "",
        f"Pinpoint: {source.pinpoint.words}" if source.paragraphs else "",
        f"Version: {source.version}",
        f"Printed in: {source.printed}" if source.volume else "",
        f"ARK: {source.pinned_ark}" if source.ark else "",
    ]
    strokes = "/" * (4 - len(source.created_parts))
    return [
        ("TY", "RPRT"),
        ("ID", source.key),
        *([("AU", source.origin)] if source.origin else []),
        ("TI", source.named),
        ("PY", f"{source.created.year:04}"),
        ("DA", f"{source.created_with_strokes}{strokes}{'undated' * source.undated}"),
        *zip(("SP", "EP"), filter(None, source.pages.split("–")), strict=False),
        ("SN", source.reference),
        ("M3", source.genre),
        ("DB", ARCHIVE),
        ("UR", source.address),
        ("Y2", f"{source.accessed:%Y/%m/%d}/"),
        *(("N1", words) for words in notes if words),
        ("ER", ""),
    ]
