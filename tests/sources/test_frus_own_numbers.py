"""The number that a document of a volume bears itself (F-16)."""

from types import SimpleNamespace

from django.test import SimpleTestCase

from cables.telegram.paragraphs import segment
from cables.views.cable_pages.printed_edition_panel import printed_edition
from tests.sources.test_frus_markup import document, read, read_one, volume

DAY = '<dateline>Lima, <date when="1949-05-09">May 9, 1949</date></dateline>'
TO_STATE = "The Ambassador in Peru (Quay) to the Secretary of State"
# (heading, text, number, title)
NUMBERED = (
    (TO_STATE, "<p>No. 34</p><p>Sir: Fees.</p>", "No. 34", f"{TO_STATE} (No. 34)"),
    (f"{TO_STATE}.", "<p>No. 34.]</p><p>Sir: Fees.</p>", "No. 34", f"{TO_STATE} (No. 34)"),
    (TO_STATE, "<p>Secret<lb/>No 34.]</p><p>Sir: Fees.</p>", "No. 34", f"{TO_STATE} (No. 34)"),
    ("Despatch From Lima", "<p>No. 34 Lima, May 9, 1949.</p><p>Fees.</p>", "No. 34")
    + ("Despatch From Lima (No. 34)",),
    ("Airgram From Lima", "<p>A–731</p><p>Fees.</p>", "A-731", "Airgram From Lima (A-731)"),
    ("Airgram From Lima", "<p>CEDTO A–897</p><p>Fees.</p>", "CEDTO A-897")
    + ("Airgram From Lima (CEDTO A-897)",),
    ("Instruction From the Department", "<p>CA–4735</p><p>Fees.</p>", "CA-4735")
    + ("Instruction From the Department (CA-4735)",),
    ("Instruction From the Department", "<p>CG–643</p><p>Fees.</p>", "CG-643")
    + ("Instruction From the Department (CG-643)",),
    ("Airgram From Lima", "<p>G–44</p><p>Fees.</p>", "G-44", "Airgram From Lima (G-44)"),
    ("Airgram From Lima", "<p>G 44 ships.</p>", None, "Airgram From Lima"),
    ("Airgram A–731 From Lima", "<p>AIRGRAM<lb/>A-731</p><p>Fees.</p>", "A-731")
    + ("Airgram A–731 From Lima",),
    ("Despatch 494 From Lima", "<p>Fees.</p>", "No. 494", "Despatch 494 From Lima"),
    ("Circular Telegram From the Department", "<p>833. Fees.</p>", "No. 833")
    + ("Circular Telegram From the Department (No. 833)",),
    ("Despatch From Lima", "<p>Your No. 12 and A–7 came.</p>", None, "Despatch From Lima"),
    ("Telegram From Lima", "<p>834. Fees.</p>", None, "Telegram From Lima"),
    ("Telegram From Rell to Quay", "<p>No. 121</p><p>Fees.</p>", "No. 121")
    + ("Telegram From Rell to Quay (No. 121)",),
    ("Telegram From Rell to Quay", "<p>No. III</p><p>Fees.</p>", "No. III")
    + ("Telegram From Rell to Quay (No. III)",),
    ("Telegram From Rell to Quay", "<p>[Message No. 3.] Fees.</p>", "No. 3")
    + ("Telegram From Rell to Quay (No. 3)",),
    ("Telegram From Rell to Quay", "<p>Message No. 3 came.</p>", None)
    + ("Telegram From Rell to Quay",),
    ("Despatch From Lima", "<p>No. XIV.]</p><p>Fees.</p>", "No. XIV")
    + ("Despatch From Lima (No. XIV)",),
    ("Despatch From Lima", "<p>No. I think.</p>", None, "Despatch From Lima"),
    ("Telegram From Rell to Quay", "<p>37A7. Fees.</p>", "No. 37A7")
    + ("Telegram From Rell to Quay (No. 37A7)",),
    ("Telegram From Rell to Quay", "<p>CPD–203–72.</p><p>Fees.</p>", "CPD-203-72")
    + ("Telegram From Rell to Quay (CPD-203-72)",),
    ("Telegram From the CIA Station in Lima to the Agency", "<p>0471. 1. Fees rose.</p>")
    + ("No. 0471", "Telegram From the CIA Station in Lima to the Agency (No. 0471)"),
    ("Telegram From Rell to Quay", "<p>MAC J00 7294. Fees.</p>", "MAC J00 7294")
    + ("Telegram From Rell to Quay (MAC J00 7294)",),
    ("Telegram From Rell to Quay", "<p>IN 26397. 1. Fees.</p>", "IN 26397")
    + ("Telegram From Rell to Quay (IN 26397)",),
    ("Telegram From Rell to Quay", "<p>Toica 716. Fees.</p>", "Toica 716")
    + ("Telegram From Rell to Quay (Toica 716)",),
    ("Telegram From Rell to Quay", "<p>Section 3. Fees.</p>", None)
    + ("Telegram From Rell to Quay",),
    ("Telegram From Rell to Quay", "<p>SGN 199 (ARMA C–390). Fees.</p>", "SGN 199")
    + ("Telegram From Rell to Quay (SGN 199)",),
    ("Telegram From Rell to Quay", "<p>Msg nr 8. Fees.</p>", "No. 8")
    + ("Telegram From Rell to Quay (No. 8)",),
    ("Telegram From Rell to Quay", "<p>NO. 34</p><p>Fees.</p>", "No. 34")
    + ("Telegram From Rell to Quay (No. 34)",),
    *(
        ("Telegram From Rell to Quay", f"<p>{text}</p>", None, "Telegram From Rell to Quay")
        for text in ("DTG 010624Z May. Fees.", "REF 12. Fees.", "LIMA 12. Fees.")
    ),
)
MEMO = "Memorandum From Rell to Quay"
TALK = "Memorandum of Conversation"
# The same of documents that are no cables.
PAPERS = (
    ("National Security Study Memorandum 987", "<p>Fees.</p>", "NSSM 987")
    + ("National Security Study Memorandum 987",),
    ("National Security Action Memorandum No. 985", "<p>Fees.</p>", "NSAM 985")
    + ("National Security Action Memorandum No. 985",),
    ("Special National Intelligence Estimate", "<p>SNIE 100–3–55</p><p>Fees.</p>")
    + ("SNIE 100-3-55", "Special National Intelligence Estimate (SNIE 100-3-55)"),
    ("Rell to Quay", "<p>No. 114</p><p>Subject: Fees.</p>", "No. 114", "Rell to Quay (No. 114)"),
    (MEMO, "<p>Memorandum No. 10</p><p>Fees.</p>", "No. 10", f"{MEMO} (No. 10)"),
    (MEMO, "<p>JCSM–466–60</p><p>Fees.</p>", "JCSM-466-60", f"{MEMO} (JCSM-466-60)"),
    (MEMO, "<p>OCI No. 1582/64<lb/>Lima</p>", "OCI No. 1582/64", f"{MEMO} (OCI No. 1582/64)"),
    (MEMO, "<p>No. 0813/66</p><p>Fees.</p>", "No. 0813/66", f"{MEMO} (No. 0813/66)"),
    (TALK, "<p>SecDel/MC/60</p><p>Fees.</p>", "SecDel/MC/60", f"{TALK} (SecDel/MC/60)"),
    (TALK, "<p>SecDelMC/4</p><p>Fees.</p>", "SecDelMC/4", f"{TALK} (SecDelMC/4)"),
    *(
        (heading, "<p>Fees.</p>", number, heading)
        for heading, number in (
            ("Research Memorandum RNA–6 From Rell to Quay", "RNA-6"),
            ("Intelligence Memorandum ER IM 72-79, Lima, May 1972", "ER IM 72-79"),
            ("Intelligence Note RECN-3, Prepared in the Bureau of Fees", "RECN-3"),
            ("National Intelligence Estimate, NIE 11–4–63", "NIE 11-4-63"),
            ("Special National Intelligence Estimate, SNIE 11–4–63. “Fees”", "SNIE 11-4-63"),
            ("Harbor Agency Information Cable TDCS DB-315/01044-70", "TDCS DB-315/01044-70"),
            ("Memorandum Fees of NATO 12", None),
        )
    ),
    (MEMO, "<p>Document No. 1784</p><p>Fees.</p>", "No. 1784", f"{MEMO} (No. 1784)"),
    (MEMO, "<p>FISHERIES STUDY RNAS–2</p><p>Fees.</p>", None, MEMO),
    *(
        (MEMO, f"<p>{line}</p><p>Fees.</p>", number, f"{MEMO} ({number})")
        for line, number in (
            ("NOV D–9/1b", "NOV D-9/1b"),
            ("NAC Document 90–946", "NAC Document 90-946"),
            ("CFEP 954/info", "CFEP 954/info"),
            ("US/A/AC.92/17", "US/A/AC.92/17"),
        )
    ),
    (MEMO, "<p>Topol 481. Ref: Polto 441. Fees.</p>", "Topol 481", f"{MEMO} (Topol 481)"),
    (MEMO, "<p>481. Fees.</p>", None, MEMO),
    (TALK, "<p>MTW MC–3</p><p>Fees.</p>", "MTW MC-3", f"{TALK} (MTW MC-3)"),
    *(
        (MEMO, f"<p>{text}</p><p>Fees.</p>", None, MEMO)
        for text in ("Clause 1", "PART 2", "POL 27–4", "MAY 1949", "LIMA, D.C. 20506", "MACJ234")
    ),
    (MEMO, f"<p>{'Fees rose. ' * 9}</p><p>No. 8</p>", None, MEMO),
)
# (lines before the heading, lines behind it, number): lines of a volume of the 19th century.
ABOVE = (
    (("No. 56.]",), (), "No. 56"),
    (("No. 56½.]",), (), "No. 56½"),
    (("No. 7.", "No. 56.]"), (), "No. 56"),  # The first is its number in the volume.
    (("No. 7.", "No. 56."), (), "No. 56"),
    (("No. 7.", "(Extract.)"), ("No. 56.]",), "No. 56"),
    (("C.", "[Telegram.—Received May 9.]", "No. 56.]"), (), "No. 56"),
    (("No. 7.",), (), None),
    (("*No. 7.[26]",), (), None),
)


class OwnNumberTests(SimpleTestCase):
    def test_a_number_above_the_heading_is_its_senders_and_no_source(self):
        for before, behind, number in ABOVE:
            for parties in ("Mr. Rell to Mr. Seward", "Mr. Rell to Mr. Quay", "[Untitled]"):
                with self.subTest(before, parties=parties):
                    lines, more = (
                        "".join(f"<note rend='inline' type='source'>{each}</note>" for each in part)
                        for part in (before, behind)
                    )
                    text = f"{lines}<head>{parties}</head>{more}{DAY}<p>Sir: Fees.</p>"
                    told = read_one(text).edition
                    self.assertEqual(told.get("own_number"), number)
                    self.assertEqual(told["opener"], " | ".join((*before, *behind)))
                    self.assertNotIn("source_note", told)

    def test_a_document_tells_its_own_number(self):
        for heading, text, number, title in (*NUMBERED, *PAPERS):
            with self.subTest(heading=heading, text=text):
                cable = read_one(f"<head>7. {heading}</head>{DAY}{text}")
                self.assertEqual((cable.edition.get("own_number"), cable.title), (number, title))

    def test_a_number_that_names_two_telegrams_of_a_volume_is_told(self):
        text = f"<head>7. Telegram From Lima</head>{DAY}<p>834. Fees.</p>"
        for cable in read(volume(document(text), document(text, name="d2"))):
            self.assertEqual(cable.edition["own_number"], "No. 834")
            self.assertEqual(cable.title, "Telegram From Lima (No. 834)")

    def test_its_page_shows_the_number_beside_the_kind(self):
        facts = {"edition": {"kind": "despatch", "own_number": "No. 34"}}
        panel = printed_edition(SimpleNamespace(facts=facts, classification=""), segment("Fees."))
        self.assertEqual(panel.rows[0][1][0][0], "Despatch No. 34")
