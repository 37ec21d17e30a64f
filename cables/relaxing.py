"""A question that found nothing -> questions that ask for less. No Django."""

import re

MOST_PARTS = 6  # Each is one more count.
WORD = re.compile(r"\w")
YEAR = re.compile(r"(?<!\S)((?:18|19|20)[0-9]{2})[,.;]?(?!\S)")
PART = re.compile(r'-?(?:\w{1,10}:)?"[^"]*"?|\S+')


def relaxed(text: str) -> list[tuple[str, str]]:
    """Return (what is given up, in words, and the question without it), the least first.

    >>> relaxed('"harbor fees" salt')
    [('without the quotation marks', 'harbor fees salt'), ('without salt', '"harbor fees"'),
     ('without "harbor fees"', 'salt'), ('with any of the words', '"harbor fees" or salt')]
    """
    parts = [part for part in PART.findall(text) if WORD.search(part) and part.lower() != "or"]
    asked = []
    if '"' in text:
        asked.append(("without the quotation marks", " ".join(text.replace('"', " ").split())))
    elif (year := YEAR.search(text)) and "or" not in text.lower().split():
        # Cables seldom print the year in which they were sent.
        days = f"after:{year[1]} before:{int(year[1]) + 1}"
        sent = f"{text[: year.start()]}{days}{text[year.end() :]}"
        asked.append((f"sent in {year[1]}, whether they print it or not", sent))
    if 1 < len(parts) <= MOST_PARTS:
        for at in reversed(range(len(parts))):
            fewer = " ".join(parts[:at] + parts[at + 1 :])
            asked.append((f"without {parts[at]}", fewer))
    words = [part for part in parts if not part.startswith("-") and ":" not in part]
    if len(words) > 1 and len(words) == len(parts):
        asked.append(("with any of the words", " or ".join(words)))
    return [(said, fewer) for said, fewer in asked if fewer and fewer != text]
