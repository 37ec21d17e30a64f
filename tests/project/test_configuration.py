"""Files for other programs - GitHub, Compose, pre-commit, citations - suit these programs."""

import json
import re
import subprocess
import sys
from pathlib import Path
from unittest import TestCase

import yaml

from tests.docs_check.commands import make_targets
from tests.paths import PROJECT
from tests.slow import slow

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
