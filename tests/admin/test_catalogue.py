"""Origins and countries at the desk: positions and addresses."""

from cables.models import Country
from tests.admin.test_admin_site import DeskTestCase
from tests.builders import make_origin


class PlacesTests(DeskTestCase):
    def test_the_position_of_an_origin(self):
        origin = make_origin("Embassy Lima")
        address = f"/admin/cables/origin/{origin.pk}/change/"
        values = {"station": "LIMA", "also_stations": "LMA", "kind": "Embassy", "city": "Lima"}
        values |= {"country": "", "also_named": "", "same_as": ""}
        for north, east, sentence in (
            ("-90.01", "0", "greater than or equal to -90"),
            ("90.01", "0", "less than or equal to 90"),
            ("0", "-180.01", "greater than or equal to -180"),
            ("0", "180.01", "less than or equal to 180"),
            ("-12.05", "", "A position is a latitude and a longitude."),
            ("", "-77.04", "A position is a latitude and a longitude."),
            ("nan", "0", "Enter a number."),
            ("12 S", "0", "Enter a number."),
        ):
            with self.subTest(north=north, east=east):
                errors = self.save(address, **values, latitude=north, longitude=east)
                self.assertIn(sentence, str(errors))
        self.assertEqual(self.save(address, **values, latitude="-12.05", longitude="-77.04"), [])
        origin.refresh_from_db()
        self.assertEqual((origin.latitude, origin.longitude), (-12.05, -77.04))
        self.assertEqual(origin.also_stations, ["LMA"])
        errors = self.save(address, **values | {"also_stations": "L" * 41})
        self.assertIn("at most 40 characters", str(errors))

    def test_a_chain_of_later_names_is_refused_without_the_last_which_may_be_withheld(self):
        earlier, origin = make_origin("Embassy Kiev"), make_origin("Consulate Kiev")
        earlier.same_as = make_origin("Embassy Kyiv")
        earlier.save()
        address = f"/admin/cables/origin/{origin.pk}/change/"
        values = {"country": "", "also_named": "", "same_as": earlier.pk}
        errors = str(self.save(address, **values))
        self.assertIn("Embassy Kiev has a later name itself", errors)
        self.assertNotIn("Kyiv", errors)

    def test_the_address_of_a_country_does_not_change(self):
        country = Country.objects.create(iso2="PE", name="Peru", slug="peru")
        address = f"/admin/cables/country/{country.pk}/change/"
        self.assertEqual(self.save(address, iso2="PE", name="Perú", slug="x"), [])
        country.refresh_from_db()
        self.assertEqual((country.name, country.slug), ("Perú", "peru"))
