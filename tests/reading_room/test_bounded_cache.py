"""The cache in memory stays within its limit in bytes."""

from unittest import TestCase

from django.core.cache.backends.locmem import _caches
from hypothesis import given
from hypothesis import strategies as st

from reading_room.bounded_cache import OVERHEAD, BoundedCache

MOST = 20_000
NAME = "a test of bounds"
STEPS = st.lists(
    st.tuples(st.sampled_from("sgd"), st.sampled_from("abcdefgh"), st.integers(0, 3_000))
)


def empty_cache():
    cache = BoundedCache(NAME, {"OPTIONS": {"MOST_BYTES": MOST}})
    cache.clear()
    return cache


class BoundedCacheTests(TestCase):
    @given(STEPS)
    def test_it_never_exceeds_the_limit_and_counts_its_bytes(self, steps):
        cache = empty_cache()
        for step, key, size in steps:
            if step == "s":
                cache.set(key, b"x" * size)
            elif step == "g":
                cache.get(key)
            else:
                cache.delete(key)
            held = sum(len(value) + OVERHEAD for value in _caches[NAME].values())
            self.assertEqual(cache.taken[NAME], held)
            self.assertLessEqual(held, MOST)

    def test_the_least_recently_read_entry_is_evicted_first(self):
        cache = empty_cache()
        for key in "abcdefghijk":  # Ten fit.
            cache.set(key, b"x" * 1_400)
            cache.get("a")
        self.assertIsNone(cache.get("b"))
        self.assertEqual(len(cache.get("a")), 1_400)

    def test_a_large_value_evicts_nothing(self):
        cache = empty_cache()
        cache.set("a", b"x" * 1_000)
        cache.set("b", b"x" * 2_000)
        self.assertIsNone(cache.get("b"))
        self.assertIsNotNone(cache.get("a"))
