"""A volume that is loaded again brings what newer rules find beside its texts to older rooms."""

from django.contrib.auth.models import User

from cables.curation.redactions_and_corrections import redact_cable
from cables.curation.reread_texts import reread
from cables.loader import LoadReport, Progress, compare, load
from cables.models import Cable, Copy, Load
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
            run := Load(collection=Copy.objects.first().collection), VOLUME, Progress(run)
        )
        report = load(VOLUME)
        self.assertEqual(report, LoadReport(rows=6, changed=2, unchanged=3, others=1))
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

    def test_a_record_of_an_earlier_state_of_the_file_changes_nothing(self):
        newer = self.folder / VOLUME.name
        newer.write_text(VOLUME.read_text().replace("A–60", "A–61"))
        load(newer)
        before = everything()
        load(VOLUME)
        self.assertEqual(everything(), before)
