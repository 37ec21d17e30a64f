"""Pages stay quick where one decision left as many matters as an archive has cables."""

from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cables.models import Cable, Left, Load, LoadRow
from tests.admin.test_matter_decisions import LEFT, ROME, WORK, MattersTestCase
from tests.opened import send

REASON = "Nobody gave them one."


class ManyLeftTests(MattersTestCase):
    def setUp(self):
        super().setUp()
        send(self.client, f"{WORK}no-subject/all/", {"reason": REASON})

    def test_very_many_are_taken_back_by_undoing_the_decision(self):
        chosen = {"action": "take_back", "select_across": "1"}
        chosen["_selected_action"] = [Left.objects.latest("pk").pk]
        with mock.patch("cables.admin.work_lists.issue_list.MOST_TAKEN_BACK", 3):
            answer = self.client.post(LEFT, chosen, follow=True)
        self.assertContains(answer, "Take back at most")
        self.assertNotContains(answer, "Reason, for the log")
        self.assertContains(self.client.post(LEFT, chosen), "Reason, for the log")

    def test_the_log_and_the_page_of_a_cable_do_not_read_all_that_was_left(self):
        load = Load.objects.create(collection=self.collection)
        row = LoadRow.objects.create(
            **{"load": load, "position": 1, "digest": "d", "source": "a.csv"},
            **{"outcome": "rejected", "reason": "No date."},
        )
        self.client.post(f"{WORK}rejected/", {"key": [f"row {row.pk}"], "reason": REASON})
        page = f"/admin/cables/cable/{Cable.objects.get(reference=ROME[0]).pk}/change/"
        for address, condition in (("/admin/", '"decision_id" IS NULL'), (page, '"kind" IN (')):
            with self.subTest(address), CaptureQueriesContext(connection) as queries:
                self.client.get(address)
            read = [each["sql"] for each in queries if 'FROM "cables_left" WHERE' in each["sql"]]
            self.assertTrue(read)
            for sql in read:
                self.assertIn(condition, sql)
