"""When embargoes end: a page of months, a list of days, and a file for calendars.

The file leaves the room: it has numbers and links, and no reference, name or reason.
"""

import calendar
import re
from datetime import UTC, date, timedelta
from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from ...decisions.kinds import list_of
from ...models import LoadRow, ScheduledPublication
from ...models.sealing import (
    EmbargoDay,
    EmbargoEnd,
    between,
    days_of_ends,
    ends_of_embargoes,
    waiting_records,
)
from ...telegram.shorten_text import count_of
from ..base import DeskAdmin
from ..desk_pages import desk_page

MONTHS = 3  # On a page.
MOST_DAYS = 200  # In the list below the months.
MOST_LISTED = 20  # Cables of a day that are listed.
FIRST_YEAR, LAST_YEAR = 1970, 2200
MONTH = re.compile(r"(\d{4})-(\d{2})")
WEEKDAYS = list(calendar.day_name)


class EmbargoCalendar(DeskAdmin):
    """Base of the admin of rows of loads: the calendar of embargoes."""

    @desk_page("calendar/", "loadrow_calendar", method="GET")
    def calendar(self, request):
        """The page of MONTHS months, and below them the list of days, as far as these go."""
        today = timezone.now().astimezone(UTC).date()
        first = month_in(request.GET.get("month", "")) or today.replace(day=1)
        end = add_months(first, MONTHS)
        days = days_of_ends(first, end)
        overdue = [day for day in days_of_ends(end=today + timedelta(days=1)) if day.is_overdue]
        context = {
            "weekdays": WEEKDAYS,
            "months": [month_of(add_months(first, at), days, today) for at in range(MONTHS)],
            "days": [list_of_day(day, request) for day in days[:MOST_DAYS]],
            "overdue": [list_of_day(day, request) for day in overdue[:MOST_DAYS]],
            "more_days": len(days) > MOST_DAYS,
            "earlier": add_months(first, -MONTHS),
            "later": end,
            "last": end - timedelta(days=1),
            "next_end": next_end(end),
        }
        title = "Calendar of embargoes"
        return self.render_page(request, "load/calendar.html", title, **context)

    @desk_page("embargoes.ics", "loadrow_ics", method="GET")
    def icalendar(self, request):
        response = HttpResponse(as_icalendar(request), "text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="embargoes.ics"'
        return response


def month_in(text: str) -> date | None:
    """Return the first day of the month in "2026-11", None if it is none."""
    match = MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12:
        return None
    year = int(match[1])
    return date(year, int(match[2]), 1) if FIRST_YEAR <= year <= LAST_YEAR else None


def add_months(first: date, count: int) -> date:
    """Return the first day of the month that is some months later."""
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def month_of(first: date, days: list[EmbargoDay], today: date) -> SimpleNamespace:
    """Return a month as weeks of seven days, Monday first, with what ends on each day.

    The `day` of a cell of another month is None.
    """
    ends = {each.day: each for each in days}
    weeks = [
        [
            SimpleNamespace(day=day, ends=ends.get(day), is_today=day == today)
            if day.month == first.month
            else SimpleNamespace(day=None)
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    return SimpleNamespace(first=first, weeks=weeks)


def list_of_day(ends: EmbargoDay, request: HttpRequest) -> SimpleNamespace:
    """Return the first cables of a day, as this user may see them, and where all are listed."""
    after = ends.day + timedelta(days=1)
    found = between(waiting_records(), ends.day, after).select_related("load").defer("raw")
    records, cables = list(found.order_by("due", "reference")[:MOST_LISTED]), []
    if request.user.has_perm("cables.view_cable"):
        rows = between(ScheduledPublication.objects.all(), ends.day, after)
        cables = list(rows.select_related("cable").order_by("due")[:MOST_LISTED])
    span = f"due__gte={ends.day}+00:00:00%2B00:00&due__lt={after}+00:00:00%2B00:00"
    return SimpleNamespace(
        ends=ends,
        records=records,
        cables=cables,
        all_records=f"{list_of(LoadRow)}?outcome__exact=waiting&{span}",
        others=ends.total - len(records) - len(cables),  # That are not listed.
    )


def next_end(day: date) -> date | None:
    """Return the first day on or after `day` on which an embargo ends, None if there is none."""
    kinds = (waiting_records(), ScheduledPublication.objects.all())
    found = (
        between(rows, day, None).order_by("due").values_list("due", flat=True).first()
        for rows in kinds
    )
    return min((each.astimezone(UTC).date() for each in found if each), default=None)


def as_icalendar(request: HttpRequest) -> bytes:
    """Return the ends of embargoes as a file for calendars: numbers and links to the desk."""
    from icalendar import Calendar, Event

    file = Calendar()
    file.add("prodid", "-//Cable Reading Room//Embargoes//EN")
    file.add("version", "2.0")
    made = timezone.now()
    for end in ends_of_embargoes():
        file.add_component(described(Event(), end, made, request))
    return file.to_ical()


def described(event, end: EmbargoEnd, made, request: HttpRequest):
    host = request.get_host()
    cables = count_of(end.count, "cable")
    event.add("uid", f"{end.due:%Y%m%dT%H%M%SZ}-{end.load or 'withheld'}@{host}")
    event.add("dtstamp", made)
    event.add("dtstart", end.due.astimezone(UTC))
    if end.load:
        event.add("summary", f"Embargo ends: {cables} of load {end.load}")
        address = reverse("admin:cables_load_change", args=[end.load])
    else:
        event.add("summary", f"Embargo ends: {cables} withheld by a curator")
        address = reverse("admin:cables_loadrow_calendar") + f"?month={end.due:%Y-%m}"
    event.add("url", request.build_absolute_uri(address))
    event.add("transp", "TRANSPARENT")
    return event
