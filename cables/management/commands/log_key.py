"""Show the public key of the log, replace it, or begin another log."""

from cables.management.room_command import RoomCommand
from cables.transparency import append
from cables.transparency.signing_key import LogKeyError
from cables.transparency.verify import Refuted


class Command(RoomCommand):
    told = (LogKeyError, Refuted)
    help = (
        "Print the public keys of this room: that of its log, and that with which it cosigns the "
        "logs of others (their setting WITNESSES). The private key is in LOG_KEY_FILE."
    )

    def add_arguments(self, parser):
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--rotate", action="store_true", help="replace the key; the log says so, and goes on"
        )
        which.add_argument(
            "--begin-anew",
            action="store_true",
            help="begin another log with a new key, as after a backup was restored: whoever has a "
            "checkpoint of the old one sees that it ended",
        )

    def handle(self, *, rotate: bool, begin_anew: bool, **options):
        if rotate:
            append.rotate()
            self.stdout.write(
                "The key was replaced. The old one signed an entry of the log that says so."
            )
        elif begin_anew:
            append.begin_anew()
            self.stdout.write(
                "Another log was begun. The worker adds all texts that are public now."
            )
        for what, key in append.key_of_log():
            self.stdout.write(f"{what}: {key}")
