"""Which documents of its volume a document cites by number, or links to.

"Your despatch No. 16", "my No. 417", "your despatch of the 26th of July, (No. 12)": each
correspondent numbered his own, so the two who write to each other tell which is meant (F-24). "My
despatch No. 8" counts anywhere in a letter, a number alone only at its beginning. The Department
numbered its telegrams anew for each post until 1966 (F-15): of those too the two correspondents
tell which is meant, and the day that is cited with the number. Links are certain (F-26).
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain, product, takewhile

from ...telegram import dates
from ...telegram.cities import fold
from ...telegram.fact_types import CABLES, EditionFacts, EditorNote, PrintedLink
from ...telegram.posts import post_name
from ...telegram.references import JULY, serial_of, station_of
from .document_kinds import AT_DEPARTMENT, is_department
from .document_names import (
    ONE_SERIES_OF_STATE,
    claimed_reference,
    is_in_series,
    printed_number,
    printed_number_of,
)
from .heading import Heading
from .tei_text import text_of
from .volume import Document, NumberedCable, Volume

SCOPE = 1_500  # Characters of a text in which it says what it answers.
LONGEST = 300  # Characters of a citation, which may end behind these.
# In what another wrote, "my" and "your" are not of the sender and recipient of the cable.
QUOTATION = re.compile(r"“[^”]{20,}(?:”|$)")

# "my 82 [81]": the editors print the right number behind that of the source.
CORRECTED = re.compile(r"\b\d{1,6} \[(?:No\. ?)?(\d{1,6})\]")


def find_citations(
    pattern: re.Pattern[str], text: str, scope: int = SCOPE
) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield (match, whether it stands in a quotation) of what begins in the first characters."""
    words, quotations = _with_quotations(text, scope)
    for match in takewhile(lambda each: each.start() < scope, pattern.finditer(words)):
        yield match, any(start <= match.start() < end for start, end in quotations)


@lru_cache(maxsize=4)  # That of a document is wanted several times.
def in_one_line(text: str) -> str:
    """Return a text with a single blank for each run of blanks and line ends."""
    return " ".join(text.split())


@lru_cache(maxsize=4)  # Each text is searched for several patterns.
def _with_quotations(text: str, scope: int) -> tuple[str, list[tuple[int, int]]]:
    """Return the first characters of a text in one line, and the spans of quotations in them."""
    words = CORRECTED.sub(r"\1", in_one_line(text)[: scope + LONGEST])
    return words, [each.span() for each in QUOTATION.finditer(words)]


LETTER = r"(?:d[ei]spatch(?:es)?|instructions?|communications?|letters?|notes?)"
DAY = r"(?:,? (?:of|dated) (?:the )?[^.;()]{3,40}?)"
NUMBER = r"\d{1,4}(?![\d,.]\d)"
KIND = (
    r"(?: (?:very )?(?:last|late|latest|recent|confidential|previous|prior|further|interesting"
    r"|important|esteemed))?"
)
# "your excellency’s note", "yours, No. 565"; "the Department’s" is of one of the two.
WHOSE = (
    r"(?:(?P<whose>your|my)(?: (?:excellency|lordship)[’']s|(?<=your)s)?"
    r"|(?P<office>department|embassy|legation)[’']s)"
)
# Between two numbers: "Nos. 12, 13, and 14", "from No. 12 to No. 15, both inclusive, and despatch
# No. 17", "12–15", "No. 12, of May 3, and of the 8th of May, No. 13".
RANGE = r"(?:,? (?:to|through)(?: No\.)? |[–-])"
MONTH = rf"(?:{dates.MONTH_NAME.pattern})\b\.?"
TH = r"\d{1,2}(?:st|nd|rd|d|th)?\b"
# "17 of February 15" is a number and a day: a day before its month has "the", "of" or "th".
ON = (
    rf"(?:(?:of |dated )?(?:the )?{MONTH} {TH}(?:, 1[89]\d\d)?"
    rf"|(?:(?:of|dated|the) (?:the )?{TH}|\d{{1,2}}(?:st|nd|rd|d|th)) "
    rf"(?:of )?(?:{MONTH}|ultimo|instant))"
)
FURTHER = (
    rf"(?:(?:,? both inclusive)?(?:,| and|, and)(?:(?: the)?{KIND} {LETTER},?)?(?: Nos?\.?)? "
    rf"|(?:,? {ON})?(?:,| and|, and)(?: {ON},?)? No\. )"
)
CITED = re.compile(
    rf"\b{WHOSE}(?P<letter>{KIND} {LETTER}(?: to you)?{DAY}?)?{KIND},? \(?(?:from )?"
    r"(?:(?:numbered|numbers?|No[st]?\.|Nos?(?= )) ?|(?<=spatch )|(?<=instruction )"
    r"|(?<=spatch, )(?=\d{2,4}(?:[,;)]|\. |(?:,? received)?\b(?! ?[a-z])))"
    r"|(?P<bare>(?:(?<=your )|(?<=my ))(?=\d\d)))"
    rf"(?P<numbers>{NUMBER}(?:(?:{RANGE}|{FURTHER}){NUMBER})*)",
    re.IGNORECASE,
)
SPAN_OF_NUMBERS = re.compile(rf"(?P<first>\d+)(?:{RANGE}(?P<last>\d+))?", re.IGNORECASE)
OF_DAY = re.compile(rf"\b{ON}", re.IGNORECASE)
LONGEST_RANGE = 30  # Letters.
# "In a recent despatch, No. 467, I informed you", "since writing despatch No. 32" are of the
# sender too.
OF_SENDER = re.compile(
    rf"\b(?:(?:in|by|with)(?: a| the| an)?{KIND} d[ei]spatch{DAY}?,? "
    rf"\(?No\. ?(?P<numbers>{NUMBER})\)?{DAY}?,? "
    r"(?:I (?:informed|wrote to|told|advised|acquainted|sent)|to inform) you\b"
    r"|(?:since (?:writing|sending off) d[ei]spatch|d[ei]spatch of mine),? "
    rf"No\. ?(?P<sent>{NUMBER}))",
    re.IGNORECASE,
)
# "I acknowledge the receipt of despatches Nos. 42 and 43" of the recipient.
OF_RECIPIENT = re.compile(
    rf"\breceipt of (?:the )?(?:d[ei]spatch(?:es)?|instructions?),? Nos?\.? ?"
    rf"(?P<numbers>{NUMBER}(?:(?:{RANGE}|{FURTHER}){NUMBER})*)",
    re.IGNORECASE,
)
AT_POST = re.compile(r"\b(?:legation|embassy|consulate)\b", re.IGNORECASE)
# Behind the number of an office's letter, which then went elsewhere.
TO_ANOTHER = re.compile(rf"(?:,? {ON})?,? (?:addressed )?to (?:the\b|his\b|Mr\b|[A-Z])")
DATED = re.compile(r",? (?:of|dated) (?:the \d|[A-Z]|this date)")  # Behind a number.
KINDS = (*CABLES, "note", "correspondence", "letter")  # Of what cites and is cited so.
TELEGRAMS_NUMBERED = 1906  # Since this year: before, "your 716" is a letter in a telegram too.
# Behind it, others write.
ENCLOSURE = re.compile(
    r"\n\n(?:\[?(?:Sub-?)?(?:[Ee]n|[Ii]n|EN|IN)(?:closure|CLOSURE)\b|\[?Appendix\b|\[Translation"
    r"|(?=(?:The|Mr\.|Lord|Se[nñ]or) [^\n]{3,80} to [^\n]{3,80}(?:\n|$)))"
)
TITLE = re.compile(r"\s*\([^)]*\)|^the ", re.IGNORECASE)
# "Mr Rell", "M. Rell", "Señor de Rell": other headings print Mr. Rell.
OF_PERSON = re.compile(r"^(?:Mr|M|Dr|Se[nñ]or|Signor|Don)\b[.,]? (?:de )?")
# "Mr. F. F. Low" is "Mr. Frederick F. Low" in the heading of another letter, and "Mr. Van Quay",
# or "VanQuay", is "Mr. Quay".
FORENAMES = re.compile(r"(?<=^Mr\. )(?:[A-Z][\w.’-]* |[A-Z][a-z]+(?=[A-Z]))+(?=[A-Z])")

Names = set[str]
# (sender, recipient, number) -> (instant, published name) of the letters with this number.
Letters = dict[tuple[str, str, str], list[tuple[datetime, str]]]


def note_letter(letters: Letters, heading: Heading, name: str) -> None:
    """Add a document to those that may be cited by their numbers.

    Its published name is "" if none is certain: a citation of its number then leads nowhere.
    """
    number = printed_number(heading) if heading.kind != "telegram" else ""
    if number.startswith("No. ") and heading.sender and heading.recipient:
        key = (name_of_party(heading.sender), name_of_party(heading.recipient), number)
        letters.setdefault(key, []).append((heading.created, name))


def find_letters(heading: Heading, body: str, volume: Volume, own: str) -> Iterator[str]:
    """Yield the references of the documents that a despatch or instruction cites by number.

    `own` is its published name. A number that two documents have, or none that is earlier, is left
    out.
    """
    for whose, number in cited_numbers(heading, body):
        for parties in parties_of_letter(heading, volume):
            senders, recipients = parties if whose == "my" else parties[::-1]
            keys = product(senders, recipients, [f"No. {number}"])
            found = chain.from_iterable(volume.letters.get(key, ()) for key in keys)
            earlier = [name for sent, name in found if sent <= heading.created and name != own]
            if earlier:
                yield from earlier if len(earlier) == 1 and earlier[0] else ()
                break


def parties_of_letter(heading: Heading, volume: Volume) -> Iterator[tuple[Names, Names]]:
    """Yield the names of sender and recipient, then those with all who write at the Department.

    An envoy's letters, and those to him, are one series, whoever acts for the Secretary.
    """
    sender, recipient = {name_of_party(heading.sender)}, {name_of_party(heading.recipient)}
    yield sender, recipient
    secretaries = {*map(name_of_party, volume.secretaries)}
    if AT_DEPARTMENT.search(heading.dateline):
        yield secretaries, recipient
    elif not secretaries.isdisjoint(recipient):
        yield sender, secretaries


def cited_numbers(heading: Heading, body: str) -> Iterator[tuple[str, str]]:
    """Yield ("my" or "your", number) of the letters that a cable, a note or a letter cites."""
    if heading.kind not in KINDS:
        return
    own = ENCLOSURE.split(body, maxsplit=1)[0]
    for match, quoted in find_citations(CITED, own, len(own)):
        if not _is_doubtful(match, heading, quoted):
            whose = (match["whose"] or _whose_office(match, heading)).lower()
            for number in _each_number(match["numbers"]) if whose else ():
                yield whose, number
    for pattern, whose in ((OF_SENDER, "my"), (OF_RECIPIENT, "your")):
        for match, quoted in find_citations(pattern, own, len(own)):
            words = match.groupdict()
            for number in () if quoted else _each_number(words["numbers"] or words["sent"]):
                yield whose, number


def _is_doubtful(match: re.Match[str], heading: Heading, quoted: bool) -> bool:
    """Return whether a number may be that of a telegram, a paper or what a third person cites."""
    behind = match.start() >= SCOPE and not DATED.match(match.string, match.end())
    wired = heading.kind == "telegram" and heading.created.year >= TELEGRAMS_NUMBERED
    if (not match["letter"] and (behind or wired)) or (behind and quoted):
        return True
    return match["bare"] is not None and heading.kind != "telegram"


def _whose_office(match: re.Match[str], heading: Heading) -> str:
    """Return "my" or "your" for the Department’s letter to its envoy, or for his; else "".

    One that is cited with its day is found by that (cited_days.py).
    """
    end = match.end()
    if TO_ANOTHER.match(match.string, end) or DATED.match(match.string, end):
        return ""
    at_home = AT_DEPARTMENT.search(heading.dateline) or is_department(heading.sender)
    if not (at_home or AT_POST.search(heading.dateline) or is_department(heading.recipient)):
        return ""
    return "my" if bool(at_home) == (match["office"].lower() == "department") else "your"


def _each_number(numbers: str) -> Iterator[str]:
    """Yield the numbers of a list in which "12 to 15" are four; its days are none."""
    for match in SPAN_OF_NUMBERS.finditer(OF_DAY.sub("", numbers)):
        first, last = int(match["first"]), int(match["last"] or match["first"])
        is_range = first <= last <= first + LONGEST_RANGE
        yield from map(str, range(first, last + 1) if is_range else (first,))


def name_of_party(party: str) -> str:
    """Return a correspondent without forenames, and the name or title in parentheses: "mrlow".

    "Mr. Wu Ting-fang" is also printed Wu Ting fang, "Mr. de Lôme" also Señor Lóme.
    """
    plain = OF_PERSON.sub("Mr. ", TITLE.sub("", party).strip())
    return fold(FORENAMES.sub("", plain))


# "Not printed, but see telegram 12, infra": the document behind it in the volume.
BESIDE = re.compile(r"\b(?P<where>supra|infra)\b(?!-)", re.IGNORECASE)
# Before it, what is no document, or not the nearest: "p. 12", "footnote 3", "Appendix B".
OF_PLACE = re.compile(
    r"\b(?:pp?\. ?\d|(?:foot)?notes? \d|appendix|annex|chapter|section|vol|ante\b|post\b|ibid)"
    r"[^.;]*$|\d (?:and|or) [^.;]*$",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"\b(?:[A-Z]\w+|telegram|airgram|despatch)(?: No\.)? (?P<number>\d+),? ?\W?$")
# "US(P)/A/194", the number of a paper, and such a one before "infra".
PAPER = re.compile(r"(?<![\w./])[A-Z][\w()]*(?:/[\w().]+)*/\d+\b")
CITED_PAPER = re.compile(rf"(?P<paper>{PAPER.pattern})\)?,? (?:(?:is|are) )?(?:printed )?$")
LINKED = re.compile(r"#d\d+[a-zA-Z]?(?:fn\d+)?")
# "Documents 63–65", of which the markup links the ends, or the first.
SPAN = re.compile(r"\bDocuments? (?P<first>\d+)[–-](?P<last>\d+)\b")
LONGEST_SPAN = 50  # Documents: what is longer is a number of something else.


def links_beside(
    document: str, volume: Volume, text: str, links: Sequence[PrintedLink]
) -> Iterator[PrintedLink]:
    """Yield links for "supra" and "infra" in a note: to the documents before and behind its own."""
    for match in BESIDE.finditer(text):
        before = text[: match.start()]
        near = _beside(document, volume, before, 1 if match["where"].lower() == "infra" else -1)
        _, _, number = volume.references[near]
        named = NUMBERED.search(before)
        is_other = named and number and named["number"] != number
        in_chapter = near != document and volume.days[near][0] == volume.days[document][0]
        is_linked = any(each["end"] + 3 >= match.start() and "#d" in each["to"] for each in links)
        if in_chapter and not is_other and not is_linked and not OF_PLACE.search(before):
            yield {"start": match.start(), "end": match.end(), "to": f"#{near}"}


def note_papers(volume: Volume, document: Document) -> None:
    """Note the numbers of papers in the source note of a document."""
    notes = document.element.iter("{*}note", "{*}seg")
    source = " ".join(text_of(note) for note in notes if note.get("type") == "source")
    volume.papers[document.id] = {*PAPER.findall(source)}


def _beside(document: str, volume: Volume, before: str, step: int) -> str:
    """Return the next document, or the one on the other side if that alone has the cited number.

    Returns the document itself if there is none, or the next one has another number.
    """
    names = [*volume.references]
    at = names.index(document)
    near, other = (
        names[each] if 0 <= each < len(names) else document for each in (at + step, at - step)
    )
    paper = CITED_PAPER.search(before)
    papers = volume.papers.get(near)
    if not paper or not papers or paper["paper"] in papers:
        return near
    return other if paper["paper"] in volume.papers.get(other, ()) else document


def find_linked(
    edition: EditionFacts, body: str, volume: Volume, heading: Heading
) -> Iterator[str]:
    """Yield the references of the documents of the volume that a document of this day links to.

    That is the reference of a telegram if no other has it, else the published name, and so of one
    that was sent later, which no number cites, or by the Department to another post (R-4).
    """
    own = _parties(heading)
    targets = (target[1:].partition("fn")[0] for _, target in cited_by_links(edition, body))
    for document in dict.fromkeys(targets):
        claim, name, _ = volume.references.get(document, ("", "", ""))
        cable = volume.numbered[claim][0] if volume.claims[claim] == 1 else None
        apart = station_of(claim) == DEPARTMENT_STATION and cable and cable.parties != own
        if reference := claim if cable and cable.sent <= heading.created and not apart else name:
            yield reference


def cited_by_links(edition: EditionFacts, body: str) -> Iterator[tuple[str, str]]:
    """Yield ("link", "#d13" or "#d13fn2") of the links to other documents of the volume.

    What is no longer in the text counts no more, nor does a note there.
    """
    linked = [note for note in edition.get("notes", ()) if note.get("links")]
    links = edition.get("links", ())
    line = in_one_line(body) if linked or links else ""
    notes = [note for note in linked if note["at"] in line]
    targets = [target for at, _, target in links if at in line]
    targets += [link["to"] for note in notes for link in note.get("links", ())]
    targets += chain.from_iterable(map(_within_spans, notes))
    targets += (link["to"] for link in edition.get("source_links", ()))
    own = f"#{edition.get('document', '')}"
    for target in filter(LINKED.fullmatch, targets):
        if target.partition("fn")[0] != own:
            yield "link", target


def _within_spans(note: EditorNote) -> Iterator[str]:
    """Yield "#d64" for a note with a link to the first of "Documents 63–65", and "#d65"."""
    targets = {link["to"] for link in note.get("links", ())}
    for span in SPAN.finditer(note["text"]):
        first, last = int(span["first"]), int(span["last"])
        if f"#d{first}" in targets and last - first <= LONGEST_SPAN:
            yield from (f"#d{number}" for number in range(first + 1, last + 1))


DEPARTMENT = "department"
DEPARTMENT_STATION = "STATE"
A_DAY = timedelta(days=1)  # By so much the clocks of two cities may differ.


def note_number(volume: Volume, heading: Heading, document: str, name: str) -> None:
    """Add a telegram to those that may be cited by its number; `name` is its published one.

    A circular that is numbered apart is cited by its name alone.
    """
    claim = claimed_reference(heading)
    cited = claim if is_in_series(heading) else ""
    volume.references[document] = cited, name, printed_number_of(heading)[1]
    if claim:
        cable = NumberedCable(name, _parties(heading), heading.created)
        volume.numbered.setdefault(claim, []).append(cable)


def document_of_number(
    reference: str, heading: Heading, volume: Volume, *, day: str = "", elsewhere: bool = False
) -> str:
    """Return the reference, or the published name of the one document that it means; or "".

    `heading` is that of the cable that cites it; `day` is cited with the number, "-12-20";
    `elsewhere` says that it was sent to another post. "" if two documents of the volume have the
    number, and neither is certain, or if the only one was sent to another post.
    """
    cables = volume.numbered.get(reference, [])
    of_department = station_of(reference) == DEPARTMENT_STATION
    dated = [each for each in cables if day and f"{each.sent:-%m-%d}" == day]
    if len(cables) < 2 and (dated or elsewhere or not of_department):
        return reference
    if len(cables) < 2:
        return "" if cables and _is_of_others(cables[0], heading) else reference
    fitting = [each for each in dated or cables if each.sent <= heading.created + A_DAY]
    if len(fitting) > 1 and of_department and not elsewhere:
        own = _parties(heading)
        fitting = [each for each in fitting if own and each.parties == own]
    if len(fitting) > 1:  # Posts began anew each 1 July.
        at = heading.created
        last_july = datetime(at.year - (at.month < JULY), JULY, 1, tzinfo=UTC)
        fitting = [each for each in fitting if each.sent >= last_july]
    certain = len(fitting) == 1 and (dated or not day)
    return fitting[0].name if certain else ""


def without_guesses(
    volume: Volume, guessed: Sequence[str], linked: Sequence[str]
) -> tuple[str, ...]:
    """Return references by numbers, then by links, which are certain: each document once.

    The year of a number is a guess: "Embtel 892" with a link to 892 of the year before is that.
    """
    cites = {*guessed, *linked}
    rows = volume.references.values() if len(cites) > 1 else ()
    shared = [row for row in rows if row[0] in cites and row[1] in cites]
    twice = {name if name in guessed else claim for claim, name, _ in shared}
    years = {each[2:]: each for each in linked if serial_of(each)}
    return tuple(
        each
        for each in (*guessed, *linked)
        if each not in twice and (each in linked or each in volume.claims or each[2:] not in years)
    )


def _is_of_others(cable: NumberedCable, heading: Heading) -> bool:
    """Return whether the Department sent a telegram to another post than that of a cable."""
    own = _parties(heading)
    restarted = cable.sent < ONE_SERIES_OF_STATE and heading.kind in CABLES
    both = restarted and own and cable.parties
    return bool(both) and DEPARTMENT in own and DEPARTMENT in cable.parties and own != cable.parties


def _parties(heading: Heading) -> frozenset[str]:
    """Return the two posts that correspond, empty if one is not known."""
    year = heading.created.year
    names = {post_of_party(name, year) for name in (heading.sender, heading.recipient)}
    return frozenset(names) if len(names - {""}) == 2 else frozenset()


def post_of_party(name: str, year: int) -> str:
    """Return the post of a correspondent: an ambassador and his chargé are one; or ""."""
    return DEPARTMENT if is_department(name) else post_name(name, "", year)
