"""The Gunicorn worker of the web server, which serves with Waitress.

Gunicorn starts, watches and stops the processes. In each of them one thread of Waitress reads all
requests and writes all responses; a worker thread gets a request only when all of it has arrived,
so slow clients block no thread. This module adds the limits that Waitress lacks: the time that a
client may take, and the bytes that all clients together may have sent or left unread.
"""

import os
import resource
import socket
import time
from copy import copy
from datetime import timedelta
from http import HTTPStatus
from types import SimpleNamespace

from django.conf import settings
from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, TcpWSGIServer, UnixWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import Error

from .logs import counts, status_kind

MOST_OF_HEADERS = 16_384  # Bytes of a request's first line and all its headers.
MOST_CONNECTIONS = 500  # In one process.
FILES = 4 * MOST_CONNECTIONS  # A connection may have two temporary files beside its socket.
# Bytes that all clients of a process may have sent or left unread, plus one upload to the desk.
MOST_WAITING = 256_000_000
REQUEST_IN_MEMORY, ANSWER_IN_MEMORY = 65_536, 262_144  # Bytes; more goes to a temporary file.
MOST_UNREAD = 64_000_000  # Unread bytes of one response at which its thread waits for the client.
PATIENCE = 10  # Seconds that the server waits for a client in total,
SLOWEST = 10_000  # plus one second for each 10,000 bytes that it sends or receives.
LINGER = 1  # Seconds in which a process that ends still accepts requests on new connections.
DESK = "/admin/"  # Where files are uploaded.
CONTINUE = "100-continue"


def waitress_options(threads: int) -> Adjustments:
    """Return Waitress's options; their attribute `desk` has those for requests to the desk."""
    adjusted = Adjustments(
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=False,  # Django reads them if HTTPS=1.
        max_request_header_size=MOST_OF_HEADERS,
        max_request_body_size=settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1,
        inbuf_overflow=REQUEST_IN_MEMORY,
        outbuf_overflow=ANSWER_IN_MEMORY,
        outbuf_high_watermark=MOST_UNREAD,
        connection_limit=FILES,  # Not reached: MOST_CONNECTIONS is lower.
        cleanup_interval=1,
        channel_request_lookahead=1,  # Drops requests of clients that have left.
        log_socket_errors=False,
    )
    adjusted.desk = copy(adjusted)
    # A slightly larger file still reaches the desk, whose page refuses it with an explanation.
    adjusted.desk.max_request_body_size = settings.UPLOAD_MEGABYTES * 1_100_000 + 1_000_000
    return adjusted


class ExpectationFailed(Error):
    code, reason = HTTPStatus.EXPECTATION_FAILED, HTTPStatus.EXPECTATION_FAILED.phrase


class LimitedParser(HTTPRequestParser):
    """Parses a request, whose size limit depends on its address.

    Before its body a client may expect the status 100, and nothing else (RFC 9110, 10.1.1).
    """

    adj: Adjustments
    completed: bool

    def parse_header(self, header_plus):
        super().parse_header(header_plus)
        if self.path.startswith(DESK):
            self.adj = self.adj.desk
        if self.version == "1.1":
            values = self.headers.get("EXPECT", "").split(",")
            expected = {value.strip(" \t").lower() for value in values} - {""}
            self.expect_continue = CONTINUE in expected
            if expected - {CONTINUE}:
                self.error = ExpectationFailed(f"The server knows only Expect: {CONTINUE}.")

    def received(self, data):
        consumed = super().received(data)
        self.completed = self.completed or bool(self.error)
        # Waitress would send 100 to a request that is complete, and wait for its body.
        self.expect_continue = self.expect_continue and not self.completed
        return consumed


class Task(WSGITask):
    """Answers a request by the application, then closes the connection (no keep-alive)."""

    def execute(self):
        self.set_close_on_finish()
        super().execute()

    def finish(self):
        if self.request.command == "HEAD":
            self.write(b"")  # Headers only, without the last chunk of a body.
            self.chunked_response = False
        super().finish()

    def service(self):
        super().service()
        self.channel.server.worker.answered(self)


class Refusal(ErrorTask):
    """Answers a request that is not HTTP or too large; it is counted, not logged."""

    def execute(self):
        counts.add(status_kind(self.request.error.code))
        super().execute()


class Channel(HTTPChannel):
    """A connection, with the seconds that it made the server wait and its transferred bytes."""

    task_class, error_task_class, parser_class = Task, Refusal, LimitedParser
    waited = moved = 0

    def recv(self, buffer_size):
        data = super().recv(buffer_size)
        self.moved += len(data)
        return data

    def send(self, data, do_close=True):
        sent = super().send(data, do_close)
        self.moved += sent
        return sent

    @property
    def is_waited_for(self) -> bool:
        return bool(self.total_outbufs_len or not self.requests)

    @property
    def slowness(self) -> float:
        """Return the seconds that it made the server wait, minus those that its bytes allow."""
        return self.waited - self.moved / SLOWEST

    @property
    def held(self) -> int:
        """Return the bytes stored for this client: received ones, and those it has not read.

        Files that lie on the disk anyway, such as data sets, do not count.
        """
        requests = [*self.requests, self.request]
        files = (each for each in [*self.outbufs] if isinstance(each, ReadOnlyFileBasedBuffer))
        unread = max(0, self.total_outbufs_len - sum(map(len, files)))
        return unread + sum(r.body_bytes_received for r in requests if r)

    def writable(self):
        return self.connected and super().writable()

    def give_up(self):
        """Close the connection; writing to it from now on raises ClientDisconnected."""
        self.will_close = True
        self.handle_close()


class Bounded(BaseWSGIServer):
    """A server that disconnects clients that are too slow, or the slowest of too many."""

    channel_class = Channel
    looked = 0  # When `maintenance` last ran.

    def maintenance(self, now):
        """Disconnect slow clients; Waitress calls this about once a second."""
        passed, self.looked = min(now - self.looked, 2), now
        waiting = [each for each in self.active_channels.values() if each.is_waited_for]
        for channel in waiting:
            channel.waited += passed
            if channel.slowness > PATIENCE:
                channel.give_up()
        channels = sorted(self.active_channels.values(), key=lambda each: each.held)
        held = sum(each.held for each in channels)
        while held > MOST_WAITING + self.adj.desk.max_request_body_size:
            channel = channels.pop()
            held -= channel.held
            channel.give_up()

    def handle_accept(self):
        super().handle_accept()  # First, so that the new socket does not get a closed one's number.
        if len(self.active_channels) > MOST_CONNECTIONS:
            *others, newest = self.active_channels.values()
            waiting = [each for each in others if each.is_waited_for] or [newest]
            max(waiting, key=lambda each: each.slowness).give_up()


class BoundedTcp(Bounded, TcpWSGIServer):
    pass


class BoundedUnix(Bounded, UnixWSGIServer):
    pass


def without_bodies(application):
    """Return the application with empty bodies for HEAD, which are not even generated."""

    def answer(request, start_response):
        body = application(request, start_response)
        if request["REQUEST_METHOD"] != "HEAD":
            return body
        body.close()
        return ()

    return answer


class BufferingWorker(Worker):
    """A Gunicorn worker that serves with Waitress: `worker_class` in reading_room.gunicorn.

    It supports --threads, --timeout, --graceful-timeout, --max-requests and --access-logfile.
    """

    alive: bool  # Set to False to end.

    def run(self):
        allow_files(FILES)
        self.connections, self.threads = {}, ThreadedTaskDispatcher()
        self.threads.set_thread_count(self.cfg.threads)
        while self.threads.active_count:  # As which threads count until they wait for a task.
            time.sleep(0.001)
        self.servers = [self.listen(each) for each in self.sockets]
        while self.alive and self.ppid == os.getppid():
            self.turn()
        self.end()

    def listen(self, listener):
        """Return a Waitress server for a socket of Gunicorn."""
        sock = listener.sock
        kind = BoundedUnix if sock.family == socket.AF_UNIX else BoundedTcp
        server = kind(
            without_bodies(self.wsgi),
            self.connections,
            _sock=sock,
            dispatcher=self.threads,
            adj=waitress_options(self.cfg.threads),
            sockinfo=(sock.family, sock.type, sock.proto, sock.getsockname()),
            bind_socket=False,
        )
        server.server_name = server.effective_host  # For requests without a Host.
        server.worker = self
        return server

    def turn(self, seconds=1.0):
        """Read and write on all ready connections; wait at most this long for one."""
        self.notify()
        wasyncore.loop(seconds, use_poll=True, map=self.connections, count=1)

    def answered(self, task):
        """Count an answered request, and write the access log if there is one."""
        self.nr += 1
        if self.nr >= self.max_requests and self.alive:
            self.log.info("Autorestarting worker after current request.")
            self.alive = False
        if self.cfg.accesslog:
            environ = task.get_environment()
            self.log.access(
                SimpleNamespace(
                    status=task.status,
                    headers=task.response_headers,
                    sent=task.content_bytes_written,
                ),
                SimpleNamespace(headers=task.request.headers.items()),
                environ | {"RAW_URI": task.request.request_uri},
                timedelta(seconds=time.time() - task.start_time),
            )

    def handle_exit(self, sig, frame):
        """End after SIGTERM, once the requests in progress are answered."""
        self.alive = False
        for server in getattr(self, "servers", ()):
            server.pull_trigger()

    def end(self):
        """Answer the requests that have begun to arrive, and accept no others."""
        for server in self.servers:
            server.accepting = False
        begun = time.monotonic()
        while (taken := time.monotonic() - begun) < self.cfg.graceful_timeout:
            channels = [each for server in self.servers for each in server.active_channels.values()]
            if not any(each.moved or taken < LINGER for each in channels):
                break
            self.turn(0.1)
        self.threads.shutdown(timeout=1)


def allow_files(number):
    """Raise this process's limit of open files, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < number:
        allowed = number if hard == resource.RLIM_INFINITY else min(number, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
