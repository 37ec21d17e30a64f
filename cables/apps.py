"""The one application of the project."""

from django.apps import AppConfig


class CablesConfig(AppConfig):
    """Cables: their files, their rows, their pages."""

    name = "cables"
    verbose_name = "The archive"
