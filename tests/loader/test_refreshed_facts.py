"""A volume that is loaded again brings what newer rules find beside its texts to older rooms."""

from django.contrib.auth.models import User

from cables.curation.bulk_changes import reread
from cables.curation.redactions_and_corrections import redact_cable
from cables.loader import LoadReport, Progress, compare, load
from cables.models import Cable, Copy, Load, LoadRow
from cables.operations.integrity import IntegrityReport, check
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.builders import forget_counts, publish, withhold
from tests.loader.test_load import LoadTestCase, everything
from tests.loader.test_volumes import VOLUME

TELEGRAM, AIRGRAM = "56LISBON412", "FRUS1955-57V99-D3"
OLDER = {"signed": "", "from": "Embassy", "subject": "", "own_number": "", "captions": []}


class RefreshedFactsTests(LoadTestCase):
    def setUp(self):
        super().setUp()
        load(VOLUME)
        forget_counts()

    def age(self, *references):
        """Give cables the facts that an older room found in the same file."""
        for cable in Cable.objects.filter(reference__in=references):
            for row in (cable, *cable.copies.all()):
                edition = row.facts.get("edition", {})
                older = {**edition, **{name: OLDER[name] for name in OLDER.keys() & edition.keys()}}
                row.facts["edition"] = {key: value for key, value in older.items() if value}
                row.save(update_fields=["facts"])

    def told(self, reference):
        edition = Cable.objects.get(reference=reference).facts["edition"]
        return {name: edition.get(name) for name in OLDER}

    def test_what_is_derived_is_told_after_the_same_file_is_loaded_again(self):
        before = {name: self.told(name) for name in (TELEGRAM, AIRGRAM)}
        self.assertEqual(before[TELEGRAM]["signed"], "Quay")
        self.assertEqual(before[AIRGRAM]["own_number"], "A-60")
        self.age(TELEGRAM, AIRGRAM)
        self.assertNotEqual(self.told(AIRGRAM), before[AIRGRAM])
        foreseen = compare(
            run := Load(collection=Copy.objects.first().collection, everything=True),
            VOLUME,
            Progress(run),
        )
        report = load(VOLUME)
        self.assertEqual(report, LoadReport(rows=6, changed=2, unchanged=4))
        self.assertEqual(foreseen, report)
        self.assertEqual({name: self.told(name) for name in before}, before)
        self.assertEqual(load(VOLUME).written, 0)
        told = []
        check(IntegrityReport(), told.append)
        self.assertEqual(told, [])

    def test_texts_addresses_and_versions_stay(self):
        before = everything()
        self.age(AIRGRAM)
        load(VOLUME)
        self.assertEqual(everything(), before)

    def test_a_withheld_cable_gets_them_when_it_is_published_and_read_again(self):
        self.age(TELEGRAM)
        withhold(Cable.objects.get(reference=TELEGRAM))
        load(VOLUME)
        self.assertEqual(Cable.objects.get(reference=TELEGRAM).facts, {})
        self.assertEqual(load(VOLUME).written, 0)
        publish(Cable.objects.get(reference=TELEGRAM))
        reread()
        self.assertEqual(self.told(TELEGRAM)["signed"], "Quay")

    def test_a_redacted_name_stays_redacted_in_what_is_found_anew(self):
        self.age(TELEGRAM)
        curator = User.objects.create_user("anna")
        cable = Cable.objects.get(reference=TELEGRAM)
        redact_cable(cable, Strike(EVERYWHERE, ("Quay",)), "A witness.", curator)
        load(VOLUME)
        edition = Cable.objects.get(reference=TELEGRAM).facts["edition"]
        self.assertEqual(edition["from"], "Embassy in Portugal")
        self.assertNotIn("Quay", str(Cable.objects.filter(reference=TELEGRAM).values()))

    def test_what_is_in_the_digest_is_refreshed_too_where_the_text_is_the_same(self):
        curator = User.objects.create_user("anna")
        for decided, decide in (
            ("published", lambda cable: None),
            ("withheld", withhold),
            ("redacted", self.redact(curator)),
            ("both", lambda cable: (self.redact(curator)(cable), withhold(cable))),
        ):
            with self.subTest(decided):
                self.age_digest(TELEGRAM)
                decide(Cable.objects.get(reference=TELEGRAM))
                foreseen = compare(
                    run := Load(collection=Copy.objects.first().collection, everything=True),
                    VOLUME,
                    Progress(run),
                )
                report = load(VOLUME)
                self.assertEqual(report, LoadReport(rows=6, changed=1, unchanged=5))
                self.assertEqual(foreseen, report)
                self.assertEqual(load(VOLUME).written, 0)
                if Cable.objects.get(reference=TELEGRAM).withheld_reason:
                    publish(Cable.objects.get(reference=TELEGRAM))
                    reread()
                cable = Cable.objects.get(reference=TELEGRAM)
                self.assertEqual(cable.classification, "SECRET")
                reasons = set(cable.versions.values_list("reason", flat=True))
                self.assertEqual(reasons, {"The text is read by newer rules."})
                self.assertFalse(LoadRow.objects.exists())

    def redact(self, by):
        return lambda cable: redact_cable(cable, Strike(EVERYWHERE, ("Quay",)), "A witness.", by)

    def age_digest(self, reference):
        """Give a cable another class, as an older room found, and the digest of its time."""
        cable = Cable.objects.get(reference=reference)
        Cable.objects.filter(pk=cable.pk).update(classification="")
        copy = cable.copies.get()
        copy.facts["classification"] = ""
        copy.digest, copy.former_digests = "0" * 64, []
        copy.save()

    def test_a_note_that_a_newer_edition_changes_is_no_older_rule(self):
        newer = self.folder / VOLUME.name
        newer.write_text(VOLUME.read_text().replace("Secret; Priority", "Confidential; Priority"))
        self.assertNotEqual(newer.read_text(), VOLUME.read_text())
        withhold(Cable.objects.get(reference=TELEGRAM))
        self.assertEqual(load(newer).held, 1)

    def test_a_record_of_an_earlier_state_of_the_file_changes_nothing(self):
        newer = self.folder / VOLUME.name
        newer.write_text(VOLUME.read_text().replace("A–60", "A–61"))
        load(newer)
        before = everything()
        load(VOLUME)
        self.assertEqual(everything(), before)
