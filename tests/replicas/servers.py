"""A primary and two streaming replicas of it, made of the embedded PostgreSQL's programs."""

import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from reading_room.embedded_postgres import DATABASE, READER, EmbeddedPostgres

STREAMING = ("wal_level = 'replica'", "max_wal_senders = 10")


class Servers:
    """They are stopped, and their folders removed, when the test class ends."""

    def __init__(self, test):
        self.folder = Path(tempfile.mkdtemp(prefix="replicas "))
        test.addClassCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.folder.chmod(0o755)
        self.primary, *self.replicas = [
            EmbeddedPostgres(self.folder / name) for name in ("primary", "one", "two")
        ]
        for server in [*self.replicas, self.primary]:
            test.addClassCleanup(server.stop)

    def start(self):
        self.primary.start()
        for setting in STREAMING:
            execute(self.primary, f"ALTER SYSTEM SET {setting}")
        with (self.primary.data / "pg_hba.conf").open("a") as file:
            file.write("local replication all trust\n")
        self.primary.stop()
        self.primary.start()
        for replica in self.replicas:
            self.copy(replica)
            replica.start()

    def copy(self, replica, primary=None):
        """Copy the primary into a replica's folder, to follow it from then on."""
        source = ["-h", (primary or self.primary).sockets, "-U", "reading_room"]
        replica.folder.mkdir()
        os.chown(replica.folder, *replica.account)
        self.primary._run("pg_basebackup", *source, "-D", replica.data, "-R", "-c", "fast")

    @property
    def environment(self):
        """The settings of a room that reads from the replicas."""
        return {
            "DATABASE_URL": self.primary.url(),
            "READER_DATABASE_URL": address_of(READER, *self.replicas),
        }


def address_of(role, *servers):
    """Return the address of a database on several servers."""
    hosts = ",".join(quote(str(server.sockets), safe="") for server in servers)
    return f"postgresql://{role}@{hosts}/{DATABASE}"


def execute(server, statement):
    """Run one statement as the server's owner, and return the first column of its rows."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return [row[0] for row in cursor] if cursor.description else []


def kill(server):
    """End a server and all its processes at once, with kill -9."""
    postmaster = psutil.Process(server.running())
    processes = [postmaster, *postmaster.children()]
    for process in processes:
        process.kill()
    psutil.wait_procs(processes)
