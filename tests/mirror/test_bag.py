"""A mirror is a BagIt bag, as the bagit package of the Library of Congress reads it."""

import subprocess
import sys
import zipfile

import bagit

from tests.base import TestCase
from tests.builders import forget_counts, make_cable, withhold
from tests.slow import slow

from .base import LIVE, FewPages, export, files_in, new_folder


class BagTests(FewPages, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable()
        make_cable("06ROME900001", origin="Embassy Rome", tags=["EFIS", "100%25", "A%0DB"])

    def setUp(self):
        self.folder = new_folder(self)
        self.report = export(self.folder)

    def test_bagit_finds_a_new_and_an_updated_mirror_valid(self):
        bag = bagit.Bag(str(self.folder))
        bag.validate()
        self.assertEqual(bag.info["External-Identifier"], LIVE)
        self.assertEqual(bag.info["Payload-Oxum"], f"{self.report.size}.{self.report.files}")
        withhold(self.cable, "It names a ship.")
        forget_counts()
        export(self.folder)
        bagit.Bag(str(self.folder)).validate()

    def test_a_changed_and_a_missing_file_are_noticed(self):
        (self.folder / "data/cable/06ROME900001.txt").write_text("x")
        with self.assertRaises(bagit.BagValidationError):
            bagit.Bag(str(self.folder)).validate()
        (self.folder / "data/cable/06ROME900001.txt").unlink()
        with self.assertRaises(bagit.BagValidationError):
            bagit.Bag(str(self.folder)).validate()

    @slow("no bag checked by its README's commands")
    def test_the_commands_in_the_readme_verify_it(self):
        readme = (self.folder / "README.txt").read_text()
        for line in ("sha256sum --quiet -c manifest-sha256.txt", "python3 -m bagit --validate ."):
            self.assertIn(line, readme)
            command = line.replace("python3", sys.executable).split()
            ended = subprocess.run(command, cwd=self.folder, capture_output=True, check=False)
            self.assertEqual(ended.returncode, 0, ended.stderr)

    def test_the_zip_is_a_bag_too(self):
        packed, unpacked = self.folder.with_suffix(".zip"), self.folder.with_name("unpacked")
        export(self.folder, packed=packed)
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(unpacked)
        bagit.Bag(str(unpacked)).validate()
        self.assertEqual(files_in(unpacked), files_in(self.folder))

    def test_whoever_opens_the_folder_is_led_to_the_pages(self):
        self.assertIn('href="data/"', (self.folder / "index.html").read_text())
        other = new_folder(self)
        export(other, from_disk=True)
        self.assertIn('href="data/index.html"', (other / "index.html").read_text())
