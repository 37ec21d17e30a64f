"""After an upgrade of the segmenter, published paragraphs keep their ids (P-5)."""

from cables.loader import load
from cables.models import Cable, FormerParagraph
from cables.telegram.paragraphs import SEGMENTER
from tests.base import TestCase
from tests.source_files import csv_file, csv_record
from tests.working import run_command

TEXT = "Fees rose. \n \nAn aside about gulls. \n \nAnother about ships."


class RepinTests(TestCase):
    def setUp(self):
        load(csv_file(self.folder, csv_record(text=TEXT)))

    def repin(self):
        return run_command("repin")

    def store_as_earlier_segmenter(self, keep):
        """Store the cable as if an earlier segmenter had seen only these of its blocks."""
        blocks = Cable.objects.get().blocks()
        Cable.objects.update(
            segmenter=SEGMENTER - 1,
            paragraph_ids=[f"par{n}" for n in range(1, len(keep) + 1)],
            fingerprints=[blocks[index].fingerprint for index in keep],
        )

    def test_published_ids_are_kept_and_new_blocks_get_free_ones(self):
        self.store_as_earlier_segmenter([0, 3])
        self.assertEqual(Cable.objects.get().blocks().ids, ["par1", "par1.1", "par1.2", "par2"])
        self.assertEqual(self.repin(), "1 cables looked at, 1 changed.\n")
        cable = Cable.objects.get()
        self.assertEqual(cable.paragraph_ids, ["par1", "par1.1", "par1.2", "par2"])
        self.assertEqual(cable.segmenter, SEGMENTER)
        self.assertEqual(self.repin(), "0 cables looked at, 0 changed.\n")

    def test_the_id_of_a_block_that_is_no_longer_one_is_retired(self):
        Cable.objects.update(
            segmenter=SEGMENTER - 1,
            paragraph_ids=[*Cable.objects.get().paragraph_ids, "par9"],
            fingerprints=[*Cable.objects.get().fingerprints, "000000000000"],
        )
        self.repin()
        retired = FormerParagraph.objects.get()
        self.assertEqual((retired.paragraph, retired.after), ("par9", "par2"))

    def test_a_paragraph_that_was_named_after_the_serial_keeps_its_id(self):
        text = "90. Your 12 about the fees.\n\nThe port pays.\n\nHALE"
        load(csv_file(self.folder, csv_record("66LISBON90", body=text, created="2/3/1966 14:05")))
        cable = Cable.objects.get(reference="66LISBON90")
        self.assertEqual(cable.paragraph_ids, ["par0.1", "par0.2", "par0.3"])
        self.assertIn("par90", cable.blocks()[0].aliases)
        ids = ["par90", "par90.1", "par90.2"]
        Cable.objects.filter(pk=cable.pk).update(segmenter=1, paragraph_ids=ids)
        self.assertEqual(self.repin(), "1 cables looked at, 0 changed.\n")
        cable.refresh_from_db()
        self.assertEqual(cable.blocks().ids, ids)
        self.assertEqual(cable.blocks()[0].number, None)

    def test_a_paragraph_whose_first_words_are_left_out_keeps_its_id(self):
        text = "4. The port pays.\n\n5… . feels that ships should.\n\nHALE"
        load(csv_file(self.folder, csv_record("66LISBON90", body=text, created="2/3/1966 14:05")))
        cable = Cable.objects.get(reference="66LISBON90")
        self.assertEqual(cable.paragraph_ids, ["par4", "par5", "par5.1"])
        published = ["par4", "par4.1", "par4.2"]
        Cable.objects.filter(pk=cable.pk).update(segmenter=3, paragraph_ids=published)
        self.assertEqual(self.repin(), "1 cables looked at, 0 changed.\n")
        cable.refresh_from_db()
        self.assertEqual((cable.segmenter, cable.blocks().ids), (SEGMENTER, published))
        self.assertEqual(cable.blocks()[1].number, "5")
        self.assertFalse(FormerParagraph.objects.exists())
        page = self.client.get("/cable/66LISBON90/par4.1/")
        self.assertContains(page, "feels that ships should")
