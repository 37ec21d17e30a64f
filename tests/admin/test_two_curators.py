"""Two curators decide on one cable: the second sees what changed and keeps the input."""

import re
from unittest import mock

from django.contrib.auth.models import Permission

from cables.models import Cable, FormerReference, Left, LoadRow, Merge
from tests.admin.test_loads import ONE, LoadsTestCase, steps
from tests.builders import make_cables
from tests.opened import answered, form_of, send, stamps
from tests.source_files import csv_record
from tests.working import work

STALE = "meanwhile. Look at it again"


class TwoCuratorsTests(LoadsTestCase):
    def setUp(self):
        super().setUp()
        rights = ("correct_cable", "redact_cable", "see_sealed", "merge_places")
        self.curator.user_permissions.set(Permission.objects.filter(codename__in=rights))
        self.cable = self.make()

    def make(self):
        load = self.load(csv_record(ONE))
        self.do(load, "apply")
        work()
        self.loaded = load
        return Cable.objects.get()

    def opened(self, address):
        """Open a page of the desk; return the stamp of its form."""
        page = self.client.get(address).content.decode()
        return re.search(r'name="stamp" value="([^"]+)"', page)[1]

    def correct(self, **values):
        address = f"/admin/cables/correction/new/?cable={ONE}"
        values = stamps(self.client, address) | values
        values = {"field": "subject", "value": "HARBOR DUES", "reason": "A slip."} | values
        return self.client.post(address, values, follow=True)

    def test_withholding_a_corrected_cable_is_refused_once(self):
        addresses = [
            f"/admin/cables/cable/withhold/?cable={ONE}",
            f"{steps(self.loaded)}cables/withhold/",
        ]
        for number, address in enumerate(addresses):
            with self.subTest(address):
                stamp = self.opened(address)
                self.correct(value=f"HARBOR DUES {number}")
                sent = {"reason": "Names a ship.", "stamp": stamp}
                answer = answered(self, address, sent, STALE, "Names a ship.")
                self.assertEqual(Cable.objects.get().withheld_reason, "")
                stamp = re.search(r'name="stamp" value="([^"]+)"', answer.content.decode())[1]
                self.client.post(address, sent | {"stamp": stamp})
                self.assertEqual(Cable.objects.get().withheld_reason, "Names a ship.")
                send(self.client, address.replace("withhold", "publish"), {"reason": "It sank."})

    def test_correcting_a_withheld_cable_is_refused_once(self):
        stamp = self.opened(f"/admin/cables/correction/new/?cable={ONE}")
        send(self.client, f"/admin/cables/cable/withhold/?cable={ONE}", {"reason": "A ship."})
        self.assertContains(self.correct(stamp=stamp), "meanwhile")
        self.assertEqual(Cable.objects.get().withheld_reason, "A ship.")
        self.assertFalse(self.cable.corrections.exists())

    def test_no_cable_is_withheld_if_one_of_several_changed(self):
        make_cables(["08ROME900002", "08ROME900003"])
        address = f"/admin/cables/cable/withhold/?cable=08ROME900002&cable=08ROME900003&cable={ONE}"
        stamp = self.opened(address)
        self.correct()
        sent = {"reason": "Names a ship.", "stamp": stamp}
        self.assertContains(self.client.post(address, sent), STALE)
        self.assertFalse(Cable.objects.exclude(withheld_reason="").exists())

    def test_a_change_by_a_load_is_noticed(self):
        address = f"/admin/cables/cable/withhold/?cable={ONE}"
        stamp = self.opened(address)
        self.do(self.load(csv_record(ONE, text="Fees fell.")), "apply")
        work()
        answered(self, address, {"reason": "Names a ship.", "stamp": stamp}, STALE)

    def test_a_held_row_is_decided_only_once(self):
        send(self.client, f"/admin/cables/cable/withhold/?cable={ONE}", {"reason": "A ship."})
        self.do(self.load(csv_record(ONE, text="Fees fell.")), "apply")
        work()
        row = LoadRow.objects.get()
        apply, leave = (f"/admin/cables/loadrow/{row.pk}/{step}/" for step in ("apply", "leave"))
        stamp = self.opened(apply)
        send(self.client, f"/admin/cables/cable/publish/?cable={ONE}", {"reason": "It sank."})
        answered(self, apply, {"reason": "Newer.", "stamp": stamp}, STALE)
        send(self.client, leave, {"reason": "Older."})
        answered(self, apply, {"reason": "Newer."}, "It does not wait any more: left as it is")
        self.assertIn("Fees rose.", Cable.objects.get().body)
        log = Cable.objects.get().changes.values_list("action", flat=True)
        self.assertEqual(list(log), ["left", "published", "withheld"])

    def test_releasing_a_withdrawn_cable_is_refused_once(self):
        load = self.load(csv_record("09ROME900002"), due="2099-03-01T12:00", reason="As agreed.")
        self.do(load, "apply")
        work()
        release, move, withdraw = (
            f"/admin/cables/loadrow/embargo/{step}/?load={load.pk}"
            for step in ("release", "move", "withdraw")
        )
        sent = {"reason": "They asked.", "due": "2098-01-01T00:00"}
        opened = {address: sent | {"stamp": self.opened(address)} for address in (release, move)}
        send(self.client, withdraw, {"reason": "Not yet."})
        for address, values in opened.items():
            with self.subTest(address):
                told = "Somebody decided on one of these cables meanwhile"
                answer = answered(self, address, values, told, "They asked.")
                self.assertEqual(LoadRow.objects.get().outcome, "withdrawn")
        self.client.post(release, form_of(answer) | {"reason": "They asked."})
        self.assertTrue(Cable.objects.filter(reference="09ROME900002").exists())

    def test_a_merge_is_refused_if_other_cables_would_move(self):
        make_cables(["08ROME900002"], origin="Embassy Romme")
        asked = {"kind": "origin", "name": "Embassy Romme", "into": "Embassy Rome", "reason": "x"}
        address = "/admin/cables/merge/new/"
        seen = form_of(self.client.post(address, asked | {"step": "look"}))
        make_cables(["08ROME900003"], origin="Embassy Romme")
        answer = self.client.post(address, seen | {"step": "merge"})
        self.assertContains(answer, "The cables that would move have changed.")
        self.assertContains(answer, "2 cables would move")
        self.assertFalse(Merge.objects.exists())
        self.client.post(address, form_of(answer) | {"step": "merge"})
        self.assertTrue(Merge.objects.exists())

    def test_naming_a_reference_that_was_just_named_is_refused(self):
        """The other curator saves between the validation of the form and its saving."""
        other = make_cables(["08ROME900002"])[0]
        named = {"reference": "09BONN7", "reason": "A slip."}
        lock, led = Cable.lock, {"cable": other, "kind": "renamed"}

        def lock_late(cable):
            FormerReference.objects.get_or_create(reference="09BONN7", defaults=led)
            lock(cable)

        for address in (
            f"/admin/cables/correction/former/?cable={ONE}",
            "/admin/cables/correction/lead/",
        ):
            FormerReference.objects.all().delete()
            shown = form_of(send(self.client, address, named | {"cable": ONE}))
            FormerReference.objects.all().delete()
            sent = stamps(self.client, address) | shown | named | {"cable": ONE}
            with self.subTest(address), mock.patch.object(Cable, "lock", lock_late):
                answer = answered(self, address, sent, "09BONN7 leads to 08ROME900002 already.")
                self.assertEqual(form_of(answer)["reason"], ["A slip."])
                self.assertFalse(self.cable.former_references.exists())

    def test_a_reference_leads_only_to_the_cable_that_the_page_showed(self):
        make_cables(["08ROME900002"])
        address = "/admin/cables/correction/lead/"
        sent = {"reference": "09BONN7", "cable": ONE, "reason": "A slip."}
        shown = form_of(self.client.post(address, sent))
        for name, values, told in (
            ("another cable", {"cable": "08ROME900002"}, "08ROME900002 is the cable that you name"),
            ("one that changed", {}, "Somebody changed this cable meanwhile"),
        ):
            with self.subTest(name):
                if not values:
                    self.correct()
                answer = answered(self, address, shown | values, told)
                self.assertFalse(FormerReference.objects.exists())
        self.client.post(address, form_of(answer))
        self.assertEqual(FormerReference.objects.get().cable, self.cable)

    def test_taking_back_a_changed_issue_is_refused_once(self):
        make_cables(["08ROME900002", "08ROME900003"], subject="")
        matters = "/admin/cables/left/matters/no-subject/"
        keys = ["08ROME900002", "08ROME900003"]
        self.client.post(matters, {"key": keys, "reason": "It has none."})
        one, two = Left.objects.order_by("key")
        self.curator.user_permissions.add(Permission.objects.get(codename="delete_left"))
        chosen = {"action": "take_back", "_selected_action": [one.pk, two.pk]}
        sent = form_of(self.client.post("/admin/cables/left/", chosen)) | {"reason": "It has."}
        one.delete()
        answer = answered(self, "/admin/cables/left/", sent, "Somebody changed this meanwhile")
        self.assertEqual(Left.objects.get(), two)
        self.client.post("/admin/cables/left/", form_of(answer))
        self.assertFalse(Left.objects.exists())

    def test_issues_that_somebody_left_already_are_counted(self):
        make_cables(["08ROME900002", "08ROME900003"], subject="")
        address = "/admin/cables/left/matters/no-subject/"
        self.client.post(address, {"key": "08ROME900002", "reason": "It has none."})
        sent = {"key": ["08ROME900002", "08ROME900003"], "reason": "So it came."}
        answer = self.client.post(address, sent, follow=True)
        self.assertContains(answer, "1 left as it is.")
        self.assertContains(answer, "Somebody repaired or left 1 of the ticked ones meanwhile.")
        self.assertEqual(Left.objects.get(key="08ROME900002").reason, "It has none.")

    def test_undoing_what_is_undone_says_so(self):
        self.correct()
        correction = self.cable.corrections.get()
        address = f"/admin/cables/correction/{correction.pk}/undo/"
        send(self.client, address, {"reason": "It was right."})
        for undo in (
            *(address, "/admin/cables/correction/former/1/undo/"),
            *("/admin/cables/merge/1/undo/", "/admin/cables/redaction/1/lift/"),
        ):
            with self.subTest(undo):
                answer = self.client.post(undo, {"reason": "It was right."}, follow=True)
                self.assertContains(answer, "Somebody undid it meanwhile.")
