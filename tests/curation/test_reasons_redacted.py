"""Reasons that readers are told, and those of the log, in a redaction over the archive."""

from cables.curation.archive_redactions import decide
from cables.curation.archive_texts import tells_still, text_at
from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import (
    correct_cable,
    lift_redaction,
    redact_cable,
    withhold_part,
)
from cables.decisions.batches import (
    carry_out_decision,
    choose_for_decision,
    preview_decision,
    undo_decision,
)
from cables.models import Cable, Change, ChangeKind, Erased, VolumePage, VolumeWithholding
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from cables.telegram.fact_types import FrontBlock
from tests.admin.test_decisions import DecisionTestCase
from tests.builders import forget_counts, make_curator, publish, withhold
from tests.curation.test_archive_redactions import redact_all, search_for
from tests.project.test_redacted_leaks import public_rows
from tests.source_files import csv_record
from tests.working import run_command

NAME = "Quinto Rossilante"
TELLS, WITHHELD, ERASED, PUBLISHED = (f"09ROME90001{number}" for number in range(4))
REASON = f"At the wish of {NAME}."
TOLD = "At the wish of [redacted]."


class ReasonTests(DecisionTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.load(csv_record(TELLS, text=f"{NAME} raised the fees."))
        cls.load(*(csv_record(name) for name in (WITHHELD, ERASED, PUBLISHED)))
        rights = ("redact_cable", "see_sealed", "withhold_cable", "view_cable", "view_change")
        cls.curator = make_curator("rita", *rights)
        ChangeKind.objects.update(is_public=True, with_reason=True)

    def setUp(self):
        super().setUp()
        self.withheld = self.decide("withhold", WITHHELD)
        erase(ERASED, REASON, self.curator)
        block = FrontBlock(text="Of the harbor", kind="p", depth=0, links=[])
        VolumePage.objects.create(volume="frus1", name="preface", position=0, blocks=[block])
        withhold_part("frus1", "preface", "", REASON, self.curator)
        self.decide("publish", PUBLISHED, self.decide("withhold", PUBLISHED))
        forget_counts()

    def decide(self, kind, reference, before=None):
        key = Cable.objects.get(reference=reference).pk
        decision = choose_for_decision(kind, [key], self.curator)
        preview_decision(decision, {}, REASON)
        carry_out_decision(decision)
        return decision

    def reasons(self):
        return [
            Cable.objects.get(reference=WITHHELD).withheld_reason,
            Erased.objects.get(reference=ERASED).reason,
            VolumeWithholding.objects.get().reason,
        ]

    def test_each_is_found_with_the_page_that_shows_it(self):
        search = search_for(self.curator, [NAME])
        found = search.matches.filter(cable=None)
        names = "\n".join(found.visible_to(self.curator).values_list("name", flat=True))
        for name in (
            f"Why {WITHHELD} is withheld",
            f"Why {ERASED} was erased",
            "Why a part of the volume frus1 is withheld",
            "Reason in the log",
        ):
            with self.subTest(name):
                self.assertIn(name, names)
        for match in found:
            self.assertIn(self.client.get(match.address, follow=True).status_code, (200, 410))
            self.assertTrue(not text_at(match.address) or tells_still(REASON, match))

    def test_of_the_log_who_may_not_see_originals_finds_what_readers_see(self):
        for with_reason in (True, False):
            ChangeKind.objects.update(with_reason=with_reason)
            search = search_for(make_curator(f"otto{with_reason}", "redact_cable"), [NAME])
            found = search.matches.filter(cable=None, name__startswith="Reason in the log")
            with self.subTest(with_reason=with_reason):
                self.assertEqual(found.visible_to(search.by).exists(), with_reason)

    def test_readers_are_told_them_without_the_words_from_the_decision_on(self):
        self.assertEqual(self.reasons(), [REASON] * 3)
        redact_all(search_for(self.curator, [NAME]), self.curator, "A witness is named.")
        self.assertEqual(self.reasons(), [TOLD] * 3)
        ChangeKind.objects.exclude(name="erased").update(with_reason=False)
        self.assertNotIn(NAME.upper(), public_rows())
        self.assertTrue(Change.objects.filter(action="erased", reason=REASON).exists())
        undo_decision(self.withheld, "It may.", self.curator)
        self.assertEqual(Cable.objects.get(reference=WITHHELD).withheld_reason, "")

    def test_the_log_shows_lower_roles_what_readers_are_told_of_it(self):
        redact_all(search_for(self.curator, [NAME]), self.curator, "A witness is named.")
        forget_counts()
        for person, sees in ((make_curator("otto", "view_change"), False), (self.curator, True)):
            self.client.force_login(person)
            for name in (WITHHELD, ERASED):
                log = self.client.get(f"/admin/cables/change/?q={name}").content.decode()
                with self.subTest(name, by=person.username):
                    self.assertIn(name, log)
                    self.assertEqual(NAME in log, sees)

    def test_no_undoing_brings_one_back(self):
        published = self.decide("publish", WITHHELD)
        redact_all(search_for(self.curator, [NAME]), self.curator, "A witness is named.")
        undo_decision(published, "A slip.", self.curator)
        self.assertEqual(Cable.objects.get(reference=WITHHELD).withheld_reason, TOLD)

    def test_a_search_of_chosen_cables_leaves_them(self):
        search = search_for(self.curator, [NAME], cables=[Cable.objects.get(reference=TELLS).pk])
        redact_all(search, self.curator, "A witness is named.")
        self.assertEqual(self.reasons(), [REASON] * 3)
        self.assertRaises(ValueError, decide, search, "Again.", self.curator)


class ReasonsOfManyTests(DecisionTestCase):
    """A reason for readers that was written for several cables, of which one is redacted later."""

    references = [f"09ROME90001{number}" for number in range(4)]

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.load(*(csv_record(each, text=f"1. {NAME} is here.") for each in cls.references[:1]))
        cls.load(*(csv_record(each) for each in cls.references[1:]))
        rights = ("redact_cable", "see_sealed", "withhold_cable", "correct_cable")
        cls.curator = make_curator("rita", *rights)
        ChangeKind.objects.update(is_public=True, with_reason=True)

    def decide(self, kind, **parameters):
        cables = Cable.objects.filter(reference__in=self.references, withheld_reason="")
        decision = choose_for_decision(kind, list(cables.primary_keys()), self.curator)
        preview_decision(decision, parameters, REASON)
        carry_out_decision(decision)
        return decision

    def correct(self):
        return self.decide("correct", field="subject", value="DUES")

    def held(self, number):
        return Cable.objects.get(reference=self.references[number])

    def redact(self, number=0, place=EVERYWHERE, words=(NAME,)):
        return redact_cable(self.held(number), Strike(place, words), "A witness.", self.curator)

    def told(self, number):
        """Return what a page, its history and its JSON tell."""
        forget_counts()
        page = f"/cable/{self.references[number]}"
        ends = ("/", "/history/", ".json", "/v1/")
        return "".join(self.client.get(page + end).content.decode() for end in ends)

    def test_readers_of_the_others_are_told_it_without_the_words(self):
        self.correct()
        self.assertIn(REASON, self.told(1))
        self.redact()
        for number in range(4):
            with self.subTest(number):
                self.assertNotIn(NAME, self.told(number))
                self.assertIn(TOLD, self.told(number))
        self.assertNotIn(NAME.upper(), public_rows())
        self.assertTrue(Change.objects.filter(reason__contains=NAME).exists())
        self.assertIn(": 0 differences", run_command("check_archive"))

    def test_it_stays_so_when_a_cable_is_published_redacted_or_undone_later(self):
        decision = self.correct()
        withhold(self.held(1))
        self.redact(2, words=("HARBOR FEES",))
        self.redact()
        publish(self.held(1))
        lift_redaction(self.held(2).redactions.get(), "Known.", self.curator)
        correct_cable(self.held(3), "subject", "FEES", "Misread.", self.curator)
        undo_decision(decision, "A slip.", self.curator)
        for number in range(4):
            with self.subTest(number):
                self.assertNotIn(NAME, self.told(number))
        self.assertIn(": 0 differences", run_command("check_archive"))

    def test_a_decision_that_was_undone_is_told_without_them_too(self):
        undo_decision(self.correct(), "A slip.", self.curator)
        self.redact()
        self.assertNotIn(NAME, self.told(1))

    def test_why_others_are_withheld_is_told_without_them(self):
        self.decide("withhold")
        self.redact()
        for number in range(4):
            self.assertEqual(self.held(number).withheld_reason, TOLD)

    def test_other_reasons_stay(self):
        self.correct()
        correct_cable(self.held(1), "classification", "SECRET", "As Berlin said.", self.curator)
        self.redact()
        self.assertIn("As Berlin said.", self.told(1))

    def test_a_reason_loses_what_is_redacted_in_one_paragraph(self):
        correct_cable(self.held(0), "subject", "DUES", REASON, self.curator)
        self.redact(place="par1")
        self.assertNotIn(NAME, self.told(0))
        self.assertNotIn(NAME.upper(), public_rows())
        self.assertIn(": 0 differences", run_command("check_archive"))
