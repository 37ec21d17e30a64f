"""Write RIS: one tag and value per line, lines end in CR LF."""

from collections.abc import Iterable

from .source import ARCHIVE, GENRE, CitedSource


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
    ]
    return [
        ("TY", "RPRT"),
        ("ID", source.key),
        ("AU", source.origin),
        ("TI", source.named),
        ("PY", f"{source.created.year:04}"),
        ("DA", f"{source.created:%Y/%m/%d}/"),
        ("SN", source.reference),
        ("M3", GENRE),
        ("DB", ARCHIVE),
        ("UR", source.address),
        ("Y2", f"{source.accessed:%Y/%m/%d}/"),
        *(("N1", words) for words in notes if words),
        ("ER", ""),
    ]
