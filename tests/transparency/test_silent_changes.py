"""Whoever changes texts or the log in silence is found by verify.py with one old checkpoint."""

import random
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

from cables.models import Cable, ChangedCable, LogEntry, LogTile, State, TransparencyLog
from cables.transparency.append import append, begin_anew, now, rotate
from cables.transparency.signing_key import LogKeyError, SigningKey, signed_last
from cables.transparency.verify import LoggedEvent
from tests.builders import load_records
from tests.slow import SLOW
from tests.source_files import csv_record

from .log_rooms import LogTestCase

ROUNDS = 100 if SLOW else 3  # Each changes ten texts.


def run(statement, values=(), *, triggers=True):
    """Run SQL as somebody does who has the database, with or without its triggers."""
    with connection.cursor() as cursor:
        if not triggers:
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")


@contextmanager
def undone():
    """Undo what the block does to the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class SilentChangeTests(LogTestCase):
    def setUp(self):
        super().setUp()
        for fee in ("one", "two"):  # Each has two versions.
            load_records(
                *(
                    csv_record(
                        reference=f"09ROME90000{number}",
                        body=f"1. (U) The harbor raised fee {number} to {fee}.\n\n2. (U) End.",
                    )
                    for number in range(5)
                )
            )
            self.follow()
        self.old = TransparencyLog.objects.get().checkpoint
        self.assertEqual(self.verify(checkpoint=self.old)[0], 0)

    def test_every_change_of_a_text_is_found(self):
        chance, rows = random.Random(1), list(self.texts())
        for at in range(ROUNDS):
            changes = [self.changed(chance, *row) for row in rows]
            with self.subTest(at):
                for statement, before, after, key in changes:
                    self.assertNotEqual(before, after)
                    run(statement, [after, key], triggers=chance.random() < 0.5)
                self.follow()
                code, said = self.verify(checkpoint=self.old)
                self.assertEqual((code, said.count("it has no proof")), (1, len(rows)), said)
            for statement, before, _, key in changes:
                run(statement, [before, key])
            self.follow()
        self.assertEqual(self.verify(checkpoint=self.old)[0], 0)

    def texts(self):
        """Yield (table, primary key) of every text."""
        for table in ("cables_cable", "cables_version"):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT id FROM {table}")
                yield from ((table, key) for (key,) in cursor.fetchall())

    def changed(self, chance, table, key):
        """Return SQL that changes one letter of a text, the value before and after, and the key."""
        column = chance.choice(["body", "header", "subject"])
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [key])
            before = cursor.fetchone()[0]
        place = chance.randint(0, len(before))
        after = before[:place] + chance.choice(["x", " ", "é", "\n"]) + before[place:]
        return f"UPDATE {table} SET {column} = %s WHERE id = %s", before, after, key

    def test_what_goes_or_is_changed_beside_the_texts_is_found(self):
        one = Cable.objects.order_by("pk")[0].pk
        for statement in (
            "UPDATE cables_cable SET classification = 'SECRET' WHERE id = %s",
            "UPDATE cables_cable SET created = created + interval '1 day' WHERE id = %s",
            "UPDATE cables_commitment SET hashes = '\\x00' || hashes WHERE cable_id = %s",
            "DELETE FROM cables_commitment WHERE cable_id = %s",
            "DELETE FROM cables_version WHERE cable_id = %s",
            "UPDATE cables_version SET number = 7 WHERE cable_id = %s",
        ):
            with self.subTest(statement), undone():
                run(statement, [one])
                self.assertEqual(self.verify(checkpoint=self.old)[0], 1)

    def test_a_second_commitment_to_a_version_is_found(self):
        """Commitments go with the text, so that the log would take the text as a new one."""
        one = Cable.objects.order_by("pk")[0]
        text = "UPDATE cables_cable SET body = body || ' Changed.' WHERE id = %s"
        forget = "DELETE FROM cables_commitment WHERE cable_id = %s"
        withheld = "UPDATE cables_loggedcable SET is_shown = false WHERE cable = %s"
        renamed = "UPDATE cables_loggedcable SET record = '\\x00' WHERE cable = %s"
        for name, statements, entries, problem in (
            ("all", [forget, text], [], "it has no proof"),
            ("the last", [f"{forget} AND version = 2", text], ["replaced"], "in silence"),
            ("the first", [f"{forget} AND version = 1", text], [], "it has no proof"),
            ("withheld", [withheld, text], ["republished"] * 2, "it has no proof"),
            ("withheld, all", [withheld, forget, text], [], "it has no proof"),
            ("another record", [renamed, f"{forget} AND version = 2", text], ["replaced"], "not h"),
        ):
            with self.subTest(name):
                files = signed_last().read_text()
                with undone():
                    for statement in statements:
                        run(statement, [one.pk])
                    State.advance()
                    ChangedCable.objects.create(
                        state=State.objects.get().number, cable=one.pk, removed=False
                    )
                    self.assertEqual(self.follow(), entries)
                    code, said = self.verify(checkpoint=self.old)
                    self.assertEqual(code, 1, said)
                    self.assertIn(problem, said)
                signed_last().write_text(files)

    def test_what_is_changed_while_it_is_withheld_is_found(self):
        one = Cable.objects.order_by("pk")[0]
        with connection.cursor() as cursor:
            cursor.execute("SELECT subject FROM cables_cable WHERE id = %s", [one.pk])
            before = cursor.fetchone()[0]
        run("UPDATE cables_cable SET withheld_reason = 'A court.' WHERE id = %s", [one.pk])
        self.assertEqual(self.follow(), ["withheld"])
        for subject, problems in (("Changed", 1), (before, 0)):
            with self.subTest(subject):
                run(
                    "UPDATE cables_cable SET withheld_reason = '', subject = %s WHERE id = %s",
                    [subject, one.pk],
                )
                self.assertEqual(self.follow(), ["republished"] * 2 * problems)
                code, said = self.verify(checkpoint=self.old)
                self.assertEqual((code, said.count("it has no proof")), (problems, problems), said)

    def test_a_decision_that_is_faked_is_told(self):
        run(
            "UPDATE cables_cable SET body = replace(body, 'fee', 'tax'), facts = %s WHERE id = %s",
            ['{"redacted": {"par1": 1}}', Cable.objects.order_by("pk")[0].pk],
        )
        self.assertEqual(self.follow(), ["redacted"])
        self.assertIn("Since then: 1 redacted", self.verify(checkpoint=self.old)[1])

    def test_a_row_that_cannot_be_read_does_not_stop_the_log(self):
        run("UPDATE cables_cable SET body = 'No paragraphs.'")
        load_records(csv_record(reference="09ROME900009"))
        self.assertEqual(self.follow(), ["published"])
        code, said = self.verify(checkpoint=self.old)
        self.assertEqual((code, said.count("it has no proof")), (1, 5), said)

    def test_a_log_of_which_rows_are_gone_is_told(self):
        address = "/cable/09ROME900001/v1"
        for statement in ("DELETE FROM cables_logtile", "DELETE FROM cables_logentry"):
            with self.subTest(statement), undone():
                run(statement, triggers=False)
                for place, status in (("/proof/", 200), ("/proof.json", 404)):
                    answer = self.client.get(address + place)
                    self.assertNotContains(answer, "salt", status_code=status)

    def test_every_change_of_the_log_is_found(self):
        last = LogEntry.objects.count() - 1
        data = bytes(LogEntry.objects.get(pk=3).data)
        other = bytes(LoggedEvent("erased", "2026-12-01T14:00:00Z", b"r" * 16))
        for name, statement, values in (
            ("dropped", "DELETE FROM cables_logentry WHERE index = 3", []),
            ("changed", "UPDATE cables_logentry SET data = %s WHERE index = 3", [other]),
            ("shorter", "DELETE FROM cables_logentry WHERE index = %s", [last]),
            (
                "reordered",
                "UPDATE cables_logentry SET data = CASE index WHEN 3 THEN (SELECT data FROM "
                "cables_logentry WHERE index = 4) ELSE %s END WHERE index IN (3, 4)",
                [data],
            ),
        ):
            with self.subTest(name), undone():
                run(statement, values, triggers=False)
                self.assertEqual(self.verify(checkpoint=self.old)[0], 1)

    def test_a_log_that_is_made_again_is_found(self):
        key, entries = SigningKey.read(settings.LOG_KEY_FILE), []
        entries = [bytes(row.data) for row in LogEntry.objects.order_by("pk")]
        for name, made in {
            "forked": [*entries[:-1], entries[0]],
            "rolled back": entries[:-2],
            "longer, with a change": [entries[1], *entries[1:], entries[0]],
        }.items():
            with self.subTest(name):
                signed_last().unlink()
                run("TRUNCATE cables_logentry, cables_logtile")
                log = TransparencyLog.objects.get()
                log.size = 0
                append(log, key, made)
                code, said = self.verify("log", "http://testserver", checkpoint=self.old)
                self.assertEqual(code, 1, said)

    def test_a_restored_backup_signs_nothing(self):
        run("DELETE FROM cables_logentry WHERE index >= 5", triggers=False)
        LogTile.objects.update(hashes=LogTile.objects.get().hashes[: 5 * 32])
        log = TransparencyLog.objects.get()
        log.size = 5
        log.save()
        entry = bytes(LoggedEvent("erased", now(), b"r" * 16))
        with self.assertRaisesMessage(LogKeyError, "as after restoring a backup"):
            append(log, SigningKey.of(log), [entry])
        begin_anew()
        self.assertEqual(self.follow(), ["begun"] * 10)
        self.assertEqual(self.verify()[0], 0)
        self.assertIn("of another log", self.verify(checkpoint=self.old)[1])

    def test_another_key_signs_nothing(self):
        settings.LOG_KEY_FILE.unlink()
        load_records(csv_record(reference="09ROME900009"))
        with self.assertRaisesMessage(LogKeyError, "is not on this machine"):
            self.follow()
        SigningKey.kept("other.example/log")
        with self.assertRaisesMessage(LogKeyError, "another key than the public log"):
            self.follow()
        self.assertEqual(self.client.get("/").status_code, 200)  # Texts are served as before.

    def test_a_key_follows_a_key(self):
        rotate()
        rotate()
        load_records(csv_record(reference="09ROME900009"))
        self.assertEqual(self.follow(), ["published"])
        self.assertEqual(self.verify(checkpoint=self.old)[0], 0)
        self.assertEqual(self.folder.joinpath("log_key").stat().st_mode & 0o777, 0o600)
        settings.LOG_KEY_FILE.unlink()
        stranger = SigningKey.kept(TransparencyLog.objects.get().origin)
        signed_last().unlink()
        log = TransparencyLog.objects.get()
        log.key = str(stranger.public)
        append(log, stranger, [bytes(LoggedEvent("erased", now(), b"r" * 16))])
        code, said = self.verify("log", "http://testserver", checkpoint=self.old)
        self.assertIn("not signed by the key", said)
        self.assertEqual(code, 1)
