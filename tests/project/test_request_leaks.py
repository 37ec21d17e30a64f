"""Nothing of a case reaches readers: no name, no letter, no comment, whatever the room shows."""

from django.test import override_settings

from cables.models import RequestFigure
from tests.admin.test_request_cases import close, make_case
from tests.base import TestCase
from tests.builders import make_cable, make_changes
from tests.planted import WORD, tells
from tests.project.routes import ROUTES


@override_settings(REQUEST_FORM=True, REQUEST_FIGURES=True, REQUEST_ADDRESS="desk@example.org")
class RequestLeakTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_changes(make_cable("06BERLIN900001", tags=["EFIS"]), "HARMLESS")
        texts = dict.fromkeys(("name", "contact", "message", "written", "letter"), WORD)
        for number in range(6):
            case = make_case(
                received=f"2025-03-0{number + 1}", places=[WORD], named=[WORD], **texts
            )
            case.comment(WORD)
            case.write_down("received")
            if number:
                close(case)
        RequestFigure.renew()

    def test_no_page_has_a_word_of_a_case(self):
        for addresses in ROUTES.values():
            for address in addresses:
                with self.subTest(address):
                    own = WORD in address.upper()  # An address may have no word of it.
                    self.assertFalse(not own and tells(self.client.get(address)))

    def test_no_page_has_its_number(self):
        number = f"case {make_case().number}"
        for address in ("/changes/", "/changes.atom", "/about/requests/figures/", "/holdings/"):
            with self.subTest(address):
                self.assertNotContains(self.client.get(address), number)
