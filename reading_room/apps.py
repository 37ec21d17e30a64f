"""The configuration of Django's admin application."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Use the room's own admin site, `Desk`, as the default site."""

    default_site = "reading_room.admin_site.Desk"

    def ready(self):
        from . import name_checks  # noqa: F401 - registers the checks.

        super().ready()
