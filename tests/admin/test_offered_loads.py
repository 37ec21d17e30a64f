"""The folder of sources offers only loadable entries; only compared loads can be applied."""

import os
import socket
from unittest import mock

from cables.admin.loads.intake import IntakeForm, offered_sources
from cables.models import Cable, Change, Load
from tests.admin.test_loads import ADD, ONE, TWO, LoadsTestCase, steps
from tests.opened import form_of
from tests.source_files import csv_file, csv_record, page_file
from tests.working import work


class OfferedTests(LoadsTestCase):
    def make_entries(self):
        """Fill the folder of sources with loadable and refused entries."""
        outside = self.folder / "outside"
        outside.mkdir()
        secret = csv_file(outside, csv_record(ONE))
        good = csv_file(self.sources, csv_record(ONE))
        (self.sources / "inside.csv").symlink_to(good)
        (self.sources / "outside.csv").symlink_to(secret)
        (self.sources / "outside").symlink_to(outside)
        (self.sources / "gone.csv").symlink_to(outside / "gone.csv")
        (self.sources / "loop").symlink_to(self.sources / "loop")
        (self.sources / "empty").mkdir()
        for name in ("pages", "leads-out"):
            folder = self.sources / name
            folder.mkdir()
            page_file(folder, TWO)
        (self.sources / "leads-out" / "x.csv").symlink_to(secret)
        (self.sources / "mirror").mkdir()
        (self.sources / "mirror" / "cable").symlink_to(outside)
        os.mkfifo(self.sources / "pipe.csv")
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(str(self.sources / "socket.csv"))
        (self.sources / ".hidden.csv").write_text(csv_record(ONE))
        return good

    def test_only_loadable_entries_are_offered(self):
        good = self.make_entries()
        self.assertEqual(offered_sources(), [good.name, "inside.csv", "pages/"])
        for entry in sorted(self.sources.iterdir()):
            with self.subTest(entry.name):
                form = IntakeForm({"source": entry.name, "collection": "cables"}, {})
                named = {name.rstrip("/") for name in offered_sources()} | {".hidden.csv"}
                self.assertEqual(form.is_valid(), entry.name in named, form.errors)

    def test_unreadable_entries_are_not_offered(self):
        csv_file(self.sources, csv_record(ONE))
        with mock.patch("cables.admin.loads.intake.os.access", return_value=False):
            self.assertEqual(offered_sources(), [])
            answer = self.client.post(ADD, {"source": "cables.csv", "collection": "cables"})
            self.assertIn("the room may not read it", self.refused(answer))


class StepsTests(LoadsTestCase):
    def never_compared(self):
        load = self.load(csv_record(ONE))
        self.do(load, "compare")
        broken = mock.patch(
            "cables.operations.tasks.compare", side_effect=OSError(5, "Input/output error")
        )
        with broken, self.assertLogs("cables.operations.tasks", "ERROR"):
            work()
        load.refresh_from_db()
        self.assertEqual(load.state, "failed")
        return load

    def test_a_load_that_was_never_compared_is_not_offered_to_be_applied(self):
        load = self.never_compared()
        page = self.client.get(f"{steps(load)}change/")
        self.assertContains(page, f'action="{steps(load)}compare/"')
        self.assertNotContains(page, f'action="{steps(load)}apply/"')
        self.do(load, "apply")
        self.assertEqual(work(), [])
        load.refresh_from_db()
        self.assertEqual((load.state, load.counts), ("failed", {}))
        self.do(load, "compare")
        work()
        self.assertContains(self.client.get(f"{steps(load)}change/"), f"{steps(load)}apply/")

    def test_a_load_that_was_cancelled_before_it_began_can_be_applied(self):
        load = self.load(csv_record(ONE))
        for step in ("apply", "cancel", "apply"):
            self.do(load, step)
        work()
        self.assertEqual(Load.objects.get().state, "finished")

    def test_a_load_that_was_compared_again_is_not_applied_unseen(self):
        path = csv_file(self.sources, csv_record(ONE))
        load = self.point_to(path)
        seen = form_of(self.client.get(f"{steps(load)}change/"))
        self.assertIn("stamp", seen)
        csv_file(self.sources, csv_record(ONE), csv_record(TWO))
        self.do(load, "compare")
        work()
        answer = self.client.post(f"{steps(load)}apply/", seen, follow=True)
        self.assertContains(answer, "Somebody was faster")
        self.assertEqual(work(), [])
        self.do(load, "apply")
        work()
        self.assertEqual(Cable.objects.count(), 2)


class CountsTests(LoadsTestCase):
    def test_another_copy_of_the_same_text_is_not_counted_as_changed(self):
        page_file(self.sources, ONE)
        self.do(self.load(csv_record(ONE), csv_record(TWO)), "apply")
        work()
        pages = self.sources / "pages"
        pages.mkdir()
        page_file(pages, ONE)
        load = self.point_to(pages)
        for step in ("compared", "finished"):
            with self.subTest(step):
                page = self.client.get(f"{steps(load)}change/")
                self.assertContains(page, "Other copies of cables whose text stays")
                self.assertNotContains(page, "Changed cables")
                load.refresh_from_db()
                self.assertEqual((load.counts["changed"], load.counts["noted"]), (1, 1))
                self.assertEqual(load.state, step)
                self.do(load, "apply")
                work()
        self.assertEqual(Cable.objects.get(reference=ONE).version, 1)
        log = Change.objects.filter(action="loaded").first()
        self.assertIn("(1 of them only noted as another copy)", log.reason)
