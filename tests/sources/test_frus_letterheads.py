"""What letterheads, closings and headings tell: places, offices, notes, senders (F-7, I-17)."""

from django.test import SimpleTestCase

from cables.sources.frus.document_kinds import Described, kind_of_document
from tests.sources.test_frus_markup import document, read, read_one, volume

DAY = '<date when="1897-05-09">May 9, 1897</date>'
ACCEPT = "<p>Accept, sir, the renewed assurance of my high consideration.</p>"
STATE = "Department of State, Washington"
ISLES = "Legation of the Isles, Washington"


def letter(heading, office, text="<p>Sir: Fees.</p>", name="d1"):
    """Return a numbered letter with an office and a place in its dateline."""
    line = f"<dateline><placeName>{office}</placeName>, {DAY}</dateline>"
    return document(f"<head>{heading}</head>{line}<p>No. 34.]</p>{text}", name=name)


class LetterheadTests(SimpleTestCase):
    def test_a_text_with_a_number_and_the_hour_or_who_got_it_is_a_telegram(self):
        for begins, dateline, ending, kind in (
            ("2093. Tolls.", "London, May 13, 1948—1 p. m.", "", "telegram"),
            ("[2093.] Tolls.", "London, May 13, 1948, noon", "", "telegram"),
            ("2093. Tolls.", "London", "Sent Department 2093, repeated Lima 4.", "telegram"),
            ("2093. Tolls.", "London", "Sent Department 2094.", "despatch"),
            ("1. Tolls.", "London, May 13, 1948—1 p. m.", "", "despatch"),
            ("Tolls.", "London, May 13, 1948—1 p. m.", "", "despatch"),
        ):
            with self.subTest(begins, dateline=dateline, ending=ending):
                described = Described(
                    title="A to B",
                    sender="Ambassador in Great Britain (A)",
                    recipient="Secretary of State",
                    dateline=dateline,
                    begins=(begins,),
                    ending=lambda ending=ending: ending,
                )
                self.assertEqual(kind_of_document(described), kind)

    def test_a_letterhead_tells_the_office_and_is_no_part_of_the_place(self):
        for printed, place, origin in (
            ("United States Legation, Berne", "Berne", "Legation Bern"),
            ("United States Legation. Berne", "Berne", "Legation Bern"),
            ("United States Legation Yokohama, Japan", "Yokohama, Japan") + ("Legation Yokohama",),
            ("Legation of the United States in Peru, Callao", "Callao", "Legation Callao"),
            ("Legation of the U. S. of America at Vienna", "Vienna", "Legation Vienna"),
            ("Legation op the United Stated, Vienna", "Vienna", "Legation Vienna"),
            ("Legation of the United States, Guatemala and Honduras, Guatemala", "Guatemala")
            + ("Legation Guatemala",),
            ("Legation of the United States, Nicaragua, Leon", "Leon, Nicaragua")
            + ("Legation Leon, Nicaragua",),
            ("Legation of the United States", None, "Office not printed"),
            ("Legation of the United States of Brazil, Washington", "Washington")
            + ("Legation of the United States of Brazil, Washington",),
            ("British Embassy, Newport, R. I", "Newport, R. I", "British Embassy, Newport, R. I"),
            ("War Department, Washington City", "Washington City", "Department of War"),
            ("Department of Justice, Washington", "Washington", "Department of Justice"),
            ("Department of Justice, Ottawa", "Ottawa", "Department of Justice, Ottawa"),
            ("Headquarters, Harbor Guard, Lima", "Harbor Guard, Lima")
            + ("Headquarters, Harbor Guard, Lima",),
            (leave := "Legation of the United States, Washington", "Washington", leave),
            ("Foreign Office", None, "Foreign Office"),
            ("Her Majesty’s Ship Rell, Lima", "Lima", "Her Majesty’s Ship Rell, Lima"),
            ("U. S. Steamer Rell, Lima", "Lima", "U. S. Steamer Rell, Lima"),
            ("U. S. S. Rell (First Rate), Lima", "Lima", "U. S. S. Rell, Lima"),
            ("On board the Rell, Lima", "Lima", "On board the Rell, Lima"),
            ("Department of State,Washington", "Washington", "Secretary of State"),
            ("Department of State. Washington", "Washington", "Secretary of State"),
            ("Legation of the United States</placeName>, <placeName>Lima", "Lima", "Legation Lima"),
            ("Tours, Department of Harbors", "Tours", "Department of Harbors, Tours"),
        ):
            with self.subTest(printed):
                (cable,) = read(volume(letter("Mr. Quay to Mr. Rell", printed)))
                self.assertEqual((cable.edition.get("place"), cable.origin), (place, origin))

    def test_a_plain_line_above_the_text_tells_the_office_with_its_city_too(self):
        for line, origin in (
            ("DEPARTMENT OF STATE WASHINGTON<lb/>May 9", "Secretary of State"),
            ("THE WHITE HOUSE, WASHINGTON, D. C.", "White House"),
            ("DEPARTMENT OF STATE COURIERS", "Washington, office not printed"),
        ):
            with self.subTest(line):
                text = f"<p>{line}</p><p>Fees.</p>"
                heading = "Memorandum From Mr. Rell to President Quay"
                (cable,) = read(volume(letter(heading, "Washington", text)))
                self.assertEqual(cable.origin, origin)

    def test_a_person_has_the_office_of_his_other_letters_in_the_volume(self):
        for office, place, origin in (
            ("Legation of the United States, Lima", "Lima", "Legation Lima"),
            ("Legation of the United States, Lima", "Callao", "Callao, office not printed"),
            (ISLES, "Washington", ISLES),
        ):
            with self.subTest(office, place=place):
                letters = (
                    letter("Mr. Quay to Mr. Rell", office),
                    letter("Mr. Quay to Mr. Avila", place, name="d2"),
                )
                self.assertEqual(read(volume(*letters))[1].origin, origin)


class NoteTests(SimpleTestCase):
    def test_the_department_and_envoys_of_other_countries_exchange_notes(self):
        theirs = letter("Baron Avila to Mr. Rell", ISLES, name="d2")
        ours = letter("Mr. Quay to Mr. Rell", "Legation of the United States, Lima", name="d3")
        state = letter("Mr. Rell to Mr. Quay", STATE, name="d4")
        for heading, office, text, kind in (
            ("Mr. Rell to Baron Avila", STATE, "<p>Fees.</p>", "note"),
            ("Baron Avila to Mr. Rell", ISLES, "<p>Fees.</p>", "note"),
            ("Mr. Rell to Mr. Sarn", STATE, ACCEPT, "note"),
            ("Mr. Rell to Mr. Sarn", STATE, "<p>Accept [etc.]</p>", "note"),
            (
                "Mr. Rell to Mr. Sarn",
                STATE,
                "<p>I take this occasion to renew, &amp;c.</p>",
                "note",
            ),
            ("Mr. Rell to Mr. Sarn", STATE, "<p>I renew to you the assurances of</p>", "note"),
            ("The Peruvian Minister (Sarn) to the Secretary of State", "Washington")
            + ("<p>Excellency: Fees.</p>", "note"),
            ("The Peruvian Legation to the Secretary of State", "Washington")
            + ("<p>The Legation presents its compliments and asks for fees.</p>", "note"),
            ("The Peruvian Legation to the Secretary of State", "Washington")
            + ("<p>It is said that fees rose.</p>", "correspondence"),
            ("The Peruvian Minister (Sarn) to the Secretary of State", "Washington")
            + ("<p>My dear Rell: Fees.</p>", "letter"),
            ("The American Minister (Sarn) to the Secretary of State", "Washington")
            + ("<p>Fees.</p>", "despatch"),
            ("Mr. Rell to Mr. Quay", STATE, "<p>Fees.</p>", "instruction"),
            ("Mr. Quay to Prince Sarn", "Legation of the United States, Lima", "<p>Fees.</p>")
            + ("correspondence",),
        ):
            with self.subTest(heading):
                first, *_ = read(volume(letter(heading, office, text), theirs, ours, state))
                self.assertEqual(first.kind, kind)

    def test_the_department_instructs_its_envoys_without_a_number_too(self):
        ours = letter("Mr. Quay to Mr. Rell", "Legation of the United States, Lima", name="d3")
        state = letter("Mr. Rell to Mr. Lind", STATE, name="d4")
        for heading, office, text, kind in (
            ("Mr. Rell to Mr. Quay", STATE, "<p>Sir: Fees.</p>", "instruction"),
            ("Mr. Avila to Mr. Quay", STATE, "<p>Sir: Fees.</p>", "instruction"),
            ("Mr. Rell to Mr. Quay", STATE, "<p>Dear Sir: Fees.</p>", "letter"),
            ("Mr. Rell to Mr. Sarn", STATE, "<p>Sir: Fees.</p>", "letter"),
            ("Mr. Rell to Mr. Quay", "Navy Department, Washington", "<p>Sir: Fees.</p>", "letter"),
            ("The Secretary of State to the Consul at Lima (Quay)", "Washington")
            + ("<p>Sir: Fees.</p>", "instruction"),
            ("The Secretary of State to the Consul at Lima (Quay)", "Washington")
            + ("<p>My dear Quay: Fees.</p>", "letter"),
            ("The Secretary of State to Representative Quay of Maine", "Washington")
            + ("<p>Sir: Fees.</p>", "letter"),
        ):
            with self.subTest(heading, text=text):
                unnumbered = letter(heading, office, text).replace("<p>No. 34.]</p>", "")
                first, *_ = read(volume(unnumbered, ours, state))
                self.assertEqual(first.kind, kind)

    def test_the_department_instructs_those_who_write_despatches(self):
        ours = letter("Mr. Quay to Mr. Rell", "Legation of the United States, Lima", name="d2")
        state = letter("Mr. Rell to Mr. Quay", STATE, name="d3")
        for heading, place, text, kind in (
            ("Mr. Rell to Mr. Quay", STATE, "<p>Sir: Fees.</p>", "instruction"),
            ("Mr. Rell to Mr. Quay", "Department op State, Washington", "<p>Sir: Fees.</p>")
            + ("instruction",),
            ("Mr. Rell to Mr. Quay", STATE, "<p>Dear Sir: Fees.</p>", "letter"),
            ("Mr. Rell to Mr. Sarn", STATE, "<p>Sir: Fees.</p>", "letter"),
            ("Mr. Rell to Mr. Quay", "Washington", "<p>No. 34.]</p><p>Sir: Fees.</p>")
            + ("instruction",),
            ("Mr. Rell to Mr. Quay", "Washington", "<p>Sir: Fees.</p>", "letter"),
            ("Mr. Sarn to Mr. Quay", "Washington", "<p>No. 34.]</p><p>Sir: Fees.</p>", "letter"),
        ):
            with self.subTest(heading, place=place, text=text):
                line = f"<dateline><placeName>{place}</placeName>, {DAY}</dateline>"
                first = document(f"<head>{heading}</head>{line}{text}")
                self.assertEqual(read(volume(first, ours, state))[0].kind, kind)

    def test_a_letter_without_a_heading_is_told_by_its_salutation(self):
        for text, kind in (("Sir: Fees.", "letter"), ("Fees rose.", "other")):
            with self.subTest(text):
                line = f"<dateline><placeName>Lima</placeName>, {DAY}</dateline>"
                self.assertEqual(read_one(f"<head/>{line}<p>{text}</p>").kind, kind)

    def test_talks_and_messages_by_wire_have_their_kinds(self):
        for heading, above, kind in (
            ("Telephone Conversation Between President Rell and Maro Quay", "", "conversation"),
            ("Conversation Among President Rell and Maro Quay", "", "conversation"),
            ("Transcript of a Teletype Conference Between Rell and Quay", "", "conversation"),
            ("Teletype Conference", "", "conversation"),
            ("Conversations in Lima", "", "other"),
            ("Summary of Discussion", "", "conversation"),
            ("Summary of Discussion Between Rell and Quay", "", "conversation"),
            ("Memorandum of Lima–Washington Teleconference", "", "conversation"),
            ("The Secretary to Certain Offices", "293.11/9–451: Circular telegram", "circular"),
            ("The Secretary to Certain Offices", "293.11/9–451: Circular airgram", "airgram"),
            *(("Mr. Quay to Mr. Rell", mark, "telegram")
              for mark in ("[By cable.]", "[Per telegraph.]", "[Telegraphic.]", "[Telegram.]")),
        ):  # fmt: skip
            with self.subTest(heading, above=above):
                note = f"<note rend='inline' type='source'>{above}</note>" if above else ""
                self.assertEqual(read_one(f"{note}<head>{heading}</head><p>Fees.</p>").kind, kind)


class SenderTests(SimpleTestCase):
    def test_a_document_that_is_named_by_what_it_is_has_no_sender(self):
        for heading, sender, recipient in (
            ("Minutes of the Ninth Meeting of the Delegation to the Board, Lima", None, None),
            ("Minutes of a Meeting of the <gloss type='from'>Delegation</gloss> to the "
             "<gloss type='to'>Board</gloss>", None, None),
            ("Memorandum for the <gloss type='from'>Delegation</gloss> to the Board", None,
             "Delegation to the Board"),
            ("Memorandum of Conversation, Lima, 5:35 to 6:35 p.m.", None, None),
            ("Memorandum of a Talk Between the Ambassador to Peru and Maro Quay", None, None),
            ("Report to the Harbor Board", None, "Harbor Board"),
            ("Memorandum by Mr. Rell, of the Harbor Board, of a Conversation With Maro Quay",
             "Mr. Rell, of the Harbor Board", None),
            ("Memorandum filed by Peruvian legation March 16, 1896.", "Peruvian legation", None),
            ("The Secretary to the President (Rell) to the Chief of the Board (Quay)",
             "Secretary to the President (Rell)", "Chief of the Board (Quay)"),
            ("The Secretary of State to the Secretary to the President (Rell)",
             "Secretary of State", "Secretary to the President (Rell)"),
            ("The Secretary to Mr. Rell", "Secretary", "Mr. Rell"),
            ("Resolution Passed by the Harbor Board Approving the Fees of Maro Quay",
             "Harbor Board", None),
        ):  # fmt: skip
            with self.subTest(heading):
                told = read_one(f"<head>{heading}</head><p>Fees.</p>").edition
                self.assertEqual((told.get("from"), told.get("to")), (sender, recipient))
