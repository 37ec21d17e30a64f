"""What each rule means whose matters are listed, what to do about it, and whether that is work.

A rule is work if somebody has to decide something. What a rule only notices is for information: it
is listed, and not counted among what needs a person.
"""

from dataclasses import dataclass

from ...models import Matter


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule in words. `fact` is what a curator corrects (Correction.Field), "" if nothing."""

    title: str
    meaning: str
    advice: str
    fact: str = ""
    is_work: bool = True


NOTHING = "Nothing needs to be decided."
# Rule of docs/format.md, or constant of models.Matter -> its text.
RULE_TEXTS = {
    Matter.NO_SUBJECT: RuleText(
        "Empty subjects",
        "No subject line was found in the text. Lists show the beginning of the text instead.",
        "If the text has a subject in another form, correct the subject; else leave it.",
        "subject",
    ),
    Matter.NO_NUMBERS: RuleText(
        "Paragraphs without numbers",
        "No paragraph has a number: they are cited as blocks, ¶ 0.1, ¶ 0.2.",
        NOTHING,
        is_work=False,
    ),
    Matter.TRANSMISSIONS: RuleText(
        "Two transmissions",
        "Texts of one message came under several references.",
        "Compare the copies. If they are two messages, tell the operator; else leave it.",
    ),
    Matter.PRESS: RuleText(
        "Malformed press links",
        "A source gives a link that leads nowhere; readers are not shown it.",
        NOTHING,
        is_work=False,
    ),
    "C-2": RuleText(
        "Characters that were not UTF-8",
        "The file was damaged, or has another encoding: readers see � for each such character.",
        "Nothing at the desk: a better copy replaces the text when it is loaded.",
        is_work=False,
    ),
    "F-1": RuleText(
        "A volume has two documents of one name",
        "The second one has a letter behind its name.",
        NOTHING,
        is_work=False,
    ),
    "F-5": RuleText(
        "A volume prints a date or place that cannot be right",
        "The dateline contradicts the markup, the header or the sender; the dateline counts.",
        "Look into the printed volume. Correct the date or the origin, or leave it.",
        "created",
    ),
    "F-6": RuleText(
        "A volume prints two numbers of a telegram",
        "Heading and header have different numbers; that of the heading names the cable.",
        "If the other number is right, add it as a reference of the cable; else leave it.",
    ),
    "H-1": RuleText(
        "The transmission line cannot be read",
        "The line that begins with VZCZ has another form than usual. It is shown as printed.",
        NOTHING,
        is_work=False,
    ),
    "H-3": RuleText(
        "The station line cannot be read",
        "The line that begins with DE has another form than usual. It is shown as printed.",
        "Nothing, unless the origin is wrong: then correct it.",
        "origin",
        is_work=False,
    ),
    "H-4": RuleText(
        "The security line cannot be read",
        "The line that begins with ZNR or ZNY has another form than usual. It is shown as printed.",
        "Nothing, unless the classification is wrong: then correct it.",
        "classification",
        is_work=False,
    ),
    "H-9": RuleText(
        "The classification line is missing, or has another number",
        "It is not certain where the telegram starts, or the text may be that of another cable.",
        "Compare the text with the reference. Correct the classification if wrong; then leave it.",
        "classification",
    ),
    "H-12": RuleText(
        "The date of declassification is not a date",
        "The E.O. line prints a day that does not exist or is earlier than the telegram. It is "
        "left out of the facts; the text shows it.",
        NOTHING,
        is_work=False,
    ),
    "I-5": RuleText(
        "The year of the reference is not that of the cable",
        "One of them is wrong: the reference by which it is found, or its date.",
        "Compare both with the text. Correct the date, or add the right reference.",
        "created",
    ),
    "I-6": RuleText(
        "The header has another number or day",
        "The line of the sending station contradicts the reference or the date.",
        "Compare both with the text. Correct the date, or add the right reference.",
        "created",
    ),
    "L-3": RuleText(
        "The telegram is marked with another classification",
        "Text and source disagree. Lists go by the source, and the page of the cable says so.",
        "If the source is wrong, correct the classification; else leave it.",
        "classification",
    ),
    "M-10": RuleText(
        "Created against date-time group",
        "The source gives another day than the date-time group in the header.",
        "Correct the date if the source is wrong; else leave it.",
        "created",
    ),
    "M-13": RuleText(
        "Text before the telegram",
        "A copy of the opening lines, or a stray row, stands before it. It is kept.",
        NOTHING,
        is_work=False,
    ),
    "N-7": RuleText(
        "Another document of the file has the same number",
        "Sections, a message that was sent again, or a wrong number: each has a name of its own.",
        NOTHING,
        is_work=False,
    ),
    "N-10": RuleText(
        "The original classification cannot be read",
        "The attribute has a word of the text. It is left out.",
        NOTHING,
        is_work=False,
    ),
    "R-6": RuleText(
        "An item of the reference list names nothing known",
        "It is neither a cable nor anything else that is known. Readers see it as printed.",
        "Nothing, unless it is a cable: then correct the references.",
        "cites",
        is_work=False,
    ),
    "R-8": RuleText(
        "A cited reference is not a reference",
        "The source lists something as cited that cannot be read as a reference. It is left out.",
        "Nothing, unless it is a cable: then correct the references.",
        "cites",
        is_work=False,
    ),
}


def text_of_rule(rule: str) -> RuleText:
    """Return the text of a rule; a rule without one is work."""
    meaning = f"By rule {rule} of docs/format.md."
    return RULE_TEXTS.get(rule) or RuleText(f"Rule {rule}", meaning, "Look at the cable.")
