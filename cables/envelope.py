"""The lines of a message header, the envelope of a cable, and what each is for."""

import re
from dataclasses import dataclass

PRECEDENCES = {"Z": "FLASH", "O": "IMMEDIATE", "P": "PRIORITY", "R": "ROUTINE"}
ADDRESS = re.compile(r"(?!CAPTION )[A-Z][A-Z0-9 /.,()&'-]*")
# Each kind: what it is called, and how its first line reads. In the order of a header.
KINDS = {
    "transmission": ("Transmission number", r"VZCZC[A-Z0-9]*"),
    "precedence": ("Precedence and relays", r"(?P<code>[ZOPR])(?P=code)(?: R[A-Z]{4,7})+"),
    "station": (
        "DE: sending station",
        r"DE R[A-Z]{4,7} #(?P<serial>\d+)(?:/(?P<section>\d+))? (?P<day>\d{3})(?P<at>\d{4})",
    ),
    "security": ("Security", r"ZN[RY] (?P<letter>[A-Z])(?P=letter){4}\b.*"),
    "sent": (
        "Date-time group",
        r"(?P<action>[ZOPR])?(?: (?P<info>[ZOPR]))? ?"
        r"(?P<date>\d\d)(?P<at>\d{4})Z [A-Za-z]{3} \d\d\b.*",
    ),
    "from": ("FM: from", r"FM .+"),
    "to": ("TO: for action", r"TO .+"),
    "copies": ("INFO: for information", r"INFO .+"),
}
LINES = {kind: re.compile(pattern) for kind, (_, pattern) in KINDS.items()}
CONTINUED = {"precedence": re.compile(r"R[A-Z]{4,7}(?: R[A-Z]{4,7})*")} | dict.fromkeys(
    ("to", "copies"), ADDRESS
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a header: a line of one kind, and the lines that carry it on.

    `kind` is "" for what has no explanation. `values` are what an explanation quotes of it.
    """

    kind: str
    text: str
    values: dict[str, str]

    @property
    def name(self) -> str:
        return KINDS[self.kind][0] if self.kind else ""


def read_envelope(header: str) -> list[Part]:
    """Return the parts of a header in order. Their texts, joined by "\\n", are the header."""
    parts: list[Part] = []
    for line in header.split("\n"):
        kind, values = _kind_of(line.strip())
        before = parts[-1] if parts else None
        if not kind and before and (not line.strip() or _carries_on(before.kind, line.strip())):
            parts[-1] = Part(before.kind, f"{before.text}\n{line}", before.values)
        else:
            parts.append(Part(kind, line, values))
    return parts


def _kind_of(line: str) -> tuple[str, dict[str, str]]:
    for kind, pattern in LINES.items():
        if found := pattern.fullmatch(line):
            found_values = found.groupdict(default="").items()
            return kind, {name: _in_words(name, value) for name, value in found_values if value}
    return "", {}


def _carries_on(kind: str, line: str) -> bool:
    """Return whether a line belongs to the one before it; lines without meaning stay together."""
    return not kind or (kind in CONTINUED and CONTINUED[kind].fullmatch(line) is not None)


def _in_words(name: str, value: str) -> str:
    if name in ("code", "action", "info"):
        return PRECEDENCES[value]
    if name == "at":
        return f"{value[:2]}:{value[2:]}"
    return value.lstrip("0") if name in ("serial", "section", "day", "date") else value
