"""Files that are too large or endless are refused with a message, in little memory."""

import gzip
import os
import subprocess
import sys
import zlib

from cables.sources import Limits, Reject, SourceError, check_size, csv_dump, frus, reader_for
from cables.sources.parsed_cable import parsed
from tests.base import FolderTestCase
from tests.paths import PROJECT
from tests.slow import slow
from tests.source_files import csv_record
from tests.waiting import PATIENCE

LIMITS = Limits(file=2_000_000, record=100_000, ratio=50)
TEI = b"<TEI xmlns='http://www.tei-c.org/ns/1.0'><text><body>"
DOCUMENT = b"<div type='document' xml:id='d1' n='1'><head>1. Telegram</head><p>%s</p></div>"
END = b"</body></text></TEI>"
HEADING = b"Draft Date,Document Number,Film Number,From\n"
ENTRY = b"14-Mar-1975,1975LISBON90941%d,D7,LISBON\n"
NARA = (PROJECT / "tests" / "data" / "nara.txt").read_bytes()
LONG = b"a" * 300_000


class FileTestCase(FolderTestCase):
    def read(self, name, data, limits=LIMITS):
        path = self.write(name, data)
        return list(parsed(reader_for(path).read(path, lambda size: None, limits)))

    def refused(self, function, *arguments):
        with self.assertRaises(SourceError) as caught:
            function(*arguments)
        return str(caught.exception)


class FileTests(FileTestCase):
    def test_a_compression_bomb_is_refused_before_it_is_unpacked(self):
        ratio = self.write("ratio.csv.gz", gzip.compress(b"\0" * 20_000_000))
        large = self.write("large.csv.gz", gzip.compress(os.urandom(2_100_000)))
        plain = self.write("plain.csv", b"a" * 2_100_000)
        for path, words in (
            (ratio, "unpacks to more than 50 times its size"),
            (large, "it holds more than 2 megabytes; split it, or let the operator raise"),
            (plain, "it holds more than 2 megabytes"),
        ):
            with self.subTest(path.name):
                read = []
                message = self.refused(check_size, path, read.append, LIMITS)
                self.assertIn(f"{path}: ", message)
                self.assertIn(words, message)
                self.assertIn("LOAD_", message)

    def test_a_sparse_file_is_refused_by_its_size(self):
        path = self.write("holes.csv", csv_record().encode())
        os.truncate(path, 1 << 40)
        self.assertIn("holds more than 2 megabytes", self.refused(check_size, path, print, LIMITS))

    def test_small_files_may_have_any_ratio_and_damage_is_left_to_the_reader(self):
        packed = gzip.compress(b"a" * 90_000)
        for name, data in (("small.csv.gz", packed), ("cut.csv.gz", packed[:60])):
            with self.subTest(name):
                check_size(self.write(name, data), lambda size: None, LIMITS)

    def test_pipes_and_devices_are_refused(self):
        pipe, link = self.folder / "pipe.csv", self.folder / "zero.csv"
        os.mkfifo(pipe)
        link.symlink_to("/dev/zero")
        for path in (pipe, link):
            for function in (reader_for, check_size):
                with self.subTest(path.name, function=function.__name__):
                    self.assertIn("no such file", self.refused(function, path))

    def test_a_growing_file_is_read_up_to_its_size_when_opened(self):
        path = self.write("grows.csv", csv_record().encode())

        def grow(size):
            with path.open("ab") as file:
                file.write(csv_record("09ROME900002").encode())

        self.assertEqual(
            [cable.reference for cable in parsed(csv_dump.read(path, grow))], ["09ROME900001"]
        )

    def test_reading_many_empty_gzip_members_can_be_cancelled(self):
        path = self.write("parts.csv.gz", gzip.compress(b"") * 100_000)

        def advance(size):
            raise InterruptedError

        with self.assertRaises(InterruptedError):
            list(parsed(csv_dump.read(path, advance)))


class RecordTests(FileTestCase):
    def test_a_record_that_is_too_long_is_one_reject_and_others_are_read(self):
        first, last = csv_record().encode(), csv_record("09ROME900002").encode()
        cables = "09ROME900001", "09ROME900002"
        long_row = csv_record("09ROME900003", body=LONG.decode()).encode()
        many_lines = csv_record("09ROME900003", body="a\n" * 150_000).encode()
        documents = NARA.partition(b"Message Text")[2]
        listed = ("75LISBON909411", "75LISBON909412")
        for name, data, references, line in (
            ("row.csv", first + long_row + last, cables, 14),
            ("lines.csv", first + many_lines + last, cables, 14),
            ("two.csv", first + long_row * 2 + last, cables, 14),
            ("packed.csv.gz", gzip.compress(first + long_row + last, 1), cables, 14),
            ("a.txt", b"Message Text\n" + LONG + b"\nMessage Text" + documents, None, 1),
            ("list.csv", HEADING + ENTRY % 1 + b'"' + LONG + b'"\n' + ENTRY % 2, listed, 3),
        ):
            with self.subTest(name):
                found = self.read(name, data, Limits(2_000_000, 100_000, 1_000))
                rejects = [each for each in found if isinstance(each, Reject)]
                self.assertEqual(rejects[0].position, line)
                for reject in rejects:
                    self.assertIn("more than 0.1 megabytes", reject.reason)
                    self.assertLessEqual(len(reject.raw), 200_000)
                self.assertEqual(len(rejects), 2 if name == "two.csv" else 1)
                read = [each.reference for each in found if not isinstance(each, Reject)]
                self.assertEqual(len(read), 2)
                self.assertEqual(read, list(references or read))

    def test_a_long_page_text_or_document_of_a_volume_is_refused(self):
        for name, data in (
            ("09ROME900001.html", b"<html>" + LONG),
            ("09ROME900001.txt", b"09ROME900001\n" + LONG),
            ("text.xml", TEI + DOCUMENT % LONG + END),
            ("elements.xml", TEI + DOCUMENT % (b"<hi/>" * 100_000) + END),
            ("loose.xml", TEI + b"<p>a</p>" * 50_000 + END),
        ):
            with self.subTest(name):
                self.assertIn("more than 0.1 megabytes", self.refused(self.read, name, data))

    def test_a_long_volume_of_short_documents_is_read(self):
        documents = b"".join(DOCUMENT.replace(b"d1", b"d%d" % n) % b"a" for n in range(3_000))
        self.assertEqual(len(self.read("frus1.xml", TEI + documents + END)), 3_000)

    def test_duplicate_ids_in_a_volume_are_accepted(self):
        data = TEI + DOCUMENT % b"<hi xml:id='x'>a</hi> <hi xml:id='x'>b</hi>" + END
        self.assertEqual(len(self.read("frus1.xml", data)), 1)


class MarkupTests(FileTestCase):
    def read_volume(self, types, text):
        data = b"<!DOCTYPE TEI [%s]>" % types + TEI + DOCUMENT % text + END
        path = self.write("frus1.xml", data)
        raw = [getattr(each, "raw", "") for each in frus.read(path)]
        bodies = [document.element for document in frus.walk(path, frus.Volume(id="frus1"))]
        return "".join(raw) + "".join("".join(body.itertext()) for body in bodies)

    def test_internal_entities_are_read_and_external_ones_are_not(self):
        secret = self.write("secret.txt", b"the secret")
        self.assertIn("dash", self.read_volume(b"<!ENTITY d 'dash'>", b"&d;"))
        for kind in (b"SYSTEM", b"PUBLIC 'x'"):
            with self.subTest(kind):
                outside = b"<!ENTITY d %s 'file://%s'>" % (kind, os.fsencode(secret))
                try:
                    self.assertNotIn("secret", self.read_volume(outside, b"&d;"))
                except ValueError as error:
                    self.assertNotIn("the secret", str(error))

    def test_exponential_entities_are_refused(self):
        laughs = b"".join(b"<!ENTITY l%d '%s'>" % (n + 1, b"&l%d;" % n * 10) for n in range(1, 10))
        deep = b"<hi>" * 5_000 + b"</hi>" * 5_000
        huge = b"<hi rend='%s'/>" % (b"a" * 11_000_000)
        many = b"<hi %s/>" % b" ".join(b"a%d='b'" % n for n in range(1_000_000))
        for name, types, text in (
            ("billion laughs", b"<!ENTITY l1 'ha'>" + laughs, b"&l10;"),
            ("quadratic", b"<!ENTITY a '%s'>" % (b"a" * 100_000), b"&a;" * 1_000),
            ("deep", b"", deep),
            ("huge", b"", huge),
            ("many", b"", many),
        ):
            with self.subTest(name), self.assertRaises(ValueError):
                self.read_volume(types, text)


ENDLESS = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {project!r})
from cables.sources import Limits, SourceError, reader_for
from cables.sources.parsed_cable import parsed
limits = Limits(record=1_000_000, ratio=5_000)
for path in sorted(Path({folder!r}).iterdir()):
    try:
        for found in parsed(reader_for(path).read(path, lambda size: None, limits)):
            pass
    except ValueError:
        pass
    print(path.name, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


class MemoryTests(FileTestCase):
    """Files of 60 megabytes with one record, or with invalid records only."""

    def packed(self, name, head, unit):
        packer = zlib.compressobj(1, wbits=31)
        block = unit * (1_000_000 // len(unit))
        parts = [packer.compress(head), *(packer.compress(block) for _ in range(60))]
        self.write(name, b"".join([*parts, packer.flush()]))

    @slow("no memory of large files measured")
    def test_memory_stays_below_that_of_some_records(self):
        row = csv_record(body="").encode()[:-2]
        # The memory of the interpreter and the readers alone.
        self.write("0.csv", csv_record().encode())
        for name, head, unit in (
            ("1-field.csv.gz", row, b"a"),
            ("2-lines.csv.gz", row, b"\n"),
            ("3-quotes.csv.gz", row, b'"'),
            ("4-slashes.csv.gz", row, b"\\"),
            ("5-page.html", b"<html><table class='cable'>", b"<tr>"),
            ("6-text.txt", b"Message Text\n", b"a"),
            ("7-list.csv", HEADING + b'"', b"a"),
            ("8-elements.xml.gz", TEI, b"<p/>"),
            ("9-comment.xml.gz", TEI + b"<!--", b"a"),
        ):
            self.packed(name, head, unit)
        script = ENDLESS.format(project=str(PROJECT), folder=str(self.folder))
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        peaks = dict(line.split() for line in done.stdout.splitlines())
        self.assertEqual(len(peaks), 10)
        taken = int(peaks["9-comment.xml.gz"]) - int(peaks["0.csv"])
        self.assertLess(taken, 60, peaks)
