"""The database connection of a thread, to the primary or to one of its replicas."""

from contextlib import contextmanager
from random import sample

import psycopg
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property

from .monitor import fleet_of
from .server import Server

# A replica cancels a statement that reads rows which the primary has removed in the meantime.
CONFLICTS = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
NO_SERVER = "No PostgreSQL server that may be read from answers."
BREAKING = (psycopg.OperationalError, psycopg.InterfaceError)


class NotingErrors(DatabaseErrorWrapper):
    """Mark a broken connection, so that the request can be repeated on another server."""

    wrapper: "DatabaseWrapper"

    def __exit__(self, kind, error, traceback):
        if isinstance(error, BREAKING):
            self.wrapper.note(error)
        super().__exit__(kind, error, traceback)


class DatabaseWrapper(base.DatabaseWrapper):
    """Connect to a random usable replica, or to the primary if there is none; never to a server
    that was the primary earlier.

    Django checks once in each request whether a persistent connection is still usable.
    """

    server: Server | None = None  # The server of the connection.
    broke = False  # Whether a connection broke during this request.
    own_writes = False  # Whether to read from the primary, to see one's own changes.

    @property
    def fleet(self):
        return fleet_of(self.alias, self.settings_dict)

    @property
    def hears_primary(self) -> bool:
        return self.fleet.primary is not None

    @cached_property
    def wrap_database_errors(self):
        return NotingErrors(self)

    def choices(self) -> list[Server]:
        """Return the servers to try, in order."""
        well = [] if self.own_writes else self.fleet.well()
        primary = self.fleet.primary
        return [*sample(well, len(well)), *([primary] if primary else [])]

    def get_connection_params(self):
        """Name the primary: the worker and PostgreSQL's programs connect to it by themselves."""
        parameters = super().get_connection_params()
        if self.fleet.replicas:  # `get_new_connection` names the server.
            return parameters
        if not self.fleet.primary:
            raise self.no_server()
        return parameters | self.fleet.primary.place

    def no_server(self):
        return psycopg.OperationalError(self.fleet.problem or NO_SERVER)

    def get_new_connection(self, conn_params):
        failed = self.no_server()
        for server in self.choices():
            try:
                connection = super().get_new_connection(conn_params | server.place)
            except psycopg.OperationalError as error:
                self.lose(server, error)
                failed = error
            else:
                self.server = server
                return connection
        raise failed

    def lose(self, server: Server, error: Exception):
        """Leave out a replica. Whether the primary lives is for the watching threads to tell."""
        if server in self.fleet.replicas:
            server.lose(error)

    def is_usable(self):
        return self.is_wanted() and super().is_usable()

    def is_wanted(self) -> bool:
        """Tell whether the connected server is still one to read from."""
        if self.own_writes or self.server is self.fleet.primary:
            return self.server in self.choices()[:1]
        return self.fleet.is_well(self.server)

    def note(self, error: Exception):
        """Record an error after which the request may be repeated on another server."""
        gone = self.connection is None or self.connection.closed
        if gone and self.connection is not None and self.server and not self.broke:
            self.lose(self.server, error)
        self.broke = self.broke or gone or isinstance(error, CONFLICTS)

    @contextmanager
    def at_primary(self):
        """Read from the primary until the block ends.

        `is_usable` switches the connection at the first query of the request, and back at the
        first query of the next one. A response that is still streaming stays on the primary.
        """
        self.own_writes = True
        try:
            yield
        finally:
            self.own_writes = False
