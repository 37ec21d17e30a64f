"""What headings, first lines and lists above a text tell: parties, kind, place, date, signature."""

from unittest import TestCase

from cables.sources.frus.undated import part_dateline, place_in_line
from cables.telegram.beside_the_text import repeated_to
from tests.sources.test_frus_markup import read_one

LINE = '<dateline>Lima, <date when="1949-05-09">May 9, 1949</date></dateline>'
NAMES = ("from", "to", "kind", "place", "date", "signed")
TO_LIST = (
    '<list type="to"><head>MEMORANDUM FOR</head><item>The Secretary of State</item>'
    "<item>The Director, Harbors</item></list><p>Fees.</p>"
)
TO_LINES = "<p>May 9, 1949</p><p>TO: The Secretary of State<lb/>The Director, Harbors</p>"
PAPER = "National Security Study Memorandum 987"
STATE_TO_EMBASSY = "The Department of State to the Peruvian Embassy"
ENDS = "<p>Memorandum</p><p>Fees.</p><p>Lima, October 30, 1949.</p>"


ADDRESSED = (
    ("Letter addressed to the consul at Lima, by Mr. Rell, of Paita.",)
    + ("Mr. Rell, of Paita", "consul at Lima"),
    ("Official letter addressed by Mr. Rell, of Lima, to Mr. Quay.",)
    + ("Mr. Rell, of Lima", "Mr. Quay"),
)
# (heading, sender, recipient)
PARTIES = (
    ("*Mr. Quay to Mr. Rell", "Mr. Quay", "Mr. Rell"),
    ("Mr. Quay to Mr. Rell.— Received May 26, 1949", "Mr. Quay", "Mr. Rell"),
    ("Mr. Quay to Baron Rell. [Of May 19, 1949.]", "Mr. Quay", "Baron Rell"),
    ("Mr. Quay to Mr. Rell, 22nd May, 1949; read to Mr. Lind.", "Mr. Quay", "Mr. Rell"),
    (
        "Memorandum From the Assistant Secretary of State (Quay) to the"
        " <gloss type='from'>Secretary of State</gloss>",
    )
    + ("Assistant Secretary of State (Quay)", "Secretary of State"),
    ("Memorandum to Members of the Harbor Board", None, "Members of the Harbor Board"),
    ("Memorandum From Maro Rell for the Files", "Maro Rell", None),
    ("Memorandum by Maro Rell of an Interview With Ada Quay", "Maro Rell", None),
    ("Address by Maro Rell Before the Harbor Council", "Maro Rell", None),
    ("notice to citizens who contemplate returning", None, None),
    ("Senate Resolution Consenting to the Treaty", None, None),
    ("Extract from the President's Daily Security Brief", None, None),
    ("Excerpts From a Letter From Maro Rell to Ada Quay", "Maro Rell", "Ada Quay"),
    ("Memorandum of Conversation, by Maro Rell, Deputy to the Chief of Fees",)
    + ("Maro Rell, Deputy to the Chief of Fees", None),
    (
        "Memorandum of Conversation, by Mr. <persName type='from'>Maro Rell</persName> of "
        "the Mission to the <gloss type='to'>United Nations</gloss>",
    )
    + ("Mr. Maro Rell of the Mission to the United Nations", None),
    (
        "Memorandum of Conversation, by Maro Rell, Adviser, United States Delegation to "
        "the <gloss type='to'>Harbor Board</gloss>",
    )
    + ("Maro Rell, Adviser, United States Delegation to the Harbor Board", None),
    ("Memorandum of Conversation, by the Delegate to the Harbor Board",)
    + ("Delegate to the Harbor Board", None),
    ("Memorandum by the Mission to the <gloss type='to'>United Nations</gloss>",)
    + ("Mission to the United Nations", None),
    ("Telegram From the Mission to the Department of State", "Mission") + ("Department of State",),
    ("Memorandum by Maro Rell, Deputy to the Chief of Fees to Ada Quay",)
    + ("Maro Rell, Deputy to the Chief of Fees", "Ada Quay"),
    ("Oral Statements by the Ambassador to the Soviet Union (Rell)",)
    + ("Ambassador to the Soviet Union (Rell)", None),
    ("Memorandum Prepared by the Central Intelligence Agency for the Harbor Board",)
    + ("Central Intelligence Agency", "Harbor Board"),
    ("Paper Prepared in the Bureau of Fees for the Delegation to the Harbor Board",)
    + ("Bureau of Fees", "Delegation to the Harbor Board"),
    ("The Secretary of State to <gloss type='to'>Rell &amp; Co.</gloss>, Incorporated",)
    + ("Secretary of State", "Rell & Co., Incorporated"),
    ("Memorandum by Mr. Quay to Mr. Rell, Both of the Division of Fees",)
    + ("Mr. Quay of the Division of Fees", "Mr. Rell of the Division of Fees"),
    ("Earl Quay to Lord Rell, G. C. B.", "Earl Quay", "Lord Rell, G. C. B."),
    ("Memorandum of a Meeting Between the <gloss type='from'>President</gloss> and Rell",)
    + (None, None),
)


def told(text, *names):
    edition = read_one(text).edition
    return tuple(edition.get(name) for name in names)


class PartyTests(TestCase):
    def test_marks_days_and_what_was_written_are_no_part_of_a_party(self):
        for heading, sender, recipient in PARTIES:
            with self.subTest(heading):
                found = told(f"<head>{heading}</head>{LINE}<p>Fees.</p>", "from", "to")
                self.assertEqual(found, (sender, recipient))

    def test_what_begins_in_lower_case_is_seldom_a_party(self):
        for heading, sender, recipient in (
            ("Note <persName type='to'>to accompany Mr. Rell’s letters</persName>", None, None),
            ("Paper prepared by unknown drafter", None, None),
            ("Mr. Quay to the, Federal Council.", "Mr. Quay", "Federal Council"),
            ("Extract from letter of Mr. Quay to Mr. Rell", "Mr. Quay", "Mr. Rell"),
            ("The minister of fees to all consuls", "minister of fees", "all consuls"),
            ("Baron <persName type='from'>von Rell</persName> to Mr. Quay",)
            + ("Baron von Rell", "Mr. Quay"),
        ):
            with self.subTest(heading):
                found = told(f"<head>{heading}</head>{LINE}<p>Fees.</p>", "from", "to")
                self.assertEqual(found, (sender, recipient))

    def test_the_line_to_of_a_text_tells_whom_its_heading_does_not(self):
        to_state = "<p>FM</p><p>AMEMBASSY LIMA</p><p>TO</p><p>SECSTATE WASHDC 740</p>"
        misprinted = "Assistant of State for Harbors (Rell)"
        for to, lines, line in (
            (misprinted, to_state, "SECSTATE WASHDC"),
            ("Undersecretary of State (Quay)", to_state, "SECSTATE WASHDC"),
            (
                misprinted,
                "<p>FM AMEMBASSY LIMA<lb/>TO: AMEMBASSY PRAIA IMMEDIATE</p>",
                "AMEMBASSY PRAIA",
            ),
            ("Department of State", to_state, None),
            ("Embassy in Chile", to_state, None),
            (misprinted, "<p>FM AMEMBASSY LIMA</p><p>TO MARO RELL</p>", None),
            (misprinted, "<p>I went from Lima TO SECSTATE WASHDC</p>", None),
        ):
            head = f"<head>Telegram 12 From the Embassy in Peru to the {to}</head>"
            with self.subTest(to, lines=lines):
                found = told(f"{head}{LINE}{lines}<p>Fees.</p>", "to", "to_line")
                self.assertEqual(found, (to, line))
                memorandum = f"{head}{LINE}{lines}".replace("Telegram 12", "Memorandum")
                self.assertEqual(told(memorandum, "to_line"), (None,))

    def test_the_line_below_a_telegram_says_to_whom_it_was_repeated(self):
        for line, repeated in (
            ("Sent Department 649, repeated London 185, Dhahran 313.", "London 185, Dhahran 313"),
            ("Sent Dept 7, pouched Lima, repeated Rome.", "Lima, repeated Rome"),
            ("Pouched Bern.</p><p>Sent Dept 7, repeated Rome.", "Bern; Rome"),
            ("Sent Oslo as 1; rptd Lima as 2; Bern as 3.", "Lima as 2; Bern as 3"),
            ("Fees rose. Repeated to other missions.", "other missions"),
            ("Rptd info Paris 2148, Dept pass Oslo as 7.", "Paris 2148"),
            ("Sent Dept 1, repeated information to Lima. Department please repeat Oslo.", "Lima"),
            ("Sent Oslo 15 rpt Lima 60.", "Lima 60"),
            ("Sent Oslo, rpt Lima 439, Bern 179.", "Lima 439, Bern 179"),
            ("Rpt Lima 60 what you learn.", None),
            ("Reference Deptel 1685, rptd Delhi 693. Fees rose.", None),
            ("He repeated London was full.", None),
            ("Repeated requests were made.", None),
        ):
            with self.subTest(line):
                head = "<head>Telegram From the Embassy in Peru to the Department of State</head>"
                text = f"{head}{LINE}<p>649. Fees.</p><p>{line}</p>"
                signed = f"{text}<closer><signed>Rell</signed></closer>"
                self.assertEqual(told(signed, "repeated"), (repeated,))
                self.assertEqual(repeated_to(read_one(signed).edition), repeated or "")
                memorandum = text.replace("Telegram", "Memorandum")
                self.assertEqual(told(memorandum, "repeated"), (None,))

    def test_the_raised_number_of_a_footnote_is_no_part_of_heading_and_text(self):
        mark = "<hi rend='superscript'>1</hi><note n='1'>Few.</note>"
        edition = read_one(f"<head>Mr. Quay to Mr. Rell.{mark}</head>{LINE}<p>Fees.</p>").edition
        self.assertEqual((edition["heading"], edition["to"]), ("Mr. Quay to Mr. Rell.", "Mr. Rell"))
        text = f"<p>Fees.{mark} 10<hi rend='superscript'>1</hi> ships.</p>"
        body = read_one(f"<head>Mr. Quay to Mr. Rell</head>{LINE}{text}").body
        self.assertEqual(body, "Fees. 101 ships.")

    def test_what_is_done_a_reign_a_building_and_the_place_of_another_are_no_place(self):
        day = '<date when="1949-05-09">May 9, 1949</date>'
        talk = "Telephone Conversation Between Mr. Quay in Lima and Mr. Rell in Augusta, Georgia"
        for heading, line, place in (
            ("Act", f"Approved {day}", None),
            ("Prince Quay to Mr. Rell", f"Tungchi, 7th Year, ({day})", None),
            ("Memorandum", f"<placeName>Pentagon</placeName>, Washington, {day}", "Washington"),
            ("Mr. Quay to Mr. Rell", f"Royal Palace, {day}", None),
            ("Mr. Quay to Mr. Rell", f"United States Ship Quay, Lima, {day}", "Lima"),
            (talk, f"<placeName>Georgia</placeName>, {day}", None),
            ("Letter From the Embassy in Guatemala", f"Guatemala, {day}", "Guatemala"),
        ):
            with self.subTest(heading, line=line):
                text = f"<head>{heading}</head><dateline>{line}</dateline><p>Fees.</p>"
                self.assertEqual(told(text, "place"), (place,))
        title = f"{talk}, May 9, 1949"
        self.assertEqual(part_dateline(title), (talk, "May 9, 1949"))

    def test_the_first_line_of_an_untitled_document_is_its_title(self):
        inline, center = "<note rend='inline' type='source'>{}</note>", "<p rend='center'>{}</p>"
        names = ("heading", "from", "to", "source_note")
        letter = "The Minister of Fees to the Minister of Ships."
        for line, words, sender, recipient in (
            (inline, letter, "Minister of Fees", "Minister of Ships"),
            ("<note rend='center'>{}</note>", letter, "Minister of Fees", "Minister of Ships"),
            (center, "Affidavit of Maro Rell.", "Maro Rell", None),
            (center, "Extracts from the speech of Mr. Rell, of Lima, in the Senate, May 9.")
            + ("Mr. Rell", None),
            (center, "Extract from the speech of the Earl of Rell in the House. (Debates 8.)")
            + ("Earl of Rell", None),
            (center, "Extract of a lecture delivered by Mr. Rell before the Harbor Board.")
            + ("Mr. Rell", None),
            (center, "Extract from a letter of Maro Rell, of Lima, to the Harbor Board.")
            + ("Maro Rell, of Lima", "Harbor Board"),
            *((center, *each) for each in ADDRESSED),
            (center, "Extract from the treaty of Lima, of May 8, 1871.", None, None),
            (center, "New fees in the harbor.", None, None),
            (center, "Rules in regard to fees, by the board.", None, None),
        ):
            with self.subTest(words, line=line):
                found = told(
                    f"<note rend='inline' type='source'>[Translation.]</note>"
                    f"<head>[Untitled]</head>{line.format(words)}{LINE}<p>Fees.</p>",
                    *names,
                )
                self.assertEqual(found, (words, sender, recipient, None))
        copy = f"{inline.format(letter)}<p>Fees.</p>{inline.format('True copy:')}<p>Rell</p>"
        self.assertIn("True copy:", read_one(f"<head>[Untitled]</head>{copy}{LINE}").body)
        for line in (
            inline.format("[Translation.]"),
            center.format("Translation."),
            center.format("III."),
            f"<p>{letter}</p>",
            inline.format("The following tells of fees. " * 9),
        ):
            with self.subTest(line):
                found = told(f"<head>[Untitled]</head>{line}{LINE}<p>Fees.</p>", "heading")
                self.assertEqual(found, ("[Untitled]",))

    def test_a_first_line_is_the_title_below_an_empty_heading_and_as_a_note_without_a_number(self):
        for above, title in (
            ("<head/><p rend='center'>Rejoinder of the party.</p>", "Rejoinder of the party."),
            ("<head>[Untitled]</head><note>Note in reply.</note>", "Note in reply."),
            ("<head>[Untitled]</head><note n='1'>Not printed.</note>", "[Untitled]"),
        ):
            with self.subTest(above):
                self.assertEqual(read_one(f"{above}{LINE}<p>Fees.</p>").edition["heading"], title)

    def test_a_line_above_a_text_tells_the_source_only_if_it_names_a_paper(self):
        letter = f"<head>Mr. Quay to Mr. Rell</head>{LINE}<p>Fees.</p>"
        for line, is_source in (
            *(("[From the Lima Herald.]", True), ("[Extract from the Lima Herald.]", True)),
            *(("[Translation of slip from the Herald.]", True), ("893.51/5: Telegram", True)),
            *(("[Protest.]", False), ("[Same to Mr. Quay.]", False), ("No. —.]", False)),
            *(("[Inclosure: Chart of the Straits.]", False), ("LETTERS OF MR. QUAY.", False)),
        ):
            with self.subTest(line):
                note = f"<note rend='inline' type='source'>{line}</note>"
                edition = read_one(note + letter).edition
                names = ("source_note", "opener") if is_source else ("opener", "source_note")
                self.assertEqual([edition.get(name) for name in names], [line, None])

    def test_a_centred_line_above_the_heading_is_no_footnote(self):
        note = "<note rend='center'>THE FISHERIES.</note>"
        edition = read_one(f"{note}<head>Mr. Quay to Mr. Rell</head>{LINE}<p>Fees.</p>").edition
        self.assertEqual((edition["opener"], edition.get("notes")), ("THE FISHERIES.", None))

    def test_papers_are_of_the_kind_that_their_heading_names(self):
        for heading, kind in (
            ("Notes of Meeting", "meeting notes"),
            ("Notes of the Secretary’s Staff Meeting, May 9", "meeting notes"),
            ("Minutes of Meeting", "minutes"),
            ("Notes on the Fees", "minutes"),
            ("Notes of a Conversation at the Meeting", "conversation"),
            ("United States Delegation Position Paper", "position paper"),
            ("United States Delegation Working Paper", "report"),
            ("Affidavit of Maro Rell", "affidavit"),
            ("Extracts from the affidavit of Maro Rell", "affidavit"),
            ("Extracts from the speech of Mr. Rell, in the Senate", "speech"),
            ("Extract of a lecture delivered by Mr. Rell", "speech"),
            ("Remarks by Mr. Rell Before the Harbor Board", "speech"),
            ("Extract from a private letter from a merchant", "letter"),
            ("Extract from the treaty of Lima", "other"),
            ("Address by the Secretary of State at Lima", "speech"),
            ("Circular Telegram From the Department of State to Certain Posts", "circular"),
        ):
            with self.subTest(heading):
                found = told(f"<head>7. {heading}</head>{LINE}<p>Fees.</p>", "kind")
                self.assertEqual(found, (kind,))

    def test_all_of_several_recipients_are_named(self):
        several = "Embassies in Peru, Chile, Cuba, and Spain"
        tagged = f"to the <gloss type='to'>Embassies in Peru</gloss>{several[17:]}, May 9, 1949"
        head = f"<head>7. Telegram 12 From the Department of State {tagged}, 2357Z</head>"
        self.assertEqual(told(f"{head}<p>Fees.</p>", "to"), (several,))

    def test_the_letter_of_an_enclosure_is_no_part_of_the_sender_or_the_title(self):
        for heading, sender, title in (
            ("A.<lb/><hi>Mr. Quay to Mr. Rell</hi>", "Mr. Quay", "Mr. Quay to Mr. Rell"),
            ("Enclosure 2<lb/>The Consul to Mr. Rell", "Consul", "The Consul to Mr. Rell"),
            ("[Inclosure 1 in No. 5.] Mr. Quay to Mr. Rell", "Mr. Quay", "Mr. Quay to Mr. Rell"),
            ("M. Quay to Mr. Rell", "M. Quay", "M. Quay to Mr. Rell"),
            ("U. Maro Quay to Mr. Rell", "U. Maro Quay", "U. Maro Quay to Mr. Rell"),
        ):
            with self.subTest(heading):
                cable = read_one(f"<head>{heading}</head>{LINE}<p>Sir: Fees.</p>")
                self.assertEqual((cable.edition["from"], cable.title), (sender, title))

    def test_a_note_of_another_country_to_the_secretary_is_not_of_the_legation(self):
        line = '<dateline>Santiago, <date when="1861-08-07">August 7, 1861</date></dateline>'
        note = "<note rend='inline' type='source'>[Translation.]</note>"
        for heading, more, origin in (
            ("A.<lb/>Mr. Quay to Mr. Seward", "", "Santiago, office not printed"),
            ("1. Inclosure 2.<lb/>Mr. Quay to Mr. Seward", "", "Santiago, office not printed"),
            ("Mr. Quay to Mr. Seward", note, "Santiago, office not printed"),
            ("Mr. Quay to Mr. Seward", "", "Legation Santiago"),
        ):
            with self.subTest(heading, more=more):
                cable = read_one(f"<head>{heading}</head>{more}{line}<p>Sir: Fees.</p>")
                self.assertEqual(cable.origin, origin)

    def test_a_conversation_has_the_office_of_the_first_who_talks(self):
        line = LINE.replace("Lima", "Washington")
        for talk, parties, origin in (
            ("Telephone Conversation", "the Under Secretary of State for Harbors (Rell) and the "
             "Director of Central Intelligence (Quay)", "Secretary of State"),
            ("a Conversation", "Maro Rell of the National Security Council Staff and the Director "
             "of Central Intelligence (Quay)", "National Security Council"),
            ("Conversation", "the Director of Central Intelligence (Quay) and the Secretary of "
             "State", "Central Intelligence Agency"),
            ("Conversation", "Maro Rell and the Assistant Secretary of State for Harbors (Quay)",
             "Secretary of State"),
            ("Conversation", "President Truman and Secretary of State Rell", "White House"),
            ("Conversation", "President Rell and Maro Quay", "Washington, office not printed"),
            ("Conversation", "Maro Rell and the Minister of Defense of Peru (Quay)",
             "Washington, office not printed"),
        ):  # fmt: skip
            with self.subTest(parties):
                head = f"<head>1. Memorandum of {talk} Between {parties}</head>"
                self.assertEqual(read_one(f"{head}{line}<p>Fees.</p>").origin, origin)

    def test_a_conversation_has_the_office_in_which_its_record_was_prepared(self):
        for note, origin in (
            ("Prepared in the Office of the President.", "White House"),
            ("Prepared by the Harbor Board.", "Secretary of State"),
        ):
            with self.subTest(note):
                head = "<head>1. Memorandum of a Telephone Conversation Between the President and "
                head += f'the Secretary of State<note type="source">{note}</note></head>'
                line = LINE.replace("Lima", "Washington")
                self.assertEqual(read_one(f"{head}{line}<p>Fees.</p>").origin, origin)

    def test_a_telephone_call_among_several_has_the_office_of_the_first(self):
        line = LINE.replace("Lima", "Washington")
        others = "Secretary of Defense Rell, Secretary of State Lind, and Maro Quay"
        for heading, origin in (
            (f"Among President Johnson, {others}", "White House"),
            (f"Among Ada Quay, {others}", "Washington, office not printed"),
            ("Between the President’s Assistant (Rell) and Secretary of State Lind", "White House"),
            ("Between the President and Secretary of State Lind", "Secretary of State"),
            ("Between Ada Quay and Secretary of State Lind", "Secretary of State"),
        ):
            with self.subTest(heading):
                head = f"<head>1. Telephone Conversation {heading}</head>"
                self.assertEqual(read_one(f"{head}{line}<p>Fees.</p>").origin, origin)

    def test_a_mission_or_an_issuer_in_a_heading_is_who_a_paper_is_from(self):
        line = LINE.replace("Lima", "Washington")
        isles = "Isles Imperial legation"
        for heading, sender, origin in (
            (f"Memorandum of {isles}.", isles, "Isles Imperial Legation, Washington"),
            ("Note of the Isles Embassy", "Isles Embassy", "Isles Embassy, Washington"),
            ("Memorandum from the Isles Legation", "Isles Legation", "Isles Legation, Washington"),
            ("Note of the United States Legation", None, "Washington, office not printed"),
            ("Memorandum From the Vice Admiral of the Navy (Rell) to Quay",)
            + ("Vice Admiral of the Navy (Rell)", "Washington, office not printed"),
        ):
            with self.subTest(heading):
                cable = read_one(f"<head>{heading}</head>{line}<p>Fees.</p>")
                self.assertEqual((cable.edition.get("from"), cable.origin), (sender, origin))
        issued = "Issued at Lake Success, New York, January 12, 1948"
        cable = read_one(f"<head>United Nations Press Release M/1, {issued}</head><p>Fees.</p>")
        self.assertEqual(cable.origin, "United Nations, Lake Success, New York")

    def test_those_to_whom_a_memorandum_goes_stand_above_its_text(self):
        both = "Secretary of State; Director, Harbors"
        for heading, text, readers in (
            (PAPER, TO_LIST, both),
            (PAPER, TO_LIST.replace('"to"', '"memo"'), both),
            (PAPER, TO_LINES, both),
            ("Memorandum From Rell to Quay", TO_LIST, "Quay"),
            ("Memorandum of Conversation", TO_LIST, None),
            (PAPER, "<p>To: be sure, fees rose.</p>" * 9, None),
        ):
            with self.subTest(heading, text=text):
                found = told(f"<head>1. {heading}</head>{LINE}{text}", "to")
                if "be sure" not in text:
                    self.assertEqual(found, (readers,))

    def test_a_paper_is_from_those_in_whose_office_it_was_prepared(self):
        for heading, sender, recipient in (
            ("Paper Prepared in the Bureau of Harbors", "Bureau of Harbors", None),
            ("Paper Prepared in the Bureau of Harbors for President Rell", "Bureau of Harbors")
            + ("President Rell",),
            ("Paper Prepared for the Harbor Board by the Group for Peru", "Group for Peru")
            + ("Harbor Board",),
            ("Memorandum Prepared for the Harbor Board", None, "Harbor Board"),
            ("Memorandum for the Harbor Board", None, "Harbor Board"),
            ("Memorandum for President Rell, Lima", None, "President Rell"),
            ("Memorandum for the Record", None, None),
            ("Memorandum for the Files", None, None),
            ("Report Prepared in the Agency for Harbors", "Agency for Harbors", None),
        ):
            with self.subTest(heading):
                text = f"<head>1. {heading}</head>{LINE}<p>Fees.</p>"
                self.assertEqual(told(text, "from", "to"), (sender, recipient))
                kind = "memorandum" if "Mem" in heading else "report"
                self.assertEqual(told(text, "kind"), (kind,))

    def test_the_name_behind_a_mark_or_with_a_title_is_the_signature(self):
        letter = f"<p>{'Fees rose. ' * 9}</p><p rend='right'>ADA RELL, <hi>{{}}.</hi></p>"
        reply = "<p>Sir: No.</p><closer><signed>Maro Quay</signed></closer>"
        for end, signed in (
            (letter.format("Minister") + reply, "ADA RELL, Minister."),
            (letter.format("Clerk") + reply, "Maro Quay"),
            ("<p>[signed] <lb/><persName>Maro A. Quay</persName></p>", "Maro A. Quay"),
            ("<p>[Signed]<lb/>Maro A. Quay<lb/>Chairman</p>", "Maro A. Quay"),
            ("<p>[signed copy of May 9, 1949]</p>", None),
        ):
            with self.subTest(end):
                text = f"<head>1. {PAPER}</head>{LINE}<p>Fees.</p>{end}"
                self.assertEqual(told(text, "signed"), (signed,))


class PlaceTests(TestCase):
    def test_a_line_below_untitled_gives_place_and_office_as_a_dateline_does(self):
        line = "<p rend='right'><placeName>Legation of the United States, Pekin</placeName>, "
        day = "<date when='1870-09-13'>September 13, 1870.</date></p>"
        cable = read_one(f"<head>[Untitled]</head>{line}{day}<p>Sir: Fees.</p>")
        told = cable.kind, cable.edition["place"], cable.edition["date"], cable.origin
        dateline = "Legation of the United States, Pekin, September 13, 1870."
        self.assertEqual(told, ("letter", "Pekin", dateline, "Legation Peking"))

    def test_a_line_that_gives_the_date_gives_the_place_and_a_first_line_the_kind(self):
        for text, kind, place in (
            (ENDS, "memorandum", "Lima"),
            (ENDS.replace("Memorandum", "Aide-Mémoire"), "memorandum", "Lima"),
            (ENDS.replace("Memorandum", "Note Verbale"), "note", "Lima"),
            (ENDS.replace("<p>Memorandum</p>", ""), "correspondence", "Lima"),
            (ENDS.replace("Lima, ", ""), "memorandum", None),
            (ENDS.replace("Memorandum", "A memorandum came."), "correspondence", "Lima"),
        ):
            with self.subTest(text):
                found = told(f"<head>{STATE_TO_EMBASSY}</head>{text}", "kind", "place")
                self.assertEqual(found, (kind, place))
                (line,) = told(f"<head>{STATE_TO_EMBASSY}</head>{text}", "date")
                self.assertEqual(line.removeprefix("Lima, "), "October 30, 1949.")

    def test_a_place_in_a_heading_stands_before_a_date_with_two_times(self):
        for times in ("11:50 a.m.–12:30 p.m.", "11:30 a.m.–noon", "2:30–3 p.m."):
            with self.subTest(times):
                heading = f"Memorandum of Conversation, Lima, May 9, 1949, {times}"
                what, line = part_dateline(heading)
                self.assertEqual(what, "Memorandum of Conversation")
                self.assertTrue(line.startswith("Lima, May 9, 1949"))

    def test_a_heading_gives_the_place_if_its_dateline_has_only_the_day(self):
        day = '<dateline><date when="1949-05-09">May 9, 1949</date></dateline>'
        there = day.replace("<date ", "Bogota, <date ", 1)
        for heading, line, place in (
            ("Estimate 12, Lima, May 9, 1949", day, "Lima"),
            ("Treaty Between Peru and Chile, Signed at Lima, May 9, 1949", day, "Lima"),
            ("Memorandum of Conversation, Lima, May 2, 1949", day, "Lima"),
            ("Paper on a Meeting, Lima, May 2, 1949", day, None),
            ("Estimate 12, Lima, May 9, 1949", there, "Bogota"),
            ("Estimate 12, May 9, 1949", day, None),
            ("Estimate 12, Harbor Board, May 9, 1949", day, None),
        ):
            with self.subTest(heading, line=line):
                self.assertEqual(
                    told(f"<head>7. {heading}</head>{line}<p>Fees.</p>", "place"), (place,)
                )

    def test_no_place_is_made_of_a_line_without_one(self):
        for line, place in (
            ("Lima, May 9, 1949.", "Lima"),
            ("No. 404 Lima, May 9, 1949.", "Lima"),
            ("May 9, 1949.", ""),
            ("Monday, May 9, 1949.", ""),
            ("Fees.", ""),
        ):
            with self.subTest(line):
                self.assertEqual(place_in_line(line), place)
