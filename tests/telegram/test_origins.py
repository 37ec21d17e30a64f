"""Origins: their table, their kinds, and the names that sources print (I-11, I-12)."""

from collections import Counter
from unittest import TestCase

from cables.telegram.origins import (
    find_former,
    find_origin,
    origin_kind,
    origin_name,
    origins,
    other_names,
    other_stations,
)
from tests.sources.boxes import BOXES

KINDS = [
    ("Embassy Lima", "Embassy"),
    ("Embasy Bonn", "Embassy"),
    ("Consulate Milan", "Consulate"),
    ("American Consulate Hyderabad", "Consulate"),
    ("Secretary of State", "Secretary of State"),
    ("Department of State", "Secretary of State"),
    ("Mission USNATO", "Mission"),
    ("US Mission Geneva", "Mission"),
    ("USMISSION USTR GENEVA", "Mission"),
    ("USUN New York", "Mission"),
    ("USEU Brussels", "Mission"),
    ("UNVIE", "Mission"),
    ("UN Rome", "Mission"),
    ("US Interests Section Havana", "Mission"),
    ("Iran RPO Dubai", "Other"),
    ("REO Basrah", "Other"),
    ("Ambassador London", "Other"),
    ("Consul General Batavia", "Other"),
    ("", "Other"),
]
# As sources print them, and the station that was meant.
PRINTED = [
    ("** Dhahran", "DHAHRAN"),
    ("Embasy Bonn", "BONN"),
    ("Embassy Bonn", "BONN"),
    ("Mission Geneva", "GENEVA"),
    ("US Mission Geneva", "GENEVA"),
    ("American Consulate Hyderabad", "HYDERABAD"),
    ("American Institute Taiwan, Taipei", "AITTAIPEI"),
    ("DIR FSINFATC", "FSINFATC"),
    ("US OFFICE FSC CHARLESTON", "FSCCHARLESTON"),
    ("USMISSION USTR GENEVA", "USTRGENEVA"),
    ("US Mission CD Geneva", "CDGENEVA"),
    ("US Delegation, Secretary", "PARTO"),
    ("US Delegation FEST TWO", "FESTTWO"),
    ("Iran RPO Dubai", "RPODUBAI"),
    ("REO Basrah", "BASRAH"),
    ("Department of State", "STATE"),
    ("Secretary of State", "STATE"),
    (" embassy  phnom penh ", "PHNOMPENH"),
    ("Embassy Kyiv", "KYIV"),  # Not KIEV, an earlier spelling with fewer cables (I-10).
    ("Consulate Kolkata", "KOLKATA"),
]
NAMES = [
    ("Embassy Lima", "XANADU", "Embassy Lima"),  # What is printed counts.
    ("embassy lima", "LIMA", "Embassy Lima"),
    ("Ambassador  London", "LONDON", "Ambassador London"),
    ("", "PHNOMPENH", "Embassy Phnom Penh"),  # The station is the fallback.
    ("", "XANADU", "XANADU"),
]

# I-10: what the place was called while references bore the first station, and is called now.
FORMER = [
    ("KIEV", "Embassy Kiev", "KYIV", "Embassy Kyiv"),
    ("CALCUTTA", "Consulate Calcutta", "KOLKATA", "Consulate Kolkata"),
    ("MADRAS", "Consulate Madras", "CHENNAI", "Consulate Chennai"),
    ("BELIZE", "Embassy Belize", "BELMOPAN", "Embassy Belmopan"),
    ("LENINGRAD", "Consulate Leningrad", "STPETERSBURG", "Consulate St Petersburg"),
]


class OriginTests(TestCase):
    def test_the_table_is_complete_and_sorted(self):
        """I-11."""
        self.assertEqual(len(origins()), 277)
        kinds = Counter(origin.kind for origin in origins().values())
        self.assertEqual(
            kinds,
            {"Embassy": 173, "Consulate": 81, "Mission": 11, "Secretary of State": 1, "Other": 11},
        )
        self.assertEqual(origins()["PHNOMPENH"].iso2, "KH")

    def test_every_origin_is_found_by_its_name(self):
        """I-11."""
        for origin in origins().values():
            with self.subTest(origin.station):
                self.assertEqual(find_origin(origin.name).name, origin.name)

    def test_an_origin_is_found_by_the_names_that_sources_print(self):
        """I-12."""
        for name, station in PRINTED:
            with self.subTest(name):
                self.assertEqual(find_origin(name).station, station)
        for name in ("", "Ambassador London", "Embassy Atlantis"):
            with self.subTest(name):
                self.assertIsNone(find_origin(name))

    def test_an_unknown_origin_has_a_kind_by_its_name(self):
        """I-12."""
        for name, kind in KINDS:
            with self.subTest(name):
                self.assertEqual(origin_kind(name), kind)

    def test_an_origin_is_shown_by_one_name(self):
        """I-12."""
        for printed, station, name in NAMES:
            with self.subTest(printed, station=station):
                self.assertEqual(origin_name(printed, station), name)

    def test_an_origin_has_a_present_and_a_former_name(self):
        """I-10."""
        for earlier, former, later, name in FORMER:
            with self.subTest(former):
                self.assertEqual(find_former(former.upper()).station, earlier)
                self.assertEqual(find_origin(name).station, later)
                self.assertEqual(other_stations(find_origin(name)), [earlier])
                self.assertEqual(other_names(name), [former])
                self.assertIsNone(find_origin(former))  # What a source prints is shown.
                self.assertEqual(origin_name(former, earlier), former)
        self.assertIsNone(find_former("Embassy Kyiv"))
        self.assertIsNone(find_former(""))
        self.assertEqual(other_names("Consulate Dhahran"), ["** Dhahran"])
        self.assertEqual(other_names("Embassy Atlantis"), [])


class PositionTests(TestCase):
    """Positions are of cities, to two decimals."""

    def test_every_origin_with_one_location_has_coordinates(self):
        for origin in origins().values():
            with self.subTest(origin.station):
                known = origin.latitude is not None, origin.longitude is not None
                self.assertEqual(known, (origin.city != "(travelling)",) * 2)

    def test_each_lies_in_its_country(self):
        for origin in self.placed():
            with self.subTest(origin.station):
                south, north, west, east = BOXES[origin.iso2]
                self.assertTrue(south <= origin.latitude <= north, origin.latitude)
                self.assertTrue(west <= origin.longitude <= east, origin.longitude)

    def test_one_city_is_one_point_and_two_cities_are_two(self):
        points, cities = {}, {}
        for origin in self.placed():
            point, city = (origin.latitude, origin.longitude), (origin.city, origin.iso2)
            with self.subTest(origin.station):
                self.assertEqual(points.setdefault(city, point), point)
                self.assertEqual(cities.setdefault(point, city), city)

    def placed(self):
        return [origin for origin in origins().values() if origin.latitude is not None]
