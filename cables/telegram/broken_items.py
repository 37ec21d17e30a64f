"""Tell whether an item of a list of references goes on behind a blank line (R-1).

REF: A) STATE 905678, B) RIO
<blank line>
DE JANEIRO 901291
"""

import re

from .references import is_station

REFERENCE = re.compile(
    r"[ \t.:]*(?:['’(]?[O\d]{2,4}\)?[ -]{0,2})?(?P<station>[A-Za-z0][A-Za-z0.'’]{1,20}"
    r"(?:[ -][A-Za-z.'’]{1,15}){0,4}?)[ #:,.-]{0,3}\(?[CSU]?\)?(?P<serial>\d{1,7})\b(?P<rest>.*)"
)
# The end of a line whose item goes on in the next one: a year, a bullet, a comma.
UNFINISHED = re.compile(
    r"(?:[;,/&]|\bAND|(?:^|[.)\]:;,])[ \t]{0,8}['’(]?[O\d]{2}\)?|[A-Z][.)\]:])[ \t]*$"
)
# The same without a serial: "C. RIO" / "DE JANEIRO 12", "STATE" / "123".
WITHOUT_SERIAL = re.compile(
    r"(?:^|[;,.:)\]]|\bAND)[ \t]*(?P<words>(?:['’]?\d\d(?:\d\d)?[ \t]+)?(?![A-Z][.)\]:])"
    r"[A-Z][A-Za-z.'’ ]{2,24})$"
)


def breaks_item(line: str, following: str) -> bool:
    """Return whether an item of the list starts in a line and ends in the one behind a blank."""
    start = WITHOUT_SERIAL.search(line.rstrip())
    if start:
        item = REFERENCE.match(f"{start['words']} {following.strip()}")
    else:
        item = REFERENCE.match(following) if UNFINISHED.search(line) else None
    return item is not None and is_station(item["station"].upper())
