"""Accounts of the desk whose owners log in with an account of the institution."""

from django.conf import settings
from django.db import models


class InstitutionAccount(models.Model):
    """By which account of which provider one logs in: what names it, for good, is these two."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="institution_account"
    )
    issuer = models.TextField(help_text="The provider, as it names itself.")
    subject = models.TextField(help_text="The account there: `sub`, which is never given again.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="institution_account_once")
        ]

    def __str__(self):
        return str(self.user)
