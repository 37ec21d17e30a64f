"""A page is kept under all that its view sees: no request changes what another one gets."""

from django.conf import settings
from django.core.cache import caches
from django.test import RequestFactory, override_settings

from cables.http_cache.middleware import address_key
from tests.base import TestCase
from tests.builders import forget_counts, make_cable
from tests.http_cache.test_middleware import HELD, PRIVATE

CABLE = "/cable/06BERLIN900001/"
SAME = ("Content-Type", "ETag", "Cache-Control", "Vary", "Location")
# What a server may make of a request for CABLE, and what else it could hold.
ENVIRONS = (
    {"SCRIPT_NAME": "/cable/06BERLIN900001", "PATH_INFO": "/"},
    {"SCRIPT_NAME": "/cable/06BERLIN900001", "PATH_INFO": ""},
    {"SCRIPT_NAME": "/cable", "PATH_INFO": "/06BERLIN900001/"},
    {"SCRIPT_NAME": "/elsewhere"},
    {"SCRIPT_URL": "/tag/", "PATH_INFO": "/tag/"},
    {"REQUEST_URI": "/tag/", "RAW_URI": "/tag/", "REMOTE_USER": "admin"},
    {"wsgi.url_scheme": "https"},
    {"SERVER_NAME": "evil.example", "SERVER_PORT": "1"},
    {"HTTP_HOST": "evil.example"},
    {"HTTP_HOST": "localhost"},
    {"HTTP_HOST": "TESTSERVER"},
    {"HTTP_HOST": "testserver:1"},
    {"REQUEST_METHOD": "HEAD"},
    {"REQUEST_METHOD": "POST"},
    {"PATH_INFO": "//cable/06BERLIN900001/"},
    {"PATH_INFO": "/cable/06BERLIN900001"},
    {"PATH_INFO": "/cable/06berlin900001/"},
    {"PATH_INFO": "/cable/06BERLIN900001/\xff"},
    {"QUERY_STRING": "a=1&b=2"},
    {"QUERY_STRING": "q=" + "x" * 8_000},
    {"HTTP_ACCEPT_ENCODING": "br"},
    {"HTTP_ACCEPT_ENCODING": "identity;q=0, *;q=0"},
    {"HTTP_ACCEPT": "application/json", "HTTP_ACCEPT_LANGUAGE": "de"},
    {"HTTP_ACCEPT_DATETIME": "Thu, 31 May 2007 20:35:00 GMT"},
    {"HTTP_IF_NONE_MATCH": "*"},
    {"HTTP_RANGE": "bytes=0-9"},
    {"HTTP_COOKIE": "sessionid=x; theme=dark"},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST", "HTTP_X_ORIGINAL_URL": "/tag/"},
    {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https"},
)


class KeptAddressesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable(tags=["EFIS"])

    def setUp(self):
        self.enterContext(override_settings(CACHES=settings.CACHES | HELD))
        forget_counts()
        for name in HELD:
            caches[name].clear()

    def everyone(self, address):
        response = self.client.get(address)
        return response.status_code, [response.get(name) for name in SAME], response.content

    def test_a_page_does_not_depend_on_who_requested_it_first(self):
        expected = self.everyone(CABLE)
        self.assertEqual(expected[0], 200)
        for environ in ENVIRONS:
            with self.subTest(**environ):
                for name in HELD:
                    caches[name].clear()
                response = self.client_class().get(CABLE, **environ)
                self.assertLess(response.status_code, 500)
                self.assertEqual(self.everyone(CABLE), expected)

    def test_two_addresses_never_share_a_page(self):
        made = RequestFactory().get
        with override_settings(FORCE_SCRIPT_NAME=None):
            requests = [
                made("/a/b/"),
                made("/b/", SCRIPT_NAME="/a"),
                made("/", SCRIPT_NAME="/a/b"),
                made("/a/b/", SCRIPT_NAME="/a"),
                made("/a/b/?c"),
                made("/a/b/%3Fc"),
                made("/a/b/?c='"),
                made("/a/b/", secure=True),
                made("/a/b/", headers={"Host": "localhost"}),
                made("/a/b/", headers={"Host": "localhost:8000"}),
            ]
            self.assertEqual(len({address_key(request) for request in requests}), len(requests))

    def test_a_script_name_of_the_server_is_ignored(self):
        plain = self.client.get("/tag/").content
        self.assertEqual(self.client.get("/tag/", SCRIPT_NAME="/evil").content, plain)

    @override_settings(FORCE_SCRIPT_NAME=None)
    def test_the_desk_is_not_cached_under_a_script_name_either(self):
        response = self.client.get("/admin/login/", SCRIPT_NAME="/below")
        self.assertIn("no-store", response["Cache-Control"])
        self.assertNotIn("ETag", response)

    def test_an_error_and_a_page_with_a_session_are_not_stored(self):
        for environ, status in (
            ({"HTTP_HOST": "evil.example"}, 400),
            ({"REQUEST_METHOD": "POST"}, 405),
            ({"PATH_INFO": "/cable/06BERLIN900009/"}, 404),
            ({"HTTP_COOKIE": "sessionid=x"}, 200),
        ):
            with self.subTest(**environ):
                response = self.client.get(CABLE, **environ)
                self.assertEqual(response.status_code, status)
                private = response.get("Cache-Control", PRIVATE)
                self.assertEqual(private, PRIVATE)
                self.assertNotIn("ETag", response)
