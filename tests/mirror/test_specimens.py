"""A mirror of the specimens: every link in it leads to a file, or to the live room."""

import re
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from cables.loader import load
from cables.management.commands.serve import SPECIMENS
from tests.base import TestCase
from tests.builders import forget_counts

from .base import digests, export, files_in, new_folder, sums_of

LINK = re.compile(r'\s(?:href|src|action)="([^"]*)"')
ID = re.compile(r'\sid="([^"]+)"')


class SpecimenTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        load(SPECIMENS)
        forget_counts()
        cls.folder = new_folder(cls)
        cls.report = export(cls.folder)
        cls.files = files_in(cls.folder)

    def test_every_link_leads_to_a_file_or_to_the_live_room(self):
        pages = {name: text for name, text in self.files.items() if name.endswith(".html")}
        ids = {name: set(ID.findall(text.decode())) for name, text in pages.items()}
        broken, checked = set(), 0
        for name, page in pages.items():
            here = "http://mirror.test/" + name.removesuffix("index.html")
            for link in map(unescape, LINK.findall(page.decode())):
                address = urlsplit(urljoin(here, link))
                if address.netloc != "mirror.test":
                    continue
                path = unquote(address.path).removeprefix("/")
                path = path if path and not path.endswith("/") else f"{path}index.html"
                fragment = unquote(address.fragment)
                checked += 1
                if path not in self.files or fragment and fragment not in ids.get(path, ()):
                    broken.add((name, link))
        self.assertEqual(sorted(broken)[:20], [])
        self.assertGreater(checked, 10_000)

    def test_what_is_there(self):
        self.assertIn("cable/06LISBON900412/index.html", self.files)
        for path in ("index.html", "search/index.html", "404.html", "tag/EFIS/index.html"):
            with self.subTest(path):
                self.assertIn(path, self.files)
        self.assertEqual(sums_of(self.folder), digests(self.files) | sums_of(self.folder))
        parts = [PurePosixPath(path).suffix for path in self.files]
        self.assertEqual(parts.count(".txt"), 1 + self.report.cables)

    def test_live(self):
        print(self.report, {n.split("/")[0] for n in self.files})
        print(self.files["cable/06LISBON900412/index.html"].decode()[:6000])
