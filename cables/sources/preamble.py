"""The preamble of a telegram, from its classification line to its first paragraph (3b, 5)."""

import re

SUBJECT = re.compile(r"(?im)^\s*SUBJ(?:ECT)?[:;. ]\s*(.*)")
TAGS = re.compile(r"(?m)^\s*TAGS:(.*)")


def find_subject(text: str) -> str:
    match = SUBJECT.search(text, 0, 4000)
    return match[1].strip() if match else ""


def find_tags(text: str) -> tuple[str, ...]:
    match = TAGS.search(text, 0, 4000)
    return tuple(re.split(r"[ ,]+", match[1].strip())) if match else ()
