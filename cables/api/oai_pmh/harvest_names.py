"""Names in OAI-PMH: identifiers of records, and names of sets."""

import re
from urllib.parse import quote, unquote

# The scheme oai-identifier: a domain name, then the name of the record in it.
NAMESPACE = re.compile(r"[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)+")
UNQUOTED = "-_.!~*'();/?:@&=+$,"
SET_KINDS = {"collection": "Collections", "origin": "Origins", "tag": "Tags"}
IN_SETS = re.compile(r"[^A-Za-z0-9\-_.!*'()]")  # "~" is escaped too: it begins an escape.
ESCAPE = re.compile(r"~([0-9A-F]{2})")


def identifier_of(namespace: str, reference: str) -> str:
    """Return the identifier of a record: "oai:archive.example:06LISBON900412"."""
    return f"oai:{namespace}:{quote(reference, safe=UNQUOTED)}"


def reference_in(namespace: str, identifier: str) -> str:
    """Return the reference in an identifier; "" if it is none of this namespace.

    No reference has a NUL, which PostgreSQL refuses.
    """
    start = f"oai:{namespace}:"
    if not identifier.lower().startswith(start.lower()):
        return ""
    local = identifier[len(start) :]
    reference = unquote(local)
    is_one = quote(reference, safe=UNQUOTED) == local and "\0" not in reference
    return reference if is_one else ""


def set_name(kind: str, value: str = "") -> str:
    """Return the setSpec of a list: "origin:embassy-lisbon", "tag:UNGA~2FC-6"; "tag" of all tags.

    Characters that no setSpec may have are "~" and two hexadecimal digits for each byte (UTF-8).
    """
    if not value:
        return kind
    return f"{kind}:{IN_SETS.sub(lambda match: _escaped(match[0]), value)}"


def read_set(name: str) -> tuple[str, str] | None:
    """Return (kind, value) of a setSpec; the value is "" for all of a kind. None if unknown."""
    kind, colon, written = name.partition(":")
    if kind not in SET_KINDS or (colon and not written):
        return None
    try:
        value = unquote(ESCAPE.sub(r"%\1", written), errors="strict")
    except UnicodeDecodeError:
        return None
    return (kind, value) if set_name(kind, value) == name and "\0" not in value else None


def _escaped(sign: str) -> str:
    return "".join(f"~{byte:02X}" for byte in sign.encode(errors="replace"))
