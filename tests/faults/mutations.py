"""Source files of every format with random damage: cut, flipped, in two encodings, bad markup."""

import gzip
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

from cables.loader.specimen_collections import FOLDER
from cables.sources.csv_dump import START

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
