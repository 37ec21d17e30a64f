"""Decide on a request to take down or correct: close its case, reopen it, write its letters.

What a curator writes is kept in the case and its comments, which are deleted with its personal
data; the log of changes has the number and the outcome.
"""

from string import Template

from django.db import transaction
from django.utils import timezone

from ..models import LetterTemplate, Outcome, RequestCase
from ..telegram.pasted_references import parted_place
from .redactions_and_corrections import StaleError

# Placeholder of letter templates -> what it stands for.
PLACEHOLDERS = {
    "number": "number of the case",
    "name": "who asked",
    "contact": "how to reach them",
    "cables": "cables and paragraphs, one a line",
    "received": "day on which the request was received",
    "due": "day on which it is due",
    "date": "day on which the letter is written",
    "reason": "reason of the decision",
}


def check_template(text: str):
    """Raise ValueError if a letter template has a placeholder that nothing stands for."""
    template = Template(text)
    if not template.is_valid():
        raise ValueError("A $ begins the name of a placeholder; write $$ for the sign itself.")
    if unknown := sorted(set(template.get_identifiers()) - PLACEHOLDERS.keys()):
        known = ", ".join(f"${name}" for name in PLACEHOLDERS)
        raise ValueError(f"${unknown[0]} stands for nothing. Write one of {known}.")


def fill_template(text: str, case: RequestCase) -> str:
    """Return a letter template with its placeholders replaced, for the letter of a case."""
    values = {
        "number": case.number,
        "name": case.name,
        "contact": case.contact,
        "cables": "\n".join(map(place_in_words, case.places)) or case.written or "–",
        "received": day_in_words(case.received),
        "due": day_in_words(case.due),
        "date": day_in_words(timezone.now()),
        "reason": case.reason,
    }
    return Template(text).safe_substitute(values)


def place_in_words(place: str) -> str:
    """Return a place as letters name it: "06BERLIN900001, paragraph 3"."""
    reference, paragraph = parted_place(place)
    number = paragraph.removeprefix("par")
    return f"{reference}, paragraph {number}" if number else reference


def day_in_words(day) -> str:
    return f"{day.day} {day:%B %Y}"


@transaction.atomic
def close_case(case: RequestCase, outcome: str, reason: str, by):
    """Close a case with its outcome and the reason; its letter begins with the template for it.

    Raises StaleError if somebody closed it meanwhile.
    """
    case = _locked(case, is_open=True)
    case.state, case.outcome, case.reason = RequestCase.State.CLOSED, outcome, reason
    case.closed = timezone.now()
    template = LetterTemplate.objects.filter(occasion=outcome).first()
    case.letter = fill_template(template.text, case) if template else ""
    case.save()
    case.comment(f"Closed: {Outcome(outcome).label}. {reason}", by)
    case.write_down("closed", by)


@transaction.atomic
def reopen_case(case: RequestCase, reason: str, by):
    """Reopen a closed case; its earlier decision stays among its comments.

    Raises StaleError if it is open, or if its personal data were deleted meanwhile.
    """
    case = _locked(case, is_open=False)
    case.state, case.outcome, case.reason = RequestCase.State.WORKING, "", ""
    case.closed = None
    case.save()
    case.comment(f"Reopened. {reason}", by)
    case.write_down("reopened", by)


@transaction.atomic
def write_letter(case: RequestCase, text: str, is_sent: bool, by):
    """Keep the text of a letter; one that is sent stays among the comments as it was."""
    case = _locked(case)
    case.letter = text
    case.save()
    if is_sent:
        case.comment(f"Letter sent:\n\n{text}", by)
    case.write_down("letter sent" if is_sent else "letter written", by)


@transaction.atomic
def clear_case(case: RequestCase, by):
    """Delete the personal data of a closed case now. Raises StaleError if that was done."""
    case = _locked(case, is_open=False)
    RequestCase.objects.filter(pk=case.pk).clear_personal_data(by)


def _locked(case: RequestCase, is_open: bool | None = None) -> RequestCase:
    """Return a case as it is now, locked, if it is open (or closed) and has its data."""
    case = RequestCase.objects.select_for_update().get(pk=case.pk)
    if case.cleared:
        raise StaleError("The personal data of this case were deleted meanwhile.")
    if is_open is not None and case.is_open != is_open:
        raise StaleError("Somebody closed or reopened this case meanwhile.")
    return case
