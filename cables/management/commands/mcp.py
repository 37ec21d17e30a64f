"""Serve tools for an assistant on this computer: MCP over standard input and output."""

from importlib.util import find_spec
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.http.request import split_domain_port, validate_host

from reading_room.program_settings import MCP_IS_MISSING


class Command(BaseCommand):
    help = (
        "Serve tools to search, read, check quotations and cite to an assistant on this computer, "
        "by the Model Context Protocol over standard input and output."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--site",
            default="",
            metavar="ADDRESS",
            help="start of the addresses in answers, https://archive.example; by default this room",
        )

    def handle(self, *, site, **options):
        site = site.rstrip("/") or f"http://127.0.0.1:{settings.PORT}"
        parts = urlsplit(site)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path:
            raise CommandError("Write --site with its scheme: https://archive.example")
        if not validate_host(split_domain_port(parts.netloc)[0], settings.ALLOWED_HOSTS):
            raise CommandError(f"{parts.hostname} is not in ALLOWED_HOSTS: add it there.")
        if find_spec("mcp") is None:
            raise CommandError(MCP_IS_MISSING)
        from cables.assistants.mcp_server import serve_stdio

        try:
            serve_stdio(site)
        except* BrokenPipeError:  # The assistant has ended: nobody is left to answer.
            pass
