"""Set a subject that is in capitals in title case, which is easier to read (H-15)."""

import re
from functools import cache, lru_cache

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

    `abbreviations` are those that its text explains: FMS is no plural then.
    A subject that begins in lower case and is nearly all so is set in the same way. Others that are
    not mostly in capitals are returned unchanged. "MCKAY" becomes "Mckay".
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
