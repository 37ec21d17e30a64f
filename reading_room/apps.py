"""Which desk the admin application opens."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin, with the room's own site."""

    default_site = "reading_room.desk.Desk"
