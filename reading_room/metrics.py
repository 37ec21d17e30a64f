"""/metrics for Prometheus, if METRICS=1: requests by the name of their route and their status.

Addresses, queries and senders are not recorded. All processes of the web server write into one
folder, and each can report for all. The folder must be chosen before they fork, so --preload.
"""

import hmac
import os
import tempfile
import time
from contextlib import suppress

from django.conf import settings
from django.http import HttpResponse
from django.urls import Resolver404, resolve

if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="reading-room-metrics-")

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from .health import fitness_of_servers

REQUESTS = Counter("room_requests", "Requests answered.", ["route", "status"])
SECONDS = Histogram(
    "room_request_seconds",
    "Seconds from a request to the start of its answer.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10),
)
LOOPBACK = {"127.0.0.1", "::1", ""}  # Empty: a Unix socket.
# A request through a proxy is not from this computer, even if the proxy runs on it.
OF_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


class Metrics:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info == "/metrics" and may_see(request):
            return metrics_page()
        started = time.perf_counter()
        response = self.get_response(request)
        route = route_of(request)
        REQUESTS.labels(route, response.status_code).inc()
        SECONDS.labels(route).observe(time.perf_counter() - started)
        return response


def route_of(request):
    """Return the name of a request's route; a cached page is answered without resolving it."""
    with suppress(Resolver404):
        return (request.resolver_match or resolve(request.path_info)).view_name
    return "none"


def may_see(request):
    """Tell whether a request has the token or, if none is set, comes from this computer."""
    if settings.METRICS_TOKEN:
        authorization = request.META.get("HTTP_AUTHORIZATION", "").encode()
        return hmac.compare_digest(authorization, f"Bearer {settings.METRICS_TOKEN}".encode())
    is_near = request.META.get("REMOTE_ADDR", "") in LOOPBACK
    return is_near and not any(name in request.META for name in OF_PROXIES)


class ServersCollector:
    """Whether the process that answers uses each database server, where there are several."""

    def collect(self):
        used = GaugeMetricFamily(
            "room_database_server_used", "1 if the server is fit to be used.", labels=["server"]
        )
        for server, is_fit in fitness_of_servers().items():
            used.add_metric([str(server)], is_fit)
        yield used


def metrics_page():
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(ServersCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
