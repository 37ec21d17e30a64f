"""Mappings of the columns of a CSV that curators saved under a name."""

from django.conf import settings
from django.db import models


class ColumnMapping(models.Model):
    """How tables of one shape are read. A load keeps a copy: changing this changes no load."""

    name = models.CharField(max_length=100, unique=True)
    mapping = models.JSONField(help_text="As cables/sources/csv_mapping.py describes it.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    saved = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "column mapping"
        default_permissions = ("view", "delete")

    def __str__(self):
        return self.name
