"""Check that all rows, ids, versions and digests of the archive are consistent."""

from itertools import chain

from django.core.management.base import CommandError

from cables.management.room_command import ReaderCommand
from cables.models import Cable
from cables.operations.integrity import IntegrityReport, check, check_counts
from cables.operations.progress import progress
from cables.search_index.reader import IndexNotReady, check_index
from reading_room.paths import COMMAND


class Command(ReaderCommand):
    help = "Verify rows, paragraph ids, versions and digests against each other. Changes nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "--after",
            default="",
            metavar="REFERENCE",
            help="continue after this cable, where an earlier check was stopped",
        )

    def handle(self, *, after, **options):
        report = IntegrityReport(last=after)
        total = Cable.objects.filter(reference__gt=after).count()
        try:
            with progress(total, self.stderr, unit=" cables") as advance:
                check(report, self.stdout.write, advance)
        except KeyboardInterrupt:
            stopped = "Stopped before the first cable was checked."
            if report.last:
                stopped = f"Stopped. Go on with {COMMAND} check_archive --after {report.last}"
            raise CommandError(f"{report}\n{stopped}", returncode=130) from None
        for difference in chain(check_counts(), self.check_index()):
            self.stdout.write(difference)
            report.differences += 1
        if report.differences:
            raise CommandError(str(report))
        self.stdout.write(str(report))

    def check_index(self):
        """Yield what differs in the search index. None is no difference: it holds nothing else."""
        try:
            yield from check_index()
        except IndexNotReady:
            self.stdout.write(
                "The search index was not compared: this machine has none, or it is being built. "
                f"{COMMAND} work and {COMMAND} update_index build it."
            )
