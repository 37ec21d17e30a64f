"""The database connection of a thread, to one of several replicas or to the primary."""

from contextlib import contextmanager
from random import sample

import psycopg
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property

from .monitor import Server, fleet_of, target

# A replica cancels a statement that reads rows which the primary has removed in the meantime.
CONFLICTS = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
BREAKING = (psycopg.OperationalError, psycopg.InterfaceError)


class NotingErrors(DatabaseErrorWrapper):
    """Mark a broken connection, so that the request can be repeated on another server."""

    wrapper: "DatabaseWrapper"

    def __exit__(self, kind, error, traceback):
        if isinstance(error, BREAKING):
            self.wrapper.note(error)
        super().__exit__(kind, error, traceback)


class DatabaseWrapper(base.DatabaseWrapper):
    """Connect to a random usable replica, or to the primary if there is none.

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
        return self.fleet.hears(self.fleet.primary)

    @cached_property
    def wrap_database_errors(self):
        return NotingErrors(self)

    def choices(self) -> list[Server]:
        """Return the servers to try, in order."""
        well = [] if self.own_writes else self.fleet.well()
        return [*sample(well, len(well)), self.fleet.primary]

    def get_new_connection(self, conn_params):
        for server in self.choices():
            place = target({"HOST": server.host, "PORT": server.port})
            try:
                connection = super().get_new_connection(conn_params | place)
            except psycopg.OperationalError as error:
                server.lose(error)
                failed = error
            else:
                self.server = server
                return connection
        raise failed

    def is_usable(self):
        return self.is_wanted() and super().is_usable()

    def is_wanted(self) -> bool:
        """Tell whether the connected server is still one to read from."""
        if self.own_writes or self.server is self.fleet.primary:
            return self.server is self.choices()[0]
        return self.fleet.is_well(self.server)

    def note(self, error: Exception):
        """Record an error after which the request may be repeated on another server."""
        gone = self.connection is None or self.connection.closed
        if gone and self.connection is not None and self.server and not self.broke:
            self.server.lose(error)
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
