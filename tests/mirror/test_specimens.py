"""A mirror of the specimens: every link leads to a file or to the live site."""

import re
from html import unescape
from io import StringIO
from urllib.parse import unquote, urljoin, urlsplit

from cables.management.commands.serve import load_specimens
from cables.mirror.file_paths import file_of
from cables.mirror.server_rules import LIVE as LIVE_RULE
from cables.mirror.server_rules import RULES
from cables.models.planner_statistics import renew_list_statistics
from cables.operations.backups import list_digests
from tests.base import TestCase
from tests.builders import forget_counts
from tests.slow import slow

from .base import LIVE, FewPages, digests, export, files_in, new_folder, sums_of

LINK = re.compile(r'\s(?:href|src|action)="([^"]*)"')
ID = re.compile(r'\sid="([^"]+)"')


@slow("no mirror of the specimens")
class SpecimenTests(FewPages, TestCase):
    @classmethod
    def setUpTestData(cls):
        load_specimens(stdout=StringIO())
        renew_list_statistics()  # As after a load in a room; here autovacuum has seen no rows.
        forget_counts()
        cls.folder = new_folder(cls)
        cls.report = export(cls.folder)
        cls.files = files_in(cls.folder)

    def test_every_link_leads_to_a_file_or_to_the_live_room(self):
        pages = {name: text for name, text in self.files.items() if name.endswith(".html")}
        drawn = {name: text for name, text in self.files.items() if name.endswith(".svg")}
        ids = {name: set(ID.findall(text.decode())) for name, text in (pages | drawn).items()}
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
                if path not in self.files or (fragment and fragment not in ids.get(path, ())):
                    broken.add((name, link))
        self.assertEqual(sorted(broken)[:20], [])
        self.assertGreater(checked, 5_000)

    def test_it_has_every_kind_of_page(self):
        self.assertIn("cable/06LISBON900412/index.html", self.files)
        for path in ("index.html", "search/index.html", "404.html", "tag/EFIS/index.html"):
            with self.subTest(path):
                self.assertIn(path, self.files)
        self.assertEqual(sums_of(self.folder), digests(self.folder))
        texts = [path for path in self.files if path.startswith("cable/") and path.endswith(".txt")]
        self.assertEqual(len([path for path in texts if "/v" not in path]), self.report.cables)
        self.assertEqual(self.report.files, len(self.files))
        self.assertEqual(self.report.new, self.report.files)

    def test_the_texts_have_the_digests_that_the_archive_publishes(self):
        kept = sums_of(self.folder)
        published = [(path, digest) for digest, path, _ in list_digests()]
        self.assertGreater(len(published), 50)
        for path, digest in published:
            with self.subTest(path):
                self.assertEqual(kept.get(path, digest), digest)

    def test_addresses_of_paragraphs_and_old_archives_redirect_to_files(self):
        """By the rules for nginx and Apache, which apply where there is no file."""
        for address, target in (
            ("/cable/06LISBON900412/par3/", "/cable/06LISBON900412/#par3"),
            ("/cable/06LISBON900412/par3--par5/", "/cable/06LISBON900412/#par3"),
            ("/cable/06LISBON900412/v1/", "/cable/06LISBON900412/"),
            ("/cable/06LISBON900412/v2/par3/", "/cable/06LISBON900412/v2/#par3"),
            ("/cable/2006/11/06LISBON900412.html", "/cable/06LISBON900412/"),
            ("/plusd/cables/06LISBON900412_a.html", "/cable/06LISBON900412/"),
            ("/06LISBON900412", "/cable/06LISBON900412/"),
            ("/tag/EFIS_3.html", "/tag/EFIS/"),
            ("/date/2006-11_0.html", "/created/2006/11/"),
            ("/reldate/2012-03-05_0.html", "/released/2012/03/05/"),
            ("/classification/5_2.html", "/classification/unclassified/"),
            ("/origin/64_12.html", "/origin/64_0.html"),
            ("/cable/06LISBON900412.bib", f"{LIVE}/cable/06LISBON900412.bib"),
            ("/cable/06LISBON900412/par3/cite/", f"{LIVE}/cable/06LISBON900412/par3/cite/"),
            ("/nothing/here", ""),
        ):
            with self.subTest(address):
                self.assertEqual(followed(address), target)
                path = file_of(target.partition("#")[0])
                if target.startswith("/") and "/v2/" not in target:
                    self.assertIn(path, self.files)


def followed(address):
    """Return the target of the redirect for an address without a file."""
    for rule, target in (*RULES, (LIVE_RULE, f"{LIVE}/$1")):
        if re.fullmatch(rule, address):
            return re.sub(f"^{rule}$", re.sub(r"\$([0-9])", r"\\\1", target), address)
    return ""
