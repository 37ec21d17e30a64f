"""Remove the second factor of a curator who lost the telephone and the recovery codes."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from cables.models import Change
from reading_room.second_factor import forget


class Command(BaseCommand):
    help = "Take the second factor from a curator's account; its password stays."

    def add_arguments(self, parser):
        parser.add_argument("name", help="of the account")

    def handle(self, *, name, **options):
        curator = get_user_model().objects.filter(username=name).first()
        if curator is None:
            raise CommandError(f"No account has the name {name}.")
        if not forget(curator):
            raise CommandError(f"{name} has no second factor.")
        Change.objects.create(action="took away", what=f"the second factor of {name}")
        self.stdout.write(f"{name} logs in with the password alone, and can set up a new one.")
