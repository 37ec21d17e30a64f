"""The page of a merge offers origins whose names are near to those of others."""

from django.contrib.auth.models import Permission

from cables.models import Origin
from tests.admin.test_admin_site import DeskTestCase
from tests.builders import make_cable, make_origin, withhold


class MergeOfferTests(DeskTestCase):
    def test_origins_that_only_withheld_cables_have_are_not_offered(self):
        for name, latitude in (("Legation Managua", 1), ("Legation Mamagua", None)):
            cable = make_cable(f"06ROME90000{len(Origin.objects.all())}", origin=name)
            Origin.objects.filter(name=name).update(latitude=latitude, longitude=latitude)
        withhold(cable)
        self.curator.groups.clear()
        for rights, is_told in ((["merge_places"], False), (["merge_places", "see_sealed"], True)):
            with self.subTest(rights):
                found = Permission.objects.filter(codename__in=rights)
                self.curator.user_permissions.set(found)
                page = self.client.get("/admin/cables/merge/new/")
                self.assertEqual("Mamagua" in page.content.decode(), is_told)

    def test_misprinted_places_are_offered_with_those_that_they_may_be(self):
        self.curator.user_permissions.add(Permission.objects.get(codename="merge_places"))
        for name in ("Legation Managua", "Consulate Kobe", "Legation Berlin"):
            make_origin(name)
            Origin.objects.filter(name=name).update(latitude=1, longitude=1)
        for name in ("Legation Mamagua", "Consulate Mamagua", "Legation Nowhere", "Legation"):
            make_origin(name)
            Origin.objects.filter(name=name).update(latitude=None)
        response = self.client.get("/admin/cables/merge/new/")
        self.assertEqual(response.context["near"], [("Legation Mamagua", "Legation Managua")])
        offer = "?kind=origin&amp;name=Legation%20Mamagua&amp;into=Legation%20Managua"
        self.assertContains(response, offer)
        filled = self.client.get(f"/admin/cables/merge/new/{offer.replace('&amp;', '&')}")
        self.assertEqual(filled.context["form"].initial["into"], "Legation Managua")
