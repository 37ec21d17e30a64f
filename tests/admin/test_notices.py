"""No page for readers shows messages of the desk."""

from django.core.cache import cache

from tests.base import TestCase
from tests.builders import make_cable
from tests.planted import make_planted_cable
from tests.project.routes import ROUTES
from tests.slow import some

SAID_AT_THE_DESK = ("Nothing is decided yet", "Nothing is saved", "Nothing is done yet")


class NoticesTests(TestCase):
    def test_pages_for_readers_show_no_messages_of_the_desk(self):
        cable = make_planted_cable()
        at = {"at": "2012-03-05T00:00:00+00:00", "reason": "A witness."}
        facts = {"redacted": [at | {"parts": ["par1"]}], "corrected": [at | {"field": "Subject"}]}
        type(cable).objects.filter(pk=cable.pk).update(facts=cable.facts | facts)
        make_cable("06ROME900002", origin="Embassy Rome", tags=["EFIS"])
        cache.clear()
        for route, addresses in ROUTES.items():
            for address in some(addresses, 99):
                with self.subTest(route, address=address):
                    response = self.client.get(address)
                    said = response.getvalue().decode(errors="replace")
                    self.assertEqual([words for words in SAID_AT_THE_DESK if words in said], [])
                    used = [template.name or "" for template in response.templates]
                    self.assertEqual([name for name in used if name.startswith("admin/")], [])
