"""Processes of several machines answer one reader: each from an index with a history of its own."""

import gc
import tempfile
import time
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count, cycle
from pathlib import Path
from random import Random
from unittest.mock import patch
from urllib.parse import urlencode, urlsplit

from django.core.cache import caches
from django.test import override_settings

from cables.assistants.reading_tools import search_cables
from cables.http_cache.edition import latest_edition
from cables.models import Cable
from cables.models.querysets import ORDERS
from cables.search.filters import RELEVANCE
from cables.search.index_selection import ORDER_FIELDS, Selection
from cables.search.query import parse_question
from cables.search_index import folder, indexer, reader
from cables.search_index.reader import OpenIndex
from tests.base import TransactionTestCase
from tests.builders import CREATED, RELEASED, forget_counts, make_cables, publish, withhold
from tests.slow import slow

MAPS = Path("/proc/self/maps")
DEADLINE = 20  # Seconds; a busy machine is no failure.
QUESTIONS = ("harbor", "harbor fees ships", "harb*", '"harbor fees"', "harbor -gulls")


class Machine:
    """A folder with an index, and a process that reads it."""

    def __init__(self, path):
        self.path, self.process = path, OpenIndex()

    @contextmanager
    def here(self):
        caches["questions"].clear()  # It is in the memory of each process.
        with (
            override_settings(SEARCH_INDEX_DIR=self.path),
            patch.object(reader, "open_index_of_process", self.process),
        ):
            yield

    def update(self, *, anew=False):
        with self.here():
            indexer.rebuild() if anew else indexer.update()

    def keys(self, text, order, start=0, stop=1_000):
        with self.here():
            found = Selection(reader.snapshot_of(latest_edition())).matching(parse_question(text))
            return found.keys(order, start, stop)


class MachinesTestCase(TransactionTestCase):
    def setUp(self):
        paths = [Path(self.enterContext(tempfile.TemporaryDirectory())) for _ in range(2)]
        self.machines = self.first, self.second = [*map(Machine, paths)]

    def make(self, number, start=0):
        """Store cables of a few lengths and days, so that many tie."""
        made = []
        for at, words in enumerate(("Harbor fees", "Harbor", "Harbor ships fees, gulls, gulls")):
            names = [f"06ROME{900_000 + each}" for each in range(start + at, start + number, 3)]
            made += make_cables(names, subject="", body=f"1. {words} rose.")
        for cable in made:
            cable.created = CREATED + timedelta(days=cable.pk * 7919 % 5)
            cable.released = RELEASED + timedelta(days=cable.pk % 3)
        Cable.objects.bulk_update(made, ["created", "released"])
        forget_counts()
        return made


class SameOrderTests(MachinesTestCase):
    def test_indexes_of_the_same_cables_give_the_same_order(self):
        for part in range(4):  # The first has a segment for each of four loads.
            self.make(15, 15 * part)
            self.first.update()
        self.second.update()
        for text in QUESTIONS:
            for order in (*ORDER_FIELDS, None):
                with self.subTest(text, order=order):
                    wanted = self.first.keys(text, order)
                    self.assertEqual(self.second.keys(text, order), wanted)
                    pages = [self.second.keys(text, order, at, at + 7) for at in range(0, 70, 7)]
                    self.assertEqual(sum(pages, []), wanted)

    def test_equal_scores_are_sorted_by_reference(self):
        names = [
            f"{year}ROME{number}" for year in ("06", "72", "09") for number in (900_010, 900_002)
        ]
        cables = {cable.pk: cable.reference for cable in make_cables(names, body="1. Harbor.")}
        self.first.update()
        with patch.object(reader, "TIES", 1):
            for text in ("harbor", "harb*"):
                for at in range(6):
                    with self.subTest(text, at=at):
                        (key,) = self.first.keys(text, None, at, at + 1)
                        wanted = ("72ROME900002", "72ROME900010", "06ROME900002", "06ROME900010")
                        wanted = (*wanted, "09ROME900002", "09ROME900010")
                        self.assertEqual(cables[key], wanted[at])

    def test_each_cable_stands_on_one_page_beside_one_that_just_changed(self):
        made = self.make(30)
        self.first.update()
        Cable.objects.filter(pk=made[0].pk).update(body="1. Harbor fees fell.")
        question = parse_question("harbor")
        with self.first.here(), patch.object(reader, "rounded", lambda score: 1.0):  # All tie.
            selection = Selection(reader.snapshot_of(latest_edition()), is_current=True)
            found = selection.matching(question)
            pages = [found.keys(None, at, at + 7) for at in range(0, 35, 7)]
        self.assertEqual(sorted(sum(pages, [])), sorted(cable.pk for cable in made))

    def test_the_state_of_an_index_is_no_result(self):
        keys = sorted(cable.pk for cable in self.make(5))
        self.first.update()
        for order in (*ORDER_FIELDS, None):
            with self.subTest(order):
                self.assertEqual(sorted(self.first.keys("-gold", order)), keys)

    def test_an_answer_is_named_after_the_index_that_ranks_it(self):
        cable = self.make(3)[0]
        self.first.update()
        self.second.update()
        for path in ("/search/?q=harbor", f"/cable/{cable.reference}/similar/"):
            tags = []
            for machine in self.machines:
                with self.subTest(path), machine.here():
                    tags.append(self.client.get(path)["ETag"])
                    again = self.client.get(path, headers={"If-None-Match": tags[0]})
                    self.assertEqual(again.status_code, 200 if machine is self.second else 304)
            self.assertNotEqual(*tags)
        for path in (f"/cable/{cable.reference}/", "/origin/embassy-berlin/"):
            tags = set()
            for machine in self.machines:
                with self.subTest(path), machine.here():
                    tags.add(self.client.get(path)["ETag"])
            self.assertEqual(len(tags), 1, path)

    def test_what_lacks_changed_cables_is_not_stored(self):
        cable, other = self.make(2)
        self.first.update()
        Cable.objects.filter(pk=other.pk).update(body="1. Tolls.")
        with self.first.here():
            page = self.client.get(f"/cable/{cable.reference}/similar/")
            self.assertIn("no-store", page["Cache-Control"])
        with self.first.here(), override_settings(SEARCH_INDEX_DIR=self.first.path / "none"):
            page = self.client.get("/origin/embassy-berlin/")  # Without facets.
            self.assertIn("no-store", page["Cache-Control"])


class ReplacedIndexTests(MachinesTestCase):
    def test_before_a_process_is_forked_it_is_open_for_a_while_and_without_a_thread(self):
        self.make(3)
        self.first.update()
        process = self.first.process
        with self.first.here():
            with process.briefly(), patch.object(reader, "Thread") as thread:
                self.assertEqual(process.snapshot(latest_edition()).searcher.num_docs, 4)
            thread.assert_not_called()
            self.assertIsNone(process.index)
            process.snapshot(latest_edition())
        self.assertTrue(process.is_watched)

    def test_all_processes_read_the_index_that_was_built_last(self):
        self.make(3)
        self.first.update()
        others = [OpenIndex(), self.first.process]
        with self.first.here():
            for process in others:
                process.snapshot(latest_edition())
            indexer.rebuild()  # Of the same state.
            for process in others:
                process.snapshot(latest_edition())
                self.assertEqual(process.folder, folder.current_folder())
            held = {process.snapshot(latest_edition()).searcher.num_docs for process in others}
        self.assertEqual(held, {4})  # One is the document of the state.

    def test_deleted_files_are_closed_though_no_request_comes(self):
        self.make(3)
        self.first.update()
        with self.first.here():
            self.first.process.snapshot(latest_edition())
            self.client.get("/search/?q=harbor")  # Leaves objects that refer to each other.
            gc.disable()
            self.addCleanup(gc.enable)
            self.assertTrue(self.has_mapped(self.first))
            indexer.rebuild()
            deadline = time.monotonic() + DEADLINE
            while self.has_mapped(self.first) and time.monotonic() < deadline:
                time.sleep(0.1)
            self.assertFalse(self.has_mapped(self.first))
            self.first.process.snapshot(latest_edition())
            self.assertTrue(self.has_mapped(self.first))

    def has_mapped(self, machine):
        return str(machine.path) in MAPS.read_text()


class PortionTests(MachinesTestCase):
    """Portions of results, each from the other machine, while cables change and indexes too."""

    COUNT, EVERY = 130, 1

    def setUp(self):
        super().setUp()
        self.make(self.COUNT)
        self.always = set(Cable.objects.values_list("reference", flat=True))
        for machine in self.machines:
            machine.update()
        self.changing = self.changes()

    def changes(self):
        """Yield after each change of the archive or of an index, without an end."""
        added, draw = self.COUNT, Random(1)
        for machine in cycle(self.machines):
            hidden, redacted = draw.sample([*Cable.objects.published()], 2)
            withhold(hidden)
            self.always.discard(hidden.reference)
            yield
            machine.update()  # Which builds it anew.
            yield
            Cable.objects.filter(pk=redacted.pk).update(body="1. Harbor fees, redacted.")
            yield
            machine.update()
            yield
            publish(hidden)
            self.make(3, added)
            added += 3
            yield
            machine.update(anew=True)
            yield

    def follow(self, path):
        """Return the references in all portions from an address on."""
        seen, machines = [], cycle(self.machines)
        for number in count(1):
            with next(machines).here():
                values = self.client.get(path).json()
            seen += [row["reference"] for row in values.get("results", values.get("cables"))]
            if not values["next"]:
                break
            path = "{0.path}?{0.query}".format(urlsplit(values["next"]))
            if number % self.EVERY == 0:
                next(self.changing)
        return seen

    def assert_each_once(self, seen):
        self.assertEqual(len(seen), len(set(seen)), "Some came twice.")
        self.assertEqual(self.always - set(seen), set(), "Some never came.")

    def test_each_cable_comes_once(self):
        for order in (RELEVANCE, "-released", "reference"):
            with self.subTest(order):
                self.assert_each_once(self.follow(f"/search.json?q=harbor&sort={order}"))

    def test_each_comes_once_to_an_assistant(self):
        seen, cursor = [], {}
        for machine in cycle(self.machines):
            with machine.here():
                answer = search_cables(
                    "http://testserver", {"query": "harbor fees or ships"} | cursor
                )
            seen += [row["reference"] for row in answer["results"]]
            if not answer["next_cursor"]:
                break
            cursor = {"cursor": answer["next_cursor"]}
            next(self.changing)
        self.always &= set(
            Cable.objects.filter(body__iregex="fees|ships").values_list("reference", flat=True)
        )
        self.assert_each_once(seen)

    @slow("no five thousand results followed in all orders while the archive changes")
    def test_each_of_many_comes_once_in_every_order(self):
        self.make(5_000, 10_000)
        for machine in self.machines:
            machine.update()
        for order in (RELEVANCE, *ORDERS):
            for path, filters, self.EVERY in (
                ("/search.json", {"q": "harbor", "released_after": date(2012, 1, 1)}, 30),
                ("/origin/embassy-berlin.json", {"q": "harb*", "limit": 250}, 3),
            ):
                self.always = set(Cable.objects.published().values_list("reference", flat=True))
                with self.subTest(path, order=order):
                    address = f"{path}?{urlencode(filters | {'sort': order})}"
                    self.assert_each_once(self.follow(address))
