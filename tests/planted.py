"""A cable that has one word in everything that it says and that is kept about it."""

from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

from cables import models
from tests.builders import RELEASED, make_cable, make_changes, make_places, make_version

WORD = "QUETZALWORT"
EDITION = {
    **{
        "kind": "airgram",
        "volume": "frus2004v1",
        "document": "d1",
        "address": "https://x.example/",
    },
    **{
        "volume_title": WORD,
        "source_note": WORD,
        "concepts": [WORD],
        "release_marking": WORD,
        "original_handling": WORD,
        "terms": [[WORD, WORD, f"p_{WORD}"], [WORD, WORD, f"p_{WORD}", WORD]],
    },
    **{"chapters": [["ch1", WORD]], "pages": [[WORD, WORD]]},
    "styles": [[WORD, WORD, "italic"], [f"1. (U) {WORD}", WORD, "heading"]],
    "notes": [
        {
            **{"id": "d1fn1", "n": "1", "text": WORD, "at": f"(U) {WORD}"},
            "links": [{"start": 0, "end": 9, "to": f"frus{WORD}"}],
        }
    ],
    **{"links": [[WORD, WORD, f"frus{WORD}"]], "indexed": [f"p_{WORD}"], "signed": WORD},
    "row_links": {"from": [{"start": 0, "end": 9, "to": f"frus{WORD}"}]},
    **{"source_links": [{"start": 0, "end": 9, "to": f"frus{WORD}"}], "from": WORD, "to": WORD},
}
LABELS = ["kind:airgram", "volume:frus2004v1", "volume:frus2004v1/ch1"]
LABELS += [f"{role}:frus2004v1/p_RM1" for role in ("person", "sender", "signer", "recipient")]
LABELS += [f"concept:{WORD}", f"marking:{WORD}"]
ARTICLE = {"slug": "harbor-fees", "title": "Harbor fees", "published": RELEASED}
LISTED = {
    **{"volume": "frus2004v1", "page": "persons", "key": "p_RM1", "slug": "maro-rell"},
    **{"name": "Rell, Maro", "office": "Ferry master", "surname": "rell"},
}
OTHER_TEXT = {
    **{"reference": "FRUS2004V1-D1", "format": "frus", "collection": "cables"},
    **{"facts": {"Origin": WORD}, "header": WORD, "body": f"1. {WORD}"},
}
CITED = {
    **{"paragraph": "par1", "address": f"https://x.example/{WORD.lower()}", "title": WORD},
    **{"author": WORD, "reference": WORD, "note": WORD},
}


def make_planted_cable():
    """Store a cable, its version and all that is kept about them, with WORD everywhere."""
    body = f"REF: A. X\n     B. {WORD}\n\n1. (U) {WORD} rose.\n\n{WORD} on a line.\n"
    cable = make_cable(
        origin=f"Embassy {WORD.title()}",
        created=datetime(2004, 5, 6, 7, 8, tzinfo=UTC),
        released=date(2011, 2, 3),
        classification="SECRET",
        subject=f"THE {WORD}",
        header=f"FM {WORD}",
        body=body,
        tags=[WORD, "EFIS"],
        captions=[WORD, "SIPDIS"],
        marks=[WORD, "SBU"],
        cites=[f"06{WORD}1"],
        facts={"title": WORD, "edition": EDITION},
        labels=LABELS,
        other_texts=[OTHER_TEXT],
        collections=["cables"],
        warnings=[["M-5", WORD]],
        keywords=WORD,
    )
    make_version(cable, reason=WORD, subject=WORD, header=WORD, body=body, facts={"title": WORD})
    make_places(WORD, cable.origin)
    models.PersonEntry.objects.create(**LISTED)
    models.FormerReference.objects.create(cable=cable, reference="06BONN900001", kind="renamed")
    models.FormerParagraph.objects.create(cable=cable, paragraph="par9", version=1, reason=WORD)
    models.Mention.objects.create(cable=cable, paragraph="par1", reference=f"06{WORD}1")
    models.Note.objects.create(cable=cable, text=WORD)
    models.Highlight.objects.create(cable=cable, paragraph="par1")
    models.CitingWork.objects.create(cable=cable, **CITED)
    make_changes(cable, WORD)
    naming = "06BERLIN900001 para 1, and 06BONN900001."
    models.Page.objects.create(slug="privacy", title="Privacy", body=naming)
    models.Article.objects.create(slug="draft", title=WORD)
    article = models.Article.objects.create(body=naming, **ARTICLE)
    article.links.create(cable=cable, paragraph="par1")
    cable.refresh_from_db()
    return cable


def content_of(response):
    """Return the content of a response; that of a ZIP are the names and contents of its files."""
    content = response.getvalue()
    if response["Content-Type"] != "application/zip" or not content:
        return content
    with ZipFile(BytesIO(content)) as packed:
        return b"\n".join(name.encode() + packed.read(name) for name in packed.namelist())


def tells(response):
    """Return whether a page or its headers hold the word. No page may repeat its own address."""
    said = content_of(response).decode(errors="replace")  # A picture says in letters what it shows.
    return WORD in (said + str(response.headers)).upper()
