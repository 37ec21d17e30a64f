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
    ("<p>Certified:</p><closer><signed>Quay, Clerk.</signed></closer>", None),
    ("<p>Attest:</p><closer><signed>Quay</signed></closer><closer><signed>Rell</signed></closer>",)
    + (None,),
    ("<p>Fees.</p><closer>A true copy: <signed>Quay</signed></closer>", None),
    (
        "<p>Fees.</p><closer><signed>RELL.</signed></closer>"
        "<p>I certify that this is a true copy.</p><closer><signed>Quay</signed></closer>",
        "RELL.",
    ),
    ("<p>I certify that fees rose.</p><closer><signed>Quay</signed></closer>", "Quay"),
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


MEMORANDUM = (
    "<head>1. Memorandum From Maro <persName type='from' corresp='#p_R1'>Rell</persName>"
    " to Ada Quay</head>"
)
READERS = "<list><head>MEMORANDUM FOR</head><item>Quay</item></list>"
LONG = f"<p>{'Fees rose. ' * 10}</p>"
RELL, LIND = (
    f"<closer><signed><persName corresp='{key}'>{name}</persName></signed></closer>"
    for key, name in (("#p_R1", "M. Rell"), ("#p_L1", "O. Lind"))
)
# (end of a memorandum from Maro Rell, who signed it)
PAPERS = (
    (f"{LONG}{RELL}", "M. Rell"),
    (f"{LONG}{RELL}<p>Tab A</p>{LONG}{LIND}", "M. Rell"),
    (f"{LONG}<p>Tab A</p>{LONG}{LIND}", None),
    (f"{LONG}<p>Enclosures:</p>{LONG}{RELL}", "M. Rell"),
    (f"{READERS}{LONG}{READERS}{LONG}<closer><signed>LIND</signed></closer>", None),
    (f"{READERS}{LONG}{RELL}", "M. Rell"),
    (f"{LONG}{LIND}", None),
    (
        f"{LONG}<p rend='right'>MARO RELL</p>{LONG}<closer><signed>QUAY</signed></closer>",
        "MARO RELL",
    ),
    (
        f"{LONG}<p rend='right'>Maro</p><p>P.S. Fees.</p><closer><signed>M.R.</signed></closer>",
        "Maro",
    ),
    (
        f"{LONG}<p rend='right'><persName corresp='#p_R1'>Maro K. Rell</persName></p>{LONG}"
        "<closer><signed>Editor</signed></closer>",
        "Maro K. Rell",
    ),
    (f"{LONG}<p rend='right'>RELL</p>{LONG}<closer><signed>M. RELL</signed></closer>", "M. RELL"),
    (f"{LONG}<p rend='right'>For Mr. Rell:</p><closer><signed>QUAY</signed></closer>", "QUAY"),
    (f"{LONG}<p rend='right'>Maro Rell<lb/>Secretary</p><p>Tabs</p>", "Maro Rell"),
    (f"{LONG}<p><persName>Maro Rell</persName></p>", "Maro Rell"),
    (f"{LONG}<p rend='right'>Maro Rell</p><p>[Enclosure]</p>{LONG * 5}", "Maro Rell"),
    (f"{LONG}<p><persName>Maro Rell</persName><lb/>Lima</p><p>Tab A</p>{LONG * 5}", "Maro Rell"),
    (f"{LONG}<p rend='right'>Maro Rell</p><p>Enclosures:<lb/>1. Fees.</p>{LONG * 5}", "Maro Rell"),
    *(
        (f"{LONG}{name}{LONG * 5}", "MARO RELL." if "MARO" in name else "Maro Rell")
        for name in (
            "<p rend='right'>Maro Rell<lb/>Director</p>",
            "<p>Maro Rell<note>Printed from a copy that bears this typed signature.</note></p>",
            "<p>MARO RELL.</p>",
        )
    ),
    *(
        (f"{LONG}<p>{name}<note>Printed from a copy that {words}.</note></p><p>Enclosure</p>", told)
        for name, words, told in (
            ("Maro", "indicates Rell signed the original", "Maro"),
            ("M. R.", "bears these typed initials", "M. R."),
            ("Sincerely,", "is unsigned", None),
        )
    ),
    *(
        (f"{LONG}<closer><signed>{lines}</signed></closer>", told)
        for lines, told in (
            ("Maro Rell<lb/>Director<lb/>for Fees", "Maro Rell, Director for Fees"),
            ("Maro Rell,<lb/>Director", "Maro Rell, Director"),
            ("Maro Rell<note>Copy.</note><lb/> Lt. Col., USA<lb/>Secretary",)
            + ("Maro Rell, Lt. Col., USA, Secretary",),
        )
    ),
    (f"{LONG}<p>Maro Rell</p>{LONG * 5}", None),
    (f"{LONG}<p>FEES OF RELL, 1949</p>{LONG * 5}", None),
    (f"{LONG}<p>[Enclosure]</p>{LONG}<p rend='right'>Maro Rell</p>{LONG * 5}", None),
    (f"{LONG}<p rend='right'>Lima, May 9, 1949</p>", None),
    (f"{LONG}<closer><signed>O.L.</signed></closer>", "O.L."),
)
# (signatures of a treaty, who signed it)
TOGETHER = (
    ("<closer><signed>Quay, and</signed></closer> <closer><signed>Rell</signed></closer>",)
    + ("Quay; Rell",),
    ("<closer><signed>Quay</signed><signed>Rell</signed></closer>", "Quay; Rell"),
    ("<closer><signed>Quay</signed></closer><p>More.</p><closer><signed>Q.</signed></closer>",)
    + ("Quay",),
    ("<closer>[<signed>Lind</signed>]<signed>Quay</signed></closer>", "Quay"),
    (
        "<closer><signed><persName>Quay</persName><lb/><persName>Rell</persName></signed></closer>",
        "Quay; Rell",
    ),
    (
        "<closer><signed><list><item>Quay.</item><item>Rell.</item></list></signed></closer>",
        "Quay; Rell",
    ),
)


class SignatureTests(TestCase):
    def test_who_signed_what_a_memorandum_encloses_did_not_sign_it(self):
        for end, name in PAPERS:
            with self.subTest(end):
                cable = read_one(f"{MEMORANDUM}{DATELINE}{end}")
                self.assertEqual(cable.edition.get("signed"), name)

    def test_who_signed_what_a_speech_quotes_did_not_hold_it(self):
        for name, signed in (("RELL", None), ("M. QUAY", "M. QUAY")):
            end = f"<p>Fees.</p><closer><signed>{name}</signed></closer>"
            cable = read_one(f"<head>Extract from the speech of Maro Quay.</head>{DATELINE}{end}")
            self.assertEqual(cable.edition.get("signed"), signed)

    def test_all_who_signed_one_below_the_other_are_told(self):
        for end, name in TOGETHER:
            with self.subTest(end):
                cable = read_one(f"<head>Treaty of May 9</head>{DATELINE}{LONG}{end}")
                self.assertEqual(cable.edition.get("signed"), name)
        sender = "<head>Mr. Rell to Mr. Lind</head>"
        end = TOGETHER[0][0]
        self.assertEqual(read_one(f"{sender}{DATELINE}{LONG}{end}").edition["signed"], "Rell")

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
