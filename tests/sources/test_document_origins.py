"""Origins of documents of Foreign Relations: the post or office that a heading stands for."""

from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest import TestCase

from cables.sources import frus
from cables.sources.frus.document_origins import origin_of_document
from cables.telegram.offices import describe_origin
from tests.real_data import real_folder
from tests.slow import slow
from tests.sources.test_frus_markup import document, read, read_one, volume

STATE = "Secretary of State"
# (sender, place, year, origin)
SENDERS = [
    ("Embassy in Iran", "Tehran", 1958, "Embassy Tehran"),
    ("Ambassador in Iran (Rell)", "Tehran", 1958, "Embassy Tehran"),
    ("Chargé in Iran (Rell)", "Tehran", 1958, "Embassy Tehran"),
    ("Department of State", "", 1958, STATE),
    ("Secretary of State Rell", "Tehran", 1958, "Secretary of State, Tehran"),
    ("President Rell on the Union", "", 1958, "Office not printed"),  # Its country is not told.
    ("President Truman on the Union", "", 1950, "White House"),
    ("Maro A. Rell of the Council Staff", "Washington", 1958, "Washington, office not printed"),
    ("Maro A. Rell of the National Security Council Staff", "Washington", 1958)
    + ("National Security Council",),
    ("Commander Maro Rell", "Washington", 1958, "Washington, office not printed"),
    ("Embassy", "", 1958, "Office not printed"),
    ("Commander in Chief, Pacific (Rell)", "Honolulu", 1963)
    + ("Commander in Chief, Pacific, Honolulu",),
    ("Army Attaché in Peru (Rell)", "Lima", 1963, "Army Attaché, Lima"),
    ("Colonel E. M. House", "Paris", 1918, "Special Representative, Paris"),
    ("Colonel E. M. House", "Washington", 1918, "Special Representative, Paris"),
    ("Commission to Negotiate Peace", "Paris", 1919, "American Commission to Negotiate Peace"),
    ("Prime Minister Rell", "Rangoon", 1955, "Prime Minister, Rangoon"),
    ("Secretary of State", "U. S. S. “Lighthouse”", 1918, "Secretary of State, travelling"),
    ("Memorandum of a talk that went on", "Lima", 1958, "Lima, office not printed"),
    ("Embassy in Nigeria", "", 1973, "Embassy Lagos"),
    ("Consul (Rell)", "Yokohama, Japan", 1870, "Consulate Yokohama"),
    ("Legation of the Republic of Peru", "Lome", 1901, "Legation of Peru, Lome"),
    ("Legation of the Republic of China", "Lome", 1951, "Legation of the Republic of China, Lome"),
    ("Mission to the United Nations", "", 1973, "USUN New York"),
    ("Ambassador of the Soviet Union in Iran (Rell)", "Tehran", 1948)
    + ("Ambassador of the Soviet Union, Tehran",),
    (
        "[name not declassified] of the Fees and Ships Division of the Directorate for Plans of all"
        " Piers, Central Intelligence",
        "",
        1970,
        "Central Intelligence Agency",
    ),
    ("Mr. Maro A. Rell of the Advisory Staff of the United States Delegation", "Paris", 1948)
    + ("Advisory Staff of the United States Delegation, Paris",),
    ("Mr. Maro A. Rell, Deputy to the United States Representative at the Council (Quay)", "Lima")
    + (1948, "Deputy to the United States Representative at the Council, Lima"),
    ("Ambassador Maro A. Rell, Adviser to the Delegation to the Harbor Conference", "Lima", 1948)
    + ("Adviser to the Delegation to the Harbor Conference, Lima",),
    ("Clerk in Charge of the Legation at Lima (Rell)", "Lima", 1925, "Legation Lima"),
    ("Maro Rell and Ann Quay of the Lima Delegation", "Lima", 1968, "Lima Delegation, Lima"),
    ("Quay & Company, Incorporated", "Lima", 1925, "Quay & Company, Incorporated, Lima"),
    ("M. A. Rell & Co.", "Lima", 1925, "M. A. Rell & Co., Lima"),
    ("Harbor Association of Peru, Inc.", "", 1925, "Harbor Association of Peru, Inc."),
    ("Maro Rell of the Harbor Company", "Lima", 1925, "Lima, office not printed"),
    ("Mr. Rell, Harbor Company", "Lima", 1925, "Lima, office not printed"),
    ("U.S. Delegation to the 25 Harbor Days in Shiraz, Iran", "", 1971)
    + ("U.S. Delegation, Shiraz",),
    ("Maro Rell of the Council of Economic Advisers", "", 1960, "Council of Economic Advisers"),
    ("Chairman of the Committee on Trade Agreements", "", 1960)
    + ("Chairman of the Committee on Trade Agreements",),
    ("Chief of the Office of Civil Affairs, Department of the Army", "Washington", 1955)
    + ("Department of the Army",),
    (
        "Congressional Liaison Officer for the House of Representatives in the Department of State",
        "Washington",
        1951,
        STATE,
    ),
]
# Keyword arguments of a heading, and the origin.
HEADINGS = [
    (
        {"sender": "Mr. Rell", "place": "Berlin", "dateline": "Legation of the United States"},
        "Legation Berlin",
    ),
    (
        {
            "sender": "Mr. Rell",
            "place": "Legation of the United States, Berlin",
            "dateline": "Legation of the United States, Berlin",
        },
        "Legation Berlin",
    ),
    ({"sender": "Mr. Rell", "dateline": "Department of State", "kind": "instruction"}, STATE),
    ({"sender": "Mr. Seward", "place": "Washington"}, STATE),
    ({"sender": "Mr. Black (Secretary of State)", "place": "Washington"}, STATE),
    ({"sender": "Mr. Seward", "place": "Auburn, New York"}, STATE),
    ({"sender": "Mr. G. F. Seward", "place": "Shanghai"}, "Shanghai, office not printed"),
    (
        {"sender": "Mr. Hay", "place": "London", "recipient": "Mr. Sherman", "year": 1897},
        "Embassy London",
    ),
    (
        {"sender": "Mr. Loomis", "place": "Caracas", "recipient": "Mr. Hay", "year": 1901},
        "Legation Caracas",
    ),
    (
        {"sender": "Mr. Hay", "place": "", "dateline": "American Embassy", "year": 1898},
        "Office not printed",
    ),
    ({"sender": "Mr. Hay", "place": "Washington", "year": 1899}, STATE),
    ({"sender": "Mr. Hay", "place": "Washington", "year": 1897}, "Washington, office not printed"),
    ({"sender": "Mr. Rell", "place": "Paris", "recipient": "Mr. Seward"}, "Legation Paris"),
    ({"sender": "Mr. Rell", "place": "Paris", "recipient": "Mr. Black"}, "Legation Paris"),
    (
        {"sender": "Mr. Rell", "place": "St. Petersburg, Russia", "recipient": "Mr. Seward"},
        "Legation St. Petersburg",
    ),
    ({"sender": "Bonn", "kind": "airgram", "year": 1961}, "Embassy Bonn"),
    ({"sender": "Hong Kong", "kind": "telegram", "year": 1961}, "Consulate Hong Kong"),
    ({"sender": "Hong Kong", "kind": "memorandum", "year": 1961}, "Office not printed"),
    (
        {"sender": "Mr. Rell", "place": "Paris", "recipient": "Mr. Quay"},
        "Paris, office not printed",
    ),
    (
        {"sender": "Lord Rell", "place": "Washington", "recipient": "Mr. Seward"},
        "Washington, office not printed",
    ),
    ({"kind": "editorial note"}, "Office of the Historian"),
    (
        {"sender": "Maro Rell of the Policy Planning Staff", "place": "Hong Kong", "year": 1951},
        "Department of State, Hong Kong",
    ),
    ({"title": "Memorandum at the National Security Council"}, "National Security Council"),
    ({"title": "Report of the OCB Committee on Fees"}, "Operations Coordinating Board"),
    ({"title": "Speech of Mr. Rell in the Mexican Congress"}, "Office not printed"),
    ({"title": "Remarks of Mr. Rell in the Congress"}, "Congress"),
    ({"title": "Telephone Conversation Between Senator Rell and President Johnson"}, "White House"),
    (
        {
            "title": "Telephone Conversation Between President Johnson and Senator Rell",
            "source_note": "Rell called the President at his Texas ranch.",
        },
        "President",
    ),
    (
        {
            "title": "Telephone Conversation Between President Johnson and Senator Rell",
            "source_note": "The call, placed by the President from his Texas Ranch, ended at noon.",
        },
        "President",
    ),
    (
        {
            "title": "Telephone Conversation Among the President's Assistant (Quay) and Others",
            "source_note": "The President was at his Texas Ranch.",
        },
        "Office not printed",
    ),
    *(
        (
            {
                "title": f"Memorandum of Conversations Between {first} and Maro Quay",
                "kind": "conversation",
                "place": place,
            },
            origin,
        )
        for first, place, origin in (
            ("the Chargé in Peru (Rell)", "Lima", "Legation Lima"),
            ("the First Secretary of the Legation in Peru (Rell)", "Lima", "Legation Lima"),
            ("the Chargé in Peru (Rell)", "Washington", "Washington, office not printed"),
            ("the Poet in Peru (Rell)", "Lima", "Lima, office not printed"),
        )
    ),
    ({"title": "Memorandum of Conversation, Vienna, May 4, 1955"}, "Vienna, office not printed"),
    ({"title": "Memorandum of Conversation"}, "Office not printed"),
    (
        {"sender": "British Embassy", "recipient": "Department of State"},
        "British Embassy, Washington",
    ),
    ({"sender": "Bonn", "kind": "telegram", "year": 1961}, "Embassy Bonn"),
    ({"sender": "Mr. Rell", "dateline": "Department of State", "place": "Washington"}, STATE),
    (
        {"sender": "Mr. Rell", "dateline": "Department of State", "place": "Santo Domingo"},
        "Santo Domingo, office not printed",
    ),
    (
        {"title": "Minutes of the 9th Meeting of the Harbor Board", "place": "Lima"},
        "Harbor Board, Lima",
    ),
    ({"title": "Notes of the Harbor Board Meeting, May 4"}, "Harbor Board"),
    (
        {"title": "United States Delegation Paper", "place": "Lima"},
        "United States Delegation, Lima",
    ),
    (
        {"signed": "Maro Rell, Chargé d’Affaires of Peru, Ann Quay", "place": "Lima"},
        "Chargé d’Affaires of Peru, Lima",
    ),
    ({"source_note": "Prepared in the Office of Fees."}, "Office of Fees"),
    (
        {"sender": "Embassy of the Soviet Union in Peru", "place": "Lima"},
        "Embassy of the Soviet Union, Lima",
    ),
    ({"source_note": "Drafted by Rell and approved in S on May 4.", "place": "Washington"}, STATE),
    (
        {"source_note": "Drafted by Rell and approved in S.", "place": "Lima"},
        "Lima, office not printed",
    ),
    ({"front": ("DEPARTMENT OF STATE\nMemorandum",)}, STATE),
    ({"front": ("DEFENSE SECURITY ASSISTANCE AGENCY AND DEPUTY (FEES)\nMemorandum",)},)
    + ("Department of Defense",),
    (
        {"title": "Transcript of Telephone Conversation Between the President’s Aide and A. Quay"},
        "White House",
    ),
    ({"source_note": "Drafted by Maro Rell, Jr., of the Office of Fee and Tea Affairs."}, STATE),
    (
        {"dateline": "Court of the United States, Consulate General", "place": "Shanghai"},
        "Consulate Shanghai",
    ),
    # A line at the end of a text has the place.
    ({"date": SimpleNamespace(line="Pekin, March 1, 1861.")}, "Peking, office not printed"),
    ({"date": SimpleNamespace(line="Approved, March 1, 1861.")}, "Office not printed"),
    ({"title": "Discussion at a Department of State–Joint Chiefs of Staff Meeting"}, STATE),
    # Where they met did not write it, but for the Department.
    (
        {"title": "Memorandum of a Conversation, White House, Lima, May 4", "kind": "conversation"},
        "Lima, office not printed",
    ),
    (
        {"title": "Memorandum of a Conversation, Department of State, May 4"}
        | {"kind": "conversation"},
        STATE,
    ),
    # The folder in which it is filed.
    (
        {
            "title": "Memorandum. Fees. Library, Files, Geneva, 5/62.",
            "source_note": "Library, Files, Geneva, 5/62.",
        },
        "Office not printed",
    ),
    ({"title": "Minutes of the Twenty-third Meeting of the National Security Council"},)
    + ("National Security Council",),
    ({"title": "Memorandum for the Record of a Meeting With the Joint Chiefs of Staff"},)
    + ("Office not printed",),
    *(
        ({"title": f"Summary of Discussion Between {first} and the Assistant Secretary of State"},)
        + (origin,)
        for first, origin in (
            ("the President’s Advisers on Harbors", "Office not printed"),
            ("the Joint Chiefs of Staff", "Joint Chiefs of Staff"),
        )
    ),
    ({"title": "Memorandum for the Record. Plans of the Joint Chiefs of Staff."},)
    + ("Office not printed",),
    (
        {"title": "Record of Action. Plans of the Joint Chiefs of Staff."},
        "National Security Council",
    ),
    *(
        ({"place": "Tolu", "signed": f"MARO RELL, {words}, Tolu."}, origin)
        for words, origin in (
            ("Missionary American Board", "Tolu, office not printed"),
            ("London Mission Society", "Tolu, office not printed"),
            ("Late Member of the Board of Fees", "Tolu, office not printed"),
            ("Acting Commissioner of Fees", "Acting Commissioner of Fees, Tolu"),
            ("Assistant Secretary of War", "Assistant Secretary of War, Tolu"),
        )
    ),
    *(
        ({"place": town, "dateline": printed, "letterhead": printed}, f"Legation {seat}")
        for country, town, seat in (
            ("in Japan", "Kanagawa", "Kanagawa"),
            ("in Japan", "Kanagawa, Yokohama", "Kanagawa"),
            ("in Japan", "Yokohama", "Yokohama"),
            ("to Spain", "San Sebastian", "San Sebastián"),
            ("to Venezuela", "Rome", "Caracas"),
        )
        if (printed := f"Legation of the United States {country}")
    ),
]


def heading(sender="", *, year=1861, kind="correspondence", title="", **fields):
    """Return a heading with the fields that an origin is made of."""
    fields = {"place": "", "dateline": "", "recipient": ""} | fields
    created = datetime(year, 3, 1, tzinfo=UTC)
    titles = {"title": title, "untitled": title, "above": ""}
    known = {"is_draft": False, "front": (), "opener": "", "precision": "day"}
    known |= {
        "is_first": False,
        "letterhead": "",
        "signed": "",
        "own_office": "",
        "source_note": "",
        "date": SimpleNamespace(line=""),
    }
    return SimpleNamespace(sender=sender, kind=kind, created=created, **titles, **known | fields)


class DocumentOriginTests(TestCase):
    def test_an_envoy_of_another_country_has_no_post_of_ours(self):
        made = heading("Mr. Rell", place="Managua", recipient="Mr. Gresham", year=1894)
        self.assertEqual(origin_of_document(made), "Legation Managua")
        theirs = origin_of_document(made, theirs={"Mr. Rell"})
        self.assertEqual(theirs, "Managua, office not printed")

    def test_a_speech_is_not_from_the_office_of_the_letters_of_who_holds_it(self):
        offices = {"Mr. Rell": {STATE}}
        made = origin_of_document(heading("Mr. Rell"), (), offices)
        self.assertEqual(made, "Office not printed")

    def test_one_origin_stands_for_all_titles_of_a_post(self):
        for sender, place, year, origin in SENDERS:
            with self.subTest(sender):
                made = origin_of_document(heading(sender, place=place, year=year))
                self.assertEqual(made, origin)

    def test_the_dateline_and_the_correspondent_tell_the_post(self):
        for fields, origin in HEADINGS:
            with self.subTest(fields):
                self.assertEqual(origin_of_document(heading(**fields)), origin)

    def test_who_drafted_a_memorandum_is_in_the_list_of_persons(self):
        persons = [
            (
                "Rell, Maro K.",
                "Deputy Director, Office of Fee Affairs, until 1961; Ambassador to Peru",
            ),
            ("Quay, Ann", "member, National Security Council Staff, from 1961"),
            ("Pier, Lou", "Office of Fee Affairs"),
            ("Pier, Mona", "Office of Tea Affairs"),
        ]
        for drafted, year, place, origin in (
            ("Rell", 1960, "Washington", "Washington, office not printed"),  # Or Ambassador.
            ("Quay and cleared", 1963, "Washington", "National Security Council"),
            ("A. B. Quay", 1963, "", "National Security Council"),
            ("Ann Quay", 1963, "", "National Security Council"),
            ("Quay", 1960, "", "Office not printed"),
            ("Quay", 1963, "Lima", "Lima, office not printed"),
            ("Lou Pier", 1963, "", STATE),
            ("Pier", 1963, "", "Office not printed"),  # Which?
        ):
            with self.subTest(drafted, year=year):
                note = f"Secret. Drafted by {drafted}."
                made = heading(source_note=note, year=year, place=place)
                self.assertEqual(origin_of_document(made, persons), origin)

    def test_who_drafted_a_memorandum_has_the_office_that_its_note_prints(self):
        for drafted, origin in (
            ("by Maro Rell, Director for Peru in the Bureau of Harbor Affairs", STATE),
            ("and approved by Rell (S/AL)", STATE),
            ("by Maro Rell (EUR/SOV) on May 9", STATE),
            ("by Rell (OSD/ISA)", "Washington, office not printed"),
        ):
            with self.subTest(drafted):
                note = f"Secret. Drafted {drafted}."
                made = heading(source_note=note, year=1966, place="Washington")
                self.assertEqual(origin_of_document(made), origin)

    def test_one_who_certifies_or_decrees_names_his_office_in_his_text(self):
        line = "</p><closer><signed>MARO RELL.</signed><dateline>Lima, May 1, 1900.</dateline>"
        for text, office in (
            ("I, Maro Rell, Secretary of Fees of Peru, sign.", "Secretary of Fees of Peru, Lima"),
            ("I, Maro Rell, of the City of Lima, swear.", ""),
            ("The governor of Lima, in view of the law, decrees fees.", "Governor of Lima, Lima"),
        ):
            with self.subTest(text):
                cable = read_one(f"<head>[Untitled]</head><p>{text}{line}</closer>")
                self.assertEqual(cable.origin, office or "Lima, office not printed")

    def test_a_misprint_of_a_letter_makes_no_other_origin(self):
        board = "Representative on the Board for Harbors and "
        for usual, once, origin in (
            (("Adviser on Fees", "San Sebastian"), ("Adviser on Fees", "Ban Sebastian"))
            + ("Adviser on Fees, San Sebastián",),
            (("Adviser on Fees", "Lome"), ("Adviser on Fees", "Rome"), "Adviser on Fees, Rome"),
            ((f"{board}Quays", "Lima"), (f"{board}Quaysi", "Lima"), f"{board}Quays, Lima"),
            ((f"{board}Iran", "Lima"), (f"{board}Iraq", "Lima"), f"{board}Iraq, Lima"),
        ):
            with self.subTest(once):
                line = "<dateline>{}, <date when='1949-05-09'>May 9, 1949</date></dateline>"
                head = "<head>Telegram From the {} to the Department of State</head>"
                texts = [
                    f"{head.format(a)}{line.format(b)}<p>Fees.</p>" for a, b in (usual, usual, once)
                ]
                documents = (document(text, f"d{n}") for n, text in enumerate(texts, start=1))
                self.assertEqual([*read(volume(*documents))][-1].origin, origin)

    def test_no_origin_is_a_sentence(self):
        for sender in ("Moscow, March 17. Meeting of 3 pages", "Notes on a talk", "Agreement 4"):
            with self.subTest(sender):
                self.assertRegex(
                    origin_of_document(heading(sender, year=1961)), "(?i)office not printed$"
                )

    def test_a_sender_of_cables_has_the_office_that_the_list_of_persons_gives_for_the_year(self):
        emissary = "Special Emissary for the President to Peru"
        named = "Special Emissary for the President"
        careers = (
            (f"{emissary}, January–March 1956; Poet from 1958", named),
            (f"Poet until May 4, 1955; {emissary} from June 1955", named),
            (f"{emissary} until January 1956", named),
            (f"{emissary} until January 1955", ""),
            (f"{emissary} from 1957", ""),
            (f"{emissary}, 1957–1958", ""),
            (f"{emissary}", ""),
            ("Poet, 1956", ""),
        )
        for career, office in careers:
            with self.subTest(career):
                persons = [("Quay, Ann", "Minister, 1956"), ("Rell, Maro K.", career)]
                sent = heading("Maro K. Rell", place="Lima", year=1956, kind="telegram")
                origin = f"{office}, Lima" if office else "Lima, office not printed"
                self.assertEqual(origin_of_document(sent, persons), origin)
        memorandum = heading("Maro K. Rell", place="Lima", year=1956, kind="memorandum")
        persons = [("Rell, Maro K.", f"{emissary}, 1956")]
        self.assertEqual(origin_of_document(memorandum, persons), "Lima, office not printed")

    def test_what_the_department_sends_to_the_secretary_who_is_away_is_not_by_him(self):
        for sender, recipient, kind, told in (
            ("Department of State", "Secretary of State, at Karachi", "Telegram", None),
            ("Department of State", "Secretary of State Rell in Belgium", "Telegram", None),
            ("Acting Secretary of State", "Secretary of State", "Telegram", None),
            ("Secretary of State", "Secretary of State for India", "Telegram", ""),
            ("Department of State", "Embassy in Peru", "Telegram", ""),
            ("Department of State", "Secretary of State", "Memorandum", ""),
        ):
            with self.subTest(sender, recipient=recipient, kind=kind):
                day = '<date when="1949-05-09">May 9, 1949</date>'
                cable = read_one(
                    f"<head>1. {kind} From the {sender} to {recipient}</head>"
                    f"<dateline>Washington, {day}</dateline><p>Fees.</p>"
                )
                self.assertEqual(cable.origin, STATE)
                printed = sender if told is None else told
                self.assertEqual(cable.facts.get("printed_origin", ""), printed)


class RealOriginTests(TestCase):
    @slow("no volume's origins read")
    def test_95_of_100_origins_have_a_country_and_a_point(self):
        cables = Counter()
        for path in sorted((real_folder(self) / "frus").glob("*.xml.gz")):
            cables.update(getattr(record, "origin", "Reject") for record in frus.read(path))
        facts = {name: describe_origin(name) for name in cables}
        placed = [n for n, known in facts.items() if known and known.latitude is not None]
        self.assertGreaterEqual(len(placed), 0.95 * len(cables), sorted(cables - Counter(placed)))
