"""The subject of a telegram of a volume: behind a label, or the first short sentence (F-21)."""

from unittest import TestCase

from tests.sources.test_frus_markup import DATELINE, HEAD, read_one

MEMORANDUM = "<head>1. Memorandum From Rell to Quay</head>"
# (heading, text, subject)
SUBJECTS = (
    (HEAD, "912. Subject: Harbor Fees.", "Harbor Fees"),
    (HEAD, "912. Subject: Visit to U.S. 1. Ships came.", "Visit to U.S."),
    (
        HEAD,
        "912. Subject: First session 11 a.m. Dec 11. Ships came.",
        "First session 11 a.m. Dec 11",
    ),
    (HEAD, "912. Subject: Mr. Rell and U.S. fees, Dec. 3. Ships came.")
    + ("Mr. Rell and U.S. fees, Dec. 3",),
    (HEAD, "912. Visit of Gen. Rell. Minister told me", ""),
    (HEAD, "912. Harbor Fees in Lisbon. Minister told me", "Harbor Fees in Lisbon"),
    (HEAD, "912. New Fees in U.S.-Portugal Trade. Minister", "New Fees in U.S.-Portugal Trade"),
    (HEAD, "912. Rell's Message re Harbor Fees. Minister", "Rell's Message re Harbor Fees"),
    (HEAD, "912. Ambassador from Quay. Minister told me", ""),
    (HEAD, "912. Personal for Rell. Minister told me", ""),
    (HEAD, "912. Eyes only for Rell. No Other Distribution. Minister told me", ""),
    (HEAD, "912. Re Fees. Minister told me", "Fees"),
    (HEAD, "912. Reference: Fees. Minister told me", "Fees"),
    (HEAD, "912. Ref: Harbor Fees. Minister told me", "Harbor Fees"),
    (HEAD, "912. Ref: Lima 12. Minister told me", ""),
    (HEAD, "912. For the Secretary. Reference: Harbor Fees. Minister told", "Harbor Fees"),
    (HEAD, "Tedul 9. Eyes only for Secretary from Quay. Re Harbors. Minister told me", "Harbors"),
    (HEAD, "912. Ref Embtels 448, 487 and 495. Harbor Bill—Ship Fees. Minister told")
    + ("Harbor Bill—Ship Fees",),
    (HEAD, "912. Niact. For Rell. Your 77, May 3. Harbor Fees. Minister told me", "Harbor Fees"),
    (HEAD, "912. Deptel 77. Ship came. Minister told me", ""),
    (HEAD, "Section 2. Harbor Fees. Minister told me", ""),
    (HEAD, "912. Fees. Minister told me", ""),
    (HEAD, "912. Minister told me today. Harbor Fees.", ""),
    (HEAD, "912. For Secretary Rell. Fees", ""),
    (HEAD, "912. Secret for the President. Fees", ""),
    (HEAD, "912. Department’s No. 12. Fees", ""),
    (HEAD, "912. Re Embtel 12. Fees", ""),
    (HEAD, "912. Rell at Department Feb. 3. Fees", ""),
    (HEAD, "912. Letter of May 3, Subject: Fees.", ""),
    (HEAD, "459. Re: Delga 354. Ships came.", ""),
    (MEMORANDUM, "12. Harbor Fees in Lisbon. Minister told me", ""),
)


class SubjectTests(TestCase):
    def test_the_subject_is_behind_its_label_or_the_first_short_sentence(self):
        for heading, words, subject in SUBJECTS:
            with self.subTest(words):
                cable = read_one(f"{heading}{DATELINE}<p>{words}</p>")
                self.assertEqual(cable.edition.get("subject", ""), subject)

    def test_a_list_that_is_marked_as_subjects_may_have_readers(self):
        rows = "<item>Rell</item><item>Quay</item></list>"
        lists = f"<list type='subject'><head>TO:</head>{rows}" + "<p>SUBJECT: Fees</p>"
        edition = read_one(f"<head>1. Memorandum by Oar</head>{DATELINE}{lists}").edition
        self.assertEqual((edition["subject"], edition["to"]), ("Fees", "Rell; Quay"))

    def test_a_list_without_a_head_has_no_subjects_beside_one_that_has(self):
        rows = "<list type='subject'><head/><item>NEA - Rell</item><item>EUR - Quay</item></list>"
        subject = "<list type='subject'><head>SUBJ:</head><item>HARBOR FEES</item></list>"
        for lists, found in (
            (rows + subject, "HARBOR FEES"),
            (subject + rows, "HARBOR FEES"),
            (rows, "NEA - Rell; EUR - Quay"),
        ):
            with self.subTest(lists):
                self.assertEqual(read_one(f"{HEAD}{DATELINE}{lists}<p>Fees.</p>").subject, found)

    def test_several_subjects_in_a_list_are_parted(self):
        for first, subject in (
            ("U.S. Fees", "U.S. Fees; Ships"),
            ("Fees:", "Fees: Ships"),
            ("Fees of", "Fees of Ships"),
        ):
            with self.subTest(first):
                items = f"<item>{first}</item><item>Ships</item>"
                listed = f'<list type="subject"><head>SUBJECT</head>{items}</list><p>Fees.</p>'
                cable = read_one(f"{MEMORANDUM}{DATELINE}{listed}")
                self.assertEqual(cable.subject, subject)

    def test_a_subject_behind_reference_is_no_reference(self):
        cable = read_one(f"{HEAD}{DATELINE}<p>912. Reference: Harbor Fees. Minister told me</p>")
        self.assertEqual((cable.references, cable.warnings), ((), ()))


class ReferenceListTests(TestCase):
    def test_a_list_in_a_document_without_a_number_takes_its_year_and_post(self):
        """R-3, R-4."""
        head = HEAD.replace("Telegram", "Airgram")
        for printed, found in (
            ("Ref: Bangkok 900012", ["49BANGKOK900012"]),
            ("Ref: Embtel 900012", ["49LISBON900012"]),
        ):
            with self.subTest(printed):
                cable = read_one(f"{head}{DATELINE}<p>A-12</p><p>{printed}</p><p>Ships came.</p>")
                self.assertEqual([each.reference for each in cable.references], found)
