"""Words that archivists or a volume print beside a text leave every page and row when redacted."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib.auth.models import User
from django.core.cache import cache

from cables.curation.redactions_and_corrections import lift_redaction, redact_cable
from cables.loader import load
from cables.models import Cable
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.base import TestCase
from tests.builders import forget_counts
from tests.nara_records import document
from tests.planted import WORD
from tests.project.test_redacted_leaks import public_rows
from tests.sources.test_frus_markup import volume
from tests.working import run_command

TELEGRAM, PRINTED = "75LISBON900001", "49LISBON900101"
NUMBER = "1975LISBON900001"
NAME = "Zanderling"  # The word in the printed document.
FORMS = (
    "/",
    ".json",
    ".txt",
    ".md",
    ".bib",
    ".ris",
    ".csl.json",
    "/history/",
    "/copies/",
    "/cite/",
)
LISTS = (
    *("/search/?q=harbor", "/search.json?q=harbor", "/search.csv?q=harbor", "/search/?q=ferry"),
    *("/search.json?q=ferry", "/search.csv?q=ferry", "/collection/papers/", "/volume/frus1949v01/"),
    *("/collection/papers.atom", "/volume/frus1949v01/comp1/", "/origin/embassy-lisbon/"),
)


def nara_record() -> str:
    """Return a telegram with WORD in its text and in each attribute that has free words."""
    text = document("plain").replace("THE HARBOR RAISED", f"{WORD} OF THE HARBOR RAISED")
    for old, new in (
        ("PORTS, SHIPPING FEES", f"PORTS, {WORD}"),
        ("Drafter: n/a", f"Drafter: {WORD}"),
        ("To: STATE", f"To: {WORD}"),
        ("Subject: HARBOR", f"Subject: {WORD} OF THE HARBOR"),
        ("SUBJECT: HARBOR", f"SUBJECT: {WORD} OF THE HARBOR"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text


def printed_document() -> str:
    """Return a volume with one document that has NAME in its text and beside it."""
    heading = f"1. Telegram From the Embassy in Portugal to the Ferry Officer ({NAME})"
    text = (
        f"<head>{heading}<note n='1' type='source' xml:id='d1fn1'>Source: Files of {NAME}."
        "</note></head><dateline>Lisbon, <date when='1949-01-03'>January 3, 1949</date></dateline>"
        f"<p>900101. The ferry of <persName corresp='#p_Q1'>{NAME}</persName> sank, said"
        " the <gloss target='#t_FB1'>FB</gloss>.<note n='2' xml:id='d1fn2'>"
        f"<persName corresp='#p_Q1'>He</persName> paid; see {NAME}.</note></p>"
        f"<closer><signed>{NAME}</signed></closer>"
    )
    terms = (
        "<list><item><term xml:id='t_FB1'>FB</term>, Ferry Board of "
        f"{NAME}</item><item><persName xml:id='p_Q1'>{NAME}</persName>, Owner"
        "</item></list>"
    )
    return volume(f'<div type="document" xml:id="d1" n="1">{text}</div>', terms=terms)


class RedactedEditionTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        with TemporaryDirectory() as folder:
            for name, text in (
                ("telegrams.txt", nara_record()),
                ("frus1949v01.xml", printed_document()),
            ):
                path = Path(folder) / name
                path.write_text(text)
                load(path, collection="papers", everything=True)
        cls.curator = User.objects.create_user("anna")

    def redact(self, reference: str, *words: str):
        strike = Strike(EVERYWHERE, words)
        cable = Cable.objects.get(reference=reference)
        made = redact_cable(cable, strike, "A witness.", self.curator)
        forget_counts()
        return made

    def telling(self, reference: str, words: Iterable[str]) -> set[str]:
        """Return the addresses, and "row", of a cable that give one of the words away."""
        cache.clear()
        pages = [f"/cable/{reference}{form}" for form in FORMS]
        found = {
            address
            for address in (*pages, *LISTS)
            for told in [self.client.get(address).getvalue().decode().upper()]
            if any(word in told for word in words)
        }
        rows = [line for line in public_rows().splitlines() if reference in line]
        return found | {"row" for row in rows for word in words if word in row}

    def test_words_of_a_record_of_the_archives_are_gone(self):
        cable = Cable.objects.get(reference=TELEGRAM)
        self.assertIn(f"concept:{WORD}", cable.labels)
        self.assertIn(WORD, cable.keywords)
        self.redact(TELEGRAM, WORD)
        self.assertEqual(self.telling(TELEGRAM, [WORD]), set())
        cable.refresh_from_db()
        self.assertIn("concept:PORTS", cable.labels)
        self.assertNotIn("REDACTED", str(cable.labels).upper())

    def test_a_redacted_film_number_is_told_by_no_reel(self):
        cable = Cable.objects.get(reference=TELEGRAM)
        film = cable.facts["edition"]["film_number"]
        reel = film.partition("-")[0]
        self.assertIn(f"film:{reel}", cable.labels)
        self.redact(TELEGRAM, film, cable.facts["edition"]["document_number"])
        self.assertEqual(self.telling(TELEGRAM, [film, reel, NUMBER]), set())

    def test_words_of_a_printed_document_are_gone(self):
        self.assertIn("row", self.telling(PRINTED, [NAME.upper()]))
        self.redact(PRINTED, NAME)
        self.assertEqual(self.telling(PRINTED, [NAME.upper(), "P_Q1", "T_FB1"]), set())

    def test_lifting_gives_all_of_it_back(self):
        for reference, word in ((TELEGRAM, WORD), (PRINTED, NAME)):
            with self.subTest(reference):
                row = Cable.objects.filter(reference=reference)
                before = row.values("labels", "keywords", "facts", "subject", "body").get()
                made = self.redact(reference, word)
                lift_redaction(made, "Known.", self.curator)
                self.assertEqual(
                    row.values("labels", "keywords", "facts", "subject", "body").get(), before
                )
        run_command("check_archive")
