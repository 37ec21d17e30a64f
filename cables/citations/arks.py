"""Lasting names of cables and paragraphs: Archival Resource Keys (ARK), made of their references.

    ark:12345/x506lisbon900412r            a cable
    ark:12345/x506lisbon900412r/par3       a paragraph of it
    ark:12345/x506lisbon900412r/par3.v1    the same in version 1, whose text never changes

The name has the reference in small letters and a check character (NCDA). Hyphens mean nothing in
an ARK, and a full stop begins a variant: a hyphen of a reference or of a paragraph's id is "_", a
full stop "~". https://datatracker.ietf.org/doc/draft-kunze-ark/
"""

import re
from dataclasses import dataclass

# Digits and letters without vowels and "l" and "y": their places are their values.
BETANUMERIC = "0123456789bcdfghjkmnpqrstvwxz"
NAAN = r"[0-9bcdfghjkmnpqrstvwxz]{5}|[0-9]{9}"
REFERENCE = re.compile(r"[0-9A-Z-]+")
HYPHENS = re.compile(r"[\s\u00AD\u2010-\u2015\u2212-]+")  # Also blanks, of a broken line.
NAME = re.compile(
    rf"(?P<naan>{NAAN})/(?P<name>[0-9a-z_]+)(?P<check>[{BETANUMERIC}])"
    r"(?:/(?P<paragraph>par[0-9a-z_~]+))?(?:\.v(?P<version>[1-9][0-9]{0,8}))?"
)


@dataclass(frozen=True, slots=True)
class NameAuthority:
    """Who gives the names: a NAAN, and a shoulder under which no others are given."""

    naan: str  # "12345"
    shoulder: str  # "x5"

    def ark(self, reference: str, paragraph: str = "", version: int = 0) -> str:
        """Return the ARK of a cable or a paragraph, or of a version of it; "" without a NAAN.

        >>> NameAuthority("12345", "x5").ark("06LISBON900412", "par3")
        'ark:12345/x506lisbon900412r/par3'
        """
        if not self.naan or not REFERENCE.fullmatch(reference):
            return ""
        stem = f"{self.naan}/{self.shoulder}{_encoded(reference.lower())}"
        part = f"/{_encoded(paragraph)}" if paragraph else ""
        variant = f".v{version}" if version else ""
        return f"ark:{stem}{check_character(stem)}{part}{variant}"

    def read(self, text: str) -> "NamedPart":
        """Return what an ARK names, without "ark:"; hyphens, capitals and a final "/" are ignored.

        Raises ValueError, with a sentence for readers, if it is none of this authority or misspelt.
        """
        spelt = HYPHENS.sub("", text).lower().strip("/.")
        match = NAME.fullmatch(spelt)
        stem = f"{match['naan']}/{match['name']}" if match else ""
        if not match or not self.naan or not stem.startswith(f"{self.naan}/{self.shoulder}"):
            raise ValueError("This is not an ARK of this archive.")
        if check_character(stem) != match["check"]:
            raise ValueError("This ARK is misspelt: its check character does not fit.")
        reference = match["name"].removeprefix(self.shoulder).upper().replace("_", "-")
        paragraph = (match["paragraph"] or "").replace("_", "-").replace("~", ".")
        return NamedPart(reference, paragraph, int(match["version"] or 0))


@dataclass(frozen=True, slots=True)
class NamedPart:
    """What an ARK names: a cable, or a paragraph; `version` 0 is as it is now."""

    reference: str
    paragraph: str = ""
    version: int = 0


def check_character(text: str) -> str:
    """Return the check character of the Noid Check Digit Algorithm, for "NAAN/name".

    Characters that are not betanumeric count as 0.

    >>> check_character("13030/xf93gt2")
    'q'
    """
    values = (max(BETANUMERIC.find(sign), 0) for sign in text)
    total = sum(place * value for place, value in enumerate(values, 1))
    return BETANUMERIC[total % len(BETANUMERIC)]


def _encoded(text: str) -> str:
    return text.replace("-", "_").replace(".", "~")
