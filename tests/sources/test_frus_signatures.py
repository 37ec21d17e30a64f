"""Who signed a document of a volume, however the volume marks it (F-19)."""

from unittest import TestCase

from tests.sources.test_frus_markup import DATELINE, HEAD, read_one

# (end of the document, who signed it)
ENDS = (
    ("<p>Fees.</p><closer><signed>Quay</signed></closer>", "Quay"),
    ("<p>Fees.</p><closer>Am[erican] Mission</closer>", "Am[erican] Mission"),
    ("<p>Fees.</p><closer><signed>Quay,</signed></closer>", "Quay"),
    ("<p>Fees.</p><closer>Quay,</closer>", "Quay"),
    ("<p>Fees.</p><closer>[File copy not signed]</closer>", None),
    (f"<p>Fees.</p><closer>I am, Sir, {'with great respect ' * 4}</closer>", None),
    ("<p>Fees.</p><p><persName>QUAYRELL</persName></p>", "QUAYRELL"),
    ("<p>Fees came. <persName>QUAYRELL</persName></p>", "QUAYRELL"),
    ("<p>Fees came. QUAYRELL.</p>", "QUAYRELL"),
    ("<p>Fees.</p><p>QUAYRELL</p><p>NOTE BY OC/T: Delayed.</p>", "QUAYRELL"),
    ("<p>Fees came. QUAYRELL<lb/>NOTE BY OC/T: Delayed.</p>", "QUAYRELL"),
    ("<p>FEES CAME. RELL UNQUOTE QUAYRELL</p><p>[Here follow fees.]</p>", "QUAYRELL"),
    ("<p>Fees for UNESCO</p>", None),
    ("<p>Fees of Quay.</p>", None),
)


class SignatureTests(TestCase):
    def test_a_document_tells_who_signed_it(self):
        for end, name in ENDS:
            with self.subTest(end):
                self.assertEqual(read_one(f"{HEAD}{DATELINE}{end}").edition.get("signed"), name)
