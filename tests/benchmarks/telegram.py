"""The text of a made-up telegram: its header and its body, in the form of a real one."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from .shares import Origin
from .vocabulary import LONGEST_DRAW, WORDS_A_DRAW, draw, make_urn

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
PARTIAL_NOTICE = (
    "This record is a partial extract of the original cable. "
    "The full text of the original cable is not available."
)
LINE_WIDTH = 65
PAGE_LINES = 55
UNPAGED_LINES = 100  # A shorter telegram is one section, without page markers.
PARAGRAPH_DRAWS = (18, 30, 40, 50, 60, 70, 80, 95, 110, 140)
FURNITURE_DRAWS = 16  # For the subject and the names.
HEADINGS = 0.15  # Of the paragraphs stand under a heading.
ORDERS = ((2009.99, "13526"), (1995.75, "12958"), (1982.5, "12356"), (0, "11652"))
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BARE = str.maketrans("", "", ".,\"'")
PRECEDENCES = ("R", "R", "R", "P", "P", "P", "O", "P R", "O R")


@dataclass(frozen=True, slots=True)
class Marking:
    """How a telegram of one classification is marked, and its paragraphs."""

    word: str
    captions: tuple[str, ...]
    security: str
    marks: tuple[str, ...]


MARKINGS = {
    "UNCLASSIFIED": Marking("UNCLAS", ("SIPDIS",), "ZNR UUUUU ZZH", ("", "", "(U) ")),
    "UNCLASSIFIED//FOR OFFICIAL USE ONLY": Marking(
        "UNCLAS", ("SENSITIVE", "SIPDIS"), "ZNR UUUUU ZZH", ("(SBU) ", "(SBU) ", "(U) ")
    ),
    "CONFIDENTIAL": Marking(
        "C O N F I D E N T I A L", ("SIPDIS",), "ZNY CCCCC ZZH", ("(C) ", "(C) ", "(SBU) ", "(U) ")
    ),
    "CONFIDENTIAL//NOFORN": Marking(
        "C O N F I D E N T I A L", ("NOFORN", "SIPDIS"), "ZNY CCCCC ZZH", ("(C/NF) ", "(C) ")
    ),
    "SECRET": Marking("S E C R E T", ("SIPDIS",), "ZNY SSSSS ZZH", ("(S) ", "(S) ", "(C) ")),
    "SECRET//NOFORN": Marking(
        "S E C R E T", ("NOFORN", "SIPDIS"), "ZNY SSSSS ZZH", ("(S/NF) ", "(S) ", "(C) ")
    ),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What is known of a sent telegram: enough to name it in a later one."""

    created: datetime
    origin: Origin
    serial: int

    @property
    def reference(self) -> str:
        return f"{self.created.year % 100:02}{self.origin.station}{self.serial}"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a telegram is to say, before its text is written. `words`: of the body."""

    sent: Sent
    classification: str
    tags: tuple[str, ...]
    cites: tuple[Sent, ...]
    partial: bool
    words: int


class Writer:
    """Writes the texts of one archive; the same seed and drafts give the same texts."""

    def __init__(self, seed: int, chance: Random, origins: list[Origin]):
        self.chance = chance
        self.urn = make_urn(seed)
        self.recipients = [
            f"RUEH{''.join(chance.choices(LETTERS, k=2))}/AMEMBASSY {origin.place} "
            f"{chance.randrange(1, 10_000):04}"
            for origin in chance.choices(origins, k=1_000)
        ]

    def write(self, draft: Draft) -> tuple[str, str]:
        """Return the header and the body."""
        text = max(30, int((draft.words - furniture_words(draft)) / WORDS_A_DRAW))
        words = draw(self.urn, self.chance, min(text + FURNITURE_DRAWS, LONGEST_DRAW))
        spare = bare(words[:FURNITURE_DRAWS]).split()
        lines = self.preamble(draft, spare) + self.paragraphs(draft, words[FURNITURE_DRAWS:])
        lines += [spare[-1], ""]
        pages = page_lines(lines, draft.sent)
        body = " \n".join([classification_line(draft, len(pages)), *sum(pages, [])])
        return self.header(draft, len(pages)), body

    def header(self, draft: Draft, pages: int) -> str:
        """Return the routing lines, or the notice of a partial extract (M-11)."""
        if draft.partial:
            return PARTIAL_NOTICE
        chance, sent = self.chance, draft.sent
        at = sent.created
        action, *copies = chance.choices(self.recipients, k=chance.choice((2, 4, 7, 12)))
        precedence = chance.choice(PRECEDENCES)
        part = "/01" if pages > 1 else ""
        return "\n".join(
            [
                f"VZCZCXRO{chance.randrange(10_000):04}",
                f"{precedence[0] * 2} {' '.join(copy[:6] for copy in copies)}",
                f"DE {action[:6]} #{sent.serial % 10_000:04}{part} "
                f"{at.timetuple().tm_yday:03}{at.hour:02}{at.minute:02}",
                MARKINGS[draft.classification].security,
                f"{precedence} {date_time_group(at)}",
                f"FM AMEMBASSY {sent.origin.place}",
                f"TO RUEHC/SECSTATE WASHDC PRIORITY {chance.randrange(10_000):04}",
                f"INFO {copies[0]}",
                *copies[1:],
            ]
        )

    def preamble(self, draft: Draft, spare: list[str]) -> list[str]:
        """Return the lines from the captions to the first paragraph."""
        at = draft.sent.created
        marking = MARKINGS[draft.classification]
        secret = marking.word != "UNCLAS"
        until = f"DECL: {at.month:02}/{min(at.day, 28):02}/{at.year + 10}" if secret else "N/A"
        lines = [""]
        for caption in marking.captions:
            lines += [caption, ""]
        lines.append(f"E.O. {executive_order(at)}: {until}")
        if draft.tags:
            lines.append(f"TAGS: {', '.join(draft.tags)}")
        subject = " ".join(spare[: self.chance.choice((5, 6, 7, 8, 9, 10))])
        lines += wrap(f"SUBJECT: {subject}")
        lines += ["", *reference_lines(draft), ""]
        if secret:
            name = " ".join(word.capitalize() for word in spare[-3:-1])
            lines += [f"Classified By: DCM {name} for reasons 1.4 (b) and (d).", ""]
        return lines

    def paragraphs(self, draft: Draft, words: tuple[str, ...]) -> list[str]:
        """Return numbered paragraphs, some under a heading with a rule, that use all words."""
        chance, marks = self.chance, MARKINGS[draft.classification].marks
        lines: list[str] = []
        start = number = 0
        while start < len(words):
            number += 1
            end = start + chance.choice(PARAGRAPH_DRAWS)
            if chance.random() < HEADINGS and start + 2 < len(words):
                heading = bare(words[start : start + 2])
                lines += [heading, "-" * len(heading), ""]
                start += 2
            text = " ".join(words[start:end])
            lines += wrap(f"{number}.  {chance.choice(marks)}{text[0].upper()}{text[1:]}.")
            lines.append("")
            start = max(start, end)
        return lines


def bare(words: tuple[str, ...]) -> str:
    """Return words in capitals, without punctuation, one space between them."""
    return " ".join(" ".join(words).translate(BARE).upper().split())


def furniture_words(draft: Draft) -> int:
    """Return about how many words the body has beside its paragraphs."""
    return 31 + len(draft.tags) + 3 * len(draft.cites) + draft.words // 27


def classification_line(draft: Draft, pages: int) -> str:
    """Return the first line of the body (H-9)."""
    word = MARKINGS[draft.classification].word
    section = f" SECTION 01 OF {pages:02}" if pages > 1 else ""
    return f"{word}{section} {draft.sent.origin.place} {draft.sent.serial:06}"


def date_time_group(at: datetime) -> str:
    """Return the instant as a telegram prints it: `070127Z NOV 07`."""
    return f"{at.day:02}{at.hour:02}{at.minute:02}Z {MONTHS[at.month - 1]} {at.year % 100:02}"


def executive_order(at: datetime) -> str:
    """Return the number of the order on classification then in force."""
    when = at.year + (at.month - 1) / 12 + at.day / 366
    return next(number for since, number in ORDERS if when >= since)


def reference_lines(draft: Draft) -> list[str]:
    """Return the REF lines; two and more cables have letters, other years are printed."""
    year = draft.sent.created.year
    names = [
        f"{'' if cited.created.year == year else f'{cited.created.year % 100:02} '}"
        f"{cited.origin.place} {cited.serial}"
        for cited in draft.cites
    ]
    if len(names) < 2:
        return [f"REF: {name}" for name in names]
    items = [f"{letter}. {name}" for letter, name in zip(LETTERS, names, strict=False)]
    return [f"REF: {items[0]}", *(f"     {item}" for item in items[1:])]


def wrap(text: str) -> list[str]:
    """Return the lines of a text, at most LINE_WIDTH columns where its words allow."""
    lines = []
    start, last = 0, len(text) - LINE_WIDTH
    while start < last:
        cut = text.rfind(" ", start + 1, start + LINE_WIDTH + 1)
        lines.append(text[start:cut])
        start = cut + 1 if text[cut + 1] != " " else cut + 2  # Two spaces between sentences.
    lines.append(text[start:])
    return lines


def page_lines(lines: list[str], sent: Sent) -> list[list[str]]:
    """Return the lines page by page; each page but the first begins with its marker (H-20)."""
    if len(lines) <= UNPAGED_LINES:
        return [lines]
    count = -(-len(lines) // PAGE_LINES)
    pages = [lines[:PAGE_LINES]]
    for page in range(1, count):
        marker = f"{sent.origin.place} {sent.serial:08}  {page + 1:03} OF {count:03}"
        start = page * PAGE_LINES
        pages.append(["", marker, "", "", *lines[start : start + PAGE_LINES]])
    return pages
