"""How tests wait: for what is to be seen, never for a time."""

import time

PATIENCE = 300  # Seconds until a test gives up; a busy machine is no failure.


def wait_until(is_so, otherwise="It did not come true.", seconds=PATIENCE):
    """Return what `is_so()` returns as soon as it is true. Raises AssertionError at the end.

    `otherwise` is what the error says, or returns that.
    """
    deadline = time.monotonic() + seconds
    while not (value := is_so()):
        if time.monotonic() > deadline:
            raise AssertionError(otherwise() if callable(otherwise) else otherwise)
        time.sleep(0.02)
    return value
