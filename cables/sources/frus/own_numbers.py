"""Find the number that a document bears itself: "No. 34", "A-731", "NSSM 187" (F-16)."""

import re
from itertools import takewhile

from ...telegram import dates
from ...telegram.fact_types import CABLES
from ...telegram.references import is_station, message_series
from .document_names import OTHERS, printed_number_of
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
    rf"(?:^\[?|^\[Message |^DEPARTMENT OF STATE )(?P<number>(?:Nos?\.? ?\d{{1,5}}½?|{SERIES})\b"
    r"|No\. [IVXLC]+(?=[.\]]*$))",
    re.MULTILINE,
)


# A number that is no serial: "37A7.", a misprint; "CPD-203-72." and "MAC J00 9294.", of commands;
# "IN 16397.", of an agency.
ODD = re.compile(
    r"(?P<number>\d{1,4}[A-Z]\d{1,3}|[A-Z]{2,5}[–-]\d{1,5}[–-]\d\d"
    r"|(?P<letters>[A-Z]{2,5})(?: J[–-]?[\dO]{1,2})? \d{1,6})(?: \([A-Z][^()]{1,20}\))?\.(?:\s|$)"
)
NOT_OWN = frozenset({"DTG", "REF", "REFS", "RE"})
# "Msg nr 8. Rell and I met".
MESSAGE = re.compile(r"(?:Msg|Message) (?:nr|no)\.? (?P<number>\d{1,4})\.\s", re.IGNORECASE)
# Headings of papers that are known by letters and a number.
LETTERS = {
    "national security action memorandum": "NSAM",
    "national security study memorandum": "NSSM",
    "national security decision memorandum": "NSDM",
    "national security decision directive": "NSDD",
    "national security study directive": "NSSD",
    "presidential review memorandum": "PRM",
    "presidential directive": "PD",
    "national intelligence estimate": "NIE",
    "special national intelligence estimate": "SNIE",
}
PAPER = re.compile(
    rf"(?P<words>{'|'.join(LETTERS)})(?:/NSC)?[ –-](?:Nos?\. ?)?(?P<number>\d[\w/.–-]*\w|\d)",
    re.IGNORECASE,
)
# A line that is nothing but a number: "No. 114", "Memorandum No. 10", "NO. 34"; "SecDel/MC/60",
# "CM-856-63", "NIE 72.1-59", "OCI No. 1582/64".
NUMBER_LINE = re.compile(
    r"\[?(?:Memorandum )?(?P<plain>(?:No|NO)\.? ?\d{1,5}(?:½|/\d\d)?)[.\]]*"
    r"|(?!(?:ANNEX|ART|ARTICLE|BOX|CHAPTER|CLAUSE|ENCL|FY|ITEM|NOTE|OPTION|PAGE|PARA|PART|PHASE|PL"
    r"|SECT?|TAB|TABLE|VOL)\b)"
    rf"(?!{dates.MONTH_NAME.pattern})"
    # Of the central files: "POL 27-4".
    r"(?!(?:AID|AV|DEF|FN|FT|INCO|LAB|ORG|PET|POL|PR|SOC|SP|TEL|UN) \d)"
    r"(?P<series>(?:[A-Z]{1,6}|[A-Z][A-Za-z]{1,5}(?=/| [A-Z]))(?:[ /–-][A-Z]{1,5}){0,2}"
    r"(?: No\. |[ /–-])\d[\d/.–-]*(?:[A-Z]?(?:-\d+)?))"
)
LINES_ABOVE = 60  # Characters of the lines before one that is a number.


def own_number(heading: Heading, reference: str) -> str:
    """Return the number of a document in its own series: "No. 34", "A-731"; "" if none is printed.

    That of a telegram is told only if it has no `reference` made of it.
    """
    telegraphed = heading.kind in ("telegram", "circular")
    if heading.kind == "editorial note" or (telegraphed and reference):
        return ""
    if heading.kind not in CABLES:
        return _number_of_paper(heading)
    if number := printed_number(heading):
        return number
    return _number_of_telegram(heading) if telegraphed else ""


def _number_of_paper(heading: Heading) -> str:
    """Return the number in the heading, or on a line of its own above the text."""
    if paper := PAPER.match(heading.untitled):
        return f"{LETTERS[paper['words'].lower()]} {paper['number']}".replace("–", "-")
    return _number_on_line(heading)


def _number_on_line(heading: Heading) -> str:
    """Return the number that is a whole line; before it stand only short ones."""
    blocks = (*heading.own_lines, *heading.front)
    lines = (line.strip() for block in blocks for line in block.split("\n"))
    for line in takewhile(lambda each: len(each) < LINES_ABOVE, lines):
        if found := NUMBER_LINE.fullmatch(line):
            number = found["plain"] or found["series"]
            return _spelt(number) if found["plain"] else number.replace("–", "-")
    return ""


def _number_of_telegram(heading: Heading) -> str:
    """Return the number with which the text of a telegram begins, with its zeros: "No. 0483"."""
    first = heading.front[: 1 if heading.kind == "telegram" else 2]
    if number := printed_number_of(heading)[1]:
        printed = (re.match(rf"\[?(?:No\. ?)?(0*{number})\b", block) for block in heading.front)
        return f"No. {next((each[1] for each in printed if each), number)}"
    if counted := next(filter(None, map(MESSAGE.match, first)), None):
        return f"No. {counted['number']}"
    odd = next(filter(None, map(ODD.match, first)), None)
    letters = (odd["letters"] or "") if odd else ""
    of_post = is_station(letters) and letters not in message_series()
    if odd and letters not in NOT_OWN | OTHERS and not of_post:
        printed_odd = odd["number"].replace("–", "-")
        return printed_odd if printed_odd[0].isalpha() else f"No. {printed_odd}"
    return _number_on_line(heading)


def printed_number(heading: Heading) -> str:
    """Return the number that stands in a heading or on one of the first lines, "" if none does."""
    first = heading.front[: 1 if heading.kind == "telegram" else 2]
    found = IN_TITLE.match(heading.untitled) or ON_LINE.search(
        "\n".join([*heading.own_lines, *first])
    )
    return _spelt(found["number"]) if found else ""


def title_with_number(heading: Heading, number: str) -> str:
    """Return the title of a document, with its own number if the heading does not print it."""
    digits = re.escape(number.rpartition(" ")[2].rpartition("-")[2])
    if not number or re.search(rf"\b{digits}\b", heading.untitled):
        return heading.untitled
    return f"{heading.untitled.rstrip('., ')} ({number})"


def _spelt(number: str) -> str:
    """Return "A-731" for "A–731" and "A 731", "No. 34" for "No 34" and "34"; "No. III" stays."""
    if not number[-1].isdigit():
        return number
    if "/" in number:
        return number
    series, digits = re.split(r"[\s.–-]*(?=\d+$)", number, maxsplit=1)
    return f"{series}-{digits}" if series.endswith("A") else f"No. {digits}"
