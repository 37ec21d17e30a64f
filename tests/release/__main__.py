"""What `make release` does around the checks and the build of a version.

python -m tests.release check     end with 1 and say why if this commit is no release yet
python -m tests.release clear     empty dist/
python -m tests.release finish    write dist/SHA256SUMS and dist/NOTES.md; say how to publish
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from tests.paths import PROJECT

PUBLISH = """\
dist/ has version {version}. When .ci/run has passed for this commit:
  git tag --annotate v{version} --cleanup=verbatim --file dist/NOTES.md
  git push origin v{version}
  UV_PUBLISH_TOKEN=... make publish     the package on PyPI
  gh release create v{version} dist/* --title {version} --notes-file dist/NOTES.md"""


def version_of(project: Path) -> str:
    return str(tomllib.loads((project / "pyproject.toml").read_text())["project"]["version"])


def notes_of(project: Path, version: str) -> str:
    """Return what CHANGELOG.md says of a version, "" if it has no such heading."""
    parts = re.split(r"^## ", (project / "CHANGELOG.md").read_text(), flags=re.M)[1:]
    told = {part.split(maxsplit=1)[0]: part.partition("\n")[2].strip() for part in parts}
    return told.get(version, "")


def problems_of(project: Path) -> list[str]:
    """Return why the commit of a checkout is no release, in sentences."""
    version = version_of(project)
    cited = str(yaml.safe_load((project / "CITATION.cff").read_text())["version"])
    found = []
    if not re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", version):
        found.append(f"pyproject.toml has version {version}: write that of the release, 1.0.0.")
    if cited != version:
        found.append(f"CITATION.cff has version {cited}, pyproject.toml {version}.")
    if not notes_of(project, version):
        found.append(f"CHANGELOG.md says nothing under the heading {version}.")
    if git(project, "status", "--porcelain"):
        found.append("There are files that are not committed: commit them, or put them away.")
    here, tagged = (
        git(project, "rev-parse", "-q", "--verify", name) for name in ("HEAD", f"v{version}^{{}}")
    )
    if tagged and tagged != here:
        found.append(f"The tag v{version} is another commit.")
    return found


def git(project: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", project, *arguments], capture_output=True, text=True)
    return done.stdout.strip()


def finish(project: Path) -> str:
    """Write digests and notes of the files in dist/, and return how to publish them."""
    version, dist = version_of(project), project / "dist"
    files = sorted(path for path in dist.iterdir() if path.suffix in {".whl", ".gz", ".json"})
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (dist / "SHA256SUMS").write_text("".join(lines))
    notes = f"Cable Reading Room {version}\n\n{notes_of(project, version)}\n"
    (dist / "NOTES.md").write_text(notes)
    return PUBLISH.format(version=version)


def main(step: str) -> int:
    if step == "check":
        problems = problems_of(PROJECT)
        print("\n".join(problems), file=sys.stderr, end="\n" * bool(problems))
        return bool(problems)
    if step == "clear":
        shutil.rmtree(PROJECT / "dist", ignore_errors=True)
    if step == "finish":
        print(finish(PROJECT))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
