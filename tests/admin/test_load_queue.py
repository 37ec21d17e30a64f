"""The order of waiting loads: moved first or last, given a priority, kept by all workers."""

from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.models import User
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from cables.models import Cable, Change, Collection, Load
from cables.operations.tasks import (
    OrderChangedError,
    apply_load,
    defer_load,
    move_load,
    waiting_loads,
)
from tests.admin.test_loads import ONE, TWO, LoadsTestCase, steps
from tests.base import TransactionTestCase
from tests.builders import make_curator
from tests.opened import stamps
from tests.source_files import csv_record

QUEUE = "/admin/cables/load/queue/"
FETCH = "SELECT (procrastinate_fetch_job_v2(NULL, NULL)).args->>'load'"


def next_of_worker():
    """Let a worker take a task, as Procrastinate does; return the key of its load."""
    with connection.cursor() as cursor:
        cursor.execute(FETCH)
        return int(cursor.fetchone()[0])


def end_task(key):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE args->>'load' = %s", [str(key)])


class QueueTests(LoadsTestCase):
    def setUp(self):
        super().setUp()
        self.loads = []
        for name in ("a.csv", "b.csv", "c.csv"):
            self.send(name, csv_record(ONE))
            self.loads.append(Load.objects.latest("pk"))

    def move(self, load, place, **more):
        sent = stamps(self.client, QUEUE) | {"place": place} | more
        return self.client.post(f"{steps(load)}move/", sent, follow=True)

    def order(self):
        return [load.name for load, _ in self.client.get(QUEUE).context["waiting"]]

    def taken(self):
        """Return the order in which workers take the loads."""
        names = {load.pk: load.name for load in self.loads}
        keys = []
        for _ in self.loads:
            keys.append(next_of_worker())
            end_task(keys[-1])
        return [names[key] for key in keys]

    def test_loads_wait_in_the_order_in_which_they_came(self):
        self.assertEqual(self.order(), ["a.csv", "b.csv", "c.csv"])
        self.assertEqual(self.taken(), ["a.csv", "b.csv", "c.csv"])

    def test_a_load_is_moved(self):
        a, b, c = self.loads
        for load, place, order in (
            (c, "first", ["c.csv", "a.csv", "b.csv"]),
            (c, "first", ["c.csv", "a.csv", "b.csv"]),
            (a, "last", ["c.csv", "b.csv", "a.csv"]),
            (b, "100", ["b.csv", "c.csv", "a.csv"]),
            (c, "-100", ["b.csv", "a.csv", "c.csv"]),
            (a, "first", ["a.csv", "b.csv", "c.csv"]),
            (a, "last", ["b.csv", "c.csv", "a.csv"]),
        ):
            with self.subTest(f"{load.name} {place}"):
                self.move(load, place)
                self.assertEqual(self.order(), order)
        self.assertEqual(self.taken(), ["b.csv", "c.csv", "a.csv"])
        entry = Change.objects.filter(action="moved").latest("pk")
        self.assertIn("moved to the end", entry.reason)
        self.assertEqual((entry.by, entry.what), (self.curator, f"load {a.pk}, a.csv"))

    def test_the_priority_stays_for_the_load_when_it_is_applied(self):
        a, _, c = self.loads
        self.move(c, "first")
        for load in (a, c):
            Load.objects.filter(pk=load.pk).update(state="compared")
            end_task(load.pk)
        self.do(a, "apply")
        self.do(c, "apply")
        tasks = {job.args["load"]: job for job in ProcrastinateJob.objects.all()}
        self.assertGreater(tasks[c.pk].priority, tasks[a.pk].priority)

    def test_another_place_is_refused(self):
        for place in ("", "101", "-101", "x", "1e3", "9" * 30, "0000099999", "-", "\0", "²"):
            with self.subTest(place):
                self.assertContains(self.move(self.loads[2], place), "A priority is a number")
                self.assertEqual(self.order(), ["a.csv", "b.csv", "c.csv"])

    def test_of_two_curators_the_second_looks_again(self):
        stale = stamps(self.client, QUEUE)
        self.move(self.loads[2], "first")
        answer = self.move(self.loads[1], "first", **stale)
        self.assertContains(answer, "The order changed meanwhile")
        self.assertEqual(self.order(), ["c.csv", "a.csv", "b.csv"])

    def test_a_load_that_does_not_wait_is_not_moved(self):
        self.do(self.loads[0], "cancel")
        self.assertEqual(self.order(), ["b.csv", "c.csv"])
        self.assertContains(self.move(self.loads[0], "first"), "The order changed meanwhile")
        self.assertEqual(self.client.post(f"{QUEUE[:-6]}999999999/move/").status_code, 404)

    def test_a_waiting_load_is_cancelled_whatever_its_place(self):
        self.move(self.loads[1], "first")
        self.do(self.loads[1], "cancel")
        self.assertEqual(Load.objects.get(pk=self.loads[1].pk).state, "cancelled")
        self.assertEqual(self.order(), ["a.csv", "c.csv"])

    def test_who_may_not_load_sees_the_order_and_moves_nothing(self):
        sent = stamps(self.client, QUEUE) | {"place": "first"}
        user = make_curator("bo", "view_load")
        self.client.force_login(user)
        page = self.client.get(QUEUE)
        self.assertContains(page, "b.csv")
        self.assertNotContains(page, "Move to the front")
        address = f"{steps(self.loads[2])}move/"
        self.assertEqual(self.client.post(address, sent).status_code, 403)
        self.assertEqual(self.client.get(address).status_code, 405)

    def test_the_order_says_what_each_load_waits_for(self):
        self.assertEqual(next_of_worker(), self.loads[0].pk)
        Load.objects.filter(pk=self.loads[2].pk).update(state="waiting")
        page = self.client.get(QUEUE)
        for words in ("Is being compared", "Waits to be compared", "Waits to be applied"):
            with self.subTest(words):
                self.assertContains(page, words, 1)

    def test_the_page_of_a_waiting_load_leads_to_the_order(self):
        page = self.client.get(f"{steps(self.loads[0])}change/")
        self.assertContains(page, f'<a href="{QUEUE}">')
        self.assertContains(self.client.get("/admin/cables/load/"), QUEUE)


class TogetherTests(TransactionTestCase):
    def setUp(self):
        self.addCleanup(self.forget_tasks)
        home, _ = Collection.objects.get_or_create(slug="cables", defaults={"name": "cables"})
        user = User.objects.create_user("anna")
        for name in "abcdef":
            load = Load.objects.create(
                collection=home, file=f"/x/{name}.csv", by=user, state="waiting"
            )
            defer_load(apply_load, load)
        self.keys = list(Load.objects.order_by("pk").values_list("pk", flat=True))

    @staticmethod
    def forget_tasks():
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")

    def move(self, key, as_shown=None):
        try:
            shown = as_shown or (lambda queue: True)
            return bool(move_load(key, "first", shown))
        except OrderChangedError:
            return False
        finally:
            connection.close()

    def test_many_moves_at_once_leave_rows_and_tasks_in_one_order(self):
        with ThreadPoolExecutor(6) as pool:
            self.assertEqual(set(pool.map(self.move, self.keys)), {True})
        priorities = {load.pk: load.priority for load in waiting_loads()}
        tasks = {job.args["load"]: job.priority for job in ProcrastinateJob.objects.all()}
        self.assertEqual(tasks, priorities)
        self.assertEqual(len(set(priorities.values())), len(self.keys))

    def test_of_moves_on_one_order_only_one_is_carried_out(self):
        def is_as_shown(queue):
            return [load.pk for load in queue] == self.keys

        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda key: self.move(key, is_as_shown), self.keys[2:]))
        self.assertEqual(sorted(done), [False, False, False, True])

    def test_two_workers_take_no_load_twice_and_one_at_a_time(self):
        move_load(self.keys[3], "first", lambda queue: True)
        self.assertEqual(next_of_worker(), self.keys[3])
        with connection.cursor() as cursor:
            cursor.execute(FETCH)  # The second worker: the lock of loads is taken.
            self.assertIsNone(cursor.fetchone()[0])
        self.assertFalse(Cable.objects.filter(reference=TWO).exists())
