"""The connection of a thread to one of several copies of the database."""

from contextlib import contextmanager
from random import sample

import psycopg
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property

from .watching import Server, fleet_of, target

# A replica ends a statement that reads what the primary has meanwhile removed.
CONFLICTS = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
BREAKING = (psycopg.OperationalError, psycopg.InterfaceError)


class NotingErrors(DatabaseErrorWrapper):
    """Notes on the connection that another one may answer what this one did not."""

    def __exit__(self, kind, error, traceback):
        if isinstance(error, BREAKING):
            self.wrapper.note(error)
        super().__exit__(kind, error, traceback)


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects to a replica that is well, chosen by chance; to the primary where none is.

    With persistent connections Django asks once in each request whether the one it has is usable.
    """

    server: Server | None = None  # Which it is connected to.
    broke = False  # During this request.
    own_writes = False  # Whoever reads may have written just now.

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
        """Return the servers to try, in this order."""
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
        """Tell whether the server is still one to read from."""
        if self.own_writes or self.server is self.fleet.primary:
            return self.server is self.choices()[0]
        return self.fleet.is_well(self.server)

    def note(self, error: Exception):
        """Note an error after which the same question may be asked again elsewhere."""
        gone = self.connection is None or self.connection.closed
        if gone and self.connection is not None and not self.broke:
            self.server.lose(error)
        self.broke = self.broke or gone or isinstance(error, CONFLICTS)

    @contextmanager
    def at_primary(self):
        """Read from the primary until the block ends.

        That the server is another one is seen when the request first asks something, as is, in
        the next request, that the primary is no longer wanted. What streams on goes on there.
        """
        self.own_writes = True
        try:
            yield
        finally:
            self.own_writes = False
