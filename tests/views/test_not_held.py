"""The page of a reference that is not held: its nearest cables."""

from cables.models import Cable
from cables.views.cable_pages.not_held import in_series
from tests.base import TestCase
from tests.builders import CREATED, make_cable, make_cables, make_origin, withhold


def rows(response):
    """Return the references in the table, in order; None is the one that is not held."""
    return [cable and cable.reference for cable in response.context["series"]]


def beside(reference, count):
    """Return the references that stand beside one, in the order of the page."""
    cables = Cable.objects.published().beside(reference, count)
    return [cable and cable.reference for cable in in_series(reference, cables)]


class BesideTests(TestCase):
    """The station is made up, as low numbers of real ones are those of real cables."""

    def test_neighbours_are_sorted_by_number_not_as_text(self):
        make_cables([f"06HARBOR{n}" for n in (9, 11, 99, 101, 119, 121, 999, 1001, 900001)])
        for serial, expected in (
            (1, (None, 9, 11)),
            (10, (9, None, 11, 99)),
            (12, (9, 11, None, 99, 101)),
            (100, (11, 99, None, 101, 119)),
            (120, (101, 119, None, 121, 999)),
            (122, (119, 121, None, 999, 1001)),
            (1000, (121, 999, None, 1001, 900001)),
            (900000, (999, 1001, None, 900001)),
            (9000000, (1001, 900001, None)),
        ):
            with self.subTest(serial):
                expected = [number and f"06HARBOR{number}" for number in expected]
                self.assertEqual(beside(f"06HARBOR{serial}", 2), expected)

    def test_neighbours_equal_those_of_a_full_sort(self):
        held = {n * n % 9973 * (1 + n % 7 * 50) + 1 for n in range(300)}
        make_cables([f"06HARBOR{n}" for n in held])
        for serial in (*range(1, 12), *range(95, 105), 777, 1000, 5005, 9999, 10000, 123456):
            with self.subTest(serial):
                lower = sorted(n for n in held if n < serial)[-3:]
                higher = sorted(n for n in held if n > serial)[:3]
                expected = [f"06HARBOR{n}" for n in lower + higher]
                found = [name for name in beside(f"06HARBOR{serial}", 3) if name]
                self.assertEqual(found, expected)

    def test_neighbours_have_the_same_year_and_station(self):
        make_cables(["05BERLIN900001", "06BERLI900001", "06BERLINS900001", "06BERN900001"])
        self.assertEqual(beside("06BERLIN900002", 3), [])

    def test_neighbours_of_a_document_are_of_its_volume(self):
        make_cables([f"FRUS1861-D{n}" for n in (900002, 900009, 900012)] + ["FRUS1862-D900011"])
        for document, expected in (
            ("D900011", ("D900002", "D900009", None, "D900012")),
            ("D900009A", ("D900002", "D900009", None, "D900012")),
            ("D77", (None, "D900002", "D900009")),
        ):
            with self.subTest(document):
                expected = [name and f"FRUS1861-{name}" for name in expected]
                self.assertEqual(beside(f"FRUS1861-{document}", 2), expected)

    def test_withheld_cables_are_no_neighbours(self):
        make_cables(["06BERLIN900001", "06BERLIN900005"])
        withhold(make_cable("06BERLIN900002"), "A witness is named in it.")
        self.assertEqual(beside("06BERLIN900003", 3), ["06BERLIN900001", None, "06BERLIN900005"])


class NotHeldPageTests(TestCase):
    def test_shows_three_neighbours_on_either_side(self):
        make_cables([f"06BERLIN90000{n}" for n in (1, 2, 3, 4, 6, 7, 8, 9)])
        response = self.client.get("/cable/06BERLIN900005/")
        shown = [f"06BERLIN90000{n}" for n in (2, 3, 4)], [f"06BERLIN90000{n}" for n in (6, 7, 8)]
        self.assertEqual(rows(response), [*shown[0], None, *shown[1]])
        self.assertContains(
            response, "The reference is well formed: Embassy Berlin, 2006.", status_code=404
        )
        link = '<a href="/origin/embassy-berlin/">all 8 from Embassy Berlin</a>'
        self.assertContains(response, link, status_code=404)

    def test_one_cable_of_an_origin_is_not_all_1(self):
        make_cable("06BERLIN900001")
        link = '<a href="/origin/embassy-berlin/">the one from Embassy Berlin</a>'
        self.assertContains(self.client.get("/cable/06BERLIN900005/"), link, status_code=404)

    def test_without_neighbours_cables_of_about_that_year_are_shown(self):
        origin = make_origin()
        origin.station = "BERLIN"
        origin.save()
        for year in (1999, 2003, 2004, 2005, 2007, 2008, 2009):
            make_cable(f"{year % 100:02}BERLIN900001", created=CREATED.replace(year=year))
        response = self.client.get("/cable/06BERLIN900005/")
        self.assertEqual(rows(response), [])
        nearest = [cable.reference[:2] for cable in response.context["nearest"]]
        self.assertEqual(nearest, ["03", "04", "05", "07", "08", "09"])
        self.assertContains(response, "From Embassy Berlin, nearest to 2006", status_code=404)

    def test_citing_cables_are_listed(self):
        make_cables([f"06ROME{n}" for n in range(900001, 900013)], cites=["06BERLIN900005"])
        withhold(make_cable("06ROME900099", cites=["06BERLIN900005"]), "A witness is named in it.")
        response = self.client.get("/cable/06BERLIN900005/")
        self.assertContains(response, "Referred to by", status_code=404)
        self.assertContains(response, '<a href="/cable/06ROME900010/">', status_code=404)
        self.assertContains(response, "<li>and 2 more</li>", status_code=404, html=True)
        self.assertNotContains(response, "06ROME900099", status_code=404)

    def test_documents_with_a_number_that_is_not_theirs_alone_are_listed(self):
        facts, created = {"edition": {"numbered": "55LIMA71"}}, CREATED.replace(year=1955)
        made = make_cables([f"FRUS1955V98-D{n}" for n in (1, 2, 3)], facts=facts, created=created)
        withhold(made[2])
        response = self.client.get("/cable/55LIMA71/")
        self.assertContains(response, "55LIMA71 names no single document", status_code=404)
        listed = [cable.reference for cable in response.context["printed"]]
        self.assertEqual(sorted(listed), ["FRUS1955V98-D1", "FRUS1955V98-D2"])
        self.assertContains(response, '<a href="/cable/FRUS1955V98-D1/">', status_code=404)
        response = self.client.get("/cable/55LIMA72/")
        self.assertContains(response, "does not hold 55LIMA72", status_code=404)

    def test_an_empty_archive_is_no_error(self):
        for reference in ("06BERLIN900005", "17LONDON5923", "06NOWHERE1", "FRUS1861-D12"):
            with self.subTest(reference):
                response = self.client.get(f"/cable/{reference}/")
                self.assertContains(response, f"does not hold {reference}", status_code=404)
                self.assertNotContains(response, "<table", status_code=404)

    def test_a_misspelt_station_shows_cables_of_similar_stations(self):
        for name, station in (("Embassy Berlin", "BERLIN"), ("Embassy Rome", "ROME")):
            origin = make_origin(name)
            origin.station = station
            origin.save()
        make_cables(["06BERLIN900001", "07BERLIN900001"])
        make_cable("06ROME900001", origin="Embassy Rome")
        withhold(make_cable("06BERLIN900002"), "A witness is named in it.")
        for reference, alike, origins in (
            ("06BERLNI900001", ["06BERLIN900001"], ["Embassy Berlin"]),
            ("06BRELIN900001", ["06BERLIN900001"], ["Embassy Berlin"]),
            ("06BERLNI900002", [], ["Embassy Berlin"]),
            ("08BERLNI900001", [], ["Embassy Berlin"]),
            ("06HALIFAX900001", [], []),
        ):
            with self.subTest(reference):
                response = self.client.get(f"/cable/{reference}/")
                shown = [cable.reference for cable in response.context["alike"]]
                self.assertEqual(shown, alike)
                named = [name for name, _ in response.context["alike_origins"]]
                self.assertEqual(named, origins)

    def test_an_origin_whose_cables_are_withheld_is_not_named(self):
        origin = make_origin("Embassy Quito")
        origin.station = "QUITO"
        origin.save()
        withhold(make_cable("06QUITO900001", origin="Embassy Quito"), "A witness is named in it.")
        self.assertNotContains(self.client.get("/cable/06QUITO900002/"), "Embassy", status_code=404)

    def test_the_number_of_queries_is_fixed(self):
        make_cables(["06BERLIN900001", "06BERLIN900003"])
        address = "/cable/06BERLIN900002/"
        self.client.get(address)
        # The cable, now and formerly; whether it was erased; what is beside it, and its rows; who
        # refers to it; the state.
        with self.assertNumQueries(9):
            self.client.get(address)
