"""Create a curator's account, with all rights or those of a role."""

import getpass
import io
import os
import sys

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cables.models import Change
from cables.models.roles import CURATORS, ROLES, make_roles
from reading_room.paths import COMMAND

GROUP = CURATORS


class Command(BaseCommand):
    help = (
        "Make a curator's account for the desk at /admin/. Asks for its name and password, or "
        "takes them from CURATOR_NAME and CURATOR_PASSWORD."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--role",
            choices=[*ROLES, GROUP],
            help="Give only the rights of this role. Without it the account has all rights.",
        )

    def handle(self, *, role=None, **options):
        call_command("migrate", verbosity=0)
        call_command("grant_reader", stdout=io.StringIO())
        make_group()
        name = os.environ.get("CURATOR_NAME") or ask("Name of the curator: ", input)
        users = get_user_model().objects
        if users.filter(username=name).exists():
            raise CommandError(
                f"{name} has an account. Another password: {COMMAND} changepassword {name}"
            )
        curator = get_user_model()(username=name)
        password = os.environ.get("CURATOR_PASSWORD") or ask_password()
        try:
            curator.full_clean(exclude=["password"])
            validate_password(password, curator)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        with transaction.atomic():
            make_account(name, password, role)
        may = f"has the role {role}" if role else "can make accounts for others there"
        self.stdout.write(f"{name} can log in at /admin/ and {may}.")


def make_account(name, password, role):
    """Create an account with all rights, or with those of a role, and log that."""
    users = get_user_model().objects
    if role:
        group = Group.objects.filter(name=role).first()
        if group is None:
            raise CommandError(f"There is no group {role}. Make it at the desk, under Groups.")
        users.create_user(name, password=password, is_staff=True).groups.add(group)
    else:
        users.create_superuser(name, password=password)
    granted = f"the role {role}" if role else "all rights"
    reason = f"With {granted}, by make_curator."
    Change.objects.create(action="added", what=f"user {name}", reason=reason)


def ask(question, read):
    """Return the answer typed at the terminal. Raises CommandError if there is no terminal."""
    if not sys.stdin.isatty():
        raise CommandError("There is no terminal to ask on: set CURATOR_NAME and CURATOR_PASSWORD.")
    return read(question).strip()


def ask_password():
    password = ask("Password, at least 12 characters: ", getpass.getpass)
    if ask("The same again: ", getpass.getpass) != password:
        raise CommandError("The two passwords differ. Nothing is stored; try again.")
    return password


def make_group():
    """Create the group of curators if it is missing; an existing one is not changed."""
    make_roles(apps, [GROUP])
