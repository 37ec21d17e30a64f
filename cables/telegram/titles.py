"""The title of a cable: its subject, or one made of kind, number, parties and date.

Without a subject its first sentence that says something follows the title, where there is room.
Both that and the recipient are found when a text is stored (`facts_for_title`): a list of a hundred
cables reads neither their headers nor their texts.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Protocol

from .beside_the_text import is_by_editors, is_undated
from .dates import Style, format_date
from .fact_types import (
    CABLES,
    EXCISED,
    MEETINGS,
    RECEIPT,
    UNKNOWN,
    CableFacts,
    EditionFacts,
    edition_of,
    without_empty,
)
from .header import parse_header
from .offices import OFFICE, SECRETARY, is_unnamed
from .origins import origins
from .paragraphs import Blocks
from .references import serial_of
from .shorten_text import first_sentence
from .tags import tag_kinds

WORD = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W_])|[^\W_]+(?:['’`´][^\W_]+)*")
LETTER = re.compile(r"[^\W\d_]")
ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
ORDINAL = re.compile(r"(\d+)(ST|ND|RD|TH|S)")
GOVERNMENT = re.compile(r"GO[A-Z]{1,2}")  # "GOF", Government of France.
# Behind one of these the next word has a capital, as at the start.
NEW_START = re.compile(r"(?:^|[:?!]|(?<=[^\W_]{3})\.|--|\s[-–—]|[(\[]|(?:^|\s)[\"“‘'])\s*$")
IN_PARENTHESES = re.compile(r"\(([A-Z]{2,8})\)")
AROUND = 12  # Characters before and behind a word that show what it means.
INITIALS_BEFORE = 90  # Characters before "(INCSR)" that may hold the words it abbreviates.
SMALL = frozenset(
    ["a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "nor", "of", "on"]
    + ["onto", "or", "per", "than", "the", "to", "upon", "via", "vs", "with"]
)
# One person, and the office; with a name in brackets it is the office that is named.
PERSON_OF = re.compile(
    r"(?P<name>(?:[A-Z][\w.'’-]* ){1,4}[A-Z][\w.'’-]*(?:,? Jr\.)?),? of the (?!.* and .* of )[^()]+"
)
VERBS = frozenset(["DOES"])  # Not the plural of an abbreviation.
SMALL_LETTERS = 20  # One letter of so many, at most, is a capital in a subject in small letters.
ENDINGS = frozenset(["S", "T", "RE", "VE", "LL", "D", "M"])  # Behind an apostrophe.
# Common in subjects, but not in the tables of tags.
ACRONYMS = frozenset(
    """
    ACSA AFRICOM AGOA AIDS AML ANSF APCSS APEC APHIS AQIM ATPA ATPDEA AU AVC AWACS BMD BRAC
    CAFTA CARICOM CBP CENTCOM CFE CICIG CID CIS CITES CJCS CODEL CODELS CPA CPI CSCE CTBT CVE
    DAO DAS DATT DEPSECDEF DIA DOD DOE DOJ DPRK DRL DROC DVC EAP EC ECB EEU EEZ EO ESF EU EUFOR EUR
    EXBS FARA FATA FATF FM FMF FOUO FTA FTAA FY FYROM GAERC GAVI GCC GDP GEF GNP GPOI HIV HMG HR
    IAAC IAEA ICE ICT IDP IED IFI IGAD IIP ILEA IMET IMO INCSR INL INR IO IPR IRGC ISAF ISI ISN JEM
    KFOR LOA LOU MANPADS MCC MEK MEPI MFA MIA MINUSTAH MOD MOE MOF MOFA MOFCOM MOH MOI MOIA MOJ
    MONUSCO MOU MP NAFTA NAM NATO NEA NGO NIE NPT NSA OAS ODC OECD OES OFAC OHCHR OIC OPCW OSAC
    OSCE OTA PA PAO PEPFAR PIO PKO PM POA POC POLAD POTUS POW PRC PRT PSI QDDR RCI RMB ROC ROE
    ROK ROKG RSO SAARC SACEUR SADC SALW SARG SARS SCA SCO SECDEF SFOR SLA SOCOM SOE SOFA SOM SOP
    SOUTHCOM STAFFDEL STAFFDELS TIFA TIP TPA TRIPS UAE UAV UK UN UNAMA UNAMI UNAMID UNASUR
    UNCLOS UNHRC UNMIL UNMIS UNMOVIC UNOPS UNSCR UNVIE US USA USAF USAID USD USDA USEB USEU USG
    USOAS USOSCE USSR USTR USUN USUNESCO VAT VIP VP WHA WHTI WMD WTO
    """.split()  # noqa: SIM905
)
# Tags that are words, or names written like words: not set in capitals.
WORDS = frozenset(
    """
    AEROFLOT AEROPERU AGR AID AINT ALIA ALITALIA AMAL AMCHAMS AMED ARC ARENA ARIANA AVENSA AVIANCA
    BENDIX BIS BOS BUNDESBANK CARE CITIBANK COE COM CONTRIB DOT EDU ELF EUROCONTROL FINNAIR GREENS
    INS INTERPOL JUS LAB LOC LOT MAB MAS MASS MIR PAL PAN PETROBRAS PIA PROP QANTAS SEC STAT TAPLINE
    UNO VA WHO
    """.split()  # noqa: SIM905
)
ABBREVIATIONS = frozenset(
    ["MR", "MRS", "MS", "DR", "ST", "JR", "SR", "LT", "SGT", "MT", "FT", "VS"]
)
FRENCH = frozenset(["D'AFFAIRES", "D'ETAT"])
VOWELS = frozenset("AEIOUYÀÁÂÃÄÅÈÉÊËÌÍÎÏÒÓÔÕÖÙÚÛÜ")
# GOT is the Government of Turkey or of Thailand, or a verb: behind or before one of these words.
GOT = re.compile(
    r"(?:\b(?:I|WE|YOU|HE|SHE|IT|THEY|WHO|HAVE|HAS|HAD|['’](?:VE|S|D)|NEVER|JUST|ALSO)[ ]GOT"
    r"|\bGOT[ ](?:AN?|THE|IT|HIS|HER|ITS|THEIR|OUR|WHAT|RID|AWAY|BACK|UP|OFF|DOWN|WORSE|BETTER))\b"
)
# SWIFT, the network of banks, beside a stroke or before one of these words; else an adjective.
SWIFT = re.compile(r"/SWIFT\b|\bSWIFT(?:/|[ ](?:AGREEMENT|DATA|CODES?|NETWORK|TALKS)\b)")
CONTEXTS = {"GOT": (GOT, "Got"), "SWIFT": (SWIFT, "SWIFT")}
TAKEN_OUT = re.compile(r"X{3,}")  # Words that were replaced before publication.
NOT_GOVERNMENTS = frozenset(
    ["GOAL", "GOAT", "GOD", "GODS", "GOES", "GOLD", "GOLF", "GONE", "GOOD", "GORE", "GOTO", "GOWN"]
)


@lru_cache(maxsize=2_000)  # A page has the same title several times.
def title_case(subject: str, abbreviations: frozenset[str] = frozenset()) -> str:
    """Return a subject in title case; blanks, signs and lower-case words stay as printed.

    >>> title_case("THE AMBASSADOR'S TALKS WITH THE GOF ON NATO-RUSSIA TIES, PART II")
    "The Ambassador's Talks with the GOF on NATO-Russia Ties, Part II"

    One that is nearly all in lower case is set in the same way; others not mostly in capitals stay.
    FMS is no plural if it is one of the `abbreviations` of its text. "MCKAY" becomes "Mckay".
    """
    letters = LETTER.findall(subject)
    capitals = sum(letter.isupper() for letter in letters)
    if letters and letters[0].islower() and capitals * SMALL_LETTERS <= len(letters):
        subject = WORD.sub(lambda match: _in_capitals(match[0]), subject)
    elif 2 * capitals <= len(letters):
        return subject
    introduced = _introduced(subject) | abbreviations
    return WORD.sub(lambda match: _cased(match, introduced), subject)


def _in_capitals(word: str) -> str:
    """Return a word in small letters in capitals, if it has as many letters then."""
    return word.upper() if word.islower() and len(word.upper()) == len(word) else word


def _cased(match: re.Match[str], introduced: frozenset[str]) -> str:
    """Return a matched word in title case; `introduced` are the abbreviations of its subject."""
    word, text = match[0], match.string
    if not word.isupper() or "." in word:
        return word
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if any(map(str.isdigit, word)):
        ordinal = ORDINAL.fullmatch(word)
        return ordinal[1] + ordinal[2].lower() if ordinal else word
    if len(word) == 1 and word.isascii() and (before in tuple("/&+-") or after in tuple("/&+-.")):
        return word
    if word.lower() in SMALL:
        inside = (before != "-" and after != "-") or before == after == "-"
        starts = NEW_START.search(text, max(0, match.start() - 4), match.start())
        return word.lower() if inside and match.start() and not starts else word.capitalize()
    if before == "-" and word == "DR":  # CAFTA-DR
        return word
    if word in CONTEXTS and _stands_in(CONTEXTS[word][0], match):
        return CONTEXTS[word][1]
    if word == "AL" and after == "-" and match.start():
        return "al"
    return _with_capital(word, introduced)


def _stands_in(context: re.Pattern[str], match: re.Match[str]) -> bool:
    """Return whether a word stands in a context, by the words around it."""
    start, end = match.start() - AROUND, match.end() + AROUND
    return context.search(match.string, max(0, start), end) is not None


@lru_cache(maxsize=20_000)  # The words of a hundred titles are much the same.
def _with_capital(word: str, introduced: frozenset[str]) -> str:
    """Return a word with an initial capital, or in capitals if it is an abbreviation."""
    if word in FRENCH:
        return f"d'{word[2:].capitalize()}"
    stem, apostrophe, tail = _split(word)
    if _is_known(stem, introduced) or TAKEN_OUT.fullmatch(stem) or ROMAN.fullmatch(stem):
        cased = stem
    elif (
        stem[-1:] == "S"
        and stem not in VERBS
        and (_is_known(stem[:-1], introduced) or _is_government(stem[:-1], stem))
    ):
        cased = stem[:-1] + "s"  # NGOs
    else:
        cased = stem if _is_abbreviation(stem) else stem.capitalize()
    if not apostrophe:
        return cased
    if len(stem) == 1 and tail not in ENDINGS:  # O'Hale, N'Djamena
        return stem + apostrophe + tail.capitalize()
    return cased + apostrophe + tail.lower()


def _is_known(word: str, introduced: frozenset[str]) -> bool:
    return word in _known() or word in introduced


def _is_government(word: str, stem: str) -> bool:
    return bool(GOVERNMENT.fullmatch(word)) and stem not in NOT_GOVERNMENTS


def _split(word: str) -> tuple[str, str, str]:
    """Split a word at its last apostrophe: (before, apostrophe, after)."""
    for sign in "'’`´":
        if sign in word:
            return word.rpartition(sign)
    return word, "", ""


def _introduced(subject: str) -> frozenset[str]:
    """Return the abbreviations that a subject explains: "... CONTROL REPORT (INCSR)"."""
    abbreviations = set()
    for match in IN_PARENTHESES.finditer(subject):
        words = WORD.findall(subject[max(0, match.start() - INITIALS_BEFORE) : match.start()])
        initials = iter(word[0] for word in words)
        if len(words) >= len(match[1]) and all(letter in initials for letter in match[1]):
            abbreviations.add(match[1])
    return frozenset(abbreviations)


@cache
def _known() -> frozenset[str]:
    tags = {code for code, kind in tag_kinds().items() if kind in ("organization", "subject")}
    return (ACRONYMS | tags) - WORDS


def _is_abbreviation(word: str) -> bool:
    """Return whether an unknown word is an abbreviation: it has no vowel, or is like "GOF"."""
    if GOVERNMENT.fullmatch(word):
        return word not in NOT_GOVERNMENTS
    return 1 < len(word) <= 6 and word not in ABBREVIATIONS and VOWELS.isdisjoint(word)


OFFICES = {"AMEMBASSY": "Embassy", "AMCONSUL": "Consulate", "USMISSION": "Mission"}
FROM_TO = re.compile(r"(?i)[\w ]+ from .+ to .")  # "Telegram From the Embassy to the Department"
IN_WORDS = re.compile(r" (?:OF|IN|AT) ")  # "AMBASSADOR IN CHILE (COLLIER)", not a station.
# A zone in the dateline of a volume, or in the time of its heading: "281605Z", "6 p.m. GMT".
NAMED_TIMES = {"23:59": "midnight", "12:00": "noon"}  # Of a dateline: midnight ends the day.
ZONE = re.compile(r"\dZ\b|\b(?:GMT|UTC|Greenwich)\b")
DEPARTMENT = re.compile(r"SECSTATE(?: WASH(?:DC|INGTON)?)?|STATE|DEPT(?: OF STATE)?")


class NamedOrigin(Protocol):
    @property
    def name(self) -> str: ...


class TitledCable(Protocol):
    """The fields of a Cable of which its title is made."""

    reference: str
    subject: str
    created: datetime
    created_precision: str
    facts: CableFacts

    @property
    def title(self) -> str: ...

    @property
    def origin(self) -> NamedOrigin: ...


def is_named(cable: TitledCable) -> bool:
    """Return whether a cable has a subject or a title from its source."""
    return bool(cable.subject or cable.facts.get("title"))


def reading_title(cable: TitledCable) -> str:
    """Return the title by which readers know a cable everywhere; never "".

    It is the subject, or the title from the source, in title case, or a made title. What is not
    given as it was sent says so: "Harbor Fees [Paraphrase]".
    """
    terms = edition_of(cable.facts).get("terms", ())
    title = title_case(cable.title, frozenset(row[0] for row in terms if row[2].startswith("t_")))
    return with_marks(title, cable) if is_named(cable) else made_title(cable)


def with_marks(title: str, cable: TitledCable) -> str:
    """Return a title with what the text is by its volume, if not all as sent, in brackets."""
    marks = marks_of(cable)
    return f"{title} [{marks.capitalize()}]" if marks else title


def marks_of(cable: TitledCable) -> str:
    """Return what the text is by its volume, if not all as sent: "paraphrase, translation".

    What the title says at its beginning is left out: "Extract of a lecture".
    """
    marks = edition_of(cable.facts).get("text_marks", ())
    said = cable.title.lstrip("* [").casefold()
    return ", ".join(mark for mark in marks if mark != EXCISED and not said.startswith(mark))


def names_parties(cable: TitledCable) -> bool:
    """Return whether the title of a cable already says from whom it is and to whom."""
    return not cable.subject and bool(FROM_TO.match(cable.title) or not is_named(cable))


def opening_of(cable: TitledCable) -> str:
    """Return the first sentence of a cable without a subject; "" if it has a subject or no text."""
    return "" if cable.subject else cable.facts.get("opening", "")


def headlines(cables: Sequence[TitledCable]) -> list[tuple[str, str]]:
    """Return (headline, what stands below it or "") of each cable of a list.

    The opening line follows the title; it is the headline where several cables have one title.
    """
    titles = [reading_title(cable) for cable in cables]
    often = Counter(titles)
    return [
        (line, title) if line and often[title] > 1 else (title, line)
        for title, line in zip(titles, map(opening_of, cables), strict=True)
    ]


def sender(cable: TitledCable) -> str:
    """Return who sent or wrote a document, "" if that is not known.

    It is the origin of a cable. An officer writes a letter or a memorandum in his own name, and
    others act for the Secretary of State: who sent these is as the volume prints it. What the
    Department writes without such a name is from the Department, not from its Secretary. Nobody
    sends the record of a meeting whose writer is not told: its origin is where it took place.
    """
    edition, name = edition_of(cable.facts), cable.origin.name
    is_cable = edition.get("kind", "telegram") in CABLES
    if is_cable and name != SECRETARY and not is_unnamed(name):
        return name
    if printed := edition.get("from"):
        return printed[0].upper() + printed[1:]
    if edition.get("kind") in MEETINGS and "Drafted by" not in edition.get("source_note", ""):
        return ""
    if name == SECRETARY and not is_cable:
        return "Department of State"
    return "" if is_unnamed(name) else name


def author(cable: TitledCable) -> str:
    """Return who is cited as the author of a document: its sender, without the office of a person.

    "Philip H. Tern of the Policy Planning Staff" is Philip H. Tern.
    """
    named = sender(cable)
    person = PERSON_OF.fullmatch(named)
    return person["name"] if person and not OFFICE.search(person["name"]) else named


def introduction(cable: TitledCable) -> list[str]:
    """Return one or two sentences, without full stops, that identify a cable."""
    if is_named(cable):
        return [", ".join(filter(None, [sender(cable), day_of(cable)])), reading_title(cable)]
    return [made_title(cable)]


def made_title(cable: TitledCable) -> str:
    """Return a title made of the facts that are known.

    Example: "Telegram 768, Embassy Saigon to Department of State, 23 October 1963".
    """
    edition = edition_of(cable.facts)
    kind = edition.get("kind", "telegram").capitalize()
    parties = filter(None, [sender(cable), cable.facts.get("recipient", "")])
    named = " ".join(filter(None, [kind, serial(cable, edition)]))
    title = ", ".join(filter(None, [named, " to ".join(parties), day_of(cable)]))
    return with_marks(title, cable)


def serial(cable: TitledCable, edition: EditionFacts) -> str:
    """Return the serial number of a cable, "" if its reference has none."""
    return str(serial_of(edition.get("numbered") or cable.reference) or "")


def facts_for_title(subject: str, header: str, blocks: Blocks, edition: EditionFacts) -> CableFacts:
    """Return what is stored for the title of a cable without a subject, from its public text."""
    if subject:
        return {}
    facts: CableFacts = {"recipient": recipient(header, edition), "opening": first_sentence(blocks)}
    return without_empty(facts)


def recipient(header: str, edition: EditionFacts) -> str:
    """Return the name of the first recipient, "" if unknown."""
    if printed := edition.get("to_line") or edition.get("to"):
        return office(printed)
    to = parse_header(header).to
    return office(to[0].name) if to else ""


def office(printed: str) -> str:
    """Return the name of an addressee: "AMEMBASSY PRAIA" gives "Embassy Praia".

    An office in words and in capitals is set in title case. A bare station, which some sources
    print, gives the name of its origin.
    """
    if DEPARTMENT.fullmatch(printed):
        return "Department of State"
    if known := origins().get(printed):
        return known.name
    kind, _, place = printed.partition(" ")
    if kind in OFFICES and place:
        return f"{OFFICES[kind]} {place.title()}"
    return title_case(printed) if IN_WORDS.search(printed) else printed


def day_of(cable: TitledCable) -> str:
    """Return the date of a cable as precisely as it is known: "October 1963".

    That of an undated document is in brackets: "undated [October 1963]". The day in an editorial
    note is that of its events: "on events of 15 March 1962".
    """
    words = format_date(cable.created, cable.created_precision, "words")
    edition = edition_of(cable.facts)
    if edition.get("dated_by") == UNKNOWN:
        return "undated"
    if is_undated(edition, cable.created_precision):
        words = f"undated [{words}]" if not is_by_editors(edition) else f"about {words}"
    elif edition.get("dated_by") == RECEIPT:
        words = f"received {words}"
    return f"on events of {words}" if is_by_editors(edition) else words


def shown_date(cable: TitledCable, style: Style = "list") -> str:
    """Return the date of a cable in a style of lists: "about 1826" if no source prints it.

    It is "undated" if not even the year is known. Noon and midnight are as printed. "received 1
    April 1894" is all that some documents print. The hour of a document says its zone: "Z", else
    "local time".
    """
    shown = format_date(cable.created, cable.created_precision, style)
    edition = edition_of(cable.facts)
    if is_undated(edition, cable.created_precision):
        return "undated" if edition["dated_by"] == UNKNOWN else f"about {shown}"
    if edition.get("dated_by") == RECEIPT:
        return f"received {shown}"
    named = NAMED_TIMES.get(shown.rpartition(" ")[2], "")
    if named and named in f"{edition.get('date', '')} {edition.get('heading', '')}".lower():
        shown = f"{shown.rpartition(' ')[0]}, {named}"
    machine = machine_date(cable)
    if "T" not in machine or "volume" not in edition:
        return shown
    return f"{shown}Z" if machine.endswith("Z") else f"{shown}, local time"


def cited_date(cable: TitledCable) -> tuple[date, str, bool]:
    """Return (date, its precision, whether it is undated) for citations.

    The precision is "day", "month", "year", or UNKNOWN if not even the year is known. An editorial
    note was written for its volume: its date is the year in which that was published.
    """
    edition, precision = edition_of(cable.facts), cable.created_precision
    undated = is_undated(edition, precision)
    if is_by_editors(edition):
        published = edition.get("published", "")
        year = int(published) if published.isdecimal() else cable.created.year
        return date(year, 1, 1), "year", not published.isdecimal()
    if edition.get("dated_by") == UNKNOWN:
        precision = UNKNOWN
    return cable.created.date(), "day" if precision in ("minute", "hour") else precision, undated


def machine_date(cable: TitledCable) -> str:
    """Return the date of a cable for programs: "2006-03-14T09:26Z", "1963-10".

    A time is in UTC, but that of a volume's document is local if no zone is printed, and ends
    without Z.
    """
    written = format_date(cable.created, cable.created_precision, "iso")
    edition = edition_of(cable.facts)
    zoned = ZONE.search(f"{edition.get('date', '')} {edition.get('heading', '')}")
    return written.removesuffix("Z") if "volume" in edition and not zoned else written
