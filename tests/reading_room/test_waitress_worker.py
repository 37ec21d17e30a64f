"""How a process of the web server reads requests and writes answers, over real connections."""

import os
import socket
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock, patch

from django.test import SimpleTestCase, override_settings
from gunicorn.config import Config

from reading_room import waitress_worker
from reading_room.waitress_worker import BufferingWorker, Channel
from tests.base import Sampled
from tests.waiting import PATIENCE, wait_until

HOST = "127.0.0.1"
LARGE = 8_000_000  # Bytes of an answer: more than a system keeps for a reader.


def application(environ, start_response):
    """Answer with the length of what was sent; at /large with a large text, at /stream in parts."""
    sent = environ["wsgi.input"].read()
    path = environ["PATH_INFO"]
    text = b"x" * LARGE if path == "/large" else b"%d" % len(sent)
    length = [] if path == "/stream" else [("Content-Length", str(len(text)))]
    start_response("200 OK", [("Content-Type", "text/plain"), *length])
    return Body(text)


class Body(list):
    closed = 0

    def __init__(self, text):
        super().__init__([text])

    def close(self):
        Body.closed += 1


class ServerTestCase(Sampled, SimpleTestCase):
    threads = 2

    @contextmanager
    def serving(self, answer=application, **bounds):
        """Serve with other bounds; yield the worker."""
        listener = socket.create_server((HOST, 0))
        self.addCleanup(listener.close)
        self.port = listener.getsockname()[1]
        config = Config()
        config.set("threads", self.threads)
        sockets = [SimpleNamespace(sock=listener)]
        worker = BufferingWorker(1, os.getppid(), sockets, None, 30, config, Mock())
        worker.wsgi = answer
        self.opened = []
        with patch.multiple(waitress_worker, **({"PATIENCE": PATIENCE} | bounds)):
            thread = threading.Thread(target=worker.run)
            thread.start()
            try:
                yield worker
            finally:
                for connection in self.opened:
                    connection.close()
                worker.handle_exit(None, None)
                thread.join(PATIENCE)
                self.assertFalse(thread.is_alive(), "It does not end.")

    def connect(self, sent=b""):
        connection = socket.socket()
        self.opened.append(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE)
        connection.connect((HOST, self.port))
        connection.sendall(sent)
        return connection

    def ask(self, sent=b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"):
        """Return all that comes back until the server closes the connection."""
        return rest(self.connect(sent))


def rest(connection):
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def post(length, path="/", sent=b""):
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n"
    return head.encode() + sent


class WholeRequestTests(ServerTestCase):
    def test_nobody_holds_a_thread_who_has_not_sent_all(self):
        with self.serving():
            for sent in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\n", post(9, sent=b"x")):
                with self.subTest(sent):
                    kept = [self.connect(sent) for _ in range(3 * self.threads)]
                    self.assertIn(b"200 OK", self.ask())
                    for connection in kept:
                        connection.close()

    def test_nobody_holds_a_thread_who_does_not_read(self):
        with self.serving():
            for _ in range(3 * self.threads):
                self.connect(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertIn(b"200 OK", self.ask())

    def test_a_file_takes_no_thread_and_is_not_held_in_memory(self):
        size = 40 * LARGE
        file = self.enterContext(tempfile.NamedTemporaryFile())
        file.truncate(size)

        def answer(environ, start_response):
            if environ["PATH_INFO"] != "/file":
                return application(environ, start_response)
            start_response("200 OK", [("Content-Length", str(size))])
            return environ["wsgi.file_wrapper"](Path(file.name).open("rb"))

        bounds = {"MOST_UNREAD": 1_000, "MOST_WAITING": 0, "PATIENCE": 1_000}
        with self.serving(answer, **bounds), override_settings(UPLOAD_MEGABYTES=1):
            slow = [self.connect(b"GET /file HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(5)]
            self.assertIn(b"200 OK", self.ask())
            time.sleep(2.5)  # Whoever holds too much is disconnected each second.
            self.assertIn(b"200 OK", slow[0].recv(100))
            self.assertFalse(any(map(rest_is_closed, slow)))

    def test_a_request_in_parts_is_one(self):
        with self.serving():
            connection = self.connect(post(6, sent=b"abc"))
            time.sleep(0.05)
            connection.sendall(b"def")
            self.assertTrue(rest(connection).endswith(b"\r\n\r\n6"))

    def test_every_connection_ends_with_its_answer(self):
        with self.serving():
            twice = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 2
            answer = self.ask(twice)
            self.assertEqual(answer.count(b"HTTP/1.1 200"), 1)
            self.assertIn(b"Connection: close", answer)

    def test_head_is_answered_without_a_body(self):
        with self.serving():
            for path in ("/large", "/stream"):
                with self.subTest(path):
                    closed = Body.closed
                    answer = self.ask(f"HEAD {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
                    self.assertTrue(answer.endswith(b"\r\n\r\n"), answer[-20:])
                    self.assertEqual(answer.count(b"\r\n\r\n"), 1)
                    self.assertEqual(b"Content-Length: 8000000" in answer, path == "/large")
                    self.assertEqual(Body.closed, closed + 1)

    def test_what_is_too_large_is_refused_before_it_is_read(self):
        with self.serving():
            for sent, status in (
                (b"GET /" + b"a" * 17_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"431"),
                (post(2_500_002), b"413"),
                (post(2_500_002, "//admin/"), b"413"),
                (post(600_000_000, "/admin/"), b"413"),
                (b"GET / HTTP/1.1\r\nHost: a\r\nno header\r\n\r\n", b"400"),
                (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
            ):
                with self.subTest(sent[:40]):
                    self.assertIn(status, self.ask(sent)[:13])
            large = post(3_000_000, "/admin/", b"x" * 3_000_000)
            self.assertTrue(self.ask(large).endswith(b"3000000"))


def expecting(value, *headers, version="1.1"):
    """Return the head of a request with an Expect header."""
    lines = (f"POST / HTTP/{version}", "Host: a", f"Expect: {value}", *headers, "", "")
    return "\r\n".join(lines).encode()


class ExpectTests(ServerTestCase):
    """A client that expects 100 (Continue) before it sends a body: RFC 9110, 10.1.1."""

    def test_every_request_is_answered(self):
        three, chunked = "Content-Length: 3", "Transfer-Encoding: chunked"
        parts, old = b"3\r\nabc\r\n0\r\n\r\n", {"version": "1.0"}
        rows = (  # name, head, body, whether 100 comes before it, status
            ("no body", expecting("100-continue"), b"", False, b"200"),
            ("an empty body", expecting("100-continue", "Content-Length: 0"), b"", False, b"200"),
            ("a body", expecting("100-Continue", three), b"abc", True, b"200"),
            ("in chunks", expecting("100-continue", chunked), parts, True, b"200"),
            ("twice", expecting("100-continue, 100-continue", three), b"abc", True, b"200"),
            ("nothing", expecting("", three), b"abc", False, b"200"),
            ("HTTP/1.0", expecting("100-continue", three, **old), b"abc", False, b"200"),
            ("other, HTTP/1.0", expecting("gold", three, **old), b"abc", False, b"200"),
            ("other", expecting("gold"), b"", False, b"417"),
            ("other too", expecting("100-continue, gold=1", three), b"", False, b"417"),
            ("too large", expecting("100-continue", "Content-Length: 9999999"), b"", False, b"413"),
            ("no length", expecting("100-continue", "Content-Length: x"), b"", False, b"400"),
        )
        with self.serving():
            for name, head, body, goes_on, status in rows:
                with self.subTest(name):
                    connection = self.connect(head)
                    interim = b"HTTP/1.1 100 Continue\r\n\r\n" if goes_on else b""
                    self.assertEqual(connection.recv(len(interim), socket.MSG_WAITALL), interim)
                    for at in range(len(body)):  # As a slow client does.
                        connection.sendall(body[at : at + 1])
                    answer = rest(connection)
                    self.assertEqual(answer[9:12], status, answer)
                    if status == b"200":
                        self.assertTrue(answer.endswith(b"\r\n3" if body else b"\r\n0"), answer)

    def test_a_body_that_does_not_wait_for_100_is_read(self):
        with self.serving():
            answer = self.ask(expecting("100-continue", "Content-Length: 3") + b"abc")
            self.assertTrue(answer.endswith(b"\r\n3"), answer)


class PatienceTests(ServerTestCase):
    def test_clients_who_send_or_read_too_slowly_are_given_up(self):
        with self.serving(PATIENCE=1, SLOWEST=10_000_000):
            for kind, sent in (
                ("nothing", b""),
                ("headers", b"GET / HTTP/1.1\r\n"),
                ("a body", post(100)),
                ("a reader", b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n"),
            ):
                with self.subTest(kind):
                    connection = self.connect(sent)
                    self.assertTrue(self.is_given_up(connection, kind), kind)

    def is_given_up(self, connection, kind):
        """Move a byte now and then until the server closes the connection."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            time.sleep(0.2)
            try:
                if kind == "a reader":
                    connection.recv(1)
                    if b"x" * 10 in (left := connection.recv(4096, socket.MSG_PEEK)) and left:
                        connection.send(b"x")
                else:
                    connection.send(b"x" if kind != "nothing" else b"")
                    connection.settimeout(0.05)
                    if not connection.recv(1, socket.MSG_PEEK):
                        return True
            except TimeoutError:
                continue
            except OSError:
                return True
        return False

    def test_who_moves_enough_is_waited_for(self):
        for moved, is_patient in ((600_000, True), (400_000, False)):
            channel = Mock(spec=Channel, waited=60, moved=moved)
            self.assertEqual(Channel.slowness.fget(channel) <= waitress_worker.PATIENCE, is_patient)

    def test_of_too_many_the_slowest_is_given_up(self):
        with self.serving(MOST_CONNECTIONS=4):
            slow = [self.connect(b"GET / HT") for _ in range(4)]
            for _ in range(6):
                self.assertIn(b"200 OK", self.ask())
            self.assertEqual(sum(rest_is_closed(each) for each in slow), 1)

    def test_who_has_just_connected_is_not_the_slowest(self):
        not_yet = patch.object(waitress_worker.Bounded, "maintenance", lambda *_: None)
        with not_yet, self.serving(MOST_CONNECTIONS=4) as worker:
            for _ in range(4):
                self.connect(b"GET / HT")
            # Until their bytes are read, which makes them faster than a new one.
            wait_until(lambda: moved_in(worker) == 4)
            self.assertIn(b"200 OK", self.ask())

    def test_all_together_leave_no_more_than_so_much_unread(self):
        with override_settings(UPLOAD_MEGABYTES=0), self.serving(MOST_WAITING=LARGE * 2):
            slow = [self.connect(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(5)]
            wait_until(lambda: any(map(rest_is_closed, slow)))
            self.assertIn(b"200 OK", self.ask())
            self.assertTrue(any(map(rest_is_closed, slow)))


def moved_in(worker):
    """Return from how many connections a worker has read; it may just be starting."""
    connections = list(getattr(worker, "connections", {}).values())
    return sum(getattr(each, "moved", 0) > 0 for each in connections)


def rest_is_closed(connection):
    """Tell whether the server has closed a connection; what it sent stays unread."""
    try:
        connection.send(b"x")
        time.sleep(0.02)
        connection.send(b"x")
    except OSError:
        return True
    return False


class EndTests(ServerTestCase):
    def test_it_ends_with_the_answers_that_are_under_way(self):
        begun, go_on = threading.Event(), threading.Event()

        def slow(environ, start_response):
            begun.set()
            go_on.wait(PATIENCE)
            return application(environ, start_response)

        with self.serving(slow) as worker:
            connection = self.connect(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            begun.wait(PATIENCE)
            worker.handle_exit(None, None)
            time.sleep(0.2)
            go_on.set()
            self.assertIn(b"200 OK", rest(connection))

    def test_it_ends_without_those_who_send_nothing(self):
        with self.serving() as worker:
            self.connect()
            worker.handle_exit(None, None)
            wait_until(lambda: not worker.threads.threads)

    def test_it_ends_after_so_many_requests_where_that_was_asked_for(self):
        with self.serving() as worker:
            worker.max_requests = 2
            self.ask()
            self.assertTrue(worker.alive)
            self.ask()
            self.assertFalse(worker.alive)

    def test_requests_are_logged_only_where_that_was_asked_for(self):
        with self.serving() as worker:
            self.ask()
            worker.log.access.assert_not_called()
            worker.cfg.set("accesslog", "-")
            self.ask(b"GET /?q=1 HTTP/1.1\r\nHost: a\r\n\r\n")
        response, request, environ, _ = worker.log.access.call_args[0]
        self.assertEqual((response.status, environ["RAW_URI"]), ("200 OK", "/?q=1"))
        self.assertEqual(dict(request.headers)["HOST"], "a")
