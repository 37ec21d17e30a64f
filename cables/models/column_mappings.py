"""Mappings of the columns of a CSV that curators saved under a name."""

from django.db import models

from .account_fields import account


class ColumnMapping(models.Model):
    """How tables of one shape are read. A load keeps a copy: changing this changes no load."""

    name = models.CharField(max_length=100, unique=True)
    mapping = models.JSONField(help_text="As cables/sources/csv_mapping.py describes it.")
    by = account(null=True)
    saved = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "column mapping"
        default_permissions = ("view", "delete")

    def __str__(self):
        return self.name
