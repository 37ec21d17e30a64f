"""Check the citations and quotations of a text against the archive."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.urls import reverse

from cables.assistants.reading_tools import ToolRefused, ask
from cables.management.room_command import RoomCommand
from cables.text_check.document_files import UnreadableFile, as_text, read_file


class Command(RoomCommand):
    told = (ToolRefused,)
    help = (
        "Look up each citation and each quotation of a text (plain text, Markdown, HTML, DOCX, "
        "ODT, PDF, BibTeX, RIS, CSL-JSON), and print what is right and what differs."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print the findings as JSON lines")
        parser.add_argument(
            "--site",
            default=f"http://127.0.0.1:{settings.PORT}",
            help="start of the permanent links, https://archive.example; by default this room",
        )

    def handle(self, *, file, site, **options):
        try:
            text = as_text(read_file(file.name, file.read_bytes()))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except UnreadableFile as error:
            raise CommandError(f"{file}: {error}") from None
        first = 0
        while first is not None:
            form = {"text": text, "first": str(first)}
            report = ask(site.rstrip("/"), reverse("check_json"), form=form)
            for finding in report["findings"]:
                self.stdout.write(json.dumps(finding) if options["json"] else line_of(finding))
            first = report["next"]


def line_of(finding):
    """Return a finding in one line: verdict, words, what was found, permanent link."""
    words = finding["words"] if len(finding["words"]) <= 80 else f"{finding['words'][:80]}…"
    differences = [f"“{each['quoted']}” for “{each['printed']}”" for each in finding["differences"]]
    parts = (*finding["findings"], *differences, finding["permalink"] or finding["publisher"] or "")
    return f"{finding['number']}. {finding['verdict']}: “{words}” {' '.join(filter(None, parts))}"
