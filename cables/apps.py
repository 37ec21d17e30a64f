"""Django configuration of the app."""

from django.apps import AppConfig


class CablesConfig(AppConfig):
    name = "cables"
    verbose_name = "The archive"
