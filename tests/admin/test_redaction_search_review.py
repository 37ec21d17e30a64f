"""The lists of matches at the desk: by form, many at once and taken back."""

import re
from html import unescape
from unittest import mock
from urllib.parse import urljoin

from cables.models import Cable, RedactionSearch
from tests.admin.test_redaction_searches import NAME, RedactionSearchTests
from tests.builders import withhold
from tests.opened import form_of
from tests.source_files import csv_record


class FormTests(RedactionSearchTests):
    """The list by form."""

    def lines(self, search, query=""):
        page = self.client.get(self.address(search, "forms") + query)
        self.assertEqual(page.status_code, 200)
        self.page = page
        return [
            (line.label, line.cables, line.times, line.decision) for line in page.context["page"]
        ]

    def forms(self, search, query="", **values):
        address = self.address(search, "forms") + query
        opened = form_of(self.client.get(address))
        return self.client.post(address, opened | values, follow=True)

    def test_each_form_is_a_line_the_likeliest_first(self):
        self.load(csv_record("09ROME900031", text=f"{NAME}: Rossilantes."))
        self.load(csv_record("09ROME900032", text="We met A. Rossilante. The ROSSILANTES."))
        self.load(csv_record("09ROME900033", text="We met A. Rossilante."))
        search = self.start()
        found = [
            ("The name itself", 3, 4, "Undecided"),
            ("Plural or singular", 3, 3, "Undecided"),
            ("With initials", 3, 3, "Undecided"),
        ]
        self.assertEqual(self.lines(search), found)
        lines = self.page.context["page"]
        self.assertEqual([line.with_name for line in lines], [True, True, False])
        self.assertContains(self.page, "<mark>Aurelio Rossilante</mark> raised the fees.")
        self.assertContains(self.page, "also with the name itself", 1)

    def test_forms_of_a_kind_with_the_name_in_their_cables_come_before_more_frequent_ones(self):
        self.load(csv_record("09ROME900034", text=f"{NAME} left. Rosilante left."))
        for number in (35, 36):
            self.load(csv_record(f"09ROME9000{number}", text="Rossilantte left."))
        search = self.start()
        self.lines(search, "?kind=one letter differs")
        forms = [line.form for line in self.page.context["page"]]
        self.assertEqual(forms, ["Rosilante", "Rossilantte"])

    def test_lines_are_chosen_by_kind_name_and_decision(self):
        search = self.start(f"Zavil Ostrek\n{NAME}")
        search.matches.filter(kind="with initials").update(decision="rejected")
        one = search.matches.filter(kind="").first()
        search.matches.filter(pk=one.pk).update(decision="accepted")
        for query, count in (
            ("", 2),
            ("?decision=all", 3),
            ("?decision=accepted", 1),
            ("?decision=rejected", 1),
            ("?kind=exact&name=2", 1),
            ("?kind=exact&name=1", 0),
            ("?name=x&kind=y&per=7&p=z&form=999999999999999999999", 2),
        ):
            with self.subTest(query):
                self.assertEqual(len(self.lines(search, query)), count)
        mixed = self.lines(search, "?kind=exact&decision=all")[0][-1]
        self.assertEqual(mixed, "Mixed: 1 undecided, 1 accepted")

    def test_kind_and_name_are_combined_by_links_and_kept_between_the_lists(self):
        search = self.start(f"Zavil Ostrek\n{NAME}")
        self.lines(search, "?name=2&per=100")
        for link in (
            "?name=2&amp;per=100&amp;decision=all&amp;kind=exact",
            '"?name=2&amp;per=100&amp;kind=exact"',
            "review/?name=2&amp;per=100",
        ):
            self.assertContains(self.page, link)
        self.lines(search, "?kind=exact")
        self.assertContains(self.page, '"?kind=exact&amp;name=2"')

    def test_a_form_is_decided_with_its_button_and_listed_by_its_link(self):
        search = self.start()
        address = self.address(search, "forms") + "?decision=all"
        for button, decision in (("accept", "accepted"), ("reject", "rejected")):
            with self.subTest(button):
                self.lines(search, "?decision=all")
                line = self.page.context["page"][0]
                page = self.forms(search, "?decision=all", several=f"{button} line {line.first}")
                self.assertContains(page, "2 decided.")
                decided = search.matches.exclude(decision="")
                self.assertEqual(
                    set(decided.values_list("kind", "decision")), {("", decision)}, address
                )
        listed = self.follow(page, "2 cables<")
        self.assertEqual(listed.context["page"].paginator.count, 2)

    def follow(self, page, label):
        """Return the page that a link leads to; its label begins so."""
        link = re.search(rf'href="([^"]*)"[^>]*>{re.escape(label)}', page.content.decode())
        return self.client.get(urljoin(page.request["PATH_INFO"], unescape(link[1])))

    def test_from_the_matches_of_a_form_a_link_leads_back_to_the_forms(self):
        search = self.start(f"Zavil Ostrek\n{NAME}")
        self.lines(search, "?name=2&per=100")
        listed = self.follow(self.page, "2 cables<")
        self.assertContains(listed, f"{search.label}</a>")
        back = self.follow(listed, "Back to all forms")
        self.assertContains(back, "<h1>Go through the forms</h1>", html=True)
        self.assertContains(back, f"“{NAME}”: 3 forms")
        every = self.follow(back, "All kinds and names")
        self.assertContains(every, "<h1>Go through the forms</h1>", html=True)
        self.assertContains(every, "All kinds: 3 forms")

    def test_a_form_has_examples_of_different_cables_and_all_others_folded(self):
        for number in (37, 38):
            text = f"1. {NAME} left.\n2. {NAME} slept.\n3. {NAME} ate."
            self.load(csv_record(f"09ROME9000{number}", text=text))
        search = self.start()
        self.lines(search)
        examples = self.page.context["page"][0].examples
        cables = [each.cable for each in examples]
        new = ["09ROME900037", "09ROME900038"]
        self.assertEqual(cables[:4], [self.references[0], self.references[3], *new])
        self.assertEqual(cables[4:], [self.references[3], *new * 2])
        shown, folded = self.page.content.decode().split("<summary>6 more</summary>")
        self.assertIn("raised the fees", shown)
        self.assertNotIn("slept", shown)
        self.assertEqual(folded.count(" slept."), 2)
        with mock.patch("cables.admin.redaction_search.form_lines.MOST_EXAMPLES", 5):
            self.lines(search)
        self.assertContains(self.page, "<summary>2 more of 9</summary>")
        rest = self.follow(self.page, "All 9 places")
        self.assertEqual(rest.context["page"].paginator.count, 4)

    def test_what_is_left_undecided_is_counted_and_linked(self):
        search = self.start()
        page = self.forms(search, "?kind=exact", several="accept listed")
        self.assertContains(page, "2 decided. 2 still undecided, beside suggestions.")
        self.assertContains(page, "2 matches are undecided.")
        page = self.follow(page, "Plural or singular: 1 undecided")
        self.assertEqual(len(page.context["page"]), 1)
        page = self.forms(search, several="reject listed")
        self.assertContains(page, "2 decided. 0 still undecided, beside suggestions.")
        page = self.follow(page, "redact what is accepted")
        self.assertContains(page, "2 accepted matches in 2 cables")

    def test_help_on_keys_stands_above_the_list(self):
        search = self.start()
        for page, row in (("forms", "data-form"), ("review", "data-match")):
            with self.subTest(page):
                content = self.client.get(self.address(search, page)).content.decode()
                self.assertLess(content.index("Keys, with a"), content.index(row))

    def test_ticked_forms_are_decided_at_once(self):
        search = self.start()
        self.lines(search)
        ticked = [str(line.first) for line in self.page.context["page"]][1:]
        page = self.forms(search, several="reject ticked", tick=ticked)
        self.assertContains(page, "2 decided.")
        rejected = search.matches.filter(decision="rejected").values_list("kind", flat=True)
        self.assertEqual(set(rejected), {"plural or singular", "with initials"})
        self.assertContains(self.forms(search, several="reject ticked"), "0 decided.")

    def test_a_decision_of_somebody_else_meanwhile_stays(self):
        search = self.start()
        self.lines(search)
        line = self.page.context["page"][0]
        opened = form_of(self.page)
        search.matches.filter(pk=line.first).update(decision="rejected")
        for values in ({"several": f"accept line {line.first}"}, {"several": "accept ticked"}):
            with self.subTest(values):
                values |= opened | {"tick": [str(line.first)]}
                page = self.client.post(self.address(search, "forms"), values, follow=True)
                self.assertContains(page, "1 not stored: somebody else decided")
        self.assertEqual(search.matches.accepted().count(), 0)

    def test_sealed_text_is_shown_and_decided_only_with_the_right(self):
        withhold(Cable.objects.get(reference=self.references[0]))
        search = self.start()
        self.assertEqual(self.lines(search)[0][1], 2)
        self.client.force_login(self.other)
        self.assertEqual(self.lines(search)[0][1], 1)
        self.assertNotContains(self.page, "raised the fees")
        line = self.page.context["page"][0]
        self.forms(search, several=f"accept line {line.first}")
        accepted = search.matches.accepted().values_list("cable__reference", flat=True)
        self.assertEqual(list(accepted), [self.references[3]])

    def test_nothing_is_decided_while_the_search_runs_and_the_page_says_so(self):
        search = self.start()
        for state in ("searching", "stopped"):
            RedactionSearch.objects.update(state=state, task="searching")
            for page in ("forms", "review"):
                with self.subTest(state, page=page):
                    opened = self.client.get(self.address(search, page))
                    self.assertContains(opened, "The search has not ended.")
                    self.assertNotContains(opened, 'name="several"')
                    values = {"several": "accept listed"}
                    answer = self.client.post(self.address(search, page), values, follow=True)
                    self.assertContains(answer, "or the worker went on")
        self.assertFalse(search.matches.accepted().exists())

    def test_common_words_that_are_left_out_lead_to_the_cables_that_have_them(self):
        search = self.start()
        RedactionSearch.objects.update(skipped={"rossilante": 300, "o'brian & co": 20})
        page = self.client.get(self.address(search))
        for address in ("/search/?q=rossilante", "/admin/cables/cable/?words=rossilante"):
            self.assertContains(page, f'<a href="{address}">')
            self.assertContains(self.client.get(address), "ossilante")
        self.assertContains(page, "300 cables</a>, near Aurelio Rossilante</li>")
        address = "/admin/cables/cable/?words=o%27brian%20%26%20co"
        self.assertContains(page, f'<a href="{address}">20 cables</a></li>')


class AtOnceTests(RedactionSearchTests):
    """Decisions on many: confirmed above a number, and taken back."""

    def setUp(self):
        super().setUp()
        patch = "cables.admin.redaction_search.review_pages.MOST_UNCONFIRMED"
        self.enterContext(mock.patch(patch, 3))

    def decisions(self, search):
        return list(search.matches.order_by("pk").values_list("decision", flat=True))

    def take_back(self, search, stamp=None):
        page = self.client.get(self.address(search, "forms"))
        last = page.context["last_at_once"]
        stamp = stamp or (last.stamp if last else "none")
        return self.client.post(self.address(search, "take-back"), {"stamp": stamp}, follow=True)

    def test_a_decision_on_many_is_confirmed_with_the_number(self):
        search = self.start()
        page = self.review(search, several="reject listed")
        self.assertContains(page, "Reject 4 matches?")
        self.assertEqual(self.decisions(search), [""] * 4)
        address = self.address(search, "review")
        search.matches.filter(pk=search.matches.first().pk).update(decision="accepted")
        self.enterContext(
            mock.patch("cables.admin.redaction_search.review_pages.MOST_UNCONFIRMED", 2)
        )
        again = self.client.post(address, form_of(page), follow=True)
        self.assertContains(again, "Reject 3 matches?")
        done = self.client.post(address, form_of(again), follow=True)
        self.assertContains(done, "3 decided.")
        self.assertEqual(sorted(self.decisions(search)), ["accepted", *["rejected"] * 3])

    def test_choices_of_the_page_are_saved_before_a_decision_on_many(self):
        search = self.start()
        one = search.matches.first()
        values = {f"match-{one.pk}": "accepted", f"was-{one.pk}": ""}
        with mock.patch("cables.admin.redaction_search.review_pages.MOST_UNCONFIRMED", 2):
            page = self.review(search, several="reject listed", **values)
            self.assertContains(page, "1 choice of the page is saved.")
            address = self.address(search, "review")
            self.client.post(address, form_of(page), follow=True)
        one.refresh_from_db()
        self.assertEqual(one.decision, "accepted")
        self.assertEqual(sorted(self.decisions(search)), ["accepted", *["rejected"] * 3])

    def test_ticked_forms_are_confirmed_too(self):
        search = self.start()
        page = self.client.get(self.address(search, "forms"))
        ticks = [str(line.first) for line in page.context["page"]]
        values = form_of(page) | {"several": "accept ticked", "tick": ticks}
        page = self.client.post(self.address(search, "forms"), values)
        self.assertContains(page, "Accept 4 matches?")
        self.client.post(self.address(search, "forms"), form_of(page))
        self.assertEqual(self.decisions(search), ["accepted"] * 4)

    def test_the_last_decision_on_many_is_taken_back_as_one(self):
        search = self.start()
        self.assertNotContains(self.review(search), "Take back")
        cable = Cable.objects.get(reference=self.references[1])
        self.review(search, several=f"reject cable {cable.pk}")
        exact = search.matches.filter(kind="").first()
        page = self.review(search, several=f"accept form {exact.pk}")
        self.assertContains(page, "Take back the last decision on many: 2 accepted")
        page = self.take_back(search)
        self.assertContains(page, "Taken back: 2 have the decision that they had before.")
        found = dict(search.matches.values_list("kind", "decision"))
        self.assertEqual(
            found, {"": "", "plural or singular": "rejected", "with initials": "rejected"}
        )
        self.assertContains(self.take_back(search), "Somebody decided on matches meanwhile")

    def test_a_form_that_was_decided_before_gets_that_decision_back(self):
        search = self.start()
        search.matches.filter(kind="").update(decision="accepted")
        address = self.address(search, "forms") + "?decision=all"
        page = self.client.get(address)
        line = page.context["page"][0]
        self.client.post(address, form_of(page) | {"several": f"reject line {line.first}"})
        self.take_back(search)
        self.assertEqual(
            set(search.matches.filter(kind="").values_list("decision")), {("accepted",)}
        )

    def test_what_was_decided_since_is_not_taken_back(self):
        search = self.start()
        exact = search.matches.filter(kind="").first()
        self.review(search, several=f"reject form {exact.pk}")
        values = {f"match-{exact.pk}": "accepted", f"was-{exact.pk}": "rejected", "save": "Save"}
        self.review(search, "?decision=all", **values)
        self.take_back(search)
        exact.refresh_from_db()
        self.assertEqual(exact.decision, "accepted")
        self.assertEqual(search.matches.undecided().count(), 3)

    def test_another_decision_meanwhile_or_the_worker_is_seen_before_taking_back(self):
        search = self.start()
        exact = search.matches.filter(kind="").first()
        self.review(search, several=f"reject form {exact.pk}")
        stamp = self.review(search).context["last_at_once"].stamp
        cable = Cable.objects.get(reference=self.references[1])
        self.review(search, several=f"accept cable {cable.pk}")
        self.take_back(search, stamp)
        self.assertEqual(search.matches.accepted().count(), 2)
        self.decide(search)
        stamp = self.client.get(self.address(search, "forms")).context["last_at_once"].stamp
        self.take_back(search, stamp)
        self.assertEqual(search.matches.accepted().count(), 2)
