"""A decision is made while a load stores a batch, or records are released, and the reverse."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from cables.admin.redaction_search.decide_on_searches import locked_searches
from cables.curation.archive_redactions import (
    TASKS,
    decide,
    redact_accepted,
    run_search,
    start_search,
    undo,
)
from cables.curation.erasures import erase
from cables.curation.origin_tag_merges import merge, undo_merge
from cables.curation.redactions_and_corrections import StaleError, correct_cable
from cables.decisions.small_kinds import STALE_MATTERS, choose_matters, stamp_of_matters
from cables.loader import Progress, apply, compare, load, read_ahead, release
from cables.loader.store import Store
from cables.models import (
    BulkDecision,
    Cable,
    Collection,
    Erased,
    Load,
    LoadRow,
    Matter,
    Merge,
    Preview,
    RedactionSearch,
    StandingForm,
    State,
    Tag,
    withhold_all,
)
from cables.publication.publish import publish_all
from tests.base import TransactionTestCase
from tests.builders import make_cable, make_cables, make_curator
from tests.curation.test_archive_redactions import accept, go_on, search_for, text_of
from tests.curation.test_later_texts import ALONE, NAME, NEW, OLD, StandingRedaction
from tests.opened import form_of
from tests.source_files import csv_file, csv_record

OTHER = "Otto Vandermeulen"
WAITS = """
SELECT count(*) FROM pg_locks
WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
"""


def together(first, second, *more):
    """Let `second` run in another connection, until it waits for the transaction of `first`; do
    `more` in that. Return what `second` returned.
    """

    def act():
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            first()
            acting = pool.submit(act)
            while not acting.done() and not (cursor.execute(WAITS), cursor.fetchone()[0])[1]:
                pass
            if acting.done():
                raise AssertionError(f"It did not wait: {acting.result()}")
            for each in more:
                each()
        return acting.result()


class DecisionDuringLoadTests(StandingRedaction, TransactionTestCase):
    def during_a_batch(self, decision, search, record):
        """Let another connection decide while a batch is stored, and not committed yet."""

        def decide_there():
            with transaction.atomic():
                row = locked_searches().get(pk=search.pk)
                decision(row, "A witness.", self.curator)

        together(lambda: self.load(record), decide_there)
        search.refresh_from_db()

    def test_a_text_that_is_being_stored_when_a_search_begins_is_searched(self):
        search = RedactionSearch(by=self.curator, phrases=[OTHER])
        start_search(search)
        record = csv_record(ALONE, text=f"{OTHER} came.")
        together(lambda: self.load(record), lambda: run_search(search, go_on))
        self.assertEqual([each.cable.reference for each in search.matches.all()], [ALONE])

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


class TogetherTests(TransactionTestCase):
    """Decisions of other kinds beside loads."""

    def load(self, *records):
        return load(csv_file(self.folder, *records))

    def test_what_is_erased_comes_with_no_batch(self):
        self.load(csv_record(ALONE))
        rejected = {"reference": NEW, "position": "1", "outcome": "rejected"}
        LoadRow.objects.create(load=Load.objects.get(), **rejected)
        together(lambda: self.load(csv_record(NEW)), lambda: erase(NEW, "By order."))
        self.assertFalse(Cable.objects.filter(reference=NEW).exists())
        again = csv_record(ALONE, text="Another.")
        report = together(lambda: erase(ALONE, "By order."), lambda: self.load(again))
        self.assertEqual(report.held, 1)
        self.assertEqual({*LoadRow.objects.values_list("raw", flat=True)}, {""})
        self.load(csv_record(OLD))
        cable, by = Cable.objects.select_related("origin").get(), make_curator("anna")
        with self.assertRaisesMessage(StaleError, "It was erased meanwhile."):
            together(
                lambda: erase(OLD, "By order."),
                lambda: correct_cable(cable, "subject", "HARBOR DUES", "As printed.", by),
            )

    def test_matters_of_a_cable_that_is_erased_meanwhile_are_not_left_unseen(self):
        by = make_curator("anna")
        make_cables([ALONE, OLD], subject="")
        matters = Matter.objects.open().filter(kind=Matter.NO_SUBJECT)
        stamp, parameters = stamp_of_matters(matters), {"matter": Matter.NO_SUBJECT}
        with self.assertRaisesMessage(StaleError, STALE_MATTERS):
            together(
                lambda: erase(OLD, "By order."),
                lambda: choose_matters(matters, parameters, "It is so.", by, stamp),
            )
        self.assertFalse(BulkDecision.objects.exists())

    def test_a_form_that_names_a_cable_which_is_erased_meanwhile_says_so(self):
        self.client.force_login(User.objects.create_superuser("anna"))
        rows = {"note": {"text": "It was so."}, "highlight": {}, "citingwork": {"title": "Quays"}}
        for kind, typed in rows.items():
            make_cable(OLD)
            address = f"/admin/cables/{kind}/add/"
            sent = form_of(self.client.get(address)) | typed | {"cable": OLD, "reference": "p. 1"}
            with self.subTest(kind):
                answer = together(
                    lambda: erase(OLD, "By order."),
                    lambda address=address, sent=sent: self.client.post(address, sent),
                )
                self.assertContains(answer, "was erased meanwhile")
            Erased.objects.all().delete()

    def test_what_only_an_erased_cable_had_is_made_anew_by_the_next_batch(self):
        store, names = Store._store, ("09ROME900010", "09ROME900011")

        def erased_after(this, batch):
            if this.report.rows == 1:
                erase(names[0], "By order.")
            return store(this, batch)

        with (
            mock.patch.object(Store, "_store", erased_after),
            mock.patch.object(read_ahead, "BATCH_RECORDS", 1),
        ):
            self.load(*(csv_record(name, origin="Embassy Paris") for name in names))
        self.assertEqual(Cable.objects.get().origin.name, "Embassy Paris")
        self.assertTrue(Tag.objects.filter(code="IT").exists())

    def test_who_decides_on_a_cable_of_a_release_waits_for_it_or_it_for_them(self):
        self.load(*map(csv_record, (ALONE, NEW)))
        later = {"collection": Collection.objects.get(), "due": timezone.now() + timedelta(days=1)}
        for name in (ALONE, NEW):
            run, record = Load.objects.create(**later), csv_record(name, text="Another.")
            apply(run, csv_file(self.folder, record), Progress(run), jobs=1)
        together(
            Cable.objects.get(reference=NEW).lock,
            lambda: release(LoadRow.objects.all()),
            State.advance,
        )
        self.assertEqual({*Cable.objects.values_list("version", flat=True)}, {2})

    def test_what_is_read_of_a_cable_that_is_erased_meanwhile_is_not_kept(self):
        self.load(csv_record(ALONE, text=f"{OTHER} came."), csv_record(OLD))
        search = RedactionSearch(by=make_curator("anna"), phrases=[OTHER])
        start_search(search)
        together(lambda: erase(ALONE, "By order."), lambda: run_search(search, go_on))
        self.assertFalse(search.matches.exists())
        run = Load.objects.create(collection=Collection.objects.get(), state="comparing")
        path = csv_file(self.folder, csv_record(OLD, text="Another."))
        together(lambda: compare(run, path, Progress(run), jobs=1), lambda: erase(OLD, "By order."))
        self.assertFalse(Preview.objects.exists())

    def test_no_cable_keeps_a_name_that_is_merged_while_somebody_decides_on_it(self):
        self.load(csv_record(ALONE, origin="Embassy Paris"), csv_record(NEW))
        by, cables = make_curator("anna"), Cable.objects.filter(reference=ALONE)
        withhold_all(cables, "For law.")

        def merge_origin():
            merge("origin", "Embassy Paris", ["Embassy Rome"], "The same.", by)

        def correct(name, value):
            correct_cable(cables.select_related("origin").get(), name, value, "A slip.", by)

        together(lambda: publish_all(cables), merge_origin)
        self.assertEqual(cables.get().origin.name, "Embassy Rome")
        withhold_all(cables, "For law.")
        together(
            lambda: undo_merge(Merge.objects.get(), "A slip.", by), lambda: publish_all(cables)
        )
        self.assertEqual(cables.get().origin.name, "Embassy Paris")
        together(merge_origin, lambda: correct("origin", "Embassy Paris"))
        self.assertEqual(cables.get().origin.name, "Embassy Rome")
        together(
            lambda: correct("tags", ["PREL", "ZZ"]),
            lambda: merge("tag", "PREL", ["PGOV"], "The same.", by),
        )
        self.assertEqual(cables.get().tags, ["PGOV", "ZZ"])
