"""Find the number that a despatch, instruction, airgram or circular bears itself (F-16)."""

import re

from ...telegram.fact_types import CABLES
from .document_names import printed_number_of
from .heading import Heading

SERIES = r"(?:[A-Z]{3,6} )?C?A[ –-]{0,2}\d{1,5}"  # "A-731", "CA–4735", "CEDTO A-731".
IN_TITLE = re.compile(
    r"(?:\w+ ){0,2}(?:airgram|despatch|instruction|telegram) (?:No\. ?)?"
    rf"(?P<number>{SERIES}|\d{{1,5}})\b",
    re.IGNORECASE,
)
# "No. 34.]" above a text of the 19th century, "No. 404 Léopoldville, June 23, 1959.", "A–731. The";
# "No. III" alone; "[Message No. 3.]" above a telegram by another channel.
ON_LINE = re.compile(
    rf"(?:^\[?|^\[Message |^DEPARTMENT OF STATE )(?P<number>(?:Nos?\.? ?\d{{1,5}}|{SERIES})\b"
    r"|No\. [IVXLC]+(?=[.\]]*$))",
    re.MULTILINE,
)


# A number that is no serial: "37A7.", a misprint; "CPD-203-72.", of a command.
ODD = re.compile(r"(?P<number>\d{1,4}[A-Z]\d{1,3}|[A-Z]{2,5}[–-]\d{1,5}[–-]\d\d)\.(?:\s|$)")


def own_number(heading: Heading, reference: str) -> str:
    """Return the number of a document in its own series: "No. 34", "A-731"; "" if none is printed.

    That of a telegram is told only if it has no `reference` made of it.
    """
    telegraphed = heading.kind in ("telegram", "circular")
    if heading.kind not in CABLES or telegraphed and reference:
        return ""
    first = heading.front[: 1 if heading.kind == "telegram" else 2]
    if number := printed_number(heading):
        return number
    if not telegraphed:
        return ""
    number = printed_number_of(heading)[1]
    if not number and (odd := next(filter(None, map(ODD.match, first)), None)):
        printed = odd["number"].replace("–", "-")
        return printed if printed[0].isalpha() else f"No. {printed}"
    return f"No. {number}" if number else ""


def printed_number(heading: Heading) -> str:
    """Return the number that stands in a heading or on one of the first lines, "" if none does."""
    first = heading.front[: 1 if heading.kind == "telegram" else 2]
    found = IN_TITLE.match(heading.untitled) or ON_LINE.search("\n".join(first))
    return _spelt(found["number"]) if found else ""


def title_with_number(heading: Heading, number: str) -> str:
    """Return the title of a document, with its own number if the heading does not print it."""
    digits = number.rpartition(" ")[2].rpartition("-")[2]
    if not number or re.search(rf"\b{digits}\b", heading.untitled):
        return heading.untitled
    return f"{heading.untitled.rstrip('., ')} ({number})"


def _spelt(number: str) -> str:
    """Return "A-731" for "A–731" and "A 731", "No. 34" for "No 34" and "34"; "No. III" stays."""
    if not number[-1].isdigit():
        return number
    series, digits = re.split(r"[\s.–-]*(?=\d+$)", number, maxsplit=1)
    return f"{series}-{digits}" if series.endswith("A") else f"No. {digits}"
