"""Proofs from the tree of a log: that it has an entry, and that it begins with an older one.

The room makes them, and checks them of the logs that it watches. verify.py reads whole logs, and
needs only the root to which a path leads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .verify import CHANGED, HASH, WIDTH, Refuted, node_hash, split, tree_hash

Hashes = Callable[[int, int], bytes]  # The hash of the entries from one index until before another.


def hashes_of(leaves: Sequence[bytes]) -> Hashes:
    """Return the function that gives the hash of a range of these leaf hashes."""
    return lambda start, end: tree_hash(leaves[start:end])


def inclusion_path(hashes: Hashes, index: int, size: int) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root (RFC 9162, 2.1.3.1)."""
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(hashes(middle, end))
            end = middle
        else:
            path.append(hashes(start, middle))
            start = middle
    return path[::-1]


def consistency_path(hashes: Hashes, old: int, new: int) -> list[bytes]:
    """Return the proof that a tree begins with an older one (RFC 9162, 2.1.4.1)."""
    start, end, whole, path = 0, new, True, list[bytes]()
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(hashes(middle, end))
            end = middle
        else:
            path.append(hashes(start, middle))
            start, whole = middle, False
    return ([] if whole else [hashes(start, end)]) + path[::-1]


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Raise Refuted unless a tree begins with an older one (RFC 9162, 2.1.4.2)."""
    if old > new:
        raise Refuted(CHANGED)
    if 0 < old < new:
        agrees = roots_of_consistency(old, new, old_root, path) == (old_root, new_root)
    else:
        agrees = not old or old_root == new_root
    if not agrees:
        raise Refuted(CHANGED)


def roots_of_consistency(
    old: int, new: int, old_root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Return the roots of both trees to which a proof leads; b"" for one that leads nowhere."""
    node, last = old - 1, new - 1
    while node % 2:
        node, last = node >> 1, last >> 1
    steps = list(path) if old & (old - 1) else [old_root, *path]
    first = second = steps[0] if steps else b""
    for step in steps[1:]:
        if node % 2 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not node % 2 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    return (first, second) if not last else (b"", b"")


@dataclass
class Tiles:
    """The hashes of a log of a size, from its tiles. `read` returns a tile by level and number."""

    size: int
    read: Callable[[int, int, int], bytes]  # level, number, width -> hashes
    known: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def __call__(self, start: int, end: int) -> bytes:
        """Return the hash of a range that begins at a multiple of its size's next power of two."""
        size = end - start
        if size & (size - 1):
            middle = start + split(size)
            return node_hash(self(start, middle), self(middle, end))
        level = (size.bit_length() - 1) // 8
        place, count = start >> 8 * level, size >> 8 * level
        offset = place % WIDTH * HASH
        hashes = self.tile(level, place // WIDTH)[offset : offset + count * HASH]
        if len(hashes) != count * HASH:
            raise Refuted("A tile of the log is too short.")
        return tree_hash([hashes[each : each + HASH] for each in range(0, len(hashes), HASH)])

    def tile(self, level: int, number: int) -> bytes:
        if (level, number) not in self.known:
            width = min((self.size >> 8 * level) - number * WIDTH, WIDTH)
            self.known[level, number] = self.read(level, number, width)
        return self.known[level, number]

    @property
    def root(self) -> bytes:
        return self(0, self.size) if self.size else tree_hash([])
