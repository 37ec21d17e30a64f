"""Read settings from environment variables and check them.

An invalid value raises ImproperlyConfigured with the value and what to write instead.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from environs import Env, EnvError, validate

env = Env()
FLAG = "Write 1 for yes or 0 for no."


def wrong(name, remedy):
    """Return the error for a variable: its value without a password, and what to write."""
    shown = re.sub(r"(?<=:)[^:@/]+(?=@)", "***", os.environ[name])
    return ImproperlyConfigured(f"{name} is {shown!r}. {remedy}")


def read(kind, name, default, *, remedy, **options):
    """Return a variable's value. Raises ImproperlyConfigured if it is invalid."""
    try:
        return kind(name, default, **options)
    except (EnvError, ValueError):
        raise wrong(name, remedy) from None


def number(name, default, least, most, remedy=""):
    """Return an integer from `least` to `most`. Raises ImproperlyConfigured for another value."""
    remedy = remedy or f"Write a number, {least} to {most}."
    return read(env.int, name, default, validate=validate.Range(least, most), remedy=remedy)


def text(name, *, like, remedy):
    """Return a text that matches the pattern `like`; "" if it is empty or not set."""

    def check(value):
        if value and not re.fullmatch(like, value):
            raise ValueError

    return read(env.str, name, "", validate=check, remedy=remedy)


def texts(name, default, *, like, remedy):
    """Return the texts of a list with commas, each of which matches the pattern `like`."""

    def check(values):
        if not values or not all(re.fullmatch(like, value) for value in values):
            raise ValueError

    return read(env.list, name, default, validate=check, remedy=remedy)


def kept_secret(path):
    """Return the key in a file with mode 0600; create both on the first call."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(get_random_secret_key())
            with suppress(FileExistsError):  # Another process may have been faster.
                os.link(draft, path)
            draft.unlink()
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"SECRET_KEY is not set, and {path} cannot be used: {error.strerror}. Set SECRET_KEY "
            "to a long random text, or run as the user who started the room first."
        ) from None


def folder(name, default):
    """Return the path of an existing folder, or None if not set. Raises ValueError if invalid."""
    path = Path(os.environ.get(name, default))
    if not os.environ.get(name):
        return None
    if not (path.is_absolute() and path.is_dir()):
        raise ValueError
    return path
