"""A room with a public log in a folder of its own, and what verify.py finds in it."""

import io
import json
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch
from urllib.error import HTTPError

from django.test import override_settings

from cables.models import Commitment, LogEntry, TransparencyLog
from cables.transparency import verify
from cables.transparency.follow import follow_all
from cables.transparency.verify import Checkpoint, LoggedEvent
from tests.base import TransactionTestCase


@contextmanager
def own_log():
    """Begin a log of what is here, with a key in a folder of its own; it goes with the block."""
    with TemporaryDirectory() as folder, override_settings(LOG_KEY_FILE=Path(folder) / "log_key"):
        follow_all()
        yield


class LogTestCase(TransactionTestCase):
    """`self.client` asks the room; its key lies in a folder of the test."""

    def setUp(self):
        super().setUp()
        self.enterContext(override_settings(LOG_KEY_FILE=self.folder / "log_key"))

    def follow(self):
        """Let the log follow the archive, and return the kinds of the new entries."""
        before = LogEntry.objects.count()
        follow_all()
        rows = LogEntry.objects.filter(pk__gte=before).order_by("pk")
        return [LoggedEvent.read(bytes(row.data)).kind for row in rows]

    def checkpoint(self):
        return Checkpoint.read(TransparencyLog.objects.get().checkpoint)

    def proof(self, address):
        """Return the JSON of a proof, with its checks made."""
        values = self.client.get(address).json()
        self.assertEqual(verify.Proof.read(values).reference, values["reference"])
        return values

    def verify(self, *arguments, checkpoint=None):
        """Run verify.py over the room; return its exit code and what it prints."""
        what, *rest = arguments or ("room", "http://testserver")
        old = None
        if checkpoint:
            old = str(self.write("old-checkpoint", checkpoint))
        printed = io.StringIO()
        with patch.object(verify, "fetch", self.fetch), redirect_stdout(printed):
            try:
                code = verify.run(what, rest[0], (rest[1:] or [""])[0], old, None)
            except verify.Refuted as error:
                return 1, str(error)
        return code, printed.getvalue()

    def main(self, *arguments):
        """Run verify.py as from a shell; return its exit code and what it prints."""
        printed = io.StringIO()
        with (
            patch.object(verify.sys, "argv", ["verify.py", *arguments]),
            patch.object(verify, "fetch", self.fetch),
            redirect_stdout(printed),
        ):
            return verify.main(), printed.getvalue()

    def fetch(self, address):
        """Answer as the room does over HTTP; files are read."""
        if not address.startswith("http://testserver"):
            return open(address, "rb").read()  # noqa: PTH123
        answer = self.client.get(address.removeprefix("http://testserver"))
        if answer.status_code != 200:
            raise HTTPError(address, answer.status_code, answer.reason_phrase, {}, None)
        return answer.content

    def opened(self, cable):
        """Return {(version, name): salt} of the parts of a cable that can be proved."""
        found = {}
        for row in Commitment.objects.filter(cable=cable.pk):
            salts = bytes(row.salts)
            for at, name in enumerate(row.names):
                salt = salts[at * 16 : at * 16 + 16]
                if salt != bytes(16):
                    found[row.entry, name] = salt
        return found

    def json_of(self, address):
        return json.loads(self.client.get(address).content)
