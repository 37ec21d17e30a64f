"""The first page of the desk: what waits, what was decided today, holdings, lists by task."""

import re
from datetime import timedelta
from html import unescape

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cables.admin.desk_home import DOORS, MORE
from cables.curation.redactions_and_corrections import correct_cable, redact_cable
from cables.models import (
    Cable,
    Change,
    Collection,
    Left,
    Load,
    LoadRow,
    Merge,
    RedactionMatch,
    RedactionSearch,
    RequestCase,
    Tag,
    VolumeWithholding,
)
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.base import TestCase
from tests.builders import decided, load_records, make_cable, make_cables, publish, withhold
from tests.models.test_roles import LETTERS, make_people
from tests.slow import SLOW
from tests.source_files import csv_record

HEADINGS = {
    "What needs a person": "CLRA",
    "Loads at work": "CLRA",
    "Embargoes that end within a week": "CLRA",
    "Holdings": "CLRA",
    "What others did today": "CLRA",
}
PUBLISH = "/admin/cables/cable/publish/?cable="


class HomeTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.people = make_people()

    def setUp(self):
        self.log_in("R")

    def log_in(self, letter):
        self.client.force_login(self.people[letter])

    def home(self):
        return self.client.get("/admin/")

    def undo(self, name="by_others"):
        """Return {action: address that undoes it} of the decisions of today."""
        return {each.change.action: each.change.undo for each in self.home().context[name]}


class WaitingTests(HomeTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        collection = Collection.objects.get_or_create(slug="cables", name="Cables")[0]
        make_cable("06BERLIN900001", subject="")
        RequestCase.objects.create(name="Quinta Rossi", assigned=cls.people["R"])
        late = timezone.now().date() - timedelta(days=3)
        day = {"received": late, "due": late}
        RequestCase.objects.create(name="Sexta Rossi", assigned=cls.people["R"], **day)
        RedactionSearch.objects.create(by=cls.people["R"], phrases=["Rossi"], state="searched")
        cls.loads = [
            Load.objects.create(
                collection=collection, file=f"/srv/{state}.csv", state=state, by=cls.people["L"]
            )
            for state in ("compared", "failed", "running", "finished")
        ]
        for number, days in enumerate((-2, 3, 3, 30)):
            due = timezone.now() + timedelta(days=days)
            words = {"outcome": "waiting", "due": due, "reason": "x", "raw": "SECRET HARBOR"}
            LoadRow.objects.create(
                load=cls.loads[3], position=number, source="a.csv", digest=number, **words
            )
        redacted = make_cable("06BERLIN900002", subject="Harbors")
        redacted.redactions.create(reason="A witness.", by=cls.people["R"])

    def rows(self, name):
        return [(row.label, row.count, row.note) for row in self.home().context[name]]

    def test_each_role_sees_what_it_may(self):
        for letter in LETTERS:
            self.log_in(letter)
            page = self.home().content.decode()
            for heading, may in HEADINGS.items():
                with self.subTest(f"{LETTERS[letter]}: {heading}"):
                    self.assertEqual(heading in page, letter in may)
            with self.subTest(f"{LETTERS[letter]}: requests"):
                self.assertEqual("requestcase" in page, letter in "RA")
            self.assertNotIn("SECRET HARBOR", page)
            self.assertNotIn("Rossi", page)

    def test_what_needs_a_person_is_one_list_the_late_and_the_own_first(self):
        today, late = (timezone.now().date() - timedelta(days=days) for days in (0, 3))
        ended = timezone.now().date() - timedelta(days=2)
        requests, search = "Requests to take down or correct", RedactionSearch.objects.get()
        expected = {
            "R": [
                ("Requests assigned to you", 2, late, "you", True),
                (f"Embargoes that ended on {ended:%A %Y-%m-%d}", 1, ended, "the operator", True),
                (f"Your s{search.label[1:]}", None, today, "you", False),
                ("Empty subjects", 1, None, "nobody", False),
            ],
            "L": [
                (f"Embargoes that ended on {ended:%A %Y-%m-%d}", 1, ended, "the operator", True),
                ("Loads that were compared and wait to be applied", 1, today, "you", False),
                ("Loads that failed or stopped: resume or discard them", 1, today, "you", False),
                ("Empty subjects", 1, None, "nobody", False),
            ],
        }
        for letter, lines in expected.items():
            self.log_in(letter)
            rows = self.home().context["waiting"]
            shown = [(r.label, r.count, r.oldest, r.whose, r.is_urgent) for r in rows]
            with self.subTest(LETTERS[letter]):
                self.assertEqual(shown, lines)
        RequestCase.objects.filter(name="Quinta Rossi").update(assigned=self.people["A"])
        self.log_in("R")
        found = {row.label: row for row in self.home().context["waiting"]}
        name = self.people["A"].username
        self.assertEqual(found[requests].whose, f"{name}, you")
        self.assertEqual((found[requests].count, found[requests].note), (2, "1 overdue"))

    def test_it_makes_no_more_queries_for_more_kinds_of_matters_and_more_holders(self):
        self.log_in("R")
        self.home()
        with CaptureQueriesContext(connection) as few:
            rows = len(self.home().context["waiting"])
        queries = len(few)
        make_cable("06BERLIN900003", body="Words alone.", warnings=[["M-10", "x"], ["R-6", "y"]])
        RequestCase.objects.create(name="Settima Rossi", assigned=self.people["A"])
        self.home()  # Looks at the search index again.
        with self.assertNumQueries(queries):
            self.assertGreater(len(self.home().context["waiting"]), rows)

    def test_loads_and_embargoes_of_the_next_days(self):
        running = Load.objects.get(state="running")
        self.assertEqual(self.rows("loads"), [(f"{running.label}, Cables", None, "Running, 0%")])
        self.assertEqual([count for _, count, _ in self.rows("embargoes")], [2])

    def test_each_link_leads_to_as_many_rows_as_it_counts(self):
        for letter in "RL":
            self.log_in(letter)
            context = self.home().context
            for name in ("waiting", "embargoes", "loads", "holdings"):
                for row in context[name]:
                    with self.subTest(row.label):
                        page = self.client.get(row.address)
                        self.assertEqual(page.status_code, 200)
                        if row.count is not None and "cl" in page.context:
                            self.assertEqual(page.context["cl"].result_count, row.count)

    def test_no_link_of_the_page_leads_to_an_error(self):
        followed = set()
        for letter in LETTERS:
            self.log_in(letter)
            content = self.home().content.decode()
            links = set(re.findall(r'<a [^>]*href="(/admin/[^"]*)"', content))
            self.assertGreater(len(links), 5)
            for link in map(unescape, sorted(links if SLOW else links - followed)):
                with self.subTest(f"{LETTERS[letter]}: {link}"):
                    page = self.client.get(link)
                    self.assertEqual(page.status_code, 200)
                    self.assertNotContains(page, 'class="errorlist')
            followed |= links

    def test_holdings(self):
        make_cables(["06ROME900001", "06ROME900002", "06ROME900003"])
        withhold(Cable.objects.get(reference="06ROME900002"))
        counts = {label: count for label, count, _ in self.rows("holdings")}
        self.assertEqual(counts["Published"], 4)
        self.assertEqual((counts["Withheld"], counts["Redacted"]), (1, 1))
        self.assertEqual((counts["Records of loads under embargo"], counts["Held records"]), (4, 0))

    def test_an_account_without_rights_sees_nothing(self):
        for person in self.people.values():
            person.groups.clear()
        page = self.home()
        for heading in HEADINGS:
            with self.subTest(heading):
                self.assertNotContains(page, heading)


class DecisionsTests(HomeTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        text = "Quinto Rossi raised the fees."
        load_records(csv_record("09ROME900001", text=text))
        cls.cable = Cable.objects.get(reference="09ROME900001")

    def decided(self, name="by_others"):
        decisions = self.home().context[name]
        return [(each.change.action, each.change.subject, each.others) for each in decisions]

    def test_decisions_of_others_and_own_ones_stand_apart(self):
        withhold(self.cable, "A witness.", by=self.people["A"])
        publish(self.cable, "Nobody is named.", by=self.people["R"])
        Change.objects.create(action="loaded", what="cables of yesterday")
        self.assertEqual(self.decided()[0][0], "loaded")
        self.assertIn(("withheld", "09ROME900001", 0), self.decided())
        self.assertEqual(self.decided("by_me"), [("published", "09ROME900001", 0)])
        self.assertContains(self.home(), f'<a href="/admin/cables/cable/{self.cable.pk}/change/">')

    def test_a_decision_on_many_cables_is_one_line(self):
        cables = make_cables([f"06ROME90000{number}" for number in range(5)])
        for cable in cables:
            withhold(cable, "All name witnesses.", by=self.people["A"])
        decision = self.home().context["by_others"][0]
        self.assertEqual((decision.change.action, decision.others), ("withheld", 4))
        rows = self.client.get(decision.all_of_it).context["cl"]
        self.assertEqual(rows.result_count, 5)
        self.assertContains(self.home(), "and <a")

    def test_the_entries_of_one_decision_are_one_line_which_opens(self):
        with decided(self.people["A"]):
            for number in range(5):
                what = f"embargoed record 09ROME90000{number}"
                Change.objects.create(action="embargoed", what=what, by=self.people["A"])
        Change.objects.create(action="loaded", what="cables of yesterday")
        decision = self.home().context["by_others"][1]
        self.assertEqual((decision.change.action, decision.others), ("embargoed", 4))
        log = "/admin/cables/change/"
        page = self.client.get(log)
        self.assertContains(page, "record 09ROME", 1)
        self.assertContains(page, ">and 4 more</a>")
        self.assertContains(page, '<a href="?action=embargoed">')
        number = Change.objects.filter(action="embargoed").first().decision_id
        for query in (f"decision__id__exact={number}&action=embargoed", "q=embargoed+record"):
            with self.subTest(query):
                self.assertContains(self.client.get(f"{log}?{query}"), "record 09ROME", 5)
        lines = self.client.get(f"{log}log.jsonl").getvalue().decode().count("embargoed record")
        self.assertEqual(lines, 5)

    def test_redacted_words_are_shown_to_those_alone_who_may_see_originals(self):
        self.cable.changes.create(action="noted", reason="About Quinto Rossi.")
        strike = Strike(EVERYWHERE, ("Quinto Rossi",))
        redact_cable(self.cable, strike, "A witness.", self.people["R"])
        for letter in LETTERS:
            self.log_in(letter)
            with self.subTest(LETTERS[letter]):
                shown = "Quinto Rossi" in self.home().content.decode()
                self.assertEqual(shown, letter in "RA")

    def test_a_redaction_and_a_correction_lead_to_their_undo(self):
        strike = Strike(EVERYWHERE, ("Quinto Rossi",))
        with decided(self.people["A"]):
            made = redact_cable(self.cable, strike, "A witness.", self.people["A"])
            correct_cable(self.cable, "subject", "BUOYS", "A misprint.", self.people["A"])
        lift = f"/admin/cables/redaction/{made.pk}/lift/"
        undo = f"/admin/cables/correction/{self.cable.corrections.get().pk}/undo/"
        for letter, redacted, corrected in (("R", lift, ""), ("C", "", undo), ("L", "", "")):
            self.log_in(letter)
            with self.subTest(LETTERS[letter]):
                links = self.undo()
                self.assertEqual((links["redacted"], links["corrected"]), (redacted, corrected))
                for address in (
                    "/admin/cables/change/",
                    f"/admin/cables/cable/{self.cable.pk}/change/",
                    f"/admin/cables/change/{Change.objects.get(action='redacted').pk}/change/",
                ):
                    page = self.client.get(address).content.decode()
                    self.assertEqual(f'href="{lift}"' in page, bool(redacted), address)
        made.delete()
        self.log_in("R")
        self.assertEqual(self.undo()["redacted"], "", "It is undone.")

    def test_only_the_last_entry_that_withheld_a_cable_can_be_undone(self):
        for _ in range(2):
            withhold(self.cable, "A witness.", by=self.people["A"])
            publish(self.cable, "Nobody is named.", by=self.people["A"])
        self.assertEqual(self.undo()["withheld"], "")
        withhold(self.cable, "Another witness.", by=self.people["A"])
        decisions = self.home().context["by_others"]
        links = [each.change.undo for each in decisions if each.change.action == "withheld"]
        self.assertEqual(links, [f"{PUBLISH}09ROME900001", "", ""])

    def decide_otherwise(self, by):
        """Make rows of decisions of several kinds, and their entries; return the rows."""
        made = {"reason": "x", "by": by}
        former = self.cable.former_references.create(reference="09ROME7", kind="renamed")
        self.cable.changes.create(action="named", reason="09ROME7: x", by=by)
        merge = Merge.objects.create(kind="tag", name="XX", into=["EFIS"], cables={}, **made)
        Change.objects.create(action="merged", what=str(merge), **made)
        part = VolumeWithholding.objects.create(volume="frus2", name="persons", **made)
        Change.objects.create(action="withheld", what=f"volume {part}", **made)
        search = RedactionSearch.objects.create(by=by, state="redacted")
        redaction = self.cable.redactions.create(**made)
        RedactionMatch.objects.create(search=search, cable=self.cable, redaction=redaction)
        Change.objects.create(action="decided", what=str(search), reason="1 cables: x", by=by)
        Tag.objects.get_or_create(code="PRELPGOV")
        make_cable("06ROME900030", tags=["PRELPGOV"])
        Left.objects.create(kind="jammed-tags", key="PRELPGOV", label="PRELPGOV", **made)
        Change.objects.create(action="left", what="Jammed tags: PRELPGOV", **made)
        return former, merge, part, search

    def test_other_decisions_lead_to_their_undo(self):
        with decided(self.people["A"]):
            former, merge, part, search = self.decide_otherwise(self.people["A"])
        expected = {
            "named": (f"/admin/cables/correction/former/{former.pk}/undo/", "C"),
            "merged": (f"/admin/cables/merge/{merge.pk}/undo/", "C"),
            "withheld": (f"/admin/cables/volumewithholding/{part.pk}/publish/", "R"),
            "decided": (f"/admin/cables/redactionsearch/{search.pk}/undo/", "R"),
            "left": ("/admin/cables/left/?q=PRELPGOV", "CL"),
        }
        for letter in "CLR":
            self.log_in(letter)
            links = self.undo()
            for action, (address, may) in expected.items():
                with self.subTest(f"{LETTERS[letter]}: {action}"):
                    self.assertEqual(links[action], address if letter in may else "")
                    if letter in may:
                        self.assertEqual(self.client.get(address).status_code, 200)

    def test_the_page_takes_no_more_queries_for_more_decisions(self):
        make_cables([f"06ROME90001{number}" for number in range(8)])
        counts = []
        for cable in Cable.objects.filter(reference__startswith="06ROME"):
            withhold(cable, f"A reason {cable}.", by=self.people["A"])
            with CaptureQueriesContext(connection) as queries:
                self.home()
            counts.append(len(queries))
        self.assertLessEqual(max(counts[1:]), counts[0])


class DoorsTests(HomeTestCase):
    def test_each_door_names_models_that_there_are_once(self):
        named = [name for names in DOORS.values() for name in names]
        self.assertEqual(len(named), len(set(named)))
        registered = {model._meta.model_name for model in admin.site._registry}
        self.assertLessEqual(set(named), registered)
        self.assertEqual(list(DOORS), ["Cables", "Work", "Requests", "Loads", "Writing"])

    def test_what_no_door_has_is_behind_more(self):
        self.client.force_login(User.objects.create_superuser("root"))
        page = self.home()
        *doors, more = page.context["app_list"]
        self.assertEqual([each["name"] for each in doors], list(DOORS))
        self.assertEqual(more["name"], MORE)
        self.assertLessEqual({"Origins", "Groups"}, {each["name"] for each in more["models"]})
        before, _, behind = page.content.decode().partition('<details class="more">')
        self.assertNotIn("/admin/cables/origin/", before)
        self.assertIn("/admin/cables/origin/", behind)
        self.assertLess(before.index("What needs a person"), before.index("<caption>Cables"))
        self.assertContains(self.client.get("/admin/cables/origin/"), '<details class="more" open>')

    def test_each_role_sees_its_doors_on_the_first_page_and_beside_others(self):
        for letter, heading, may in (
            *(("C", "Writing", True), ("C", "Requests", False)),
            *(("R", "Requests", True), ("L", "Loads", True)),
        ):
            self.log_in(letter)
            for address in ("/admin/", "/admin/cables/tag/", "/admin/cables/"):
                with self.subTest(f"{LETTERS[letter]}: {heading} at {address}"):
                    page = self.client.get(address).content.decode()
                    self.assertEqual(f"<caption>{heading}</caption>" in page, may)
