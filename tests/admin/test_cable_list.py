"""The list of cables at the desk as a curator sees it: search, CSV, pasted and saved searches."""

import csv
from io import StringIO
from itertools import product
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from django.contrib.auth.models import Group, User

from cables.admin.cable import cable_list
from cables.models import Change, SavedSearch
from cables.models.roles import ROLES
from cables.search.timeouts import TooSlow
from tests.base import TestCase
from tests.builders import make_cable, make_curator, withhold
from tests.opened import stamps

LIST = "/admin/cables/cable/"
CSV, PASTE, SAVE = (f"{LIST}{name}" for name in ("cables.csv", "pasted/", "saved/"))
SAVED = "/admin/cables/savedsearch/"
ONE, TWO, HIDDEN = "06BERLIN900001", "07ROME900002", "09ROME900004"
# Addresses of the list and its file that could give away a withheld text.
ASKING = [
    *("", "?words=quetzal", "?words=quetzal+or+fees", "?tag=QUETZALS", "?state=withheld"),
    *("?words=tag:QUETZALS", "?words=fees&state=withheld", "?q=the+quetzal", "?q=09ROME900004"),
    *("?words=subject:quetzal", "?words=quetz*", "?action=withheld", "?origin=rome"),
]


class ListTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.people = {}
        for role in ROLES:
            user = cls.people[role] = User.objects.create_user(role.lower(), is_staff=True)
            user.groups.add(Group.objects.get(name=role))
        cls.one = make_cable(ONE, subject="=HARBOR FEES", tags=["EFIS", "PREL"])
        make_cable(TWO, origin="Embassy Rome", subject="LENSES", body="1. The lens was ground.")
        cls.hidden = make_cable(
            HIDDEN,
            subject="THE QUETZAL, PROFITEER",
            body="1. The quetzal paid fees.",
            tags=["QUETZALS", "PROFITEERS"],
        )
        withhold(cls.hidden)

    def enter(self, role):
        self.client.force_login(self.people[role])

    def setUp(self):
        self.enter("Redactor")

    def rows(self, query):
        """Return the cells of the result as CSV, by column."""
        response = self.client.get(f"{CSV}{query}")
        self.assertEqual(response.headers["Content-Type"], "text/csv; charset=utf-8")
        return list(csv.DictReader(StringIO(response.getvalue().decode())))

    def shown(self, query):
        page = self.client.get(f"{LIST}{query}")
        return [str(cable) for cable in page.context["cl"].result_list]


class SearchPageTests(ListTestCase):
    def test_the_form_keeps_what_was_asked(self):
        page = self.client.get(f"{LIST}?words=fees&tag=EFIS&caption=&created_after=2006-01-01")
        self.assertContains(page, 'name="words" value="fees"')
        self.assertContains(page, 'name="tag" value="EFIS"', count=1)
        self.assertContains(page, 'name="created_after" value="2006-01-01"')
        self.assertContains(page, "<details open>", html=False)
        self.assertEqual(self.shown("?words=fees&tag=EFIS&caption="), [ONE])

    def test_filters_are_open_if_one_is_on(self):
        for query, is_open in (("?words=fees&caption=&state=", False), ("?caption=NODIS", True)):
            with self.subTest(query):
                page = self.client.get(f"{LIST}{query}")
                self.assertEqual(page.context["is_narrowed"], is_open)

    def test_readers_filters_without_a_field_stay_in_the_form(self):
        page = self.client.get(f"{LIST}?mark=SBU&mark=U&film=D750089")
        self.assertContains(page, 'name="mark" value="U"')
        self.assertContains(page, 'name="film" id="id_film" value="D750089"')

    def test_a_withheld_cable_has_its_subject_for_those_who_see_it(self):
        for role, may in (("Redactor", True), ("Auditor", True), ("Cataloguer", False)):
            self.enter(role)
            with self.subTest(role):
                page = self.client.get(f"{LIST}?state=withheld")
                self.assertEqual("THE QUETZAL" in page.content.decode(), may)
                self.assertContains(page, HIDDEN)

    def test_a_result_of_words_says_where_they_were_found(self):
        page = self.client.get(f"{LIST}?words=fees+or+quetzal")
        self.assertContains(page, ">Original<", count=1)
        self.assertContains(page, ">Text for readers<", count=1)

    def test_what_cannot_be_applied_is_said_and_nothing_is_listed(self):
        page = self.client.get(f"{LIST}?state=lost&colour=red")
        self.assertContains(page, "State: Select a valid choice")
        self.assertContains(page, "There is no filter &#x27;colour&#x27;")
        self.assertContains(page, "0 cables")
        self.assertNotContains(page, ONE)

    def test_a_page_that_takes_too_long_says_what_to_do(self):
        target = "cables.admin.cable.cable_list.with_sealed_subjects"
        with mock.patch(target, side_effect=TooSlow):
            page = self.client.get(f"{LIST}?words=fees")
        self.assertContains(page, "Narrow it: by an origin, days, a load or rarer words.")
        self.assertNotContains(page, ONE)

    def test_words_are_offered_where_nothing_begins_so(self):
        page = self.client.get(f"{LIST}?q=ground")
        self.assertContains(page, 'href="?words=ground"')

    def test_the_order_by_reference_can_be_turned(self):
        self.assertEqual(self.shown("?o=-1&words=fees+or+lens&state=published"), [TWO, ONE])
        self.assertEqual(self.shown("?o=1&words=fees+or+lens&state=published"), [ONE, TWO])

    def test_nothing_sealed_is_told_to_those_who_may_not_see_it(self):
        for role in ("Cataloguer", "Releaser"):
            self.enter(role)
            for query in ASKING:
                for address in (LIST, CSV):
                    with self.subTest(role, address=address + query):
                        text = self.client.get(address + query).getvalue().decode().upper()
                        self.assertNotIn("PROFITEER", text)

    def test_a_word_of_a_withheld_text_finds_what_no_word_finds(self):
        self.enter("Cataloguer")
        for name in ("words", "tag", "q"):
            with self.subTest(name):
                pages = [
                    self.client.get(LIST, {name: word}).content.decode().replace(word, "")
                    for word in ("quetzals", "xylophag")
                ]
                csrf = [page.split("csrfmiddlewaretoken") for page in pages]
                self.assertEqual(*([part[100:] for part in parts] for parts in csrf))


class CsvTests(ListTestCase):
    def test_the_whole_result_is_a_file_in_its_order(self):
        with mock.patch.object(cable_list, "BATCH", 1):
            rows = self.rows("?o=1")
        self.assertEqual([row["reference"] for row in rows], [ONE, TWO, HIDDEN])
        self.assertEqual(
            rows[0],
            {
                **{"reference": ONE, "state": "published", "subject": "'=HARBOR FEES"},
                **{"created": "2006-03-14T09:26Z", "released": "2012-03-05"},
                **{"classification": "UNCLASSIFIED", "origin": "Embassy Berlin"},
                **{"tags": "EFIS PREL", "collections": ""},
                "address": f"http://testserver/cable/{ONE}/",
                "desk": f"http://testserver{LIST}{self.one.pk}/change/",
            },
        )
        self.assertEqual([row["reference"] for row in self.rows("?words=fees")][:1], [ONE])

    def test_withheld_texts_are_in_the_files_of_those_who_see_them(self):
        for role, subject, tags in (
            *(
                ("Redactor", "THE QUETZAL, PROFITEER", "QUETZALS PROFITEERS"),
                ("Cataloguer", "", ""),
            ),
        ):
            self.enter(role)
            with self.subTest(role):
                [row] = self.rows("?state=withheld")
                self.assertEqual((row["subject"], row["tags"]), (subject, tags))
                self.assertEqual((row["reference"], row["state"]), (HIDDEN, "withheld"))

    def test_a_file_of_what_cannot_be_applied_is_refused(self):
        response = self.client.get(f"{CSV}?state=lost")
        self.assertContains(response, "State: Select a valid choice", status_code=400)

    def test_only_those_who_see_cables_get_it(self):
        self.assertEqual(self.client.post(CSV).status_code, 405)
        self.client.force_login(User.objects.create_user("stranger", is_staff=True))
        self.assertEqual(self.client.get(CSV).status_code, 403)
        self.assertEqual(self.client.post(PASTE).status_code, 403)
        self.assertEqual(self.client.post(SAVE).status_code, 403)


class PasteTests(ListTestCase):
    def paste(self, text, query=""):
        return self.client.post(PASTE, {"references": text, "query": query}, follow=True)

    def test_a_pasted_list_is_found_and_what_is_not_here_is_named(self):
        page = self.paste(f"06 Berlin 0900001\n{HIDDEN}; 08OSLO900009, 7 eggs", "words=fees")
        found = [str(cable) for cable in page.context["cl"].result_list]
        self.assertEqual(sorted(found), [ONE, HIDDEN])
        self.assertContains(page, "Not among the cables (1):")
        self.assertContains(page, "08OSLO900009")
        self.assertContains(page, "Not read as references: 7 eggs")
        self.assertContains(page, "06 Berlin 0900001\n", html=False)
        number = parse_qs(urlsplit(page.redirect_chain[0][0]).query)["pasted"][0]
        self.assertEqual(self.shown(f"?pasted={number}&state=withheld"), [HIDDEN])

    def test_an_empty_list_is_no_filter(self):
        page = self.paste("  \n", "words=lens")
        self.assertEqual(page.redirect_chain[0][0], f"{LIST}?words=lens")

    def test_a_list_that_is_too_long_is_refused(self):
        page = self.paste("x" * 300_001)
        self.assertContains(page, "Paste at most 300,000 characters at a time.")
        self.assertFalse(SavedSearch.objects.exists())

    def test_only_the_latest_lists_of_a_person_are_kept(self):
        with mock.patch("cables.curation.cable_search.MOST_PASTED", 2):
            for number in range(3):
                self.paste(f"06BERLIN{number + 1}")
        kept = SavedSearch.objects.values_list("references", flat=True)
        self.assertEqual(sorted(kept), ["06BERLIN2", "06BERLIN3"])

    def test_nobody_else_has_the_list(self):
        self.paste(ONE)
        self.enter("Auditor")
        page = self.client.get(f"{LIST}?pasted={SavedSearch.objects.get().pk}")
        self.assertContains(page, "This list of references is not here.")


class SavedSearchTests(ListTestCase):
    def save(self, name, query, **values):
        return self.client.post(SAVE, {"name": name, "query": query} | values, follow=True)

    def offered(self, role):
        """Return the names of the saved searches that stand above the list."""
        self.enter(role)
        return [each.name for each in self.client.get(LIST).context["saved_searches"]]

    def test_a_search_is_saved_for_oneself_or_for_all(self):
        page = self.save("Mine", "words=fees&tag=&p=3")
        self.assertContains(page, "The search is saved as Mine.")
        self.save("Ours", "state=withheld", is_shared="yes")
        self.assertEqual(SavedSearch.objects.get(name="Mine").query, "words=fees")
        self.assertEqual(self.offered("Redactor"), ["Mine", "Ours"])
        self.assertEqual(self.offered("Cataloguer"), ["Ours"])
        self.assertContains(self.client.get(LIST), f'href="{LIST}?state=withheld">Ours</a> (for')
        changes = Change.objects.exclude(what="")
        self.assertEqual(
            [each.what for each in changes],
            [f"saved search {SavedSearch.objects.get(name='Ours').pk}"],
        )

    def test_a_pasted_list_is_saved_with_it(self):
        page = self.client.post(PASTE, {"references": ONE, "query": "state=published"}, follow=True)
        self.save("List", page.context["asked"], is_shared="yes")
        saved = SavedSearch.objects.get(name="List")
        self.assertEqual((saved.query, saved.references), ("state=published", ONE))
        self.enter("Cataloguer")
        self.assertContains(self.client.get(LIST), f"?state=published&amp;pasted={saved.pk}")
        self.assertEqual(self.shown(f"?state=published&pasted={saved.pk}"), [ONE])

    def test_a_search_of_words_or_names_is_shown_to_those_alone_who_see_as_much(self):
        roles = (("Auditor", True), ("Cataloguer", False), ("Releaser", False))
        typed = ("words=quetzal", "origin=Quetzal", "tag=QUETZAL", "caption=quetzal", "concept=Q")
        for (role, may), query in product(roles, typed):
            SavedSearch.objects.all().delete()
            self.enter("Redactor")
            self.save("Sought", query, is_shared="yes")
            with self.subTest(role, query=query):
                self.assertEqual(self.offered(role), ["Sought"] if may else [])
                address = f"{SAVED}{SavedSearch.objects.get().pk}/change/"
                for page in (SAVED, LIST, address):
                    response = self.client.get(page, follow=True)
                    self.assertEqual("Sought" in response.content.decode(), may)

    def test_searches_for_words_are_hidden_alike_whether_these_are_redacted_or_not(self):
        self.enter("Cataloguer")
        self.save("Rossi, Quinto", "words=harbor", is_shared="yes")
        self.save("Lenses", "words=lens", is_shared="yes")
        self.one.sealed.create(place="redaction 1", values={"words": ["Quinto Rossi"]})
        self.assertEqual(self.offered("Releaser"), [])
        self.assertEqual(self.offered("Auditor"), ["Lenses", "Rossi, Quinto"])
        self.assertEqual(self.offered("Cataloguer"), ["Lenses", "Rossi, Quinto"])

    def test_a_name_is_needed_and_used_once(self):
        self.save("Mine", "words=fees")
        for name, sentence in (
            *(("", "Write a name"), (" \0 ", "Write a name"), ("x" * 101, "Write a name")),
            ("Mine", "You have a search of this name."),
        ):
            with self.subTest(name):
                self.assertContains(self.save(name, "words=lens"), sentence)
        self.assertEqual(SavedSearch.objects.count(), 1)

    def test_who_may_not_save_or_share_cannot(self):
        self.enter("Auditor")
        self.assertNotContains(self.client.get(f"{LIST}?words=x"), "Save this search")
        self.assertEqual(self.save("Mine", "words=fees").status_code, 403)
        guest = make_curator("guest", "view_cable", "add_savedsearch", "view_savedsearch")
        self.client.force_login(guest)
        self.assertNotContains(self.client.get(f"{LIST}?words=x"), "for all")
        self.assertEqual(self.save("Ours", "words=x", is_shared="1").status_code, 403)
        self.save("Mine", "words=fees")
        self.assertEqual(SavedSearch.objects.get().name, "Mine")

    def test_a_search_is_renamed_and_deleted_with_a_reason(self):
        self.save("Mine", "words=fees")
        self.save("Other", "words=fees")
        mine = SavedSearch.objects.get(name="Mine")
        page = f"{SAVED}{mine.pk}/change/"
        why = {"why": "It was wrong."}
        refused = self.client.post(page, {"name": "Other"} | why | stamps(self.client, page))
        self.assertContains(refused, "another search of this name")
        self.client.post(page, {"name": "Fees"} | why | stamps(self.client, page))
        mine.refresh_from_db()
        self.assertEqual(mine.name, "Fees")
        gone = f"{SAVED}{mine.pk}/delete/"
        self.client.post(gone, {"post": "yes"} | why | stamps(self.client, gone))
        self.assertEqual([each.name for each in SavedSearch.objects.all()], ["Other"])
        logged = [each.what for each in Change.objects.exclude(what="")]
        self.assertEqual(logged, [f"saved search {mine.pk}"] * 2)

    def test_nobody_sees_or_changes_the_searches_of_others(self):
        self.save("Mine", "state=withheld")
        mine = SavedSearch.objects.get()
        self.enter("Cataloguer")
        for step in ("change", "delete", "history"):
            with self.subTest(step):
                response = self.client.get(f"{SAVED}{mine.pk}/{step}/", follow=True)
                self.assertNotContains(response, "Mine")
        self.assertNotContains(self.client.get(SAVED), "Mine")
