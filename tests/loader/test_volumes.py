"""Volumes beside other sources: each message is one cable, even if numbers are ambiguous."""

from cables.curation.bulk_changes import reread
from cables.loader import LoadReport, load
from cables.models import Cable, Copy, Marking, VolumePage
from cables.models.volume_pages import LEFT_OUT
from cables.operations.integrity import IntegrityReport, check
from cables.sources import reader_for
from tests.builders import publish, withhold
from tests.loader.test_load import LoadTestCase, everything
from tests.paths import DATA
from tests.source_files import csv_file, csv_record

VOLUME = DATA / "frus1955-57v99.xml"
SENT = (
    "SECRET LISBON 412\n\n412. Subject: Harbor fees. Deptel 77. The HB raised its fees.\n\n"
    "1. Rell told me that ships complained.\n\n"
    "2. [1 line of source text not declassified] They pay at the NP.\n\nQuay"
)
OTHER = "412. The lighthouse keeper asks for oil, a boat and two lamps of the newer kind."
TWICE = "WASHINGTON 88\n\n88. Put out the lamps of the quay, which nobody has paid for."


def row(reference="56LISBON412", body=SENT, **options):
    options = {"created": "3/14/1956 16:00", "origin": "Embassy Lisbon", "header": ""} | options
    return csv_record(reference, classification="SECRET", body=body, **options)


class VolumeTests(LoadTestCase):
    def dump(self, *rows, **options):
        return load(csv_file(self.folder, *rows), **options)

    def test_every_document_of_a_volume_is_stored_whatever_its_kind(self):
        self.assertEqual(load(VOLUME), LoadReport(rows=6, created=6))
        note = Cable.objects.get(reference="FRUS1955-57V99-D2")
        self.assertEqual(
            (note.facts["edition"]["kind"], note.title), ("editorial note", "Editorial Note")
        )

    def test_a_volume_of_cables_gets_its_other_documents_later_and_what_is_published_stays(self):
        report = load(VOLUME, everything=False)
        self.assertEqual(report, LoadReport(rows=6, created=5, others=1))
        self.assertIn("0 rejected, 1 left out (not cables).", str(report))
        (page,) = VolumePage.objects.filter(name=LEFT_OUT)
        self.assertEqual([block["text"] for block in page.blocks], ["2. Editorial Note"])
        cable = Cable.objects.get(reference="56LISBON412")
        self.assertEqual(
            cable.labels,
            ["kind:telegram", "text:excised"]
            + [f"volume:frus1955-57v99{part}" for part in ("", "/comp1", "/ch1")]
            + ["person:frus1955-57v99/p_RM1"],
        )
        self.assertEqual(Marking.objects.filter(code="volume:frus1955-57v99").count(), 5)
        before = everything()
        self.assertEqual(load(VOLUME), LoadReport(rows=6, created=1, unchanged=5))
        self.assertEqual([each for each in everything() if each in before], before)
        self.assertFalse(VolumePage.objects.filter(name=LEFT_OUT).exists())

    def test_what_is_here_whatever_readers_see_of_it_is_not_listed_as_left_out(self):
        load(VOLUME)
        withhold(Cable.objects.get(reference="FRUS1955-57V99-D2"))
        load(VOLUME, everything=False)
        self.assertFalse(VolumePage.objects.filter(name=LEFT_OUT).exists())

    def test_the_name_of_a_document_redirects_to_its_telegram(self):
        load(VOLUME)
        self.assertEqual(Cable.objects.known_as("FRUS1955-57V99-D1").reference, "56LISBON412")

    def test_a_message_in_volume_and_dump_is_one_cable_in_any_order(self):
        first = [lambda: load(VOLUME), lambda: self.dump(row(), row("56STATE88", TWICE))]
        seen = []
        for order in (first, first[::-1]):
            Copy.objects.all().delete()
            Cable.objects.all().delete()
            for each in order:
                each()
            self.assertEqual(Cable.objects.count(), 6)
            self.assertEqual(Copy.objects.count(), 8)
            cable = Cable.objects.known_as("56LISBON412")
            self.assertEqual(cable.body, SENT)
            self.assertEqual(len(cable.facts["edition"]["notes"]), 2)
            self.assertIn("volume:frus1955-57v99/ch1", cable.labels)
            before = everything()
            for each in order:
                self.assertEqual(each().written, 0)
            self.assertEqual(everything(), before)
            seen.append(Cable.objects.filter(reference__contains="FRUS").count())
        self.assertEqual(seen, [5, 4])  # 56STATE88 is the dump's name, or the volume's place.

    def test_another_message_with_the_same_number_is_another_cable(self):
        self.dump(row(body=OTHER))
        self.assertEqual(load(VOLUME).created, 6)
        self.assertEqual(Cable.objects.get(reference="56LISBON412").body, OTHER)
        self.assertTrue(Cable.objects.filter(reference="FRUS1955-57V99-D1").exists())

    def test_another_message_never_replaces_the_text_of_a_cable(self):
        load(VOLUME)
        self.assertEqual(self.dump(row(body=OTHER)), LoadReport(rows=1, held=1))
        self.assertTrue(Cable.objects.get(reference="56LISBON412").body.startswith("412. Subject"))

    def test_in_two_collections_it_is_one_cable_with_two_copies(self):
        self.dump(row(), collection="cables")
        load(VOLUME, collection="frus")
        cable = Cable.objects.get(reference="56LISBON412")
        self.assertEqual(cable.collections, ["cables", "frus"])
        self.assertEqual(cable.copies.count(), 2)

    def test_a_document_in_two_volumes_is_one_cable_in_the_lists_of_both(self):
        text = VOLUME.read_text().replace("v99", "v98").replace("XCIX", "XCVIII")
        other = self.folder / "frus1955-57v98.xml"
        other.write_text(text)
        for order in ((VOLUME, other), (other, VOLUME)):
            Copy.objects.all().delete()
            Cable.objects.all().delete()
            for volume in order:
                load(volume)
            cable = Cable.objects.known_as("56LISBON412")
            self.assertEqual(cable.copies.count(), 2)
            codes = [
                f"volume:{volume}{part}"
                for volume in ("frus1955-57v98", "frus1955-57v99")
                for part in ("", "/comp1", "/ch1")
            ]
            codes += [f"person:{volume.name.removesuffix('.xml')}/p_RM1" for volume in order]
            self.assertEqual(
                sorted(cable.labels), sorted(["kind:telegram", "text:excised", *codes])
            )
            rows = {row[0]: row[1:3] for row in Marking.objects.volumes()}
            for volume, number in (("frus1955-57v98", "XCVIII"), ("frus1955-57v99", "XCIX")):
                cables, title = rows[f"volume:{volume}"]
                self.assertEqual(cables, 6)
                self.assertIn(f"Volume {number},", title)

    def test_addresses_by_a_former_reference_lead_to_the_cable_after_a_volume_is_read_otherwise(
        self,
    ):
        """What once was named by year, post and number, newer rules may name otherwise."""
        sender = '<gloss type="from">Embassy in Portugal</gloss>'
        text = VOLUME.read_text()
        self.assertIn(sender, text)
        for name, other, reads in (
            ("no name", "Military Attaché in Portugal", "FRUS1955-57V99-D1"),
            ("another name", "Department of State", "56STATE412"),
        ):
            with self.subTest(name):
                Copy.objects.all().delete()
                Cable.objects.all().delete()
                load(VOLUME)
                newer = self.folder / VOLUME.name
                newer.write_text(text.replace(sender, other))
                first, *_ = reader_for(newer).read(newer)
                self.assertEqual(first.reference, reads)
                self.assertEqual((load(newer).changed, load(newer).written), (1, 0))
                self.assertEqual(Cable.objects.count(), 6)
                cable = Cable.objects.known_as("56LISBON412")
                self.assertEqual(cable.facts["edition"]["from"], other)
                for address in ("56LISBON412", "FRUS1955-57V99-D1"):
                    response = self.client.get(f"/cable/{address}/", follow=True)
                    self.assertEqual(response.status_code, 200)
                    self.assertContains(response, "The HB raised its fees")

    def test_old_spellings_of_a_post_lead_to_its_telegrams(self):
        body = SENT.replace("LISBON", "TEHRAN")
        self.dump(row("56TEHRAN412", body, origin="Embassy Tehran"))
        for stored in ("56TEHRAN412", "56TEHERAN412"):
            Cable.objects.update(reference=stored)  # Rooms keep the spelling of their time.
            for address in ("56TEHERAN412", "56TEHRAN412"):
                with self.subTest(stored=stored, address=address):
                    response = self.client.get(f"/cable/{address}/", follow=True)
                    self.assertContains(response, "The HB raised its fees")
            held = Cable.objects.held_by_reference(["56TEHRAN412"])
            self.assertEqual(held["56TEHRAN412"].reference, stored)

    def test_reread_and_withholding_for_a_time_change_nothing(self):
        self.dump(row(body=SENT.replace("ships", "boats")))
        load(VOLUME)
        before = everything()
        self.assertEqual(reread(), (6, 0))
        cable = Cable.objects.get(reference="56LISBON412")
        texts, labels = cable.other_texts, cable.labels
        self.assertEqual([each["reference"] for each in texts], ["FRUS1955-57V99-D1"])
        withhold(cable, "A witness is named.")
        self.assertEqual((cable.other_texts, cable.labels, cable.facts), ([], [], {}))
        publish(cable)
        self.assertEqual((cable.other_texts, cable.labels), (texts, labels))
        self.assertEqual(everything(), before)

    def test_check_archive_finds_no_difference(self):
        self.dump(row())
        load(VOLUME, everything=True)
        told = []
        check(IntegrityReport(), told.append)
        self.assertEqual(told, [])
