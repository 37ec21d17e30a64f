"""After a start the files of the search index are read ahead, as far as memory allows."""

import tempfile
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock, patch

from django.test import SimpleTestCase, override_settings

from cables.search_index.folder import PART, make_current, new_folder, read_ahead
from reading_room.gunicorn import post_worker_init

SIZES = {
    "a.pos": 3 * PART,
    "a.idx": 2 * PART + 1,
    "b.term": PART,
    "a.term": 10,
    "a.fast": 10,
    "meta.json": 10,
}


class ReadAheadTests(SimpleTestCase):
    def setUp(self):
        root = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(override_settings(SEARCH_INDEX_DIR=Path(root)))

    def make_index(self):
        folder = new_folder()
        for name, size in SIZES.items():
            (folder / name).write_bytes(bytes(size))
        make_current(folder)
        return folder

    def read(self, available=1 << 30):
        """Return (name of the file, where it begins, bytes) of each part that is asked for."""
        parts = []

        def advise(descriptor, start, length, advice):
            path = Path(f"/proc/self/fd/{descriptor}").readlink()
            parts.append((path.name, start, length))

        memory = SimpleNamespace(available=available)
        with (
            patch("os.posix_fadvise", advise, create=True),
            patch("psutil.virtual_memory", return_value=memory),
        ):
            read_ahead()
        return parts

    def test_asks_for_all_parts_of_each_file_positions_of_words_last(self):
        self.make_index()
        parts = [(name, start // PART) for name, start, _ in self.read()]
        few = [("a.fast", 0), ("a.term", 0), ("b.term", 0)]
        many = [("a.idx", 0), ("a.idx", 1), ("a.idx", 2), ("a.pos", 0), ("a.pos", 1), ("a.pos", 2)]
        self.assertEqual(parts, few + many)

    def test_leaves_half_of_the_available_memory_alone(self):
        self.make_index()
        read = {name for name, _, _ in self.read(available=2 * (PART + 20))}
        self.assertEqual(read, {"a.fast", "a.term", "b.term"})
        self.assertEqual(self.read(available=0), [])

    def test_reads_nothing_without_an_index_or_when_a_new_one_has_taken_its_place(self):
        self.assertEqual(self.read(), [])
        folder = self.make_index()
        with patch("cables.search_index.folder.in_order", return_value=[folder / "gone.pos"]):
            self.assertEqual(self.read(), [])


class ServerTests(SimpleTestCase):
    def test_the_first_process_of_a_server_reads_ahead_and_no_other(self):
        for age, times in ((1, 1), (2, 0), (3, 0)):
            with (
                self.subTest(age=age),
                patch("cables.search_index.folder.read_ahead") as asked,
                patch("reading_room.gunicorn.warm_up"),
                patch("reading_room.gunicorn.Thread", lambda target, **_: Mock(start=target)),
            ):
                post_worker_init(Mock(age=age))
                self.assertEqual(asked.call_count, times)
