"""The classifications of cables: values, ranks, URL slugs, and the spellings of sources."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Classification:
    """One classification. `rank` orders them (L-4); `slug` is for URLs, `short` for lists."""

    value: str  # As stored. "" is a cable that prints none.
    rank: float
    slug: str
    short: str

    @property
    def label(self) -> str:
        """The value, or "Not marked"."""
        return self.value or "Not marked"


# L-1, and the classes of telegrams before 1966.
CLASSIFICATIONS = (
    Classification("", 0, "not-marked", "Not marked"),
    Classification("UNCLASSIFIED", 1, "unclassified", "U"),
    Classification("NO MARKING", 1, "no-marking", "No marking"),
    Classification(
        "UNCLASSIFIED//FOR OFFICIAL USE ONLY", 2, "unclassified-for-official-use-only", "U//FOUO"
    ),
    Classification("OFFICIAL USE ONLY", 2, "official-use-only", "OUO"),
    Classification("LIMITED OFFICIAL USE", 2.5, "limited-official-use", "LOU"),
    Classification("RESTRICTED", 2.7, "restricted", "R"),
    Classification("CONFIDENTIAL", 3, "confidential", "C"),
    Classification("CONFIDENTIAL//NOFORN", 4, "confidential-noforn", "C//NF"),
    Classification("SECRET", 5, "secret", "S"),
    Classification("SECRET//NOFORN", 6, "secret-noforn", "S//NF"),
    Classification("TOP SECRET", 7, "top-secret", "TS"),
)
BY_VALUE = {classification.value: classification for classification in CLASSIFICATIONS}

# L-2: the spellings of levels and restrictions, without blanks and slashes.
LEVELS = {
    "UNCLASSIFIED": ("UNCLASSIFIED", "UNCLAS", "U"),
    "CONFIDENTIAL": ("CONFIDENTIAL", "C"),
    "SECRET": ("SECRET", "S"),
}
RESTRICTIONS = {
    "FOR OFFICIAL USE ONLY": ("FOROFFICIALUSEONLY", "FOUO", "SENSITIVE", "SBU"),
    "NOFORN": ("NOFORN", "NF"),
}
ALONE = {
    "NOTMARKED": "",
    "FOUO": "UNCLASSIFIED//FOR OFFICIAL USE ONLY",
    "FOROFFICIALUSEONLY": "UNCLASSIFIED//FOR OFFICIAL USE ONLY",
    "SBU": "UNCLASSIFIED//FOR OFFICIAL USE ONLY",
    "SENSITIVEBUTUNCLASSIFIED": "UNCLASSIFIED//FOR OFFICIAL USE ONLY",
    "OUO": "OFFICIAL USE ONLY",
    "LOU": "LIMITED OFFICIAL USE",
    "R": "RESTRICTED",
    "TS": "TOP SECRET",
}
SEPARATORS = re.compile(r"[\s/.()_-]+")


def _spellings() -> dict[str, str]:
    spellings = {SEPARATORS.sub("", value): value for value in BY_VALUE}
    for level, levels in LEVELS.items():
        spellings |= dict.fromkeys(levels, level)
        for restriction, restrictions in RESTRICTIONS.items():
            if (value := f"{level}//{restriction}") in BY_VALUE:
                spellings |= {a + b: value for a in levels for b in restrictions}
    return spellings | ALONE


SPELLINGS = _spellings()


def normal_classification(text: str) -> str:
    """Return the value in CLASSIFICATIONS that a source's spelling stands for (L-2).

    >>> normal_classification("C O N F I D E N T I A L NOFORN")
    'CONFIDENTIAL//NOFORN'

    "" stays "": the cable prints none. Raises ValueError for an unknown value, so that no cable
    is taken for unclassified by default.
    """
    try:
        return SPELLINGS[SEPARATORS.sub("", text.upper())]
    except KeyError:
        known = ", ".join(value for value in BY_VALUE if value)
        raise ValueError(f"Unknown classification {text[:40]!r}; known: {known}") from None
