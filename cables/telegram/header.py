"""Parse the header box of a telegram: sender, time, recipients (H-1 to H-8 of docs/format.md).

VZCZCXRO0412                              transmission (H-1)
PP RUEHBI RUEHCI                          precedence of the relay, and relays (H-2)
DE RUEHLI #0412/01 0730926                sending station, number, section, day and time (H-3)
ZNR UUUUU ZZH                             security (H-4)
P 140926Z MAR 06                          date-time group (H-5)
FM AMEMBASSY LISBON                       (H-6)
TO RUEHC/SECSTATE WASHDC PRIORITY 0733    (H-7)
INFO RUEHBI/AMCONSUL BERGEN 0012          (H-8)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .dates import FORMATS, date_of_match
from .page_markers import CLASSIFICATION_LINE, OLD_PAGE_BREAK

PRECEDENCES = {"Z": "FLASH", "O": "IMMEDIATE", "P": "PRIORITY", "R": "ROUTINE"}
ROUTE = r"R[A-Z]{4,7}"  # A routing indicator: RUEHC.

TRANSMISSION = re.compile(r"VZCZ(?P<channel>C[A-Z]{3})(?P<number>\d{4})")
RELAYS = re.compile(rf"(?P<letter>[ZOPR])(?P=letter)(?P<relays>(?: {{1,4}}{ROUTE}\b)*) {{0,4}}")
MORE_RELAYS = re.compile(rf"{ROUTE}(?: {{1,4}}{ROUTE})*")
STATION = re.compile(
    rf"DE {{1,4}}(?P<route>{ROUTE}) {{1,4}}#(?P<number>\d{{4}})(?:/(?P<section>\d\d))?"
    r" {1,4}(?P<day>\d{3})(?P<time>\d{4})"
)
SECURITY = re.compile(
    r"(?P<signal>ZNR|ZNY) {1,4}(?P<letters>[A-Z]{5})(?P<more>(?: {1,4}/[A-Z]{5})*)"
    r"(?P<signals>(?: {1,4}Z[A-Z]{2})*)(?: {1,4}\(CCY(?P<correction>[^()]{0,80})\))?"
)
# H-5: "P R 281848Z DEC 66 ZDK", "0 132344Z SEPT 76". Blanks only: a line break ends it.
DATE_TIME_GROUP = re.compile(
    r"^[ \t]{0,8}(?:(?P<action>[ZO0PR])(?: {1,4}(?P<info>[ZO0PR]))? {1,4})?"
    + FORMATS["140926Z MAR 06"].pattern
    + r"(?P<signals>(?:[ \t]{1,8}Z[A-Z]{2}\b[^\n]{0,200})?)[ \t]{0,80}$",
    re.MULTILINE,
)
SENDER = re.compile(r"^[ \t]{0,8}FM[ \t]{1,8}(\S[^\n]{0,120})", re.MULTILINE)
LIST = re.compile(rf"(?P<label>TO|INFO)(?=\s|$|{ROUTE}/)\s*")
NEXT_ROUTE = re.compile(rf"(?<=\S)\s+(?=(?:INFO )?{ROUTE}/)")
ROUTED = re.compile(rf"({ROUTE}) ?/ ?")
EXCEPT = re.compile(r"\bXMT\b[ /]*")
# H-7b. Distribution inside the Department: "INFO  LOG-00   EEB-00", "/009W".
DISTRIBUTION = re.compile(r"(?:ACTION|INFO)\s{1,20}[A-Z]{1,8}-\d\d")
LIST_ENDS = re.compile(r"BT$|-{6}|UNCLAS\b|FM\s")
# H-20, H-21: page markers between two recipients.
PAGE = re.compile(
    rf"{OLD_PAGE_BREAK.pattern}"
    r"|^[ \t>]{0,8}[A-Z][A-Z'. -]{0,40}? {1,4}0{1,5}\d{1,6} {1,4}\d{3}(?:\.\d)? {1,4}OF {1,4}\d{3}"
    r"[ \t]{0,8}$",
    re.MULTILINE,
)
URGENCY = {word: word for word in PRECEDENCES.values()} | {"PIORITY": "PRIORITY"}
# A line that begins so must have the form that the rule gives.
BEGINNINGS = {"VZCZ": "H-1", "DE ": "H-3", "ZNR": "H-4", "ZNY": "H-4"}


@dataclass(frozen=True, slots=True)
class DateTimeGroup:
    """When a telegram was sent, how urgently, and the operating signals beside it."""

    instant: datetime  # Aware, in UTC.
    action: str = ""  # "PRIORITY"; "" if not printed.
    info: str = ""
    signals: tuple[str, ...] = ()  # ("ZDK",)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A recipient of a telegram (H-7a). What is not printed is ""."""

    name: str  # "SECSTATE WASHDC"
    route: str = ""  # "RUEHC", the routing indicator.
    precedence: str = ""  # "PRIORITY", "NIACT IMMEDIATE".
    number: str = ""  # Of the message to this recipient, with its zeros: "0123".
    excluded: tuple[str, ...] = ()  # Members of a collective address that are excluded.


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of a header. What is not printed is "", () or, for `day`, 0; never guessed."""

    transmission: str = ""  # "VZCZCXRO9746"
    relay_precedence: str = ""  # "PRIORITY"
    relays: tuple[str, ...] = ()  # Routing indicators.
    station: str = ""  # Routing indicator of the sender.
    number: str = ""  # The last four digits of the serial: "0412" (I-6).
    section: str = ""  # "01"
    day: int = 0  # Of the year.
    time: str = ""  # "0926", UTC.
    security: str = ""  # "ZNR", in clear; "ZNY", enciphered.
    letters: str = ""  # "UUUUU": the class, five times.
    signals: tuple[str, ...] = ()  # Beside the security: ("ZZH",)
    correction: str = ""  # "ADCA947E MSI7323-695", of a corrected copy.
    group: DateTimeGroup | None = None
    sender: str = ""  # "AMEMBASSY LISBON"
    to: tuple[Recipient, ...] = ()
    info: tuple[Recipient, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()


def parse_header(header: str) -> Header:
    """Return the fields of a header box (H-1 to H-8). Never raises; linear in its length."""
    lines = [line.strip() for line in header.split("\n")]
    sender = SENDER.search(header)
    paged = "PAGE" in header or " OF " in header
    to, info = _find_recipients(PAGE.sub("\n", header) if paged else header)
    return Header(
        **_routing(lines),
        group=find_date_time_group(header),
        sender=" ".join(sender[1].split()) if sender else "",
        to=to,
        info=info,
        warnings=tuple(_warnings(lines)),
    )


def find_date_time_group(header: str) -> DateTimeGroup | None:
    """Return the first date-time group of a header that names a real date, else None (H-5).

    Two digits of a year below 66 are of the 2000s (I-3).
    """
    for match in DATE_TIME_GROUP.finditer(header):
        if date := date_of_match(match):
            return DateTimeGroup(
                date[0],
                _precedence(match["action"]),
                _precedence(match["info"]),
                tuple(match["signals"].split()),
            )
    return None


def _precedence(letter: str | None) -> str:
    """Return the precedence that a letter stands for; some type a zero for O. "" for None."""
    return PRECEDENCES.get((letter or "").replace("0", "O"), "")


def _routing(lines: list[str]) -> dict[str, Any]:
    """Return the fields of the lines H-1 to H-4; the first line of each kind counts."""
    fields: dict[str, Any] = {}
    for at, line in enumerate(lines):
        if "transmission" not in fields and TRANSMISSION.fullmatch(line):
            fields["transmission"] = line
        elif "relays" not in fields and (match := RELAYS.fullmatch(line)):
            fields["relay_precedence"] = PRECEDENCES[match["letter"]]
            fields["relays"] = (*match["relays"].split(), *_more_relays(lines[at + 1 :]))
        elif "station" not in fields and (match := STATION.fullmatch(line)):
            fields |= {"station": match["route"], "number": match["number"], "time": match["time"]}
            fields |= {"section": match["section"] or "", "day": int(match["day"])}
        elif "security" not in fields and (match := SECURITY.fullmatch(line)):
            fields |= {"security": match["signal"], "letters": match["letters"]}
            fields["signals"] = tuple(match["signals"].split())
            fields["correction"] = (match["correction"] or "").strip()
        elif "security" in fields or LIST.match(line):
            break
    return fields


def _more_relays(lines: list[str]) -> Iterator[str]:
    """Yield the relays on the lines that continue the list (H-2)."""
    for line in lines:
        if not MORE_RELAYS.fullmatch(line):
            return
        yield from line.split()


def _warnings(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield a warning for each line that begins like H-1, H-3 or H-4 but has another form."""
    patterns = {"H-1": TRANSMISSION, "H-3": STATION, "H-4": SECURITY}
    for line in lines[:12]:
        rule = next((rule for start, rule in BEGINNINGS.items() if line.startswith(start)), "")
        if rule and not patterns[rule].fullmatch(line):
            yield rule, f"A line of the header reads otherwise than usual: {line[:60]}"


def _find_recipients(header: str) -> tuple[tuple[Recipient, ...], tuple[Recipient, ...]]:
    """Return the recipients for action and for information (H-7, H-8), in the order printed."""
    lists = {"TO": _Recipients(), "INFO": _Recipients()}
    current = None
    for line in NEXT_ROUTE.sub("\n", header).split("\n"):
        line = line.strip()
        if DISTRIBUTION.match(line) or LIST_ENDS.match(line) or CLASSIFICATION_LINE.match(line):
            current = None
        elif label := LIST.match(line):
            current = lists[label["label"]]
            line = line[label.end() :]
        if current is not None and line:
            current.add(line)
    return tuple(lists["TO"].recipients), tuple(lists["INFO"].recipients)


class _Recipients:
    """A list of recipients that is built line by line."""

    def __init__(self) -> None:
        self.recipients: list[Recipient] = []
        self.excluding = False

    def add(self, line: str) -> None:
        """Add a line: a recipient, or more exclusions from the recipient before (H-7b)."""
        printed, *excluded = EXCEPT.split(line)
        routed = ROUTED.match(line)
        self.excluding = bool(excluded) or (self.excluding and not routed)
        if self.excluding and not routed and (not excluded or not printed.strip()):
            self._exclude([printed, *excluded])
        else:
            self.recipients.append(parse_recipient(printed))
            self._exclude(excluded)

    def _exclude(self, names: list[str]) -> None:
        names = [name.strip(" ,;") for name in names if name.strip(" ,;")]
        if names and self.recipients:
            last = self.recipients[-1]
            self.recipients[-1] = Recipient(
                *(last.name, last.route, last.precedence, last.number), (*last.excluded, *names)
            )


def parse_recipient(line: str) -> Recipient:
    """Return the recipient on a line: route, name, precedence, number (H-7a)."""
    routed = ROUTED.match(line)
    words = line[routed.end() if routed else 0 :].strip(" ,;").split()
    number = precedence = ""
    if len(words) > 1 and words[-1].isdecimal() and len(words[-1]) >= 4:
        number = words.pop()
    if len(words) > 1 and words[-1] in URGENCY:
        precedence = URGENCY[words.pop()]
        if len(words) > 1 and words[-1] == "NIACT":
            precedence = f"{words.pop()} {precedence}"
    return Recipient(" ".join(words), routed[1] if routed else "", precedence, number)


def station_warnings(
    header: Header, serial: int | None, sent: datetime | None
) -> Iterator[tuple[str, str]]:
    """Yield warnings if the sending station's line has another number or day (I-6)."""
    if header.number and serial is not None and int(header.number) != serial % 10_000:
        yield "I-6", f"The header has the number {header.number}"
    if header.day and sent and header.day != sent.timetuple().tm_yday:
        yield "I-6", f"The header was made on day {header.day} of the year"
