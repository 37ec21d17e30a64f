"""Find the class and the captions that stand behind the number of a telegram, in its text (F-9).

"912. Eyes only for the Secretary. Your 77 ...", "5. Secret for the President. ..."
"""

import re

# Lines such as "Secret" and "Priority" may stand above the number.
NUMBER = r"(?:[A-Z][A-Za-z ]*\n)*\[?(?:[A-Z][a-z]+ )?\d{1,6}(?:/\w+ \d+)?\.\]?\s+"
# Number 1 is that of the telegram if no second follows, printed or left out.
ALONE = re.compile(
    r"1\. (?!.*(?:^|[.;:] )\W{,3}2\b)(?!.*\[(?:Here follow|Omitted here))", re.DOTALL | re.MULTILINE
)
CLASS = re.compile(
    rf"{NUMBER}(?:very )?(?P<class>top secret|secret|confidential)\b(?: for [^.:;\d]{{3,40}})?\.",
    re.IGNORECASE,
)
# A reader may stand beside some: "Eyes only for Rell from Quay.", "For Rell eyes only from Quay.".
CAPTION = (
    r"(?:(?:for [^.:;,\d]{1,60} )?(?P<named>eyes only|exclusive)"
    r"(?:(?<=only) [^.:;\d]{1,60}| [^.:;,\d]{1,60})?"
    r"|(?P<alone>niact|priority|immediate|exdis|nodis|limdis|limit(?:ed)? distribution"
    r"|no(?: other)? distribution(?: outside dep(?:artmen)?t)?))[.:;](?:\s|$)"
)
FIRST = re.compile(f"{NUMBER}{CAPTION}", re.IGNORECASE)
NEXT = re.compile(rf"\s*{CAPTION}", re.IGNORECASE)


def class_in_text(front: tuple[str, ...]) -> str:
    """Return the words of the class behind the number of a telegram, "" if none stands there."""
    marked = next(filter(None, map(CLASS.match, front[:2])), None)
    return marked["class"] if marked else ""


def captions_in_text(front: tuple[str, ...]) -> tuple[str, ...]:
    """Return the captions behind the number of a telegram, in capitals: ("EYES ONLY",)."""
    found: list[str] = []
    caption = next(filter(None, map(FIRST.match, front[:2])), None)
    while caption:
        words = " ".join((caption["named"] or caption["alone"]).upper().split())
        found.append(re.sub(r"\bDEPT$", "DEPARTMENT", words))
        caption = NEXT.match(caption.string, caption.end())
    return tuple(dict.fromkeys(found))
