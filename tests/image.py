"""Follow a Dockerfile without Docker: each stage in a bare Debian, its commands in a chroot.

Only what our Dockerfile uses is understood. It takes root, mmdebstrap and Debian's packages.
"""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.waiting import PATIENCE

# What python:VERSION-slim-RELEASE has, too, that a bare Debian has not.
PACKAGES = "python3,python3-venv,ca-certificates"
# Variables of this computer without which its packages cannot be reached.
KEPT = ("PIP_CERT", "PIP_INDEX_URL", "SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY")
CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"
BASE = re.compile(r"python:[\d.]+-slim-(\w+)")


@dataclass
class Stage:
    """A stage of the file: its root folder, and what its instructions have set."""

    root: Path
    environment: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    )
    folder: str = "/"
    user: str = ""
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        """Return where a path of the image lies on this computer."""
        return self.root / Path(self.folder, path).relative_to("/")

    def start(self, command: list[str], **variables) -> subprocess.Popen:
        """Start a command in the stage, as its user; its output is text."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        user = [f"--userspec={self.user}"] if self.user else []
        # chroot begins at /; the shell goes to the folder of the stage.
        entered = ["/bin/sh", "-c", 'cd "$0" && exec "$@"', self.folder, *command]
        return subprocess.Popen(
            [CHROOT, *user, str(self.root), *entered],
            env=kept | self.environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: list[str], **variables) -> str:
        """Run a command to its end; return its output. Raises AssertionError if it fails."""
        process = self.start(command, **variables)
        output, _ = process.communicate(timeout=2 * PATIENCE)
        if process.returncode:
            raise AssertionError(f"{command} ended with status {process.returncode}:\n{output}")
        return output


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile, without comments: (name, the rest)."""
    lines = re.sub(r"^\s*#.*\n", "", text, flags=re.M).replace("\\\n", " ").splitlines()
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in lines if line.strip()]


class Builder:
    """Builds the stages of a Dockerfile into a folder."""

    def __init__(self, project: Path, folder: Path):
        self.project, self.folder = project, folder
        self.stages: dict[str, Stage] = {}

    def build(self) -> Stage:
        """Follow all instructions, and return the last stage. Raises AssertionError."""
        for name, rest in instructions((self.project / "Dockerfile").read_text()):
            if name == "FROM":
                self.stage = self.begin(*rest.split(" AS "))
            else:
                getattr(self, name.lower())(rest)
        return self.stage

    def begin(self, image: str, name: str = "last") -> Stage:
        """Begin a stage with a bare Debian, which is made once."""
        release = BASE.fullmatch(image)[1]
        bare = self.folder / release
        if not bare.exists():
            made = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}"]
            done = subprocess.run([*made, release, bare], capture_output=True, text=True)
            if done.returncode:
                raise AssertionError(done.stderr)
            (bare / "usr/local/bin/python").symlink_to("/usr/bin/python3")
            for path in ("etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt"):
                shutil.copy(f"/{path}", bare / path)
        root = self.folder / name
        subprocess.run(["cp", "--archive", bare, root], check=True)
        self.stages[name] = Stage(root)
        return self.stages[name]

    def env(self, rest):
        for name, value in re.findall(r"(\w+)=(\S+)", rest):
            self.stage.environment[name] = value.replace("$PATH", self.stage.environment["PATH"])

    def arg(self, rest):
        name, _, default = rest.partition("=")
        self.stage.environment[name] = default.strip('"')

    def workdir(self, rest):
        self.stage.folder = rest
        self.stage.inside(".").mkdir(parents=True, exist_ok=True)

    def user(self, rest):
        lines = self.stage.inside("/etc/passwd").read_text().splitlines()
        group = next(line.split(":")[3] for line in lines if line.split(":")[2] == rest)
        self.stage.user = f"{rest}:{group}"

    def run(self, rest):
        self.stage.run(["/bin/sh", "-c", rest])

    def copy(self, rest):
        *options, source, target = rest.split()
        into = self.stage.inside(target)
        if options:
            other = self.stages[options[0].removeprefix("--from=")]
            subprocess.run(["cp", "--archive", other.inside(source), into], check=True)
        elif source != ".":
            shutil.copy(self.project / source, into)
        else:
            for line in (self.project / ".dockerignore").read_text().splitlines():
                if line.startswith("!"):
                    path = self.project / line[1:]
                    command = ["cp", "--recursive", "--preserve=timestamps", path, into]
                    subprocess.run(command, check=True)

    def volume(self, rest):
        if not self.stage.inside(rest).is_dir():
            raise AssertionError(f"{rest} does not exist: its account could not write to it.")

    def expose(self, rest):
        """Nothing to do: the ports are this computer's."""

    def healthcheck(self, rest):
        self.stage.health = json.loads(rest.partition("CMD ")[2])

    def cmd(self, rest):
        self.stage.command = json.loads(rest)
