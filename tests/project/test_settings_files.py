"""Files of settings mean the same to a shell and to systemd; those for other programs suit them."""

import json
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import TestCase, skipUnless

import yaml

from tests.docs_check.commands import make_targets
from tests.paths import PROJECT
from tests.slow import slow

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


WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
# Schema of check-jsonschema -> files.
SCHEMAS = {
    "github-workflows": WORKFLOWS,
    "github-issue-forms": sorted((PROJECT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")),
    "dependabot": [PROJECT / ".github" / "dependabot.yml"],
    "compose-spec": [PROJECT / "compose.yaml", PROJECT / "docs/deployment/compose.yaml"],
    "citation-file-format": [PROJECT / "CITATION.cff"],
}
PINNED = re.compile(r"^[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


class ProgramTests(TestCase):
    def run_program(self, module, *arguments):
        """Fail the test with what a Python program prints, unless it is content."""
        command = [sys.executable, "-m", module, *map(str, arguments)]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    @slow("no file checked against its schema")
    def test_files_suit_their_schemas(self):
        for schema, files in SCHEMAS.items():
            with self.subTest(schema):
                self.assertTrue(files)
                self.run_program("check_jsonschema", "--builtin-schema", f"vendor.{schema}", *files)

    def test_hadolint_finds_nothing_in_the_dockerfile(self):
        program = Path(sys.executable).with_name("hadolint")
        done = subprocess.run([program, "Dockerfile"], cwd=PROJECT, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_pre_commit_understands_its_file(self):
        self.run_program("pre_commit", "validate-config")

    def test_the_hooks_run_what_make_lint_runs(self):
        hooks = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text())["repos"][0][
            "hooks"
        ]
        entries = {re.sub(r" --force-exclude", "", hook["entry"]) for hook in hooks}
        makefile = (PROJECT / "Makefile").read_text()
        rule = re.search(r"^lint:.*\n((?:\t.+\n)+)", makefile, re.M)[1]
        commands = re.findall(r"\$\(BIN\) (.+)", rule)
        expected = {re.sub(r" (?:\.|templates)$", "", command) for command in commands}
        self.assertEqual({entry.removeprefix(".venv/bin/python ") for entry in entries}, expected)


class WorkflowTests(TestCase):
    def test_actions_are_pinned_to_a_commit(self):
        for path in WORKFLOWS:
            for used in re.findall(r"uses: (.+)", path.read_text()):
                with self.subTest(path.name, uses=used):
                    self.assertRegex(used, PINNED)

    def test_workflows_may_only_read(self):
        for path in WORKFLOWS:
            workflow = yaml.safe_load(path.read_text())
            with self.subTest(path.name):
                self.assertEqual(workflow["permissions"], {"contents": "read"})
                for job in workflow["jobs"].values():
                    self.assertNotIn("permissions", job)
                    self.assertIn("timeout-minutes", job)
                self.assertNotIn("secrets.", path.read_text())
                self.assertNotIn("pull_request_target", path.read_text())

    def test_their_make_targets_exist(self):
        for path in WORKFLOWS:
            for line in re.findall(r"run: make (.+)", path.read_text()):
                with self.subTest(path.name, make=line):
                    self.assertLessEqual({*line.split()}, make_targets())

    def test_the_development_container_uses_targets_that_exist(self):
        text = (PROJECT / ".devcontainer" / "devcontainer.json").read_text()
        made = re.findall(r"make (\S+)", json.loads(text)["postCreateCommand"])
        self.assertTrue(made)
        self.assertLessEqual({*made}, make_targets())
