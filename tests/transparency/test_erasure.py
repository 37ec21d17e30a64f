"""What was redacted, withheld or erased cannot be confirmed by a guess, also with the true text."""

import hashlib
from itertools import product
from threading import Event, Thread
from unittest.mock import patch

from django.contrib.auth.models import User
from django.db import connection

from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import redact_cable
from cables.models import Cable, Commitment, LogEntry, LoggedCable, Sealed
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from cables.transparency import follow
from cables.transparency.commitments import parts_of
from cables.transparency.verify import LoggedEvent, leaf_hash, part_hash, tree_hash
from tests.builders import load_records, publish, withhold
from tests.source_files import csv_record

from .log_rooms import LogTestCase

SECRET = "Quetzalcoatl"
BODY = f"1. (U) The harbor raised its fees.\n\n2. (U) {SECRET} complained.\n\n3. (U) End."


class ErasureTests(LogTestCase):
    """The attacker has the log with every tile, the true text, and the text as it was public."""

    def setUp(self):
        super().setUp()
        self.by = User.objects.create_superuser("root")
        load_records(csv_record(body=BODY), csv_record(reference="09ROME900002"))
        self.cable = Cable.objects.get(reference="09ROME900001")
        self.parts = parts_of(self.cable, self.cable)
        self.follow()
        self.roots = {
            LoggedEvent.read(bytes(row.data)).root: row.pk for row in LogEntry.objects.all()
        }
        self.old_salts = self.opened(self.cable)

    def guesses(self, salts):
        """Yield each hash that the true text has with salts that the room still gives."""
        for (name, text), salt in product(self.parts.items(), [*salts, bytes(16), b""]):
            yield name, part_hash(salt, name, text)

    def stored(self):
        """Return all rows but the sealed texts; columns of bytes are hexadecimal."""
        tables = connection.introspection.table_names()
        with connection.cursor() as cursor:
            found = []
            for table in sorted({*tables} - {"cables_sealed"}):
                cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
                found.append(cursor.fetchone()[0] or "")
        return "\n".join(found)

    def test_a_redacted_paragraph(self):
        redact_cable(self.cable, Strike(EVERYWHERE, (SECRET,)), "A witness.", self.by)
        # At once, before the log follows: no address gives the old salt.
        answer = self.client.get(f"{self.cable.get_absolute_url()}par2/proof.json")
        self.assertEqual(answer.status_code, 404)
        self.follow()
        gone = [self.old_salts[key] for key in self.old_salts if key[1] in ("par2", "digest")]
        for salt in gone:
            self.assertNotIn(salt.hex(), self.stored())
        salts = set(self.opened(self.cable).values())
        confirmed = {name for name, found in self.guesses(salts) if self.is_known(found)}
        self.assertNotIn("par2", confirmed)
        self.assertNotIn("digest", confirmed)
        self.assertIn("par1", confirmed)  # The others still prove.

    def is_known(self, hashed):
        return hashed.hex() in self.stored()

    def test_a_withheld_cable(self):
        withhold(self.cable)
        for _ in range(2):
            text = self.stored()
            for salt in self.old_salts.values():
                self.assertNotIn(salt.hex(), text)
            self.follow()
        self.assertTrue(Sealed.objects.filter(place__startswith="commitment").exists())
        publish(self.cable)
        self.follow()
        self.assertEqual(set(self.opened(self.cable).values()), set(self.old_salts.values()))
        self.assertEqual(self.verify()[0], 0)

    def test_what_is_withheld_while_the_log_follows(self):
        """Decisions wait for the follower, or it reads what they did: no salt stays behind."""
        load_records(csv_record(reference="09ROME900003"))
        cable = Cable.objects.get(reference="09ROME900003")
        done = Event()

        def decide():
            withhold(cable)
            connection.close()
            done.set()

        deciding = Thread(target=decide)
        append = follow.append

        def append_slowly(*arguments):
            deciding.start()
            self.assertFalse(done.wait(1))
            append(*arguments)

        with patch.object(follow, "append", append_slowly):
            follow.follow()
        deciding.join()
        self.assertEqual(self.opened(cable), {})
        self.assertEqual(self.follow(), ["withheld"])

    def test_a_redaction_forgets_the_salts_of_a_damaged_commitment_too(self):
        Commitment.objects.filter(cable=self.cable.pk).update(salts=b"s" * 16)
        redact_cable(self.cable, Strike(EVERYWHERE, (SECRET,)), "A witness.", self.by)
        self.assertEqual(self.follow(), ["redacted"])

    def test_an_erased_cable_is_tied_to_nothing(self):
        records = {bytes(row.record): row.cable for row in LoggedCable.objects.all()}
        record = next(each for each, cable in records.items() if cable == self.cable.pk)
        erase(self.cable.reference, "A court.", self.by)
        self.assertEqual(self.follow(), ["erased"])
        text = self.stored()
        for salt in self.old_salts.values():
            self.assertNotIn(salt.hex(), text)
        self.assertFalse(Sealed.objects.filter(place__startswith="commitment").exists())
        self.assertNotIn(record.hex(), text)  # Only entries have it, in base64, and no reference.
        # The true text, in any order of parts, with no salt or a guess of it, is in no entry.
        leaves = [part_hash(bytes(16), *part) for part in self.parts.items()]
        guesses = {
            tree_hash(leaves),
            *leaves,
            *map(leaf_hash, map(str.encode, self.parts.values())),
        }
        guesses |= {hashlib.sha256(text.encode()).digest() for text in self.parts.values()}
        self.assertFalse(guesses & self.roots.keys())
        self.assertEqual(self.verify()[0], 0)

    def test_entries_say_nothing_of_a_text(self):
        for row in LogEntry.objects.all():
            entry = LoggedEvent.read(bytes(row.data))
            self.assertEqual((len(entry.record), len(entry.root)), (16, 32))
            self.assertEqual(len(bytes(row.data)), len(bytes(LogEntry.objects.first().data)))
