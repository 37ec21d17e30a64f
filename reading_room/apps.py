"""The configuration of Django's admin application."""

from django.contrib.admin.apps import AdminConfig
from django.core.checks import register

from .name_checks import check_lasting_names


class DeskConfig(AdminConfig):
    """Use the room's own admin site, `Desk`, as the default site."""

    default_site = "reading_room.admin_site.Desk"

    def ready(self):
        super().ready()
        register(check_lasting_names)
