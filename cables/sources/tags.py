"""TAGS codes and their kinds (T-4)."""

PERSON = "person"


def tag_kind(code: str) -> str:
    """Return the kind of a tag: subject, organization, geo, program, person or unknown (T-4)."""
    if "," in code:
        return PERSON
    if len(code) == 2 and code.isalpha():
        return "geo"
    if len(code) == 4 and code.startswith("K") and code.isalpha():
        return "program"
    return "unknown"
