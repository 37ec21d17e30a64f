"""Kinds of text about a person that are found by their form, without a name. No Django.

Telephone numbers are checked by phonenumbers (Google's libphonenumber), account numbers, cards
and social security numbers by their check digits or ranges (python-stdnum). The others are found
by the words before them. None of these lists is complete.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from stdnum import iban, luhn
from stdnum.us import ssn

from ..telegram.redact_phrases import Span

HOME = "US"  # Telegrams print American numbers without their code.
MAY_BE_TELEPHONE = re.compile(r"[+(]?\d(?:[ \t().\-/\n]{0,3}\d){6,}")
EMAIL = re.compile(r"(?i)(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}(?![\w-])")
IBAN = re.compile(r"(?i)(?<!\w)[a-z]{2}\d{2}(?:[ -]?[a-z0-9]){11,30}(?!\w)")
CARD = re.compile(r"(?<![\w.])[3-6]\d{3}(?:[ -]?\d){9,15}(?![\w.])")
SSN = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
NUMBER_WORDS = r"(?:\s{1,3}(?:no|nos|nr|number|num|is|was))*[\s.:,#]{1,6}"
PASSPORT = re.compile(rf"(?i)\bpassports?{NUMBER_WORDS}(?P<found>[a-z]{{0,3}}[ -]?\d{{5,10}})\b")
ACCOUNT = re.compile(
    rf"(?i)\b(?:account|acct|a/c){NUMBER_WORDS}(?P<found>[a-z]{{0,4}}\d[\d -]{{4,30}}\d)\b"
)
STREETS = (
    "street|st|avenue|ave|road|rd|boulevard|blvd|lane|drive|square|terrace|court|close|crescent|"
    "strasse|stra\u00dfe|gasse|platz"
)
STREET_NAME = r"[a-z\u00c0-\u024f][\w'.-]{1,30}"
ADDRESS = re.compile(
    rf"(?i)\b\d{{1,5}}[a-z]?,?\s{{1,3}}(?:{STREET_NAME}\s{{1,3}}){{1,4}}?(?:{STREETS})\b"
    rf"|\b(?:rua|rue|via|calle|avenida|viale|piazza|ulitsa)\s{{1,3}}"
    rf"(?:{STREET_NAME},?\s{{1,3}}){{1,4}}?\d{{1,4}}[a-z]?\b"
    rf"|\b{STREET_NAME}(?:strasse|stra\u00dfe|gasse)\s{{1,3}}\d{{1,4}}[a-z]?\b"
    rf"|\bp\.?\s?o\.?\s{{1,3}}box\s{{1,3}}\d{{1,7}}\b"
)


@dataclass(frozen=True, slots=True)
class PrivatePattern:
    """A kind of text that a curator can look for."""

    name: str
    label: str
    finds: str  # What it finds, for the page.
    find: Callable[[str, str], Iterable[Span]]  # (text, country) -> spans


def _telephones(text: str, country: str) -> Iterator[Span]:
    """Yield valid telephone numbers: with +, of the country of the cable's origin, of the US."""
    if not MAY_BE_TELEPHONE.search(text):
        return
    from phonenumbers import SUPPORTED_REGIONS, Leniency, PhoneNumberMatcher

    spans = set()
    for region in dict.fromkeys((country.upper(), HOME)):
        if region in SUPPORTED_REGIONS:
            for match in PhoneNumberMatcher(text, region, leniency=Leniency.VALID):
                spans.add((match.start, match.end))
    yield from sorted(spans)


def _ibans(text: str, country: str) -> Iterator[Span]:
    """Yield account numbers (IBAN); one may be followed by a word without a sign between."""
    for match in IBAN.finditer(text):
        words = match[0].replace("-", " ").split(" ")
        for count in range(len(words), 0, -1):
            length = len(" ".join(words[:count]))
            if iban.is_valid(match[0][:length]):
                yield match.start(), match.start() + length
                break


def _matching(
    pattern: re.Pattern[str], is_valid: Callable[[str], bool] = bool
) -> Callable[[str, str], Iterator[Span]]:
    """Return what yields the valid matches of a pattern, of its group `found` if it has one."""
    group = "found" if "found" in pattern.groupindex else 0

    def find(text: str, country: str) -> Iterator[Span]:
        matches = pattern.finditer(text)
        yield from (match.span(group) for match in matches if is_valid(match[group]))

    return find


PATTERNS = {
    each.name: each
    for each in (
        PrivatePattern(
            "telephone",
            "Telephone numbers",
            "numbers with + and a country code; without it, valid numbers of the country of the "
            "cable's origin and of the United States",
            _telephones,
        ),
        PrivatePattern(
            "e-mail", "E-mail addresses", "name@host.domain in one line", _matching(EMAIL)
        ),
        PrivatePattern(
            "passport",
            "Passport numbers",
            "5 to 10 digits, with up to 3 letters before them, behind the word “passport”",
            _matching(PASSPORT),
        ),
        PrivatePattern(
            "social security",
            "Social security numbers",
            "123-45-6789 in the ranges that the United States give out",
            _matching(SSN, ssn.is_valid),
        ),
        PrivatePattern(
            "iban", "Bank accounts (IBAN)", "numbers whose check digits are right", _ibans
        ),
        PrivatePattern(
            "account",
            "Other account numbers",
            "6 digits or more behind “account”, “acct” or “a/c”",
            _matching(ACCOUNT),
        ),
        PrivatePattern(
            "card",
            "Payment cards",
            "13 to 19 digits with the right check digit",
            _matching(CARD, lambda number: luhn.is_valid(re.sub(r"[ -]", "", number))),
        ),
        PrivatePattern(
            "address",
            "Street addresses",
            "a house number with a word for a street (Street, Avenue, Rua, Via, -strasse), and "
            "post-office boxes",
            _matching(ADDRESS),
        ),
    )
}
