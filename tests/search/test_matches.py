"""Which cables a query finds: every construct, and arbitrary text."""

from datetime import date
from unicodedata import normalize
from urllib.parse import urlencode

from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cables.models import Cable
from cables.search import index_selection, run_search
from cables.search.filters import ListQuery
from cables.search.list_counts import ListCounts
from cables.search.query import parse_question
from cables.search.snippets import excerpts
from cables.search.timeouts import TooSlow, statement_timeout
from tests.base import TestCase
from tests.builders import CREATED, make_cable, withhold
from tests.slow import examples

# Characters and words with a meaning to PostgreSQL, SQL or the search box.
AWKWARD = r"""
    ' '' " \ \' ( ) (( & | ! <-> <2> : :* :A * - -- or -or % %s %% $1 ; { } {} 'a':*A subject:
    to: ref: a.b.c a@b.c http://a.b/c 07LIMA900003* subject:07LIMA1* origin:' to:\ tag:'
    before:9999-12-31 after:0001-01-01 u.s 1.5e10 1e -1 +1 0x1f ² ٣ ﬁ İ ß …
""".split()  # noqa: SIM905
AWKWARD += ["- -", "or or", "'); DROP TABLE cables_cable; --", "a & !b | (c", "a <-> b"]
AWKWARD += ["\0", "\x1f", "\ud800", "\U0010ffff", "\u0301", "a" * 100, "é" * 100, "1" * 100]
ANY_TEXT = st.one_of(
    st.text(),
    st.lists(st.one_of(st.sampled_from(AWKWARD), st.text(max_size=8)), max_size=12).map(" ".join),
    st.lists(st.sampled_from(AWKWARD), max_size=8).map("".join),
)


BETWEEN_WORDS = "/-\N{EN DASH}\N{EM DASH}‘’“”…\N{NO-BREAK SPACE}_."
BERLIN, LIMA, SALMON = "06BERLIN900001", "07LIMA900003", "07LIMA900004"
FINDS = (
    ("", [BERLIN, LIMA, SALMON]),
    ("harbor", [BERLIN, LIMA]),
    ("HARBORS fee", [BERLIN, LIMA]),
    ('"fishing rights"', [LIMA]),
    ('"rights of fishing"', [SALMON]),
    ('"right of fishing"', []),  # In quotation marks other forms do not match.
    ('"fishings"', []),
    ("fishings", [BERLIN, LIMA, SALMON]),
    ("fishing", [BERLIN, LIMA, SALMON]),
    ("salmon or rights", [BERLIN, LIMA, SALMON]),
    ("harbor salmon or rights", [BERLIN, LIMA]),
    ("harbor -salmon", [LIMA]),
    ('harbor -"fishing rights"', [BERLIN]),
    ("salm*", [BERLIN, SALMON]),
    ("subject:harbor", [BERLIN]),
    ("subject:salm*", [BERLIN, SALMON]),
    ("harbor -subject:fees", [LIMA]),
    ("cafe", [LIMA, SALMON]),
    ("CAFÉ", [LIMA, SALMON]),
    ("1376", [LIMA, SALMON]),
    ("00001376", [LIMA, SALMON]),
    ("1376 -001376", []),
    ("12", [LIMA]),
    ("2007", [LIMA, SALMON]),  # Sent in that year.
    ("iraq", [BERLIN]),
    ("Iran/Iraq", [BERLIN]),
    ('"al qaida"', []),
    ("al-Qa'ida", [LIMA]),
    ("al Qa'ida", [LIMA]),
    ("commercial", [BERLIN]),
    ("peru", [LIMA]),
    ("ref:900003", [LIMA]),
    ("tag:efis", [BERLIN, SALMON]),
    ("tag:efis tag:UNGA/C-6", [SALMON]),
    ("tag:NONE", []),
    ("after:1900 -tag:efis", [LIMA]),
    ("after:1900 -tag:efis -to:berlin", []),
    ("-origin:berlin -tag:NONE after:1900", [LIMA, SALMON]),
    ("-from:embassy-berlin -to:berlin", [SALMON]),
    ("origin:lima", [LIMA, SALMON]),
    ("from:embassy-berlin", [BERLIN]),
    ("origin:berlin origin:lima", [BERLIN, LIMA, SALMON]),
    ('origin:"lima embassy" harbor', [LIMA]),
    ("origin:atlantis", []),
    ("to:lima", [BERLIN]),
    ("to:berlin", [LIMA]),
    ("to:secstate harbor", [BERLIN]),
    ('to:"secstate washdc"', [BERLIN]),
    ("to:1376", [BERLIN]),
    ("washdc", []),
    ("before:2007", [BERLIN]),
    ("after:2007", [LIMA, SALMON]),
    ("before:2007-12", [BERLIN, LIMA]),
    ("after:2007-11-14 before:2007-11-15", [LIMA]),
    ("after:2007-11-15 harbor", []),
    ("after:2008 before:2007", []),
    ("the", []),
    ('"rights at the harbor"', [LIMA]),
    ('"rights of the harbor"', []),
    ('"the rights of"', [SALMON]),
    ("-harbor", ["07LIMA900004"]),
    ("?!", []),
)


def search(query="", **filters):
    """Return the response to a query with these filters."""
    asked = ListQuery.from_address(f"/search/?{urlencode({'q': query} | filters, doseq=True)}")
    return run_search.answer(asked, ListCounts.current())


def found(query="", **filters):
    """Return the references of the cables found, in order."""
    keys = search(query, **filters).keys
    names = Cable.objects.in_bulk(keys)
    return [names[key].reference for key in keys]


class ConstructTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable(
            "06BERLIN900001",
            subject="HARBOR FEES AND SALMON",
            body="1. (U) The harbor raised its fees. See 07 LIMA 00900003.\n\n2. Iran/Iraq.",
            keywords="06BERLIN900001 06 BERLIN 900001 Embassy Berlin EFIS Commercial Fishing",
            tags=["EFIS"],
            header="FM AMEMBASSY BERLIN\nTO RUEHC/SECSTATE WASHDC 1376\nINFO RUEHPE/AMEMBASSY LIMA",
        )
        make_cable(
            "07LIMA900003",
            origin="Embassy Lima",
            subject="CAFÉ AL-QA'IDA",
            body="1. Fishing rights at the harbor in 2005-2007, number 001376, for 12 fees.",
            keywords="07LIMA900003 07 LIMA 900003 Embassy Lima Peru",
            created=CREATED.replace(year=2007, month=11),
            header="FM AMEMBASSY LIMA\nTO AMEMBASSY BERLIN",
        )
        make_cable(
            "07LIMA900004",
            origin="Embassy Lima",
            subject="SALMON",
            body="1. The rights of fishing fleets. Cafe, number 1376.",
            created=CREATED.replace(year=2007, month=12),
            tags=["EFIS", "UNGA/C-6"],
            header="",
        )

    def test_each_construct_of_a_query_finds_its_cables(self):
        for query, wanted in FINDS:
            with self.subTest(query):
                self.assertEqual(sorted(found(query)), wanted)
                self.assertEqual(search(query).total, len(wanted))

    def test_a_document_is_found_by_the_title_that_its_source_prints(self):
        title = "Letter From President Adams to Chairman Brown"
        cable = make_cable("FRUS1963V98-D1", subject="", body="1. Yes.", facts={"title": title})
        asked = (f'"{title}"', f'title:"{title}"', 'subject:"chairman brown"', "adams letter brown")
        for query in asked:
            with self.subTest(query):
                self.assertEqual(found(query), ["FRUS1963V98-D1"])
        [hits] = excerpts([cable], parse_question("brown letters")).values()
        marked = "<mark>Letter</mark> From President Adams to Chairman <mark>Brown</mark>"
        self.assertEqual((hits.subject, hits.excerpts), (marked, []))
        cable.subject = "Fees"
        [hits] = excerpts([cable], parse_question("brown letters")).values()
        self.assertEqual([(note.label, text) for note, text in hits.notes], [("Heading", marked)])

    def test_a_sender_is_found_without_the_initials_that_are_printed(self):
        signed = (
            "Allen W. Dulles",
            "W. W. Rostow",
            "F. W. Seward",
            "G. F. Seward",
            "Sarah Allen Dulles Hay",
        )
        for number, name in enumerate(signed, 900010):
            make_cable(f"06BERLIN{number}", facts={"edition": {"signed": name}})
        for asked, wanted in (
            ("Allen Dulles", ["06BERLIN900010", "06BERLIN900014"]),
            ("Walt Rostow", ["06BERLIN900011"]),
            ("Frederick Seward", ["06BERLIN900012"]),
            ("John Dulles", []),
        ):
            with self.subTest(asked):
                self.assertEqual(sorted(found(f'from:"{asked}"')), wanted)

    def test_words_are_separated_by_slashes_and_dashes_too(self):
        for number, sign in enumerate(BETWEEN_WORDS, 10):
            reference = f"08LIMA9000{number}"
            make_cable(reference, body=f"1. Wheat{sign}barley 2005{sign}2006.", keywords="")
            with self.subTest(sign):
                for query in ("wheat", "barley", "2005", "2006", f"wheat{sign}barley"):
                    self.assertIn(reference, found(query))

    def test_an_accent_may_be_a_character_of_its_own(self):
        make_cable("08LIMA900020", body=normalize("NFD", "1. Le café de l'Élysée."), keywords="")
        for query in ("elysee", "Élysée", normalize("NFD", "Élysée"), '"le cafe de"'):
            with self.subTest(query):
                self.assertIn("08LIMA900020", found(query))

    def test_filters_and_orders_of_results(self):
        berlin, lima, salmon = BERLIN, LIMA, SALMON
        for query, filters, wanted in (
            ("fishing", {"sort": "created"}, [berlin, lima, salmon]),
            ("fishing", {"sort": "-created"}, [salmon, lima, berlin]),
            ("fishing", {"sort": "-reference", "origin": "embassy-lima"}, [salmon, lima]),
            ("", {"sort": "relevance"}, [berlin, lima, salmon]),
            ("fishing", {"sort": "created", "tag": "efis"}, [berlin, salmon]),
            ("fishing", {"created_after": "2007-12-01"}, [salmon]),
            ("2007", {"plain": "yes"}, [lima]),
            ("fishing", {"sort": "created", "page": "2"}, []),
            ("fishing", {"sort": "created", "page": "x"}, [berlin, lima, salmon]),
        ):
            with self.subTest(query, filters=filters):
                self.assertEqual(found(query, **filters), wanted)

    def test_a_withheld_cable_is_neither_found_nor_counted(self):
        withhold(Cable.objects.get(reference="07LIMA900003"), "It names a witness.")
        for query in (
            "harbor",
            '"fishing rights"',
            "1376",
            "ref:900003",
            "subject:cafe",
            "to:berlin",
        ):
            with self.subTest(query):
                answer = search(query)
                self.assertNotIn("07LIMA900003", found(query))
                self.assertEqual(answer.total, len(answer.found[:]))
                self.assertNotIn(date(2007, 11, 1), answer.months)

    def test_addresses_keep_the_query(self):
        answer = search("harbor fees", tag="EFIS", sort="created", page="3")
        self.assertEqual(
            answer.address("origin", "embassy-berlin"),
            "/search/?q=harbor+fees&tag=EFIS&sort=created&origin=embassy-berlin",
        )
        self.assertEqual(
            answer.address("year", "2006"),
            "/search/?q=harbor+fees&tag=EFIS&sort=created"
            "&created_after=2006-01-01&created_before=2006-12-31",
        )
        self.assertEqual(answer.filters.cleared, "/search/?q=harbor+fees&sort=created")
        self.assertEqual([str(chip) for chip in answer.filters.chips], ["tag EFIS"])


class AnyTextTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable()

    def test_any_text_can_be_searched_for(self):
        @settings(deadline=None, max_examples=examples(400))
        @given(ANY_TEXT)
        @example(" or ".join(f"w{number}" for number in range(600)))
        @example('"' + "1 " * 1_000 + '"')
        @example("07A1 " * 400)
        def check(text):
            question = parse_question(text)
            self.assertGreaterEqual(len(index_selection.published_cables().matching(question)), 0)
            self.assertNotIn("\0", question.text)
            self.assertEqual(parse_question(question.text).groups, question.groups)

        check()

    def test_any_text_has_an_answer_page(self):
        for text in ("x", "x" * 5_000, "harbor " * 1_000, *AWKWARD):
            with self.subTest(text[:40]):
                self.assertGreaterEqual(search(text.replace("\ud800", "")).total, 0)

    def test_a_query_that_takes_too_long_says_so(self):
        with self.assertRaises(TooSlow), statement_timeout(20), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(1)")
        with statement_timeout(), connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            self.assertEqual(cursor.fetchone(), ("2s",))
