"""What a volume prints beside a text does not lead to words that are redacted in it."""

from unittest import TestCase

from cables.telegram.fact_types import CableFacts, EditionFacts
from cables.telegram.redact_facts import redact_facts

BODY = "1. The CAS opened an umbrella for {words} near the Ferry Board, which paid."


def shown(edition: EditionFacts, struck: list[str], words: str = "[redacted]") -> EditionFacts:
    """Return what readers see beside BODY, in which some words are redacted."""
    facts: CableFacts = {"edition": edition}
    source, body = BODY.format(words="Brell"), BODY.format(words=words)
    return redact_facts(facts, source, body, (), struck).get("edition", {})


class RedactedEditionTests(TestCase):
    def test_no_term_leads_to_an_entry_with_redacted_words(self):
        for told, term, struck in (
            (
                "the meaning has them",
                ["CAS", "Controlled American Source", "t_CAS1"],
                ["Controlled American Source"],
            ),
            ("they are the term", ["Brell", "Brell, Maro K., Minister", "p_BM1"], ["Brell"]),
            (
                "its letters are inside another word",
                ["Brell", "Brell, Maro K., Minister", "p_BM1"],
                [],
            ),
            ("the meaning names them", ["Board", "Ferry Board of Maro Brell", "t_FB1"], ["Brell"]),
        ):
            with self.subTest(told):
                board = ["Ferry Board", "Board of ferries", "t_FB2"]
                edition = shown({"terms": [term, board]}, struck)
                self.assertEqual(edition, {"terms": [board]})

    def test_no_link_leads_to_an_entry_with_redacted_words(self):
        """Neither a link of the text, nor one of a note or the source note with other words."""
        board = {"start": 8, "end": 13, "to": "#t_FB2"}
        to_him = {"start": 0, "end": 4, "to": "frus1949v97#p_BM1"}
        edition: EditionFacts = {
            "terms": [["CAS", "Station of Maro Brell", "p_BM1"]],
            "links": [["1. The CAS", "CAS", "#p_BM1"], ["the Ferry Board", "Board", "#t_FB2"]],
            "source_note": "He paid Board.",
            "source_links": [to_him, board],
            "notes": [
                {"id": "fn1", "n": "1", "text": "They paid Board.", "at": "", "links": [to_him]}
            ],
        }
        found = shown(edition, ["Brell"])
        self.assertEqual(found["links"], [["the Ferry Board", "Board", "#t_FB2"]])
        self.assertEqual(found["source_links"], [board])
        self.assertEqual(found["notes"][0]["links"], [])
        self.assertNotIn("p_BM1", str(found))

    def test_no_link_or_style_is_kept_of_which_words_are_redacted(self):
        edition: EditionFacts = {
            "links": [["1. The CAS", "The CAS", "#d12"]],
            "styles": [["1. The CAS", "The CAS", "italic"], ["for Brell", "for Brell", "heading"]],
        }
        self.assertEqual(shown(edition, ["CAS", "Brell"]), {})

    def test_no_term_keeps_an_anchor_whose_words_are_gone(self):
        """Also where a whole paragraph is struck, whose words are no phrase."""
        for told, term, kept in (
            ("its words stand", ["CAS", "Source", "t_1", "1. The CAS"], 4),
            ("another paragraph", ["CAS", "Source", "t_1", "Brell went by night to the CAS"], 3),
            ("above the text", ["Rell", "Rell, Maro", "p_1", ""], 0),
        ):
            with self.subTest(told):
                edition = shown({"terms": [term]}, ["Quay"])
                self.assertEqual(edition.get("terms", []), [term[:kept]] if kept else [])
        edition = shown({"heading": "From Rell", "terms": [["Rell", "Rell, Maro", "p_1", ""]]}, [])
        self.assertEqual(len(edition["terms"]), 1)

    def test_links_above_the_text_go_with_the_words_and_the_entries_that_are_redacted(self):
        links = [{"start": 0, "end": 4, "to": "#p_R1"}]
        for told, struck, meaning, kept in (
            ("other words", ["Quay"], "Master", True),
            ("the name", ["Rell"], "Master", False),
            ("words of the fact", ["of Lisbon"], "Master", False),
            ("words of the entry", ["Pier"], "Master of the Pier", False),
        ):
            with self.subTest(told):
                edition: EditionFacts = {
                    "heading": "Rell of Lisbon",
                    "from": "Rell of Lisbon",
                    "row_links": {"heading": links, "from": links},
                    "terms": [["Rell", f"Rell, Maro, {meaning}", "p_R1", ""]],
                }
                found = shown(edition, struck)
                rows = {"heading": links, "from": links} if kept else None
                self.assertEqual(found.get("row_links"), rows)
                self.assertEqual("terms" in found, kept or told == "words of the fact")
