"""Redacting, correcting and merging at the desk, and what readers see of it."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.contrib.auth.models import Permission
from django.db import transaction

from cables.decisions.decision_subjects import as_published
from cables.models import (
    Cable,
    Change,
    Correction,
    Erased,
    FormerReference,
    Merge,
    Note,
    Redaction,
    Sealed,
    Version,
    Word,
)
from tests.articles.test_render import make_article
from tests.base import TestCase
from tests.builders import forget_counts, load_records, make_curator, publish, withhold
from tests.opened import form_of, send, stamps_in
from tests.source_files import csv_record
from tests.working import run_command

ONE, TWO = "09ROME900001", "09ROME900002"
PAGE = f"/cable/{ONE}/"


def new(kind, **query):
    return f"/admin/cables/{kind}/new/" + (f"?{urlencode(query)}" if query else "")


class DecisionTestCase(TestCase):
    """Two loaded cables, and a curator with all of these rights."""

    rights = ("redact_cable", "see_sealed", "correct_cable", "merge_places", "view_cable")

    @classmethod
    def setUpTestData(cls):
        cls.load(csv_record(ONE, text="Quinto Rossi raised the fees."), csv_record(TWO))
        cls.curator = make_curator("anna", *cls.rights)

    @staticmethod
    def load(*records):
        return load_records(*records)

    def setUp(self):
        forget_counts()
        self.client.force_login(self.curator)
        self.cable = Cable.objects.get(reference=ONE)

    def post(self, address, **values):
        self.cable.refresh_from_db()
        response = self.client.post(
            address, {"stamp": self.cable.edit_token(), **values}, follow=True
        )
        self.cable.refresh_from_db()
        return response

    def redact(self, step="redact", **values):
        asked = {"place": "", "words": "Quinto Rossi", "reason": "A witness."} | values
        return self.post(new("redaction", cable=ONE), step=step, **asked)

    def correct(self, field="subject", value="BUOYS", reason="Misread.", **values):
        asked = {"field": field, "value": value, "reason": reason} | values
        return self.post(new("correction", cable=ONE), **asked)

    def check(self):
        self.assertIn(": 0 differences", run_command("check_archive"))


def shown(cable):
    """Return a cable as readers would see it if it were published."""
    with as_published(cable) as published:
        return published


class RedactTests(DecisionTestCase):
    def test_looking_changes_nothing_and_lists_the_parts_with_the_words(self):
        self.load(csv_record(TWO, text="Quinto Rossi waved."))
        make_article(slug="rossi", body="On Quinto Rossi.")
        response = self.redact("look")
        for shown in ("par1", TWO, "See the page as readers will", "Harbor fees"):
            with self.subTest(shown):
                self.assertContains(response, shown)
        self.assertFalse(Redaction.objects.exists())
        self.assertFalse(Sealed.objects.exists())

    def test_the_preview_is_the_page_that_readers_will_get(self):
        preview = self.redact("page")
        self.assertContains(preview, "[redacted] raised the fees.")
        self.assertContains(preview, "Nothing is decided yet.")
        self.assertNotContains(preview, "Rossi")
        self.assertContains(self.client.get(PAGE), "Quinto Rossi raised")
        self.redact()
        page = self.client.get(PAGE)
        self.assertContains(page, "[redacted] raised the fees.")
        self.assertContains(page, "removed words from paragraph 1: A witness.")
        self.assertNotContains(page, "Rossi")
        self.check()

    def test_the_original_is_sealed(self):
        self.redact()
        made = Redaction.objects.get()
        words = Sealed.objects.get(place=made.sealed_at).values["words"]
        self.assertEqual(words, ["Quinto Rossi"])
        page = self.client.get(f"/admin/cables/redaction/{made.pk}/change/")
        self.assertContains(page, "Quinto Rossi")

    def test_who_may_only_withhold_tests_no_guesses_by_reasons(self):
        self.redact()
        rights = Permission.objects.filter(codename__in=("withhold_cable", "view_cable"))
        self.curator.user_permissions.set(rights)
        address = f"/admin/cables/cable/withhold/?cable={ONE}"
        for reason in ("On Quinto Rossi.", "On Quenby Rapid."):
            with self.subTest(reason):
                answer = send(self.client, address, {"cable": ONE, "reason": reason})
                self.assertContains(answer, "with the reason “For review”")
        send(self.client, address, {"cable": ONE, "reason": "For review."})
        self.assertContains(self.client.get(PAGE), "For review.", status_code=410)

    def test_errors_are_shown_and_the_input_is_kept(self):
        for values, said in (
            ({"words": "Verdi"}, "Nothing in this cable holds these words there"),
            ({"words": ""}, "Write the words"),
            ({"words": "..."}, "a letter or a digit"),
            ({"whole": "on"}, "Choose the paragraph"),
            ({"reason": ""}, "This field is required"),
            ({"reason": "Quinto  rossi is named."}, "The reason repeats the words"),
            ({"place": "par9"}, "not one of the available choices"),
        ):
            with self.subTest(said):
                self.assertContains(self.redact(**values), said)
                self.assertFalse(Redaction.objects.exists())

    def test_words_are_redacted_in_one_paragraph(self):
        self.load(csv_record(ONE, text="Rossi rose.\n\n3. (U) Rossi fell."))
        self.cable.refresh_from_db()
        self.redact(words="Rossi", place=self.cable.paragraph_ids[0])
        self.assertIn("[redacted] rose", self.cable.body)
        self.assertIn("Rossi fell", self.cable.body)

    def test_a_note_is_redacted(self):
        note = Note.objects.create(cable=self.cable, text="Quinto Rossi is the master.")
        self.redact(place="notes")
        note.refresh_from_db()
        self.assertEqual(note.text, "[redacted] is the master.")
        self.assertIn("Quinto Rossi", self.cable.body)

    def test_a_second_curator_learns_of_a_change_and_keeps_the_input(self):
        stale = self.cable.edit_token()
        self.correct()
        response = self.redact(stamp=stale)
        self.assertContains(response, "Somebody changed this cable meanwhile")
        self.assertContains(response, "Quinto Rossi</textarea>")
        self.assertContains(response, "Misread.")
        self.assertFalse(Redaction.objects.exists())
        self.assertContains(response, f'value="{self.cable.edit_token()}"')

    def test_lifting_needs_a_reason_and_is_logged(self):
        before = Cable.objects.filter(pk=self.cable.pk).values("body", "digest", "facts")[0]
        self.redact()
        made = Redaction.objects.get()
        self.post(f"/admin/cables/redaction/{made.pk}/lift/", reason="He is known.")
        after = Cable.objects.filter(pk=self.cable.pk).values("body", "digest", "facts")[0]
        self.assertEqual(after, before)
        actions = self.cable.changes.values_list("action", flat=True)
        self.assertEqual(list(actions), ["lifted", "redacted"])

    def test_other_users_may_not_redact(self):
        self.redact()
        made = Redaction.objects.get()
        other = make_curator("otto", "view_cable")
        self.client.force_login(other)
        for address in (
            *(new("redaction", cable=ONE), new("correction", cable=ONE), new("merge")),
            f"/admin/cables/redaction/{made.pk}/lift/",
            f"/admin/cables/correction/former/?cable={ONE}",
        ):
            for method in (self.client.get, self.client.post):
                with self.subTest(address):
                    self.assertEqual(method(address).status_code, 403)

    def test_sessions_have_no_redacted_words(self):
        self.redact("look")
        self.redact()
        self.assertNotIn("Rossi", str(dict(self.client.session)))


class CorrectTests(DecisionTestCase):
    # Field, what is typed, the column, what it then holds.
    FACTS = [
        ("subject", "BUOYS  AND\nLIGHTS", "subject", "BUOYS AND LIGHTS"),
        ("classification", "secret", "classification", "SECRET"),
        ("created", "2009-02-04 08:00", "created", datetime(2009, 2, 4, 8, tzinfo=UTC)),
        ("tags", "EFIS\npgov", "tags", ["EFIS", "PGOV"]),
        ("cites", "09 Rome 900002", "cites", [TWO]),
    ]

    def test_each_fact_is_corrected_and_later_loads_keep_it(self):
        for field, typed, *_ in self.FACTS:
            self.correct(field, typed)
        self.load(csv_record(ONE, text="Fees fell."))
        self.cable.refresh_from_db()
        self.assertIn("Fees fell.", self.cable.body)
        for field, _, column, value in self.FACTS:
            with self.subTest(field):
                self.assertEqual(getattr(self.cable, column), value)
        self.assertIn("TAGS: PREL, PGOV, IT", self.cable.body)
        self.assertEqual(set(self.cable.taggings.values_list("tag", flat=True)), {"EFIS", "PGOV"})
        self.check()

    def test_a_corrected_fact_counts_for_the_matters_about_it(self):
        header = "R 061405Z FEB 09\nFM AMEMBASSY ROME"
        self.load(csv_record(ONE, header=f"ZNR UUUU\n{header}"))
        for field, value, kinds in (
            ("subject", "BUOYS", ["H-4", "M-10"]),
            ("created", "2009-02-10 14:05", ["H-4", "M-10"]),
            ("created", "2009-02-06 14:05", ["H-4"]),
            ("classification", "secret", ["L-3"]),
            ("classification", "unclassified", []),
        ):
            with self.subTest(field, value=value):
                self.correct(field, value)
                found = self.cable.matters.order_by("kind").values_list("kind", flat=True)
                self.assertEqual(list(found), kinds)
        self.check()

    def test_a_correction_is_looked_at_first(self):
        """The hour of a date does not get lost unseen."""
        address = new("correction", cable=ONE, field="created")
        page = self.client.get(address)
        self.assertEqual(page.context["form"].initial["value"], "2009-02-03 14:05")
        self.assertNotContains(page, ">Correct<")
        typed = {"step": "look", "value": "2009-02-04", "reason": "A slip."}
        page = self.client.post(address, form_of(page) | typed)
        self.assertContains(page, "<td>2009-02-03 14:05</td><td>2009-02-04</td>")
        self.assertFalse(self.cable.corrections.exists())
        page = self.client.post(address, form_of(page) | {"value": "2009-02-04 14:05"})
        self.assertContains(page, "<td>2009-02-04 14:05</td>")
        self.client.post(address, form_of(page))
        self.cable.refresh_from_db()
        self.assertEqual(f"{self.cable.created:%d %H:%M}", "04 14:05")

    def test_an_origin_is_corrected(self):
        self.load(csv_record("09LIMA900001", origin="Embassy Lima"))
        self.correct("origin", "Embassy Lima")
        self.assertEqual(self.cable.origin.name, "Embassy Lima")
        self.assertIn("Lima", self.cable.keywords)

    def test_readers_see_the_correction_beside_the_source(self):
        self.correct()
        page = self.client.get(PAGE)
        self.assertContains(page, "the source has “HARBOR FEES”")
        self.assertContains(page, "Misread.")
        version = Version.objects.get(cable=self.cable)
        self.assertEqual((version.subject, self.cable.subject), ("HARBOR FEES", "BUOYS"))
        self.assertEqual(version.digest, self.cable.digest)

    def test_the_sources_fact_is_redacted_too(self):
        self.redact(words="HARBOR")
        self.correct(value="BUOYS")
        page = self.client.get(PAGE)
        self.assertContains(page, "the source has “[REDACTED] FEES”")
        self.assertNotContains(page, "“HARBOR")
        self.check()

    def test_wrong_values_are_refused(self):
        for field, value in (
            *(("origin", "Embassy Atlantis"), ("created", "yesterday"), ("cites", "nonsense")),
            ("classification", "COSMIC"),
        ):
            with self.subTest(field):
                self.correct(field, value)
                self.assertFalse(Correction.objects.exists())

    def test_a_correction_is_undone(self):
        self.correct()
        made = Correction.objects.get()
        self.post(f"/admin/cables/correction/{made.pk}/undo/", reason="It was right.")
        self.assertEqual(self.cable.subject, "HARBOR FEES")
        self.assertNotIn("corrected", self.cable.facts)
        self.assertEqual(self.cable.changes.first().action, "restored")

    def test_the_last_correction_stands_on_the_one_before(self):
        """Undone in either order, with a load, a redaction and a withholding between."""
        undo = "/admin/cables/correction/{}/undo/"
        for between in (
            lambda: None,
            lambda: self.load(csv_record(ONE, subject="HARBOR DUES OF ROSSI")),
            lambda: self.redact(words="FEES"),
            lambda: withhold(self.cable, "A ship."),
        ):
            for is_first_undone in (False, True):
                with self.subTest(between, is_first_undone=is_first_undone), transaction.atomic():
                    self.correct(value="BUOYS")
                    self.correct(value="LIGHTS")
                    first, second = Correction.objects.order_by("pk")
                    between()
                    if is_first_undone:
                        page = self.client.get(undo.format(first.pk))
                        self.assertContains(page, "what was corrected later, as now")
                        self.post(undo.format(first.pk), reason="It was wrong.")
                        self.assertEqual(shown(self.cable).subject, "LIGHTS")
                    page = self.client.get(undo.format(second.pk))
                    back = "what the source says" if is_first_undone else "the correction of "
                    self.assertContains(page, f"readers then see again {back}")
                    self.post(undo.format(second.pk), reason="It was wrong.")
                    subject = shown(self.cable).subject
                    self.assertEqual(subject == "BUOYS", not is_first_undone)
                    self.assertEqual(subject.startswith("HARBOR "), is_first_undone)
                    self.check()
                    transaction.set_rollback(True)

    def test_a_correction_updates_the_word_counts(self):
        self.correct(value="ZEPPELIN")
        self.assertTrue(Word.objects.filter(word="zeppelin").exists())


class FormerReferenceTests(DecisionTestCase):
    ADDRESS = f"/admin/cables/correction/former/?cable={ONE}"

    def test_a_named_reference_leads_to_the_cable_until_it_is_removed(self):
        self.post(self.ADDRESS, reference="09 Bonn 7", reason="A slip.")
        page = self.client.get("/cable/09BONN7/")
        self.assertRedirects(page, PAGE, status_code=301)
        former = FormerReference.objects.get()
        self.post(f"/admin/cables/correction/former/{former.pk}/undo/", reason="It was not.")
        self.assertEqual(self.client.get("/cable/09BONN7/").status_code, 404)

    def test_a_reference_that_is_taken_is_refused(self):
        cable = Cable.objects.get(reference=TWO)
        FormerReference.objects.create(cable=cable, reference="09BONN8", kind="published")
        Erased.objects.create(reference="09BONN9", reason="Law.")
        for reference in (ONE, TWO, "09BONN8", "09BONN9", "nonsense"):
            with self.subTest(reference):
                self.post(self.ADDRESS, reference=reference, reason="A slip.")
                self.assertEqual(FormerReference.objects.count(), 1)


class MergeTests(DecisionTestCase):
    def setUp(self):
        super().setUp()
        self.load(csv_record("09ROME900003", origin="Embassy Romme"))
        body = "UNCLAS ROME 900004\n\nTAGS: PRELXGOV, IT\nSUBJECT: X\n\n1. (U) Fees.\n"
        self.load(csv_record("09ROME900004", body=body))

    def merge(self, step="merge", **values):
        asked = {"reason": "A slip."} | values
        looked_at = stamps_in(self.client.post(new("merge"), asked | {"step": "look"}))
        return self.client.post(new("merge"), asked | looked_at | {"step": step})

    def test_after_a_merge_a_volume_still_finds_its_cables(self):
        cable = Cable.objects.get(reference="09ROME900003")
        edition = {"numbered": "Telegram 4711", "to": "The Embassy in Bonn"}
        Cable.objects.filter(pk=cable.pk).update(facts=cable.facts | {"edition": edition})
        for reference, veil in ((cable, lambda one: one), (cable, withhold)):
            veil(reference)
            self.merge(kind="origin", name="Embassy Romme", into="Embassy Rome")
        publish(cable)
        self.assertIn("Telegram 4711", Cable.objects.get(pk=cable.pk).keywords)

    def state_of(self, reference):
        cable = Cable.objects.get(reference=reference)
        return (
            cable.origin.name,
            cable.tags,
            cable.keywords,
            sorted(cable.taggings.values_list("tag", flat=True)),
        )

    def test_origins_are_merged_and_parted(self):
        before = self.state_of("09ROME900003")
        asked = {"kind": "origin", "name": "Embassy Romme", "into": "Embassy Rome"}
        self.assertContains(self.merge("look", **asked), "1 cable would move")
        self.assertFalse(Merge.objects.exists())
        self.merge(**asked)
        self.load(csv_record("09ROME900005", origin="Embassy Romme"))
        for reference in ("09ROME900003", "09ROME900005"):
            self.assertEqual(self.state_of(reference)[0], "Embassy Rome")
            self.assertNotIn("Romme", self.state_of(reference)[2])
        page = self.client.get("/origin/embassy-romme/")
        self.assertRedirects(page, "/origin/embassy-rome/", status_code=301)
        self.undo()
        self.assertEqual(self.state_of("09ROME900003"), before)
        self.assertEqual(self.state_of("09ROME900005")[0], "Embassy Romme")
        self.assertEqual(self.state_of(ONE)[0], "Embassy Rome")

    def test_a_jammed_tag_becomes_several(self):
        before = self.state_of("09ROME900004")
        self.assertEqual(before[1], ["PRELXGOV", "IT"])
        asked = {"kind": "tag", "name": "PRELXGOV", "into": "PREL\nPGOV"}
        self.assertContains(self.merge("look", **asked), "09ROME900004")
        self.merge(**asked)
        state = self.state_of("09ROME900004")
        self.assertEqual(state[1], ["PREL", "PGOV", "IT"])
        self.assertEqual(state[3], ["IT", "PGOV", "PREL"])
        page = self.client.get("/tag/PRELXGOV/")
        self.assertRedirects(page, "/tag/PREL/", status_code=301)
        self.check()
        self.undo()
        self.assertEqual(self.state_of("09ROME900004"), before)

    def test_a_withheld_cable_is_published_under_the_merged_name(self):
        cable = Cable.objects.get(reference="09ROME900004")
        withhold(cable, "Names a ship.")
        self.merge(kind="tag", name="PRELXGOV", into="PREL\nPGOV")
        publish(cable)
        self.assertEqual(self.state_of("09ROME900004")[1], ["PREL", "PGOV", "IT"])

    def test_impossible_merges_are_refused(self):
        for kind, name, into, said in (
            ("origin", "Embassy Rome", "Embassy Rome", "another name"),
            ("origin", "Embassy Rome", "Embassy Atlantis", "Not here"),
            ("tag", "PREL", "XXXX", "Not here"),
        ):
            with self.subTest(said):
                response = self.merge(kind=kind, name=name, into=into)
                self.assertContains(response, said)

    def undo(self):
        made = Merge.objects.get()
        address = f"/admin/cables/merge/{made.pk}/undo/"
        send(self.client, address, {"reason": "Two places."})
        self.assertFalse(Merge.objects.exists())
        self.assertEqual(Change.objects.first().action, "parted")
