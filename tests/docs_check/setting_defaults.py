"""Compare the default in the table of settings with the one in the code, where that is a value."""

import ast
import re
from collections.abc import Iterator

VALUE = re.compile(r"`([^`]*)`")  # A cell that is a value; others say in words where it is from.


def plain_default(default: ast.expr | None) -> Iterator[str]:
    """Yield what one writes for a default in code; nothing if there is none, or it is calculated.

    Yes and no are written 1 and 0, a list with commas. The default is that of a room, where tests
    have another one.
    """
    if isinstance(default, ast.IfExp) and ast.unparse(default.test) == "TESTING":
        default = default.orelse
    try:
        value = ast.literal_eval(default) if default else None
    except ValueError:
        return
    if isinstance(value, list):
        yield ",".join(map(str, value))
    elif value is not None:
        yield str(int(value) if isinstance(value, bool) else value)


def default_fault(cell: str, defaults: set[str]) -> str | None:
    """Return what is wrong with a cell of the table, given the plain defaults in the code.

    A cell in words is right where the code has no value: it says what stands for it.
    """
    value = VALUE.fullmatch(cell)
    stated = value[1] if value else ""
    if defaults - {stated}:
        return f"the default in the code is {' or '.join(sorted(defaults)) or 'none'}"
    if value and not defaults:
        return "the code gives no default with this setting"
    if not (value or cell):
        return "no default is stated"
    return None
