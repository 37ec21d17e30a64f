"""A stranger's proofs, logs and rooms, and what strangers send: a sentence, and an end."""

import io
import json
from contextlib import redirect_stderr
from unittest.mock import patch

from django.conf import settings
from django.core.management import CommandError

from cables.models import TransparencyLog
from cables.transparency import verify
from cables.transparency.signing_key import SigningKey, private_key
from cables.transparency.verify import Checkpoint, Refuted, encoded, leaf_hash, tree_hash
from tests.base import FolderTestCase
from tests.builders import load_records
from tests.source_files import csv_record
from tests.working import run_command

from .log_rooms import LogTestCase

ROOM = "http://testserver"
BASE = "https://strange.example"
WRONG = (None, True, -1, 1.5, 10**30, "x", "\ud800", [], [[]], {}, {"a": 1}, float("nan"))


class ProofsOfStrangersTests(LogTestCase):
    def setUp(self):
        super().setUp()
        load_records(csv_record())
        self.follow()
        self.good = self.json_of("/cable/09ROME900001/par1/proof.json")

    def program(self, proof):
        """Run the program over the text of a proof; return its exit code and what it prints."""
        return self.main("proof", str(self.write("proof.json", proof)))

    def test_every_wrong_value_is_told_in_a_sentence(self):
        self.assertEqual(self.program(json.dumps(self.good))[0], 0)
        for keys in self.places(self.good):
            for wrong in WRONG:
                changed = json.loads(json.dumps(self.good))
                inner = changed
                for key in keys[:-1]:
                    inner = inner[key]
                if isinstance(wrong, type(inner[keys[-1]])) and wrong == inner[keys[-1]]:
                    continue
                inner[keys[-1]] = wrong
                with self.subTest(keys=keys, wrong=wrong):
                    code, said = self.program(json.dumps(changed))
                    self.assertEqual(len(said.splitlines()), 1, said)
                    begins = {1: "Not as logged: ", 2: "It cannot be read: "}[code]
                    self.assertTrue(said.startswith(begins), said)

    def places(self, value, before=()):
        """Yield the keys that lead to each value inside a proof."""
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            if (*before, key) != ("entry", "path"):  # Of a log of one entry: empty.
                yield (*before, key)
            if isinstance(inner, dict | list):
                yield from self.places(inner, (*before, key))

    def test_what_is_no_json_is_told_in_a_sentence(self):
        for text in ("", "[" * 100_000, "NaN", "{", '{"format": 1}', "9" * 5000, "<html>"):
            with self.subTest(text[:10]):
                code, said = self.program(text)
                self.assertEqual((code, said[:17]), (2, "It cannot be read"))

    def test_a_part_that_is_named_twice_is_refused(self):
        proof = json.loads(json.dumps(self.good))
        proof["parts"].append(proof["parts"][1])
        self.assertIn("names a part twice", self.program(json.dumps(proof))[1])

    def test_a_terminal_obeys_no_proof(self):
        proof = json.loads(json.dumps(self.good)) | {"format": "\x1b[2J"}
        self.assertNotIn("\x1b", self.program(json.dumps(proof))[1])

    def test_the_proof_of_another_cable_is_refused(self):
        load_records(csv_record("09ROME900002", body="1. Other."))
        self.follow()
        room = self.fetch

        def exchanged(address):
            return room(address.replace("/09ROME900002/", "/09ROME900001/"))

        with patch.object(self, "fetch", exchanged):
            code, said = self.verify()
        self.assertEqual(code, 1)
        self.assertIn("09ROME900002, version 1: this proves 09ROME900001", said)

    def test_a_room_without_end_is_left(self):
        room, asked = self.fetch, []

        def endless(address):
            asked.append(address)
            if "/cable.json" in address:
                number = 900_000 + len(asked)
                cables = [{"reference": f"06ROME{number}"}] if self.is_new else []
                return json.dumps({"cables": cables, "next": f"{ROOM}/cable.json?{number}"})
            return b"words" if address.endswith("/v1.txt") else room(address)

        self.enterContext(patch.object(verify, "MOST_PROBLEMS", 10))
        for self.is_new, problem in ((True, "10 problems"), (False, "does not end")):
            with self.subTest(problem), patch.object(self, "fetch", endless):
                code, said = self.verify()
                self.assertEqual(code, 1)
                self.assertIn(problem, said)

    def test_a_room_names_no_file_of_the_reader(self):
        room = self.fetch

        def strange(address):
            if address.endswith("/cable.json"):
                return json.dumps({"cables": [], "next": "/dev/zero"})
            return room(address)

        with patch.object(self, "fetch", strange):
            self.assertIn("does not end: /dev/zero", self.verify()[1])

    def test_a_tile_of_any_width_is_not_found(self):
        for width in ("9" * 5000, "0", "999", "256", "²", "-1"):
            for level in ("0", "entries"):
                with self.subTest(width[:5], level=level):
                    answer = self.client.get(f"/log/tile/{level}/000.p/{width}")
                    self.assertEqual(answer.status_code, 404)

    def test_no_checkpoint_that_is_sent_is_an_error(self):
        for size in ("²", "٣", "-1", "1.0", "9" * 5000, "999999999999999"):
            with self.subTest(size[:10]):
                text = f"{Checkpoint.read(self.good['checkpoint']).origin}\n{size}\neA==\n\n"
                answer = self.client.post("/log/cosignatures", text, content_type="text/plain")
                self.assertEqual(answer.status_code, 422)

    def test_a_strange_room_is_not_cosigned(self):
        key = SigningKey(private_key("strange.example/log"))
        huge = key.note(Checkpoint("strange.example/log", 10**15 - 1, b"h" * 32).body)
        checkpoints = (b"\xff", b"", b"x" * 20_000, f"{'x' * 300}\n1\neA==\n\n".encode())
        for checkpoint in (*checkpoints, huge.encode()):

            def strange(address, checkpoint=checkpoint):
                found = {"checkpoint": checkpoint, "key": str(key.public).encode()}
                return found.get(address.rpartition("/")[2], b"no tile")

            with (
                self.subTest(checkpoint[:10]),
                patch.object(verify, "fetch", strange),
                self.assertRaises(CommandError),
            ):
                run_command("witness", BASE)
        self.assertTrue(settings.LOG_KEY_FILE.exists())


class OptionsTests(LogTestCase):
    """Each option of verify.py does what it says and is told, or is refused."""

    def setUp(self):
        super().setUp()
        load_records(csv_record())
        self.follow()
        self.address = f"{ROOM}/cable/09ROME900001/v1/proof.json"
        self.old = TransparencyLog.objects.get().checkpoint
        forged = SigningKey.read(settings.LOG_KEY_FILE).note(
            f"{self.checkpoint().origin}\n1\neA==\n"
        )
        self.files = {
            "old": self.write("old", self.old),
            "forged": self.write("forged", forged),
            "empty": self.write("empty", ""),
            "none": self.folder / "none",
        }

    def test_a_checkpoint_is_compared_with_the_log_of_a_proof(self):
        for what, place in (("proof", self.address), ("log", ROOM), ("room", ROOM)):
            for name, code, told in (
                ("old", 0, "It continues the old checkpoint. Since then: nothing."),
                ("forged", 1, "does not continue"),
                ("empty", 2, "It cannot be read: This is no checkpoint"),
                ("none", 2, "It cannot be read: "),
            ):
                with self.subTest(what=what, name=name):
                    found, said = self.main(what, place, "--checkpoint", str(self.files[name]))
                    self.assertEqual(found, code, said)
                    self.assertIn(told, said)

    def test_the_tree_of_a_proof_has_to_be_of_the_log(self):
        """A proof whose checkpoint the log's key signed, of a tree that nobody else was shown."""
        proof = self.json_of("/cable/09ROME900001/v1/proof.json")
        leaf, other = leaf_hash(proof["entry"]["data"].encode()), bytes(32)
        tree = Checkpoint(self.checkpoint().origin, 2, tree_hash([leaf, other]))
        proof["checkpoint"] = SigningKey.read(settings.LOG_KEY_FILE).note(tree.body)
        proof["entry"]["path"] = [encoded(other)]
        room, shown = self.fetch, json.dumps(proof).encode()
        with patch.object(
            self, "fetch", lambda address: shown if address == self.address else room(address)
        ):
            self.assertEqual(self.main("proof", self.address)[0], 0)
            code, said = self.main("proof", self.address, "--checkpoint", str(self.files["old"]))
        self.assertEqual(code, 1)
        self.assertIn("does not continue", said)

    def test_a_key_is_told(self):
        own = TransparencyLog.objects.get().key
        another = str(SigningKey(private_key(self.checkpoint().origin)).public)
        with_old = ("--checkpoint", str(self.files["old"]))
        for what, place, *more in (
            ("proof", self.address),
            ("proof", self.address, *with_old),
            ("log", ROOM),
            ("room", ROOM),
        ):
            for key, code, told in (
                (own, 0, "The key was checked."),
                (None, 0, "Whose key signed it was not checked"),
                (another, 1, "Not as logged: The checkpoint is not signed"),
                (own.replace("+", "+0", 1), 2, "It cannot be read: The key of"),
                ("", 2, "It cannot be read: This is no key"),
                (str(self.files["empty"]), 2, "It cannot be read: This is no key"),
            ):
                with self.subTest(what=what, more=more, key=key):
                    options = [] if key is None else ["--key", key]
                    found, said = self.main(what, place, *more, *options)
                    self.assertEqual(found, code, said)
                    self.assertIn(told, said)

    def test_what_cannot_be_done_is_refused(self):
        old = str(self.files["old"])
        for arguments in (
            ("proof", old, "--checkpoint", old),
            ("proof", self.address, ROOM),
            ("room", ROOM, ROOM),
            ("data", old),
        ):
            with self.subTest(arguments), self.assertRaises(SystemExit) as ended:
                with redirect_stderr(io.StringIO()):
                    self.main(*arguments)
                self.assertEqual(ended.exception.code, 2)

    def test_what_is_no_tile_or_no_proof_is_told(self):
        room = self.fetch
        for name in ("checkpoint", "first_key", "tile/entries/000.p/1", "proof.json"):
            for answer in (b"", b"<!DOCTYPE html>\n<title>Please log in</title>"):

                def strange(address, name=name, answer=answer):
                    return answer if address.endswith(name) else room(address)

                with self.subTest(name, answer=answer), patch.object(self, "fetch", strange):
                    what = ("proof", self.address) if "proof" in name else ("log", ROOM)
                    code, said = self.main(*what)
                    self.assertEqual((code, said[:17]), (2, "It cannot be read"), said)

    def test_it_says_what_a_proof_shows(self):
        said = self.main("proof", self.address)[1]
        self.assertRegex(said, r"parts: 7 facts, \d passages; SHA-256 of the text:\n[0-9a-f]{64}\n")
        said = self.main("proof", self.address.replace("v1", "par1"))[1]
        self.assertIn("\n    par1:\n    1. ", said)


class AnswersWithoutEndTests(FolderTestCase):
    def answer(self, read1):
        class Answer(io.BytesIO):
            length = 0

        answer = Answer()
        answer.read1 = read1
        return patch.object(verify.urllib.request, "urlopen", lambda *_, **__: answer)

    def test_an_answer_that_is_too_large_or_too_slow_is_left(self):
        with self.answer(lambda size: bytes(size)), self.assertRaisesRegex(OSError, "not end"):
            verify.fetch(BASE)
        with (
            self.answer(lambda _: b"x"),
            patch.object(verify, "LONGEST", 0),
            self.assertRaisesRegex(OSError, "not end"),
        ):
            verify.fetch(BASE)

    def test_what_is_no_address_is_told(self):
        with self.assertRaisesRegex(OSError, "gives no answer"):
            verify.fetch(f"{BASE}/a b")

    def test_a_key_of_any_length_is_refused(self):
        with self.assertRaises(Refuted):
            verify.Key.read(str(SigningKey(private_key("a" * 300)).public))
