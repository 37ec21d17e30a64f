"""Cities, their former names, and what their countries were called."""

from unittest import TestCase, mock

from cables.telegram.cities import find_city, names_of, period_at, periods_of, place_of, sharers
from cables.telegram.table_files import table_rows
from tests.sources.boxes import BOXES

PERIODS = [
    ("RU", "Moscow", 1961, "Soviet Union"),
    ("RU", "Moscow", 2005, None),
    ("RU", "St. Petersburg", 1861, "Russian Empire"),
    ("VN", "Saigon", 1966, "South Vietnam"),
    ("VN", "Hanoi", 1966, "North Vietnam"),
    ("VN", "Saigon", 1950, "French Indochina"),
    ("VN", "Saigon", 2006, None),
    ("DE", "Leipzig", 1980, "German Democratic Republic"),
    ("DE", "Berlin", 1962, "West Berlin"),
    ("DE", "Berlin", 1948, None),
    ("DE", "Bonn", 1980, "Federal Republic of Germany"),
    ("IR", "Tehran", 1918, "Persia"),
    ("TH", "Bangkok", 1934, "Siam"),
    ("TR", "Istanbul", 1861, "Ottoman Empire"),
    ("CD", "Kinshasa", 1961, "Congo (Léopoldville)"),
    ("FR", "Paris", 1961, None),
]
PLACES = [
    ("Léopoldville", "Kinshasa"),
    ("Leopoldville", "Kinshasa"),
    ("Ho Chi Minh City", "Saigon"),
    ("Peking", "Beijing"),
    ("Petrograd", "St. Petersburg"),
    ("Constantinople", "Istanbul"),
    ("Yedo", "Tokyo"),
    ("Habana", "Havana"),
    ("Lima", "Lima"),
    ("Atlantis City", "Atlantis City"),
]


class CityTests(TestCase):
    def test_all_names_of_a_city_lead_to_one_place(self):
        for name, place in PLACES:
            with self.subTest(name):
                self.assertEqual(place_of(name), place)

    def test_a_place_knows_its_other_names_with_their_years(self):
        names = [(each.name, each.since, each.until) for each in names_of("St. Petersburg")]
        self.assertEqual(names, [("Leningrad", 1924, 1991), ("Petrograd", 1914, 1924)])
        self.assertEqual(names_of("Lima"), [])

    def test_what_our_tables_lack_is_in_the_gazetteer(self):
        city = find_city("Irkutsk")
        self.assertEqual((city.iso2, round(city.latitude), round(city.longitude)), ("RU", 52, 104))
        for name in ("", "  ", "Atlantis upon the Sea"):
            with self.subTest(name):
                self.assertIsNone(find_city(name))

    def test_the_gazetteer_is_read_once(self):
        find_city("Naples, Italy")
        with mock.patch("cables.telegram.cities.geonames_cells", side_effect=AssertionError):
            self.assertEqual(find_city("Newport, Rhode Island").iso2, "US")

    def test_each_city_of_the_table_lies_in_its_country(self):
        for row in table_rows("places"):
            with self.subTest(row["name"]):
                city = find_city(row["name"])
                self.assertEqual((city.iso2, city.place), (row["iso2"], row["place"]))
                far = row["name"] == "Funchal" or city.iso2 == "US"  # Islands outside the box.
                if city.iso2 in BOXES and not far:
                    south, north, west, east = BOXES[city.iso2]
                    self.assertTrue(south <= city.latitude <= north, city)
                    self.assertTrue(west <= city.longitude <= east, city)


class PeriodTests(TestCase):
    def test_a_country_is_called_as_in_that_year(self):
        for iso2, place, year, name in PERIODS:
            with self.subTest(place, year=year):
                period = period_at(iso2, place, year)
                self.assertEqual(period and period.name, name)

    def test_an_origin_in_a_divided_city_was_in_its_part_of_it(self):
        for origin, name in (
            ("Mission Berlin", "West Berlin"),
            ("Embassy Berlin", "German Democratic Republic"),
        ):
            with self.subTest(origin):
                self.assertEqual(period_at("DE", "Berlin", 1980, origin).name, name)

    def test_countries_that_were_one_state_know_each_other(self):
        soviet = period_at("RU", "Moscow", 1961)
        self.assertIn("UA", sharers(soviet))
        self.assertNotIn("RU", sharers(soviet))
        self.assertEqual(sharers(period_at("IR", "Tehran", 1918)), [])

    def test_former_names_are_in_order(self):
        names = [period.name for period in periods_of("CD")]
        self.assertEqual(names, ["Belgian Congo", "Congo (Léopoldville)", "Zaire"])

    def test_each_place_of_a_period_is_the_name_of_a_page(self):
        for row in table_rows("periods"):
            for place in filter(None, row["places"].split("|")):
                with self.subTest(place, period=row["name"]):
                    self.assertEqual(place_of(place), place)
