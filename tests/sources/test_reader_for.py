"""Which reader a file gets, which files of a folder are read, and errors of unreadable files."""

import codecs
import gzip
from unittest import TestCase

from cables.sources import (
    ParsedCable,
    SourceError,
    csv_dump,
    files_of,
    html_page,
    reader_for,
    text_page,
)
from cables.sources.parsed_cable import parsed
from tests.base import FolderTestCase
from tests.paths import DATA
from tests.real_data import real_folder

CSV = (DATA / "dump.csv").read_bytes()
PAGE = (DATA / "page.html").read_bytes()
TEXT = (DATA / "page.txt").read_bytes()
LINES = (DATA / "lines.txt").read_bytes()
FRENCH = "éàüößñ çêî ".encode("latin-1") * 50

READERS = [
    ("dump.csv", CSV, csv_dump),
    ("DUMP.CSV", CSV, csv_dump),
    ("dump.csv.gz", gzip.compress(CSV), csv_dump),
    ("dump.gz", gzip.compress(CSV), csv_dump),
    ("dump", CSV, csv_dump),
    ("dump.2011.csv", CSV, csv_dump),
    ("a.html", PAGE, html_page),
    ("a.htm", PAGE, html_page),
    ("a.xhtml", PAGE, html_page),
    ("09ROME900001", PAGE, html_page),
    ("09ROME900001", b"<!DOCTYPE html>\n<html>", html_page),
    ("a.txt", TEXT, text_page),
    ("09ROME900001", TEXT, text_page),
    ("02ADANA900386", LINES, text_page),
]
UNREADABLE = [
    ("empty.csv", b"", "empty file; get it again"),
    ("blank.csv", b" \n\n", "empty file"),
    ("packed.csv.gz", b"\x1f\x8bnonsense", "damaged gzip file"),
    ("cables.zip", b"PK\x03\x04rest", "a zip archive; unpack it first"),
    ("cables.csv", b"\xfd7zXZ\x00rest", "packed with xz; unpack it first"),
    ("cables.csv", codecs.BOM_UTF16_LE + "1,2".encode("utf-16-le"), "iconv -f UTF-16 -t UTF-8"),
    ("cables.csv", CSV.decode().encode("utf-16-le"), "this is UTF-16LE"),
    ("cables.csv", CSV.decode().encode("utf-16-be"), "this is UTF-16BE"),
    ("cables.csv", codecs.BOM_UTF32_LE + "1".encode("utf-32-le"), "this is UTF-32"),
    ("cables.csv", bytes(range(256)) * 20, "a binary file"),
    ("cables.csv", b"caf" + FRENCH, "not UTF-8 at byte 4, 0xe9; convert it to UTF-8 with: iconv"),
    ("diary", b"Dear diary,\n\nnothing happened.\n", "not a file that can be loaded"),
    ("notes.doc", b"Dear diary", "not a file that can be loaded"),
]


class ReaderForTests(FolderTestCase):
    def test_a_reader_is_chosen_by_suffix_or_content(self):
        for name, data, reader in READERS:
            with self.subTest(name):
                self.assertIs(reader_for(self.write(name, data)), reader)

    def test_every_sample_is_read_by_its_reader(self):
        for name in ("dump.csv", "page.html", "page.txt", "lines.txt"):
            with self.subTest(name):
                first = next(iter(parsed(reader_for(DATA / name).read(DATA / name))))
                self.assertIsInstance(first, ParsedCable)

    def test_errors_name_the_file_and_the_remedy(self):
        for name, data, words in UNREADABLE:
            with self.subTest(words):
                path = self.write(name, data)
                with self.assertRaises(SourceError) as raised:
                    reader_for(path)
                self.assertIn(str(path), str(raised.exception))
                self.assertIn(words, str(raised.exception))

    def test_a_missing_file_and_a_folder_are_refused(self):
        for path in (self.folder / "missing.csv", self.folder):
            with self.subTest(path), self.assertRaisesRegex(SourceError, "no such file"):
                reader_for(path)

    def test_a_few_invalid_characters_are_accepted(self):
        """C-2: it is counted and read; so are NUL characters, record by record."""
        damaged = CSV.replace(b"LIMA 902481", b"LIMA 902481 \xe9 \xc3\xa9 \xc3\xa9")
        for data in (damaged, CSV + b"\0", CSV[:-3] + "é".encode()[:1]):
            with self.subTest(data[-10:]):
                self.assertIs(reader_for(self.write("dump.csv", data)), csv_dump)

    def test_a_truncated_gzip_file_is_still_recognised(self):
        data = gzip.compress(CSV * 200)
        self.assertIs(reader_for(self.write("dump.csv.gz", data[: len(data) // 2])), csv_dump)


class FilesOfTests(FolderTestCase):
    def test_of_a_file_only_itself_is_read(self):
        path = self.write("dump.csv", CSV)
        self.assertEqual(files_of(path), [path])

    def test_of_a_mirror_only_the_pages_of_cables_are_read(self):
        for name in (
            *("cable/2009/02/09ROME900002.html", "cable/2009/02/09ROME900001.html"),
            *("cable/2006/03/06BERLIN901234", "cable/2006/03/style.css"),
            *("cable/2006/03/.hidden.html", "cable/2006/03/notes", "tag/PREL_0.html", "index.html"),
        ):
            self.write(name, PAGE)
        names = [path.relative_to(self.folder).as_posix() for path in files_of(self.folder)]
        self.assertEqual(
            names,
            [
                "cable/2006/03/06BERLIN901234",
                "cable/2009/02/09ROME900001.html",
                "cable/2009/02/09ROME900002.html",
            ],
        )

    def test_of_a_folder_all_files_with_a_known_suffix_the_best_format_first(self):
        for name in ("b.txt", "a.csv.gz", "deep/c.HTML", "README.md", "picture.png"):
            self.write(name, PAGE)
        names = [path.relative_to(self.folder).as_posix() for path in files_of(self.folder)]
        self.assertEqual(names, ["a.csv.gz", "deep/c.HTML", "b.txt"])

    def test_a_folder_without_cables_is_refused(self):
        for path, words in ((self.folder, "nothing to load"), (self.folder / "x", "no such file")):
            with self.subTest(words), self.assertRaisesRegex(SourceError, words):
                files_of(path)


class RealTests(TestCase):
    def test_every_file_finds_its_reader(self):
        folder = real_folder(self)
        for name, count, reader in (("mirror", 90, html_page), ("text", 14, text_page)):
            with self.subTest(name):
                files = files_of(folder / name)
                self.assertEqual(len(files), count)
                self.assertEqual({reader_for(file) for file in files}, {reader})
        self.assertIs(reader_for(folder / "cables_frus.csv.gz"), csv_dump)
