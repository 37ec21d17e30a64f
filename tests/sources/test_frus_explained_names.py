"""Words that a volume marks as a person of its list are explained only if they can be he (F-12)."""

from unittest import TestCase

from cables.telegram.paragraphs import segment
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

    def test_a_word_that_is_no_name_is_not_explained(self):
        for text, explained in (
            (f"{marked('p_L1', 'Long')} live democracy!", False),
            (f"{marked('p_L1', 'Long')} lived here.", True),
            (f"An anti-{marked('p_W1', 'white')} mood.", False),
            (f"{marked('p_W1', 'WHITE')} met.", True),
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
            (other, [text, f"Miss {marked('p_B2', 'Ada Birch')}"], True),
            (other.replace("d1", "d2"), [text, "Fees."], True),
        ):
            with self.subTest(index, texts=texts):
                self.assertEqual("terms" in first_of(*texts, index=index), explained)


class ShownNameTests(TestCase):
    def test_a_name_is_explained_where_it_does_not_stand_behind_the_title_of_a_woman(self):
        text = "Mrs. Rell met. Rell did not."
        edition = {"terms": [["Rell", "Rell, Maro, Master"]]}
        (((start, _, _),),) = find_margins(edition, segment(text)).terms.values()
        self.assertEqual(start, text.rindex("Rell"))
