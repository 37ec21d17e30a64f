"""What is undone, or told of an earlier decision, has no word that was redacted since."""

from django.db import transaction

from cables.curation.origin_tag_merges import merge, undo_merge
from cables.curation.redactions_and_corrections import correct_cable, lift_redaction, redact_cable
from cables.decisions.batches import (
    carry_out_decision,
    choose_for_decision,
    preview_decision,
    undo_decision,
)
from cables.models import Cable, ChangeKind, PublicMerge, Sealed, Tag, Version
from cables.models.cable import VERSION_CONTENTS
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.admin.test_decisions import ONE, PAGE, DecisionTestCase
from tests.builders import forget_counts, publish, withhold
from tests.planted import WORD
from tests.project.test_redacted_leaks import public_rows
from tests.source_files import csv_record

BODY = "UNCLAS ROME 900001\n\nTAGS: PREL, {}, EFIS\nSUBJECT: FEES\n\n1. {} rose."


class UndoneTests(DecisionTestCase):
    def setUp(self):
        super().setUp()
        ChangeKind.objects.update(is_public=True, with_reason=True)
        self.load(csv_record(ONE, body=BODY.format(WORD, WORD)))

    def redact(self, *words):
        cable = Cable.objects.get(reference=ONE)
        return redact_cable(cable, Strike(EVERYWHERE, words), "A witness.", self.curator)

    def decide(self, kind, reason="It may."):
        decision = choose_for_decision(kind, [self.cable.pk], self.curator)
        preview_decision(decision, {}, reason)
        carry_out_decision(decision)
        return decision

    def assert_untold(self):
        forget_counts()
        self.assertNotIn(WORD, public_rows())
        for address in (PAGE, f"{PAGE}v1/", f"{PAGE}history/", "/changes/", "/search.json?q=rose"):
            self.assertNotIn(WORD, self.client.get(address).getvalue().decode().upper(), address)

    def test_a_merge_that_is_undone_brings_back_no_redacted_tag(self):
        for is_withheld in (False, True):
            with self.subTest(is_withheld=is_withheld):
                merged = merge("tag", WORD, ["PREL"], "A slip.", self.curator)
                if is_withheld:
                    withhold(Cable.objects.get(reference=ONE))
                redaction = self.redact(WORD)
                undo_merge(merged, "It was none.", self.curator)
                if is_withheld:
                    publish(Cable.objects.get(reference=ONE))
                self.assert_untold()
                self.assertEqual(Cable.objects.get(reference=ONE).tags, ["PREL", "EFIS"])
                lift_redaction(redaction, "It was right.", self.curator)
                self.cable.refresh_from_db()
                self.assertEqual(self.cable.tags, ["PREL", WORD, "EFIS"])

    def test_a_version_made_while_a_cable_was_redacted_is_whole_when_that_is_lifted(self):
        """Also its subject, facts and corrections; until then it tells no word of them."""
        body = BODY.format(WORD, WORD).replace("FEES", f"{WORD} FEES")
        made = []
        for is_redacted in (False, True):
            with self.subTest(is_redacted=is_redacted), transaction.atomic():
                self.load(csv_record(ONE, body=f"{body}\n\n2. Tides rose."))
                if is_redacted:
                    redaction = self.redact(WORD)
                cable = Cable.objects.get(reference=ONE)
                correct_cable(cable, "tags", ["PREL"], "A slip.", self.curator)
                for words in ("Ships came.", "Ships left."):
                    self.load(csv_record(ONE, body=f"{body}\n\n2. {words}"))
                if is_redacted:
                    self.assert_untold()
                    lift_redaction(redaction, "It was right.", self.curator)
                    self.assertFalse(Sealed.objects.exists())
                rows = Version.objects.order_by("number").values(*VERSION_CONTENTS)
                for row in rows:
                    for notice in row["facts"].get("corrected", ()):
                        del notice["at"]
                made.append([*rows])
                transaction.set_rollback(True)
        self.assertGreater(len(made[0]), 2)
        self.assertEqual(*made)

    def test_a_merged_tag_is_named_to_readers_until_it_is_redacted(self):
        merge("tag", WORD, ["PREL"], "A slip.", self.curator)
        self.assertEqual(PublicMerge.objects.get().name, WORD)
        self.redact(WORD)
        self.assertFalse(PublicMerge.objects.exists())

    def test_a_merge_gives_no_cable_a_tag_that_is_redacted_in_it(self):
        self.load(csv_record(ONE, body=BODY.format("JAMMED", WORD)))
        Tag.objects.get_or_create(code=WORD)
        for is_withheld in (False, True):
            with self.subTest(is_withheld=is_withheld):
                redaction = self.redact(WORD)
                Tag.objects.get_or_create(code=WORD)
                if is_withheld:
                    withhold(Cable.objects.get(reference=ONE))
                merged = merge("tag", "JAMMED", [WORD, "PGOV"], "Jammed.", self.curator)
                if is_withheld:
                    publish(Cable.objects.get(reference=ONE))
                self.cable.refresh_from_db()
                self.assertEqual(self.cable.tags, ["PREL", "PGOV", "EFIS"])
                undo_merge(merged, "It was none.", self.curator)
                self.cable.refresh_from_db()
                self.assertEqual(self.cable.tags, ["PREL", "JAMMED", "EFIS"])
                lift_redaction(redaction, "It was right.", self.curator)

    def test_a_redaction_takes_the_tags_that_merges_gave_also_from_later_texts(self):
        self.load(csv_record(ONE, body=BODY.format("JAMMED", "It")))
        Tag.objects.get_or_create(code=WORD)
        merge("tag", "JAMMED", [WORD, "PGOV"], "Jammed.", self.curator)
        self.redact(WORD)
        for text in ("It", "Another text", "They"):
            self.load(csv_record(ONE, body=BODY.format("JAMMED", text)))
            self.cable.refresh_from_db()
            self.assertIn(text, self.cable.body)
            self.assertEqual(self.cable.tags, ["PREL", "PGOV", "EFIS"])
            self.assertNotContains(self.client.get(PAGE), WORD)

    def test_a_cable_is_withheld_for_no_reason_with_words_redacted_since(self):
        withhold(self.cable, f"It names {WORD}.")
        published = self.decide("publish")
        self.redact(WORD)
        undo_decision(published, "It may not.", self.curator)
        self.assert_untold()
        self.assertContains(self.client.get(PAGE), "It names [redacted].", status_code=410)

    def test_a_redaction_of_a_withheld_cable_holds_for_the_reason_of_withholding_it(self):
        withheld = self.decide("withhold", f"It names {WORD}.")
        self.redact(WORD)
        self.assert_untold()
        self.assertContains(self.client.get(PAGE), "It names [redacted].", status_code=410)
        undo_decision(withheld, "It may.", self.curator)
        self.assertEqual(self.client.get(PAGE).status_code, 200)
        self.assert_untold()

    def test_no_version_has_words_redacted_since_in_the_reason_of_a_redaction(self):
        self.load(csv_record(ONE, body=BODY.format(WORD, f"{WORD} and Rossi")))
        redact_cable(self.cable, Strike(EVERYWHERE, ("Rossi",)), f"Of {WORD}.", self.curator)
        self.redact(WORD)
        self.assert_untold()
