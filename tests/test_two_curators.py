"""Two curators on one cable: the second is told what the first did, and nothing is lost."""

import re

from django.contrib.auth.models import Permission

from cables.models import Cable, LoadRow
from tests.builders import make_cables
from tests.source_files import csv_record
from tests.test_admin_loads import ONE, LoadsTestCase, steps
from tests.working import work

STALE = "meanwhile. Below is how"
LATER = "meanwhile. Look at it again"


class TwoCuratorsTests(LoadsTestCase):
    def setUp(self):
        super().setUp()
        rights = ("correct_cable", "redact_cable", "see_sealed")
        self.curator.user_permissions.set(Permission.objects.filter(codename__in=rights))
        self.cable = self.make()

    def make(self):
        load = self.load(csv_record(ONE))
        self.do(load, "apply")
        work()
        self.loaded = load
        return Cable.objects.get()

    def opened(self, address):
        """Open a page of the desk; return the stamp that its form carries."""
        page = self.client.get(address).content.decode()
        return re.search(r'name="stamp" value="([^"]+)"', page)[1]

    def correct(self, **values):
        address = f"/admin/cables/correction/new/?cable={ONE}"
        values = {"field": "subject", "value": "HARBOR DUES", "reason": "A slip."} | values
        return self.client.post(address, values, follow=True)

    def test_who_withholds_what_was_corrected_meanwhile_is_told(self):
        addresses = [
            f"/admin/cables/cable/withhold/?cable={ONE}",
            f"{steps(self.loaded)}cables/withhold/",
        ]
        for number, address in enumerate(addresses):
            with self.subTest(address):
                stamp = self.opened(address)
                self.correct(value=f"HARBOR DUES {number}")
                sent = {"reason": "Names a ship.", "stamp": stamp}
                answer = self.client.post(address, sent)
                self.assertContains(answer, STALE)
                self.assertContains(answer, "Names a ship.")
                self.assertEqual(Cable.objects.get().withheld_reason, "")
                stamp = re.search(r'name="stamp" value="([^"]+)"', answer.content.decode())[1]
                self.client.post(address, sent | {"stamp": stamp})
                self.assertEqual(Cable.objects.get().withheld_reason, "Names a ship.")
                self.client.post(address.replace("withhold", "publish"), {"reason": ""})

    def test_who_corrects_what_was_withheld_meanwhile_is_told(self):
        stamp = self.opened(f"/admin/cables/correction/new/?cable={ONE}")
        self.client.post(f"/admin/cables/cable/withhold/?cable={ONE}", {"reason": "A ship."})
        self.assertContains(self.correct(stamp=stamp), "meanwhile")
        self.assertEqual(Cable.objects.get().withheld_reason, "A ship.")
        self.assertFalse(self.cable.corrections.exists())

    def test_of_many_cables_none_is_withheld_where_one_changed(self):
        make_cables(["08ROME900002", "08ROME900003"])
        address = f"/admin/cables/cable/withhold/?cable=08ROME900002&cable=08ROME900003&cable={ONE}"
        stamp = self.opened(address)
        self.correct()
        sent = {"reason": "Names a ship.", "stamp": stamp}
        self.assertContains(self.client.post(address, sent), STALE)
        self.assertFalse(Cable.objects.exclude(withheld_reason="").exists())

    def test_a_load_counts_as_somebody(self):
        address = f"/admin/cables/cable/withhold/?cable={ONE}"
        stamp = self.opened(address)
        self.do(self.load(csv_record(ONE, text="Fees fell.")), "apply")
        work()
        answer = self.client.post(address, {"reason": "Names a ship.", "stamp": stamp})
        self.assertContains(answer, STALE)

    def test_a_held_row_is_decided_once(self):
        self.client.post(f"/admin/cables/cable/withhold/?cable={ONE}", {"reason": "A ship."})
        self.do(self.load(csv_record(ONE, text="Fees fell.")), "apply")
        work()
        row = LoadRow.objects.get()
        apply, leave = (f"/admin/cables/loadrow/{row.pk}/{step}/" for step in ("apply", "leave"))
        stamp = self.opened(apply)
        self.client.post(f"/admin/cables/cable/publish/?cable={ONE}", {"reason": ""})
        answer = self.client.post(apply, {"reason": "Newer.", "stamp": stamp})
        self.assertContains(answer, LATER)
        self.client.post(leave, {"reason": "Older."})
        answer = self.client.post(apply, {"reason": "Newer."})
        self.assertContains(answer, "It does not wait any more: left as it is")
        self.assertIn("Fees rose.", Cable.objects.get().body)
        log = Cable.objects.get().changes.values_list("action", flat=True)
        self.assertEqual(list(log), ["left", "published", "withheld"])
