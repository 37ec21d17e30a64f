"""Trees, notes and entries are what RFC 9162 and C2SP say, and another program says the same."""

from hypothesis import given
from hypothesis import strategies as st

from cables.transparency import verify
from cables.transparency.signing_key import SigningKey, private_key
from cables.transparency.tree_proofs import (
    check_consistency,
    consistency_path,
    hashes_of,
    inclusion_path,
)
from cables.transparency.verify import (
    Checkpoint,
    Key,
    LoggedEvent,
    Refuted,
    leaf_hash,
    root_of_path,
    tree_hash,
)
from tests.base import FolderTestCase

# The test vectors of the reference implementation of RFC 6962.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
LEAVES.append("606162636465666768696a6b6c6d6e6f")
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


class TreesTests(FolderTestCase):
    def test_roots_are_those_of_rfc_6962(self):
        leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
        for size, root in ROOTS.items():
            with self.subTest(size):
                self.assertEqual(tree_hash(leaves[:size]).hex(), root)

    @given(st.integers(1, 300), st.data())
    def test_each_leaf_is_proved_and_no_other(self, size, data):
        leaves = [leaf_hash(bytes([each % 256, each // 256])) for each in range(size)]
        index = data.draw(st.integers(0, size - 1))
        path = inclusion_path(hashes_of(leaves), index, size)
        self.assertEqual(root_of_path(leaves[index], index, size, path), tree_hash(leaves))
        for wrong in ((leaf_hash(b"other"), index, path), (leaves[index], index, path[:-1])):
            if wrong[2] == path and wrong[0] == leaves[index]:
                continue
            try:
                found = root_of_path(wrong[0], wrong[1], size, wrong[2])
            except Refuted:
                continue
            self.assertNotEqual(found, tree_hash(leaves))

    @given(st.integers(0, 300), st.integers(0, 300))
    def test_a_longer_tree_continues_a_shorter_one(self, one, other):
        old, new = sorted((one, other))
        leaves = [leaf_hash(bytes([each % 256, each // 256])) for each in range(new)]
        roots = tree_hash(leaves[:old]), tree_hash(leaves)
        path = consistency_path(hashes_of(leaves), old, new) if 0 < old < new else []
        check_consistency(old, new, *roots, path)
        if old:
            changed = [leaf_hash(b"changed"), *leaves[1:]]
            path = consistency_path(hashes_of(changed), old, new) if old < new else []
            with self.assertRaises(Refuted):
                check_consistency(old, new, roots[0], tree_hash(changed), path)

    def test_tiles_have_the_addresses_of_the_format(self):
        for tile, path in {
            (0, 0, 256): "tile/0/000",
            (0, 999, 256): "tile/0/999",
            (1, 1067, 256): "tile/1/x001/067",
            ("entries", 1234067, 5): "tile/entries/x001/x234/067.p/5",
        }.items():
            with self.subTest(path):
                self.assertEqual(verify.tile_path(*tile), path)

    def test_entries_are_read_as_they_were_written(self):
        for entry in (
            LoggedEvent("published", "2026-12-01T14:00:00Z", b"r" * 16, 2, b"h" * 32),
            LoggedEvent("withheld", "2026-12-01T14:00:00Z", b"r" * 16),
        ):
            with self.subTest(entry.kind):
                self.assertEqual(LoggedEvent.read(bytes(entry)), entry)


class NotesTests(FolderTestCase):
    def test_what_is_signed_is_signed_by_its_key_alone(self):
        key, other = (SigningKey(private_key(name)) for name in ("a.example/log", "b.example/log"))
        checkpoint = Checkpoint("a.example/log", 3, b"h" * 32)
        note = key.note(checkpoint.body) + other.cosignature(1_800_000_000, checkpoint.body)
        read = Checkpoint.read(note)
        keys = [key.public, other.public, other.witness]
        self.assertEqual(list(read.signed_by(keys)), [key.public, other.witness])
        for changed in (note.replace("\n3\n", "\n4\n"), note.replace("a.example/log\n3", "c\n3")):
            self.assertEqual(list(Checkpoint.read(changed).signed_by(keys)), [])

    def test_keys_are_read_as_they_were_written(self):
        key = SigningKey(private_key("a.example/log")).public
        self.assertEqual(Key.read(str(key)), key)
        for wrong in ("", "a+b", str(key).replace("a.example", "b.example"), "a+00000000+AAAA"):
            with self.subTest(wrong), self.assertRaises(Refuted):
                Key.read(wrong)

    def test_what_is_no_checkpoint_is_refused(self):
        for text in ("", "a\n1\nx", "a\nten\neA==\n\n", "a\n1\n=\n\n"):
            with self.subTest(text), self.assertRaises(Refuted):
                Checkpoint.read(text)
