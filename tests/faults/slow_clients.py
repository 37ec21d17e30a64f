"""Clients who send and read as slowly as they can, to hold what a server has for all of them."""

import socket
import threading
from contextlib import ExitStack, suppress

from tests.waiting import PATIENCE

PAUSE = 0.5  # Seconds between two bytes.
HOST = "127.0.0.1"
HEAD = "GET {path} HTTP/1.1\r\nHost: {name}\r\n"
POST = "POST {path} HTTP/1.1\r\nHost: {name}\r\nContent-Length: 200000\r\n\r\n"


class SlowClients:
    """So many connections of one kind to a port, until the `with` block ends.

    KINDS: they send headers byte by byte, a body byte by byte, read a large answer byte by byte, or
    send nothing.
    """

    KINDS = ("headers", "body", "readers", "idle")

    def __init__(self, kind: str, port: int, number: int = 64, name: str = HOST, path: str = "/"):
        self.kind, self.port, self.number = kind, port, number
        self.name, self.path = name, path
        self.ended, self.stack = threading.Event(), ExitStack()

    def __enter__(self):
        self.sockets = [self.stack.enter_context(self.connect()) for _ in range(self.number)]
        self.thread = threading.Thread(target=self.drip)
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        self.thread.join()
        self.stack.close()

    def connect(self):
        connection = socket.socket()
        # Before it connects, so that little of an answer fits in between.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE)
        connection.connect((HOST, self.port))
        if begin := self.begin():
            connection.sendall(begin.format(path=self.path, name=self.name).encode())
        return connection

    def begin(self):
        if self.kind == "headers":
            return HEAD
        if self.kind == "body":
            return POST
        return f"{HEAD}\r\n" if self.kind == "readers" else ""

    def drip(self):
        while not self.ended.wait(PAUSE):
            for connection in self.sockets:
                with suppress(OSError):  # The server gave it up.
                    self.move(connection)

    def move(self, connection):
        if self.kind == "readers":
            connection.settimeout(0.001)
            connection.recv(1)
        elif self.kind != "idle":
            connection.send(b"X" if self.kind == "body" else b"X-Slow: 1\r\n"[:1])

    def open(self) -> int:
        """Return how many of them the server has not closed."""
        return sum(is_open(connection) for connection in self.sockets)


def is_open(connection) -> bool:
    connection.settimeout(0.001)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return True
    except OSError:
        return False
    return False
