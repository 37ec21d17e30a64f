"""Proofs of versions and paragraphs, the pages about them, and answers where there is none."""

import html
import re
import shlex
from contextlib import chdir

from django.contrib.auth.models import User

from cables.curation.redactions_and_corrections import correct_cable, redact_cable
from cables.models import Cable, TransparencyLog
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from cables.transparency import verify
from tests.builders import load_records, make_cable, withhold
from tests.source_files import csv_record

from .log_rooms import LogTestCase

SECRET = "Quetzalcoatl"
BODY = f"1. (U) The harbor raised its fees.\n\n2. (U) {SECRET} complained.\n\n3. (U) End."


class ProofTests(LogTestCase):
    def setUp(self):
        super().setUp()
        self.by = User.objects.create_superuser("root")
        load_records(csv_record(reference="06BERLIN900001", body=BODY))
        self.cable = Cable.objects.get()
        self.address = self.cable.get_absolute_url()
        self.follow()

    def test_a_version_and_its_paragraphs_are_proved(self):
        for place in ("proof.json", "v1/proof.json", "par2/proof.json", "v1/par2/proof.json"):
            with self.subTest(place):
                values = self.proof(self.address + place)
                texts = {each["name"]: each["text"] for each in values["parts"]}
                self.assertIn(SECRET, texts["par2"])
                self.assertEqual(len(texts) == 2, "par" in place)

    def test_a_changed_proof_is_refuted(self):
        good = self.proof(f"{self.address}par2/proof.json")
        other = self.proof(f"{make_cable_and_follow(self).get_absolute_url()}par2/proof.json")
        changes = {
            "text": lambda proof: proof["parts"][1].update(text="2. (U) Other."),
            "salt": lambda proof: proof["parts"][1].update(salt=proof["parts"][0]["salt"]),
            "name": lambda proof: proof["parts"][1].update(name="par3"),
            "place": lambda proof: proof["parts"][1].update(index=0),
            "reference": lambda proof: proof.update(reference="06ROME900009"),
            "reference, everywhere": lambda proof: proof["parts"][0].update(text="06ROME900009"),
            "version": lambda proof: proof.update(version=2),
            "entry": lambda proof: proof["entry"].update(data=other["entry"]["data"]),
            "index": lambda proof: proof["entry"].update(index=7),
            "path": lambda proof: proof["entry"].update(path=[]),
            "checkpoint": lambda proof: proof.update(checkpoint="a\n1\neA==\n\n"),
            "parts": lambda proof: proof["parts"].pop(0),
            "nothing": lambda proof: proof.clear(),
        }
        verify.Proof.read(good)
        for name, change in changes.items():
            values = self.json_of(f"{self.address}par2/proof.json")
            change(values)
            with self.subTest(name), self.assertRaises(verify.Refuted):
                verify.Proof.read(values)

    def test_earlier_versions_stay_proved(self):
        correct_cable(self.cable, "subject", "Harbor fees", "A slip.", self.by)
        self.follow()
        for version in (1, 2):
            self.assertEqual(self.proof(f"{self.address}v{version}/proof.json")["version"], version)
        self.assertEqual(self.verify(), (0, self.verify()[1]))

    def test_a_redaction_leaves_the_proofs_of_the_other_paragraphs(self):
        before = self.proof(f"{self.address}par1/proof.json")["entry"]["index"]
        redact_cable(self.cable, Strike(EVERYWHERE, (SECRET,)), "A witness.", self.by)
        self.follow()
        self.assertEqual(self.proof(f"{self.address}par1/proof.json")["entry"]["index"], before)
        values = self.proof(f"{self.address}par2/proof.json")
        self.assertNotIn(SECRET, str(values))
        self.assertGreater(values["entry"]["index"], before)

    def test_the_commands_on_pages_work(self):
        (self.folder / "old-checkpoint").write_text(TransparencyLog.objects.get().checkpoint)
        self.enterContext(chdir(self.folder))
        for address, count in ((f"{self.address}v1/proof/", 2), ("/log/", 1)):
            page = html.unescape(self.client.get(address).content.decode())
            commands = re.findall("python verify.py ([^<]+)</code>", page)
            self.assertEqual(len(commands), count)
            self.assertEqual("".join(commands).count(" --key "), 1)
            for command in commands:
                with self.subTest(command):
                    self.assertEqual(self.main(*shlex.split(command))[0], 0)

    def test_where_there_is_none_they_say_so(self):
        Cable.objects.update(body=BODY.replace("raised", "lowered"))
        self.follow()
        page = self.client.get(f"{self.address}v1/proof/")
        self.assertContains(page, "was changed without a decision")
        self.assertEqual(self.client.get(f"{self.address}proof.json").status_code, 404)
        make_cable("06ROME900002", body="1. New.")
        answer = self.client.get("/cable/06ROME900002/proof.json")
        self.assertContains(answer, "does not have this text yet", status_code=404)
        for place in ("par9/proof.json", "v1/par9/proof.json", "v9/proof.json", "v9/proof/"):
            with self.subTest(place):
                self.assertEqual(self.client.get(self.address + place).status_code, 404)

    def test_a_withheld_cable_has_none(self):
        addresses = ("proof.json", "v1/proof.json", "par2/proof.json", "v1/proof/")
        withhold(self.cable)
        for moment in ("before the log follows", "after"):
            for place in addresses:
                with self.subTest(place, moment=moment):
                    answer = self.client.get(self.address + place)
                    self.assertNotContains(answer, "salt", status_code=410)
            self.follow()
        self.assertEqual(self.opened(self.cable), {})

    def test_no_cache_keeps_a_proof(self):
        for place in ("proof.json", "v1/proof/"):
            answer = self.client.get(self.address + place)
            self.assertEqual(answer["Cache-Control"], "private, no-store")

    def test_pages_say_what_it_is(self):
        for address in (f"{self.address}v1/proof/", self.address):
            with self.subTest(address):
                self.assertContains(self.client.get(address), "nchanged")
        for page in ("history/", "par2/", "v1/par2/"):
            with self.subTest(page):
                self.assertContains(
                    self.client.get(self.address + page), f"{self.address}v1/proof/"
                )
        self.assertContains(self.client.get("/log/verify.py"), "def main")
        self.assertEqual(self.client.get("/log/tile/0/001").status_code, 404)
        for wrong in ("/log/tile/0/000", "/log/tile/entries/000.p/9", "/log/tile/0/0.p/1"):
            self.assertEqual(self.client.get(wrong).status_code, 404)


def make_cable_and_follow(case):
    cable = make_cable("06ROME900003", body=BODY)
    case.follow()
    return cable
