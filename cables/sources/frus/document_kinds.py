"""Find the kind of a document: from its heading, or from sender, recipient and numbering."""

import re
from collections.abc import Callable, Collection, Container
from dataclasses import dataclass
from functools import lru_cache

from ...telegram.references import message_series
from .parties import EXTRACT_OF, NO_LETTER

# (kind, beginning of a heading). The first that matches counts.
TYPED = (
    ("circular", r"circular (?:airgram|instruction|telegram|note)?"),
    ("circular", r"joint (?:[\w/–-]+ )?circular (?:airgram|telegram)\b"),
    ("telegram", r"(?:\w+ |joint [\w/–-]+ )?(?:telegram|cablegram|radiogram|cable)\b"),
    ("telegram", r"backchannel (?:message|telegram)"),
    ("telegram", rf"(?:{'|'.join(sorted(message_series()))}) \d{{1,6}} (?:from|to)\b"),
    ("airgram", r"(?:\w+ )?airgram\b"),
    ("despatch", r"(?:\w+ )?d[ei]spatch\b"),
    ("instruction", r"(?:operations |national security |\w+ )?instruction\b"),
    ("editorial note", r"editorial note"),
    (
        "conversation",
        r"(?:\w+ )?(?:memorand\w+|notes|record|summary|minutes) (?:of|on) .{0,40}conversation",
    ),
    ("conversation", r"(?:\w+ )?memorand\w+ (?:of|on) (?:\w+ ){0,2}meetings? (?:between|among)\b"),
    ("conversation", r"(?:\w+ )?memorand\w+ (?:of|on) (?:[\w–-]+ )?teleconference\b"),
    ("conversation", r"transcript of (?:an? )?(?:\w+ )?(?:conversation|conference)"),
    ("conversation", r"(?:(?:telephone|teletype) )?conversation (?:between|among|with)\b"),
    ("conversation", r"(?:telephone|teletype) con(?:versation|ference)\b"),
    ("conversation", r"summary of discussion(?: between\b|$)"),
    ("conversation", r"notes (?:of|from) (?:an? )?(?:lunch|dinner)\b"),
    ("memorandum", r"(?:[\w-]+ ){0,3}(?:memorand\w+|aide[- ]m[ée]moire)\b"),
    ("meeting notes", r"(?:[\w-]+ ){0,3}notes (?:of|on) .{0,60}\bmeetings?\b"),
    ("minutes", r"(?:[\w-]+ ){0,3}(?:minutes|notes|record|summary record) (?:of|on)\b"),
    ("letter", r"(?:\w+ )?letter\b"),
    ("message", r"(?:\w+ ){0,2}message\b"),
    ("position paper", r"(?:[\w-]+ ){0,4}position paper\b"),
    ("affidavit", r"(?:affidavit|deposition)s? (?:of|by)\b"),
    ("speech", r"(?:(?:the|an?) )?(?:speech|address|lecture|remarks) (?:of|by|delivered)\b"),
    ("report", r"(?:[\w-]+ ){0,4}(?:report|estimate|study|paper|intelligence (?:brief|note))\b"),
    ("note", r"(?:\w+ )?note\b"),
)
TYPES = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in TYPED]
# The first line of a text whose heading names no kind.
FIRST_LINES = (
    ("memorandum", re.compile(r"\[?(?:memorandum|aide[- ]m[ée]moire|pro[- ]memoria)[.:\]]*", re.I)),
    ("memorandum", re.compile(r"memorandum for the [A-Z][\w ]{3,60}[.:]?", re.I)),
    ("note", re.compile(r"\[?(?:note verbale|verbal note)[.:\]]*", re.I)),
)
# In volumes before about 1955: "793.94/123: Telegram", "[Telegram—Paraphrase]".
MARKED = re.compile(
    r"(?:^|[\[(:|—–]\s*)(?:(?:(?P<circular>circular)|paraphrase of|extract from) )?"
    r"(?P<kind>telegram|cablegram|airgram|circular)\b(?!\s+(?:No\. )?(?:\d|from\b|to\b|of\b))"
    r"|[\[(](?:(?:by|per) (?:cable|telegraph)|telegraphic)\b",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(?:^|[\[(|]\s*|\s)Nos?\.?\s?\d{1,5}\b")
POST = r"(?:Legation|Embassy|Consulate(?: General)?|Mission|Commission|Agency)"
AT_POST = re.compile(
    rf"\b(?:American {POST}|{POST},? (?:General,? )?(?:o[fp] )?(?:th\w+ )?"
    r"(?:United\s+State(?:[sd]\b)?(?! of (?!America)|s)|U\. ?S\.)"
    rf"|(?:United States|U\. ?S\.),? {POST}|Commissioner of (?:the )?United\s+States)",
    re.IGNORECASE,
)
AT_DEPARTMENT = re.compile(r"^\s*Department o[fp] State(?! for\b)", re.IGNORECASE)
DEPARTMENT = re.compile(
    r"(?:Acting |Assistant |Under |Deputy )*Secretary of State\b"
    r"(?! for (?:Foreign|War|India|Home|the (?:Colonies|Home)))|Department of State",
    re.IGNORECASE,
)
# Secretaries of State of other countries: "the Cuban Secretary of State".
THEIR_SECRETARY = re.compile(
    r"(?:the )?(?!Acting|Assistant|Under|Deputy|Third|Second|First|United)\w+ Secretary of State\b"
)
# What the source note of a message says that was sent by telegraph.
BY_WIRE = re.compile(
    r"(?:Incoming|Outgoing) [Tt]elegram|[Tt]ransmitted\b[^.]{0,60}? telegram|Operational Immediate"
    r"|\bRepeated to\b|[Bb]ack[- ]?channel|\bC(?:IA|AS) channel"
)
# "Message From Rell to Quay, at Cairo"; "Memorandum to Washington" if it is filed with telegrams.
TO_PERSON_AWAY = re.compile(r"Message From .+, at (?!Washington)[A-Z]\w+(?: [A-Z]\w+)*$")
TO_PLACE = re.compile(r"Memorandum to [A-Z]\w+$")
# "2093. Patrick": a text begins with the number of a telegram, if the dateline has an hour, or it
# ends in "Sent Department 2093, repeated Karachi 40".
WITH_SERIAL = re.compile(r"\[?(?:No\. ?)?(?P<number>[2-9]|[1-9]\d{1,5})\.\]? [A-Z]")
WITH_HOUR = re.compile(r"\d(?::\d\d)? ?[ap]\. ?m\b|, (?:noon|midnight)\b", re.IGNORECASE)
SALUTATION = re.compile(r"(?:My )?[Dd]ear (?!Sirs?\b|Madam\b)\w")
DEAR = re.compile(r"(?:My )?[Dd]ear ")
SALUTED = re.compile(
    r"(?:\[?No\. ?\d+\.?\]?\s)?(?:My )?(?:[Dd]ear )?(?:(?:(?:Most )?(?:Excellent|Illustrious)"
    r"|Hono(?:u)?r(?:ed|able)|Respected|Esteemed) Sirs?|Sirs?|Madam|Gentlemen|(?:Your )?Excellency"
    r"|(?<=My )Lord|(?:Monsieur|Mr\. (?:Minister|Secretary))[ \w’]{0,30})(?::|[.,]?\s?[—–])"
)
SPEECH = re.compile(r"(?:My Lords and )?Gentlemen\b")  # An assembly, if nobody signs.
# "Mr. Seward", whose office a volume of the 19th century does not print.
MISSION = re.compile(r"\b(?:Legation|Embassy)\b", re.IGNORECASE)
OUR_COUNTRY = re.compile(r"\bU(?:nit\w+ |\. ?)S|\bAmerican\b")
# "Accept, sir, the renewed assurance of my highest consideration", "Accept [etc.]",
# "to renew, &c.".
ACCEPT = re.compile(
    r"\bAccept(?:, | ?\[etc)|\bto renew,? &c"
    r"|\b(?:[Aa]ccept|renew|offer|reiterate|repeat|tender)\b.{,60}\b(?:assurance|consideration)",
    re.DOTALL,
)
PERSON = re.compile(r"(?:Mr|General|Governor|Judge|Colonel|Commodore)\b\.? [A-Z][\w.’' -]+$")
# Departments other than that of State, governors and private persons send no despatches.
AT_HOME = re.compile(
    r"\b(?:Washington|Treasury|Navy Department|War Department|(?:Department|Secretary) of (?!State)"
    r"|Post[- ]Office|Attorney[- ]General|Executive (?:Department|Mansion|Office|Chamber)"
    r"|(?:State|Commonwealth) of|New York|Boston|Philadelphia|Baltimore|New Orleans"
    r"|San Francisco)\b",
    re.IGNORECASE,
)
ENVOY = re.compile(
    r"\b(?:Ambassador|Minister|Charg[ée]|Consul|Vice Consul|Commissioner|Diplomatic Agent|Agent"
    r"|Representative|Delegation|Embassy|Legation|Consulate|Mission)\b",
    re.IGNORECASE,
)
IN_PLACE = re.compile(r" (?:in|at) (?:the )?[A-Z]")  # "the Consul at Lima (Rell)"
# Words before an office of the United States, and offices of other countries: "the British
# Ambassador", "the Minister for Foreign Affairs of Japan".
OURS = (
    "American|United|States|Acting|Vice|Deputy|Assistant|Special|Personal|Permanent|Political"
    "|High|Senior|Principal|Diplomatic|Appointed|Consul|General|Chief|Minister|Ambassador|First|Military|Economic|Naval"
)
FOREIGN = re.compile(
    rf"(?:the )?(?!(?:{OURS})\b)[A-Z][\w-]+(?: [A-Z][\w-]+)? (?:Appointed )?(?:Ambassador|Minister"
    r"|Charg[ée]|Consul|Embassy|Legation|Representative|Delegation|Mission|Commission)"
    r"|(?:\w+ ){0,2}Minister (?:of|for) (?!the United)|(?:the )?(?:\w+ )?Prime Minister"
)
# One who exchanges notes with the Department, whatever words end them,
THEIR_ENVOY = re.compile(
    rf"(?:the )?(?!(?:{OURS})\b)[A-Z][\w-]+ (?:Appointed )?(?:Ambassador|Minister|Charg[ée]|Embassy"
    r"|Legation)\b(?! (?:of|for)\b)"
)
# and how a note begins that salutes nobody.
THIRD_PERSON = re.compile(
    r"The undersigned\b|The [A-Z][\w ]{3,50} (?:presents? (?:his|its|their) compliments"
    r"|ha(?:s|ve) the hono(?:u)?r)\b"
)


@lru_cache(maxsize=4_000)  # Each heading of a volume is asked for several times.
def typed(subtype: str, title: str) -> str:
    """Return the kind that a heading begins with, or ""."""
    if subtype == "editorial-note":
        return "editorial note"
    whole = EXTRACT_OF.sub("", title)
    return next((kind for kind, pattern in TYPES if pattern.match(whole)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What is known of a document when its kind is decided."""

    subtype: str = ""  # Of its element.
    title: str = ""  # Without its number.
    sender: str = ""
    recipient: str = ""
    dateline: str = ""
    marks: tuple[str, ...] = ()  # The short texts above it.
    source_note: str = ""
    begins: tuple[str, ...] = ()  # Its first blocks.
    secretaries: Collection[str] = ()  # Names of those who write at the Department.
    envoys: Container[str] = ()  # Names of those who write despatches.
    theirs: Container[str] = ()  # Names of those who write from missions of other countries.
    is_signed: bool = True
    ending: Callable[[], str] = str  # Its last words.


def kind_of_document(document: Described) -> str:
    """Return the kind of a document (F-7)."""
    if kind := typed(document.subtype, document.title):
        return "telegram" if _is_by_wire(kind, document) else kind
    for mark in document.marks:
        if marked := MARKED.search(mark):
            kind = (marked["kind"] or "telegram").lower().replace("cablegram", "telegram")
            return "circular" if marked["circular"] and kind == "telegram" else kind
    saluted = _is_saluted(document)
    if not document.recipient or not document.sender or NO_LETTER.match(document.title):
        if not saluted or (document.title and not document.title.startswith("[Untitled]")):
            return "other"
        spoken = not document.is_signed and any(map(SPEECH.match, document.begins))
        return "speech" if spoken else "letter"
    first = document.begins[0] if document.begins else ""
    if kind := next((kind for kind, line in FIRST_LINES if line.fullmatch(first.strip())), ""):
        return kind
    if any(map(SALUTATION.match, document.begins)):
        return "letter"
    kind = "telegram" if _has_serial(document, first) else _of_correspondence(document)
    return "letter" if saluted and kind == "correspondence" else kind


def _is_saluted(document: Described) -> bool:
    """Return whether a text begins with "Sir:" or the like, which is no private salutation."""
    return any(map(SALUTED.match, document.begins))


def _has_serial(document: Described, first: str) -> bool:
    """Return whether a text begins with the number of a telegram, though nothing else says it."""
    serial = WITH_SERIAL.match(first)
    if serial is None or WITH_HOUR.search(document.dateline):
        return serial is not None
    sent = rf"\bSent (?:to )?[A-Z]\w+,? (?:as )?{serial['number']}\b"
    return re.search(sent, document.ending()) is not None


def _is_by_wire(kind: str, document: Described) -> bool:
    """Return whether a message, or what a memorandum is called, was sent by telegraph (F-10)."""
    if kind == "message" and TO_PERSON_AWAY.match(document.title.strip()):
        return True
    sent = kind == "message" or TO_PLACE.fullmatch(document.title.strip(" ."))
    return bool(sent and BY_WIRE.search(document.source_note))


def _of_correspondence(document: Described) -> str:
    """Return the kind of a letter: despatch, instruction or correspondence.

    Posts write despatches, the Department answers in instructions, also without a number to one who
    writes despatches. It exchanges notes with envoys of other countries, whom it asks to accept
    assurances, and so do posts abroad; anything else with others is correspondence.
    """
    if _is_note(document):
        return "note"
    numbered = any(NUMBERED.search(mark) for mark in document.marks)
    private = any(map(DEAR.match, document.begins))
    from_post = is_post(document.sender) and is_department(document.recipient)
    if AT_POST.search(document.dateline) or from_post:
        home = from_post or document.recipient in document.secretaries
        # One who is not "Mr. Seward" is of another country: "Prince Kung".
        official = numbered and (document.recipient.startswith("Mr") or _is_home(document))
        return "despatch" if home or official else "correspondence"
    if _is_instruction(document, numbered=numbered, private=private):
        return "instruction"
    to_secretary = document.recipient in document.secretaries and PERSON.match(document.sender)
    abroad = document.dateline and not AT_HOME.search(document.dateline)
    official = numbered or (document.sender in document.envoys and not private)
    return "despatch" if official and to_secretary and abroad else "correspondence"


def _is_instruction(document: Described, *, numbered: bool, private: bool) -> bool:
    """Return whether the Department writes to a post, or to one who writes despatches."""
    at_home = AT_DEPARTMENT.search(document.dateline) is not None
    to_envoy = document.recipient in document.envoys
    to_post = is_department(document.sender) and is_post(document.recipient)
    if not numbered:
        formal = to_post and IN_PLACE.search(document.recipient) and _is_saluted(document)
        return bool(formal) or (at_home and to_envoy and not private)
    return at_home or to_post or (to_envoy and document.sender in document.secretaries)


def _is_home(document: Described) -> bool:
    """Return whether a letter goes to the Department, or to one with the name of a Secretary."""
    surnames = {name.split()[-1] for name in document.secretaries}
    return is_department(document.recipient) or document.recipient.split()[-1] in surnames


def _is_note(document: Described) -> bool:
    """Return whether the Department and an envoy, or a post and others, exchange a note."""
    ended, parties = ACCEPT.search(document.ending()), (document.sender, document.recipient)
    if AT_DEPARTMENT.search(document.dateline) or is_department(document.sender):
        other = document.recipient
    elif _is_home(document) and not AT_POST.search(document.dateline):
        other = document.sender
    else:
        at_post = AT_POST.search(document.dateline) or any(map(is_post, parties))
        is_ours = at_post or any(each in document.envoys for each in parties)
        return bool(ended and is_ours and not _is_home(document))
    ours = other in document.envoys or is_post(other)
    is_formal = any(SALUTED.match(each) or THIRD_PERSON.match(each) for each in document.begins)
    theirs = other in document.theirs or (is_formal and THEIR_ENVOY.match(other))
    return not ours and bool(theirs or ended)


def is_theirs(sender: str, letterhead: str) -> bool:
    """Return whether a person writes from a mission of another country."""
    return bool(sender and MISSION.search(letterhead) and not OUR_COUNTRY.search(letterhead))


def is_secretary(sender: str, dateline: str) -> bool:
    """Return whether a person who is named without an office writes at the Department."""
    return bool(AT_DEPARTMENT.search(dateline) and PERSON.match(sender))


def is_envoy(name: str, kind: str) -> bool:
    """Return whether a person who is named without an office writes despatches."""
    return kind == "despatch" and PERSON.match(name) is not None


def is_department(office: str) -> bool:
    """Return whether an office is the Department of State of the United States."""
    return bool(DEPARTMENT.search(office)) and not THEIR_SECRETARY.match(office)


def is_post(office: str) -> bool:
    """Return whether an office is a post of the United States abroad, or its head."""
    return bool(ENVOY.search(office)) and not FOREIGN.match(office)
