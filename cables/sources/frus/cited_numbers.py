"""Which document of a volume a cited number means, if several have it, or only another post's.

The Department numbered its telegrams anew for each post until 1966 (F-15): the two who write to
each other tell which is meant, and the day that is cited with the number.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from ...telegram.fact_types import CABLES
from ...telegram.posts import post_name
from ...telegram.references import serial_of, station_of
from .document_kinds import is_department
from .document_names import (
    ONE_SERIES_OF_STATE,
    claimed_reference,
    is_in_series,
    printed_number_of,
)
from .heading import Heading
from .volume import NumberedCable, Volume

DEPARTMENT = "department"
DEPARTMENT_STATION = "STATE"
JULY = 7
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
        fitting = _between_both(fitting, heading)
    if len(fitting) > 1:  # Posts began anew each 1 July.
        fitting = [each for each in fitting if each.sent >= _last_july(heading.created)]
    certain = len(fitting) == 1 and (dated or not day)
    return fitting[0].name if certain else ""


def _last_july(at: datetime) -> datetime:
    return datetime(at.year - (at.month < JULY), JULY, 1, tzinfo=UTC)


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


def _between_both(cables: Sequence[NumberedCable], heading: Heading) -> list[NumberedCable]:
    own = _parties(heading)
    return [each for each in cables if own and each.parties == own]


def _is_of_others(cable: NumberedCable, heading: Heading) -> bool:
    """Return whether the Department sent a telegram to another post than that of a cable."""
    own = _parties(heading)
    restarted = cable.sent < ONE_SERIES_OF_STATE and heading.kind in CABLES
    both = restarted and own and cable.parties
    return bool(both) and DEPARTMENT in own and DEPARTMENT in cable.parties and own != cable.parties


def _parties(heading: Heading) -> frozenset[str]:
    """Return the two posts that correspond, empty if one is not known."""
    year = heading.created.year
    names = {_post(name, year) for name in (heading.sender, heading.recipient)}
    return frozenset(names) if len(names - {""}) == 2 else frozenset()


def _post(name: str, year: int) -> str:
    return DEPARTMENT if is_department(name) else post_name(name, "", year)
