"""Curators choose cables worth reading for the home page, with a reason that the log has."""

from cables.models import Change, Highlight
from tests.admin.test_admin_site import DeskTestCase
from tests.builders import make_cable, withhold

ADD = "/admin/cables/highlight/add/"


class HighlightTests(DeskTestCase):
    def setUp(self):
        super().setUp()
        self.cable = make_cable()

    def test_a_chosen_cable_stands_on_the_home_page(self):
        self.client.get("/")
        self.assertEqual(self.save(ADD, cable="06 Berlin 900001", paragraph="2"), [])
        self.assertContains(self.client.get("/"), "Ships complained.")
        change = Change.objects.get(action="added")
        self.assertEqual(change.subject, "cable worth reading 06BERLIN900001 par2")

    def test_a_change_needs_a_reason(self):
        row = Highlight.objects.create(cable=self.cable)
        address = f"/admin/cables/highlight/{row.pk}/change/"
        refused = self.save(address, cable="06BERLIN900001", paragraph="par1", why="")
        self.assertTrue(refused)
        errors = self.save(address, cable="06BERLIN900001", paragraph="par1", why="It is better.")
        self.assertEqual(errors, [])
        self.assertIn("It is better.", Change.objects.get(action="changed").reason)

    def test_what_readers_may_not_see_cannot_be_chosen(self):
        withhold(make_cable("06PARIS900003"), "A reason.")
        make_cable("06OSLO900004", facts={"redacted": [["", "A reason."]]})
        for values, sentence in (
            ({"cable": "06PARIS900003"}, "06PARIS900003 is withheld; choose another cable."),
            ({"cable": "06OSLO900004"}, "Words are redacted in 06OSLO900004"),
            ({"cable": "06OSLO900005"}, "No cable of the reference 06OSLO900005 is here."),
            (
                {"cable": "06BERLIN900001", "paragraph": "7"},
                "06BERLIN900001 has no paragraph par7.",
            ),
        ):
            with self.subTest(values):
                errors = self.save(ADD, **{"paragraph": ""} | values)
                self.assertIn(sentence, " ".join(errors))
        self.assertFalse(Highlight.objects.exists())
