"""Watch the log of another room, and cosign it."""

import signal

from django.core.management.base import BaseCommand, CommandError

from cables.models import WitnessedLog
from cables.transparency.signing_key import LogKeyError
from cables.transparency.verify import FORMLESS, Refuted
from cables.transparency.witnesses import witness

LONGEST = 3600  # Seconds. The other room decides how much it answers.


def too_long(*_):
    raise TimeoutError(f"The other room did not come to an end in {LONGEST:,} seconds.")


class Command(BaseCommand):
    help = (
        "Check that the public log of another room continues what this room saw of it before, and "
        "cosign it. Run it from cron, once an hour or a day. Exits with an error if the log does "
        "not continue: keep the message, and tell others who watch it."
    )

    def add_arguments(self, parser):
        parser.add_argument("address", help="of the other room, https://cables.example.org")
        parser.add_argument("--key", default="", help="its public key, as its operators told it")
        parser.add_argument(
            "--forget", action="store_true", help="first forget what was seen of it before"
        )

    def handle(self, *, address, key, forget, **options):
        if not address.startswith(("https://", "http://")):
            raise CommandError("Name the address of a room: https://cables.example.org")
        if forget:
            WitnessedLog.objects.filter(address=address).delete()
        signal.signal(signal.SIGALRM, too_long)
        signal.alarm(LONGEST)
        try:
            self.stdout.write(witness(address, key))
        except (Refuted, OSError, LogKeyError) as error:
            raise CommandError(str(error)) from error
        except FORMLESS as error:
            raise CommandError(f"{address} answers what is no log: {error!r}") from error
        finally:
            signal.alarm(0)
