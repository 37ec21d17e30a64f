"""The first number of a telegram that has none of a station is that of no paragraph."""

from cables.models import Cable
from tests.base import TestCase
from tests.builders import forget_counts, load_file
from tests.sources.test_frus_markup import document, volume

HEAD = "<head>1. Telegram From the CIA Station in Lisbon to the Agency</head>"
LINE = "<dateline>Lisbon, <date when='1961-09-13'>September 13, 1961</date></dateline>"


class FirstNumberTests(TestCase):
    def test_the_paragraph_behind_it_has_its_own_number_in_every_form(self):
        text = "<p>0471. 1. Fees rose.</p><p>2. Ships left.</p>"
        load_file("frus1961v01.xml", volume(document(f"{HEAD}{LINE}{text}")))
        forget_counts()
        cable = Cable.objects.get()
        told = self.client.get(f"/cable/{cable.reference}.json").json()["paragraphs"]
        numbers = [(each["id"], each["number"]) for each in told]
        self.assertEqual(numbers, [("par1", "1"), ("par2", "2")])
