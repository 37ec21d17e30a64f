"""What a release needs before it is built, and what lies in dist/ then."""

import hashlib
import subprocess

from tests.base import FolderTestCase
from tests.paths import PROJECT
from tests.release.__main__ import finish, notes_of, problems_of, version_of

CHANGES = (
    "# Changelog\n\n## {}\n\n- It opens.\n\n### For readers\n\n- More.\n\n## 0.9.0\n\n- Old.\n"
)


class ReleaseTests(FolderTestCase):
    def make(self, version="1.0.0", cited="1.0.0", heading="1.0.0"):
        """Make a checkout of a project whose commit is of this version."""
        self.write("pyproject.toml", f'[project]\nversion = "{version}"\n')
        self.write("CITATION.cff", f"version: {cited}\n")
        self.write("CHANGELOG.md", CHANGES.format(heading))
        self.git("init", "--quiet")
        self.git("add", ".")
        self.git("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "x")

    def git(self, *arguments):
        subprocess.run(["git", "-C", self.folder, *arguments], check=True, capture_output=True)

    def test_a_commit_of_a_version_can_be_released(self):
        self.make()
        self.assertEqual(problems_of(self.folder), [])
        self.git("tag", "v1.0.0")
        self.assertEqual(problems_of(self.folder), [])

    def test_what_is_missing_is_told(self):
        for words, sentence in (
            ({"version": "1.0.0.dev0"}, "pyproject.toml has version 1.0.0.dev0"),
            ({"cited": "1.0.0.dev0"}, "CITATION.cff has version 1.0.0.dev0, pyproject.toml 1.0.0"),
            ({"heading": "Unreleased"}, "CHANGELOG.md says nothing under the heading 1.0.0"),
        ):
            with self.subTest(sentence):
                self.make(**words)
                self.assertIn(sentence, " ".join(problems_of(self.folder)))

    def test_files_that_are_not_committed_and_a_tag_elsewhere(self):
        self.make()
        self.git("tag", "v1.0.0")
        self.write("more.txt", "x")
        self.assertIn("not committed", " ".join(problems_of(self.folder)))
        self.git("add", ".")
        self.git("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "y")
        self.assertEqual(problems_of(self.folder), ["The tag v1.0.0 is another commit."])

    def test_digests_and_the_text_of_the_tag(self):
        self.make()
        wheel = self.write("dist/room-1.0.0-py3-none-any.whl", "a wheel")
        told = finish(self.folder)
        self.assertIn("git tag --annotate v1.0.0", told)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        sums = (self.folder / "dist/SHA256SUMS").read_text()
        self.assertEqual(sums, f"{digest}  {wheel.name}\n")
        notes = (self.folder / "dist/NOTES.md").read_text()
        self.assertEqual(
            notes, "Cable Reading Room 1.0.0\n\n- It opens.\n\n### For readers\n\n- More.\n"
        )

    def test_the_changelog_has_notes_for_what_comes_next(self):
        heading = "Unreleased" if ".dev" in version_of(PROJECT) else version_of(PROJECT)
        self.assertIn("### For readers", notes_of(PROJECT, heading))
