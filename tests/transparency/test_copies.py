"""Mirrors and data sets are verified by the log too; a mirror without proofs has no salt."""

from cables.models import Cable
from tests.builders import load_records
from tests.mirror.base import FewPages, export
from tests.source_files import csv_record
from tests.working import run_command

from .log_rooms import LogTestCase


class CopiesTests(FewPages, LogTestCase):
    def setUp(self):
        super().setUp()
        for fee in ("one", "two"):
            load_records(*(csv_record(f"09ROME90000{at}", body=f"1. Fee {fee}.") for at in (1, 2)))
            self.follow()

    def test_a_mirror_is_verified_without_its_room(self):
        mirror = self.folder / "mirror"
        export(mirror, proofs=True)
        self.assertEqual(self.verify("mirror", str(mirror))[0], 0)
        text = mirror / "data" / "cable" / "09ROME900001" / "v1.txt"
        text.write_text(text.read_text().replace("one", "two"))
        code, said = self.verify("mirror", str(mirror))
        self.assertEqual(code, 1)
        self.assertIn("09ROME900001, version 1: the text is another", said)
        text.unlink()
        (text.with_suffix("") / "proof.json").unlink()
        self.assertIn(
            "1 texts that the log has are not here", self.verify("mirror", str(mirror))[1]
        )

    def test_a_mirror_without_proofs_has_no_salt(self):
        mirror = self.folder / "mirror"
        export(mirror)
        written = b"".join(path.read_bytes() for path in mirror.rglob("*") if path.is_file())
        for cable in Cable.objects.all():
            for salt in self.opened(cable).values():
                self.assertNotIn(salt, written)
        self.assertEqual(list(mirror.rglob("proof.json")), [])
        self.assertTrue((mirror / "data" / "log" / "checkpoint").exists())

    def test_a_data_set_is_verified_with_its_room(self):
        file = self.folder / "cables.jsonl"
        run_command("export", "jsonl", file)
        self.assertEqual(self.verify("data", str(file), "http://testserver")[0], 0)
        rows = file.read_text()
        changed = self.write("changed.jsonl", rows.replace("Fee two", "Fee six"))
        code, said = self.verify("data", str(changed), "http://testserver")
        self.assertEqual((code, said.count("the text is another")), (1, 2))
