"""Addresses of pages that are named after one thing: a cable, an origin, a tag.

Django's reverse() tries patterns; a list has fifty addresses and a cable's page as many.
"""

from functools import cache
from urllib.parse import quote

from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS

STAND_IN = "0"  # In no route.
UNQUOTED = f"{RFC3986_SUBDELIMS}/~:@"  # As reverse() has it.


def address(route: str, name: str) -> str:
    """Return the address of a route whose only argument is the reference, slug or code `name`.

    >>> address("tag", "UNGA/C-6")
    '/tag/UNGA/C-6/'
    """
    before, after = around_name(route)
    return f"{before}{quote(name, safe=UNQUOTED)}{after}"


@cache
def around_name(route: str) -> tuple[str, str]:
    """Return what the addresses of a route have before and after the name."""
    before, after = reverse(route, args=[STAND_IN]).split(STAND_IN)
    return before, after
