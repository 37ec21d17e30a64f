"""Join and separate persons of volumes at the desk, and undo it."""

from cables.models import Change, PersonEntry, PersonRuling
from tests.admin.test_stamps import WHY
from tests.base import TestCase
from tests.builders import forget_counts, make_curator
from tests.opened import send
from tests.views.test_person_pages import load_volume

ENTRY = "Rell, Maro</persName>, {} of ferries"


class PersonRulingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.curator = make_curator("anna", "merge_places", "view_change")
        for volume, office in (("frus1949v97", "Ambassador"), ("frus1961v98", "Rower")):
            load_volume(volume, listed={"p_RM1": ENTRY.format(office)})

    def setUp(self):
        self.client.force_login(self.curator)

    def slugs(self):
        return [*PersonEntry.objects.order_by("volume").values_list("slug", flat=True)]

    def rule(self, page, one, other):
        address = f"/admin/cables/personentry/{one.pk}/{page}/"
        return send(self.client, address, {"other": other.pk, "reason": WHY}, follow=True)

    def test_two_persons_are_joined_and_parted_again(self):
        one, other = PersonEntry.objects.order_by("volume")
        self.assertEqual(self.slugs(), ["maro-rell", "maro-rell-2"])
        offered = self.client.get("/admin/cables/personentry/?uncertain=yes")
        self.assertContains(offered, "Rell, Maro", count=2)
        self.rule("join", one, other)
        self.assertEqual(self.slugs(), ["maro-rell"] * 2)
        forget_counts()
        page = self.client.get("/person/maro-rell/")
        self.assertContains(page, "Rower of ferries")
        for form in ("/", ".json"):
            moved = self.client.get(f"/person/maro-rell-2{form}")
            self.assertRedirects(moved, f"/person/maro-rell{form}")
        ruling = PersonRuling.objects.get()
        undo = f"/admin/cables/personruling/{ruling.pk}/undo/"
        self.assertContains(self.client.get("/admin/cables/change/"), undo)
        send(self.client, undo, {"reason": WHY}, follow=True)
        self.assertEqual(self.slugs(), ["maro-rell", "maro-rell-2"])
        logged = Change.objects.order_by("pk").values_list("action", "what")
        what = "persons frus1949v97 p_RM1 and frus1961v98 p_RM1"
        self.assertEqual([*logged][-2:], [("joined", what), ("grouped by rule", what)])

    def test_a_ruling_holds_for_later_loads(self):
        one, other = PersonEntry.objects.order_by("volume")
        self.rule("join", one, other)
        load_volume("frus1961v98", listed={"p_RM1": ENTRY.format("Painter")})
        self.assertEqual(self.slugs(), ["maro-rell"] * 2)
        one, other = PersonEntry.objects.order_by("volume")
        PersonRuling.objects.all().delete()
        load_volume("frus1950v99", listed={"p_RM1": ENTRY.format("Ambassador")})
        self.assertEqual(self.slugs()[:2], ["maro-rell"] * 2)
        first, second = PersonEntry.objects.order_by("volume")[:2]
        self.rule("separate", first, second)
        load_volume("frus1950v99", listed={"p_RM1": ENTRY.format("Envoy")})
        self.assertEqual(len({*self.slugs()[:2]}), 2)

    def test_two_spellings_of_a_surname_are_joined_and_parted_again(self):
        load_volume("frus1961v98", listed={"p_RM1": "Rel, Maro B.</persName>, Rower"})
        self.assertEqual(self.slugs(), ["maro-rell", "maro-b-rel"])
        offered = self.client.get("/admin/cables/personentry/?uncertain=yes")
        self.assertContains(offered, "Rel, Maro B.")
        self.rule("join", *PersonEntry.objects.order_by("volume"))
        self.assertEqual(self.slugs(), ["maro-rell"] * 2)
        load_volume("frus1949v97", listed={"p_RM1": ENTRY.format("Envoy")})
        self.assertEqual(self.slugs(), ["maro-rell"] * 2)
        undo = f"/admin/cables/personruling/{PersonRuling.objects.get().pk}/undo/"
        send(self.client, undo, {"reason": WHY}, follow=True)
        self.assertEqual(self.slugs(), ["maro-rell", "maro-b-rel"])
