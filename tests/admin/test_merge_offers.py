"""The page of a merge offers origins whose names are near to those of others."""

from django.contrib.auth.models import Permission

from cables.curation.origin_tag_merges import merge
from cables.models import Cable, Merge, Origin, Tag
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

    def test_pages_of_origins_and_tags_offer_it_and_lists_show_their_cables(self):
        for number, name in enumerate(("Legation Managua", "Legation Mamagua", "Legation Mamagua")):
            make_cable(f"06ROME90000{number}", origin=name, tags=["EFIS"])
        Origin.objects.filter(name="Legation Managua").update(latitude=1, longitude=1)
        withhold(Cable.objects.get(reference="06ROME900002"))
        origin, tag = Origin.objects.get(name="Legation Mamagua"), Tag.objects.create(code="EFIS")
        near = "kind=origin&amp;name=Legation+Mamagua&amp;into=Legation+Managua"
        for row, query, found, count in (
            (origin, near, f"origin={origin.slug}", 1),
            (tag, "kind=tag&amp;name=EFIS", "tag=EFIS", 2),
        ):
            address = f"/admin/cables/{row._meta.model_name}/"
            offer = f'<a href="/admin/cables/merge/new/?{query}">Merge into another</a>'
            its_cables = f'href="/admin/cables/cable/?{found}"'
            for may in (False, True):
                with self.subTest(row, may=may):
                    if may:
                        right = Permission.objects.get(codename="merge_places")
                        self.curator.user_permissions.add(right)
                    page = self.client.get(f"{address}{row.pk}/change/").content.decode()
                    self.assertEqual(offer in page, may)
                    self.assertIn(f"<a {its_cables}>Show its cables</a>", page)
                    self.assertContains(self.client.get(address), f"<a {its_cables}>{count}<")
            self.curator.user_permissions.clear()

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
