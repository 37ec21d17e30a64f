"""The search index follows the database, and finds nothing that readers may not see."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import DEFAULT, patch

from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.test import override_settings

from cables.curation.erasures import erase
from cables.http_cache.edition import latest_edition
from cables.models import Cable, State
from cables.search.index_selection import Selection
from cables.search.query import parse_question
from cables.search_index import folder, indexer, reader, schema
from cables.search_index.reader import IndexNotReady, OpenIndex, check_index
from tests.base import TransactionTestCase
from tests.builders import make_cable as make_any_cable
from tests.builders import publish, withhold
from tests.working import run_command

# A process that updates the index, slowly: it prints a line before each commit.
SLOW_INDEXER = """
import sys, time, django
django.setup()
from django.db import connections
from cables.search_index import indexer
connections["reader"].settings_dict |= connections["default"].settings_dict | {"NAME": sys.argv[1]}
finish = indexer.finish
def slowly(writer, state):
    print("commits", flush=True)
    time.sleep(60)
    finish(writer, state)
indexer.finish = slowly
indexer.update()
"""


SETTINGS = {"DJANGO_SETTINGS_MODULE": "reading_room.settings"}


def make_cable(reference="06ROME900001", **fields):
    """Store a cable without a subject, so that only its body is found."""
    return make_any_cable(reference, subject="", **fields)


def replace_file(path, data):
    """Replace a file. To shorten one that a searcher has mapped would end this process (SIGBUS)."""
    path.unlink()
    path.write_bytes(data)


class IndexTestCase(TransactionTestCase):
    """Has a folder for the index of its own; `find` searches in it as a web process does."""

    def setUp(self):
        self.enterContext(override_settings(SEARCH_INDEX_DIR=self.folder))
        self.process = OpenIndex()

    def find(self, text, process=None, edition=None):
        """Return the references found by a process, in the order of references."""
        snapshot = (process or self.process).snapshot(edition or latest_edition())
        found = Selection(snapshot).matching(parse_question(text))
        keys = found.keys("reference", 0, 100)
        self.assertEqual(len(keys), len(found))
        known = Cable.objects.in_bulk(keys)
        return [known[key].reference for key in keys]


class FollowTests(IndexTestCase):
    def test_it_has_what_was_stored_changed_and_deleted(self):
        make_cable("06ROME900001", body="1. Harbor fees rose.")
        changed = make_cable("06ROME900002", body="1. Harbor dues fell.")
        gone = make_cable("06ROME900003", body="1. Harbor dues rose.")
        self.assertTrue(indexer.update())
        self.assertEqual(self.find("harbor"), ["06ROME900001", "06ROME900002", "06ROME900003"])
        Cable.objects.filter(pk=changed.pk).update(body="1. Tolls fell.")
        gone.delete()
        make_cable("06ROME900004", body="1. The harbor is closed.")
        indexer.update()
        self.assertEqual(self.find("harbor"), ["06ROME900001", "06ROME900004"])
        self.assertEqual(self.find("tolls"), ["06ROME900002"])
        self.assertFalse(indexer.update())

    def test_what_is_withheld_is_not_found_though_no_indexer_runs(self):
        cables = [make_cable(f"06ROME90000{n}", body="1. Harbor fees.") for n in (1, 2, 3)]
        indexer.update()
        other = OpenIndex()
        self.assertEqual(len(self.find("harbor", other)), 3)
        withhold(cables[0])
        for process in (self.process, other):
            self.assertEqual(self.find("harbor", process), ["06ROME900002", "06ROME900003"])
            selection = Selection(process.snapshot(latest_edition()))
            self.assertEqual(sum(selection.by_origin.values()), 2)
        Cable.objects.filter(pk=cables[1].pk).update(body="1. Tolls.")
        self.assertEqual(self.find("harbor"), ["06ROME900003"])
        publish(cables[0])
        indexer.update()
        self.assertEqual(self.find("harbor"), ["06ROME900001", "06ROME900003"])

    def test_a_replica_that_is_behind_is_answered_from_the_index_of_its_state(self):
        make_cable("06ROME900001", body="1. Harbor fees.")
        indexer.update()
        before = latest_edition()
        self.assertEqual(self.find("harbor"), ["06ROME900001"])
        make_cable("06ROME900002", body="1. Harbor fees.")
        indexer.update()
        self.assertEqual(len(self.find("harbor")), 2)
        self.assertEqual(self.find("harbor", edition=before), ["06ROME900001"])

    def test_there_is_no_answer_without_an_index(self):
        make_cable("06ROME900001")
        with self.assertRaises(IndexNotReady):
            self.find("harbor")

    def test_a_table_that_was_emptied(self):
        make_cable("06ROME900001", body="1. Harbor fees.")
        indexer.update()
        self.find("harbor")
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE cables_cable CASCADE")
        with self.assertRaises(IndexNotReady):
            self.find("harbor")
        indexer.update()
        self.assertEqual(self.find("harbor"), [])

    def test_a_restored_database_gets_a_new_index(self):
        make_cable("06ROME900001", body="1. Harbor fees.")
        indexer.update()
        State.objects.update(moved="2001-01-01T00:00Z")
        with connection.cursor() as cursor:  # As if this state had been reached at another time.
            cursor.execute("DELETE FROM cables_paststate WHERE moved > '2001-01-02'")
        indexer.update()
        self.assertEqual(self.find("harbor"), ["06ROME900001"])

    def test_old_changes_are_forgotten_and_an_index_from_before_is_built_anew(self):
        make_cable("06ROME900001", body="1. Harbor fees.")
        indexer.update()
        make_cable("06ROME900002", body="1. Harbor dues.")
        with patch.object(indexer, "KEPT", -indexer.KEPT):
            indexer.forget_old_changes()
        with self.assertRaises(IndexNotReady):
            self.find("harbor")
        indexer.update()
        self.assertEqual(self.find("harbor"), ["06ROME900001", "06ROME900002"])


class PageTests(IndexTestCase):
    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(reader, "open_index_of_process", self.process))

    def test_a_page_that_lacks_new_cables_is_not_stored(self):
        make_cable("06ROME900001", body="1. Harbor fees.")
        indexer.update()
        make_cable("06ROME900002", body="1. Harbor fees.")
        for most, found in ((0, 1), (1, 2)):  # Of many, a reader has to wait for the indexer.
            with patch.object(reader, "MOST_IN_MEMORY", most):
                self.process.close()
                before = self.client.get("/search/?q=harbor")
            self.assertEqual(before.context["found"].total, found)
            self.assertIn("no-store", before["Cache-Control"])
            self.assertNotIn("ETag", before)
        indexer.update()
        for _ in range(2):
            after = self.client.get("/search/?q=harbor")
            self.assertContains(after, "06ROME900002")
            self.assertIn("ETag", after)

    def test_what_changed_is_found_counted_and_sorted_at_once(self):
        names = [f"06ROME90000{number}" for number in range(1, 10)]
        cables = [make_cable(name, body="1. Harbor fees.") for name in names]
        withhold(cables[3])
        indexer.update()
        Cable.objects.filter(pk=cables[1].pk).update(body="1. Harbor dues.", tags=["EFIS"])
        Cable.objects.filter(pk=cables[5].pk).update(body="1. Tolls.")
        withhold(cables[0])
        publish(cables[3])
        wanted = [name for name in names if name not in (names[0], names[5])]
        for order in ("reference", "-reference", "created", "-created", "relevance"):
            with self.subTest(order):
                answer = self.client.get(f"/search.json?q=harbor&sort={order}").json()
                found = [row["reference"] for row in answer["results"]]
                if order == "relevance":
                    found.sort()
                self.assertEqual(found, wanted[::-1] if order[0] == "-" else wanted)
                self.assertEqual((answer["total"], answer["years"]), (7, {"2006": 7}))
                tags = [(row["value"], row["cables"]) for row in answer["facets"]["tag"]]
                self.assertEqual(tags, [("EFIS", 1)])
        whole = Selection(self.process.snapshot(latest_edition()), is_current=True)
        keys = [cable.pk for cable in cables[1:]]
        for start in range(9):
            for stop in range(start, 10):
                self.assertEqual(whole.keys("reference", start, stop), keys[start:stop])


class ReadyTests(IndexTestCase):
    def test_a_machine_is_ready_once_it_has_an_index_of_the_archive(self):
        """Two web servers with a folder each; one worker writes into the first."""
        make_cable("06ROME900001", body="1. Harbor fees.")
        indexer.update()
        with tempfile.TemporaryDirectory() as other:
            for folder, status in ((self.folder, 200), (other, 503)):
                index = patch.object(reader, "open_index_of_process", OpenIndex())
                with self.subTest(status), override_settings(SEARCH_INDEX_DIR=Path(folder)), index:
                    ready = self.client.get("/readyz")
                    self.assertEqual(ready.status_code, status, ready.content)
                    self.assertEqual(self.client.get("/search/?q=harbor").status_code, status)
                    if status == 503:
                        self.assertContains(ready, "manage.py work on it", status_code=503)


class FilesTests(IndexTestCase):
    def words_in_files(self):
        """Return all words in the dictionaries of the current index, those of deleted texts too."""
        index = folder.open_index(folder.current_folder())
        index.reload()
        return {
            word
            for field in schema.TEXTS
            for word, _ in index.searcher().terms_with_prefix(field, "", limit=100_000)
        }

    def test_words_that_nobody_may_find_are_in_no_file(self):
        hidden = make_cable("06ROME900001", body="1. Zyxwane said so.")
        erased = make_cable("06ROME900002", body="1. Qwvorte said so.")
        make_cable("06ROME900003", body="1. Harbor fees.")
        indexer.update()
        self.assertLessEqual({"zyxwane", "qwvorte", "harbor"}, self.words_in_files())
        withhold(hidden)
        indexer.update()
        self.assertNotIn("zyxwane", self.words_in_files())
        erase(erased.reference, "As was ordered.")
        indexer.update()
        self.assertNotIn("qwvorte", self.words_in_files())
        self.assertIn("harbor", self.words_in_files())
        self.assertEqual(self.count_indexes(), 1)

    def count_indexes(self):
        return len([each for each in self.folder.iterdir() if each.is_dir()])

    def test_a_full_disk_keeps_no_half_index_nor_words_that_nobody_may_find(self):
        hidden = make_cable("06ROME900001", body="1. Zyxwane said so.")
        indexer.update()
        withhold(hidden)
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finish = patch.object(indexer, "finish", side_effect=[DEFAULT, full], wraps=indexer.finish)
        with finish, self.assertRaises(OSError):
            indexer.update()
        self.assertEqual(self.count_indexes(), 1)
        self.assertEqual(self.find("zyxwane"), [])
        self.assertTrue(indexer.update())
        self.assertNotIn("zyxwane", self.words_in_files())
        self.assertFalse(indexer.update())

    def test_only_this_account_can_read_the_files(self):
        make_cable()
        indexer.update()
        self.assertEqual(self.folder.stat().st_mode & 0o077, 0)
        for path in self.folder.iterdir():
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_damaged_files_are_replaced(self):
        make_cable("06ROME900001", body="1. Harbor fees.")
        for number, damage in enumerate(("cut", "emptied", "deleted", "meta", "folder")):
            with self.subTest(damage):
                indexer.update()
                self.damage(folder.current_folder(), damage)
                make_cable(f"06ROME90010{number}", body="1. Harbor fees.")
                process = OpenIndex()
                try:
                    found = self.find("harbor", process)
                except IndexNotReady:
                    found = []
                self.assertLessEqual(len(found), Cable.objects.count())
                indexer.update()
                self.assertEqual(len(self.find("harbor", process)), Cable.objects.count())

    def damage(self, current, how):
        files = sorted(path for path in current.iterdir() if path.suffix in (".term", ".fast"))
        if how == "cut":
            replace_file(files[0], files[0].read_bytes()[:-9])
        elif how == "emptied":
            for path in files:
                replace_file(path, b"")
        elif how == "deleted":
            files[0].unlink()
        elif how == "meta":
            (current / "meta.json").write_text("{")
        else:
            for path in current.iterdir():
                path.unlink()
            current.rmdir()

    def test_another_schema_is_built_beside_the_old_one(self):
        make_cable("06ROME900001", body="1. Harbor fees.")
        indexer.update()
        old = folder.current_folder()
        with patch.object(folder, "schema_digest", return_value="0123456789ab"):
            self.assertIsNone(folder.current_folder())
            with self.assertRaises(IndexNotReady):
                self.find("harbor", OpenIndex())
            indexer.update()
            self.assertNotEqual(folder.current_folder(), old)
            self.assertEqual(self.find("harbor", OpenIndex()), ["06ROME900001"])

    def test_one_process_writes_at_a_time(self):
        make_cable()
        with folder.writer_lock(), self.assertRaises(folder.IndexBusy):
            indexer.update()

    def test_an_indexer_that_is_killed_in_a_commit_leaves_the_index_whole(self):
        make_cable("06ROME900001", body="1. Harbor fees.")
        indexer.update()
        hidden = make_cable("06ROME900002", body="1. Harbor dues.")
        indexer.update()
        withhold(hidden)
        for _ in range(2):
            process = self.start_slow_indexer()
            self.assertEqual(process.stdout.readline().strip(), "commits")
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.assertEqual(self.find("harbor", OpenIndex()), ["06ROME900001"])
        indexer.update()
        self.assertEqual(self.find("harbor"), ["06ROME900001"])

    def test_an_earlier_index_that_a_killed_indexer_left_is_deleted(self):
        with patch.object(folder, "remove_others"):  # As if killed before.
            indexer.update()
            indexer.rebuild()
        self.assertFalse(indexer.update())
        self.assertEqual([*filter(Path.is_dir, self.folder.iterdir())], [folder.current_folder()])

    def start_slow_indexer(self):
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW_INDEXER, connection.settings_dict["NAME"]],
            cwd=settings.BASE_DIR,
            env=os.environ | {"SEARCH_INDEX_DIR": str(self.folder)} | SETTINGS,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return process


class CommandTests(IndexTestCase):
    def update_index(self, **options):
        return run_command("update_index", **options).strip()

    def test_it_says_what_it_did(self):
        make_cable("06ROME900001", body="1. Harbor fees.")
        self.assertEqual(self.update_index(), "The search index is built.")
        self.assertEqual(self.update_index(), "The search index is up to date.")
        before = folder.current_folder()
        self.assertEqual(self.update_index(rebuild=True), "The search index is built.")
        self.assertNotEqual(folder.current_folder(), before)
        self.assertEqual(self.find("harbor"), ["06ROME900001"])

    def test_it_says_why_it_cannot(self):
        with folder.writer_lock(), self.assertRaisesMessage(CommandError, "try later"):
            self.update_index()
        for error in (OSError(errno.ENOSPC, "No space left"), ValueError("No space left")):
            with (
                self.subTest(type(error).__name__),
                patch.object(indexer, "build", side_effect=error),
                self.assertRaisesMessage(CommandError, "No space left"),
            ):
                self.update_index(rebuild=True)


class CheckTests(IndexTestCase):
    def test_what_differs_from_the_database_is_named(self):
        self.enterContext(patch.object(reader, "open_index_of_process", self.process))
        with self.assertRaises(IndexNotReady):
            list(check_index())
        make_cable("06ROME900001", body="1. Harbor fees.")
        lost = make_cable("06ROME900002", body="1. Harbor fees.")
        gone = make_cable("06ROME900003", body="1. Harbor fees.")
        indexer.update()
        self.assertEqual(list(check_index()), [])
        with connection.cursor() as cursor:  # As no program of the room would.
            cursor.execute("ALTER TABLE cables_cable DISABLE TRIGGER USER")
            Cable.objects.filter(pk=lost.pk).update(body="1. Harbor dues.")
            Cable.objects.filter(pk=gone.pk).delete()
            cursor.execute("ALTER TABLE cables_cable ENABLE TRIGGER USER")
        first, second = check_index()
        self.assertIn("06ROME900002: the search index has not this text", first)
        self.assertIn("still has 1 that are not published", second)
