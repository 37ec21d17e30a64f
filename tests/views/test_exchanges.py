"""The exchange of two origins: both sides in order, what refers to what, and the gaps."""

import csv
import re
from datetime import UTC, datetime

from django.urls import reverse

from cables.models import Country, Erased, Mention, Origin
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, withhold

LIMA, STATE = "Embassy Lima", "Secretary of State"
EXCHANGE = "/exchange/embassy-lima/secretary-of-state/"
TO_STATE = "FM AMEMBASSY LIMA\nTO SECSTATE WASHDC"
TO_LIMA = "FM SECSTATE WASHDC\nTO AMEMBASSY LIMA"


def make(reference, day, header=TO_STATE, **fields):
    origin = LIMA if "LIMA" in reference else STATE
    created = datetime(2006, 3, day, tzinfo=UTC)
    return make_cable(reference, origin=origin, created=created, header=header, **fields)


class ExchangeTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make("06LIMA900001", 1)
        make("06STATE900501", 2, TO_LIMA, cites=["06LIMA900001"])
        make("06LIMA900005", 3, cites=["06STATE900501", "06LIMA900001"])
        make("06LIMA900006", 4, "FM AMEMBASSY LIMA\nTO AMEMBASSY ROME")
        make("06STATE900502", 5, "FM SECSTATE WASHDC\nTO AMEMBASSY ROME\nINFO AMEMBASSY LIMA")
        make("06LIMA900009", 6)
        forget_counts()

    def page(self, address=EXCHANGE):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200)
        return response.content.decode()

    def entries(self, address=EXCHANGE):
        return re.findall(r'<li class="(one|other)" id="(\w+)">', self.page(address))

    def gaps(self, address=EXCHANGE):
        told = re.findall(r'<li class="gap \w+">(.*?)</li>', self.page(address), re.DOTALL)
        return [" ".join(re.sub("<[^>]+>", "", each).split()) for each in told]

    def test_both_sides_stand_in_the_order_of_sending(self):
        expected = [
            ("one", "06LIMA900001"),
            ("other", "06STATE900501"),
            ("one", "06LIMA900005"),
            ("other", "06STATE900502"),  # A copy went to Lima.
            ("one", "06LIMA900009"),
        ]
        self.assertEqual(self.entries(), expected)
        swapped = [("other" if side == "one" else "one", name) for side, name in expected]
        self.assertEqual(self.entries("/exchange/secretary-of-state/embassy-lima/"), swapped)

    def test_a_range_of_dates_and_words_narrow_it(self):
        for query, count in (
            ("created_after=2006-03-03", 3),
            ("created_after=2006-03-02&created_before=2006-03-03", 2),
            ("q=zyzzyva", 0),
        ):
            with self.subTest(query):
                self.assertEqual(len(self.entries(f"{EXCHANGE}?{query}")), count)

    def test_a_search_tells_who_wrote_to_whom(self):
        make("06LIMA900010", 7, "FM AMEMBASSY LIMA\nTO PRESIDENT", body="1. Kelp.")
        make("06STATE900505", 7, TO_LIMA, body="1. Kelp.")
        forget_counts()
        for question, told in (
            ("from:lima", [("Embassy Lima", "Secretary of State", 3)]),
            (
                "from:lima or from:state",
                [
                    ("Embassy Lima", "Secretary of State", 3),
                    ("Secretary of State", "Embassy Lima", 3),
                ],
            ),
            ("kelp", [("Secretary of State", "Embassy Lima", 1)]),
            ("zyzzyva", []),
        ):
            page = self.client.get("/exchange/", {"q": question})
            pairs = page.context["pairs"]
            with self.subTest(question):
                self.assertEqual([(*(name for name, _ in each), n) for each, n in pairs], told)
                for each, count in pairs:
                    slugs = [slug for _, slug in each]
                    exchange = self.client.get(reverse("exchange", args=slugs), {"q": question})
                    self.assertEqual(exchange.context["sides"][0][2], count)

    def test_the_table_says_of_how_many_it_tells(self):
        make("06LIMA900010", 7, "FM AMEMBASSY LIMA", body="1. Kelp.")
        make("06STATE900505", 7, TO_LIMA, body="1. Kelp.")
        forget_counts()
        for query, told in (
            ("q=kelp", "1 of 2 cables is in this table. Of the others"),
            ("origin=embassy-lima", "3 of 5 cables are in this table. Of the others"),
            ("q=kelp&origin=embassy-lima", "Of none of these cables is it known"),
        ):
            with self.subTest(query):
                self.assertIn(told, self.page(f"/exchange/?{query}"))

    def test_a_search_by_filters_alone_leads_to_who_wrote_to_whom(self):
        page = self.page("/search/?origin=embassy-lima")
        self.assertIn('href="/exchange/?origin=embassy-lima">Who wrote to whom</a>', page)

    def test_what_several_posts_got_together_is_of_the_exchange_of_each(self):
        to = {"to": "Embassies in France and Peru"}
        make("06STATE900505", 7, "", facts={"edition": to}, body="1. Kelp.")
        forget_counts()
        self.assertIn(("other", "06STATE900505"), self.entries())

    def test_documents_of_volumes_that_print_no_recipient_are_led_to(self):
        led_to = '<a rel="nofollow" href="/search/?origin=embassy-lima&amp;sort=created">all from'
        self.assertNotIn(led_to, self.page())
        make("06LIMA900010", 7, "", labels=["volume:frus1948v05"])
        forget_counts()
        self.assertIn(led_to, self.page())

    def test_what_refers_to_what_is_told_of_both_sides(self):
        told = re.findall(r'class="cited">(.*?)</p>', self.page(), re.DOTALL)
        self.assertEqual(
            told,
            [
                'Refers to <a href="#06LIMA900001">900001 of 1 March 2006</a>',
                'Refers to <a href="#06STATE900501">900501 of 2 March 2006</a>, '
                '<a href="#06LIMA900001">900001 of 1 March 2006</a>',
            ],
        )

    def test_a_number_that_a_paragraph_names_is_referred_to_too(self):
        cable = make("06STATE900503", 7, TO_LIMA)
        Mention.objects.create(cable=cable, paragraph="par1", reference="06LIMA900009")
        self.assertIn('Refers to <a href="#06LIMA900009">900009 of 6 March', self.page())

    def test_what_editors_link_to_is_referred_to_if_the_words_at_the_mark_do(self):
        edition = {"volume": "frus1948v05", "document": "d5"}
        make("06STATE900503", 7, TO_LIMA, facts={"edition": edition})
        link = {"start": 0, "end": 10, "to": "#d5"}
        for at, is_told in (
            ("as in Reftel", True),
            ("the resolution (Deptel 132, April 10", True),
            ("your note of Sept. 3,", True),
            ("the President’s talk of April 10", False),
        ):
            with self.subTest(at):
                note = {"id": "d6fn1", "n": "1", "at": at, "text": "Document 5", "links": [link]}
                facts = {"edition": edition | {"document": "d6", "notes": [note]}}
                cable = make("06LIMA900010", 8, cites=["06STATE900503"], facts=facts)
                told = "900503 of 7 March 2006" in self.page()
                cable.delete()
                self.assertEqual(told, is_told)

    def test_numbers_that_the_archive_does_not_hold_are_told_before_the_next(self):
        self.assertEqual(
            self.gaps(),
            ["Nos. 900002 to 900004 are not here", "Nos. 900007 and 900008 are not here"],
        )

    def test_a_withheld_number_is_told_and_an_erased_one_is_as_if_it_was_never_here(self):
        before = self.gaps()
        Erased.objects.create(reference="06LIMA900003", reason="By mistake.", at=datetime.now(UTC))
        self.assertEqual(self.gaps(), before)
        withhold(make("06LIMA900007", 5))
        self.assertEqual(self.gaps()[1], "No. 900008 is not here, No. 900007 is withheld")
        withhold(make("06LIMA900008", 5, "FM AMEMBASSY LIMA\nTO AMEMBASSY ROME"))
        self.assertEqual(self.gaps()[1], "No. 900007 is withheld, No. 900008 is withheld")

    def test_a_withheld_cable_is_neither_listed_nor_referred_to(self):
        withhold(make("06STATE900504", 7, TO_LIMA, cites=["06LIMA900009"]))
        self.assertNotIn("06STATE900504", self.page())
        self.assertEqual(len(self.entries()), 5)

    def test_numbers_that_begin_anew_within_a_year_have_no_gap_between(self):
        make("06LIMA12", 8)
        make("06LIMA14", 9)
        self.assertEqual(self.gaps()[2:], ["No. 13 is not here"])

    def test_a_number_out_of_order_with_the_others_ends_no_gap(self):
        """A misprinted number or date would else make a gap, and hide those behind it."""
        for number, day in ((995000, 12), (900110, 9)):
            with self.subTest(number):
                wrong = make(f"06LIMA{number}", day)
                made = [make(f"06LIMA9000{each}", each) for each in (11, 13, 14, 16)]
                told = [f"No. {each} is not here" for each in (900010, 900012, 900015)]
                self.assertEqual(self.gaps()[2:], told)
                for cable in (wrong, *made):
                    cable.delete()

    def test_numbers_of_letters_go_on_over_years_until_a_new_envoy_begins(self):
        for at, (year, number) in enumerate(
            ((1863, 394), (1864, 395), (1864, 398), (1864, 399), (1865, 1), (1865, 2), (1865, 4))
        ):
            make_cable(
                f"FRUS1864V99-D{at + 1}",
                origin=LIMA,
                created=datetime(year, at + 1, 5, tzinfo=UTC),
                facts={"edition": {"own_number": f"No. {number}", "to": STATE, "kind": "despatch"}},
            )
        told = ["Nos. 396 and 397 are not here", "No. 3 is not here"]
        self.assertEqual(self.gaps()[:2], told)
        self.assertEqual(len(self.gaps()), 4)

    def test_numbers_of_two_envoys_are_two_series(self):
        for at, (year, number, envoy, by) in enumerate(
            (
                (1897, 31, "Mr. Rell", ""),
                (1897, 33, "Mr. Rell", ""),
                (1897, 99, "Mr. Rell", "order"),  # The day is a misprint.
                (1898, 34, "Mr. Rel", ""),  # The name is.
                (1898, 35, "Mr. Rell", ""),
                (1899, 188, "Mr. Tern", ""),
                (1899, 190, "Mr. Tern", ""),
            )
        ):
            edition = {"own_number": f"No. {number}", "to": STATE, "kind": "despatch"}
            make_cable(
                f"FRUS1897V99-D{at + 1}",
                origin=LIMA,
                created=datetime(year, at + 1, 5, tzinfo=UTC),
                facts={"edition": edition | {"from": envoy, "dated_by": by}},
            )
        self.assertEqual(self.gaps()[:2], ["No. 32 is not here", "No. 189 is not here"])
        self.assertEqual(len(self.gaps()), 4)

    def test_a_year_of_numbers_ends_in_june(self):
        for number, year, month in ((540, 1955, 12), (542, 1956, 2), (30, 1956, 7), (32, 1956, 8)):
            sent = datetime(year, month, 7, tzinfo=UTC)
            make_cable(f"{year % 100}LIMA{number}", origin=LIMA, created=sent, header=TO_STATE)
        self.assertEqual(self.gaps()[:2], ["No. 541 is not here", "No. 31 is not here"])

    def test_posts_numbered_from_1_july_on_in_the_fifties(self):
        for number, month in ((540, 5), (541, 6), (430, 10), (432, 11)):
            sent = datetime(1956, month, 7, tzinfo=UTC)
            make_cable(f"56LIMA{number}", origin=LIMA, created=sent, header=TO_STATE)
        self.assertEqual(self.gaps()[0], "No. 431 is not here")
        withhold(make_cable("56LIMA431", origin=LIMA, created=datetime(1956, 6, 8, tzinfo=UTC)))
        self.assertEqual(self.gaps()[0], "No. 431 is not here")

    def test_the_numbers_of_a_conference_go_on_in_july(self):
        for number, month in ((8, 6), (10, 7)):
            make_cable(
                f"54DULTE{number}",
                origin=LIMA,
                created=datetime(1954, month, 7, tzinfo=UTC),
                header=TO_STATE,
            )
        self.assertEqual(self.gaps()[0], "No. 9 is not here")

    def test_the_department_numbered_its_telegrams_for_each_post_until_1973(self):
        for number, post, to in (
            (5, "LIMA", ""),
            (6, "ROME", ""),
            (7, "LIMA", ""),
            (9, "ROME", "LIMA"),
        ):
            make_cable(
                f"63STATE{number}",
                origin=STATE,
                created=datetime(1963, 5, number, tzinfo=UTC),
                header=f"FM SECSTATE WASHDC\nTO AMEMBASSY {post}\nINFO AMEMBASSY {to}",
            )
        self.assertEqual(len(self.entries()), 8)  # A copy of No. 9 went to Lima.
        self.assertEqual(self.gaps()[0], "No. 6 is not here")
        self.assertEqual(len(self.gaps()), 3)

    def test_a_cable_leads_to_its_place_in_the_exchange(self):
        for number in range(1, 22):
            make(f"07LIMA{number}", 1)
        page = self.page("/cable/06LIMA900009/")
        address = re.search(r'href="([^"]+)">The exchange around it', page)[1]
        self.assertEqual(address, f"{EXCHANGE}?at=06LIMA900009")
        response = self.client.get(address)
        self.assertRedirects(
            response, f"{EXCHANGE}?sort=created&page=2#06LIMA900009", fetch_redirect_response=False
        )
        self.assertIn("06LIMA900009", [name for _, name in self.entries(response["Location"])])

    def test_a_cable_to_nobody_who_is_here_has_no_exchange(self):
        for header in ("FM AMEMBASSY LIMA\nTO AMEMBASSY ROME", "", "TO AMEMBASSY LIMA"):
            with self.subTest(header):
                cable = make("06LIMA900020", 9, header)
                self.assertNotIn("The exchange", self.page(cable.get_absolute_url()))
                cable.delete()

    def test_two_origins_are_chosen_by_name(self):
        asked = "/exchange/?one=embassy+lima&other=Secretary+of+State&created_after=2006-03-02"
        self.assertRedirects(self.client.get(asked), f"{EXCHANGE}?created_after=2006-03-02")
        for other, said in (("Atlantis", "Nothing here is from"), ("Embassy Lima", "Choose two")):
            with self.subTest(other):
                page = self.page(f"/exchange/?one=Embassy+Lima&other={other}")
                self.assertIn(said, page)
                self.assertIn("<option>Secretary of State</option>", page)

    def test_an_origin_has_the_names_that_a_search_takes(self):
        make_cable("06USUNNEWYORK900001", origin="Consulate Lima")
        peru = Country.objects.create(iso2="PE", name="Peru", slug="peru")
        Origin.objects.filter(name__endswith=" Lima").update(city="Lima", country=peru)
        forget_counts()
        for one, other in (
            ("Department of State", "Embassy Lima"),
            ("the State Department", "Lima Embassy"),
            ("SecState", "ambassador in Lima"),
        ):
            with self.subTest(one):
                response = self.client.get("/exchange/", {"one": other, "other": one})
                self.assertRedirects(response, EXCHANGE)
        page = self.page("/exchange/?one=Lima&other=Department+of+State&created_after=2006")
        for name in ("Embassy", "Consulate"):
            query = f"one={name}+Lima&amp;other=Department+of+State&amp;created_after=2006"
            self.assertIn(f'<a href="?{query}">{name} Lima</a>', page)

    def test_one_sent_after_a_higher_number_has_no_gap_of_its_own(self):
        make("06LIMA900007", 12)
        self.assertEqual(
            self.gaps(), ["Nos. 900002 to 900004 are not here", "No. 900008 is not here"]
        )

    def letter(self, name, year, chapter, sender, receiver, origin):
        return make_cable(
            f"FRUS1864V99-{name}",
            origin=origin,
            created=datetime(year, 5, 5, tzinfo=UTC),
            header="",
            labels=["volume:frus1864v99", f"volume:frus1864v99/{chapter}"],
            facts={"edition": {"from": sender, "to": receiver, "kind": "despatch"}},
        )

    def sent_to_state(self):
        forget_counts()
        page = self.client.get("/exchange/consulate-callao/secretary-of-state/")
        return sum(entry.side == "one" for entry in page.context["entries"])

    def test_a_person_is_who_he_is_elsewhere_in_his_volume_about_that_year(self):
        self.letter("D1", 1864, "ch1", "Mr. Quayle", "Mr. Rell", STATE)
        for at, (receiver, year, count) in enumerate(
            (
                ("Mr. Quayle", 1864, 1),
                ("Mr. Quale", 1865, 1),  # One letter is misprinted.
                ("Mr. Quill", 1864, 0),
                ("Mr. Quayle", 1868, 0),  # He may be elsewhere by then.
                ("Mr. Perro", 1864, 0),
            )
        ):
            with self.subTest(receiver, year=year):
                letter = self.letter(
                    f"D{at + 10}", year, "ch2", "Mr. Perro", receiver, "Consulate Callao"
                )
                self.assertEqual(self.sent_to_state(), count)
                letter.delete()

    def test_a_search_for_a_recipient_finds_what_its_exchanges_do(self):
        self.letter("D1", 1864, "ch1", "Mr. Quayle", "Mr. Rell", STATE)
        self.letter("D2", 1864, "ch1", "Mr. Perro", "Mr. Quayle", "Consulate Callao")
        self.letter("D3", 1868, "ch2", "Mr. Perro", "Mr. Quayle", "Consulate Callao")
        forget_counts()
        for asked, found in (
            ("to:secstate from:perro", {"FRUS1864V99-D2"}),
            ("from:perro -to:secstate", {"FRUS1864V99-D3"}),
            ("from:perro to:quayle", {"FRUS1864V99-D2", "FRUS1864V99-D3"}),
        ):
            with self.subTest(asked):
                answer = self.client.get("/search.json", {"q": asked}).json()
                self.assertEqual({each["reference"] for each in answer["results"]}, found)
        page = self.client.get("/search/", {"q": "to:secstate"})
        self.assertContains(
            page, "to:secstate also finds letters to persons, named in old headings"
        )

    def test_whoever_writes_from_two_posts_in_a_volume_is_left_apart(self):
        self.letter("D1", 1864, "ch1", "Mr. Quayle", "Mr. Rell", STATE)
        self.letter("D2", 1864, "ch3", "Mr. Quayle", "Mr. Rell", LIMA)
        self.letter("D3", 1864, "ch2", "Mr. Perro", "Mr. Quayle", "Consulate Callao")
        self.assertEqual(self.sent_to_state(), 0)

    def test_a_sender_whose_name_is_that_of_another_has_his_letters_too(self):
        """Most who write under his name in the chapter are of another post."""
        self.letter("D1", 1864, "ch1", "Mr. Quayle", "Mr. Perro", STATE)
        self.letter("D2", 1864, "ch1", "Mr. Perro", "Mr. Quayle", "Consulate Callao")
        for at in (3, 4):  # So "Mr. Perro" there is of Lima.
            self.letter(f"D{at}", 1864, "ch1", "Mr. Perro", "Mr. Quayle", LIMA)
        self.assertEqual(self.sent_to_state(), 1)

    def test_the_page_of_an_origin_has_its_exchanges(self):
        self.assertIn('href="/exchange/embassy-lima/"', self.page("/origin/embassy-lima/"))
        page = self.page("/exchange/embassy-lima/")
        self.assertIn(
            f'<a href="{EXCHANGE}">Secretary of State</a></th><td class="num">3</td>', page
        )

    def test_the_exchange_is_a_list_in_the_forms_of_others(self):
        rows = list(
            csv.DictReader(self.client.get(f"{EXCHANGE[:-1]}.csv").getvalue().decode().splitlines())
        )
        data = self.client.get(f"{EXCHANGE[:-1]}.json").json()
        names = [name for _, name in self.entries()]
        self.assertEqual([each["reference"] for each in rows], names)
        self.assertEqual([each["reference"] for each in data["cables"]], names)
        self.assertEqual(self.client.get(f"{EXCHANGE[:-1]}.atom").status_code, 200)

    def test_an_exchange_with_nobody_is_not_found(self):
        for address in ("embassy-lima/embassy-lima", "embassy-lima/embassy-nowhere", "x/y"):
            with self.subTest(address):
                self.assertEqual(self.client.get(f"/exchange/{address}/").status_code, 404)
