"""A redaction over the archive stands: texts that come later are redacted, or held."""

import json
import re
from datetime import timedelta
from unittest.mock import patch

from django.db import transaction
from django.utils import timezone

from cables.curation.archive_redactions import TASKS, decide, end, redact_accepted, undo
from cables.curation.bulk_changes import reread
from cables.curation.held_records import apply_held, publish_held
from cables.curation.later_texts import redact_later_texts
from cables.curation.redactions_and_corrections import correct_cable, lift_redaction
from cables.loader import Progress, compare, load, release_due
from cables.models import (
    Cable,
    Collection,
    Load,
    LoadRow,
    Preview,
    RedactionSearch,
    StandingForm,
    VolumePage,
    VolumeWithholding,
)
from cables.names.archive_matches import key_of
from cables.operations.integrity import IntegrityReport, check
from cables.publication.standing_redactions import redacted_words_in
from tests.base import TestCase
from tests.builders import forget_counts, make_curator, publish, withhold
from tests.curation.test_archive_redactions import accept, go_on, redact_all, search_for, text_of
from tests.loader.test_volumes import VOLUME
from tests.nara_records import document
from tests.project.test_redacted_leaks import public_rows
from tests.source_files import csv_file, csv_record, page_file, text_file

NAME = "Quinto Rossilante"
OLD, ALONE, NEW = "09ROME900001", "09ROME900002", "09ROME900009"
MARKED = "[redacted] raised the fees."


class StandingRedaction:
    """Mixin: two cables, of which one had a name that is redacted over the archive."""

    def setUp(self):
        self.load(csv_record(OLD, text=f"{NAME} and Rossilante raised the fees."))
        self.load(csv_record(ALONE, text="The harbor raised the fees."))
        forget_counts()
        self.curator = make_curator("anna", "redact_cable", "see_sealed")
        self.search = self.redact_over_archive(NAME)

    def load(self, *records, **options):
        return load(csv_file(self.folder, *records), **options)

    def redact_over_archive(self, *names, **values):
        search = search_for(self.curator, names, **values)
        redact_all(search, self.curator, "A witness is named.")
        return search

    def cable(self, reference=NEW):
        return Cable.objects.select_related("origin").get(reference=reference)

    def held(self):
        return LoadRow.objects.filter(outcome=LoadRow.Outcome.HELD)

    def assert_redacted(self, reference=NEW):
        cable = self.cable(reference)
        self.assertNotIn("ossilante", text_of(cable).lower())
        self.assertIn("[redacted]", text_of(cable).lower())
        matches = self.search.matches.filter(cable=cable, redaction__isnull=False)
        self.assertEqual({row.redaction.cable for row in matches}, {cable})
        logged = cable.changes.filter(action="redacted").values_list("reason", flat=True)
        self.assertIn("every occurrence: A witness is named.", logged)


class StandingTestCase(StandingRedaction, TestCase):
    """Tests in a transaction that is rolled back."""


class LoadTests(StandingTestCase):
    def test_a_new_cable_is_redacted_whatever_its_format(self):
        text = f"{NAME} raised the fees."
        files = {
            "09ROME900010": csv_file(self.folder, csv_record("09ROME900010", text=text)),
            "09ROME900011": page_file(self.folder, "09ROME900011", text=text),
            "09ROME900012": text_file(self.folder, "09ROME900012", text=text),
        }
        for reference, path in files.items():
            with self.subTest(reference):
                self.assertEqual(load(path).created, 1)
                self.assert_redacted(reference)

    def test_wherever_the_name_stands(self):
        for at, words in enumerate(
            (
                {"subject": f"VISIT OF {NAME.upper()}"},
                {"header": f"R 031405Z FEB 09\nFM AMEMBASSY ROME\nTO {NAME.upper()}"},
                {"text": "Quinto Ros-\nsilante raised it."},
                {"text": f"{NAME} and ROSSILANTE raised it."},
            )
        ):
            reference = f"09ROME{900020 + at}"
            with self.subTest(words):
                self.assertEqual(self.load(csv_record(reference, **words)).created, 1)
                self.assert_redacted(reference)

    def test_a_name_in_two_tags_or_captions_or_in_a_warning(self):
        for key in ("TAGS", "Handling Restrictions", "Original Classification"):
            text = re.sub(f"(?m)^{key}: .*", f"{key}: {NAME.upper()}", document("plain"))
            with self.subTest(key), transaction.atomic():
                self.assertEqual(load(self.write("telegrams.txt", text)).created, 1)
                self.assertNotIn("ROSSILANTE", public_rows())
                transaction.set_rollback(True)

    def test_forms_of_a_restored_archive_count_though_others_had_the_same_keys(self):
        self.assertTrue(redacted_words_in([], NAME))
        for form in StandingForm.objects.all():
            name = f"Ottavia Brentani{'s' * (form.form != NAME)}"
            StandingForm.objects.filter(pk=form.pk).update(name=name, form=name, key=key_of(name))
        RedactionSearch.objects.update(decided=timezone.now())
        self.load(csv_record(NEW, text="Ottavia Brentani waved."))
        self.assertFalse(Cable.objects.filter(body__contains="Brentani").exists())

    def test_what_is_uncertain_is_held_and_redacted_when_a_redactor_publishes_it(self):
        over_two = "It was Quinto\n\n2. (U) Rossilante who waved."
        texts = ("Rossilante waved.", f"{NAME} and the Rossilantes waved.", over_two)
        for at, text in enumerate(texts):
            reference = f"09ROME{900030 + at}"
            with self.subTest(text):
                report = self.load(csv_record(reference, text=text))
                self.assertEqual((report.created, report.held), (0, 1))
                row = self.held().get()
                self.assertIn(f"the redaction over the archive {self.search.pk}", row.reason)
                self.assertNotIn("ossilante", row.reason)
                publish_held(row, "She is the witness.", self.curator)
                self.assert_redacted(reference)

    def test_a_lifted_redaction_stays_lifted_in_its_cable_alone(self):
        self.load(csv_record(NEW, text=f"{NAME} raised the fees."))
        lift_redaction(self.cable().redactions.get(), "Another person.", self.curator)
        self.assertIn(NAME, self.cable().body)
        reread()
        self.load(csv_record(NEW, text=f"{NAME} raised the fees again."))
        self.assertIn(NAME, self.cable().body)
        withhold(self.cable())
        publish(self.cable())
        self.assertIn(NAME, self.cable().body)
        self.load(csv_record("09ROME900010", text=f"{NAME} raised the fees."))
        self.assert_redacted("09ROME900010")

    def test_a_new_text_of_a_known_cable(self):
        self.load(csv_record(ALONE, text=f"{NAME} raised the fees."))
        self.assert_redacted(ALONE)
        self.assertIn("The harbor", self.cable(ALONE).versions.get().body)
        held = "The harbor, and Rossilante, raised the fees."
        self.assertEqual(self.load(csv_record(ALONE, text=held)).held, 1)
        apply_held(self.held().get(), "As it is.", self.curator)
        self.assert_redacted(ALONE)

    def test_a_preview_shows_the_text_as_it_would_be_published(self):
        path = csv_file(
            self.folder,
            csv_record(NEW, text=f"{NAME} raised the fees."),
            csv_record("09ROME900010", text="Rossilante raised the fees."),
        )
        run = Load.objects.create(collection=Collection.objects.get(), file=str(path))
        foreseen = compare(run, path, Progress(run))
        self.assertEqual((foreseen.created, foreseen.held), (1, 1))
        for row in Preview.objects.all():
            with self.subTest(row.outcome):
                self.assertNotIn("ossilante", row.raw)
                self.assertIn(MARKED, json.loads(row.raw)["body"])
        self.assertEqual(load(path), foreseen)

    def test_the_end_of_an_embargo(self):
        path = csv_file(self.folder, csv_record(NEW, text=f"{NAME} raised the fees."))
        load(path)
        Cable.objects.filter(reference=NEW).delete()
        run = Load.objects.get(pk=Load.objects.latest("pk").pk)
        raw = self.raw(NEW)
        LoadRow.objects.create(
            load=run,
            reference=NEW,
            raw=raw,
            digest="e" * 64,
            outcome=LoadRow.Outcome.WAITING,
            due="2020-01-01T00:00Z",
            position=1,
        )
        self.assertEqual(release_due(), 1)
        self.assert_redacted()

    def raw(self, reference):
        facts = self.cable(ALONE).copies.get().facts
        body = f"1. (U) {NAME} raised the fees."
        named = {"format": "csv", "reference": reference, "released": None}
        return json.dumps({**facts, **named, "header": "FM AMEMBASSY ROME", "body": body})


class DeskTests(StandingTestCase):
    def test_a_correction_that_brings_the_name_back(self):
        correct_cable(self.cable(ALONE), "subject", f"FEES OF {NAME}", "Misread.", self.curator)
        self.assertEqual(self.cable(ALONE).subject, "FEES OF [REDACTED]")
        self.assert_redacted(ALONE)

    def test_a_withheld_cable_that_is_published_again(self):
        withhold(self.cable(ALONE))
        row = self.cable(ALONE).sealed.get(place="cable")
        row.values["body"] = row.values["body"].replace("The harbor", NAME)
        row.save()
        publish(self.cable(ALONE))
        self.assert_redacted(ALONE)

    def test_no_version_keeps_words_where_whole_paragraphs_are_redacted(self):
        other = "Ottavia Brentani"
        numbered = f"2. (U) {other.replace(' ', chr(10))} 3. (U) waved."  # Cut otherwise without.
        for text in (f"1. (U) {other} waved.\n\n2. (U) Ships.", f"1. (U) Boats.\n\n{numbered}"):
            self.load(csv_record(NEW, body=text))
        withhold(self.cable())
        self.load(csv_record("09ROME900010", text=f"{other} waved."))
        self.redact_over_archive(other, with_sealed=False)
        publish(self.cable())
        self.assertEqual(self.cable().withheld_reason, "")
        self.assertNotIn("Brentani", text_of(self.cable()))

    def test_undone_as_one_and_later_texts_are_shown(self):
        self.load(csv_record(NEW, text=f"{NAME} raised the fees."))
        undo(self.search, "It was a mistake.", self.curator)
        self.assertFalse(StandingForm.objects.exists())
        TASKS[self.search.task](self.search, go_on)
        self.assertIn(NAME, self.cable().body)
        self.assertIn(NAME, self.cable(OLD).body)
        self.load(csv_record("09ROME900010", text=f"{NAME} raised the fees."))
        self.assertIn(NAME, self.cable("09ROME900010").body)

    def test_a_redactor_ends_it_with_a_reason_and_no_word_of_it_stays(self):
        with self.assertRaises(ValueError):
            end(self.search, " ", self.curator)
        end(self.search, "She wrote a book.", self.curator)
        self.assertFalse(StandingForm.objects.exists())
        self.load(csv_record(NEW, text=f"{NAME} raised the fees."))
        self.assertIn(NAME, self.cable().body)
        self.assertNotIn(NAME, self.cable(OLD).body)

    def test_what_was_loaded_between_search_and_decision_is_redacted(self):
        """Also by a machine whose clock is late."""
        name = "Otto Vandermeulen"
        self.load(csv_record("09ROME900010", text=f"{name} waved."))
        self.search = search_for(self.curator, [name])
        accept(self.search.matches)
        with patch.object(timezone, "now", return_value=timezone.now() - timedelta(minutes=5)):
            self.load(csv_record(NEW, text=f"{name} waved, and Vandermeulens."))
            self.load(csv_record(ALONE, text=f"{name} waved."))
        decide(self.search, "A witness is named.", self.curator)
        redact_accepted(self.search, go_on)
        for reference in ("09ROME900010", NEW, ALONE):
            with self.subTest(reference):
                self.assertNotIn("Vandermeulen", text_of(self.cable(reference)))
        self.assertEqual(self.search.matches.exclude(redaction=None).count(), 3)

    def test_what_was_withheld_or_erased_meanwhile_is_passed_over(self):
        withhold(self.cable(OLD))
        keys = [self.cable(OLD).pk, 0]
        with patch("cables.curation.later_texts._later", side_effect=[keys, []]):
            redact_later_texts(self.search, go_on)
        self.assertEqual(self.cable(OLD).redactions.count(), 1)

    def test_two_redactions_that_overlap_are_lifted_one_by_one(self):
        self.load(csv_record("09ROME900010", text="Only Rossilante raised the fees."))
        apply = self.redact_over_archive
        other = apply("Rossilante", with_sealed=True)
        self.load(csv_record(NEW, text=f"{NAME} raised the fees."))
        self.assertEqual(self.cable().redactions.count(), 2)
        undo(other, "A mistake.", self.curator)
        TASKS[other.task](other, go_on)
        self.assert_redacted()

    def test_a_search_of_some_cables_does_not_stand(self):
        self.load(csv_record(NEW, text="Otto Vandermeulen waved."))
        keys = [self.cable().pk]
        search = self.redact_over_archive("Otto Vandermeulen", cables=keys)
        self.assertFalse(search.standing.exists())


class VolumeTests(StandingTestCase):
    """Documents of a volume, and what it prints before them."""

    places = {
        "Rell, Maro": "Rossilante, Quinto",  # In the list of persons.
        "The board met": f"{NAME} and the board met",  # In a footnote.
        "(<persName>Quay</persName>)": f"(<persName>{NAME}</persName>)",  # In a heading.
        "A note of the chapter": f"{NAME}, a note of the chapter",
        "<dateline>Lisbon, ": f"<dateline>{NAME}, ",  # The room completes short references by it.
    }

    def test_no_place_of_a_volume_shows_the_name(self):
        for old, new in self.places.items():
            with self.subTest(new):
                Cable.objects.filter(reference__contains="LISBON").delete()
                path = self.folder / VOLUME.name
                text = VOLUME.read_text()
                self.assertIn(old, text)
                path.write_text(text.replace(old, new))
                report = load(path, everything=True)
                self.assertEqual(report.rejected, 0)
                public = "".join(text_of(cable) for cable in Cable.objects.all())
                self.assertNotIn("ossilante", public.lower())
                for page in VolumePage.objects.all():
                    self.assertNotIn("ossilante", json.dumps([page.title, page.blocks, page.keys]))

    def test_another_edition_of_a_volume_shows_it_in_no_entry_or_title_that_was_here(self):
        load(VOLUME, everything=True)
        path = self.folder / VOLUME.name
        for old, new in (
            ("Rell, Maro", f"Rell, Maro (also {NAME})"),
            ("List of Persons", f"List of Persons near {NAME}"),
            ("2. Editorial Note", f"2. Editorial Note about {NAME}"),  # It is left out.
        ):
            with self.subTest(new):
                self.assertIn(old, VOLUME.read_text())
                path.write_text(VOLUME.read_text().replace(old, new))
                load(path, everything="2." not in old)
                for page in VolumePage.objects.all():
                    self.assertNotIn("ossilante", json.dumps([page.title, page.blocks]))

    def test_words_of_an_entry_that_readers_see_stay(self):
        path = self.folder / VOLUME.name
        path.write_text(VOLUME.read_text().replace("Rell, Maro", f"Rell, Maro (also {NAME})"))
        load(path)
        VolumeWithholding.objects.all().delete()
        for times in (1, 2):
            path.write_text(path.read_text().replace("also", "once" * times))
            load(path)
            self.assertFalse(VolumeWithholding.objects.exists())

    def test_a_withheld_entry_is_published_when_the_decision_is_undone(self):
        path = self.folder / VOLUME.name
        path.write_text(VOLUME.read_text().replace("Rell, Maro", "Rossilante, Quinto"))
        load(path)
        part = VolumeWithholding.objects.get()
        self.assertEqual((part.search, part.reason), (self.search, "A witness is named."))
        load(path)
        self.assertEqual(VolumeWithholding.objects.count(), 1)
        undo(self.search, "A mistake.", self.curator)
        TASKS[self.search.task](self.search, go_on)
        self.assertFalse(VolumeWithholding.objects.exists())
        self.assertIn("Rossilante", str(VolumePage.objects.get(name="persons").blocks))


class CheckTests(StandingTestCase):
    def told(self):
        told = []
        check(IntegrityReport(), told.append)
        return told

    def test_the_check_names_the_decision_and_no_word(self):
        self.load(csv_record(NEW, text=f"{NAME} raised the fees."))
        self.assertEqual(self.told(), [])
        cable = self.cable(ALONE)
        facts = cable.facts | {"concepts": [NAME]}
        Cable.objects.filter(pk=cable.pk).update(facts=facts)
        told = [each for each in self.told() if "over the archive" in each]
        self.assertEqual(len(told), 1)
        self.assertIn(f"{ALONE}: it has words of the {self.search}.", told[0])
        self.assertNotIn("ossilante", told[0])

    def test_no_note_or_reason_repeats_it(self):
        self.assertTrue(redacted_words_in([], f"As {NAME.upper()} said."))
        self.assertFalse(redacted_words_in([], "As the witness said."))
