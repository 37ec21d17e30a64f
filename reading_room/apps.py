"""The configuration of Django's admin application; checks of the settings of lasting names."""

import sys

from django.conf import settings
from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.core.checks import CheckMessage, Tags, Warning, register

from .paths import WORK

# Numbers that belong to no institution.
RESERVED = {"12345": "examples", "99152": "terms", "99166": "people and bodies", "99999": "tests"}


def check_lasting_names(app_configs, **options) -> list[CheckMessage]:
    """Warn of an ARK that would not last: a number of nobody's, or no shoulder."""
    naan, shoulder = settings.ARK_NAAN, settings.ARK_SHOULDER
    found: list[CheckMessage] = []
    if naan in RESERVED:
        found.append(
            Warning(
                f"ARK_NAAN is {naan}, which is for {RESERVED[naan]}: such names do not last.",
                hint="Ask https://arks.org for a number of your own.",
                id="cables.W001",
            )
        )
    if naan and not shoulder:
        found.append(
            Warning(
                "ARK_SHOULDER is not set: other names of the institution may be the same.",
                hint="Choose small consonants and one digit, such as x5, for this archive alone.",
                id="cables.W002",
            )
        )
    if shoulder and not naan:
        found.append(Warning("ARK_SHOULDER is set without ARK_NAAN.", id="cables.W003"))
    return found


class DeskConfig(SimpleAdminConfig):
    """Use the room's own admin site, `Desk`, as the default site."""

    default_site = "reading_room.admin_site.Desk"

    def ready(self):
        super().ready()
        # The worker of `serve` makes no page; for an address, urls.py imports the desk's.
        if sys.argv[1:] != WORK:
            autodiscover()
        register(check_lasting_names)
        from .institution_accounts import check_roles

        register(check_roles, Tags.database)
