"""Rules by which headings of Foreign Relations give kind, parties, class, origin and number."""

from unittest import TestCase

from cables.sources.frus.document_kinds import Described, kind_of_document
from cables.sources.frus.document_names import find_telegram_number
from cables.sources.frus.heading import IN_NOTE, ON_TOP
from tests.sources.test_frus_markup import document, read, read_one, volume

DAY = '<date when="1949-05-09">May 9, 1949</date>'
FEES = "<p>912. Fees.</p>"

STATE = "Secretary of State"
# (heading, sender, recipient, dateline, marks, kind)
WITHOUT_HEADING = [
    (
        "Mr. A to Mr. B",
        "Mr. A",
        "Mr. B",
        "Legation of the United States, Berlin",
        ["No. 4.]"],
        "despatch",
    ),
    (
        "Mr. A to Mr. B",
        "Mr. A",
        "Mr. B",
        "Department of State, Washington",
        ["No. 4.]"],
        "instruction",
    ),
    ("Lord A to Mr. B", "Lord A", "Mr. B", "British Legation", [], "correspondence"),
    ("A to B", "British Ambassador (A)", STATE, "", ["No. 4"], "correspondence"),
    ("A to B", "Minister for Foreign Affairs of Peru", STATE, "", [], "correspondence"),
    ("A to B", STATE, "German Ambassador (B)", "", ["No. 4"], "correspondence"),
    ("A to B", "Acting Consul General at Lisbon (A)", STATE, "", [], "despatch"),
    ("A to B", "United States Representative at Lisbon", STATE, "", [], "despatch"),
    ("A to B", "A", "President", "", ["Sent with a letter (telegram 2 to A)"])
    + ("correspondence",),
    ("A to B", "Mr. Pike", "Mr. Seward", "United States Legation, Berne", ["No. 1.]"])
    + ("despatch",),
    ("A to B", "Mr. Pike", "Mr. Seward", "Consulate General, United States, Havana")
    + (["No. 1.]"], "despatch"),
    ("A to B", "Mr. Pike", "Mr. Seward", "Commissioner of the United States, Honolulu")
    + (["No. 1.]"], "despatch"),
    ("A to B", "Mr. Pike", "Mr. Seward", "Paris, July 5, 1861", ["No. 15.]"], "despatch"),
    ("A to B", "Mr. Pike", "Mr. Seward", "Paris, July 5, 1861", [], "correspondence"),
    ("A to B", "Mr. Pike", "Mr. Seward", "Washington, July 5, 1861", ["No. 15.]"])
    + ("correspondence",),
    ("A to B", "Mr. Pike", "Mr. Seward", "Treasury Department, July 5, 1861", ["No. 15.]"])
    + ("correspondence",),
    ("A to B", "Lord Lyons", "Mr. Seward", "Newport, July 5, 1861", ["No. 15.]"])
    + ("correspondence",),
    ("A to B", "Mr. Pike", "Mr. Quay", "Paris, July 5, 1861", ["No. 15.]"]) + ("correspondence",),
    ("A to B", "Secretary of State for Foreign Affairs (A)", "Ambassador in Peru (B)", "")
    + (["No. 4"], "correspondence"),
    ("A to B", "Cuban Secretary of State (A)", "Minister in Cuba (B)", "", ["No. 4"])
    + ("correspondence",),
    ("A to B", "Minister in Cuba (B)", "Cuban Secretary of State (A)", "", ["No. 4"])
    + ("correspondence",),
]


def kind_of(title, sender, recipient, dateline, marks):
    return kind_of_document(
        Described(
            title=title,
            sender=sender,
            recipient=recipient,
            dateline=dateline,
            marks=tuple(marks),
            secretaries={"Mr. Seward"},
        )
    )


class RuleTests(TestCase):
    def test_a_heading_gives_the_kind(self):
        post, state = "Ambassador in Great Britain (Page)", "Secretary of State"
        for title, sender, to, dateline, marks, kind in (
            ("Telegram From the Embassy", "", "", "", [], "telegram"),
            ("Circular Telegram From the Department", "", "", "", [], "circular"),
            ("Circular Airgram to Posts", "", "", "", [], "circular"),
            ("Backchannel Message From A", "", "", "", [], "telegram"),
            ("Despatch From the Embassy", "", "", "", [], "despatch"),
            ("Operations Instruction From X", "", "", "", [], "instruction"),
            ("Memorandum of Conversation", "", "", "", [], "conversation"),
            ("Memorandum of Telephone Conversation", "", "", "", [], "conversation"),
            ("National Intelligence Estimate", "", "", "", [], "report"),
            ("Intelligence Note 361 From A", "", "", "", [], "report"),
            ("Editorial Note", "", "", "", [], "editorial note"),
            ("The A to B", post, state, "", ["861.77/45: Telegram"], "telegram"),
            ("The A to B", post, state, "", ["[Telegram—Paraphrase]"], "telegram"),
            ("The A to B", post, state, "", ["No. 173"], "despatch"),
            ("The A to B", state, post, "", ["No. 2.]"], "instruction"),
            ("Joint State-Defense Telegram From A", "", "", "", [], "telegram"),
            ("Joint State–USIA Circular Telegram From A", "", "", "", [], "circular"),
            ("Memorandum of a Meeting Between A and B", "", "", "", [], "conversation"),
            ("Schedule A", "Schedule A", "", "", [], "other"),
            ("Draft Resolution Submitted by Peru to the Board", "Peru", "Board", "", [], "other"),
            ("Talking Points Prepared by Rell for Quay", "Rell", "Quay", "", [], "other"),
            ("A to B", "Mr. Quay", "Mr. Seward", "Legation of the United States", [], "despatch"),
            ("A to B", "Mr. Quay", "Mr. Rell", "Legation of the United States", [])
            + ("correspondence",),
            ("A to B", "Mr. Avila", "Mr. Quay", "Department of State for Foreign Affairs")
            + (["No. 1"], "correspondence"),
        ):
            with self.subTest(title=title, marks=marks):
                self.assertEqual(kind_of(title, sender, to, dateline, marks), kind)

    def test_sender_and_recipient_give_the_kind_without_a_heading(self):
        for title, sender, to, dateline, marks, kind in WITHOUT_HEADING:
            with self.subTest(sender=sender, to=to, marks=marks):
                self.assertEqual(kind_of(title, sender, to, dateline, marks), kind)

    def test_class_and_captions_are_read(self):
        for note, found in (
            ("Source: Files, 1/2. Top Secret; Niact. Drafted by A.", "Top Secret"),
            ("Source: Secret Files of B. Limited Official Use.", "Limited Official Use"),
            ("Source: Files. Drafted by the Secret Service.", None),
            ("Source: Files. No classification marking. Blue.", "No classification marking"),
            ("Source: Papers, Confidential File. Top Secret; Niact.", "Top Secret"),
            ("Source: Central Files, POL 26 S VIET Top Secret; Emergency. Received.", "Top Secret"),
            ("Source: Central Files, POL 26 S VIET Secret, Priority.", "Secret"),
            ("Source: Files. Secret; Outside System. Sent.", "Secret"),
            ("Source: Files. Dated May 9 and classified Top Secret.", None),
            ("Source: Files, Secretary’s Memoranda. Confidential.", "Confidential"),
            ("Source: Files, Confidentially kept.", None),
            ("Source: Files, “Fees.” Secret; Noforn.", "Secret"),
            ("Source: Files. Personal and Confidential.", "Confidential"),
            ("Source: Files. Administratively Restricted.", "Restricted"),
            ("Source: Files. For Official Use Only.", "Official Use Only"),
            ("[Inclosure 1.] [Inclosure 2.—Confidential.]", None),
        ):
            with self.subTest(note):
                match = IN_NOTE.search(note)
                self.assertEqual(match and match["class"], found)
        self.assertTrue(ON_TOP.fullmatch("top secret priority"))
        self.assertTrue(ON_TOP.fullmatch("Strictly confidential"))
        self.assertFalse(ON_TOP.fullmatch("Secret talks began"))

    def test_a_class_on_a_line_of_its_own_is_read(self):
        head = "<head>1. The Ambassador in Peru (Quay) to the Secretary of State</head>"
        for text, found in (
            ("<p>secret<lb/>No. 206</p><p>Fees.</p>", "SECRET"),
            ("<p>top secret eyes only<lb/>Official–Informal</p><p>Fees.</p>", "TOP SECRET"),
            ("<p>Secret talks<lb/>began.</p>", ""),
        ):
            with self.subTest(text):
                self.assertEqual(read_one(f"{head}{text}").classification, found)

    def test_a_message_by_wire_is_a_telegram_and_a_draft_says_so(self):
        note = "<note type='source'>Source: Files. {} Secret.</note>"
        for heading, source, kind, draft in (
            ("Message From Rell to the Secretary", "Transmitted in telegram 12 from CINCPAC.")
            + ("telegram", False),
            (
                "Message From Rell to the Secretary",
                "Incoming Telegrams, Part I.",
                "telegram",
                False,
            ),
            ("Message to Athens", "Files. Repeated to Washington.", "telegram", False),
            ("Message From Rell to the Secretary", "Sent with a note.", "message", False),
            ("Backchannel Message From Rell to Quay", "", "telegram", False),
            ("Message From the Secretary to Maro Rell, at Cairo", "Secret.", "telegram", False),
            ("Message From the Secretary to Maro Rell, at Washington", "Secret.")
            + ("message", False),
            ("Memorandum to Washington", "Incoming Telegrams. Secret.", "telegram", False),
            ("Memorandum to Washington", "Secret.", "memorandum", False),
            ("Memorandum to the File", "Incoming Telegrams. Secret.", "memorandum", False),
            ("Draft Telegram From the Embassy in Peru to the Department", "", "telegram", True),
        ):
            with self.subTest(heading=heading, source=source):
                cable = read_one(
                    f"<head>1. {heading}</head>{note.format(source)}"
                    f"<dateline>Lima, {DAY}</dateline>{FEES}"
                )
                self.assertEqual((cable.kind, "draft" in cable.edition), (kind, draft))
                self.assertNotIn("numbered", cable.edition)

    def test_a_letter_is_told_by_its_salutation(self):
        for heading, text, kind in (
            ("The Ambassador in Peru (Quay) to the Secretary of State", "Dear John: Fees.")
            + ("letter",),
            ("Mr. Quay to President Rell", "My dear Mr. President: Fees.", "letter"),
            ("The Ambassador in Peru (Quay) to the Secretary of State", "Sir: Fees.", "despatch"),
            ("Telegram From the Embassy in Peru to Rell", "Dear John: Fees.", "telegram"),
        ):
            with self.subTest(heading=heading, text=text):
                self.assertEqual(read_one(f"<head>1. {heading}</head><p>{text}</p>").kind, kind)

    def test_an_untitled_address_that_nobody_signs_is_a_speech(self):
        for text, kind in (
            ("<p>Gentlemen: I open the session.</p>", "speech"),
            ("<p>Gentlemen: Fees.</p><closer><signed>M. Rell</signed></closer>", "letter"),
            ("<p>Sir: Fees.</p>", "letter"),
        ):
            with self.subTest(text):
                self.assertEqual(read_one(f"<head>[Untitled]</head>{text}").kind, kind)

    def test_sender_and_recipient_are_whole(self):
        for heading, sender, recipient in (
            ("Telegram From the <gloss type='from'>Embassy</gloss> in Poland to the Department",)
            + ("Embassy in Poland", "Department"),
            ("Telegram From the Department to the <gloss type='to'>Mission</gloss> to the UN",)
            + ("Department", "Mission to the UN"),
            ("Telegram From the Board to the Mission at the <gloss type='to'>Nations</gloss>",)
            + ("Board", "Mission at the Nations"),
            (
                "Telegram From the Embassy in Peru to the "
                "<gloss type='to'>Department of State Lima</gloss>, May 9, 1949, 5 p.m.",
            )
            + ("Embassy in Peru", "Department of State"),
            ("The <gloss type='from'>Minister</gloss> (Quay) to the President",)
            + ("Minister (Quay)", "President"),
            ("Telegram From the Embassy in Peru to the <gloss type='to'>Embassy</gloss> in Chile,",)
            + ("Embassy in Peru", "Embassy in Chile"),
            ("Airgram From the Mission to the <gloss type='to'>UN to the Department</gloss>",)
            + ("Mission to the UN", "Department"),
            ("Telegram From the <gloss type='from'>Board to the Mission</gloss> at the Board",)
            + ("Board", "Mission at the Board"),
            ("Telegram From the Department of State of the Embassy in Peru", "Department of State")
            + ("Embassy in Peru",),
            (
                "Telegram From the Department to the <gloss type='to'>Secretary of State</gloss>, "
                "at Karachi",
            )
            + ("Department", "Secretary of State, at Karachi"),
            ("The Chargé in Great Britain(Quay) to the Secretary of State",)
            + ("Chargé in Great Britain (Quay)", "Secretary of State"),
            ("Message to Washington", None, "Washington"),
            ("Message to the Central Intelligence Agency", None, "Central Intelligence Agency"),
            ("The Commission to Negotiate Peace to the Ambassador in Italy (Rell)",)
            + ("Commission to Negotiate Peace", "Ambassador in Italy (Rell)"),
            ("Agreement Between A and B Providing for a Mission to B", None, None),
            ("Form of Credentials Issued to Commissioners", None, None),
        ):
            with self.subTest(heading):
                edition = read_one(f"<head>1. {heading}</head><p>Fees.</p>").edition
                self.assertEqual((edition.get("from"), edition.get("to")), (sender, recipient))

    def test_a_message_is_not_of_the_agency_that_it_goes_to(self):
        head = "<head>1. Message to the Central Intelligence Agency</head>"
        cable = read_one(f"{head}<dateline>Cairo, {DAY}</dateline><p>Fees.</p>")
        self.assertEqual(cable.origin, "Cairo, office not printed")

    def test_a_dateline_that_is_printed_twice_is_shown_once(self):
        line = f"<dateline>Lima, {DAY}</dateline>"
        other = "<dateline>[Received May 10]</dateline>"
        head = "<head>1. The Ambassador in Peru (Quay) to the Secretary of State</head>"
        self.assertNotIn("opener", read_one(f"{head}{line}{line}<p>Fees.</p>").edition)
        self.assertEqual(
            read_one(f"{head}{line}{other}<p>Fees.</p>").edition["opener"], "[Received May 10]"
        )

    def test_the_number_of_a_telegram_is_read(self):
        for front, number in (
            (("2094. Subject: Visa.", "1. In reply"), " 2094"),
            (("Secto 25. Talks.",), "SECTO 25"),
            (("Dulte 2. Eyes only.",), "DULTE 2"),
            (("secret", "Polto 1. Fees.", "2. Piers."), "POLTO 1"),
            (("WH 63602. Fees.",), "WH 63602"),
            (("JCS 3385-63. Fees.",), "JCS 3385"),
            (("Embtel 2165. Believe it useful", "x"), " "),
            (("Circr 38. Oct 28.", "x"), " "),
            (("NSC 124. Fees.", "x"), " "),
            (("No. 12. Fees.", "x"), " 12"),
            (("[5923.] I learn", "x"), " 5923"),
            (("1. First.", "2. Second."), " "),
            (("4. Hare came.", "1. He said", "2. She said"), " 4"),
            (("secret priority", "490. Most"), " 490"),
            (("A–60", "SUBJECT"), " "),
            (("CAP5380–60. The following",), "CAP 5380"),
            (("1234/Tosec 5. Subject: Fees.", "1. Ships"), " 1234"),
            (("Subject: Fees.", "1. Ships", "a. Boats"), " "),
            (("1. Ships", "a. Boats", "b. Barks"), " "),
        ):
            with self.subTest(front):
                self.assertEqual(" ".join(find_telegram_number(front)), number)

    def test_the_number_behind_a_date_is_shown_above_the_text(self):
        for dateline, printed, above in (
            (f"{DAY} 912.", "May 9, 1949", "912."),
            (f"{DAY}, 6 p.m. 912.", "May 9, 1949, 6 p.m.", "912."),
            (f"{DAY}.", "May 9, 1949.", None),
        ):
            with self.subTest(dateline):
                head = "<head>1. Telegram From the Embassy in Peru</head>"
                edition = read_one(f"{head}<dateline>{dateline}</dateline><p>Fees.</p>").edition
                self.assertEqual(edition["date"], printed)
                self.assertEqual(edition.get("opener"), above)

    def test_a_telegram_is_named_by_the_series_that_it_is_numbered_in(self):
        dated = f"<dateline>Lima, {DAY}</dateline>"
        at_home = f"<dateline>Washington, {DAY}</dateline>"
        state = "to the Department of State"
        hidden = dated.replace("Lima", "[place not declassified]")
        header = "<p>LIMA 912<lb/>R 091549Z MAY 49<lb/>FM AMEMBASSY LIMA</p>"
        for name, heading, text, reference in (
            ("post", f"Telegram From the Embassy in Peru {state}", f"{dated}{FEES}")
            + ("49LIMA912",),
            ("number behind the date", f"Telegram From the Embassy in Peru {state}")
            + (f"<dateline>Lima, {DAY} 912.</dateline><p>Fees.</p>", "49LIMA912"),
            ("number behind the hour", f"Telegram From the Embassy in Peru {state}")
            + (f"<dateline>Lima, {DAY}, 6 p.m. 912.</dateline><p>Fees.</p>", "49LIMA912"),
            ("no number behind the date", f"Telegram From the Embassy in Peru {state}")
            + (f"<dateline>Lima, {DAY}.</dateline><p>Fees.</p>", ""),
            ("party", f"Telegram From the Secretary {state}", f"{dated}<p>Dulte 8. Fees.</p>")
            + ("49DULTE8",),
            ("White House", "Telegram From the White House", f"{at_home}<p>CAP 63475. Fees.</p>")
            + ("49CAP63475",),
            ("agency", "Telegram From the Central Intelligence Agency Station to the Agency")
            + (f"{dated}{FEES}", ""),
            ("command", "Telegram From the Commander (Rell) to the Joint Chiefs of Staff")
            + (f"{dated}<p>MAC 912. Fees.</p>", "49MAC912"),
            ("no station", "Telegram From the President to Rell", f"{at_home}<p>17. Fees.</p>", ""),
            ("hidden place", f"Telegram From the Embassy {state}", f"{hidden}{FEES}", ""),
            ("heading and header", f"Telegram 912 From the Embassy in Peru {state}, May 9, 1949.")
            + (header, "49LIMA912"),
            (
                "two numbers",
                "Telegram 913/Tosec 12 From the Department of State to Rell, May 9, 1949.",
            )
            + ("<p>Fees.</p>", "49STATE913"),
            ("series in the heading", "Telegram Secto 12 From Secretary Rell, May 9, 1949.")
            + ("<p>Fees.</p>", "49SECTO12"),
        ):
            with self.subTest(name):
                cable = read_one(f"<head>1. {heading}</head>{text}")
                self.assertEqual(cable.edition.get("telegram", ""), reference)
                self.assertNotIn("not declassified", cable.origin + cable.edition.get("place", ""))

    def test_a_telegram_cites_others_in_their_own_series(self):
        cable = read_one(
            "<head>1. Telegram From the Embassy in Peru to the Department of State</head>"
            f"<dateline>Lima, {DAY}</dateline>"
            "<p>912. Deptel 77, Dulte 9 and 10, Embtels 12 and 13 and Tosec 5 refer.</p>"
        )
        self.assertEqual(
            cable.cites, ("49STATE77", "49DULTE9", "49DULTE10", "49LIMA12", "49LIMA13", "49TOSEC5")
        )


ASSURED = "I seize this opportunity to renew to your excellency the assurances of my consideration."


class EnvoyTests(TestCase):
    def test_letters_of_an_envoy_to_the_secretary_are_despatches_without_a_number_too(self):
        rome = f"<dateline>Rome, {DAY}</dateline>"
        number = "<p>No. 9.]</p>"
        cables = read(
            volume(
                document(
                    "<head>1. Mr. Seward to Mr. Quay</head>"
                    f"<dateline>Department of State, Washington, {DAY}</dateline>{number}"
                ),
                document(f"<head>2. Mr. Quay to Mr. Seward</head>{rome}{number}", "d2"),
                document(f"<head>3. Mr. Quay to Mr. Seward</head>{rome}{FEES}", "d3"),
                document(f"<head>4. Mr. Rell to Mr. Seward</head>{rome}{FEES}", "d4"),
                document(f"<head>5. Mr. Quay to Mr. Rell</head>{rome}{FEES}<p>{ASSURED}</p>", "d5"),
                document(
                    f"<head>6. Mr. Quay to Mr. Seward</head>{rome}<p>Dear Sir: Fees.</p>", "d6"
                ),
            )
        )
        kinds = ["despatch", "despatch", "correspondence", "note", "letter"]
        self.assertEqual([cable.kind for cable in cables][1:], kinds)


class SourceNoteTests(TestCase):
    def test_the_first_note_of_a_heading_with_a_class_is_its_source_note(self):
        for number, words, source in (
            ("1", "Quay Records, 91. Secret; Priority. Sent by sea.", "SECRET"),
            ("1", "See Document 3.", ""),
            ("2", "Quay Records, 91. Secret.", ""),
        ):
            with self.subTest(words, number=number):
                note = f"<note n='{number}' xml:id='d1fn1'>{words}</note>"
                cable = read_one(f"<head>1. Telegram From Quay to Rell{note}</head>{FEES}")
                found = cable.edition.get("source_note", ""), cable.classification
                self.assertEqual(found, (words if source else "", source))
                self.assertEqual(len(cable.edition.get("notes", [])), 0 if source else 1)


class PlaceTests(TestCase):
    def test_a_place_is_a_city(self):
        for printed, place, origin in (
            ("Legation of the United States, City of Mexico", "Mexico", "Legation Mexico"),
            ("Consulate General United States of America at Lima", "Lima", "Consulate Lima"),
            ("Legation of the United States, St. Petersburg, Russia", "St. Petersburg, Russia")
            + ("Legation St. Petersburg",),
            (foreign := "Department of State for Foreign Affairs", None, foreign),
        ):
            with self.subTest(printed):
                line = f"<dateline><placeName>{printed}</placeName>, {DAY}</dateline>"
                cable = read_one(f"<head>1. Mr. Quay to Mr. Rell</head>{line}<p>No. 9.]</p>")
                self.assertEqual((cable.edition.get("place"), cable.origin), (place, origin))

    def test_a_place_without_markup_is_read_in_the_same_way(self):
        for printed, place in (
            ("Consulate General United States of America at Lima,", "Lima"),
            ("U. S. S. “Lighthouse,”", "U. S. S. “Lighthouse”"),
            ("Legation of the United States, Lima,", "Lima"),
            ("[place not declassified],", None),
            ("[1 line], ", None),
        ):
            with self.subTest(printed):
                line = f"<dateline>{printed} {DAY}</dateline>"
                cable = read_one(f"<head>1. Mr. Quay to Mr. Rell</head>{line}<p>No. 9.]</p>")
                self.assertEqual(cable.edition.get("place"), place)
