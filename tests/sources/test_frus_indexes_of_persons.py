"""The index of a volume leads only to documents that name the person (F-13)."""

from unittest import TestCase

from tests.sources.test_frus_explained_names import TERMS, marked
from tests.sources.test_frus_markup import DATELINE, HEAD, document, read, volume

INDEX = "<back><div xml:id='index'><list>{}</list></div></back></text>"


def named(texts, *entries, terms=""):
    """Return {document: keys} of a volume with these documents, each on a page of its own."""
    documents = (
        document(f"{HEAD}{DATELINE}<pb n='{at}' xml:id='pg_{at}'/><p>{text}</p>", name=f"d{at}")
        for at, text in enumerate(texts, 1)
    )
    xml = volume(*documents, terms=f"<list>{TERMS}{terms}</list>")
    items = "".join(f"<item>{entry}</item>" for entry in entries)
    read_again = read(xml.replace("</text>", INDEX.format(items)))
    return {each.edition["document"]: each.edition.get("indexed", []) for each in read_again}


def pages(*numbers):
    return ", ".join(f"<ref target='#pg_{each}'>{each}</ref>" for each in numbers)


class IndexedPersonTests(TestCase):
    def test_the_only_document_of_a_page_counts_only_if_it_names_the_person(self):
        for text, counts in (
            ("Fees rose.", False),
            ("He saw Rell.", True),
            ("He saw the Rells.", True),
            ("He saw Rel.", True),  # Misspelt.
            (f"He saw {marked('p_R1', 'him')}.", True),
            ("Fees rose.<note n='1'>By Rell.</note>", True),
            ("He saw a rell.", False),
        ):
            with self.subTest(text):
                found = named([f"<hi>Fees</hi> fell. {text}"], f"Rell, Maro, {pages(1)}")
                self.assertEqual("p_R1" in found["d1"], counts)

    def test_other_spellings_in_parentheses_need_not_stand_there(self):
        terms = "<item><persName xml:id='p_O1'>Oar (Oare, Ohr), Ada</persName>, Rower</item>"
        found = named(["She saw Oar."], f"Oar, Ada, {pages(1)}", terms=terms)
        self.assertEqual(found["d1"], ["p_O1"])

    def test_a_document_that_the_index_names_by_its_number_counts(self):
        found = named(["Fees."], "Rell, Maro, <ref target='#d1'>1</ref>")
        self.assertEqual(found["d1"], ["p_R1"])

    def test_numbers_of_documents_are_none_of_pages_if_the_index_says_so(self):
        note = "<p><hi>References are to document numbers</hi></p>"
        texts = ["Fees.", "Rell came.", "Fees.", f"Mr. {marked('p_B2', 'Birch')} came."]
        documents = (
            document(
                f"{HEAD}{DATELINE}<pb n='{5 - at}' xml:id='pg_{5 - at}'/><p>{text}</p>",
                name=f"d{at}",
            )
            for at, text in enumerate(texts, 1)
        )
        xml = volume(*documents, terms=f"<list>{TERMS}</list>")
        items = (
            f"<item>Rell, Maro, {pages(1)}–{pages(3)}</item><item>Birch, Maro, {pages(4)}</item>"
        )
        for head, named_in in (
            (note, {"d1": ["p_R1"], "d2": ["p_R1"], "d3": ["p_R1"], "d4": ["p_B1"]}),
            ("<p>Fees.</p>", {"d2": ["p_R1"]}),
        ):
            with self.subTest(head):
                index = INDEX.replace("<list>", f"{head}<list>").format(items)
                made = read(xml.replace("</text>", index))
                found = {each.edition["document"]: each.edition.get("indexed") for each in made}
                self.assertEqual({key: keys for key, keys in found.items() if keys}, named_in)

    def test_of_the_documents_in_a_range_of_pages_those_count_that_name_the_person(self):
        first, last = pages(1), pages(4)
        texts = ["Rell came.", "Fees.", "Rell left.", "Fees."]
        found = named(texts, f"Rell, Maro, {first}–{last}")
        self.assertEqual([each for each, keys in found.items() if keys], ["d1", "d3"])

    def test_a_surname_that_a_document_marks_as_that_of_another_is_not_his(self):
        maro, ada = marked("p_B1", "Birch"), marked("p_B2", "Birch")
        for text, other, keys in (
            (f"Mr. {maro} came.", f"Miss {ada} came.", ["p_B1"]),
            (f"Mr. {maro} and Ada came.", f"Miss {ada} came.", ["p_B1", "p_B2"]),
            (f"Mr. {maro} and Miss {ada} came.", f"Miss {ada} came.", ["p_B1", "p_B2"]),
            ("Mr. Birch came.", f"Miss {ada} came.", ["p_B1", "p_B2"]),
            # She is marked nowhere: the mark may be wrong.
            (f"Mr. {maro} came.", "Fees.", ["p_B1", "p_B2"]),
        ):
            with self.subTest(text, other=other):
                both = (f"Birch, {name}, {pages(1)}" for name in ("Maro", "Ada"))
                self.assertEqual(named([text, other], *both)["d1"], keys)

    def test_one_word_of_a_name_without_a_comma_is_enough(self):
        terms = "<item><persName xml:id='p_D1'>Oan Din Dem</persName>, President</item>"
        terms += "<item><persName xml:id='p_DEM1'>Dem</persName>, see Oan Din Dem</item>"
        for text, counts in (
            ("President Dem came.", True),
            (f"He saw {marked('p_DEM1', 'him')}.", True),
            ("The President came.", False),
        ):
            with self.subTest(text):
                found = named([text], f"Oan Din Dem, {pages(1)}", terms=terms)
                self.assertEqual("p_D1" in found["d1"], counts)

    def test_the_office_in_a_heading_tells_whose_surname_it_is(self):
        terms = (
            "<item><persName xml:id='p_E1'>Elm, Maro</persName>, Under Secretary for Fees</item>"
            "<item><persName xml:id='p_E2'>Elm, Ada</persName>, Counselor of Piers</item>"
        )
        ada = marked("p_E2", "Elm")
        for office, keys in (
            ("Under Secretary for Fees", ["p_E1"]),
            ("Counselor of Piers", ["p_E2"]),
            ("Envoy", ["p_E1", "p_E2"]),
        ):
            with self.subTest(office):
                head = f"<head>1. Letter From the Envoy (Quay) to the {office} (Elm)</head>"
                page = "<pb n='1' xml:id='pg_1'/>"
                first = document(f"{head}{DATELINE}{page}<p>Fees.</p>", name="d1")
                maro, again = marked("p_E1", "Elm"), page.replace("1", "2")
                second = document(f"{again}{HEAD}{DATELINE}<p>{ada} and {maro}.</p>", name="d2")
                xml = volume(first, second, terms=f"<list>{terms}</list>")
                entries = "".join(
                    f"<item>Elm, {name}, {pages(1)}</item>" for name in ("Maro", "Ada")
                )
                edition = read(xml.replace("</text>", INDEX.format(entries)))[0].edition
                self.assertEqual(edition["indexed"], keys)
