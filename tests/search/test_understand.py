"""Questions in plain words: what is read as a filter, what stays a word, what is offered."""

import csv
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

from django.utils.html import escape
from django.utils.http import urlencode
from hypothesis import given, settings
from hypothesis.strategies import data, integers, lists, permutations, sampled_from
from lxml import html

from cables.loader import count_words
from cables.models import Country, Origin, Tag
from cables.search import run_search
from cables.search.filters import ListQuery
from cables.search.list_counts import ListCounts
from cables.search.query import parse_question
from cables.search.ranked_queries import is_word
from cables.search.understand import read_question
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, make_cables
from tests.slow import examples

IN_1963 = {"created_after": "1963-01-01", "created_before": "1963-12-31"}
SAIGON = {"origin": "embassy-saigon"}
# Question, words that are left, filters as in an address; without any, all is looked for.
QUESTIONS = Path(__file__).with_name("questions.csv")
OFFERED = {
    "coup in Saigon": [("from Saigon", "coup", {"place": "saigon"})],
    "rice for Viet-Nam": [("from Vietnam", "rice", {"country": "vietnam"})],
    "narcotics rice": [("with the tag SNAR, Narcotics", "rice", {"tag": "SNAR"})],
    "SNAR rice": [("with the tag SNAR, Narcotics", "rice", {"tag": "SNAR"})],
    "secret treaty": [("classified SECRET", "treaty", {"classification": "secret"})],
    "flash rice": [("marked FLASH", "rice", {"caption": "FLASH"})],
    "letters rice": [("of the kind letter", "rice", {"kind": "letter"})],
    "no distribution, rice": [("marked NODIS", "rice", {"caption": "NODIS"})],
    "CIA rice": [
        (
            *("from CIA (Central Intelligence Agency)", "rice"),
            {"origin": "central-intelligence-agency"},
        )
    ],
    "flash Minh to Lodge": [("marked FLASH", "from:Minh to:Lodge", {"caption": "FLASH"})],
    "rice from Minh on narcotics": [
        ("with the tag SNAR, Narcotics", "rice from:Minh", {"tag": "SNAR"})
    ],
    "exdis rice": [],  # No cable has this caption.
    "snar rice": [],
    "Embassy Saigon coup Vietnam": [],  # There is an origin already.
}
WORDS_OF_TEXTS = (
    *("coup", "rice", "treaty at Hue", "U.S. reports", "from embassy Saigon in October 1963"),
)
# Parts of a question that must never be read as something else, and what may stand beside them.
SIGNED = (
    *("from:rusk", "to:Saigon", "tag:RICE", "note:nodis", "subject:rice", "from: minh", "harb*"),
    *('"big Minh"', '-"big Minh"', 'from:"Embassy Saigon"', "-coup", "-subject:coup", "NOT coup"),
    *("NOT rice*", "rice or coup", 'minh or "rice deal"', "rice | harb*", "after:1962"),
)
PLAIN = (
    *("1963", "in 1963", "October 1963", "1962-1963", "Embassy Saigon", "from Saigon", "cables"),
    *("secret cables", "from the CIA", "tagged SNAR", "of", "about", "on a", "the", "treaty", "To"),
)


# Pieces of questions that are read alike wherever they stand. A question has one of each group: two
# of one can be read together, as "U.S." and "Embassy Saigon".
PIECES = (
    ("1963", "October 1963", "since 1964", "after:1964", "late October 1963", "Oct-Nov 1963"),
    (
        *("Embassy Saigon", "from Saigon", "from the CIA", "cables from Hue", "in Saigon", "to"),
        *("U.S.", "from Saigon to Lodge", "Minh to Lodge", "from minh", "from Secretary Minh"),
        *("by minh", "Mr. Minh to Mr. Lodge", "from:minh", "-from:minh"),
    ),
    (
        *("secret cables", "class:secret", "-secret", "-class:secret", "nodis", "eyes only"),
        *("flash letters", "flash", "top secret nodis airgrams", "-top secret", "NOT nodis"),
    ),
    ("coup or treaty", "Embassy Saigon or treaty", "treaty or Embassy Saigon", "harb* or rice"),
    ("coup", "NOT coup", "-coup", '"a coup"', "NOT from:minh"),
    (
        *("rice", "reports", "despatches", "about rice", "from", "kind:airgram", "kind:no"),
        *("airgrams", "-kind:airgram", "editorial notes", "telegram 900001", "NOT kind:airgram"),
        *("-airgrams", "circular tel. No. 900001"),
    ),
    ("to Hue", "to Embassy Saigon", "to:Saigon", "-to:Saigon", "to Ambassador Lodge", "to lodge"),
)


def signs_of(text):
    """Return all of a question but its plain words: what may match, must match and must not."""
    question = parse_question(text)
    return (
        {group for group in question.groups if not is_word(group)},
        *(set(question.excluded), set(question.senders), question.after, question.before),
        set(question.tags),
        # "To Embassy Saigon"
        {names for names in question.recipients if names[0].words != ("Saigon",)},
    )


class UnderstandTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        vietnam = Country.objects.create(iso2="VN", name="Vietnam", slug="vietnam")
        Tag.objects.create(code="SNAR", kind="subject", label="Narcotics")
        Tag.objects.create(code="RICE", kind="unknown")
        made = {"created": datetime(1963, 10, 25, tzinfo=UTC), "classification": "SECRET"}
        cls.cable = make_cable(
            *("63SAIGON900001",),
            captions=["NODIS"],
            **made | {"origin": "Embassy Saigon", "tags": ["SNAR", "RICE"]},
            labels=["kind:airgram", "text:excised", "volume:frus1961-63v15"],
            body="1. Generals plan a coup.",
        )
        make_cable("63HUE900001", **made | {"origin": "Consulate Hue"}, body="1. Rice is dear.")
        cia = {"origin": "Central Intelligence Agency", "body": "1. A coup is planned at Saigon."}
        make_cable("64CIA900001", **cia, created=datetime(1964, 2, 1, tzinfo=UTC))
        edition = {"edition": {"from": "Minh", "signed": "Duong", "to": "Ambassador Lodge"}}
        for number, kind in enumerate(("letter", "conversation", "editorial note")):
            make_cable(
                f"64SAIGON90000{number + 2}",
                **made | {"origin": "Embassy Saigon", "classification": "TOP SECRET"},
                **{"labels": [f"kind:{kind}"], "captions": ["EYES ONLY", "FLASH"][: 2 - number]},
                facts={} if number else edition,
            )
        cls.make_letters(made)
        for number in range(24):
            some = [word for at, word in enumerate(WORDS_OF_TEXTS) if number * 5 >> at & 1]
            make_cable(
                f"6{3 + number % 2}HUE91{number:04}",
                origin=("Embassy Saigon", "Consulate Hue")[number // 2 % 2],
                classification=("SECRET", "CONFIDENTIAL")[number % 3 > 0],
                created=datetime(1963 + number % 2, 10, 3, tzinfo=UTC),
                body=f"1. A {' '.join(some)}.",
            )
        places = {"Embassy Saigon": "Saigon", "Consulate Hue": "Hue"}
        for name, city in places.items():
            Origin.objects.filter(name=name).update(
                kind=name.split()[0], city=city, country=vietnam
            )
        forget_counts()

    @staticmethod
    def make_letters(made):
        """Make documents whose headings name who wrote them."""
        edition = {"edition": {"from": "Consul in Tonkin", "signed": "Department of War"}}
        facts = {"facts": edition, "body": "1. In Tonkin the war goes on."}
        make_cable("64HUE900012", **made | facts | {"classification": ""})
        facts = {
            "facts": {"edition": {"to": "Mr. Fish"}},
            "body": "1. Aid to Lodge, a visit by Minh, a way to fish.",
        }
        make_cable("64HUE900014", **made | facts)
        for number in range(8):
            make_cable(f"64HUE92000{number}", **made, body="1. Lodge was away.")
        make_cable("64HUE900011", **made, facts={"edition": {"from": "Mr. Wu", "to": "Mr. Hay"}})
        facts = {"facts": {"edition": {"from": "President Diem"}}, "body": "1. See Duong Minh."}
        make_cable("64HUE900013", **made | facts | {"origin": "White House"})

    def read(self, text, *chosen):
        return read_question(text, ListCounts.current(), chosen)

    def test_words_that_can_hardly_mean_anything_else_are_read_as_filters(self):
        with QUESTIONS.open(encoding="utf-8", newline="") as file:
            for text, words, filters in [*csv.reader(file)][1:]:
                with self.subTest(text):
                    reading = self.read(text)
                    pairs = sorted(pair for each in reading.read for pair in each.filters)
                    self.assertEqual((reading.words, pairs), (words, sorted(parse_qsl(filters))))

    def test_they_are_offered_as_filters(self):
        for text, expected in OFFERED.items():
            with self.subTest(text):
                offers = self.read(text).offers
                shown = [
                    (f"{each.preposition} {each.label}", words, dict(each.filters))
                    for each, words in offers
                ]
                self.assertEqual(shown, expected)

    def test_a_filter_that_is_chosen_is_not_read_again(self):
        reading = self.read("Embassy Saigon 1963 coup", "place")
        self.assertEqual([each.sort for each in reading.read], ["time"])
        self.assertEqual(reading.words, "Embassy Saigon coup")

    def test_a_long_text_is_a_quotation(self):
        text = "Embassy Saigon 1963 " + "coup " * 40
        self.assertEqual(self.read(text).read, ())

    def test_reading_keeps_every_part_with_a_sign_in_any_order(self):
        @settings(deadline=None, max_examples=examples(400))
        @given(
            lists(sampled_from(SIGNED), max_size=4), lists(sampled_from(PLAIN), max_size=4), data()
        )
        def check(signed, plain, drawn):
            text = " ".join(drawn.draw(permutations(signed + plain)))
            self.assertEqual(signs_of(self.read(text).words), signs_of(text), text)

        check()

    def test_a_year_within_the_archive_is_a_time_though_it_has_no_cable(self):
        make_cable("61HUE900001", created=datetime(1961, 5, 1, tzinfo=UTC))
        make_cable("66HUE900001", created=datetime(1966, 5, 1, tzinfo=UTC))
        forget_counts()
        self.assertEqual(len(self.read("harb* 1964").read), 1)
        self.assertEqual(self.read("harb* 1967").read, ())
        self.assertIn("write 1963-1964", self.read("1963 or 1964 coup").notes[0])
        for text in ("coup 1963 or tuna", "coup or 1963 tuna"):
            self.assertIn("1963 stands beside “or”", self.read(text).notes[0])
        self.assertEqual(self.read("coup or tuna 1963").notes, ())
        self.assertEqual(self.read("rice or coup 1963").notes, ())

    def test_what_cannot_be_read_is_named(self):
        for text, note in {
            "kind:novel rice": "no kind here is called so. There is airgram, conversation, ",
            "person:900001": "person:900001 is looked for as words: no person here is called so.",
            "mark:nodis": "no portion mark here is called so. There is caption:NODIS.",
            "class:secrets": "There is secret",
            "cables:no": "cables:no is looked for as words: write yes behind it.",
            "-created_after:1963 rice": "write a day, 2006-03-14, without a minus behind it.",
            "kind:airgram or rice": "kind:airgram stands beside “or”, so it is looked for as words",
            "from Nobody": "Not looked for: “from”.",
            "1963 rice 1964": "Looked for as words, since nothing is of both: “1963”, “1964”.",
            "rice except 1963": "“except” leaves nothing out: write a minus before a word",
            "10/11/1963 rice": "can be two days: for the time write 1963-10-11 or 1963-11-10.",
        }.items():
            with self.subTest(text):
                self.assertIn(note, " ".join(self.read(text).notes))

    def test_signs_that_do_nothing_are_named(self):
        for text, note in {
            '"big Minh 1963': "A quotation mark without its partner is left out.",
            '"big Minh': "A quotation mark without its partner is left out.",
            "rice or": "or is left out: it joins what stands on both its sides.",
            "OR rice 1963": "OR is left out: it joins what stands on both its sides.",
            "rice - coup": "A minus with a blank behind it leaves nothing out: write -word.",
            "-from rice": "-from is left out: nearly every cable has such words.",
            "from the": "Nearly every cable has each of these words: they are looked for together.",
            "ri*e coup": "ri*e: a * stands for the end of a word alone.",
            "from:minh or rice": "Both are asked for at from:minh: “or” joins words and",
            "rice or -coup": "“or” beside -coup is left out: a minus leaves out its own",
            "from:minh or from:lodge": "",
            "rice the or coup": "the is left out with its “or”: nearly every cable has such words.",
            "rice or coup": "",
        }.items():
            with self.subTest(text):
                notes = self.client.get(f"/search.json?{urlencode({'q': text})}").json()["notes"]
                told = [each for each in notes if note and each.startswith(note)]
                self.assertEqual(bool(told), bool(note), notes)

    def test_words_that_are_dropped_are_named(self):
        reading = self.read("cables of Embassy Saigon in 1963 on a coup")
        self.assertEqual(reading.notes, ("Not looked for: “cables”, “on”, “a”.",))
        self.assertEqual(self.read("U.S. Embassy Saigon").notes, ("Not looked for: “U.S.”.",))
        self.assertEqual(self.read("Secretary Minh").notes, ())
        notes = self.read("rice from Secretary Minh").notes
        self.assertEqual(notes, ("Not looked for: “Secretary”.",))
        page = self.search("cables of Embassy Saigon in 1963 on a coup").content.decode()
        self.assertIn("Not looked for: “cables”, “on”, “a”.", page)

    def search(self, text, **more):
        return self.client.get(f"/search/?{urlencode({'q': text} | more)}")

    def test_a_reader_sees_how_a_question_was_read_and_can_search_for_its_words(self):
        response = self.search("Embassy Saigon 1963 coup")
        shown = html.fromstring(response.content).find_class("understood")[0].text_content()
        self.assertRegex(shown, r"Looking for\s+coup\s+from Embassy Saigon ×\s+in 1963 ×")
        self.assertContains(response, "/cable/63SAIGON900001/?q=coup")
        self.assertNotContains(response, "64CIA900001")
        self.assertContains(response, 'value="Embassy Saigon 1963 coup"')  # In the box, as typed.
        self.assertContains(response, "/search/?q=Embassy+Saigon+1963+coup&amp;plain=yes")
        words = self.search("Embassy Saigon 1963 coup", plain="yes")
        self.assertNotContains(words, "Search for these words instead")
        self.assertContains(
            words, "/search/?q=coup&amp;origin=embassy-saigon&amp;created_after=1963"
        )

    def test_filters_that_were_read_can_be_removed_one_by_one(self):
        tree = html.fromstring(
            self.search("Embassy Saigon 1963 coup", classification="secret").content
        )
        kept = "/search/?q=coup&classification=secret"
        self.assertEqual(
            tree.xpath("//*[@class='understood']//a[@class='chip']/@href"),
            [
                f"{kept}&created_after=1963-01-01&created_before=1963-12-31",
                "/search/?q=coup&origin=embassy-saigon&classification=secret",
            ],
        )
        chips = tree.xpath("//ul[@class='chips']/li")
        self.assertEqual([chip.text for chip in chips], ["Classification: SECRET"])

    def test_what_was_read_finds_nothing_else_and_the_words_as_typed_are_offered(self):
        make_cable("65HUE900002", origin="Consulate Hue", body="1. From embassy Saigon: 1963 maps.")
        for text in ("embassy Saigon 1963 maps", "maps 1963", "1963 NOT coup maps"):
            with self.subTest(text):
                page = self.search(text)
                self.assertContains(page, "<b>Nothing found</b>")
                address = escape(f"/search/?{urlencode({'q': text, 'plain': 'yes'})}")
                self.assertContains(page, f'href="{address}">the words as they were typed</a>')
                some = page.content.decode().partition("With some of these words")[2]
                self.assertIn("65HUE900002", some)
                found = self.client.get(f"/search.json?{urlencode({'q': text})}").json()
                self.assertEqual((found["total"], found["results"]), (0, []))
                self.assertEqual(found["read"]["filters"]["created_after"], ["1963-01-01"])
                offered = found["less_strict"][0]
                self.assertEqual(offered["label"], "the words as they were typed")
                self.assertEqual(offered["cables"], 1)
                for form in ("csv", "atom"):
                    response = self.client.get(f"/search.{form}?{urlencode({'q': text})}")
                    self.assertNotIn("65HUE900002", response.getvalue().decode())

    def test_what_a_minus_leaves_out_can_be_taken_back(self):
        page = html.fromstring(self.search("coup -kind:airgram -class:confidential").content)
        shown = page.find_class("understood")[0]
        self.assertIn("without kind Airgram ×", " ".join(shown.text_content().split()))
        address = "/search/?q=coup&without=classification%3Aconfidential"
        self.assertEqual(shown.xpath(".//a[@class='chip']/@href")[0], address)
        every, fewer = (
            self.client.get(f"/search.json?q=coup{words}").json()["total"]
            for words in ("", "+-kind:airgram")
        )
        self.assertEqual(fewer, every - 1)

    def test_words_that_cannot_be_used_leave_what_was_read(self):
        found = self.client.get("/search.json?q=1963+-before:soon").json()
        everything = self.client.get("/search.json?created_after=1963&created_before=1963").json()
        self.assertEqual(found["total"], everything["total"])
        self.assertIn("-before:soon is left out", found["notes"][0])

    def test_the_order_of_pieces_changes_nothing_and_each_piece_narrows(self):
        counts = ListCounts.current()

        @cache
        def found(text):
            asked = ListQuery.from_address(f"/search/?{urlencode({'q': text})}")
            return frozenset(run_search.answer(asked, counts).found[:])

        @settings(deadline=None, max_examples=examples(300))
        @given(permutations(PIECES), integers(2, 4), data())
        def check(groups, count, drawn):
            pieces = [drawn.draw(sampled_from(group)) for group in groups[:count]]
            text = " ".join(pieces)
            self.assertEqual(found(" ".join(drawn.draw(permutations(pieces)))), found(text), pieces)
            fewer = " ".join(pieces[1:])
            if parse_question(fewer).has_conditions:
                self.assertLessEqual(found(text), found(fewer), pieces)

        check()

    def test_a_filter_that_would_find_nothing_is_not_offered(self):
        self.assertContains(self.search("coup in Saigon"), ">from Saigon</a>")
        self.assertNotContains(self.search("zebra in Saigon"), ">from Saigon</a>")
        make_cable("63HUE900008", origin="Consulate Hue", body="1. Zebras from the CIA.")
        self.assertContains(self.search("zebras from the CIA"), "<b>Nothing found</b>")

    def test_an_offer_keeps_the_sender_and_counts_what_its_link_finds(self):
        page = html.fromstring(self.search("flash Minh to Lodge").content)
        address = "/search/?q=from%3AMinh+to%3ALodge&caption=FLASH"
        offer = page.xpath(f"//a[@href='{address}']")[0]
        self.assertIn("(1)", offer.getparent().text_content())
        self.assertEqual(self.client.get(address.replace("/?", ".json?")).json()["total"], 1)

    def test_a_word_before_a_name_is_no_initial_of_it(self):
        parties = {"edition": {"from": "Mr. W. Quay", "to": "Mr. Hay"}}
        make_cable("64HUE900020", facts=parties, body="1. Wheat.")
        forget_counts()
        for text in ("wheat Quay to Hay", "Quay to Hay wheat"):
            with self.subTest(text):
                self.assertEqual(self.read(text).words, "wheat from:Quay to:Hay")

    def test_an_office_gets_documents_wherever_it_stands(self):
        make_cable("64HUE900021", facts={"edition": {"to": "The President"}}, body="1. Wheat.")
        forget_counts()
        for text in (
            *("to the President 1964", "1964 to the President", "to the President kind:airgram"),
            *("to the President nodis class:secret", "notes to the President nodis"),
        ):
            with self.subTest(text):
                self.assertIn("to:President", self.read(text).words)
        self.assertEqual(self.read("aid to the President").words, "aid to:President")
        make_cable("64HUE900022", body="1. Aid to the President.")
        forget_counts()
        self.assertEqual(self.read("aid to the President").words, "aid to the President")

    def test_words_that_leave_nothing_out_are_named(self):
        for text, word in {"coup not rice": "not", "rice no coup": "no"}.items():
            self.assertIn(f"“{word}” leaves nothing out", self.read(text).notes[0])
        for text in ("not marked rice", "coup no 12", "coup -rice", "no distribution"):
            with self.subTest(text):
                self.assertEqual(self.read(text).notes, ())

    def test_a_sender_and_a_recipient_of_whom_nothing_is_here_find_nothing(self):
        page = self.search("Wu to Lodge")
        self.assertContains(page, "<b>Nothing found</b>")

    def test_a_search_of_very_common_words_explains_itself(self):
        response = self.search("the")
        self.assertContains(
            response, "the is left out: nearly every cable has such words. Add a rarer one."
        )
        self.assertNotContains(response, "No cable matches")

    def test_so_do_those_with_some_of_the_words_where_none_has_all(self):
        make_cable("64CIA900002", body="1. A coup is planned at Hue.")
        response = self.search("Consulate Hue 1963 zebra coup planned")
        self.assertNotContains(response, "Search tips")
        self.assertContains(response, "64CIA900002")

    def test_programs_are_told_how_a_question_was_read(self):
        found = self.client.get("/search.json?q=Embassy+Saigon+1963+coup").json()
        self.assertEqual(found["total"], 1)
        self.assertEqual(found["question"], "Embassy Saigon 1963 coup")
        expected = {name: [value] for name, value in (SAIGON | IN_1963).items()}
        self.assertEqual(found["read"], {"words": "coup", "filters": expected})
        plain = self.client.get("/search.json?q=Embassy+Saigon+1963+coup&plain=yes").json()
        self.assertIsNone(plain["read"])

    def test_a_caption_that_no_cable_has_as_its_own_is_looked_for_in_notes(self):
        notes = [{"id": "d1fn1", "n": "1", "text": "Secret; Exdis.", "at": ""}]
        make_cable("63HUE900003", body="1. Rice.", facts={"edition": {"notes": notes}})
        self.assertContains(self.search("Exdis rice"), ">with EXDIS in a note</a>")
        found = self.search('note:"EXDIS" rice')
        self.assertContains(found, "63HUE900003")
        self.assertNotContains(self.search("Limdis rice"), "in a note")

    def test_a_file_number_is_looked_for_in_notes(self):
        notes = [{"id": "d1fn1", "n": "1", "text": "Source: 764.00/10–2956. Secret.", "at": ""}]
        make_cable("63HUE900003", body="1. Rice.", facts={"edition": {"notes": notes}})
        for text in ("764.00/10-2956", "764.00/10–2956"):
            with self.subTest(text):
                self.assertContains(self.search(text), f">with {text} in a note</a> (1)")
        self.assertNotContains(self.search("764.00/11-2956"), "in a note")

    def test_a_term_of_the_glossary_is_not_taken_for_a_misspelt_word(self):
        make_cables([f"63HUE900{number}" for number in range(200, 330)], body="1. Nods.")
        make_cable("63HUE900004", body="1. Limits of nodis.")
        count_words()
        self.assertContains(self.search("nodiz"), "Showing <i>nodis</i>")
        self.assertNotContains(self.search("nodis"), "Showing <i>")

    def test_a_control_number_is_found_however_it_is_printed(self):
        made = {
            "63HUE900005": {"body": "1. See airgram, Control No. 4711."},
            "63HUE900006": {"body": "1. None.", "header": "CONTROL: 4711\nFM HUE\nTO SECSTATE"},
            "63HUE900007": {"body": "1. Under our control 9 of 4711 men."},
        }
        for reference, fields in made.items():
            make_cable(reference, **fields)
        for text in ("control number 4711", "Control: 4711", "control no. 4711"):
            with self.subTest(text):
                found = self.client.get(f"/search.json?{urlencode({'q': text})}").json()
                references = {each["reference"] for each in found["results"]}
                self.assertEqual(references, {"63HUE900005", "63HUE900006"})

    def test_all_forms_find_the_same(self):
        for form in ("csv", "atom"):
            with self.subTest(form):
                response = self.client.get(f"/search.{form}?q=Embassy+Saigon+1963+coup")
                content = response.getvalue().decode()
                self.assertIn("63SAIGON900001", content)
                self.assertNotIn("64CIA900001", content)

    def test_the_meaning_of_a_term_stands_above_its_results(self):
        for text, meaning in {
            "eyes only": "Only the person who is named may read it",
            "NIACT": "Somebody has to act on it at once",
            "what is Polad?": "A diplomat who advises a military commander",
            "SNAR": "Narcotics",
            "control number": "The number under which the Department’s telegraph office",
        }.items():
            with self.subTest(text):
                self.assertContains(self.search(text), meaning)
        self.assertNotContains(self.search("is"), "Iceland")
