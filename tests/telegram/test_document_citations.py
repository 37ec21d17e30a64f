"""Finding where an author's text cites documents."""

from datetime import date
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.telegram.document_citations import CitationReader, leveled

# Text -> (words of the citation, reference) of each, in order.
FORMS = (
    ("06LISBON900412", [("06LISBON900412", "06LISBON900412")]),
    ("as 06 Lisbon 900412 says", [("06 Lisbon 900412", "06LISBON900412")]),
    ("2006LISBON900412", [("2006LISBON900412", "06LISBON900412")]),
    (
        "https://a.example/cable/2006/05/06LISBON900412.html, and",
        [("https://a.example/cable/2006/05/06LISBON900412.html", "06LISBON900412")],
    ),
    (
        "(https://a.example/x/06LISBON900412_a).",
        [("https://a.example/x/06LISBON900412_a", "06LISBON900412")],
    ),
    (
        "history.state.gov/historicaldocuments/frus1961-63v15/d78",
        [("history.state.gov/historicaldocuments/frus1961-63v15/d78", "FRUS1961-63V15-D78")],
    ),
    (
        "FRUS, 1961–1963, vol. XV, doc. 78, and FRUS1861-D12",
        [
            ("FRUS, 1961–1963, vol. XV, doc. 78", "FRUS1961-63V15-D78"),
            ("FRUS1861-D12", "FRUS1861-D12"),
        ],
    ),
    (
        "Foreign Relations 1964–68, XXII, pp. 4–6",
        [("Foreign Relations 1964–68, XXII, pp. 4–6", "")],
    ),
    (
        "FRUS, 1961–1963, vol. XV, doc. 78; vol. XIV, doc. 9.",
        [
            ("FRUS, 1961–1963, vol. XV, doc. 78", "FRUS1961-63V15-D78"),
            ("vol. XIV, doc. 9", "FRUS1961-63V14-D9"),
        ],
    ),
    ("Saigon 768, August 29, 1963", [("Saigon 768, August 29, 1963", "63SAIGON768")]),
    (
        "telegram 768 from the Embassy in Saigon to the Department, August 29, 1963",
        [
            (
                "telegram 768 from the Embassy in Saigon to the Department, August 29, 1963",
                "63SAIGON768",
            )
        ],
    ),
    (
        "telegram 768, Saigon to State, 29 August 1963",
        [("telegram 768, Saigon to State, 29 August 1963", "63SAIGON768")],
    ),
    (
        "Deptel 252908 to Saigon, October 10, 1968",
        [("Deptel 252908 to Saigon, October 10, 1968", "68STATE252908")],
    ),
    (
        "telegram 252908 to the Embassy in Saigon, 10 Oct. 1968",
        [("telegram 252908 to the Embassy in Saigon, 10 Oct. 1968", "68STATE252908")],
    ),
    ("telegram 12 to the Department, May 3, 1968", []),
    ("telegram 106 to Lima, May 3, 1962", []),  # Another post may have got this number too.
    ("Saigon’s Embtel 1445, August 29, 1963", [("Saigon’s Embtel 1445", "63SAIGON1445")]),
    ("Embtel 1445", [("Embtel 1445", "")]),
    ("06LISBON900412. Ibid.", [("06LISBON900412", "06LISBON900412"), ("Ibid.", "06LISBON900412")]),
    (
        "FRUS, 1961–1963, vol. XV, doc. 78. Ibid., doc. 80.",
        [
            ("FRUS, 1961–1963, vol. XV, doc. 78", "FRUS1961-63V15-D78"),
            ("Ibid., doc. 80", "FRUS1961-63V15-D80"),
        ],
    ),
    ("06LISBON900412. Ibid., 762.00/3–2662.", [("06LISBON900412", "06LISBON900412")]),
    (
        "06LISBON900412. Ibid., White House Central Files, box 3.",
        [("06LISBON900412", "06LISBON900412")],
    ),
    ("Public Law 480 (68 Stat. 455)", []),
    ("In 1963 Rome sent 12 telegrams on the 27th of 2007.", []),
    ("It cost 50 cents in 48 states, p. 12.", []),
)
# Text -> a fact of its last citation.
FACTS = (
    ("06LISBON900412, para 3", "paragraph", "par3"),
    ("para 4 of 06LISBON900412", "paragraph", "par4"),
    ("06LISBON900412, 3 May 2006, ¶ 3", "paragraph", "par3"),
    ("https://a.example/cable/06LISBON900412/#par2.1", "paragraph", "par2.1"),
    ("06LISBON900412, 3 May 2006.", "day", date(2006, 5, 3)),
    ("On May 3, 2006, 06LISBON900412", "day", date(2006, 5, 3)),
    ("06LISBON900412 (accessed 3 May 2020)", "day", None),
    ("“It was of 3 May 2020” (06LISBON900412)", "day", None),
    ("On May 5, 2010, he quoted 06LISBON900412", "day", None),
    ("06LISBON900412, 3 May 2006; 06ROME900413", "day", None),
    ("Embassy Lisbon to State, “Fees,” 06LISBON900412", "station", "LISBON"),
    ("State to Embassy Lisbon, 06STATE900412", "station", ""),
    ("06LISBON900412 (SECRET)", "classification", "SECRET"),
    ("06LISBON900412, unclassified", "classification", "UNCLASSIFIED"),
    ("06LISBON900412 on secret talks", "classification", ""),
    ("Embtel 1445", "lacks", "the post and the year"),
)


class DocumentCitationTests(TestCase):
    def test_every_form_is_found(self):
        for text, expected in FORMS:
            with self.subTest(text):
                found = CitationReader().read(text)
                named = [(text[each.start : each.end], each.reference) for each in found]
                self.assertEqual(named, expected)

    def test_what_stands_beside_a_citation_is_read(self):
        for text, name, value in FACTS:
            with self.subTest(text):
                self.assertEqual(getattr(CitationReader().read(text)[-1], name), value)

    def test_again_reaches_over_paragraphs(self):
        reader = CitationReader()
        reader.read("FRUS, 1961–1963, vol. XV, doc. 78")
        self.assertEqual(reader.read("Ibid., p. 9")[0].volume.pages, (9,))
        self.assertEqual(reader.read("Vol. XIV, doc. 3")[0].reference, "FRUS1961-63V14-D3")

    @given(st.text(max_size=300))
    def test_any_text_is_read(self, text):
        self.assertEqual(len(leveled(text)), len(text))
        found = CitationReader().read(text)
        ends = [0, *(each.end for each in found)]
        self.assertTrue(all(each.start >= end for each, end in zip(found, ends, strict=False)))
