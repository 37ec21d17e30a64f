"""Work lists of real archives: leave all of a kind, assign matters, counts that mean work."""

from unittest import mock

from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cables.models import (
    BulkDecision,
    Cable,
    Change,
    Collection,
    Left,
    Load,
    LoadRow,
    Matter,
    MatterAssignment,
)
from tests.admin.test_admin_site import DeskTestCase
from tests.builders import make_cable, make_cables, withhold
from tests.opened import form_of, send
from tests.working import work

LEFT = "/admin/cables/left/"
WORK = f"{LEFT}matters/"
ROME = ["06ROME900001", "06ROME900002", "06ROME900003"]


class MattersTestCase(DeskTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.collection = Collection.objects.create(slug="rome", name="Rome")
        make_cables(ROME, subject="", collections=["rome"])
        make_cable("06BERLIN900001", subject="", collections=["cables"])
        cls.bert = User.objects.create_user("bert", is_staff=True)
        cls.bert.groups.add(Group.objects.get(name="Redactor"))

    def items(self, query="", kind="no-subject"):
        page = self.client.get(f"{WORK}{kind}/{query}")
        return [item.label for item in page.context["items"]]


class LeaveAllTests(MattersTestCase):
    def leave_all(self, query="", reason="Nobody gave them one."):
        address = f"{WORK}no-subject/all/{query}"
        return send(self.client, address, {"reason": reason}, follow=True)

    def undo(self, decision, reason="Some have one."):
        address = f"/admin/cables/bulkdecision/{decision.pk}/undo/"
        return send(self.client, address, {"reason": reason}, follow=True)

    def log(self):
        return [(each.action, each.what, each.reason) for each in Change.objects.all()]

    def test_all_within_the_filters_are_left_by_one_decision_and_taken_back_by_one(self):
        page = self.client.get(f"{WORK}no-subject/all/?collection=rome")
        self.assertContains(page, "3 matters within these filters: collection Rome.")
        for reference in ROME:
            self.assertContains(page, reference)
        self.assertNotContains(page, "06BERLIN900001")
        answer = self.leave_all("?collection=rome")
        self.assertContains(answer, "3 left as they are.")
        self.assertContains(answer, "Empty subjects, collection Rome")
        self.assertEqual(self.items(), ["06BERLIN900001"])
        decision = BulkDecision.objects.get()
        what = f"decision {decision.pk} on 3 cables: leave matters as they are (Empty subjects)"
        self.assertEqual(self.log(), [("decided", what, "Nobody gave them one.")])
        left = Left.objects.filter(decision=decision, by=self.curator)
        self.assertEqual(set(left.values_list("key", flat=True)), set(ROME))
        entry = self.client.get("/admin/").context["by_me"][0]
        self.assertEqual(entry.change.undo, f"/admin/cables/bulkdecision/{decision.pk}/undo/")
        self.assertContains(self.undo(decision), "It is undone for 3 cables.")
        entries = self.client.get("/admin/").context["by_me"]
        self.assertEqual([each.change.undo for each in entries], ["", ""])
        self.assertEqual(self.items(), ["06BERLIN900001", *ROME])
        self.assertEqual([action for action, *_ in self.log()], ["undone", "decided"])
        self.assertFalse(Left.objects.exists())

    def test_later_loads_do_not_bring_them_back_and_bring_others(self):
        self.leave_all()
        Cable.objects.update(subject="A SUBJECT")
        Cable.objects.update(subject="")
        make_cable("06ROME900009", subject="")
        self.assertEqual(self.items(), ["06ROME900009"])

    def test_many_are_left_and_taken_back_by_the_worker(self):
        make_cables([f"06OSLO90{number:04}" for number in range(510)], subject="")
        answer = self.leave_all()
        self.assertContains(answer, "514 matters: the worker leaves them, 500 at a time.")
        self.assertEqual(Left.objects.count(), 0)
        self.assertEqual(work(), ["bulk_decide"])
        decision = BulkDecision.objects.get()
        self.assertEqual((decision.state, decision.outcomes()), ("done", {"done": 514}))
        self.assertEqual(self.items(), [])
        self.assertContains(self.undo(decision), "the worker undoes it")
        self.assertEqual(work(), ["bulk_undo"])
        self.assertEqual(Matter.objects.open().count(), 514)

    def test_a_matter_that_changes_while_it_waits_is_not_left(self):
        make_cables([f"06OSLO90{number:04}" for number in range(510)], warnings=[["M-10", "A."]])
        send(self.client, f"{WORK}M-10/all/", {"reason": "It is so."})
        for reference, warnings in (("06OSLO900000", []), ("06OSLO900001", [["M-10", "B."]])):
            Cable.objects.filter(reference=reference).update(warnings=warnings)
        work()
        self.assertEqual(BulkDecision.objects.get().outcomes(), {"done": 508, "stale": 2})
        self.assertEqual(self.items(kind="M-10"), ["06OSLO900001"])

    def test_what_was_shown_is_what_is_left(self):
        address = f"{WORK}no-subject/all/"
        sent = form_of(self.client.get(address)) | {"reason": "Nobody gave them one."}
        make_cable("06ROME900009", subject="")
        answer = self.client.post(address, sent)
        self.assertContains(answer, "Somebody repaired, left or found some of them meanwhile.")
        self.assertContains(answer, "5 matters")
        self.assertFalse(BulkDecision.objects.exists() or Left.objects.exists())
        self.client.post(address, form_of(answer))
        self.assertEqual(self.items(), [])

    def test_what_somebody_took_back_since_is_named_by_the_undoing(self):
        self.leave_all()
        decision = BulkDecision.objects.get()
        Left.objects.get(key=ROME[0]).delete()
        self.assertContains(self.undo(decision), "Somebody took it back meanwhile.")
        self.assertEqual(self.items(), ["06BERLIN900001", *ROME])

    def test_it_takes_a_reason_that_repeats_nothing_redacted(self):
        self.assertContains(self.leave_all(reason=" "), "is required")
        self.curator.user_permissions.add(Permission.objects.get(codename="redact_cable"))
        cable = Cable.objects.get(reference=ROME[0])
        redaction = cable.redactions.create(place="", reason="A witness.", by=self.curator)
        cable.sealed.create(place=redaction.sealed_at, values={"words": ["Quinto Rossi"]})
        answer = self.leave_all(reason="Quinto Rossi said so.")
        self.assertContains(answer, "repeats words that are redacted")
        self.assertFalse(Left.objects.exists())

    def test_why_they_were_left_is_sealed_with_each_of_their_cables(self):
        """On the pages of the others too."""
        self.leave_all(reason="Quinto Rossi wrote none.")
        withhold(Cable.objects.get(reference=ROME[0]), by=self.bert)
        other = Cable.objects.get(reference=ROME[1])
        for role in ("Cataloguer", "Releaser", "Auditor"):
            person = User.objects.create_user(role, is_staff=True)
            person.groups.add(Group.objects.get(name=role))
            self.client.force_login(person)
            page = self.client.get(f"/admin/cables/cable/{other.pk}/change/").content.decode()
            with self.subTest(role):
                self.assertIn("Left as it is: ", page)
                self.assertEqual("Quinto Rossi" in page, role == "Auditor")

    def test_nothing_is_left_by_filters_that_cannot_be_applied(self):
        for query in ("?collection=nonsense", "?load=x", "?to=999999999"):
            with self.subTest(query):
                self.assertContains(self.leave_all(query), "There is nothing to leave.")
                self.assertEqual(self.items(query), [])
                self.assertEqual(len(self.items()), 4)

    def test_only_matters_of_cables_are_left_all_at_once(self):
        for kind in ("held", "unresolved", "nonsense"):
            with self.subTest(kind):
                self.assertEqual(self.client.get(f"{WORK}{kind}/all/").status_code, 404)

    def test_matters_of_a_load(self):
        load = Load.objects.create(collection=self.collection)
        cable = Cable.objects.get(reference=ROME[1])
        cable.copies.create(
            collection=self.collection,
            published_reference=ROME[1],
            format="csv",
            facts={},
            load=load,
        )
        self.assertEqual(self.items(f"?load={load.pk}"), [ROME[1]])
        self.leave_all(f"?load={load.pk}")
        self.assertEqual(self.items(), ["06BERLIN900001", ROME[0], ROME[2]])


class AssignTests(MattersTestCase):
    def assign(self, to, *keys, query="", **values):
        """Assign matters as the page does: with whom it showed for each."""
        page = self.client.get(f"{WORK}no-subject/{query}")
        shown = [f"{item.holder.key} {item.key}" for item in page.context["items"]]
        values = {"to": to.pk if to else "", "key": keys, "shown": shown} | values
        return self.client.post(f"{WORK}no-subject/assign/{query}", values, follow=True)

    def waiting(self):
        rows = self.client.get("/admin/").context["waiting"]
        return {row.label: (row.count, row.address) for row in rows if row.whose == "you"}

    def test_to_oneself_to_a_colleague_and_to_nobody(self):
        answer = self.assign(self.curator, ROME[0], ROME[1])
        self.assertContains(answer, "2 assigned to anna.")
        self.assign(self.bert, ROME[2])
        self.assertEqual(self.items("?to=mine"), ROME[:2])
        self.assertEqual(self.items(f"?to={self.bert.pk}"), ROME[2:])
        self.assertEqual(self.items("?to=nobody"), ["06BERLIN900001"])
        self.assign(None, ROME[0])
        self.assertEqual(self.items("?to=nobody"), ["06BERLIN900001", ROME[0]])
        log = [(each.action, each.what, each.by) for each in Change.objects.all()]
        self.assertEqual(
            log,
            [
                ("assigned", "1 matter to nobody: Empty subjects", self.curator),
                ("assigned", "1 matter to bert: Empty subjects", self.curator),
                ("assigned", "2 matters to anna: Empty subjects", self.curator),
            ],
        )

    def test_all_within_the_filters(self):
        self.assign(self.bert, query="?collection=rome", scope="all")
        self.assertEqual(self.items(f"?to={self.bert.pk}"), ROME)

    def test_what_is_assigned_waits_for_its_account_on_the_first_page(self):
        self.assertEqual(self.waiting(), {})
        self.assign(self.curator, ROME[0], ROME[1])
        count, address = self.waiting()["Matters assigned to you"]
        self.assertEqual(count, 2)
        page = self.client.get(address)
        self.assertEqual(
            [(each.kind.name, each.count) for each in page.context["work"]], [("no-subject", 2)]
        )
        self.assertContains(page, f'href="{WORK}no-subject/?to=mine"')
        Cable.objects.filter(reference=ROME[0]).update(subject="DUES")
        self.assertEqual(self.waiting()["Matters assigned to you"][0], 1)
        self.client.force_login(self.bert)
        self.assertEqual(self.waiting(), {})

    def test_rows_of_loads_are_assigned_too(self):
        load = Load.objects.create(collection=self.collection)
        row = LoadRow.objects.create(
            **{"load": load, "position": 1, "digest": "d", "reference": "06PARIS900001"},
            **{"source": "a.csv", "outcome": "rejected", "reason": "No date."},
        )
        values = {"to": self.curator.pk, "key": [f"row {row.pk}"], "shown": [f"0 row {row.pk}"]}
        self.client.post(f"{WORK}rejected/assign/", values)
        self.assertEqual(self.waiting()["Matters assigned to you"][0], 1)
        self.assertEqual(len(self.items("?to=mine", "rejected")), 1)
        self.assertEqual(len(self.items("?to=mine&collection=rome", "rejected")), 1)
        self.assertEqual(self.items("?to=mine&collection=cables", "rejected"), [])

    def test_what_somebody_assigned_meanwhile_is_not_taken_from_them(self):
        MatterAssignment.objects.create(kind="no-subject", key=ROME[0], to=self.bert, by=self.bert)
        shown = [f"0 {key}" for key in ROME]
        answer = self.assign(self.curator, *ROME, shown=shown)
        self.assertContains(answer, "2 assigned to anna.")
        self.assertContains(answer, "somebody assigned them meanwhile")
        self.assertEqual(self.items(f"?to={self.bert.pk}"), ROME[:1])

    def test_matters_of_an_account_that_is_deactivated_are_nobodys_while_it_is(self):
        self.assign(self.bert, *ROME)
        root = User.objects.create_superuser("root")
        self.client.force_login(root)
        page = f"/admin/auth/user/{self.bert.pk}/change/"
        sent = form_of(self.client.get(page)) | {"why": "Bert left."}
        del sent["is_active"]
        answer = self.client.post(page, sent, follow=True)
        self.assertContains(answer, "3. Now to nobody, while it is inactive.")
        self.assertEqual(self.items("?to=nobody"), ["06BERLIN900001", *ROME])
        self.assertContains(self.client.get(f"{WORK}no-subject/"), "(was bert, not active)", 3)
        User.objects.filter(pk=self.bert.pk).update(is_active=True)
        self.assertEqual(self.items("?to=nobody"), ["06BERLIN900001"])

    def test_only_accounts_that_may_have_matters_are_offered_and_accepted(self):
        auditor = User.objects.create_user("auditor", is_staff=True)
        auditor.groups.add(Group.objects.get(name="Auditor"))
        page = self.client.get(f"{WORK}no-subject/")
        offered = [label for _, label in page.context["assign"].fields["to"].choices]
        self.assertEqual(offered, ["nobody", "me", "bert"])
        for to in (auditor.pk, "x", 999_999_999):
            with self.subTest(to):
                values = {"to": to, "key": ROME}
                answer = self.client.post(f"{WORK}no-subject/assign/", values, follow=True)
                self.assertContains(answer, "Choose somebody who may have matters.")
        self.assertContains(self.assign(self.curator), "Tick what you want to assign.")
        self.assertFalse(MatterAssignment.objects.exists())

    def test_too_many_at_once(self):
        with mock.patch("cables.admin.work_lists.issue_list.ASSIGNED_AT_ONCE", 3):
            answer = self.assign(self.curator, scope="all")
        self.assertContains(answer, "Assign at most 3 at once")
        self.assertFalse(MatterAssignment.objects.exists())


class CountsTests(MattersTestCase):
    def overview(self, query=""):
        context = self.client.get(f"{WORK}{query}").context
        return {
            name: {each.kind.name: each.count for each in context[name]}
            for name in ("work", "information")
        } | {"total": context["total"]}

    def test_what_is_for_information_is_not_counted_as_work(self):
        make_cable("06OSLO900001", body="Words alone.", cites=["06PARIS9"])
        expected = {
            "work": {"no-subject": 4},
            "information": {"no-numbers": 1, "unresolved": 1},
            "total": 4,
        }
        self.assertEqual(self.overview(), expected)
        home = self.client.get("/admin/")
        self.assertEqual(
            [(row.label, row.count) for row in home.context["waiting"] if row.whose != "you"],
            [("Empty subjects", 4)],
        )
        self.assertContains(home, f'href="{WORK}"')
        page = self.client.get(f"{WORK}no-numbers/")
        self.assertContains(page, "<h1>Paragraphs without numbers: 1 for information</h1>")
        self.assertContains(self.client.get(f"{WORK}no-subject/"), "<h1>Empty subjects: 4</h1>")

    def test_each_kind_says_what_it_means_and_what_to_do(self):
        page = self.client.get(WORK)
        self.assertContains(page, "No subject line was found in the text.")
        self.assertContains(page, "correct the subject; else leave it.")

    def test_filters_narrow_the_counts_and_lead_to_the_same_rows(self):
        page = self.client.get(f"{WORK}?collection=rome")
        row = page.context["work"][0]
        self.assertEqual((row.count, row.address), (3, f"{WORK}no-subject/?collection=rome"))
        self.assertEqual(len(self.client.get(row.address).context["items"]), 3)
        self.assertEqual(self.overview("?load=x")["work"], {})

    def test_cables_with_several_are_grouped(self):
        make_cable("06OSLO900001", subject="", warnings=[["M-10", "A day."], ["R-6", "B."]])
        make_cable("06OSLO900002", subject="", warnings=[["R-6", "Not work."]])
        page = self.client.get(f"{LEFT}cables/")
        groups = {
            group.cable.reference: [matter.title for matter in group.matters]
            for group in page.context["groups"]
        }
        reference = "An item of the reference list names nothing known (information)"
        several = ["Created against date-time group", reference, "Empty subjects"]
        self.assertEqual(groups, {"06OSLO900001": several})
        self.assertContains(page, "A day.")
        one = self.client.get(f"{WORK}M-10/")
        self.assertContains(one, f'Also: <a href="{WORK}R-6/">')

    def test_pages_ask_for_no_row_by_itself(self):
        addresses = ("/admin/", WORK, f"{LEFT}cables/", f"{LEFT}rules/", f"{WORK}no-subject/")
        make_cables(["06OSLO900001", "06OSLO900002"], subject="", warnings=[["M-10", "A."]])
        counts = {}
        for size in ("few", "many"):
            for address in addresses:
                with CaptureQueriesContext(connection) as queries:
                    self.client.get(address)
                counts[size, address] = len(queries)
            names = [f"06OSLO9001{number}" for number in range(10, 50)]
            if size == "few":
                make_cables(names, subject="", warnings=[["M-10", "A."]])
        for address in addresses:
            with self.subTest(address):
                self.assertLessEqual(counts["many", address], counts["few", address])


class LeakTests(MattersTestCase):
    """What was redacted after it was written as a reason is not shown."""

    def setUp(self):
        super().setUp()
        cable = Cable.objects.get(reference=ROME[0])
        values = {"reason": "Quinto Rossi gave none.", "by": self.curator}
        self.left = Left.objects.create(kind="no-subject", key=ROME[0], label=ROME[0], **values)
        redaction = cable.redactions.create(place="", reason="A witness.", by=self.curator)
        cable.sealed.create(place=redaction.sealed_at, values={"words": ["Quinto Rossi"]})
        self.cable = cable

    def test_reasons_of_what_was_left(self):
        chosen = {"action": "take_back", "_selected_action": [self.left.pk]}
        pages = {
            "list": lambda: self.client.get(LEFT),
            "row": lambda: self.client.get(f"{LEFT}{self.left.pk}/change/"),
            "take back": lambda: self.client.post(LEFT, chosen),
            "cable": lambda: self.client.get(f"/admin/cables/cable/{self.cable.pk}/change/"),
        }
        for name, page in pages.items():
            with self.subTest(name):
                answer = page()
                self.assertContains(answer, "gave none.")
                self.assertNotContains(answer, "Rossi")

    def test_withheld_cables_are_in_no_list(self):
        withhold(Cable.objects.get(reference=ROME[1]))
        for address in (WORK, f"{WORK}no-subject/", f"{WORK}no-subject/all/", f"{LEFT}cables/"):
            with self.subTest(address):
                self.assertNotContains(self.client.get(address), ROME[1])
