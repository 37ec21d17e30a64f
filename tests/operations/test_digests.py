"""The list of digests of all public texts, for sha256sum."""

import hashlib
import shutil
import subprocess
from io import StringIO

from django.core.management import CommandError, call_command

from cables.models import Cable
from tests.base import TestCase
from tests.builders import make_cable, make_version, withhold


class ExportDigestsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06ROME900010")
        cable = make_cable("06BERLIN900001")
        make_version(cable, 1, body="1. Old.")
        make_version(cable, 2, body="1. Newer.")
        withhold(make_cable("06BERLIN900002"), "Names a ship.")

    def export(self, *file):
        out, told = StringIO(), StringIO()
        call_command("export_digests", *file, stdout=out, stderr=told)
        return out.getvalue(), told.getvalue()

    def test_every_public_version_is_listed_in_order(self):
        listed, told = self.export()
        paths = [line.split("  ", 1)[1] for line in listed.splitlines()]
        self.assertEqual(
            paths,
            [
                "cable/06BERLIN900001.txt",
                "cable/06BERLIN900001/v1.txt",
                "cable/06BERLIN900001/v2.txt",
                "cable/06BERLIN900001/v3.txt",
                "cable/06ROME900010.txt",
                "cable/06ROME900010/v1.txt",
            ],
        )
        self.assertEqual(told, "6 digests of 2 cables written.\n")

    def test_each_digest_is_that_of_the_file_at_its_address(self):
        for line in self.export()[0].splitlines():
            digest, path = line.split("  ")
            with self.subTest(path):
                content = self.client.get(f"/{path}").content
                self.assertEqual(hashlib.sha256(content).hexdigest(), digest)

    def test_sha256sum_checks_a_mirror(self):
        if not shutil.which("sha256sum"):
            self.skipTest("sha256sum is not installed")
        file = self.folder / "SHA256SUMS"
        self.export(str(file))
        for line in file.read_text().splitlines():
            path = self.folder / line.split("  ")[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.client.get(f"/{line.split('  ')[1]}").content)
        check = ["sha256sum", "--check", "--strict", "--quiet", file.name]
        self.assertEqual(subprocess.run(check, cwd=self.folder).returncode, 0)
        (self.folder / "cable/06ROME900010.txt").write_text("Another word.\n")
        altered = subprocess.run(check, cwd=self.folder, capture_output=True)
        self.assertEqual(altered.returncode, 1)

    def test_a_failed_export_leaves_the_old_file(self):
        file = self.folder / "SHA256SUMS"
        file.write_text("before\n")
        Cable.objects.filter(reference="06ROME900010").update(digest="é")
        with self.assertRaises(UnicodeError):
            self.export(str(file))
        self.assertEqual(file.read_text(), "before\n")
        self.assertEqual(list(self.folder.iterdir()), [file])

    def test_a_file_that_cannot_be_written_is_named(self):
        with self.assertRaisesMessage(CommandError, "No such file or directory"):
            self.export(str(self.folder / "missing" / "SHA256SUMS"))
