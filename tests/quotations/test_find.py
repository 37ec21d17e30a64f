"""Finding a quotation in all published texts."""

from unittest import mock

from cables.models import Cable, Word
from cables.publication.document_frequencies import count_words
from cables.quotations import candidates, find
from cables.quotations.find import TOO_COMMON, find_quotation
from cables.quotations.quotation import read_quotation
from cables.search.timeouts import TooSlow
from tests.base import TestCase
from tests.builders import make_cable, make_cables, make_version, withhold

BODY = """\
1. (U) The harbor master of the northern quay raised all landing fees twice within a single week.

2. (SBU) Shippers complained to the ministry, which had asked nobody before it signed the decree."""
OLD = "1. (U) The harbor master of the northern quay lowered some landing fees once within a month."
OTHER = "1. (U) The fisheries council met in Tromso and adopted a quota for herring without debate."


def search(words, asked=None):
    return find_quotation(read_quotation(words), asked)


class TraceTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable("06BERLIN900001", body=BODY, subject="LANDING FEES RAISED IN HASTE")
        cls.other = make_cable("06OSLO900002", body=OTHER, subject="HERRING QUOTA")
        make_version(cls.cable, body=OLD, subject="LANDING FEES")
        cls.cable.refresh_from_db()
        count_words()

    def check(self, words, verdict, reference="", version=None, asked=None):
        found = search(words, asked)
        self.assertEqual(found.verdict, verdict)
        if reference:
            self.assertEqual(found.best.cable.reference, reference)
        if version:
            self.assertEqual(found.best.number, version)
        return found

    def test_it_is_found_in_any_cable(self):
        self.check("adopted a quota for herring without debate", "exact", "06OSLO900002", 1)

    def test_the_current_text_is_preferred_to_superseded_ones(self):
        self.check("The harbor master of the northern quay", "exact", "06BERLIN900001", 2)

    def test_a_superseded_text_is_confirmed(self):
        words = "the northern quay lowered some landing fees once within a month"
        for asked in (None, self.cable, self.other):
            with self.subTest(asked=asked):
                found = self.check(words, "exact", "06BERLIN900001", 1, asked)
                self.assertEqual(found.best.superseded.number, 1)

    def test_an_altered_quotation_is_found(self):
        found = self.check(
            "Merchants complained to the parliament, which had asked nobody before it signed",
            "altered",
            "06BERLIN900001",
        )
        self.assertEqual(len(found.best.comparison.differences), 2)

    def test_an_unknown_word_does_not_prevent_a_match(self):
        self.check("adopted a xylophone for herring without debate", "altered", "06OSLO900002")

    def test_a_word_hyphenated_at_a_line_end_does_not_prevent_a_match(self):
        body = (
            "1. The delegation left.  Its reser-\nvations about the Sicilian customs treaty stay."
        )
        make_cable("06ROME900003", body=body)
        count_words()
        words = "Its reservations about the Sicilian customs treaty stay."
        self.check(words, "exact", "06ROME900003")

    def test_the_cited_cable_comes_first(self):
        twin = make_cable("06ROME900004", body=OTHER)
        words = "adopted a quota for herring without debate"
        for cable in (self.other, twin):
            found = self.check(words, "exact", cable.reference, asked=cable)
            self.assertEqual(len(found.found), 1)

    def test_it_is_found_in_another_cable_than_the_cited_one(self):
        words = "adopted a quota for herring without debate"
        found = self.check(words, "exact", "06OSLO900002", asked=self.cable)
        self.assertIsNone(found.there)
        changed = (
            "The harbor master of the northern quay raised no landing fees twice within a week"
        )
        twin = make_cable("06ROME900005", body=f"1. {changed}.")
        found = self.check(changed, "exact", "06ROME900005", asked=self.cable)
        self.assertEqual(found.there.comparison.verdict, "altered")
        self.assertEqual(found.best.cable, twin)

    def test_each_cable_that_has_it_is_listed(self):
        make_cable("06ROME900006", body=OTHER)
        found = self.check("adopted a quota for herring without debate", "exact")
        references = {each.cable.reference for each in found.found}
        self.assertEqual(references, {"06OSLO900002", "06ROME900006"})

    def test_the_subject_and_the_lines_to_are_searched(self):
        found = self.check("Landing fees raised in haste", "exact", "06BERLIN900001")
        self.assertEqual(found.best.comparison.spans[0].id, "subject")
        header = "FM AMEMBASSY OSLO\nTO RUEHC/SECSTATE WASHDC 4711\nINFO RUEHZZ/ARCTIC COLLECTIVE"
        Cable.objects.filter(pk=self.other.pk).update(header=header)
        found = self.check("SECSTATE WASHDC 4711 INFO RUEHZZ/ARCTIC COLLECTIVE", "exact")
        self.assertEqual(found.best.comparison.spans[0].id, "header")

    def test_a_withheld_text_is_never_found(self):
        for words in (
            "Shippers complained to the ministry, which had asked nobody",
            "the northern quay lowered some landing fees once within a month",
        ):
            with self.subTest(words):
                self.check(words, "exact")
        withhold(self.cable, "Somebody is in danger.")
        for words in (
            "Shippers complained to the ministry, which had asked nobody",
            "the northern quay lowered some landing fees once within a month",
            "Landing fees raised in haste",
        ):
            with self.subTest(words):
                self.assertEqual(search(words).found, [])

    def test_a_sentence_in_no_cable_is_not_found(self):
        self.check("a purple submarine sang lullabies beneath Vienna", "not found")

    def test_common_words_are_too_common_only_where_they_stand_in_a_row(self):
        self.check("and it was as they had been before", "not found")
        self.check("[and it was as they had been before]", "not found")
        make_cable("06ROME900008", body="1. And it was as they had been before it.")
        self.check("and it was as they had been before", TOO_COMMON)

    def test_the_search_stops_when_its_time_is_up(self):
        slow = mock.Mock(side_effect=TooSlow)
        with mock.patch("cables.quotations.candidates.find_superseded", slow):
            self.check("nobody ever lowered a quota on the quay", TOO_COMMON)

    def test_more_cables_than_can_be_compared_set_more(self):
        with mock.patch.object(find, "MOST_COMPARED", 1):
            make_cable("06ROME900007", body=OTHER)
            found = self.check("adopted a quota for herring without debate", "exact")
            self.assertTrue(found.more)

    def test_common_words_are_searched_as_a_phrase(self):
        many = [f"06PARIS9{number:05}" for number in range(candidates.MOST_READ + 5)]
        make_cables(
            many, body="1. Quota, debate, herring and council: adopted in Tromso, fisheries."
        )
        count_words()
        self.check("adopted a quota for herring without debate", "exact", "06OSLO900002")
        found = self.check("council: adopted in Tromso, fisheries", "exact")
        self.assertTrue(found.more)

    def test_missing_word_counts_do_not_prevent_a_match(self):
        Word.objects.all().delete()
        self.check("adopted a quota for herring without debate", "exact", "06OSLO900002")
        self.check("adopted a quota for salmon without debate", "altered", "06OSLO900002")
