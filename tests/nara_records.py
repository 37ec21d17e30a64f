"""Made-up documents of the National Archives, in each layout that rules N describe.

LAYOUTS has the layouts by name; `document(layout, serial)` writes a document of one. As a program
it writes a file of any size, in which the layouts alternate:

    python -m tests.nara_records 100000 telegrams.txt
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from pathlib import Path

STAMP = "Declassified/Released US Department of State EO Systematic Review 30 JUN 2005"
SIGNED = "Margaret P. Grafeld Declassified/Released US Department of State EO Systematic Review"
FIRST = 900_001  # No telegram has so high a serial.
HARBORS = ("LISBON", "ATHENS", "REYKJAVIK", "MANILA", "USUN NEW YORK", "PORT OF SPAIN", "OSLO")


TEXT = """

CONFIDENTIAL

PAGE 01        {page}

43
ACTION EUR-12

INFO  OCT-01  ISO-00  /013 W
                    ---------------------     104711
P {group} MAR {year}
FM AMEMBASSY {sender}
TO SECSTATE WASHDC PRIORITY 2210
INFO AMEMBASSY MADRID

C O N F I D E N T I A L {section}{sender} {serial}

E.O. 11652: GDS
TAGS: EWWT, PO
SUBJECT: HARBOR FEES {serial}

REF: STATE 900089

1. THE HARBOR RAISED ITS FEES AGAIN. SHIPS COMPLAINED TO THE
BOARD, WHICH
CONFIDENTIAL

PAGE 02        {page}

MEETS ON MONDAY.

2. WE SHALL REPORT AGAIN.
QUAY

CONFIDENTIAL

NNNN
"""
ATTRIBUTES = {
    "Automatic Decaptioning": "X",
    "Capture Date": "01 JAN 1994",
    "Channel Indicators": "n/a",
    "Current Classification": "UNCLASSIFIED",
    "Concepts": "PORTS, SHIPPING FEES",
    "Control Number": "n/a",
    "Copy": "SINGLE",
    "Draft Date": "",
    "Document Number": "",
    "Document Source": "CORE",
    "Drafter": "n/a",
    "Enclosure": "n/a",
    "Executive Order": "GS",
    "Errors": "N/A",
    "Film Number": "",
    "From": "",
    "Handling Restrictions": "n/a",
    "Image Path": "",
    "ISecure": "1",
    "Legacy Key": "link1975/newtext/t19750300/aaaaaaaa.tel",
    "Line Count": "'36'",
    "Locator": "TEXT ON-LINE, ON MICROFILM",
    "Office": "ACTION EUR",
    "Original Classification": "CONFIDENTIAL",
    "Original Handling Restrictions": "n/a",
    "Page Count": "2",
    "Previous Handling Restrictions": "n/a",
    "Reference": "",
    "Review Action": "RELEASED, APPROVED",
    "Review Exemptions": "n/a",
    "Review Withdrawn Fields": "n/a",
    "Secure": "OPEN",
    "Status": "NATIVE",
    "Subject": "",
    "TAGS": "EWWT, PO, (REXAMPLE, MARO)",
    "To": "STATE\nMADRID",
    "Type": "TE",
    "Markings": STAMP,
}


@dataclass
class Draft:
    """A document that is being written."""

    serial: int
    sender: str = "LISBON"
    year: int = 1975
    section: str = ""  # "01 OF 02"
    attributes: dict[str, str] = field(default_factory=dict)
    message: str = ""

    @property
    def number(self) -> str:
        """The document number, with the station cut to six characters of its name."""
        return f"{self.year}{self.sender[:6].replace(' ', '')}{self.serial:06}"


def telegram(draft: Draft) -> str:
    """Return the text of a telegram of two pages."""
    group = f"14{draft.serial % 24:02}26Z"
    page = f"{draft.sender}  {draft.serial:06} {draft.section} {group}".replace("   ", "  ")
    section = f"SECTION {draft.section} " if draft.section else ""
    return TEXT.format(
        sender=draft.sender,
        serial=draft.serial,
        year=draft.year % 100,
        group=group,
        page=page,
        section=section,
    )


def attributes_of(draft: Draft) -> dict[str, str]:
    """Return the attributes of a telegram whose text is there."""
    year = draft.year % 100
    return ATTRIBUTES | {
        "Draft Date": f"14 MAR {draft.year}",
        "Document Number": draft.number,
        "Film Number": f"D{year}{draft.serial % 10_000:04}-{draft.serial % 1000:04}",
        "From": draft.sender,
        "Reference": f"{year} STATE 900089, {year} HONG KONG 900090",
        "Subject": f"HARBOR FEES {draft.serial}",
    }


def plain(draft: Draft) -> Draft:
    return draft


def sent(draft: Draft) -> Draft:
    """As those of 1977: the day of sending, times after dates, further keys."""
    del draft.attributes["Draft Date"]
    draft.attributes |= {
        "Capture Date": "01-Jan-1994 12:00:00 am",
        "Sent Date": f"14-Mar-{draft.year} 12:00:00 am",
        "Film Number": f"{draft.attributes['Film Number']}\nFormat: TEL",
        "Locator": "TEXT ON-LINE, ON MICROFILM\nMessage ID: 0a1b2c3d-0000",
        "Markings": f"{SIGNED} 22 May 2009",
    }
    return draft


def lower_case(draft: Draft) -> Draft:
    """As those of 1978: months and keys in small letters, and no date-time group."""
    draft.attributes |= {"Draft Date": f"14 mar {draft.year}", "Locator": "TEXT ON-LINE"}
    draft.attributes = {key.lower(): value for key, value in draft.attributes.items()}
    draft.message = draft.message.replace(" MAR ", " XXX ")
    return draft


def original(draft: Draft) -> Draft:
    """Captions, which the release removed, in the attributes alone; run together."""
    draft.attributes |= {
        "Original Handling Restrictions": "EXDIS, NODISSTADIS",
        "Original Previous Classification": "TOP SECRET",
        "Original Previous Handling Restrictions": "ONLY",
        "Original Classification": "SECRET",
    }
    return draft


def stamped(draft: Draft) -> Draft:
    """Stamps of the release between the pages, and attributes that go on after one."""
    stamp = f"\n{SIGNED} 04 MAY 2006\n"
    draft.message = stamp + draft.message.replace("\nPAGE 02", f"{stamp}\nPAGE 02")
    draft.message += "*** Current Classification *** UNCLASSIFIED\n<< END OF DOCUMENT >>\n"
    draft.attributes |= {"Type": f"TE{stamp}", "Markings": "n/a"}
    return draft


def marked_over_lines(draft: Draft) -> Draft:
    marking = "|\n\n\tDeclassified/Released\n\tUS Department of State\n\tEO Systematic Review"
    draft.attributes["Markings"] = f"{marking}\n\t30 JUN 2005\n"
    return draft


def with_heading_words(draft: Draft) -> Draft:
    """The words that separate the parts, as lines of the telegram itself."""
    words = "2. THE BOARD ASKED FOR THE\n\nMESSAGE TEXT\n\nAND FOR THE\n\nMESSAGE ATTRIBUTES\n\n"
    draft.message = draft.message.replace("2. ", f"{words}OF OURS. ")
    return draft


def lost(draft: Draft) -> Draft:
    draft.message = (
        "\n\nEXPAND ERROR ENCOUNTERED; TELEGRAM TEXT FOR THIS MRN IS UNAVAILABLE\n\nNNN\n"
    )
    draft.attributes["Locator"] = "TEXT ON MICROFILM, ADS TEXT UNRETRIEVABLE"
    return draft


def not_converted(draft: Draft) -> Draft:
    draft.message, draft.attributes["Locator"] = "\n\nn/a\n", "ADS TEXT NOT CONVERTED"
    return draft


def lost_in_part(draft: Draft) -> Draft:
    draft.message = draft.message.replace("2. WE SHALL", "ADS: ERROR READING TEXT\n\n2. WE SHALL")
    return draft


def withdrawn(draft: Draft) -> Draft:
    """A withdrawal card."""
    del draft.attributes["Markings"]
    draft.message = "\n\nWITHDRAWAL CARD\nTHIS DOCUMENT IS WITHDRAWN\n\n"
    draft.attributes |= {"Review Action": "WITHDRAWN", "Review Exemptions": "B1", "Subject": "n/a"}
    return draft


def on_film(draft: Draft) -> Draft:
    """A telegram that is on a microfilm of paper only."""
    number = f"P75{draft.serial % 10_000:04}-{draft.serial % 1000:04}"
    draft.message = "\n\n"
    draft.attributes |= {"Film Number": number, "Locator": "TEXT ON MICROFILM"}
    return draft


def paper(draft: Draft) -> Draft:
    """An entry in the index of that microfilm: an airgram, with the film number as its number."""
    draft = on_film(draft)
    number = draft.attributes["Film Number"]
    return replace(
        draft, attributes=draft.attributes | {"Document Number": number, "Type": "AIRGRAM"}
    )


def noisy(draft: Draft) -> Draft:
    """Attributes with words of some other line."""
    draft.attributes |= {
        "From": f"{draft.sender} AUG DTG AUG OL",
        "Original Classification": "SECRETARY",
        "Subject": f": {draft.attributes['Subject']}",
    }
    return draft


def section(draft: Draft) -> Draft:
    draft.section = "02 OF 02"
    draft.message = telegram(draft)
    return draft


LAYOUTS: dict[str, Callable[[Draft], Draft]] = {
    each.__name__: each
    for each in (
        *(plain, sent, lower_case, original, stamped, marked_over_lines, with_heading_words),
        *(lost, not_converted, lost_in_part, withdrawn, on_film, paper, noisy, section),
    )
}


def document(layout: str, serial: int = FIRST, **changes: object) -> str:
    """Return a document in a layout; `changes` are fields of its Draft."""
    draft = replace(Draft(serial), **changes)
    draft.message, draft.attributes = telegram(draft), attributes_of(draft)
    draft = LAYOUTS[layout](draft)
    lines = "\n".join(f"{key}: {value}".rstrip() for key, value in draft.attributes.items())
    return f"Message Text\n{draft.message}\nMessage Attributes\n\n{lines}\n\n\n"


def row(serial: int = FIRST) -> str:
    """Return a row of a list of telegrams, and with serial 0 its heading."""
    if not serial:
        return "URL,Draft Date,Document Number,Film Number,From,Subject,TAGS,To\n"
    draft = Draft(serial)
    film = attributes_of(draft)["Film Number"]
    return (
        f"https://aad.example/{serial},03/14/1975,{draft.number},{film},LISBON,"
        f'"HARBOR FEES, {serial}","EWWT, PO",STATE\n'
    )


def page(serial: int = FIRST, suffix: str = "b") -> str:
    """Return a page of PlusD."""
    draft = Draft(serial)
    pairs = {
        "Date": "1975 March 14, 16:26 (Friday)",
        "Canonical ID": f"{draft.number}_{suffix}",
        "Original Classification": "CONFIDENTIAL",
        "Current Classification": "UNCLASSIFIED",
        "Handling Restrictions": "-- N/A or Blank --",
        "TAGS": "EWWT - Waterborne Transportation | PO - Portugal",
        "Concepts": "PORTS | SHIPPING FEES",
        "Enclosure": "-- Not Assigned --",
        "Type": "TE - Telegram (cable)",
        "From": "Portugal Lisbon",
        "Markings": STAMP,
        "To": "Department of State | Spain Madrid",
    }
    rows = "".join(
        f"<td><div class='s_key'>{key}:</div><div class='s_val'>{value}</div></td>"
        for key, value in pairs.items()
    )
    text = telegram(draft).replace("QUAY", "<b>QUAY</b> &amp; SONS")
    return (
        "<!DOCTYPE html><html><body><table id='synopsis'>"
        f"<tr><td colspan='3'>HARBOR FEES {serial}</td></tr><tr>{rows}</tr></table>"
        f"<div id='tagged-text'><pre>{text}</pre></div></body></html>"
    )


def write(count: int, path: str) -> None:
    """Write a file with documents of all layouts in turn."""
    names = zip(cycle(LAYOUTS), cycle(HARBORS), strict=False)
    with Path(path).open("w", encoding="utf-8") as file:
        for place, (name, sender) in enumerate(islice(names, count)):
            year, serial = 1973 + place // 90_000, FIRST + place % 90_000
            file.write(document(name, serial, sender=sender, year=year))


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
