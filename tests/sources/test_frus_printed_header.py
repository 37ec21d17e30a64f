"""The header that a volume prints with a telegram is its header, not its text (F-22)."""

from unittest import TestCase

from cables.telegram.header import parse_header
from tests.sources.test_frus_markup import document, read, volume

HEADING = "<head>1. Telegram {} From the Department of State to All Posts, {}</head>"
SENT = "May 17, 1974, 2304Z"
TITLE = '<title type="complete">Foreign Relations, 1974, Volume I</title>'
OPENING = "TELEGRAM<lb/>Department of State<lb/>{}"
GROUP = "<p>R {}Z MAY 74</p>"
PARTIES = "FM SECSTATE WASHDC<lb/>TO ALL DIPLOMATIC POSTS<lb/>INFO AMEMBASSY LIMA"
TEXT = "<p>E.O. 11652: GDS<lb/>TAGS: PFOR</p><p>SUBJECT: HARBORS</p><p>1. THEY ARE OPEN.</p>"
BODY = "E.O. 11652: GDS\nTAGS: PFOR\n\nSUBJECT: HARBORS\n\n1. THEY ARE OPEN."


def read_one(text):
    """Return the cable in a document of a volume of 1974."""
    (cable,) = read(volume(document(text), title=TITLE))
    return cable


def telegram(number="904050", printed="904050", group="172304", below="<p>STATE 904050</p>"):
    above = f"<p>{OPENING.format(printed)}</p>{GROUP.format(group)}<p>{PARTIES}</p>"
    return read_one(f"{HEADING.format(number, SENT)}{above}{below}{TEXT}")


class PrintedHeaderTests(TestCase):
    def test_the_header_is_apart_from_the_text_and_tells_who_got_the_telegram(self):
        cable = telegram()
        self.assertEqual(cable.body, f"STATE 904050\n\n{BODY}")
        self.assertEqual([cable.tags, cable.subject], [("PFOR",), "HARBORS"])
        header = parse_header(cable.header)
        self.assertEqual(header.sender, "SECSTATE WASHDC")
        self.assertEqual([each.name for each in header.to], ["ALL DIPLOMATIC POSTS"])
        self.assertEqual([each.name for each in header.info], ["AMEMBASSY LIMA"])
        self.assertEqual(cable.facts["precedence"], "ROUTINE")
        self.assertEqual(cable.warnings, ())

    def test_the_line_with_station_and_number_begins_the_text_without_a_blank_line_too(self):
        heading = "<head>1. Telegram 900140 From the Mission in Geneva to the Department of State, "
        cable = read_one(
            f"{heading}{SENT}</head><p>{OPENING.format('GENEVA 900140')}</p>"
            "<p>R 172304Z MAY 74</p><p>FM USMISSION GENEVA<lb/>TO SECSTATE WASHDC 6226<lb/>"
            f"GENEVA 900140</p>{TEXT}"
        )
        self.assertEqual(cable.body, f"GENEVA 900140\n\n{BODY}")
        self.assertTrue(cable.header.endswith("TO SECSTATE WASHDC 6226"))

    def test_a_text_without_header_stays_whole(self):
        for text in ("1. THEY ARE OPEN.", "TELEGRAMS COME.\n\nTO LIMA."):
            with self.subTest(text):
                blocks = "".join(f"<p>{block}</p>" for block in text.split("\n\n"))
                cable = read_one(f"{HEADING.format(904050, SENT)}{blocks}")
                self.assertEqual((cable.header, cable.body), ("", text))

    def test_a_header_that_says_other_than_the_heading_gets_a_warning(self):
        for told, rule in (
            ({"printed": "904051"}, "F-6"),
            ({"printed": "904050/TOSEC 12"}, None),
            ({"number": "4050", "printed": "004050"}, None),
            ({"group": "172305"}, "F-5"),
        ):
            with self.subTest(told):
                rules = [name for name, _ in telegram(**told).warnings]
                self.assertEqual(rules, [rule] if rule else [])

    def test_notes_in_the_header_belong_to_the_heading(self):
        note = '<note n="2" xml:id="d1fn2">Sent late.</note>'
        cable = telegram(below=f"<p>STATE{note} 904050</p>")
        self.assertEqual(cable.edition["notes"][0]["at"], "STATE")
        above = f"<p>{OPENING.format('904050')}{note}</p>{GROUP.format('172304')}<p>{PARTIES}</p>"
        cable = read_one(f"{HEADING.format(904050, SENT)}{above}{TEXT}")
        self.assertEqual(cable.edition["notes"][0]["at"], "")
