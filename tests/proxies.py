"""nginx and Caddy with the files of docs/deployment, for tests: before a room on this computer."""

import os
import re
import shutil
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.web import HOST, free_port, free_ports, nginx, serving
from tests.paths import PROJECT

FOLDER = PROJECT / "docs" / "deployment"
NAME = "cables.example.org"  # The site's, in both files.
# Changes of nginx.conf that let one address ask as much as a crowd.
FREE = (("limit_conn connections 100;", ""), ("limit_req zone=readers burst=60 nodelay;", ""))
WHOLE = """
{user} daemon off; pid {folder}/pid; error_log stderr; worker_processes auto;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    {text}
}}
"""


def changed(text: str, *changes: tuple[str, str]) -> str:
    """Return a text with changes, each of which must find its place."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def nginx_before(room: int, folder: Path, *changes: tuple[str, str]):
    """Run nginx, without TLS, before the room at a port; yield its own port.

    `folder` gets all that it writes. Raises LookupError where nginx is not installed.
    """
    if not (program := nginx()):
        raise LookupError("nginx is not installed: nothing was read through it")
    port, unencrypted = free_ports(2)
    text = changed(
        re.sub(r"(?m)^ *ssl_.*\n", "", (FOLDER / "nginx.conf").read_text()),
        ("listen 80;", f"listen {HOST}:{unencrypted};"),
        ("listen 443 ssl;", f"listen {HOST}:{port};"),
        (f"{HOST}:8000", f"{HOST}:{room}"),
        ("/var/cache/nginx", str(folder)),
        ("/var/log/nginx", str(folder)),
        *changes,
    )
    user = "user root;" if os.geteuid() == 0 else ""
    configured = folder / "nginx.conf"
    configured.write_text(WHOLE.format(user=user, folder=folder, text=text))
    with serving([program, "-c", str(configured)], port):
        yield port


@contextmanager
def caddy_before(room: int, folder: Path):
    """Run Caddy likewise. Raises LookupError where it is not installed."""
    if not (program := shutil.which("caddy")):
        raise LookupError("Caddy is not installed: nothing was read through it")
    port = free_port()
    text = changed(
        (FOLDER / "Caddyfile").read_text(),
        ("{\n\t#", "{\n\tadmin off\n\tauto_https off\n\t#"),
        (f"{NAME} {{", f"http://{NAME}:{port} {{"),
        (f"{HOST}:8000", f"{HOST}:{room}"),
    )
    configured = folder / "Caddyfile"
    configured.write_text(text)
    command = [program, "run", "--adapter", "caddyfile", "--config", str(configured)]
    with serving(command, port, XDG_DATA_HOME=str(folder), XDG_CONFIG_HOME=str(folder)):
        yield port
