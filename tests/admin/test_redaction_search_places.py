"""The places of a match at the desk: single ones, other senses, the text around them, all."""

import re
from html import unescape
from unittest import mock

from cables.admin.redaction_search.chosen_matches import without_marks
from cables.models import Cable, Redaction
from tests.admin.test_redaction_searches import NAME, RedactionSearchTests
from tests.builders import withhold
from tests.opened import form_of
from tests.source_files import csv_record
from tests.working import work

CONTEXT = "word " * 60


class SinglePlaceTests(RedactionSearchTests):
    """A word is accepted at some of its places."""

    TEXT = "1. Miss Grew left.\n2. The incident grew out of it.\n3. MISS GREW came back."

    def find(self):
        self.load(csv_record("09ROME900041", text=self.TEXT))
        search = self.start("Grew")
        self.match = search.matches.get()
        self.token = self.review(search).context["groups"][0][1][0].token
        return search

    def choose(self, search, ticks, decision="", **more):
        key = self.match.pk
        values = {f"match-{key}": decision, f"was-{key}": self.token, f"place-{key}": ticks}
        page = self.review(search, "?decision=all", **values, save="Save", **more)
        self.match.refresh_from_db()
        return page

    def test_ticked_places_are_redacted_and_no_other_and_come_back(self):
        search = self.find()
        page = self.review(search)
        self.assertContains(page, "with the word before: “Miss Grew” (2 of the places)")
        page = self.choose(search, ["0-before"])
        self.assertEqual((self.match.decision, self.match.longer), ("accepted", ["Miss Grew"]))
        self.assertContains(page, "Only these words are redacted: “Miss Grew”.")
        before = Cable.objects.get(reference="09ROME900041").body
        self.decide(search)
        work()
        body = Cable.objects.get(reference="09ROME900041").body
        self.assertNotRegex(body, "(?i)miss grew")
        self.assertIn("The incident grew out of it.", body)
        self.match.refresh_from_db()
        self.assertEqual(self.match.longer, [])
        self.decide(search, "undo", "It was a mistake.")
        work()
        self.assertEqual(Cable.objects.get(reference="09ROME900041").body, before)
        self.assertFalse(Redaction.objects.exists())

    def test_a_form_with_a_single_place_is_hidden_with_its_rank(self):
        self.load(csv_record("09ROME900043", text="We met General Grew at noon."))
        search = self.start("Grew")
        page = self.review(search)
        self.assertContains(page, '<details class="places">')
        self.assertContains(page, "with the word before: “General Grew”")
        self.match = search.matches.get()
        self.token = ""
        page = self.choose(search, ["0-before"])
        self.assertContains(page, '<details class="places" open>')
        self.decide(search)
        work()
        body = Cable.objects.get(reference="09ROME900043").body
        self.assertIn("We met [redacted] at noon.", body)

    def test_ticks_and_decision_of_a_match_go_together(self):
        search = self.find()
        for was, ticks, decision, stored in (
            ("", ["1-behind", "nonsense"], "", ("accepted", ["grew out"])),
            ("accepted 1-behind", ["1-behind"], "rejected", ("rejected", [])),
            ("rejected", ["0-before"], "rejected", ("accepted", ["Miss Grew"])),
            ("accepted 0-before", [], "accepted", ("accepted", [])),
            ("accepted", ["0-before"], "accepted", ("accepted", ["Miss Grew"])),
            ("accepted 0-before", ["0-before"], "", ("", [])),
        ):
            with self.subTest(was=was, ticks=ticks, decision=decision):
                self.token = was
                self.choose(search, ticks, decision)
                self.assertEqual((self.match.decision, self.match.longer), stored)

    def test_other_places_chosen_meanwhile_stay(self):
        search = self.find()
        search.matches.update(decision="accepted", longer=["grew out"])
        page = self.choose(search, ["0-before"])
        self.assertContains(page, "1 not stored: somebody else decided on them meanwhile.")
        self.assertEqual(self.match.longer, ["grew out"])

    def test_a_decision_on_many_leaves_single_places(self):
        search = self.find()
        self.choose(search, ["0-before"])
        address = self.address(search, "forms") + "?decision=all"
        page = self.client.get(address)
        line = page.context["page"][0]
        self.client.post(address, form_of(page) | {"several": f"reject line {line.first}"})
        self.match.refresh_from_db()
        self.assertEqual(self.match.decision, "accepted")

    def test_other_places_meanwhile_are_seen_before_the_redaction(self):
        search = self.find()
        self.choose(search, ["0-before"])
        address = self.address(search, "decide")
        values = form_of(self.client.get(address)) | {"reason": "A witness."}
        search.matches.update(longer=["grew out"])
        self.assertContains(self.client.post(address, values), "Somebody decided on matches")
        self.assertEqual(work(), [])


class OtherSensesTests(RedactionSearchTests):
    """A form stands in the same cable where it hardly is the name."""

    def find(self, text):
        self.load(csv_record("09ROME900042", text=text))
        search = self.start("Roberta Grew")
        return search, search.matches.get(form="Grew")

    def test_accepting_a_form_leaves_the_places_with_another_sense(self):
        search, match = self.find(
            "1. Roberta Grew left.\n2. The incident grew out of it.\n3. Miss Grew came. Mrs. Grew."
        )
        self.assertEqual((match.count, match.longer), (3, []))
        self.assertEqual(match.default_longer, ["Miss Grew", "Mrs Grew"])
        self.assertContains(
            self.review(search), "Accepting it redacts “Miss Grew”, “Mrs Grew”, unless you tick"
        )
        search.matches.update(decision="accepted")
        self.decide(search)
        work()
        body = Cable.objects.get(reference="09ROME900042").body
        self.assertIn("The incident grew out of it.", body)
        self.assertNotRegex(body, "Miss|Mrs|Roberta|Grew")
        match.refresh_from_db()
        self.assertEqual(match.default_longer, [])

    def test_ticked_places_come_before(self):
        search, match = self.find(
            "1. Roberta Grew left.\n2. The incident grew out of it.\n3. Miss Grew came."
        )
        search.matches.filter(pk=match.pk).update(longer=["grew out"], decision="accepted")
        match.refresh_from_db()
        self.assertEqual(match.words_to_redact, ["grew out"])

    def test_without_a_phrase_that_keeps_them_all_places_are_listed_and_redacted(self):
        _search, match = self.find("1. Roberta Grew left.\n2. Miss Grew\n3. miss grew")
        self.assertEqual((match.count, match.default_longer), (2, []))
        self.assertEqual(match.words_to_redact, ["Grew"])


class ContextTests(RedactionSearchTests):
    def test_matches_have_160_characters_on_each_side_and_forms_50(self):
        text = f"{CONTEXT}General {NAME} left. {CONTEXT}"
        self.load(csv_record("09ROME900051", text=f"1. Nothing.\n2. {text}"))
        search = self.start(references="09ROME900051")
        page = self.review(search)
        place = page.context["groups"][0][1][0].shown_places[0]
        self.assertEqual(place["name"], "paragraph 2")
        before, words, behind = place["context"]
        self.assertEqual([len(before), words, len(behind)], [160, NAME, 160])
        self.assertTrue(before.endswith("word General "))
        line = self.client.get(self.address(search, "forms")).context["page"][0]
        self.assertEqual(
            [(len(each.before), len(each.behind)) for each in line.examples], [(50, 50)]
        )

    def test_no_marks_of_an_edition_stand_around_the_words(self):
        self.load(csv_record("09ROME900052", text=f"1. General {NAME} left."))
        search = self.start(references="09ROME900052")
        around = "t_HB1 par3 Consul p_KRT1 ", " #p_KHA1 d4fn2 comp1 2026-12-01T03:51:16+00:00 said"
        for name, marks in (("facts of version 1", 0), ("par1", 8)):
            place = [name, around[0], f"{NAME} t_HB1", f"{around[1]} {'ab' * 32}", ""]
            search.matches.update(places=[place])
            shown = without_marks(place)
            with self.subTest(name):
                self.assertEqual(shown[2], f"{NAME} t_HB1", "The words are never changed.")
                words = f"{shown[1]} {shown[3]}".split()
                self.assertEqual(len(words), 2 + marks)
                self.assertLessEqual({"Consul", "said"}, set(words))
                self.assertEqual("par3" in self.review(search).content.decode(), bool(marks))
                page = self.client.get(self.address(search, "forms")).content.decode()
                self.assertEqual("p_KRT1" in page, bool(marks))

    def test_all_places_of_a_form_are_shown_by_a_link(self):
        numbered = [f"{number}. {CONTEXT}{NAME} did deed{number}." for number in range(1, 13)]
        self.load(csv_record("09ROME900053", text="\n".join(numbered)))
        search = self.start(references="09ROME900053")
        page = self.review(search)
        self.assertContains(page, "The first 8 of 12 places are shown.")
        self.assertNotContains(page, "deed9")
        link = re.search(r'href="([^"]*)#match-\d+">Show all', page.content.decode())[1]
        page = self.review(search, unescape(link))
        self.assertNotContains(page, "Show all")
        self.assertContains(page, "All places are shown", 1)
        for number in range(1, 13):
            self.assertContains(page, f" did deed{number}.", 1)
        cable = Cable.objects.get(reference="09ROME900053")
        withhold(cable)
        self.client.force_login(self.other)
        self.assertNotContains(self.review(search, unescape(link)), "deed")

    def test_each_place_of_a_repeated_passage_is_shown_once(self):
        deeds = [f"After deed{number} {'word ' * 20}{NAME} left. {CONTEXT}" for number in range(10)]
        texts = {
            "the passage repeated": (f"1. {''.join(deeds)}", 8, 10),
            "all of it the same": (f"1. {f'{CONTEXT}{NAME} left. ' * 10}{CONTEXT}", 8, 10),
            "at the end too": (f"1. {CONTEXT}{NAME} left. {CONTEXT}{NAME} left.", 2, 2),
        }
        for number, (name, (text, stored, count)) in enumerate(texts.items()):
            self.load(csv_record(f"09ROME90006{number}", text=text))
            search = self.start(references=f"09ROME90006{number}")
            with self.subTest(name):
                pages = {"": stored, f"?places={search.matches.get().pk}": count}
                for query, places in pages.items():
                    page = self.review(search, query)
                    self.assertContains(page, f"<mark>{NAME}</mark> left.", places)
                    for deed in range(places if "deed" in text else 0):
                        self.assertContains(page, f"After deed{deed} ", 1)
                last = page.context["groups"][0][1][0].shown_places[-1]["context"]
                self.assertEqual(last[2].strip() == "left.", name == "at the end too")

    def test_all_places_include_those_where_the_words_stand_in_a_longer_name(self):
        numbered = [f"{number}. {CONTEXT}Rossilante did deed{number}." for number in range(1, 13)]
        numbered.append(f"13. {CONTEXT}{NAME} did deed13.")
        self.load(csv_record("09ROME900054", text="\n".join(numbered)))
        search = self.start(references="09ROME900054")
        match = search.matches.get(form="Rossilante")
        self.assertEqual(match.count, 12)
        page = self.review(search, f"?kind={match.kind}&places={match.pk}")
        for number in range(1, 14):
            self.assertContains(page, f"<mark>Rossilante</mark> did deed{number}.", 1)
        self.assertEqual(search.matches.count(), 2)

    def test_a_text_that_is_sealed_now_is_not_read_for_those_who_may_not_see_it(self):
        text = f"{CONTEXT}SECRETWORD {'near ' * 20}{NAME} left."
        self.load(csv_record("09ROME900052", text=text))
        search = self.start(references="09ROME900052")
        self.assertContains(self.review(search), "SECRETWORD")
        withhold(Cable.objects.get(reference="09ROME900052"))
        self.assertContains(self.review(search), "SECRETWORD")
        self.client.force_login(self.other)
        self.assertNotContains(self.review(search), "SECRETWORD")

    def test_pages_are_chosen_by_size_and_number(self):
        search = self.start()
        with mock.patch("cables.admin.redaction_search.chosen_matches.PAGE_SIZES", (1, 2)):
            for query, number, rows in (
                ("", 1, 1),
                ("?p=3", 3, 1),
                ("?p=99", 4, 1),
                ("?per=2&p=2", 2, 2),
                ("?per=500", 1, 1),
            ):
                with self.subTest(query):
                    page = self.review(search, query).context["page"]
                    self.assertEqual((page.number, len(page.object_list)), (number, rows))
            self.assertContains(self.review(search, "?p=2"), 'href="?p=3" rel="next"')
            link = 'href="?kind=exact&amp;p=2" rel="next"'
            self.assertContains(self.review(search, "?kind=exact"), link)
