"""Origins: their table, their kinds, and the names that sources print (I-11, I-12)."""

from collections import Counter
from unittest import TestCase

from cables.sources.origins import find_origin, origin_kind, origin_name, origins

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


class OriginTests(TestCase):
    def test_table(self):
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

    def test_names_that_sources_print(self):
        """I-12."""
        for name, station in PRINTED:
            with self.subTest(name):
                self.assertEqual(find_origin(name).station, station)
        for name in ("", "Ambassador London", "Embassy Atlantis"):
            with self.subTest(name):
                self.assertIsNone(find_origin(name))

    def test_kinds(self):
        """I-12."""
        for name, kind in KINDS:
            with self.subTest(name):
                self.assertEqual(origin_kind(name), kind)

    def test_names_to_show(self):
        """I-12."""
        for printed, station, name in NAMES:
            with self.subTest(printed, station=station):
                self.assertEqual(origin_name(printed, station), name)
