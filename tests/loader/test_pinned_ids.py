"""Paragraph ids through edits of every kind: they stay, and retired ones are not reused (P-5)."""

from random import Random

from cables.models import Cable, Copy, FormerParagraph, Version
from tests.builders import publish, withhold
from tests.loader.test_load import LoadTestCase
from tests.slow import examples
from tests.source_files import csv_record

HEAD = "UNCLAS ROME 900001\n\nTAGS: PREL\nSUBJECT: BUOYS\n\n"
RED = "1. The red buoy is lit every night of the year."
GREEN = "2. The green buoy rings a bell in the fog."
NOTE = "A note on bells and whistles."
BLUE = "3. The blue buoy has been asleep since spring."
TEXT = [RED, GREEN, NOTE, BLUE]
IDS = ["par1", "par2", "par2.1", "par3"]

# Edit -> (new text, ids of its paragraphs, retired ids).
EDITS = {
    "insert": ([RED, "A word.", GREEN, NOTE, BLUE], ["par1", "par1.1", *IDS[1:]], []),
    "insert a number": (
        [RED, "2. The black buoy was sold.", "3" + GREEN[1:], NOTE, "4" + BLUE[1:]],
        ["par1", "par2-2", "par2", "par2.1", "par3"],
        [],
    ),
    "delete": ([RED, NOTE, BLUE], ["par1", "par2.1", "par3"], ["par2"]),
    "delete the first": ([GREEN, NOTE, BLUE], IDS[1:], ["par1"]),
    "delete the last": ([RED, GREEN, NOTE], IDS[:3], ["par3"]),
    "split": (
        [RED, "2. The green buoy rings a bell", "in the fog.", NOTE, BLUE],
        ["par1", "par2", "par2.2", "par2.1", "par3"],
        [],
    ),
    "merge": ([RED, f"{GREEN} {NOTE}", BLUE], ["par1", "par2", "par3"], ["par2.1"]),
    "renumber": ([RED, "5" + GREEN[1:], NOTE, "6" + BLUE[1:]], IDS, []),
    "swap": ([GREEN, NOTE, RED, BLUE], ["par2", "par2.1", "par1", "par3"], []),
    "change words": ([RED, GREEN.replace("rings", "sounds"), NOTE, BLUE], IDS, []),
    "write anew": (
        [RED, "2. Nobody goes there now.", NOTE, BLUE],
        ["par1", "par2-2", "par2.1", "par3"],
        ["par2"],
    ),
    "another class": ([*TEXT[:3], BLUE.replace("3. ", "3. (SBU) ")], IDS, []),
    "other lines": ([RED.replace("lit every", "lit\nevery"), GREEN, NOTE, BLUE], IDS, []),
    "delete all": ([], [], IDS),
}


class PinnedIdTests(LoadTestCase):
    def give(self, paragraphs):
        """Load a text of the cable; return the cable."""
        body = HEAD + "\n\n".join(paragraphs)
        self.csv(csv_record(subject="BUOYS", body=body))
        return Cable.objects.get()

    def retired(self):
        return list(FormerParagraph.objects.order_by("pk").values_list("paragraph", flat=True))

    def test_each_kind_of_edit_keeps_the_ids_of_other_paragraphs(self):
        for name, (paragraphs, ids, retired) in EDITS.items():
            with self.subTest(name):
                self.give(TEXT)
                cable = self.give(paragraphs)
                self.assertEqual((cable.paragraph_ids, self.retired()), (ids, retired))
                self.assertEqual(Version.objects.get().paragraph_ids, IDS)
                for paragraph in retired:
                    address = f"/cable/09ROME900001/{paragraph}/"
                    response = self.client.get(address)
                    self.assertContains(response, "loaded again", status_code=410)
                    self.assertContains(response, "v1/", status_code=410)
            Copy.objects.all().delete()
            Cable.objects.all().delete()

    def test_a_paragraph_that_comes_back_gets_a_new_id(self):
        self.give(TEXT)
        self.give([RED, NOTE, BLUE])
        cable = self.give([RED, GREEN, NOTE, BLUE + " Still."])
        self.assertEqual(cable.paragraph_ids, ["par1", "par2-2", "par2.1", "par3"])
        cable = self.give([RED, NOTE, BLUE + " Still so."])
        cable = self.give([RED, GREEN, NOTE, BLUE + " Still so now."])
        self.assertEqual(cable.paragraph_ids, ["par1", "par2-3", "par2.1", "par3"])
        self.assertEqual(self.retired(), ["par2", "par2-2"])

    def test_a_cable_that_was_withheld_and_changed_later_keeps_its_ids(self):
        self.give(TEXT)
        self.give([RED, NOTE, BLUE])
        withhold(Cable.objects.get(), "Names a buoy.")
        self.give([RED])  # Held: the cable is withheld.
        publish(Cable.objects.get())
        cable = self.give([RED, GREEN, NOTE, BLUE])
        self.assertEqual(cable.version, 2)  # An old text is not applied again.
        cable = self.give([RED, GREEN + " Again.", NOTE, BLUE])
        self.assertEqual(cable.paragraph_ids, ["par1", "par2-2", "par2.1", "par3"])

    def test_random_edits_never_lose_or_reuse_an_id(self):
        pieces = [*TEXT, "2. Two.", "3. The blue buoy has been asleep since May.", "-----"]
        chance = Random(1)
        meant = {}
        for _ in range(examples(40)):
            cable = self.give(chance.choices(pieces, k=chance.randrange(7)))
            retired = set(self.retired())
            self.assertFalse(retired & set(cable.paragraph_ids))
            self.assertEqual(len(set(cable.paragraph_ids)), len(cable.paragraph_ids))
            self.assertLessEqual(meant.keys(), retired | set(cable.paragraph_ids))
            for paragraph in cable.paragraph_ids:
                meant.setdefault(paragraph, cable.version)
