"""No page in any format, and no public row, gives away what was redacted.

A word is planted in every field of a cable that was loaded twice from two sources, and in what is
kept about it; it is redacted; then every route of the site is asked for it.
"""

import tempfile
from datetime import date
from pathlib import Path

from django.contrib.auth.models import Permission, User
from django.core.management import CommandError
from django.db import connection, connections
from django.test import override_settings

from cables.curation.redactions_and_corrections import lift_redaction, redact_cable
from cables.loader import load
from cables.models import PUBLIC, Cable, FormerReference, LoadRow, Note, Version, Word
from cables.models.querysets import READER
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.base import TestCase
from tests.builders import forget_counts, load_records, publish, withhold
from tests.planted import WORD, content_of, tells
from tests.project.routes import AUTHORITY, ROUTES, TAG_PAGE, telling
from tests.source_files import csv_file, csv_record, page_file
from tests.working import run_command

REFERENCE = "06BERLIN900001"
PHRASES = (WORD, f"06{WORD}900007", f"{WORD}S")
# The word broken at the end of a line, and spaced out; and what each would leave of it.
BROKEN, SPACED, DOTTED = "QUETZAL-\nWORT", " ".join(WORD), ".".join(WORD)
PIECES = (WORD, "QUETZAL", "WORT", SPACED[:9], DOTTED[:9])
HEADER = "R 140926Z MAR 06\nFM AMEMBASSY BERLIN\nTO RUEHC/SECSTATE WASHDC\n"
HEADER += f"INFO {WORD}\n{BROKEN}\n{SPACED}"
BODY = """\
UNCLAS BERLIN 900001

SIPDIS

E.O. 12958: N/A
TAGS: PREL, {word}, EFIS, {word} JOHN
SUBJECT: THE {word}, {broken}, {spaced}
REF: A. 06 {word} 900007

1. (SBU) {word} rose, {said}. See 06 {word} 900007 para 2.

{word} on a
line.

2. (C) Quintin {word}
gave them 100. So {broken}, also {spaced},
rose with Quetzal\N{SOFT HYPHEN}
 wort and {dotted}.
"""
# Also asked, as this cable was sent and released at other times than that of ROUTES.
MORE = [
    *("/created/2006/", "/created/2006/03/", "/created/2006/03.atom", "/tag/PREL/"),
    *("/tag/EFIS.atom", "/mark/SBU/", "/mark/C/", "/classification/unclassified/"),
    *("/origin/embassy-berlin/", "/origin/embassy-berlin.atom", "/search/?q=berlin"),
    *("/search.json?q=berlin", "/search.csv?q=berlin", "/search.atom?q=berlin"),
    *("/search/?q=redacted", "/search.json?q=redacted", "/cable/06BERLIN900001/v3/"),
    *("/created/2006/03.json", "/tag/PREL.json", "/origin/embassy-berlin.json"),
    *("/cable.json?sort=created", "/cable.json?tag=EFIS", "/sitemap-2006-03-1.xml"),
    *("/cable/06BERLIN900001/par2/", "/cable/06BERLIN900001/par1.1/timemap/"),
    *("/cable/06BERLIN900001/v1/par2/", "/cable/06BERLIN900001/v2/par1.1/"),
    *("/cable/06BERLIN900001.json", "/cable/06BERLIN900001/par1--par2.json"),
    *("/cable/06BERLIN900001/par2/card.png", "/cable/06BERLIN900001/par2/embed/"),
    *("/oembed.json?url=http://testserver/cable/06BERLIN900001/par2/", "/suggest.json?q=rose+que"),
    *("/tag/PREL.zip", "/tag/PREL.zip?q=rose&bag=yes", "/search.zip?q=berlin"),
    *("/tag/PREL.csv", "/tag/PREL.csv?q=rose", "/tag/PREL/?q=rose", "/tag/PREL.json?q=rose"),
    "/cable/06BERLIN900001/?in=/tag/PREL/&at=1",
    "/cable/06BERLIN900001/?q=rose&in=/search/&at=1",
]
DESK = [
    *("/admin/cables/cable/", "/admin/cables/cable/{}/change/", "/admin/cables/change/"),
    *("/admin/cables/redaction/", "/admin/cables/redaction/new/?cable=06BERLIN900001"),
    *("/admin/cables/correction/", "/admin/cables/correction/new/?cable=06BERLIN900001"),
    *("/admin/cables/correction/former/?cable=06BERLIN900001", "/admin/cables/loadrow/"),
    *("/admin/", "/admin/cables/load/", "/admin/cables/tag/?q=EFIS"),
    *("/admin/cables/cable/cables.csv", "/admin/cables/cable/cables.csv?words=rose"),
    *("/admin/cables/cable/?words=rose", "/admin/cables/savedsearch/"),
]


def body(said):
    return BODY.format(word=WORD, said=said, broken=BROKEN, spaced=SPACED, dotted=DOTTED)


def plant():
    """Load a cable with the word everywhere: two sources, two versions, and what stands beside."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        common = {"header": HEADER, "created": "3/14/2006 09:26", "origin": "Embassy Berlin"}
        for said in ("it is said", "they say"):
            record = csv_record(REFERENCE, body=body(said), cites=f"06{WORD}900007", **common)
            load(csv_file(folder, record), released=date(2011, 2, 3))
        page = page_file(folder, REFERENCE, articles=[f"https://example.org/{WORD.lower()}-rose"])
        text = page.read_text().replace("HARBOR FEES", f"THE {WORD}", 1)
        page.write_text(text)
        load(page)
        other = csv_record("06ROME900002", cites=REFERENCE, created="3/15/2006 09:26")
        load(csv_file(folder, other))
    cable = Cable.objects.get(reference=REFERENCE)
    FormerReference.objects.create(cable=cable, reference="06BONN900001", kind="renamed")
    Note.objects.create(cable=cable, text=f"{WORD} is meant, {BROKEN}, {SPACED}.")
    cable.citing_works.create(title=f"Of {WORD}, {BROKEN}", reference=SPACED, note=DOTTED)
    Version.objects.filter(cable=cable).update(reason=f"About {WORD}, {BROKEN}, {SPACED}")
    forget_counts()
    return cable


def public_rows():
    """Return all that the readers' role could read, as one text."""
    told = []
    with connections[READER].cursor() as cursor:
        for model in PUBLIC:
            cursor.execute(f"SELECT row::text FROM {model._meta.db_table} AS row")
            told += [row for (row,) in cursor.fetchall()]
    return "\n".join(told).upper()


def kept(cable):
    """Return all that readers see of the cable, for comparing."""
    cable = Cable.objects.get(pk=cable.pk)
    fields = [field.attname for field in Cable._meta.concrete_fields if not field.generated]
    return (
        {name: getattr(cable, name) for name in fields},
        list(cable.versions.order_by("number").values()),
        sorted(cable.mentions.values_list("paragraph", "reference", "target")),
        sorted(cable.taggings.values_list("tag")),
        sorted(cable.markings.values_list("code")),
        list(cable.notes.values_list("text", flat=True)),
        dict(Word.objects.values_list("word", "cables")),
    )


@override_settings(**AUTHORITY)
class RedactedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = plant()
        cls.curator = User.objects.create_user("anna", is_staff=True)
        cls.before = kept(cls.cable)

    def setUp(self):
        super().setUp()
        self.cable = Cable.objects.get(pk=self.cable.pk)

    def redact(self, strike=None, reason="A witness is named."):
        strike = strike or Strike(EVERYWHERE, PHRASES)
        made = redact_cable(self.cable, strike, reason, self.curator)
        forget_counts()
        self.cable.refresh_from_db()
        return made

    def telling(self, *words):
        """Return the addresses that give a word away."""
        connection.check_constraints()  # As the end of a transaction: records are dated.
        found = set()
        for address in [*(address for each in ROUTES.values() for address in each), *MORE]:
            response = self.client.get(address)
            said = content_of(response).decode(errors="replace") + str(response.headers)
            if any(word in said.upper() for word in (*PIECES, *words)):
                found.add(address)
        return found

    def test_the_word_would_be_found(self):
        routes = telling(self.client)
        expected = {route for route in ROUTES if route.startswith("cable/<reference:reference>.")}
        expected |= {"cable/<reference:reference>/"}
        expected |= {route for route in ROUTES if "v<int:number>/<p" in route and "txt" in route}
        self.assertLessEqual(expected, routes)
        self.assertIn(TAG_PAGE, routes)
        rows = public_rows()
        for piece in PIECES:
            self.assertIn(piece, rows)

    def test_nothing_leaks(self):
        digests = [self.cable.digest.upper()]
        digests += [each.digest.upper() for each in self.cable.versions.all()]
        prints = [each.upper() for each in self.cable.fingerprints]
        self.telling()  # What is cached before must not show either.
        self.redact()
        self.assertEqual(self.telling(*digests, *prints), set())
        rows = public_rows()
        for word in (*PIECES, *digests, *prints):
            with self.subTest(word):
                self.assertNotIn(word, rows)

    def test_a_checked_text_with_it_is_answered_as_one_with_no_word(self):
        self.redact()
        for text in (
            "“Quintin {} gave them 100 so also”",
            "“Quintin {} gave them 100 so also” (06BERLIN900001, para 2).",
            "06 {} 900007, para 2",
        ):
            for form in ("", "json", "csv", "markdown", "html"):
                with self.subTest(text, form=form):
                    asked, other = (
                        self.client.post("/check/", {"text": text.format(word), "as": form})
                        .getvalue()
                        .decode()
                        .replace(word, "")
                        for word in (WORD, "XYLOPHAGOUS")
                    )
                    self.assertEqual(asked, other)

    def test_a_search_for_it_finds_what_one_for_no_word_finds(self):
        self.redact()
        asked = ["/search/?q=", "/search.json?q=", "/search.csv?q=", "/search/?q=the+"]
        names = ("note", "from", "to", "concept", "marking")
        asked += [f"/search.json?q={name}:" for name in names]
        for address in asked:
            with self.subTest(address):
                asked, other = (
                    self.client.get(address + word).getvalue().decode().replace(word, "")
                    for word in (WORD, "XYLOPHAGOUS")
                )
                self.assertEqual(asked, other)
        for typed in (f'"{WORD} ROSE"', "QUETZALWOR*", "QUETZALWORF", f"tag:{WORD}", f"to:{WORD}"):
            with self.subTest(typed):
                page = self.client.get("/search.json", {"q": typed})
                self.assertEqual(page.json()["total" if "total" in page.json() else "count"], 0)

    def test_a_quotation_is_not_completed(self):
        self.redact()
        for address in ("/quote/", "/quote.json"):
            for quotation in ("rose, they say. See", "Quintin gave them 100.", "on a line."):
                asked = {"quotation": quotation, "reference": REFERENCE}
                with self.subTest(address, quotation=quotation):
                    self.assertFalse(tells(self.client.post(address, asked)))
                text = {"text": f"“{quotation} {quotation}” ({REFERENCE}, para 2)"}
                checked = address.replace("quote", "check")
                with self.subTest(checked, quotation=quotation):
                    self.assertFalse(tells(self.client.post(checked, text)))

    def test_digests_are_withdrawn_and_say_so(self):
        old = self.cable.digest
        self.redact()
        self.assertNotIn(REFERENCE, run_command("export_digests"))
        self.assertIsNone(self.client.get(f"/cable/{REFERENCE}.json").json()["digest"])
        page = self.client.get(f"/cable/{REFERENCE}/history/")
        self.assertContains(page, "Withdrawn, because part of this text was redacted")
        self.assertContains(page, "A witness is named.")
        self.assertNotContains(page, old)

    def test_the_archive_agrees_with_itself(self):
        self.redact()
        self.assertIn(": 0 differences", run_command("check_archive"))

    def test_ids_do_not_move(self):
        self.redact()
        before = self.before[0]
        self.assertEqual(self.cable.paragraph_ids, before["paragraph_ids"])
        self.assertEqual(len(self.cable.blocks()), len(before["paragraph_ids"]))
        self.assertEqual(self.cable.version, before["version"])

    def test_lifting_gives_all_of_it_back(self):
        lift_redaction(self.redact(), "It was published elsewhere.", self.curator)
        self.assertEqual(kept(self.cable), self.before)
        self.assertFalse(self.cable.sealed.exists())

    def test_what_is_left_of_a_reference_names_nothing(self):
        self.redact(Strike(EVERYWHERE, (WORD,)))
        page = self.client.get(f"/cable/{REFERENCE}/")
        self.assertContains(page, "06 [redacted] 900007")
        self.assertNotContains(page, "/cable/06BERLIN6/")
        self.assertNotContains(page, "06BERLIN6<")

    def test_a_whole_paragraph(self):
        self.redact(Strike("par2"))
        self.assertEqual(self.cable.blocks()[2].text, "2. (C) [redacted].")
        rows = public_rows()
        self.assertNotIn("QUINTIN", rows)
        self.assertNotIn("'100'", rows)
        self.assertIn(WORD, rows)
        for address in (f"/cable/{REFERENCE}/v1.txt", f"/cable/{REFERENCE}/par2.txt"):
            self.assertNotContains(self.client.get(address), "uintin")

    def test_two_redactions_and_one_is_lifted(self):
        self.redact(Strike("par2"))
        second = self.redact()
        self.assertNotIn(WORD, public_rows())
        lift_redaction(second, "Known.", self.curator)
        rows = public_rows()
        self.assertIn(WORD, rows)
        self.assertNotIn("QUINTIN", rows)

    def test_a_withheld_one_is_redacted_before_it_is_published_again(self):
        withhold(self.cable, "It is looked at.")
        self.redact()
        self.assertEqual(self.cable.body, "")
        publish(self.cable)
        self.assertNotIn(WORD, public_rows())
        self.assertIn("[redacted] rose", self.cable.body)

    def test_accounts_without_the_right_see_nothing_at_the_desk(self):
        LoadRow.objects.create(
            load=self.cable.copies.first().load,
            position=1,
            source="x.csv",
            reference=REFERENCE,
            raw=body("x"),
            digest="1",
            outcome=LoadRow.Outcome.HELD,
            reason="It waits.",
        )
        made = self.redact()
        rights = Permission.objects.exclude(codename="see_sealed")
        self.curator.user_permissions.set(rights)
        self.client.force_login(User.objects.get(pk=self.curator.pk))
        addresses = [address.format(self.cable.pk) for address in DESK]
        addresses += [f"/admin/cables/loadrow/{LoadRow.objects.get().pk}/change/"]
        addresses += [f"/admin/cables/redaction/{made.pk}/change/"]
        addresses += [f"/admin/cables/redaction/{made.pk}/lift/"]
        for address in addresses:
            with self.subTest(address):
                response = self.client.get(address)
                self.assertEqual(response.status_code, 200)
                said = response.getvalue().decode().upper().replace("WORTH READING", "")
                self.assertEqual([piece for piece in PIECES if piece in said], [])

    def test_a_search_of_the_desk_finds_it_for_those_alone_who_may_see_it(self):
        self.redact()
        asked = [f"words={WORD}", f"words={WORD[:8]}*", f"words=to:{WORD}", f"tag={WORD}"]
        for right, sees in (("withhold_cable", False), ("see_sealed", True)):
            rights = Permission.objects.filter(codename__in=("view_cable", right))
            self.curator.user_permissions.set(rights)
            self.client.force_login(User.objects.get(pk=self.curator.pk))
            for query in asked:
                with self.subTest(right, query=query):
                    said = self.client.get(f"{DESK[0]}cables.csv?{query}").getvalue().decode()
                    self.assertEqual(REFERENCE in said, sees and query.startswith("words"))
                    self.assertNotIn(WORD, said.upper())

    def test_the_log_never_has_the_words(self):
        self.redact()
        told = [f"{each.what} {each.reason}" for each in self.cable.changes.all()]
        self.assertIn("every occurrence: A witness is named.", "\n".join(told))
        self.assertNotIn(WORD, "\n".join(told).upper())


class LoadAgainTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = plant()
        cls.curator = User.objects.create_user("anna")
        redact_cable(cls.cable, Strike(EVERYWHERE, PHRASES), "A witness.", cls.curator)

    def load(self, text):
        common = {"header": HEADER, "created": "3/14/2006 09:26", "origin": "Embassy Berlin"}
        record = csv_record(REFERENCE, body=text, cites=f"06{WORD}900007", **common)
        return load_records(record)

    def test_the_same_source_changes_nothing(self):
        before = kept(self.cable)
        self.assertEqual(self.load(body("they say")).unchanged, 1)
        self.assertEqual(kept(self.cable), before)

    def test_a_text_that_touches_what_is_redacted_waits_for_a_person(self):
        before = kept(self.cable)
        self.assertEqual(self.load(body("they all say")).held, 1)
        self.assertEqual(kept(self.cable), before)
        row = LoadRow.objects.get(outcome=LoadRow.Outcome.HELD)
        self.assertIn("is redacted in par1", row.reason)

    def test_another_text_of_other_paragraphs_is_redacted_too(self):
        ids = self.cable.paragraph_ids
        text = body("they say") + f"\n3. (U) {WORD} is new: {BROKEN}, {SPACED}.\n"
        self.assertEqual(self.load(text).changed, 1)
        rows = public_rows()
        self.assertEqual([piece for piece in PIECES if piece in rows], [])
        self.cable.refresh_from_db()
        self.assertEqual(self.cable.paragraph_ids, [*ids, "par3"])
        self.assertEqual(self.cable.version, 3)
        self.assertIn(": 0 differences", run_command("check_archive"))

    def test_all_comes_back_when_it_is_lifted_after_a_load(self):
        self.load(body("they say") + "\n3. (U) It is new.\n")
        lift_redaction(self.cable.redactions.get(), "Known.", self.curator)
        self.cable.refresh_from_db()
        self.assertIn(f"Quintin {WORD}", self.cable.body)
        for version in self.cable.versions.all():
            self.assertIn(f"Quintin {WORD}", version.body)
        self.assertIn(": 0 differences", run_command("check_archive"))

    def test_reading_all_again_changes_nothing(self):
        before = kept(self.cable)
        run_command("reread")
        self.assertEqual(kept(self.cable), before)

    def test_what_an_earlier_rule_left_is_redacted_when_all_is_read_again(self):
        """As if the redaction had been made when broken words were not found."""
        before = kept(self.cable)
        for row in (self.cable, *self.cable.versions.all()):
            row.body = row.body.replace("So [redacted]", f"So {BROKEN}", 1)
            row.save()
        Note.objects.update(text=f"[redacted] is meant, {SPACED}.")
        self.assertIn("WORT", public_rows())
        with self.assertRaises(CommandError):
            run_command("check_archive")
        run_command("reread")
        rows = public_rows()
        self.assertEqual([piece for piece in PIECES if piece in rows], [])
        self.assertEqual(kept(Cable.objects.get(pk=self.cable.pk))[:2], before[:2])
        run_command("check_archive")

    def test_marks_of_an_earlier_rule_are_made_anew_when_all_is_read_again(self):
        before = kept(self.cable)
        for row in (self.cable, *self.cable.versions.all()):
            row.body = row.body.replace("[redacted]", "[REDACTED]")
            row.save()
        self.assertNotEqual(kept(self.cable)[:2], before[:2])
        run_command("reread")
        self.assertEqual(kept(self.cable)[:2], before[:2])
        run_command("check_archive")
