"""The page of a merge offers origins whose names are near to those of others."""

from django.contrib.auth.models import Permission

from cables.curation.origin_tag_merges import merge
from cables.models import Merge, Origin, Tag
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

    def test_names_that_only_withheld_cables_had_are_not_listed_nor_these_counted(self):
        make_cable("06ROME900001", origin="Embassy Rome", tags=["EFIS"])
        hidden = make_cable("06ROME900002", origin="Legation Rome", tags=["EFIX"])
        for code in ("EFIS", "EFIX"):
            Tag.objects.get_or_create(code=code, kind="subject")
        withhold(hidden)
        merge("origin", "Legation Rome", ["Embassy Rome"], "One place.", self.curator)
        merge("tag", "EFIX", ["EFIS"], "A slip.", self.curator)
        rights = ["view_origin", "view_tag", "view_merge", "merge_places"]
        for more, count in (([], 0), (["withhold_cable"], 1)):
            with self.subTest(more):
                found = Permission.objects.filter(codename__in=rights + more)
                self.curator.groups.clear()
                self.curator.user_permissions.set(found)
                lists = {name: f"/admin/cables/{name}/" for name in ("origin", "tag", "merge")}
                for name in ("origin", "tag"):
                    rows = self.client.get(lists[name]).context["cl"].result_list
                    self.assertEqual(len(rows), 1 + count)
                self.assertContains(self.client.get(lists["merge"]), f'moved">{count}<', 2)
                undo = f"{lists['merge']}{Merge.objects.latest('pk').pk}/undo/"
                self.assertEqual(self.client.get(undo).context["decision"].count, count)
