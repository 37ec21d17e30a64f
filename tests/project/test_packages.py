"""The lists of packages: compiled from pyproject.toml, exact, complete, each with its digests."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from unittest import TestCase
from zipfile import ZipFile

import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packed_data.__main__ import PACKED
from tests.paths import PROJECT
from tests.slow import slow

SOURCE = tomllib.loads((PROJECT / "pyproject.toml").read_text())
RUN, DEVELOP = "requirements.txt", "requirements-dev.txt"
DECLARED = {RUN: SOURCE["project"]["dependencies"], DEVELOP: SOURCE["dependency-groups"]["dev"]}
# A compiled package: its name and version, for which systems, and its digests.
PACKAGE = re.compile(
    r"^([\w.-]+)==([\w.+]+)(?: ; ([^\\\n]+?))?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.M
)


def compiled(name):
    """Return {package: (version, marker or "")} of a compiled list in the project's folder."""
    return packages_in((PROJECT / name).read_text())


def packages_in(text):
    """Return the same of the text of a list; of several rows of a package, that for this Python."""
    found = {}
    for name, number, marker in (row.groups()[:3] for row in PACKAGE.finditer(text)):
        if name not in found or not marker or Marker(marker).evaluate():
            found[name] = (number, marker or "")
    return found


def needed(requirements):
    """Return {package: Requirement} of all that these need here, by what is installed."""
    waiting, seen, found = [(Requirement(each), ("",)) for each in requirements], set(), {}
    while waiting:
        each, extras = waiting.pop()
        name = canonicalize_name(each.name)
        if each.marker and not any(each.marker.evaluate({"extra": extra}) for extra in extras):
            continue
        found.setdefault(name, []).append(each)
        if (name, frozenset(each.extras)) not in seen:
            seen.add((name, frozenset(each.extras)))
            try:
                below = requires(name) or []
            except PackageNotFoundError:  # For another system or another purpose.
                continue
            waiting += [(Requirement(line), ("", *each.extras)) for line in below]
    return found


class CompiledTests(TestCase):
    def test_every_package_has_a_digest(self):
        for name in DECLARED:
            text = (PROJECT / name).read_text()
            lines = re.findall(r"^[\w.-]+==", text, re.M)
            with self.subTest(name):
                self.assertGreater(len(lines), 40)
                self.assertEqual(len(PACKAGE.findall(text)), len(lines))

    def test_what_is_declared_is_exact_and_compiled(self):
        for name, declared in DECLARED.items():
            pins = compiled(name)
            for line in declared:
                with self.subTest(line):
                    requirement = Requirement(line)
                    package = canonicalize_name(requirement.name)
                    self.assertEqual(str(requirement.specifier), f"=={pins[package][0]}")

    def test_what_they_need_is_there_in_a_version_that_suits(self):
        for name, lists in ((RUN, [RUN]), (DEVELOP, [RUN, DEVELOP])):
            pins = {
                package: pin for each in reversed(lists) for package, pin in compiled(each).items()
            }
            for package, requirements in needed(DECLARED[name]).items():
                for requirement in requirements:
                    with self.subTest(name, needs=str(requirement)):
                        self.assertIn(package, pins, "Run `make lock`.")
                        self.assertTrue(requirement.specifier.contains(pins[package][0]))

    def test_nothing_is_left_of_a_package_that_is_no_longer_declared(self):
        reached = {name: needed(declared) for name, declared in DECLARED.items()}
        for name, packages in reached.items():
            left = {package for package, (_, marker) in compiled(name).items() if not marker}
            with self.subTest(name):
                # Universal: some that only another system needs have no marker.
                self.assertLessEqual(
                    left - set(packages), {"tzdata", "colorama"}, "Run `make lock`."
                )

    def test_both_lists_agree(self):
        run, develop = compiled(RUN), compiled(DEVELOP)
        for package in run.keys() & develop.keys():
            with self.subTest(package):
                self.assertEqual(run[package][0], develop[package][0])

    def test_what_is_installed_is_what_is_listed(self):
        for name in DECLARED:
            for package, (pin, _) in compiled(name).items():
                with self.subTest(package):
                    try:
                        found = version(package)
                    except PackageNotFoundError:  # For another system.
                        continue
                    if package != "django":  # The tests also run with a newer one.
                        self.assertEqual(found, pin)

    @slow("no list of packages made")
    def test_the_sbom_has_every_package_of_a_room_with_its_digests(self):
        bill = json.loads((self.make_elsewhere("sbom") / "dist" / "sbom.cdx.json").read_text())
        self.assertEqual(bill["metadata"]["component"]["version"], SOURCE["project"]["version"])
        found = {each["name"]: each for each in bill["components"]}
        self.assertEqual({*found}, {*compiled(RUN)})
        for name, each in found.items():
            with self.subTest(name):
                self.assertEqual(each["version"], compiled(RUN)[name][0])
                self.assertTrue(each["externalReferences"][0]["hashes"])

    def make_elsewhere(self, target):
        """Make a target in a temporary folder with the files of the lists; return the folder."""
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in ("pyproject.toml", "README.md", "LICENSE", "Makefile", *DECLARED):
            shutil.copy(PROJECT / name, folder)
        (folder / ".venv").mkdir()
        for name in ("run-ready", "test-ready"):
            (folder / ".venv" / name).touch()
        command = ["make", "--silent", target, f"BIN={sys.executable}"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return folder

    @slow("not compiling")
    def test_compiling_changes_nothing(self):
        folder = self.make_elsewhere("lock")
        for name in DECLARED:
            with self.subTest(name):
                # A release can get further files, whose digests are then added.
                self.assertEqual(packages_in((folder / name).read_text()), compiled(name))


class PackedDataTests(TestCase):
    def test_data_of_packages_are_packed_as_they_are_with_their_source_and_licence(self):
        for path, (contents, package) in PACKED.items():
            with self.subTest(path.name), ZipFile(path) as archive:
                texts = {name: archive.read(name).decode() for name in archive.namelist()}
                told = texts.pop("README.txt")
                self.assertIn(f"{package} {version(package)}", told)
                self.assertRegex(told, r"CC BY(-SA)? \d\.0")
                self.assertTrue(texts == contents(), "Run `make data`.")


class VersionTests(TestCase):
    """What is said of versions in several files."""

    def classified(self, start):
        """Return the versions in the classifiers that begin so."""
        lines = SOURCE["project"]["classifiers"]
        return {
            line.removeprefix(start)
            for line in lines
            if re.fullmatch(re.escape(start) + r"\d+\.\d+", line)
        }

    def test_every_licence_that_a_file_is_under_has_its_text(self):
        named = tomllib.loads((PROJECT / "REUSE.toml").read_text())["annotations"]
        licences = {each["SPDX-License-Identifier"] for each in named}
        texts = {path.stem for path in (PROJECT / "LICENSES").iterdir()}
        self.assertEqual(licences, texts)
        self.assertEqual(
            (PROJECT / "LICENSE").read_bytes(), (PROJECT / "LICENSES/BSD-3-Clause.txt").read_bytes()
        )
        for each in named[1:]:
            for pattern in [each["path"]] if isinstance(each["path"], str) else each["path"]:
                with self.subTest(pattern):
                    self.assertTrue(list(PROJECT.glob(pattern)))

    def test_the_licences_of_packed_data_are_those_that_their_readers_are_told(self):
        named = tomllib.loads((PROJECT / "REUSE.toml").read_text())["annotations"]
        told = dict(
            re.findall(
                r"(?s)- `(\S+\.zip)`:.*?Licence: (CC .*?)\.\n",
                (PROJECT / "docs/sources.md").read_text(),
            )
        )
        self.assertEqual(len(told), 2)
        for path, words in told.items():
            with self.subTest(path):
                (licence,) = [
                    each["SPDX-License-Identifier"] for each in named if each["path"] == path
                ]
                self.assertEqual(licence, words.replace(" ", "-"))

    def test_the_workflow_tests_the_versions_that_the_package_names(self):
        workflow = yaml.safe_load((PROJECT / ".github/workflows/tests.yml").read_text())
        rows = workflow["jobs"]["tests"]["strategy"]["matrix"]["include"]
        tested = {key: {row[key] for row in rows} for key in ("python", "django", "postgresql")}
        self.assertEqual(tested["python"], self.classified("Programming Language :: Python :: "))
        self.assertEqual(tested["django"], self.classified("Framework :: Django :: "))
        self.assertEqual(tested["postgresql"], {*SOURCE["tool"]["reading-room"]["postgresql"]})
        oldest = min(tested["python"], key=lambda text: [*map(int, text.split("."))])
        self.assertEqual(SOURCE["project"]["requires-python"], f">={oldest}")
        self.assertEqual(SOURCE["tool"]["ruff"]["target-version"], f"py{oldest.replace('.', '')}")
        # With the newest of all, as .ci/run tests it.
        script = (PROJECT / ".ci" / "run").read_text()
        newest = dict(re.findall(r"^next_(\w+)=(\S+)$", script, re.M))
        pairs = {(row["python"], row["django"]) for row in rows}
        self.assertIn((newest["python"], newest["django"]), pairs)

    def test_the_containers_have_the_newest_python_and_postgresql(self):
        image = (PROJECT / "Dockerfile").read_text()
        bases = set(re.findall(r"^FROM python:([\d.]+)-\S+", image, re.M))
        self.assertEqual(bases, {max(self.classified("Programming Language :: Python :: "))})
        newest = max(SOURCE["tool"]["reading-room"]["postgresql"], key=int)
        for name in ("compose.yaml", "docs/deployment/compose.yaml"):
            with self.subTest(name):
                servers = re.findall(r"image: postgres:(\S+)", (PROJECT / name).read_text())
                self.assertEqual(set(servers), {newest})

    def test_optional_packages_are_those_that_the_tests_have(self):
        optional = SOURCE["project"]["optional-dependencies"]
        declared = {*DECLARED[DEVELOP]}
        self.assertLessEqual({each for lines in optional.values() for each in lines}, declared)
        self.assertFalse({each for lines in optional.values() for each in lines} & {*DECLARED[RUN]})

    def test_messages_and_docs_name_the_versions_of_packages_that_are_declared(self):
        pins = {Requirement(line).name: line for lines in DECLARED.values() for line in lines}
        files = [
            path for name in ("cables", "reading_room") for path in (PROJECT / name).rglob("*.py")
        ]
        found = set()
        for path in [*files, *(PROJECT / "docs").glob("*.md"), PROJECT / "README.md"]:
            for name, pin in re.findall(r"\b([a-z][\w-]+)==(\d[\w.]*\w)", path.read_text()):
                with self.subTest(path.name, package=name):
                    self.assertEqual(f"{name}=={pin}", pins[name])
                    found.add(name)
        self.assertLessEqual({"mcp", "pyarrow", "pagefind-bin"}, found)

    def test_the_version_is_the_same_everywhere(self):
        number = SOURCE["project"]["version"]
        citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text())
        self.assertEqual(citation["version"], number)
        changes = (PROJECT / "CHANGELOG.md").read_text()
        heading = "Unreleased" if ".dev" in number else number
        self.assertEqual(re.search(r"^## (\S+)", changes, re.M)[1], heading)
        self.assertEqual(citation["license"], SOURCE["project"]["license"])

    def test_the_builder_is_the_same_as_in_an_isolated_build(self):
        self.assertLessEqual({*SOURCE["build-system"]["requires"]}, {*DECLARED[DEVELOP]})
