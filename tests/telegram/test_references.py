"""Every spelling of a reference leads to one; a reference is found in a pasted text."""

from contextlib import suppress
from unicodedata import normalize
from unittest import TestCase
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from cables.telegram.references import (
    LONGEST,
    canonical_reference,
    find_footnoted,
    find_reference,
    is_station,
    reference_aliases,
    spellings_of,
    station_aliases,
)
from cables.telegram.table_files import table_rows

# (rule, spelling, reference)
SPELLINGS = [
    ("N-6", "p750066-0259", "P750066-0259"),
    ("N-7", "75LISBON909412-2", "75LISBON909412-2"),
    ("N-7", "P750066-0259-2", "P750066-0259-2"),
    ("N-7", "07EFTOLISBON909412-12", "07LISBON909412-12"),
    ("I-1", "06BERLIN901234", "06BERLIN901234"),
    ("I-1", "06berlin901234", "06BERLIN901234"),
    ("I-1", "06BERLIN000901", "06BERLIN901"),
    ("I-2", "06 Berlin 000901", "06BERLIN901"),
    ("I-2", "07 Phnom Penh 001376", "07PHNOMPENH1376"),
    ("I-2", " 07 phnom  penh\t00001376.", "07PHNOMPENH1376"),
    ("I-2", "07\u00a0Phnom Penh\u00a01376", "07PHNOMPENH1376"),
    ("I-2", "06 ST. PETERSBURG 900012", "06STPETERSBURG900012"),
    ("I-2", "08 N'DJAMENA 900055", "08NDJAMENA900055"),
    ("I-2", "08 N’Djamena 900055", "08NDJAMENA900055"),
    ("I-2", "07 São Paulo 900012", "07SAOPAULO900012"),
    ("I-9", "07 Port-au-Prince 900009", "07PORTAUPRINCE900009"),
    ("I-9", "09SECSTATE900060", "09STATE900060"),
    ("I-9", "08 Rio de Jan 900138", "08RIODEJANEIRO900138"),
    ("I-9", "05 KUALALUMP 900007", "05KUALALUMPUR900007"),
    ("I-9", "05TAIPEI900012", "05AITTAIPEI900012"),
    ("I-9", "78TAIPEI900012", "78TAIPEI900012"),  # An embassy then.
    ("I-9", "07USEU900012", "07USEUBRUSSELS900012"),
    ("I-9", "07SECDEF900012", "07SECDEF900012"),  # Not the State Department.
    ("I-10", "90KIEV900012", "90KIEV900012"),  # Not rewritten to KYIV.
    ("I-8 2", "08SECTION01OF03CAIRO901416", "08CAIRO901416"),
    ("I-8 2", "08SECTIN03OF03KABUL903036", "08KABUL903036"),
    ("I-8 2", "0901OF02CAIRO900288", "09CAIRO900288"),
    ("I-8 2", "08 SECTION 01 OF 02 SAO PAULO 900335", "08SAOPAULO900335"),
    ("I-8 3", "06MADRID902583ZFR902585", "06MADRID902583"),
    ("I-8 3", "07OSLO000160ZDK164", "07OSLO160"),
    ("I-8 3", "90STATE255195TOSEC140301", "90STATE255195"),
    ("I-8 3", "08ACCRA901382SUSPECTEDDUPLICATE901392", "08ACCRA901382"),
    ("I-8 4", "05EFTOATHENS900012", "05ATHENS900012"),
    ("I-8 4", "09AMEMBASSYHANOI900012", "09HANOI900012"),
    ("I-8 4", "09EMBASSYVIENNA900012", "09VIENNA900012"),  # Not UNVIE.
    ("I-8 4", "85NOFORNMOGADISHU901643", "85MOGADISHU901643"),
    ("I-8 4", "85NOFORNXANADU901643", "85NOFORNXANADU901643"),  # The rest is no station.
    ("I-8 4", "09AMCONSUL900012", "09AMCONSUL900012"),  # Nothing would be left.
    ("I-8 6", "09XANADU900012", "09XANADU900012"),
    ("R-3", "2005 PANAMA 902342", "05PANAMA902342"),
    ("R-3", "2005PANAMA902342", "05PANAMA902342"),
    ("R-3", "'08 CAIRO 900001", "08CAIRO900001"),
    ("R-3", "(99) CAIRO 900001", "99CAIRO900001"),
    ("R-3", "O4 CHENNAI 900944", "04CHENNAI900944"),
    ("R-3", "10-OTTAWA-900057", "10OTTAWA900057"),
    ("R-3", "05 0TTAWA 903518", "05OTTAWA903518"),
    ("R-3", "09 BAGHDAD #903565", "09BAGHDAD903565"),
    ("R-3", "09 STATE: 900097", "09STATE900097"),
    ("R-3", "05SANTIAG0123", "05SANTIAGO123"),
    ("volume", "FRUS1861-D12", "FRUS1861-D12"),
    ("volume", "frus1969-76v28/d12", "FRUS1969-76V28-D12"),
]

REFUSED = [
    *("", "  ", "hello", "2007", "07PHNOMPENH"),
    "07PHNOMPENH0",  # No serial is 0 (I-1).
    *("PHNOMPENH1376", "07CAIRO12345678", "CAIRO 936/935", "07 CAIRO 936/935", "07 CAIRO 936, 935"),
    *("07CAIRO936 0ZFR", "FRUS1861-D1(2)"),
    "23CAIRO900001",  # A year without cables (I-3).
    "65CAIRO900001",
    "11CAIRO900001",
    "07CAIRO<script>1",
    "07" + "A" * 70 + "1",
    "0" * 1_000,
]

FOUND = [
    ("https://host/cable/2007/11/07PHNOMPENH1376.html#par2", "07PHNOMPENH1376"),
    ("/cable/2007/11/07PHNOMPENH1376", "07PHNOMPENH1376"),
    ("/plusd/cables/07PHNOMPENH1376_a.html", "07PHNOMPENH1376"),
    ("/cable.php?id=07+PHNOM+PENH+1376", "07PHNOMPENH1376"),
    ("id=07%20Phnom%20Penh%20001376&x=1", "07PHNOMPENH1376"),
    ("See #07PHNOMPENH1376, and 08CAIRO900001.", "07PHNOMPENH1376"),
    ("in 07 Phnom Penh 1376 we read", "07PHNOMPENH1376"),
    ("sent on 7 May 07 Rome 900012", "07ROME900012"),
    ("/cable/09SECTION01OF03SANJOSE525/", "09SANJOSE525"),
    ("06ASTANA", "06ASTANA204"),
    ("17PETROGRAD1161", "17PETROGRAD1161"),
    ("https://history.state.gov/historicaldocuments/frus1969-76v28/d12", "FRUS1969-76V28-D12"),
    ("FRUS, 1961–1963, vol. XV, doc. 78", "FRUS1961-63V15-D78"),
    ("FRUS 1964-68 VII doc 181", "FRUS1964-68V07-D181"),
    ("see FRUS, 1969–1976, vol. E–4, doc. 88.", "FRUS1969-76VE04-D88"),
    ("Foreign Relations of the United States, 1961–1963, Volume XV, Berlin, Document 7",)
    + ("FRUS1961-63V15-D7",),
    ("frus1961-63v15 226", "FRUS1961-63V15-D226"),
    ("FRUS 1948, vol. I, part 2, doc. 3", "FRUS1948V01P2-D3"),
    ("FRUS 1872, Part II, vol. V, document 3", "FRUS1872P2V5-D3"),
    ("FRUS 1894, App. I, doc. 12", "FRUS1894APP1-D12"),
    ("FRUS1961-63V15D226", "FRUS1961-63V15-D226"),
    ("Papers Relating to Foreign Affairs, 1864, part III, doc. 10", "FRUS1864P3-D10"),
    ("Diplomatic Correspondence of the United States, 1864, pt. 3, doc. 2", "FRUS1864P3-D2"),
    ("For. Rel. 1897, vol. 1, doc. 56", "FRUS1897V1-D56"),
    ("Dipl. Corr., 1864, II, doc. 7", "FRUS1864V2-D7"),
    ("Foreign Affairs 1964, no. 3", ""),  # The periodical.
    ("frus1961-63v15 d1962", "FRUS1961-63V15-D1962"),
    ("frus1961-63v15 1962", ""),  # A year.
    ("volume:frus1961-63v15 226", ""),  # A filter of searches.
    ("-volume:frus1961-63v15/ch5 226", ""),
    ("FRUS 1961–1963 volume XV telegrams October 12", ""),
    ("FRUS 1961-63, vol. 15", ""),  # The volume alone.
    ("FRUS 1961-63, vol. 15, doc. 99999", ""),
    ("FRUS 1925, II, 673", ""),  # A page: older volumes are cited so.
    ("", ""),
    ("no reference here", ""),
    ("on 15 March 2007, the 2nd of 30 days", ""),
    ("15MAR2007 27TH2007 12MAY07", ""),
    ("07 Xanadu 1376", ""),  # With blanks only a known station counts.
]


class CanonicalReferenceTests(TestCase):
    def test_every_spelling_leads_to_one(self):
        for rule, spelling, reference in SPELLINGS:
            with self.subTest(rule, spelling=spelling):
                self.assertEqual(canonical_reference(spelling), reference)

    def test_is_idempotent(self):
        for _, _, reference in SPELLINGS:
            with self.subTest(reference):
                self.assertEqual(canonical_reference(reference), reference)

    def test_other_text_is_refused_with_a_reason(self):
        for text in REFUSED:
            with self.subTest(text[:20]), self.assertRaises(ValueError) as refused:
                canonical_reference(text)
            self.assertGreater(len(str(refused.exception)), 20)

    @given(st.text(alphabet=st.characters(exclude_characters="-‐‑‒–—"), min_size=1, max_size=3))
    @example("_")
    @example("#")
    @example(" (")
    @example("\u0301")
    @example("¹")
    def test_no_sign_between_two_digits_is_dropped(self, sign):
        """Else a text would be published as another cable's."""
        for text in (f"09ROME123{sign}2", f"09ROME123 {sign}2)", f"P750066-0259{sign}2"):
            with suppress(ValueError):
                reference = canonical_reference(text)
                self.assertIn(reference, (f"09ROME123{normalize('NFKC', sign)}2", "09ROME123"))

    def test_the_date_gives_the_century(self):
        """I-3, and years outside 1966 to 2010."""
        self.assertEqual(canonical_reference("17LONDON5923", year=1917), "17LONDON5923")
        self.assertEqual(canonical_reference("1917 London 5923"), "17LONDON5923")
        self.assertEqual(canonical_reference("17LONDON5923", any_year=True), "17LONDON5923")
        with self.assertRaisesRegex(ValueError, "the year 17"):
            canonical_reference("17LONDON5923")

    @given(st.text(max_size=80))
    def test_any_text_is_refused_or_gets_a_canonical_spelling(self, text):
        try:
            reference = canonical_reference(text, any_year=True)
        except ValueError:
            return
        self.assertLessEqual(len(reference), LONGEST)
        self.assertEqual(canonical_reference(reference, any_year=True), reference)

    @given(st.from_regex(r"\d\d(SECTION01OF02|EFTO|NOFORN|AMEMBASSY|0){0,3}[A-Z]{2,9}0?\d{1,9}Z?"))
    def test_any_spelling_gets_a_canonical_spelling(self, text):
        self.test_any_text_is_refused_or_gets_a_canonical_spelling.hypothesis.inner_test(self, text)


class TableTests(TestCase):
    def test_a_wrong_published_reference_leads_to_the_right_one(self):
        """I-7: also where the table of stations knows another name for the right one."""
        self.assertEqual(len(reference_aliases()), 203)
        for published, canonical in reference_aliases().items():
            with self.subTest(published):
                reference = canonical_reference(published)
                self.assertEqual(reference, canonical_reference(canonical))
                self.assertEqual(reference, canonical_reference(reference))

    def test_most_published_references_need_no_table(self):
        """I-8: 185 of 203 published references need only the steps and the stations."""
        table, helped = reference_aliases(), 0
        with patch("cables.telegram.references.reference_aliases", return_value={}):
            for published, canonical in table.items():
                try:
                    helped += canonical_reference(published) == canonical_reference(canonical)
                except ValueError:
                    continue
        self.assertGreaterEqual(helped, 185)

    def test_a_station_alias_leads_to_a_station(self):
        """I-9: an alias leads to a station, never to another alias."""
        for alias, station in station_aliases().items():
            with self.subTest(alias):
                self.assertNotIn(station, station_aliases())
                self.assertTrue(is_station(station))

    def test_every_origin_has_a_reference_of_its_own(self):
        """I-11: no alias takes the name of a station that sent cables."""
        stations = [row["station"] for row in table_rows("origins")]
        self.assertEqual(len(stations), 277)
        for station in stations:
            with self.subTest(station):
                self.assertEqual(canonical_reference(f"07{station}900001"), f"07{station}900001")


class FindFootnotedTests(TestCase):
    def test_a_footnote_with_station_serial_and_date_is_read(self):
        for text, reference in (
            ("See telegram 900412 from Lisbon, January 23, 1959.", "59LISBON900412"),
            ("tel. 900412 from Phnom Penh dated 23 Jan. 2007", "07PHNOMPENH900412"),
            ("see The Hague 900412, 31 May 1960", "60THEHAGUE900412"),
            ("Lisbon tel. 900412 of 3 September 1971", "71LISBON900412"),
            ("talks in Lisbon 12 January 1959", ""),
            ("Lisbon, 12 January 1959", ""),
            ("Lisbon 12 of the 1959", ""),
            ("telegram 900412 from Lisbon", ""),
            ("paper 68, April 14, 1950", ""),
            ("", ""),
        ):
            with self.subTest(text):
                self.assertEqual(find_footnoted(text), reference)

    @given(st.text(max_size=200))
    def test_any_text_gives_a_reference_or_nothing(self, text):
        if reference := find_footnoted(text):
            self.assertEqual(canonical_reference(reference, any_year=True), reference)


class FindReferenceTests(TestCase):
    def test_a_reference_has_the_other_spellings_of_its_station(self):  # I-9
        self.assertIn("56TEHERAN900412", spellings_of("56TEHRAN900412"))
        for reference in ("56TEHRAN900412", "07ROME900001", "FRUS1861-D12"):
            with self.subTest(reference):
                first, *others = spellings_of(reference)
                self.assertEqual(first, reference)
                for other in others:
                    self.assertEqual(canonical_reference(other, any_year=True), reference)
        self.assertEqual(spellings_of("FRUS1861-D12"), ["FRUS1861-D12"])

    def test_the_first_reference_in_a_pasted_text_is_found(self):
        for text, reference in FOUND:
            with self.subTest(text):
                self.assertEqual(find_reference(text), reference)

    @given(st.text(max_size=200))
    def test_any_found_reference_is_canonical(self, text):
        if reference := find_reference(text):
            self.assertEqual(canonical_reference(reference, any_year=True), reference)
