"""A file is written atomically; temporary files of killed writers are removed."""

import os
import signal
import subprocess
import sys
from unittest.mock import patch

from cables.operations.atomic_write import DRAFT, BeingWritten, atomic_write
from tests.base import FolderTestCase
from tests.paths import PROJECT

WRITER = """
import sys
from pathlib import Path
from cables.operations.atomic_write import atomic_write
with atomic_write(Path(sys.argv[1])) as out:
    out.write("half")
    out.flush()
    print("writing", flush=True)
    sys.stdin.read()
"""


class AtomicWriteTests(FolderTestCase):
    def setUp(self):
        self.draft = self.folder / DRAFT.format("monday.backup")

    def writer(self):
        """Start a process that is writing monday.backup."""
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(self.folder / "monday.backup")],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        process.stdout.readline()
        return process

    def write(self, name, text="whole", **options):
        with atomic_write(self.folder / name, **options) as out:
            out.write(text)

    def test_the_temporary_file_of_a_killed_writer_is_removed_with_the_next_file(self):
        process = self.writer()
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertTrue(self.draft.exists())
        self.write("tuesday.backup")
        self.assertEqual([each.name for each in self.folder.iterdir()], ["tuesday.backup"])

    def test_a_file_that_is_being_written_is_left_alone_and_refused_to_others(self):
        process = self.writer()
        self.write("tuesday.backup")
        self.assertEqual(self.draft.read_text(), "half")
        with self.assertRaisesRegex(BeingWritten, "another process is writing it"):
            self.write("monday.backup")
        process.communicate()
        self.assertEqual((self.folder / "monday.backup").read_text(), "half")

    def test_other_files_are_left_alone(self):
        other = self.folder / ".notes.part"
        other.touch()
        link = self.folder / DRAFT.format("link")
        link.symlink_to(other)
        folder = self.folder / DRAFT.format("folder")
        folder.mkdir()
        self.write("tuesday.backup")
        left = {each.name for each in self.folder.iterdir()}
        self.assertEqual(left, {other.name, link.name, folder.name, "tuesday.backup"})

    def test_an_error_keeps_the_earlier_file(self):
        self.write("monday.backup", "earlier")
        with self.assertRaises(ValueError), atomic_write(self.folder / "monday.backup") as out:
            out.write("half")
            raise ValueError
        self.assertEqual((self.folder / "monday.backup").read_text(), "earlier")
        self.assertFalse(self.draft.exists())

    def test_only_the_owner_can_read_a_temporary_file(self):
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        for permissions in (0o600, 0o644):
            with atomic_write(self.folder / "monday.backup", permissions=permissions):
                self.assertEqual(self.draft.stat().st_mode & 0o777, 0o600)
            found = (self.folder / "monday.backup").stat().st_mode & 0o777
            self.assertEqual(found, permissions)

    def test_the_temporary_file_can_be_in_another_folder(self):
        drafts, file = self.folder / "drafts", self.folder / "page.html"
        drafts.mkdir()
        with atomic_write(file, draft=drafts / "1") as out:
            out.write("whole")
            self.assertEqual([each.name for each in drafts.iterdir()], ["1"])
            self.assertFalse(file.exists())
        self.assertEqual(file.read_text(), "whole")
        self.assertEqual(list(drafts.iterdir()), [])

    def test_a_durable_file_is_synced_before_it_gets_its_name(self):
        for is_durable in (True, False):
            with self.subTest(is_durable), patch("os.fsync") as fsync:
                self.write("monday.backup", is_durable=is_durable)
                self.assertEqual(fsync.called, is_durable)
