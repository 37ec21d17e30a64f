"""Pages are sent once to each reader and made once for all, until the archive changes."""

import gzip
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from unittest.mock import Mock, patch

import brotli
from django.conf import settings
from django.core.cache import caches
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from cables.http_cache.edition import Edition, made_by
from cables.http_cache.middleware import PAUSE, PageCacheMiddleware, PageStore
from cables.loader import load
from cables.models import (
    PUBLIC,
    Article,
    Cable,
    ChangedCable,
    Commitment,
    Cosignature,
    Link,
    LogEntry,
    LogTile,
    Page,
    PastState,
    State,
    Tag,
    TransparencyLog,
    WitnessedLog,
)
from cables.models.harvest_records import HarvestRecord
from reading_room.settings import page_cache
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, withhold
from tests.source_files import csv_file, csv_record

CABLE = "/cable/06BERLIN900001/"
PAGES = ("/", CABLE, f"{CABLE}par1/", f"{CABLE}cite/", "/cable/06BERLIN900001.txt", "/tag/EFIS/")
ASKED = ("/search/?q=harbor", "/tag/EFIS.atom?origin=embassy-berlin", "/search.json?q=harbor")
SHARED = "public, max-age=0, must-revalidate"
PAGE = f"{SHARED}, stale-while-revalidate=1"
PRIVATE = "private, no-store"
HELD = {name: page_cache(f"tests: {name}", 1) for name in ("pages", "questions")}


class PageCacheTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(tags=["EFIS"])

    def setUp(self):
        self.enterContext(override_settings(CACHES=settings.CACHES | HELD))
        for name in HELD:
            caches[name].clear()
        forget_counts()
        with connection.cursor() as cursor:  # As if every statement were committed.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def again(self, address, response, **headers):
        """Ask as a browser does that has the response."""
        return self.client.get(address, headers={"If-None-Match": response["ETag"], **headers})


class ConditionalTests(PageCacheTestCase):
    def test_a_browser_that_has_the_page_gets_304(self):
        moved = State.objects.get().moved
        for address in (*PAGES, *ASKED):
            with self.subTest(address):
                first = self.client.get(address)
                self.assertEqual((first.status_code, first["Cache-Control"]), (200, PAGE))
                self.assertEqual(
                    first["Last-Modified"], f"{moved.astimezone(UTC):%a, %d %b %Y %H:%M:%S GMT}"
                )
                with self.assertNumQueries(1):
                    second = self.again(address, first)
                self.assertEqual((second.status_code, second.content), (304, b""))
                for name in ("ETag", "Cache-Control", "Vary", "Last-Modified", "X-Accel-Expires"):
                    self.assertEqual(second[name], first[name])

    def test_an_etag_is_valid_for_one_address(self):
        tags = {self.client.get(address)["ETag"] for address in (*PAGES, f"{CABLE}?q=fees")}
        tags.add(self.client.get("/", headers={"Host": "localhost"})["ETag"])
        self.assertEqual(len(tags), len(PAGES) + 2)
        other = self.client.get("/tag/", headers={"If-None-Match": tags.pop()})
        self.assertEqual(other.status_code, 200)

    def test_if_modified_since_alone_gets_the_page(self):
        """Two changes may share a second, and one of them may withhold something."""
        date = self.client.get(CABLE)["Last-Modified"]
        page = self.client.get(CABLE, headers={"If-Modified-Since": date})
        self.assertEqual(page.status_code, 200)

    def test_a_withheld_cable_is_gone_at_the_next_request(self):
        pages = {address: self.client.get(address) for address in (*PAGES, *ASKED)}
        withhold(self.cable, "It names a witness.")
        for address, page in pages.items():
            for how, response in (
                ("anew", self.client.get(address)),
                ("again", self.again(address, page)),
            ):
                with self.subTest(address, how=how):
                    self.assertIn(response.status_code, (200, 404, 410))
                    self.assertNotContains(response, "raised", status_code=response.status_code)
                    if address.startswith("/cable/"):
                        self.assertEqual(
                            (response.status_code, response["Cache-Control"]), (410, PRIVATE)
                        )

    def test_a_new_day_and_a_new_release_change_the_etag(self):
        first = self.client.get(CABLE)
        with patch("cables.http_cache.edition.datetime") as clock:
            clock.now.return_value = datetime(2099, 1, 1, tzinfo=UTC)
            self.assertEqual(self.again(CABLE, first).status_code, 200)
        with patch("cables.http_cache.edition.made_by", return_value="of newer code"):
            self.assertEqual(self.again(CABLE, first).status_code, 200)
        self.assertEqual(self.again(CABLE, first).status_code, 304)

    def test_settings_that_pages_show_change_the_etag(self):
        made_by.cache_clear()
        self.addCleanup(made_by.cache_clear)
        before = made_by()
        made_by.cache_clear()
        with override_settings(MOTTO="Read what was written"):
            self.assertNotEqual(made_by(), before)

    def test_a_repeated_number_of_the_archive_has_another_etag(self):
        """As after a backup is restored."""
        number = State.objects.get().number
        first = self.client.get(CABLE)
        State.objects.update(number=number + 1)
        State.objects.update(number=number)
        self.assertEqual(self.again(CABLE, first).status_code, 200)


class PrivateTests(PageCacheTestCase):
    def test_a_request_with_a_session_gets_no_stored_page(self):
        self.client.get(CABLE)
        self.client.cookies[settings.SESSION_COOKIE_NAME] = "any"
        response = self.client.get(CABLE, headers={"Accept-Encoding": "br"})
        self.assertEqual(response["Cache-Control"], PRIVATE)
        for name in ("ETag", "Cache-Status", "Content-Encoding", "X-Accel-Expires"):
            self.assertNotIn(name, response)

    def test_other_cookies_do_not_matter(self):
        self.client.cookies["theme"] = "dark"
        self.assertEqual(self.client.get(CABLE)["Cache-Control"], PAGE)

    def test_the_admin_is_not_cached(self):
        response = self.client.get("/admin/login/", headers={"Accept-Encoding": "br"})
        self.assertIn("no-store", response["Cache-Control"])
        self.assertNotIn("Content-Encoding", response)
        self.assertNotIn("ETag", response)

    def test_errors_are_not_stored(self):
        for address, status in (
            ("/nowhere/", 404),
            ("/cable/06BERLIN900002/", 404),
            (f"{CABLE}par9/", 404),
            ("/search/?page=99", 404),
        ):
            for _ in "twice":
                with self.subTest(address):
                    response = self.client.get(address)
                    self.assertEqual(
                        (response.status_code, response["Cache-Control"]), (status, PRIVATE)
                    )
                    self.assertNotIn("ETag", response)

    def test_redirects_are_revalidated(self):
        response = self.client.get("/cable/06BERLIN900001")
        self.assertEqual((response.status_code, response["Cache-Control"]), (301, SHARED))
        self.assertNotIn("ETag", response)

    def test_accept_datetime_gets_no_stored_page(self):
        self.client.get(CABLE)
        then = {"Accept-Datetime": "Thu, 31 May 2007 20:35:00 GMT"}
        self.assertEqual(self.client.get(CABLE, headers=then).status_code, 302)
        self.assertEqual(self.client.get(CABLE).status_code, 200)

    def test_a_wrong_host_and_a_dead_database_are_left_to_the_view(self):
        self.assertEqual(self.client.get("/", headers={"Host": "evil.example"}).status_code, 400)
        with patch(
            "cables.http_cache.middleware.latest_edition", side_effect=OperationalError("no server")
        ):
            self.assertEqual(self.client.get(CABLE)["Cache-Control"], PRIVATE)

    @override_settings(CDN_SECONDS=60)
    def test_a_cdn_may_store_pages_for_a_time(self):
        self.assertIn(f"{SHARED}, s-maxage=60", self.client.get(CABLE)["Cache-Control"])


class CacheTests(PageCacheTestCase):
    def test_a_page_is_rendered_once(self):
        for address in (*PAGES, *ASKED):
            with self.subTest(address):
                first = self.client.get(address)
                with self.assertNumQueries(1):
                    second = self.client.get(address)
                self.assertEqual(second["Cache-Status"], "reading-room; hit")
                del second["Cache-Status"]
                self.assertEqual(second.content, first.content)
                self.assertEqual(dict(second.items()), dict(first.items()))

    def test_head_is_answered_from_the_cache_and_stores_nothing(self):
        self.assertNotIn("Cache-Status", self.client.head(CABLE))
        first = self.client.get(CABLE)
        self.assertNotIn("Cache-Status", first)
        head = self.client.head(CABLE)
        self.assertEqual((head.status_code, head.content), (200, b""))
        for name in ("Cache-Status", "ETag", "Content-Length", "Content-Type"):
            self.assertIn(name, head)

    def test_a_stream_is_not_stored(self):
        first = self.client.get("/search.csv?q=harbor", headers={"Accept-Encoding": "br"})
        self.assertTrue(first.streaming)
        self.assertNotIn("Content-Encoding", first)
        self.assertTrue(self.client.get("/search.csv?q=harbor").streaming)
        self.assertEqual(self.again("/search.csv?q=harbor", first).status_code, 304)

    def test_invented_addresses_evict_no_page(self):
        self.client.get(CABLE)
        for number in range(120):
            self.client.get(f"{CABLE}?invented={number}")
        last = self.client.get(f"{CABLE}?invented=119")
        self.assertIn("Cache-Status", last)
        self.assertNotIn("Cache-Status", self.client.get(f"{CABLE}?invented=0"))
        self.assertIn("Cache-Status", self.client.get(CABLE))

    def test_a_page_made_during_a_change_is_not_used_after_it(self):
        texts = ["before", "after"]

        def view(request):
            text = Page.objects.filter(slug="faq").values_list("body", flat=True).first() or ""
            Page.objects.update_or_create(slug="faq", defaults={"title": "?", "body": texts.pop(0)})
            return HttpResponse(f"It was {text}.")

        request, keeping = RequestFactory().get("/about/faq/"), PageCacheMiddleware(view)
        self.assertEqual(keeping(request).content, b"It was .")
        self.assertEqual(keeping(request).content, b"It was before.")

    def test_a_page_read_from_two_replicas_has_no_etag(self):
        """The second may be a replica that does not know yet what is withheld."""

        def reconnecting(request):
            connection.connection = Mock(wraps=connection.connection)
            return HttpResponse("A page.")

        with patch.object(connection, "connection", connection.connection):
            for _ in "twice":
                response = PageCacheMiddleware(reconnecting)(RequestFactory().get("/"))
                self.assertEqual(response.content, b"A page.")
                self.assertNotIn("ETag", response)
                self.assertNotIn("Cache-Status", response)
                connection.connection = connection.connection._mock_wraps

    def test_a_page_with_or_varying_by_cookies_is_not_stored(self):
        def with_cookie(request):
            response = HttpResponse()
            response.set_cookie("seen", "1")
            return response

        def by_cookie(request):
            return HttpResponse(headers={"Vary": "Cookie"})

        for view in (with_cookie, by_cookie):
            with self.subTest(view.__name__):
                response = PageCacheMiddleware(view)(RequestFactory().get("/"))
                self.assertEqual(response["Cache-Control"], PRIVATE)
                self.assertNotIn("ETag", response)

    def test_a_failing_cache_counts_as_empty_and_delays_no_second_page(self):
        for fails in ("get", "set"):
            broken = Mock(**{"get.return_value": None, f"{fails}.side_effect": OSError("gone")})
            asked = getattr(broken, fails)
            with (
                self.subTest(fails),
                patch.dict(PageStore.failed, clear=True),
                patch("cables.http_cache.middleware.caches", {"pages": broken}),
                self.assertLogs("cables.http_cache.middleware", "WARNING") as logged,
            ):
                for _ in "twice":
                    self.assertContains(self.client.get(CABLE), "raised")
                self.assertEqual((asked.call_count, len(logged.output)), (1, 1))
                PageStore.failed["pages", fails] -= PAUSE
                self.client.get(CABLE)
                self.assertEqual(asked.call_count, 2)


class EncodingTests(PageCacheTestCase):
    def test_a_browser_gets_a_coding_that_it_accepts(self):
        plain = self.client.get(CABLE).content
        for accepted, coding, read in (
            ("gzip, deflate, br, zstd", "br", brotli.decompress),
            ("br;q=1.0, gzip;q=0.8, *;q=0.1", "br", brotli.decompress),
            ("gzip", "gzip", gzip.decompress),
            ("GZIP;q=0.5,br;q=0", "gzip", gzip.decompress),
            ("gzip;q=0.0, identity", None, bytes),
            ("deflate", None, bytes),
            ("", None, bytes),
        ):
            for _ in ("made", "kept"):
                with self.subTest(accepted):
                    response = self.client.get(CABLE, headers={"Accept-Encoding": accepted})
                    self.assertEqual(response.get("Content-Encoding"), coding)
                    self.assertEqual(read(response.content), plain)
                    self.assertEqual(int(response["Content-Length"]), len(response.content))
                    self.assertIn("Accept-Encoding", response["Vary"])

    def test_all_codings_have_the_same_etag(self):
        first = self.client.get(CABLE, headers={"Accept-Encoding": "br"})
        self.assertEqual(self.again(CABLE, first).status_code, 304)
        self.assertTrue(first["ETag"].startswith("W/"))


class StateTests(TestCase):
    def number(self):
        return State.objects.values_list("number", flat=True).first() or 0

    def settle(self):
        """Do what the end of a transaction does; return the number of the state."""
        connection.check_constraints()
        return self.number()

    def test_every_change_of_a_public_table_makes_a_new_state(self):
        # What a change of the state writes itself:
        follows = {State, PastState, ChangedCable, HarvestRecord}
        # The public log follows the state, and its pages are in no cache.
        of_log = {Commitment, Cosignature, LogEntry, LogTile, TransparencyLog, WitnessedLog}
        for model in {each for each in PUBLIC if each._meta.managed} - follows - of_log:
            table, key = model._meta.db_table, model._meta.concrete_fields[0].column
            for change in (
                f"INSERT INTO {table} ({key}) SELECT {key} FROM {table} WHERE false",
                f"UPDATE {table} SET {key} = {key} WHERE false",
                f"DELETE FROM {table} WHERE false",
                f"TRUNCATE {table} CASCADE",
            ):
                with self.subTest(change), connection.cursor() as cursor:
                    before = self.settle()
                    cursor.execute(change)
                    self.assertGreater(self.settle(), before)

    def test_the_state_changes_with_the_commit(self):
        before = self.settle()
        Tag.objects.create(code="EFIS", kind="subject")
        Tag.objects.update(label="Fisheries")
        self.assertEqual(self.number(), before, "Nobody waits for a change that lasts.")
        self.assertEqual(self.settle(), before + 1, "Once for all of a transaction.")

    def test_a_load_without_changes_keeps_the_state(self):
        with tempfile.TemporaryDirectory() as folder:
            source = csv_file(Path(folder), csv_record())
            load(source)
            before = self.settle()
            load(source)
        self.assertEqual(self.settle(), before)

    def test_a_rollback_keeps_the_state(self):
        before = self.settle()
        with transaction.atomic():
            Tag.objects.create(code="EFIS", kind="subject")
            transaction.set_rollback(True)
        self.assertEqual(self.settle(), before)

    def test_the_state_has_its_time(self):
        Tag.objects.create(code="EFIS", kind="subject")
        self.settle()
        first = State.objects.get().moved
        State.advance()
        self.assertGreater(State.objects.get().moved, first)

    def test_no_two_pages_have_the_same_key(self):
        moved = datetime(2026, 1, 1, tzinfo=UTC)
        editions = (Edition(1, moved), Edition(2, moved), Edition(1, None))
        names = {edition.name(address) for edition in editions for address in ("/a", "/b")}
        self.assertEqual(len(names), 6)


class FreshnessTests(PageCacheTestCase):
    def test_every_change_is_shown_at_once(self):
        origin = self.cable.origin
        for address, change, shown in (
            (
                "/articles/",
                lambda: Article.objects.create(
                    slug="a", title="On fees", published=date(2026, 1, 1)
                ),
                "On fees",
            ),
            (
                "/about/faq/",
                lambda: Page.objects.create(slug="faq", title="Asked", body="Often."),
                "Often.",
            ),
            (
                CABLE,
                lambda: Link.objects.create(label="Friends", address="https://example.org/"),
                "Friends",
            ),
            (
                CABLE,
                lambda: Tag.objects.create(code="EFIS", kind="subject", label="Of fish"),
                "Of fish",
            ),
            (CABLE, lambda: origin._meta.model.objects.update(name="Embassy Potsdam"), "Potsdam"),
            (CABLE, lambda: Cable.objects.update(subject="NEW FEES"), "NEW FEES"),
        ):
            with self.subTest(shown):
                first = self.client.get(address)
                self.assertNotContains(first, shown)
                change()
                self.assertContains(self.client.get(address), shown)
                self.assertContains(self.again(address, first), shown)
