"""Checking a whole text: its page, its JSON, its files, the command and the tool for assistants."""

import csv
import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from cables.assistants.tools import TOOLS
from cables.models import Erased
from cables.publication.document_frequencies import count_words
from cables.text_check.passages import TextPassage
from cables.views.check_pages.text_report import check_text
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, make_version, withhold

BODY = """\
1. (U) The harbor master of the northern quay raised all landing fees twice within a single week.

2. (SBU) Shippers complained to the ministry, which had asked nobody before it signed the decree.

Three of them wrote to the newspaper of the port in the evening of the same day."""
OTHER = "1. (U) The fisheries council met in Tromso and adopted a quota for herring without debate."
OLD = "1. (U) The harbor master of the northern quay lowered some landing fees once within a month."
HARBOR = "The harbor master of the northern quay raised all landing fees"
# Text -> the verdict on each citation and quotation.
CHECKED = (
    (f"“{HARBOR}” (06BERLIN900001).", ["right", "right"]),
    (f"“{HARBOR} …” (06BERLIN900001, 14 March 2006, para 1).", ["right", "right"]),
    (f"“{HARBOR[:-4]}f[ee]s twice” (06BERLIN900001).", ["right", "right"]),
    (f"“{HARBOR} [and others] twice within a single week” (06BERLIN900001).", ["right", "right"]),
    (f"“{HARBOR}” (06BERLIN900001, para 2).", ["other-paragraph", "right"]),
    ("“Three of them wrote to the newspaper” (06BERLIN900001, para 2).", ["right", "right"]),
    (
        "“Three of them wrote to the newspaper” (06BERLIN900001, para 1).",
        ["other-paragraph", "right"],
    ),
    (f"“{HARBOR}” (06OSLO900002).", ["elsewhere", "right"]),
    (f"“{HARBOR}.”[1]\n\n[1] 06BERLIN900001.", ["right", "right"]),
    (f"“{HARBOR}.” (06OSLO900002) It did.", ["elsewhere", "right"]),
    (f"“{HARBOR}.”[2]\n\n[1] 06BERLIN900001.\n\n[2] Ibid.", ["right", "right", "right"]),
    ("[1] 06BERLIN900001.\n\n[2] Smith, A Book, 12.\n\n[3] Ibid.", ["right"]),
    (f"“{HARBOR}” is what it wrote.", ["right"]),
    (
        "“The harbor master of the southern quay raised all landing fees” (06BERLIN900001)",
        ["altered", "right"],
    ),
    (
        "“Nobody has ever written these words of a lighthouse” (06BERLIN900001)",
        ["not-found", "right"],
    ),
    ("“The northern quay lowered some landing fees once” (06BERLIN900001)", ["right", "right"]),
    ("06BERLIN900001, 15 March 2006", ["right"]),  # By a day: there, or in UTC.
    ("06BERLIN900001, 16 April 2006", ["fact-differs"]),
    ("Embassy Oslo to State, 06BERLIN900001", ["fact-differs"]),
    ("06BERLIN900001 (SECRET)", ["fact-differs"]),
    ("06BERLIN900001 (CONFIDENTIAL)", ["right"]),
    ("06BERLIN900001, para 9", ["fact-differs"]),
    ("06OSLO900009", ["not-held"]),
    ("06OSLO900003", ["withheld"]),
    ("06OSLO900004", ["erased"]),
    ("Embtel 900001", ["incomplete"]),
    ("FRUS, 1961–1963, vol. XV, doc. 78", ["not-held"]),
    ("Nothing is cited here.", []),
)


class CheckPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable("06BERLIN900001", body=BODY, classification="CONFIDENTIAL")
        make_cable("06OSLO900002", body=OTHER, origin="Embassy Oslo")
        withhold(make_cable("06OSLO900003", body="1. A witness is named."), "A witness is named.")
        Erased.objects.create(reference="06OSLO900004", reason="By order of a court.")
        make_version(cls.cable, body=OLD)
        count_words()

    def report(self, text, **more):
        return self.client.post("/check.json", {"text": text} | more).json()

    def test_each_citation_and_quotation_has_a_verdict(self):
        for text, expected in CHECKED:
            with self.subTest(text):
                found = self.report(text)["findings"]
                self.assertEqual([each["verdict"] for each in found], expected)

    def test_a_finding_says_what_an_editor_needs(self):
        words = "The harbor master of the southern quay raised all landing fees"
        found = self.report(f"He wrote “{words}” (06BERLIN900001).")["findings"][0]
        self.assertEqual(found["words"], words)
        self.assertEqual(found["permalink"], "http://testserver/cable/06BERLIN900001/v2/par1/")
        self.assertIn("06BERLIN900001", found["citation"])
        (difference,) = found["differences"]
        self.assertEqual((difference["quoted"], difference["printed"]), ("southern", "northern"))
        old = self.report("“The northern quay lowered some landing fees once”")["findings"][0]
        self.assertIn("version 1, which has been replaced", " ".join(old["findings"]))

    def test_a_whole_volume_may_be_cited(self):
        make_cable(
            "FRUS1931V09-D900001",
            body="1. Whales were seen off the pier of the harbor.",
            labels=["volume:frus1931v09"],
            facts={"edition": {"volume": "frus1931v09", "document": "d900001"}},
        )
        forget_counts()
        count_words()
        for text, expected in (
            ("FRUS, 1931, vol. IX.", ["right"]),
            ("FRUS, 1931, vol. VIII.", ["not-held"]),
            ("“Whales were seen off the pier” (FRUS, 1931, vol. IX).", ["right", "right"]),
            (
                "“Whales were seen off the pier” (FRUS, 1931, vol. IX, doc. 2).",
                ["elsewhere", "not-held"],
            ),
        ):
            with self.subTest(text):
                found = self.report(text)["findings"]
                self.assertEqual([each["verdict"] for each in found], expected)

    def test_the_page_shows_the_text_with_marks(self):
        text = f"<b>He</b> wrote “{HARBOR}” (06BERLIN900001).\n\nAnd 06OSLO900009."
        response = self.client.post("/check/", {"text": text, "style": "APA"})
        self.assertContains(response, "2 citations, 1 quotation</h1>")
        self.assertContains(response, "&lt;b&gt;He&lt;/b&gt; wrote “<a")
        self.assertContains(response, f"<mark>{HARBOR}</mark>")
        self.assertContains(response, "<option selected>APA</option>")
        self.assertContains(response, "This archive does not hold 06OSLO900009.")
        self.assertContains(self.client.get("/quote/"), 'href="/check/"')

    def test_files_are_read_and_kept_nowhere(self):
        with TemporaryDirectory() as folder, override_settings(FILE_UPLOAD_TEMP_DIR=folder):
            article = f"He wrote “{HARBOR}”[^1].\n\n[^1]: 06BERLIN900001.\n".encode()
            for behind in (b"", b" " * 2_400_000):
                file = SimpleUploadedFile("article.md", article + behind)
                with self.assertNoLogs():
                    response = self.client.post("/check.json", {"file": file})
                self.assertEqual(response.json()["totals"], {"right": 2})
                self.assertEqual(list(Path(folder).iterdir()), [])

    def test_it_sets_no_cookie_and_is_not_cached(self):
        client = Client(enforce_csrf_checks=True)
        for address in ("/check/", "/check.json"):
            response = client.post(address, {"text": HARBOR})
            self.assertFalse(response.cookies)
            self.assertIn("no-store", response["Cache-Control"])
            self.assertEqual(response["Referrer-Policy"], "no-referrer")

    def test_what_cannot_be_checked_is_said(self):
        for sent, status, words in (
            ({}, 400, "Nothing was sent"),
            ({"text": " "}, 400, "Nothing was sent"),
            ({"text": "x", "first": "1"}, 400, "There is no passage 1"),
            ({"text": "x", "first": "-1"}, 400, "There is no passage -1"),
            ({"text": "x", "first": "9" * 5000}, 400, "There is no passage 9999"),
            ({"text": "x" * 2_400_000}, 413, "2 million"),
            ({"text": "x" * 3_000_000}, 413, "more than is read at once"),
            ({"file": SimpleUploadedFile("a.exe", b"x")}, 400, "A file .exe is not read"),
        ):
            with self.subTest(words):
                self.assertContains(self.client.post("/check/", sent), words, status_code=status)
                for file in sent.values():
                    if isinstance(file, SimpleUploadedFile):
                        file.seek(0)
                response = self.client.post("/check.json", sent)
                self.assertEqual(response.status_code, status)
                self.assertIn(words, response.json()["detail"])

    def test_a_long_text_is_checked_in_steps(self):
        passages = [TextPassage(f"“{HARBOR}” (06BERLIN900001).")] * 5
        first, numbers = 0, []
        while True:
            report = check_text(passages, first, seconds=2, clock=iter(range(100)).__next__)
            numbers += [number for number, _ in report.findings]
            if not report.following:
                break
            self.assertGreater(report.following, first)
            first = report.following
        self.assertGreater(first, 0)
        self.assertEqual(numbers, list(range(1, 11)))

    def test_the_report_is_kept_as_a_file(self):
        text = f"=1+1 “{HARBOR}” (06BERLIN900001).\n\n[1] 06OSLO900009."
        sent = {"text": text}
        rows = list(csv.DictReader(io.StringIO(self.file("csv", **sent))))
        self.assertEqual([row["verdict"] for row in rows], ["right", "right", "not-held"])
        self.assertEqual(
            json.loads(self.file("json", **sent))["totals"], {"right": 2, "not-held": 1}
        )
        link = "http://testserver/cable/06BERLIN900001/v2/"
        self.assertIn(
            f"“[{HARBOR}]({link}par1/)” ([06BERLIN900001]({link}))", self.file("markdown", **sent)
        )
        self.assertIn(f'(<a href="{link}">06BERLIN900001</a>).</p>', self.file("html", **sent))

    def file(self, form, **sent):
        response = self.client.post("/check/", sent | {"as": form})
        self.assertEqual(response.status_code, 200)
        return response.content.decode()

    def test_a_cell_is_no_formula(self):
        rows = self.file("csv", text="“=HYPERLINK one two three four five”")
        self.assertIn("'=HYPERLINK", rows)

    def test_the_command_prints_each_finding(self):
        with TemporaryDirectory() as folder:
            file = Path(folder) / "article.txt"
            file.write_text(f"“{HARBOR}” (06BERLIN900001). 06OSLO900009.")
            with redirect_stdout(io.StringIO()) as said:
                call_command("check_text", str(file), "--site", "http://testserver", stdout=said)
            lines = said.getvalue().splitlines()
            self.assertEqual(
                [line.split(":")[0] for line in lines], ["1. right", "2. right", "3. not-held"]
            )
            for missing in (Path(folder) / "none.txt", Path(folder) / "a.exe"):
                with self.assertRaises(CommandError):
                    call_command("check_text", str(missing))

    def test_the_tool_gives_the_report(self):
        text = f"“{HARBOR}” (06BERLIN900001)."
        values = TOOLS["check_text"].answer("http://testserver", {"text": text})
        self.assertEqual(values["totals"], {"right": 2})
