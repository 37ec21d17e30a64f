"""The field of a row that names an account of the desk."""

from django.conf import settings
from django.db import models


def account(**options) -> models.ForeignKey:
    """Return the field: no account can be deleted that a row names. `options` as of ForeignKey."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, **options)
