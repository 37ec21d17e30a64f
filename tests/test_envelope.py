"""The lines of a message header, and what each is for."""

from unittest import TestCase

from cables.envelope import read_envelope

HEADER = """\
VZCZCXRO4127
PP RUZQPD RUZQPR
RUZQRE
DE RUZQLI #0412/01 3181641
ZNR UUUUU ZZH
P R 141641Z NOV 06
FM AMEMBASSY LISBON
TO RUZQC/SECSTATE WASHDC PRIORITY 0412
INFO RUZQMD/AMEMBASSY MADRID 0118
RUZQHX/AMCONSUL HALIFAX 0007"""


class EnvelopeTests(TestCase):
    def test_each_line_has_its_kind_and_takes_those_that_carry_it_on(self):
        self.assertEqual(
            [(part.kind, part.text.count("\n") + 1) for part in read_envelope(HEADER)],
            [
                ("transmission", 1),
                ("precedence", 2),
                ("station", 1),
                ("security", 1),
                ("sent", 1),
                ("from", 1),
                ("to", 1),
                ("copies", 2),
            ],
        )

    def test_what_its_lines_hold(self):
        parts = {part.kind: part.values for part in read_envelope(HEADER)}
        self.assertEqual(parts["precedence"], {"code": "PRIORITY"})
        self.assertEqual(
            parts["station"], {"serial": "412", "section": "1", "day": "318", "at": "16:41"}
        )
        self.assertEqual(parts["security"], {"letter": "U"})
        self.assertEqual(
            parts["sent"], {"action": "PRIORITY", "info": "ROUTINE", "date": "14", "at": "16:41"}
        )

    def test_a_bare_header(self):
        header = "R 080900Z JUN 85\nFM AMEMBASSY LISBON\nINFO AMCONSUL PORTO\nAMEMBASSY MADRID"
        kinds = [part.kind for part in read_envelope(header)]
        self.assertEqual(kinds, ["sent", "from", "copies"])

    def test_what_it_does_not_know_it_leaves_as_it_is(self):
        header = "FM Ambassador\nTO SECRETARY OF STATE\nSource: a file\n861.77/45\n\nP 99Z"
        parts = [(part.kind, part.text) for part in read_envelope(header)]
        self.assertEqual(
            parts,
            [
                ("from", "FM Ambassador"),
                ("to", "TO SECRETARY OF STATE"),
                ("", "Source: a file\n861.77/45\n\nP 99Z"),
            ],
        )

    def test_its_parts_are_the_header(self):
        for header in (HEADER, "", "\n\nFM X\n \nTO Y\n\n", "TO A\r\nB"):
            with self.subTest(header):
                texts = [part.text for part in read_envelope(header)]
                self.assertEqual("\n".join(texts), header)
