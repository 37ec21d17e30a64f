"""A server and windows of a browser, for a test class."""

import asyncio
import os
import shutil
from contextlib import suppress
from functools import cache
from multiprocessing.util import Finalize
from unittest import SkipTest
from urllib.parse import urldefrag, urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from django.db import connections
from django.test.signals import template_rendered
from playwright.sync_api import expect, sync_playwright

from tests.base import OneConnection
from tests.slow import SLOW
from tests.waiting import PATIENCE, wait_until

# The first has no windows, not even hidden ones: tests take two thirds of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
DESKTOP, PHONE, NARROWEST = (1280, 900), (390, 844), (320, 640)
# Each size once and each scheme once: a scheme changes colours alone, which no size does.
LOOKS = [(DESKTOP, "light"), (PHONE, "dark")]

# Of those with one name only one would stay open.
OPEN_EVERYTHING = "document.querySelectorAll('details').forEach(d => (d.name = '', d.open = true))"
# Whether the page is as wide as the window has become, and has its scheme; links change theirs over
# some time.
LOOKS_SO = """([width, scheme]) => innerWidth === width
    && matchMedia(`(prefers-color-scheme: ${scheme})`).matches"""
SETTLE = "Promise.allSettled(document.getAnimations().map((each) => each.finished))"
SELECTED = "getSelection().toString()"
SELECT_ALL = "element => getSelection().selectAllChildren(element)"
A_STYLE_IS_MISSING = "[...document.querySelectorAll('link[rel=stylesheet]')].some(l => !l.sheet)"
# The rules of accessibility that a page breaks.
BROKEN_RULES = 'axe.run({resultTypes: ["violations"]}).then(found => found.violations)'

SECONDS = PATIENCE / 4  # A page may take a part of what a program may.
expect.set_options(timeout=SECONDS * 1000)
# Playwright runs its event loop in the thread of the test, where Django would refuse to work.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@cache
def start_playwright():
    """Return Playwright for all test classes of this process, and its event loop.

    Django and asyncio refuse to work in a thread whose event loop runs. This one is to be hidden
    by asyncio._set_running_loop(None) while another test class runs.
    """
    playwright = sync_playwright().start()
    loop = asyncio.get_running_loop()

    def stop():
        asyncio._set_running_loop(loop)
        playwright.stop()  # And its browsers.

    Finalize(None, stop, exitpriority=1)  # Unlike atexit it runs in a worker process too.
    return playwright, loop


@cache
def start_browser(program):
    """Return a browser for all test classes of this process: a start takes as long as a test."""
    # Chromium's sandbox refuses to run as root, as which containers run tests.
    return start_playwright()[0].chromium.launch(executable_path=program, args=["--no-sandbox"])


class BrowserTestCase(OneConnection, StaticLiveServerTestCase):
    """A test with `self.open(path)`, which returns the page in a new window.

    Rows that no test of a class changes are stored once, by its `setUpTestData`, and stay until its
    end; they are committed, as the server has a connection of its own.
    """

    setUpTestData = None
    checked = frozenset()  # The templates of the pages that this test has checked.

    @classmethod
    def setUpClass(cls):
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            raise SkipTest("there is no Chromium: apt-get install chromium-headless-shell")
        super().setUpClass()
        cls.rendered = []  # The templates since the last page was asked for, its own first.
        cls.note_template = lambda template, **_: cls.rendered.append(template.name)
        template_rendered.connect(cls.note_template)
        cls.addClassCleanup(template_rendered.disconnect, cls.note_template)
        asyncio._set_running_loop(start_playwright()[1])
        cls.addClassCleanup(asyncio._set_running_loop, None)
        cls.browser = start_browser(program)
        if not cls.browser.is_connected():  # It crashed.
            start_browser.cache_clear()
            cls.browser = start_browser(program)
        if cls.setUpTestData:
            # The next class begins with another connection, as the next test would.
            cls.addClassCleanup(connections.close_all)
            cls.addClassCleanup(super(BrowserTestCase, cls())._fixture_teardown)
            cls.setUpTestData()

    def _fixture_teardown(self):
        if not self.setUpTestData:
            super()._fixture_teardown()

    def open(self, path, **options):
        """Return the page at an address of the site, fully loaded, in a new window."""
        page = self.open_window(**options)
        self.visit(page, path)
        return page

    def open_window(self, size=DESKTOP, scheme="light", **options):
        """Return the empty page of a new window, perhaps with options of Playwright."""
        width, height = size
        window = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **options
        )
        window.set_default_timeout(SECONDS * 1000)
        asked = []
        window.on("request", lambda request: asked.append(urlsplit(request.url)))
        self.addCleanup(window.close)
        self.addCleanup(self.check_strangers, window, asked)
        page = window.new_page()
        page.asked = []  # The addresses that the page asks for.
        page.said = []  # What it writes to the console, which a refused script or style does.
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        return page

    def visit(self, page, path):
        """Load an address fully and return its status; quicker than in a new window."""
        address = self.live_server_url + path
        if urldefrag(page.url).url == urldefrag(address).url:
            page.goto("about:blank")  # Otherwise only the fragment would be followed.
        page.asked.clear()
        page.said.clear()
        self.rendered.clear()
        status = page.goto(address).status
        if page.evaluate(A_STYLE_IS_MISSING):  # On a busy computer one can fail to arrive.
            page.reload()
        return status

    def press(self, page, name):
        """Press a button and wait for the page that it leads to."""
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).click()

    def follow(self, page, name):
        """Follow the first link of this name and wait for its page."""
        with page.expect_navigation():
            page.get_by_role("link", name=name, exact=True).first.click()

    def log_in_as(self, page, user):
        """Let the window of a page send what the desk knows a user by."""
        client = self.client_class()  # The same one would end the session of another window.
        client.force_login(user)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.live_server_url}
        page.context.add_cookies([cookie])

    def expect_value(self, read, value):
        """Fail if `read()` does not become a value: a page answers in its own time."""
        with suppress(AssertionError):
            wait_until(lambda: read() == value, seconds=SECONDS)
        self.assertEqual(read(), value)

    def expect_selected(self, page, text):
        """Fail if the page does not select a text."""
        self.expect_value(lambda: page.evaluate(SELECTED).strip(), text)

    def copied(self, page, place):
        """Return what is copied where all of a place is selected."""
        page.locator(place).first.evaluate(SELECT_ALL)
        return page.evaluate(SELECTED)

    def show(self, page, size, scheme="light"):
        """Show a page in another size and colour scheme, and wait until it has them."""
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(LOOKS_SO, arg=[size[0], scheme])
        page.evaluate(SETTLE)

    def check_strangers(self, window, asked):
        """Fail if a page asked anything of another host, or if a reader's page set a cookie."""
        ours = urlsplit(self.live_server_url).netloc
        self.assertTrue(asked)
        self.assertEqual([each for each in asked if each.netloc not in (ours, "")], [])
        if not any(each.path.startswith("/admin/") for each in asked):
            self.assertEqual(window.cookies(), [])

    def checked_looks(self, looks):
        """Return the looks in which the page that came last is checked: all if slow tests run.

        Otherwise it is one, in turn, for the first page of each template, and none for others of
        it: nothing else in a test of pages takes as long as the rules of accessibility.
        """
        template = next(iter(self.rendered), len(self.checked))
        self.rendered.clear()
        if SLOW:
            return looks
        if template in self.checked:
            return []
        self.checked |= {template}
        return [looks[(len(self.checked) - 1) % len(looks)]]

    def check_pages(self, addresses, *, opened=False):
        """Fail if a page breaks a rule of accessibility, perhaps with all that opens open.

        Fail as well if it is wider than the narrowest phone, or loads what is refused.
        """
        page = self.open_window()
        for address in addresses:
            with self.subTest(address):
                self.show(page, *LOOKS[0])
                own = f"status of {self.visit(page, address)}"  # As of a withheld cable.
                self.assertEqual([words for words in page.said if own not in words], [])
                if opened:
                    page.evaluate(OPEN_EVERYTHING)
            for size, scheme in self.checked_looks(LOOKS):
                with self.subTest(address, size=size, scheme=scheme):
                    self.show(page, size, scheme)
                    self.check_page(page)
            with self.subTest(address, size=NARROWEST):
                self.show(page, NARROWEST)
                self.assertEqual(page.evaluate("document.documentElement.scrollWidth"), 320)

    def check_page(self, page):
        """Fail if the page as it is shown now breaks a rule of accessibility."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        found = page.evaluate(BROKEN_RULES)
        nodes = [(each["id"], node["html"][:120]) for each in found for node in each["nodes"]]
        self.assertEqual(nodes, [], page.url)
