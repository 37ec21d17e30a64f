"""A new release gives every page a new edition; what a page tells nginx of its time."""

import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from unittest.mock import Mock, patch

from django.conf import settings
from django.core.cache import caches
from django.db import OperationalError, connections
from django.test import SimpleTestCase, override_settings

from cables.http_cache.edition import latest_edition, made_by
from cables.mirror.file_paths import Site
from cables.mirror.plan import digest_of_maker
from cables.models.querysets import READER
from tests.base import TransactionTestCase
from tests.http_cache.test_middleware import CABLE, PageCacheTestCase

# Folders beside the application; every other one of the project has to do with pages.
NOT_THE_APPLICATION = ("tests", "docs", "LICENSES", "staticfiles", "dist", "htmlcov")


class ReleaseTests(SimpleTestCase):
    def setUp(self):
        self.room = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for source in settings.BASE_DIR.iterdir():
            if source.is_file():
                shutil.copy(source, self.room)
            elif source.name not in NOT_THE_APPLICATION and not source.name.startswith("."):
                left_out = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, self.room / source.name, ignore=left_out)
        self.enterContext(
            override_settings(
                BASE_DIR=self.room, RESOURCES_DIR=self.room, STATIC_ROOT=self.room / "staticfiles"
            )
        )
        self.addCleanup(made_by.cache_clear)
        self.edition = self.read_edition()

    @staticmethod
    def read_edition():
        """Return the digest as a web server that starts now would reckon it."""
        made_by.cache_clear()
        return made_by()

    def test_a_change_of_any_file_changes_the_digest(self):
        files = [path for path in self.room.glob("*/**/*") if path.is_file()]
        kinds = {(path.parent, path.suffix): path for path in files}
        self.assertGreater(len(kinds), 50)
        seen = {self.edition}
        for path in kinds.values():
            with self.subTest(path.relative_to(self.room)):
                path.write_bytes(path.read_bytes() + b" ")
                edition = self.read_edition()
                self.assertNotIn(edition, seen)
                seen.add(edition)

    def test_an_added_and_a_removed_file_change_the_digest(self):
        added = self.room / "cables/telegram/tables/new.kind"
        added.touch()
        self.assertNotEqual(self.read_edition(), self.edition)
        added.unlink()
        self.assertEqual(self.read_edition(), self.edition)

    def test_compiled_files_do_not_change_the_digest(self):
        compiled = self.room / "cables/__pycache__"
        compiled.mkdir()
        (compiled / "urls.cpython-311.pyc").touch()
        self.assertEqual(self.read_edition(), self.edition)

    def test_new_addresses_of_static_files_change_the_digest(self):
        manifest = self.room / "staticfiles/staticfiles.json"
        manifest.parent.mkdir()
        manifest.write_text('{"paths": {"css/page.css": "css/page.0123abcd.css"}}')
        self.assertNotEqual(self.read_edition(), self.edition)

    def test_a_new_package_and_a_new_python_change_the_digest(self):
        for package in ("django", "citeproc-py", "markdown-it-py", "psycopg"):
            with self.subTest(package):

                def newer(name, package=package):
                    return "99.1" if name == package else version(name)

                with patch("cables.http_cache.edition.version", newer):
                    self.assertNotEqual(self.read_edition(), self.edition)
        with patch("sys.version", "3.99"):
            self.assertNotEqual(self.read_edition(), self.edition)

    def test_a_mirror_is_rebuilt_when_pages_change(self):
        site = Site(Path("/mirror"), "https://cables.example.org")
        counts = Mock(links=[], parts=[])
        self.enterContext(patch("cables.mirror.plan.ListCounts.current", return_value=counts))
        before = digest_of_maker(site)
        source = next(self.room.glob("cables/**/*.xml"))
        source.write_bytes(source.read_bytes() + b" ")
        made_by.cache_clear()
        self.assertNotEqual(digest_of_maker(site), before)


class ConnectionTests(TransactionTestCase):
    """A request begins with the edition: its query is the check of the connection, too."""

    def setUp(self):
        self.reader = connections[READER]
        self.edition = latest_edition()
        self.reader.health_check_enabled = True
        self.reader.health_check_done = False  # As at the start of a request.

    def test_the_connection_is_not_checked_by_a_query_of_its_own(self):
        with patch.object(self.reader, "is_usable") as checked:
            latest_edition()
        checked.assert_not_called()

    def test_a_connection_that_broke_is_made_again(self):
        self.reader.connection.close()
        self.assertEqual(latest_edition(), self.edition)
        self.assertTrue(self.reader.is_usable())

    def test_an_error_of_a_working_connection_is_raised(self):
        connection = self.reader.connection
        with (
            patch("cables.http_cache.edition.LATEST", "SELECT pg_sleep(1), now()"),
            self.reader.cursor() as cursor,
            self.assertRaises(OperationalError),
        ):
            cursor.execute("SET statement_timeout = 20")
            self.addCleanup(self.reader.close)
            latest_edition()
        self.assertIs(self.reader.connection, connection)


class NginxHeaderTests(PageCacheTestCase):
    def test_nginx_may_store_pages_for_a_second_and_nothing_else(self):
        redirect, stream = "/cable/06BERLIN900001", "/search.csv?q=harbor"
        for address, seconds, said in (
            (CABLE, 1, "1"),
            (CABLE, 5, "5"),
            (CABLE, 0, "@1"),
            (redirect, 1, "0"),
            (stream, 1, "0"),
        ):
            with self.subTest(address, seconds=seconds), override_settings(PROXY_SECONDS=seconds):
                caches["pages"].clear()
                response = self.client.get(address)
                self.assertEqual(response["X-Accel-Expires"], said)
                stale = "stale-while-revalidate" in response["Cache-Control"]
                self.assertEqual(stale, said in "15")
