"""Files of settings: a shell that sources one gets the values that systemd gives to a service."""

import re
import shlex
import subprocess
import tempfile
from pathlib import Path
from unittest import TestCase, skipUnless

from tests.paths import PROJECT

ENVIRONMENT = PROJECT / "docs" / "deployment" / "environment"
# A setting as the file has it, perhaps in a comment.
LINE = re.compile(r"^(?:# )?([A-Z][A-Z0-9_]+)=(.*)$", re.M)
# The examples of settings.md that have more than a word.
EXAMPLE = re.compile(r"`(?:PORT=8001 )?([A-Z][A-Z0-9_]+)=('[^`\n]*')(?: make run)?`")
# systemd's own reader of such files, for ~/.config/environment.d.
READER = Path("/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator")


def read_by_a_shell(path):
    """Return {name: value} as the commands get them that are run after the file was sourced."""
    done = subprocess.run(
        ["bash", "-c", 'set -ea; . "$1"; exec env --null', "bash", path],
        cwd=path.parent,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    if done.returncode or done.stderr:
        raise AssertionError(f"bash ended with status {done.returncode}: {done.stderr}")
    return dict(pair.split("=", 1) for pair in done.stdout.split("\0") if pair)


def read_by_systemd(path):
    """Return the same as systemd reads it. `path` is in a folder environment.d."""
    variables = {"XDG_CONFIG_HOME": str(path.parents[1])}
    done = subprocess.run([READER], env=variables, capture_output=True, text=True, check=True)
    if done.stderr:
        raise AssertionError(done.stderr)
    return dict(pair.split("=", 1) for pair in shlex.split(done.stdout))


class SettingsFileTests(TestCase):
    @classmethod
    def setUpClass(cls):
        shown = dict(EXAMPLE.findall((PROJECT / "docs" / "settings.md").read_text()))
        text = ENVIRONMENT.read_text()
        cls.files = {
            "environment": dict(LINE.findall(text)),
            "settings.md": shown,
            "signs": {"MOTTO": "'a & b; c > d | (e) \"f\" #g %h'"},
        }
        cls.lines = {
            name: "".join(f"{each}={value}\n" for each, value in values.items())
            for name, values in cls.files.items()
        } | {"environment": re.sub(r"(?m)^# (?=[A-Z][A-Z0-9_]+=)", "", text)}

    def check_all(self, read):
        """Compare what a reader makes of each file with what stands between the quotes."""
        for name, values in self.files.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as home:
                path = Path(home, "environment.d", "room.conf")
                path.parent.mkdir()
                path.write_text(self.lines[name])
                expected = {each: value.removeprefix("'")[:-1] for each, value in values.items()}
                found = read(path)
                self.assertEqual({each: found.get(each) for each in expected}, expected)
                self.assertEqual(list(path.parent.iterdir()), [path], "A value made a file.")

    def test_every_value_is_in_single_quotes(self):
        for file, values in self.files.items():
            for name, value in values.items():
                with self.subTest(file, setting=name):
                    self.assertRegex(value, r"\A'[^'$\\]*'\Z")

    def test_the_examples_are_found(self):
        self.assertLessEqual({"APPROVALS", "MAIL_FROM", "MOTTO"}, self.files["settings.md"].keys())
        self.assertLessEqual({"DATABASE_URL", "MAIL_FROM"}, self.files["environment"].keys())

    def test_a_shell_reads_what_stands_in_the_quotes(self):
        self.check_all(read_by_a_shell)

    @skipUnless(READER.exists(), "systemd's reader of environment.d is not installed")
    def test_systemd_reads_the_same(self):
        self.check_all(read_by_systemd)
