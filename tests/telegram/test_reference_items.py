"""The list of references in a preamble: where it is, how it is cut and read (R-1 to R-6)."""

from unittest import TestCase

from cables.telegram.paragraphs import segment
from cables.telegram.preamble import preamble_of
from cables.telegram.reference_items import find_listed_references, kind_of_item

OWN = "09CAIRO900100"

# Rule, preamble, the references it cites; "A=" before one is its bullet.
LISTS = [
    ("R-1", "REF: STATE 905678", "09STATE905678"),
    ("R-3 days between", "REF: ROME 34, July 9; 35, July 9; PARIS 53, July 8, 2009; 54",
     "09ROME34 09ROME35 09PARIS53 09PARIS54"),
    ("R-3 a day in parentheses", "REF: A. ROME 900038 (MAY 10, 2007) B. STATE 12 [10 May 2008]",
     "A=07ROME900038 B=08STATE12"),
    ("R-3 a day in parentheses", "REF: A. ROME 900038 (MAY 10) B. STATE 12\n(MAY 10, 2008)",
     "A=09ROME900038 B=08STATE12"),
    ("R-3 a day with its year", "REF: A. ROME 900038, May 10, 2007 B. STATE 12",
     "A=07ROME900038 B=09STATE12"),
    ("R-3 days between", "REF: ROME 900038, May 10 and 900030, MAY 11",
     "09ROME900038 09ROME900030"),
    ("R-1 no list", "SUBJECT: HARBOR FEES\n\nNothing is cited here.", ""),
    ("H-16, R-1 labels", "REFS: STATE 905678", "09STATE905678"),
    ("R-1 labels", "REF(S): STATE 905678", "09STATE905678"),
    ("R-1 labels", "Reftel: State 905678", "09STATE905678"),
    ("R-1 labels", "RETEL: STATE 905678", "09STATE905678"),
    ("R-1 labels", "REFERENCES: (A) STATE 905678", "A=09STATE905678"),
    ("R-1 no colon", "REF STATE 905678", "09STATE905678"),
    ("R-1 no colon", "REF. STATE 905678", "09STATE905678"),
    ("R-1 no colon", "REF(A) STATE 905678 (B) ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-1 semicolon", "REF; STATE 905678", "09STATE905678"),
    ("R-1 behind a mark", "(U) REF: STATE 905678", "09STATE905678"),
    ("R-1 list below", "REF:\n\nA. STATE 905678\nB. ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-1 in the subject", "SUBJECT: FEES REF: STATE 905678", "09STATE905678"),
    ("R-1 in the subject", "SUBJECT: FEES (REF: STATE 905678)", "09STATE905678"),
    ("R-1 in the subject", "SUBJECT: FEES REF STATE 905678\nTAGS: ECON", "09STATE905678"),
    ("R-1 glued", "SUBJECT: PRIMEREF: STATE 905678", "09STATE905678"),
    ("R-1 its own line first", "SUBJECT: REF: ROME 900002\nREF: STATE 905678", "09STATE905678"),
    ("R-1 no label", "SUBJECT: FEES\n\nA. STATE 905678\nB. ROME 900002\n\nText",
     "A=09STATE905678 B=09ROME900002"),
    ("R-1 ruined label", "SUBJECT: FEES\nQ: A) ROME 900002 B) ROME 900003",
     "A=09ROME900002 B=09ROME900003"),
    ("R-1 a word of text", "SUBJECT: FEES\n\nReferences to the harbor of Rome are many.", ""),
    ("R-1 a text", "SUBJECT: FEES\n\nA. Fees went up in 2008.\nB. They will again.", ""),
    ("R-1 nothing", "REF: N/A\n\nA. STATE 905678", ""),
    ("R-1 nothing", "REF: NONE", ""),
    ("R-1 ends at Classified By", "REF: STATE 905678\nClassified By: A. Lind, ROME 900002",
     "09STATE905678"),
    ("R-1 ends at Classified By", "REF: STATE 905678 CLASSIFIED BY: A. LIND, ROME 900002",
     "09STATE905678"),
    ("R-1 inside Classified By",
     "CLASSIFIED BY: A. LIND\nREF: A. STATE 905678\nFOR REASONS 1.4 (B) AND (D)",
     "A=09STATE905678"),
    ("R-1 ends at a paragraph", "REF: STATE 905678\n1. (U) ROME 900002", "09STATE905678"),
    ("R-1 ends at a paragraph", "REF: A. STATE 905678 B. ROME 900002 1. Summary. ROME 900003",
     "A=09STATE905678 B=09ROME900002"),
    ("R-1 ends at a summary", "REF: STATE 905678\nSUMMARY: ROME 900002", "09STATE905678"),
    ("R-1 ends at a heading", "REF: STATE 905678\n-------\nROME 900002", "09STATE905678"),
    ("R-1 ends at a field", "REF: STATE 905678\nTAGS: ECON, ROME 900002", "09STATE905678"),
    ("R-1 ends at a caption", "REF: STATE 905678\nSIPDIS\nROME 900002", "09STATE905678"),
    ("R-1 ends at a blank line", "REF: STATE 905678\n \nAs ROME 900002 says", "09STATE905678"),
    ("R-1 ends at a blank line", "REF: STATE 905678\n \nROME 900002 says", "09STATE905678"),
    ("R-1 a mark, not an item", "REF: A. STATE 905678\n\n(U) In response to reftel ...",
     "A=09STATE905678"),
    ("R-1 blank line inside", "REF: (A) STATE 905678\n \n      (B) ROME 900002\n \nText",
     "A=09STATE905678 B=09ROME900002"),
    ("R-1 blank line in a station", "REF: A) STATE 905678, B) RIO \n \nDE JANEIRO 900002 \n\nText",
     "A=09STATE905678 B=09RIODEJANEIRO900002"),
    ("R-1 blank line before a serial", "REF: A. STATE\n\n905678\n\nB. ROME 900002\n\nText",
     "A=09STATE905678 B=09ROME900002"),
    ("R-1 blank line, then a dash", "Refs: (A) Rommme 900002 \n \n-      (B) State 905678",
     "A= B=09STATE905678"),
    ("R-2 a first item that is not known", "REF: ROMMME 900002 -  (B) STATE 905678",
     "B=09STATE905678"),
    ("R-2 a name, not a bullet", "REF: HALE (B) MOORE EMAIL", ""),
    ("R-1 no label", "SUBJECT: FEES\n\nA. REF ROME 900002\n  B. 08 ROME 900003",
     "A=09ROME900002 B=08ROME900003"),
    ("R-3 a year between", "REF: A) STATE (08) 905678, B) ROME (2007) 900002",
     "A=08STATE905678 B=07ROME900002"),
    ("R-1 blank line inside", "REF: STATE 905678;\n\nROME 900002\n\nText",
     "09STATE905678 09ROME900002"),
    ("R-1 blank line inside", "REF: STATE 905678\n\nROME 900002\n\nText",
     "09STATE905678 09ROME900002"),
    ("R-1 prose", "REF: STATE 905678. The embassy (1) saw, ROME 900002, nothing.", "09STATE905678"),
    ("R-2 A.", "REF: A. STATE 905678 B. ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 A)", "REF: A)STATE 905678  B)ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 (A)", "REF: (A) STATE 905678 (B) ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 [A]", "REF: [A] STATE 905678 [B] ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 A:", "REF: A: STATE 905678 B: ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 A -", "REF: A - STATE 905678\n     B - ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 A.)", "REF: A.) STATE 905678 B.) ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 A-", "REF: A-STATE 905678 B—ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 broken line", "REF: A - STATE 905678, B\n     - ROME 900002",
     "A=09STATE905678 B=09ROME900002"),
    ("R-2 broken line", "REF A: STATE 905678; REF\n     B: ROME 900002",
     "A=09STATE905678 B=09ROME900002"),
    ("R-2 no bullet", "REF: A-417 OF 5 MAY, ROME 900002", "09ROME900002"),
    ("R-2 A/", "REF: A/ STATE 905678 B/ ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 glued", "REF: A.STATE 905678B.ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 (1)", "REF: (1) STATE 905678 (2) ROME 900002", "1=09STATE905678 2=09ROME900002"),
    ("R-2 1)", "REF: 1) STATE 905678 2) ROME 900002", "1=09STATE905678 2=09ROME900002"),
    ("R-2 small", "Ref: (a) State 905678, (b) Rome 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 doubled", "REF: A. A) STATE 905678 B. B) ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 doubled", "REF: A. REF A STATE 905678\nB. REF B ROME 900002",
     "A=09STATE905678 B=09ROME900002"),
    ("R-2 doubled", "REF: A. A: STATE 905678", "A=09STATE905678"),
    ("R-2 pilcrow", "REF: A. STATE 905678\n     ¶B. ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 Ref A:", "Ref A:  State 905678; Ref B:  Rome 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 no sign", "REF: A STATE 905678 B ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 bullet C", "REF: (A) STATE 905678 (B) ROME 900002 (C) ROME 900003",
     "A=09STATE905678 B=09ROME900002 C=09ROME900003"),
    ("R-2 mark C", "REF: (C) STATE 905678", "09STATE905678"),
    ("R-2 mark C", "REF: A. (C) STATE 905678 B. (C) ROME 900002", "A=09STATE905678 B=09ROME900002"),
    ("R-2 first bullet lost", "REF: STATE 905678 B. ROME 900002", "09STATE905678 B=09ROME900002"),
    ("R-2 out of order", "REF: A. STATE 905678 C. ROME 900002 B. ROME 900003",
     "A=09STATE905678 C=09ROME900002 B=09ROME900003"),
    ("R-2 initial of a name", "REF: A. JOHN B. LIND EMAIL B. ROME 900002", "A= B=09ROME900002"),
    ("R-2 signs", "REF: STATE 905678; ROME 900002, ROME 900003 / ROME 900004 & ROME 900005",
     "09STATE905678 09ROME900002 09ROME900003 09ROME900004 09ROME900005"),
    ("R-2 lines, AND", "REF: STATE 905678\nROME 900002 AND ROME 900003",
     "09STATE905678 09ROME900002 09ROME900003"),
    ("R-2 no sign", "REF: STATE 905678 ROME 900002", "09STATE905678 09ROME900002"),
    ("R-2 colons", "REF: ROME 900001: ROME 900002: BERN 900003",
     "09ROME900001 09ROME900002 09BERN900003"),
    ("R-3 prefix", "REF: 07 PHNOM PENH 900123 (NOTAL)", "07PHNOMPENH900123"),
    ("R-3 long prefix", "REF: 2005 PANAMA 902342", "05PANAMA902342"),
    ("R-3 long prefix, glued", "REF: 2005PANAMA902342", "05PANAMA902342"),
    ("R-3 apostrophe", "REF: '08 CAIRO 900001", "08CAIRO900001"),
    ("R-3 parentheses", "REF: (99) CAIRO 900001", "99CAIRO900001"),
    ("R-3 O for 0", "REF: O4 CHENNAI 0900944", "04CHENNAI900944"),
    ("R-3 O for 0", "REF: A. ROME 900001 (B)O4 CHENNAI 0900944",
     "A=09ROME900001 B=04CHENNAI900944"),
    ("R-3 a digit too many", "REF: 094 CAIRO 900001", "09CAIRO900001"),
    ("R-3 glued", "REF: 09CAIRO0900561", "09CAIRO900561"),
    ("R-3 glued", "REF: HK0905511", "09HONGKONG905511"),
    ("R-3 hyphens", "REF: 10-OTTAWA-900057", "10OTTAWA900057"),
    ("R-3 suffix", "REF: CAIRO 900123 (08)", "08CAIRO900123"),
    ("R-3 suffix", "REF: CAIRO 900123 (2008)", "08CAIRO900123"),
    ("R-3 suffix", "REF: CAIRO 900123-08", "08CAIRO900123"),
    ("R-3 suffix", "REF: CAIRO 900123/08", "08CAIRO900123"),
    ("R-3 suffix", "REF: CAIRO 900123 99", "99CAIRO900123"),
    ("R-3 prefix of the next", "REF: CAIRO 900123 08 ROME 900124", "09CAIRO900123 08ROME900124"),
    ("R-3 serials", "REF: CAIRO 900936/900935", "09CAIRO900936 09CAIRO900935"),
    ("R-3 serials", "REF: 08 STATE 911657 and 907743, 912155",
     "08STATE911657 08STATE907743 08STATE912155"),
    ("R-3 serials", "REF: 07 CAIRO 900012, 900013; 06 CAIRO 900015, AND\n900016",
     "07CAIRO900012 07CAIRO900013 06CAIRO900015 06CAIRO900016"),
    ("R-3 serials", "REF: CAIRO 900936; 900935; ROME 900001",
     "09CAIRO900936 09CAIRO900935 09ROME900001"),
    ("R-3 serials", "REF: A. CAIRO 1, 2 AND 3 B. CAIRO 12/13 C. CAIRO 14, 5 OFFICERS",
     "A=09CAIRO1 A=09CAIRO2 A=09CAIRO3 B=09CAIRO12 B=09CAIRO13 C=09CAIRO14"),
    ("R-3 station later", "REF: 900870 Ulaanbaatar", "09ULAANBAATAR900870"),
    ("R-3 bare number", "REF: A) 906307 B) 08 906308", "A=09CAIRO906307 B=08CAIRO906308"),
    ("R-3 bare number", "REF: 906437", "09CAIRO906437"),
    ("R-3 number sign", "REF: BAGHDAD #903565", "09BAGHDAD903565"),
    ("R-3 colon", "REF: STATE: 973097", "09STATE973097"),
    ("R-3 comma", "REF: PRAGUE, 901228", "09PRAGUE901228"),
    ("R-3 mark", "REF: KUWAIT (C)0902293", "09KUWAIT902293"),
    ("R-3 cables", "REF: COLOMBO CABLES 0900266", "09COLOMBO900266"),
    ("R-3 zeros", "REF: MADRID 00901234", "09MADRID901234"),
    ("R-3 broken line", "REF: A. ROME 900001\nB. 03 \n \nHANOI 902323",
     "A=09ROME900001 B=03HANOI902323"),
    ("R-3 broken line", "REF: SAN\nJOSE 900555", "09SANJOSE900555"),
    ("R-3 0 for O", "REF: SANTIAG0 900055", "09SANTIAGO900055"),
    ("R-3 0 for O", "REF: 05 0TTAWA 903518", "05OTTAWA903518"),
    ("R-3 day", "REF: PARIS 14-16 JULY MEETING", ""),
    ("R-3 date", "REF: STATE 905678 MAY 5, ROME 900002 JUNE 6", "09STATE905678 09ROME900002"),
    ("R-3 date", "REF: STATE 905678, 5 MAY 09", "09STATE905678"),
    ("R-3 date", "REF: STATE 905678, MAY 5, 2009", "09STATE905678"),
    ("R-3 date", "REF: CAIRO 2009-05-12", ""),
    ("R-3 date", "REF: CAIRO 5/12/2009", ""),
    ("R-3 fiscal year", "REF: A. FY 2009 BUDGET B. ROME 900002", "A= B=09ROME900002"),
    ("R-3 title", "REF: A. STATE 905678 (PARIS 2008: FEES OF FY 2009) B. ROME 900002",
     "A=09STATE905678 B=09ROME900002"),
    ("R-3 title", "REF: STATE 905678 - BUDGET TALKS, PARIS 2008", "09STATE905678"),
    ("R-3 title", "REF: A. MEETING IN PARIS 2008", "A="),
    ("R-3 second number", "REF: A. PARIS 900042 (DELTO 900117); B. STATE 12 (TOSEC 900001)",
     "A=09PARIS900042 B=09STATE12"),
    ("R-3 second number", "REF: ROME 900042 (PARIS 900117)", "09ROME900042 09PARIS900117"),
    ("R-3 title", "REF: STATE 905678 (THE ROME 2008 SUMMIT)", "09STATE905678"),
    ("R-3 suffix below", "REF: STATE 905678\n     (08) (FEES), ROME 900002\n(07) BERN 900003",
     "08STATE905678 09ROME900002 07BERN900003"),
    ("R-3 in parentheses", "REF: STATE 905678 (AND ROME 900002)", "09STATE905678 09ROME900002"),
    ("R-3 words before", "REF: SEE ALSO EMBASSY ROME 900002", "09ROME900002"),
    ("R-3 words before", "REF: A. DEMARCHE INSTRUCTIONS IN STATE 905678", "A=09STATE905678"),
    ("R-5 longest", "REF: USUN NEW YORK 900055", "09USUNNEWYORK900055"),
    ("R-5 longest", "REF: SECSTATE WASHDC 905678", "09STATE905678"),
    ("R-5 cut", "REF: PORT A 900076", "09PORTAUPRINCE900076"),
    ("R-5 points", "REF: ST. PETERSBURG 900009", "09STPETERSBURG900009"),
    ("R-5 apostrophe", "REF: N'DJAMENA 900010", "09NDJAMENA900010"),
    ("R-5 accents", "REF: São Paulo 900013", "09SAOPAULO900013"),
    ("R-5 stroke", "REF: OSAKA/KOBE 900045", "09OSAKAKOBE900045"),
    ("R-5 mission", "REF: US MISSION CD GENEVA 900059", "09CDGENEVA900059"),
    ("R-5 no cable origin", "REF: OECD PARIS 900371; SECDEF 900004",
     "09OECDPARIS900371 09SECDEF900004"),
    ("R-5 unknown", "REF: ATLANTIS 900001", ""),
    ("R-5 other years", "REF: SAIGON 900078", "09SAIGON900078"),
    ("R-6 itself", "REF: CAIRO 900100, ROME 900002", "09ROME900002"),
    ("R-6 repeats", "REF: A. ROME 900002 B. BERN 900003 C. 09ROME900002",
     "A=09ROME900002 B=09BERN900003"),
    ("H-22, R-6 page marker", "REF: 09 State 924006  CAIRO 00900100  001.3 OF 012 \n\n",
     "09STATE924006"),
    ("R-6 page marker", "REF: ROME 900002\nSECRET  PAGE 02  CAIRO  90010  211833Z\nROME 900003",
     "09ROME900002 09ROME900003"),
]  # fmt: skip

ITEMS = [
    ("R-6 email", "REF: LIND/HARDY EMAIL OF 2 SEP 09", "email", "LIND/HARDY EMAIL OF 2 SEP 09"),
    ("R-6 telcon", "REF: A. LIND-HARDY TELCON, 9/2/09", "telcon", "LIND-HARDY TELCON, 9/2/09"),
    ("R-6 report", "REF: IIR 6 903 0123 09", "report", "IIR 6 903 0123 09"),
    ("R-6 report", "REF: OSC EUP90080101", "report", "OSC EUP90080101"),
    ("R-6 fam", "REF: 9 FAM 41.31 N3", "fam", "9 FAM 41.31 N3"),
    ("R-6 fam", "REF: 5 FAH-3 H-011", "fam", "5 FAH-3 H-011"),
    ("R-6 dtg", "REF: SECDEF MSG DTG 301601Z JUN 08", "dtg", "SECDEF MSG DTG 301601Z JUN 08"),
    ("R-6 airgram", "REF: A–578 of May", "airgram", "A–578 of May"),
    ("R-6 airgram", "REF: USUN A-577, APRIL 29", "airgram", "USUN A-577, APRIL 29"),
    ("R-6 airgram", "REF: CA-8702", "airgram", "CA-8702"),
    ("R-6 airgram", "REF: CA 8702", "airgram", "CA 8702"),
    ("R-6 airgram", "REF: CA 8702 of May", "airgram", "CA 8702 of May"),
    ("R-6 no airgram", "REF: LETTER TO FRESNO, CA 93721", "unknown", "LETTER TO FRESNO, CA 93721"),
    ("R-6 no airgram", "REF: CA 2007 GUIDEBOOK", "unknown", "CA 2007 GUIDEBOOK"),
    ("R-6 despatch", "REF: HAGUE DESPATCH 819 OF MAY", "despatch", "HAGUE DESPATCH 819 OF MAY"),
    ("R-6 telegram", "REF: CAS ROME [NOT DECLASSIFIED]", "telegram", "CAS ROME [NOT DECLASSIFIED]"),
    ("R-6 telegram", "REF: AIDTEL 404 TO DEPT", "telegram", "AIDTEL 404 TO DEPT"),
    ("R-6 telegram", "REF: IAEA 6689 (NOTAL)", "telegram", "IAEA 6689 (NOTAL)"),
    ("R-6 no airgram", "REF: EMBASSY A BOOK", "unknown", "EMBASSY A BOOK"),
    ("R-6 below its label", "REF\n\nLegdes 57, August 17\n\nSUBJECT", "despatch")
    + ("Legdes 57, August 17",),
    ("R-6 below its label", "REFERENCES\n\nNSC Actions Nos. 1486 and 1560\nThe enclosed draft on")
    + ("report", "NSC Actions Nos. 1486 and 1560"),
    ("R-6 points", "REF: TALKING POINTS ON HARBORS", "points", "TALKING POINTS ON HARBORS"),
    ("R-6 unknown", "REF: 2006 HARBOR GUIDEBOOK", "unknown", "2006 HARBOR GUIDEBOOK"),
    ("R-6 cable", "REF: A.  08  ROME\n 900002,", "cable", "08 ROME 900002"),
]


def short(preamble, own=OWN):
    """Return the items as the tables above write them."""
    items = find_listed_references(preamble, own)
    return " ".join(
        (f"{item.bullet}=" if item.bullet else "") + item.reference
        for item in items
        if item.reference or item.bullet
    )


class ListTests(TestCase):
    maxDiff = None

    def test_the_references_of_each_list_are_read(self):
        for rule, preamble, expected in LISTS:
            with self.subTest(rule, preamble=preamble):
                self.assertEqual(short(preamble), expected)

    def test_an_item_that_is_not_a_cable_has_a_kind(self):
        for rule, preamble, kind, text in ITEMS:
            with self.subTest(rule, preamble=preamble):
                [item] = find_listed_references(preamble, OWN)
                self.assertEqual((item.kind, item.text), (kind, text))
                self.assertEqual(bool(item.reference), kind == "cable")

    def test_items_that_are_not_cables_are_listed_beside_cables(self):
        preamble = "REF: ROME 900002 AND LIND EMAIL; TELCON OF 3 MAY; HARBOR GUIDE"
        items = find_listed_references(preamble, OWN)
        self.assertEqual([item.kind for item in items], ["cable", "email", "telcon", "unknown"])
        items = find_listed_references("Ref: CA 8702; ROME 900002.", OWN)
        self.assertEqual([item.kind for item in items], ["airgram", "cable"])

    def test_an_item_may_hold_semicolons(self):
        """R-2: text behind a semicolon is an item only if it is of a known kind."""
        [item] = find_listed_references("REF: TELCON: O. LIND, CA/OCS; AF DUTY, C. HARDY", OWN)
        self.assertEqual(item.text, "TELCON: O. LIND, CA/OCS; AF DUTY, C. HARDY")

    def test_without_a_year_that_of_the_citing_cable_is_assumed(self):
        """R-4: the item notes that the year was assumed."""
        items = find_listed_references("REF: ROME 909999; 08 ROME 900001, 900002", "09CAIRO900100")
        self.assertEqual([item.year_assumed for item in items], [True, False, False])
        self.assertEqual(short("REF: ROME 900001", "68CAIRO900100"), "68ROME900001")

    def test_a_year_counts_if_the_cable_can_cite_it(self):
        """R-4, I-3: 11 to 65 are years only in cables that are as old."""
        self.assertEqual(short("REF: 54 ROME 900001", "55CAIRO900100"), "54ROME900001")
        self.assertEqual(short("REF: 54 ROME 900001", "09CAIRO900100"), "09ROME900001")

    def test_a_document_without_a_station_cites_only_printed_years(self):
        """R-4: without a year of its own only printed years count."""
        self.assertEqual(
            short("REF: 900003; ROME 900001; 05 ROME 900002", "FRUS1861-D12"), "05ROME900002"
        )

    def test_qualifiers_and_titles_are_kept(self):
        """R-6."""
        for printed, qualifiers, title in (
            ("(NOTAL)", ("NOTAL",), ""),
            ("NOTAL", ("NOTAL",), ""),
            ("\n    (HARBOR FEES)", (), "HARBOR FEES"),
            ("(Notal, EXDIS)", ("NOTAL", "EXDIS"), ""),
            ("(S/NF) (NODIS)", ("NODIS",), ""),
            ("(HARBOR FEES\n    IN FY 2008) (NOTAL)", ("NOTAL",), "HARBOR FEES IN FY 2008"),
            ('"HARBOR FEES"', (), "HARBOR FEES"),
            ("(HARBOR (INNER) FEES)", (), "HARBOR (INNER) FEES"),
            ("(AND PREVIOUS)", (), ""),
            ("(DTG 301601Z JUN 08)", (), ""),
        ):
            with self.subTest(printed):
                [item] = find_listed_references(f"REF: ROME 900002 {printed}", OWN)
                self.assertEqual((item.qualifiers, item.title), (qualifiers, title))

    def test_deptel_and_embtel_mean_the_department_and_the_post(self):
        """R-5."""
        for printed, expected in (
            ("Reference: Deptel 900411 sent Paris 900474.", "55STATE900411"),
            (
                "Ref Embtels 900150, 900155 and 900157. In view of this",
                "55ROME900150 55ROME900155 55ROME900157",
            ),
            ("Reference Department’s telegram 900078.", "55STATE900078"),
            ("Ref: Paris’s 900088, July 9.", "55PARIS900088"),
            ("Ref: ConGentel 900408.", "55ROME900408"),
            ("Ref: Circular 900495.", ""),
            ("Ref: your telegram 900012 repeated Paris 900085, Moscow 900076", ""),
            ("Ref: Bonn tel 900120 Dept, sent Rome 900108, Paris 900062", "55BONN900120"),
            ("Ref: Deptel 900091 to Paris, 900023 to Moscow", "55STATE900091"),
            ("Ref Deptel 900012 Bonn, 900043 Hong Kong, 900013 London", "55STATE900012"),
            ("Ref: Deptel 900012 Bonn, 900043 Rome; Paris 900004.", "55STATE900043 55PARIS900004"),
            (
                "Ref Deptel 900012, Bonn 900043, Paris 900013",
                "55STATE900012 55BONN900043 55PARIS900013",
            ),
            (
                "Ref: Deptel 900001 rptd info Paris 900002, London 900003; 95 Bonn 900004",
                "55STATE900001 55BONN900004",
            ),
        ):
            with self.subTest(printed):
                self.assertEqual(short(printed, "55ROME900001"), expected)
        self.assertEqual(
            short("Ref: Embtel 900150; Deptel 900151", "55STATE900001"), "55STATE900151"
        )

    def test_the_list_of_a_whole_body_is_read(self):
        body = (
            "UNCLAS SECTION 01 OF 02 BERLIN 900001\n\nSIPDIS\n\nE.O. 12958: N/A\nTAGS: ECON, GM\n"
            "SUBJECT: HARBOR FEES\n\nREF: A. STATE 905678\n\n     B. 08 BERLIN 900123\n\n"
            "1. (U) REF: ROME 900002\n"
        )
        self.assertEqual(
            short(preamble_of(segment(body)), "09BERLIN900001"), "A=09STATE905678 B=08BERLIN900123"
        )

    def test_a_telegram_without_a_post_behind_the_own_number_is_an_item(self):
        for text, printed in (
            ("678. Re Critic 15. Names appear good.", "Critic 15"),
            ("259. Reference Department cirtel 904. Fees.", "Department cirtel 904"),
            ("259. Re Deptel circular 129. Fees came.", "Deptel circular 129"),
            ("871. Depcirtel 840 and 841. Fees.", "Depcirtel 840 and 841"),
            (
                "871. Re the Department’s circular telegram 840.",
                "Department’s circular telegram 840",
            ),
            ("Fees. Re Critic 15.", None),
            ("871. Re Critic 15 ships came.", None),
            ("871. Critic of 15 ships.", None),
            ("871. Re Embtel 12. Fees.", None),
        ):
            with self.subTest(text):
                items = find_listed_references(text, "63STATE678")
                named = [(each.text, each.kind) for each in items if each.text == printed]
                self.assertEqual(named, [(printed, "telegram")] if printed else [])

    def test_words_give_the_kind_of_an_item(self):
        """R-6."""
        for text in ("e-mail", "lind@example.org", "Emails"):
            self.assertEqual(kind_of_item(text), "email", text)
        for text in ("PHONECON", "telephone call"):
            self.assertEqual(kind_of_item(text), "telcon", text)
