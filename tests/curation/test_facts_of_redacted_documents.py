"""Of a redacted document of a volume nothing is told that only the redacted words gave."""

from django.contrib.auth.models import User

from cables.curation.bulk_changes import reread
from cables.curation.redactions_and_corrections import lift_redaction, redact_cable
from cables.models import Cable, Marking
from cables.telegram.apply_redactions import Strike
from tests.base import TestCase
from tests.builders import load_file, load_records
from tests.source_files import csv_record
from tests.sources.test_frus_cited_letters import ADAMS, SEWARD, letter
from tests.sources.test_frus_markup import document, volume

HEAD = "<head>1. Telegram From the Embassy in Portugal to the Department of State</head>"
LINE = "<dateline>Lisbon, <date when='1961-09-13'>September 13, 1961</date></dateline>"
FACTS = ("own_number", "second_reference", "captions", "subject", "signed", "repeated")


def telegram(*texts, head=HEAD, line=LINE):
    told = "".join(f"<p>{text}</p>" for text in (*texts, "The harbor raised its fees."))
    return document(f"{head}{line}{told}")


class FactsOfRedactedDocumentsTests(TestCase):
    def setUp(self):
        self.curator = User.objects.create_user("anna")

    def load(self, *documents):
        """Load a volume of these documents into an empty room and return the last one."""
        Cable.objects.all().delete()
        return self.reload(*documents)

    def reload(self, *documents):
        load_file("frus1961v01.xml", volume(*documents), everything=True)
        return Cable.objects.order_by("pk").last()

    def strike(self, cable, words):
        """Redact the whole paragraph that holds some words."""
        place = next(name for name, text in cable.block_texts() if words in text)
        return redact_cable(cable, Strike(place), "A witness.", self.curator)

    def told(self, cable):
        """Return what readers are told of a cable beside its text."""
        cable.refresh_from_db()
        edition = cable.facts["edition"]
        return {
            **{name: edition.get(name) for name in FACTS},
            "cites": cable.cites,
            "class": cable.classification,
            "shown as": (cable.title, cable.captions),
            "listed": sorted(Marking.objects.filter(cable=cable).values_list("code", flat=True)),
        }

    def assert_gone(self, cable, words, **expected):
        """Check that facts change to the `expected` ones with the paragraph of some words."""
        before = self.told(cable)
        for name, value in expected.items():
            self.assertNotEqual(before[name], value, name)
        made = self.strike(cable, words)
        after = self.told(cable)
        self.assertEqual({name: after[name] for name in expected}, expected)
        lift_redaction(made, "It is known.", self.curator)
        self.assertEqual(self.told(cable), before)

    def test_what_a_struck_paragraph_cites_is_cited_no_more(self):
        one = letter("d1", SEWARD, ADAMS, 16, "03-01")
        citing = "Sir: Fees.</p><p>Your instruction No. 16 named the witness.</p><p>Ships left."
        cable = self.load(one, letter("d9", ADAMS, SEWARD, 20, "05-01", citing))
        self.assertEqual(cable.cites, ["FRUS1961V01-D1"])
        self.assert_gone(cable, "named the witness", cites=[])
        self.strike(cable, "Ships left")
        self.assertEqual(self.told(cable)["cites"], ["FRUS1961V01-D1"])

    def test_a_cited_telegram_stays_if_another_paragraph_cites_it(self):
        cable = self.load(telegram("900412. Deptel 900077 came.", "Deptel 900078 named him."))
        self.assertEqual(cable.cites, ["61STATE900077", "61STATE900078"])
        self.assert_gone(cable, "named him", cites=["61STATE900077"])

    def test_class_and_captions_behind_a_struck_number_are_gone(self):
        cable = self.load(telegram("912. Eyes only for Rell. Deptel 77 came.", "Ships left."))
        self.assert_gone(cable, "Eyes only", captions=None, **{"shown as": (cable.title, [])})
        cable = self.load(telegram("912. Secret for Rell. Deptel 77 came.", "Ships left."))
        self.assert_gone(cable, "Secret", **{"class": ""})

    def test_class_and_captions_of_the_source_note_stay(self):
        note = "<note type='source'>Source: Files, 7. Secret; Priority.</note></head>"
        head = HEAD.replace("</head>", note)
        cable = self.load(telegram("912. Eyes only for Rell. Fees.", "Ships left.", head=head))
        self.strike(cable, "Eyes only")
        told = self.told(cable)
        self.assertEqual((told["class"], told["captions"]), ("SECRET", ["PRIORITY"]))

    def test_a_struck_number_is_gone_from_the_title_too(self):
        cable = self.load(letter("d9", ADAMS, SEWARD, 20, "05-01", "Sir: Ships left."))
        self.assertEqual(cable.title, "Mr. Quay to Mr. Rell (No. 20)")
        self.assert_gone(
            cable, "No. 20", own_number=None, **{"shown as": ("Mr. Quay to Mr. Rell", [])}
        )

    def test_a_struck_second_number_or_subject_is_gone(self):
        cable = self.load(telegram("900331/Tosec 900027. Rell left.", "Ships left."))
        self.assert_gone(cable, "Tosec", second_reference=None)
        cable = self.load(telegram("900331. Subject: Lamps of Quay.", "Ships left."))
        self.assert_gone(cable, "Lamps", subject=None)
        self.strike(cable, "Lamps")
        self.assertNotIn("Lamps", str(Cable.objects.values()))

    def test_a_struck_line_on_who_else_got_a_telegram_is_gone(self):
        cable = self.load(telegram("900412. Fees.", "Sent Department 649, repeated Bergen 7."))
        self.assert_gone(cable, "Bergen", repeated=None)

    def test_words_redacted_in_the_paragraph_of_a_subject_are_gone_from_the_subject(self):
        cable = self.load(telegram("900331. Subject: Lamps of Quay.", "Ships left."))
        redact_cable(cable, Strike("par0.1", ("Lamps",)), "A witness.", self.curator)
        cable.refresh_from_db()
        self.assertEqual(cable.subject, "[redacted] of Quay")
        self.assertNotIn("Lamps", str(Cable.objects.values()))

    def test_a_note_of_a_struck_paragraph_is_gone_where_another_has_its_words(self):
        note = "<note n='2'>He is a witness.</note>"
        for text, struck, left in (
            (f"Rell{note} left.", "Rell left", False),
            (f"A{note} ship left.", "A ship", False),
            (f"Rell{note} left.", "The harbor", True),
        ):
            with self.subTest(text, struck=struck):
                cable = self.load(telegram(text, "Then Rell came, a master."))
                self.strike(cable, struck)
                cable.refresh_from_db()
                self.assertEqual("witness." in str(cable.facts["edition"]), left)

    def test_an_earlier_version_tells_no_more_than_the_present_text(self):
        first = "912. Eyes only for Rell. Subject: Lamps of Quay. Secret"
        self.load(telegram(first, "Ships left."))
        cable = self.reload(telegram(first, "Ships left again."))
        before = cable.versions.get().facts["edition"]
        self.assertEqual((before["captions"], before["subject"]), (["EYES ONLY"], "Lamps of Quay"))
        self.strike(cable, "Lamps")
        version = cable.versions.get()
        self.assertNotIn("Lamps", f"{version.facts} {version.subject} {version.body}")
        self.assertNotIn("EYES", str(version.facts))
        self.assertIn("Ships left.", version.body)

    def test_what_a_note_says_of_a_struck_number_is_cited_no_more(self):
        note = "<note n='1'><ref target='#d9'>Document 9</ref>.</note>"
        line = LINE.replace("13", "12")
        other = document(f"{HEAD}{line}<p>900410. Ships came.</p>", name="d9")
        citing = telegram("900412. Fees.", f"The boat of circular 900410{note} named him.")
        cable = self.load(other, citing)
        self.assertEqual(cable.cites, ["61LISBON900410"])
        self.assert_gone(cable, "named him", cites=[])

    def test_readers_and_the_place_of_a_struck_line_are_gone(self):
        head = "<head>1. National Security Study Memorandum 987</head>"
        readers = "TO: The Harbor Master<lb/>The Lamp Keeper"
        self.load(
            telegram("May", readers, "The ships left.", "Lisbon, May 9, 1961.", head=head, line="")
        )
        cable = Cable.objects.get()
        before = cable.facts["edition"]
        self.assertEqual(before["to"], "Harbor Master; Lamp Keeper")
        self.assertEqual((before["place"], before["date"]), ("Lisbon", "Lisbon, May 9, 1961."))
        self.strike(cable, "Lamp Keeper")
        self.strike(cable, "Lisbon, May")
        cable.refresh_from_db()
        after = cable.facts["edition"]
        self.assertFalse({"to", "place", "date"} & after.keys())
        self.assertNotIn("Lamp", str(Cable.objects.values()))

    def test_of_a_volume_beside_another_source_nothing_is_told_of_its_text(self):
        cable = self.load(telegram("900412. Eyes only for Rell. The lamps burn.", "Ships left."))
        body = "LISBON 900412\n\n900412. Eyes only for Rell. The lamps burn.\n\nShips left."
        body += "\n\nThe harbor raised its fees."
        row = csv_record(cable.reference, created="9/13/1961 12:00", body=body)
        load_records(row)
        self.assertEqual(cable.copies.count(), 2)
        cable.refresh_from_db()
        self.assertEqual(cable.facts["source"][1], "csv")
        self.assertEqual(self.told(cable)["captions"], ["EYES ONLY"])
        self.strike(cable, "Eyes only")
        self.assertEqual(self.told(cable)["captions"], None)

    def test_what_an_older_room_told_is_gone_when_texts_are_read_again(self):
        cable = self.load(telegram("900331. Subject: Lamps of Quay.", "Ships left."))
        facts = cable.facts
        self.strike(cable, "Lamps")
        cable.refresh_from_db()
        older = {**cable.facts, "edition": {**facts["edition"]}}
        Cable.objects.filter(pk=cable.pk).update(subject="Lamps of Quay", facts=older)
        reread()
        told = (*Cable.objects.values(), *cable.versions.values())
        self.assertNotIn("Lamps", str(told))
