"""The web server's processes: Waitress inside of Gunicorn.

Gunicorn starts, watches and stops the processes. In each of them Waitress reads requests and writes
answers in one thread, for all connections at once, and gives a request to one of the threads that
make pages when all of it has arrived: who sends or reads slowly holds no thread. What Waitress does
not bound is bounded here: how long a client may be waited for, and what all of them may have sent
or left unread together.
"""

import os
import resource
import socket
import time
from copy import copy
from datetime import timedelta
from types import SimpleNamespace

from django.conf import settings
from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer, UnixWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask

from .counts import answers, counts

MOST_OF_HEADERS = 16_384  # Bytes of a request's first line and all its headers.
MOST_CONNECTIONS = 500  # Of a process.
FILES = 4 * MOST_CONNECTIONS  # A connection may have two temporary files beside its socket.
# Bytes that all clients of a process have sent or left unread, beside one file for the desk.
MOST_WAITING = 256_000_000
REQUEST_IN_MEMORY, ANSWER_IN_MEMORY = 65_536, 262_144  # Bytes; more goes to a temporary file.
MOST_UNREAD = 64_000_000  # Bytes of one answer; only then does a thread wait for a reader.
PATIENCE = 10  # Seconds that a client is waited for in all,
SLOWEST = 10_000  # and one more for each so many bytes that it sends or takes.
LINGER = 1  # Seconds in which a new connection may still send a request to a process that ends.
DESK = "/admin/"  # Where files are uploaded.


def limits(threads: int) -> Adjustments:
    """Return Waitress's options; `desk` of them are those for requests to the desk."""
    adjusted = Adjustments(
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=False,  # Django reads them where HTTPS=1 says there is one.
        max_request_header_size=MOST_OF_HEADERS,
        max_request_body_size=settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1,
        inbuf_overflow=REQUEST_IN_MEMORY,
        outbuf_overflow=ANSWER_IN_MEMORY,
        outbuf_high_watermark=MOST_UNREAD,
        connection_limit=FILES,  # Before that, MOST_CONNECTIONS makes room.
        cleanup_interval=1,
        channel_request_lookahead=1,  # Who leaves while his request waits is not answered.
        log_socket_errors=False,
    )
    adjusted.desk = copy(adjusted)
    # A file that is a little too large is for a page of the desk to refuse.
    adjusted.desk.max_request_body_size = settings.UPLOAD_MEGABYTES * 1_100_000 + 1_000_000
    return adjusted


class Parser(HTTPRequestParser):
    """A request that may be as large as its address allows."""

    def parse_header(self, header_plus):
        super().parse_header(header_plus)
        if self.path.startswith(DESK):
            self.adj = self.adj.desk


class Task(WSGITask):
    """A request that is answered by the application. No connection is kept for another one."""

    def execute(self):
        self.set_close_on_finish()
        super().execute()

    def finish(self):
        if self.request.command == "HEAD":
            self.write(b"")  # The headers, and no end of a body behind them.
            self.chunked_response = False
        super().finish()

    def service(self):
        super().service()
        self.channel.server.worker.answered(self)


class Refusal(ErrorTask):
    """A request that Waitress refuses, as it is no HTTP or too large: counted, in no log."""

    def execute(self):
        counts.add(answers(self.request.error.code))
        super().execute()


class Channel(HTTPChannel):
    """A connection, with the seconds for which it was waited for and the bytes that it moved."""

    task_class, error_task_class, parser_class = Task, Refusal, Parser
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
        """Return the seconds that it was waited for beyond what its bytes allow."""
        return self.waited - self.moved / SLOWEST

    @property
    def held(self) -> int:
        """Return the bytes that wait for the client: what it has sent, and what it has not read."""
        requests = [*self.requests, self.request]
        return self.total_outbufs_len + sum(r.body_bytes_received for r in requests if r)

    def writable(self):
        return self.connected and super().writable()

    def give_up(self):
        """Close the connection; what is written to it from now on raises ClientDisconnected."""
        self.will_close = True
        self.handle_close()


class Bounded:
    """A server that gives up clients who are too slow, or who are the slowest of too many."""

    channel_class = Channel
    looked = 0  # When it last did.

    def maintenance(self, now):
        """Look at the clients that are waited for; Waitress calls it about once a second."""
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
        super().handle_accept()  # First: a closed connection's number would be given to the new.
        if len(self.active_channels) > MOST_CONNECTIONS:
            waiting = [each for each in self.active_channels.values() if each.is_waited_for]
            max(waiting, key=lambda each: each.slowness).give_up()


class BoundedTcp(Bounded, TcpWSGIServer):
    pass


class BoundedUnix(Bounded, UnixWSGIServer):
    pass


def without_bodies(application):
    """Return the application as it answers HEAD: nothing is read of what it would have sent."""

    def answer(request, start_response):
        body = application(request, start_response)
        if request["REQUEST_METHOD"] != "HEAD":
            return body
        body.close()
        return ()

    return answer


class BufferingWorker(Worker):
    """A process of Gunicorn's that serves with Waitress: `worker_class` of reading_room.gunicorn.

    It heeds --threads, --timeout, --graceful-timeout, --max-requests and --access-logfile.
    """

    def run(self):
        allow_files(FILES)
        self.connections, self.threads = {}, ThreadedTaskDispatcher()
        self.threads.set_thread_count(self.cfg.threads)
        self.servers = [self.listen(each) for each in self.sockets]
        while self.alive and self.ppid == os.getppid():
            self.turn()
        self.end()

    def listen(self, listener):
        """Return the server that answers on a socket of Gunicorn's."""
        sock = listener.sock
        kind = BoundedUnix if sock.family == socket.AF_UNIX else BoundedTcp
        server = kind(
            without_bodies(self.wsgi),
            self.connections,
            _sock=sock,
            dispatcher=self.threads,
            adj=limits(self.cfg.threads),
            sockinfo=(sock.family, sock.type, sock.proto, sock.getsockname()),
            bind_socket=False,
        )
        server.server_name = server.effective_host  # Of a request without a Host.
        server.worker = self
        return server

    def turn(self, seconds=1.0):
        """Read and write whatever can be, and wait at most so long for it."""
        self.notify()
        wasyncore.loop(seconds, use_poll=True, map=self.connections, count=1)

    def answered(self, task):
        """Note that a request was answered."""
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
        """End at SIGTERM, with the requests that are under way."""
        self.alive = False
        for server in getattr(self, "servers", ()):
            server.pull_trigger()

    def end(self):
        """Answer the requests that have begun to arrive, and no others."""
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
    """Let this process have so many files open, if the system allows that many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < number:
        allowed = number if hard == resource.RLIM_INFINITY else min(number, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
