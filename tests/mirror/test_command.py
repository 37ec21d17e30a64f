"""The command export_site: its report, its errors."""

import errno
from io import StringIO
from unittest import mock

from django.core.management import CommandError, call_command
from django.db import OperationalError

from tests.base import TestCase
from tests.builders import make_cable

from .base import LIVE, FewPages, files_in, new_folder

COMMAND = "cables.management.commands.export_site.export_site"


class CommandTests(FewPages, TestCase):
    def call(self, folder, *options):
        out = StringIO()
        call_command(
            "export_site", folder, "--processes=1", *options, stdout=out, stderr=StringIO()
        )
        return out.getvalue()

    def test_it_ends_with_a_report(self):
        make_cable()
        folder = new_folder(self)
        packed = folder.with_suffix(".zip")
        said = self.call(folder, f"--live={LIVE}/", "--from-disk", f"--zip={packed}")
        files = len(files_in(folder))
        self.assertRegex(said, rf"\A1 cables in {files:,} files of [\d.]+ MB: {files:,} new, ")
        self.assertIn("0 replaced, 0 as they were; 0 removed.", said)
        self.assertTrue(packed.exists())
        page = (folder / "data/cable/06BERLIN900001/index.html").read_text()
        self.assertIn('href="../../origin/embassy-berlin/index.html"', page)
        self.assertIn('href="../../index.html"', page)

    def test_a_search_without_pagefind_says_what_to_install(self):
        with (
            mock.patch.dict("sys.modules", {"pagefind_bin": None}),
            mock.patch("cables.mirror.pagefind_index.shutil.which", return_value=None),
            self.assertRaisesMessage(CommandError, "pip install pagefind-bin=="),
        ):
            self.call(new_folder(self), f"--live={LIVE}", "--search")

    def test_wrong_options_are_refused_with_the_remedy(self):
        for options, said in (
            ((), "the following arguments are required: --live"),
            (("--live=cables.example.org",), "is no address of a room: https://cables.example.org"),
            (("--live=https://example.org/cables/",), "is no address of a room"),
            ((f"--live={LIVE}", "--processes=0"), "is no number of processes: 1 to 64"),
        ):
            with self.subTest(options), self.assertRaisesMessage(CommandError, said):
                self.call(new_folder(self), *options)

    def test_an_export_that_cannot_go_on_says_why(self):
        for error, said in (
            (OSError(errno.ENOSPC, "No space left on device", "/srv/x"), "/srv/x: No space left"),
            (OperationalError("server closed\n"), "The database failed: server closed\nThe files"),
        ):
            with (
                self.subTest(said),
                mock.patch(COMMAND, side_effect=error),
                self.assertRaisesMessage(CommandError, said),
            ):
                self.call(new_folder(self), f"--live={LIVE}")
