"""Name a document: VOLUME-DOCUMENT, the reference of a telegram, its own number (F-16)."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import takewhile
from string import ascii_lowercase

from ...telegram import dates
from ...telegram.fact_types import CABLES
from ...telegram.posts import post_name, strip_signs
from ...telegram.references import DOCUMENT, canonical_reference, is_station, message_series
from .document_kinds import DEPARTMENT, is_department, is_post
from .heading import Heading
from .volume import Document, Volume

FIRST_YEAR = 1911  # Before, each minister began to number anew: a number names no one telegram.
# "2094.", "Secto 25.", "[5923.]", "JCS 3385-63.", "1234/Tosec 5.", "2012… .", "124 From Rell".
SERIAL = re.compile(
    r"\[?(?:No\. ?)?(?:(?P<series>[A-Z][A-Za-z]{1,9})[ -]?)?"
    r"(?P<number>\d{1,6})(?:[–-]\d\d)?(?:\s?…\s?)?\]?"
    r"(?:(?:[.,:;]|/[^.\s]+(?: \d+)?\.)\]?\s|(?=\s(?:From|For) [A-Z]))"
)
IN_TITLE = re.compile(
    r"(?:(?:\w+ )?[Tt]elegram (?:No\. ?)?)?"
    r"(?:(?P<series>[A-Z][A-Za-z]{1,9})[ -])?(?P<number>\d{1,6})(?:/[\w–-]+ \d+)? (?:[Ff]rom|to)\b"
    rf"(?: [A-Z]\w+ (?P<behind>(?i:{'|'.join(sorted(message_series()))}))\b)?"  # "to Geneva Nusup".
)
# "Telegram 226331/Tosec 270030 From", "226331/Tosec 270030. The": a number in two series; "442.
# Comkas 33." too, but "Delga 259. Gadel 147, October 7" begins with another's.
SECOND = re.compile(
    r"(?:(?:(?:\w+ )?[Tt]elegram )?\d{1,6}/|\[?(?:[A-Z][a-z]+ )?\d{1,6}\]?\. )"
    r"(?P<series>[A-Za-z]{2,9})[ –-](?P<number>\d{1,6})\b(?!,)"
)
NUMBER_ABOVE = re.compile(r"\d{1,6}(?=\.$)")  # "537.", which stood behind the date.
MESSAGE = re.compile(r"(?:\w+ )?(?:Message|Memorandum)\b")
# "Deptel 282. Believe it useful": the text begins with another telegram's number.
OTHERS = frozenset({"DEPTEL", "EMBTEL", "CONTEL", "CONGENTEL", "LEGTEL", "REFTEL"})
PLAIN = frozenset({"", "TELEGRAM", "NO", "NUMBER", "CABLE", "MESSAGE"})
# These number their telegrams apart from the embassy at the same place.
OTHER_AGENCY = re.compile(
    r"Central Intelligence|\bCIA\b|Station\b|Joint Chiefs|Command|Military|Attach|White House"
    r"|President|Special Representative|Commission to|Colonel E\. M\. House|Delegat|Council"
    r"|Committee|^Secretary of State|Minister in Switzerland.*Geneva"
)
# Before, a post numbered its telegrams to other posts and agencies apart from those home.
ONE_SERIES = 1950
ONE_SERIES_OF_STATE = datetime(1966, 7, 1, tzinfo=UTC)
SENDING_POST = re.compile(
    r"^FM (?P<post>[A-Z][A-Z .-]{2,40}?)\s*$|^(?P<station>[A-Z][A-Z .-]{2,30}?) 0*\d{1,6}\b", re.M
)
NAME_OF_POST = re.compile(r"(?:Embassy|Legation|Agency|Consulate|USUN|US Mission) (?P<city>.+)")
LEAST = 10  # A smaller number that does not begin the text is that of a paragraph.


class DocumentIds:
    """Give each document of a volume an id of its own, though the volume repeats one (F-1)."""

    def __init__(self, printed: Iterable[str]):
        """Begin a volume; `printed` are the ids of all its documents."""
        self.printed = {each.lower() for each in printed}
        self.given: set[str] = set()

    def next(self, document: Document) -> str:
        """Return the id of the next document: "d12", or "d12b" if "d12" was given already.

        One without an id is named by its number. "" if there is neither.
        """
        first = document.id or (document.number and f"d{document.number}")
        stem = re.sub(r"(?<=\d)[A-Za-z]$", "", first)
        free = (f"{stem}{letter}" for letter in ascii_lowercase[1:])
        name = next((each for each in (first, *free) if self._is_free(each, document)), "")
        self.given.add(name.lower())
        return name

    def _is_free(self, name: str, document: Document) -> bool:
        own = name == document.id or name.lower() not in self.printed
        return own and name.lower() not in self.given


def published_name(volume: str, document: str) -> str:
    """Return VOLUME-DOCUMENT: "FRUS1861-D12". Raises ValueError if the names have another form."""
    name = f"{volume}-{document}".upper()
    if not DOCUMENT.fullmatch(name):
        raise ValueError(
            f"The document is named {document or 'nowhere'!r}, in volume {volume!r}; "
            "one is named as d12, and its volume as frus1861"
        )
    return name


def claimed_reference(heading: Heading) -> str:
    """Return the reference made of a telegram's year, place and number, or "".

    A circular has one too, though it is numbered in its own series: other archives may use it.
    """
    sent = heading.kind in ("telegram", "circular") and not heading.is_draft
    if not sent or heading.created.year < FIRST_YEAR:
        return ""
    titled = IN_TITLE.match(heading.untitled)
    series, number = printed_number_of(heading) if not titled else _parts(titled)
    series = series or ((titled["behind"] or "").upper() if titled else "")
    own = "" if MESSAGE.match(heading.untitled) else station_of(heading)  # It is in no series.
    station = series or own or (_station_in_text(heading) if titled else "")
    if not number or not station or heading.precision == "year":
        return ""
    return _reference(heading, station, number)


def _reference(heading: Heading, station: str, number: str) -> str:
    """Return the reference of a telegram of this year, "" if it can be none: "TOSEC", "0"."""
    try:
        year = heading.created.year
        return canonical_reference(f"{year % 100:02}{station}{number}", year=year)
    except ValueError:
        return ""


def second_reference(heading: Heading) -> str:
    """Return the reference by the second number of a telegram: of "226331/Tosec 270030"."""
    sent = heading.kind == "telegram" and not heading.is_draft and heading.precision != "year"
    first = (heading.untitled, *heading.front[:2])
    second = next(filter(None, map(SECOND.match, first)), None) if sent else None
    if second is None or second["series"].upper() not in message_series():
        return ""
    return _reference(heading, second["series"].upper(), str(int(second["number"])))


def _parts(match: re.Match[str]) -> tuple[str, str]:
    """Return series and number of a telegram, ("", "") if they are not its own."""
    series = (match["series"] or "").upper()
    if series in PLAIN:
        return "", str(int(match["number"]))
    return (series, str(int(match["number"]))) if series in message_series() else ("", "")


def _station_in_text(heading: Heading) -> str:
    """Return the station in the header that some volumes print with a text, or ""."""
    for line in SENDING_POST.finditer("\n".join(heading.front)):
        post = re.sub(r"[ .-]", "", line["post"] or line["station"])
        if line["post"] or is_station(post):
            return post
    return ""


def telegram_reference(heading: Heading, volume: Volume) -> str:
    """Return the reference of a telegram, "" if another one of its volume has the same.

    Circulars were numbered apart until the Department numbered all its telegrams in one series.
    """
    claimed = claimed_reference(heading) if is_in_series(heading) else ""
    return claimed if volume.claims[claimed] <= 1 else ""


def is_in_series(heading: Heading) -> bool:
    """Return whether a telegram or circular is numbered as its post numbers telegrams."""
    return heading.kind == "telegram" or heading.created >= ONE_SERIES_OF_STATE


def printed_number_of(heading: Heading) -> tuple[str, str]:
    """Return series and number at the start of a telegram, or above its text; or ("", "")."""
    series, number = find_telegram_number(heading.front, 1 if heading.is_first else 2)
    lines = () if number else heading.opener.split(" | ")
    above = next(filter(None, map(NUMBER_ABOVE.match, lines)), None)
    return ("", str(int(above[0]))) if above else (series, number)


def find_telegram_number(front: tuple[str, ...], least: int = 2) -> tuple[str, str]:
    """Return series and number at the start of a text, or ("", "") (F-6).

    ("", "2094") of "2094. Subject: ...", ("SECTO", "25") of "Secto 25. ...". A text whose first
    paragraph is numbered 1, or 2 and the second 3, has none; of 1 alone, `least` is 1.
    """
    for at, block in enumerate(front):
        if serial := SERIAL.match(f"{block} "):
            series, digits = _parts(serial)
            number = int(digits or 0)
            following = f"{number + 1}."
            counted = any(later.startswith(following) for later in front[at + 1 :])
            if not series and (counted or number < (LEAST if at else least)):
                return "", ""
            return series, digits
    return "", ""


def station_of(heading: Heading) -> str:
    """Return the station in whose series a telegram is numbered, or "".

    Other agencies at the same place number theirs apart, and so did posts those to them and to one
    another. Nothing but the Department's is numbered at Washington; its place may be a misprint.
    """
    place = station_letters(heading.place)
    if heading.sender in message_series():  # "Telegram 6848 from the JCS".
        return heading.sender
    if heading.sender.startswith("Department of State"):
        return "STATE"
    if place in ("", "WASHINGTON"):
        at_post = station_of_post(heading.sender, heading.created.year)
        return "STATE" if DEPARTMENT.match(heading.sender) else at_post
    to_agency = OTHER_AGENCY.search(heading.recipient) and not is_department(heading.recipient)
    apart = heading.created.year < ONE_SERIES and (to_agency or is_post(heading.recipient))
    return "" if apart or OTHER_AGENCY.search(f"{heading.sender}, {heading.place}") else place


def station_of_post(office: str, year: int) -> str:
    """Return the station of "Embassy in Peru" by its seat: "LIMA"; "" for any other office."""
    post = NAME_OF_POST.fullmatch(post_name(office, "", year)) if is_post(office) else None
    station = station_letters(post["city"]) if post else ""
    return station if is_station(station) else ""


def is_misplaced(heading: Heading) -> bool:
    """Return whether the dateline of a telegram prints a city in which its sender is not."""
    if heading.kind != "telegram":
        return False
    place = station_letters(heading.place)
    if heading.sender.startswith("Department of State"):
        return place not in ("", "WASHINGTON")
    return place == "WASHINGTON" and station_of(heading) not in ("", "STATE")


def station_letters(place: str) -> str:
    """Return a place in the capitals of references: "Port-au-Prince" is PORTAUPRINCE."""
    plain = unicodedata.normalize("NFKD", re.sub(r"\([^)]*\)|\[[^]]*\]", "", place))
    return re.sub(r"[^A-Z]", "", plain.upper())


# "A-731", "CA–4735", "CEDTO A-731"; with a dash also "G–44" and "CG–643".
SERIES = r"(?:[A-Z]{3,6} )?(?:C?A[ –-]{0,2}|C?G[–-])\d{1,5}"
NUMBER_IN_TITLE = re.compile(
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
# "IN 16397.", of an agency; "Toica 716.", of a series that many missions share.
ODD = re.compile(
    r"(?P<number>\d{1,4}[A-Z]\d{1,3}|[A-Z]{2,5}[–-]\d{1,5}[–-]\d\d"
    r"|(?:Colux|Ecato|Foato|Icato|Luxco|Secun|Tagg|Toagg|Tofoa|Toica|Totan|Unsec) \d{1,5}"
    r"|(?P<letters>[A-Z]{2,5})(?: J[–-]?[\dO]{1,2})? \d{1,6})(?: \([A-Z][^()]{1,20}\))?\.(?:\s|$)"
)
NOT_OWN = frozenset({"DTG", "REF", "REFS", "RE"})
# "Msg nr 8. Rell and I met".
MESSAGE_NUMBER = re.compile(r"(?:Msg|Message) (?:nr|no)\.? (?P<number>\d{1,4})\.\s", re.IGNORECASE)
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
# "Research Memorandum RNA-6 From Rell", "National Intelligence Estimate, NIE 11–4–63".
NUMBER_BEHIND_KIND = re.compile(
    r"(?:[A-Z]\w+ ){0,5}(?:Memorandum|Estimate|Report|Study|Note|Brief|Cable),? "
    r"(?P<number>[A-Z]{2,5}(?: [A-Z]{2})?[ –-](?:[A-Z]{2}-)?\d[\d/–-]*)(?=[,.]| From\b|$)"
)
# A line that is nothing but a number: "No. 114", "Memorandum No. 10", "NO. 34"; "SecDel/MC/60",
# "CM-856-63", "NIE 72.1-59", "OCI No. 1582/64".
NUMBER_LINE = re.compile(
    r"\[?(?:Memorandum |Document )?(?P<plain>(?:No|NO)\.? ?\d{1,5}(?:½|/\d\d)?)[.\]]*"
    r"|(?!(?:ANNEX|ART|ARTICLE|BOX|CHAPTER|CLAUSE|ENCL|FY|ITEM|NOTE|OPTION|PAGE|PARA|PART|PHASE|PL"
    r"|SECT?|TAB|TABLE|VOL)\b)"
    rf"(?!(?:{dates.MONTH_NAME.pattern})(?! [A-Z]))"  # "NOV D-4" is of a conference.
    # Of the central files: "POL 27-4".
    r"(?!(?:AID|AV|DEF|FN|FT|INCO|LAB|ORG|PET|POL|PR|SOC|SP|TEL|UN) \d)"
    r"(?P<series>(?:[A-Z]{1,6}|[A-Z][A-Za-z]{1,5}(?=/| [A-Z])|[A-Z][a-z]+[A-Z][A-Za-z]{1,5}(?=/))"
    r"(?:[ /–-][A-Z]{1,5}){0,2}"
    r"(?: No\. | Document |[ /–-]|(?<=/AC)\.)\d[\d/.–-]*(?:[A-Z]?(?:-\d+)?|[a-z]|info))"
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
        if paper := PAPER.match(heading.untitled):
            return f"{LETTERS[paper['words'].lower()]} {paper['number']}".replace("–", "-")
        if behind := NUMBER_BEHIND_KIND.match(heading.untitled):
            return behind["number"].replace("–", "-")
        return _number_in_series(heading) or _number_on_line(heading)
    if number := printed_number(heading):
        return number
    return _number_of_telegram(heading) if telegraphed else ""


def _number_in_series(heading: Heading) -> str:
    """Return the number with which a text begins as a telegram of a series: "Topol 481", or ""."""
    series, number = find_telegram_number(heading.front[:1])
    return f"{series.title()} {number}" if series else ""


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
    if counted := next(filter(None, map(MESSAGE_NUMBER.match, first)), None):
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
    found = NUMBER_IN_TITLE.match(heading.untitled) or ON_LINE.search(
        "\n".join([*heading.own_lines, *first])
    )
    return _spelt(found["number"]) if found else ""


def title_with_number(heading: Heading, number: str) -> str:
    """Return the title of a document, with its own number if the heading does not print it."""
    digits = re.escape(number.rpartition(" ")[2].rpartition("-")[2])
    if not number or re.search(rf"\b{digits}\b", heading.untitled):
        return heading.untitled.rstrip(",:; ")
    return f"{strip_signs(heading.untitled)} ({number})"


def _spelt(number: str) -> str:
    """Return "A-731" for "A–731" and "A 731", "No. 34" for "No 34" and "34"; "No. III" stays."""
    if not number[-1].isdigit():
        return number
    if "/" in number:
        return number
    series, digits = re.split(r"[\s.–-]*(?=\d+$)", number, maxsplit=1)
    return f"{series}-{digits}" if series.endswith(("A", "G")) else f"No. {digits}"
