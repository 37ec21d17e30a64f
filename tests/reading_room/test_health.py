"""/healthz and /readyz, as a probe asks for them; /metrics, as Prometheus does."""

from unittest import mock

from django.db import OperationalError, connections
from django.test import override_settings

from reading_room.health import Health
from reading_room.metrics import Metrics, metrics_page
from tests.base import TestCase
from tests.builders import make_cable

APPLIED = "reading_room.health.unapplied"
EDITION = "cables.http_cache.edition.latest_edition"


class HealthTests(TestCase):
    def test_a_live_process_asks_nothing_of_the_database(self):
        with self.assertNumQueries(0), override_settings(SECURE_SSL_REDIRECT=True):
            response = self.client.get("/healthz", headers={"host": "10.0.0.7:8000"})
        self.assertContains(response, "alive")
        self.assertEqual(response["Cache-Control"], "no-store")

    def test_ready(self):
        for _ in range(2):  # The second asks for no migrations.
            self.assertContains(self.client.get("/readyz"), "ready")

    def test_not_ready(self):
        down = mock.Mock(side_effect=OperationalError("at 10.0.0.7"))
        reasons = [
            (APPLIED, mock.Mock(return_value=[("a migration", False)]), "manage.py migrate"),
            (EDITION, down, "the database does not answer"),
        ]
        for place, found, words in reasons:
            with self.subTest(words), mock.patch(APPLIED, down), mock.patch(place, found):
                response = Health(None).ready()
                self.assertContains(response, words, status_code=503)
                self.assertNotContains(response, "10.0.0.7", status_code=503)
                self.assertTrue(response["Retry-After"])

    def test_without_the_primary_it_answers_as_pages_do(self):
        """Also a process that has just started."""
        with mock.patch(APPLIED, side_effect=OperationalError):
            self.assertEqual(Health(None).ready().status_code, 200)

    def test_it_says_that_a_server_is_left_out_and_the_metrics_say_which(self):
        fleet = mock.Mock(**{"fitness.return_value": {"db1:5432": True, "db2:5432": False}})
        with mock.patch.object(connections["reader"], "fleet", fleet, create=True):
            ready = Health(None).ready()
            metrics = metrics_page().content.decode()
        self.assertContains(ready, "ready; 1 of 2 database servers left out, see the log")
        self.assertIn('room_database_server_used{server="db1:5432"} 1.0', metrics)
        self.assertIn('room_database_server_used{server="db2:5432"} 0.0', metrics)


@override_settings(METRICS_TOKEN="")
class MetricsTests(TestCase):
    def setUp(self):
        handler = self.client.handler
        handler.load_middleware()
        handler._middleware_chain = Metrics(handler._middleware_chain)

    def page(self, **headers):
        return self.client.get("/metrics", headers=headers)

    def test_counts_by_route_and_status_and_no_addresses(self):
        make_cable("06BERLIN900001")
        for address in ("/cable/06BERLIN900001/", "/search/?q=secret", "/nothing-here/"):
            self.client.get(address)
        told = self.page().content.decode()
        for line in (
            'room_requests_total{route="cable",status="200"}',
            'room_requests_total{route="search",status="200"}',
            'status="404"',
            'room_request_seconds_bucket{le="0.1",route="cable"}',
        ):
            with self.subTest(line):
                self.assertIn(line, told)
        for asked in ("secret", "06BERLIN900001", "nothing-here"):
            self.assertNotIn(asked, told)

    def test_only_who_may_see_it(self):
        token = "a-token-of-these-tests"
        self.assertEqual(self.page(x_forwarded_for="203.0.113.9").status_code, 404)
        far = self.client.get("/metrics", REMOTE_ADDR="203.0.113.9")
        self.assertEqual(far.status_code, 404)
        with override_settings(METRICS_TOKEN=token):
            self.assertEqual(self.page().status_code, 404)
            self.assertEqual(self.page(authorization="Bearer wrong").status_code, 404)
            self.assertEqual(self.page(authorization=f"Bearer {token}").status_code, 200)

    def test_it_is_off_by_default(self):
        self.assertEqual(self.client_class().get("/metrics").status_code, 404)
