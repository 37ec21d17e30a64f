"""Words that a volume marks as a person of its list are explained only if they can be he (F-12)."""

from unittest import TestCase

from cables.telegram.paragraphs import segment
from cables.telegram.titles import title_case
from cables.templatetags.editor_notes import find_margins
from tests.sources.test_frus_markup import DATELINE, HEAD, document, read, volume

PERSONS = {
    "p_R1": "Rell, Maro",
    "p_Q1": "Quay, Ada",
    "p_L1": "Long, Maro",
    "p_T1": "Tern, Gudlaug, wife of Maro Tern",
    "p_N1": "Nam Oar, Madame",
    "p_O1": "Oar, Admiral Maro",
    "p_W1": "White, Maro",
    "p_B1": "Birch, Maro",
    "p_B2": "Birch, Ada",
    "p_Y1": "You, Maro",
}
TERMS = "".join(
    f"<item><persName xml:id='{key}'>{', '.join(name.split(', ')[:2])}</persName>,"
    f" {', '.join(name.split(', ')[2:]) or 'Master'}</item>"
    for key, name in PERSONS.items()
)
INDEX = "<back><div xml:id='index'><list><item>{}</item></list></div></back></text>"


def marked(key, words):
    return f"<persName corresp='#{key}'>{words}</persName>"


def first_of(*texts, index=""):
    """Return what is told of the first of these documents of a volume."""
    documents = (
        document(f"{HEAD}{DATELINE}<p>{text}</p>", name=f"d{at}")
        for at, text in enumerate(texts, 1)
    )
    xml = volume(*documents, terms=f"<list>{TERMS}</list>")
    return read(xml.replace("</text>", INDEX.format(index)))[0].edition


class ExplainedNameTests(TestCase):
    def test_a_long_explanation_is_cut_behind_a_word_with_an_ellipsis(self):
        for words, told in (
            (f"{'Warden ' * 42}Harbor", f"{'Warden ' * 42}Harbor"),  # 300 characters.
            (f"{'Warden ' * 42}Harbors", f"{'Warden ' * 41}Warden…"),
            (f"{'Warden, ' * 40}", f"{'Warden, ' * 36}Warden…"),
            ("w" * 301, f"{'w' * 299}…"),
        ):
            with self.subTest(words):
                entries = (
                    "<list><item><persName xml:id='p_S1'>Maro</persName>, see Rell, Maro</item>"
                    f"<item><persName xml:id='p_S2'>Rell, Maro</persName>, {words}</item></list>"
                )
                text = document(f"{HEAD}{DATELINE}<p>{marked('p_S1', 'Rell')} met.</p>")
                (cable,) = read(volume(text, terms=entries))
                self.assertEqual(cable.edition["terms"][0][1], f"Rell, Maro, {told}")

    def test_an_entry_that_refers_to_a_surname_leads_to_the_one_person_of_it(self):
        entries = (
            "<list><item><persName xml:id='p_K1'>Maro, Mara</persName>, see Rell</item>"
            "<item><persName xml:id='p_S2'>Rell, Ann</persName>, Minister</item>{}</list>"
        )
        text = document(f"{HEAD}{DATELINE}<p>{marked('p_K1', 'Maro')} met.</p>")
        other = "<item><persName xml:id='p_S3'>Rell, Ben</persName>, Poet</item>"
        for more, told in (("", "Rell, Ann, Minister"), (other, "Maro, Mara, see Rell")):
            with self.subTest(told):
                (cable,) = read(volume(text, terms=entries.format(more)))
                self.assertEqual([row[1] for row in cable.edition["terms"]], [told])

    def test_a_surname_behind_the_title_of_a_woman_is_not_that_of_a_man(self):
        mr_rell = f"To Mr. {marked('p_R1', 'Rell')}."
        for text, explained in (
            (f"Mrs. {marked('p_R1', 'Rell')} met.", []),
            (f"Colonel and Mrs. {marked('p_R1', 'Rell')} met.", []),
            (f"Madame\n {marked('p_R1', 'Rell')} met.", []),
            (marked("p_R1", "Mrs. Rell"), []),
            (f"Mr. {marked('p_R1', 'Rell')} and Mrs. {marked('p_R1', 'Rell')}", ["Rell"]),
            (f"Miss {marked('p_Q1', 'Quay')} met.", ["Miss Quay"]),
            (f"Mrs. {marked('p_R1', 'Maro Rell')} met.", ["Mrs. Maro Rell"]),
            (f"Mrs. {marked('p_T1', 'Tern')} met.", ["Mrs. Tern"]),
            (f"Madame {marked('p_N1', 'Nam Oar')} met.", ["Madame Nam Oar"]),
            (f"Admiral and Mrs. {marked('p_O1', 'Oar')} met.", []),
            (f"Mrs. {marked('p_B2', 'Birch')} met.", []),
        ):
            with self.subTest(text):
                terms = first_of(text, mr_rell).get("terms", [])
                self.assertEqual([each[0] for each in terms], explained)

    def test_links_of_notes_follow_the_same_rule(self):
        mr_rell = f"To Mr. {marked('p_R1', 'Rell')}."
        for title, links in (("Mr.", 1), ("Mrs.", 0)):
            with self.subTest(title):
                note = f"Fees.<note>{title} {marked('p_R1', 'Rell')} met.</note>"
                told = first_of(note, mr_rell)["notes"][0]
                self.assertEqual(len(told.get("links", [])), links)

    def test_one_who_is_seldom_called_mrs_is_no_woman(self):
        places = " ".join([f"Ambassador {marked('p_Q1', 'Quay')} met."] * 8)
        told = first_of(f"Mrs. {marked('p_Q1', 'Quay')} met.", places)
        self.assertNotIn("terms", told)

    def test_a_name_in_a_salutation_is_no_abbreviation(self):
        entries = "<list><item><term xml:id='t_ED1'>ED</term>, Harbor Staff</item></list>"
        marked_term = "<gloss target='#t_ED1'>ED</gloss>"
        for text, explained in ((f"DEAR {marked_term}: Fees.", []), (f"To {marked_term}.", ["ED"])):
            with self.subTest(text):
                made = document(f"{HEAD}{DATELINE}<p>{text}</p>")
                (cable,) = read(volume(made, terms=entries))
                self.assertEqual([row[0] for row in cable.edition.get("terms", [])], explained)

    def test_a_word_that_is_no_name_is_not_explained(self):
        for text, explained in (
            (f"{marked('p_L1', 'Long')} live democracy!", False),
            (f"{marked('p_L1', 'Long')} lived here.", True),
            (f"Ships {marked('p_L1', 'en')} route.", False),
            (f"An anti-{marked('p_W1', 'white')} mood.", False),
            (f"{marked('p_W1', 'WHITE')} met.", True),
            (f"{marked('p_Y1', 'You')} asked for fees.", False),
            (f"Fees rose. {marked('p_Y1', 'You')} asked why.", False),
            (f"Ambassador {marked('p_Y1', 'You')} asked for fees.", True),
            (f"Mr. {marked('p_Y1', 'You')} asked for fees.", True),
        ):
            with self.subTest(text):
                self.assertEqual("terms" in first_of(text), explained)

    def test_one_whom_the_index_does_not_name_beside_another_of_his_name_is_not_meant(self):
        other = "<persName corresp='#p_B2'>Birch, Ada</persName>, <ref target='#d1'>1</ref>"
        both = f"{other}</item><item>Birch, Maro, <ref target='#d1'>1</ref>"
        text = f"Ambassador {marked('p_B1', 'Birch')} met."
        for index, texts, explained in (
            ("", [text], True),
            (other, [text], False),
            (both, [text], True),
            (other, [text, f"Miss {marked('p_B2', 'Birch')}"], True),
            (other.replace("d1", "d2"), [text, "Fees."], True),
        ):
            with self.subTest(index, texts=texts):
                self.assertEqual("terms" in first_of(*texts, index=index), explained)

    def test_one_of_whom_documents_print_the_full_name_can_be_meant_by_the_surname(self):
        index = (
            "<back><div xml:id='index'><p>References are to document numbers</p><list><item>"
            "<persName corresp='#p_B2'>Birch, Ada</persName>, <ref target='#pg_1'>1</ref>"
            "</item></list></div></back></text>"
        )
        for other, explained in (("Birch", True), ("Ada Birch", False)):
            with self.subTest(other):
                texts = f"Mr. {marked('p_B1', 'Birch')} met.", f"Miss {marked('p_B2', other)}"
                documents = (
                    document(f"{HEAD}{DATELINE}<p>{text}</p>", name=f"d{at}")
                    for at, text in enumerate(texts, 1)
                )
                xml = volume(*documents, terms=f"<list>{TERMS}</list>")
                told = read(xml.replace("</text>", index))[0].edition
                self.assertEqual("terms" in told, explained)


def terms_of(text, *others, terms="", index=""):
    """Return {words: key} of what is explained in a document of a volume with more entries."""
    documents = (
        document(f"{HEAD}{DATELINE}<p>{each}</p>", name=f"d{at}")
        for at, each in enumerate((text, *others), 1)
    )
    xml = volume(*documents, terms=f"<list>{TERMS}{terms}</list>")
    found = read(xml.replace("</text>", INDEX.format(index)))[0].edition.get("terms", [])
    return {words: key for words, _, key, _ in found}


def entries(*rows):
    """Return items of the lists of a volume: (key, name, meaning)."""
    return "".join(
        f"<item><persName xml:id='{key}'>{name}</persName>, {meaning}</item>"
        for key, name, meaning in rows
    )


ASIANS = entries(
    ("p_D1", "Oan Din Dem", "President"),
    ("p_I1", "Islet, Dr. A. K.", "Envoy"),
    ("p_K1", "Rin Tien Kem, Major General", "Chief"),
    ("p_V1", "Rin Van Dol", "General"),
    ("p_KEM1", "Kem", "see Rin Tien Kem"),
    ("p_DOL1", "Dol", "see Rin Van Dol"),
    ("p_GOL1", "Gol", "see Rin Van Gol"),
)


DULLES = entries(
    ("p_DA1", "Dulles, Ada", "Director of Fees"),
    ("p_DJ1", "Dulles, John", "Secretary of State"),
    ("p_J1", "Johnson, Ada", "Secretary of Fees"),
    ("p_K2", "Kay, Sir Dean", "Envoy"),
)
JOHNSON = marked("p_J1", "Johnson")


class OfficeTests(TestCase):
    def test_an_office_before_a_name_or_of_the_sender_is_that_of_the_person(self):
        dulles, signed = marked("p_DA1", "Dulles"), "<closer><signed>{}</signed></closer>"
        for text, explained in (
            (f"Mr. {dulles} met.", {"Dulles": "p_DA1"}),
            (f"Secretary {dulles} met.", {}),
            (f"Secretary of State {dulles} met.", {}),
            (f"President {JOHNSON} met.", {}),
            (f"Secretary {JOHNSON} met.", {"Johnson": "p_J1"}),
            (f"The {JOHNSON} Administration met.", {}),
            (f"In {JOHNSON}–Khrushchev talks.", {}),
            (f"In Khrushchev–{JOHNSON} talks.", {}),
            (f"In Rell–{JOHNSON} talks.", {"Johnson": "p_J1"}),
            # Another name of the President in the same text, unless a title stands before it.
            (f"President {JOHNSON} met. Letter from {JOHNSON}.", {}),
            (f"President {JOHNSON} met. Colonel {JOHNSON} came.", {"Johnson": "p_J1"}),
        ):
            with self.subTest(text):
                self.assertEqual(terms_of(text, terms=DULLES), explained)
        alone = entries(("p_O9", "Owl, Ada", "Director of Fees"))
        owl = marked("p_O9", "Owl")
        for text, explained in (
            (f"Secretary {owl} met.", {}),
            (f"Assistant Secretary {owl} met.", {"Owl": "p_O9"}),
            (f"The board's Secretary {marked('p_O9', 'Ada Owl')} met.", {"Ada Owl": "p_O9"}),
        ):
            with self.subTest(text):
                self.assertEqual(terms_of(text, f"Mr. {owl} met." * 9, terms=alone), explained)
        for sender, words, explained in (
            ("Secretary of State", dulles, False),
            ("Department of State", dulles, False),
            ("Director of Fees", dulles, True),
            (f"Director ({marked('p_R1', 'Rell')})", marked("p_K2", "Kay"), False),
        ):
            with self.subTest(sender):
                head = f"<head>1. Telegram From the {sender} to the Embassy in Peru</head>"
                text = f"{head}{DATELINE}<p>Fees.</p>{signed.format(words)}"
                xml = volume(document(text), terms=f"<list>{TERMS}{DULLES}</list>")
                keys = [key for _, _, key, at in read(xml)[0].edition.get("terms", []) if at]
                self.assertEqual(bool(keys), explained)

    def test_one_whose_office_stands_beside_is_meant_though_the_index_names_another(self):
        terms = entries(("p_J9", "Jay, Maro", "President"), ("p_J8", "Jay, Ada", "Rower"))
        index = "<persName corresp='#p_J8'>Jay, Ada</persName>, <ref target='#d1'>1</ref>"
        for title, explained in (("President", True), ("Mr.", False)):
            with self.subTest(title):
                found = terms_of(f"{title} {marked('p_J9', 'Jay')}", terms=terms, index=index)
                self.assertEqual("Jay" in found, explained)

    def test_a_volume_that_marks_a_secretary_as_another_tells_only_him_who_is_named_in_full(self):
        terms = entries(("p_O9", "Owl, Ada", "Director of Fees"))
        owl = marked("p_O9", "Owl")
        for text, explained in (
            (f"Mr. {owl} met.", {}),
            (f"Mr. {owl} met Secretary Owl and Ada Owl.", {}),
            (f"Mr. [Ada] {owl} met.", {"Owl": "p_O9"}),
            (f"Ada Owl paid. {owl} met.", {"Owl": "p_O9"}),
            (marked("p_O9", "Ada Owl"), {"Ada Owl": "p_O9"}),
        ):
            with self.subTest(text):
                self.assertEqual(terms_of(text, f"Secretary {owl} met.", terms=terms), explained)


class GivenNameTests(TestCase):
    def test_other_given_names_beside_the_words_are_of_another_person(self):
        rell, birch = marked("p_R1", "Rell"), marked("p_B1", "Birch")
        kem, dol = marked("p_KEM1", "Kem"), marked("p_DOL1", "Dol")
        for text, explained in (
            (f"Rin Van {kem} met.", {}),
            (f"General Rin Tien {kem} met.", {"Kem": "p_K1"}),
            (f"Her brother Rin Van Kem left; {kem} met.", {}),
            (f"Rin Van Kem left, not Rin Tien Kem; {kem} met.", {"Kem": "p_K1"}),
            (f"General {kem} met.", {"Kem": "p_K1"}),
            (f"Rin Van {dol} met.", {"Dol": "p_V1"}),
            (f"Ada {birch} met.", {}),
            (marked("p_B1", "Ada Birch"), {}),
            (f"Maro {birch} met.", {"Birch": "p_B1"}),
            (f"Mack {birch} met.", {"Birch": "p_B1"}),
            (f"Chairman {birch} met.", {"Birch": "p_B1"}),
            (f"He saw Ada. {birch} met.", {"Birch": "p_B1"}),
            (f"To Ada Quay President {birch} wrote.", {"Birch": "p_B1"}),
            (marked("p_I1", "Ada K. Islet"), {"Ada K. Islet": "p_I1"}),
            (f"He saw Ada, {birch} met.", {"Birch": "p_B1"}),
            (f"ADA {marked('p_B1', 'BIRCH')} MET.", {"BIRCH": "p_B1"}),
            (f"Dear {marked('p_R1', 'Maro')}: Fees.", {"Maro": "p_R1"}),
            (f"A {marked('p_R1', 'Maro')} fee.", {}),
            (f"Dear {marked('p_R1', 'Harbor')}: Fees.", {}),
            (f"The {rell} and Ada met.", {"Rell": "p_R1"}),
            (f"PARTICIPANTS<lb/>Ada Quay<lb/>{rell}", {"Rell": "p_R1"}),
            (f"Ada Quay {marked('p_R1', 'Maro Rell')}", {"Maro Rell": "p_R1"}),
        ):
            with self.subTest(text):
                self.assertEqual(terms_of(text, terms=ASIANS), explained)

    def test_a_given_name_with_an_initial_or_a_short_one_is_of_another(self):
        birch = marked("p_B1", "Birch")
        for text, explained in (
            (f"Captain Olaf K. {birch} met.", {}),
            (f"Captain Maro K. {birch} met.", {"Birch": "p_B1"}),
            (f"Captain M. {birch} met.", {"Birch": "p_B1"}),
            (f"Bill {birch} met.", {}),
            (marked("p_I2", "Mara Islet"), {"Mara Islet": "p_I2"}),
            (f"{marked('p_B1', 'Birch')} Quay met.", {"Birch": "p_B1"}),
        ):
            with self.subTest(text):
                more = entries(("p_I2", "Islet, Ada M.", "Cook"), ("p_Q2", "Quay, Mara", "Cook"))
                self.assertEqual(terms_of(text, terms=more), explained)

    def test_a_given_name_that_the_list_does_not_have_is_of_another_too(self):
        birch = marked("p_B1", "Birch")
        more = entries(
            ("p_H1", "Heron, Ada H.", "Cook"),
            ("p_E1", "Egret, Amir Bela", "Cook"),
            ("p_E2", "Eider, Ada Bea", "Cook"),
        )
        for text, explained in (
            (f"General Olaf {birch} met.", {}),
            (marked("p_B1", "President Olaf Birch"), {}),
            (f"General Olaf Birch met General {birch}.", {}),
            (f"General Maro {birch} met.", {"Birch": "p_B1"}),
            (f"Mr. Quay General {birch} met.", {"Birch": "p_B1"}),
            (f"Olaf H. {marked('p_H1', 'Heron')} met.", {}),
            (f"Olaf H. Heron paid; {marked('p_H1', 'Heron')} met.", {}),
            (f"Abe H. {marked('p_H1', 'Heron')} met.", {"Heron": "p_H1"}),
            (marked("p_E1", "Amir Olaf Egret"), {}),
            (marked("p_E1", "Amir Bela Egret"), {"Amir Bela Egret": "p_E1"}),
            (marked("p_E2", "Ada B. Eider"), {"Ada B. Eider": "p_E2"}),
        ):
            with self.subTest(text):
                self.assertEqual(terms_of(text, terms=more), explained)

    def test_links_of_notes_and_summary_lead_to_nobody_where_only_others_are_named(self):
        birch = marked("p_B1", "Birch")
        for text, noted, leads in (
            ("Olaf K. Birch met.", birch, False),
            ("Fees.", f"Olaf K. Birch met. {birch} paid.", False),
            ("Fees.", birch, True),
            ("Olaf K. Birch met; Maro Birch left.", birch, True),
            ("Olaf K. Birch met.", f"{birch} Papers", True),
            ("Olaf K. Birch met.", marked("p_B1", "Maro Birch"), True),
            ("Olaf K. Birch met.", f"Master {birch}", True),
        ):
            with self.subTest(text, noted=noted):
                head = f"{HEAD}<note type='summary'>{noted}</note>"
                source = f"<note type='source'>{noted}</note>"
                body = f"{head}{source}{DATELINE}<p>{text}<note n='2'>{noted}</note></p>"
                edition = read(volume(document(body), terms=f"<list>{TERMS}</list>"))[0].edition
                found = [
                    edition.get("source_links", []),
                    edition["notes"][0].get("links", []),
                    edition.get("row_links", {}).get("summary", []),
                ]
                self.assertEqual([bool(links) for links in found], [leads] * 3)

    def test_the_office_of_a_person_tells_that_it_is_he(self):
        terms = entries(("p_J9", "Jay, Maro", "President, 1948–1953"))
        jay = marked("p_J9", "Jay")
        for text, explained in (
            (f"Olaf K. Jay met {jay}.", {}),
            (f"Olaf K. Jay met {jay}; see the Jay Library.", {"Jay": "p_J9"}),
        ):
            with self.subTest(text):
                self.assertEqual(terms_of(text, terms=terms), explained)

    def test_a_surname_is_not_explained_where_only_others_of_it_are_named(self):
        birch = marked("p_B1", "Birch")
        note = "<note n='1' xml:id='d1fn1'>{}</note>"
        for text, explained in (
            (f"Olaf K. Birch met Mr. {birch}.", {}),
            (f"Mr. {birch} met.{note.format('Olaf K. Birch.')}", {}),
            (f"Mr. {birch} met.{note.format('They were Mr. Oar; Olaf Birch, Pilot.')}", {}),
            (f"Mr. {birch} met; Secretaries Birch, Oar.", {"Birch": "p_B1"}),
            (f"Mr. {marked('p_F1', 'Fern')} met.{note.format('Oar; Bela Fern, Pilot.')}", {}),
            (f"Ada Birch met Captain {birch}.", {}),
            (f"{marked('p_B2', 'Ada Birch')} met Mr. {birch}.", {"Ada Birch": "p_B2"}),
            (f"Ada Birch met Mr. {birch}; Maro Birch left.", {"Birch": "p_B1"}),
            (f"Ada Birch met Master {birch}.", {"Birch": "p_B1"}),
            (f"Mr. {birch} met us. That Birch rows is new, that he met us not.", {"Birch": "p_B1"}),
        ):
            with self.subTest(text):
                more = entries(
                    ("p_TT1", "Ton That Nam", "Master"), ("p_F1", "Fern, Ada B.", "Cook")
                )
                self.assertEqual(terms_of(text, terms=more), explained)

    def test_what_is_named_after_others_is_no_person(self):
        terms = entries(
            ("p_J2", "Johnson, Ada", "Rower"),
            ("p_J3", "Hoover, Ada", "Vice President; thereafter President"),
            ("p_S2", "Sole, Ada", "Democratic Senator from Harbor"),
            ("p_B3", "Black, Ada", "Banker"),
            ("p_Y2", "Ran, Mi-su", "Minister"),
            ("p_DD1", "Deel, B. Douglas", "Minister"),
            ("p_DD2", "Douglas, Ada", "Rower"),
        )
        johnson, hoover = marked("p_J2", "Johnson"), marked("p_J3", "Hoover")
        sole, ran = marked("p_S2", "Sole"), marked("p_Y2", "Ran")
        black, white = marked("p_B3", "Black"), marked("p_W1", "White")
        for text, explained in (
            (f"The {johnson} Administration paid.", {}),
            (f"The {johnson} paper.", {"Johnson": "p_J2"}),
            (f"The {hoover} Administration paid.", {"Hoover": "p_J3"}),
            (f"President Johnson paid; the Fog–{johnson} letters.", {}),
            (f"The {johnson} Amendment passed.", {}),
            (f"The {sole} Amendment passed.", {"Sole": "p_S2"}),
            (f"The {sole} Foundation paid.", {}),
            (f"In {black} Africa and the {white} House.", {}),
            (f"Minister {ran} Bo-la met.", {}),
            (f"Minister {ran} Mi-su met.", {"Ran": "p_Y2"}),
            (f"Minister {ran} met.", {"Ran": "p_Y2"}),
            (f"{marked('p_DD2', 'Douglas')} Deel signed.", {}),
            (f"{marked('p_DD2', 'Douglas')} signed.", {"Douglas": "p_DD2"}),
        ):
            with self.subTest(text):
                self.assertEqual(terms_of(text, terms=terms), explained)

    def test_words_that_are_part_of_another_term_are_no_name(self):
        terms = entries(
            ("p_G1", "Grant, Maro", "Master"),
            ("p_M1", "Minh", "General"),
            ("p_C1", "Christian, Maro", "Master"),
        )
        for text, explained in (
            (f"A Development {marked('p_G1', 'Grant')} came.", {}),
            (f"General {marked('p_G1', 'Grant')} came.", {"Grant": "p_G1"}),
            (f"The Viet {marked('p_M1', 'Minh')} came.", {}),
            (f"The {marked('p_C1', 'Christian')} Science Courier came.", {}),
            (f"{marked('p_C1', 'Christian')} came.", {"Christian": "p_C1"}),
        ):
            with self.subTest(text):
                self.assertEqual(terms_of(text, terms=terms), explained)

    def test_an_entry_that_refers_to_another_is_explained_by_that_one(self):
        for key, words, explained in (
            ("p_KEM1", "Kem", {"Kem": "p_K1"}),
            ("p_GOL1", "Gol", {"Gol": "p_GOL1"}),
        ):
            with self.subTest(key):
                self.assertEqual(terms_of(marked(key, words), terms=ASIANS), explained)
        note = f"Fees.<note>General {marked('p_KEM1', 'Kem')} met.</note>"
        xml = volume(document(f"{HEAD}{DATELINE}<p>{note}</p>"), terms=f"<list>{ASIANS}</list>")
        (link,) = read(xml)[0].edition["notes"][0]["links"]
        self.assertEqual(link["to"], "#p_K1")

    def test_an_abbreviation_of_the_list_keeps_its_capitals_in_a_title(self):
        terms = "".join(
            f"<item><term xml:id='t_{name}1'>{name}</term>, Board</item>" for name in ("HAB", "AID")
        )
        for subject, title in (
            ("AID OF HAB TO TOLU", "Aid of HAB to Tolu"),
            ("CHABAN ON HABIT", "Chaban on Habit"),
        ):
            with self.subTest(subject):
                text = f"{HEAD}{DATELINE}<p>SUBJECT: {subject}</p><p>1. FEES ARE PAID.</p>"
                (cable,) = read(volume(document(text), terms=f"<list>{terms}</list>"))
                named = frozenset(row[0] for row in cable.edition.get("terms", ()))
                self.assertEqual(title_case(cable.subject, named), title)

    def test_letters_inside_a_word_are_no_term(self):
        terms = "<list><item><term xml:id='t_{0}'>{0}</term>, Harbor Master</item></list>"
        for name, text, told in (
            ("U", "Ships of the {}SG came.", False),
            ("R", "A senator ({}.I.) came.", False),
            ("IO", "By rad{} from Lima.", False),
            ("U", "See {} for fees.", True),
            ("R", "Rell is in {}. Quay came.", True),
            ("SVN", "Ships of {}am came.", True),
            ("ICBM", "{}s and {}S’ came.", True),
            ("IO", "Dep{} came.", True),
            ("FonMin", "Acting {}Rell came.", True),
        ):
            with self.subTest(text):
                gloss = f"<gloss target='#t_{name}'>{name}</gloss>"
                body = f"{HEAD}{DATELINE}<p>{text.replace('{}', gloss)}</p>"
                (cable,) = read(volume(document(body), terms=terms.format(name)))
                self.assertEqual("terms" in cable.edition, told)

    def test_a_term_that_the_list_has_twice_has_both_meanings(self):
        terms = entries(
            ("t_GOR1", "GOR", "Government of Roa"),
            ("t_GOR2", "GOR", "Government of Rin"),
            ("t_HAB1", "HAB", "Board"),
            ("t_HAB2", "HAB", "Board"),
        )
        for key, words, told in (
            ("t_GOR1", "GOR", "GOR, Government of Roa; Government of Rin"),
            ("t_HAB1", "HAB", "HAB, Board"),
        ):
            with self.subTest(words):
                text = f"{HEAD}{DATELINE}<p>To <gloss target='#{key}'>{words}</gloss>.</p>"
                (cable,) = read(volume(document(text), terms=f"<list>{terms}</list>"))
                self.assertEqual([row[1] for row in cable.edition["terms"]], [told])

    def test_usa_is_an_army_only_behind_a_name_with_a_rank(self):
        terms = entries(("t_USA1", "USA", "United States Army"))
        for before, told in (
            ("General Ada B. Rell, ", True),
            ("Rell<lb/>Lt. Col., ", True),
            ("Rell, Brigadier General ", True),
            ("The General Assembly met in the ", False),
            ("Fees of Roa and the ", False),
            ("Built in ", False),
            ("Lima, ", False),
        ):
            with self.subTest(before):
                text = f"{before}<gloss target='#t_USA1'>USA</gloss> fees."
                self.assertEqual("USA" in terms_of(text, terms=terms), told)

    def test_a_letter_of_a_longer_term_or_of_a_name_is_no_term(self):
        terms = "".join(
            f"<item><term xml:id='t_{key}'>{name}</term>, Office</item>"
            for key, name in (("S", "S"), ("SS", "S/S"), ("SAL", "S/AL"), ("U", "U"))
        )
        terms += "<item><persName xml:id='p_1'>Rell, U</persName>, Master</item>"
        for key, text, told in (
            ("S", "Approved in {}/S.", False),
            ("S", "Approved in S/{} today.", False),
            ("S", "Approved in {}/P.", True),
            ("S", "Approved in {}/AL.", True),
            ("S", "Approved in {} today.", True),
            ("U", "Secretary-General {} Rell came.", False),
            ("U", "Secretary-General {} Quay came.", True),
        ):
            with self.subTest(text):
                gloss = f"<gloss target='#t_{key}'>{key}</gloss>"
                body = f"{HEAD}{DATELINE}<p>{text.replace('{}', gloss)}</p>"
                (cable,) = read(volume(document(body), terms=f"<list>{terms}</list>"))
                self.assertEqual("terms" in cable.edition, told)

    def test_an_office_of_another_agency_is_no_term_of_the_list(self):
        terms = (
            "<item><term xml:id='t_D1'>D</term>, Democrat; Office of Fees</item>"
            "<item><term xml:id='t_GC1'>GC</term>, Office of the General Counsel</item>"
            "<item><term xml:id='t_ISA1'>ISA</term>, Iron Ships of Asia</item>"
        )
        for text, told in (
            ("Drafted by Rell (ACDA/<gloss target='#t_D1'>D</gloss>).", False),
            ("Drafted by Rell (ACDA/<gloss target='#t_GC1'>GC</gloss>).", True),
            ("Drafted by Rell (OASD/<gloss target='#t_ISA1'>ISA</gloss>).", False),
            ("Drafted by Rell (<gloss target='#t_ISA1'>ISA</gloss>).", True),
            ("Files: Lot 71 <gloss target='#t_D1'>D</gloss> 12.", False),
            ("Rell (<gloss target='#t_D1'>D</gloss>) came.", True),
        ):
            with self.subTest(text):
                self.assertEqual(bool(terms_of(text, terms=terms)), told)

    def test_letters_of_a_file_number_are_no_term(self):
        terms = (
            "<item><term xml:id='t_S1'>S</term>, Secretary</item>"
            "<item><term xml:id='t_POL1'>POL</term>, oil</item>"
            "<item><term xml:id='t_MC1'>MC</term>, memorandum</item>"
        )
        pol, south = "<gloss target='#t_POL1'>POL</gloss>", "<gloss target='#t_S1'>S</gloss>"
        mc = "<gloss target='#t_MC1'>MC</gloss>"
        for text, explained in (
            (f"See {pol} 15 {south} VIET.", {}),
            (f"See POL 15 {south} VIET.", {}),
            (f"See {pol} 32-4 VIET.", {}),
            (f"We need {pol} soon.", {"POL": "t_POL1"}),
            (f"We need {pol} 15 times.", {"POL": "t_POL1"}),
            (f"Paper {mc}/60 came.", {"MC": "t_MC1"}),
            (f"File 790.5–{mc}/10–553 came.", {}),
            (f"File 790.5 {mc}/12 came.", {}),
            (f"File 501.{mc}\n Kelp/9–448 came.", {}),
            (f"In 501 {mc} Kelp came.", {"MC": "t_MC1"}),
        ):
            with self.subTest(text):
                self.assertEqual(terms_of(text, terms=terms), explained)
                noted = f"Fees.<note>{text}</note>"
                xml = volume(
                    document(f"{HEAD}{DATELINE}<p>{noted}</p>"), terms=f"<list>{terms}</list>"
                )
                links = read(xml)[0].edition["notes"][0].get("links", [])
                self.assertEqual([each["to"][1:] for each in links], [*explained.values()])


class LinksAboveTests(TestCase):
    def test_persons_in_the_heading_are_linked_and_explained(self):
        head = (
            f"<head>1. Letter From the Envoy ({marked('p_R1', 'Rell')}) to President"
            f" {marked('p_Q1', 'Quay')}<note n='1'>Fees.</note></head>"
            f"<note type='summary'>{marked('p_B1', 'Birch')} paid.</note>"
        )
        xml = volume(
            document(f"{head}{DATELINE}<p>{marked('p_Q1', 'Quay')} came.</p>"),
            terms=f"<list>{TERMS}</list>",
        )
        edition = read(xml)[0].edition
        found = {
            name: [(edition[name][each["start"] : each["end"]], each["to"]) for each in links]
            for name, links in edition["row_links"].items()
        }
        rell, quay = ("Rell", "#p_R1"), ("Quay", "#p_Q1")
        self.assertEqual(
            found,
            {
                "heading": [rell, quay],
                "from": [rell],
                "to": [quay],
                "summary": [("Birch", "#p_B1")],
            },
        )
        terms = [(words, key, at) for words, _, key, at in edition["terms"]]
        self.assertEqual(
            terms, [("Quay", "p_Q1", "Quay"), ("Rell", "p_R1", ""), ("Birch", "p_B1", "")]
        )

    def test_the_sender_in_the_heading_is_nobody_who_has_other_given_names_than_the_signature(self):
        head = f"<head>1. Letter From the Envoy ({marked('p_R1', 'Rell')}) to Mr. Quay</head>"
        for signed, explained in (
            ("Ada B. Rell", False),
            ("[ADA RELL]", False),
            ("A.B.R.", False),
            ("M.B.R.", True),
            ("A.B.Q.", True),
            ("Ambassador Rell", True),
            ("M. B. Rell", True),
            ("Rell", True),
            ("Ada Birch", True),
        ):
            with self.subTest(signed):
                text = f"{head}{DATELINE}<p>Fees.</p><closer><signed>{signed}</signed></closer>"
                edition = read(volume(document(text), terms=f"<list>{TERMS}</list>"))[0].edition
                self.assertEqual("from" in edition.get("row_links", {}), explained)
                self.assertEqual("terms" in edition, explained)


class ShownNameTests(TestCase):
    def test_a_term_is_explained_only_where_its_volume_marks_it(self):
        text = "Rin Van Kem met. Later Kem left, and Kem came."
        for told, term, starts in (
            ("where it is marked", ["Kem", "General", "p_K1", "Rin Van Kem met. Later Kem"], [23]),
            ("above the text", ["Kem", "General", "p_K1", ""], []),
            ("its place is not found", ["Kem", "General", "p_K1", "They saw Kem"], [8]),
        ):
            with self.subTest(told):
                terms = find_margins({"terms": [term]}, segment(text)).terms.values()
                self.assertEqual([start for each in terms for start, _, _ in each], starts)

    def test_a_name_is_explained_where_it_does_not_stand_behind_the_title_of_a_woman(self):
        text = "Mrs. Rell met. Rell did not."
        edition = {"terms": [["Rell", "Rell, Maro, Master"]]}
        (((start, _, _),),) = find_margins(edition, segment(text)).terms.values()
        self.assertEqual(start, text.rindex("Rell"))
