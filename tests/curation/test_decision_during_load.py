"""A redaction over the archive is decided, or lifted, while a load stores a batch."""

import threading

from django.db import connection, transaction

from cables.admin.redaction_search.decide_on_searches import locked_searches
from cables.curation.archive_redactions import (
    TASKS,
    decide,
    redact_accepted,
    run_search,
    start_search,
    undo,
)
from cables.models import RedactionSearch, StandingForm
from tests.base import TransactionTestCase
from tests.curation.test_archive_redactions import accept, go_on, search_for, text_of
from tests.curation.test_later_texts import ALONE, NAME, NEW, StandingRedaction
from tests.source_files import csv_record

OTHER = "Otto Vandermeulen"
WAITS = """
SELECT count(*) FROM pg_locks
WHERE NOT granted AND relation = 'cables_standingform'::regclass
"""


class DecisionDuringLoadTests(StandingRedaction, TransactionTestCase):
    def during_a_batch(self, decision, search, record):
        """Let another connection decide while a batch is stored, and not committed yet."""

        def decide_there():
            with transaction.atomic():
                row = locked_searches().get(pk=search.pk)
                decision(row, "A witness.", self.curator)

        self.wait_for_a_batch(decide_there, record)
        search.refresh_from_db()

    def wait_for_a_batch(self, action, record):
        def act():
            try:
                action()
            finally:
                connection.close()

        acting = threading.Thread(target=act)
        with transaction.atomic():
            self.load(record)
            acting.start()
            while acting.is_alive() and not self.is_waited_for():
                pass
            self.assertTrue(acting.is_alive(), "It did not wait for the batch.")
        acting.join()

    def test_a_text_that_is_being_stored_when_a_search_begins_is_searched(self):
        search = RedactionSearch(by=self.curator, phrases=[OTHER])
        start_search(search)
        record = csv_record(ALONE, text=f"{OTHER} came.")
        self.wait_for_a_batch(lambda: run_search(search, go_on), record)
        self.assertEqual([each.cable.reference for each in search.matches.all()], [ALONE])

    def is_waited_for(self):
        with connection.cursor() as cursor:
            cursor.execute(WAITS)
            return cursor.fetchone()[0]

    def test_a_batch_that_was_stored_before_the_decision_is_redacted_after_it(self):
        self.load(csv_record("09ROME900010", text=f"{OTHER} waved."))
        search = search_for(self.curator, [OTHER])
        accept(search.matches)
        self.during_a_batch(decide, search, csv_record(NEW, text=f"{OTHER} came."))
        self.assertIn(OTHER, self.cable().body)
        redact_accepted(search, go_on)
        self.assertNotIn("Vandermeulen", text_of(self.cable()))

    def test_a_batch_that_was_redacted_before_the_decision_is_undone_is_shown_after_it(self):
        record = csv_record(NEW, text=f"{NAME} waved.")
        self.during_a_batch(undo, self.search, record)
        self.assertFalse(StandingForm.objects.exists())
        TASKS[self.search.task](self.search, go_on)
        self.assertIn(NAME, self.cable().body)

    def test_a_worker_that_is_killed_goes_on(self):
        for number in (10, 11, 12):
            self.load(csv_record(f"09ROME9000{number}", text=f"{OTHER} waved."))
        search = search_for(self.curator, [OTHER])
        accept(search.matches)
        self.load(csv_record(NEW, text=f"{OTHER} came."))
        decide(search, "A witness.", self.curator)
        steps = iter([False, False, True])

        def stop():
            if next(steps, False):
                raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            redact_accepted(search, stop)
        self.assertTrue(search.standing.exists())
        redact_accepted(RedactionSearch.objects.get(pk=search.pk), go_on)
        for reference in ("09ROME900010", "09ROME900011", "09ROME900012", NEW):
            with self.subTest(reference):
                self.assertNotIn("Vandermeulen", text_of(self.cable(reference)))
                self.assertEqual(self.cable(reference).redactions.count(), 1)
