"""The former names of a country, and the countries that were one state with it."""

from dataclasses import dataclass

from ..search.list_counts import ListCounts
from ..search.place_lists import years_in_words
from ..telegram.cities import OPEN, Period, fold, period_at, periods_of, sharers


@dataclass(frozen=True, slots=True)
class FormerName:
    """A former name of a country, with its years, and the countries that shared that state."""

    name: str
    years: str  # ", 1922 to 1991".
    shared: list[tuple[str, str]]  # (name, slug) of countries with cables.


def former_names(
    tallies: ListCounts,
    iso2: str,
    place: str = "",
    origin: str = "",
    since: int = 0,
    until: int = OPEN,
) -> list[FormerName]:
    """Return the former names of a country, earliest first.

    With a place only those that its part of the country had, with an origin those of its part of
    the place, and only those of some years.
    """
    return [
        FormerName(
            _named(period, place),
            years_in_words(period.since, period.until),
            _shared(tallies, period),
        )
        for period in periods_of(iso2)
        if (not place or _applies(period, place, origin))
        and period.since <= until
        and since <= period.until
    ]


def _named(period: Period, place: str) -> str:
    """Return a former name; one of a part of the country with the places in it."""
    parts = "" if place or not period.places else f" ({', '.join(period.places)})"
    return f"{period.name}{parts}"


def _applies(period: Period, place: str, origin: str) -> bool:
    """Return whether a former name of a country was that of a place in it, or of an origin there.

    Leipzig was not in the Federal Republic while it was in the Democratic Republic.
    """
    there = [origin] if origin else ["", *period.origins]
    return any(period_at(period.iso2, place, period.since, each) == period for each in there)


def _shared(tallies: ListCounts, period: Period) -> list[tuple[str, str]]:
    slugs = (tallies.country_codes.get(code, "") for code in sharers(period))
    return [(tallies.countries[slug][0], slug) for slug in slugs if slug in tallies.countries]


def code_of(tallies: ListCounts, slug: str) -> str:
    """Return the ISO code of a country, by its slug; "" if it is not listed."""
    return next((code for code, known in tallies.country_codes.items() if known == slug), "")


def slug_of_former(tallies: ListCounts, slug: str) -> str:
    """Return the slug of a country that had this former name: "soviet-union"; "" if none had.

    Of several, the one with most cables is returned.
    """
    held = [
        known
        for code, known in tallies.country_codes.items()
        if any(fold(period.name) == fold(slug) for period in periods_of(code))
    ]
    return max(held, key=tallies.country_cables, default="")
