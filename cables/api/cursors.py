"""Cursors for paging through the JSON of a list: the sort key of the last cable that was sent.

Unlike page numbers they stay valid when cables are loaded or withheld meanwhile: no cable is
skipped and none comes twice. By relevance, an order that changes with every other cable, a cursor
has the primary keys of all that were sent.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise
from operator import index
from typing import Any

LONGEST = 1_500  # Characters: a reference has 64 at the most, a hundred primary keys 1,300.
WRONG_CURSOR = "The cursor belongs to another list or sort order. Begin without a cursor."
# Column of a sort order -> parser of its value.
PARSERS: dict[str, Callable[[Any], date | str | tuple[int, ...]]] = {
    "released": date.fromisoformat,
    "created": datetime.fromisoformat,
    "reference": str,
    "sent": lambda steps: tuple(accumulate(map(index, steps))),
}


def write_cursor(order: str, key: tuple) -> str:
    """Return the cursor after a cable; `key` has its values of the columns of the sort order."""
    values = [_written(value) for value in key]
    text = json.dumps([order, *values], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, order: str, columns: tuple[str, ...]) -> tuple:
    """Return the sort key in a cursor. Raises ValueError if it is malformed or of another order."""
    try:
        if len(text) > LONGEST:
            raise ValueError
        padded = (text + "=" * (-len(text) % 4)).encode("ascii")
        cursor_order, *values = json.loads(urlsafe_b64decode(padded))
        if cursor_order != order:
            raise ValueError
        names = [column.lstrip("-") for column in columns]
        key = tuple(PARSERS[name](value) for name, value in zip(names, values, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise ValueError(WRONG_CURSOR) from None
    if any(not _fits(value) for value in key):
        raise ValueError(WRONG_CURSOR)
    return key


def _written(value) -> str | list[int]:
    """Return a value as JSON has it: of primary keys the steps between them, which are shorter."""
    if isinstance(value, tuple):
        return [after - before for before, after in pairwise((0, *sorted(value)))]
    return value if isinstance(value, str) else value.isoformat()


def _fits(value) -> bool:
    """Tell whether PostgreSQL can compare a column with the value."""
    if isinstance(value, datetime):
        return value.utcoffset() == timedelta(0)  # As written; PostgreSQL refuses +23:59.
    if isinstance(value, str):
        return "\0" not in value and value.isascii()
    return not isinstance(value, tuple) or all(0 < each < 2**63 for each in value)
