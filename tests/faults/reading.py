"""A session of a role that may read what readers' pages may, for whoever could send any SQL."""

import psycopg
from django.db import ProgrammingError, connection

from cables.models import PUBLIC
from cables.operations.reader_role import grant_reader
from tests.base import TransactionTestCase

PASSWORD = "only-in-this-test"
# Tables, views and materialized views, PostgreSQL's own too, that the role may read.
READABLE = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind IN ('r', 'v', 'm', 'p') AND has_table_privilege(oid, 'select') ORDER BY 1
"""


class ReaderRoleCase(TransactionTestCase):
    """Has `session`, and in `left` what an administrator of the server would still have to run."""

    def setUp(self):
        # Roles are of the whole server, where other tests use other databases meanwhile.
        self.role = f"attacker_of_{connection.settings_dict['NAME']}"
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP ROLE IF EXISTS {self.role}")
                cursor.execute(f"CREATE ROLE {self.role} LOGIN PASSWORD '{PASSWORD}'")
        except ProgrammingError:
            self.skipTest("The tests' database role may not create roles")
        self.addCleanup(self.drop)
        self.left = grant_reader(self.role, PUBLIC)
        given = connection.settings_dict
        self.place = {"host": given["HOST"], "port": given["PORT"] or 5432, "dbname": given["NAME"]}
        self.session = self.connect()

    def connect(self):
        """Return a new session of the role."""
        session = psycopg.connect(**self.place, user=self.role, password=PASSWORD, autocommit=True)
        self.addCleanup(session.close)
        return session

    def drop(self):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP OWNED BY {self.role}")
            cursor.execute(f"DROP ROLE {self.role}")

    def may(self, statement):
        """Tell whether the role may run a statement."""
        try:
            self.session.execute(statement)
        except psycopg.Error:
            return False
        return True

    def told(self):
        """Return {relation: all that the role can read in it, in capitals}."""
        told = {}
        for (relation,) in self.session.execute(READABLE).fetchall():
            try:
                rows = self.session.execute(f"SELECT row::text FROM {relation} AS row").fetchall()
            except psycopg.Error as error:
                told[relation] = str(error).upper()
            else:
                told[relation] = "\n".join(row for (row,) in rows if row).upper()
        return told
