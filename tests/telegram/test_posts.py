"""Posts by the titles of those who head them, and other offices."""

from itertools import pairwise
from unittest import TestCase

from cables.telegram.cities import find_city, known_city
from cables.telegram.offices import describe_origin, locate, office_name
from cables.telegram.posts import find_missions, post_name, post_of_printed, seat_of, strip_signs
from cables.telegram.table_files import table_rows

# (title, place, year, post). The same mission under whatever title; "" is no post of ours.
TITLES = [
    ("Ambassador in Brazil (Rell)", "Rio de Janeiro", 1934, "Embassy Rio de Janeiro"),
    ("Chargé in Brazil (Rell)", "Rio de Janeiro", 1934, "Embassy Rio de Janeiro"),
    ("Minister in Guatemala (Rell)", "Guatemala", 1934, "Legation Guatemala"),
    ("Chargé in Guatemala (Rell)", "Guatemala", 1934, "Legation Guatemala"),
    ("Chargé in Guatemala (Rell)", "Guatemala", 1954, "Embassy Guatemala"),
    ("Chargé in Uruguay (Rell)", "", 1934, "Legation Montevideo"),
    ("Counselor of Embassy in the Philippines", "Manila", 1953, "Embassy Manila"),
    ("Consul at Geneva (Rell)", "Geneva", 1934, "Consulate Geneva"),
    ("Consul General at Geneva (Rell)", "Geneva", 1934, "Consulate Geneva"),
    ("Consulate General at Jerusalem", "Jerusalem", 1956, "Consulate Jerusalem"),
    ("Charge d'Affaires ad interim at the Embassy in Iran", "", 1969, "Embassy Tehran"),
    ("Consulate in Irkutsk", "Irkutsk", 1918, "Consulate Irkutsk"),
    ("Consulate General in the Belgian Congo", "", 1959, "Consulate Léopoldville"),
    ("Chargé in Morocco (Rell)", "Tangier", 1925, "Agency Tangier"),
    ("Diplomatic Agent and Consul General at Tangier (Rell)", "Tangier", 1925, "Agency Tangier"),
    # The seat follows from country and year.
    ("Embassy in Nigeria", "", 1973, "Embassy Lagos"),
    ("Embassy in Nigeria", "", 1995, "Embassy Abuja"),
    ("Embassy in Brazil", "", 1965, "Embassy Rio de Janeiro"),
    ("Embassy in Brazil", "", 1975, "Embassy Brasilia"),
    ("Embassy in Mexico", "", 1973, "Embassy Mexico"),
    ("Legation in Haiti", "Port au Prince", 1901, "Legation Port au Prince"),
    ("Embassy in China", "", 1955, "Embassy Taipei"),
    ("Embassy in China", "", 1985, "Embassy Beijing"),
    ("Embassy in Kyrgyzstan", "", 2005, "Embassy Bishkek"),  # Only in the table of origins.
    ("Embassy in the Congo (Léopoldville) (Rell)", "Leopoldville", 1961, "Embassy Léopoldville"),
    # One spelling of a city; another of its seats; a place that is none.
    ("Ambassador in Indonesia", "Djakarta", 1957, "Embassy Jakarta"),
    ("Embassy in South Africa", "Capetown", 1967, "Embassy Cape Town"),
    ("Embassy in Russia", "St. Petersburg", 1918, "Embassy St. Petersburg"),
    ("Minister in Switzerland", "Geneva", 1934, "Legation Bern"),
    ("Ambassador in Iran", "Washington", 1958, "Embassy Tehran"),
    # Without a country the place tells it.
    ("Chargé", "Lima", 1905, "Legation Lima"),
    ("Chargé", "Legation of the United States, Lima", 1905, "Legation Lima"),
    ("Embassy", "Consulate General United States of America at Havana", 1930, "Embassy Havana"),
    ("Embassy", "", 1930, ""),
    # Missions to organizations.
    ("Mission at the United Nations", "New York", 1956, "USUN New York"),
    ("Representative at the United Nations (Rell)", "", 1956, "USUN New York"),
    ("Mission to the North Atlantic Treaty Organization", "Brussels", 1970, "Mission USNATO"),
    ("Permanent Representative to the North Atlantic Council", "", 1970, "Mission USNATO"),
    ("Mission at Berlin", "Berlin", 1962, "Mission Berlin"),
    ("Interests Section in Baghdad", "", 1972, "US Interests Section Baghdad"),
    # Not ours, or no post.
    ("British Ambassador in France", "Paris", 1919, ""),
    ("Minister for Foreign Affairs of Peru", "Lima", 1934, ""),
    ("Minister of War", "Lima", 1934, ""),
    ("Ambassador at Large (Rell)", "Washington", 1960, ""),
    ("Ambassador Maro Rell", "Paris", 1968, ""),
    ("Ambassador Rell, Adviser to the Delegation to the Assembly", "Paris", 1951, ""),
    ("Representative on the United Nations Commission for Ships", "Geneva", 1948, ""),
    ("Embassy London. No classification. 3 pp.", "", 1961, ""),
    ("Mr. Rell", "Lima", 1905, ""),
]
PRINTED = [
    ("Ambassador Rio de Janeiro", 1934, "Embassy Rio de Janeiro"),
    ("Chargé Guatemala", 1934, "Legation Guatemala"),
    ("Consul General Batavia", 1934, "Consulate Batavia"),
    ("Embassy Djakarta", 1957, "Embassy Jakarta"),
    ("Embassy Kiev", 1998, "Embassy Kiev"),  # A former name stays.
    ("Ambassador Maro Rell", 1957, ""),
    ("Embassy Atlantis", 1957, ""),
]
OFFICES = [
    ("Chairman of the Joint Chiefs of Staff (Rell)", "Washington", "Joint Chiefs of Staff"),
    ("Director of the Office of Near Eastern Affairs", "Washington", "Secretary of State"),
    ("Country Director for Peru, Chile and Brazil (Rell)", "", "Secretary of State"),
    ("Assistant Director of the Budget (Rell)", "", "Bureau of the Budget"),
    ("Maro Rell of the National Security Staff", "Washington", "National Security Council"),
    ("U.S. Member of the Board of Directors of the Harbor Fund (Rell)", "")
    + ("U.S. Member of the Board of Directors of the Harbor Fund",),
    ("President of the International Bank for Harbors (Rell)", "")
    + ("President of the International Bank for Harbors",),
    ("Assistant Secretary for Near Eastern Affairs (Rell)", "Washington", "Secretary of State"),
    ("Secretary of State’s Special Assistant (Rell)", "Washington", "Secretary of State"),
    ("President's Special Assistant (Rell)", "Washington", "White House"),
    ("President Truman", "Washington", "White House"),
    ("President Rell", "La Paz", "President, La Paz"),
    ("President Wilson", "Paris", "President, Paris"),
    ("Central Intelligence Agency", "Saigon", "Central Intelligence Agency, Saigon"),
    ("British Prime Minister", "London", "British Prime Minister, London"),
    ("British Secretary of State for Foreign Affairs", "London")
    + ("British Secretary of State for Foreign Affairs, London",),
    ("Commander, Military Assistance Command, Vietnam (Rell)", "Saigon")
    + ("Commander, Military Assistance Command, Vietnam, Saigon",),
    ("Commanding General, Ninth Army (Rell)", "Camp Zama, Japan")
    + ("Commanding General, Ninth Army, Camp Zama, Japan",),
    ("Commander, Ninth Fleet (Rell)", "", "Commander, Ninth Fleet"),
    ("Commander in Chief, Pacific (Rell)", "", "Commander in Chief, Pacific"),
    ("Commander Rell", "", "Office not printed"),
    ("Ambassador at Large Rell", "Washington", "Ambassador at Large, Washington"),
    ("Adviser to the Harbor Conference (Rell)", "Lima")
    + ("Adviser to the Harbor Conference, Lima",),
    ("Special Assistant to Maro Rell", "Lima", "Lima, office not printed"),
    ("Chairman Rell", "Lima", "Lima, office not printed"),
    ("Chairman of the Council of Ministers of the Soviet Union Rell", "Moscow")
    + ("Chairman of the Council of Ministers of the Soviet Union, Moscow",),
    ("Mr. Maro Rell, Deputy United States Representative in Peru", "Lima")
    + ("Deputy United States Representative, Lima",),
    ("Mr. Rell, of the Division of Harbor Affairs", "Washington", "Secretary of State"),
    ("Acting Chairman of the United States Delegation at Lima", "Lima")
    + ("Acting Chairman of the United States Delegation, Lima",),
    ("Mr. Maro Rell, Jr., of the United States Mission", "Lima", "United States Mission, Lima"),
    ("Subcommittee on Harbors", "", "Subcommittee on Harbors"),
    ("Maro McK. Rell, Adviser", "New York", "New York, office not printed"),
    ("Shah of Nowhere", "Teheran", "Tehran, office not printed"),
    ("Director", "", "Office not printed"),
    ("Shah of Nowhere", "Undated", "Office not printed"),
]
CITIES = [
    ("Embassy Léopoldville", ("Léopoldville", "CD")),
    ("Legation St. Petersburg", ("St. Petersburg", "RU")),
    ("Consulate Hartlepool", ("Hartlepool", "GB")),  # Of the gazetteer.
    ("Legation San Sebastian", ("San Sebastián", "ES")),
    ("Consulate Madeira", ("Funchal", "PT")),
    ("Consulate Kanawaga", ("Kanagawa", "JP")),
    ("President, White House", ("Washington", "US")),
    ("Consulate Brest, France", ("Brest", "FR")),
    ("Consulate Brest", None),  # Of two countries.
    ("Consulate Manchester", ("Manchester", "GB")),
    ("White House", ("Washington", "US")),
    ("Newport, Rhode Island, office not printed", ("Newport", "US")),
    ("Naples, Italy, office not printed", ("Naples", "IT")),
    ("Alexandria, Egypt, office not printed", ("Alexandria", "EG")),
    ("British Embassy, Newport, R. I", ("Newport", "US")),
    ("Boston, Mass., office not printed", ("Boston", "US")),
    ("Legation La Libertad", ("La Libertad", "SV")),
    ("Legation Petropolis", ("Petropolis", "BR")),  # Not St. Petersburg.
    ("Legation Leon, Nicaragua", ("León", "NI")),
    ("Nowhere, Ireland, office not printed", None),  # A country is no city.
    ("Commander, Military Assistance Command, Vietnam, Saigon", ("Saigon", "VN")),
    ("Delegation Geneva", ("Geneva", "CH")),
    ("Executive Staff", None),
    ("Office not printed", None),
]


COUNTRIES = [  # Of places that no table has.
    ("British Embassy, Manchester, Mass", "US"),
    ("Headquarters, City Point, Virginia", "US"),
    ("Camp Zama, Japan, office not printed", "JP"),
    ("Consulate Pictou, N. S", "CA"),
    ("Secretary of State, Georgia", ""),  # A state or a country.
    ("Consulate Brest", ""),
]


class PostTests(TestCase):
    def test_all_titles_of_a_mission_are_one_post(self):
        for title, place, year, post in TITLES:
            with self.subTest(title, place=place, year=year):
                self.assertEqual(post_name(title, place, year), post)

    def test_a_title_with_a_city_is_the_post_in_it(self):
        for printed, year, post in PRINTED:
            with self.subTest(printed):
                self.assertEqual(post_of_printed(printed, year), post)

    def test_the_rank_of_a_seat_depends_on_the_year(self):
        self.assertEqual(seat_of("Paris", 1861), "Legation Paris")
        self.assertEqual(seat_of("Paris", 1901), "Embassy Paris")
        self.assertEqual(seat_of("Lyons", 1901), "")
        self.assertEqual(seat_of("Berlin", 1872), "Legation Berlin")

    def test_every_seat_in_the_table_is_on_the_map(self):
        rows = table_rows("missions")
        self.assertGreater(len(rows), 200)
        for row in rows:
            for city in row["city"].split("|"):
                with self.subTest(row):
                    self.assertIsNotNone(known_city(city) or find_city(city))

    def test_the_years_of_a_mission_do_not_overlap(self):
        for country in ("China", "Russia", "Brazil", "Vietnam", "Congo", "Morocco"):
            missions = sorted(find_missions(country), key=lambda each: each.since)
            for earlier, later in pairwise(missions):
                with self.subTest(country, since=later.since):
                    self.assertLess(earlier.until, later.since)


class OfficeTests(TestCase):
    def test_offices_are_named_by_their_agency_and_never_by_a_person(self):
        for title, place, name in OFFICES:
            with self.subTest(title):
                self.assertEqual(office_name(title, place), name)

    def test_an_origin_is_found_on_the_map_by_its_name(self):
        for name, expected in CITIES:
            with self.subTest(name):
                city = locate(name)
                self.assertEqual((city.name, city.iso2) if city else None, expected)

    def test_a_country_counts_though_its_place_is_not_known(self):
        for name, code in COUNTRIES:
            with self.subTest(name):
                facts = describe_origin(name)
                self.assertEqual(facts.iso2 if facts else "", code)
        known = describe_origin("Camp Quay, Japan, office not printed")
        self.assertEqual((known.city, known.country, known.latitude), ("", "Japan", None))

    def test_an_office_on_a_ship_has_no_point(self):
        for name in ("Secretary of State, travelling", "Secretary U. S. S. “George Washington”"):
            with self.subTest(name):
                known = describe_origin(name)
                self.assertEqual((known.city, known.latitude), ("(travelling)", None))

    def test_the_stop_of_an_abbreviation_stays(self):
        for text, shown in (
            ("Washington, D. C.,", "Washington, D. C."),
            ("Lenox, Mass.", "Lenox, Mass."),
            ("Lima.", "Lima"),
            ("Rell & Co", "Rell & Co"),
            (".", ""),
        ):
            with self.subTest(text):
                self.assertEqual(strip_signs(text), shown)
