"""Pages show italics, enclosures and page breaks as the volume prints them (F-29)."""

from django.contrib.auth.models import User
from lxml.html import fromstring

from cables.curation.redactions_and_corrections import redact_cable
from cables.models import Cable
from cables.telegram.apply_redactions import Strike
from tests.base import TestCase
from tests.builders import forget_counts, load_file
from tests.sources.test_frus_markup import DATELINE, HEAD, document, volume

ENCLOSURE = (
    "<frus:attachment><note type='source' rend='inline'>[Inclosure {0} in No. 14.]</note>"
    "<head>Mr. Quay to Mr. Rell.</head><dateline>Oslo, July {0}, 1894.</dateline>"
    "<p>Boats {0} <hi rend='italic'>sail</hi>.</p>"
    "<closer><signed>Maro Quay,<lb/>Consul.</signed></closer></frus:attachment>"
)
TEXT = (
    f"{HEAD}<pb n='7'/>{DATELINE}<p>The <hi rend='italic'>Aleut</hi> sailed.</p><p>"
    "<ref target='https://history.state.gov/x'>See our <hi rend='italic'>Ships</hi>, 3</ref>.</p>"
    f"<p>All <hi rend='italic'>in<lb/>vain</hi>.</p>{ENCLOSURE.format(1)}{ENCLOSURE.format(2)}"
)


class PrintedStyleTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        load_file("frus1949v01.xml", volume(document(TEXT)))
        cls.cable = Cable.objects.get()
        cls.curator = User.objects.create(username="curator")
        forget_counts()

    def page(self, address=""):
        return fromstring(self.client.get(f"{self.cable.get_absolute_url()}{address}").content)

    def italics(self, address=""):
        return [each.text for each in self.page(address).xpath("//*[@class='wire']//i")]

    def test_words_in_italics_are_italic_and_the_text_is_the_same(self):
        self.assertEqual(self.italics(), ["Aleut", "Ships", "in\nvain", "sail", "sail"])
        for address in ("par0.1/", "par0.1--par0.2/", "v1/par0.1/"):
            with self.subTest(address):
                self.assertEqual(self.italics(address)[:2], ["Aleut", "Ships"])
        texts = [each.text_content() for each in self.page().xpath("//*[@class='wire']")]
        self.assertEqual(texts, [block.text for block in self.cable.blocks()])

    def test_each_enclosure_is_in_the_contents(self):
        rows = self.page().xpath("//nav[@id='contents']/ol[1]/li/a")
        found = [(each.get("href"), " ".join(each.text_content().split())) for each in rows[:3]]
        self.assertEqual(
            found,
            [
                ("#text", "Text"),
                *(
                    (
                        f"#{name}",
                        f"Inclosure {at} in No. 14. Mr. Quay to Mr. Rell Oslo, July {at}, 1894.",
                    )
                    for at, name in ((1, "par0.4"), (2, "par0.9"))
                ),
            ],
        )
        for name, role in (("par0.6", "dateline"), ("par0.8", "signature")):
            (block,) = self.page().xpath(f"//*[@id='{name}']")
            self.assertIn(role, block.get("class"))

    def test_a_page_that_begins_above_the_text_is_marked(self):
        (mark,) = self.page().find_class("page-break")
        self.assertEqual(mark.get("data-label"), "page 7 of the volume")

    def test_redacted_words_leave_no_style(self):
        for words, italics in (
            ("Aleut", ["Ships", "in\nvain", "sail", "sail"]),
            ("Boats 1 sail", ["Ships", "in\nvain", "sail"]),
            ("vain", ["Ships", "sail"]),
            ("Ships", ["sail"]),
        ):
            with self.subTest(words):
                redact_cable(Cable.objects.get(), Strike("", (words,)), "Fairness.", self.curator)
                self.assertEqual(self.italics(), italics)
                self.assertNotIn(words, str(Cable.objects.get().facts))
