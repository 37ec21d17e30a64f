"""Redactions over the archive at the desk: start, go through the matches, decide, undo."""

import re
from datetime import timedelta
from html import unescape

from django.contrib.auth.models import Group, Permission, User
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from cables.curation.archive_redactions import delete_discarded
from cables.models import Cable, Change, Proposal, Redaction, RedactionMatch, RedactionSearch
from reading_room.approval_settings import parse_approvals
from tests.admin.test_approvals import GROUP, rules
from tests.admin.test_decisions import DecisionTestCase
from tests.builders import forget_counts, make_curator, withhold
from tests.opened import form_of, send
from tests.source_files import csv_record
from tests.working import work

BASE = "/admin/cables/redactionsearch/"
NAME = "Aurelio Rossilante"
TEXTS = [
    f"{NAME} raised the fees.",
    "The Rossilantes and A. Rossilante left.",
    "Nobody is named here.",
    f"We met {NAME.upper()} and {NAME[:-4]}-\nante.",
]


class RedactionSearchTests(DecisionTestCase):
    rights = ("redact_cable", "see_sealed", "view_cable")

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.references = [f"09ROME{900011 + at}" for at in range(len(TEXTS))]
        pairs = zip(cls.references, TEXTS, strict=True)
        cls.load(*(csv_record(reference, text=text) for reference, text in pairs))
        cls.other = User.objects.create_user("ben", is_staff=True)
        cls.other.user_permissions.set(
            Permission.objects.filter(codename__in=["redact_cable", "view_cable"])
        )

    def start(self, names=NAME, **values):
        """Start a search and let the worker do it; return the search."""
        page = self.client.post(f"{BASE}add/", {"names": names, **values}, follow=True)
        self.assertEqual(page.status_code, 200)
        work()
        self.page = page
        return RedactionSearch.objects.last()

    def address(self, search, page="change"):
        return f"{BASE}{search.pk}/{page}/"

    def review(self, search, query="", **values):
        address = self.address(search, "review") + query
        return (
            self.client.post(address, values, follow=True) if values else self.client.get(address)
        )

    def decide(self, search, page="decide", reason="A witness."):
        address = self.address(search, page)
        values = form_of(self.client.get(address)) | {"reason": reason}
        return self.client.post(address, values, follow=True)

    def body(self, at):
        return Cable.objects.get(reference=self.references[at]).body


class StartTests(RedactionSearchTests):
    def test_a_form_without_anything_to_look_for_is_refused(self):
        for values, error in (
            ({}, "Write a name, or tick what to look for."),
            ({"names": "ab"}, "Name 1 has fewer than 3 letters"),
            ({"names": "\n".join(f"Name {at}" for at in range(501))}, "501 names"),
            ({"names": NAME, "references": "09ROME900999"}, "Not here: 09ROME900999"),
            ({"names": NAME, "references": "nonsense"}, "Not here: nonsense"),
        ):
            with self.subTest(error):
                page = self.client.post(f"{BASE}add/", values)
                self.assertContains(page, error)
        self.assertFalse(RedactionSearch.objects.exists())

    def test_names_are_looked_for_once_each_in_the_chosen_cables(self):
        names = f"  {NAME}\r\n\r\n{NAME}\r\nOther  Name\r\n"
        search = self.start(names, references="09 ROME 900011\r\n09ROME900012")
        self.assertEqual(search.phrases, [NAME, "Other Name"])
        self.assertEqual(search.state, "searched")
        found = set(search.matches.values_list("cable__reference", flat=True))
        self.assertEqual(found, set(self.references[:2]))

    def test_the_page_counts_matches_by_kind_and_name(self):
        search = self.start(f"{NAME}\nZavil Ostrek")
        page = self.client.get(self.address(search))
        kinds = {kind.label: kind.undecided for kind in page.context["kinds"]}
        self.assertEqual(kinds, {"The name itself": 2, "Plural or singular": 1, "With initials": 1})
        self.assertContains(page, "4 matches of what was looked for in 3 cables.")
        self.assertContains(page, "no list of names is complete")

    def rows(self, search):
        """Return {name: text of its row} of the table of names."""
        content = self.client.get(self.address(search)).content.decode()
        table = content.partition("<caption>Matches by name")[2].partition("</table>")[0]
        texts = (strip_tags(each.replace("</td>", " ")) for each in table.split("<tr>"))
        rows = [" ".join(text.split()) for text in texts]
        return {name: row for name in search.phrases for row in rows if row.startswith(name)}

    def test_the_page_counts_decisions_by_name_and_marks_names_with_none_accepted(self):
        search = self.start(f"{NAME}\nZavil Ostrek")
        self.assertEqual(self.rows(search)[NAME], f"{NAME}: none accepted 4 0 0")
        search.matches.filter(kind="").update(decision="accepted")
        search.matches.filter(kind="with initials").update(decision="rejected")
        rows = self.rows(search)
        self.assertEqual(rows[NAME], f"{NAME} 1 2 1")
        self.assertEqual(rows["Zavil Ostrek"], "Zavil Ostrek: no match 0 0 0")
        content = self.client.get(self.address(search)).content.decode()
        for query, number in re.findall(r'href="[^"]*/forms/([^"]+)">(\d+)</a></td>', content):
            with self.subTest(query):
                page = self.client.get(self.address(search, "forms") + unescape(query))
                decision = page.context["review"].decision
                listed = sum(line.decisions[decision] for line in page.context["page"])
                self.assertEqual(listed, int(number))

    def test_the_list_and_the_log_have_no_words(self):
        search = self.start()
        self.assertNotContains(self.client.get(BASE), "Rossilante")
        logged = [f"{change.what} {change.reason}" for change in Change.objects.all()]
        self.assertFalse([text for text in logged if "rossilante" in text.lower()])
        self.assertIn(str(search), [change.what for change in Change.objects.all()])

    def test_a_search_is_stopped_resumed_and_discarded(self):
        page = self.client.post(f"{BASE}add/", {"names": NAME}, follow=True)
        search = RedactionSearch.objects.get()
        self.assertContains(page, "Waits for the worker")
        self.assertTrue(page.has_header("Refresh"))
        for step, state in (("cancel", "stopped"), ("resume", "searched")):
            stamp = self.client.get(self.address(search)).context["stamp"]
            self.client.post(f"{BASE}{search.pk}/step/{step}/", {"stamp": stamp})
            work()
            search.refresh_from_db()
            self.assertEqual(search.state, state)
        self.assertEqual(self.client.post(f"{BASE}{search.pk}/step/nothing/").status_code, 404)

    def test_a_search_is_discarded_after_a_second_look_and_restored(self):
        search, matches = self.start(), RedactionMatch.objects.count()
        discard, restore, delete = (
            f"{BASE}{search.pk}/step/{each}/" for each in ("discard", "restore", "delete")
        )
        page = self.client.get(discard)
        self.assertContains(page, f"With it go {matches} matches")
        self.client.post(discard, {"stamp": "old"})
        self.assertEqual(RedactionSearch.objects.get().state, "searched")
        self.client.post(discard, form_of(page))
        self.assertEqual(RedactionSearch.objects.get().state, "discarded")
        self.client.post(self.address(search, "decide"), {"reason": "A witness."}, follow=True)
        self.assertFalse(Redaction.objects.exists())
        self.client.post(restore, {"stamp": self.client.get(self.address(search)).context["stamp"]})
        self.assertEqual(RedactionSearch.objects.get().state, "searched")
        self.client.post(discard, form_of(self.client.get(discard)))
        delete_discarded(0)
        self.assertEqual(RedactionMatch.objects.count(), matches)
        long_ago = timezone.now() - timedelta(days=31)
        RedactionSearch.objects.update(discarded=long_ago)
        delete_discarded(0)
        self.assertFalse(RedactionMatch.objects.exists())
        search = self.start()
        discard, delete = (f"{BASE}{search.pk}/step/{each}/" for each in ("discard", "delete"))
        self.client.post(discard, form_of(self.client.get(discard)))
        self.client.post(delete, form_of(self.client.get(delete)))
        self.assertFalse(RedactionSearch.objects.exists())

    def test_what_a_proposal_is_about_stays_until_it_is_judged(self):
        search = self.start()
        RedactionMatch.objects.update(decision="accepted")
        judge = make_curator("carl", "redact_cable", "see_sealed")
        judge.groups.add(Group.objects.create(name=GROUP))
        with rules("redact"):
            decide = self.address(search, "decide")
            self.client.post(decide, form_of(self.client.get(decide)) | {"reason": "A witness."})
            proposal = Proposal.objects.get()
            self.assertNotContains(self.client.get(self.address(search)), "Discard this search")
            answer = self.client.get(f"{BASE}{search.pk}/step/discard/")
            self.assertRedirects(answer, self.address(search))
            forms = self.address(search, "forms")
            answer = self.client.post(forms, form_of(self.client.get(forms)), follow=True)
            self.assertContains(answer, "nothing is decided on matches until that is judged")
            twice = form_of(self.client.get(decide)) | {"reason": "Another reason."}
            answer = self.client.post(decide, twice, follow=True)
            self.assertContains(answer, "proposed this already")
            send(self.client, reverse("admin:cables_proposal_withdraw", args=[proposal.pk]))
            self.assertContains(self.client.get(self.address(search)), "Discard this search")

    def test_suggested_words_are_looked_for_in_all_texts(self):
        self.load(csv_record("09ROME900021", text="Mr. Ostrakovin left."))
        self.load(csv_record("09ROME900022", text="We met Ostrakovin."))
        search = self.start("", suggestions="titled")
        page = self.client.get(self.address(search, "names"))
        self.assertContains(page, "<b>Ostrakovin</b>")
        values = {"form": ["Ostrakovin", "Not suggested"]}
        self.client.post(self.address(search, "names"), values)
        work()
        new = RedactionSearch.objects.last()
        self.assertEqual(new.phrases, ["Ostrakovin"])
        self.assertEqual(new.matches.count(), 2)


class ReviewTests(RedactionSearchTests):
    def test_counts_say_of_what_they_are_and_a_cut_search_asks_a_tick(self):
        self.load(csv_record("09ROME900024", text=f"Mr. Belfontane and {NAME} met."))
        search = self.start(suggestions="titled")
        page = self.client.get(self.address(search))
        self.assertContains(page, "5 matches of what was looked for in 4 cables; 1 suggestion.")
        search.matches.filter(phrase=NAME).update(decision="accepted")
        page = self.client.get(self.address(search, "decide"))
        self.assertContains(page, "1 suggestion is undecided too.")
        self.assertNotContains(page, "would stay as")
        RedactionSearch.objects.filter(pk=search.pk).update(is_cut=True)
        self.assertContains(self.decide(search), "The search stopped before its end")
        self.assertContains(self.decide(search), "This field is required")
        values = form_of(self.client.get(self.address(search, "decide")))
        values |= {"reason": "A witness.", "is_sure": "on"}
        page = self.client.post(self.address(search, "decide"), values, follow=True)
        self.assertContains(page, "The worker redacts them.")

    def test_a_proposal_keeps_the_words_that_readers_see_now(self):
        search = self.start()
        search.matches.update(decision="accepted")
        search.matches.filter(form="Rossilantes").update(is_sealed=True)
        make_curator("carl", "redact_cable", "see_sealed")
        with override_settings(APPROVALS=parse_approvals("redact = cables.redact_cable")):
            self.decide(search)
            proposal = Proposal.objects.get()
            Proposal.objects.update(state="stale")
            page = self.client.get(f"/admin/cables/proposal/{proposal.pk}/change/")
        self.assertContains(page, f"<dd>A. Rossilante (1)<br>{NAME} (2)</dd>")

    def test_matches_are_shown_in_context_cable_by_cable(self):
        search = self.start()
        page = self.review(search)
        self.assertContains(page, "<mark>Aurelio Rossilante</mark> raised the fees.")
        self.assertContains(page, "Paragraph 1: ")
        shown = [cable.reference for cable, _ in page.context["groups"]]
        self.assertEqual(shown, [self.references[at] for at in (0, 1, 3)])

    def test_matches_are_chosen_by_kind_name_and_decision(self):
        search = self.start(f"Zavil Ostrek\n{NAME}")
        search.matches.filter(kind="with initials").update(decision="rejected")
        for query, count in (
            ("", 3),
            ("?kind=exact", 2),
            ("?kind=plural or singular", 1),
            ("?kind=with initials", 0),
            ("?kind=with initials&decision=rejected", 1),
            ("?decision=all", 4),
            ("?name=1", 0),
            ("?name=2", 3),
            ("?name=7&kind=nonsense&p=x", 3),
        ):
            with self.subTest(query):
                self.assertEqual(self.review(search, query).context["page"].paginator.count, count)

    def test_decisions_of_a_page_are_stored(self):
        search = self.start()
        one, two, *_ = search.matches.order_by("pk")
        values = {f"match-{one.pk}": "accepted", f"was-{one.pk}": ""}
        values |= {f"match-{two.pk}": "rejected", f"was-{two.pk}": "", "save": "Save"}
        page = self.review(search, "?decision=all", **values)
        self.assertContains(page, "2 decided.")
        decisions = [row.decision for row in search.matches.order_by("pk")[:2]]
        self.assertEqual(decisions, ["accepted", "rejected"])

    def test_a_decision_of_somebody_else_meanwhile_stays(self):
        search = self.start()
        match = search.matches.first()
        search.matches.filter(pk=match.pk).update(decision="rejected")
        values = {f"match-{match.pk}": "accepted", f"was-{match.pk}": "", "save": "Save"}
        page = self.review(search, **values)
        self.assertContains(page, "1 not stored: somebody else decided on them meanwhile.")
        match.refresh_from_db()
        self.assertEqual(match.decision, "rejected")

    def test_all_of_a_list_a_cable_or_a_form_are_decided_at_once(self):
        search = self.start()
        cable = Cable.objects.get(reference=self.references[1])
        exact = search.matches.filter(kind="").first()
        for query, button, accepted in (
            ("?kind=exact", "accept listed", 2),
            ("", f"accept cable {cable.pk}", 2),
            ("", f"accept form {exact.pk}", 2),
            ("", "accept listed", 4),
            ("", "accept nonsense", 0),
            ("", "accept cable x", 0),
        ):
            with self.subTest(button):
                search.matches.update(decision="")
                self.review(search, query, several=button)
                self.assertEqual(search.matches.accepted().count(), accepted)

    def test_sealed_text_is_shown_only_with_the_right(self):
        withhold(Cable.objects.get(reference=self.references[0]))
        forget_counts()
        search = self.start()
        self.assertContains(self.review(search), "in text that readers do not see")
        self.client.force_login(self.other)
        for page in ("change", "review"):
            answer = self.client.get(self.address(search, page))
            self.assertNotContains(answer, "raised the fees")
        self.assertEqual(self.review(search).context["page"].paginator.count, 3)
        self.review(search, several="accept listed")
        self.assertEqual(search.matches.accepted().count(), 3)
        self.assertFalse(search.matches.accepted().filter(is_sealed=True).exists())

    def test_a_cable_that_was_withheld_since_is_not_shown_without_the_right(self):
        search = self.start()
        withhold(Cable.objects.get(reference=self.references[0]))
        self.client.force_login(self.other)
        self.assertNotContains(self.review(search), "raised the fees")


class DecideTests(RedactionSearchTests):
    def test_accepted_matches_are_redacted_with_one_reason_and_lifted_with_one(self):
        search = self.start()
        before = [self.body(at) for at in range(4)]
        self.review(search, several="accept listed")
        page = self.decide(search)
        self.assertContains(page, "The worker redacts them.")
        work()
        self.assertEqual(Redaction.objects.count(), 3)
        for at in (0, 1, 3):
            self.assertNotRegex(self.body(at), "(?i)rossil")
        self.assertEqual(self.body(2), before[2])
        page = self.client.get(self.address(search))
        self.assertContains(page, "3 cables are redacted.")
        self.assertNotContains(page, "Rossilante")
        self.look_after(search, page)
        self.decide(search, "undo", "It was a mistake.")
        work()
        self.assertEqual([self.body(at) for at in range(4)], before)
        self.assertFalse(Redaction.objects.exists())
        self.assertContains(self.client.get(self.address(search)), "Its redactions are lifted.")
        self.check()

    def look_after(self, search, page):
        """Follow the links of the page of a search that was carried out."""
        self.assertNotContains(page, "/forms/")
        address = f"/admin/cables/cable/?redaction={search.pk}"
        self.assertContains(page, f'<a href="{address}">List the redacted cables</a>')
        listed = self.client.get(address).context["cl"].result_list
        redacted = [self.references[at] for at in (0, 1, 3)]
        self.assertEqual([cable.reference for cable in listed], redacted)
        for reference in redacted:
            self.assertContains(page, f'<a href="/cable/{reference}/">{reference}</a>')

    def test_a_withheld_cable_is_not_among_those_to_look_at_as_readers_see_them(self):
        search = self.start()
        withhold(Cable.objects.get(reference=self.references[0]))
        self.review(search, several="accept listed")
        search.matches.update(stamp="")
        self.decide(search)
        work()
        page = self.client.get(self.address(search))
        self.assertContains(page, "3 cables are redacted.")
        self.assertNotContains(page, f"/cable/{self.references[0]}/")
        self.assertContains(page, f"/cable/{self.references[1]}/")

    def test_what_is_hidden_is_listed_by_name_before_the_decision(self):
        text = "1. Miss Grew and Miss Grew left.\n2. The incident grew out of it."
        self.load(csv_record("09ROME900023", text=text))
        search = self.start(f"{NAME}\nGrew\nZavil Ostrek")
        search.matches.filter(phrase=NAME).update(decision="accepted")
        search.matches.filter(phrase="Grew").update(decision="accepted", longer=["Miss Grew"])
        page = self.client.get(self.address(search, "decide"))
        self.assertContains(page, "5 accepted matches in 4 cables")
        found = {
            name.label: [(each.words, each.cables, each.places) for each in name.words]
            for name in page.context["names"]
        }
        self.assertEqual(
            found,
            {
                NAME: [([NAME], 2, 3), (["Rossilantes"], 1, 1), (["A. Rossilante"], 1, 1)],
                "Grew": [(["Miss Grew"], 1, 3)],
                "Zavil Ostrek": [],
            },
        )
        self.assertContains(page, "of 3, those with these words")
        self.assertContains(page, "<b>Zavil Ostrek</b>: <b>nothing accepted</b>")
        self.assertContains(page, '<details class="module work" open>')
        withhold(Cable.objects.get(reference=self.references[0]))
        self.client.force_login(self.other)
        page = self.client.get(self.address(search, "decide"))
        self.assertContains(page, "1 more match is in texts that you may not see.")

    def test_nothing_is_redacted_without_an_accepted_match_or_with_the_words_in_the_reason(self):
        search = self.start()
        self.assertContains(self.decide(search), "Nothing is accepted that could be redacted.")
        self.review(search, several="accept listed")
        page = self.decide(search, reason="Rossilantes are named.")
        self.assertContains(page, "The reason repeats the words.")
        self.assertEqual(work(), [])
        self.assertFalse(Redaction.objects.exists())

    def test_a_decision_on_a_match_meanwhile_is_seen_first(self):
        search = self.start()
        self.review(search, several="accept listed")
        address = self.address(search, "decide")
        values = form_of(self.client.get(address)) | {"reason": "A witness."}
        search.matches.filter(kind="").update(decision="rejected")
        page = self.client.post(address, values)
        self.assertContains(page, "Somebody decided on matches meanwhile")
        self.assertEqual(work(), [])

    def test_another_choice_of_as_many_matches_meanwhile_is_seen_first(self):
        search = self.start()
        one, other = search.matches.filter(kind="")
        search.matches.filter(pk=one.pk).update(decision="accepted")
        address = self.address(search, "decide")
        values = form_of(self.client.get(address)) | {"reason": "A witness."}
        search.matches.filter(pk=one.pk).update(decision="")
        search.matches.filter(pk=other.pk).update(decision="accepted")
        page = self.client.post(address, values)
        self.assertContains(page, "Somebody decided on matches meanwhile")
        self.assertEqual(work(), [])

    def test_cables_that_were_left_are_named_and_their_words_kept_until_deleted(self):
        search = self.start(references="\n".join(self.references))
        self.review(search, several="accept listed")
        cable = Cable.objects.get(reference=self.references[0])
        cable.changes.create(action="noted", reason="A note.")
        self.decide(search)
        work()
        page = self.client.get(self.address(search))
        self.assertContains(page, "It was changed since it was searched.")
        self.assertContains(page, f"?cable={cable.reference}")
        stamp = page.context["stamp"]
        self.client.post(f"{BASE}{search.pk}/step/forget/", {"stamp": stamp})
        self.assertNotContains(self.client.get(self.address(search)), "Rossilante")
        search.refresh_from_db()
        self.assertEqual(search.phrases, [])
