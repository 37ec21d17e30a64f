"""Rules of the work lists that are off for a collection: by default, or by a curator."""

from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.db import connection, transaction

from cables.admin.work_lists.issues import work_list
from cables.admin.work_lists.rule_switches import WHY_OFF, switch_rule
from cables.admin.work_lists.rule_texts import RULE_TEXTS
from cables.models import Archive, Cable, Change, Collection, Left, Matter, RuleSwitch
from cables.models.curation_issues import OFF_BY_DEFAULT
from tests.admin.test_admin_site import DeskTestCase
from tests.base import TestCase, TransactionTestCase
from tests.builders import make_cable, make_cables
from tests.opened import form_of, send

LEFT = "/admin/cables/left/"
EARLY = datetime(1965, 3, 14, 9, 26, tzinfo=UTC)
OF_VOLUME = {"edition": {"volume": "frus1964-68v22"}}
WARNINGS = [[rule, "Noticed."] for rule in RULE_TEXTS if rule[1] == "-"]
ARCHIVES = {
    Archive.VOLUME: {"facts": OF_VOLUME, "created": EARLY},
    Archive.EARLY: {"created": EARLY},
    Archive.OTHER: {},
}


def listed(kind="no-subject"):
    """Return the references in a work list."""
    rows = Matter.objects.open().filter(kind=kind).order_by("reference")
    return list(rows.values_list("reference", flat=True))


def counted():
    return {kind.name: count for kind, count, _ in work_list(User(is_superuser=True))}


class DefaultTests(TestCase):
    def test_each_kind_of_archive_has_the_rules_off_that_mean_nothing_there(self):
        everything = {"subject": "", "body": "Words alone.", "warnings": WARNINGS}
        for number, (archive, fields) in enumerate(ARCHIVES.items()):
            with self.subTest(archive):
                cable = make_cable(f"06ROME90000{number}", **everything | fields)
                off = Matter.objects.filter(cable=cable, is_open=False)
                self.assertEqual(
                    set(off.values_list("kind", flat=True)), set(OFF_BY_DEFAULT.get(archive, ()))
                )
                matters = Matter.objects.filter(cable=cable)
                self.assertEqual(set(matters.values_list("archive", flat=True)), {archive.value})

    def test_the_page_says_why_for_each(self):
        rules = {rule for rules in OFF_BY_DEFAULT.values() for rule in rules}
        self.assertEqual(set(WHY_OFF), rules)
        self.assertLessEqual(rules, set(RULE_TEXTS))

    def test_a_corrected_date_makes_it_an_early_telegram(self):
        cable = make_cable(subject="")
        self.assertEqual(listed(), [cable.reference])
        Cable.objects.filter(pk=cable.pk).update(created=EARLY)
        self.assertEqual(listed(), [])


class SwitchTests(DeskTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.frus = Collection.objects.create(slug="frus", name="Foreign Relations")
        cls.other = Collection.objects.create(slug="other", name="Other cables")
        make_cables(["06ROME900001", "06ROME900002"], subject="", collections=["frus"])
        make_cable("06ROME900003", subject="", collections=["other"])
        make_cable("06ROME900004", subject="", collections=["frus", "other"])

    def address(self, state, slug="frus", rule="no-subject"):
        return f"{LEFT}rules/{slug}/{rule}/{state}/"

    def switch(self, state, slug="frus", rule="no-subject", reason="They have none."):
        address = self.address(state, slug, rule)
        return send(self.client, address, {"reason": reason}, follow=True)

    def test_a_rule_that_is_off_takes_its_matters_from_list_and_counts_until_it_is_on(self):
        page = self.client.get(self.address("off"))
        self.assertContains(page, "3 matters of this rule are in the list")
        self.assertContains(self.switch("off"), "Empty subjects: off for Foreign Relations.")
        self.assertEqual(listed(), ["06ROME900003", "06ROME900004"])
        self.assertEqual(counted(), {"no-subject": 2})
        make_cable("06ROME900005", subject="", collections=["frus"])
        self.assertEqual(counted(), {"no-subject": 2})
        self.assertContains(self.client.get(self.address("on")), "3 matters of this rule return")
        self.switch("on", reason="Some have one.")
        self.assertEqual(counted(), {"no-subject": 5})
        log = [(each.action, each.what, each.reason, each.by) for each in Change.objects.all()[:2]]
        what = "rule no-subject, Empty subjects, for Foreign Relations"
        self.assertEqual(
            log,
            [
                ("switched on", what, "Some have one.", self.curator),
                ("switched off", what, "They have none.", self.curator),
            ],
        )

    def test_a_cable_is_listed_while_the_rule_is_on_for_one_of_its_collections(self):
        self.switch("off", "other")
        self.assertEqual(listed(), ["06ROME900001", "06ROME900002", "06ROME900004"])
        self.switch("off", "frus")
        self.assertEqual(listed(), [])
        Cable.objects.filter(reference="06ROME900001").update(collections=["frus", "cables"])
        self.assertEqual(listed(), ["06ROME900001"])

    def test_a_default_is_overruled_for_a_collection_alone(self):
        make_cable("06ROME900006", subject="", collections=["frus"], created=EARLY)
        make_cable("06ROME900007", subject="", collections=["other"], created=EARLY)
        rules = self.client.get(f"{LEFT}rules/?collection=frus")
        self.assertContains(rules, "On, but off for documents of printed volumes (FRUS) and for")
        self.assertContains(rules, self.address("on"))
        self.assertNotContains(rules, self.address("on", rule="L-3"))
        self.assertContains(rules, self.address("off", rule="L-3"))
        self.switch("on")
        self.assertIn("06ROME900006", listed())
        self.assertNotIn("06ROME900007", listed())

    def test_the_page_of_rules_says_what_is_off_since_when_and_why(self):
        self.switch("off")
        page = self.client.get(f"{LEFT}rules/?collection=frus")
        self.assertContains(page, "anna: They have none.")
        rows = {each.rule: each for each in page.context["rules"]}
        self.assertEqual((rows["no-subject"].open, rows["no-subject"].closed), (1, 2))
        self.assertEqual([label for label, _ in rows["no-subject"].steps], ["Switch on"])
        self.assertContains(self.client.get(f"{LEFT}matters/"), "Off for Foreign Relations.")
        other = self.client.get(f"{LEFT}rules/?collection=other")
        self.assertNotContains(other, "They have none.")

    def test_the_page_of_a_cable_says_that_its_rule_is_off(self):
        self.switch("off")
        cable = Cable.objects.get(reference="06ROME900001")
        page = self.client.get(f"/admin/cables/cable/{cable.pk}/change/")
        self.assertContains(page, "Its rule is off here.")

    def test_the_last_switch_has_its_undo_in_the_log(self):
        def undo():
            page = self.client.get("/admin/")
            return {each.change.action: each.change.undo for each in page.context["by_me"]}

        self.switch("off")
        self.assertEqual(undo(), {"switched off": self.address("on")})
        self.switch("on", reason="Some have one.")
        self.assertEqual(undo(), {"switched off": "", "switched on": self.address("off")})

    def test_what_was_left_does_not_return_with_its_rule(self):
        self.switch("off")
        values = {"kind": "no-subject", "reason": "It has none.", "by": self.curator}
        left = Left.objects.create(key="06ROME900001", label="06ROME900001", **values)
        self.switch("on")
        self.assertEqual(listed(), ["06ROME900002", "06ROME900003", "06ROME900004"])
        self.switch("off")
        left.delete()
        self.assertNotIn("06ROME900001", listed())
        self.switch("on")
        self.assertIn("06ROME900001", listed())

    def test_it_takes_a_reason(self):
        self.assertContains(self.switch("off", reason=" "), "is required")
        self.assertFalse(RuleSwitch.objects.exists())

    def test_two_curators_at_once(self):
        sent = form_of(self.client.get(self.address("off"))) | {"reason": "They have none."}
        self.switch("off", reason="I was first.")
        answer = self.client.post(self.address("off"), sent)
        self.assertContains(answer, "Somebody switched this rule meanwhile.")
        self.assertContains(answer, "I was first.")
        self.assertEqual(RuleSwitch.objects.get().reason, "I was first.")

    def test_addresses_that_lead_nowhere(self):
        for address in (
            self.address("off", "nonsense"),
            self.address("off", rule="nonsense"),
            self.address("maybe"),
        ):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 404)


class LockTests(TransactionTestCase):
    def test_a_switch_does_not_hold_up_the_commit_of_a_load_into_its_collection(self):
        """Its batch has changed matters, for which the switch waits: they would never end."""
        rome = Collection.objects.create(slug="rome", name="Rome")
        data = {"stamp": "default", "reason": "They have none."}
        anna = User.objects.create_user("anna")
        other = connection.copy()
        self.addCleanup(other.close)
        with transaction.atomic(), other.cursor() as cursor:
            switch_rule(rome, "no-subject", "Empty subjects", is_on=False, data=data, by=anna)
            # What PostgreSQL asks for a row that refers to a collection.
            key_of = "SELECT id FROM cables_collection WHERE slug = 'rome' FOR KEY SHARE NOWAIT"
            cursor.execute(key_of)
            self.assertEqual(cursor.fetchone(), (rome.pk,))

    def test_a_change_that_is_no_matter_does_not_hold_up_decisions_on_matters(self):
        cable = make_cable(subject="")
        locks = """
            SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'RowExclusiveLock'
            AND relation = 'cables_matter'::regclass
        """
        for values, is_locked in (({"tags": ["PREL"]}, False), ({"subject": "DUES"}, True)):
            with self.subTest(values), transaction.atomic(), connection.cursor() as cursor:
                Cable.objects.filter(pk=cable.pk).update(**values)
                cursor.execute(locks)
                self.assertEqual(bool(cursor.fetchall()), is_locked)
