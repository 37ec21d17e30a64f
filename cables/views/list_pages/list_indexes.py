"""The index of each kind of list, with the number of cables of every list."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from heapq import nlargest
from itertools import groupby
from math import log
from string import ascii_uppercase

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...graphics.bars import main_years, spark_steps, sparkline
from ...search.list_counts import REST, ListCounts, initial, place

NUMBERS = re.compile(r"(?:(?:Part|Volumes?) [^\s,]+(?:, |$))+")  # Of a volume.
YEARS = re.compile(r"1[789]\d\d(?:[–-]\d{2,4})?")
MOST = 12  # Entries with the most cables, which begin an index of more than twice as many.
MANY_DAYS = 60  # Of release; more are listed by month.
MANY_YEARS = 12  # Of creation; more are listed by decade.
SHADES = 4  # Of the years and months of an index.
# Unit of an index -> what its entries are; the description of the page too.
LEADS = {
    "day": "The days on which cables were published, the latest first.",
    "month": "The months in which cables were sent.",
    "year": "The years in which cables were sent.",
    "origin": "The embassies, consulates and offices that sent cables, by the name of their city.",
    "tag": "The codes by which cables were filed: subjects, countries, organizations, programs.",
    "volume": "The printed volumes that these documents are from, by the years that they cover.",
    "place": "The cities that cables were sent from, each with all its offices.",
    "person": "The persons in the lists that volumes print, by surname.",
    "country": "The countries that cables were sent from, each with all its offices.",
}


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One list in an index. Without cables it has no address."""

    label: str
    address: str
    cables: int
    meaning: str = ""
    spark: tuple[str, str, str] | tuple[()] = ()  # Cables by year: (SVG path, sentence, years).
    shade: int = 0  # Up to SHADES: the logarithm of its cables.


@dataclass(frozen=True, slots=True)
class IndexGroup:
    """A heading of an index and the entries under it."""

    heading: str
    entries: list[IndexEntry]
    address: str = ""
    anchor: str = ""  # The id of its section, where the rail and the alphabet lead.


@require_safe
def released(request, year=None, month=None):
    """All days of release, or those of a year or a month."""
    counts = ListCounts.chosen_in(request)
    start = f"{month:%Y-%m}" if month else str(year or "")
    days = {day: n for day, n in counts.released.items() if str(day).startswith(start)}
    context = {
        "heading": heading(counts, "Release dates", "released", year, month),
        "crumbs": crumbs("Releases", "released", year, month),
        "current": f"released-{start}",
        "unit": "day",
        "total": sum(days.values()),
    }
    if len(days) <= MANY_DAYS or month:
        return index(request, counts, days, lambda: by_month(days), context)
    months: Counter = Counter()
    for day, cables in days.items():
        months[day.replace(day=1)] += cables
    lead = "The months in which cables were published, the latest year first."
    context |= {"unit": "month", "lead": counts.as_held(lead)}
    return index(request, counts, months, lambda: by_year(months, "released")[::-1], context)


@require_safe
def created(request, year=None):
    """All months in which cables were sent, or those of a year."""
    counts = ListCounts.chosen_in(request)
    months = {month: n for month, n in counts.created.items() if year in (None, month.year)}
    context = {
        "heading": heading(counts, "Creation dates", "sent", year),
        "crumbs": crumbs("Creation dates", "created", year),
        "current": f"created-{year}",
        "unit": "month",
        "total": sum(months.values()),
    }
    if not year and len(years := counts.by_year) > MANY_YEARS:
        context["unit"] = "year"
        return index(request, counts, years, lambda: by_decade(years), context)
    return index(request, counts, months, lambda: by_year(months, "created"), context)


@require_safe
def origins(request):
    """All origins, A to Z by place."""
    counts = ListCounts.chosen_in(request)
    context = {"heading": "Origins", "unit": "origin", "total": counts.total}

    def rows():
        years = counts.origin_years
        for slug, (name, pk, cables) in counts.origins.items():
            yield initial(place(name)), slug, name, cables, "", years.get(pk)

    return letter_index(request, counts, counts.origins, rows, context)


@require_safe
def tags(request):
    counts = ListCounts.chosen_in(request)

    def rows():
        meanings, years = counts.glossary, counts.tag_years
        for code, cables in counts.tags.items():
            yield initial(code), code, code, cables, meanings.get(code, ("",))[0], years.get(code)

    return letter_index(request, counts, counts.tags, rows, {"heading": "Tags", "unit": "tag"})


@require_safe
def classifications(request):
    context = {"heading": "Classifications", "counts": ListCounts.chosen_in(request)}
    context["current"] = "classification-"
    return render(request, "cables/classifications.html", context)


@require_safe
def volumes(request):
    counts = ListCounts.chosen_in(request)
    context = {"heading": "Volumes", "unit": "volume", "current": "volumes"}
    return index(request, counts, counts.volumes, lambda: by_subseries(counts.volumes), context)


def index(request, counts, listed, groups, context):
    """Render an index. `groups` is called only if the page fragment is not in the cache."""
    if not listed and request.resolver_match.kwargs:
        raise Http404("Nothing published here is from this period.")
    groups = cache(groups)

    def most():
        entries = [entry for group in groups() for entry in group.entries]
        return nlargest(MOST, entries, key=lambda entry: entry.cables)

    unit, count = context["unit"], len(listed)
    units = unit if count == 1 else "countries" if unit == "country" else f"{unit}s"
    shown = {"counts": counts, "listed": listed, "groups": groups}
    shown |= {"lead": counts.as_held(LEADS[unit]), "units": units}
    if count > 2 * MOST and ("letters" in context or unit == "volume"):
        shown |= {"find": units, "most": most if "letters" in context else ()}
    return render(request, "cables/index.html", shown | context)


def letter_index(request, counts, listed, rows, context):
    """Render an index by letter with the alphabet; the bars of an entry are its cables by year.

    `rows()` are (letter, argument of its route, label, cables, meaning, {year: cables}), which is
    called only if the page fragment is not in the cache. The name of the route is the unit.
    """
    groups = cache(lambda: by_letter(counts, context["unit"], rows()))

    def alphabet():
        held = {group.heading for group in groups()}
        return [(letter, letter in held) for letter in [*ascii_uppercase, *({REST} & held)]]

    def bars():
        years = main_years(counts.by_year)
        size = spark_steps(years)
        return {"years": years, "size": size, "count": -(-len(years) // size)}

    shown = {"current": f"{context['unit']}-", "letters": alphabet, "bars": bars}
    return index(request, counts, listed, groups, shown | context)


def heading(counts, all_dates, happened, year=None, month=None):
    when = f"{month:%B %Y}" if month else year
    return counts.as_held(f"Cables {happened} in {when}") if when else all_dates


def crumbs(label, route, year=None, month=None):
    """Return the breadcrumbs of an index of dates; the last has no address."""
    steps = [(label, reverse(route))]
    if year or month:
        year = year or month.year
        steps.append((str(year), reverse(f"{route}_year", args=[year])))
    if month:
        steps.append((f"{month:%B}", ""))
    return [*steps[:-1], (steps[-1][0], "")]


def by_month(days):
    """Return a group of days for each month of release, latest first."""
    return [
        IndexGroup(
            heading=f"{month:%B %Y}",
            address=reverse("released_month", args=[month]),
            entries=[
                IndexEntry(f"{day.day} {day:%B}", reverse("released_day", args=[day]), cables)
                for day, cables in reversed(list(group))
            ],
        )
        for month, group in groupby(days.items(), lambda row: row[0].replace(day=1))
    ]


def by_decade(years):
    """Return a group of ten years for each decade of creation, earliest first."""
    return [
        IndexGroup(
            heading=f"{decade}0s",
            entries=grid("created_year", [10 * decade + number for number in range(10)], years),
            anchor=f"{decade}0s",
        )
        for decade in sorted({year // 10 for year in years})
    ]


def by_year(months, route):
    """Return a group of twelve months for each year, earliest first; `route` is "created", ...

    The first year of each decade is where links to the decade lead.
    """
    years = sorted({month.year for month in months})
    first = {year // 10: year for year in reversed(years)}
    return [
        IndexGroup(
            heading=str(year),
            address=reverse(f"{route}_year", args=[year]),
            entries=grid(f"{route}_month", [date(year, n, 1) for n in range(1, 13)], months),
            anchor=f"{year // 10}0s" if first[year // 10] == year else "",
        )
        for year in years
    ]


def grid(route, periods, counted):
    """Return years or months, darker with more cables: those with the most have SHADES."""
    darkest = log(max(counted.values())) or 1
    entries = []
    for each in periods:
        label, cables = str(each) if isinstance(each, int) else f"{each:%b}", counted.get(each, 0)
        shade = 1 + int((SHADES - 1) * log(cables) / darkest) if cables else 0
        address = reverse(route, args=[each]) if cables else ""
        entries.append(IndexEntry(label, address, cables, shade=shade))
    return entries


def by_subseries(volumes):
    """Return a group of volumes for each subseries (years covered)."""
    groups: dict[str, list[IndexEntry]] = {}
    for volume, held in volumes.items():
        years = years_of(volume, held.title)
        depths = [part.depth for part in held.chapters.values()]
        # Chapters alone: not the parts of the volume that consist of them.
        count = sum(part >= after for part, after in zip(depths, [*depths[1:], 0], strict=False))
        facts = [f"{count:,} chapter{'' if count == 1 else 's'}"] if count else []
        facts += [f"published {held.published}"] if held.published else []
        address = reverse("volume", args=[volume])
        entry = IndexEntry(short_title(volume, held.title), address, held.cables, ", ".join(facts))
        groups.setdefault(years or "Others", []).append(entry)
    return [IndexGroup(heading, groups[heading]) for heading in sorted(groups)]


def years_of(volume, title):
    """Return the years that a volume covers, "1961–1963", or "" if nothing says."""
    years = YEARS.search(title) or YEARS.search(volume)
    return years[0] if years else ""


def short_title(volume, title):
    """Return the title of a volume without its series and years: "Volume IV, Vietnam".

    A volume of which only numbers are left, "Part II, Volume V", has its whole title.
    """
    short = title.partition(f"{years_of(volume, title)}, ")[2]
    return title if not short or NUMBERS.fullmatch(short) else short


def letter_groups(rows, code):
    """Return [(first letter of a code, rows)], A to Z, then REST.

    Where all codes begin alike, it is the letter after that, behind what they begin with.
    """
    rows = sorted(rows, key=code)
    ends = zip(code(rows[0]), code(rows[-1]), strict=False)
    start = next((place for place, (one, other) in enumerate(ends) if one != other), 0)
    groups: dict[str, list] = {}
    for row in rows:
        letter = code(row)[: start + 1] if start else initial(code(row))
        groups.setdefault(letter, []).append(row)
    return sorted(groups.items(), key=lambda group: (group[0] == REST, group[0]))


def spark(counts, years):
    """Return (SVG path, sentence, first and last year) for {year: cables}, drawn over `years`.

    Returns () without counts: years are counted a moment after the lists.
    """
    if not counts:
        return ()
    first, last, most = min(counts), max(counts), max(counts, key=counts.get)
    if first == last:
        return sparkline(counts, years), f"all in {first}", str(first)
    sentence = f"{first} to {last}, most in {most}: {counts[most]:,}"
    return sparkline(counts, years), sentence, f"{first}–{last}"


def by_letter(counts, route, rows):
    """Return the groups of lists by letter, REST last; entries keep their order.

    `rows` are (letter, argument of the route, label, cables, meaning, {year: cables}).
    """
    years = main_years(counts.by_year)
    letters: dict[str, list[IndexEntry]] = {}
    for letter, name, label, cables, meaning, by_year in rows:
        entry = IndexEntry(
            label, reverse(route, args=[name]), cables, meaning, spark(by_year, years)
        )
        letters.setdefault(letter, []).append(entry)
    return [
        IndexGroup(heading=letter, entries=letters[letter], anchor=letter.lower())
        for letter in sorted(letters, key=lambda letter: (letter == REST, letter))
    ]
