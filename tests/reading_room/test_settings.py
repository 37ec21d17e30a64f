"""Settings: safe without any, a remedy for a wrong one, and nothing started by reading them."""

import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from unittest import TestCase

from reading_room.environment import (
    POSTGRESQL,
    REPLICAS,
    parse_database_url,
    reading_entry,
    writing_entry,
)
from tests.paths import PROJECT
from tests.slow import SLOW

# Variables that the settings read; the machine's own values must not reach these tests.
VARIABLES = [
    "ARK_NAAN",
    "ARK_SHOULDER",
    "DOI_PREFIX",
    "OAI_EMAIL",
    "OAI_NAMESPACE",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_GROUPS",
    "OIDC_GROUPS_CLAIM",
    "OIDC_HOURS",
    "OIDC_ISSUER",
    "OIDC_NAME",
    "OIDC_SCOPES",
    "OIDC_SECOND_FACTOR",
    "OIDC_SUPERUSERS",
    "ALLOWED_HOSTS",
    "APPROVALS",
    "CACHE_URL",
    "CDN_SECONDS",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "DATA_LICENCE",
    "DATA_LICENCE_URL",
    "DATA_SETS",
    "DATA_SETS_DIR",
    "DEBUG",
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # Set by browser tests.
    "EMBEDDED_POSTGRES_DIR",
    "HTTPS",
    "LOAD_MAIL_TO",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "MAIL_FROM",
    "MAIL_HOST",
    "MAIL_PASSWORD",
    "MAIL_PORT",
    "MAIL_SECURITY",
    "MAIL_USER",
    "METRICS",
    "METRICS_TOKEN",
    "MOTTO",
    "SEARCH_INDEX_DIR",
    "PAGE_CACHE_MB",
    "PORT",
    "PROXY_SECONDS",
    "READER_DATABASE_URL",
    "REPLICA_LAG",
    "REQUEST_ADDRESS",
    "REQUEST_DAYS",
    "REQUEST_FIGURES",
    "REQUEST_FORM",
    "REQUEST_RETENTION_DAYS",
    "REQUIRE_TOTP",
    "ROOM_ADDRESS",
    "SECRET_KEY",
    "SUPPORT_URL",
]
KEY = "a key of these tests that is long enough, with 0123456789 in it"
CHECK = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
SHOW = """
import json
from django.conf import settings
names = [name for name in dir(settings) if name.isupper() and name != "EMBEDDED_POSTGRES"]
shown = {name: getattr(settings, name) for name in names}
shown["EMBEDDED_POSTGRES"] = bool(settings.EMBEDDED_POSTGRES)
print(json.dumps(shown, default=str))
"""
WRONG = [
    ("ALLOWED_HOSTS", "https://example.org", "Write names without scheme"),
    ("ARK_NAAN", "1234", "Write the number that arks.org gave"),
    ("ARK_SHOULDER", "5x", "Write small consonants and one digit"),
    ("CACHE_URL", "localhost", "Write redis://"),
    ("CDN_SECONDS", "-1", "Write for how many seconds"),
    ("CSRF_TRUSTED_ORIGINS", "example.org", "Write origins with their scheme"),
    ("DATABASE_URL", "localhost/cables", "Write postgresql://"),
    ("READER_DATABASE_URL", "postgresql://one,two:x/cables", "Write postgresql://"),
    ("REPLICA_LAG", "2", "Write seconds, 3 to 3600."),
    ("DATABASE_URL", "mysql://localhost/cables", "Write postgresql://"),
    ("DATABASE_URL", "postgresql://localhost/", "Write postgresql://"),
    ("DATABASE_URL", "", "Write postgresql://"),
    ("APPROVALS", "hide = Redactor", "'hide' is no kind of decision. Write rules as in"),
    ("APPROVALS", "redact", "The rule for redact does not say who approves."),
    ("APPROVALS", "redact = A > B > C", "The rule for redact does not say who approves."),
    ("APPROVALS", "redact = A,", "The rule for redact does not say who approves."),
    ("APPROVALS", "lift = A; lift = B", "There are two rules for lift."),
    ("REQUEST_ADDRESS", "1 Quay\nLisbon", "Write an e-mail address"),
    ("REQUEST_DAYS", "0", "Write a number, 1 to 3650."),
    ("REQUEST_RETENTION_DAYS", "never", "Write a number, 1 to 36500."),
    ("REQUEST_FORM", "maybe", "Write 1 for yes or 0 for no"),
    ("DATA_LICENCE", "two\nlines", "Write the statement in one line"),
    ("DATA_LICENCE_URL", "CC0", "Write an address"),
    ("DATA_SETS", "1", "Write the address of the room"),
    ("DATA_SETS", "https://cables.example.org/", "Write the address of the room"),
    ("DEBUG", "maybe", "Write 1 for yes or 0 for no"),
    ("HTTPS", "", "Write 1 for yes or 0 for no"),
    ("DOI_PREFIX", "11.5072", "Write the prefix that DataCite gave"),
    ("OAI_EMAIL", "archive", "Write the e-mail address"),
    ("OAI_NAMESPACE", "localhost", "Write the domain name"),
    ("OIDC_ISSUER", "login.example.org", "Write the issuer as the provider writes it"),
    ("OIDC_ISSUER", "http://login.example.org", "Write the issuer as the provider writes it"),
    ("OIDC_ISSUER", "https://login.example.org", "Set OIDC_CLIENT_ID and OIDC_GROUPS too"),
    ("OIDC_GROUPS", "staff", "'staff' does not say which roles a group has."),
    ("OIDC_GROUPS", "staff = ", "'staff =' does not say which roles a group has."),
    ("OIDC_GROUPS", "staff = A; staff = B", "There are two rules for staff."),
    ("OIDC_HOURS", "25", "Write a number, 1 to 24."),
    ("OIDC_SCOPES", "profile", "Write openid, and others behind it"),
    ("LOG_FORMAT", "xml", "Write text for people or json for programs"),
    ("LOG_LEVEL", "LOUD", "Write DEBUG, INFO"),
    ("LOAD_MAIL_TO", "office", "Write e-mail addresses with commas"),
    ("MAIL_FROM", "office", "Write an e-mail address, perhaps with a name"),
    ("MAIL_FROM", "a@example.org\nBcc", "Write an e-mail address"),
    ("MAIL_HOST", "smtp://mail.example.org", "Write the name of the mail server"),
    ("MAIL_HOST", "mail.example.org", "Set MAIL_FROM and ROOM_ADDRESS too"),
    ("MAIL_PORT", "0", "Write a number, 1 to 65535"),
    ("MAIL_SECURITY", "some", "Write starttls, tls"),
    ("METRICS_TOKEN", "short", "Write 16 letters and digits or more"),
    ("MOTTO", "x" * 101, "Write one line"),
    ("PAGE_CACHE_MB", "much", "Write how many megabytes"),
    ("PORT", "eighty", "Write a number, 1 to 65535"),
    ("PORT", "65536", "Write a number, 1 to 65535"),
    ("PROXY_SECONDS", "61", "Write a number, 0 to 60"),
    ("READER_DATABASE_URL", "reader@localhost", "Write postgresql://"),
    ("ROOM_ADDRESS", "https://example.org/admin/", "Write the address of the room without a path"),
    ("SUPPORT_URL", "example.org/support", "Write an address with its scheme"),
    ("SUPPORT_URL", "javascript:alert(1)", "Write an address with its scheme"),
]


def run_with(environment, *arguments):
    """Run Python in the project with these variables alone, of those that the settings read."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=kept | {"DJANGO_SETTINGS_MODULE": "reading_room.settings"} | environment,
        capture_output=True,
        text=True,
    )


@cache
def shown_with(environment):
    """Return what a process with these (name, value) pairs shows of its settings."""
    run = run_with({"SECRET_KEY": "a key of these tests"} | dict(environment), "-c", SHOW)
    return run.returncode, run.stdout, run.stderr


class SettingsTests(TestCase):
    def settings(self, **environment):
        """Return the settings that a server would have."""
        code, shown, told = shown_with(tuple(environment.items()))
        self.assertEqual(code, 0, told)
        return json.loads(shown)

    def test_a_process_that_is_set_up_has_one_thread(self):
        """One with more must not be forked, as the web server's first process is."""
        code = "import django, psutil; django.setup(); print(psutil.Process().num_threads())"
        told = {"DJANGO_SETTINGS_MODULE": "reading_room.settings", "SECRET_KEY": "a key"}
        self.assertEqual(run_with(told, "-c", code).stdout.strip(), "1")

    def test_wrong_values_are_named_with_the_remedy(self):
        for name, value, remedy in WRONG if SLOW else WRONG[::5]:
            with self.subTest(name, value=value):
                run = run_with({"SECRET_KEY": "a key", name: value}, "manage.py", "check")
                self.assertEqual(run.returncode, 1)
                self.assertTrue(run.stderr.startswith(f"manage.py: {name} is {value!r}. {remedy}"))

    def test_a_wrong_url_does_not_show_its_password(self):
        url = "mysql://curator:s3cret@localhost/cables"
        run = run_with({"DATABASE_URL": url}, "manage.py", "check")
        self.assertIn("mysql://curator:***@localhost/cables", run.stderr)
        self.assertNotIn("s3cret", run.stdout + run.stderr)

    def test_without_any_variable_the_room_is_safe(self):
        settings = self.settings()
        self.assertFalse(settings["DEBUG"])
        self.assertEqual(settings["ALLOWED_HOSTS"], ["localhost", "127.0.0.1", "[::1]"])
        self.assertTrue(settings["SECURE_CONTENT_TYPE_NOSNIFF"])
        self.assertEqual(settings["SECURE_REFERRER_POLICY"], "same-origin")
        self.assertEqual(settings["X_FRAME_OPTIONS"], "DENY")

    def test_https_alone_turns_on_redirects_and_secure_cookies(self):
        names = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]
        for environment, expected in (({}, [False] * 3), ({"HTTPS": "1"}, [True] * 3)):
            with self.subTest(environment):
                settings = self.settings(**environment)
                self.assertEqual([settings[name] for name in names], expected)
                self.assertEqual(bool(settings["SECURE_PROXY_SSL_HEADER"]), expected[0])

    def test_a_public_room_passes_the_deployment_check(self):
        run = run_with({"HTTPS": "1", "SECRET_KEY": "k9" * 10 + KEY}, *CHECK)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("no issues", run.stdout)

    def test_mail_is_off_until_a_server_is_named(self):
        self.assertEqual(self.settings()["EMAIL_HOST"], "")
        settings = self.settings(
            MAIL_HOST="mail.example.org",
            MAIL_USER="room",
            MAIL_PASSWORD="s3cret",
            MAIL_SECURITY="tls",
            MAIL_FROM="Reading room <room@example.org>",
            LOAD_MAIL_TO="a@example.org,b@example.org",
            ROOM_ADDRESS="https://cables.example.org",
        )
        self.assertEqual(
            (settings["EMAIL_HOST"], settings["EMAIL_PORT"]), ("mail.example.org", 587)
        )
        self.assertEqual((settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]), (False, True))
        self.assertEqual(settings["DEFAULT_FROM_EMAIL"], "Reading room <room@example.org>")
        self.assertEqual(settings["LOAD_MAIL_TO"], ["a@example.org", "b@example.org"])

    def test_https_is_promised_for_a_year(self):
        self.assertEqual(self.settings(HTTPS="1")["SECURE_HSTS_SECONDS"], 31_536_000)
        self.assertEqual(self.settings()["SECURE_HSTS_SECONDS"], 0)

    def test_requests_are_counted_where_that_is_wanted(self):
        counts = "reading_room.metrics.Metrics"
        self.assertEqual(self.settings(METRICS="1")["MIDDLEWARE"][0], counts)
        self.assertNotIn(counts, self.settings()["MIDDLEWARE"])

    def test_the_embedded_server_is_the_default_with_a_role_for_readers(self):
        settings = self.settings(EMBEDDED_POSTGRES_DIR="/srv/the room")
        databases = settings["DATABASES"]
        self.assertTrue(settings["EMBEDDED_POSTGRES"])
        self.assertEqual(databases["default"]["HOST"], "/srv/the room/run")
        self.assertEqual(databases["reader"]["HOST"], "/srv/the room/run")
        self.assertEqual(databases["default"]["USER"], "reading_room")
        self.assertEqual(databases["reader"]["USER"], "reader")

    def test_a_relative_folder_is_in_the_project(self):
        databases = self.settings(EMBEDDED_POSTGRES_DIR="data")["DATABASES"]
        self.assertEqual(databases["default"]["HOST"], str(PROJECT.resolve() / "data" / "run"))

    def test_a_database_of_ones_own_serves_readers_too(self):
        settings = self.settings(DATABASE_URL="postgresql://curator:p%40ss@db.example:5433/cables")
        default, reader = (settings["DATABASES"][alias] for alias in ("default", "reader"))
        self.assertFalse(settings["EMBEDDED_POSTGRES"])
        self.assertEqual((default["HOST"], default["PORT"]), ("db.example", 5433))
        self.assertEqual((default["PASSWORD"], default["NAME"]), ("p@ss", "cables"))
        self.assertEqual(reader["USER"], "curator")

    def test_a_role_of_ones_own_for_readers(self):
        databases = self.settings(
            DATABASE_URL="postgresql://curator@db.example/cables",
            READER_DATABASE_URL="postgresql://guest@replica.example/cables",
        )["DATABASES"]
        self.assertEqual(databases["default"]["USER"], "curator")
        self.assertEqual(databases["reader"]["USER"], "guest")
        self.assertEqual(databases["reader"]["HOST"], "replica.example")

    def test_pages_are_kept_in_memory_or_in_a_cache_that_is_named(self):
        caches = self.settings(PAGE_CACHE_MB="100")["CACHES"]
        self.assertEqual(caches["pages"]["OPTIONS"]["MOST_BYTES"], 75_000_000)
        self.assertEqual(caches["questions"]["OPTIONS"]["MOST_BYTES"], 25_000_000)
        caches = self.settings(CACHE_URL="redis://cache.example:6380/1")["CACHES"]
        self.assertEqual(caches["pages"]["LOCATION"], "redis://cache.example:6380/1")
        self.assertIn("MOST_BYTES", caches["questions"]["OPTIONS"])
        for url, waits in (
            ("redis://cache.example", "socket_connect_timeout"),
            ("rediss://:secret@cache.example/1", "socket_timeout"),
            ("pymemcache://cache.example:11211", "connect_timeout"),
        ):
            with self.subTest(url):
                caches = self.settings(CACHE_URL=url)["CACHES"]
                self.assertLess(caches["pages"]["OPTIONS"][waits], 1)
        self.assertIn("LocMem", caches["default"]["BACKEND"])

    def test_the_same_host_is_read_without_a_layer_and_others_with_one(self):
        layer = "reading_room.replicas.replica_middleware.ReplicasMiddleware"
        for hosts, engine, first in (
            ("db.example", "django.db.backends.postgresql", False),
            ("one", "reading_room.replicas", True),
            ("one,two", "reading_room.replicas", True),
        ):
            with self.subTest(hosts):
                settings = self.settings(
                    DATABASE_URL="postgresql://curator@db.example/cables",
                    READER_DATABASE_URL=f"postgresql://guest@{hosts}/cables",
                )
                self.assertEqual(settings["DATABASES"]["reader"]["ENGINE"], engine)
                self.assertEqual(settings["MIDDLEWARE"][0] == layer, first)
                self.assertEqual(layer in settings["MIDDLEWARE"], first)

    def test_static_files_have_a_manifest_only_when_debug_is_off(self):
        for debug, expected in (("0", True), ("1", False)):
            with self.subTest(debug):
                settings = self.settings(DEBUG=debug)
                backend = settings["STORAGES"]["staticfiles"]["BACKEND"]
                self.assertEqual("Manifest" in backend, expected)


class SecretKeyTests(TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory())) / "data"

    def key(self, folder):
        show = "from django.conf import settings; print(settings.SECRET_KEY)"
        return run_with({"EMBEDDED_POSTGRES_DIR": str(folder)}, "-c", show)

    def test_it_is_made_once_and_nothing_is_started(self):
        first, second = self.key(self.folder).stdout, self.key(self.folder).stdout
        self.assertEqual(len(first.strip()), 50)
        self.assertEqual(first, second)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["secret_key"])

    def test_only_its_owner_can_read_it(self):
        self.key(self.folder)
        self.assertEqual((self.folder / "secret_key").stat().st_mode & 0o777, 0o600)

    def test_a_folder_that_cannot_hold_it_is_named_with_the_remedy(self):
        self.folder.write_text("A file.")
        self.assertRegex(self.key(self.folder).stderr, "SECRET_KEY is not set.*Set SECRET_KEY")


ONE = "postgresql://reader:p%40ss@db.example/cables"
SEVERAL = "postgresql://reader:p%40s,s@one.example,two.example:5433/cables?sslmode=require"


def described(url):
    return parse_database_url("NOT_SET_ANYWHERE", url)


class AddressTests(TestCase):
    def test_several_hosts(self):
        for hosts, expected in (
            ("one,two", [("one", 5432), ("two", 5432)]),
            ("one:5433,10.0.0.2", [("one", 5433), ("10.0.0.2", 5432)]),
            ("[fd00::1]:6000,[fd00::2]", [("fd00::1", 6000), ("fd00::2", 5432)]),
            ("%2Frun%2Fa%20b,%2frun%2Fc", [("/run/a b", 5432), ("/run/c", 5432)]),
        ):
            with self.subTest(hosts):
                replicas = described(f"postgresql://reader@{hosts}/cables")["REPLICAS"]
                self.assertEqual([(each["HOST"], each["PORT"]) for each in replicas], expected)

    def test_all_else_is_read_as_of_one_host(self):
        found = described(SEVERAL)
        self.assertEqual(
            [found[part] for part in ("ENGINE", "USER", "PASSWORD", "NAME", "OPTIONS")],
            [POSTGRESQL, "reader", "p@s,s", "cables", {"sslmode": "require"}],
        )

    def test_hosts_that_make_no_sense(self):
        for url in (
            "postgresql://reader@one,/cables",
            "postgresql://reader@one,two:port/cables",
            "postgresql://reader@one,two three/cables",
            "one,two/cables",
        ):
            with self.subTest(url), self.assertRaises(ValueError):
                described(url)


class RoleTests(TestCase):
    def test_one_host_is_read_as_ever(self):
        found = reading_entry(described(ONE), described(ONE), 5)
        self.assertEqual(found, described(ONE))
        self.assertEqual(found["ENGINE"], POSTGRESQL)

    def test_a_single_replica_is_watched_too(self):
        for written in (ONE, SEVERAL):
            reader = described("postgresql://reader@db2.example/cables")
            found = reading_entry(reader, writing_entry(described(written), 5), 5)
            self.assertEqual(found["ENGINE"], REPLICAS)
            self.assertEqual(hosts(found["REPLICAS"]), ["db2.example"])

    def test_replicas_know_the_primary(self):
        found = reading_entry(described(SEVERAL), described(ONE), 7)
        self.assertEqual((found["ENGINE"], found["LAG"]), (REPLICAS, 7))
        self.assertEqual(found["PRIMARIES"], [{"HOST": "db.example", "PORT": 5432}])
        self.assertEqual(hosts(found["REPLICAS"]), ["one.example", "two.example"])

    def test_of_several_hosts_one_is_the_primary(self):
        written = writing_entry(described(SEVERAL), 5)
        self.assertEqual((written["ENGINE"], written["REPLICAS"]), (REPLICAS, []))
        self.assertEqual(hosts(written["PRIMARIES"]), ["one.example", "two.example"])
        self.assertNotIn("target_session_attrs", written["OPTIONS"])
        found = reading_entry(described(SEVERAL), written, 5)
        self.assertEqual(found["PRIMARIES"], written["PRIMARIES"])
        self.assertEqual(writing_entry(described(ONE), 5), described(ONE))


def hosts(places):
    return [each["HOST"] for each in places]
