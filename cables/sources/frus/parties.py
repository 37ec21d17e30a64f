"""Find the sender and the recipient of a document in its heading."""

import re
from collections.abc import Iterable

from lxml import etree

from ...telegram import dates
from ...telegram.header import parse_header
from ...telegram.offices import POSTS
from ...telegram.posts import missions_in, strip_signs
from ...telegram.titles import office
from .tei_text import text_of
from .titles_and_notes import heads_of, title_line
from .volume import own_elements

SENT = re.compile(
    r"\b(?:From(?! (?:a )?(?:Lunch|Dinner|Meeting)\b)|By|by|from|[Pp]repared in)"
    r"\s+(?:the\s+)?(?P<rest>.+)",
    re.DOTALL,
)
# A heading that says of what it is only a part: "Extract of a lecture delivered by Mr. Rell".
EXTRACT_OF = re.compile(
    r"^\W*(?P<mark>(?:extract|excerpt)s?) (?:from|of) (?:the |an? )?", re.IGNORECASE
)
# "Extract from the Daily Brief": that is the work, not who sent it.
EXTRACTED_FROM = re.compile(r"^.{0,40}?\b(?:extract|excerpt)s? from (?:the |an? )?", re.IGNORECASE)
# "Memorandum prepared for the Executive Committee"
PREPARED_FOR = re.compile(
    r"\b[Pp]repared (?:in (?:the )?[A-Z][^,;.]+?(?<!Agency) "
    r"|by (?:the )?[A-Z][^,;.]+?(?:Intelligence Agency|Staff) )?for (?:the )?"
    r"(?P<reader>[A-Z][^,;.]+?)(?: by (?:the )?(?P<author>[A-Z][^,;.]+))?$"
)
FOR = re.compile(r" for (?:the )?.*")
MEMORANDUM_FOR = re.compile(
    r"(?:[\w-]+ )?[Mm]emorandum (?:for|to) (?:the )?(?P<reader>(?!Records?\b|Files?\b)[A-Z][^,.;]+)"
    r"(?:, [A-Z]\w+)?"
)
# Above the readers of a memorandum: "TO:", "MEMORANDUM FOR".
TO_LABEL = re.compile(r"(?:MEMORANDUM FOR|TO)\s*:?", re.IGNORECASE)
TO_LINES = re.compile(r"(?:MEMORANDUM FOR|TO|To)\s*:\s*(?P<readers>\S.+)", re.DOTALL)
LINES_ABOVE = 8  # First blocks of a text, one of which may name its readers.
# "the Representative to the United Nations" is one office.
TO_PART = re.compile(
    r"(?:Representative|Ambassador|Minister|Delegat\w+|Mission|Assistant|Adviser|Liaison|Observer"
    r"|Envoy|Message|Commission(?:er)?|Secretary)(?: \([^)]*\))?$"
)
OF_PERSON = re.compile(r", (?:Deputy|(?:Special )?Assistant)$")  # "Mr. Rell, Deputy to the ...".
BOTH = re.compile(r",? [Bb]oth( (?:of|in) .+)")  # "Mr. Quay, Both of the Division of Fees".
# A footnote's mark, and what stands behind a recipient: "*Mr. Rell", "Mr. Rell.—Received May 2".
MARKS = re.compile(
    r"^[*†‡ ]+|\.?\s?(?:[—–]\s?|\[)(?:Received|Of) .*$|, [A-Z][a-z]+ \d{1,2}\. .*$"
    r"|, \d{1,2}(?:st|n?d|rd|th) [A-Z][a-z]+, \d{4}\b.*$"
)
# "Agreement Between A and B Providing for a Mission to B" has no sender.
NO_LETTER = re.compile(
    r"(?:Agreement|Treaty|Convention|Protocol|Form|Text|Proclamation|Declaration|Act|Draft|Proposal"
    r"|Statement|Oral Statements?|Address|Annex|Supplement|Appendix|Circular|(?i:notice)"
    r"|(?:Talking|Check) [Pp]oints|“Procès-Verbal"
    r"|(?:Senate |House |Joint )?Resolution)\b"
)

# "From the Department of State of the Embassy in Peru".
OF_FOR_TO = re.compile(r"(Department of State) of the (.+)")
# "to the Department of State Dakar, October 20": the place of the dateline without its comma.
AND_PLACE = re.compile(r"(Department of State) [A-Z]\w+")
# Behind a sender, what he wrote of, for what and when: "by the Minister in Peru of a Conversation
# With", "by Maro Rell for the Files", "by the Secretary of State Before the Council".
BEHIND_SENDER = re.compile(
    r"(?:,? of (?:an? )?(?:\w+ )?(?:conversations?|interviews?) (?:with|between)| approving"
    r"| for the (?:files?|record)| before (?:the|an?))\b.*"
    rf"| (?:{dates.MONTH_NAME.pattern}) \d{{1,2}}, \d{{4}}\W*$|, undated$",
    re.IGNORECASE,
)
# A document that is named by what it is has no sender before "to": "Minutes of the Delegation to".
NAMED = re.compile(
    r"(?:[\w-]+ ){0,3}(?:Minutes|Memorand\w+|Notes?|Record|Summary|Transcript|Report|Paper)\b",
    re.IGNORECASE,
)
SEVERAL = re.compile(r"(?:[\w-]+ )*?(?:Embassies|Legations|Missions|Consulates|Posts)\b")
# "Affidavit of Maro Rell", "Speech of Mr. Rell, in the Senate": whose words.
WORDS_OF = re.compile(
    r"\W*(?:(?:the|an?) )?(?:speech|lecture|remarks|affidavit|deposition|testimony)"
    r" (?:of|delivered by) (?:the )?"
    r"(?P<person>.+?)(?=,| in the | before | on the |\.? ?[(\[]|\.?$)",
    re.IGNORECASE,
)
# "Press Release of the Council", "Council Press Release 12": whose it is.
PRESS = re.compile(r"(?P<issuer>[A-Z](?:(?!Press)[^,.])+) Press Release\b")
# "Memorandum of Russian Imperial legation.": a mission of another country.
OF_MISSION = re.compile(
    r"(?:Memorandum|(?:Verbal )?Note|Note Verbale|Aide[- ]M[eé]moire|Communication|Reply) of "
    r"(?:the )?(?P<mission>(?!(?:United|American)\b)[A-Z]\w+(?: [A-Z]\w+)*"
    r" (?:[Ee]mbassy|[Ll]egation)(?: at [A-Z]\w+)?)\.?"
)
# A first line that names who writes to whom: "The Minister of Fees to Mr. Rell.".
WRITER = re.compile(
    r"(?:(?:\w+ )?letter (?:of|from)|(?:\w+ )?[Ll]etter addressed (?:by|to)) "
    r"|(?:The )?(?:Mr|M|Messrs|Lord|Sir|Se[nñ]or|Count|Baron|Duke|Earl|Prince|General|Governor"
    r"|Captain|Commodore|Admiral|Consul|Minister|Ambassador|Secretary|President)\b[^;:]* to "
)
# "Letter addressed to the Consul at Lima, by Mr. Rell"
ADDRESSED_BY = re.compile(
    r"(?:\w+ )?letter addressed to (?P<reader>.+?), by (?P<writer>.+)", re.IGNORECASE
)
MINUTES = re.compile(r"(?:[\w-]+ ){0,3}Minutes of\b")
# "Memorandum of Conversation, by Maro Rell": who wrote down a talk sends it to nobody.
OF_TALK = re.compile(
    r"(?:\w+ )?Memorand\w+ of (?:an? )?(?:\w+ )?Conversations?(?:[^,]*,)? by\b", re.I
)
# "Memorandum of a Meeting Between the President and Rell": those who met sent nothing.
TALK = re.compile(
    r"(?:[\w-]+ ){0,2}(?:Memorand\w+|Minutes|Notes|Record|Summary) (?:of|on|from) [^,]{0,60}?"
    r"\b(?:Meeting|Discussion|Conversation|Lunch(?:eon)?|Dinner)s? (?:Between|Among)\b"
    r"(?!.*\bby )",
    re.IGNORECASE,
)
# Below the text of a telegram: "Sent Department 649, repeated London 185, Dhahran 313.", "Sent
# Tehran 15 rpt London 60.". "Rpt" alone asks for it.
REPEATED_WORDS = r"(?i:repeated|reptd|rptd|pouched)"
REPEATED = re.compile(
    r"(?:^|(?<=[.;?!”)\]] ))(?:(?:Note: )?[Ss]ent (?:[^.;]|\.(?! )){2,80}?[,;.:]? (?:and )?"
    rf"(?:{REPEATED_WORDS}|rpt\b)|{REPEATED_WORDS})"
    r",?(?: for)?(?: info(?:rmation)?)?,?(?: to (?:the )?| (?=[A-Z]))"
    r"(?P<to>.{2,200}?)(?:[,;.]? ?(?:(?:Department|Dept|Pls|Please)(?: please)? (?:pass|repeat|rpt)"
    r"|Paraphrase|\[).*)?[.;]*$"
)
# Lines of a telegram's own header at the beginning of its text: "FM AMEMBASSY LIMA", "TO ...".
OWN_TO = re.compile(r"^FM:?\s+[A-Z][^\n]*\s+TO:?\s+(?P<to>[A-Z][^\n\d]*)", re.MULTILINE)
OWN_HEADER = 400  # Characters of a text in which they stand.
LAST = 4  # Last blocks, one of which may say that.
# In lower case only an office behind "the", a number of posts and a particle of a name begin.
LOWER_CASE = re.compile(
    r"(?:an?|all|certain|h(?:er|is)|other|our|several|their|various|two|three|four|five|six|eleven"
    r"|d[aeiou]s?|del|l[ae]|te[nr]|v[ao]n|zu[mr]?)\b|[dl][’']"
)
# "Adviser, Delegation to the Assembly": that is no addressee.
ACCREDITED = r"\b(?:Mission|Delegation)s? to"
# "Message to Washington" names no sender.
KIND = re.compile(
    r"(?:\w+ )?(?:Message|Telegram|Letter|Note|Memorandum|Report|Airgram|Despatch|Cable)"
)


def find_parties(document: etree._Element, title: str) -> tuple[str, str]:
    """Return sender and recipient of a document, from its heading; "" if not named."""
    title = EXTRACTED_FROM.sub("", EXTRACT_OF.sub("", title))
    untold = title_line(document) is not None and not (WRITER.match(title) or WORDS_OF.match(title))
    if untold or TALK.match(title):
        return "", ""
    glosses = [gloss for head in heads_of(document) for gloss in head.iter("{*}gloss")]
    tagged = {each.get("type"): _bare(text_of(each)) for each in reversed(glosses)}
    sender, recipient = split_parties(title)
    if not sender and not recipient and not NO_LETTER.match(title):
        sender, recipient = map(_bare, _split(title))
        if NAMED.match(sender) and not KIND.fullmatch(sender):
            sender = recipient = ""
        sender = sender if recipient and not KIND.fullmatch(sender) else ""
    if MINUTES.match(title) or f" for the {tagged.get('from')}" in title:
        tagged = {}  # "Minutes of the Delegation to the Assembly", marked as a letter.
    if sender and recipient and tagged.get("from") == recipient:
        del tagged["from"]  # Behind "to", the markup names the reader as the sender.
    reader = re.escape(tagged.get("to") or "-")
    sent_to = len(re.findall(rf"\bto (?:the )?{reader}", title))
    if sent_to and sent_to == len(re.findall(rf"{ACCREDITED} (?:the )?{reader}", title)):
        del tagged["to"]
    sender, recipient = _longer(tagged.get("from"), sender), _longer(tagged.get("to"), recipient)
    if both := BOTH.search(recipient):
        sender, recipient = sender + both[1], recipient.replace(both[0], both[1])
    return _party(sender, title), _party(recipient, title)


def _party(name: str, title: str) -> str:
    """Return a name of a heading, "" for words such as those of "Note to accompany the letters"."""
    behind_article = f"the {name}" in title.replace("The ", "the ")
    return name if not name[:1].islower() or LOWER_CASE.match(name) or behind_article else ""


def repeated_in_text(body: str) -> str:
    """Return to whom a telegram was repeated, by the lines below its text; or ""."""
    lines = (" ".join(block.split()) for block in body.rsplit("\n\n", LAST)[-LAST:])
    found = filter(None, map(REPEATED.search, lines))
    return "; ".join(each["to"].strip(" ,.") for each in found)


def to_line_of(body: str) -> str:
    """Return the first whom the line TO of a text names, if that is the Department or a post."""
    line = OWN_TO.search(body[:OWN_HEADER])
    to = parse_header(f"TO {line['to']}").to if line else ()
    name = office(to[0].name) if to else ""
    return to[0].name if name == "Department of State" or POSTS.fullmatch(name) else ""


def readers_in_text(document: etree._Element, body: str) -> str:
    """Return those to whom a memorandum goes by the list above its text: "Rell; Quay"; or ""."""
    for listed in own_elements(document, "list"):
        head = listed.find("{*}head")
        if listed.get("type") in (None, "to", "subject", "memo") and TO_LABEL.fullmatch(
            text_of(head)
        ):
            return _joined(map(text_of, listed.iterfind("{*}item")))
    blocks = (block.strip() for block in body.split("\n\n", LINES_ABOVE)[:LINES_ABOVE])
    lines = next(filter(None, map(TO_LINES.fullmatch, blocks)), None)
    return _joined(lines["readers"].split("\n")) if lines else ""


def _joined(readers: Iterable[str]) -> str:
    return "; ".join(filter(None, map(_bare, readers)))


def _longer(tagged: str | None, printed: str) -> str:
    """Return what the markup names, or what is printed if the markup has other words.

    It may have only the first of several ("Embassies in Peru" of "Embassies in Peru, Chile, and
    Cuba"), only the beginning ("Embassy" of "Embassy in Poland", "Secretary of State" of
    "Secretary of State, at Karachi") or the end ("United Nations"
    of "Mission at the United Nations"), or mark the wrong words.
    """
    if not tagged or not printed:
        return tagged or printed
    behind = ("",) if SEVERAL.match(tagged) else ("at ", "Incorporated", "Limited")
    starts = (f"{tagged} ", *(f"{tagged}, {words}" for words in behind))
    part = printed.startswith(starts) or printed.endswith(f" {tagged}")
    return printed if part or tagged not in printed else tagged


def split_parties(title: str) -> tuple[str, str]:
    """Return sender and recipient in "Letter From the Embassy in Iran to the President"."""
    for words in (WORDS_OF.match(title), OF_MISSION.fullmatch(title), PRESS.match(title)):
        if words:
            return _bare(words[1]), ""
    if addressed := ADDRESSED_BY.fullmatch(title):
        return _bare(addressed["writer"]), _bare(addressed["reader"])
    sent = SENT.search(title)
    behind = BEHIND_SENDER.sub("", sent["rest"]) if sent else ""
    sender, recipient = (behind, "") if OF_TALK.match(title) else _split(behind)
    prepared = PREPARED_FOR.search(title)
    if prepared and (not recipient or FOR.search(sender)):  # "for the Delegation to the Council"
        recipient = prepared["reader"]
        sender = prepared["author"] or FOR.sub("", sender)
    if not sent and (meant := MEMORANDUM_FOR.fullmatch(title)):
        recipient = meant["reader"]
    return _bare(sender), _bare(recipient)


def _split(text: str) -> tuple[str, str]:
    """Split "the Embassy in Iran to the Department of State" into sender and recipient."""
    start = 0
    while (at := text.find(" to ", start)) >= 0:
        start = at + 4
        if not _is_of_office(text[:at], text[start:]):
            return text[:at], text[start:]
    misprint = OF_FOR_TO.match(text)
    return (misprint[1], misprint[2]) if misprint else (text, "")


def _is_of_office(before: str, behind: str) -> bool:
    """Return whether " to " between these words belongs to an office, and parts no two of them.

    "Representative to the Council to the Secretary", "Mr. Rell, Deputy to the Representative",
    "Ambassador to the Soviet Union (Rell)", "Mission to the United Nations".
    """
    if OF_PERSON.search(before) or not TO_PART.search(before):
        return OF_PERSON.search(before) is not None
    country = re.sub(r"\s*\([^)]*\)$", "", behind.strip(" ."))
    united = before.endswith("Mission") and country == "the United Nations"
    return united or " to " in behind or bool(missions_in(country))


def _bare(office: str) -> str:
    office = MARKS.sub("", office)
    bare = re.sub(r"^(?:letter of )?(?:[Tt]he,?\s+)?", "", strip_signs(office)).strip()
    placed = AND_PLACE.fullmatch(bare)
    return placed[1] if placed else bare
