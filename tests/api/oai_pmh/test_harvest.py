"""A harvester that others wrote has, after each harvest, what the archive has."""

from datetime import date, timedelta
from unittest import mock

from django.conf import settings
from django.utils import timezone
from oaipmh_scythe.exceptions import IdDoesNotExist, NoRecordsMatch

from cables.curation.erasures import erase
from cables.loader import load
from cables.loader.specimen_collections import FOLDER as SPECIMENS
from cables.models import Cable, HarvestRecord, Origin
from tests.api.oai_pmh.harvesting import HarvestTestCase, age_records, commit, harvester
from tests.builders import forget_counts, make_cable, publish, withhold
from tests.real_data import real_folder

SIGNED = "oai:archive.example:"


class Copy:
    """What somebody has who harvests: {identifier: record}, without deleted ones."""

    def __init__(self, client, prefix="oai_dc", of_set=None):
        self.scythe = harvester(client)
        self.prefix, self.of_set = prefix, of_set
        self.records, self.until = {}, None

    def harvest(self):
        """Harvest everything, or what changed since; return how many records came."""
        forget_counts()
        since = self.until
        # As the harvester does: the next one begins at the time of this answer.
        answered = self.scythe.harvest({"verb": "Identify"}).xml
        self.until = answered.findtext("{*}responseDate")
        given = 0
        try:
            for record in self.scythe.list_records(
                metadata_prefix=self.prefix, from_=since, set_=self.of_set
            ):
                given += 1
                self.records.pop(record.header.identifier, None)
                if not record.deleted:
                    self.records[record.header.identifier] = record
        except NoRecordsMatch:
            pass
        return given

    @property
    def references(self):
        return {identifier.removeprefix(SIGNED) for identifier in self.records}


def published():
    return set(Cable.objects.filter(withheld_reason="").values_list("reference", flat=True))


def later():
    """Let an hour pass since the last change."""
    commit()
    age_records(hours=1)


class HarvestCase(HarvestTestCase):
    def change(self):
        """Change, withhold, publish, erase and load; return how many records that changes."""
        some = [Cable.objects.get(reference=name) for name in sorted(published())[:6]]
        for cable in some[:2]:
            withhold(cable)
        publish(some[1], "No reason any more.")
        withhold(some[2])
        erase(some[2].reference, "By order.")  # Withheld and erased.
        erase(some[3].reference, "By order.")
        Cable.objects.filter(pk=some[4].pk).update(subject="ANOTHER SUBJECT")
        make_cable("06OSLO999999", origin="Embassy Oslo")
        short = make_cable("06OSLO999998", origin="Embassy Oslo")
        commit()
        withhold(short)
        commit()
        return some


class SpecimenHarvestTests(HarvestCase):
    @classmethod
    def setUpTestData(cls):
        load(SPECIMENS / "cables", released=date(2012, 3, 5))
        later()

    def test_harvested_twice(self):
        for prefix in ("oai_dc", "mods"):
            with self.subTest(prefix):
                copy = Copy(self.client, prefix)
                self.assertEqual(copy.harvest(), len(published()))
                self.assertEqual(copy.references, published())
                self.assertEqual(copy.harvest(), 0)

    def test_what_a_web_server_answers_whose_clock_is_ahead_misses_no_change(self):
        copy, ahead = Copy(self.client), timezone.now() + timedelta(hours=1)
        with mock.patch("django.utils.timezone.now", return_value=ahead):
            copy.harvest()
            self.change()
            copy.harvest()
        self.assertEqual(copy.references, published())

    def test_changes_come_with_the_next_harvest(self):
        copy = Copy(self.client)
        copy.harvest()
        some = self.change()
        self.assertEqual(copy.harvest(), 7)
        self.assertEqual(copy.references, published())
        changed = copy.records[SIGNED + some[4].reference]
        self.assertIn("Another Subject", changed.metadata["title"])
        later()
        self.assertEqual(copy.harvest(), 0)
        publish(some[0], "No reason any more.")
        commit()
        self.assertEqual(copy.harvest(), 1)
        self.assertEqual(copy.references, published())

    def test_whoever_has_a_set_learns_of_every_deletion(self):
        origin = Origin.objects.get(name="Embassy Lisbon")
        copy = Copy(self.client, of_set=f"origin:{origin.slug}")
        copy.harvest()
        cables = list(Cable.objects.filter(origin=origin))
        self.assertEqual(copy.references, {cable.reference for cable in cables})
        for cable in cables[1:]:
            withhold(cable)
        erase(cables[0].reference, "By order.")
        commit()
        copy.harvest()
        self.assertEqual(copy.references, set())

    def test_the_answer_bears_a_time_before_the_last_changes(self):
        """So that who continues from it misses none that was being committed."""
        copy = Copy(self.client)
        copy.harvest()
        make_cable("06OSLO999999", origin="Embassy Oslo")
        commit()
        age_records(seconds=settings.REPLICA_LAG + 30)  # It was dated before the answer.
        self.assertEqual(copy.harvest(), 1)

    def test_single_records_and_lists_of_the_archive(self):
        scythe = harvester(self.client)
        name = SIGNED + "06LISBON900412"
        record = scythe.get_record(identifier=name, metadata_prefix="oai_dc")
        self.assertEqual(record.header.identifier, name)
        self.assertEqual(scythe.identify().deletedRecord, "persistent")
        prefixes = [each.metadataPrefix for each in scythe.list_metadata_formats()]
        self.assertEqual(prefixes, ["oai_dc", "mods"])
        self.assertIn("origin:embassy-lisbon", {each.setSpec for each in scythe.list_sets()})
        headers = scythe.list_identifiers(metadata_prefix="oai_dc")
        names = {header.identifier for header in headers}
        self.assertEqual(names, {SIGNED + name for name in published()})
        with self.assertRaises(IdDoesNotExist):
            scythe.get_record(identifier=SIGNED + "06LISBON1", metadata_prefix="oai_dc")


class DeletedRecordTests(HarvestCase):
    """Only what had been public is named as deleted."""

    @classmethod
    def setUpTestData(cls):
        cls.known = make_cable("06BERLIN900001")
        commit()

    def deleted(self):
        rows = HarvestRecord.objects.filter(is_deleted=True)
        return set(rows.values_list("reference", flat=True))

    def test_what_was_never_public_has_no_record(self):
        hidden = make_cable("06BERLIN900002")
        withhold(hidden)  # In the same transaction: nobody saw it.
        commit()
        self.assertEqual(self.deleted(), set())
        Cable.objects.filter(pk=hidden.pk).update(subject="X")
        commit()
        erase(hidden.reference, "By order.")
        commit()
        self.assertEqual(set(HarvestRecord.objects.values_list("reference")), {("06BERLIN900001",)})

    def test_deleted_once_and_dated_once(self):
        withhold(self.known)
        later()
        (dated,) = HarvestRecord.objects.values_list("datestamp", "is_deleted")
        self.assertTrue(dated[1])
        withhold(self.known, "Another reason.")
        erase(self.known.reference, "By order.")
        commit()
        self.assertEqual(HarvestRecord.objects.values_list("datestamp", "is_deleted").get(), dated)

    def test_another_reference_is_another_record(self):
        Cable.objects.filter(pk=self.known.pk).update(reference="06BERLIN900009")
        commit()
        self.assertEqual(self.deleted(), {"06BERLIN900001"})
        copy = Copy(self.client)
        copy.harvest()
        self.assertEqual(copy.references, {"06BERLIN900009"})


class RealHarvestTests(HarvestCase):
    """Thousands of real documents, harvested three times with changes in between."""

    def test_real_documents(self):
        load(real_folder(self) / "cables_frus.csv.gz", released=date(2012, 3, 5))
        later()
        copy = Copy(self.client)
        total = len(published())
        self.assertGreater(total, 10_000)
        self.assertEqual(copy.harvest(), total)
        self.assertEqual(copy.references, published())
        self.assertEqual(copy.harvest(), 0)
        self.change()
        self.assertEqual(copy.harvest(), 7)
        self.assertEqual(copy.references, published())
        later()
        in_mods = Copy(self.client, "mods")
        self.assertEqual(in_mods.harvest(), HarvestRecord.objects.count())
        self.assertEqual(in_mods.references, published())
