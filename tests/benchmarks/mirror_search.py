"""The bytes that a browser loads for a search of a mirror: its first step, and all of it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from operator import itemgetter
from pathlib import Path
from threading import Thread

from playwright.sync_api import Page, expect, sync_playwright

from .pages import marked
from .report import table

MOST_KILOBYTES = 1_000  # Of a search, before the reader is asked.
PATIENCE = 600_000  # Milliseconds.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
RANKS = (0, 20, 40, 4_000, 150_000)  # Of the words that are searched for.
HEADING = (
    *("question", "requests", "kB", "answer", "all steps: requests", "kB", "answer"),
    "target: kB",
)


class StaticFiles(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *said):
        pass


def questions(words: list[str]) -> tuple[str, ...]:
    """Return questions, given the words of the archive, the commonest first."""
    most, common, also, rare, rarest = itemgetter(*RANKS)(words)
    return (
        f"q={most}",
        f"q={common}+{also}",
        f"q={rare}",
        f"q={rarest}",
        "q=zzyzx",  # In no cable.
        f"q=%22{most}+{words[1]}%22",
        f"q=%22{common}+{also}%22",
        f"q={common}&tag=PREL",
        f"q={common}&year=2009",
        "q=09*",
    )


def measure_loads(mirror: Path, words: list[str]) -> str:
    """Search a mirror in Chromium for some of the words of its archive, the commonest first.

    Returns the table. Raises ValueError without Chromium.
    """
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise ValueError("There is no Chromium: apt-get install chromium-headless-shell")
    with serve(mirror / "data") as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        rows = []
        for question in questions(words):
            page = browser.new_page()  # With a cache of its own.
            rows.append(search(page, f"{site}/search/?{question}", question))
            page.close()
        browser.close()
    return table(HEADING, rows)


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder; yield the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(StaticFiles, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def search(page: Page, address: str, question: str) -> tuple[str, ...]:
    """Ask a question, then let all indexes be searched; return the row."""
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(int(response.headers["content-length"])))
    page.goto(address)
    requests, loaded, found = answer(page, sizes)
    earlier = page.locator("button.earlier")
    while earlier.is_visible():
        earlier.click()
        answer(page, sizes)
    all_requests, all_loaded, all_found = answer(page, sizes)
    return (
        f"`{question}`",
        f"{requests:,}",
        marked(f"{loaded:,.0f}", loaded > MOST_KILOBYTES),
        found,
        f"{all_requests:,}",
        f"{all_loaded:,.0f}",
        all_found,
        f"{MOST_KILOBYTES:,}",
    )


def answer(page: Page, sizes: list[int]) -> tuple[int, float, str]:
    """Wait for an answer; return the requests and kB so far, and what the page says."""
    status = page.get_by_role("status")
    expect(status).to_contain_text("kB loaded", timeout=PATIENCE)
    page.wait_for_load_state("networkidle")
    said = (status.text_content() or "").partition(". ")[0]
    return len(sizes), sum(sizes) / 1000, said
