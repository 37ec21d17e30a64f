"""Real cables, if the tests are given a folder of them; otherwise a test is skipped, and says so.

The folder is named by CABLES_TEST_DATA. None of it is part of the project.
"""

import html
import json
import os
import re
from pathlib import Path

BOX = re.compile(r"<code><pre>(.*?)</pre></code>", re.DOTALL)
ANCHOR = re.compile(r"<a id='par(\w+)' href='[^']*'>¶</a>")


def real_folder(test) -> Path:
    """Return the folder of real cables, or skip the test."""
    name = os.environ.get("CABLES_TEST_DATA")
    if not name:
        test.skipTest("CABLES_TEST_DATA is not set: no real cables to read")
    return Path(name)


def real_pages(test):
    """Yield (reference, body, anchors) of each page of the mirror, read by its markup alone."""
    for file in sorted((real_folder(test) / "mirror").rglob("*.html")):
        page = file.read_text(encoding="utf-8")
        page = page[page.rindex("<table class='cable'>") :]
        body = BOX.findall(page)[-1]
        anchors = ANCHOR.findall(body)
        text = html.unescape(re.sub(r"<[^>]+>", "", ANCHOR.sub("", body)))
        yield file.stem, text.replace("\r\n", "\n").replace("\r", "\n"), anchors


def real_bodies(test):
    """Yield (reference, body) of each page of the mirror."""
    for reference, body, _ in real_pages(test):
        yield reference, body


def real_text(test, reference: str) -> str:
    """Return a real text page."""
    return (real_folder(test) / "text" / f"{reference}.txt").read_text(encoding="utf-8")


def real_vectors(test) -> list[dict]:
    """Return the bodies with their ids that came with the real cables."""
    return json.loads((real_folder(test) / "tables" / "segment_vectors.json").read_text())
