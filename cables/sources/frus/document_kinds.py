"""Find the kind of a document: from its heading, or from sender, recipient and numbering."""

import re

# (kind, beginning of a heading). The first that matches counts.
TYPED = (
    ("circular", r"circular (?:airgram|instruction|telegram|note)?"),
    ("circular", r"joint (?:[\w/–-]+ )?circular (?:airgram|telegram)\b"),
    ("telegram", r"(?:\w+ |joint [\w/–-]+ )?(?:telegram|cablegram|radiogram|cable)\b"),
    ("telegram", r"backchannel (?:message|telegram)"),
    ("airgram", r"(?:\w+ )?airgram\b"),
    ("despatch", r"(?:\w+ )?d[ei]spatch\b"),
    ("instruction", r"(?:operations |national security |\w+ )?instruction\b"),
    ("editorial note", r"editorial note"),
    (
        "conversation",
        r"(?:\w+ )?(?:memorand\w+|notes|record|summary|minutes) (?:of|on) .{0,40}conversation",
    ),
    ("conversation", r"transcript of (?:a )?(?:telephone )?conversation"),
    ("memorandum", r"(?:[\w-]+ ){0,3}(?:memorand\w+|aide[- ]m[ée]moire)\b"),
    ("minutes", r"(?:[\w-]+ ){0,3}(?:minutes|notes|record|summary record) (?:of|on)\b"),
    ("letter", r"(?:\w+ )?letter\b"),
    ("message", r"(?:\w+ ){0,2}message\b"),
    ("report", r"(?:[\w-]+ ){0,3}(?:report|estimate|study|paper|intelligence brief)\b"),
    ("note", r"(?:\w+ )?note\b"),
)
TYPES = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in TYPED]
# In volumes before about 1955: "793.94/123: Telegram", "[Telegram—Paraphrase]".
MARKED = re.compile(
    r"(?:^|[\[(:|—–]\s*)(?:(?:circular|paraphrase of|extract from) )?"
    r"(?P<kind>telegram|cablegram|airgram|circular)\b(?!\s+(?:No\. )?(?:\d|from\b|to\b|of\b))",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(?:^|[\[(|]\s*|\s)(?:No|Nos)\.\s?\d{1,5}")
POST = r"(?:Legation|Embassy|Consulate(?: General)?|Mission|Commission|Agency)"
AT_POST = re.compile(
    rf"\b(?:American {POST}|{POST} of (?:the )?United\s+States|U\. ?S\. {POST})", re.I
)
AT_DEPARTMENT = re.compile(r"^\s*Department of State", re.IGNORECASE)
DEPARTMENT = re.compile(
    r"(?:Acting |Assistant |Under |Deputy )*Secretary of State\b|Department of State", re.I
)
ENVOY = re.compile(
    r"\b(?:Ambassador|Minister|Charg[ée]|Consul|Vice Consul|Commissioner|Diplomatic Agent|Agent"
    r"|Representative|Delegation|Embassy|Legation|Consulate|Mission)\b",
    re.IGNORECASE,
)
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


def typed(subtype: str, title: str) -> str:
    """Return the kind that a heading begins with, or ""."""
    if subtype == "editorial-note":
        return "editorial note"
    return next((kind for kind, pattern in TYPES if pattern.match(title)), "")


def kind_of_document(
    subtype: str, title: str, sender: str, recipient: str, dateline: str, marks: list[str]
) -> str:
    """Return the kind of a document. `marks` are the short texts above it."""
    if kind := typed(subtype, title):
        return kind
    for mark in marks:
        if marked := MARKED.search(mark):
            kind = marked["kind"].lower()
            return "telegram" if kind == "cablegram" else kind
    if not recipient:
        return "other"
    return _of_correspondence(sender, recipient, dateline, marks)


def _of_correspondence(sender: str, recipient: str, dateline: str, marks: list[str]) -> str:
    """Return the kind of a letter: despatch, instruction or correspondence.

    Posts write despatches, the Department answers in instructions; anything between the
    Department and others is correspondence.
    """
    numbered = any(NUMBERED.search(mark) for mark in marks)
    to_post = DEPARTMENT.search(sender) and is_post(recipient)
    from_post = is_post(sender) and DEPARTMENT.search(recipient)
    if AT_POST.search(dateline) or from_post:
        return "despatch" if numbered or from_post else "correspondence"
    if numbered and (AT_DEPARTMENT.search(dateline) or to_post):
        return "instruction"
    return "correspondence"


def is_post(office: str) -> bool:
    """Return whether an office is a post of the United States abroad, or its head."""
    return bool(ENVOY.search(office)) and not FOREIGN.match(office)
