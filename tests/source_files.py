"""Small source files for tests, in the three formats, with text of our own."""

import html
from pathlib import Path

BODY = """\
UNCLAS {station} {serial:06} \n \nSIPDIS \n \nE.O. 12958: N/A \nTAGS: PREL, PGOV, IT \n\
SUBJECT: {subject} \n \n1. (U) {text} \n \n2. (U) The harbor master thanked the embassy. \n"""


def body(reference="09ROME900001", *, subject="HARBOR FEES", text="Fees rose.", station="ROME"):
    """Return the body of a specimen."""
    serial = int(reference.rpartition("E")[2] or 0) if "ROME" in reference else 900001
    return BODY.format(station=station, serial=serial, subject=subject, text=text)


def csv_record(
    reference="09ROME900001",
    *,
    created="2/3/2009 14:05",
    origin="Embassy Rome",
    classification="UNCLASSIFIED",
    cites="",
    header="R 031405Z FEB 09\nFM AMEMBASSY ROME",
    **words,
) -> str:
    """Return one record of the eight-column CSV."""
    fields = ["1", created, reference, origin, classification, cites, header]
    fields.append(words["body"] if "body" in words else body(reference, **words))
    quoted = (field.replace("\\", "\\\\").replace('"', '\\"') for field in fields)
    return ",".join(f'"{field}"' for field in quoted) + "\n"


def csv_file(folder: Path, *records: str, name="cables.csv") -> Path:
    """Write a CSV of these records and return its path."""
    path = folder / name
    path.write_text("".join(records), encoding="utf-8")
    return path


def page_file(
    folder: Path,
    reference="09ROME900001",
    *,
    released="2011-03-08",
    articles=(),
    header="R 031405Z FEB 09\nFM AMEMBASSY ROME",
    **words,
) -> Path:
    """Write a page of a mirror, whose TAGS line has lost its commas, and return its path."""
    text = body(reference, **words).replace("PREL, PGOV, IT", "PREL PGOV IT")
    boxes = "".join(
        f"<code><pre>{html.escape(box, quote=False)}</pre></code>".replace("\n", "&#x000A;")
        for box in (header, text)
    )
    links = "".join(f"<a href='{link}'>{link}</a><br />" for link in articles)
    row = f"<tr><td colspan='5'>Appears in these articles:<br />{links}</td></tr>" if links else ""
    path = folder / f"{reference}.html"
    path.write_text(
        f"""<html><body><h3>Viewing cable {reference}, HARBOR FEES</h3>
<table class='cable'><tr><th>Reference ID</th><th>Created</th><th>Released</th>
<th>Classification</th><th>Origin</th></tr><tr>
<td><a href='/cable/2009/02/{reference}.html'>{reference}</a></td>
<td><a href='/date/2009-02_0.html'>2009-02-03 14:05</a></td>
<td><a href='/reldate/{released}_0.html'>{released} 14:31</a></td>
<td><a href='/classification/5_0.html'>UNCLASSIFIED</a></td>
<td><a href='/origin/1_0.html'>Embassy Rome</a></td></tr>{row}</table>
{boxes}</body></html>""",
        encoding="utf-8",
    )
    return path


def text_file(folder: Path, reference="09ROME900001", *, released="2011-03-08", **words) -> Path:
    """Write the text of a page and return its path."""
    path = folder / f"{reference}.txt"
    path.write_text(
        f"Viewing cable {reference}, HARBOR FEES\n"
        "Reference ID Created Released Classification Origin\n"
        f"{reference} 2009-02-03 14:05 {released} 00:00 UNCLASSIFIED Embassy Rome\n"
        "R 031405Z FEB 09\nFM AMEMBASSY ROME\n"
        + body(reference, **words).replace("PREL, PGOV, IT \n", "PREL PGOV IT\n"),
        encoding="utf-8",
    )
    return path
