"""What a page tells nginx: for how long it may serve it without asking the room."""

from django.core.cache import caches
from django.test import override_settings

from tests.http_cache.test_middleware import CABLE, PageCacheTestCase


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
