"""Random requests and damaged files: every one has an answer, and none an error of the room.

The addresses come from the URL configuration, so that new ones are tested too. 250
requests and 1,000 damaged files; 10,000 and 20,000 with CABLES_SLOW_TESTS=1.
"""

import gzip
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from unittest import mock
from urllib.parse import quote, urlencode, urlsplit

from django.db import connection
from django.urls import URLPattern, get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cables.loader import load
from cables.loader.read_ahead import read_all
from cables.loader.specimen_collections import FOLDER
from cables.loader.specimen_collections import FOLDER as SPECIMENS
from cables.models import Article, Cable, LoadRow, Origin
from cables.search.filters import CableFilter
from cables.sources import csv_dump, reader_for
from cables.sources.csv_dump import START
from cables.sources.prepared import PassedOver, Prepared, Rejected
from tests.base import TestCase
from tests.builders import forget_counts, withhold
from tests.growth import check_growth
from tests.slow import SLOW, slow

REQUESTS = 10_000 if SLOW else 100
DAMAGED = 20_000 if SLOW else 400
LENGTHENED = 100  # Files of which one sign is repeated.
LOADED = 160  # Damaged files that are loaded as one folder.
PART = re.compile(r"<(?:[^>:]+:)?(\w+)>")
REFERENCE = "06LISBON900412"
HOSTILE = [
    *("", "0", "-1", "1" * 40, "1e9", "NaN", "٣", "par1", "None", "null", "[]", "{{7*7}}", "%"),
    *("%00", "\x00", "\ud7ff", "\u202e", "\ufdd0", "e\u0301" * 9, "a" * 1_500, "/", ".."),
    *("//evil.example", "../../etc/passwd", "' OR 1=1 --", '"', "\\", "<script>", "a\r\nX: y"),
    *("🜁", "ß" * 90, "(" * 300, "9" * 20, "2147483648", "9223372036854775808", "0x1F", "1/0"),
    *("*", "a*", "-", "NOT", "OR", ":", '"unclosed', "tag:", "after:0000-00", "to:'", "\t\n"),
    *("before:9999-99-99", "origin:\x00"),
]
# Name of a parameter in a route -> likely values.
LIKELY = {
    "reference": [REFERENCE, "06 lisbon 900412", "06LISBON900412_a", "99NOWHERE1", "06ROME"],
    "paragraph": ["par1", "par3", "par2.1", "par99", "par4to6", "parA", "par0", "par1-2"],
    "number": ["0", "1", "2", "77", "2147483648", "99999999999999999999"],
    "old": ["0", "1", "2", "300"],
    "year": ["2006", "1000", "2999", "0", "99999"],
    "month": ["2006/03", "2006/13", "2006/00", "2006-03", "1000/01", "3", "13"],
    "day": ["2012/03/05", "2012/02/30", "2012/00/00", "2012-03-05"],
    "code": ["PREL", "SCUL", "prel", "UNGA/C-6", "SIPDIS", "SBU", "NOFORN", "ZZZZ"],
    "slug": ["embassy-lisbon", "portugal", "unclassified", "secret-noforn", "faq", "fees", "map"],
    "name": ["Harbor-Fees", "fees", "about"],
    "page": ["captions", "precedences"],
}
LIKELY["first"] = LIKELY["last"] = LIKELY["paragraph"]
PARAMETERS = sorted({*CableFilter.base_filters, *("q", "page", "ref", "id", "c", "add", "style")})
PARAMETERS += ["sort", "order", "form", "version", "reference", "next", "x"]
VALUES = [
    *("harbor fees", '"harbor fees"', "tag:SCUL lens", "NOT lens", "lens OR fees", "fee*"),
    *("embassy-lisbon", "portugal", "SCUL", "unclassified", "2006", "2006-03-14", "1", "2", "yes"),
    *(REFERENCE, f"{REFERENCE}/par3", f"{REFERENCE}/par1--par3", "apa", "-created", "relevance"),
]
WORDS = ["", "The lens goes home", "In the winter of 1911, the lens went to", "x " * 700, *HOSTILE]


def routes(patterns, before=""):
    """Yield the route of every address of the site but the desk's and the static files'."""
    for each in patterns:
        route = before + getattr(each.pattern, "_route", "")
        if isinstance(each, URLPattern):
            yield route
        elif not route.startswith("admin/"):
            yield from routes(each.url_patterns, route)


ROUTES = sorted(set(routes(get_resolver().url_patterns)))
anything = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))


@st.composite
def near(draw, likely):
    """Return a strategy: a likely value, one with a changed character, or any text."""
    text = draw(st.sampled_from(likely))
    how = draw(st.sampled_from(["as it is", "as it is", "changed", "anything"]))
    if how == "anything":
        return draw(anything)
    if how == "changed" and text:
        at = draw(st.integers(0, len(text) - 1))
        text = text[:at] + draw(st.characters()) + text[at + draw(st.integers(0, 1)) :]
    return text


@st.composite
def addresses(draw):
    route = draw(st.sampled_from(ROUTES))
    fill = lambda part: quote(draw(near(LIKELY.get(part[1], VALUES))), errors="replace")  # noqa: E731
    path = "/" + PART.sub(fill, route)
    if draw(st.integers(0, 9)) == 0:
        path = path.rstrip("/") if draw(st.booleans()) else f"{path}/{quote(draw(anything))}"
    query = draw(st.lists(st.tuples(st.sampled_from(PARAMETERS), near(VALUES)), max_size=4))
    return path, urlencode([(name, text.encode("utf-8", "replace")) for name, text in query])


class FuzzTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        load(SPECIMENS / "cables")
        Article.objects.create(slug="fees", title="Fees", body="See 06LISBON900412 para 3.")
        Article.objects.update(published="2012-04-01")
        withhold(Cable.objects.exclude(reference=REFERENCE).order_by("pk").first())
        forget_counts()

    def check(self, response, request):
        message = f"{request}: {response.status_code}"
        self.assertNotIn(response.status_code, {500, 503}, message)
        self.assertFalse(connection.needs_rollback, message)
        self.assertEqual(len(connection.savepoint_ids), self.depth, message)
        target = urlsplit(response.get("Location", ""))
        self.assertEqual((target.scheme, target.netloc), ("", ""), message)
        self.assertFalse(response.cookies, message)

    def test_every_address_and_parameter_has_an_answer(self):
        self.assertGreater(len(ROUTES), 90)
        self.assertTrue(Origin.objects.filter(slug="embassy-lisbon").exists())
        self.depth = len(connection.savepoint_ids)

        @settings(max_examples=REQUESTS * 9 // 10, deadline=None, database=None, **CHECKS)
        @given(addresses(), st.sampled_from(["get", "get", "get", "head"]))
        def ask(address, method):
            path, query = address
            response = getattr(self.client, method)(f"{path}?{query}")
            if response.streaming:
                response.getvalue()
            self.check(response, (method, address))

        ask()

    def test_every_quotation_has_an_answer(self):
        self.depth = len(connection.savepoint_ids)

        @settings(max_examples=REQUESTS // 10, deadline=None, database=None, **CHECKS)
        @given(near(WORDS), near([REFERENCE, ""]), st.sampled_from(["/quote/", "/quote.json"]))
        def ask(quotation, reference, path):
            form = {"quotation": quotation, "reference": reference}
            form = {name: text.encode("utf-8", "replace") for name, text in form.items()}
            kind = "application/x-www-form-urlencoded"
            self.check(self.client.post(path, urlencode(form), content_type=kind), (path, form))

        ask()


CHECKS = {"suppress_health_check": list(HealthCheck)}


class DamagedFileTests(TestCase):
    """Each record of a damaged file is read, or rejected with its file and line."""

    def damaged(self, number):
        """Return the path of a damaged file; the same number makes the same file."""
        files = specimens()
        name, data = files[number % len(files)]
        path = self.folder / f"{number}-{name}"
        path.write_bytes(mutated(data, Random(number)))
        return path

    @slow("not measuring how time grows with length")
    def test_a_run_of_one_sign_is_read_in_time_of_its_length(self):
        files = specimens()
        for number in range(LENGTHENED):
            (name, data), random = files[number % len(files)], Random(number)
            at, unit = random.randint(0, len(data)), random.choice(RUNS).decode("latin-1")
            path = self.folder / name

            def parse(run, path=path, data=data, at=at):
                path.write_bytes(data[:at] + run.encode("latin-1") + data[at:])
                list(read_all([path], reader_for, lambda size: None))

            with self.subTest(name, number=number, unit=unit):
                check_growth(self, parse, unit, 60_000)

    def test_no_reader_fails(self):
        outcomes = set()
        with self.assertNoLogs("cables", "ERROR"):
            for number in range(DAMAGED):
                path = self.damaged(number)
                for found in read_all([path], reader_for, lambda size: None):
                    outcomes.add(type(found))
                    self.assertEqual(found.source, path)
                    if isinstance(found, Rejected):
                        self.assertGreaterEqual(found.reject.position, 1, path.name)
                        self.assertTrue(found.reject.reason, path.name)
                path.unlink()
        self.assertLessEqual({Prepared, Rejected}, outcomes)
        self.assertLessEqual(outcomes, {Prepared, Rejected, PassedOver})

    def test_a_folder_of_damaged_files_is_loaded_to_its_end(self):
        for number in range(LOADED):
            self.damaged(number)
        lines = []
        report = load(self.folder, on_reject=lines.append)
        self.assertGreater(report.created, 20)
        self.assertEqual(len(lines), report.rejected + report.held)
        for line in lines:
            self.assertRegex(line, rf"^{re.escape(str(self.folder))}/[^:]+:[1-9]\d*: \S")
        self.assertLessEqual(LoadRow.objects.count(), report.rejected + report.held)

    def test_a_bare_carriage_return_in_a_first_line_stops_no_reader(self):
        """Python's csv raises an error there."""
        for name, data in specimens():
            with self.subTest(name):
                path = self.folder / name
                path.write_bytes(b"one\rtwo, " + data)
                found = list(read_all([path], reader_for, lambda size: None))
                self.assertTrue(found)

    def test_a_bug_of_a_reader_rejects_one_record_and_is_logged(self):
        path = self.folder / "rows.csv"
        path.write_bytes(dict(specimens())["rows.csv"])
        whole = len(list(read_all([path], reader_for, lambda size: None)))
        real, calls = csv_dump.parse_row, []

        def parse(*args, **options):
            calls.append(args)
            if len(calls) == 2:
                raise KeyError("station")
            return real(*args, **options)

        with (
            mock.patch.object(csv_dump, "parse_row", parse),
            self.assertLogs("cables", "ERROR") as logged,
        ):
            found = list(read_all([path], reader_for, lambda size: None))
        self.assertEqual(len(found), whole)
        (reject,) = [each.reject for each in found if isinstance(each, Rejected)]
        self.assertIn("KeyError", reject.reason)
        self.assertGreater(reject.position, 1)
        self.assertIn("Traceback", "".join(logged.output))


DATA = Path(__file__).parents[1] / "data"
SCRAPS = [
    *(b"\0", b"\r", b"\n", b"\r\n", b"\x1a", b"\xff", b"\xfe\xff", b"\xc3", b"\xe9"),
    *(b"\xed\xa0\x80", b"1" * 9),
    *(b"\xf4\x90\x80\x80", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\x85", b"\x0b\x0c", b"9" * 30),
    *(
        b'"',
        b'\\"',
        b"\\",
        b",",
        b'""',
        b"'",
        b"<",
        b">",
        b"&",
        b"</",
        b"<!--",
        b"]]>",
        b"<![CDATA[",
    ),
    *(b"&#0;", b"&#x110000;", b"&nope;", b"<p>", b"</div>", b"<pre>", b"</table>", b"<?x"),
    *(b"Message Text\n", b"Message Attributes\n", b"Document Number:", b"TAGS:", b"REF: A. ", b"|"),
    *(b"12/28/1966 18:48", b"99/99/9999 99:99", b"0000-00-00", b"SECTION 99 OF 00", b"\n1. ("),
]


@cache
def specimens():
    """Return (name, bytes) of small files, some of every format that is read."""
    dump = (FOLDER / "cables" / "specimens.csv").read_bytes()
    starts = [0, *(match.start() + 1 for match in START.finditer(dump))]
    rows = sorted((dump[start:end] for start, end in pairwise(starts)), key=len)
    rows = b"".join(rows[:4])
    files = [("rows.csv", rows), ("packed.csv.gz", gzip.compress(rows, mtime=0))]
    files += [(path.name, path.read_bytes()) for path in sorted(DATA.iterdir())]
    for pattern in ("cables/mirror/**/*.html", "cables/text/*.txt", "nara/*.txt"):
        found = sorted(FOLDER.glob(pattern), key=lambda path: path.stat().st_size)[:3]
        files += [(path.name, path.read_bytes()) for path in found]
    files.append(("list.csv", LIST.encode()))
    return files


LIST = """\
URL,Draft Date,Document Number,Film Number,From,Subject,TAGS,To
https://aad.example/1,14-Mar-1975,1975LISBON909412,D750089-0412,LISBON,HARBOR FEES,"EWWT, PO",STATE
https://aad.example/2,,1975LISBON909413,,LISBON,"NOTHING
AT ALL",,STATE
https://aad.example/3,15-Mar-1975,1975LISBON909414,,LISBON,"\""NO"", SAID",,STATE
"""


# Long runs, which a pattern that tries each place of them again reads for minutes.
RUNS = [b"\n", b" ", b" \n", b"\t \r\n", b"\xc2\xa0", b"-", b".", b"(", b"a ", b"1. ", b"A", b"9"]
RUNS += [b"<", b"[", b"A, ", b", ", b":", b"REF: ", b"=\n", b"PAGE ", b"the "]


def mutated(data: bytes, random: Random) -> bytes:
    """Return a file with one to four faults."""
    for _ in range(random.randint(1, 4)):
        data = random.choice(FAULTS)(data, random)
    return data


def _lines(data, random):
    """Delete a line, double it, or swap it with another."""
    lines = data.splitlines(keepends=True) or [b""]
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    how = random.randrange(3)
    if how == 0:
        del lines[one]
    elif how == 1:
        lines.insert(one, lines[one])
    else:
        lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _cut(data, random):
    at = random.randint(0, len(data))
    return data[:at] if random.random() < 0.7 else data[at:]


def _flipped(data, random):
    data = bytearray(data)
    for _ in range(random.randint(1, 8)):
        if data:
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(data)


def _scrap(data, random):
    """Insert a text into the file, now and then into its first line."""
    at = random.randint(0, min(len(data), 60) if random.random() < 0.3 else len(data))
    return data[:at] + random.choice(SCRAPS) * random.choice([1, 1, 2, 50]) + data[at:]


def _signs(data, random):
    """Remove or replace a character of the markup, once or everywhere."""
    sign = random.choice([b'"', b",", b"<", b">", b"&", b"/", b"\\", b":", b"\n", b".", b" "])
    instead = random.choice([b"", b"\r", b"\0", sign * 2, random.choice(SCRAPS)])
    at = data.find(sign, random.randint(0, len(data)))
    if random.random() < 0.2:
        return data.replace(sign, instead, 30)
    return data if at < 0 else data[:at] + instead + data[at + 1 :]


def _encoded(data, random):
    """Write a part of the file in another encoding."""
    start = random.randint(0, len(data))
    end = min(len(data), start + random.choice([10, 300, len(data)]))
    text = data[start:end].decode("latin-1")
    encoding = random.choice(["utf-16-le", "utf-16", "utf-32-be", "utf-8", "cp037"])
    return data[:start] + text.encode(encoding, "replace") + data[end:]


def _ends(data, random):
    """Change line ends."""
    return data.replace(b"\n", random.choice([b"\r", b"\r\n", b"\n\r", b"\n\n"]))


FAULTS = [_lines, _lines, _cut, _flipped, _scrap, _scrap, _signs, _signs, _encoded, _ends]
