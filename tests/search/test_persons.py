"""Persons in the lists of volumes: who is meant by a name, and what he sent."""

from lxml import html

from cables.models import Country, Origin, VolumePage
from cables.search.list_counts import ListCounts
from cables.search.name_spellings import folded
from cables.search.persons import find_persons
from cables.telegram.shorten_text import own_entry
from tests.builders import CREATED, forget_counts, make_cable, withhold
from tests.views.test_volumes import VolumeTestCase

# Volume -> entries of its list of persons.
LISTED = {
    "frus1955-57v99": (
        "Tern, Maro Ude, Jr., Ambassador to Spain from March 1955",
        "Tern, Ada, Director of Central Intelligence",
        "Scaup, Ova, Consul at Madrid",
        "Quay, Ode, Harbor master",
    ),
    "frus1958-60v98": (
        "Tern, M.U., Ambassador to Spain until May 1958; Pilot",
        "Quay, Ode",
        "Scaup, Ova, Ambassador to Spain",
        "Skerry, Phillip, Consul until 1970 Skua, Abas, General of the Army and Minister, Chief",
        "Skerry, Philip, President of the United States Ho Van Ro, President of the Republic",
    ),
    "frus1961-63v97": ("Tern, Ida, Rower", "Ternsen, Ada, Rower", "Scaup, Ina, Rower"),
}
SENT = {
    "56MADRID900001": ("Embassy Madrid", "Tern"),
    "56MADRID900002": ("Embassy Madrid", "Oar"),
    "56MADRID900004": ("Embassy Madrid", "Terns"),
    "56CIA900001": ("Central Intelligence Agency", "Tern"),
    "59MADRID900001": ("Embassy Madrid", "Scaup"),  # In a volume.
}


class PersonsTests(VolumeTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        for volume, entries in LISTED.items():
            keys = [f"p_{at}" for at in range(len(entries))]
            rows = zip(keys, entries, strict=True)
            blocks = [{"kind": "item", "text": text, "key": key} for key, text in rows]
            VolumePage.objects.create(
                volume=volume, name="names", position=9, title="Persons", blocks=blocks, keys=keys
            )
            make_cable(f"{volume.upper()}-D9", labels=[f"volume:{volume}"])
        for reference, (origin, signed) in SENT.items():
            facts = {"edition": {"signed": signed}}
            created = CREATED.replace(year=1900 + int(reference[:2]))
            labels = ["volume:frus1958-60v98"] if created.year == 1959 else []
            make_cable(reference, origin=origin, created=created, facts=facts, labels=labels)
        spain = Country.objects.create(iso2="ES", name="Spain", slug="spain")
        Origin.objects.filter(name="Embassy Madrid").update(city="Madrid", country=spain)
        forget_counts()

    def offered(self, text, **more):
        """Return {what stands about a person above the results: address of the search}."""
        page = self.client.get("/search/", {"q": text} | more).content
        leads = "contains(@href,'#p_') or starts-with(@href,'/person/')"
        about_a_person = f"//*[@class='understood']/p[.//a[{leads}]]"
        rows = html.fromstring(page).xpath(about_a_person)
        lines = (" ".join(row.text_content().split()) for row in rows)
        return {
            line: (*row.xpath(".//a[@class='push']/@href"), "")[0]
            for line, row in zip(lines, rows, strict=True)
        }

    def test_persons_of_a_name_are_told_apart(self):
        for name, persons in (
            ("tern", ["Maro Ude Tern", "Ada Tern", "Ida Tern"]),
            ("ada tern", ["Ada Tern"]),
            ("Ude Tern", ["Maro Ude Tern"]),
            ("tern maro", []),
            ("rower", []),
            ("skerry", ["Phillip Skerry"]),  # Once with one letter more.
        ):
            with self.subTest(name):
                found = find_persons(folded(name), ListCounts.current())
                self.assertEqual([person.name for person in found], persons)

    def test_a_surname_behind_from_offers_each_person_with_office_and_years(self):
        self.assertEqual(
            self.offered("from:tern harbor"),
            {
                "Maro Ude Tern, Ambassador to Spain from March 1955 (in volumes of 1955–1960)"
                " 1 document sent or signed by any Tern":
                "/search/?q=harbor+from%3ATern&place=madrid"
                "&created_after=1955&created_before=1960",
                "Ada Tern, Director of Central Intelligence (in volumes of 1955–1957)"
                " 1 document sent or signed by any Tern":
                "/search/?q=harbor+from%3ATern&origin=central-intelligence-agency"
                "&created_after=1955&created_before=1957",
            },
        )  # fmt: skip
        chosen = self.client.get("/search/?q=harbor+from%3ATern&place=madrid")
        self.assertContains(chosen, "/cable/56MADRID900001/")
        self.assertNotContains(chosen, "/cable/56CIA900001/")
        self.assertEqual(self.offered("from:tern", place="madrid"), {})
        ((_, address),) = self.offered("from:quay 1956").items()
        self.assertIn("&created_after=1956-01-01&created_before=1956-12-31", address)

    def test_a_name_without_from_offers_what_its_person_sent(self):
        for text in ("Ode Quay", 'from:"ode quay"'):
            with self.subTest(text):
                ((line, address),) = self.offered(text).items()
                self.assertIn("Ode Quay, Harbor master (in volumes of 1955–1960)", line)
                self.assertEqual(
                    address, "/search/?q=from%3AQuay&created_after=1955&created_before=1960"
                )
        self.assertEqual(self.offered("quay"), {})
        ((_, address),) = self.offered("Ada Tern").items()
        self.assertIn("origin=central-intelligence-agency", address)  # There are other Terns.
        self.assertEqual(self.offered("harbor fees"), {})

    def test_a_surname_offers_what_was_sent_under_it_though_no_volume_lists_it(self):
        for text, address in (
            ("Oar", "/search/?q=from%3AOar"),
            (
                "Mr. Oar 1956",
                "/search/?q=from%3AOar&created_after=1956-01-01&created_before=1956-12-31",
            ),
            ("oar", None),
            ("Sextant", None),
        ):
            page = html.fromstring(self.client.get("/search/", {"q": text}).content)
            offered = {each.text_content(): each.get("href") for each in page.iter("a")}
            with self.subTest(text):
                self.assertEqual(offered.get("from any Oar"), address)

    def test_the_forms_in_which_a_name_is_written_name_its_person(self):
        (expected,) = self.offered("Ada Tern")
        for text in (
            "Tern, Ada",
            "Ambassador Ada Tern",
            "Secretary of State Ada Tern",
            '"Ada Tern"',
        ):
            with self.subTest(text):
                self.assertEqual([*self.offered(text)], [expected])
        ((line, _),) = self.offered("Tern, Maro Ude, Jr.").items()
        self.assertIn("Maro Ude Tern", line)

    def test_only_persons_of_the_volumes_or_years_of_the_results_are_named(self):
        for text, named in (
            ("from:scaup", ["Ova Scaup, Ambassador to Spain (in"]),
            ("from:scaup 1959", ["Ova Scaup, Ambassador to Spain (in"]),
            ("from:scaup 1956", ["Ova Scaup, Consul at Madrid (in"]),  # Without results.
            ("from:tern 1962", ["Ida Tern, Rower (in"]),
            ("from:tern 1990", []),
        ):
            with self.subTest(text):
                shown = [line.partition(" volumes")[0] for line in self.offered(text)]
                self.assertEqual(shown, named)

    def test_where_the_results_mark_who_wrote_them_nobody_else_is_named(self):
        volume = "frus1955-57v99"
        marked = {"volume": volume, "terms": [["Ada Tern", "Director", "p_1", "Ada Tern"]]}
        facts = {"facts": {"edition": marked | {"signed": "Ada Tern"}}}
        sent = {"created": CREATED.replace(year=1957), "labels": [f"volume:{volume}"]}
        make_cable("57MADRID900001", origin="Embassy Madrid", **sent, **facts)
        ((line, _),) = self.offered("from:tern 1957").items()
        self.assertIn("Ada Tern, Director", line)
        make_cable("57MADRID900002", **sent, facts={"edition": {"signed": "Tern"}})
        self.assertEqual(len(self.offered("from:tern 1957")), 2)

    def test_an_entry_that_runs_into_the_next_one_is_cut(self):
        ((line, _),) = self.offered("Philip Skerry").items()
        self.assertIn("Philip Skerry, President of the United States (in", line)
        for own, following in (
            ("Consul until 1970", "Skua, Abas, General"),
            ("Clerk of the Fees Party", "Skua, Abas, Peruvian Minister of Fees"),
            ("Clerk of the Fees Party", "Skua, Abas B., Office of Fees"),
            ("Clerk of the Fees Party", "Skua Ab-as, Admiral, Minister"),
            ("Clerk of the Fees Party", "Skua, Ayatollah Abas, Poet"),
            ("Office of Fees, Harbor, Peruvian Affairs, until 1970", ""),
        ):
            with self.subTest(following):
                self.assertEqual(own_entry(f"{own} {following}".strip()), own)

    def test_withheld_cables_are_not_counted(self):
        withhold(make_cable("56MADRID900003", facts={"edition": {"signed": "Rell"}}))
        self.assertEqual([*self.offered("maro rell").values()], [""])
