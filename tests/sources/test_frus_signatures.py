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

MR_RELL = "<p>“Sir: Fees.</p><closer><signed>“M. RELL.</signed></closer>"
# (end of a despatch from Mr. Quay to Mr. Rell, who signed it): others are quoted in attachments.
QUOTING = (
    ("<closer><signed>H. QUAY.</signed></closer>", "Hon. M. Rell", "H. QUAY."),
    (f"{MR_RELL}<p>I am, sir,</p><closer><signed>H. QUAY.</signed></closer>", "Hon. M. Rell")
    + ("H. QUAY.",),
    ("<closer><signed>H. QUAY.</signed></closer>", "Earl Lind", None),
    ("<closer><signed>KING.</signed></closer>", "Hon. M. Rell", None),
    ("<p>H. QUAY.</p>", "Hon. M. Rell", None),
)


class SignatureTests(TestCase):
    def test_a_document_tells_who_signed_it(self):
        for end, name in ENDS:
            with self.subTest(end):
                self.assertEqual(read_one(f"{HEAD}{DATELINE}{end}").edition.get("signed"), name)

    def test_a_document_that_ends_in_the_attachment_it_quotes_tells_it_too(self):
        head = "<head>1. Mr. Quay to Mr. Rell</head>"
        for end, addressee, name in QUOTING:
            quoted = f'<frus:attachment><div type="document">{end}</div></frus:attachment>'
            text = f"<p>Fees.</p>{quoted}<postscript><p>{addressee}</p></postscript>"
            with self.subTest(end, addressee=addressee):
                cable = read_one(f"{head}{DATELINE}{text}")
                self.assertEqual(cable.edition.get("signed"), name)

    def test_a_signature_in_an_attachment_is_not_of_a_text_that_goes_on(self):
        quoted = "<frus:attachment><p>Fees.</p><signed>H. QUAY.</signed></frus:attachment>"
        head = "<head>1. Mr. Quay to Mr. Rell</head>"
        for text in (quoted, f"{quoted}<p>Fees.</p><postscript>Hon. M. Rell</postscript>"):
            with self.subTest(text):
                self.assertNotIn("signed", read_one(f"{head}{DATELINE}{text}").edition)
